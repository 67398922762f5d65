"""Measured curves give back the months: entries by month, through rate and curve, are what came by month."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.cohort_world import DAYS, LAWS, cohorts, drawn, sources
from xl_kpi.calc.cohorts.cohort import Cohort
from xl_kpi.calc.cohorts.lags import measured_lag
from xl_kpi.calc.cohorts.reached import kaplan_meier
from xl_kpi.calc.lag import Lag, as_lag, day_boxes
from xl_kpi.exchange.cohorts.step_rates import step_rates


@pytest.mark.parametrize("law", ["log_normal", "by_months"])
def test_the_months_come_back(law):
    world = {"web": sources(LAWS[law])["web"]}
    days = drawn(world, np.random.default_rng(4), 400_000)
    for _, step, cohort in cohorts(days):
        found = step_rates(cohort)
        entered, came = (
            np.bincount(stage[stage >= 0], minlength=DAYS) for stage in (days["web"][step], days["web"][step + 1])
        )
        boxes, whole = day_boxes(as_lag(list(found.lag.curve)))
        by_day = np.zeros(DAYS)
        for first, after, weight in boxes:
            by_day[first : min(after, DAYS)] = weight / whole
        through = found.taken.rate * np.convolve(entered, by_day)[:DAYS]
        months = np.arange(DAYS) // 61
        seen, said = np.bincount(months, came), np.bincount(months, through)
        enough = seen > 500
        # three standard errors of a count of 500 are 13 %; as a whole it is nearer
        assert said[enough] == pytest.approx(seen[enough], rel=0.13)
        assert said.sum() == pytest.approx(seen.sum(), rel=0.02)


def test_young_entries_make_no_lag_shorter():
    """Half a year of leads with a median of 60 days: the plain median of those who have gone on is 45."""
    world = {"web": sources()["web"].__class__(1, ((0.4, LAWS["log_normal"](60, 0.7)),), DAYS - 180)}
    _, _, cohort = next(cohorts(drawn(world, np.random.default_rng(5), 20_000)))
    plain = np.median(np.repeat(list(cohort.gone), list(cohort.gone.values())))
    found = step_rates(cohort)
    assert plain < 50
    assert found.lag.median == pytest.approx(60, abs=4)
    assert found.lag.p80 == pytest.approx(60 * np.exp(0.7 * 0.8416), rel=0.08)  # the quantile of the log-normal


def test_a_curve_can_be_typed():
    # by hand: 30 of 100 within 29 days, 60 within 59, all within 89
    cohort = Cohort(gone={10: 30, 30: 30, 89: 40}, waiting={300: 100})
    found = measured_lag(kaplan_meier(cohort), 0.5, 6)
    assert found.curve == (0.3, 0.6, 1.0)
    assert (found.median, found.p80, found.put_forward) == (30, 89, 0)
    assert as_lag(list(found.curve)) == Lag(curve=(0.3, 0.6, 1.0))


def test_what_takes_longer_than_a_curve_may_be_is_told():
    cohort = Cohort(gone={10: 75, 250: 25}, waiting={300: 100})
    found = measured_lag(kaplan_meier(cohort), 0.5, 6)
    assert found.curve == (0.75, 0.75, 0.75, 0.75, 0.75, 1.0)
    assert found.put_forward == 0.25


def test_nobody_has_no_lag():
    assert measured_lag(kaplan_meier(Cohort(waiting={300: 100})), 0.5, 6) is None
    assert step_rates(Cohort(gone={5: 9}, waiting={300: 100})).lag is None  # nine are too few to tell
