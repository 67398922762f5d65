"""``collect``: from returned files to the plan's own workbook, its 統合, 合意 and 履歴, and what the user is told."""

from __future__ import annotations

import datetime as dt
import json
import random
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from tests.cli.terminal import ENGLISH, xl
from tests.exchange.mail.msg_files import Mail, msg
from tests.exchange.sent_books import SATO, SUZUKI, TANAKA, Filled, Office, quarter
from tests.told import raises_saying
from xl_kpi.catalog.messages import line
from xl_kpi.commands.examine import Opened, check, open_workbook
from xl_kpi.commands.mail.collect import Collected, collect
from xl_kpi.errors import BadFile, InputFaults, Refused
from xl_kpi.exchange.people import Person
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.records import Records

pytestmark = pytest.mark.slow

NOW = dt.datetime(2026, 5, 20, 10, 30)
CLICKS, COST, SESSIONS = "actual[ads:clicks][2026-05]", "actual[ads:cost][2026-05]", "actual[web:sessions][2026-04]"
ANSWER = "tbl_agreement[channel:ads]"


@pytest.fixture(scope="module")
def office() -> Office:
    return Office(quarter()).send()


@pytest.fixture(scope="module")
def made(office) -> bytes:
    """The master once version 1 is sent."""
    return office.master()


class Desk:
    """A folder with the plan, in which files come back."""

    def __init__(self, folder: Path, office: Office, made: bytes):
        self.office, self.folder = office, folder
        self.plan = folder / "計画.xlsx"
        self.plan.write_bytes(made)
        self._read: tuple[bytes, Opened] | None = None

    def file(self, person: Person, entries: dict, name: str = "", book: Filled | None = None) -> Path:
        path = self.folder / (name or f"返送_{person.name}.xlsx")
        path.write_bytes((book or self.office.book(person)).type(entries).bytes())
        return path

    def collect(self, *files: Path, **more: object) -> Collected:
        return collect(self.plan, files, words="ja", now=NOW, **more)

    def opened(self) -> Opened:
        """The plan as it is now; read once while it stays so."""
        data = self.plan.read_bytes()
        if self._read is None or self._read[0] != data:
            self._read = data, open_workbook(self.plan, "ja")
        return self._read[1]

    @property
    def entries(self) -> dict:
        return entries_of(self.opened().read.plan)

    @property
    def records(self) -> Records:
        return self.opened().records

    def choose(self, key: str, words: str) -> None:
        self.plan.write_bytes(Filled(self.plan.read_bytes()).choose(key, words).bytes())


@pytest.fixture
def desk(tmp_path, office, made) -> Desk:
    return Desk(tmp_path, office, made)


# --- into the plan -----------------------------------------------------------------------------------------------


def test_changes_come_into_the_plan_its_answers_and_its_history(desk):
    sent = desk.entries
    typed = {CLICKS: "１，２００", SESSIONS: None, f"{ANSWER}.state": "合意", f"{ANSWER}.by": "田中"}
    done = desk.collect(desk.file(TANAKA, typed), desk.file(SATO, {"actual[stage:sql][2026-06]": 9}))
    assert done.clean and done.written and done.backup.exists()
    number = desk.entries[f"{ANSWER}.value"]
    assert number == pytest.approx(8)  # a whole number: what 合意 asked of the channel in the file that was sent
    expected = {**sent, CLICKS: 1200, "actual[stage:sql][2026-06]": 9, f"{ANSWER}.state": "agreed",
                f"{ANSWER}.by": "田中", f"{ANSWER}.value": number}  # fmt: skip
    del expected[SESSIONS]
    assert desk.entries == expected
    lines = [(line.command, line.key, line.old, line.new) for line in desk.records.history]
    assert ("collect", CLICKS, None, 1200) in lines and ("collect", SESSIONS, 5000, None) in lines
    assert {line[0] for line in lines} == {"collect"}
    assert [(file.taken, file.conflicts, file.left) for file in done.files] == [(3, 0, 0), (1, 0, 0)]


