"""Columns of many rows: each different cell is looked at once, sums are exact, the quick way says the same."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction

import pandas as pd
import pytest

from xl_kpi.exchange.columns import Column, total_of
from xl_kpi.exchange.exports.numbers import COMMA, EITHER, POINT, _Cell, _plain, read_numbers


def test_each_different_cell_is_looked_at_once():
    seen: list[object] = []

    def look(cell: object) -> str:
        seen.append(cell)
        return f"<{cell}>"

    found = Column(pd.Series(["a", "b", "a", ""], index=[3, 5, 7, 9], dtype=object)).each(look)
    assert (list(found), list(found.index), seen) == (["<a>", "<b>", "<a>", "<>"], [3, 5, 7, 9], ["a", "b", ""])


def test_cells_of_a_sheet_that_are_equal_but_not_the_same_stay_apart():
    cells = pd.Series([1, True, 1.0, "1", None], dtype=object)
    assert list(Column(cells).each(lambda cell: type(cell).__name__)) == ["int", "bool", "float", "str", "NoneType"]


def test_a_sum_is_exact():
    draw = random.Random(4)
    numbers = [Fraction(draw.randint(-(10**9), 10**9), 10 ** draw.randint(0, 4)) for _ in range(2000)]
    assert total_of(numbers) == sum(numbers, Fraction(0))  # fractions of the standard library
    assert total_of([1, Fraction(1, 10), Fraction(2, 10)]) == Fraction("1.3")
    assert (total_of([]), total_of([10**20, 1])) == (0, 10**20 + 1)


CELLS = "0 007 1204 1204.5 1204.50 0.5 .5 5. 1.234 12.345 1234.567 1.2345 -5".split()


@pytest.mark.parametrize("cell", [*CELLS, "9" * 31])
@pytest.mark.parametrize("decimal", [POINT, COMMA])
def test_the_quick_way_says_what_the_slow_one_says(cell, decimal):
    quick, slow = _plain(cell), _Cell(cell)
    if quick is not None:
        assert (quick.decimal, quick.doubtful) == (slow.decimal, slow.doubtful)
        assert quick.value(decimal) == slow.value(decimal)


def test_a_column_of_plain_numbers_is_read_the_quick_way():
    assert all(_plain(cell) is not None for cell in ("1204", "1204.5", "0"))
    read = read_numbers(pd.Series(["1204.50", "3", "--", "1204.50"], dtype=object))
    assert list(read.values) == [Fraction("1204.5"), 3, None, Fraction("1204.5")]
    assert (read.total, read.decimal, list(read.missing)) == (Fraction(2412), POINT, [False, False, True, False])
    whole = read_numbers(pd.Series([5, 2.5, Decimal("0.1"), True], dtype=object))
    assert list(whole.values) == [5, Fraction(5, 2), Fraction(1, 10), None]
    assert read_numbers(pd.Series(["1.234"], dtype=object)).decimal == EITHER
