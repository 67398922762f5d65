"""Figures that are off from their target by about a power of ten or a million are asked about, and no others."""

from __future__ import annotations

import pytest

import workbook_templates
from tests.agreement.books import built, read_back
from tests.agreement.comparison import against_python
from tests.agreement.sheet_xml import read_values
from xl_kpi.catalog import text
from xl_kpi.catalog.messages import line
from xl_kpi.kpi.agreed_targets import closed_until
from xl_kpi.kpi.slips import doubtful_actuals, slips
from xl_kpi.plan.model import Goal, Plan
from xl_kpi.plan.source import plan_from_source
from xl_kpi.sheets.backwards_rows import NAME


@pytest.mark.parametrize(
    ("unit", "attained", "asked"),
    [
        # the issue: 34 (百万円) read in yen of the same book: ▲99878819 %
        ("yen", [998_788.19], [0]),
        ("yen", [34e-6, ""], [0]),  # 34 typed where 34,000,000 is asked for
        ("yen", [1e-4], [0]),  # 万円
        ("count", [1000.0, 1.1], [0]),  # 千件
        ("count", [0.001], []),  # one lead of a thousand: the month may have begun today
        ("count", [0.001, 0.9], [0]),
        ("count", [10.0, 1.02, 0.97], [0]),  # a digit too many, while the others are near their targets
        ("count", [0.1, 1.02, 0.97], [0]),
        ("count", [10.0, 1.02], []),  # one other month says little
        ("count", [10.0, 9.9, 10.1], []),  # a target that is far too low
        ("count", [8.0, 1.02, 0.97], []),  # a good month
        ("count", [0.0, 1.0, 1.0], []),  # nothing is no slip
        ("yen", [0.5, 1.5, 3.0, 0.2], []),
    ],
)
def test_what_is_asked_about(unit, attained, asked):
    assert slips(attained, [1000.0] * len(attained), unit) == asked


def test_less_is_better_turns_the_attainment_round():
    # what was spent is a thousandth of the budget, and a thousand times as much
    assert slips([1000.0], [2_000_000.0], "yen", "down") == slips([0.001], [2_000_000.0], "yen", "down") == [0]


def test_a_target_below_one_piece_asks_for_nothing():
    # the pipeline covers all but a quarter of a lead; 302 are no slip
    assert slips([302 / 0.25], [0.25], "count") == []
    assert slips([302 / 0.25], [1.0], "count") == [0]


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
