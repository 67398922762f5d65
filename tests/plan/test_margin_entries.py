"""A gross margin as it is typed, on 設定 and in a segment: -100 % to 100 %, and what `check` says below 0."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.agreement.books import template_plan
from tests.told import told
from xl_kpi.catalog import text
from xl_kpi.plan.checks import check
from xl_kpi.plan.fields import field_of
from xl_kpi.plan.findings import doubts
from xl_kpi.plan.input.raw_values import Unreadable
from xl_kpi.plan.input.reading import read_margin
from xl_kpi.plan.model import Goal
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.plan.source_fields import in_source

C1 = template_plan("c1", "ja")
(WEB,) = C1.channels_on


@pytest.mark.parametrize(
    ("typed", "margin"), [("40%", 0.4), ("-10%", -0.1), ("△10%", -0.1), (-1, -1), (0, 0), (1, 1), ("-0.1", -0.1)]
)
def test_what_is_read(typed, margin):
    assert read_margin(typed) == margin
    assert [field_of(key).read for key in ("gross_margin", "tbl_segments.margin")] == [read_margin] * 2


@pytest.mark.parametrize(("typed", "asked"), [(40, "40%"), (-10, "-10%"), (-1.5, "-1.5%")])
def test_a_number_of_percent_is_asked_about(typed, asked):
    with pytest.raises(Unreadable) as caught:
        read_margin(typed)
    assert caught.value.allowed.key == "plan_margin_ask" and caught.value.allowed.values["percent"] == asked


@pytest.mark.parametrize("typed", ["-101%", "101%", -101, 200, "many", True])
def test_what_is_no_margin(typed):
    with pytest.raises(Unreadable) as caught:
        read_margin(typed)
    assert caught.value.allowed.key == "plan_margin"


def test_a_text_source_may_have_a_fraction():
    reader, options = in_source(read_margin, {}, "ja")
    assert reader("40/100", **options) == 0.4 and reader("-10%", **options) == -0.1


@pytest.mark.parametrize(("margin", "codes"), [(-0.1, ["plan_check_margin_none"]), (0.0, ["plan_check_margin_none"]),
                                               (0.4, []), (None, [])])  # fmt: skip
def test_the_goal_is_orders(margin, codes):
    plan = C1.with_(settings={**C1.settings, **({} if margin is None else {"gross_margin": margin})})
    assert check(plan) == []
    assert [one.key for one in doubts(plan)] == codes


@pytest.mark.parametrize(
    ("margin", "codes"),
    [
        (-0.1, ["plan_check_margin"]),
        (0, ["plan_check_margin"]),
        (-2, ["plan_margin_ask"]),
        (None, ["plan_check_margin"]),
        (0.4, []),
    ],
)
def test_the_goal_is_gross_profit(margin, codes):
    """Each slip is one fault."""
    settings = {**C1.settings, **({} if margin is None else {"gross_margin": margin})}
    plan = C1.with_(goal=Goal("profit", 1_000_000.0), order_value=100_000.0, delivery_days=0, settings=settings)
    assert [one.key for one in check(plan) if one.level == "error"] == codes


def test_a_segment_is_named_as_such_and_a_table_without_a_way_is_not_recommended():
    """C1: a lead for 10,000, 36 an order: 360,000 a customer."""
    segment = {"name": WEB.name, "customers": 10.0, "lost": 1.0, "revenue": 100_000.0, "won": 1.0, "cost": 200_000.0}
    plan = with_pages(C1, {"economics": True}).with_(
        channels=(replace(WEB, unit_cost=10_000),), tables={"tbl_segments": {"r1": segment}}
    )
    plan = plan.with_(settings={**plan.settings, "ltv_first": 900_000, "gross_margin": 1.0})
    (found,) = (one for one in told(doubts(plan), "ja") if "LTV÷CACが基準に" in str(one.allowed))
    # LTV 10,000 ÷ 10 % = 100,000: ÷ 360,000 of the channel, ÷ 200,000 of the segment
    assert f"{WEB.name} 0.3倍、区分「{WEB.name}」 0.5倍。" in found.allowed
    assert text("econ_look_costs", "ja") in found.allowed and "予算の移し先" not in found.allowed
