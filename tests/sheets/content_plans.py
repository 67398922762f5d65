"""Made worlds of leads and what they did, with a known truth: which content brings orders, and how much."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from tests.sheets.plans import five_months
from xl_kpi.plan.model import Plan

APRIL = dt.date(2026, 4, 1)
CONTENTS = {  # name → type, share of leads that use it
    "導入事例集": ("導入事例", 0.25), "事例: 製造業": ("導入事例", 0.12), "ROI白書": ("ホワイトペーパー", 0.3),
    "はじめてガイド": ("ホワイトペーパー", 0.35), "料金比較表": ("比較資料", 0.15), "機能比較?": ("比較資料", 0.1),
    "ブログ: 入門": ("記事", 0.4), "ブログ: *裏側*": ("記事", 0.04),
}  # fmt: skip
DRIVER, AFTER_ORDER = "料金比較表", "ブログ: 入門"
ON = {"page_content": "on"}


def world(
    leads: int,
    seed: int,
    *,
    touches: int = 5000,
    driver: str = DRIVER,
    times: float = 3.0,
    rate: float = 0.1,
    share: float = 1.0,
) -> dict[str, dict[str, dict[str, Any]]]:
    """The rows of both lists: those that used ``driver`` order ``times`` as often as others.

    Some leads are lost, some orders have a day only in 結果の日, some rows lie after the order, have no day or are of
    a lead that is not listed.
    """
    dice = random.Random(seed)
    people: list[dict[str, Any]] = []
    acts: list[dict[str, Any]] = []
    for number in range(1, leads + 1):
        start = APRIL + dt.timedelta(days=dice.randrange(200))
        used = [name for name, (_, often) in CONTENTS.items() if dice.random() < often * share]
        won = dice.random() < rate * (times if driver in used else 1)
        end = start + dt.timedelta(days=dice.randint(31, 90))
        lead: dict[str, Any] = {"number": f"L-{number}", "leads": start}
        if won:
            lead |= {"outcome": "won", "orders": end}
            if dice.random() < 0.02:
                del lead["orders"]
                lead["closed"] = end
        elif dice.random() < 0.4:
            lead |= {"outcome": "lost", "closed": end}
        people.append(lead)
        for name in used:
            acts.append(_act(dice, f"L-{number}", start, "ページ閲覧", name))
            if dice.random() < 0.1:
                acts.append(_act(dice, f"L-{number}", start, "資料請求", name))
        if dice.random() < 0.2:
            acts.append({"number": f"L-{number}", "on": start + dt.timedelta(days=30), "kind": "セミナー参加"})
        if won and dice.random() < 0.5:  # after the order everybody reads the manual
            acts.append({**_act(dice, f"L-{number}", end, "ページ閲覧", AFTER_ORDER), "on": end})
    acts = acts[: touches - 2]
    acts += [{"number": "知らない", "on": APRIL, "content": "ROI白書"}, {"number": "L-1", "content": "ROI白書"}]
    return {
        "tbl_leads": {f"r{k}": row for k, row in enumerate(people, 1)},
        "tbl_touches": {f"r{k}": row for k, row in enumerate(acts, 1)},
    }


def _act(dice: random.Random, number: str, start: dt.date, kind: str, name: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "number": number, "on": start + dt.timedelta(days=dice.randrange(31)), "kind": kind, "content": name,
        "content_type": CONTENTS[name][0], "count": dice.choice((1, 1, 1, 2, 3)),
    }  # fmt: skip
    if dice.random() < 0.7:
        row |= {"seconds": dice.randrange(5, 400), "scroll": dice.randrange(0, 101) / 100}
    return row


def with_content(lang: str = "ja", leads: int = 300, seed: int = 1, **settings: Any) -> Plan:
    """A plan with the page on and such a world in it; without leads for 0."""
    plan = five_months(lang)
    tables = {**plan.tables, **(world(leads, seed) if leads else {})}
    return plan.with_(tables=tables, settings={**plan.settings, **ON, **settings})