def test_an_objection_arrives_whatever_is_wrong_beside_it(desk):
    said = {f"{ANSWER}.state": "異議", f"{ANSWER}.by": "田中", f"{ANSWER}.on": "2026/13/45"}
    done = desk.collect(desk.file(TANAKA, said))
    assert (done.files[0].taken, done.files[0].left) == (1, 0), "the answer is one entry, and it is taken"
    assert [(fault.level, fault.found) for fault in done.faults] == [("warning", "2026/13/45")]
    answer = {key.rpartition(".")[2]: value for key, value in desk.entries.items() if key.startswith(ANSWER)}
    assert answer.keys() == {"state", "by", "value"} and (answer["state"], answer["by"]) == ("objected", "田中")
    page = openpyxl.load_workbook(desk.plan, data_only=True)["合意"]
    states = {row[0].value: row[5].value for row in page.iter_rows(min_row=15) if row[0].value}
    assert states["channel:ads"] == "▼ 異議"


def checked(desk: Desk) -> list[tuple[str, str, str]]:
    """Warnings but for those about the plan's own numbers, which stand on 設定 and チャネル."""
    found = [one for one in check(desk.plan, "ja") if one.level == "warning" and one.sheet not in ("設定", "チャネル")]
    return [(one.sheet, one.cell, line(one, "ja")) for one in found]


def test_check_shows_who_is_open_from_the_distribution_to_the_last_choice(desk):
    """田中 and 鈴木 of marketing and 佐藤 of inside sales were sent the plan; field sales was not."""
    found = checked(desk)
    rows = {key: row for row, key in enumerate(_column_a(desk, "合意"), 1)}
    assert [place[:2] for place in found] == [
        *(("合意", f"G{rows[key]}") for key in ("stage:leads", "stage:sql", "stage:proposals")), *[("", "")] * 3,
    ]  # fmt: skip
    assert [line.partition("」")[0] for *_, line in found[3:]] == [
        f"計画.xlsx: 「{person.mail}" for person in (SATO, SUZUKI, TANAKA)
    ]

    desk.collect(desk.file(TANAKA, {CLICKS: 1200}), desk.file(SUZUKI, {CLICKS: 1300}))
    found = checked(desk)
    row = _column_a(desk, "統合").index(CLICKS) + 1
    assert [place[:2] for place in found[3:]] == [("", ""), ("統合", f"F{row}")]
    assert found[3][2].startswith(f"計画.xlsx: 「{SATO.mail}」")
    assert found[4][2] == (
        f"計画.xlsx 統合!F{row}: 「広告 › クリック › 2026/05 実績」 → 意見が分かれています"
        f"（{SUZUKI.mail}、{TANAKA.mail}）。「使う値を選ぶ」列で選び、もう一度「回収」を実行してください"
    )

    desk.choose(CLICKS, TANAKA.mail)
    desk.collect(desk.file(SATO, {"actual[stage:sql][2026-06]": 9}))
    assert [place[0] for place in checked(desk)] == ["合意"] * 3


def _column_a(desk: Desk, sheet: str) -> list[object]:
    return [row[0].value for row in openpyxl.load_workbook(desk.plan)[sheet].iter_rows()]


LIKE_FORMULAS = (
    "=cmd|' /c calc'!A0", '＝HYPERLINK("x")', "+1+1", "-2", "@SUM(A1)", "\t=1", "\r=2", "#REF!", "'=3", "1e5", "TRUE",
)  # fmt: skip


