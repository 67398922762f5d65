"""One whole mail round of five people: nothing lost, nothing invented, counts that add up, names said.

One works outside the company, one on a copy of the plan, one is late, one silent, and one sends a .csv.
"""

from __future__ import annotations

import base64
import csv
import email
import email.policy
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest

from tests.cli.terminal import xl
from tests.exchange.recipients import loaded, open_rows
from tests.exchange.sent_books import ONLY_READ, Filled
from xl_kpi.commands.examine import open_workbook
from xl_kpi.plan.entries import entries_of

pytestmark = pytest.mark.slow

HEADER = ["名前", "部門", "メール", "担当チャネル"]
PEOPLE = [
    ["山田 太郎", "マーケティング", "yamada@example.co.jp", "ads"],
    ["鈴木 一郎", "インサイドセールス", "suzuki@example.co.jp", ""],  # works in a copy of the plan
    ["佐藤 花子", "フィールドセールス", "sato@sales.example.co.jp", ""],  # says nothing
    ["高橋 次郎", "マーケティング", "takahashi@example.co.jp", "web"],  # sends a .csv
    ["代理店 田中", "マーケティング", "tanaka@agency.example.com", "ads"],  # outside, and late
]
SENDER = "高木 美咲 <takagi@example.co.jp>"
TITLE = "年間マーケティング計画"
CLICKS, CV, COST = (f"actual[ads:{kpi}][2027-04]" for kpi in ("clicks", "cv", "cost"))
SQL = "actual[stage:sql][2027-04]"


def mailed(workbook: bytes, name: str, sender: str) -> bytes:
    reply = EmailMessage(policy=email.policy.SMTP)
    reply["From"] = sender
    reply.set_content("入力しました。")
    reply.add_attachment(workbook, maintype="application", subtype="octet-stream", filename=name)
    return reply.as_bytes()


def forwarded(workbook: bytes, name: str) -> bytes:
    """A reply that was forwarded, packed in base64 and behind a mark of the encoding, as some gateways leave it."""
    packed = base64.encodebytes(mailed(workbook, name, "山田 太郎 <yamada@example.co.jp>"))
    return (
        b"\xef\xbb\xbfFrom: takagi@example.co.jp\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=o\n\n--o\n"
        b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + packed + b"\n--o--\n"
    )


