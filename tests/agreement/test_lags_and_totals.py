"""K7: dates run backwards too.  The workbook's own cells, as IronCalc computes them: nothing too late, nothing lost."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from openpyxl.utils import range_boundaries

from tests.agreement.books import Built, built, template_plan
from tests.agreement.comparison import FLOOR, RELATIVE, largest_volume
from tests.agreement.sheet_xml import read_values
from tests.agreement.variants import random_plans
from tests.how_often import often as many
from xl_kpi.calc import month_start
from xl_kpi.plan.model import Goal, Plan
from xl_kpi.plan.needs.volumes import Volumes
from xl_kpi.plan.targets import Targets
from xl_kpi.workbook.writing.stored_values import evaluate

# A plan of a few months takes a quarter of a second to build, so the examples are few.
few = settings(max_examples=many(5, 12))
fewer = settings(max_examples=many(3, 12))


@dataclass(frozen=True)
class Backwards:
    """The block of the required volumes: rows are stages, first stage first."""

    total: list[float]
    before: list[float]
    months: list[list[float]]
    after: list[float]


def backwards(book: Built) -> Backwards:
    """The named results of a workbook: out_stages, out_before, out_months, and the column behind the months."""
    values = evaluate(book.data)

    def block(name: str, more: int = 0) -> list[list[float]]:
        sheet, _, area = book.spec.names[name].rpartition("!")
        left, top, right, bottom = range_boundaries(area)
        sheet = sheet.strip("'")
        return [[values[sheet, row, col] for col in range(left, right + 1 + more)] for row in range(top, bottom + 1)]

    months = block("out_months", more=1)
    return Backwards(
        [row[-1] for row in block("out_stages")],
        [row[0] for row in block("out_before")],
        [row[:-1] for row in months],
        [row[-1] for row in months],
    )


@pytest.fixture(scope="module")
def example() -> tuple[Plan, Backwards]:
    """K7: revenue of 10億円 in the fiscal year April 2026 to March 2027, 60 days (2 months) to deliver."""
    plan = template_plan("default", "ja").with_(
        goal=Goal("revenue", 1_000_000_000.0), order_value=1_200_000, delivery_days=60
    )
    book = built(plan)
    return plan, backwards(book)


def test_no_order_after_the_end_of_january(example) -> None:
    """The last day of revenue is 31 March 2027; 60 days before it is 30 January 2027."""
    plan, cells = example
    orders = dict(zip([month_start(plan.start, k) for k in range(12)], cells.months[-1], strict=True))
    assert orders[dt.date(2027, 2, 1)] == 0
    assert orders[dt.date(2027, 3, 1)] == 0
    assert cells.after[-1] == 0
    # 834 orders (10億円 ÷ 120万円, rounded up) in 365 days; of January 30 days count
    assert cells.total[-1] == 834
    assert Targets(plan).latest_dates[-1] == dt.date(2027, 1, 30)
    assert 0 < orders[dt.date(2027, 1, 1)] < orders[dt.date(2026, 12, 1)]


def test_orders_before_the_start_are_the_first_sixty_days_of_revenue(example) -> None:
    """With equal months: all of April (30 of 30 days) and 30 of the 31 days of May, each a twelfth of 834."""
    _, cells = example
    assert cells.before[-1] == pytest.approx(834 / 12 * (1 + 30 / 31), rel=RELATIVE)


def test_nothing_is_lost(example) -> None:
    _, cells = example
    for total, before, months, after in zip(cells.total, cells.before, cells.months, cells.after, strict=True):
        assert before + sum(months) + after == pytest.approx(total, rel=RELATIVE)


@pytest.mark.long
@few
@given(plan=random_plans(kind="revenue"))
def test_no_order_later_than_the_deadline_less_the_delivery(plan: Plan) -> None:
    book = built(plan)
    cells = backwards(book)
    last_day = Targets(plan).deadline - dt.timedelta(days=plan.delivery_days)
    for k, count in enumerate(cells.months[-1]):
        if month_start(plan.start, k) > last_day:
            assert count == 0
    if last_day < month_start(plan.start, plan.months):
        assert cells.after[-1] == 0


@fewer
@given(plan=random_plans())
def test_random_plans_lose_nothing(plan: Plan) -> None:
    """Before + months + next = total; each is what the exact fractions say, and so is what is newly needed.

    Random lags have thin ends, which are small differences of large totals (a month may hold a billionth of the total):
    there 12 digits of the plan's largest volume are asked for, not 9 of the cell.
    """
    book = built(plan)
    values, targets = read_values(book.data), Targets(plan)  # the stored ones, as everybody sees them
    thin = FLOOR / 1000 * largest_volume(book)
    cells = backwards(book)
    left, top, right, bottom = range_boundaries(book.spec.names["out_new"].rpartition("!")[2])
    calc = book.spec.sheet("calc").name
    new = [[values[calc, row, column] for column in range(left - 1, right + 2)] for row in range(top, bottom + 1)]
    for total, before, months, after in zip(cells.total, cells.before, cells.months, cells.after, strict=True):
        assert before + sum(months) + after == pytest.approx(total, rel=RELATIVE)
        assert min(before, after, *months) >= 0
    for index, volumes in enumerate(targets.needed):
        got = [cells.before[index], *cells.months[index], cells.after[index]]
        assert got == pytest.approx(_floats(volumes), rel=RELATIVE, abs=thin)
    for row, volumes in zip(new, targets.new, strict=True):
        assert row == pytest.approx(_floats(volumes), rel=RELATIVE, abs=thin)
    page = book.spec.sheet("backwards")
    shown = {page.cells[row, 1].value: row for row, column in page.cells if column == 1}
    columns = range(5, 5 + plan.months + 2)
    for index, stage in enumerate(plan.stages):
        need, rest = ([values[page.name, shown[key], column] for column in columns]
                      for key in (stage.id, f"new:{stage.id}"))  # fmt: skip
        assert need == targets.whole_needed[index].parts
        assert rest == targets.whole_new[index].parts
        assert sum(need) == targets.rounded[index]


def _floats(volumes: Volumes) -> list[float]:
    return [float(number) for number in (volumes.before, *volumes.months, volumes.next)]
