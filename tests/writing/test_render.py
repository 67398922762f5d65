"""The renderer: the same workbook through our engine's fast path and through the xlwings API alone."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.sheets.plans import template
from xl_kpi import engine
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.theme import style
from xl_kpi.workbook.writing.host import FileHost, PlainHost, rectangles
from xl_kpi.workbook.writing.render import render


class ApiOnly(PlainHost):
    """The plain host on our engine; only the sheet to show is asked of the engine, for want of an Excel."""

    def show(self, sheet):
        sheet.api.activate()


@pytest.fixture(scope="module")
def spec():
    return book_spec(template("c1", "ja"))


@pytest.fixture(scope="module")
def books(spec):
    made = {}
    for host in (FileHost, ApiOnly):
        book = engine.new_book()
        render(spec, book, host=host(book))
        made[host] = book
    return made


def test_both_hosts_write_the_same_contents(spec, books):
    for page in spec.sheets:
        last = (max(r for r, _ in page.cells), max(c for _, c in page.cells))
        one, other = (book.sheets[page.name].range((1, 1), last).formula for book in books.values())
        assert one == other, page.key


def test_both_hosts_give_the_same_look(spec, books):
    # every style that the workbook uses, on its first cell: what the named style holds is what single calls set
    seen = set()
    for page in spec.sheets:
        for (row, column), cell in page.cells.items():
            if cell.style in seen:
                continue
            seen.add(cell.style)
            one, other = (book.sheets[page.name].range((row, column)) for book in books.values())
            for ask in (
                lambda r: r.number_format,
                lambda r: r.color,
                lambda r: (r.font.bold, r.font.size, r.font.color),
                lambda r: (r.horizontal_alignment, r.vertical_alignment, r.wrap_text),
            ):
                assert ask(one) == ask(other), (page.key, row, column, cell.style)
    assert len(seen) > 30


def test_names_links_merges_and_charts_arrive(spec, books):
    for book in books.values():
        names = {name.name: name.refers_to for name in book.names}
        assert names["kgi_value"].startswith("='設定'!$C$")
        assert {"tbl_stages", "tbl_channels", "tbl_kpis", "out_stages", "out_months", "out_channels"} <= set(names)
        for page in spec.sheets:
            sheet = book.sheets[page.name]
            assert len(sheet.charts) == len(page.charts), page.key
            for area in page.merges[:3]:
                assert sheet.range(area).merge_cells, (page.key, area)
            assert bool(sheet.visible) is not page.hidden


def test_text_stays_text_and_dates_become_dates(books):
    book = books[FileHost]
    settings = book.sheets["設定"]
    start = book.names["plan_start"].refers_to_range
    # a date is a number of days since 30 December 1899, shown as a month
    assert (start.value, start.number_format) == ((dt.date(2026, 4, 1) - dt.date(1899, 12, 30)).days, "yyyy/mm")
    # a text that looks like a number or a formula would be turned into one by Excel
    assert all(not str(value).startswith("'") for value in settings.range("B1:D40").value if value)


def test_progress_names_every_sheet(spec):
    told = []
    render(spec, engine.new_book(), progress=lambda name, done, count: told.append((name, done, count)))
    assert [name for name, _, _ in told] == [page.name for page in spec.sheets]
    assert told[-1][1:] == (len(spec.sheets) - 1, len(spec.sheets))


def test_rectangles_cover_each_cell_once():
    styles = {(r, c): "a" for r in range(1, 4) for c in range(1, 3)} | {(4, 1): "a", (1, 3): "b", (3, 3): "b"}
    # by hand: two columns over rows 1-3, one cell below, and two single cells of b
    assert rectangles(styles) == {"a": ["A1:B3", "A4:A4"], "b": ["C1:C1", "C3:C3"]}


def test_only_inputs_are_unlocked():
    from xl_kpi.workbook.theme import ROLES

    assert {role for role in ROLES if not style(role).locked} == {"input", "input_wrap"}
