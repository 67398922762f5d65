"""Pages in xlwings Lite look as everywhere: the short way to paint them gives what the plain host gives."""

from __future__ import annotations

import pytest

from tests.open_book.open_books import plan_of
from xl_kpi import engine
from xl_kpi.open_book.lite_host import LiteHost, adapted, points
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.writing.host import PlainHost
from xl_kpi.workbook.writing.render import render


class ShownInFile:
    """The sheet to show is asked of our engine, for want of an Excel."""

    def show(self, sheet):
        sheet.api.activate()


class Plain(ShownInFile, PlainHost):
    pass


class Lite(ShownInFile, LiteHost):
    pass


@pytest.fixture(scope="module")
def spec():
    return book_spec(with_pages(plan_of("c2", "ja"), {"glossary": True}))  # the page whose rows have one height


@pytest.fixture(scope="module")
def books(spec):
    made = {}
    for host in (Plain, Lite):
        made[host] = engine.new_book()
        render(spec, made[host], host=host(made[host]))
    return made


def look(cell) -> tuple:
    font, fill, alignment = cell.font, cell.fill, cell.alignment
    return (
        (font.name, font.size, bool(font.bold), bool(font.italic), font.color.rgb),
        fill.fgColor.rgb if fill.fill_type else None,
        cell.number_format,
        (alignment.horizontal or "general", alignment.vertical, bool(alignment.wrap_text)),
    )


def edges(ws, row: int, column: int) -> list[tuple]:
    """The four lines around a cell as they are seen: each is an edge of the neighbour as well."""
    around = (
        ("left", (row, column - 1), "right"), ("right", (row, column + 1), "left"),
        ("top", (row - 1, column), "bottom"), ("bottom", (row + 1, column), "top"),
    )  # fmt: skip
    seen = []
    for side, (r, c), opposite in around:
        lines = [getattr(ws.cell(row, column).border, side)]
        if r and c:
            lines.append(getattr(ws.cell(r, c).border, opposite))
        seen.append({(line.style, line.color.rgb) for line in lines if line.style})
    return seen


def test_every_cell_looks_the_same(spec, books):
    compared = 0
    for page in spec.sheets:
        plain, lite = (book.sheets[page.name].impl.ws for book in books.values())
        for row, column in page.cells:
            assert look(lite.cell(row, column)) == look(plain.cell(row, column)), (page.key, row, column)
            assert edges(lite, row, column) == edges(plain, row, column), (page.key, row, column)
            compared += 1
    assert compared > 4_000  # c2 has 11 sheets


def test_rows_without_a_height_get_the_page_s(spec, books):
    page = spec.sheet("glossary")
    sheet = books[Lite].sheets[page.name]
    assert sheet.range("A4").row_height == page.default_height and 4 not in page.heights
    assert sheet.range("A2").row_height == page.heights[2]


def test_widths_are_in_points():
    # Excel's own figures for Calibri 11: 8.43 characters are 64 pixels, 10 are 75; a pixel is 0.75 points
    assert [points(8.43), points(10)] == [48.0, 56.25]


def test_the_description_for_lite_leaves_charts_out_and_the_original_alone(spec):
    lite = adapted(spec)
    assert [sheet.charts for sheet in lite.sheets] == [[]] * len(spec.sheets)
    assert sum(len(sheet.charts) for sheet in spec.sheets) == 10  # front page, dashboard 4, funnel, backwards, 3 tabs
    assert lite.sheets[0].widths[3] == points(spec.sheets[0].widths[3])