def test_text_is_never_a_formula_afterwards(desk):
    cells = [
        f"tbl_agreement[{row}].{column}"
        for row in ("stage:leads", "stage:mql", "channel:ads", "channel:web", "channel:webinar", "channel:trade_show")
        for column in ("by", "comment")
    ]
    said = dict(zip(cells, LIKE_FORMULAS))
    desk.collect(desk.file(TANAKA, said))
    assert {key: desk.entries[key] for key in said} == {key: words.strip() for key, words in said.items()}
    found = {
        words: {cell.data_type for sheet in book.worksheets if sheet.title != "計算"  # a formula of ours there is =1
                for row in sheet.iter_rows() for cell in row
                if isinstance(cell.value, str) and cell.value.strip() == words.strip()}
        for book in [openpyxl.load_workbook(desk.plan)]
        for words in LIKE_FORMULAS
    }  # fmt: skip
    assert found == {words: {"s"} for words in LIKE_FORMULAS}


def test_real_negative_numbers_stay_numbers_and_are_named_where_none_is_allowed(desk):
    done = desk.collect(desk.file(TANAKA, {CLICKS: -5}))
    assert [line(fault, "ja") for fault in done.faults] == [
        "返送_田中.xlsx 広告!H14: 「-5」 → 数値（例: 1,200）を入力してください（0以上）"
    ]
    assert not done.clean and not done.written


def test_nothing_new_is_not_written(desk):
    before = desk.plan.stat()
    done = desk.collect(desk.file(TANAKA, {}), desk.file(SATO, {}))
    assert done.clean and not done.written and done.backup is None
    after = desk.plan.stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)
    assert not (desk.folder / "計画.xlsx.backups").exists()


def test_the_same_files_again_change_nothing(desk):
    files = [desk.file(TANAKA, {CLICKS: 1200}), desk.file(SUZUKI, {CLICKS: 1300, COST: 5})]
    desk.collect(*files)
    written = desk.plan.read_bytes()
    for again in (files, files[::-1], files[:1]):
        assert not desk.collect(*again).written
    assert desk.plan.read_bytes() == written


# --- conflicts ---------------------------------------------------------------------------------------------------


def test_a_conflict_stands_on_the_sheet_until_a_choice_is_made_there(desk):
    done = desk.collect(desk.file(TANAKA, {CLICKS: 1200, COST: 5}), desk.file(SUZUKI, {CLICKS: 1300, COST: 5}))
    (conflict,) = done.conflicts
    assert (conflict.key, conflict.label) == (CLICKS, "広告 › クリック › 2026/05 実績")
    assert {who: said.value for who, said in conflict.opinions.items()} == {TANAKA.mail: 1200, SUZUKI.mail: 1300}
    assert conflict.master.value is None and not done.clean
    assert CLICKS not in desk.entries and desk.entries[COST] == 5
    assert desk.collect().conflicts == done.conflicts, "without a choice nothing happens"

    desk.choose(CLICKS, SUZUKI.mail)
    done = desk.collect()
    assert [(one.key, one.new.value, one.why) for one in done.changes] == [(CLICKS, 1300, "chosen")]
    assert done.clean and desk.entries[CLICKS] == 1300
    again = desk.collect(desk.folder / "返送_田中.xlsx", desk.folder / "返送_鈴木.xlsx")
    assert not again.written and again.clean


def test_answers_that_differ_are_a_conflict_in_words(desk):
    state = "tbl_agreement[stage:mql]"
    done = desk.collect(
        desk.file(TANAKA, {f"{state}.state": "合意", f"{state}.by": "田中"}),
        desk.file(SUZUKI, {f"{state}.state": "異議", f"{state}.by": "鈴木", f"{state}.comment": "多い"}),
    )
    (conflict,) = done.conflicts
    assert {said.words for said in conflict.opinions.values()} == {"合意", "異議"}
    assert not [key for key in desk.entries if key.startswith(state)]
    desk.choose(f"{state}.state", SUZUKI.mail)
    desk.collect()
    answer = {key.removeprefix(f"{state}."): value for key, value in desk.entries.items() if key.startswith(state)}
    number = answer.pop("value")
    assert answer == {"state": "objected", "by": "鈴木", "comment": "多い"} and number > 0
    (line,) = [one for one in desk.records.history if one.key == f"{state}.state"]
    assert line.who.endswith(f"（{SUZUKI.mail} の値を選択）")


