"""Runs the add-in's VBA without Excel: pyOpenVBA's interpreter, and stand-ins for what Excel and Windows offer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from pyopenvba.exceptions import VBARuntimeError
from pyopenvba.interpreter import (
    EMPTY,
    NULL,
    HostBridge,
    Interpreter,
    ModuleRuntime,
    VBAArray,
    VBAErrorValue,
    VBAObject,
    parse_module,
    to_number,
)
from pyopenvba.interpreter._preprocess import strip_directives
from pyopenvba.interpreter._runtime import UNRESOLVED
from xlwings import __version__ as installed_xlwings

WINDOWS = {"Mac": False, "Win32": True, "Win64": True, "VBA7": True}
MAC = {"Mac": True, "Win32": False, "Win64": False, "VBA7": True}

# Functions of the operating system can't be declared here; these stand for them and ask the test's Desktop.
SYSTEM = """
Public Function FindWindowEx(ByVal owner, ByVal after, ByVal className, ByVal title)
    FindWindowEx = Desktop.NextWindow(after, className)
End Function
Public Function GetWindowThreadProcessId(ByVal window, ByRef processId)
    processId = Desktop.OwnerOf(window)
End Function
Public Function GetCurrentProcessId()
    GetCurrentProcessId = Desktop.Own()
End Function
"""
# In place of xlwings' module, where only ours is looked at.
XLWINGS = f"""
Public Const XLWINGS_VERSION As String = "{installed_xlwings}"
Public Function XLPy()
    Set XLPy = Desktop.Server()
End Function
Public Function RunPython(command As String)
    If Not TakePermit() Then Exit Function
    Desktop.Ran command
End Function
Public Function FileExists(ByVal path As String) As Boolean
    FileExists = Desktop.FileExists(path)
End Function
Public Function ReadFile(ByVal path As String)
    ReadFile = Desktop.Content(path)
End Function
Public Function GetConfigFilePath() As String
    GetConfigFilePath = "xl_kpi.conf"
End Function
Public Function GetConfig(key As String) As Variant
    GetConfig = Desktop.Setting(key)
End Function
"""


@cache
def _read(source: str, name: str):
    return parse_module(source, name=name)


class Stand(VBAObject):
    """An object of the host: members by name, each a value or a function of the call's arguments."""

    def __init__(self, vba_type: str, /, **members: Any):
        super().__init__()
        self.vba_type_name = vba_type
        self.members = {name.lower(): value for name, value in members.items()}

    def vba_member(self, name: str):
        return None

    def vba_get(self, name: str, args=(), named=None):
        if name.lower() not in self.members:
            raise VBARuntimeError(438, f"{self.vba_type_name} has no member {name}")
        found = self.members[name.lower()]
        if callable(found) and not isinstance(found, VBAObject):
            return found(*args, **(named or {}))
        return found.vba_get("Item", args) if args and isinstance(found, VBAObject) else found

    def vba_set(self, name: str, value: object, args=(), named=None, *, by_ref: bool = False) -> None:
        self.members[name.lower()] = value


class Host(HostBridge):
    """Names that a project sees without a module's name before them."""

    def __init__(self, names: Mapping[str, object]):
        self.names = {name.lower(): value for name, value in names.items()}

    def global_object(self, name: str) -> object:
        return self.names.get(name.lower(), UNRESOLVED)

    def create(self, type_name_: str) -> object:
        return self.names.get(type_name_.lower(), UNRESOLVED)


def readable(source: str, constants: Mapping[str, object] = WINDOWS, name: str = "") -> str:
    """``source`` as one system compiles it: directives resolved, the preamble of a class left out."""
    source = re.sub(r"^VERSION .*?^END\n", "", source.replace("\r\n", "\n"), flags=re.MULTILINE | re.DOTALL)
    # The interpreter takes no comment behind a directive; the VBA editor does.
    source = re.sub(r"^(\s*#(?:Const|If|ElseIf|Else|End)\b[^'\n]*?)[ \t]*'[^\n]*$", r"\1", source, flags=re.MULTILINE)
    return strip_directives(source, module=name, constants=dict(constants))


def parsed(source: str, constants: Mapping[str, object] = WINDOWS, name: str = ""):
    """The module as the interpreter's parser understands it; VBACompileError where it does not."""
    return parse_module(readable(source, constants, name), name=name)


def without_declares(source: str) -> str:
    """``source`` without the functions of the operating system, which SYSTEM stands for, and without LongPtr,
    which the interpreter takes in declarations only."""
    source = re.sub(r"^Private Declare (?:[^\n]* _\n)*[^\n]*\n", "", source, flags=re.MULTILINE)
    return source.replace("As LongPtr", "As Long")


def rows(*lines: list[object]) -> VBAArray:
    """A table as Python hands one over: a SAFEARRAY of two dimensions, counted from 0."""
    array = VBAArray([(0, len(lines) - 1), (0, len(lines[0]) - 1)])
    for r, line in enumerate(lines):
        for c, value in enumerate(line):
            array.set([r, c], value)
    return array


