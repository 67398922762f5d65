"""Installing, looking and removing, in the folders of a made-up user on Windows and on the Mac."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
import xlwings

from tests.addin.parts import addin, modules
from xl_kpi import __version__
from xl_kpi.addin.desktop import install as installing
from xl_kpi.addin.desktop import xlam_package
from xl_kpi.addin.desktop.install import MAC, WINDOWS, Places, install, places, read_settings, remove
from xl_kpi.addin.desktop.install_state import state
from xl_kpi.errors import Refused

SCRIPT = f"xlwings-{xlwings.__version__}.applescript"
LIBRARY = f"xlwings64-{xlwings.__version__}.dll"


def windows(home: Path, encoding: str = "cp932") -> Places:
    """Japanese Windows: VBA reads files in code page 932."""
    found = places("en", WINDOWS, home, {"APPDATA": str(home / "Roaming"), "USERPROFILE": str(home)})
    return Places(WINDOWS, found.addin, found.settings, encoding)


def mac(home: Path) -> Places:
    return places("en", MAC, home, {})


@pytest.fixture(params=[windows, mac], ids=["Windows", "Mac"])
def where(request, tmp_path) -> Places:
    return request.param(tmp_path)


def put(where: Places) -> list[Path]:
    return install("en", where, addin())


def files(home: Path) -> set[str]:
    return {path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file()}


# --- places


def test_the_places_on_windows(tmp_path):
    found = places("en", WINDOWS, tmp_path, {"APPDATA": "C:/Users/hanako/Roaming", "USERPROFILE": "C:/Users/hanako"})
    assert found.addin == Path("C:/Users/hanako/Roaming/Microsoft/Excel/XLSTART/xl_kpi.xlam")
    assert found.settings == Path("C:/Users/hanako/.xl_kpi/xl_kpi.conf")
    assert (found.encoding, found.script) == ("mbcs", None)


def test_windows_without_its_variables_has_the_usual_places(tmp_path):
    found = places("en", WINDOWS, tmp_path, {})
    assert found.addin == tmp_path / "AppData/Roaming/Microsoft/Excel/XLSTART/xl_kpi.xlam"


def test_the_places_on_the_mac_are_those_of_excels_sandbox(tmp_path):
    found = mac(tmp_path)
    assert found.settings.parent == tmp_path / "Library/Containers/com.microsoft.Excel/Data"
    assert found.script == tmp_path / "Library/Application Scripts/com.microsoft.Excel" / SCRIPT
    assert found.addin.parent.parts[-3:] == ("User Content.localized", "Startup.localized", "Excel")


def test_the_settings_lie_where_the_add_ins_vba_looks(tmp_path):
    # In xlwings' module: USERPROFILE\.<project>\<project>.conf, and on the Mac the home folder of the sandbox.
    assert 'Environ("USERPROFILE") & "\\." & PROJECT_NAME & "\\" & PROJECT_NAME & ".conf"' in modules()["xlwings"]
    assert 'GetMacDir("$HOME", False) & "/" & PROJECT_NAME & ".conf"' in modules()["xlwings"]
    assert 'PROJECT_NAME As String = "xl_kpi"' in modules()["xlwings"]
    assert windows(tmp_path).settings == tmp_path / ".xl_kpi" / "xl_kpi.conf"
    assert mac(tmp_path).settings.name == "xl_kpi.conf"


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_a_computer_without_excel_is_refused(lang):
    with pytest.raises(Refused, match="Excel") as refused:
        install(lang) if sys.platform not in (WINDOWS, MAC) else places(lang, "linux")
    assert refused.value.exit_code == 3


# --- installing


def test_installing_writes_the_add_in_last(where, tmp_path):
    written = put(where)
    assert written[-1] == where.addin
    assert {path.relative_to(tmp_path).as_posix() for path in written} == files(tmp_path)
    assert where.addin.read_bytes() == addin()


def test_the_settings_name_this_python_and_keep_workbooks_off_its_path(where):
    put(where)
    found = read_settings(where.settings, where.encoding)
    assert found["INTERPRETER_WIN" if where.system == WINDOWS else "INTERPRETER_MAC"] == sys.executable
    assert found["ADD_WORKBOOK_TO_PYTHONPATH"] == "false"
    assert (found["PACKAGE_VERSION"], found["XLWINGS_VERSION"]) == (__version__, xlwings.__version__)
    assert f'__version__ = "{__version__}"' in Path(found["PACKAGE_FILE"]).read_text("utf-8")
    assert f'__version__ = "{xlwings.__version__}"' in Path(found["XLWINGS_FILE"]).read_text("utf-8")


def test_settings_are_written_as_vba_reads_them(tmp_path):
    # Input # in VBA reads "key","value" a line, in the system's code page and with its line ends.
    where = windows(tmp_path)
    put(where)
    lines = where.settings.read_bytes().split(b"\r\n")
    assert lines[0] == f'"INTERPRETER_WIN","{sys.executable}"'.encode("cp932")
    assert lines[-1] == b"" and all(line.count(b'"') == 4 for line in lines[:-1])


def test_a_japanese_user_name_is_told_to_excel(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", r"C:\Users\花子\Python\python.exe")
    put(windows(tmp_path))
    assert "花子".encode("cp932") in (tmp_path / ".xl_kpi" / "xl_kpi.conf").read_bytes()


def test_a_path_that_this_windows_can_not_write_is_refused_and_nothing_changes(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", r"C:\Users\花子\Python\python.exe")
    with pytest.raises(Refused, match="花子"):
        put(windows(tmp_path, "cp1252"))
    assert files(tmp_path) == set()


def test_installing_again_replaces_everything(where, tmp_path):
    put(where)
    before = files(tmp_path)
    where.addin.write_bytes(b"older")
    put(where)
    assert where.addin.read_bytes() == addin()
    assert files(tmp_path) == before


def test_the_mac_gets_xlwings_script_for_runpython(tmp_path):
    put(mac(tmp_path))
    script = tmp_path / "Library/Application Scripts/com.microsoft.Excel" / SCRIPT
    assert script.read_bytes() == (Path(xlwings.__file__).parent / SCRIPT).read_bytes()
    # The name under which xlwings' module calls it.
    assert '"xlwings-" & XLWINGS_VERSION & ".applescript"' in modules()["xlwings"]


def test_while_excel_is_using_the_add_in_nothing_changes(where, tmp_path):
    put(where)
    where.addin.write_bytes(b"older")
    where.settings.write_bytes(b"older")
    where.addin.with_name("~$xl_kpi.xlam").write_bytes(b"")
    for action in (put, lambda _: remove("en", where)):
        with pytest.raises(Refused, match="Quit Excel"):
            action(where)
    assert where.addin.read_bytes() == where.settings.read_bytes() == b"older"


def test_windows_denies_to_write_an_open_add_in(tmp_path, monkeypatch):
    where = windows(tmp_path)
    put(where)
    opened = Path.open

    def denied(path, mode="r", *rest, **named):
        if path == where.addin and "+" in mode:
            raise PermissionError(13, "Permission denied")
        return opened(path, mode, *rest, **named)

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(Refused, match="in use by Excel"):
        put(where)


def test_a_folder_that_can_not_be_written_is_told_with_its_reason(where, monkeypatch):
    def denied(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(installing.os, "replace", denied)
    with pytest.raises(Refused, match="No space left on device"):
        put(where)
    assert not where.addin.exists()


# --- removing


def test_removing_leaves_nothing(where, tmp_path):
    written = put(where)
    assert set(remove("en", where)) == set(written)
    assert files(tmp_path) == set()
    assert not (tmp_path / ".xl_kpi").exists()


def test_removing_what_is_not_there_removes_nothing(where):
    assert remove("en", where) == []


def test_a_script_that_xlwings_put_there_stays(tmp_path):
    where = mac(tmp_path)
    where.script.parent.mkdir(parents=True)
    where.script.write_text("xlwings' own", "utf-8")
    put(where)
    put(where)
    remove("en", where)
    assert files(tmp_path) == {f"Library/Application Scripts/com.microsoft.Excel/{SCRIPT}"}
    assert where.script.read_text("utf-8") == "xlwings' own"


def test_a_script_of_ours_goes_also_after_installing_twice(tmp_path):
    where = mac(tmp_path)
    put(where)
    put(where)
    remove("en", where)
    assert files(tmp_path) == set()


def test_files_of_others_stay(where):
    put(where)
    others = [where.addin.with_name("other.xlam"), where.settings.with_name("other.conf")]
    for other in others:
        other.write_bytes(b"theirs")
    remove("en", where)
    assert [other.read_bytes() for other in others] == [b"theirs", b"theirs"]


# --- looking


def faults(where: Places) -> list[tuple[str, str]]:
    return [(words, cure) for fine, words, cure in state("en", where) if not fine]


@pytest.fixture
def installed(where, tmp_path) -> Places:
    put(where)
    if where.system == WINDOWS:  # pip puts the library beside python.exe; here there is none
        python = tmp_path / "Python" / "python.exe"
        python.parent.mkdir()
        python.write_bytes(b"")
        python.with_name(LIBRARY).write_bytes(b"")
        where.settings.write_bytes(where.settings.read_bytes().replace(sys.executable.encode(), str(python).encode()))
    return where


def test_all_is_well(installed, monkeypatch, tmp_path):
    if installed.system == WINDOWS:
        monkeypatch.setattr(sys, "executable", str(tmp_path / "Python" / "python.exe"))
    assert faults(installed) == []
    assert len(list(state("ja", installed))) == 3


def test_without_excel_there_is_no_line():
    assert list(state("en")) == [] or sys.platform in (WINDOWS, MAC)


def test_never_installed_is_no_fault(where):
    assert [fine for fine, _, _ in state("en", where)] == [True]


def test_an_add_in_that_was_taken_away_is_told(installed):
    installed.addin.unlink()
    assert (f"add-in: {installed.addin} is missing (a security program may have quarantined it)") in dict(
        faults(installed)
    )


def test_a_damaged_add_in_is_told(installed):
    installed.addin.write_bytes(addin()[:1000])
    assert f"add-in: {installed.addin} is damaged" in dict(faults(installed))


def test_an_add_in_of_another_version_is_told(installed):
    older = xlam_package.package(b"", b"", {}, "0.0.1")
    installed.addin.write_bytes(older)
    assert f"add-in: version 0.0.1 (the package is {__version__})" in dict(faults(installed))


def test_missing_settings_are_told(installed):
    installed.settings.unlink()
    assert f"add-in settings: {installed.settings} is missing" in dict(faults(installed))


def test_another_python_is_told(installed, monkeypatch, tmp_path):
    other = tmp_path / "other.exe"
    other.write_bytes(b"")
    monkeypatch.setattr(sys, "executable", str(other))
    assert any(words.startswith("add-in settings: they point to another Python (") for words, _ in faults(installed))


def test_a_python_that_is_gone_is_told(installed):
    key = b"INTERPRETER_WIN" if installed.system == WINDOWS else b"INTERPRETER_MAC"
    installed.settings.write_bytes(b'"' + key + b'","/gone/python"\n')
    assert (
        "add-in settings: Python not found (/gone/python)",
        "quit Excel and run: xl-kpi addin install",
    ) in faults(installed)


def test_a_missing_library_is_told_on_windows(tmp_path):
    where = windows(tmp_path)
    put(where)
    found = dict(faults(where))
    assert any(words.startswith(f"xlwings' library: {LIBRARY} is not in ") for words in found)
    assert f"run: pip install --force-reinstall xlwings=={xlwings.__version__}" in found.values()


def test_a_missing_script_is_told_on_the_mac(tmp_path):
    where = mac(tmp_path)
    put(where)
    where.script.unlink()
    assert dict(faults(where)) == {
        f"script for the Mac: {where.script} is missing": "quit Excel and run: xl-kpi addin install"
    }


def test_settings_that_are_no_settings_are_none(tmp_path):
    path = tmp_path / "x.conf"
    path.write_bytes(b"\xff\xfe garbage \n\n,\n")
    assert read_settings(path, "utf-8") == {}


def test_lines_exist_in_both_languages(installed):
    assert len(list(state("ja", installed))) == len(list(state("en", installed)))
