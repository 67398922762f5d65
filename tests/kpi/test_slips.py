"""Figures that are off from their target by about a power of ten or a million are asked about, and no others."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

import workbook_templates
from tests.agreement.books import built, read_back
from tests.agreement.comparison import against_python
from tests.agreement.sheet_xml import read_values
from xl_kpi.catalog import text
from xl_kpi.catalog.messages import line
from xl_kpi.kpi.agreed_targets import closed_until
from xl_kpi.kpi.figures import attainment
from xl_kpi.kpi.slips import doubted_actuals, doubtful_actuals, slips, slips_excel
from xl_kpi.plan.model import Goal, Plan
from xl_kpi.plan.source import plan_from_source
from xl_kpi.sheets import book_spec
from xl_kpi.sheets.places.backwards import NAME
from xl_kpi.workbook.addresses import column_letters
from xl_kpi.workbook.writing.stored_values import evaluate

# What the ratio of an actual to its target says: powers of ten, a quarter more or less, and all that is further off.
ASKED = (10.0, 8.1, 12.4, 99, 100, 200, 1000, 1e4, 998_788.19, 1e6, 0.1, 0.081, 0.124, 0.01, 0.0124, 0.001, 1e-4, 34e-6)
NOT_ASKED = (0.0, 0.03, 0.07, 0.15, 0.3, 0.5, 0.9, 1.0, 1.1, 3.0, 5.0, 7.9, 13.0, 40.0, "")


@pytest.mark.parametrize(("unit", "target"), [
    ("yen", 33_940_000), ("yen", 33.94), ("yen", 0.5), ("rate", 0.025), ("count", 1401), ("people", 100),
])  # fmt: skip
@pytest.mark.parametrize("better", ["up", "down"])
def test_what_is_asked_about(unit, target, better):
    """A month asks by itself, whatever the others are: each ratio in a row of its own, then all in one row."""
    for ratio in (*ASKED, *NOT_ASKED):
        reached = attainment(ratio and ratio * target, target, better)
        assert slips([reached], [target], unit, better) == ([0] if ratio in ASKED else [])
    ratios = (*NOT_ASKED, *ASKED)
    row = [attainment(ratio and ratio * target, target, better) for ratio in ratios]
    found = slips(row, [target] * len(row), unit, better)
    assert found == list(range(len(NOT_ASKED), len(ratios)))


@pytest.mark.parametrize(("target", "actual", "asked"), [
    (4.9, 49, False), (5, 50, True), (5, 499, True), (1, 302, False),  # too many: from five pieces on
    (99, 10, False), (99, 1, False), (100, 10, True), (1401, 140, True), (1401, 1, True),  # too few: from a hundred on
    (0.25, 302, False), (12, 0, False), (1401, 0, False),
])  # fmt: skip
def test_small_counts_are_a_matter_of_luck(target, actual, asked):
    assert bool(slips([attainment(actual, target)], [target], "count")) == asked
    # of money each size is asked about; 0 is none
    assert bool(slips([attainment(actual, target)], [target], "yen")) == (actual > 0)


@pytest.mark.parametrize("unit", ["count", "yen", "rate"])
@pytest.mark.parametrize("better", ["up", "down"])
def test_the_cells_find_the_same_over_a_grid_of_ratios(unit, better):
    """Each target with ratios from a ten-millionth to ten million in steps of an eighth of a power of ten.

    The edges of the bands lie between these steps.
    """
    book = openpyxl.Workbook()
    page, expected = book.active, {}
    ratios = [10 ** (step / 8) for step in range(-56, 57)]
    last = column_letters(len(ratios) + 1)
    for place, target in enumerate((1, 4, 6, 33.94, 99, 101, 1401)):
        row, reached = 2 * place + 1, [attainment(ratio * target, target, better) for ratio in ratios]
        for column, value in enumerate(reached, 2):
            page.cell(row, column, target)
            page.cell(row + 1, column, value)
        page.cell(row, 1, "=" + slips_excel(f"B{row + 1}:{last}{row + 1}", f"B{row}:{last}{row}", unit, better))
        expected["Sheet", row, 1] = len(slips(reached, [target] * len(reached), unit, better))
    file = BytesIO()
    book.save(file)
    values = evaluate(file.getvalue())
    assert {cell: values[cell] for cell in expected} == expected
    # from the smallest target on: nothing for counts, and steps on both sides of 1 for the others
    assert (expected["Sheet", 1, 1] == 0) == (unit == "count") and expected["Sheet", 13, 1] > 80


def plan(**changes) -> Plan:
    source = plan_from_source(workbook_templates.source("default"), "ja", "default")
    return source.with_(goal=Goal("revenue", 1_200_000_000.0), **changes)


def test_the_question_names_target_and_unit_as_the_cell_has_them():
    # 12 equal months of 1,200,000,000 yen: 100,000,000 each; 34 was meant in 百万円
    doubt = list(doubtful_actuals(plan(actuals={("stage:revenue", 0): 34.0})))
    assert [(one.cell, one.level) for one in doubt] == [("actual[stage:revenue][2026-04]", "warning")]
    assert line(doubt[0], "ja").startswith(
        "actual[stage:revenue][2026-04]: 「34」 → 目標（100,000,000）と桁が違います。円で入力する欄です"
    )
    assert list(doubtful_actuals(plan(currency_unit="million_yen", actuals={("stage:revenue", 0): 34e6}))) == []
    assert list(doubtful_actuals(plan())) == []


def test_the_targets_are_those_that_the_cells_show():
    """A month of 407.28 million yen in twelve is 33.94; April's cell shows 33.9, of which 271.3 are 8.003 times."""
    in_millions = plan(currency_unit="million_yen").with_(goal=Goal("revenue", 407_280_000.0))
    for typed, asked in ((271.3e6, True), (271.1e6, False)):
        given = in_millions.with_(actuals={("stage:revenue", 0): typed})
        told = [line(one, "en") for one in doubtful_actuals(given)]
        assert [" target is 33.9, in " in one for one in told] == [True] * asked
        page = book_spec(given).sheet("backwards")
        row = next(row for (row, _), cell in page.cells.items() if cell.value == "stage:revenue:attainment")
        assert (page.cells[row, NAME].value == text("check_digits", "ja")) == asked


