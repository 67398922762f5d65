"""A rate between two stages in one month: over 100 % it is no rate, so it is blank, and the tab says why (T12)."""

from __future__ import annotations

import pytest

from tests.sheets.plans import template
from xl_kpi.kpi.channel_figures import ACTUAL, TARGET, ChannelFigures
from xl_kpi.plan.channel_choice import with_channels
from xl_kpi.plan.targets import Targets


def figures(actuals: dict[tuple[str, int], float], channel: str = "field_sales") -> ChannelFigures:
    plan = with_channels(template("default", "ja"), ["web", "field_sales", "inside_sales"])
    plan = plan.with_(actuals=actuals)
    return ChannelFigures(plan, Targets(plan), next(one for one in plan.channels_on if one.id == channel))


@pytest.mark.parametrize("won, deals, found", [
    (5, 1, ""),  # what was open at the start is won: five orders, one new deal
    (4, 4, 1.0),  # the bound itself is a rate
    (2, 5, 0.4),
    (1, 0, ""),
])  # fmt: skip
def test_a_month_over_100_percent_is_blank(won, deals, found):
    made = figures({("field_sales:won", 0): won, ("field_sales:deals", 0): deals})
    assert made.months[ACTUAL, "win_rate"][0] == made.actual["win_rate"].to_date == found


def test_the_months_together_have_a_rate_again():
    typed = {("field_sales:won", 0): 5.0, ("field_sales:deals", 0): 1.0}
    made = figures(typed | {("field_sales:won", 1): 3.0, ("field_sales:deals", 1): 19.0})
    assert made.months[ACTUAL, "win_rate"][:2] == ["", pytest.approx(3 / 19)]
    assert made.actual["win_rate"].to_date == pytest.approx(8 / 20)


def test_rates_within_a_stage_are_left_alone():
    made = figures({("inside_sales:opps_created", 0): 12.0, ("inside_sales:appointments", 0): 10.0}, "inside_sales")
    assert not any(made.is_between_stages(kpi) for kpi in made.kpis)
    assert made.months[ACTUAL, "opp_rate"][0] == pytest.approx(1.2)


def test_targets_are_held_to_the_same():
    field = figures({})
    assert [kpi.id for kpi in field.kpis if field.is_between_stages(kpi)] == ["win_rate"]
    assert all(value == "" or value <= 1 for value in field.months[TARGET, "win_rate"])
