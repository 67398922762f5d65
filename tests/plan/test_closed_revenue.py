"""Closed months with money of their own (K15): what came in counts, and what is short raises the orders still needed.

The plan of the tests: 240 million in a year, 60 million of it from existing customers; 60 orders at 3 million bring the
rest, 5 a month.  Four months are closed, each with the orders that were planned.
"""

from __future__ import annotations

import pytest

from tests.agreement.books import built, template_plan
from tests.agreement.comparison import against_python
from tests.closed_plans import closed
from tests.sheets.on_plan import on_plan
from xl_kpi.plan.findings import doubts
from xl_kpi.plan.model import EXISTING_ROW, Goal, Plan
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.targets import Targets
from xl_kpi.workbook.writing.stored_values import evaluate

ROW, CLOSED = "revenue", 4
ORDERS = "stage:orders"


def sound(**settings) -> Plan:
    base = template_plan("default", "ja")
    base = base.with_(
        goal=Goal("revenue", 240e6), order_value=3e6, delivery_days=0,
        settings={**base.settings, "existing_revenue": 60e6, "existing_churn": 0.0, **settings},
    )  # fmt: skip
    return on_plan(base, lambda series, month: month < CLOSED)


def shut(base: Plan, **rows: list[float | None]) -> Plan:
    """Closed with other money (``revenue``, ``existing``) or orders in the first months."""
    return shut_after(base, CLOSED, **rows)


def shut_after(base: Plan, months: int, **rows: list[float | None]) -> Plan:
    names = {"revenue": base.goal.row, "existing": EXISTING_ROW, "orders": ORDERS}
    typed = {(names[key], month): value for key, row in rows.items() for month, value in enumerate(row)}
    actuals = {key: value for key, value in {**base.actuals, **typed}.items() if value is not None}
    return closed(base.with_(actuals=actuals), months)


def test_on_plan_money_moves_nothing():
    targets = Targets(shut(sound()))
    assert targets.closing.apart_by_month == [0] * CLOSED
    assert float(PlanOutlook(targets).share) == pytest.approx(1)


def test_what_existing_customers_did_not_bring_is_asked_of_new_orders():
    """5 million less in each of four months: 20 million, or 20 ÷ 3 orders more in the other eight."""
    was, now = Targets(shut(sound())), Targets(shut(sound(), revenue=[15e6] * 4, existing=[0] * 4))
    assert now.closing.apart == -20_000_000
    assert float(now.closing.orders - was.closing.orders) == pytest.approx(20 / 3)
    assert now.whole_new[-1].in_plan - was.whole_new[-1].in_plan == 7  # 46.67 are 47
    outlook = PlanOutlook(now)
    assert outlook.reached_by_month.months[:CLOSED] == (15_000_000,) * 4
    # all of it comes of leads still to be won, whose way is longer than the months of some of them
    assert float(outlook.reached) == pytest.approx(float(outlook.orders * 3_000_000 + 60_000_000 - 20_000_000))
    assert sum(outlook.reached_by_month.parts) == outlook.reached


def test_nothing_carried_over_the_shortage_is_told():
    """Without carrying over eight months bring what they were to bring: 220 of 240 million."""
    now = shut(sound(carry_over="no"), revenue=[15e6] * 4, existing=[0] * 4)
    outlook = PlanOutlook(Targets(now))
    assert float(outlook.share) == pytest.approx(220 / 240) and not outlook.is_reached
    assert "plan_check_outlook" in {found.key for found in doubts(now)}


def test_cheaper_orders_without_existing_customers():
    """180 million: in four months the orders came, for 7.5 in place of 15 million each; 10 orders make up for it."""
    base = sound(existing_revenue=0.0, carry_over="no")
    base = on_plan(base.with_(goal=Goal("revenue", 180e6), actuals={}), lambda series, month: month < CLOSED)
    now = shut(base, revenue=[7.5e6] * 4)
    assert Targets(now).closing.apart == -30_000_000
    assert float(PlanOutlook(Targets(now)).share) == pytest.approx(150 / 180)
    carried = now.with_(settings={**now.settings, "carry_over": "yes"})
    assert float(Targets(carried).closing.orders) == pytest.approx(60 - 20 + 10)


def test_orders_that_are_missing_are_not_counted_twice():
    """Two orders less in the first month, and 6 million less: the money says nothing but what the orders do."""
    revenue, orders = [14e6, 20e6, 20e6, 20e6], [3, 5, 5, 5]
    with_money = Targets(shut(sound(), revenue=revenue, orders=orders))
    alone = Targets(shut(sound(), revenue=[None] * 4, orders=orders))
    assert with_money.closing.apart == 0
    assert with_money.closing.orders == alone.closing.orders


def test_more_revenue_than_the_orders_account_for_asks_for_fewer():
    now = Targets(shut(sound(), revenue=[23e6] * 4))
    assert (now.closing.apart, now.closing.apart_times) == (12_000_000, 4)
    assert float(now.closing.orders) == pytest.approx(40 - 4)


def test_existing_customers_alone_are_typed():
    now = Targets(shut(sound(), revenue=[None] * 4, existing=[2e6] * 4))
    assert now.closing.apart == 4 * -3_000_000
    assert PlanOutlook(now).reached_by_month.months[0] == 15_000_000 + 2_000_000


