"""Amounts in ``new`` and ``--set``: a number alone is in the plan's unit of money, with a word it is what it says."""

from __future__ import annotations

import pytest

from xl_kpi.commands.set_options import SetOption
from xl_kpi.commands.template import plan_from
from xl_kpi.plan.model import Plan


def made(*items: str, template: str = "default") -> Plan:
    plan, _ = plan_from(template, "ja", [SetOption.of_set(item) for item in items])
    return plan


REVENUE = ("kgi_kind=売上", "kgi_value=10億円")


@pytest.mark.parametrize(
    ("unit", "typed", "yen"),
    [
        ("円", "1200000", 1_200_000),
        ("千円", "1200", 1_200_000),
        ("百万円", "1.2", 1_200_000),
        ("million_yen", "１．２", 1_200_000),
        ("百万円", "120万円", 1_200_000),
        ("千円", "1.2百万円", 1_200_000),
        ("百万円", "¥1,200,000", 1_200_000),
    ],
)
def test_an_order_value(unit, typed, yen):
    # wherever the unit stands among the options
    for items in ((f"order_value={typed}", f"currency_unit={unit}"), (f"currency_unit={unit}", f"order_value={typed}")):
        assert made(*REVENUE, *items).order_value == yen


def test_a_goal_in_revenue_and_one_in_orders():
    assert made("kgi_kind=売上", "kgi_value=1000", "order_value=1.2", "currency_unit=百万円").goal.value == 1e9
    assert made("kgi_value=80", "currency_unit=百万円").goal.value == 80


def test_what_one_thing_costs_is_in_yen():
    plan = made("channel.ads.cost=9000", "currency_unit=百万円")
    assert next(one.unit_cost for one in plan.channels if one.id == "ads") == 9000


def test_a_template_that_has_its_unit():
    # C2: 1,000 百万円 the year before, 5 百万円 an order
    plan = made(template="c2")
    assert (plan.goal.baseline, plan.order_value) == (1e9, 5e6)
    assert made("order_value=4", template="c2").order_value == 4e6
