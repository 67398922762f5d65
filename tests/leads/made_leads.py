"""Leads with a known truth, made by us, and the lists in which systems would hand them out."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pandas as pd

from xl_kpi.plan.model import Channel, Goal, Plan, Stage

STAGES = ("leads", "mql", "sql", "opportunities", "orders")
HEADERS = {
    "lead": "リードID",
    "source": "流入元",
    "at_leads": "リード獲得日",
    "at_mql": "MQL化日",
    "at_sql": "SQL化日",
    "at_opportunities": "商談化日",
    "at_orders": "受注日",
    "outcome": "結果",
    "lost_reason": "失注理由",
    "amount": "金額",
    "company": "会社名",
    "mail": "メールアドレス",
}
WORDS = {"leads": "リード", "mql": "MQL", "sql": "SQL", "opportunities": "商談", "orders": "受注"}
SOURCES = {"検索広告": "ads", "展示会2026春": "trade_show", "自然検索": "web", "紹介": ""}
ORIGINS = {
    "r1": {"pattern": "*広告*", "channel": "広告"},
    "r2": {"pattern": "展示会*", "channel": "trade_show"},
    "r3": {"pattern": "自然検索", "channel": "web"},
    "r4": {"pattern": "紹介", "channel": "サービスサイト"},
}


def plan(*, stages: tuple[str, ...] = STAGES, **changes: object) -> Plan:
    """A plan of twelve months from April 2026 with three channels and the patterns of their sources."""
    words = {**WORDS, "demo": "製品デモ"}
    made = Plan(
        "計画",
        "ja",
        Goal("orders", 60.0),
        dt.date(2026, 4, 1),
        12,
        tuple(Stage(one, words[one]) for one in stages),
        (
            Channel("web", "サービスサイト", "leads", share=0.5),
            Channel("ads", "広告", "leads", share=0.3),
            Channel("trade_show", "展示会", "leads", share=0.2),
        ),
        (),
        tables={"tbl_origins": ORIGINS},
    )
    return made.with_(**changes)


def world(count: int, seed: int = 7) -> pd.DataFrame:
    """``count`` leads: days as dates, None where a stage was not reached; amounts with hundredths."""
    dice = random.Random(seed)
    rows = []
    for number in range(count):
        day = dt.date(2026, 4, 1) + dt.timedelta(dice.randrange(300))
        row: dict[str, object] = {"lead": f"L{number:05d}", "source": dice.choice(list(SOURCES)), "at_leads": day}
        for stage, rate in zip(STAGES[1:], (0.6, 0.6, 0.7, 0.5)):
            if dice.random() > rate:
                break
            day += dt.timedelta(int(dice.lognormvariate(2, 1)))
            row[f"at_{stage}"] = day
        if "at_orders" in row:
            row |= {"outcome": "won", "amount": f"{dice.randrange(1, 10**9) / 100:.2f}"}
        elif dice.random() < 0.3:
            row |= {"outcome": "lost", "lost_reason": dice.choice(["予算", "時期", "競合", ""])}
        row |= {"company": f"会社{number % 900}", "mail": f"p{number}@example.com"}
        rows.append(row)
    frame = pd.DataFrame(rows, columns=list(HEADERS)).astype(object)
    return frame.where(frame.notna(), None)


def persons(frame: pd.DataFrame, path: Path, *, days: str = "%Y/%m/%d", encoding: str = "utf-8-sig") -> Path:
    """One row a person, with Japanese words above."""
    shown = frame.map(lambda cell: f"{cell:{days}}" if isinstance(cell, dt.date) else cell)
    shown["outcome"] = shown["outcome"].map({"won": "受注", "lost": "失注", None: ""})
    path.write_bytes(shown.rename(columns=HEADERS).to_csv(index=False).encode(encoding))
    return path


def events(frame: pd.DataFrame, path: Path, seed: int = 3) -> Path:
    """One row an event, in no order: each stage, each loss, and some visits that are no stage."""
    rows = []
    for row in frame.to_dict("records"):
        for stage in STAGES:
            if (day := row[f"at_{stage}"]) is not None:
                rows.append((row["lead"], WORDS[stage], f"{day:%Y-%m-%d} 10:30", row["source"], "", row["amount"]))
        if row["outcome"] == "lost":
            last = max(day for stage in STAGES if (day := row[f"at_{stage}"]) is not None)
            rows.append((row["lead"], "失注", f"{last + dt.timedelta(40):%Y-%m-%d} 09:00", row["source"], "", ""))
        rows.append((row["lead"], "ページ閲覧", f"{row['at_leads']:%Y-%m-%d} 23:59", row["source"], "料金", ""))
    random.Random(seed).shuffle(rows)
    words = ["リードID", "イベント", "日時", "流入元", "コンテンツ名", "受注金額"]
    path.write_bytes(pd.DataFrame(rows, columns=words).to_csv(index=False).encode("utf-8"))
    return path
