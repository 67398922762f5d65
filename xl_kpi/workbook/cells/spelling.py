"""A formula as every program means it, whatever way it writes it."""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""
      (?P<text>"(?:[^"]|"")*")
    | '(?P<sheet>[^'!]+)'!                                               # quotes that some leave out
    | (?<![\w.$])(?P<truth>TRUE|FALSE)\(\)                               # constants that are functions elsewhere
    | (?P<cell>\$?[A-Z]{1,3}\$?\d+):(?P=cell)(?![\w(])                   # A1:A1 is A1 elsewhere
    | (?<![\w$.])(?P<number>\d+(?:\.\d+)?(?:[Ee][+-]?\d+)?)(?![\w.])     # 0.000000000001 is 1E-12 elsewhere
    | (?P<blank>\s+)
    """,
    re.VERBOSE,
)


def spelled(formula: str) -> str:
    """The formula in the one way in which two are compared: equal where two programs mean the same.

    Special cases: what stands in quotes stays; a number is its value, be it written with 17 digits or with 24.
    Example: ``SUM('計算'!$A$1:$A$1)+0.10`` is ``SUM(計算!$A$1)+0.1``.
    """
    return _TOKEN.sub(_one_way, formula)


def _one_way(match: re.Match[str]) -> str:
    kind, found = match.lastgroup, match[match.lastgroup or 0]
    if kind == "number":
        return repr(float(found))
    if kind == "sheet":
        return f"{found}!"
    return "" if kind == "blank" else found
