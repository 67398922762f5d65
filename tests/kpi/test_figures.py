"""Attainment, progress and the rule for months with blanks: usual, zero, blank, below zero, less is better."""

from __future__ import annotations

import pytest

from xl_kpi.kpi.figures import (
    BEST,
    WORST,
    attainment,
    complete,
    count_where,
    count_where_excel,
    progress,
    sum_where,
    sum_where_excel,
)


@pytest.mark.parametrize(
    "actual, target, better, reached",
    [
        (90, 120, "up", 0.75),
        (120, 120, "up", 1),
        (0, 120, "up", 0),
        (5, 0, "up", ""),  # nothing was asked, so nothing is reached
        (0, 0, "up", ""),
        (-30, 120, "up", -0.25),  # an NPS below 0
        (-5, -10, "up", ""),  # a quotient would call -5 half as good as -10
        (43.2, 120, "spent", 43.2 / 120),  # of a budget: its share, whatever that is
        (180, 120, "spent", 1.5),
        (0, 120, "spent", 0),
        (10, 0, "spent", WORST),  # no share says how bad that is
        (0, 0, "spent", ""),
        (90, 120, "down", 120 / 90),  # a cost below its target
        (180, 120, "down", 120 / 180),
        (0, 120, "down", BEST),  # nothing spent: no number says how good that is
        (-1, 120, "down", BEST),
        (10, 0, "down", 0),  # spent without a budget
        (0, 0, "down", ""),
        (10, -1, "down", ""),
        ("", 120, "up", ""),
        (None, 120, "down", ""),
        (90, "", "up", ""),
        (90, None, "down", ""),
    ],
)
def test_attainment(actual, target, better, reached):
    assert attainment(actual, target, better) == pytest.approx(reached)


def test_progress_is_a_share_of_the_whole_also_of_a_budget():
    # three months of 30 of a year's 120; turned round, as for a cost to date, it would be 400 %
    assert progress(30, 120) == 0.25
    assert progress(0, 120) == 0
    assert progress("", 120) == progress(30, "") == progress(30, 0) == ""


def test_a_month_counts_where_all_parts_have_a_number():
    cv, sessions = [30, "", 40, 0], [1000, 2000, None, 500]
    assert complete([cv, sessions]) == [True, False, False, True]
    assert count_where([cv, sessions]) == 2
    assert sum_where([cv, sessions], sessions) == 1500
    assert sum_where([cv], sessions) == 1500  # of May, 2,000 have no conversions beside them
    assert sum_where([], cv) == 70
    assert sum_where([["", ""]], [1, 2]) == 0


def test_the_same_in_excel():
    assert sum_where_excel(["A1:C1"], "A1:C1") == "SUM(A1:C1)"
    assert sum_where_excel(["A1:C1", "A2:C2"], "A2:C2") == 'SUMIF(A1:C1,">-9E+99",A2:C2)'
    assert sum_where_excel(["A1:C1", "A2:C2"], "A3:C3") == 'SUMIFS(A3:C3,A1:C1,">-9E+99",A2:C2,">-9E+99")'
    assert count_where_excel(["A1:C1", "A1:C1"]) == "COUNT(A1:C1)"
    assert count_where_excel(["A1:C1", "A2:C2"]) == 'COUNTIFS(A1:C1,">-9E+99",A2:C2,">-9E+99")'
