"""KPIs that say again what the plan says: told where they differ, and nothing where they agree or one is blank."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.agreement.books import template_plan
from tests.told import told
from xl_kpi.kpi.stated_again import differing
from xl_kpi.plan.channel_choice import with_channels
from xl_kpi.plan.model import Goal, Plan

_DEFAULT = template_plan("default", "ja")
_ON = [*(one.id for one in _DEFAULT.channels_on), "field_sales", "customer_success"]
# 240 million, of which 100 customers at 100,000 a month bring 120 million in twelve months
PLAN = with_channels(
    _DEFAULT.with_(
        goal=Goal("revenue", 240_000_000.0), order_value=3_000_000.0, delivery_days=0,
        settings={**_DEFAULT.settings, "existing_revenue": 120_000_000.0},
    ),
    _ON,
)  # fmt: skip
_USED = ("margin", "profit", "ltv", "recurring_revenue")  # whoever looks at them switches them on
PLAN = PLAN.with_(kpis=tuple(replace(one, on=one.on or one.id in _USED) for one in PLAN.kpis))


def value(plan: Plan, channel: str, kpi: str, number: float) -> Plan:
    rows = (replace(one, value=number) if (one.channel, one.id) == (channel, kpi) else one for one in plan.kpis)
    return plan.with_(kpis=tuple(rows))


def typed(**settings: float) -> Plan:
    return PLAN.with_(settings={**PLAN.settings, **settings})


def found(plan: Plan) -> list[tuple[str, str]]:
    return [(str(one.cell), str(one.found)) for one in told(differing(plan), "ja")]


def test_a_plan_that_agrees_with_its_pages():
    assert found(PLAN) == []  # no gross margin is typed: nothing to compare
    assert found(_DEFAULT) == []


def test_an_order_value_with_a_digit_too_many():
    (cell,) = found(PLAN.with_(order_value=30_000_000.0))
    assert cell == ("tbl_kpis[field_sales.won_value].value", "300万円")
    (said,) = told(differing(PLAN.with_(order_value=30_000_000.0)), "ja")
    assert "受注単価は300万円で、設定の受注単価3,000万円と違います" in str(said.allowed)
    assert found(PLAN.with_(order_value=None, goal=Goal("orders", 60.0))) == []


def test_three_gross_margins():
    """設定 50 %, フィールドセールス 40 %, カスタマーサクセス 70 %: the catalog's own assumptions."""
    names = ["tbl_kpis[field_sales.margin].value", "tbl_kpis[customer_success.margin].value"]
    assert sorted(found(typed(gross_margin=0.5))) == sorted(zip(names, ["40%", "70%"]))
    plan = value(value(typed(gross_margin=0.5), "field_sales", "margin", 0.5), "customer_success", "margin", 0.5)
    assert found(plan) == []


@pytest.mark.parametrize(
    ("settings", "differs"),
    [
        ({"existing_revenue": 60_000_000.0}, True),
        ({"existing_revenue": 119_500_000.0}, False),  # rounded, by less than 0.5 %
        ({"existing_revenue": 130_000_000.0, "existing_churn": 0.1}, False),  # 117 to 130 million
        ({"existing_revenue": 110_000_000.0, "existing_upsell": 10_000_000.0}, False),  # 110 to 120 million
        ({"existing_revenue": 140_000_000.0, "existing_churn": 0.1}, True),  # 126 at the least
    ],
)
def test_revenue_of_existing_customers(settings, differs):
    expected = [("tbl_kpis[customer_success.recurring_revenue].value", "1.20億円")]
    assert found(typed(**settings)) == (expected if differs else [])
