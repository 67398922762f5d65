"""All VBA modules of the add-in: the fixed ones beside this module, the generated ones, and xlwings' own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib.resources import files

from xl_kpi.addin.desktop import vba_wrappers, vba_xlwings

FIXED = ("KpiCall", "KpiRibbon", "KpiStart", "KpiTexts")
DOCUMENT = "ThisWorkbook"
CLASSES = ("Dictionary",)

LONGEST_LINE = 1023  # characters of a line in the VBA editor
MOST_CONTINUATIONS = 24  # lines that one statement may go on over

VERSIONS = """Attribute VB_Name = "KpiVersion"
Option Explicit
Option Private Module

' Written by xl-kpi: what this add-in was built for.

Public Const ADDIN_VERSION As String = "{version}"
Public Const FUNCTIONS_MODULE As String = "{functions}"
Public Const MACROS_MODULE As String = "{macros}"
"""


class NotVba(Exception):
    """A module's text breaks a rule of the VBA editor: it would be refused or cut in Excel."""


def modules(wrapped: Iterable[vba_wrappers.Wrapper], functions: str, macros: str, version: str) -> dict[str, str]:
    """Name → text of every VBA module, in the order in which they are added to the project.

    ``wrapped`` the worksheet functions, ``functions`` and ``macros`` the names of the Python modules that
    Excel calls, ``version`` of the package.  Lines end in a line feed.
    Errors: NotVba when a text breaks a rule of the VBA editor; UnknownXlwings (see ``vba_xlwings``).
    """
    found = {
        DOCUMENT: fixed(f"{DOCUMENT}.cls"),
        "xlwings": vba_xlwings.module(),
        "Dictionary": vba_xlwings.dictionary(),
        "KpiVersion": VERSIONS.format(version=version, functions=functions, macros=macros),
        **{name: fixed(f"{name}.bas") for name in FIXED},
        "KpiFunctions": vba_wrappers.source(wrapped, functions),
    }
    faults = [fault for name, text in found.items() for fault in broken_rules(name, text)]
    if faults:
        raise NotVba("; ".join(faults))
    return found


def fixed(file: str) -> str:
    """The text of one of the modules that are kept beside this one."""
    return (files(__package__) / "vba_modules" / file).read_text("utf-8").replace("\r\n", "\n")


def text_keys() -> tuple[str, ...]:
    """The keys of all texts that the fixed modules ask for by name, without those made up of parts."""
    asked = {key for name in FIXED for key in re.findall(r'TextOf\("(\w+)"\)', fixed(f"{name}.bas"))}
    asked |= set(re.findall(r'"(vba_\w+)"', fixed("KpiStart.bas")))
    return tuple(sorted(asked))


def broken_rules(name: str, text: str) -> Iterator[str]:
    """What the VBA editor would not take: characters outside ASCII, long lines, too long statements."""
    going_on = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.isascii():
            yield f"{name}, line {number}: not ASCII"
        if len(line) > LONGEST_LINE:
            yield f"{name}, line {number}: {len(line)} characters"
        going_on = going_on + 1 if line.endswith(" _") else 0
        if going_on > MOST_CONTINUATIONS:
            yield f"{name}, line {number}: a statement of more than {MOST_CONTINUATIONS + 1} lines"
