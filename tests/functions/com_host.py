"""Excel for Windows without Windows: xlwings' own COM server and conversions, over stand-ins for pywin32 and Excel.

``python -m tests.functions.com_host`` writes, as JSON, what goes back to VBA for every case of every function. It is a
process of its own, because xlwings decides at its import on which system it runs.

What a cell hands over is what Excel's ``Range.Value`` and pywin32 make of it: numbers as float, cells shown as dates
as ``pywintypes`` times in UTC, cells shown as currency as Decimal, errors as the int of their SCODE, empty cells as
None, a left-out argument as DISP_E_PARAMNOTFOUND.
"""

from __future__ import annotations

import asyncio
import ctypes
import datetime as dt
import importlib
import json
import random
import sys
import types
from decimal import Decimal
from typing import Any

from tests.functions.cases import ARGUMENTS, SHOWN_AS, Block, Line, Literal, as_text, cases

LEFT_OUT = -2147352572  # DISP_E_PARAMNOTFOUND
RANGE_ID = "{00020846-0000-0000-C000-000000000046}"
FIRST_OF_TIME = dt.datetime(1899, 12, 30, tzinfo=dt.UTC)  # day 0 of VT_DATE
CURRENCY_DIGITS = 4
# Excel's constants XlCVError; a cell with the error hands over 0x800A0000 + the number as a signed int.
SCODES = {
    code: number - 0x7FF60000
    for code, number in {
        "#NULL!": 2000, "#DIV/0!": 2007, "#VALUE!": 2015, "#REF!": 2023, "#NAME?": 2029, "#NUM!": 2036, "#N/A": 2042,
        "#GETTING_DATA": 2043, "#SPILL!": 2045, "#CONNECT!": 2046, "#BLOCKED!": 2047, "#UNKNOWN!": 2048,
        "#FIELD!": 2049, "#CALC!": 2050,
    }.items()
}  # fmt: skip


class Anything:
    """Stands for a function of Windows that only has to be there while xlwings is imported."""

    def __init__(self, *arguments: Any):
        pass

    def __getattr__(self, name: str) -> Anything:
        return Anything()

    def __call__(self, *arguments: Any) -> Anything:
        return Anything()


class Time(dt.datetime):
    """``pywintypes.TimeType``."""


def stand_ins() -> dict[str, types.ModuleType]:
    """The modules of pywin32, as far as xlwings takes them apart at its import or in a call."""
    error = type("com_error", (Exception,), {})
    contents: dict[str, dict[str, Any]] = {
        "pythoncom": {
            "CoInitialize": lambda: None, "ole_error": error, "__file__": None,
            "IID_IDispatch": 0, "TypeIIDs": {0: type("PyIDispatch", (), {})},
        },
        "pywintypes": {"com_error": error, "error": error, "TimeType": Time, "IID": str},
        "win32com.client": {
            "CDispatch": type("CDispatch", (), {}), "DispatchBaseClass": type("DispatchBaseClass", (), {}),
            "Dispatch": lambda found: found, "DispatchEx": Anything(),
        },
        "win32timezone": {"TimeZoneInfo": types.SimpleNamespace(utc=lambda: dt.UTC)},
        "win32process": {"GetWindowThreadProcessId": lambda window: (0, 7)},
        "win32com.server.util": {"unwrap": None},  # what is no Python object in VBA is not unwrapped
    }  # fmt: skip
    bare = (
        "win32api win32con win32gui win32event win32com win32com.server win32com.server.dispatcher "
        "win32com.server.policy".split()
    )
    found = {name: types.ModuleType(name) for name in (*contents, *bare)}
    for name, module in found.items():
        vars(module).update(contents.get(name, {}))
        parent, _, own = name.rpartition(".")
        if parent:
            setattr(found[parent], own, module)
    return found


def windows() -> Any:
    """xlwings' COM server, as it starts on Windows."""
    sys.modules.update(stand_ins())
    ctypes.oledll = ctypes.windll = Anything()  # type: ignore[attr-defined]
    true_system, true_library = sys.platform, ctypes.PyDLL
    # The packages below look at the system while they are imported; the standard library must see the true one.
    assert asyncio.get_event_loop_policy()
    importlib.import_module("concurrent.futures.thread")
    sys.platform, ctypes.PyDLL = "win32", Anything  # type: ignore[misc]
    try:
        server = importlib.import_module("xlwings.com_server")
        importlib.import_module("udfs.functions")
    finally:
        sys.platform, ctypes.PyDLL = true_system, true_library  # type: ignore[misc]
    return server.XLPython()


