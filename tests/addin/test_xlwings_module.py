"""xlwings' own VBA module in the add-in: its text but for the named changes, and nothing that a formula can abuse."""

from __future__ import annotations

import difflib

import pytest

from tests.addin.parts import modules, texts
from tests.addin.vba_host import Excel, Stand, cells, parsed
from xl_kpi.addin.desktop import vba_xlwings

ORIGINAL = (vba_xlwings.folder() / vba_xlwings.MODULE).read_text("ascii")


def test_the_text_is_xlwings_own_but_for_the_named_changes():
    lines = difflib.ndiff(ORIGINAL.splitlines(), modules()["xlwings"].splitlines())
    changed = [line for line in lines if line[:2] in ("+ ", "- ")]
    added = [line[2:].strip() for line in changed if line[0] == "+"]
    removed = [line[2:].strip() for line in changed if line[0] == "-"]
    assert len(removed) == len(vba_xlwings.EDITS)
    assert len(added) == len(vba_xlwings.EDITS) + len(vba_xlwings.GUARDS)
    for edit in vba_xlwings.EDITS:
        assert any(edit.old in line for line in removed) and any(edit.new in line for line in added)


def test_its_licence_comes_along():
    assert "distributed under a BSD 3-clause license" in modules()["xlwings"]
    assert "License: MIT" in modules()["Dictionary"]


@pytest.mark.parametrize("edit", vba_xlwings.EDITS, ids=lambda edit: edit.new[:30])
def test_a_text_that_lacks_a_place_stops_the_build(edit):
    with pytest.raises(vba_xlwings.UnknownXlwings, match="stands [0-9]+ times"):
        vba_xlwings.changed(ORIGINAL.replace(edit.old, "'"))


@pytest.mark.parametrize("name", vba_xlwings.GUARDS)
def test_a_text_that_lacks_a_function_stops_the_build(name):
    with pytest.raises(vba_xlwings.UnknownXlwings, match=f"function {name} stands 0 times"):
        vba_xlwings.changed(ORIGINAL.replace(f"Function {name}(", f"Function {name}2("))


def test_settings_come_from_the_user_alone():
    # A sheet or a file of the open workbook could name the program that is run.
    assert 'Optional source As String = "user") As Variant' in modules()["xlwings"]
    asked = [line for line in modules()["xlwings"].splitlines() if "GetConfig(" in line and "Function" not in line]
    assert asked and not any('"sheet"' in line or '"directory"' in line for line in asked)


def test_every_guard_is_the_first_statement_of_its_function():
    procedures = {one.name: one for one in parsed(modules()["xlwings"]).procedures}
    assert set(vba_xlwings.GUARDS) <= set(procedures)
    for name in vba_xlwings.GUARDS:
        assert type(procedures[name].body[0]).__name__ == "If", name


# --- with the real module in the interpreter


@pytest.fixture
def excel() -> Excel:
    """An Excel with xlwings' real module; nothing that it would start can be started here."""
    source = "\n".join(line for line in modules()["xlwings"].splitlines() if "Declare " not in line)
    found = Excel(modules(), texts(), xlwings=source)
    found.commands = []
    shell = Stand(
        "Shell",
        Run=lambda command, *_: found.commands.append(command) or 0,
        ExpandEnvironmentStrings=lambda text: text,
        Popup=lambda message, *_: found.told.append(message),
    )
    found.host.names["wscript.shell"] = shell
    return found


@pytest.mark.parametrize(
    ("function", "arguments"),
    [
        ("RunPython", ("import os; os.system('calc')",)),
        ("RunFrozenPython", ("calc.exe",)),
        ("ExecuteWindows", (True, "calc.exe", "")),
        ("SaveConfigToFile", ("xl_kpi.conf", "INTERPRETER_WIN", "calc.exe")),
        ("KillFileOnMac", ("plan.xlsx",)),
    ],
)
def test_a_formula_can_start_nothing(excel, function, arguments):
    for caller in (cells([1.0]), "Picture 1"):
        excel.caller = caller
        excel.run(function, *arguments)
    assert excel.commands == []


def test_a_formula_can_not_read_a_file(excel):
    # Without the guard the interpreter would stop at FreeFile, which it does not have.
    from pyopenvba.exceptions import VBAUnsupportedError

    assert not excel.run("ReadFile", "passwords.txt")
    excel.caller = "Picture 1"
    with pytest.raises(VBAUnsupportedError, match="freefile"):
        excel.run("ReadFile", "passwords.txt")


def test_a_click_starts_the_python_of_the_settings_with_the_open_book(excel):
    settings = """
Public Function GetConfig(key As String, Optional default As String = "", Optional source As String = "user")
    GetConfig = default
    If key = "INTERPRETER_WIN" Then GetConfig = "C:\\Tools\\Python\\python.exe"
    If key = "SHOW CONSOLE" Or key = "USE UDF SERVER" Then GetConfig = False
    If key = "ADD_WORKBOOK_TO_PYTHONPATH" Then GetConfig = "false"
    If key = "TEMP DIR" Then GetConfig = "C:\\Temp"
End Function
Public Function FileExists(ByVal path As String) As Boolean
    FileExists = True
End Function
Public Function GetConfigFilePath() As String
End Function
Public Function Environment(ByVal name As String) As String
End Function
Public Function CreateGUID() As String
    CreateGUID = "1"
End Function
""".replace("\\\\", "\\")
    source = modules()["xlwings"].replace("Environ(", "Environment(")
    for name in ("GetConfig", "FileExists", "GetConfigFilePath", "CreateGUID"):
        source = source.replace(f"Function {name}(", f"Function Real{name}(").replace(
            f"    {name} = ", f"    Real{name} = "
        )
    source = "\n".join(line for line in source.splitlines() if "Declare " not in line and "Kill LOG_FILE" not in line)
    clicked = Excel(modules(), texts(), xlwings=source)
    clicked.vba.add_module(settings, name="Settings")
    shell = excel.host.names["wscript.shell"]
    # While Python works Excel may calculate, and with it a formula that calls RunPython: no permit is left then.
    left = []
    started = shell.members["run"]
    shell.members["run"] = lambda *given: left.append(clicked.run("TakePermit")) or started(*given)
    clicked.host.names["wscript.shell"] = shell
    clicked.active_book = Stand("Workbook", Name="plan.xlsx", FullName="C:\\Plans\\plan.xlsx", Worksheets=Sheets())
    clicked.book.members |= {
        "fullname": "C:\\Start\\xl_kpi.xlam",
        "worksheets": Sheets(clicked.book.members["worksheets"]),
    }
    clicked.application.members |= {"path": "C:\\Office", "name": "Microsoft Excel", "hwnd": 7}
    clicked.run("RibbonRun", Stand("IRibbonControl", ID="ribbon_regenerate", Tag="regenerate"))
    assert clicked.told == excel.told == []
    (command,) = excel.commands
    assert command.startswith(
        'cmd.exe /C C: & cd "C:\\Tools\\Python" & "C:\\Tools\\Python\\python.exe" -B -c "import xlwings.utils;'
    )
    assert 'prepare_sys_path(\\"false;' in command  # no folder of a workbook on Python's path
    assert "m.regenerate(xlwings.Book.caller())" in command
    assert '--wb="plan.xlsx"' in command
    assert left == [False]


class Sheets(Stand):
    """The sheets of a book, none of which holds Python code."""

    def __init__(self, item=None):
        super().__init__("Sheets")
        self.item = item

    def vba_iterate(self):
        return iter(())

    def vba_get(self, name, args=(), named=None):
        return self.item(*args) if self.item and name.lower() == "item" else super().vba_get(name, args, named)
