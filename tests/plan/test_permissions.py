"""What stands open for a recipient: their channels, the stages and answers of their department, and nothing else."""

from __future__ import annotations

import pytest

from tests.sheets.plans import in_the_year, template
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.merging.permissions import OUTSIDE, ids_of, is_open, opened_actuals, opened_answers
from xl_kpi.plan.merging.unasked import unasked
from xl_kpi.plan.pages.optional import with_pages


@pytest.fixture(scope="module")
def plan():
    """The default plan from April 2026; the KPIs of advertising that are typed are clicks, CV and cost."""
    return template("default", "ja")


def test_who_works_elsewhere_types_what_the_channels_own_department_counts(plan):
    """Of the trade show visitors and cards; 商談数 is inside sales' (kpis_trade_show.toml)."""
    inside, outside = (ids_of(plan, ["trade_show"], "", outside=elsewhere) for elsewhere in (False, True))
    assert (inside, outside) == (("trade_show",), ("trade_show", OUTSIDE))
    every = {"trade_show:visitors", "trade_show:cards", "trade_show:opps"}
    assert opened_actuals(plan, inside) == every and opened_actuals(plan, outside) == every - {"trade_show:opps"}
    assert opened_answers(plan, outside) == {"channel:trade_show"}
    # its own department is known there, and where nothing is closed nothing is said
    assert "trade_show:opps" in opened_actuals(plan, [*outside, "dept:インサイドセールス"])
    assert ids_of(plan, ["ads"], "", outside=True) == ("ads",)
    assert unasked(plan, [outside])[-1] == "inside_sales" and "trade_show:opps" in unasked(plan, [outside])


def test_ids_stand_in_the_plans_order(plan):
    assert ids_of(plan, ["ads", "web", "telephone"], "マーケティング") == (
        "web", "ads", "stage:leads", "stage:mql", "dept:マーケティング")  # fmt: skip
    assert ids_of(plan, ["ads"], "") == ("ads",)
    assert ids_of(plan, [], "ＡＢＣ") == ("dept:ＡＢＣ",)


@pytest.mark.parametrize(
    ("key", "ids", "expected"),
    [
        ("actual[ads:clicks][2026-04]", ("ads",), True),
        ("actual[ads:clicks][2027-03]", ("ads",), True),  # the last of twelve months
        ("actual[ads:clicks][2027-04]", ("ads",), False),
        ("actual[ads:clicks][2026-03]", ("ads",), False),
        ("actual[ads:cpa][2026-04]", ("ads",), False),  # a formula gives it
        ("actual[web:cv][2026-04]", ("ads",), False),
        ("actual[stage:mql][2026-04]", ("stage:mql",), True),
        ("actual[stage:mql][2026-04]", ("dept:マーケティング",), False),  # the stage's own id opens its actuals
        ("actual[stage:revenue][2026-04]", ("stage:orders",), False),  # the goal is in orders
        ("tbl_agreement[channel:ads].state", ("ads",), True),
        ("tbl_agreement[channel:ads].comment", ("dept:マーケティング",), True),
        ("tbl_agreement[stage:mql].by", ("dept:ﾏｰｹﾃｨﾝｸﾞ",), True),  # half-width
        ("tbl_agreement[stage:mql].on", ("stage:mql",), True),
        ("tbl_agreement[stage:mql].value", ("stage:mql",), False),  # nobody types it
        ("tbl_agreement[stage:orders].state", ("dept:マーケティング",), False),
        ("tbl_agreement[channel:ads].state", ("dept:",), False),
        ("kgi_value", ("ads", "stage:mql", "dept:マーケティング"), False),
        ("tbl_channels[ads].share", ("ads",), False),
    ],
)
def test_an_entry_is_open_to_those_who_answer_for_it(key, ids, expected, plan):
    assert is_open(key, ids, plan) is expected


def test_who_types_the_orders_types_the_revenue():
    plan = in_the_year("ja")
    assert is_open("actual[stage:revenue][2026-04]", ("stage:orders",), plan)
    assert not is_open("actual[stage:revenue][2026-04]", ("stage:mql",), plan)


def test_a_channel_that_is_off_is_open_to_nobody(plan):
    off = plan.with_(channels=tuple(
        type(channel)(**{**vars(channel), "on": channel.id != "ads"}) for channel in plan.channels))  # fmt: skip
    assert ids_of(off, ["ads"], "") == ()
    assert opened_actuals(off, ["ads"]) == set()
    assert "channel:ads" not in opened_answers(off, ["ads", "dept:マーケティング"])


def test_together_people_open_what_each_of_them_opens():
    """`Sent.entries` is made with everybody's ids at once."""
    plan = in_the_year("ja")
    each = [("ads",), ("stage:mql", "dept:マーケティング"), ("stage:orders",)]
    everybody = [one for ids in each for one in ids]
    for key in entries_of(plan):
        assert is_open(key, everybody, plan) is any(is_open(key, ids, plan) for ids in each), key


def test_a_page_of_rows_opens_its_tables_to_those_alone_who_have_it(plan):
    shown = with_pages(plan, {"actions": True, "brand": True})
    assert ids_of(shown, ["page:brand_log", "page:actions", "page:accounts", "ads"], "") == (
        "ads", "page:actions", "page:brand_log",
    )  # fmt: skip
    assert ids_of(plan, ["page:actions"], "") == ()
    assert is_open("tbl_actions[r1].finding", ("page:actions",), shown)
    assert is_open("tbl_actions[r-1-abcdef-4].finding", ("page:actions",), shown)
    for key, ids in (
        ("tbl_actions[r1].finding", ("ads", "dept:マーケティング", "page:brand_log")),
        ("review_as_of", ("page:actions",)),
        ("tbl_reasons[r1].reason", ("page:history",)),  # rows of ours, with a word of the planner's beside
    ):
        assert not is_open(key, ids, shown), key
