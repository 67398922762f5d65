"""The benchmark compares like with like: each writer's file has the same cells and styles.  Nothing is timed."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from openpyxl.cell import MergedCell

from benchmarks.plans import default_plan, sized_plan
from benchmarks.timing import interleaved, medians
from benchmarks.writers import by_openpyxl, by_xlsxwriter, ours
from tests.agreement.selected import often_rows
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.theme import style

WRITERS = {
    "openpyxl": by_openpyxl.write,
    "openpyxl with NamedStyles": by_openpyxl.write_named,
    "XlsxWriter": by_xlsxwriter.write,
}


@pytest.fixture(scope="module")
def plan():
    return sized_plan(2, 3)


@pytest.fixture(scope="module")
def our_book(plan):
    return openpyxl.load_workbook(BytesIO(ours.write(plan)))


@pytest.fixture(scope="module")
def spec(plan):
    return book_spec(plan)


@pytest.fixture(scope="module", params=WRITERS)
def their_book(request, spec):
    return openpyxl.load_workbook(BytesIO(WRITERS[request.param](spec)))


def contents(book) -> dict:
    """Of numbers 15 digits: the other writers put down no more than 16."""
    return {
        (sheet.title, cell.coordinate): float(f"{cell.value:.15g}") if isinstance(cell.value, float) else cell.value
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }


def look(cell) -> dict:
    """The attributes that a style of ours sets."""
    borders = {side: getattr(cell.border, side) for side in ("left", "right", "top", "bottom")}
    return {
        "font": (cell.font.name, cell.font.sz, bool(cell.font.b), bool(cell.font.i), _rgb(cell.font.color)),
        "fill": _rgb(cell.fill.fgColor) if cell.fill.fill_type == "solid" else None,
        "borders": {side: (line.style, _rgb(line.color)) for side, line in borders.items() if line and line.style},
        "align": (  # what a file leaves out is Excel's default
            cell.alignment.horizontal or "general",
            cell.alignment.vertical or "bottom",
            bool(cell.alignment.wrap_text),
        ),
        "more": (int(cell.alignment.indent or 0), bool(cell.alignment.shrink_to_fit), cell.protection.locked),
        "number_format": cell.number_format,
    }


def _rgb(color) -> str | None:
    """The six digits; the two before them (how opaque) mean nothing in a workbook."""
    return color.rgb[-6:] if color is not None and isinstance(color.rgb, str) else None


def test_same_contents(our_book, their_book) -> None:
    """Constants and formulas alike."""
    assert contents(their_book) == contents(our_book)
    assert their_book.sheetnames == our_book.sheetnames


@pytest.mark.long
def test_same_looks(our_book, their_book, spec) -> None:
    compared = 0
    for sheet in spec.sheets:
        for place in sheet.cells:
            if isinstance(our_book[sheet.name].cell(*place), MergedCell):
                continue  # openpyxl keeps no look of the cells that are hidden behind a merged one
            assert look(their_book[sheet.name].cell(*place)) == look(our_book[sheet.name].cell(*place)), (
                sheet.name, place, sheet.cells[place].style,
            )  # fmt: skip
            compared += 1
    assert compared > 2_000


def test_same_widths_merges_and_names(our_book, their_book, spec) -> None:
    for sheet in spec.sheets:
        theirs, mine = their_book[sheet.name], our_book[sheet.name]
        assert {str(area) for area in theirs.merged_cells.ranges} == {str(area) for area in mine.merged_cells.ranges}
        for column, width in sheet.widths.items():
            # a character has 7 pixels; a file may count the 5 beside the text too, and rounds to whole pixels
            letter = openpyxl.utils.get_column_letter(column)
            assert width <= _width(theirs, letter) <= width + 5.5 / 7
    # the LAMBDA names are ours alone: they are no part of any sheet
    names = {name: our_book.defined_names[name].attr_text for name in spec.names}
    assert {name: defined.attr_text for name, defined in their_book.defined_names.items()} == names


def _width(sheet, letter: str) -> float:
    """openpyxl keeps columns of one width as one entry under the first letter."""
    column = openpyxl.utils.column_index_from_string(letter)
    return next(one.width for one in sheet.column_dimensions.values() if one.min <= column <= one.max)


def test_every_style_is_seen(spec) -> None:
    """A plan that used a few styles only would not show what a writer leaves out: each attribute varies."""
    looks = [style(name) for name in by_openpyxl.style_names(spec)]
    for attribute in ("size", "bold", "color", "fill", "number_format", "align", "valign", "wrap", "indent",
                      "borders", "locked", "shrink"):  # fmt: skip
        assert len({getattr(one, attribute) for one in looks}) > 1, attribute


def test_the_stages_make_the_same_file_as_the_command(plan) -> None:
    times, data = ours.staged(plan)
    assert tuple(times) == ours.STAGES
    assert data == ours.write(plan)


@pytest.mark.parametrize(("channels", "months"), often_rows([(1, 12), (5, 12), (20, 36)], [0, 1]))
def test_the_plans_have_the_size_that_is_said(channels: int, months: int) -> None:
    plan = sized_plan(channels, months)
    sheets = book_spec(plan).sheets
    assert len([sheet for sheet in sheets if sheet.key.startswith("tab:")]) == channels
    assert plan.months == months
    if (channels, months) == (5, 12):
        assert [one.id for one in plan.channels] == [one.id for one in default_plan().channels]


@pytest.mark.long
def test_contestants_take_turns_after_a_warm_up() -> None:
    order: list[str] = []
    times = interleaved({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, rounds=2)
    assert order == ["a", "b", "b", "a", "a", "b"]  # one round to warm up, two that count
    assert {name: len(each) for name, each in times.items()} == {"a": 2, "b": 2}
    assert medians({"a": [3.0, 1.0, 2.0]}) == {"a": 2.0}
