"""What a sound plan makes one doubt, and what was typed since its sheets were written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.agreement.books import template_plan
from tests.told import told
from xl_kpi.calc.lag import Lag
from xl_kpi.catalog import LANGUAGES, text
from xl_kpi.catalog.messages import record
from xl_kpi.commands.plans.show import shown
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.findings import FINDINGS, doubts, since_writing
from xl_kpi.plan.input.wording import Rounded
from xl_kpi.plan.model import Stage
from xl_kpi.plan.money.unit_costs import stated_twice
from xl_kpi.plan.stages.steps import FormerStages

C1 = template_plan("c1", "ja")
DEFAULT = template_plan("default", "ja").with_(pipeline={}, order_value=2_000_000)  # no channel costs more


def test_a_plan_that_fits_makes_one_doubt_nothing():
    assert list(doubts(C1)) == []


def test_every_stage_that_is_short_before_the_start_is_told_and_where_that_leads():
    """The default plan: of 5,000 leads 1,384.2 fall before the start, and so on down the funnel; nothing is open then.

    12 months less what comes too late: 43.4 of 60 orders (5 a month; the 101 days of all lags are April, May, June and
    10 of the 31 days of July: 60 - 5 × (3 + 10/31)).
    """
    low, short = told(doubts(DEFAULT), "ja")
    assert (low.cell, low.level, low.found) == ("kgi_value", "warning", "72%")
    assert "この計画のままでは受注43件（目標の72%）" in low.allowed
    assert (short.cell, short.level) == ("plan_start", "warning")
    assert "リード 1,385件、MQL 278件、SQL 102件、商談 41件、案件・提案 13件。" in short.allowed
    low, short = told(doubts(DEFAULT), "en")
    assert "Outlook: 43 orders, 72% of the goal" in low.allowed
    assert "リード" in short.allowed and short.allowed.startswith("Short before the start")


def test_what_is_there_in_time_makes_one_doubt_nothing():
    """150 proposals, 40 % of which order within 30 days: the 60 orders of the goal."""
    found = doubts(DEFAULT.with_(pipeline={"proposals": 150.0}))
    assert [one.key for one in found] == ["plan_check_goal_covered"]  # nothing is left to be won, which is a hint


def test_a_later_stage_alone_may_be_short():
    """5,000 open leads cover all leads that are needed; that some should be MQL by then is another matter."""
    (short,) = told(doubts(DEFAULT.with_(pipeline={"leads": 5000.0})), "ja")
    assert (short.cell, "リード" in short.allowed, "MQL 278件" in short.allowed) == ("plan_start", False, True)


def test_the_busiest_month_is_the_one_that_the_sheets_and_show_have():
    """Limits of 0: each channel's largest whole number of a month, in which the others of its stage have theirs."""
    plan = DEFAULT.with_(channels=tuple(replace(one, capacity=0.0) for one in DEFAULT.channels))
    asked = {one["id"]: max(one["whole"]["months"]) for one in shown(plan)["channels"]}
    found = {one.cell: one.allowed for one in told(doubts(plan), "ja") if one.cell.endswith("capacity")}
    assert set(found) == {f"tbl_channels[{id_}].capacity" for id_, most in asked.items() if most}
    for id_, most in asked.items():
        assert most and f"最も多い月は{most:,}件" in found[f"tbl_channels[{id_}].capacity"]


def test_a_busiest_month_that_is_above_the_limit_by_a_part_of_a_lead():
    """C1's 300 leads a month, and a limit of 299.95 or 300: 300 is above the one, and not above the other."""
    (web,) = C1.channels_on
    (found,) = told(doubts(C1.with_(channels=(replace(web, capacity=299.95),))), "ja")
    assert "最も多い月は300件" in found.allowed
    assert list(doubts(C1.with_(channels=(replace(web, capacity=300.0),)))) == []


@pytest.mark.parametrize(("value", "told_of"), [(799_999, ["web"]), (800_000, []), (None, [])])
def test_a_channel_that_spends_more_for_an_order_than_it_brings_is_named_with_both_amounts(value, told_of):
    """C1 in money: a lead for 22,222 and 50 of 1,800 leads order, so 36 leads or 799,992 an order …"""
    (web,) = C1.channels_on
    # … and with 22,222.2222… it is 800,000 exactly, which is not more than 800,000
    plan = C1.with_(channels=(replace(web, unit_cost=800_000 / 36),), order_value=value)
    found = [one for one in told(doubts(plan), "ja") if one.cell.endswith("unit_cost")]
    assert [one.cell for one in found] == [f"tbl_channels[{id_}].unit_cost" for id_ in told_of]
    assert all("受注1件に80万円かかり、受注1件で得られる80万円を上回ります" in one.allowed for one in found)


