"""Lead scores, action scores and NPS: by hand, against exact fractions, and the time for 100,000 leads."""

import math
import random
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_kpi.calc import KpiError, action_score, lead_score, nps

# five qualities (S1): company size, industry, budget, authority, urgency
FACTORS = [3, 1, 2, 2, 1]
LEADS = [[5, 4, 3, 5, 2], [1, 2, 0, 1, 5]]

numbers = st.one_of(st.integers(-1000, 1000), st.floats(-1e6, 1e6))
tables = st.integers(1, 10).flatmap(
    lambda width: st.tuples(
        st.lists(st.lists(numbers, min_size=width, max_size=width), min_size=1, max_size=5),
        st.lists(numbers, min_size=width, max_size=width),
    )
)


def test_s1_a_score_is_the_weighted_sum():
    # 15 + 4 + 6 + 10 + 2 = 37;  3 + 2 + 0 + 2 + 5 = 12
    assert lead_score(LEADS, FACTORS) == [37, 12]
    assert lead_score(LEADS[0], FACTORS) == 37
    assert lead_score([LEADS[0]], FACTORS) == [37]  # a table of one lead stays a table
    assert lead_score(4, 2.5) == 10  # one cell each


def test_s2_points_for_each_action():
    # 資料請求 5 points, 展示会参加 10 points
    assert action_score([[1, 0], [0, 1], [2, 1]], [5, 10]) == [5, 10, 20]
    assert action_score([3, 0], [5, 10]) == 15
    assert action_score([1, 2], [5, -3]) == -1  # an unsubscription may cost points


@given(tables)
def test_every_score_is_the_exact_sum_but_for_the_last_digits(table):
    rows, factors = table
    scores = lead_score(rows, factors)
    for row, score in zip(rows, scores):
        exact = sum(Fraction(cell) * Fraction(factor) for cell, factor in zip(row, factors))
        size = sum(abs(Fraction(cell) * Fraction(factor)) for cell, factor in zip(row, factors))
        # each of at most 10 products and 10 sums is off by half a unit in the 16th digit, or of the smallest double
        assert abs(Fraction(score) - exact) <= size * Fraction(20, 2**53) + Fraction(20, 2**1074)


@given(tables)
def test_rows_together_give_the_same_digits_as_one_by_one(table):
    rows, factors = table
    assert lead_score(rows, factors) == [lead_score(row, factors) for row in rows]
    counts = [[abs(cell) for cell in row] for row in rows]
    assert action_score(counts, factors) == lead_score(counts, factors)


@pytest.mark.parametrize("width", range(1, 13))
def test_every_width_is_added_up_completely(width):
    # the digits of the score show which column met which factor
    factors = [10**place for place in range(width)]
    row = [(place * 7) % 9 + 1 for place in range(width)]
    expected = int("".join(map(str, reversed(row))))
    assert lead_score([row, [1] * width], factors) == [expected, int("1" * width)]


def test_other_kinds_of_numbers_are_taken_as_well():
    assert lead_score([[Fraction(1, 2), Decimal("0.25")], [1, 2.0]], [2, 4]) == [2, 10]


def test_blank_rows_at_the_end_are_no_leads():
    assert lead_score([*LEADS, [None] * 5, ["", None, "", None, " "]], FACTORS) == [37, 12]