@pytest.mark.long
def test_answers_that_differ_are_seen_on_the_page_with_their_reasons(desk):
    state = "tbl_agreement[stage:mql]"
    first = desk.file(TANAKA, {f"{state}.state": "合意", f"{state}.by": "田中"})
    desk.collect(first)
    (line,) = [one for one in desk.records.history if one.key == f"{state}.state"]
    assert line.who.startswith(f"{TANAKA.mail}（回収: ")
    objection = {f"{state}.state": "異議", f"{state}.by": "鈴木", f"{state}.comment": "予算が足りない"}
    desk.collect(desk.file(SUZUKI, objection))
    book = openpyxl.load_workbook(desk.plan, data_only=True)
    rows = {row[0].value: [cell.value for cell in row] for row in book["合意"].iter_rows() if row[0].value}
    assert rows["stage:mql"][5:11] == ["▲ 回答が不一致", None, None, None, None, None], "no number beside no answer"
    assert rows["department:マーケティング"][2] == "▲ 回答が分かれています"
    assert rows["total"][8] == 1
    rows = {row[0].value: [cell.value for cell in row] for row in book["統合"].iter_rows() if row[0].value}
    assert rows[f"{state}.state"][7:9] == [
        f"{SUZUKI.mail}: 異議（鈴木：予算が足りない）", f"{TANAKA.mail}: 合意（田中）",
    ]  # fmt: skip


def test_what_a_file_of_an_old_version_says_is_asked_about_and_can_be_taken(tmp_path, office):
    said = {f"{ANSWER}.state": "異議", CLICKS: 1200, SESSIONS: 5000}  # the last is as it was sent
    later = Office(office.plan, office.records).send([TANAKA], "2", dt.datetime(2026, 6, 1, 9))
    desk = Desk(tmp_path, office, later.master())
    done = desk.collect(desk.file(TANAKA, said))
    (file,) = done.files
    assert (file.version, file.latest, file.entries, file.conflicts) == ("1", "2", 2, 2) and not done.changes
    assert {one.key: one.opinions[TANAKA.mail].words for one in done.conflicts} == {
        CLICKS: "1,200（第1版への返信）", f"{ANSWER}.state": "異議（第1版への返信）",
    }  # fmt: skip
    assert CLICKS not in desk.entries
    desk.choose(CLICKS, TANAKA.mail)
    assert [(one.key, one.new.value, one.why) for one in desk.collect().changes] == [(CLICKS, 1200, "chosen")]
    written = desk.plan.read_bytes()
    assert not desk.collect(desk.file(TANAKA, said)).written and desk.plan.read_bytes() == written

    newer = later.book(TANAKA).type({CLICKS: 1300})
    (desk.folder / "新.xlsx").write_bytes(newer.bytes())
    done = desk.collect(desk.folder / "新.xlsx")  # the answer to the latest version is what the person says now
    assert [(one.key, one.new.value) for one in done.changes] == []
    assert desk.records.decisions[CLICKS].open and desk.entries[CLICKS] == 1200


@pytest.mark.long
def test_what_was_collected_in_its_time_is_no_question_after_the_next_version(tmp_path, office, made):
    desk = Desk(tmp_path, office, made)
    file = desk.file(TANAKA, {CLICKS: 1200})
    desk.collect(file)
    opened = desk.opened()
    records = Office(opened.read.plan, opened.records).send([TANAKA], "2", dt.datetime(2026, 6, 1, 9)).records
    from xl_kpi.commands.rewrite import rewrite

    plan = opened.read.plan
    rewrite(opened, plan.with_(actuals={**plan.actuals, ("ads:clicks", 1): 1250.0}), records, command="distribute")
    done = desk.collect(file)
    assert not done.written and not done.conflicts and desk.entries[CLICKS] == 1250
    assert [(one.entries, one.passed, one.known) for one in done.files] == [(1, 1, 0)], "it is counted all the same"