def as_lists(array: object) -> object:
    """A VBA array as lists; errors as ("error", number)."""
    if not isinstance(array, VBAArray):
        return ("error", array.number) if isinstance(array, VBAErrorValue) else array
    if array.dimensions == 1:
        return [as_lists(item) for item in array.items]
    (r0, r1), (c0, c1) = array.bounds
    return [[as_lists(array.get([r, c])) for c in range(c0, c1 + 1)] for r in range(r0, r1 + 1)]


def cells(*lines: list[object]) -> Stand:
    """A range of cells with these values."""
    values = rows(*lines)
    for place, (low, high) in enumerate(values.bounds):
        values.bounds[place] = (low + 1, high + 1)  # ranges count from 1
    single = len(lines) == len(lines[0]) == 1
    return Stand(
        "Range",
        Areas=Stand("Areas", Count=1),
        CountLarge=sum(map(len, lines)),
        Value2=lines[0][0] if single else values,
        Value=values,
    )


class Excel:
    """The add-in's project in an Excel that consists of what a test sets.

    ``answer(function, arguments)`` is Python's side; ``open_windows`` the windows as (class, process);
    ``files`` name → content; ``language`` the id of Excel's language; ``told``, ``ran``, ``described`` and
    ``scheduled`` what happened.
    """

    def __init__(self, modules: Mapping[str, str], texts: Mapping[str, Mapping[str, str]], xlwings: str = XLWINGS):
        self.answer: Callable[[str, list], object] = lambda function, arguments: EMPTY
        self.server_error: VBARuntimeError | None = None
        self.calls: list[tuple] = []
        self.starts = 0
        self.open_windows: list[tuple[str, int]] = []
        self.commands_enabled = True
        self.language = 1033
        self.settings: dict[str, str] = {}
        self.files: dict[str, str] = {"xl_kpi.conf": ""}
        self.told: list[str] = []
        self.ran: list[str] = []
        self.described: list[dict] = []
        self.scheduled: list[str] = []
        self.caller: object = cells([1.0])
        self.active_book: object = Stand("Workbook", Name="plan.xlsx")

        table = [[key, said["ja"], said["en"]] for key, said in texts.items()]
        self.book = Stand(
            "Workbook", Name="xl_kpi.xlam", Worksheets=lambda _: Stand("Worksheet", UsedRange=cells(*table))
        )
        self.application = Stand(
            "Application",
            Caller=lambda: self.caller,
            CommandBars=lambda _: Stand("Bar", Controls=lambda _: Stand("Button", Enabled=self.commands_enabled)),
            LanguageSettings=lambda: Stand("Languages", LanguageID=self._language_id),
            International=lambda _: 81 if self.language == 1041 else 1,
            MacroOptions=lambda **options: self.described.append(options),
            OnTime=lambda _, macro: self.scheduled.append(macro),
        )
        desktop = Stand(
            "Desktop",
            NextWindow=self._next_window,
            OwnerOf=lambda window: self.open_windows[int(to_number(window)) - 1][1],
            Own=lambda: 7,
            Server=self._server,
            Ran=self.ran.append,
            FileExists=lambda path: path in self.files,
            Content=lambda path: self.files[path],
            Setting=lambda key: self.settings.get(key, ""),
        )
        shell = Stand("Shell", Popup=lambda message, *_: self.told.append(message))
        self.host = Host({"Application": self.application, "Desktop": desktop, "WScript.Shell": shell})
        self.vba = Interpreter(self.host)
        self.add(SYSTEM, "System")
        self.add(readable(xlwings, name="xlwings"), "xlwings")
        for name, source in modules.items():
            if name.startswith("Kpi"):
                self.add(readable(without_declares(source), name=name), name)
        self.host.names["thisworkbook"] = self.book

    def add(self, source: str, name: str) -> None:
        """A module more; one with the same text was read once for all tests."""
        self.vba.modules[name.lower()] = ModuleRuntime(_read(source, name), self.vba)

    def run(self, procedure: str, *arguments: object) -> object:
        self.host.names["activeworkbook"] = self.active_book
        return as_lists(self.vba.run(procedure, list(arguments)))

    def _language_id(self, _: object) -> int:
        if not self.language:
            raise VBARuntimeError(438, "not on this Excel")
        return self.language

    def _next_window(self, after: object, wanted: str) -> int:
        start = int(to_number(after))
        found = (n for n, (kind, _) in enumerate(self.open_windows, 1) if n > start and kind == wanted)
        return next(found, 0)

    def _server(self) -> Stand:
        self.starts += 1
        if self.server_error:
            raise self.server_error
        return Stand("Server", CallUDF=self._call)

    def _call(self, module, function, arguments, book, caller):
        self.calls.append((module, function, arguments, book, caller))
        return self.answer(function, arguments.items)


__all__ = ["EMPTY", "NULL", "Excel", "Stand", "VBARuntimeError", "cells", "parsed", "readable", "rows"]
