"""Whole numbers that add up: parts of a total by month, and a table of channels by month (K3)."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from itertools import accumulate
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_kpi.calc import KpiError, last_days, nearest, nearest_float, nearest_parts, whole_parts, whole_table

parts = st.lists(st.fractions(0, 500, max_denominator=97), min_size=1, max_size=14)
weights = st.lists(st.integers(0, 60), min_size=1, max_size=12).filter(any)


@given(parts)
def test_at_least_so_many_by_then(months):
    whole = whole_parts(months, sum(months))
    assert min(whole) >= 0
    # by hand: each running total rounded up (no part here is as small as the noise that is let go)
    assert list(accumulate(whole)) == [ceil(total) for total in accumulate(months)]


def test_a_stated_total_is_reached_with_the_last_part_and_not_before():
    # 29.4 deals are 30: 10 + 9.4 + 10, and none in the month in which nothing is needed any more
    assert whole_parts([10, Fraction(94, 10), 10, 0], Fraction(294, 10), 30) == [10, 10, 10, 0]
    assert whole_parts([0, 0], 0, 0) == [0, 0]
    with pytest.raises(KpiError):
        whole_parts([1, -1], 1)


def test_binary_noise_is_no_thing():
    noise = Fraction(1, 10**12)
    assert whole_parts([3 + noise, 0, noise], 3) == [3, 0, 0]


@given(parts, weights)
def test_rows_and_columns_add_up_and_nothing_is_negative(months, shares):
    totals = whole_parts(months, sum(months))
    asks = [[Fraction(share, sum(shares)) * month for month in months] for share in shares]
    table = whole_table(totals, asks)
    assert [sum(column) for column in zip(*table)] == totals
    for row, share in zip(table, shares):
        assert min(row) >= 0
        # of the whole period each gets its share, to three things (most often to one)
        assert abs(sum(row) - Fraction(share, sum(shares)) * sum(totals)) < 4
        assert share or not any(row)


def test_nobody_gets_anything_where_nobody_is_asked():
    assert whole_table([0, 0], [[Fraction(0)] * 2]) == [[0, 0]]
    assert whole_table([3], []) == []


def test_a_half_goes_up_with_its_noise():
    assert [nearest(Fraction(one, 2)) for one in (0, 1, 3)] == [0, 1, 2]
    assert nearest_float(2.5 - 1e-9) == nearest_float(2.5 + 1e-9) == 3
    assert nearest(Fraction(12_345), -2) == 12_300
    assert sum(nearest_parts([Fraction(1, 3)] * 9)) == 3


def test_the_last_day_that_counts():
    # a curve of which nobody has gone on within 30 days: those who go on first take 30
    assert last_days(dt.date(2026, 4, 30), [[0, 0.5, 1]])[0] == dt.date(2026, 3, 31)
    assert last_days(dt.date(2026, 4, 30), []) == [dt.date(2026, 4, 30)]
    with pytest.raises(KpiError):
        last_days(dt.date(1, 1, 5), [10])
