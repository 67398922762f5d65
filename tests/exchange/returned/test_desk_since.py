"""Returned workbooks: what was not open, what the plan has changed since, keys that are gone, and whose they are."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from lxml import etree

from tests.exchange.returned.reading_back import ADS, AGREED, ANSWER, BACK, CLICKS, SESSIONS, address
from tests.exchange.sent_books import (
    SUZUKI,
    TANAKA,
    Filled,
    Office,
    tag,
)
from xl_kpi.catalog.messages import message
from xl_kpi.errors import BadFile
from xl_kpi.plan.agreement import numbers
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.records import Change


def refusal(office: Office, book: Filled | bytes, lang: str | None = None) -> str:
    with pytest.raises(BadFile) as error:
        office.read(book, lang=lang)
    said = message(error.value, lang or "ja")
    assert said.startswith("返送.xlsx") and "\n" not in said
    return said


# --- what was not open --------------------------------------------------------------------------------------


def test_what_was_typed_into_cells_of_others_is_listed_and_not_taken(office, book):
    book.type(
        {"actual[webinar:attendees][2026-04]": 99, "actual[stage:sql][2026-04]": 13, "actual[stage:sql][2026-05]": "x"}
    )
    book.type({"tbl_agreement[stage:sql].state": "異議"})
    back = office.read(book)
    assert back.returned.entries == {}
    found = {cell.key: (cell.value, cell.sent, cell.place.sheet) for cell in back.foreign}
    assert found == {
        "actual[webinar:attendees][2026-04]": (99, None, "ウェビナー"),
        "actual[stage:sql][2026-04]": (13, 12, BACK),
        "actual[stage:sql][2026-05]": ("x", None, BACK),
        "tbl_agreement[stage:sql].state": ("objected", None, AGREED),
    }


def test_what_was_changed_on_the_locked_pages_is_listed_as_well(office, book):
    """Somebody has taken the lock away and typed a rate, a goal and a KPI's name."""
    stages, goal = book.area("tbl_stages"), book.area("kgi_value")
    rate = next(
        column
        for column in range(stages.column, stages.last_column + 1)
        if book.value(stages.sheet, stages.row, column) == "次の段階への転換率"
    )
    row = book.row_of(stages, "mql")
    before = book.value(stages.sheet, row, rate)
    book.put(stages.sheet, row, rate, 0.9)
    book.put(goal.sheet, goal.row, goal.column, 99)
    assert office.read(book).foreign == (), "nobody looks behind a lock that is still there"
    for sheet in (stages.sheet, goal.sheet):
        lock = book.trees[sheet].find(tag("sheetProtection"))
        lock.getparent().remove(lock)
    back = office.read(book.type({CLICKS: 1200}))
    assert {(cell.key, cell.value, cell.sent) for cell in back.foreign} == {
        ("kgi_value", 99, 60),
        ("tbl_stages[mql].rate", 0.9, before),
    }
    assert {cell.place.sheet for cell in back.foreign} == {stages.sheet, goal.sheet}
    assert back.returned.entries == {CLICKS: 1200}


def test_what_the_master_has_changed_since_is_not_held_against_anybody(office):
    """Cells of others stand in the file as they were sent, whatever the plan says now."""
    later = office.plan.with_(actuals={**office.plan.actuals, ("stage:sql", 0): 20.0, ("webinar:attendees", 1): 5.0})
    now = Office(later, office.records)
    back = now.read(office.book(TANAKA).type({CLICKS: 1200}))
    assert (back.returned.entries, back.foreign) == ({CLICKS: 1200}, ())
    day = dt.datetime(2026, 5, 20)
    logged = (
        Change(day, "", "typed", "actual[stage:sql][2026-04]", "SQL", 12.0, 20.0),
        Change(day, "", "typed", "actual[webinar:attendees][2026-05]", "参加者", None, 5.0),
    )
    records = office.records.with_(history=logged, last=entries_of(later))
    assert Office(later, records).read(office.book(TANAKA)).foreign == ()


# --- when the plan has changed since ------------------------------------------------------------------------


def since(office: Office, plan: Any) -> Office:
    """The office after the plan was changed."""
    return Office(plan, office.records)


