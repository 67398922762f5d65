"""Folders, mails and choices around a collect: what is read, what is named, and what does not stop the rest."""

from __future__ import annotations

import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from lxml import etree

from tests.exchange.collect_desk import CLICKS, COST, SESSIONS, Desk
from tests.exchange.mail.msg_files import Mail, msg
from tests.exchange.sent_books import MAIN, RELATION, SATO, SUZUKI, TANAKA, Filled, tag
from xl_kpi.catalog.messages import worded
from xl_kpi.exchange.mail.envelope import Envelope
from xl_kpi.exchange.mail.mailbox import files_in, workbooks_in
from xl_kpi.exchange.returned import unread_places


def mail(sender: str, date: str, content: bytes, name: str = "計画.xlsx") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["Date"] = sender, date
    message.set_content("入力しました。")
    message.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    return message


def saved(path: Path, message: EmailMessage) -> Path:
    path.write_bytes(message.as_bytes(policy=email.policy.SMTP))
    return path


# --- folders -------------------------------------------------------------------------------------------------------


def test_a_reply_of_another_kind_in_a_folder_is_named_and_folders_inside_are_read(tmp_path):
    for name in ("田中.ods", "a.xls", "a.zip", "b.xlsm", "sub/sato.xlsx", "sub/c.XLSB", "people.csv", "~$b.xlsm",
                 "計画.xlsx.backups/20260401.xlsx", "配布/1.xlsx", "配布/xl-kpi-distribute.jsonl"):  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    skipped: list[str] = []
    found = files_in([tmp_path], "ja", skipped=skipped)
    assert [file.name for file in found] == ["a.zip", "sato.xlsx"]  # workbooks may be in a .zip
    assert [line.partition(":")[0] for line in skipped] == [
        "a.xls", "b.xlsm", "people.csv", "田中.ods", "sub/c.XLSB",  # a .csv that is no list of people
    ]  # fmt: skip
    assert "（.xlsx）」として保存し直して" in skipped[0]


# --- mails ---------------------------------------------------------------------------------------------------------


def test_who_sent_a_mail_and_when(tmp_path):
    path = saved(
        tmp_path / "m.eml", mail("田中 <tanaka@example.com>", "Mon, 11 May 2026 18:00:00 +0900", b"PK\x03\x04")
    )
    (found,) = workbooks_in(path, "ja")
    assert found.mail == Envelope("tanaka@example.com", "2026-05-11T09:00:00Z")


def test_of_a_forwarded_mail_the_inner_one_counts(tmp_path):
    outer = EmailMessage()
    outer["From"], outer["Date"] = "boss@example.com", "Fri, 15 May 2026 09:00:00 +0000"
    outer.set_content("転送します。")
    outer.add_attachment(mail("tanaka@example.com", "Mon, 11 May 2026 09:00:00 +0000", b"PK\x03\x04"))
    (found,) = workbooks_in(saved(tmp_path / "m.eml", outer), "ja")
    assert found.mail == Envelope("tanaka@example.com", "2026-05-11T09:00:00Z")


@pytest.mark.parametrize("date", ["", "yesterday", "Mon, 99 May 2026 09:00:00 +0000"])
def test_a_mail_with_a_date_that_nobody_can_read_has_none(tmp_path, date):
    (found,) = workbooks_in(saved(tmp_path / "m.eml", mail("nobody", date, b"PK\x03\x04")), "ja")
    assert found.mail == Envelope()


def test_an_outlook_mail_without_sender_and_date(tmp_path):
    path = tmp_path / "m.msg"
    path.write_bytes(msg(Mail({"計画.xlsx": b"PK\x03\x04"})))
    (found,) = workbooks_in(path, "ja")
    assert found.mail == Envelope()


# --- the whole command ---------------------------------------------------------------------------------------------


def test_sheets_and_comments_of_a_person_are_named_and_not_taken(office):
    book = office.book(TANAKA).type({CLICKS: 1200})
    assert office.read(book).faults == ()
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    part = book.sheet_parts["広告"].removeprefix("xl/worksheets/")
    book.parts[f"xl/worksheets/_rels/{part}.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{relation}/comments" Target="../comments9.xml"/></Relationships>'
    ).encode()
    book.parts["xl/comments9.xml"] = b'<comments><commentList><comment ref="C9" authorId="0"/></commentList></comments>'
    etree.SubElement(
        book.workbook.find(tag("sheets")), tag("sheet"), {"name": "メモ", "sheetId": "99", RELATION: "own"}
    )
    rels = etree.fromstring(book.parts["xl/_rels/workbook.xml.rels"])
    etree.SubElement(rels, f"{{{etree.QName(rels).namespace}}}Relationship", Id="own", Type=f"{relation}/worksheet",
                     Target="worksheets/own.xml")  # fmt: skip
    book.parts["xl/_rels/workbook.xml.rels"] = etree.tostring(rels)
    book.parts["xl/worksheets/own.xml"] = (
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1"><v>5</v></c></row></sheetData></worksheet>'
    ).encode()
    back = office.read(book)
    assert back.returned.entries == {CLICKS: 1200}
    assert [(fault.level, fault.found) for fault in back.faults] == [
        ("warning", "追加されたシート「メモ」、広告!C9 のコメント")
    ]


