"""``collect``: from returned files to the plan's own workbook, its 統合, 合意 and 履歴, and what the user is told."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest

from tests.exchange.collect_desk import ANSWER, CLICKS, COST, SESSIONS, Desk
from tests.exchange.sent_books import SATO, SUZUKI, TANAKA, Filled, Office
from xl_kpi.catalog.messages import line
from xl_kpi.commands.examine import check

pytestmark = pytest.mark.slow


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


@pytest.mark.long
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


@pytest.mark.long
def test_a_count_that_is_no_whole_number_waits_for_a_choice(desk):
    back = desk.file(TANAKA, {CLICKS: 12.5, COST: 5})
    done = desk.collect(back)
    assert CLICKS not in desk.entries and desk.entries[COST] == 5
    assert [(one.key, {who: said.words for who, said in one.opinions.items()}) for one in done.conflicts] == [
        (CLICKS, {TANAKA.mail: "12.5"})
    ]
    (told,) = [line(fault, "ja") for fault in done.faults if "12.5" in line(fault, "ja")]
    assert told.startswith("返送_田中.xlsx 広告!") and "まだ取り込んでいません" in told and "「統合」" in told
    desk.choose(CLICKS, TANAKA.mail)
    done = desk.collect(back)  # the same file once more: it was answered
    assert desk.entries[CLICKS] == 12.5 and not [one for one in done.faults if "まだ" in line(one, "ja")]


@pytest.mark.long
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


@pytest.mark.long
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


@pytest.mark.long
def test_what_a_newer_file_takes_back_is_told_and_asked_about(desk):
    desk.collect(desk.file(TANAKA, {CLICKS: 1200, COST: 5}))
    done = desk.collect(desk.file(TANAKA, {CLICKS: 1200}))
    assert [(one.key, one.old.value, one.new.value, one.why) for one in done.changes] == [(COST, 5, None, "withdrawn")]
    (conflict,) = done.conflicts
    assert (conflict.key, conflict.opinions[TANAKA.mail].words) == (COST, "5（新しいファイルにはない）")
    desk.choose(COST, TANAKA.mail)
    done = desk.collect()
    assert done.clean and desk.entries[COST] == 5
