"""Rows of typed tables by the months of the plan, and what is the latest of a line of months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from xl_kpi.calc import exact, month_start, nearest
from xl_kpi.plan.model import Plan

Number = float | str  # "" is blank
Cells = Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One figure by month, and over everything that was typed; blanks are ""."""

    months: Sequence[Number]
    total: Number = ""


class Dated:
    """The rows of one typed table.

    Arguments: ``table`` its key; ``day`` the column with the day, or the month, of a row.
    """

    def __init__(self, plan: Plan, table: str, day: str = "on"):
        self.rows: list[Cells] = list(plan.tables.get(table, {}).values())
        self.day = day
        self.months = [month_start(plan.start, k) for k in range(plan.months)]
        self.days = [row[day] for row in self.rows if row.get(day)]

    def of(self, month: dt.date) -> list[Cells]:
        """The rows of a month."""
        return [row for row in self.rows if (day := row.get(self.day)) and month <= day < month_start(month, 1)]

    def covers(self, month: dt.date) -> bool:
        """Whether a month without rows is one in which nothing happened: it lies between the first and the last day."""
        return bool(self.days) and min(self.days) < month_start(month, 1) and max(self.days) >= month

    def dated(self) -> list[Cells]:
        """The rows with a day."""
        return [row for row in self.rows if row.get(self.day)]

    def line(self, figure: Callable[[Sequence[Cells]], Number], *, undated: bool = False) -> Line:
        """A figure of the rows of each month, blank where it has none to tell of; ``undated`` rows count in all."""
        return Line([figure(self.of(month)) for month in self.months], figure(self.rows if undated else self.dated()))

    def counts(self, is_one: Callable[[Cells], bool] = lambda row: True) -> Line:
        """How many rows are such, month by month from the first day that was typed to the last."""
        months = [count(self.of(month), is_one) if self.covers(month) else "" for month in self.months]
        return Line(months, count(self.dated(), is_one) if self.days else "")

    def sums(self, column: str, is_one: Callable[[Cells], bool] = lambda row: True) -> Line:
        """The sum of a column over such rows, as ``counts``."""
        found = [total(self.of(month), column, is_one) if self.covers(month) else "" for month in self.months]
        return Line(found, total(self.dated(), column, is_one) if self.days else "")


def chosen(column: str, *choices: str) -> Callable[[Cells], bool]:
    """Whether one of some choices, or without these any, was chosen in a column of a row."""

    def test(row: Cells) -> bool:
        return row.get(column) in choices if choices else bool(row.get(column))

    return test


def count(rows: Iterable[Cells], is_one: Callable[[Cells], bool]) -> float:
    return float(sum(map(is_one, rows)))


def total(rows: Iterable[Cells], column: str, is_one: Callable[[Cells], bool] = lambda row: True) -> float:
    return float(sum(exact(row[column]) for row in rows if is_one(row) and column in row))


def ratio(above: Line, below: Line) -> Line:
    """One line over another, month by month and in all (a ratio of totals); blank where there is nothing below."""
    return Line([divided(*pair) for pair in zip(above.months, below.months)], divided(above.total, below.total))


def divided(above: Number, below: Number, times: int = 1) -> Number:
    if isinstance(above, str) or isinstance(below, str) or below <= 0:
        return ""
    return times * above / below


def difference(one: Line, other: Line) -> Line:
    """What one line has more than another."""
    pairs = zip([*one.months, one.total], [*other.months, other.total])
    *months, whole = ("" if isinstance(a, str) or isinstance(b, str) else round(a - b, 9) for a, b in pairs)
    return Line(months, whole)


@dataclass(frozen=True)
class Trend:
    """The latest number of a line against the one before it, and against the limit from which on a page warns.

    ``change`` rounded to ``digits`` of the number; ``fails``: the latest one is beyond the limit.
    """

    at: dt.date | str
    value: Number
    before_at: dt.date | str
    before: Number
    change: Number
    fails: bool


def trend(
    days: Sequence[dt.date], values: Sequence[Number], digits: int, limit: float | None = None, better: str = "up"
) -> Trend:
    """The trend of a figure.

    Arguments: ``days`` when each of ``values`` was, rising; ``digits`` to which the change is rounded (a half up);
    ``limit`` None for none; ``better`` "up" where a number below the limit fails, "down" where one above it does.
    Special cases: blanks are passed over; with one number there is no change.
    Example: 0.4 in April, nothing in May, 0.35 in June: in June 5 points down on April.
    Source: S9, S11, S12.
    """
    known = [(day, value) for day, value in zip(days, values, strict=True) if not isinstance(value, str)]
    at, value = known[-1] if known else ("", "")
    before_at, before = known[-2] if len(known) > 1 else ("", "")
    change: Number = ""
    if not isinstance(value, str) and not isinstance(before, str):
        change = float(nearest(Fraction(value) - Fraction(before), digits))
    fails = False
    if limit is not None and not isinstance(value, str):
        shown = round(value, 9)
        fails = shown < limit if better == "up" else shown > limit
    return Trend(at, value, before_at, before, change, fails)
