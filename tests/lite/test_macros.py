"""The script regenerate on an open book of our engine: what is typed stays, ours is written anew."""

from __future__ import annotations

import datetime as dt

import pytest
from openpyxl.workbook.defined_name import DefinedName

import workbook_templates
from tests.lite.excel_side import serial
from tests.lite.open_books import contents, contents_of, file_of, open_book, plan_of
from udfs.macros import regenerate
from xl_kpi.addin import lite_regenerate
from xl_kpi.build import build
from xl_kpi.errors import BadFile, InputFaults, Refused

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


# Building all of them takes a while, so that only one stands among the quick tests.
@pytest.mark.parametrize(
    ("template", "lang"),
    [("c1", "ja"), *(pytest.param(name, lang, marks=pytest.mark.slow) for name in SOUND for lang in ("ja", "en"))],
)
def test_unchanged_entries_give_the_same_sheets(template, lang):
    data = file_of(template, lang)
    book = open_book(data)
    regenerate(book)
    assert contents(book) == numbers(data)


def test_what_was_typed_shapes_the_new_sheets():
    # the start and the goal of c1 typed over: as if the plan had been made so
    book = open_book(file_of("c1", "ja"), typed("plan_start", dt.datetime(2027, 1, 1)))
    regenerate(book)
    plan = plan_of("c1", "ja")
    assert contents(book) == numbers(build(plan.with_(start=dt.date(2027, 1, 1))))


def test_names_point_at_the_new_sheets_and_none_is_lost():
    book = open_book(file_of("c1", "ja"))
    before = {name.name: name.refers_to for name in book.names}
    regenerate(book)
    assert {name.name: name.refers_to for name in book.names} == before


def own(workbook) -> None:
    sheet = workbook.create_sheet("メモ", 2)
    sheet["A1"], sheet["A2"], sheet["B2"] = "=SUM('逆算'!$C$6:$C$9)&\"設定!A1\"", "=計画!A1", 5
    workbook.create_sheet("計画")
    workbook.defined_names["mine"] = DefinedName("mine", attr_text="'設定'!$C$9*2")
    workbook.defined_names["act_of_mine"] = DefinedName("act_of_mine", attr_text="'計画'!$A$1")


def test_own_sheets_names_and_formulas_stay():
    book = open_book(file_of("c1", "ja"), own)
    regenerate(book)
    after = contents(book)
    assert after["メモ"] == {(1, 1): "=SUM('逆算'!$C$6:$C$9)&\"設定!A1\"", (2, 1): "=計画!A1", (2, 2): 5}
    assert list(after)[-2:] == ["メモ", "計画"]
    names = {name.name: name.refers_to for name in book.names}
    assert (names["mine"], names["act_of_mine"]) == ("='設定'!$C$9*2", "='計画'!$A$1")


def test_a_renamed_sheet_of_ours_is_found_by_its_names():
    def renamed(workbook):
        workbook["逆算"].title = "今期の計画"
        for defined in workbook.defined_names.values():
            defined.attr_text = defined.attr_text.replace("'逆算'", "'今期の計画'")
        workbook.create_sheet("メモ")["A1"] = "='今期の計画'!C6"

    book = open_book(file_of("c1", "ja"), renamed)
    regenerate(book)
    assert contents(book)["メモ"] == {(1, 1): "='逆算'!C6"}
    assert "今期の計画" not in contents(book)


def off(workbook) -> None:
    """The last channel of c2, the trade show, switched off."""
    sheet = workbook["チャネル"]
    area = workbook.defined_names["tbl_channels"].attr_text.rpartition("!")[2].replace("$", "")
    header, *rows = sheet[area]
    column = {c.value: k for k, c in enumerate(header)}
    shares = {row[0].value: row for row in rows if row[0].value}
    moved = shares["trade_show"][column["割合"]].value
    shares["trade_show"][column["使う"]].value = "×"
    shares["trade_show"][column["割合"]].value = 0
    shares["webinar"][column["割合"]].value += moved


def test_the_tab_of_a_channel_that_is_off_goes():
    book = open_book(file_of("c2", "ja"), off)
    regenerate(book)
    assert "展示会" not in contents(book)
    assert "act_trade_show" not in {name.name for name in book.names}


def test_a_formula_that_would_lose_its_sheet_is_a_reason_not_to_begin():
    def edit(workbook):
        off(workbook)
        workbook.create_sheet("メモ")["B7"] = "=展示会!C5"

    refused(file_of("c2", "ja"), edit, Refused, "メモ!B7.*展示会")


def test_a_sheet_of_the_user_s_in_the_way_is_a_reason_not_to_begin():
    def edit(workbook):  # ours was deleted and a sheet of the user's has its name
        workbook["用語"]["A1"].value, workbook["用語"]["B2"].value = None, "自分の用語"

    refused(file_of("c1", "ja"), edit, Refused, "「用語」")


def test_every_wrong_entry_is_told_in_one_pass():
    def edit(workbook):
        typed("kgi_value", "たくさん")(workbook)
        typed("plan_months", 99)(workbook)

    faults = refused(file_of("c1", "ja"), edit, InputFaults, "たくさん").faults
    assert {(fault.sheet, fault.found) for fault in faults} == {("設定", "たくさん"), ("設定", "99")}


def test_a_book_that_is_none_of_ours_is_left_alone():
    def edit(workbook):
        workbook.defined_names.clear()

    refused(file_of("c1", "ja"), edit, BadFile, "plan_lang")


def refused(data: bytes, edit, kind: type[Exception], words: str):
    """The error, once nothing was changed."""
    book = open_book(data, edit)
    before = contents(book), {name.name: name.refers_to for name in book.names}
    with pytest.raises(kind, match=words) as problem:
        regenerate(book)
    assert (contents(book), {name.name: name.refers_to for name in book.names}) == before
    return problem.value


def test_a_failure_half_way_brings_the_old_sheets_back(monkeypatch):
    book = open_book(file_of("c1", "ja"), own)
    before = contents(book), {name.name: name.refers_to for name in book.names}
    true = lite_regenerate.render

    def failing(spec, target, host=None):
        true(spec, target, host=host)
        raise OSError("Excel went away")

    monkeypatch.setattr(lite_regenerate, "render", failing)
    with pytest.raises(OSError, match="went away"):
        regenerate(book)
    after = contents(book), {name.name: name.refers_to for name in book.names}
    assert after == before


class Screen:
    """An app that shows messages, as Excel does."""

    def __init__(self, app):
        self.app, self.shown = app, []

    def __getattr__(self, name):
        return getattr(self.app, name)

    def alert(self, prompt, title, buttons, mode, callback):
        self.shown.append((title, mode, prompt))


@pytest.mark.parametrize(("template", "lang", "word"), [("c1", "ja", "作り直しました"), ("c2", "en", "written anew")])
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