@pytest.mark.long
def test_two_files_of_one_person_the_one_that_was_saved_last_counts(desk, made):
    def stamped(book: Filled, time: str) -> Filled:
        core = book.parts["docProps/core.xml"].decode()
        head, _, rest = core.partition("<dcterms:modified")
        start, _, end = rest.partition(">")
        book.parts["docProps/core.xml"] = f"{head}<dcterms:modified{start}>{time}{end[end.index('<') :]}".encode()
        return book

    late = desk.file(TANAKA, {CLICKS: 2}, "a.xlsx", stamped(desk.office.book(TANAKA), "2026-05-11T09:00:00Z"))
    early = desk.file(TANAKA, {CLICKS: 1, COST: 7}, "b.xlsx", stamped(desk.office.book(TANAKA), "2026-05-10T09:00:00Z"))
    for order in ((late, early), (early, late)):
        desk.plan.write_bytes(made)
        done = desk.collect(*order)
        assert desk.entries[CLICKS] == 2 and COST not in desk.entries
        assert [(one.key, one.opinions[TANAKA.mail].value) for one in done.conflicts] == [(COST, 7)]
        assert [(file.file, file.newer) for file in done.files if file.newer] == [("b.xlsx", "a.xlsx")]


def test_the_same_file_twice_counts_once_as_taken(desk):
    first, again = (desk.file(TANAKA, {CLICKS: 1200, COST: 5}, name) for name in ("a.xlsx", "b.xlsx"))
    done = desk.collect(first, again)
    assert {file.file: (file.twin, file.entries, file.taken, file.known) for file in done.files} == {
        "a.xlsx": ("", 2, 2, 0), "b.xlsx": ("a.xlsx", 2, 0, 2),
    }  # fmt: skip


def test_what_a_newer_file_takes_back_is_told_and_asked_about(desk):
    desk.collect(desk.file(TANAKA, {CLICKS: 1200, COST: 5}))
    done = desk.collect(desk.file(TANAKA, {CLICKS: 1200}))
    assert [(one.key, one.old.value, one.new.value, one.why) for one in done.changes] == [(COST, 5, None, "withdrawn")]
    (conflict,) = done.conflicts
    assert (conflict.key, conflict.opinions[TANAKA.mail].words) == (COST, "5（新しいファイルにはない）")
    desk.choose(COST, TANAKA.mail)
    done = desk.collect()
    assert done.clean and desk.entries[COST] == 5


# --- files that are no use -----------------------------------------------------------------------------------------


def test_files_that_cannot_be_used_are_named_and_the_others_are_taken(desk):
    (desk.folder / "壊れた.xlsx").write_bytes(b"PK\x03\x04 not really")
    desk.file(SATO, {}, "別の計画.xlsx", desk.office.book(SATO).stamp("sent_plan", "ffff"))
    desk.file(SUZUKI, {}, "目印なし.xlsx", desk.office.book(SUZUKI).drop_name("act_ads"))
    done = desk.collect(
        *(desk.folder / f"{name}.xlsx" for name in ("壊れた", "別の計画", "目印なし")),
        desk.file(TANAKA, {CLICKS: 1200}),
    )
    assert [bool(file.reason) for file in done.files] == [True, True, True, False]
    assert [file.reason.partition(":")[0] for file in done.files[:3]] == [
        "壊れた.xlsx",
        "別の計画.xlsx",
        "目印なし.xlsx",
    ]
    assert not done.clean and desk.entries[CLICKS] == 1200


