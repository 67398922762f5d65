"""A plan, or what is typed into one, for each finding that a page says in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.agreement.books import template_plan
from tests.sheets.relations_plans import day, rows
from xl_kpi.calc import month_start
from xl_kpi.calc.lag import Lag
from xl_kpi.plan.channel_choice import with_channels
from xl_kpi.plan.examples.figures import as_template
from xl_kpi.plan.findings import FORMULAS
from xl_kpi.plan.model import Goal, Kpi, Plan
from xl_kpi.plan.pages.optional import with_pages

# Half a year of the default plan: nothing here asks for more.
C1, DEFAULT = template_plan("c1", "ja"), template_plan("default", "ja").with_(months=6)
(WEB,) = C1.channels_on
CURVED = C1.with_(stages=(replace(C1.stages[0], lag=Lag(curve=(0.4, 1.0))), *C1.stages[1:]))
# 150 × 40 % = 60 orders within 30 days: nothing is short; and no channel costs more than an order brings
OPEN = DEFAULT.with_(pipeline={"proposals": 150.0}, order_value=2_000_000.0)
WITHOUT_WEB = with_channels(OPEN, [one.id for one in OPEN.channels_on if one.id != "web"])  # the others share 100 %
EXAMPLES = as_template(C1.with_(channels=(replace(WEB, capacity=400.0),)))  # 300 a month are asked for
BUDGET = OPEN.with_(  # 1.5 百万円 a month for advertising
    currency_unit="million_yen",
    kpis=tuple(replace(one, target="input", value=1_500_000.0) if one.id == "cost" else one for one in OPEN.kpis),
)
REVENUE = C1.with_(goal=Goal("revenue", 24_000_000.0), order_value=480_000.0)  # 50 orders, nobody says when paid
# Leads take up to two months: 300 open ones stand for more than April's first orders, and of September's some take long
SPREAD = C1.with_(stages=(replace(C1.stages[0], lag=Lag(0, 60)), *C1.stages[1:]), pipeline={"leads": 300.0})
# A lead for 5,000, 900,000 from a customer; two people for 300 leads a month
ECONOMICS = with_pages(
    C1.with_(
        channels=(replace(WEB, unit_cost=5_000.0),),
        settings={**C1.settings, "ltv_first": 900_000},
        tables={
            "tbl_costs": {"r1": {"item": "MA", "kind": "systems", "amount": 100_000.0}},
            "tbl_segments": {"r1": {"name": "製造業", "customers": 10.0, "lost": 1.0, "revenue": 5_000_000.0}},
            "tbl_people": {
                "r1": {"of": C1.stages[0].name, "work": "連絡", "team": "IS", "per_person": 150.0, "present": 2.0}
            },
        },
    ),
    {"economics": True, "people": True},
)
NOW = dt.datetime(2026, 4, 1, 9)
REVIEWED = with_pages(
    OPEN.with_(
        tables={
            "tbl_ksf": {"r1": {"factor": "検索", "kpi1": "web.cv"}},
            "tbl_actions": {"r1": {"finding": "CVRが低い", "due": dt.date(2026, 7, 1)}},
        }
    ),
    {"ksf": True, "actions": True},
)
RELATIONS = OPEN.with_(
    settings={"page_alignment": "on", "page_brand": "on", "answer_days": 2},
    actuals={("stage:mql", 0): 100.0, ("stage:sql", 0): 40.0},
    tables={
        "tbl_handover": rows("month days", (OPEN.start, 9)),
        "tbl_feedback": rows("on about", (OPEN.start, "広告"), (OPEN.start, "展示会")),
        "tbl_answers": rows("on nps", (OPEN.start, 10), (OPEN.start, 0)),
        "tbl_surveys": rows("on answers own", (OPEN.start, 100, 35)),
        "tbl_mentions": rows("on place tone", (day(4, 7), "X", "negative"), (day(4, 9), "新聞", "positive")),
    },
)

# 40 leads that became MQL after 9 days and are lost, for three reasons; 40 more that are MQL since 20 April
_REASONS = ["価格"] * 14 + ["時期"] * 13 + ["競合"] * 13
LEADS = OPEN.with_(
    settings={"page_durations": "on", "standard_leads": 10, "standard_mql": 30, "leads_as_of": day(5, 1)},
    tables={
        "tbl_leads": rows(
            "leads mql outcome lost_reason",
            *((day(4, 1), day(4, 10), "lost", reason) for reason in _REASONS),
            *[(day(4, 11), day(4, 20), None, None)] * 40,
        )
    },
)

# One's own row of advice, and one of the catalog with another threshold
ADVICE = OPEN.with_(
    settings={"page_advice": "on"},
    tables={
        "tbl_advice": rows("channel kpi comparison threshold action",
                           ("広告", "CPA", "above_plan", 1.2, "入札を見直す")),
        "tbl_advice_standard": {"r4_mql_rate": {"threshold": 0.8}},
    },
)  # fmt: skip

CONTENT = OPEN.with_(
    settings={"page_content": "on"},
    tables={
        "tbl_leads": rows("number leads", ("L-1", day(4, 1)), ("L-2", day(4, 2))),
        "tbl_touches": rows("number on content", ("L-1", day(4, 3), "事例"), ("L-2", day(4, 4), "事例")),
    },
)


def advised(**changes: Any) -> Plan:
    """The plan with something else in its own row of advice."""
    row = {key: value for key, value in {**ADVICE.tables["tbl_advice"]["r1"], **changes}.items() if value is not None}
    return ADVICE.with_(tables={**ADVICE.tables, "tbl_advice": {"r1": row}})


def kpis(count: int) -> tuple[Kpi, ...]:
    return tuple(Kpi(f"k{k}", WEB.id, f"K{k}", f"K{k}", "count", "input", "input", value=1.0) for k in range(count))


def named(name: str) -> Plan:
    return C1.with_(channels=tuple(replace(one, name=name) if one.id == WEB.id else one for one in C1.channels))


def twins() -> Plan:
    """Two channels of one name."""
    first, second, *rest = OPEN.channels
    return OPEN.with_(channels=(first, replace(second, name=first.name), *rest))


def with_broken_formula() -> Plan:
    """The web site is off, and one of its formulas names what is not there."""
    channels = tuple(replace(one, on=one.id != "web") for one in OPEN.channels)
    rows = [kpi for kpi in OPEN.kpis if kpi.channel == "web"]
    broken = replace(rows[0], target="nothing * 2")
    return OPEN.with_(channels=channels, kpis=tuple(broken if kpi is rows[0] else kpi for kpi in OPEN.kpis))


def with_unequal_parts() -> Plan:
    """Two parts of the web site's conversions come to 90 % of them."""
    rows = [Kpi(f"cv_{part}", WEB.id, part, part, "count", "cv * 0.45", "input", parent="cv") for part in ("a", "b")]
    return C1.with_(kpis=(*C1.kpis, *rows))


