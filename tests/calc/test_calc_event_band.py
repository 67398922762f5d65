"""The band of a number of events against SciPy's negative binomial and Poisson, and where in a month entries came."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from xl_kpi.calc.review.band import event_band
from xl_kpi.calc.review.flow import closed_flow


def spread(mean, variance):
    """The distribution by SciPy, each whole number spread evenly over the unit around it: its quantile function."""
    shape = mean * mean / (variance - mean) if variance > mean else None
    law = stats.nbinom(shape, mean / variance) if shape else stats.poisson(mean)

    def quantile(chance):
        number = int(law.ppf(chance))
        below = law.cdf(number - 1)
        return max(0.0, number - 0.5 + (chance - below) / law.pmf(number))

    return quantile


@given(st.floats(0.05, 399), st.floats(1.001, 20), st.sampled_from([0.5, 0.8, 0.95]))
def test_k14_the_band_is_the_quantiles_of_the_gamma_poisson_distribution(mean, wider, level):
    quantile = spread(mean, mean * wider)
    assert event_band(mean, mean * wider, level) == pytest.approx(
        (quantile((1 - level) / 2), quantile((1 + level) / 2)), rel=1e-6, abs=1e-6
    )


@given(st.floats(0.05, 399))
def test_events_that_come_one_by_one_are_poisson(mean):
    quantile = spread(mean, mean)
    assert event_band(mean, 0) == event_band(mean, mean) == pytest.approx((quantile(0.1), quantile(0.9)), rel=1e-6)


@pytest.mark.parametrize("wider", [1, 3, 100])
def test_many_events_have_the_smooth_curve(wider):
    """Against SciPy's gamma distribution; the cube of Wilson and Hilferty is right to a thousandth here."""
    law = stats.gamma(5000 / wider, scale=wider)
    assert event_band(5000, 5000 * wider) == pytest.approx((law.ppf(0.1), law.ppf(0.9)), rel=1e-3)


def test_nothing_expected_is_nothing():
    assert event_band(0, 0) == event_band(0, 5) == (0.0, 0.0)


def test_every_month_adds_up_whatever_its_days():
    rows, over = closed_flow([0, 30, 61], [[300, 310], [0, 90], [0, 0]], [20, 60], [1.0] * 61, [12, 0, 0])
    assert [sum(row) for row in rows] == pytest.approx([610, 90, 0])
    assert sum(rows[1][:30]) == 0  # nothing came in the first month, though it would
    # of the leads those of the first 41 days are over (300 + 11 of 31 days), and what was open at the start
    assert over[0] == pytest.approx((300 + 310 * 11 / 31, 12, 12, 200)) and over[1] == pytest.approx((0, 0, 0, 90))


def test_what_comes_where_nothing_would_is_spread_evenly():
    rows, _ = closed_flow([0, 30], [[30], [3]], [90], [], [0, 0])
    assert rows[1] == pytest.approx([0.1] * 30)


def test_a_month_that_nobody_has_told_is_what_would_come_at_the_rate():
    """Ten leads a day; of the 100 whose 20 days end in the first month 20 have become MQL: 0.2 × 310 of the second."""
    asked = []

    def rate(place, over, gone_on, guessed):
        asked.append((place, over, gone_on, guessed))
        return gone_on / (over.new + over.old) if place == 0 else 0.5

    rows, over = closed_flow(
        [0, 30, 61], [[300, 310], [20, None], [None, None]], [20, 0], [1.0] * 61, [0, 0, 0], fill=rate
    )
    months = [[sum(row[:30]), sum(row[30:])] for row in rows]
    assert months == [pytest.approx([300, 310]), pytest.approx([20, 62]), pytest.approx([10, 31])]
    assert asked[0] == (0, pytest.approx((100, 0, 0, 200)), 20, 0)
    assert asked[1] == (1, pytest.approx((0, 0, 0, 0)), 0, pytest.approx(62 / 82)) and over[0].new == pytest.approx(100)
