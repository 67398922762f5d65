"""xlwings' own VBA module for add-ins, taken from the installed xlwings and changed in a few named places.

The text is BSD licensed and carries its licence; it is read when an add-in is built and never kept here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import xlwings

MODULE = "xlwings_custom_addin.bas"
DICTIONARY = Path("addin", "Dictionary.cls")  # MIT licensed; needed to compile the module on the Mac
PROJECT = "xl_kpi"  # names the configuration: .xl_kpi/xl_kpi.conf


@dataclass(frozen=True)
class Edit:
    """One change of xlwings' text: after ``within``, ``old`` must stand in it exactly once, else the build stops."""

    why: str
    old: str
    new: str
    within: str = ""


EDITS = (
    Edit(
        "a configuration of our own, so that the user's own xlwings settings stay as they are",
        'Public Const PROJECT_NAME As String = "myaddin"',
        f'Public Const PROJECT_NAME As String = "{PROJECT}"',
    ),
    Edit(
        "settings come from the user's own configuration only: a workbook that came by mail, or a file beside it,"
        " must not name the program that is run",
        'Function GetConfig(configKey As String, Optional default As String = "", Optional source As String = "")'
        " As Variant",
        'Function GetConfig(configKey As String, Optional default As String = "", Optional source As String = "user")'
        " As Variant",
    ),
    Edit(
        "one Python process for all workbooks, which also starts while Excel is still opening the first one",
        'PYTHONPATH = AddExcelDir & ";" & ActiveWorkbook.FullName & ";" & ThisWorkbook.FullName'
        ' & ";" & GetConfig("ONEDRIVE_CONSUMER_WIN")',
        'PYTHONPATH = AddExcelDir & ";" & ThisWorkbook.FullName & ";" & ThisWorkbook.FullName'
        ' & ";" & GetConfig("ONEDRIVE_CONSUMER_WIN")',
        within="Function XLPyCommand()",  # RunPython has the same line, and there the active workbook is meant
    ),
)

# Functions that a formula of any open workbook could call by name, with what each asks before it does anything.
PERMIT = "If Not TakePermit() Then Exit Function"
NOT_FROM_A_CELL = 'If TypeName(Application.Caller) = "Range" Then Exit Function'
GUARDS = {
    "RunPython": PERMIT,
    "ExecuteWindows": PERMIT,
    "RunFrozenPython": PERMIT,
    "SaveConfigToFile": PERMIT,
    "KillFileOnMac": PERMIT,
    "ReadFile": NOT_FROM_A_CELL,
}


class UnknownXlwings(Exception):
    """The installed xlwings has another VBA module than the one that was tested: no add-in is built from it."""


def folder() -> Path:
    """Where the installed xlwings is."""
    return Path(xlwings.__file__).parent


def dictionary() -> str:
    """The class module Dictionary as the installed xlwings has it."""
    return _text(folder() / DICTIONARY)


def module() -> str:
    """The installed xlwings' module with our changes; the lines of the text end in a line feed.

    Errors: UnknownXlwings when a place that is to be changed is not there exactly as often as expected.
    """
    return changed(_text(folder() / MODULE))


def changed(source: str) -> str:
    """``source`` with EDITS made and GUARDS set; see ``module``."""
    for edit in EDITS:
        start = source.find(edit.within)
        head, tail = source[: max(start, 0)], source[max(start, 0) :]
        if start < 0 or tail.count(edit.old) != 1:
            raise UnknownXlwings(f"xlwings {xlwings.__version__}: {edit.old!r} stands {tail.count(edit.old)} times")
        source = head + tail.replace(edit.old, edit.new)
    for name, guard in GUARDS.items():
        source = _guarded(source, name, guard)
    return source


def _guarded(source: str, name: str, guard: str) -> str:
    """``source`` with ``guard`` as the first statement of the function ``name``."""
    # A signature may go on over lines that end in " _".
    signature = re.compile(rf"^(?:Public |Private )?Function {name}\((?:[^\n]* _\n)*[^\n]*\n", re.MULTILINE)
    found = signature.findall(source)
    if len(found) != 1:
        raise UnknownXlwings(f"xlwings {xlwings.__version__}: function {name} stands {len(found)} times")
    return source.replace(found[0], f"{found[0]}    {guard} ' added by xl-kpi\n")


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except FileNotFoundError as problem:
        raise UnknownXlwings(f"xlwings {xlwings.__version__}: {path.name} is missing") from problem