@pytest.mark.parametrize(
    ("calculate", "code", "argument", "position"),
    [
        (lambda: lead_score([[1, 2], [3, None]], [1, 1]), "#VALUE!", "values", (2, 2)),
        (lambda: lead_score([[1, 2], [None, None], [3, 4]], [1, 1]), "#VALUE!", "values", (2, 1)),
        (lambda: lead_score([[1, 2], ["3", 4]], [1, 1]), "#VALUE!", "values", (2, 1)),
        (lambda: lead_score([[1, True], [3, 4]], [1, 1]), "#VALUE!", "values", (1, 2)),
        (lambda: lead_score([[1, 2], [3, "#REF!"]], [1, 1]), "#REF!", "values", (2, 2)),
        (lambda: lead_score([[1, 2], [3, math.nan]], [1, 0]), "#NUM!", "values", (2, 2)),
        (lambda: lead_score([[1, math.inf]], [1, 0]), "#NUM!", "values", (1, 2)),
        (lambda: lead_score([[1, 2], [3]], [1, 1]), "#VALUE!", "values", 2),
        (lambda: lead_score([[1, 2, 3]], [1, 1]), "#VALUE!", "values", 1),
        (lambda: lead_score([[1, 2], "ab"], [1, 1]), "#VALUE!", "values", 2),
        (lambda: lead_score([[1, 2], 3, [4, 5]], [1, 1]), "#VALUE!", "values", 2),
        (lambda: lead_score([[1] * 9, [1] * 8], [1] * 9), "#VALUE!", "values", 2),
        (lambda: lead_score([1, 2, 3], [1, 1]), "#VALUE!", "values", None),
        (lambda: lead_score([1, "x"], [1, 1]), "#VALUE!", "values", 2),
        (lambda: lead_score([[None, None]], [1, 1]), "#VALUE!", "values", None),
        (lambda: lead_score([], [1, 1]), "#VALUE!", "values", None),
        (lambda: lead_score([[1, 2]], [1, None, 1]), "#VALUE!", "factors", 2),
        (lambda: lead_score([[1, 2]], []), "#VALUE!", "factors", None),
        (lambda: lead_score([[1e308, 1e308]], [10, 1]), "#NUM!", "values", 1),
        (lambda: lead_score([[10**400, 1]], [1, 1]), "#NUM!", "values", 1),
        (lambda: lead_score([1, 1], [10**400, 1]), "#NUM!", "factors", None),
        (lambda: action_score([[1, 2], [3, -1]], [1, 1]), "#NUM!", "actions", (2, 2)),
        (lambda: action_score([1, -1], [1, 1]), "#NUM!", "actions", 2),
        (lambda: action_score([1, 1], [1, "5"]), "#VALUE!", "points", 2),
    ],
)
def test_a_cell_that_is_no_number_is_named_with_row_and_column(calculate, code, argument, position):
    with pytest.raises(KpiError) as caught:
        calculate()
    assert (caught.value.code, caught.value.argument, caught.value.position) == (code, argument, position)


def test_the_message_names_row_and_column():
    with pytest.raises(KpiError) as caught:
        lead_score([[1, 2], ["3", 4]], [1, 1])
    assert str(caught.value) == "values, row 2, column 1: found '3'. Allowed: a number."
    assert caught.value.message("ja") == ("values（評価の値）の2行1列目: 「3」は使えません。数値を入力してください。")


@pytest.mark.parametrize("score", [lead_score, action_score])
def test_many_leads_at_once_get_what_each_gets_alone(score):
    # floats, as Excel hands over every number
    draw = random.Random(5)
    rows = [draw.choices([tenth / 10 for tenth in range(100)], k=5) for _ in range(2_000)]
    factors = [float(factor) for factor in FACTORS]
    assert list(score(rows, factors)) == [score(row, factors) for row in rows]


def test_nps_is_promoters_less_detractors():
    assert nps([10, 9, 8, 7, 6, 0]) == 0  # two of each
    assert nps([10, 9, 9.0, 7]) == 75
    assert nps([0, 6, 3]) == -100
    assert nps([9]) == 100
    assert nps([8, 7]) == 0
    assert nps(10) == 100
    assert nps([10, 9, 5]) == Fraction(100, 3)


@given(st.lists(st.integers(0, 10), min_size=1))
def test_nps_is_the_mean_of_its_votes(scores):
    votes = [100 if score > 8 else 0 if score > 6 else -100 for score in scores]
    assert nps(scores) == nps([float(score) for score in scores]) == Fraction(sum(votes), len(votes))


@pytest.mark.parametrize(
    ("scores", "code", "position"),
    [
        ([10, 11], "#NUM!", 2),
        ([-1], "#NUM!", 1),
        ([7.5], "#NUM!", 1),
        ([math.nan], "#NUM!", 1),
        ([9, None, 9], "#VALUE!", 2),
        ([9, True], "#VALUE!", 2),
        ([9, "9"], "#VALUE!", 2),
        ([], "#VALUE!", None),
        ([None], "#VALUE!", None),
        ([10, "#N/A"], "#N/A", 2),
    ],
)
def test_an_answer_is_a_whole_number_from_0_to_10(scores, code, position):
    with pytest.raises(KpiError) as caught:
        nps(scores)
    assert (caught.value.code, caught.value.argument, caught.value.position) == (code, "scores", position)
