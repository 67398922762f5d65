"""締めた月まで typed into the workbook, without any command: both other engines follow Python (K15).

What was agreed of a closed month is what stood there when the workbook was written last, to the last digit; the open
months take over what is missing at once.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from tests.agreement.books import Built, Edit, Editor, Values, built, changed
from tests.agreement.comparison import against_python, agree, between_engines, other_formulas, with_python_value
from tests.agreement.selected import asked, by_libreoffice, often
from tests.agreement.sheet_xml import read_values
from tests.agreement.variants import edge_plans
from tests.closed_plans import GOAL, REACHED, closed, small
from tests.sheets.on_plan import on_plan
from xl_kpi.catalog import text
from xl_kpi.catalog.messages import line
from xl_kpi.plan.findings import doubts
from xl_kpi.plan.model import Goal
from xl_kpi.plan.targets import Targets
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.writing.stored_values import evaluate

RAISED = 90


def until(month: int) -> dt.datetime:
    """As a cell holds a month of the plan; 4 is April."""
    return dt.datetime(2026, month, 1)


# How many months of the file are closed, what is typed, and how many months are closed then.
CASES: dict[str, tuple[int, Edit, int]] = {
    "for the first time": (0, lambda file: {file.cell("closed_until"): until(6)}, 3),
    "with a raised goal": (0, lambda file: {file.cell("closed_until"): until(5), file.cell("kgi_value"): RAISED}, 2),
    "two months more": (1, lambda file: {file.cell("closed_until"): until(6)}, 3),
    "a month more, the goal raised": (
        2, lambda file: {file.cell("closed_until"): until(6), file.cell("kgi_value"): RAISED}, 3,
    ),
    "nothing carried over, half way through": (
        3, lambda file: {file.cell("kgi_value"): RAISED, file.cell("carry_over"): text("carry_over_no", file.lang),
                         file.cell("outlook_age"): text("outlook_age_half", file.lang)}, 3,
    ),
    "an actual of a closed month": (3, lambda file: {file.actual("act_stages", "stage:orders", 1): 7}, 3),
    "all months": (2, lambda file: {file.cell("closed_until"): until(9)}, 6),
    "a month less": (3, lambda file: {file.cell("closed_until"): until(5)}, 2),
    "opened": (3, lambda file: {file.cell("closed_until"): None, file.cell("kgi_value"): RAISED}, 0),
}  # fmt: skip
WON = {"an actual of a closed month": 7 - REACHED}  # more than in the others


@pytest.fixture(scope="module")
def files(request) -> dict[str, tuple[Built, Built]]:
    """Before and after, by case; the languages take turns."""
    editors: dict[int, Editor] = {}
    made = {}
    for name, (months, edit, _) in ((name, CASES[name]) for name in CASES if name in asked(request)):
        if months not in editors:
            editors[months] = Editor(built(closed(small(("ja", "en")[months % 2]), months)))
        before = editors[months]
        made[name] = before.original, changed(before, edit)
    return made


@pytest.fixture(scope="module")
def ironcalc_says(files) -> dict[str, Values]:
    return {name: evaluate(after.data) for name, (_, after) in files.items()}


@pytest.fixture(scope="module")
def libreoffice_says(files, libreoffice, tmp_path_factory, request) -> dict[str, Values]:
    changed_books = {name: after for name, (_, after) in files.items()}
    return by_libreoffice(request, libreoffice, tmp_path_factory, changed_books)


# What every run compares; the other cases are for the long run.
OFTEN = ("for the first time", "a month more, the goal raised", "nothing carried over, half way through", "opened")
EVERY = pytest.mark.parametrize("case", often(CASES, OFTEN))
# With the first closing 当初計画 takes rows of its own once the sheets are made anew: see the test by the rows' ids.
STAYING = [name for name, (months, _, _) in CASES.items() if months]
STAYS = pytest.mark.parametrize("case", often(STAYING, OFTEN[1:]))
LIBREOFFICE = ()  # all of them are for the long run: in every run the book with everything has closed months


@EVERY
def test_it_is_in_the_plan(case, files):
    assert files[case][1].plan.closed_months == CASES[case][2]


@STAYS
def test_no_formula_changes_and_ironcalc_follows_python(case, files, ironcalc_says):
    assert other_formulas(files[case][1]) == []
    assert against_python(files[case][1], ironcalc_says[case], "IronCalc") == []


@EVERY
def test_every_row_says_what_it_would_say_in_a_workbook_made_anew(case, files, ironcalc_says):
    assert by_rows(files[case][1], ironcalc_says[case]) == []


@EVERY
def test_closed_targets_stay_to_the_last_digit_and_the_open_ones_ask_for_what_is_missing(case, files, ironcalc_says):
    follows(case, *files[case], ironcalc_says[case])


@pytest.mark.long
@pytest.mark.host
@EVERY
def test_libreoffice_follows_too(case, files, libreoffice_says):
    follows(case, *files[case], libreoffice_says[case])
    assert by_rows(files[case][1], libreoffice_says[case]) == []


@pytest.mark.host
@pytest.mark.parametrize("case", often(STAYING, LIBREOFFICE))
def test_libreoffice_and_ironcalc_agree_on_every_formula(case, files, ironcalc_says, libreoffice_says):
    assert between_engines(files[case][1], ironcalc_says[case], libreoffice_says[case]) == []


def test_a_goal_in_money_too():
    """180 million raised to 270, in cells of millions: three closed months brought 9 million each."""
    plan = small().with_(goal=Goal("revenue", 180e6), order_value=3e6, delivery_days=20, currency_unit="million_yen")
    plan = plan.with_(actuals={**plan.actuals, **{("stage:revenue", month): 9e6 for month in range(3)}})
    before = Editor(built(closed(plan, 1)))
    after = changed(before, lambda file: {file.cell("closed_until"): until(6), file.cell("kgi_value"): 270})
    values = evaluate(after.data)
    assert other_formulas(after) == [] and against_python(after, values, "IronCalc") == []
    now, then = rows_of(after, values), rows_of(before.original, read_values(before.data))
    assert {key: row[:3] for key, row in now.items()} == {key: row[:3] for key, row in then.items()}
    assert 3 * 9 + sum(now["revenue"][3:]) == pytest.approx(270, abs=1e-9)  # binary tenths


def test_the_first_plan_follows_where_channels_leave_months_blank():
    """当初比, too, counts a month once every channel has told: actuals are taken out of the cells, and added."""
    plan = small(months=4)
    before = Editor(built(closed(plan.with_(actuals={("web:cv", 0): 200.0, ("ads:cv", 0): 110.0}), 2)))
    after = changed(before, lambda file: {file.actual("act_web", "cv", 1): 205, file.actual("act_ads", "cv", 2): 90})
    assert against_python(after, evaluate(after.data), "IronCalc") == []


def test_the_first_plan_of_channels_that_count_leads_beside_one_that_does_not():
    file = built(closed(on_plan(edge_plans()["odd KPIs"]), 2))
    assert against_python(file, evaluate(file.data), "IronCalc") == []


@pytest.mark.parametrize(("lang", "open_words", "closed_words"), [
    ("ja", "開始前の不足、月間の上限", "今の不足、月間の上限"),
    pytest.param("en", "Review the shortfall before the start, the", "Review the present shortfall, the",
                 marks=pytest.mark.long),
])  # fmt: skip
def test_what_a_short_plan_sends_one_to_look_at_is_what_the_columns_are_called_then(lang, open_words, closed_words):
    """Nothing is open, so leads are short; once a month is closed that column of 逆算 is 今の不足."""
    before = Editor(built(small(lang, months=3, reached=1)))
    after = changed(before, lambda file: {file.cell("closed_until"): until(4)})
    for file, said, other in ((before.original, open_words, closed_words), (after, closed_words, open_words)):
        cells = [str(value) for value in evaluate(file.data, lang).values()]
        warnings = next(cell for cell in cells if cell.startswith("▼ "))
        assert said in warnings and other not in warnings
        assert [said in line(one, lang) for one in doubts(file.plan)].count(True) == 1


def follows(case: str, before: Built, after: Built, values: Values) -> None:
    months, now, then = CASES[case][2], rows_of(after, values), rows_of(before, read_values(before.data))
    agreed = {key: row[:months] for key, row in then.items()}
    assert {key: row[:months] for key, row in now.items()} == agreed
    assert not months or any(sum(filter(None, row)) for row in agreed.values())  # else nothing is proved
    if months == 0:
        assert sum(now["new:orders"]) == after.plan.goal.value
    elif after.plan.carries_over:
        won = months * REACHED + WON.get(case, 0)
        left = 0 if months == after.plan.months else after.plan.goal.value - won
        assert sum(now["new:orders"][months:]) == left
    else:  # the open months' own part of the raised goal
        part = Targets(after.plan).closing.orders_left * RAISED
        assert 0 < part < RAISED and sum(now["new:orders"][months:]) == pytest.approx(float(part), abs=1)


def rows_of(file: Built, values: Values) -> dict[str, list[Any]]:
    """The monthly targets of 逆算 and of the tabs, by the ids of their rows: what stands in the cells."""
    found: dict[str, list[Any]] = {}
    for page in file.spec.sheets:
        if page.key != "backwards" and not page.key.startswith("tab:"):
            continue
        ids = {
            row: key
            for (sheet, row, column), key in values.items()
            if sheet == page.name and column == 1 and isinstance(key, str)
        }
        for row, key in ids.items():
            if key.startswith("new:") or key == "revenue" or key.endswith(":target"):
                first = first_month(page.name, row, values)
                name = key if page.key == "backwards" else f"{page.key}:{key}"
                found[name] = [values.get((page.name, row, first + k)) for k in range(file.plan.months)]
    return found


def first_month(sheet: str, row: int, values: Values) -> int:
    """The column of the first month: the header above the row has the dates of the plan's months side by side."""
    april = 46113  # 1 April 2026 as a number of days
    return next(c for r in range(row, 0, -1) for c in range(2, 14) if values.get((sheet, r, c)) == april)


