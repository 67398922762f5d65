"""A start that lies earlier now, with closed months (K15): the new first ones were never agreed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.agreement.books import built, read_back
from tests.agreement.comparison import against_python
from tests.agreement.selected import often_rows
from tests.closed_plans import closed, small
from xl_kpi.calc import month_start
from xl_kpi.kpi.agreed_targets import remembered, targets_now
from xl_kpi.plan.closed.closing import is_target
from xl_kpi.plan.model import Plan
from xl_kpi.plan.targets import Targets
from xl_kpi.workbook.writing.stored_values import evaluate

CLOSED = 2


def moved(lang: str, earlier: int, reached: int = 0) -> tuple[Plan, Plan]:
    """A plan with two months closed, and as it is read with its start so many months earlier."""
    plan = closed(small(lang, 3, reached), CLOSED)
    months = {(what, month + earlier): value for (what, month), value in plan.agreed.months.items()}
    first = {(what, month + earlier): value for (what, month), value in plan.agreed.first.items()}
    actuals = {(what, month + earlier): value for (what, month), value in plan.actuals.items()}
    agreed = replace(plan.agreed, months=months, first=first, ever=plan.agreed.ever + earlier)
    start = month_start(plan.start, -earlier)
    return plan, plan.with_(start=start, months=plan.months + earlier, agreed=agreed, actuals=actuals)


@pytest.mark.parametrize("lang, earlier, reached", often_rows([("ja", 1, 0), ("en", 2, 2), ("ja", 6, 1)], [1]))
def test_months_before_the_former_first_one_show_what_they_would_while_nothing_is_closed(lang, earlier, reached):
    before, plan = moved(lang, earlier, reached)
    found, opened = targets_now(Targets(plan)), targets_now(Targets(plan).opened)
    agreed = before.agreed.months
    for (what, month), value in found.items():
        if month < earlier and is_target(what):
            assert value == opened[what, month]
        elif earlier <= month < earlier + CLOSED:
            assert value == agreed[what, month - earlier]
    # written down and read again they are the same numbers: nothing is rounded a second time
    again = plan.with_(agreed=remembered(Targets(plan)))
    assert targets_now(Targets(again)) == found


@pytest.mark.parametrize("lang, earlier", often_rows([("ja", 1), ("en", 2), ("ja", 6)], [2]))
def test_the_cells_are_pythons(lang, earlier):
    plan = moved(lang, earlier)[1]
    book = built(plan)
    assert against_python(book, evaluate(book.data), "IronCalc") == []
    assert read_back(book.data).agreed == remembered(Targets(plan))
