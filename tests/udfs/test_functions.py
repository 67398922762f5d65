"""The Excel functions as plain calls: ranges in every shape, results in the orientation of the range."""

from __future__ import annotations

import datetime as dt

import pytest

from udfs import functions
from xl_kpi.calc import KpiError


@pytest.mark.parametrize("rates", [[0.5, 0.1], [[0.5, 0.1]], [[0.5], [0.1]], [[0.5], [0.1], [None]]])
def test_required_leads_takes_a_row_a_column_and_blanks_at_the_end(rates):
    assert functions.required_leads(6, rates) == 120  # 6 ÷ 10 % ÷ 50 %


def test_required_leads_of_one_cell_and_of_C1():
    assert functions.required_leads([[50]], 50 / 1800) == 1800
    # 1 ÷ 0.4 = 2.5 → 3, ÷ 0.3 = 10; exactly it is 8.33 → 9
    assert functions.required_leads(1, [0.3, 0.4], "each") == 10
    assert functions.required_leads(1, [0.3, 0.4], None) == functions.required_leads(1, [0.3, 0.4], "Total") == 9


def test_required_stages_keeps_the_orientation_of_the_rates():
    assert functions.required_stages(6, [[0.5, 0.1]]) == [[120, 60, 6]]
    assert functions.required_stages(6, [[0.5], [0.1]]) == [[120], [60], [6]]
    assert functions.required_stages(6, 0.1) == [[60, 6]]


def test_expected_and_required_orders():
    assert functions.expected_orders(1800, [[0.5], [0.1]]) == 90
    assert functions.required_orders(10_000_000, 450_000) == 23  # 22.2, rounded up


@pytest.mark.parametrize("start", [dt.datetime(2026, 4, 1), dt.date(2026, 4, 1), 46113, 46113.0])
def test_monthly_required_takes_a_date_or_the_number_of_its_day(start):
    # 31 orders in May, 10 days from lead to order, every second lead orders (K7)
    assert functions.monthly_required([[0, 31]], 0.5, 10, start) == [[0, 20, 42], [0, 0, 31]]


def test_start_by_keeps_the_orientation_of_the_lags():
    # 20 days before 31 January 2027, and 30 days before that
    dates = [dt.datetime(2026, 12, 12), dt.datetime(2027, 1, 11)]
    assert functions.start_by(dt.datetime(2027, 1, 31), [[30, 20]]) == [dates]
    assert functions.start_by(46418, [[30], [20]]) == [[date] for date in dates]


@pytest.mark.parametrize(
    ("call", "code", "argument", "position"),
    [
        (lambda: functions.required_leads(6, [[0.5, None, 0.1]]), "#VALUE!", "rates", 2),
        (lambda: functions.required_leads(6, [[0.5, 20]]), "#NUM!", "rates", 2),
        (lambda: functions.required_stages(-1, [[0.5]]), "#NUM!", "goal", None),
        (lambda: functions.required_orders(100, 0), "#DIV/0!", "order_value", None),
        (lambda: functions.monthly_required([1], [0.5], [10], "April"), "#VALUE!", "start", None),
        (lambda: functions.start_by(dt.date(2027, 1, 31), [-1]), "#NUM!", "lags", 1),
    ],
)
def test_bad_input_names_the_argument_and_its_position(call, code, argument, position):
    with pytest.raises(KpiError) as refused:
        call()
    assert (refused.value.code, refused.value.argument, refused.value.position) == (code, argument, position)