class Round:
    """The sender's folder: plan, list, what goes out and what comes back."""

    def __init__(self, folder: Path):
        self.folder, self.plan, self.replies = folder, folder / "計画.xlsx", folder / "返信"
        self.replies.mkdir()
        pages = [f"--set=page_{page}=×" for page in ONLY_READ]
        assert xl("new", self.plan, "--months", "3", "--start", "2027-04", *pages).code == 0
        with (folder / "名簿.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([HEADER, *PEOPLE])

    def distribute(self, out: str, *more: str):
        people = ("--to", self.folder / "名簿.csv", "-o", self.folder / out, "--from", SENDER)
        return xl("distribute", self.plan, *people, *more)

    def book(self, name: str, out: str = "配布") -> Filled:
        return Filled((self.folder / out / f"{TITLE}_{name}.xlsx").read_bytes())

    def collect(self):
        return xl("collect", self.plan, self.replies)

    @property
    def entries(self) -> dict:
        return entries_of(open_workbook(self.plan, "ja").read.plan)


def test_a_round_of_five(tmp_path):
    round_ = Round(tmp_path)
    dry = round_.distribute("配布", "--dry-run")
    outside = "社外の1人には担当分のシートだけを渡します: 代理店 田中 <tanaka@agency.example.com>"
    assert outside in dry.out and "差出人のドメイン" in dry.out and not (tmp_path / "配布").exists()
    assert round_.distribute("配布").code == 0

    # --- what went out
    sheets = {row[0]: loaded(round_.book(row[0]).bytes()).sheetnames for row in PEOPLE}
    agency = loaded(round_.book("代理店 田中").bytes())  # of the department's numbers nothing
    assert open_rows(agency)["合意"] == {"channel:ads"} and "MQL" not in str([*agency["合意"].values])
    assert sheets["代理店 田中"] == ["送付状", "合意", "広告"] and "設定" in sheets["佐藤 花子"]
    drafts = {
        row[0]: email.message_from_bytes(
            (tmp_path / "配布" / f"{TITLE}_{row[0]}.eml").read_bytes(), policy=email.policy.default
        )
        for row in PEOPLE
    }
    for name, draft in drafts.items():
        body = draft.get_body().get_content().replace("\r\n", "\n")
        kindly = "いつもお世話になっております。" if name == "代理店 田中" else "お疲れさまです。"
        assert body.startswith(f"{name} 様\n\n{kindly}\n高木 美咲です。\n")
        assert body.endswith("\n\n高木 美咲\ntakagi@example.co.jp\n") and body.count("計画") == 1
        assert draft["From"].addresses[0].addr_spec == "takagi@example.co.jp"
    before = round_.entries

    # --- what comes back
    answer = round_.book("山田 太郎").type({CLICKS: 1200, CV: 24, "tbl_agreement[stage:mql].state": "合意"})
    (round_.replies / "転送.eml").write_bytes(forwarded(answer.bytes(), "計画_山田.xlsx"))
    copy = Filled(round_.plan.read_bytes()).type({SQL: 40, CLICKS: 1300}).bytes()
    (round_.replies / "コピー.eml").write_bytes(mailed(copy, "計画 - コピー.xlsx", "suzuki@example.co.jp"))
    (round_.replies / "高橋.csv").write_text("月,セッション\n2027-04,5000\n", "cp932")
    done = round_.collect()
    assert done.code == 1
    lines = done.out.splitlines()
    assert lines[:2] == [
        "コピー.eml › 計画 - コピー.xlsx: 計画のコピー（鈴木 一郎 <suzuki@example.co.jp>）です。"
        + lines[0].split("です。")[1].split("のあと")[0]
        + "のあとに入力された 2件（取り込み 1件、競合 1件）を、計画と照合しました（回答として数えます）",
        "転送.eml › 計画_山田.xlsx: 山田 太郎 <yamada@example.co.jp> ― 入力 3件（取り込み 2件、競合 1件）",
    ]
    # as many as were typed above
    assert "合計 3ファイル（読み取り 2、取り込めないもの 1）: 入力 5件（取り込み 3件、競合 2件）" in lines
    assert not any(one.startswith("計画のコピーへの入力") for one in lines)
    (silent,) = [one for one in lines if one.startswith("まだ回答のない人")]
    assert silent.startswith("まだ回答のない人 3人: ")
    named = {name for name, _, mail, _ in PEOPLE if f"{name} <{mail}>" in silent}
    assert named == {"佐藤 花子", "高橋 次郎", "代理店 田中"}
    (skipped,) = [one for one in done.err.splitlines() if "高橋.csv" in one]
    assert "配布したブック（.xlsx）に入力して" in skipped
    now = round_.entries
    answered = {key for key in now if key.startswith("tbl_agreement[stage:mql]")}
    assert {key: now[key] for key in now.keys() - answered if now[key] != before.get(key)} == {CV: 24, SQL: 40}
    assert now["tbl_agreement[stage:mql].state"] == "agreed" and CLICKS not in now
    assert before.items() <= now.items()

    # --- the next version goes out; then the late one answers the first
    book = Filled(round_.plan.read_bytes())
    round_.plan.write_bytes(book.choose(CLICKS, "yamada@example.co.jp").bytes())
    out = round_.distribute("配布2")
    assert out.code == 0 and "代理店 田中 <tanaka@agency.example.com>" in out.err
    late = round_.book("代理店 田中").type({CLICKS: 1250, COST: 900000})
    (round_.replies / "田中.xlsx").write_bytes(late.bytes())
    done = round_.collect()
    (told,) = [one for one in done.out.splitlines() if one.startswith("田中.xlsx")]
    assert "第1版への返信です（この宛先の最新は第2版）。入力 2件（競合 2件）" in told
    again = [one for one in done.out.splitlines() if "取り込み済みのファイルです" in one]
    assert [one.partition(":")[0] for one in again] == ["転送.eml › 計画_山田.xlsx", "コピー.eml › 計画 - コピー.xlsx"]
    # 3 + 2 + 2 were typed
    total = "合計 4ファイル（読み取り 3、取り込めないもの 1）: 入力 7件（取り込み済み 4件、競合 3件）"
    assert total in done.out.splitlines(), done.out
    again = round_.collect().out
    assert total in again.splitlines(), again
    now = round_.entries
    assert now[CLICKS] == 1200 and COST not in now
    told = round_.distribute("配布2", "--remind", "--as-of", "2027-05-10").out
    assert "第1版への返信は届いています。第2版（" in told.partition("代理店 田中")[2].partition("\n")[0]
    draft = email.message_from_bytes(
        (tmp_path / "配布2" / f"{TITLE}_代理店 田中_リマインド.eml").read_bytes(), policy=email.policy.default
    )
    body = draft.get_body().get_content().replace("\r\n", "\n")
    assert "第1版へのご返信は受け取っております。" in body and "期限" not in body and "指定なし" not in body
    assert "【広告】" in body and "MQL" not in body, "nothing of the department"
    shown = [cell.value for row in openpyxl.load_workbook(round_.plan)["統合"].iter_rows() for cell in row]
    (option,) = [one for one in shown if str(one).startswith("tanaka@agency.example.com: ") and "900,000" in one]
    assert option.endswith("（第1版への返信）")
    book = Filled(round_.plan.read_bytes())
    round_.plan.write_bytes(book.choose(COST, "tanaka@agency.example.com").bytes())
    assert xl("collect", round_.plan).code == 1  # CLICKS is still to be chosen
    now = round_.entries
    assert (now[COST], now[CLICKS], now[CV], now[SQL]) == (900000, 1200, 24, 40)