def test_a_kpi_that_was_added_since_is_not_missed(office, book):
    kpi = next(one for one in office.plan.kpis if one.channel == "ads" and one.id == "clicks")
    later = office.plan.with_(kpis=(*office.plan.kpis, replace(kpi, id="views")))
    assert since(office, later).read(book.type({CLICKS: 1200})).returned.entries == {CLICKS: 1200}


def test_what_was_typed_for_a_kpi_that_is_gone_still_counts(office, book):
    later = office.plan.with_(kpis=tuple(one for one in office.plan.kpis if (one.channel, one.id) != ("ads", "clicks")))
    back = since(office, later).read(book.type({CLICKS: "1,200", "actual[ads:clicks][2026-06]": "x"}))
    assert back.returned.entries == {CLICKS: 1200} and len(back.faults) == 1


def test_a_channel_that_was_switched_off_since(office, book):
    channels = tuple(replace(one, on=one.id != "ads") for one in office.plan.channels)
    back = since(office, office.plan.with_(channels=channels)).read(book.type({CLICKS: 1200}))
    assert back.returned.entries == {CLICKS: 1200}


def test_a_plan_that_was_rolled_forward_since(office, book):
    later = office.plan.with_(start=dt.date(2026, 7, 1), months=6, actuals={})
    back = since(office, later).read(book.type({CLICKS: 1200}))
    assert back.returned.entries == {CLICKS: 1200}


# --- keys that are gone ---------------------------------------------------------------------------------------


def clear(book: Filled, name: str) -> Filled:
    area = book.area(name)
    for row in range(area.row, area.last_row + 1):
        book.put(area.sheet, row, area.column, None)
    return book


@pytest.mark.parametrize(
    ("breaking", "words"),
    [
        (lambda book: clear(book, "act_ads"), "「広告 › クリック › 実績」の行がありません（act_ads）"),
        (lambda book: book.drop_name("act_ads"), "「広告」の表がありません（名前 act_ads）"),
        (lambda book: book.set_name("act_ads", "#REF!"), "「広告」の表がありません（名前 act_ads）"),
        (lambda book: book.set_name("act_ads", "広告!$A$6:$B$7,広告!$A$9:$B$9"), "「広告」の表がありません"),
        (lambda book: book.delete_row(ADS, book.place(CLICKS)[1]), "「広告 › クリック › 実績」の行がありません"),
        (lambda book: clear(book, "tbl_agreement"), "tbl_agreement"),
        (lambda book: book.drop_name("tbl_agreement"), "「合意」の表がありません（名前 tbl_agreement）"),
        (lambda book: book.delete_row(AGREED, book.place(f"{ANSWER}.state")[1]), "tbl_agreement"),
    ],
)  # fmt: skip
def test_where_keys_are_gone_nothing_is_taken(office, book, breaking, words):
    book.type({SESSIONS: 4800})
    breaking(book)
    message = refusal(office, book)
    assert words in message


@pytest.mark.parametrize(
    ("breaking", "found"),
    [
        (lambda book: book.delete_column(ADS, book.place(CLICKS)[2]), "2026-06-01"),
        (lambda book: book.put(ADS, book.area("act_ads").row, book.place(CLICKS)[2], "5月"), "5月"),
    ],
)
def test_where_months_are_gone_nothing_of_the_sheet_is_taken_and_everything_else_is(office, book, breaking, found):
    book.type({SESSIONS: 4800, CLICKS: 1200, f"{ANSWER}.state": "合意"})
    breaking(book)
    back = office.read(book)
    assert {SESSIONS, f"{ANSWER}.state"} <= back.returned.entries.keys()
    assert not [key for key in back.returned.entries if key.startswith("actual[ads:")]
    (fault,) = back.faults
    assert (fault.level, fault.sheet) == ("error", ADS)
    assert "「広告」の月の見出しがありません（2026/05 など1か月）" in fault.allowed
    assert CLICKS in back.returned.unread


