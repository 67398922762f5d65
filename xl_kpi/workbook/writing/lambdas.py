"""The functions that need no Python: LAMBDA texts for the workbook's names, as a file and as Excel spells them.

The texts come from ``catalog/functions.toml``, where pieces that several functions share are written once.
In a file, Excel marks newer functions with ``_xlfn.``, local names with ``_xlpm.`` and the declaration of a
parameter that may be left out with ``_xlop.``; in Excel itself nobody sees these.
"""

from __future__ import annotations

import re

from xl_kpi.catalog.functions import LONGEST_HELP, Function, functions, pieces

# Functions younger than Excel 2007: a file writes them with a prefix.
NEWER = frozenset(
    {"ISOMITTED", "LAMBDA", "LET", "MAP", "NORM.S.INV", "REDUCE", "SEQUENCE", "TOROW"}
)  # fmt: skip
LONGEST_FORMULA = 8192  # characters that Excel takes

_CALL = re.compile(r"@([a-z_]+)\(")
_TOKEN = re.compile(
    r'(?P<text>"(?:[^"]|"")*")'
    r"|(?P<error>#[A-Z0-9/!?]+)"
    r"|(?P<optional>\[[a-z_]+\])"
    r"|(?P<local>[a-z_]+)"
    r"|(?P<function>[A-Z][A-Z0-9.]*(?=\())"
    r"|(?P<number>[0-9.]+(?:E[-+]?[0-9]+)?)"
)


def lambda_names(lang: str = "ja", *, as_typed: bool = False) -> dict[str, tuple[str, str]]:
    """The workbook names that answer as functions without Python.

    Arguments: ``lang`` the language of the comments; ``as_typed`` True for a name that is set in a running
    Excel, False for one that is written into a file.
    Result: name → (what it refers to, without "="; the comment that Excel shows beside it).
    """
    spell = plain if as_typed else prefixed
    return {entry.name: (spell(entry), comment(entry, lang)) for entry in functions() if entry.formula}


def comment(entry: Function, lang: str) -> str:
    """What Excel's list of names says about the function."""
    return f"{entry.syntax}  {entry.does[lang]}"[:LONGEST_HELP]


def plain(entry: Function) -> str:
    """The LAMBDA as a person types it in Excel."""
    return "".join(expanded(entry.formula).split("\n"))


def prefixed(entry: Function) -> str:
    """The LAMBDA as a file holds it."""

    def spelled(match: re.Match[str]) -> str:
        kind, token = match.lastgroup, match[0]
        if kind == "optional":
            return f"_xlop.{token[1:-1]}"
        if kind == "local":
            return f"_xlpm.{token}"
        if kind == "function" and token in NEWER:
            return f"_xlfn.{token}"
        return token

    return _TOKEN.sub(spelled, plain(entry))


def expanded(text: str) -> str:
    """The text with every @piece(…) replaced; ``@first(a; b; result)`` is the first error of a and b, or the result."""
    found = _CALL.search(text)
    if not found:
        return text
    end = _closing(text, found.end())
    name, parts = found[1], _parts(text[found.end() : end])
    if name == "first":
        *checked, result = parts
        made = result
        for part in reversed(checked):
            made = f"IF(ISERROR({part}),{part},{made})"
    else:
        made = pieces()[name].strip()
        for number, part in enumerate(parts, 1):
            made = made.replace(f"~{number}", part)
        made = made.replace("~", parts[0])
    return expanded(text[: found.start()] + made + text[end + 1 :])


def _closing(text: str, start: int) -> int:
    """Where the bracket closes that was opened just before ``start``; brackets in quotes do not count."""
    depth, quoted = 1, False
    for place in range(start, len(text)):
        char = text[place]
        if char == '"':
            quoted = not quoted
        elif not quoted:
            depth += (char == "(") - (char == ")")
            if depth == 0:
                return place
    raise ValueError(f"no closing bracket: {text[start : start + 60]}")


def _parts(text: str) -> list[str]:
    """The text cut at the semicolons outside brackets and quotes."""
    parts, depth, quoted, start = [], 0, False, 0
    for place, char in enumerate(text):
        if char == '"':
            quoted = not quoted
        elif not quoted:
            depth += (char == "(") - (char == ")")
            if char == ";" and depth == 0:
                parts.append(text[start:place].strip())
                start = place + 1
    return [*parts, text[start:].strip()]
