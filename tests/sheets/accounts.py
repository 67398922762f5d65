"""Target accounts for the tests of 企業リスト: as many as are wanted, drawn at random, the same ones each time."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from xl_kpi.plan.accounts.figures import BANTC, TABLE, stages_of
from xl_kpi.plan.model import Plan

KNOWN = ("yes", "no", "unknown", None)


def account_rows(plan: Plan, count: int, seed: int = 3) -> dict[str, dict[str, Any]]:
    """Id → column → value; some cells are blank, some tiers are words of the user's own."""
    chance, rows = random.Random(seed), {}
    for number in range(1, count + 1):
        people = chance.randint(0, 5)
        row: dict[str, Any] = {
            "name": f"株式会社サンプル{number:05d}",
            "tier": chance.choice(("A", "B", "B", "C", "S", None)),
            "owner": chance.choice(("田中", "鈴木", None)),
            "leads": float(chance.randint(0, 12)),
            "key_people": float(people),
            "key_reached": float(chance.randint(0, people)),
            "views": chance.choice((None, 0.0, 15.0, 240.0)),
            "important": chance.choice((None, 0.0, 1.0, 4.0)),
            "opened": chance.choice(KNOWN),
            "clicked": chance.choice(KNOWN),
            **{column: chance.choice(KNOWN) for column in BANTC},
            "stage": chance.choice((*stages_of(plan), None)),
            "next_step": chance.choice(("決裁者との面談を設定する", None)),
            "due": dt.date(2026, 4, 1) + dt.timedelta(chance.randint(0, 200)),
        }
        rows[f"r{number}"] = {column: value for column, value in row.items() if value is not None}
    return rows


def with_accounts(plan: Plan, count: int) -> Plan:
    """The plan with its page of accounts on, and that many of them."""
    tables = {TABLE: account_rows(plan, count)} if count else {}
    return plan.with_(settings={**plan.settings, "page_accounts": "on"}, tables={**plan.tables, **tables})