# --- Excel


class Sheet:
    """A worksheet of a workbook that has no other one; cells by row and column, from 1."""

    def __init__(self) -> None:
        self.Name = "Sheet1"
        self.values: dict[tuple[int, int], Any] = {}
        self.formulas: dict[tuple[int, int], str] = {}
        self.Parent = types.SimpleNamespace(Name="plan.xlsx", Application=types.SimpleNamespace(Hwnd=1))
        self.Parent.Worksheets = Sheets()
        self.columns = 0

    def put(self, rows: list[list], row: int = 1) -> Range:
        """The cells, right of all others."""
        first = self.columns + 1
        self.columns += len(rows[0]) + 1
        for down, line in enumerate(rows):
            for right, value in enumerate(line):
                self.values[row + down, first + right] = value
        return Range(self, row, first, len(rows), len(rows[0]))

    def Range(self, address: str) -> Range:
        corners = [corner(part) for part in address.split(":")]
        (top, left), (bottom, right) = corners[0], corners[-1]
        return Range(self, top, left, bottom - top + 1, right - left + 1)


class Sheets(list):
    Count = 0


class Range:
    """Cells; what xlwings asks of a Range object."""

    def __init__(self, sheet: Sheet, row: int, column: int, height: int, width: int):
        self.Worksheet, self.Row, self.Column, self.Count = sheet, row, column, height * width
        self.Rows, self.Columns = types.SimpleNamespace(Count=height), types.SimpleNamespace(Count=width)

    class _oleobj_:
        @staticmethod
        def GetTypeInfo() -> Any:
            return types.SimpleNamespace(GetTypeAttr=lambda: types.SimpleNamespace(iid=RANGE_ID))

    @property
    def Value(self) -> Any:
        values = self.Worksheet.values
        across, down = range(self.Column, self.Column + self.Columns.Count), range(self.Row, self.Row + self.Rows.Count)
        found = tuple(tuple(values.get((row, column)) for column in across) for row in down)
        return found[0][0] if self.Count == 1 else found

    @property
    def Formula(self) -> Any:
        # a cell without a formula gives its value, several cells give rows; nobody here asks further
        return self.Worksheet.formulas.get((self.Row, self.Column), "") if self.Count == 1 else (("",),)

    @property
    def address(self) -> str:
        last = self.Row + self.Rows.Count - 1, self.Column + self.Columns.Count - 1
        first = f"${letters(self.Column)}${self.Row}"
        return first if self.Count == 1 else f"{first}:${letters(last[1])}${last[0]}"


def letters(column: int) -> str:
    found = ""
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(65 + rest) + found
    return found


def corner(address: str) -> tuple[int, int]:
    """(row, column) of B3."""
    name = address.rstrip("0123456789")
    column = 0
    for letter in name:
        column = column * 26 + ord(letter) - 64
    return int(address[len(name) :]), column


# --- arguments as Excel hands them over


def handed_over(value: Any, shown_as: str = "") -> Any:
    """One cell's value as pywin32 hands it over."""
    if isinstance(value, str) and value in SCODES:
        return SCODES[value]
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return value
    if shown_as == "date" and 0 <= value < 2_958_466:
        time = FIRST_OF_TIME + dt.timedelta(milliseconds=round(value * 86_400_000))
        return Time.fromtimestamp(time.timestamp(), dt.UTC)
    if shown_as == "currency" and abs(value) < 9e14 and round(value, CURRENCY_DIGITS) == value:
        return Decimal(repr(value)).quantize(Decimal(1).scaleb(-CURRENCY_DIGITS))
    return float(value)


