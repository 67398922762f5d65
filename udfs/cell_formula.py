"""Reads a formula that calls one function over constants, ranges and names: =REQUIRED_LEADS(B5,{0.2,0.3})."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from xl_kpi.calc.errors import ERROR_VALUES


class CannotRead(ValueError):
    """The formula is more than one call of a function over constants and ranges."""


@dataclass(frozen=True)
class Reference:
    """A range or a defined name; ``sheet`` is None for the sheet on which the formula stands."""

    address: str
    sheet: str | None = None


@dataclass(frozen=True)
class Call:
    """One call: the function's name without prefixes, and constants, rows of constants, References or None."""

    name: str
    arguments: tuple[Any, ...]


_TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"]|"")*")'
    r"|(?P<error>#[A-Z0-9/]+[!?]?)"
    r"|(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)(?![A-Za-z0-9_!:])"
    r"|(?P<reference>(?:'(?:[^']|'')+'!|[^\W\d][\w.]*!)?\$?[A-Za-z]{1,3}\$?[0-9]+(?::\$?[A-Za-z]{1,3}\$?[0-9]+)?)"
    r"(?![\w(!.])"
    r"|(?P<name>[^\W\d][\w.]*)"
    r"|(?P<sign>[-+{}(),;%@]))"
)
_PREFIX = re.compile(r"^(?:_xlfn\.|_xll\.|_xludf\.)*")


def read_call(formula: str) -> Call:
    """The call that a formula consists of; CannotRead for anything else."""
    if not formula.startswith("="):
        raise CannotRead(formula)
    reader = _Reader(_tokens(formula[1:]))
    call = reader.call()
    if reader.tokens:
        raise CannotRead(formula)
    return call


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    place, text = 0, text.rstrip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        kind = match and match.lastgroup
        if not match or not kind:
            raise CannotRead(text)
        tokens.append((kind, match[kind]))
        place = match.end()
    return tokens


class _Reader:
    def __init__(self, tokens: list[tuple[str, str]]):
        self.tokens = tokens

    def take(self, *signs: str) -> str:
        if not self.tokens or (signs and self.tokens[0][1] not in signs):
            raise CannotRead(str(self.tokens[:1]))
        return self.tokens.pop(0)[1]

    def next_is(self, *signs: str) -> bool:
        return bool(self.tokens) and self.tokens[0][0] == "sign" and self.tokens[0][1] in signs

    def call(self) -> Call:
        if self.next_is("@"):  # older Excel shows it where a function may give several cells
            self.take()
        if not self.tokens or self.tokens[0][0] != "name":
            raise CannotRead("no function")
        # xlwings Lite puts functions behind a namespace with a point
        name = _PREFIX.sub("", self.take()).rpartition(".")[2].upper()
        self.take("(")
        arguments: list[Any] = []
        while not self.next_is(")"):
            if self.next_is(","):
                arguments.append(None)
            else:
                arguments.append(self.value())
            if self.next_is(","):
                self.take()
                if self.next_is(")"):
                    arguments.append(None)
            elif not self.next_is(")"):
                raise CannotRead(name)
        self.take(")")
        return Call(name, tuple(arguments))

    def value(self) -> Any:
        if self.next_is("{"):
            return self.array()
        if self.tokens and self.tokens[0][0] == "reference":
            sheet, _, address = self.take().rpartition("!")
            plain = sheet[1:-1].replace("''", "'") if sheet.startswith("'") else sheet
            return Reference(address.replace("$", ""), plain or None)
        if self.tokens and self.tokens[0][0] == "name" and self.tokens[0][1].upper() not in ("TRUE", "FALSE"):
            if self.tokens[1:2] == [("sign", "(")]:
                return _date(self.call())
            return Reference(self.take())
        return self.constant()

    def array(self) -> list[list]:
        self.take("{")
        found = [[self.constant()]]
        while self.next_is(",", ";"):
            if self.take() == ";":
                found.append([])
            found[-1].append(self.constant())
        self.take("}")
        return found

    def constant(self) -> Any:
        sign = 1
        while self.next_is("-", "+"):
            sign = -sign if self.take() == "-" else sign
        if not self.tokens:
            raise CannotRead("no value")
        kind, token = self.tokens.pop(0)
        if kind == "number":
            value = sign * float(token)
            while self.next_is("%"):
                self.take()
                value /= 100
            return value
        if kind == "text":
            return token[1:-1].replace('""', '"')
        if kind == "error" and token in ERROR_VALUES:
            return token
        if kind == "name" and token.upper() in ("TRUE", "FALSE"):
            return token.upper() == "TRUE"
        raise CannotRead(token)


def _date(call: Call) -> dt.date:
    """DATE(2026,4,1), the one function that may stand inside another."""
    try:
        if call.name == "DATE":
            return dt.date(*map(int, call.arguments))
    except (TypeError, ValueError):
        pass
    raise CannotRead(call.name)
