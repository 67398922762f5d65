"""C5: numbers stated for the same goal that do not fit together, and what would make them fit."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.told import told
from workbook_templates import source
from xl_kpi.calc.lag import Lag
from xl_kpi.catalog.messages import worded
from xl_kpi.plan import checks
from xl_kpi.plan.input.wording import Money, goal_amount, percent
from xl_kpi.plan.model import Channel, Goal, Kpi, Plan, Stage
from xl_kpi.plan.source import plan_from_source


def plan(goal, *, months=12, order_value=500_000.0, lang="en"):
    return Plan(
        title="x",
        lang=lang,
        goal=goal,
        start=dt.date(2026, 4, 1),
        months=months,
        stages=(Stage("leads", "Leads", rate=0.1, lag=Lag()), Stage("orders", "Orders")),
        channels=(Channel("web", "Web", "leads", share=1.0),),
        kpis=tuple(Kpi(id_, "web", id_, id_, "count", "leads", "input") for id_ in ("a", "b", "c")),
        order_value=order_value,
    )


def check(made):
    return told(checks.check(made), made.lang)


def cells_of(made):
    return [fault.cell for fault in check(made)]


def test_c5_in_words():
    # 200万円 × 12 = 2,400万円, 2,400 ÷ 200 would be 12; 1,000 ÷ 200 = 5 months; 1,000 ÷ 50 = 20 customers.
    monthly, customers = check(plan_from_source(source("c5"), "ja", "c5.toml"))
    assert monthly.cell == "kgi_monthly"
    assert monthly.found == "月 200万円"
    assert monthly.allowed == ("数値が合いません: 200万円 × 12か月 = 2,400万円 ≠ 1,000万円（目標）。5か月なら合います")
    assert customers.cell == "kgi_customers"
    assert customers.allowed == (
        "数値が合いません: 10社 × 単価 50万円 = 500万円 ≠ 1,000万円（目標）。20社、または単価 100万円 なら合います"
    )
    assert monthly.level == customers.level == "error"


def test_c5_in_english():
    monthly, customers = check(plan_from_source(source("c5"), "en", "c5.toml"))
    assert monthly.allowed == (
        "JPY 2,000,000 x 12 months = JPY 24,000,000, but the goal is JPY 10,000,000. It would fit with 5 months"
    )
    assert customers.allowed == (
        "10 customers x JPY 500,000 each = JPY 5,000,000, but the goal is JPY 10,000,000. "
        "It would fit with 20 customers, or with JPY 1,000,000 each"
    )


def test_the_period_can_make_them_fit():
    goal = Goal("revenue", 10_000_000.0, monthly=2_000_000.0)
    assert cells_of(plan(goal)) == ["kgi_monthly"]
    assert cells_of(plan(goal, months=5)) == []
    until_august = Goal("revenue", 10_000_000.0, monthly=2_000_000.0, deadline=dt.date(2026, 8, 31))
    assert cells_of(plan(until_august)) == []  # April to August are 5 months
    until_september = Goal("revenue", 10_000_000.0, monthly=2_000_000.0, deadline=dt.date(2026, 9, 30))
    assert cells_of(plan(until_september)) == ["kgi_monthly"]


def test_a_deadline_inside_a_month_counts_that_month_or_not():
    # April to mid-August is 4 or 5 months.
    for monthly, cells in ((2_000_000.0, []), (2_500_000.0, []), (3_333_333.0, ["kgi_monthly"])):
        assert cells_of(plan(Goal("revenue", 10_000_000.0, dt.date(2026, 8, 15), monthly=monthly))) == cells
    # A deadline in the first month leaves one month, not none.
    assert cells_of(plan(Goal("orders", 60.0, dt.date(2026, 4, 15), monthly=60.0))) == []


def test_a_monthly_number_that_no_number_of_months_fits():
    # 10,000,000 ÷ 3,000,000 is no whole number of months; 10,000,000 ÷ 12 = 833,333.
    (fault,) = check(plan(Goal("revenue", 10_000_000.0, monthly=3_000_000.0)))
    assert fault.allowed.endswith("but the goal is JPY 10,000,000. It would fit with JPY 833,333 a month")


@pytest.mark.parametrize(
    ("monthly", "fits"),
    [
        (5, True),  # 5 × 12 = 60
        (6, False),
        (4, False),
    ],
)
def test_orders_a_month(monthly, fits):
    assert cells_of(plan(Goal("orders", 60.0, monthly=float(monthly)))) == ([] if fits else ["kgi_monthly"])


def test_rounded_numbers_fit():
    # 10,000,000 ÷ 12 = 833,333: 83万円 is 0.4 % less, 80万円 is 4 % less.
    assert cells_of(plan(Goal("revenue", 10_000_000.0, monthly=830_000.0))) == []
    assert cells_of(plan(Goal("revenue", 10_000_000.0, monthly=800_000.0))) == ["kgi_monthly"]
    # 50 ÷ 6 = 8.33: nine a month reach it, eight do not.
    assert cells_of(plan(Goal("customers", 50.0, monthly=9.0), months=6)) == []
    assert cells_of(plan(Goal("customers", 50.0, monthly=8.0), months=6)) == ["kgi_monthly"]
    # 10,000,000 ÷ 300,000 = 33.3: 34 customers reach it, 33 do not.
    assert cells_of(plan(Goal("revenue", 10_000_000.0, customers=34.0), order_value=300_000.0)) == []
    assert cells_of(plan(Goal("revenue", 10_000_000.0, customers=33.0), order_value=300_000.0)) == ["kgi_customers"]


def test_customers_are_held_against_a_customer_goal_but_not_against_orders():
    assert cells_of(plan(Goal("customers", 50.0, customers=40.0))) == ["kgi_customers"]
    assert cells_of(plan(Goal("customers", 50.0, customers=50.0))) == []
    assert cells_of(plan(Goal("orders", 50.0, customers=40.0))) == []  # a customer may order twice


def test_goal_and_growth_must_say_the_same():
    # 100,000,000 × 1.15 = 115,000,000
    assert cells_of(plan(Goal("revenue", 115_000_000.0, baseline=100_000_000.0, growth=0.15))) == []
    (fault,) = check(plan(Goal("revenue", 120_000_000.0, baseline=100_000_000.0, growth=0.15), lang="ja"))
    assert fault.cell == "kgi_value"
    assert fault.allowed == (
        "前期の実績 1億円 の +15% は 1億1,500万円 で、目標 1億2,000万円 と一致しません。どちらか一方にしてください"
    )
    # 43 × 1.15 = 49.45: 50 is the whole number that reaches it
    assert cells_of(plan(Goal("customers", 50.0, baseline=43.0, growth=0.15))) == []


def test_monthly_is_held_against_a_growth_goal_too():
    # 100 × 1.2 = 120 = 10 × 12
    assert cells_of(plan(Goal("orders", baseline=100.0, growth=0.2, monthly=10.0))) == []
    assert cells_of(plan(Goal("orders", baseline=100.0, growth=0.2, monthly=20.0))) == ["kgi_monthly"]


@pytest.mark.parametrize("wrong", [Goal("orders", None, monthly=5.0), Goal("orders", -1.0, monthly=5.0)])
def test_nothing_is_held_against_a_goal_that_is_wrong_itself(wrong):
    assert cells_of(plan(wrong)) == ["kgi_value"]


@given(st.integers(1, 36), st.integers(1, 10**6))
def test_what_is_said_to_fit_does_fit(months, monthly):
    goal = Goal("orders", float(months * monthly), monthly=float(monthly))
    assert cells_of(plan(goal, months=months)) == []


@pytest.mark.parametrize(
    ("amount", "ja", "en"),
    [
        (0, "0円", "JPY 0"),
        (9999, "9,999円", "JPY 9,999"),
        (500_000, "50万円", "JPY 500,000"),
        (833_333.33, "833,333円", "JPY 833,333"),
        (10_000_000, "1,000万円", "JPY 10,000,000"),
        (100_000_000, "1億円", "JPY 100,000,000"),
        (120_000_000, "1億2,000万円", "JPY 120,000,000"),
        (1_000_000_000_000, "1兆円", "JPY 1,000,000,000,000"),
        (-500_000, "-50万円", "-JPY 500,000"),
    ],
)
def test_money_in_words(amount, ja, en):
    assert (Money(amount)("ja"), Money(amount)("en")) == (ja, en)


def test_other_amounts_in_words():
    assert worded(goal_amount(1200, "orders"), "ja") == "1,200件"
    assert worded(goal_amount(50, "customers"), "ja") == "50社"
    assert worded(goal_amount(12.5, "orders"), "en") == "12.50 orders"
    assert (percent(0.9), percent(1), percent(0.9998), percent(0.001)) == ("90%", "100%", "99.98%", "0.1%")


# --- more than a cell of a workbook can hold: 15 digits ----------------------------------------------------


def of(rates, goal):
    stages = tuple(Stage(f"s{number}", f"S{number}", rate=rate, lag=Lag()) for number, rate in enumerate(rates, 1))
    made = plan(goal)
    channels = (Channel("web", "Web", "s1", share=1.0),)
    return [(one.cell, one.found) for one in check(made.with_(stages=(*stages, Stage("orders", "Orders")),
                                                              channels=channels))]  # fmt: skip


@pytest.mark.parametrize(
    ("rates", "wrong"),
    [
        ((1e-30,), [("tbl_stages[s1].rate", "1e-30")]),
        # 50 ÷ 1e-6 = 5e7, ÷ 1e-6 = 5e13, ÷ 1e-6 = 5e19: the first of the three is one too many
        ((1e-6, 1e-6, 1e-6), [("tbl_stages[s1].rate", "1e-06")]),
        ((1e-6, 1e-6), []),
        ((5e-14,), []),  # 50 ÷ 5e-14 = 1e15: just as many as can be typed
    ],
)
def test_no_more_can_be_needed_than_can_be_typed(rates, wrong):
    assert of(rates, Goal("customers", 50.0)) == wrong


def test_the_largest_amount_is_named():
    wrong = check(plan(Goal("customers", 1e15), lang="ja"))  # 1e15 ÷ 0.1
    assert [(one.cell, one.allowed) for one in wrong] == [
        (
            "tbl_stages[leads].rate",
            "この転換率では「Leads」の必要数が大きくなりすぎます。扱えるのは 1,000,000,000,000,000 までです。"
            "転換率か目標値を見直してください",
        )
    ]
    grown = check(plan(Goal("customers", baseline=1e15, growth=1.0)))
    assert [(one.cell, one.allowed) for one in grown] == [
        ("kgi_growth", "The goal is too large. The largest is 1,000,000,000,000,000")
    ]
