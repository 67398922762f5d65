"""Closed exactly as shown (K15): a plan that is on plan stays as it was, to the last digit that a cell has."""

from __future__ import annotations

import random

import pytest
from openpyxl.utils.cell import coordinate_to_tuple

from tests.agreement.books import built, template_plan
from tests.agreement.comparison import against_python
from tests.closed_plans import as_shown, closed, small
from tests.plan.test_closing import on_plan
from tests.plan.test_outlook import plan, some_plan
from xl_kpi.calc import month_start
from xl_kpi.kpi.agreed_targets import closed_until, remembered
from xl_kpi.plan.findings import doubts
from xl_kpi.plan.model import Plan
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.review.forecast import Forecast
from xl_kpi.plan.targets import Targets
from xl_kpi.workbook.writing.stored_values import evaluate


def shut_one_by_one(base: Plan, months: int) -> Plan:
    """Closed month after month, as people do, each time with what the workbook remembers then."""
    for month in range(months):
        base = closed_until(base, month_start(base.start, month))
        base = base.with_(agreed=remembered(Targets(base)))
    return base


def typed(base: Plan, months: int) -> Plan:
    """With the targets of the stages as actuals; leads are those of the channels, left blank, or typed."""
    return on_plan(base, months)


def nothing_short(seed: int) -> Plan:
    """A random plan (rates, lags, seasons) with as much open as the first days ask for, nothing won ahead of time."""
    given = some_plan(seed)
    given.pop("age", None)
    base = plan(**given).with_(delivery_days=0, pipeline={})
    for index in reversed(range(len(base.stages) - 1)):
        missing = float(Targets(base).new[index].before) * 1.001  # the last digits are the binary ones
        base = base.with_(pipeline={**base.pipeline, base.stages[index].id: missing})
    return base


@pytest.mark.parametrize("seed", range(20))
def test_open_targets_stay_to_the_last_digit(seed):
    base = nothing_short(seed)
    count = random.Random(seed).randint(1, max(1, base.months - 1))
    shut = shut_one_by_one(typed(base, count), count)
    was, now = Targets(base), Targets(shut)
    for before, after in zip(was.new, now.new, strict=True):
        for then, since in zip(before.months[count:], after.months[count:], strict=True):
            assert float(since) == pytest.approx(float(then), rel=1e-9, abs=1e-9 * float(before.total or 1))
    assert [one.months for one in now.whole_new] == [one.months for one in was.whole_new]
    assert [one.months for one in now.whole_needed] == [one.months for one in was.whole_needed]


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("count", [1, 5])
def test_the_default_plan_reaches_its_goal(lang, count):
    base = template_plan("default", lang)
    shut = shut_one_by_one(typed(base, count), count)
    outlook = PlanOutlook(Targets(shut))
    assert float(outlook.share) == pytest.approx(1, abs=1e-12)
    assert max(outlook.shortage) < 1e-9
    said = {found.key for found in doubts(shut)}
    assert not said & {"plan_check_outlook", "plan_check_late", "plan_check_shortage", "plan_check_closed_late"}


def test_what_is_missing_of_a_shown_target_is_missing_of_the_exact_one():
    """One order less than shown in the second of three closed months: one order more is asked of the others."""
    base = typed(template_plan("default", "ja"), 3)
    short = base.with_(actuals={**base.actuals, ("stage:orders", 1): base.actuals["stage:orders", 1] - 1})
    was, now = (Targets(closed(one, 3)) for one in (base, short))
    assert float(sum(now.new[-1].months[3:]) - sum(was.new[-1].months[3:])) == pytest.approx(1)
    assert sum(now.whole_new[-1].months[3:]) - sum(was.whole_new[-1].months[3:]) == 1


def test_the_cells_are_pythons():
    shut = closed(typed(small("ja", 3, 0), 2), 2)
    book = built(shut)
    assert against_python(book, evaluate(book.data), "IronCalc") == []


