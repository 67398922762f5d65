"""Inputs of the functions as cells hold them: usual ones, edges and everything that people type by mistake."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MISSING = object()  # an optional argument that the formula leaves out

# What a cell may hold where a number belongs. The errors arrive as their text, as every host hands them over.
WRONG = (None, "", " ", "　", "0.2", "20%", "abc", True, False, "#N/A", "#DIV/0!", "#REF!")
# Numbers that are out of range for one argument or another.
FAR = (0, -0.05, -1, 0.5, 1, 1.3, 2.5, 20, 130, 1e15)


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
    """Two rows and two columns where one row or one cell belongs."""

    @property
    def rows(self) -> list[list]:
        return [[0.2, 0.3], [0.4, 0.5]]


@dataclass(frozen=True)
class Literal:
    """A value written into the formula itself."""

    value: Any


def rate(chance: random.Random) -> float:
    return chance.choice(
        (
            round(chance.uniform(0.01, 1), 2),
            round(chance.uniform(0.0001, 1), 4),
            chance.uniform(1e-6, 1),
            10 ** chance.uniform(-6, 0),
            1,
        )
    )


def count(chance: random.Random) -> float:
    return chance.choice((chance.randint(0, 200), chance.randint(0, 10**6), round(chance.uniform(0, 500), 2), 0, 1))


def money(chance: random.Random) -> float:
    return chance.choice((chance.randint(1, 10**8), round(chance.uniform(0.01, 10**5), 2), 1, 0))


def line_of(single: Callable, longest: int) -> Callable[[random.Random], Line]:
    def made(chance: random.Random) -> Line:
        values = tuple(single(chance) for _ in range(chance.randint(1, longest)))
        if len(values) > 1 and chance.random() < 0.2:  # IronCalc 0.9 can't compute with an array of one value
            return Line(values, chance.random() < 0.5, constant=True)
        return Line(values + (None,) * chance.choice((0, 0, 1, 2)), chance.random() < 0.5)

    return made


KINDS: dict[str, Callable[[random.Random], Any]] = {
    "goal": count,
    "leads": lambda chance: chance.choice((count(chance), chance.randint(1, 10**5))),
    "whole": lambda chance: chance.choice((chance.randint(0, 50), chance.randint(0, 10**4), 0, 1)),
    "trials": lambda chance: chance.choice((chance.randint(1, 10**4), chance.randint(50, 10**7))),
    "rates": line_of(rate, 6),
    "position": lambda chance: chance.choice((1, 1, 2, 3, 7)),
    "money": money,
    "rate": rate,
    "margin": lambda chance: chance.choice((MISSING, None, rate(chance), 0, 1)),
    "level": lambda chance: chance.choice((MISSING, None, 0.9, 0.95, 0.99, round(chance.uniform(0.01, 0.999), 3))),
    "rounding": lambda chance: chance.choice((MISSING, None, "", "total", "each", "Each ", " TOTAL", "all", 5)),
    "costs": line_of(money, 5),
    "scores": line_of(lambda chance: chance.randint(0, 10), 8),
}

# The arguments of the functions that are LAMBDA names as well.
ARGUMENTS = {
    "REQUIRED_LEADS": ("goal", "rates", "rounding"),
    "REQUIRED_STAGES": ("goal", "rates", "rounding"),
    "EXPECTED_ORDERS": ("leads", "rates"),
    "REQUIRED_ORDERS": ("money", "money"),
    "REQUIRED_RATE": ("goal", "leads", "rates", "position"),
    "GOAL_CHANCE": ("whole", "trials", "rates"),
    "RATE_INTERVAL": ("whole", "trials", "level"),
    "LTV": ("money", "rate", "margin"),
    "CAC": ("costs", "goal"),
    "LTV_CAC": ("money", "money"),
    "PAYBACK_MONTHS": ("money", "money", "margin"),
    "NPS": ("scores",),
}


def cases(name: str, number: int) -> list[tuple]:
    """``number`` calls of a function, always the same; about a third have something wrong in them."""
    chance = random.Random(name)
    return [_case(chance, ARGUMENTS[name]) for _ in range(number)]


def _case(chance: random.Random, kinds: tuple[str, ...]) -> tuple:
    found = [KINDS[kind](chance) for kind in kinds]
    for _ in range(chance.choice((0, 0, 0, 0, 1, 1, 2))):
        place = chance.randrange(len(found))
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
    if not isinstance(value, Line) or chance.random() < 0.15:
        return wrong
    values = list(value.values)
    values.insert(chance.randrange(len(values) + 1), wrong)
    return Line(tuple(values), value.down)


def _written(chance: random.Random, value: Any) -> Any:
    """Some single values stand in the formula instead of a cell."""
    if isinstance(value, (Line, Block)) or value is None or chance.random() < 0.7:
        return value
    return Literal(value)


def as_cells(argument: Any) -> Any:
    """The argument as a host hands it to Python."""
    if isinstance(argument, (Line, Block)):
        return argument.rows
    return [[argument.value if isinstance(argument, Literal) else argument]]
