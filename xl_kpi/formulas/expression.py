"""The parts of a parsed KPI formula: the number, the Excel text and the dimension of each.

``formula`` builds them and is what the rest of the project uses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_UP, Decimal
from math import isfinite

from xl_kpi.formulas.fault import Dimension, FormulaFault, dimension_name
from xl_kpi.formulas.guards import Guard, any_of, guard_with

Names = Callable[[str], str]
"""Turns an id into what stands for it in a text: itself, or the address of a cell."""

CLEAN_DIGITS = 6  # ROUNDUP drops binary noise beyond this digit after the one it rounds to


def same(left: float, right: float) -> bool:
    """Are two numbers equal as spreadsheets see it, on 15 significant digits?  0.1 + 0.2 is 0.3."""
    return left == right or f"{left:.15g}" == f"{right:.15g}"


class Node:
    """One part of a formula.  ``level``: 1 for sums, 2 for products, 3 for what never needs brackets."""

    level = 3

    @property
    def is_number(self) -> bool:
        """Is it a plain number, which no cell can change?"""
        return False

    def parts(self) -> tuple[Node, ...]:
        """The parts below this one in the order in which they are written."""
        return ()

    def ids(self) -> Iterator[str]:
        """Every id below, as often as it is written."""
        for part in self.parts():
            yield from part.ids()

    def evaluate(self, values: Mapping[str, float]) -> float:
        """The number; ZeroDivisionError where it divides by zero."""
        raise NotImplementedError

    def text(self, names: Names, gap: str = "") -> str:
        """The part as text: of a cell formula, or for people with ``gap`` around the operators."""
        raise NotImplementedError

    def within(self, level: int, names: Names, gap: str = "") -> str:
        """``text``, in brackets where it binds less than ``level``."""
        text = self.text(names, gap)
        return f"({text})" if self.level < level else text

    def guards(self, names: Names) -> list[Guard]:
        """The tests for zero that come before this part, inner denominators first."""
        return [guard for part in self.parts() for guard in part.guards(names)]

    def guarded(self, names: Names, known: frozenset[str] = frozenset()) -> str:
        """The Excel text with its tests for zero around it; ``known`` are tests that stand further out."""
        return guard_with(self.guards(names), known, self.text(names))

    def dimension(self, dimension_of: Callable[[str], Dimension]) -> Dimension | None:
        """The dimension; None for plain numbers, which fit every dimension."""
        return like(self.parts(), dimension_of)


@dataclass(frozen=True)
class Number(Node):
    """A number as it was typed."""

    value: float
    is_number = True

    def evaluate(self, values: Mapping[str, float]) -> float:
        return self.value

    def text(self, names: Names, gap: str = "") -> str:
        return format(Decimal(repr(self.value)).normalize(), "f")


@dataclass(frozen=True)
class Id(Node):
    """The id of a KPI or of a stage."""

    id: str

    def ids(self) -> Iterator[str]:
        yield self.id

    def evaluate(self, values: Mapping[str, float]) -> float:
        return float(values[self.id])

    def text(self, names: Names, gap: str = "") -> str:
        return names(self.id)

    def dimension(self, dimension_of: Callable[[str], Dimension]) -> Dimension | None:
        return dimension_of(self.id)


@dataclass(frozen=True)
class Negative(Node):
    """A part with its sign turned."""

    part: Node

    @property
    def is_number(self) -> bool:
        return self.part.is_number

    def parts(self) -> tuple[Node, ...]:
        return (self.part,)

    def evaluate(self, values: Mapping[str, float]) -> float:
        return -self.part.evaluate(values)

    def text(self, names: Names, gap: str = "") -> str:
        return "-" + self.part.within(3, names, gap)


@dataclass(frozen=True)
class Chain(Node):
    """``first`` and then one signed part after the other, from left to right."""

    first: Node
    rest: tuple[tuple[str, Node], ...]

    def parts(self) -> tuple[Node, ...]:
        return (self.first, *(part for _, part in self.rest))

    def text(self, names: Names, gap: str = "") -> str:
        rest = (f"{gap}{sign}{gap}{part.within(self.level + 1, names, gap)}" for sign, part in self.rest)
        return self.first.within(self.level, names, gap) + "".join(rest)


class Sum(Chain):
    """A chain of + and -."""

    level = 1

    def evaluate(self, values: Mapping[str, float]) -> float:
        total = self.first.evaluate(values)
        for sign, part in self.rest:
            step = part.evaluate(values) if sign == "+" else -part.evaluate(values)
            # What differs by binary noise only cancels out, as it does in a spreadsheet.
            total = 0.0 if same(total, -step) else total + step
        return total


class Product(Chain):
    """A chain of * and /."""

    level = 2

    def evaluate(self, values: Mapping[str, float]) -> float:
        result = self.first.evaluate(values)
        for sign, part in self.rest:
            result = result * part.evaluate(values) if sign == "*" else result / part.evaluate(values)
        return result

    def guards(self, names: Names) -> list[Guard]:
        found = self.first.guards(names)
        for sign, part in self.rest:
            inner = part.guards(names)
            found += inner
            if sign == "/" and not part.is_number:
                found.append((f"{part.text(names)}=0", not inner))
        return found

    def dimension(self, dimension_of: Callable[[str], Dimension]) -> Dimension | None:
        exponents, plain = [0, 0, 0], True
        for sign, part in (("*", self.first), *self.rest):
            found = part.dimension(dimension_of)
            if found is not None:
                plain = False
                turn = 1 if sign == "*" else -1
                exponents = [old + turn * new for old, new in zip(exponents, found)]
        if plain:
            return None
        count, money, time = exponents
        return count, money, time


@dataclass(frozen=True)
class Extreme(Node):
    """MIN or MAX."""

    function: str
    arguments: tuple[Node, ...]

    def parts(self) -> tuple[Node, ...]:
        return self.arguments

    def evaluate(self, values: Mapping[str, float]) -> float:
        return (min if self.function == "MIN" else max)(part.evaluate(values) for part in self.arguments)

    def text(self, names: Names, gap: str = "") -> str:
        return f"{self.function}({(',' + gap).join(part.text(names, gap) for part in self.arguments)})"


@dataclass(frozen=True)
class RoundedUp(Node):
    """ROUNDUP, away from zero, of a value cleaned of binary noise: 7 ÷ (0.7 × 0.1) gives 100, not 101."""

    part: Node
    digits: int

    def parts(self) -> tuple[Node, ...]:
        return (self.part,)

    def evaluate(self, values: Mapping[str, float]) -> float:
        value = self.part.evaluate(values)
        if not isfinite(value):
            return value
        scaled = Decimal(repr(value)).scaleb(self.digits)
        whole = scaled.to_integral_value(ROUND_HALF_EVEN)
        if abs(scaled - whole) * 2 >= Decimal(1).scaleb(-CLEAN_DIGITS):
            whole = scaled.to_integral_value(ROUND_UP)
        return float(whole.scaleb(-self.digits))

    def text(self, names: Names, gap: str = "") -> str:
        if gap:
            return f"ROUNDUP({self.part.text(names, gap)}, {self.digits})"
        return f"ROUNDUP(ROUND({self.part.text(names)},{self.digits + CLEAN_DIGITS}),{self.digits})"


COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda left, right: left < right and not same(left, right),
    "<=": lambda left, right: left < right or same(left, right),
    ">": lambda left, right: left > right and not same(left, right),
    ">=": lambda left, right: left > right or same(left, right),
    "=": same,
    "<>": lambda left, right: not same(left, right),
}


@dataclass(frozen=True)
class Choice(Node):
    """IF: only the side that is chosen has to be computable."""

    left: Node
    comparison: str
    right: Node
    then: Node
    otherwise: Node

    def parts(self) -> tuple[Node, ...]:
        return (self.left, self.right, self.then, self.otherwise)

    def evaluate(self, values: Mapping[str, float]) -> float:
        holds = COMPARISONS[self.comparison](self.left.evaluate(values), self.right.evaluate(values))
        return (self.then if holds else self.otherwise).evaluate(values)

    def condition(self, names: Names, gap: str = "") -> str:
        """The comparison as text."""
        return f"{self.left.text(names, gap)}{gap}{self.comparison}{gap}{self.right.text(names, gap)}"

    def text(self, names: Names, gap: str = "") -> str:
        parts = (self.condition(names, gap), self.then.text(names, gap), self.otherwise.text(names, gap))
        return f"IF({(',' + gap).join(parts)})"

    def sides(self, names: Names) -> Iterator[tuple[Node, frozenset[str]]]:
        """Both sides, each with the test for zero that the condition itself has answered with no."""
        asked = frozenset({f"{self.left.text(names)}=0"} if self.right == Number(0.0) else ())
        yield self.then, asked if self.comparison in ("<>", "<", ">") else frozenset()
        yield self.otherwise, asked if self.comparison in ("=", "<=", ">=") else frozenset()

    def guards(self, names: Names) -> list[Guard]:
        before = self.left.guards(names) + self.right.guards(names)
        sides = [[guard for guard in side.guards(names) if guard[0] not in no] for side, no in self.sides(names)]
        if not any(sides):
            return before
        always = not before and all(safe for side in sides for _, safe in side)
        return [*before, (f"IF({self.condition(names)},{','.join(map(any_of, sides))})", always)]

    def guarded(self, names: Names, known: frozenset[str] = frozenset()) -> str:
        # As the outermost part each side can carry its own tests, which is shorter than to put them in front.
        before = self.left.guards(names) + self.right.guards(names)
        outside = known | {test for test, _ in before}
        sides = (side.guarded(names, outside | no) for side, no in self.sides(names))
        return guard_with(before, known, f"IF({self.condition(names)},{','.join(sides)})")

    def dimension(self, dimension_of: Callable[[str], Dimension]) -> Dimension | None:
        like((self.left, self.right), dimension_of)
        return like((self.then, self.otherwise), dimension_of)


def like(parts: tuple[Node, ...], dimension_of: Callable[[str], Dimension]) -> Dimension | None:
    """The dimension that all ``parts`` share; a fault names the first two that differ."""
    first: tuple[Node, Dimension] | None = None
    for part in parts:
        found = part.dimension(dimension_of)
        if found is None:
            continue
        if first is None:
            first = part, found
        elif found != first[1]:
            left, right = first[0].text(str, " "), part.text(str, " ")
            names = {"left_dimension": dimension_name(first[1]), "right_dimension": dimension_name(found)}
            raise FormulaFault("formula_unlike", left=left, right=right, **names)
    return first[1] if first else None