def _numbered(ids: Iterable[tuple[str, int, object]]) -> Iterator[tuple[tuple[str, object], int]]:
    """Rows by sheet and id: a stage's row in the funnel and that of what is open there have the same."""
    seen: Counter[tuple[str, object]] = Counter()
    for sheet, row, key in ids:
        seen[sheet, key] += 1
        yield (sheet, f"{key} {seen[sheet, key]}"), row


def by_rows(file: Built, values: Values) -> list[str]:
    """Where the pages differ from those of a workbook made anew, rows found by their ids and not by their numbers."""
    ids = ((place, key) for place, key in sorted(values.items()) if place[2] == 1 and isinstance(key, str))
    places = {(sheet, key): row for (sheet, key), row in _numbered((sheet, row, key) for (sheet, row, _), key in ids)}
    spec = book_spec(file.plan)
    cells = ((sheet.name, row, cell.value) for sheet in spec.sheets for (row, c), cell in sorted(sheet.cells.items())
             if c == 1)  # fmt: skip
    keys = {(sheet, row): key for (sheet, key), row in _numbered(cells)}
    found = []
    for page, row, column, cell in with_python_value(file):
        key = keys.get((page.name, row))
        there = places.get((page.name, str(key)), row if page.key in ("settings", "funnel", "channels") else None)
        if page.key != "calc" and there is not None:
            said = values.get((page.name, there, column))
            if not agree(cell.value, said, float(GOAL * 100)):
                found.append(f"{page.name} {key or row} column {column}: Python {cell.value!r}, cell {said!r}")
    return found[:15]
