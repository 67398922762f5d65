"""Made leads: a world of sources, stages and reasons, the same for the same seed."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from tests.agreement.books import template_plan
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import with_pages

FIRST, LAST = dt.date(2026, 4, 1), dt.date(2026, 11, 30)
SOURCES = {"Google広告": 9, "展示会": 6, "ウェビナー": 5, "紹介": 2, "オーガニック検索": 8, "メルマガ": 4, "": 2}
REASONS = {
    "価格が合わない": 30, "時期が合わない": 20, "Competitor": 9, "competitor": 5, "機能*不足?": 9, "担当者の異動": 7,
    "~予算なし": 5, "連絡がつかない": 4, "自社開発": 3, "社内の反対": 2, "その他の事情": 1, "=1+1": 1, "": 10,
}  # fmt: skip
STEPS = (("mql", 0.5, 12), ("sql", 0.5, 9), ("opportunities", 0.7, 15), ("proposals", 0.7, 20), ("orders", 0.4, 25))

Rows = dict[str, dict[str, Any]]


def made_leads(count: int, seed: int = 1) -> Rows:
    """So many leads: each step with a chance and log-normal days, some days reversed or missing, some leads lost."""
    chance, rows = random.Random(seed), {}
    for number in range(1, count + 1):
        day = FIRST + dt.timedelta(chance.randrange(200))
        row: dict[str, Any] = {"number": f"L-{number:05d}", "leads": day}
        row["source"] = chance.choices([*SOURCES], [*SOURCES.values()])[0]
        row["channel"] = chance.choice(["広告", "展示会", ""])
        lost = False
        for stage, share, days in STEPS:
            if chance.random() >= share:
                lost = chance.random() < 0.5
                break
            day += dt.timedelta(int(chance.lognormvariate(0, 0.8) * days))
            if day > LAST:
                break
            if chance.random() > 0.03:  # one in thirty skips the stage
                row[stage] = day - dt.timedelta(400 * (chance.random() < 0.01))  # one in a hundred reversed
        if "orders" in row:
            row |= {"outcome": "won", "closed": row["orders"], "amount": 1_000_000.0}
        elif lost:
            row |= {"outcome": "lost", "closed": day}
            row["lost_reason"] = chance.choices([*REASONS], [*REASONS.values()])[0]
        rows[f"r{number}"] = {key: value for key, value in row.items() if value != ""}
    return rows


def with_leads(rows: Rows, lang: str = "ja", **settings: Any) -> Plan:
    """Half a year of the default plan with these leads and 所要日数."""
    plan = template_plan("default", lang).with_(months=6)
    tables = {**plan.tables, "tbl_leads": rows} if rows else plan.tables
    return with_pages(plan.with_(tables=tables, settings={**plan.settings, **settings}), {"durations": True})
