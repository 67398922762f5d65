"""The Excel functions as data: what each does, its arguments, an example with its result, the text of its LAMBDA."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from itertools import takewhile
from typing import Any

from xl_kpi.catalog.loader import Texts

LONGEST_HELP = 255  # characters of a help text that Excel takes
# Where a function can be used: Excel for Windows with the add-in, any Excel with xlwings Lite, and Microsoft 365
# or Excel 2024 with nothing installed, where the workbook's own LAMBDA answers.
HOSTS = ("windows", "lite", "names")
# A name of the workbook that comes and goes with the LAMBDAs; by it the sheet 関数 knows whether they are there.
MARKER = "functions_names"

# A program that can't read one may leave it as the text of an error, cut short.
_HEAD = re.compile(r'=?\s*(?:(?:_xlfngnumeric\.)?ERROR\("+)*(?:_xlfn\.)?LAMBDA\((.*)', re.IGNORECASE | re.DOTALL)
_PARAMETER = re.compile(r"\s*(?:_xlop\.|_xlpm\.|\[)*(\w+)\]?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Argument:
    """One argument; ``text`` is its help in both languages."""

    name: str
    text: Texts
    optional: bool = False

    @property
    def help(self) -> str:
        """The help for hosts that have room for one text: Japanese, then English."""
        return both(self.text)


@dataclass(frozen=True)
class Function:
    """One Excel function.

    ``example`` is a formula over constants and ``value`` its result: a number, a text (dates as
    ``2026-04-01``) or rows of these; ``english`` is another example, with its value, for an English reader,
    empty where the first one has no words in it.  ``formula`` is the plain text of the LAMBDA with its @pieces,
    "" where the function needs Python.
    """

    name: str
    category: str
    does: Texts
    arguments: tuple[Argument, ...]
    result: Texts
    example: str
    value: Any
    english: Mapping[str, Any] = field(default_factory=dict)
    formula: str = ""

    def example_in(self, lang: str) -> tuple[str, Any]:
        """(formula, result) of the example for a reader of ``lang``."""
        if lang == "en" and self.english:
            return self.english["example"], self.english["value"]
        return self.example, self.value

    @property
    def python_name(self) -> str:
        return self.name.lower()

    @property
    def help(self) -> str:
        """What it does, for hosts that have room for one text: Japanese, then English."""
        return both(self.does)

    @property
    def hosts(self) -> tuple[str, ...]:
        """Where it can be used, of ``HOSTS``."""
        return HOSTS if self.formula else HOSTS[:2]

    @property
    def syntax(self) -> str:
        """The call with its arguments, optional ones in brackets: ``LTV(revenue, churn, [margin])``."""
        names = (f"[{argument.name}]" if argument.optional else argument.name for argument in self.arguments)
        return f"{self.name}({', '.join(names)})"


def both(texts: Texts) -> str:
    """Japanese and English in one text."""
    return f"{texts['ja']} / {texts['en']}"


@cache
def _read() -> dict:
    return tomllib.loads((files(__package__) / "functions.toml").read_text("utf-8"))


@cache
def functions() -> tuple[Function, ...]:
    """All functions in the order in which they are shown."""
    return tuple(_function(**row) for row in _read()["function"])


def function(name: str) -> Function:
    """The function with this Excel name, in capitals or not; KeyError if there is none."""
    return _by_name()[name.upper()]


def is_name_of_function(name: str, refers_to: str | None) -> bool:
    """Whether a name of a workbook is a LAMBDA of ours, of whatever version (by our name, with our parameters), or
    the one that comes with them.

    What a user has called so for something of his own is none.
    """
    if name == MARKER:
        return True
    entry = _by_name().get(name.upper())
    if entry is None or not entry.formula:
        return False
    return _parameters(entry.formula) == _parameters(refers_to or "")


def _parameters(formula: str) -> list[str]:
    """The parameters of a LAMBDA, as the catalog, a file or a person spells them; none for anything else."""
    head = _HEAD.match(formula)
    words = map(_PARAMETER.fullmatch, head[1].split(",") if head else ())
    return [match[1].casefold() for match in takewhile(bool, words) if match]


def categories() -> dict[str, Texts]:
    """The names of the categories, in order."""
    return _read()["category"]


def pieces() -> dict[str, str]:
    """The pieces of formulas that several LAMBDAs share, by name."""
    return _read()["piece"]


@cache
def _by_name() -> dict[str, Function]:
    return {entry.name: entry for entry in functions()}


def _function(arguments: list[dict], **fields: Any) -> Function:
    made = tuple(
        Argument(row["name"], {"ja": row["ja"], "en": row["en"]}, row.get("optional", False)) for row in arguments
    )
    return Function(arguments=made, formula=fields.pop("lambda", "").strip(), **fields)
