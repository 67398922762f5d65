"""The plan with everything: all pages and channels on, each table typed in, four months of actuals, two of them closed.

What is typed comes from the plans of the pages' own tests, where there is one, so that a page and the whole are held to
the same numbers.  A page or a table that is new has to get its entries here: ``test_full_book`` tells when it has none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from tests.agreement.books import Built, built
from tests.agreement.variants import every_kpi
from tests.closed_plans import closed
from tests.sheets.accounts import account_rows
from tests.sheets.economic_plans import CUSTOMER, UNIT_COSTS, economic_plan
from tests.sheets.lead_plans import made_leads
from tests.sheets.plans import with_actuals
from tests.sheets.relations_plans import LIMITS
from tests.sheets.relations_plans import TABLES as RELATIONS
from xl_kpi.plan.history.revisions import change_id
from xl_kpi.plan.model import Answer, Goal, Plan
from xl_kpi.plan.pages.optional import OPTIONAL, with_pages
from xl_kpi.plan.records import Change, Records

ACTUAL_MONTHS, CLOSED = 4, 2
DAY = dt.date(2026, 7, 31)
SINGLES = {
    "gross_margin": 0.6, "existing_revenue": 300e6, "existing_churn": 0.1, "existing_upsell": 30e6,
    "budget": 200e6, "ltv_first": 1_800_000.0, "ltv_ratio": 3.0, "work_days": 20.0, "next_value": 900e6,
    "review_rhythm": "weekly", "review_as_of": DAY, "half_life": 90, "mql_maybe": 30,
    "leads_as_of": DAY, "standard_mql": 10.0,
}  # fmt: skip
RATES = {("web", "leads"): 0.4, ("ads", "leads"): 0.1, ("ads", "proposals"): 0.3, ("webinar", "sql"): 1.0}
ACTIONS = {
    "r1": {"found_on": dt.date(2026, 6, 1), "finding": "CVRが低い", "cause": "フォームが長い", "kpi": "web.cvr",
           "action": "項目を減らす", "owner": "田中", "due": dt.date(2026, 7, 30), "state": "doing",
           "then": 0.021, "expected": 1.5, "figure": "web.cvr"},
    "r2": {"finding": "期限の日", "due": DAY, "kpi": "stage:sql"},
    "r3": {"finding": "済んだ", "due": dt.date(2026, 7, 1), "state": "done", "result": "CPAが2割下がった"},
}  # fmt: skip
FACTORS = {
    "r1": {"factor": "検索からの流入", "meaning": "安くリードが取れる", "kpi1": "web.sessions", "kpi2": "web.cvr"},
    "r2": {"factor": "商談の質", "kpi1": "stage:sql", "kpi3": "ads.clicks", "owner": "営業", "state": "doing"},
    "r3": {"factor": "顧客満足", "goal": "売上"},
}
APRIL = {"month": dt.date(2026, 4, 1), "first": dt.date(2026, 4, 1), "last": dt.date(2026, 4, 30), "taken_on": DAY}
SOURCES = {
    "r1": {**APRIL, "kpi": "ads.clicks", "value": 1234.5, "used": "used", "system": "Google 広告", "file": "広告.csv",
           "names": "検索 | 展示会", "rows": 30},
    "r2": {**APRIL, "kpi": "web.sessions", "value": 0, "used": "left", "system": "GA4", "file": "ga4.csv", "rows": 0},
}  # fmt: skip
ORIGINS = {"r1": {"pattern": "展示会*", "channel": "ads"}, "r2": {"pattern": "*"}}
LEADS = made_leads(40)
LEADS["r1"] |= {
    "industry": "製造", "size": "大企業", "budget": "あり", "authority": "部長", "urgency": "3か月以内",
    "person": "佐藤", "company": "青空", "mail": "sato@example.jp", "amount": 1_500_000.0,
}  # fmt: skip
TOUCHES = {
    "r1": {"number": "L-00001", "on": DAY, "kind": "資料請求", "content": "導入事例集", "content_type": "導入事例",
           "count": 2, "seconds": 90.0, "scroll": 0.5},
    **{
        f"r{2 * k}": {"number": f"L-{k:05d}", "on": dt.date(2026, 1, k), "kind": "ページ閲覧", "content": "料金表",
                      "content_type": "比較資料", "count": k, "seconds": 30.0}
        for k in range(1, 10)
    },
    **{
        f"r{2 * k + 1}": {"number": f"L-{k:05d}", "on": dt.date(2026, 1, 5), "kind": "見積依頼"} for k in range(1, 4)
    },
}  # fmt: skip
LEAD_TOTALS = {
    "r1": {"figure": "reached", "step": "mql", "channel": "広告", "key": "Google", "value": 1.0, "count": 40}
}
MAPS = {
    "r1": {"file": "criteo", "header": "Cost (USD)", "role": "cost"},
    "r2": {"file": "criteo", "header": "Network"},
}
_AT = dt.datetime(2026, 5, 1, 9)
HISTORY = tuple(
    Change(_AT + dt.timedelta(days=day), "佐藤", "typed", key, key, old, new)
    for day, (key, old, new) in enumerate((
        ("tbl_kpis[web.cvr].value", 0.03, 0.025), ("tbl_stages[opportunities].rate", 0.5, 0.4),
        ("tbl_channels[ads].share", 0.4, 0.5), ("kgi_growth", 0.25, 0.2),
    ))
)  # fmt: skip
ADVICE = {
    "r1": {"channel": "ads", "kpi": "cvr", "comparison": "below_plan", "threshold": 0.8, "although": "ctr",
           "cause": "導線", "action": "導線を見直す", "owner": "広告担当", "use": "yes"},
}  # fmt: skip
CHANGED = {
    "r4_mql_rate": {"threshold": 0.85, "owner": "営業企画", "cause": "基準", "action": "決め直す"},
    "r9_form": {"use": "no"},
}
RECORDS = Records(history=HISTORY)


def full_plan(lang: str = "ja", months: int = 12) -> Plan:
    """Revenue that grows over a baseline, a part of it from existing customers, the rest through every channel."""
    plan = every_kpi(lang)
    tables = {
        **economic_plan(lang).tables,
        **RELATIONS,
        "tbl_actions": ACTIONS,
        "tbl_ksf": FACTORS,
        "tbl_advice": ADVICE,
        "tbl_advice_standard": CHANGED,
        "tbl_weeks": {"r1": {"week": dt.date(2026, 4, 6), "kpi": "ads.clicks", "value": 1400.0}},
        "tbl_accounts": account_rows(plan, 25),
        "tbl_sources": SOURCES,
        "tbl_origins": ORIGINS,
        "tbl_maps": MAPS,
        "tbl_leads": {id_: {**row, **_channel(row, plan)} for id_, row in LEADS.items()},
        "tbl_touches": TOUCHES,
        "tbl_lead_totals": LEAD_TOTALS,
        "tbl_fit": {"r1": {"trait": "industry", "answer": "製造業", "points": 8}},
        "tbl_points": {"r1": {"kind": "資料請求", "points": 7.5, "most": 1}},
        "tbl_reasons": {change_id(HISTORY[2]): {"reason": "広告のほうが安く取れたため"}},
    }
    channels = (
        replace(one, unit_cost=UNIT_COSTS.get(one.id), capacity=400.0 if one.id == "web" else None)
        for one in plan.channels
    )
    # 300 − 10 % + 30 million come from existing customers: 900 of 1,200 million are new, 450 orders of 2 million
    stated = {"monthly": 100e6, "customers": 450.0} if months == 12 else {}
    agreed = Answer("agreed", "佐藤", dt.date(2026, 4, 1), "", 5000.0)
    plan = plan.with_(
        goal=Goal("revenue", baseline=1_000e6, growth=0.2, months=12, **stated),
        months=months,
        order_value=2_000_000.0,
        delivery_days=30,
        channels=tuple(channels),
        channel_rates=RATES,
        pipeline={"leads": 300.0, "mql": 150.0, "sql": 60.0, "opportunities": 30.0, "proposals": 12.0},
        answers={"stage:leads": agreed, "channel:ads": Answer("objected", "鈴木", "", "予算が足りない", 900.0)},
        settings={**plan.settings, **SINGLES, **CUSTOMER, **LIMITS},
        tables=tables,
    )
    plan = with_actuals(with_pages(plan, dict.fromkeys(OPTIONAL, True)), ACTUAL_MONTHS)
    return closed(plan.with_(currency_unit="thousand_yen"), CLOSED)


def _channel(row: Mapping[str, Any], plan: Plan) -> dict[str, str]:
    """The name that a lead's channel has in the plan, whatever its language."""
    id_ = {"広告": "ads", "展示会": "trade_show"}.get(row.get("channel", ""))
    return {"channel": next(one.name for one in plan.channels if one.id == id_)} if id_ else {}


@cache
def full_book(lang: str = "ja", months: int = 12) -> Built:
    return built(full_plan(lang, months), RECORDS)


def alone(book: Built) -> Mapping[str, list[tuple[int, int]]]:
    """The cells that are given as a formula alone, without a number of Python's: sheet key → places."""
    found = {
        sheet.key: [place for place, cell in sorted(sheet.cells.items()) if cell.formula and cell.value is None]
        for sheet in book.spec.sheets
    }
    return {key: places for key, places in found.items() if places}
