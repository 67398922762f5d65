"""Months of the outlook that are painted: where less comes than is needed, not where rounding alone makes it so."""

from __future__ import annotations

from tests.sheets.plans import template
from xl_kpi.build import build_spec
from xl_kpi.plan.model import Plan
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.addresses import column_number
from xl_kpi.workbook.cells.rectangles import shifted
from xl_kpi.workbook.writing.stored_values import evaluate

BELOW_ALL = 200  # a row in which nothing stands


def painted(plan: Plan) -> list[int]:
    """The months, from 0, in which the condition of the expected orders holds, as an engine calculates it."""
    spec = book_spec(plan)
    page = spec.sheet("backwards")
    row = next(row for (row, column), cell in page.cells.items() if column == 1 and cell.value == "outlook_orders")
    (condition,) = [one for one in page.conditions if f"SUM($F{row}:F{row})" in one.formula]
    first = column_number("F")
    for k in range(plan.months):
        formula = "=" + shifted(condition.formula[1:], 0, k)
        page.put(BELOW_ALL, first + k, None, "calc", formula=formula)
    values = evaluate(build_spec(spec))
    return [k for k in range(plan.months) if values[page.name, BELOW_ALL, first + k]]


def test_a_plan_that_lands_at_its_goal_has_no_month_painted_for_rounding() -> None:
    """C1: 50 customers evenly over 183 days; whole ones are 9, 8, 8, 9, 8, 8 needed and expected."""
    assert painted(template("c1", "ja")) == []


def test_a_month_without_orders_is_painted() -> None:
    """The default's open deals have just entered and take 30 days: April brings none of its 5 orders."""
    assert painted(template("default", "ja")) == [0]


def test_what_comes_as_it_is_needed_is_shown_as_the_same_whole_orders() -> None:
    """C1: 8.33 a month, needed and expected: 9, 8, 8 … in both rows, not 8, 9, 8 … in one of them."""
    page = book_spec(template("c1", "ja")).sheet("backwards")
    rows = {cell.value: row for (row, column), cell in page.cells.items() if column == 1}
    first = column_number("F")
    need, comes = (
        [page.cells[rows[key], first + k].value for k in range(6)] for key in ("outlook_need", "outlook_orders")
    )
    assert need == comes == [9, 8, 8, 9, 8, 8]