def test_an_answer_in_a_file_without_results_is_about_the_number_that_was_sent(office, book):
    """A script that fills in a workbook leaves the formulas without their results."""
    book.type({f"{ANSWER}.state": "合意"})
    sheet, row, _ = book.place(f"{ANSWER}.state")
    asked = book.value(sheet, row, 4)  # 計画の数値
    number = book.cell(sheet, row, 4)
    number.remove(number.find(tag("v")))
    doubled = office.plan.with_(goal=replace(office.plan.goal, value=2 * office.plan.goal.value))
    now = Office(doubled, office.records)
    now.records = now.records.with_(sent=(replace(now.records.sent[0], numbers=numbers(office.plan)),))
    assert now.read(book).returned.entries[f"{ANSWER}.value"] == pytest.approx(asked)
    # of a version from before the numbers were kept, the plan as it was sent is known from its entries
    assert office.read(book).returned.entries[f"{ANSWER}.value"] == pytest.approx(asked)


@pytest.mark.parametrize(("style", "taken"), [("0%", False), ("0.0%;[Red]-0.0%", False), ('0"%"', True)])
def test_what_was_typed_with_a_percent_sign_is_no_number_of_clicks(office, book, style, taken):
    """Excel makes 0.2 and the format 0% of "20%"."""
    place = book.type({CLICKS: 0.2}).place(CLICKS)
    styles = etree.fromstring(book.parts["xl/styles.xml"])
    formats = styles.find(tag("numFmts"))
    etree.SubElement(formats, tag("numFmt"), numFmtId="999", formatCode=style)
    cells = styles.find(tag("cellXfs"))
    book.cell(*place).set("s", str(len(cells)))
    etree.SubElement(cells, tag("xf"), numFmtId="999")
    book.parts["xl/styles.xml"] = etree.tostring(styles)
    back = office.read(book)
    assert back.returned.entries.get(CLICKS) == (0.2 if taken else None)
    assert [(fault.found, fault.level) for fault in back.faults] == ([] if taken else [("20%", "error")])


def test_the_same_row_twice_with_different_values(office, book):
    area = book.area("act_ads")
    row = book.row_of(area, "clicks:actual")
    book.insert_rows(ADS, row + 1)
    for column in range(area.column, area.last_column + 1):
        book.put(ADS, row + 1, column, book.value(ADS, row, column))
    book.put(ADS, row + 1, area.last_column, 77)
    cells = "、".join(f"広告!{address(one, area.last_column)}" for one in (row, row + 1))
    assert f"が2か所にあり、値が異なります（{cells}）" in refusal(office, book)


def test_many_lost_things_are_counted(office, book):
    for name in ("act_ads", "act_web"):
        clear(book, name)
    message = refusal(office, book, "en")
    assert "and 1 more" in message  # 3 typed rows of ads and 3 of web, of which 5 are named
    assert message.count("the row ") == 5


# --- whose it is ---------------------------------------------------------------------------------------------


def test_a_workbook_that_was_never_distributed(office):
    from xl_kpi.build import build

    assert "配布したブックではありません" in refusal(office, build(office.plan, records=office.records))


def test_another_plan(office, book):
    message = refusal(office, book.stamp("sent_plan", "ffff"))
    assert "別の計画のブックです（計画ID ffff）" in message


def test_somebody_else(office, book):
    assert "宛先 who@example.com には配布していません" in refusal(office, book.stamp("sent_to", "who@example.com"))


def test_the_address_in_capitals_is_the_same_person(office, book):
    assert office.read(book.stamp("sent_to", "Tanaka@Example.COM")).returned.person == TANAKA.mail


def test_an_earlier_version_than_the_last_that_the_person_got(office, book):
    twice = office.send([TANAKA], "2", dt.datetime(2026, 6, 1))
    old = twice.read(book)
    assert (old.returned.version, old.latest, old.returned.old) == ("1", "2", True)
    assert twice.read(twice.book(TANAKA)).returned.version == "2"
    assert twice.read(office.book(SUZUKI)).returned.version == "1", "who was not sent the second answers the first"


def test_a_version_that_was_never_sent(office, book):
    assert "第7版はこの宛先に配布していません（最新は第1版）" in refusal(office, book.stamp("sent_version", "7"))