def test_words_beside_the_cells_of_a_sheet_are_named_and_not_taken(office):
    """As Excel writes them once the sheet is unprotected, which needs no password: cells without a style of ours."""
    book = office.book(TANAKA)
    for sheet, row in (("送付状", 70), ("広告", 400)):
        book.put(sheet, row, 2, "来月は休みます")
    back = office.read(book.type({CLICKS: 1200}))
    assert back.returned.entries == {CLICKS: 1200}
    assert [(fault.level, fault.found) for fault in back.faults] == [
        ("warning", "送付状!B70 の文字や数値、広告!B400 の文字や数値")
    ]


def test_a_sheet_with_a_formula_that_nobody_has_calculated_is_a_sheet_of_the_persons_own():
    assert unread_places._FILLED.search(b'<sheetData><row r="1"><c r="A1"><f>SUM(1,2)</f></c></row></sheetData>')
    assert not unread_places._FILLED.search(b'<sheetData><row r="1"><c r="A1" s="3"/></row></sheetData>')


@pytest.fixture
def desk(tmp_path, office, made) -> Desk:
    return Desk(tmp_path, office, made)


@pytest.mark.slow
def test_a_corrected_file_in_a_later_mail_counts_though_it_does_not_say_when_it_was_saved(desk, made):
    def reply(name: str, date: str, clicks: float, said: bool) -> Path:
        book = desk.office.book(TANAKA).type({CLICKS: clicks})
        if not said:
            book.parts["docProps/core.xml"] = b"<x/>"
        return saved(desk.folder / name, mail("another@example.com", date, book.bytes()))

    first = reply("1.eml", "Mon, 11 May 2026 09:00:00 +0900", 1200, True)
    second = reply("2.eml", "Tue, 12 May 2026 09:00:00 +0900", 1300, False)
    for runs in ([[first, second]], [[second], [first]]):
        desk.plan.write_bytes(made)
        done = [desk.collect(*run) for run in runs]
        assert desk.entries[CLICKS] == 1300 and not done[-1].conflicts and done[-1].clean
    assert [(one.found, one.level) for one in done[0].faults] == [("another@example.com", "warning")]
    assert "送付状の宛先（tanaka@example.com）" in worded(done[0].faults[0].allowed, "ja")


@pytest.mark.long
@pytest.mark.slow
def test_two_replies_without_a_time_are_asked_about_and_both_are_told(desk, made):
    def reply(name: str, clicks: float) -> Path:
        book = desk.office.book(TANAKA)
        book.parts["docProps/core.xml"] = b"<x/>"
        return desk.file(TANAKA, {CLICKS: clicks}, name, book)

    files = [reply("a.xlsx", 1200), reply("b.xlsx", 1300)]
    for runs in ([files], [files[:1], files[1:]], [files[1:], files[:1]]):
        desk.plan.write_bytes(made)
        done = [desk.collect(*run) for run in runs][-1]
        (conflict,) = done.conflicts
        assert {who: one.value for who, one in conflict.opinions.items()} == {
            TANAKA.mail: 1200, f"{TANAKA.mail} (2)": 1300,
        }  # fmt: skip
        assert [file.unsure for file in done.files][-1] and not done.clean
        assert not desk.collect(*files).written
    desk.choose(CLICKS, f"{TANAKA.mail} (2)")
    assert desk.collect().clean and desk.entries[CLICKS] == 1300


@pytest.mark.slow
def test_a_choice_that_is_none_is_told_and_stops_neither_the_conflict_nor_the_new_replies(desk):
    desk.collect(desk.file(TANAKA, {CLICKS: 1200}), desk.file(SUZUKI, {CLICKS: 1300}))
    book = Filled(desk.plan.read_bytes())
    area = book.area("tbl_merge")
    book.put(area.sheet, book.row_of(area, CLICKS), 6, "候補2")
    desk.plan.write_bytes(book.bytes())
    done = desk.collect(desk.file(SATO, {"actual[stage:sql][2026-06]": 9}))
    assert [(fault.sheet, fault.found, fault.level) for fault in done.faults] == [("統合", "候補2", "error")]
    assert [one.key for one in done.conflicts] == [CLICKS] and not done.clean
    assert desk.entries["actual[stage:sql][2026-06]"] == 9


@pytest.mark.long
@pytest.mark.slow
def test_what_was_taken_before_is_not_counted_again(desk):
    first = desk.collect(desk.file(TANAKA, {CLICKS: 1200, SESSIONS: 4000}, "a.xlsx"))
    assert [(file.taken, file.known) for file in first.files] == [(2, 0)]
    again = desk.collect(desk.folder / "a.xlsx")
    assert [(file.taken, file.news) for file in again.files] == [(0, False)] and not again.written
    more = desk.collect(desk.file(TANAKA, {CLICKS: 1200, SESSIONS: 4000, COST: 5}, "b.xlsx", later(desk)))
    assert [(file.taken, file.known, file.unsure) for file in more.files] == [(1, 2, False)]


def later(desk: Desk) -> Filled:
    """田中's workbook as it is saved a month later."""
    book = desk.office.book(TANAKA)
    head, _, rest = book.parts["docProps/core.xml"].decode().partition("<dcterms:modified")
    start, _, end = rest.partition(">")
    book.parts["docProps/core.xml"] = (
        f"{head}<dcterms:modified{start}>2099-05-11T09:00:00Z{end[end.index('<') :]}"
    ).encode()
    return book
