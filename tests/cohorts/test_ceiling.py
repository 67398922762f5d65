"""The curve with a ceiling against lifelines and scipy.stats; when it is withheld."""

from __future__ import annotations

import math

import numpy as np
import pytest
from lifelines import LogNormalFitter, MixtureCureFitter
from scipy import stats

from benchmarks.cohort_world import Source, by_months, cohorts, drawn, log_normal, uniform, weibull
from xl_kpi.calc.cohorts.cohort import Cohort
from xl_kpi.exchange.cohorts.ceiling import fitted, interval
from xl_kpi.exchange.cohorts.step_rates import AT_LEAST, EXPECTED, step_rates


def cohort(rate, law, leads=3_000, seed=3, since=0) -> Cohort:
    world = {"one": Source(1, ((rate, law),), since)}
    return next(cohorts(drawn(world, np.random.default_rng(seed), leads)))[2]


def test_ceiling_and_interval_are_those_of_lifelines():
    one = cohort(0.3, log_normal(30, 0.8))
    found = fitted(one, "log_normal", 600, (0.5,))
    with np.errstate(all="ignore"):
        theirs = MixtureCureFitter(LogNormalFitter()).fit(
            [*(max(day, 0.25) for day in one.gone), *(day + 0.5 for day in one.waiting)],
            [1] * len(one.gone) + [0] * len(one.waiting),
            weights=[*one.gone.values(), *one.waiting.values()],
        )
    # theirs takes days for points in time, ours for whole days: 0.0002 on 0.3
    assert found.rate == pytest.approx(1 - theirs.cured_fraction_, abs=3e-4)
    assert found.middle == pytest.approx(theirs.mu_, abs=0.02)
    half = 1.96 * theirs.summary.loc["cured_fraction_", "se(coef)"]
    assert interval(one, found) == pytest.approx((found.rate - half, found.rate + half), abs=6e-4)


def likelihood(one: Cohort, rate: float, middle: float, deviation: float, edge: float) -> float:
    """ln of the likelihood, lead by lead, by scipy.stats."""
    lag = stats.lognorm(s=deviation, scale=math.exp(middle))
    sum_ = one.undated * math.log(rate)
    for day, count in one.gone.items():
        sum_ += count * math.log(rate * (lag.cdf(day + edge) - lag.cdf(max(day + edge - 1, 0))))
    for day, count in one.within.items():
        sum_ += count * math.log(rate * lag.cdf(day + edge))
    for day, count in one.waiting.items():
        sum_ += count * math.log(1 - rate * lag.cdf(day + edge))
    return sum_


def test_no_other_curve_near_by_is_likelier():
    base = cohort(0.3, log_normal(30, 0.8), leads=800)
    one = Cohort(base.gone, {60: 9, 20: 3}, base.waiting, 7)
    found = fitted(one, "log_normal", 600)
    at = (found.rate, found.middle, math.exp(found.width))
    best = likelihood(one, *at, found.edge)
    assert -found.loss == pytest.approx(best, abs=1e-6)
    for place, step in ((0, 0.002), (1, 0.01), (2, 0.01)):
        for sign in (-1, 1):
            moved = [value + sign * step * (position == place) for position, value in enumerate(at)]
            assert likelihood(one, *moved, found.edge) < best


def test_days_cut_off_are_known_from_days_rounded():
    # the made world cuts fractions of a day off; with a median of 4 days that is seen, and the same a day later is as
    # if they had been rounded up
    cut = cohort(0.5, log_normal(4, 0.9), leads=20_000)
    assert fitted(cut, "log_normal", 600).edge == 1.0
    later = {name: {day + 1: count for day, count in getattr(cut, name).items()} for name in ("gone", "waiting")}
    assert fitted(Cohort(**later), "log_normal", 600).edge == 0.0


def test_two_months_of_leads_are_enough_for_a_quick_step():
    """Truth 30 %, median 14 days: of 20 draws 19 hold it on average, 15 and fewer one in 3,000 times (binomial)."""
    found = [step_rates(cohort(0.3, log_normal(14, 0.9), leads=6_000, seed=seed, since=670)) for seed in range(20)]
    held = [one.expected.low < 0.3 < one.expected.high for one in found if one.expected]
    assert len(held) >= 18
    assert sum(held) > len(held) - 5


@pytest.mark.parametrize(("gone_on", "told"), [(29, False), (30, True)])
def test_enough_conversions_are_thirty(gone_on, told):
    spread = dict.fromkeys(range(5, 5 + gone_on), 1)
    found = step_rates(Cohort(gone=spread, waiting={400: 300}))
    assert bool(found.expected) is told
    assert found.withheld == ("" if told else "few")
    assert found.takes == (EXPECTED if told else "")


def test_all_on_one_day_is_no_curve():
    found = step_rates(Cohort(gone={0: 400}, waiting={300: 600}))
    assert (found.expected, found.withheld, found.takes) == (None, "few", AT_LEAST)
    assert found.taken.rate == pytest.approx(0.4)


def test_nobody_says_nothing():
    found = step_rates(Cohort())
    assert (found.entered, found.plain, found.at_least, found.expected, found.lag, found.taken) == (0, *[None] * 5)


def test_a_new_source_is_told_beyond_what_was_seen():
    """Truth 20 %, median 60 days, half a year of leads: 87 in 100 of those who go on do so in the days watched."""
    found = step_rates(cohort(0.2, log_normal(60, 0.9), leads=6_000, since=550))
    assert found.early
    assert found.plain < 0.14
    assert found.at_least.rate < 0.19
    assert found.expected.low < 0.2 < found.expected.high
    assert found.expected.rate > found.at_least.rate


@pytest.mark.parametrize("law", [weibull(0.8, 30), uniform(10, 170), by_months(0.1, 0.3, 0.6, 0.85, 1)])
def test_a_curve_of_another_shape_is_withheld_while_its_end_is_not_seen(law):
    """Half a year of leads: a log-normal curve would promise 23 to 100 % where 20 % is the truth."""
    one = cohort(0.2, law, leads=4_000, since=550)
    assert fitted(one, "log_normal", 170).rate > 0.23
    found = step_rates(one)
    assert (found.expected, found.withheld) in [(None, "shape"), (None, "unseen")]
    assert found.at_least.low < 0.2  # what is said instead holds


def test_what_has_come_to_its_end_is_taken_as_it_was_seen():
    found = step_rates(cohort(0.2, weibull(0.8, 30), leads=8_000))
    assert (found.expected, found.withheld, found.takes) == (None, "shape", AT_LEAST)
    assert found.taken.low < 0.2 < found.taken.high