def test_paths_that_are_not_there_stop_everything_before_anything_is_read(desk):
    before = desk.plan.read_bytes()
    with pytest.raises(BadFile, match="無い.xlsx: ファイルが見つかりません"):
        desk.collect(desk.file(TANAKA, {CLICKS: 1200}), desk.folder / "無い.xlsx")
    assert desk.plan.read_bytes() == before


def test_a_plan_with_errors_is_not_merged_into(desk):
    book = Filled(desk.plan.read_bytes())
    book.put(*book.place("actual[web:sessions][2026-04]"), "たくさん")
    desk.plan.write_bytes(book.bytes())
    with raises_saying(InputFaults, "「たくさん」"):
        desk.collect(desk.file(TANAKA, {CLICKS: 1200}))


def test_a_plan_that_is_open_in_excel_is_left_alone(desk):
    before = desk.plan.read_bytes()
    (desk.folder / "~$計画.xlsx").write_bytes(b"")
    with pytest.raises(Refused, match="Excelで開かれています"):
        desk.collect(desk.file(TANAKA, {CLICKS: 1200}))
    assert desk.plan.read_bytes() == before


# --- where the plan has no place any more -----------------------------------------------------------------------


def test_what_was_typed_for_a_month_that_the_plan_no_longer_has_is_kept(desk):
    from xl_kpi.commands.rewrite import rewrite

    opened = open_workbook(desk.plan, "ja")
    rewrite(opened, opened.read.plan.with_(months=1), command="regenerate", now=dt.datetime(2026, 5, 10))
    done = desk.collect(desk.file(TANAKA, {CLICKS: 1200}))
    assert [(kept.label, kept.value) for kept in done.kept] == [("広告 › クリック › 実績", 1200)]
    assert done.clean and desk.records.archive[CLICKS].value == 1200
    opened = open_workbook(desk.plan, "ja")
    rewrite(opened, opened.read.plan.with_(months=3), command="regenerate", now=dt.datetime(2026, 5, 21))
    assert desk.entries[CLICKS] == 1200 and CLICKS not in desk.records.archive


@pytest.mark.long
def test_a_conflict_about_such_an_entry_keeps_what_the_master_had(desk):
    from xl_kpi.commands.rewrite import rewrite

    opened = open_workbook(desk.plan, "ja")
    plan = opened.read.plan.with_(actuals={**opened.read.plan.actuals, ("ads:clicks", 1): 900.0})
    rewrite(opened, plan, command="typed", now=dt.datetime(2026, 5, 9))
    opened = open_workbook(desk.plan, "ja")
    rewrite(opened, opened.read.plan.with_(months=1), command="regenerate", now=dt.datetime(2026, 5, 10))
    desk.collect(desk.file(TANAKA, {CLICKS: 1200}), desk.file(SUZUKI, {CLICKS: 1300}))
    assert desk.records.archive[CLICKS].value == 900
    assert desk.records.decisions[CLICKS].open and desk.records.decisions[CLICKS].before == 900
    desk.choose(CLICKS, TANAKA.mail)
    desk.collect()
    assert desk.records.archive[CLICKS].value == 1200


def without_ads(desk: Desk, tables: tuple[str, ...]) -> bytes:
    """The plan from whose pages somebody has deleted the rows of 広告, without a regenerate."""
    book = Filled(desk.plan.read_bytes())
    for name in tables:
        area = book.area(name)
        column = area.column + (name == "tbl_kpis")
        for row in range(area.last_row, area.row, -1):
            if book.value(area.sheet, row, column) in ("ads", "広告"):
                book.delete_row(area.sheet, row)
    return book.bytes()


