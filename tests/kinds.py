"""The kinds of sheet on which something is typed, each with an example of it: what tests of all kinds go through.

A new kind stands here before anything is shown of it: ``tests/regenerate/test_kinds.py`` says by name what is missing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from xl_kpi import catalog
from xl_kpi.calc.lag import Lag
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.fields import find_field
from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import OPTIONAL, with_pages
from xl_kpi.plan.pages.tables import TABLES

BEFORE, TYPED = "r1", "r2"  # the row that the plan has, and the blank one into which the example is typed
APRIL, DAY = dt.date(2026, 4, 1), dt.date(2026, 4, 20)


@dataclass(frozen=True)
class Example:
    """What somebody types on a sheet of a kind: single entries and, by table, one row.

    ``opened`` the id by which it is open to people by mail, "" where the sheet is not for others to type;
    ``elsewhere`` the tests of a kind of which the rows are ours, so that there is nothing to type in a plan alone.
    """

    entries: Mapping[str, Any] = field(default_factory=dict)
    rows: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    opened: str = ""
    elsewhere: str = ""

    @property
    def typed(self) -> dict[str, Any]:
        """Stable key → value, rows in the first blank row."""
        return {**self.entries, **self.in_row(TYPED)}

    def in_row(self, id_: str) -> dict[str, Any]:
        return {f"{key}[{id_}].{name}": value for key, row in self.rows.items() for name, value in row.items()}


EXAMPLES = {
    "settings": Example({"plan_title": "例の計画"}),
    "funnel": Example({"tbl_stages[mql].owner": "需要創出"}),
    "channels": Example({"tbl_channels[ads].capacity": 500}),
    "kpis": Example({"tbl_kpis[ads.clicks].source": "管理画面"}),
    "backwards": Example({"actual[stage:sql][2026-05]": 9}, opened="stage:sql"),
    "agreement": Example({"tbl_agreement[stage:sql].comment": "確認します"}, opened="stage:sql"),
    "tab": Example({"actual[ads:clicks][2026-05]": 1234}, opened="ads"),
    "ksf": Example(
        {"tree_ksf": "off"},
        {"tbl_ksf": {"factor": "指名検索", "meaning": "社名で探される", "kpi1": "web.cvr", "state": "doing"}},
        opened="page:ksf",
    ),
    "economics": Example(
        {"ltv_churn": 0.02},
        {
            "tbl_costs": {"item": "MAツール", "channel": "広告", "kind": "systems", "amount": 120_000},
            "tbl_segments": {"kind": "業種", "name": "製造", "customers": 40, "lost": 1, "revenue": 3_000_000},
        },
        opened="page:economics",
    ),
    "people": Example(
        {"work_days": 19},
        {
            "tbl_people": {"work": "商談", "team": "営業", "per_person": 8, "present": 2.5},
            "tbl_workdays": {"month": 8, "days": 15},
        },
        opened="page:people",
    ),
    "accounts": Example(
        rows={"tbl_accounts": {"name": "青空工業", "tier": "A", "leads": 3, "opened": "yes", "due": DAY}},
        opened="page:accounts",
    ),
    "actions": Example(
        {"review_as_of": dt.date(2026, 5, 29)},
        {"tbl_actions": {"finding": "CVRが低い", "kpi": "web.cvr", "due": DAY, "state": "doing", "result": "済み"}},
        opened="page:actions",
    ),
    "advice": Example(
        rows={
            "tbl_advice": {
                "channel": "広告",
                "kpi": "CPA",
                "comparison": "above_plan",
                "threshold": 1.2,
                "action": "入札を見直す",
            }
        },
        opened="page:advice",
    ),
    "alignment": Example({"feedback_alert": 3}),
    "alignment_log": Example(
        rows={
            "tbl_handover": {"month": APRIL, "days": 7.5},
            "tbl_meetings": {"on": DAY, "topic": "定例", "state": "held", "marketing": 3, "sales": 2},
            "tbl_feedback": {"on": DAY, "by": "田中", "about": "展示会", "said": "役職が低い", "concrete": "yes"},
        },
        opened="page:alignment_log",
    ),
    "brand": Example({"brand_own": "青空", "nps_alert": 10}),
    "brand_log": Example(
        rows={
            "tbl_surveys": {"on": DAY, "target": "製造業", "answers": 200, "own": 60},
            "tbl_searches": {"month": APRIL, "count": 1200},
            "tbl_reviews": {"on": DAY, "site": "A", "score": 4.2, "count": 30},
            "tbl_mentions": {"on": DAY, "kind": "sns", "place": "X", "said": "遅い", "tone": "negative"},
        },
        opened="page:brand_log",
    ),
    "brand_answers": Example(
        rows={"tbl_answers": {"on": DAY, "segment": "大企業", "nps": 9, "satisfaction": 4}}, opened="page:brand_answers"
    ),
    "weeks": Example(rows={"tbl_weeks": {"week": DAY, "kpi": "ads.clicks", "value": 700}}, opened="page:weeks"),
    "sources": Example(
        rows={
            "tbl_origins": {"pattern": "展示会*", "channel": "広告"},
            "tbl_maps": {"file": "媒体A", "header": "コスト", "role": "cost"},
        },
        opened="page:sources",
    ),
    "durations": Example({"standard_mql": 12}),
    "lead_list": Example(
        rows={"tbl_leads": {"number": "L-1", "channel": "広告", "leads": APRIL, "mql": DAY, "outcome": "lost"}}
    ),
    "touch_list": Example(
        rows={"tbl_touches": {"number": "L-1", "on": DAY, "kind": "資料請求", "count": 2, "scroll": 0.5}}
    ),
    "content": Example({"content_seconds": 90, "content_next_actions": "資料請求、見積依頼"}),
    "lead_scores": Example(
        {"mql_maybe": 30, "half_life": 90},
        {
            "tbl_fit": {"trait": "industry", "answer": "製造業", "points": 8},
            "tbl_points": {"kind": "料金ページ", "points": 4, "most": 2},
        },
    ),
    "merge": Example(elsewhere="tests/exchange/test_collect.py"),
    "history": Example(elsewhere="tests/sheets/test_revised_targets.py"),
}
IN_PLAN = {key: one for key, one in EXAMPLES.items() if not one.elsewhere}
MAILED = {key: one for key, one in IN_PLAN.items() if one.opened}
OF_ROWS = [table.key for table in TABLES if table.spare]


def all_typed() -> dict[str, Any]:
    """Everything of all examples: stable key → value."""
    return {key: value for one in IN_PLAN.values() for key, value in one.typed.items()}


def with_all_pages(plan: Plan) -> Plan:
    """The plan with every page on and a row in each table that grows by typing."""
    rows = {key: {BEFORE: dict(row)} for one in IN_PLAN.values() for key, row in one.rows.items()}
    return with_pages(plan, dict.fromkeys(OPTIONAL, True)).with_(tables={**plan.tables, **rows})


def quarter(plan: Plan) -> Plan:
    """Three months of a plan with all pages, from April 2026."""
    stages = tuple(replace(stage, lag=Lag(10, 30) if stage.lag else None) for stage in plan.stages)
    return with_all_pages(plan.with_(months=3, stages=stages, pipeline={}, currency_unit="yen"))


def in_cell(key: str, value: Any, lang: str = "ja") -> Any:
    """What a person types for an entry: of a choice its words."""
    one = find_field(EntryKey.parse(key))
    if one and one.choices and isinstance(value, str):
        return next(choice.words[lang] for choice in catalog.choices(one.choices) if choice.id == value)
    return value


def typed_in(plan: Plan) -> dict[str, Any]:
    """The entries of a plan without the switches of its pages."""
    return {key: value for key, value in entries_of(plan).items() if not key.startswith("page_")}
