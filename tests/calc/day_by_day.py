"""The oracle for the monthly plan: every day and every lag one by one, with fractions in dictionaries.

Shares nothing with xl_kpi.calc: the goal is one weight for each day, a lag one probability for each day,
and a stage is the double loop over both.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from fractions import Fraction


def goal_days(start: dt.date, deadline: dt.date, season=(1,) * 12) -> dict[int, Fraction]:
    """Ordinal of the day -> its part of the goal: the month's weight over the month's length, scaled to 1."""
    weights = {}
    for day in range(start.toordinal(), deadline.toordinal() + 1):
        date = dt.date.fromordinal(day)
        weights[day] = Fraction(str(season[date.month - 1])) / calendar.monthrange(date.year, date.month)[1]
    total = sum(weights.values())
    return {day: weight / total for day, weight in weights.items()}


def lag_days(lag) -> dict[int, Fraction]:
    """Days -> probability, for a number, a tuple (first, last) or a list of cumulative shares by 30 days."""
    if isinstance(lag, tuple):
        days = range(lag[0], lag[1] + 1)
        return {day: Fraction(1, len(days)) for day in days}
    if isinstance(lag, list):
        cumulative = [Fraction(str(share)) for share in lag]
        steps = [after - before for before, after in zip([Fraction(0), *cumulative], cumulative)]
        return {30 * k + day: step / 30 for k, step in enumerate(steps) for day in range(30)}
    return {lag: Fraction(1)}


def earlier(days: dict[int, Fraction], lag) -> dict[int, Fraction]:
    """When these must have entered the stage before, if everybody takes the lag."""
    moved = defaultdict(Fraction)
    for day, amount in days.items():
        for wait, probability in lag_days(lag).items():
            moved[day - wait] += amount * probability
    return moved


def by_month(days: dict[int, Fraction], start: dt.date, months: int) -> list[Fraction]:
    """[before the start, month 1, …, the last month, after the end]."""
    columns = [Fraction(0)] * (months + 2)
    for day, amount in days.items():
        date = dt.date.fromordinal(day)
        month = (date.year - start.year) * 12 + date.month - start.month
        columns[min(max(month + 1, 0), months + 1)] += amount
    return columns


def plan(goal: dict[int, Fraction], lags, start: dt.date, months: int) -> list[list[Fraction]]:
    """Columns of every stage, first stage first, the goal's own days last."""
    rows = [by_month(goal, start, months)]
    for lag in reversed(lags):
        goal = earlier(goal, lag)
        rows.append(by_month(goal, start, months))
    return rows[::-1]


def later(days: dict[int, Fraction], lag) -> dict[int, Fraction]:
    """When these enter the next stage, if everybody takes the lag and goes on."""
    moved = defaultdict(Fraction)
    for day, amount in days.items():
        for wait, probability in lag_days(lag).items():
            moved[day + wait] += amount * probability
    return moved


def run_forward(start, leads, rates, lags, opened, *, age="new", delivery=0):
    """The days of every stage, the orders last, and the days on which these are paid.

    ``leads``: ordinal of the day → how many enter the first stage; ``opened``: how many stand in each stage on the
    first day, as if they had entered then ("new") or with half of their time behind them ("half").
    """
    days = defaultdict(Fraction, {day: Fraction(str(amount)) for day, amount in leads.items()})
    rows = [days]
    for rate, lag, waiting in zip(rates, lags, opened):
        following = later(days, lag)
        for wait, probability in lag_days(lag).items():
            following[start.toordinal() + (wait if age == "new" else wait // 2)] += Fraction(str(waiting)) * probability
        days = defaultdict(Fraction, {day: amount * Fraction(str(rate)) for day, amount in following.items()})
        rows.append(days)
    days[start.toordinal()] += Fraction(str(opened[-1]))
    return rows, later(days, delivery)
