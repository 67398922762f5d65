"""``collect``: files that are no use, mails and folders, and what the command itself says."""

from __future__ import annotations

import json
import random
from email.message import EmailMessage

import openpyxl
import pytest

from tests.cli.terminal import ENGLISH, xl
from tests.exchange.collect_desk import CLICKS, COST, Desk
from tests.exchange.mail.msg_files import Mail, msg
from tests.exchange.sent_books import SATO, SUZUKI, TANAKA, Filled, Office, quarter
from tests.told import raises_saying
from xl_kpi.errors import BadFile, InputFaults, Refused
from xl_kpi.exchange.people import Person

pytestmark = pytest.mark.slow


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
        f"リマインドの下書きは xl-kpi distribute {desk.plan} --to 名簿.csv -o 配布 --remind で作れます"
        "（名簿とフォルダーは配布したときのもの）。",
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


@pytest.mark.long
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


def test_a_reply_whose_headers_have_changed_is_asked_for_again(desk):
    """What the owner of a plan can do about it (restore) is no help with a reply."""
    back = desk.file(TANAKA, {CLICKS: 10})
    book = openpyxl.load_workbook(back)
    (header,) = [cell for row in book["合意"].iter_rows() for cell in row if cell.value == "回答"]
    header.value = "メモ"
    book.save(back)
    (told,) = [one.reason for one in desk.collect(back).files]
    assert "回答" in told and "返送してもらってください" in told and "restore" not in told