@pytest.mark.parametrize("part", [0.3, 0.8, 0.9, 1.5])
def test_no_month_of_the_outlook_takes_back_what_came_before(part):
    """April at a part of what the sheets ask: the months add up to all orders in time, and none is below 0.

    Seen: at 80 % the run has less than nothing left of what the plan had gone on before its days, and June was taken
    for −0.55 orders, 0 in its cell; no command wrote the workbook any more, as the two did not agree.
    """
    plan = as_shown(template_plan("default", "ja"), 1)
    plan = plan.with_(actuals={key: round(count * part) for key, count in plan.actuals.items()})
    outlook = PlanOutlook(Targets(plan))
    for months in (outlook.orders_in_time, outlook.paid_in_time):
        assert min(months.parts) >= 0 and months.total == outlook.orders
    assert sum(Forecast(Targets(plan)).by_month) <= Forecast(Targets(plan)).orders


@pytest.mark.parametrize("closed", [1, 6, 11])
@pytest.mark.parametrize("part", [0, 0.4, 2])
def test_not_more_comes_in_time_than_ever(closed, part):
    """What is in a stage goes on by and by as what entered did.

    Seen: 11 of 12 months at 40 %, nothing carried over: 0.06 orders fewer in all than in time, 0 in the cell; what was
    less than even months leave entered the run as a negative number on the first open day.
    """
    base = template_plan("default", "ja")
    plan = as_shown(base.with_(settings={**base.settings, "carry_over": "no"}), closed)
    plan = plan.with_(actuals={key: round(count * part) for key, count in plan.actuals.items()})
    outlook = PlanOutlook(Targets(plan))
    assert outlook.later >= 0
    assert all(min(row) >= 0 for row in outlook.run.entries)


@pytest.mark.slow
def test_a_month_far_below_the_plan_can_be_closed():
    """Every cell as Python has it: ``build`` compares them, and refuses what differs."""
    plan = as_shown(template_plan("default", "ja"), 1)
    plan = plan.with_(actuals={key: round(count * 0.8) for key, count in plan.actuals.items()})
    (page,) = [page for page in built(plan).spec.sheets if page.key == "backwards"]
    (row,) = [row for (row, column), cell in page.cells.items() if column == 1 and cell.value == "outlook_orders"]
    months = [page.cells[row, 6 + month].value for month in range(12)]
    assert min(months) >= 0 and months[0] == 4


@pytest.mark.slow
def test_three_of_eighteen_months_closed_with_nothing_carried_over_ask_for_five_sixths():
    """60 × 15 ÷ 18 = 50 orders; the days add up to 50.0000000000006 in the cells, of which 51 was made.

    ``built`` compares each cell, the whole ones as well.
    """
    base = template_plan("default", "ja").with_(months=18)
    base = base.with_(settings={**base.settings, "carry_over": "no", "outlook_age": "half"})
    book = built(as_shown(base, 3))
    assert evaluate(book.data)[named(book, "orders_open")] == pytest.approx(50, rel=1e-15)


@pytest.mark.slow
def test_one_of_six_months_closed_with_nothing_carried_over_asks_for_whole_leads():
    """50 × 5 ÷ 6 orders ÷ 2.7778 % = 1,500 leads, in the cell as well, where 1,501 stood."""
    base = template_plan("c1", "en").with_(months=6)
    plan = as_shown(base.with_(settings={**base.settings, "carry_over": "no"}), 1)
    plan = plan.with_(actuals={key: round(count * 0.4) for key, count in plan.actuals.items()})
    book = built(plan)
    assert evaluate(book.data)[named(book, "orders_open")] == pytest.approx(250 / 6, rel=1e-15)


def named(book, name):
    sheet, _, cell = book.spec.names[name].replace("$", "").rpartition("!")
    return sheet.strip("'"), *coordinate_to_tuple(cell)
