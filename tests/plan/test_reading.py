"""Lags, kinds, on/off, ids, and the collector that finds every fault in one pass."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.told import raises_saying
from xl_kpi.calc.lag import Lag
from xl_kpi.catalog.messages import line, worded
from xl_kpi.errors import Fault, InputFaults, Words, XlKpiError
from xl_kpi.plan.input.reading import (
    Collector,
    Unreadable,
    read_bool,
    read_choice,
    read_id,
    read_kind,
    read_lag,
    read_number,
    read_rate,
)


def allowed_for(reader, raw, lang="en", **options):
    with pytest.raises(Unreadable) as caught:
        reader(raw, **options)
    return worded(caught.value.allowed, lang)


@pytest.mark.parametrize("typed", [20, 20.0, "20", "20日", "20 日", "20日間", "２０日", "20 days"])
def test_a_fixed_lag(typed):
    assert read_lag(typed) == Lag(20, 20)


def test_lags_at_the_edges():
    assert read_lag(0) == Lag(0, 0)
    assert read_lag("1 day") == Lag(1, 1)
    assert read_lag("2週間") == Lag(14, 14)  # 2 × 7
    assert read_lag("730") == Lag(730, 730)
    assert read_lag("0..0") == Lag(0, 0)


@pytest.mark.parametrize(
    "typed",
    [
        "10..30",
        "10〜30日",
        "10～30日",
        "10-30",
        "10−30",
        "10~30",
        "10日から30日",
        "１０〜３０",
        "10 to 30 days",
        "10…30",
    ],
)
def test_a_spread(typed):
    assert read_lag(typed) == Lag(10, 30)


@pytest.mark.parametrize(
    "typed",
    [
        "40%,70%,100%",
        "40％、70％、100％",
        "0.4, 0.7, 1",
        "40%;70%;100%",
        [0.4, 0.7, 1.0],
        (0.4, 0.7, 1),
        ["40%", "70%", "100%"],
    ],
)
def test_a_measured_curve(typed):
    assert read_lag(typed) == Lag(curve=(0.4, 0.7, 1.0))


def test_a_curve_may_stand_still_and_start_late():
    assert read_lag([0, 0.5, 0.5, 1]) == Lag(curve=(0, 0.5, 0.5, 1))
    assert read_lag([1]) == Lag(curve=(1.0,))


@pytest.mark.parametrize(
    "typed",
    [[0.4, 0.7], [0.7, 0.4, 1], [0.4, 1.1], [], ["a", 1], [-0.1, 1], "40%,70%", "70%,40%,100%", [1] * 7, [True]],
)
def test_a_curve_that_falls_or_does_not_reach_all_is_refused(typed):
    assert allowed_for(read_lag, typed) == (
        "Type the cumulative share for each 30 days like 40%,70%,100% "
        "(never falling, ending at 100%, at most 6 numbers = 180 days)"
    )


@pytest.mark.parametrize(
    ("typed", "likely"),
    [
        ("30..10", "10..30"),
        ("2か月", "60 days"),  # months of 30 days
        ("2ヶ月", "60 days"),
        (dt.datetime(2026, 10, 30), "10..30"),  # what Excel makes of 10-30
        ([40, 70, 100], "40%, 70%, 100%"),
    ],
)
def test_an_unclear_lag_is_asked(typed, likely):
    assert allowed_for(read_lag, typed).startswith(f"Did you mean {likely}? Type ")


@pytest.mark.parametrize(
    "typed",
    [
        -1,
        "-5",
        "△5",
        "20.5",
        20.5,
        731,
        "1,000",
        "0,1",
        "0.4,70%,1",
        "20%",
        "soon",
        True,
        float("nan"),
        "10..",
        "..30",
        "9" * 2000,
    ],
)
def test_no_lag(typed):
    assert allowed_for(read_lag, typed).endswith("Type days like 20 or 10..30 (whole numbers, 0 to 730)")


def test_a_blank_lag_is_missing_not_zero():
    assert allowed_for(read_lag, None, "ja") == (
        "未入力です。日数を 20 または 10..30 のように入力してください（0以上730以下の整数）"
    )


@given(st.integers(0, 730), st.integers(0, 730))
def test_a_spread_comes_back(one, other):
    low, high = sorted((one, other))
    assert read_lag(f"{low}..{high}") == read_lag(f"{low}〜{high}日") == Lag(low, high)


@pytest.mark.parametrize(
    ("typed", "kind"),
    [("受注", "orders"), ("受注件数", "orders"), ("orders", "orders"), (" Orders ", "orders"), ("売上", "revenue"),
     ("売上高", "revenue"),     ("REVENUE", "revenue"), ("新規顧客", "customers"),
     ("new customers", "customers"), ("ｏｒｄｅｒｓ", "orders")],
)  # fmt: skip
def test_kinds_in_both_languages(typed, kind):
    assert read_kind(typed) == kind


def test_an_unknown_kind_is_asked_with_the_nearest():
    assert allowed_for(read_kind, "order s") == "Did you mean orders? Type orders, revenue, profit or customers"
    assert allowed_for(read_kind, "新規顧客様", "ja") == (
        "新規顧客 のことですか？ 受注、売上、粗利、新規顧客 のいずれかを入力してください"
    )
    assert allowed_for(read_kind, "margin") == "Type orders, revenue, profit or customers"
    assert allowed_for(read_kind, "粗利率", "ja").startswith("粗利 のことですか？")
    assert allowed_for(read_kind, "利益", "ja").startswith("粗利 のことですか？")  # it may be another one
    assert allowed_for(read_kind, 5) == "Type orders, revenue, profit or customers"
    assert allowed_for(read_kind, None) == "missing. Type orders, revenue, profit or customers"


@pytest.mark.parametrize(
    "typed", ["○", "◯", "〇", "はい", "TRUE", "True", True, 1, 1.0, "1", "１", "yes", "Y", "on", "ON", "✓"]
)
def test_on(typed):
    assert read_bool(typed) is True


@pytest.mark.parametrize("typed", ["×", "✕", "いいえ", "FALSE", False, 0, "0", "no", "off"])
def test_off(typed):
    assert read_bool(typed) is False


@pytest.mark.parametrize("typed", ["x", "o", 2, -1, 0.5, "maybe", "△", [], None, ""])
def test_neither_on_nor_off(typed):
    # x ticks a box in English and crosses it out in Japanese.
    assert allowed_for(read_bool, typed).endswith("Type yes or no (on/off, TRUE/FALSE and 1/0 work too)")


def test_ids():
    assert read_id("trade_show") == "trade_show"
    assert read_id("ｗｅｂ") == "web"
    assert read_id("Web2") == "Web2"
    assert read_id("a" * 40) == "a" * 40
    assert allowed_for(read_id, "trade-show").startswith("Did you mean trade_show? ")
    for wrong in ("2web", "_web", "ウェブ", "a" * 41, "a.b!", 5, None, "web\nads!"):
        assert allowed_for(read_id, wrong).endswith(
            "Type an id of letters, digits and _, starting with a letter (at most 40)"
        )


def test_choices():
    assert read_choice("Total", choices=("total", "each")) == "total"
    assert allowed_for(read_choice, "totl", choices=("total", "each")) == "Did you mean total? Type one of: total, each"
    assert allowed_for(read_choice, 1, choices=("total", "each")) == "Type one of: total, each"


def test_the_collector_keeps_every_fault_with_its_place():
    collector = Collector(file="plan.xlsx")
    assert collector.read(read_rate, "20%", sheet="Funnel", cell="E5") == 0.2
    assert collector.read(read_rate, 20, sheet="Funnel", cell="E6") is None
    assert collector.read(read_number, "", sheet="Settings", cell="C5", default=0.0) == 0.0
    assert collector.read(read_number, "　", optional=True, default=7) == 7
    assert collector.read(read_number, 40, cell="C9", file="other.xlsx", high=36) is None
    with pytest.raises(InputFaults) as caught:
        collector.raise_if_any()
    assert caught.value.exit_code == 2
    assert [line(fault, "en") for fault in caught.value.faults] == [
        "plan.xlsx Funnel!E6: '20' → Did you mean 20%? Type 20% or 0.2 (above 0, at most 1)",
        "plan.xlsx Settings!C5: (blank) → missing. Type a number such as 1,200",
        "other.xlsx C9: '40' → Type a number such as 1,200 (at most 36)",
    ]


def test_warnings_alone_raise_nothing():
    collector = Collector()
    collector.add("2", Words("plan_check_kpi_few"), cell="tbl_kpis[web]", level="warning")
    collector.raise_if_any()
    assert collector.faults == [Fault("2", Words("plan_check_kpi_few"), cell="tbl_kpis[web]", level="warning")]


def test_a_refusal_is_one_of_our_errors_and_says_what_was_found():
    with raises_saying(XlKpiError, "20% のことですか？"):
        read_rate(20)