def test_a_channel_that_somebody_deleted_with_its_kpis_is_kept_with_what_comes_back(desk):
    desk.plan.write_bytes(without_ads(desk, ("tbl_channels", "tbl_kpis")))
    done = desk.collect(desk.file(TANAKA, {CLICKS: 1200, SESSIONS: 4800, f"{ANSWER}.state": "合意"}))
    assert desk.entries[SESSIONS] == 4800
    assert {key: one.value for key, one in desk.records.archive.items() if key.startswith("actual")} == {
        CLICKS: 1200, "actual[ads:clicks][2026-04]": 1000,
    }  # fmt: skip
    assert desk.records.archive[f"{ANSWER}.state"].value == "agreed"
    assert ("広告 › クリック › 実績", 1200) in [(kept.label, kept.value) for kept in done.kept]
    assert done.clean


def test_a_channel_of_which_only_the_row_was_deleted_is_named_before_anything_is_taken(desk):
    desk.plan.write_bytes(without_ads(desk, ("tbl_channels",)))
    before = desk.plan.read_bytes()
    with pytest.raises(InputFaults) as found:
        desk.collect(desk.file(TANAKA, {CLICKS: 1200}))
    (told,) = [line(fault, "ja") for fault in found.value.faults]  # one for all fifteen KPIs of 広告
    assert all(
        words in told for words in ("KPI辞書!B", "「ads」", "サービスサイト (web), ウェビナー (webinar)", "15行")
    )
    assert desk.plan.read_bytes() == before


# --- mails, folders, and the command itself -------------------------------------------------------------------------


def test_mails_and_folders(desk):
    inbox = desk.folder / "受信"
    inbox.mkdir()
    mail = EmailMessage()
    mail["From"] = TANAKA.mail
    mail.set_content("入力しました。")
    mail.add_attachment(desk.file(TANAKA, {CLICKS: 1200}).read_bytes(), maintype="application",
                        subtype="octet-stream", filename="計画_田中.xlsx")  # fmt: skip
    (inbox / "1.eml").write_bytes(mail.as_bytes())
    content = desk.file(SATO, {"actual[stage:sql][2026-06]": 9}).read_bytes()
    (inbox / "2.msg").write_bytes(msg(Mail({"計画_佐藤.xlsx": content})))
    (inbox / "~$3.xlsx").write_bytes(b"")
    done = desk.collect(inbox)
    assert [file.file for file in done.files] == ["1.eml › 計画_田中.xlsx", "2.msg › 計画_佐藤.xlsx"]
    assert desk.entries[CLICKS] == 1200 and desk.entries["actual[stage:sql][2026-06]"] == 9


def test_progress_is_told_for_each_file(desk):
    told = []
    desk.collect(desk.file(TANAKA, {}), desk.file(SATO, {}), progress=lambda *step: told.append(step))
    assert told == [("読み込み 返送_田中.xlsx", 0, 2), ("読み込み 返送_佐藤.xlsx", 1, 2)]


def test_the_command_line(desk):
    files = [desk.file(TANAKA, {CLICKS: 1200, COST: 5}), desk.file(SUZUKI, {CLICKS: 1300}), desk.file(SATO, {})]
    answer = xl("collect", desk.plan, *files)
    assert answer.code == 1
    assert answer.out.splitlines() == [
        "返送_田中.xlsx: tanaka@example.com ― 入力 2件（取り込み 1件、競合 1件）",
        "返送_鈴木.xlsx: suzuki@example.com ― 入力 1件（競合 1件）",
        "返送_佐藤.xlsx: sato@example.com ― 変更はありません",
        "競合: 広告 › クリック › 2026/05 実績: 計画 = （空欄）、suzuki@example.com = 1,300、tanaka@example.com = 1,200",
        "合計 3ファイル: 入力 3件（取り込み 1件、競合 2件）",
        f"{desk.plan} に取り込みました: 計画の変更 1件、未解決の競合 1件。",
        "「統合」シートの「使う値を選ぶ」列で値を選び、もう一度 collect を実行してください。",
        "まだ回答のない人 1人: sato@example.com（第1版、2026/05/01 配布。ファイルは届き、入力なし）",
        "リマインドの下書きは xl-kpi distribute … --remind で作れます。",
    ]
    assert answer.err.startswith("以前のファイル: ")
    desk.choose(CLICKS, TANAKA.mail)
    answer = xl("collect", desk.plan)
    assert (answer.code, answer.out.splitlines()[0]) == (
        0,
        "選択を反映: 広告 › クリック › 2026/05 実績: （空欄） → 1,200",
    )
    assert xl("collect", desk.plan).out.splitlines()[0] == f"{desk.plan}: 変更はありません。書き込んでいません。"


