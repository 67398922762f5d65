"""Kaplan–Meier against lifelines and fractions; who is lost, skipped or without dates."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifelines import KaplanMeierFitter

from xl_kpi.calc import KpiError, rate_interval
from xl_kpi.calc.cohorts.cohort import Cohort
from xl_kpi.calc.cohorts.reached import kaplan_meier

counts = st.dictionaries(st.integers(0, 40), st.integers(1, 30), max_size=8)


@given(gone=counts, waiting=counts)
def test_share_and_interval_are_those_of_lifelines(gone, waiting):
    if not gone or not waiting:
        return
    ours = kaplan_meier(Cohort(gone=gone, waiting=waiting))
    days = [*gone, *waiting]
    theirs = KaplanMeierFitter().fit(
        days, [1] * len(gone) + [0] * len(waiting), weights=[*gone.values(), *waiting.values()]
    )
    for day in sorted(set(days)):
        left = float(theirs.survival_function_at_times(day).iloc[0])
        found = ours.reached(day)
        assert found.rate == pytest.approx(1 - left, abs=1e-12)
        if 1e-12 < left < 1 - 1e-12:
            low, high = theirs.confidence_interval_.loc[day]
            assert (found.low, found.high) == pytest.approx((1 - high, 1 - low), abs=1e-9)


@given(gone=counts, waiting=counts)
def test_the_share_is_the_product_in_fractions(gone, waiting):
    if not gone:
        return
    left, everybody = Fraction(1), [*gone.items(), *waiting.items()]
    ours = kaplan_meier(Cohort(gone=gone, waiting=waiting))
    for day in sorted(gone):
        left *= 1 - Fraction(gone[day], sum(count for until, count in everybody if until >= day))
        assert ours.rate(day) == pytest.approx(float(1 - left), abs=1e-12)


def test_without_young_entries_it_is_the_plain_share():
    one = Cohort(gone={10: 20, 50: 10}, waiting={400: 70})
    assert kaplan_meier(one).rate(400) == pytest.approx(0.3) == one.plain


def test_nobody_has_gone_on_yet():
    found = kaplan_meier(Cohort(waiting={100: 50})).reached()
    assert (found.days, found.rate) == (100, 0)
    assert (found.low, found.high) == pytest.approx(rate_interval(0, 50))


def test_all_have_gone_on():
    found = kaplan_meier(Cohort(gone={10: 50})).reached()
    assert (found.days, found.rate) == (10, 1)
    assert (found.low, found.high) == pytest.approx(rate_interval(50, 50))


def test_nobody_entered():
    with pytest.raises(KpiError):
        kaplan_meier(Cohort())


def test_the_days_told_are_those_for_which_enough_were_watched():
    # 5 % of 1,000 are 50: 60 were watched for 200 days, 20 for 400
    waiting = {50: 920, 200: 40, 400: 20}
    assert kaplan_meier(Cohort(gone={20: 20}, waiting=waiting)).horizon == 200
    # 30 at least, where 5 % are fewer; half where there are not 60
    assert kaplan_meier(Cohort(waiting={50: 170, 200: 29})).horizon == 50
    assert kaplan_meier(Cohort(waiting={50: 170, 200: 30})).horizon == 200
    assert kaplan_meier(Cohort(waiting={3: 4, 90: 4})).horizon == 90


def test_high_rates_leave_few_at_risk_and_are_told_for_long_all_the_same():
    # 97 of 100 have gone on by day 40; the three that have not have been watched for a year, as all were
    assert kaplan_meier(Cohort(gone={30: 50, 40: 47}, waiting={365: 3})).horizon == 365


def test_a_skipped_stage_counts_on_the_last_possible_day_and_a_reversed_one_at_once():
    one = kaplan_meier(Cohort(within={30: 1}, waiting={90: 2}, undated=1))
    assert [one.rate(day) for day in (0, 29, 30)] == [0.25, 0.25, 0.5]


def test_the_lost_stay_in_the_count_until_the_end():
    """Truth: 30 % go on, slowly; half are lost within days.  Taken out, or watched for ever, the lost mislead."""
    rng = np.random.default_rng(1)
    n = 40_000
    watched = rng.integers(0, 365, n)
    goes, lost = rng.random(n) < 0.3, rng.random(n) < 0.7
    after = np.where(goes, rng.gamma(4, 20, n), 1e9).astype(int)
    gone = after <= watched
    lost &= ~goes & (watched > 5)

    def rate(days: np.ndarray, seen: np.ndarray) -> float:
        return kaplan_meier(
            Cohort(
                gone={int(day): int(count) for day, count in enumerate(np.bincount(days[seen])) if count},
                waiting={int(day): int(count) for day, count in enumerate(np.bincount(days[~seen])) if count},
            )
        ).rate(300)

    as_all = rate(np.where(gone, after, watched), gone)
    for_ever = rate(np.where(gone, after, np.where(lost, 1000, watched)), gone)
    taken_out = rate(np.where(gone, after, watched)[~lost], gone[~lost])
    assert as_all == pytest.approx(0.3, abs=0.015)  # three standard errors
    assert for_ever < 0.28
    assert taken_out > 0.4
