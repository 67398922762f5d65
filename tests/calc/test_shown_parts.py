"""Parts as shown: each a tenth below or above, and together the whole as shown (largest remainder)."""

from __future__ import annotations

import random

import pytest

from tests.sheets.plans import in_the_year
from xl_kpi.calc.number import nearest_float
from xl_kpi.calc.review.shown import shown_parts
from xl_kpi.kpi.review.review import Review
from xl_kpi.kpi.review.words import ReviewWords
from xl_kpi.report.wording import signed


def test_random_parts_add_up():
    """200 sets of parts of either sign; each within a tenth of itself."""
    found = random.Random(12)
    for _ in range(200):
        parts = [found.uniform(-9, 9) for _ in range(found.randint(1, 12))]
        shown = shown_parts(parts, sum(parts))
        assert sum(shown) == pytest.approx(nearest_float(sum(parts), 1), abs=1e-9)
        assert all(abs(one - part) < 0.1 + 1e-6 for one, part in zip(shown, parts))


@pytest.mark.parametrize(
    "parts, whole, shown",
    [
        ([], 0.0, []),
        ([0.0, 0.0], 0.0, [0.0, 0.0]),
        ([0.04, 0.04, 0.04], 0.12, [0.1, 0.0, 0.0]),
        ([-1.25], -1.25, [-1.2]),
    ],
)
def test_by_hand(parts, whole, shown):
    assert shown_parts(parts, whole) == shown


def test_one_number_for_one_part_wherever_it_is_shown():
    """The same rate on the terminal's list and among the stages; leads by channel add up to those of all."""
    gap = Review(in_the_year("ja")).gap
    words = {(one.cause): one.orders for one in ReviewWords(Review(in_the_year("ja")), "ja").parts(99)}
    told = ReviewWords(Review(in_the_year("ja")), "ja")
    for part in gap.by_stage[1:]:
        if gap.shown(part):
            assert words[told.cause(part)] == gap.shown(part) and signed(gap.shown(part))
    leads = sum(gap.shown(part) for part in gap.leads_by_channel)
    assert leads == pytest.approx(gap.shown(gap.by_stage[0]), abs=1e-9)
