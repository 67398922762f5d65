"""``distribute --remind``: drafts to those who have not answered, nobody else; nothing is sent, the plan stays."""

from __future__ import annotations

import csv
import email
import email.policy
import shutil
from pathlib import Path

import pytest

from tests.cli.terminal import xl
from tests.exchange.sent_books import ONLY_READ, Filled
from xl_kpi.commands import open_workbook

pytestmark = pytest.mark.slow

HEADER = ["名前", "部署", "メール", "担当チャネル"]
ROWS = [
    ["山田 太郎", "広報", "yamada@example.co.jp", "ads"],
    ["鈴木 一郎", "広報", "suzuki@example.co.jp", "webinar"],
]
TITLE = "年間マーケティング計画"
MONTHS = ("2026-04", "2026-05")
SENDER = "企画 花子 <kikaku@example.co.jp>"
AS_OF = ("--as-of", "2026-06-10")
FULL = {f"actual[ads:{kpi}][{month}]": 100 for kpi in ("clicks", "cv", "cost") for month in MONTHS}
ANSWER = {"tbl_agreement[channel:ads].state": "合意"}


def written(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    return path


@pytest.fixture(scope="module")
def first(tmp_path_factory) -> Path:
    """A plan of three months from April 2026 that was distributed to two."""
    folder = tmp_path_factory.mktemp("first")
    plan = folder / "plan.xlsx"
    pages = [f"--set=page_{page}=×" for page in ONLY_READ]
    assert xl("new", plan, "--start", "2026-04", "--months", "3", *pages).code == 0
    assert xl("distribute", plan, "--to", written(folder / "people.csv", ROWS), "-o", folder / "out",
              "--due", "2026-06-20", "--from", SENDER).code == 0  # fmt: skip
    return folder


@pytest.fixture
def folder(first, tmp_path) -> Path:
    return shutil.copytree(first, tmp_path / "office")


def remind(folder: Path, *more: str):
    return xl("distribute", folder / "plan.xlsx", "--to", folder / "people.csv", "-o", folder / "out", "--remind",
              *AS_OF, *more)  # fmt: skip


def drafts(folder: Path) -> dict[str, email.message.EmailMessage]:
    return {
        path.stem.removeprefix(f"{TITLE}_").removesuffix("_リマインド"): email.message_from_bytes(
            path.read_bytes(), policy=email.policy.default
        )
        for path in (folder / "out").glob("*_リマインド.eml")
    }


def body_of(mail: email.message.EmailMessage) -> str:
    return mail.get_body().get_content().replace("\r\n", "\n")


def reply(folder: Path, name: str, typed: dict) -> None:
    (folder / "replies").mkdir(exist_ok=True)
    data = (folder / "out" / f"{TITLE}_{name}.xlsx").read_bytes()
    (folder / "replies" / f"{name}.xlsx").write_bytes(Filled(data).type(typed).bytes())


def test_a_draft_to_everybody_who_is_silent(folder):
    before = (folder / "plan.xlsx").read_bytes()
    answer = remind(folder, "--due", "2026-06-05")
    assert answer.code == 0, answer.err
    assert "返信なし" in answer.out and "期限を5日過ぎています" in answer.out and "送信はしていません" in answer.out
    found = drafts(folder)
    assert set(found) == {"山田 太郎", "鈴木 一郎"}
    mail = found["山田 太郎"]
    assert mail["X-Unsent"] == "1" and mail["To"] == "山田 太郎 <yamada@example.co.jp>"
    assert mail["From"] == SENDER and f"差出人（配布したときと同じ）: {SENDER}" in answer.out
    body = body_of(mail)
    assert "企画 花子です。" in body
    assert "【広告】\n・クリック: 2026/04〜2026/05\n" in body and "【合意】\n・広告の回答" in body
    assert "ウェビナー" not in body and "2026/06/05" in body
    # the workbook as it was sent, byte for byte
    (attached,) = mail.iter_attachments()
    assert attached.get_content() == (folder / "out" / f"{TITLE}_山田 太郎.xlsx").read_bytes()
    assert (folder / "plan.xlsx").read_bytes() == before
    # from another folder, which knows nothing of the distribution, as the plan does
    elsewhere = xl("distribute", folder / "plan.xlsx", "--to", folder / "people.csv", "-o", folder / "new", "--remind")
    assert f"差出人（配布したときと同じ）: {SENDER}" in elsewhere.out, elsewhere.err


def test_who_has_answered_gets_none_and_who_answered_a_part_is_told_the_rest(folder):
    """By replies that nobody has collected, and by the plan once they are."""
    remind(folder)
    reply(folder, "山田 太郎", FULL | ANSWER)
    reply(folder, "鈴木 一郎", {"actual[webinar:registrations][2026-04]": 40})
    answer = remind(folder, "--replies", str(folder / "replies"), "--from", "kpi@example.co.jp")
    assert answer.code == 0 and "回答がそろっている人: 山田 太郎" in answer.out
    assert "もう要らない下書き" in answer.err and "山田 太郎_リマインド" in answer.err
    mail = drafts(folder)["鈴木 一郎"]
    body = body_of(mail)
    assert "返信でお送りください（期限: 2026/06/20）。" in body, "the day of the distribution"
    assert "お疲れさまです。\n\n" in body, "an address alone does not say who writes"
    assert "・申込者数: 2026/05\n" in body and "・参加者数: 2026/04〜2026/05" in body
    assert [*mail.iter_attachments()] == []  # they go on with their own file
    assert xl("collect", folder / "plan.xlsx", folder / "replies").code == 0
    for path in (folder / "out").glob("*_リマインド.eml"):
        path.unlink()
    answer = remind(folder, "--lang", "en")
    assert set(drafts(folder)) == {"鈴木 一郎"} and "Complete: 山田 太郎 (1)" in answer.out


def test_a_dry_run_writes_nothing_and_strangers_are_told(folder):
    written(folder / "people.csv", [ROWS[0], ["新人", "広報", "new@example.co.jp", "web"]])
    answer = remind(folder, "--dry-run")
    assert answer.code == 0 and not drafts(folder)
    assert "まだ何も送っていない人: 新人" in answer.out and "名簿にない人: suzuki@example.co.jp" in answer.err


def test_a_copy_of_the_plan_is_told_as_one_that_collect_takes(folder):
    replies = folder / "replies"
    replies.mkdir()
    shutil.copy(folder / "plan.xlsx", replies / "copy.xlsx")
    answer = remind(folder, "--dry-run", "--replies", str(replies))
    assert "copy.xlsx: 配布したブックではなく、計画のコピーです" in answer.err


def test_the_workbook_of_somebody_else_is_never_attached(folder):
    """Names on the list were swapped since: the file that bears a name is another person's."""
    written(folder / "people.csv", [[ROWS[1][0], *ROWS[0][1:]], [ROWS[0][0], *ROWS[1][1:]]])
    assert remind(folder).code == 0
    assert all([*mail.iter_attachments()] == [] for mail in drafts(folder).values())


def test_drafts_that_nobody_signs_are_told(folder, monkeypatch):
    monkeypatch.setattr("xl_kpi.commands.mail.remind._sender_before", lambda *_: "")  # nobody had signed
    answer = remind(folder)
    assert answer.code == 0 and '--from "名前 <メールアドレス>"' in answer.err
    assert drafts(folder)["山田 太郎"]["From"] is None
    assert '--from "' not in remind(folder, "--from", SENDER).err


def test_wrong_uses(folder, tmp_path):
    assert remind(folder, "--send").code == 2
    assert xl("distribute", folder / "plan.xlsx", "--to", folder / "people.csv", "-o", folder / "out", "--replies",
              "x").code == 2  # fmt: skip
    answer = remind(folder, "--due", "いつか", "--body", str(written(tmp_path / "body.txt", [["{nobody}"]])))
    assert answer.code == 2 and len(answer.faults) == 2
    new = tmp_path / "new.xlsx"
    assert xl("new", new, "--months", "1").code == 0
    answer = xl("distribute", new, "--to", folder / "people.csv", "-o", folder / "out", "--remind")
    assert answer.code == 3 and "まだ配布していない計画です" in answer.err


def test_records_are_untouched(folder):
    before = open_workbook(folder / "plan.xlsx", "ja").records
    remind(folder)
    assert open_workbook(folder / "plan.xlsx", "ja").records == before
