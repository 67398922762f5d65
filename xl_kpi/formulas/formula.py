"""The KPI-formula language: text such as ``cv / cvr`` → a formula that Python and Excel compute alike.

Numbers, ids, + - * / (also × ÷ − and full-width signs), brackets, MIN, MAX, SUM, IF with one comparison,
ROUNDUP.  A formula is cut into known signs, read with ``ast`` and rebuilt from the few kinds of node that
are allowed; nothing of it is ever run as Python.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from math import isfinite

from xl_kpi.formulas.expression import Chain, Choice, Extreme, Id, Negative, Node, Number, Product, RoundedUp, Sum
from xl_kpi.formulas.fault import Dimension, FormulaFault

__all__ = ["FUNCTIONS", "INPUT", "Dimension", "Formula", "FormulaFault", "is_input", "parse"]

INPUT = "input"  # stands where a formula could: the number is typed
MAX_LENGTH = 500
MAX_DEPTH = 20
MAX_DIGITS = 15  # what Excel keeps of a number
MAX_ROUNDING = 9

# Each function with the example that its messages show.
FUNCTIONS = {
    "MIN": "MIN(cv, 100)",
    "MAX": "MAX(cv, 100)",
    "SUM": "SUM(calls, visits)",
    "IF": "IF(cv > 0, cost / cv, 0)",
    "ROUNDUP": "ROUNDUP(leads / 3, 0)",
}

# One character for one, so that a position in the result is the position in what was typed.
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_NARROW = {**_FULL_WIDTH, **str.maketrans("\u3000\u00a0×÷−≤≥", "  */-≦≧")}
_SIGNS = {"=": "==", "<>": "!=", "≠": "!=", "≦": "<=", "≧": ">="}  # as Python writes them
_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)|(?P<number>[0-9.][0-9A-Za-z_.]*)|(?P<id>[A-Za-z][A-Za-z0-9_]*)"
    r"|(?P<sign><=|>=|<>|[-+*/(),<>=≦≧≠])"
)
_NUMBER = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]*)?|\.[0-9]+")
_COMPARISONS: dict[type, str] = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "=", ast.NotEq: "<>"}
_SUM_SIGNS: dict[type, str] = {ast.Add: "+", ast.Sub: "-"}
_PRODUCT_SIGNS: dict[type, str] = {ast.Mult: "*", ast.Div: "/"}


@dataclass(frozen=True)
class Formula:
    """A formula that was parsed.  ``source`` is what was typed, ``root`` its outermost part."""

    source: str
    root: Node

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """The ids of KPIs and stages in the order of their first use."""
        return tuple(dict.fromkeys(self.root.ids()))

    @cached_property
    def text(self) -> str:
        """The formula as people read it, written in one way: ``cv / cvr``."""
        return self.root.text(str, " ")

    def evaluate(self, values: Mapping[str, float | None]) -> float | None:
        """The number, from the number of each id.

        ``values``: id → number in the unit of its row; None is a blank.
        Result: the number, or None (blank) where an id is blank or a division is by zero.
        Special cases: of IF only the side that is chosen can divide by zero.  Where the result is too big for
        a number, None (Excel shows #NUM!).
        Example: ``parse("cv / cvr").evaluate({"cv": 300, "cvr": 0.03})`` is 10000.0.
        """
        numbers = {id_: number for id_ in self.ids if (number := values.get(id_)) is not None}
        if len(numbers) < len(self.ids):
            return None
        try:
            result = self.root.evaluate(numbers)
        except ZeroDivisionError:
            return None
        return result if isfinite(result) else None

    def excel(self, resolve: Callable[[str], str]) -> str:
        """The formula of a cell, without the leading "=".

        ``resolve``: id → the address of the one cell with its number.
        Result: functions of Excel 2010 only; gives "" where ``evaluate`` gives None.
        Example: ``parse("cv / cvr").excel({"cv": "D5", "cvr": "D7"}.get)`` is
        ``IF(COUNT(D5,D7)<2,"",IF(D7=0,"",D5/D7))``.
        """
        address = {id_: resolve(id_) for id_ in self.ids}
        # Every second piece is an id.
        pieces = self._pieces
        return "".join(address[piece] if place % 2 else piece for place, piece in enumerate(pieces))

    def excel_of(self, resolve: Callable[[str], str]) -> str:
        """``excel`` for ids that stand for parts which are known to be numbers, such as sums of cells."""
        return self.root.guarded(resolve)

    @cached_property
    def _pieces(self) -> tuple[str, ...]:
        """The Excel text cut before and after each id, so that thousands of cells share the work."""

        def marked(id_: str) -> str:
            return f"\0{id_}\0"

        body = self.root.guarded(marked)
        if self.ids:
            body = f'IF(COUNT({",".join(map(marked, self.ids))})<{len(self.ids)},"",{body})'
        return tuple(body.split("\0"))

    def top_level(self) -> tuple[str, tuple[str, ...]]:
        """How the KPI tree takes the formula apart: the operator that works last, and what it joins.

        Result: "*", "/", "+" or "-" and two or more parts, each an id or the text of a smaller formula; ""
        and the whole text where there is no such operator.
        Example: ``sessions * ctr * cvr`` gives ("*", ("sessions", "ctr", "cvr")), ``a * b / c`` gives
        ("/", ("a * b", "c")).
        """
        root = self.root
        if not isinstance(root, Chain):
            return "", (self.text,)
        last = root.rest[-1][0]
        split = len(root.rest)
        while split and root.rest[split - 1][0] == last:
            split -= 1
        head = type(root)(root.first, root.rest[:split]) if split else root.first
        parts = [head, *(part for _, part in root.rest[split:])]
        if last in "+*":  # brackets change nothing here: a * (b * c) has three factors
            parts = [inner for part in parts for inner in _joined(part, type(root), last)]
        return last, tuple(part.text(str, " ") for part in parts)

    def dimension(self, dimension_of: Callable[[str], Dimension]) -> Dimension | None:
        """The dimension of the result, from the dimension of each id.

        ``dimension_of``: id → exponents of (count, money, time).
        Result: the exponents; None for a plain number without any id, which fits every unit.
        Errors: FormulaFault where unlike dimensions are added or compared; it names both.
        Example: ``cost / cv`` with (0, 1, 0) and (1, 0, 0) is (-1, 1, 0).
        """
        return self.root.dimension(dimension_of)


def is_input(text: str) -> bool:
    """Does this stand for a typed number rather than for a formula?"""
    return text.translate(_NARROW).strip().lower() == INPUT


@lru_cache(maxsize=4096)
def parse(text: str) -> Formula:
    """The formula that ``text`` holds; FormulaFault says what is wrong with it."""
    if not text.strip():
        raise FormulaFault("formula_empty")
    if len(text) > MAX_LENGTH:
        raise FormulaFault("formula_too_long", length=len(text), limit=MAX_LENGTH)
    source = _python_text(text)
    try:
        tree = ast.parse(source, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaFault("formula_syntax", formula=text.strip()) from None
    return Formula(text, _Builder(text.strip()).node(tree.body))


def _python_text(text: str) -> str:
    """The formula in Python's spelling, made of known signs only; every id is prefixed, so none is a keyword."""
    narrow = text.translate(_NARROW)
    words: list[str] = []
    position = depth = signs = 0
    while position < len(narrow):
        match = _TOKEN.match(narrow, position)
        if not match:
            raise FormulaFault("formula_character", found=text[position], position=position + 1)
        kind, word, position = match.lastgroup, match[0], match.end()
        if kind == "space":
            continue
        if kind == "number":
            _check_number(word, narrow[position:])
        elif kind == "id":
            word = _python_name(word, called=narrow[position:].lstrip().startswith("("))
        elif word == ")" and words and words[-1] == ",":
            raise FormulaFault("formula_syntax", formula=text.strip())
        depth += (word == "(") - (word == ")")
        signs = signs + 1 if word in ("+", "-") else 0
        if max(depth, signs) > MAX_DEPTH:
            raise FormulaFault("formula_too_deep", limit=MAX_DEPTH)
        words.append(_SIGNS.get(word, word))
    return " ".join(words)


def _check_number(word: str, following: str) -> None:
    """Refuses what is not plainly one number: 1e5, 0x10, 007 (the rest of 1,007), 3%."""
    if not _NUMBER.fullmatch(word) or len(word.replace(".", "").removeprefix("0")) > MAX_DIGITS:
        raise FormulaFault("formula_number", found=word)
    if following.lstrip().startswith("%"):
        meant = format((Decimal(word) / 100).normalize(), "f")
        raise FormulaFault("formula_percent", found=f"{word}%", number=meant)


def _python_name(word: str, *, called: bool) -> str:
    name = word.upper()
    if not called:
        if name in FUNCTIONS:
            raise FormulaFault("formula_function_alone", found=name, example=FUNCTIONS[name])
        return f"id_{word}"
    if name not in FUNCTIONS:
        raise FormulaFault("formula_function", found=word)
    return name


class _Builder:
    """Rebuilds what ``ast`` read from the kinds of node that are allowed; any other is refused."""

    def __init__(self, formula: str):
        self.formula = formula

    def node(self, tree: ast.expr) -> Node:
        match tree:
            case ast.Constant(value=int() | float() as value):
                return Number(float(value))
            case ast.Name(id=name) if name.startswith("id_"):
                return Id(name.removeprefix("id_"))
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.node(operand)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                part = self.node(operand)
                return part.part if isinstance(part, Negative) else Negative(part)
            case ast.BinOp(op=ast.Add() | ast.Sub()):
                return _chain(Sum, *self.chain(tree, _SUM_SIGNS))
            case ast.BinOp(op=ast.Mult() | ast.Div()):
                return _chain(Product, *self.chain(tree, _PRODUCT_SIGNS))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
                return self.function(name, arguments)
            case ast.Compare():
                raise FormulaFault("formula_comparison")
        raise FormulaFault("formula_syntax", formula=self.formula)

    def chain(self, tree: ast.expr, signs: Mapping[type, str]) -> tuple[Node, tuple[tuple[str, Node], ...]]:
        """A run of equal rank, a - b + c, as its first part and the signed others: it nests no deeper by being long."""
        rest = []
        while isinstance(tree, ast.BinOp) and type(tree.op) in signs:
            part = self.node(tree.right)
            if isinstance(tree.op, ast.Div) and part.is_number and part.evaluate({}) == 0:
                raise FormulaFault("formula_zero", found=self.formula)
            rest.append((signs[type(tree.op)], part))
            tree = tree.left
        return self.node(tree), tuple(reversed(rest))

    def function(self, name: str, arguments: list[ast.expr]) -> Node:
        wanted = {"IF": (3,), "ROUNDUP": (2,)}.get(name, range(1, MAX_LENGTH))
        if len(arguments) not in wanted:
            raise FormulaFault("formula_arguments", found=name, example=FUNCTIONS[name])
        if name == "IF":
            return self.choice(*arguments)
        if name == "ROUNDUP":
            return RoundedUp(self.node(arguments[0]), self.digits(arguments[1]))
        parts = tuple(self.node(argument) for argument in arguments)
        if name == "SUM":
            # Written with + it is as short, and every engine adds in the same order.
            return _chain(Sum, parts[0], tuple(("+", part) for part in parts[1:])) if parts[1:] else parts[0]
        return Extreme(name, parts)

    def choice(self, condition: ast.expr, then: ast.expr, otherwise: ast.expr) -> Node:
        match condition:
            case ast.Compare(left=left, ops=[sign], comparators=[right]) if type(sign) in _COMPARISONS:
                sides = self.node(left), _COMPARISONS[type(sign)], self.node(right)
                return Choice(*sides, self.node(then), self.node(otherwise))
        raise FormulaFault("formula_condition", example=FUNCTIONS["IF"])

    def digits(self, tree: ast.expr) -> int:
        part = self.node(tree)
        digits = part.evaluate({}) if part.is_number else None
        if digits is None or not digits.is_integer() or abs(digits) > MAX_ROUNDING:
            raise FormulaFault("formula_digits", example=FUNCTIONS["ROUNDUP"])
        return int(digits)


def _chain(kind: type[Chain], first: Node, rest: tuple[tuple[str, Node], ...]) -> Chain:
    """A chain whose first part is none of its own kind: SUM(a, b) + c is a + b + c."""
    return kind(first.first, first.rest + rest) if isinstance(first, kind) else kind(first, rest)


def _joined(part: Node, kind: type[Chain], sign: str) -> list[Node]:
    """The parts that ``sign`` alone joins within ``part``, or ``part`` itself."""
    if isinstance(part, kind) and all(each == sign for each, _ in part.rest):
        return [inner for below in part.parts() for inner in _joined(below, kind, sign)]
    return [part]
