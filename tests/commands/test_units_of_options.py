"""Amounts in ``new`` and ``--set``: a number alone is in the plan's unit of money, with a word it is what it says."""

from __future__ import annotations

import pytest

from tests.told import told
from xl_kpi.commands.plans.set_options import SetOption
from xl_kpi.commands.plans.template import plan_from
from xl_kpi.errors import InputFaults
from xl_kpi.plan.findings import doubts
from xl_kpi.plan.input.amounts import read_money
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


@pytest.mark.parametrize(
    ("unit", "name", "typed", "readings"),
    [
        # the README's own goal and order value, in a plan in 百万円
        ("百万円", "kgi_value", "1000000000", ("10億円", "1,000兆円")),
        ("百万円", "kgi_value", "1,000,000,000", ("10億円", "1,000兆円")),
        ("百万円", "kgi_value", "50000000000", ("500億円", "50,000兆円")),  # more than a cell holds, either
        ("百万円", "order_value", "1200000", ("120万円", "1兆2,000億円")),
        ("百万円", "next_value", "1200000000", ("12億円", "1,200兆円")),
        ("千円", "kgi_value", "100000000", ("1億円", "1,000億円")),
    ],
)
def test_a_number_as_large_as_if_it_were_yen_is_asked_with_both_readings(unit, name, typed, readings):
    others = [one for one in (*REVENUE, "order_value=100万円") if not one.startswith(f"{name}=")]
    with pytest.raises(InputFaults) as refused:
        made(*others, f"currency_unit={unit}", f"{name}={typed}")
    (fault,) = told(refused.value.faults, "ja")
    assert (fault.cell, fault.found) == (SetOption.of_set(f"{name}={typed}").said, typed)
    assert all(f"「{one}」" in fault.allowed for one in readings) and f"{unit}で数える" in fault.allowed
    assert fault.allowed.index(readings[0]) > fault.allowed.index(readings[1])  # first what it would be
    for reading in readings[:1]:  # and what is proposed can be typed
        assert read_money(reading) == float(typed.replace(",", ""))


@pytest.mark.parametrize(
    ("unit", "typed", "yen"),
    [("百万円", "999999", 999_999e6), ("千円", "99999999", 99_999_999e3), ("円", "100000000000000", 1e14)],
)
def test_below_that_a_number_alone_is_what_its_unit_says(unit, typed, yen):
    assert made("kgi_kind=売上", f"kgi_value={typed}", "order_value=100万円", f"currency_unit={unit}").goal.value == yen


def test_in_cells_it_is_taken_as_the_header_says_and_told():
    """A header stands beside it, and a goal of 2兆円 that was typed with its unit stands there as 2,000,000."""
    assert read_money(2_000_000, factor=1_000_000) == 2e12
    plan = made("kgi_kind=売上", "kgi_value=2兆円", "order_value=100万円", "currency_unit=百万円", "delivery_days=0")
    (fault,) = [one for one in told(doubts(plan), "ja") if "円で入力した数値" in one.allowed]
    assert (fault.cell, fault.found, fault.level) == ("kgi_value", "2000000", "warning")
    assert fault.allowed.startswith("百万円の欄で2兆円になります。")