@pytest.mark.parametrize(("changes", "told_of"), [
    ({"unit_cost": 12_000.0}, ["ads"]), ({"unit_cost": 20_000.0}, []), ({"unit_cost": None}, []),
    ({"unit_cost": 12_000.0, "on": False}, []),
    ({"unit_cost": 12_000.0, "stage": "opportunities"}, []),  # 12,000 an opportunity, 20,000 a lead: two things
])  # fmt: skip
def test_what_a_lead_costs_is_the_same_on_both_sheets_or_both_are_told(changes, told_of):
    """The default plan's ads: 20,000 as its unit cost (default.toml) and as CPA (kpis_ads.toml)."""
    channels = tuple(replace(one, **changes) if one.id == "ads" else one for one in DEFAULT.channels)
    found = [one for one in told(doubts(DEFAULT.with_(channels=channels)), "ja") if "費用が2つ" in one.allowed]
    assert [one.cell for one in found] == [f"tbl_channels[{id_}].unit_cost" for id_ in told_of]
    assert all("チャネルの単価は12,000円、KPI辞書のCPAは20,000円" in one.allowed for one in found)
    twice = {(one.channel.id, one.kpi.id) for one in stated_twice(DEFAULT)}
    assert twice == {("ads", "cpa")}  # what an order is worth is no cost, and the cost of a click is computed


def test_amounts_are_said_in_the_words_of_their_size():
    """As FIXED rounds in a cell: halves go up."""
    assert Rounded(506_182_969_000_000)("ja") == "506.18兆円"  # of 億 it would be millions
    said = [Rounded(amount)("ja") for amount in (942_300_000, 100_000_000, 99_999_999, 57_000, 9_999, 0)]
    assert said == ["9.42億円", "1.00億円", "10,000万円", "6万円", "9,999円", "0円"]
    assert [Rounded(amount)("en") for amount in (942_350_000, 57_000, 999)] == [
        "JPY 942.4 million",
        "JPY 57 thousand",
        "JPY 999",
    ]


def test_a_goal_and_a_growth_that_say_the_same_are_both_typed():
    goal = replace(C1.goal, baseline=40.0, growth=0.25)  # 40 × 1.25 = 50, the goal of C1
    (twice,) = told(doubts(C1.with_(goal=goal)), "ja")
    assert (twice.cell, twice.found, twice.level) == ("kgi_growth", "0.25", "warning")


def test_a_month_above_a_channels_limit_is_told_with_the_most_that_a_month_asks():
    """C1: 1,800 leads in 6 months, 300 a month, of the one channel."""
    (web,) = C1.channels_on
    assert list(doubts(C1.with_(channels=(replace(web, capacity=300.0),)))) == []
    (above,) = told(doubts(C1.with_(channels=(replace(web, capacity=299.0),))), "ja")
    assert (above.cell, above.found) == (f"tbl_channels[{web.id}].capacity", "299")
    assert above.allowed == "月間の上限を超えます（最も多い月は300件）。割合か上限を見直してください"


def test_what_was_typed_since_the_sheets_were_written():
    last = entries_of(C1)
    assert list(since_writing(C1, last)) == [] and list(since_writing(C1, {})) == []
    first, *rest = C1.stages
    typed = C1.with_(
        months=9,
        start=C1.start.replace(month=C1.start.month + 1),
        actuals={("web:cv", 0): 50.0},
        stages=(replace(first, lag=Lag(curve=(0.4, 1.0))), *rest),
    )
    assert [(one.cell, one.found, one.allowed.split("。")[0]) for one in told(since_writing(typed, last), "ja")] == [
        ("plan_months", "9", "月数が変わりました（シートは6か月分です）"),
        ("plan_start", "2026-05-01", "開始月が変わりました"),
        ("tbl_stages[leads].lag", "40% / 100%", "所要日数のカーブが入力されました"),
    ]


def test_a_stage_typed_since_then_in_a_plan_that_asks_a_channel_for_too_much():
    """C1 with a limit of 299: 300 leads a month were asked for before as well, 50 ÷ 2.5 % ÷ 6 = 333 are now.

    Seen: the plan as it was had the new stage without days, and `check` ended with an error of Python's.
    """
    (web,) = C1.channels_on
    short = C1.with_(channels=(replace(web, capacity=299.0),))
    first, last = short.stages
    new = Stage("visit", "訪問", rate=0.5, lag=Lag(7, 7))
    typed = short.with_(stages=(replace(first, rate=0.05), new, last), pipeline={"visit": 3.0})
    former = FormerStages((first.id, last.id), {first.id: first.id, last.id: last.id})
    said = [one.key for one in since_writing(typed, entries_of(short), former=former)]
    assert said == ["plan_check_stage_pending"]
    asked = C1.with_(stages=typed.stages, pipeline=typed.pipeline, channels=short.channels)
    assert "plan_check_orders_pending" in [one.key for one in since_writing(asked, entries_of(C1), former=former)]


def test_no_level_but_an_error_ends_a_check_with_findings():
    assert {one.level for one in FINDINGS} == {"error", "warning", "hint"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_finding_says_what_to_do(lang):
    """One sentence each, without a stop at its end: a text in which it stands goes on."""
    for one in FINDINGS:
        said = text(f"do_{one.key}", lang)
        assert said and said[-1] not in "。.", one.key


def test_what_to_do_is_a_field_of_its_own_in_data():
    """C1 asks its one channel for 300 leads a month."""
    (web,) = C1.channels_on
    (above,) = doubts(C1.with_(channels=(replace(web, capacity=299.0),)))
    data = record(above, "ja")
    assert list(data)[:8] == ["code", "level", "sheet", "cell", "found", "allowed", "message", "do"]
    assert (data["code"], data["level"], data["do"]) == (
        "plan_check_capacity",
        "warning",
        "割合か上限を見直してください",
    )
    assert data["message"].endswith(data["do"])
