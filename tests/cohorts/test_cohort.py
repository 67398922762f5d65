"""Cohorts: plain shares, when they are too early, what is no count."""

from __future__ import annotations

import pytest

from xl_kpi.calc import KpiError
from xl_kpi.calc.cohorts.cohort import Cohort, checked, together


def test_gone_on_and_entered_are_all_that_were_counted():
    # counted by hand: 3 + 2 + 1 of 3 + 2 + 1 + 4
    one = Cohort(gone={5: 3}, within={9: 2}, waiting={7: 4}, undated=1)
    assert (one.gone_on, one.entered, one.plain) == (6, 10, 0.6)


def test_nobody_has_no_share():
    assert Cohort().plain is None
    assert not Cohort().too_early(None)


@pytest.mark.parametrize(
    ("young", "early"),
    [(0, False), (2, False), (3, True)],  # of 100: 2 % and less are few
)
def test_too_early_begins_above_two_in_a_hundred(young, early):
    one = Cohort(gone={10: 20}, waiting={29: young, 30: 80 - young})
    assert one.too_early(30) is early


def test_while_no_lag_is_known_it_is_too_early_as_long_as_anybody_is_open():
    assert Cohort(waiting={400: 1}).too_early(None)
    assert not Cohort(gone={3: 1}).too_early(None)


def test_together_counts_every_lead_once():
    parts = [Cohort(gone={3: 1}, within={4: 2}), Cohort(gone={3: 2, 8: 1}, waiting={9: 4}, undated=5)]
    assert together(parts) == Cohort(gone={3: 3, 8: 1}, within={4: 2}, waiting={9: 4}, undated=5)
    assert together([]) == Cohort()


@pytest.mark.parametrize(
    "wrong", [Cohort(gone={-1: 2}), Cohort(waiting={3: -2}), Cohort(within={2.5: 1}), Cohort(gone={36_501: 1})]
)
def test_a_day_or_count_that_is_none_is_refused(wrong):
    with pytest.raises(KpiError) as refused:
        checked(wrong)
    assert refused.value.code == "#NUM!"
