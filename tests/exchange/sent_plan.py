"""Three people to whom a plan of three months is sent, and what the plan remembers of it."""

from __future__ import annotations

import csv

from xl_kpi.commands import open_workbook
from xl_kpi.plan.records import Sent

HEADER = ["名前", "部署", "メール", "担当チャネル"]
ROWS = [
    ["山田 太郎", "マーケティング", "yamada@example.co.jp", "ads;web"],
    ["佐藤 花子", "フィールドセールス", "sato@example.co.jp", ""],
    ["鈴木 一郎", "広報", "suzuki@example.co.jp", "webinar"],
]
TITLE = "年間マーケティング計画"
FILES = sorted(f"{TITLE}_{row[0]}.xlsx" for row in ROWS)
DRAFTS = [name.replace(".xlsx", ".eml") for name in FILES]


def written(path, rows) -> None:
    with path.open("w", encoding="cp932", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])


def sent_of(plan) -> tuple[Sent, ...]:
    return open_workbook(plan, "ja").records.sent


def named(folder, suffix: str) -> list[str]:
    return sorted(path.name for path in folder.glob(f"*{suffix}"))
