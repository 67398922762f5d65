"""T6: a channel of existing customers has a tab and asks the funnel for nothing; tabs say what they take and give."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.agreement.books import template_plan
from tests.agreement.selected import often
from xl_kpi import catalog
from xl_kpi.build import build
from xl_kpi.catalog import text
from xl_kpi.commands.plans.show import shown
from xl_kpi.plan.agreement import items
from xl_kpi.plan.channel_choice import with_channels
from xl_kpi.plan.checks import check
from xl_kpi.plan.model import CUSTOMERS, Plan
from xl_kpi.plan.targets import Targets
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.reading.findings import plan_findings
from xl_kpi.workbook.writing.stored_values import evaluate

EVERY = [channel.id for channel in catalog.channels()]


def with_all(lang: str = "ja", name: str = "default") -> Plan:
    """Every channel on; a new one has what the shares of its stage leave."""
    return with_channels(template_plan(name, lang), EVERY)


def test_no_order_is_counted_twice():
    """The shares of each stage come to 100 %, so their parts to what it needs; of two new ones each has half."""
    plan = with_all()
    assert [one.key for one in check(plan)] == ["plan_check_share_zero"] * 2  # of stages that others have: nothing left
    assert {one.id: one.share for one in plan.channels if one.stage == "mql"} == {"email": 0.5, "white_paper": 0.5}
    targets = Targets(plan)
    for index, stage in enumerate(plan.stages):
        same = [one for one in plan.channels_on if one.stage == stage.id]
        if same:
            asked = [targets.whole_of_channel(one).parts for one in same]
            assert [sum(part) for part in zip(*asked, strict=True)] == list(targets.whole_new[index].parts)


def test_a_channel_for_a_stage_that_others_have_comes_with_nothing_and_is_named():
    before = template_plan("default", "ja")
    after = with_channels(before, EVERY)
    told = [str(one.cell) for one in check(after) if one.key == "plan_check_share_zero"]
    assert told == ["tbl_channels[sns].share", "tbl_channels[abm_inside_sales].share"]
    assert [one.share for one in after.channels[: len(before.channels)]] == [one.share for one in before.channels]


@pytest.mark.parametrize("name", ["c1", "c2", "c3", "c4", "default"])
def test_whatever_is_switched_on_the_plan_stays_sound(name):
    """C1 has leads and orders alone: order rates need proposals, and are left out with what follows from them."""
    plan = template_plan(name, "ja")
    for known in catalog.channels():
        if known.stage in {CUSTOMERS, *(stage.id for stage in plan.stages)}:
            after = with_channels(plan, [*(one.id for one in plan.channels_on), known.id])
            assert [one for one in plan_findings(after) if one.level == "error"] == [], known.id


def test_of_existing_customers_the_funnel_is_asked_for_nothing():
    plan = with_channels(template_plan("c1", "ja"), ["web", "customer_success"])
    looked_at = ("renewal_rate", "ltv")  # beside those that are on
    plan = plan.with_(kpis=tuple(replace(one, on=one.on or one.id in looked_at) for one in plan.kpis))
    alone = template_plan("c1", "ja")
    channel = plan.channels[-1]
    assert (channel.stage, channel.share, plan.brings(channel)) == (CUSTOMERS, 0.0, False)
    assert Targets(plan).new == Targets(alone).new
    assert not [item for item in items(plan) if item.key == "channel:customer_success"]  # on 合意 no number to answer
    numbers, before = shown(plan), shown(alone)
    one = numbers["channels"][-1]
    assert (one["id"], one["stage"], one["share"], one["leads"]) == ("customer_success", CUSTOMERS, None, 0)
    assert all(numbers[key] == before[key] for key in ("kgi", "stages", "months", "new", "outlook", "following"))
    apart = [node for node in numbers["tree"] if node["id"] == "customer_success"]
    assert [(node["parent"], node["operator"], node["target"]) for node in apart] == [("kgi", "", None)]
    below = {node["id"]: node["target"] for node in numbers["tree"] if node["parent"] == "customer_success"}
    assert below["customer_success.ltv"] == 7_000_000  # 100,000 × 70 % ÷ 1 %
    kpis = ("customers", "lost", "churn_rate", "renewal_rate", "ltv", "nps_answers", "nps")
    assert set(below) == {f"customer_success.{kpi}" for kpi in kpis}


@pytest.mark.parametrize("lang", often(catalog.LANGUAGES, ["ja"]))
def test_every_tab_is_built_and_says_in_one_line_what_it_takes_and_gives(lang):
    """All twelve in one book, whose cells IronCalc computes as Python does; 60 orders need 150 proposals (40 %)."""
    plan = with_all(lang)
    shares = {"web": 0.3, "ads": 0.3, "webinar": 0.1, "trade_show": 0.1, "sns": 0.2, "abm_inside_sales": 0.5}
    plan = plan.with_(channels=tuple(replace(one, share=shares.get(one.id, one.share)) for one in plan.channels))
    spec = book_spec(plan)
    cells = evaluate(build(plan), lang)
    # behind the columns that are printed on each page, where the months take more than one
    places = [(sheet.name, 4, column) for sheet in spec.sheets for column in (2, 4)]
    said = {place[0]: cells[place] for place in places if cells.get(place)}
    names = {one.id: one.name[lang] for one in catalog.channels()}
    stage = {one.id: one.name[lang] for one in catalog.stages()}
    assert said[names["field_sales"]] == text(
        "tab_takes_gives", lang, before=stage["proposals"], asked="150", stage=stage["orders"], count="60", share="100"
    )
    leads = Targets(plan).whole_of_channel(plan.channels[0]).in_plan
    assert said[names["web"]] == text("tab_gives", lang, stage=stage["leads"], count=f"{leads:,}", share="30")
    assert said[names["customer_success"]] == text("tab_customers", lang, first=stage["leads"], last=stage["orders"])
    assert set(names.values()) <= set(said)
