"""Inputs of the functions as cells hold them: usual ones, edges and everything that people type by mistake.

The same list goes to every host: plain Python, LAMBDA, xlwings over COM, xlwings Lite.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.how_often import often
from xl_kpi.calc.errors import is_error_value
from xl_kpi.catalog.advice import advice
from xl_kpi.catalog.functions import function

CASES = often(400, 1_000)  # calls of each function
MISSING = object()  # an optional argument that the formula leaves out

ERRORS = ("#N/A", "#DIV/0!", "#REF!", "#NUM!", "#VALUE!", "#NAME?")
# What a cell may hold where a number belongs. The errors arrive as their text, as every host hands them over.
WRONG = (None, "", " ", "　", "0.2", "20%", "abc", "2026/4/1", True, False, *ERRORS)
# Numbers that are out of range for one argument or another, dates around the first and the last day of Excel.
FAR = (0, -0.05, -1, 0.5, 1, 1.3, 2.5, 20, 130, 1e15, 1e300, 60, 61, 46113.75, 2_958_465, 2_958_466)


@dataclass(frozen=True)
class Line:
    """A row or a column (``down``), in cells or as an array constant (``constant``)."""

    values: tuple
    down: bool = False
    constant: bool = False

    @property
    def rows(self) -> list[list]:
        return [[value] for value in self.values] if self.down else [list(self.values)]


@dataclass(frozen=True)
class Block:
    """Rows and columns of cells; as it stands, what is wrong where one row or one cell belongs."""

    lines: tuple[tuple, ...] = ((0.2, 0.3), (0.4, 0.5))

    @property
    def rows(self) -> list[list]:
        return list(map(list, self.lines))


@dataclass(frozen=True)
class Literal:
    """A value written into the formula itself."""

    value: Any


Made = Callable[[random.Random, int], Any]  # of a call's chance and of how many values its lists have


def rate(chance: random.Random, length: int = 0) -> float:
    return chance.choice(
        (
            round(chance.uniform(0.01, 1), 2),
            round(chance.uniform(0.0001, 1), 4),
            chance.uniform(1e-6, 1),
            10 ** chance.uniform(-6, 0),
            1,
        )
    )


def count(chance: random.Random, length: int = 0) -> float:
    return chance.choice((chance.randint(0, 200), chance.randint(0, 10**6), round(chance.uniform(0, 500), 2), 0, 1))


def money(chance: random.Random, length: int = 0) -> float:
    amounts = (chance.randint(1, 10**8), chance.randint(1, 10**6), round(chance.uniform(0.01, 10**5), 2))
    return chance.choice((*amounts * 3, 1, 0))


def lag(chance: random.Random, length: int = 0) -> int:
    return chance.choice((0, 1, chance.randint(0, 30), chance.randint(0, 120), 400))


def date(chance: random.Random, length: int = 0) -> float:
    """The number of a day, now and then with a time; mostly 2025 to 2028."""
    return chance.choice((*[chance.randint(45658, 47118)] * 4, 45658 + chance.uniform(0, 900), 100, 2_958_465))


def weight(chance: random.Random, length: int = 0) -> float:
    return chance.choice((0, 1, chance.randint(1, 9), round(chance.uniform(0, 3), 2), chance.random()))


def volume(chance: random.Random, length: int = 0) -> float:
    return chance.choice((chance.randint(1, 2000), chance.randint(1, 2000), round(chance.uniform(0, 99), 1), 0))


def one_of(*values: Any) -> Made:
    return lambda chance, length: chance.choice(values)


def row_or_column(chance: random.Random, values: tuple) -> Line:
    # IronCalc 0.9 can't compute with an array of one value
    if len(values) > 1 and all(value is not None for value in values) and chance.random() < 0.2:
        return Line(values, chance.random() < 0.5, constant=True)
    return Line(values + (None,) * chance.choice((0, 0, 1, 2)), chance.random() < 0.5)


def line_of(single: Callable, longest: int) -> Made:
    """A list of its own length."""
    return lambda chance, length: row_or_column(
        chance, tuple(single(chance) for _ in range(chance.randint(1, longest)))
    )


def lines_of(single: Callable) -> Made:
    """A list as long as the other ones of the call."""
    return lambda chance, length: row_or_column(chance, tuple(single(chance) for _ in range(length)))


def dates(chance: random.Random, length: int) -> Line:
    """Dates of leads below each other, blanks among them."""
    found = (None if chance.random() < 0.1 else chance.randint(46113, 46200) for _ in range(length))
    return Line(tuple(found), chance.random() < 0.7)


def table_of(single: Callable) -> Made:
    """A row for each of up to five leads, or one column of values of a single lead."""

    def made(chance: random.Random, length: int) -> Line | Block:
        leads = [tuple(single(chance) for _ in range(length)) for _ in range(chance.randint(1, 5))]
        if len(leads) == 1 or length == 1:
            values = leads[0] if len(leads) == 1 else tuple(lead[0] for lead in leads)
            return Line(values, len(leads) > 1 or chance.random() < 0.3)
        return Block(tuple(leads))

    return made


def optional(made: Made, share: float = 0.5) -> Made:
    """Left out, an empty cell, or a value."""
    return lambda chance, length: (
        made(chance, length) if chance.random() < share else chance.choice((MISSING, MISSING, None))
    )


KINDS: dict[str, Made] = {
    "goal": count,
    "leads": lambda chance, _: chance.choice((count(chance), chance.randint(1, 10**5))),
    "some": lambda chance, _: chance.choice((chance.randint(0, 60), round(chance.uniform(0, 9), 2), 0, 1)),
    "many": lambda chance, _: chance.choice((chance.randint(1, 10**4), 10**7, chance.randint(10**5, 10**8))),
    "whole": lambda chance, _: chance.choice((chance.randint(0, 50), chance.randint(0, 10**4), 0, 1)),
    "trials": lambda chance, _: chance.choice((chance.randint(1, 10**4), chance.randint(50, 10**7))),
    "rates": line_of(rate, 6),
    "stage_rates": lines_of(rate),
    "few_rates": line_of(lambda chance: round(chance.uniform(0.01, 1), 3), 3),
    "position": lambda chance, length: chance.choice((chance.randint(1, length), 1, length, 7)),
    "chance": lambda chance, _: chance.choice((0.5, 0.9, 0.95, round(chance.uniform(0.001, 0.999), 3))),
    "money": money,
    "rate": rate,
    "margin": optional(lambda chance, _: chance.choice((rate(chance), 0, 1))),
    "level": optional(lambda chance, _: chance.choice((0.9, 0.95, 0.99, round(chance.uniform(0.01, 0.999), 3)))),
    "rounding": optional(one_of("", "total", "each", "Each ", " TOTAL", "all", 5), 0.7),
    "costs": line_of(money, 5),
    "scores": line_of(lambda chance: chance.randint(0, 10), 8),
    "date": date,
    "month": one_of(46113, 46113, 46143, 46174.5, 46388, 46114),  # first days of months, but for the last one
    "lags": line_of(lag, 6),
    "stage_lags": lines_of(lag),
    "workdays": optional(one_of(True, False, 1, 0, "TRUE", 2), 0.6),
    "holidays": optional(line_of(lambda chance: chance.randint(45658, 47118), 6), 0.6),
    "goals": line_of(lambda chance: chance.choice((0, chance.randint(0, 60), round(chance.uniform(0, 30), 1))), 6),
    "weights": line_of(weight, 12),
    "required": lambda chance, _: chance.choice((0, chance.randint(1, 500), round(chance.uniform(0, 300), 1))),
    "prices": lines_of(money),
    "capacities": lines_of(lambda chance: chance.choice((0, chance.randint(0, 900), chance.randint(500, 10**5)))),
    "qualities": optional(lines_of(lambda chance: round(chance.uniform(0.05, 1), 2)), 0.6),
    "budget": optional(lambda chance, _: chance.choice((10**12, chance.randint(0, 10**8))), 0.4),
    "values": table_of(lambda chance: chance.choice((chance.randint(0, 5), round(chance.uniform(-2, 5), 2)))),
    "times": table_of(lambda chance: chance.randint(0, 9)),
    "factors": lines_of(lambda chance: chance.choice((chance.randint(0, 20), round(chance.uniform(-1, 3), 2)))),
    "came": dates,
    "left": lambda chance, length: Line(
        tuple(value and value + chance.randint(0, 60) for value in dates(chance, length).values), chance.random() < 0.7
    ),
    "statistic": optional(one_of("", "median", "mean", "MIN ", "max", "blanks", "negatives", "mode"), 0.8),
    "volumes": lambda chance, length: row_or_column(
        chance, tuple(sorted((volume(chance) for _ in range(length)), reverse=chance.random() < 0.8))
    ),
    "names": lines_of(lambda chance: chance.choice(("リード", "MQL", " 商談化", "受注", 7, 2.5, "#1"))),
    "reached": line_of(volume, 4),
    "season": lines_of(lambda chance: chance.choice((1, 0, round(chance.uniform(0, 0.4), 3), chance.random()))),
    "elapsed": lambda chance, length: chance.choice((1, length, chance.uniform(0, length), chance.randint(1, 6))),
    "channel": one_of(*sorted({row.channel for row in advice()}), "webinar", "tv"),
    "kpi": one_of(*sorted({row.kpi for row in advice()}), "registrations", "sales"),
    "figure": lambda chance, _: chance.choice((chance.randint(0, 500), chance.random(), 0, 1, -3.5)),
    "language": optional(one_of("ja", "en", "EN ", "", "fr"), 0.6),
}

# The arguments of every function, as kinds. KPI_ERROR asks about other cells and has cases of its own.
ARGUMENTS = {
    "REQUIRED_LEADS": ("goal", "rates", "rounding"),
    "REQUIRED_STAGES": ("goal", "rates", "rounding"),
    "EXPECTED_ORDERS": ("leads", "rates"),
    "REQUIRED_ORDERS": ("money", "money"),
    "REQUIRED_RATE": ("some", "many", "stage_rates", "position"),
    "GOAL_CHANCE": ("whole", "trials", "rates"),
    "LEADS_FOR_CHANCE": ("whole", "few_rates", "chance"),
    "RATE_INTERVAL": ("whole", "trials", "level"),
    "START_BY": ("date", "lags", "workdays", "holidays"),
    "MONTHLY_REQUIRED": ("goals", "stage_rates", "stage_lags", "month"),
    "SPREAD": ("whole", "weights"),
    "ALLOCATE_LEADS": ("required", "prices", "capacities", "qualities", "budget"),
    "LTV": ("money", "rate", "margin"),
    "CAC": ("costs", "goal"),
    "LTV_CAC": ("money", "money"),
    "PAYBACK_MONTHS": ("money", "money", "margin"),
    "NPS": ("scores",),
    "LEAD_SCORE": ("values", "factors"),
    "ACTION_SCORE": ("times", "factors"),
    "STAGE_DAYS": ("came", "left", "statistic"),
    "GAP_BY_STAGE": ("volumes", "volumes"),
    "BOTTLENECK": ("names", "volumes", "volumes"),
    "FORECAST_TOTAL": ("reached", "season", "elapsed"),
    "KPI_ADVICE": ("channel", "kpi", "figure", "figure", "language"),
}
# Kinds that a user formats as dates or as money. Excel hands such cells over COM as dates and as currency.
SHOWN_AS = {
    **dict.fromkeys(("date", "month", "holidays", "came", "left"), "date"),
    **dict.fromkeys(("money", "costs", "prices", "budget"), "currency"),
}


@cache
def cases(name: str, number: int = CASES) -> tuple[tuple, ...]:
    """``number`` calls of a function, always the same; about a third have something wrong in them."""
    chance = random.Random(name)
    return tuple(_case(chance, name) for _ in range(number))


def _case(chance: random.Random, name: str) -> tuple:
    length = chance.randint(1, 5)
    found = [KINDS[kind](chance, length) for kind in ARGUMENTS[name]]
    needed = [place for place, argument in enumerate(function(name).arguments) if not argument.optional]
    for _ in range(chance.choice((0, 0, 0, 0, 1, 1, 2))):
        place = chance.choice((chance.randrange(len(found)), *needed))
        found[place] = _spoilt(chance, found[place])
    while found[-1] is MISSING:
        found.pop()
    # an optional argument in the middle can't be left out
    found = [None if value is MISSING else value for value in found]
    return tuple(_written(chance, value) for value in found)


def _spoilt(chance: random.Random, value: Any) -> Any:
    wrong = chance.choice(WRONG + FAR)
    if chance.random() < 0.05:
        return Block()
    if isinstance(value, Block):
        lines = list(map(list, value.lines))
        if chance.random() < 0.2:
            return Block(tuple(tuple(line[:-1]) or (wrong,) for line in lines))  # a column too few
        chance.choice(lines)[chance.randrange(len(lines[0]))] = wrong
        return Block(tuple(map(tuple, lines)))
    if not isinstance(value, Line) or chance.random() < 0.15:
        return wrong
    values = list(value.values)
    if chance.random() < 0.5:
        values[chance.randrange(len(values))] = wrong
    else:
        values.insert(chance.randrange(len(values) + 1), wrong)
    return Line(tuple(values), value.down)


def _written(chance: random.Random, value: Any) -> Any:
    """Some single values stand in the formula instead of a cell."""
    if isinstance(value, (Line, Block)) or value is None or chance.random() < 0.7:
        return value
    return Literal(value)


def as_cells(argument: Any) -> list[list]:
    """The argument as a host hands it to Python."""
    if isinstance(argument, (Line, Block)):
        return argument.rows
    return [[argument.value if isinstance(argument, Literal) else argument]]


def as_text(value: Any) -> str:
    """A value as a formula writes it."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str):
        return value if is_error_value(value) else '"' + value.replace('"', '""') + '"'
    return repr(value)
