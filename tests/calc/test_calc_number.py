"""Exact numbers and the ceiling without binary noise."""

import decimal
import math
from decimal import Decimal
from fractions import Fraction

import ironcalc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xl_kpi.calc import KpiError, clean_ceiling, exact

FOURTEEN_DIGITS = decimal.Context(prec=14, rounding=decimal.ROUND_HALF_UP)


def ceiling_by_decimal(value: Fraction) -> int:
    """The oracle: one correctly rounded division to 14 digits, then a plain ceiling."""
    return math.ceil(FOURTEEN_DIGITS.divide(Decimal(value.numerator), Decimal(value.denominator)))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (3, Fraction(3)),
        (0.1, Fraction(1, 10)),  # not 3602879701896397 / 2^55
        (1e-7, Fraction(1, 10**7)),
        (Decimal("0.30"), Fraction(3, 10)),
        (Fraction(50, 1800), Fraction(1, 36)),
    ],
)
def test_a_number_stands_for_what_was_typed(typed, meant):
    assert exact(typed) == meant


def test_a_subclass_of_float_that_writes_its_own_repr_is_still_a_number():
    class Named(float):
        def __repr__(self):
            return f"Named({float(self)})"

    assert exact(Named(0.2)) == Fraction(1, 5)


@pytest.mark.parametrize("no_number", [True, "0.1", "", None, [1], 1j])
def test_what_is_no_number_is_refused(no_number):
    with pytest.raises(KpiError) as caught:
        exact(no_number)
    assert caught.value.code == "#VALUE!"


@pytest.mark.parametrize("endless", [math.nan, math.inf, -math.inf, Decimal("NaN"), Decimal("1E+999999999")])
def test_what_has_no_finite_value_is_refused(endless):
    with pytest.raises(KpiError) as caught:
        exact(endless)
    assert caught.value.code == "#NUM!"


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_comes_back_from_its_fraction(x):
    assert float(exact(x)) == x


@pytest.mark.parametrize(
    ("x", "ceiling"),
    [
        (7 / (0.7 * 0.1), 100),  # 100.00000000000001 in binary; 7 / 0.07 is 100
        (50 / 0.0277777777777778, 1800),  # 50 of 1,800 with the rate as Excel shows it (C1)
        (100.0001, 101),
        (100.00000000001, 101),  # 14 digits: still a number of its own
        (100.000000000001, 100),  # 15 digits: noise
        (0.3, 1),
        (1e-300, 1),
        (0, 0),
        (-2.5, 0),  # as the cell formula: IF(x<=0,0,…)
        (999.99999999999999, 1000),
        (99_999_999_999_999, 99_999_999_999_999),  # the largest of 14 digits
        (123_456_789_012_345, 123_456_789_012_350),  # 15 digits are rounded to 14, as ROUND(x,-1) does
    ],
)
def test_the_ceiling_ignores_binary_noise_and_nothing_else(x, ceiling):
    assert clean_ceiling(x) == ceiling


@given(st.fractions(min_value=Fraction(1, 10**9), max_value=10**16))
def test_the_ceiling_agrees_with_decimal_division(value):
    assert clean_ceiling(value) == ceiling_by_decimal(value)


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_quotient_of_floats_has_the_ceiling_of_the_true_quotient_when_that_is_whole(whole, divisor):
    rate = 1 / divisor
    assert clean_ceiling(whole / rate) == whole * divisor or whole * divisor > 10**14


def test_the_cell_formula_gives_the_same_ceiling():
    """The formula that the workbook uses, evaluated by IronCalc, against clean_ceiling."""
    values = [goal / (rate / 1000 * 0.1) for goal in (1, 7, 50, 333, 9_999) for rate in (1, 3, 70, 277, 700, 999)]
    values += [0, 0.3, 100.0001, 999.99999999, 1000, 123_456.789]
    model = ironcalc.create("ceilings", "en", "UTC", "en")
    for row, x in enumerate(values, 1):
        model.set_user_input(0, row, 1, repr(x))
        model.set_user_input(0, row, 2, f"=IF(A{row}<=0,0,ROUNDUP(ROUND(A{row},13-INT(LOG10(A{row}))),0))")
    model.evaluate()
    found = [model.get_cell_value(0, row, 2) for row in range(1, len(values) + 1)]
    assert found == [clean_ceiling(x) for x in values]
