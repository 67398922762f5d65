"""Made leads with a known truth: what drives an order, how often; the same for the same seed."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from typing import Any

from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import with_pages

FIRST = dt.date(2026, 1, 5)
ANSWERS = {
    "industry": ("製造業", "情報通信", "小売", "金融"),
    "size": ("大企業", "中堅", "中小"),
    "budget": ("あり", "検討中", "なし"),
    "authority": ("決裁者", "推進者", "担当者"),
    "urgency": ("3か月以内", "半年以内", "1年以内"),
}
KINDS = ("資料請求", "展示会参加", "セミナー参加", "ページ閲覧", "メールクリック", "料金ページ")
CHANNELS = ("Web", "広告", "ウェビナー", "展示会", "紹介")


@dataclass(frozen=True)
class World:
    """What goes with orders: an answer or a kind of action, and how many times as often its leads order."""

    seed: int = 1
    leads: int = 300
    driver: tuple[str, str] = ("kind", "展示会参加")
    times: float = 3.0
    base: float = 0.12  # of those without it


def tables(world: World) -> dict[str, dict[str, dict[str, Any]]]:
    """The rows of tbl_leads and tbl_touches, at most one action for each lead on average."""
    dice = random.Random(world.seed)
    leads, touches = {}, {}
    for k in range(1, world.leads + 1):
        begun = FIRST + dt.timedelta(days=dice.randrange(200))
        row: dict[str, Any] = {"number": f"L-{k:05}", "channel": dice.choice(CHANNELS), "leads": begun}
        row |= {trait: dice.choice(words) for trait, words in ANSWERS.items() if dice.random() < 0.85}
        kinds = dice.sample(KINDS, dice.choice((0, 0, 1, 1, 1, 2)))
        has = row.get(world.driver[0]) == world.driver[1] or world.driver[1] in kinds
        closed = dice.random() < 0.75
        end = begun + dt.timedelta(days=dice.randrange(20, 120))
        if closed:
            row["closed"] = end
            if dice.random() < world.base * (world.times if has else 1):
                row |= {"outcome": "won", "orders": end, "amount": 1_000_000.0}
            else:
                row |= {"outcome": "lost", "lost_reason": dice.choice(("予算なし", "時期尚早", "競合"))}
        leads[f"r{k}"] = row
        for kind in kinds:
            day = begun + dt.timedelta(days=dice.randrange(0, (end - begun).days))
            touches[f"r{len(touches) + 1}"] = _touch(dice, row, kind, day)
        if closed and dice.random() < 0.1:  # thanks for the order: it must not count
            touches[f"r{len(touches) + 1}"] = _touch(dice, row, "メールクリック", end + dt.timedelta(days=3))
    rows = list(touches.values())[:5000]
    return {"tbl_leads": leads, "tbl_touches": {f"r{k}": one for k, one in enumerate(rows, 1)}}


def _touch(dice: random.Random, row: dict[str, Any], kind: str, day: dt.date) -> dict[str, Any]:
    found = {"number": row["number"], "on": day, "kind": kind, "count": dice.choice((1, 1, 2, 3))}
    if dice.random() < 0.5:
        found |= {"content": f"{kind}{dice.randrange(3)}", "content_type": dice.choice(("導入事例", "比較資料"))}
    return found


def with_leads(plan: Plan, world: World | None, **settings: Any) -> Plan:
    """The plan with the page of scores on and made leads; None: without any."""
    plan = with_pages(plan, {"lead_list": True, "lead_scores": True})
    made = tables(world) if world else {}
    return plan.with_(tables={**plan.tables, **made}, settings={**plan.settings, **settings})
