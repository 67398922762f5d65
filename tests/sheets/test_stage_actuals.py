"""K4: what 逆算 and the tree make of actuals that are off plan, or missing in a month of one channel."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.agreement.selected import often
from tests.sheets.on_plan import shown_targets
from xl_kpi.calc.lag import Lag
from xl_kpi.plan.model import Channel, Goal, Kpi, Plan, Stage
from xl_kpi.sheets import Context, book_spec, from_context
from xl_kpi.sheets.tree import nodes as tree_nodes

MONTHS = 6
WEB, ADS = "web:cv", "ads:cv"


def plan() -> Plan:
    """120 orders in six months, 30 days after their leads, of which web brings three quarters and ads one."""
    return Plan(
        title="二つのチャネル",
        lang="ja",
        goal=Goal("orders", 120),
        start=dt.date(2026, 4, 1),
        months=MONTHS,
        stages=(Stage("leads", "リード", rate=0.25, lag=Lag(30, 30)), Stage("orders", "受注")),
        channels=(Channel("web", "Web", "leads", share=0.75), Channel("ads", "広告", "leads", share=0.25)),
        kpis=tuple(Kpi("cv", channel, "CV", "CV", "count", "leads", "input") for channel in ("web", "ads")),
    )


def shown(actuals: dict[tuple[str, int], float]) -> dict[str, list]:
    """The rows of leads and orders among the actuals of 逆算: total, to date, and the months."""
    page = book_spec(plan().with_(actuals=actuals)).sheet("backwards")
    keys = {str(cell.value): row for (row, column), cell in page.cells.items() if column == 1}
    rows = [f"stage:{stage}:{side}" for stage in ("leads", "orders") for side in ("actual", "attainment")]
    columns = (3, 4, *range(6, 6 + MONTHS))
    return {key: [page.cells[keys[key], column].value for column in columns] for key in rows}


def boxes(actuals: dict[tuple[str, int], float]) -> dict[str, tree_nodes.Node]:
    ctx = Context(plan().with_(actuals=actuals))
    from_context(ctx)
    return {node.id: node for node, _ in tree_nodes.walk(tree_nodes.build(ctx))}


TARGETS = shown_targets(plan())


def test_a_month_in_which_a_channel_has_not_told_is_compared_with_nothing():
    web, ads = ([TARGETS[series, month] for month in range(2)] for series in (WEB, ADS))
    # April: both exactly as planned.  May: web a tenth above, ads not yet there.
    rows = shown({(WEB, 0): web[0], (ADS, 0): ads[0], (WEB, 1): web[1] * 1.1})
    total, to_date, april, may, june, *_ = rows["stage:leads:actual"]
    assert (april, may, june) == (pytest.approx(web[0] + ads[0]), pytest.approx(web[1] * 1.1), "")
    assert (total, to_date) == (pytest.approx(april + may), pytest.approx(april))
    progress, reached, april, may, june, *_ = rows["stage:leads:attainment"]
    whole = sum(TARGETS[series, month] for series in (WEB, ADS) for month in range(MONTHS))
    assert progress == pytest.approx(total / whole)  # what is there is there
    assert (reached, april, may, june) == (pytest.approx(1), pytest.approx(1), "", "")


def test_a_zero_is_an_answer_and_a_blank_is_none():
    web, ads = TARGETS[WEB, 0], TARGETS[ADS, 0]
    assert shown({(WEB, 0): web, (ADS, 0): 0})["stage:leads:attainment"][2] == pytest.approx(web / (web + ads))
    assert shown({(WEB, 0): web})["stage:leads:attainment"][2] == ""


def test_the_rate_is_estimated_from_the_plans_ratio_of_the_same_months():
    # Leads exactly as planned, orders a fifth above the plan: whatever the days between them, 25 % × 1.2.
    typed = {key: value for key, value in TARGETS.items() if key[1] < 3}
    typed |= {("stage:orders", month): TARGETS["stage:orders", month] * 1.2 for month in range(3)}
    rate = boxes(typed)["rate:leads"]
    assert (rate.target.value, rate.actual.value, rate.state.value) == (0.25, pytest.approx(0.3), pytest.approx(1.2))
    assert rate.estimated
    # the plain ratio of April would have been another: orders of April come from leads of March
    leads = TARGETS[WEB, 0] + TARGETS[ADS, 0]
    assert TARGETS["stage:orders", 0] / leads != pytest.approx(0.25, rel=0.01)


@pytest.mark.parametrize("missing", often([WEB, ADS, "stage:orders"], [WEB, "stage:orders"]))
def test_a_month_without_one_of_the_parts_is_no_part_of_the_rate(missing):
    typed = {key: value for key, value in TARGETS.items() if key[1] < 2}
    typed[missing, 1] = typed[missing, 1] * 7  # May alone is off plan …
    assert boxes(typed)["rate:leads"].state.value != pytest.approx(1)
    other = ADS if missing == WEB else WEB
    del typed[other, 1]  # … and is left out when another part of it is blank
    assert boxes(typed)["rate:leads"].state.value == pytest.approx(1)


def test_a_rate_without_leads_or_without_a_plan_for_the_months_is_blank():
    assert boxes({})["rate:leads"].actual.value == ""
    nothing = {(WEB, 0): 0, (ADS, 0): 0, ("stage:orders", 0): 3}
    assert boxes(nothing)["rate:leads"].actual.value == ""
    assert boxes({**nothing, (WEB, 0): 10})["rate:leads"].actual.value != ""
    # the last month's leads would be orders of the next period: the plan asks for none
    last = {(WEB, MONTHS - 1): 5, (ADS, MONTHS - 1): 5, ("stage:orders", MONTHS - 1): 20}
    assert TARGETS[WEB, MONTHS - 1] == 0
    assert boxes(last)["rate:leads"].actual.value == ""
