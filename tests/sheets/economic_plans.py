"""A plan with everything typed on 採算 and 人員: costs, segments, people, own rates, a limit, an unknown channel."""

from __future__ import annotations

from dataclasses import replace

from tests.agreement.books import template_plan
from xl_kpi.calc.lag import Lag
from xl_kpi.plan.channel_choice import with_channels
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import with_pages

UNIT_COSTS = {"web": 3_000, "ads": 20_000, "webinar": 8_000, "trade_show": 12_000, "inside_sales": 30_000}
CUSTOMER = {"ltv_frequency": 1, "ltv_value": 50_000, "ltv_more": 5_000, "ltv_churn": 0.02, "ltv_contract": 36}


def economic_plan(lang: str = "ja", unit: str = "yen", months: int = 5) -> Plan:
    """The default plan; its ads have rates of their own and a segment, so that each way of computing is in it."""
    plan = template_plan("default", lang)
    # one that acts on existing customers: nobody is won by it
    plan = with_channels(plan, [*(one.id for one in plan.channels_on), "customer_success"])
    names = {channel.id: channel.name for channel in plan.channels}
    stages = {stage.id: stage.name for stage in plan.stages}
    (calls,) = (kpi.name(lang) for kpi in plan.kpis if (kpi.channel, kpi.id) == ("inside_sales", "calls"))
    tables = {
        "tbl_costs": {
            "r1": {"item": "MA", "kind": "systems", "amount": 1_200_000.0},
            "r2": {"item": "Agency", "channel": names["ads"], "kind": "marketing", "amount": 600_000.0},
            "r3": {"item": "Sales", "kind": "sales", "amount": 9_000_000.0},
            "r5": {"item": "?", "channel": "nowhere", "amount": 100_000.5},
            "r7": {"item": "CS", "channel": names["customer_success"], "kind": "systems", "amount": 333_333.0},
            "r6": {"item": "Booth staff", "channel": names["trade_show"], "kind": "sales", "amount": 450_000.0},
        },
        "tbl_segments": {
            "r1": {"kind": "Industry", "name": "Makers", "customers": 100.0, "lost": 2.0, "revenue": 4_000_000.0,
                   "margin": 0.6, "won": 20.0, "cost": 8_000_000.0},
            "r2": {"kind": "Industry", "name": "Shops", "customers": 50.0, "lost": 0.0, "revenue": 1_000_000.0},
            "r3": {"kind": "Channel", "name": names["ads"], "customers": 40.0, "lost": 1.0, "revenue": 3_000_000.0,
                   "won": 10.0, "cost": 9_000_000.0},
        },
        "tbl_people": {
            "r1": {"of": f"{names['inside_sales']} › {calls}", "work": "Calls", "team": "IS", "per_person": 400.0,
                   "present": 1.5},
            "r2": {"of": stages["opportunities"], "work": "Meetings", "team": "FS", "per_person": 8.0, "present": 2.0},
            "r3": {"of": stages["proposals"], "work": "Deals", "team": "FS", "per_person": 2.5},
            "r4": {"of": "nothing", "work": "x"},
        },
        "tbl_workdays": {"r1": {"month": 8.0, "days": 15.0}, "r2": {"month": 5.0, "days": 18.0}},
    }  # fmt: skip
    plan = plan.with_(
        months=months,
        order_value=1_500_000.0,
        stages=(*(replace(one, lag=Lag(5, 9)) for one in plan.stages[:-1]), plan.stages[-1]),
        currency_unit=unit,
        settings={**plan.settings, **CUSTOMER},
        channels=tuple(
            replace(
                one,
                unit_cost=UNIT_COSTS.get(one.id),
                capacity=300.0 if one.id == "web" else None,
            )
            for one in plan.channels
        ),
        channel_rates={("ads", "leads"): 0.1, ("ads", "mql"): 0.5},
        tables=tables,
    )
    return with_pages(plan, {"economics": True, "people": True})