def test_in_closed_months_the_agreed_targets_are_compared_with():
    """April is closed at 400,000,000 of 1,200,000,000 yen in three months, then the goal becomes a thousand times that:
    April's 380,000,000 are fine, in May they are asked about, as is April's 34.  Sheet, check and what `collect` calls
    say it alike."""
    key, start = "stage:revenue", plan().start
    agreed = plan(months=3, actuals={(key, 0): 380e6})
    shut = closed_until(agreed, start).with_(goal=Goal("revenue", 1.2e12))
    assert list(doubtful_actuals(shut)) == []
    both = shut.with_(actuals={(key, 0): 34.0, (key, 1): 380e6})
    april, may = doubtful_actuals(both)
    assert line(april, "ja").startswith("actual[stage:revenue][2026-04]: 「34」 → 目標（400,000,000）と桁が違います")
    assert may.cell == "actual[stage:revenue][2026-05]"
    asked = text("check_digits", "ja")
    for given, told in ((shut, ""), (both, asked)):
        book = built(given)
        page = book.spec.sheet("backwards")
        row = next(row for (row, column), cell in page.cells.items() if cell.value == f"{key}:attainment")
        assert (read_values(book.data).get((page.name, row, NAME)) or "") == told
        assert against_python(book, read_values(book.data), "IronCalc") == []
        assert bool(list(doubtful_actuals(read_back(book.data)))) == bool(told)


def counted(value: float, **more: object) -> list[tuple[str, str]]:
    """Key and cell of what is asked of one actual of the default plan's web visits."""
    plan = plan_from_source(workbook_templates.source("default"), "ja").with_(actuals={("web:cv", 0): value}, **more)
    return [(one.key, one.cell) for one in doubted_actuals(plan)]


@pytest.mark.parametrize(("value", "asked"), [
    (0.2, True), (12.5, True), (1.5, True), (16.999999999999, False), (0, False), (17, False), (17.0, False),
])  # fmt: skip
def test_what_is_counted_one_by_one_is_a_whole_number(value, asked):
    """20 %, 12.5: asked about once, also where the digits are off too; what floats leave of a sum is whole."""
    found = [key for key, cell in counted(value) if cell == "actual[web:cv][2026-04]"]
    assert found.count("plan_check_not_whole") == asked and len(found) <= 1


def test_a_rate_and_money_may_have_parts_and_so_have_weeks_in_two_months():
    plan = plan_from_source(workbook_templates.source("default"), "ja")
    rates = plan.with_(actuals={("web:cvr", 0): 0.0215, ("stage:revenue", 0): 1_000_000.5})
    assert "plan_check_not_whole" not in [one.key for one in doubted_actuals(rates)]
    week = {"tbl_weeks": {"r1": {"week": "2026-04-27", "kpi": "web.cv", "value": 12.0}}}
    assert counted(12 * 4 / 7, tables=week) == []  # four of seven days lie in April
    assert [key for key, _ in counted(12.5, tables=week)] == ["plan_check_not_whole"]