def argument(sheet: Sheet, given: Any, optional: bool, kind: str, chance: random.Random) -> Any:
    """An argument of a case as the VBA function hands it on."""
    if isinstance(given, Literal):
        return handed_over(given.value)
    if isinstance(given, Line) and given.constant:  # an array: a row has one dimension, a column two
        values = tuple(map(handed_over, given.values))
        return tuple((value,) for value in values) if given.down else values
    if given is None and optional and chance.random() < 0.5:
        return LEFT_OUT
    rows = given.rows if isinstance(given, (Line, Block)) else [[given]]
    shown_as = SHOWN_AS.get(kind, "") if chance.random() < 0.5 else ""
    return sheet.put([[handed_over(value, shown_as) for value in row] for row in rows])


# --- what goes back


def sent_back(value: Any) -> Any:
    """What VBA receives, in JSON; a value that pywin32 can't hand over is a fault of the host."""
    if isinstance(value, (list, tuple)):
        return [sent_back(item) for item in value]
    if isinstance(value, dt.datetime):
        return {"date": (value - FIRST_OF_TIME) / dt.timedelta(days=1)}
    if type(value) in (str, bool, float):
        return value
    if type(value) is int and abs(value) < 2**31:
        return value
    raise TypeError(f"COM does not take {value!r}")


def called(server: Any, name: str, arguments: list, sheet: Sheet) -> Any:
    """The answer to VBA's call, or what it raised."""
    caller = Range(sheet, 100, 1, 1, 1)
    try:
        return sent_back(server.CallUDF("udfs.functions", name.lower(), arguments, sheet.Parent, caller))
    except Exception as error:  # VBA shows every one as an error of the call
        return {"raised": f"{type(error).__name__}: {error}"}


def answers(server: Any, name: str) -> list:
    from xl_kpi.catalog.functions import function

    chance = random.Random(f"COM {name}")
    told, kinds = function(name).arguments, ARGUMENTS[name]
    found = []
    for case in cases(name):
        sheet = Sheet()
        arguments = [
            argument(sheet, given, told[place].optional, kinds[place], chance) for place, given in enumerate(case)
        ]
        # the VBA function hands on every argument, left out or not
        arguments += [LEFT_OUT] * (len(told) - len(arguments))
        found.append(called(server, name, arguments, sheet))
    return found


# --- KPI_ERROR, which is given the cell itself


def explained(server: Any, name: str, case: tuple, code: str, lang: Any) -> Any:
    """KPI_ERROR of a cell that shows ``code`` for a case of another function."""
    sheet = Sheet()
    texts = [in_formula(sheet, given) for given in case]
    cell = sheet.put([[SCODES[code]]], row=50)
    sheet.formulas[cell.Row, cell.Column] = f"={name}({','.join(texts)})"
    return called(server, "KPI_ERROR", [cell, LEFT_OUT if lang is None else lang], sheet)


def in_formula(sheet: Sheet, given: Any) -> str:
    """An argument as the formula writes it."""
    if given is None:
        return ""
    if isinstance(given, Literal):
        return as_text(given.value)
    if isinstance(given, Line) and given.constant:
        return "{" + ";".join(",".join(map(as_text, row)) for row in given.rows) + "}"
    rows = given.rows if isinstance(given, (Line, Block)) else [[given]]
    return sheet.put([[handed_over(value) for value in row] for row in rows]).address


def main() -> None:
    server = windows()
    job = json.load(sys.stdin)
    found: dict[str, Any] = {name: answers(server, name) for name in ARGUMENTS}
    found["KPI_ERROR"] = [
        explained(server, name, cases(name)[place], code, lang) for name, place, code, lang in job["explain"]
    ]
    found["own"] = [
        called(server, name, [argument_of(Sheet(), given) for given in arguments], Sheet())
        for name, arguments in job["own"]
    ]
    json.dump(found, sys.stdout)


def argument_of(sheet: Sheet, given: Any) -> Any:
    """An argument of a test of its own: rows of cells, {"shown_as": …, "rows": …}, {"left_out": true} or a constant."""
    if isinstance(given, dict):
        if "left_out" in given:
            return LEFT_OUT
        return sheet.put([[handed_over(value, given["shown_as"]) for value in row] for row in given["rows"]])
    if isinstance(given, list):
        return sheet.put([[handed_over(value) for value in row] for row in given])
    return handed_over(given)


if __name__ == "__main__":
    main()