@dataclass(frozen=True)
class Case:
    """A plan whose workbook says it, or says it once something is typed: by stable key, or by sheet and cell."""

    plan: Plan = C1
    typed: Mapping[str, Any] = field(default_factory=dict)


# All leads become X at once: no number is another one; X stands between the two stages.
STAGE_MORE = {"ファネル!B9": "x", "ファネル!C9": "X", "ファネル!E9": 1, "ファネル!F9": 0, "ファネル!O9": 1.5}

START = C1.start
CASES = {
    ("plan_check_goal_positive", "settings"): Case(typed={"kgi_value": 0}),
    ("plan_check_goal_twice", "settings"): Case(typed={"kgi_baseline": 40, "kgi_growth": 0.25}),  # 40 × 1.25 = 50
    ("plan_check_as_text", "settings"): Case(typed={"kgi_deadline": "令和8年9月30日", "tbl_season[4]": "1"}),
    ("plan_check_as_text", "funnel"): Case(typed={"ファネル!F7": "１４"}),
    ("plan_check_order_value", "settings"): Case(typed={"kgi_kind": "売上", "kgi_value": 24_000_000}),
    ("plan_check_monthly_fee", "settings"): Case(REVENUE, typed={"revenue_way": "月額（サブスク）"}),
    ("plan_check_fee_unused", "settings"): Case(REVENUE, typed={"monthly_fee": 40_000}),
    ("plan_check_fee_counted", "settings"): Case(typed={"revenue_way": "月額（サブスク）", "monthly_fee": 40_000}),
    ("plan_check_margin", "settings"): Case(REVENUE, typed={"kgi_kind": "粗利"}),
    # 30 million, 10 % lost: 27 million of the 24 million
    ("plan_check_covered", "settings"): Case(REVENUE, typed={"existing_revenue": 30_000_000, "existing_churn": 0.1}),
    ("plan_check_existing_pending", "settings"): Case(REVENUE, typed={"existing_upsell": 4_800_000}),
    ("plan_check_delivery", "settings"): Case(REVENUE),
    ("plan_check_goal_months", "settings"): Case(C1.with_(months=18)),
    ("plan_check_months_changed", "settings"): Case(typed={"plan_months": 9}),
    ("plan_check_start_moved", "settings"): Case(
        C1.with_(actuals={("web:cv", 0): 50.0}), typed={"plan_start": dt.date(START.year, START.month + 1, 1)}
    ),
    ("plan_check_kind_changed", "settings"): Case(typed={"kgi_kind": "受注件数"}),
    ("plan_check_digits", "settings"): Case(
        DEFAULT, typed={"actual[ads:cost][2026-04]": 2.4}
    ),  # 百万円 in a book in 円
    # the goal of 24,000,000 yen typed in yen in a book in 百万円
    ("plan_check_amounts", "settings"): Case(
        REVENUE.with_(currency_unit="million_yen", delivery_days=0), typed={"kgi_value": 24_000_000}
    ),
    ("plan_check_amounts", "kpis"): Case(BUDGET, typed={"tbl_kpis[ads.cost].value": 1_500_000}),
    ("plan_check_unit_changed", "settings"): Case(typed={"currency_unit": "百万円"}),
    ("plan_check_shares", "settings"): Case(typed={f"tbl_channels[{WEB.id}].share": 0.9}),
    ("plan_check_shares_zero", "settings"): Case(typed={f"tbl_channels[{WEB.id}].share": 0}),
    ("plan_check_shares_zero", "channels"): Case(OPEN, typed={"tbl_channels[inside_sales].share": 0}),
    ("plan_check_outlook", "settings"): Case(DEFAULT.with_(pipeline={})),  # 43.4 of 60 orders
    ("plan_check_late", "settings"): Case(SPREAD),
    ("plan_check_shortage", "settings"): Case(OPEN, typed={"tbl_pipeline[proposals]": 1}),
    # C1: 50 of 1,800 leads order: 36 leads an order, each for 12,000
    ("plan_check_too_dear", "settings"): Case(
        typed={f"tbl_channels[{WEB.id}].unit_cost": 12_000, "order_value": 400_000}
    ),
    ("plan_check_too_dear", "channels"): Case(
        typed={f"tbl_channels[{WEB.id}].unit_cost": 12_000, "order_value": 400_000}
    ),
    # ads: 20,000 for a lead on チャネル and as CPA in KPI辞書
    **{
        ("plan_check_unit_cost", page): Case(OPEN, typed={"tbl_channels[ads].unit_cost": 12_000})
        for page in ("settings", "channels")
    },
    ("plan_check_curve_pending", "settings"): Case(typed={"ファネル!H7": 0.4, "ファネル!I7": 1}),
    ("plan_check_curve_pending", "funnel"): Case(typed={"ファネル!H7": 0.4, "ファネル!I7": 1}),
    ("plan_monthly_differs", "settings"): Case(typed={"kgi_monthly": 6}),  # 6 × 6 = 36, not 50
    ("plan_customers_differ", "settings"): Case(
        typed={"kgi_kind": "売上", "kgi_value": 24_000_000, "order_value": 500_000, "kgi_customers": 10}
    ),  # 48 are needed
    ("plan_customers_goal_differ", "settings"): Case(typed={"kgi_customers": 40}),
    ("plan_check_next_pending", "settings"): Case(typed={"next_period": "非表示"}),
    ("plan_check_orders_pending", "settings"): Case(typed={f"tbl_channels[{WEB.id}].capacity": 299}),  # C1: 300 a month
    ("plan_check_no_channel", "settings"): Case(typed={f"tbl_channels[{WEB.id}].on": "×"}),
    ("plan_check_no_leads", "settings"): Case(  # 商談 alone have a channel
        OPEN, typed={f"tbl_channels[{one.id}].on": "×" for one in OPEN.lead_channels}
    ),
    ("plan_check_closed_blank", "settings"): Case(typed={"closed_until": START}),
    ("plan_check_closed_late", "settings"): Case(
        typed={"closed_until": month_start(START, C1.months - 1), f"actual[stage:{C1.stages[-1].id}][{START:%Y-%m}]": 0}
    ),  # the orders of the first month are missing, and no month is left
    # the goal; a rate and its days; the limit of the channel
    **{("plan_check_example", page): Case(EXAMPLES) for page in ("settings", "funnel", "channels")},
    **{
        ("plan_check_channel_pending", page): Case(WITHOUT_WEB, typed={"tbl_channels[web].on": "○"})
        for page in ("settings", "channels")
    },
    **{("plan_check_stage_pending", page): Case(typed=STAGE_MORE) for page in ("settings", "funnel")},
    ("stage_order_missing", "funnel"): Case(typed={**STAGE_MORE, "ファネル!O9": None}),
    ("plan_rate", "funnel"): Case(typed={"tbl_stages[leads].rate": None}),
    ("plan_rate_ask", "funnel"): Case(typed={"tbl_stages[leads].rate": 20}),
    ("reader_lag_order", "funnel"): Case(typed={"ファネル!F7": 30, "ファネル!G7": 10}),
    ("plan_lag_curve", "funnel"): Case(CURVED, typed={"ファネル!I7": 0.9}),
    **{
        ("plan_check_capacity", page): Case(typed={f"tbl_channels[{WEB.id}].capacity": 299})  # C1: 300 a month
        for page in ("settings", "channels")
    },
    ("plan_rate_ask", "channels"): Case(typed={f"tbl_rates[{WEB.id}.leads]": 20}),
    ("plan_check_rates_unused", "channels"): Case(WITHOUT_WEB, typed={"tbl_rates[web.leads]": 0.3}),
    ("plan_check_shares", "channels"): Case(OPEN, typed={"tbl_channels[inside_sales].share": 0.8}),
    ("plan_check_kpi_few", "channels"): Case(C1.with_(kpis=kpis(2))),
    ("plan_check_kpi_many", "channels"): Case(C1.with_(kpis=kpis(6))),
    ("plan_check_sheet_signs", "channels"): Case(named("Q1/Q2")),
    ("plan_check_sheet_reserved", "channels"): Case(named("履歴")),
    ("plan_check_sheet_long", "channels"): Case(named("w" * 32)),
    ("plan_check_sheet_twice", "channels"): Case(twins()),
    ("plan_check_split", "kpis"): Case(with_unequal_parts()),
    (FORMULAS, "kpis"): Case(with_broken_formula()),
    # 20 × 2.5 = 50, as C1; 1.5 times would be 50 %
    ("plan_check_growth_large", "settings"): Case(typed={"kgi_value": None, "kgi_baseline": 20, "kgi_growth": 1.5}),
    ("plan_check_share_zero", "channels"): Case(
        OPEN, typed={"tbl_channels[web].share": 0.55, "tbl_channels[webinar].share": 0}
    ),
    ("plan_check_margin_none", "settings"): Case(typed={"gross_margin": -0.1}),
    # 50,000 a month, and nothing says until when
    ("plan_check_ltv_endless", "economics"): Case(
        ECONOMICS, typed={"ltv_frequency": 1, "ltv_value": 50_000, "ltv_churn": 0}
    ),
    ("plan_check_segment_margin", "economics"): Case(ECONOMICS, typed={"tbl_segments[r1].margin": -0.1}),
    ("plan_check_no_margin", "economics"): Case(ECONOMICS, typed={"gross_margin": None}),
    # C1: 36 leads an order; a customer brings 900,000, so an order may cost 300,000 and a lead 8,333
    ("plan_check_ltv_cac", "economics"): Case(
        ECONOMICS, typed={f"tbl_channels[{WEB.id}].unit_cost": 8_000, "tbl_costs[r1].amount": 1_000_000}
    ),  # 8,000 × 36 + 1,000,000 ÷ 50 = 308,000
    ("plan_check_lead_dear", "economics"): Case(ECONOMICS, typed={f"tbl_channels[{WEB.id}].unit_cost": 8_400}),
    ("plan_check_cost_channel", "economics"): Case(ECONOMICS, typed={"tbl_costs[r1].channel": "テレビ"}),
    ("plan_check_segment_lost", "economics"): Case(ECONOMICS, typed={"tbl_segments[r1].lost": 11}),  # of ten
    # 300 leads a month at 150 a person: two people
    ("plan_check_people_short", "people"): Case(ECONOMICS, typed={"tbl_people[r1].present": 1.5}),
    ("plan_check_work_unknown", "people"): Case(ECONOMICS, typed={"tbl_people[r1].of": "名刺"}),
    # 40 of 100 MQL became SQL, after 9 days; two voices; NPS 0 of a 10 and a 0; unanswered since 7 April, until 9 April
    ("plan_check_handover_rate", "alignment"): Case(RELATIONS, typed={"handover_rate_alert": 0.41}),
    ("plan_check_handover_days", "alignment"): Case(RELATIONS, typed={"handover_days_alert": 8}),
    ("plan_check_feedback", "alignment"): Case(RELATIONS, typed={"feedback_alert": 3}),
    ("plan_check_trust", "brand"): Case(RELATIONS, typed={"nps_alert": 10}),
    ("plan_check_mention_late", "brand_log"): Case(RELATIONS, typed={"answer_days": 1}),
    ("plan_check_ksf_none", "ksf"): Case(REVIEWED, typed={"tbl_ksf[r1].kpi1": None}),
    ("plan_check_action_late", "actions"): Case(
        REVIEWED, typed={"review_as_of": dt.date(2026, 7, 2)}
    ),  # due the day before
    ("plan_check_stage_slow", "durations"): Case(LEADS, typed={"standard_leads": 8}),
    ("plan_check_leads_wait", "durations"): Case(LEADS, typed={"standard_mql": 10}),
    # 20 of 40
    ("plan_check_lost_reason", "durations"): Case(
        LEADS, typed={f"tbl_leads[r{k}].lost_reason": "価格" for k in range(15, 21)}
    ),
    ("plan_check_touch_unknown", "content"): Case(CONTENT, typed={"tbl_touches[r2].number": "L-3"}),
    ("plan_check_content_weights", "content"): Case(
        CONTENT, typed={f"content_weight_{part}": 0 for part in ("dwell", "scroll", "repeat", "next")}
    ),
    ("plan_check_advice_channel", "advice"): Case(advised(channel="広告屋")),
    ("plan_check_advice_kpi", "advice"): Case(advised(kpi="好感度")),
    ("plan_check_advice_word", "advice"): Case(advised(comparison="少し")),
    ("plan_check_advice_threshold", "advice"): Case(advised(threshold="たくさん")),
    ("plan_check_advice_action", "advice"): Case(advised(action=None)),
    ("plan_check_advice_row", "advice"): Case(
        ADVICE.with_(tables={**ADVICE.tables, "tbl_advice_standard": {"r1": {"action": "入札を見直す"}}})
    ),
    ("plan_check_aware", "brand_log"): Case(RELATIONS, typed={"tbl_surveys[r1].own": 101}),
}
