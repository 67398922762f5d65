"""The script regenerate on an open book of our engine: what is typed stays, ours is written anew."""

from __future__ import annotations

import datetime as dt

import pytest

import workbook_templates
from tests.agreement.books import BOOKS
from tests.agreement.selected import often, often_rows
from tests.new_files import new_file
from tests.open_book.excel_side import serial
from tests.open_book.open_books import begun_file, contents, contents_of, file_of, open_book, plan_of
from udfs.macros import regenerate
from xl_kpi.catalog import text
from xl_kpi.errors import BadFile, InputFaults

pytestmark = pytest.mark.slow  # whole workbooks are written and read back

# c5's numbers contradict each other on purpose, so the command line refuses to go on with it as well.
SOUND = [name for name in workbook_templates.names() if name != "c5"]


def cell(workbook, name: str):
    """The cell behind a defined name of one of our files."""
    sheet, _, address = workbook.defined_names[name].attr_text.rpartition("!")
    return workbook[sheet.strip("'")][address.replace("$", "")]


def typed(name: str, value):
    def edit(workbook):
        cell(workbook, name).value = value

    return edit


def numbers(data: bytes):
    """Contents of a file with dates as the numbers that cells hold."""
    return {sheet: {place: serial(v) for place, v in cells.items()} for sheet, cells in contents_of(data).items()}


ALL = [(name, lang) for name, lang in BOOKS if name in SOUND]
EVERY = pytest.mark.parametrize("book", often(ALL, [("c1", "ja")]), ids="-".join)


@EVERY
def test_a_book_in_which_nothing_was_typed_is_left_as_it_is(book):
    book = open_book(begun_file(*book))
    before = contents(book)
    regenerate(book)
    assert contents(book) == before


@EVERY
def test_every_sheet_is_written_as_if_the_plan_had_been_made_so(book):
    template, book = book, open_book(begun_file(*book), typed("plan_title", "別の計画"))
    regenerate(book)
    written_as(plan_of(*template).with_(title="別の計画"), book)


def test_another_start_shapes_the_months():
    book = open_book(begun_file("c1", "ja"), typed("plan_start", dt.datetime(2027, 1, 1)))
    regenerate(book)
    written_as(plan_of("c1", "ja").with_(start=dt.date(2027, 1, 1)), book)


def written_as(plan, book) -> None:
    """The sheets are those of ``plan``, made today; the records, which tell how it came to be, apart."""
    records = {text(f"sheet_{key}", plan.lang) for key in ("history", "record")}
    made = numbers(new_file(plan, now=dt.datetime.now()))
    assert list(contents(book)) == list(made)
    assert sheets_but(contents(book), records) == sheets_but(made, records)


def sheets_but(cells: dict, names: set[str]) -> dict:
    """The cells of all sheets but these."""
    return {sheet: found for sheet, found in cells.items() if sheet not in names}


def test_every_wrong_entry_is_told_in_one_pass():
    def edit(workbook):
        typed("kgi_value", "たくさん")(workbook)
        typed("plan_months", 99)(workbook)

    faults = refused(file_of("c1", "ja"), edit, InputFaults, "たくさん").faults
    assert {(fault.sheet, fault.found) for fault in faults} == {("設定", "たくさん"), ("設定", "99")}


def test_a_book_that_is_none_of_ours_is_left_alone():
    def edit(workbook):
        workbook.defined_names.clear()

    refused(file_of("c1", "ja"), edit, BadFile, "reader_no_plan")


def refused(data: bytes, edit, kind: type[Exception], words: str):
    """The error, once nothing was changed."""
    book = open_book(data, edit)
    before = contents(book), {name.name: name.refers_to for name in book.names}
    with pytest.raises(kind, match=words) as problem:
        regenerate(book)
    assert (contents(book), {name.name: name.refers_to for name in book.names}) == before
    return problem.value


class Screen:
    """An app that shows messages, as Excel does."""

    def __init__(self, app):
        self.app, self.shown = app, []

    def __getattr__(self, name):
        return getattr(self.app, name)

    def alert(self, prompt, title, buttons, mode, callback):
        self.shown.append((title, mode, prompt))


@pytest.mark.parametrize(
    ("template", "lang", "word"), often_rows([("c1", "ja", "再生成しました"), ("c2", "en", "Regenerated")], [0])
)
def test_the_user_is_told_in_the_plan_s_language(template, lang, word, monkeypatch):
    book = open_book(file_of(template, lang))
    screen = Screen(book.app.impl)
    monkeypatch.setattr(type(book.impl), "app", property(lambda self: screen))
    regenerate(book)
    ((title, mode, prompt),) = screen.shown
    assert (title, mode) == ({"ja": "KPI計画", "en": "KPI plan"}[lang], "info") and word in prompt


def test_with_a_screen_wrong_entries_are_shown_and_not_raised(monkeypatch):
    book = open_book(file_of("c1", "ja"), typed("kgi_value", "たくさん"))
    screen = Screen(book.app.impl)
    monkeypatch.setattr(type(book.impl), "app", property(lambda self: screen))
    regenerate(book)
    ((_, mode, prompt),) = screen.shown
    assert mode == "critical" and "変更していません" in prompt and "「たくさん」" in prompt