@pytest.mark.parametrize("delivery", [0, 45])
def test_when_all_months_are_closed_nothing_counts_but_what_was_typed(delivery):
    base = on_plan(sound().with_(delivery_days=delivery, actuals={}))
    money = [12e6, 25e6, *[19e6] * 10]
    typed = {(base.goal.row, month): value for month, value in enumerate(money)}
    now = closed(base.with_(actuals={**base.actuals, **typed}), base.months)
    outlook = PlanOutlook(Targets(now))
    assert outlook.reached == sum(money) and list(outlook.reached_by_month.months) == money


def test_monthly_fees_are_counted_as_they_come():
    """An order less in the first month brings less in every month since: that money is no shortage of its own."""
    base = sound(revenue_way="monthly", monthly_fee=500_000.0)
    base = on_plan(base.with_(actuals={}), lambda series, month: month < CLOSED)
    fewer = [base.actuals[ORDERS, month] - (month == 0) for month in range(CLOSED)]
    less = [base.actuals[base.goal.row, month] - 500_000 for month in range(CLOSED)]
    now = Targets(shut(base, orders=fewer, revenue=less))
    assert float(now.closing.apart) == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    ("each", "told"), [(19.1e6, False), (18.9e6, True), (20.9e6, False), (21.1e6, True)]
)  # 5 % of 20 million
def test_money_that_clearly_differs_is_told(each, told):
    now = shut(sound(), revenue=[each] * 4)
    found = [one for one in doubts(now) if one.key == "plan_check_money_apart"]
    assert [one.cell for one in found] == ["actual[stage:revenue][2026-04]"] * told


def test_a_shortage_of_orders_is_not_told_as_one_of_money():
    now = shut(sound(), revenue=[11e6] * 4, orders=[2, 2, 2, 2])
    assert "plan_check_money_apart" not in {one.key for one in doubts(now)}


@pytest.mark.parametrize("over", [False, True])
def test_the_cells_are_pythons(over):
    base = sound().with_(months=6, actuals={}, delivery_days=20)
    base = on_plan(base, lambda series, month: month < 6)
    base = base.with_(actuals={**base.actuals, (base.goal.row, 0): 11e6, (EXISTING_ROW, 2): 1e6, (ORDERS, 1): 4.0})
    base = base.with_(actuals={key: value for key, value in base.actuals.items() if key != (base.goal.row, 2)})
    book = built(closed(base, 6 if over else CLOSED))
    assert against_python(book, evaluate(book.data), "IronCalc") == []


def test_more_money_than_the_orders_bring_is_no_order_more_in_the_cells_either():
    """Money for 4 orders came beside the orders: 36 are asked of the open months, of which those in time are told."""
    base = on_plan(sound(carry_over="yes").with_(months=6, actuals={}), lambda series, month: month < CLOSED)
    base = base.with_(actuals={**base.actuals, (base.goal.row, 0): base.actuals[base.goal.row, 0] + 12e6})
    book = built(closed(base, CLOSED))
    assert against_python(book, evaluate(book.data), "IronCalc") == []


DELIVERY = 45  # days from order to revenue


def late(won: int = 0, **rows: list[float | None]) -> Targets:
    """180 million in a year by 60 orders at 3 million, which bring their revenue 45 days later; two months closed."""
    base = template_plan("default", "ja")
    base = base.with_(goal=Goal("revenue", 180e6), order_value=3e6, delivery_days=DELIVERY)
    base = on_plan(base.with_(pipeline={**base.pipeline, "orders": won}), lambda series, month: month < 2)
    return Targets(shut_after(base, 2, **rows))


@pytest.mark.parametrize("won, rows, april, may", [
    (0, {}, 15e6, 7.5e6 * 30 / 31),  # 15 million a month: of 45 days 30 are April's and 15 May's
    (5, {}, 0, 7.5e6 * 30 / 31),  # 5 orders are April's 15 million
    (8, {}, 0, 0),
    (0, {"revenue": [None, 15e6]}, 0, 7.5e6 * 30 / 31),  # of April nobody has said that it came
])  # fmt: skip
def test_money_of_orders_before_the_start_counts_where_it_came(won, rows, april, may):
    closing = late(won, **rows).closing
    assert [float(one) for one in closing.before_by_month] == pytest.approx([april, may])
    assert closing.apart == sum(closing.apart_by_month) + sum(closing.before_by_month)


def test_no_month_of_the_outlook_takes_back_revenue_that_came():
    """Both months brought their 15 million, of orders of which the plan has none: June brings what its days do.

    Seen: what had come was taken off again in the first open month, which showed less than nothing.
    """
    targets = late(revenue=[15e6, 15e6])
    outlook = PlanOutlook(targets)
    months = [float(month) for month in outlook.reached_by_month.months]
    assert months[:2] == [15e6, 15e6] and 12e6 < months[2] < 18e6
    assert sum(months) + float(outlook.reached_by_month.after) == pytest.approx(float(outlook.reached))
    assert [one.key for one in doubts(targets.plan) if one.key.startswith("plan_check_money_apart")] == []
    book = built(targets.plan)
    assert against_python(book, evaluate(book.data), "IronCalc") == []
