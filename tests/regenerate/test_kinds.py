"""Every kind of sheet on which people type: what stands there is there after a regenerate, with what is beside it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from tests.kinds import (
    BEFORE,
    EXAMPLES,
    IN_PLAN,
    MAILED,
    OF_ROWS,
    TYPED,
    Example,
    all_typed,
    in_cell,
    quarter,
    typed_in,
)
from tests.new_files import new_file
from tests.regenerate.typing_in import places, type_in
from tests.sheets.plans import template
from xl_kpi.catalog import text
from xl_kpi.commands import open_workbook
from xl_kpi.commands.pages import switch_pages
from xl_kpi.commands.rewrite import rewrite
from xl_kpi.plan.merging.permissions import pages_of_rows
from xl_kpi.plan.pages.optional import OPTIONAL
from xl_kpi.workbook.sheet_kinds import KINDS

pytestmark = pytest.mark.slow

NOW = dt.datetime(2026, 6, 3, 9, 0)
BLUE = "FF00B0F0"
TESTS = Path(__file__).parents[1]


def test_every_kind_on_which_something_is_typed_has_an_example():
    assert {kind.key for kind in KINDS if kind.typed} == set(EXAMPLES)
    assert {key for one in EXAMPLES.values() for key in one.rows} == set(OF_ROWS)
    assert {one.opened for one in MAILED.values() if ":" in one.opened} == {
        "stage:sql", *(f"page:{page}" for page in pages_of_rows())
    }  # fmt: skip


@pytest.mark.parametrize("key", [key for key, one in EXAMPLES.items() if one.elsewhere])
def test_kinds_of_which_the_rows_are_ours_have_their_own_tests(key):
    assert f"sheet_{key}" in (TESTS.parent / EXAMPLES[key].elsewhere).read_text(encoding="utf-8") or (
        text(f"sheet_{key}", "ja") in (TESTS.parent / EXAMPLES[key].elsewhere).read_text(encoding="utf-8")
    )


def regenerate(path: Path):
    return rewrite(open_workbook(path, "ja"), command="regenerate", who="佐藤", now=NOW)


def read(path: Path) -> dict:
    return typed_in(open_workbook(path, "ja").read.plan)


@pytest.fixture(scope="module")
def typed(tmp_path_factory) -> Path:
    """A workbook with all pages on, in which all examples were typed."""
    path = tmp_path_factory.mktemp("kinds") / "計画.xlsx"
    plan = quarter(template("default", "ja"))
    path.write_bytes(new_file(plan, plan_id="p"))
    opened = open_workbook(path, "ja").read  # no note below a table is taken for a row of it
    assert typed_in(opened.plan) == typed_in(plan) and opened.faults == []
    return type_in(path, {key: in_cell(key, value) for key, value in all_typed().items()})


@pytest.fixture(scope="module")
def states(typed, tmp_path_factory) -> dict[str, Any]:
    """What the workbook holds as it was typed, and after its pages are switched off and on."""
    path = tmp_path_factory.mktemp("steps") / "計画.xlsx"
    path.write_bytes(typed.read_bytes())
    found: dict[str, Any] = {"typed": read(path)}
    switch_pages(path, off=list(OPTIONAL), words="ja")
    found["off"] = read(path)
    found["visible"] = {sheet.title for sheet in openpyxl.load_workbook(path) if sheet.sheet_state == "visible"}
    switch_pages(path, on=list(OPTIONAL), words="ja")
    found["on again"] = read(path)
    return found


@pytest.mark.parametrize("key", IN_PLAN)
@pytest.mark.parametrize("step", ["typed", "off", "on again"])
def test_what_was_typed_is_there_after(step, key, states):
    wanted = EXAMPLES[key].typed
    assert {name: states[step].get(name) for name in wanted} == wanted


def test_nothing_else_comes_or_goes(states):
    for step in ("off", "on again"):
        assert states[step] == states["typed"], step
    assert "企業リスト" not in states["visible"] and "見直し" not in states["visible"]


@pytest.mark.long
def test_regenerated_without_a_switch_it_holds_the_same_and_is_not_written_twice(typed, tmp_path):
    path = tmp_path / "計画.xlsx"
    path.write_bytes(typed.read_bytes())
    before = read(path)
    regenerate(path)
    assert read(path) == before
    assert regenerate(path).unchanged and read(path) == before


BESIDE = 40  # a column right of all of ours


@pytest.fixture(scope="module")
def noted(typed, tmp_path_factory):
    """Beside each example a word of the user's, on its cell a colour and a note; the row above it is cleared.

    Before and after the regenerate: where everything stands; afterwards the file and its entries.
    """
    path = tmp_path_factory.mktemp("notes") / "計画.xlsx"
    path.write_bytes(typed.read_bytes())
    regenerate(path)
    before = places(path)
    book = openpyxl.load_workbook(path)
    for key, example in IN_PLAN.items():
        for name in example.in_row(BEFORE):
            sheet, cell = before[name]
            book[sheet][cell].value = None
        sheet, cell = before[marked(example)]
        place = book[sheet][cell]
        book[sheet].cell(place.row, BESIDE).value = f"メモ {key}"
        place.fill = PatternFill("solid", fgColor=BLUE)
        place.comment = Comment(f"注 {key}", "佐藤")
    book.save(path)
    regenerate(path)
    return before, places(path), openpyxl.load_workbook(path), read(path)


def marked(example: Example) -> str:
    """The entry beside which the user writes: one of a row where the kind has rows."""
    return next(iter(example.in_row(TYPED) or example.entries))


@pytest.mark.long
@pytest.mark.parametrize("key", IN_PLAN)
def test_a_word_a_colour_and_a_note_stay_with_the_row(key, noted):
    before, after, book, entries = noted
    example = IN_PLAN[key]
    sheet, cell = after[marked(example)]
    place = book[sheet][cell]
    assert place.comment and place.comment.text.endswith(f"注 {key}") and place.fill.fgColor.rgb == BLUE
    assert book[sheet].cell(place.row, BESIDE).value == f"メモ {key}"
    assert not example.in_row(BEFORE).keys() & entries.keys()
    moved = place.row - book[before[marked(example)][0]][before[marked(example)][1]].row
    assert moved <= -1 if example.rows else True  # the row above is gone