def test_json(desk):
    answer = xl("collect", desk.plan, desk.file(TANAKA, {CLICKS: 1200}), desk.file(SUZUKI, {CLICKS: 1300}), "--json")
    found = json.loads(answer.out)
    assert answer.code == 1 and found["written"] is True
    assert found["conflicts"] == [
        {
            "key": CLICKS, "label": "広告 › クリック › 2026/05 実績", "master": {"value": None, "words": "（空欄）"},
            "opinions": {"suzuki@example.com": {"value": 1300, "words": "1,300"},
                         "tanaka@example.com": {"value": 1200, "words": "1,200"}},
        }
    ]  # fmt: skip
    assert [file["conflicts"] for file in found["files"]] == [1, 1]


def test_in_english(desk):
    book = desk.office.book(TANAKA).formula(CLICKS, "600+600", 1200)
    answer = xl("collect", desk.plan, desk.file(TANAKA, {}, book=book), "--lang", "en")
    assert answer.code == 0
    assert "1 entries (1 taken)" in answer.out
    assert "Only the result, 1200, was taken, not the formula" in answer.err
    answer = xl("collect", desk.plan, desk.folder / "x.doc", env=ENGLISH)
    assert (answer.code, answer.err) == (
        2,
        "x.doc: ファイルが見つかりません。ファイル名とフォルダーを確かめてください。\n",
    )


# --- five people, a hundred edits, real files ---------------------------------------------------------------------

FIVE = tuple(
    Person(name, "マーケティング", f"{name}@example.com", ("ads", "web", "webinar"))
    for name in ("a", "b", "c", "d", "e")
)
ROWS = ("ads:clicks", "ads:cv", "ads:cost", "web:sessions", "web:cv", "webinar:attendees")
KEYS = [f"actual[{row}][2026-{month:02d}]" for row in ROWS for month in (4, 5, 6)]


@pytest.mark.long
def test_a_hundred_edits_by_five_people_in_any_order_of_return(tmp_path):
    chance = random.Random(4)
    office = Office(quarter()).send(FIVE)
    edits = {person.mail: {} for person in FIVE}
    for _ in range(100):
        edits[chance.choice(FIVE).mail][chance.choice(KEYS)] = chance.choice([None, 10, 20, 30, 0.25])
    sent, master = office.records.sent[0].entries, office.master()
    opinions = {
        key: {said[key] for said in edits.values() if key in said and said[key] != sent.get(key)} for key in KEYS
    }
    conflicts = {key for key, said in opinions.items() if len(said) > 1}
    expected = {key: next(iter(said)) if len(said) == 1 else sent.get(key) for key, said in opinions.items()}
    assert conflicts and any(len(said) == 1 for said in opinions.values())
    states = []
    for batches in ([FIVE], [[person] for person in chance.sample(FIVE, 5)], [FIVE[3:], FIVE[:3]]):
        desk = Desk(tmp_path, office, master)
        for batch in batches:
            done = desk.collect(*(desk.file(person, edits[person.mail]) for person in batch))
        assert {conflict.key for conflict in done.conflicts} == conflicts
        assert {key: desk.entries.get(key) for key in KEYS} == expected
        states.append((desk.entries, desk.records.decisions, desk.records.proposals))
        again = [desk.file(person, edits[person.mail]) for person in chance.sample(FIVE, 5)]
        assert not desk.collect(*again).written
    assert states[0] == states[1] == states[2]
