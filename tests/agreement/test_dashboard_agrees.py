"""Where the plan stands, live on 計算 and ダッシュボード: the same in three engines, and as somebody types (R10).

Python's numbers are those of ``plan.review``, which ``tests/plan`` proves by themselves; here they are held against
what the cells come to.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.agreement.books import Built, Editor, built, changed
from tests.agreement.comparison import against_python, agree, between_engines
from tests.agreement.selected import often
from tests.agreement.sheet_xml import read_values
from tests.agreement.test_formulas import ALLOWED, functions_of
from tests.closed_plans import closed, small
from xl_kpi.catalog import text
from xl_kpi.kpi.review.review import Review
from xl_kpi.plan.model import Plan
from xl_kpi.plan.targets import Targets
from xl_kpi.workbook.writing.stored_values import evaluate

Actuals = dict[tuple[str, int], float]


def _with(plan: Plan, change: Callable[[Actuals], Actuals]) -> Plan:
    return plan.with_(actuals=change(dict(plan.actuals)))


def _without(*keys: str) -> Callable[[Actuals], Actuals]:
    return lambda found: {key: value for key, value in found.items() if key[0] not in keys}


def _nothing_from(*keys: str) -> Callable[[Actuals], Actuals]:
    return lambda found: {key: 0.0 if key[0] in keys else value for key, value in found.items()}


def _blank(what: str, month: int) -> Callable[[Actuals], Actuals]:
    return lambda found: {key: value for key, value in found.items() if key != (what, month)}


def on_plan() -> Plan:
    """Every actual is its target to the last digit."""
    plan = small()
    targets = Targets(plan)
    stages = {(f"stage:{one.id}", k): float(targets.new[place].months[k]) for place, one in enumerate(plan.stages)
              for k in range(3) if place}  # fmt: skip
    leads = {(f"{one.id}:cv", k): float(targets.of_channel(one).months[k]) for one in plan.lead_channels
             for k in range(3)}  # fmt: skip
    return plan.with_(actuals=stages | leads)


CASES: dict[str, Callable[[], Plan]] = {
    "three months": small,
    "no actual": lambda: small(reached=0),
    "a blank month of a stage": lambda: _with(small(), _blank("stage:mql", 1)),
    "a blank month of the orders": lambda: _with(small(), _blank("stage:orders", 1)),
    "no order yet": lambda: _with(small(), _nothing_from("stage:orders", "stage:proposals")),
    "nothing at all": lambda: _with(small(), lambda found: dict.fromkeys(found, 0.0)),
    "a channel that tells nothing": lambda: _with(small(), _without("ads:cv")),
    "two of three months closed": lambda: closed(small("en"), 2),
    "all closed": lambda: closed(small(reached=6), 6),
    "thrice the plan": lambda: _with(small(), lambda found: {key: 3 * value for key, value in found.items()}),
    "on plan": on_plan,
}  # fmt: skip


@pytest.mark.parametrize("name", often(list(CASES), ["a blank month of a stage", "no order yet", "on plan"]))
def test_every_cell_is_what_python_says(name):
    book = built(CASES[name]())
    assert against_python(book, evaluate(book.data, book.plan.lang), "IronCalc") == []


def test_functions_of_excel_2010_only():
    assert functions_of(built(small()).spec) - ALLOWED == set()


@pytest.fixture(scope="module")
def typed() -> tuple[Built, Built]:
    """A book, and the same after the orders of May were typed anew, as one."""
    editor = Editor(built(small()))
    return editor.original, changed(editor, lambda file: {file.actual("act_stages", "stage:orders", 1): 1})


def test_once_inputs_have_changed_no_chart_draws_the_old_forecast(typed):
    now, old = (drawn_lines(one) for one in typed)
    assert [len(line) for line in now] == [len(line) for line in old]
    assert all(isinstance(number, float | int) for line in now for number in line)
    assert {number for line in old for number in line} <= {"", None}


def drawn_lines(book: Built) -> list[list[object]]:
    """What a file has as the forecast by month and its band, from the last month with an actual on."""
    calc, values = book.spec.sheet("calc"), read_values(book.data)
    names = [text(f"dash_trend_{key}", "ja") for key in ("forecast", "low", "high")]
    places = [place for place, cell in calc.cells.items() if cell.value in names and cell.formula]
    last = max(column for _, column in calc.cells)
    return [
        [values.get((calc.name, row, at)) for at in range(column + 1, last + 1)
         if (cell := calc.cells.get((row, at))) and "review_mark" in (cell.formula or "")]
        for row, column in places
    ]  # fmt: skip


@pytest.mark.host
def test_after_a_changed_actual_the_live_figures_follow(typed, libreoffice, tmp_path):
    before, after = typed
    (file,) = libreoffice.convert([after.at(tmp_path, "typed")], "xlsx")
    theirs = read_values(file.read_bytes())
    calc = after.spec.sheet("calc")
    top, left = next(place for place, cell in calc.cells.items() if cell.value == text("calc_review_stages", "ja"))
    stages = len(after.plan.stages)
    for row in range(top + 1, top + stages + 2):  # each stage, then the gap
        for column in range(left + 1, left + 4 if row <= top + stages else left + 2):
            assert agree(calc.cells[row, column].value, theirs.get((calc.name, row, column)), 1.0), (row, column)
    assert theirs[calc.name, top + stages + 1, left + 1] == pytest.approx(float(Review(after.plan).gap.orders))
    assert between_engines(after, read_values(after.data), theirs) == []
    parts = [sum(part.orders for part in Review(one.plan).gap.by_stage) for one in typed]
    assert parts[1] - parts[0] == pytest.approx(1 - 3)
