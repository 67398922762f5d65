"""Puts the add-in into Excel's start-up folder with its settings, takes it out again, and looks whether all is well."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import xlwings

import xl_kpi
from xl_kpi.addin.desktop import xlam
from xl_kpi.addin.desktop.vba_xlwings import PROJECT, folder
from xl_kpi.catalog import text
from xl_kpi.errors import Refused
from xl_kpi.workbook.package.atomic_write import write

WINDOWS, MAC = "win32", "darwin"
# Fixed by Excel (start-up folder, sandbox) and by xlwings (settings, script for RunPython).
_MAC_STARTUP = "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel"
_MAC_SETTINGS = "Library/Containers/com.microsoft.Excel/Data"
_MAC_SCRIPTS = "Library/Application Scripts/com.microsoft.Excel"
# Set when this program put the script there, so that removing leaves one of xlwings' own add-in alone.
SCRIPT_IS_OURS = "SCRIPT_IS_OURS"


@dataclass(frozen=True)
class Places:
    """Where everything belongs on one computer.

    ``addin`` the file in the start-up folder; ``settings`` the file that the add-in's VBA reads, in
    ``encoding``; ``script`` the AppleScript that RunPython needs (None on Windows).
    """

    system: str
    addin: Path
    settings: Path
    encoding: str
    script: Path | None = None


def places(
    lang: str, system: str = sys.platform, home: Path | None = None, environ: Mapping[str, str] = os.environ
) -> Places:
    """The places of this computer.

    ``system`` as sys.platform, ``home`` the user's folder, ``environ`` its variables.
    Errors: Refused where there is no Excel for this system.
    """
    home = home or Path.home()
    if system == WINDOWS:
        roaming = Path(environ.get("APPDATA") or home / "AppData" / "Roaming")
        profile = Path(environ.get("USERPROFILE") or home)
        return Places(
            system,
            addin=roaming / "Microsoft" / "Excel" / "XLSTART" / xlam.NAME,
            settings=profile / f".{PROJECT}" / f"{PROJECT}.conf",
            encoding="mbcs",  # VBA reads files in the system's code page
        )
    if system == MAC:
        return Places(
            system,
            addin=home / _MAC_STARTUP / xlam.NAME,
            settings=home / _MAC_SETTINGS / f"{PROJECT}.conf",
            encoding="utf-8",
            script=home / _MAC_SCRIPTS / _script_name(),
        )
    raise Refused(text("addin_only_excel", lang))


def install(lang: str, where: Places | None = None, data: bytes | None = None) -> list[Path]:
    """Build the add-in and put it, its settings and what RunPython needs in their places.

    ``where`` the places (default: this computer's), ``data`` an add-in that was built before.  Result: the
    files that were written, the add-in last.  Installing again replaces all of them.
    Errors: Refused when Excel is using the add-in, a file can't be written, or the path of Python can't be
    told to Excel; as ``xlam.addin_bytes``.
    """
    where = where or places(lang)
    _check_free(where.addin, lang)
    data = xlam.addin_bytes(lang) if data is None else data
    ours = where.script is not None and (not where.script.exists() or _settings_of(where).get(SCRIPT_IS_OURS) == "1")
    settings = _encoded(settings_for(where, ours), where, lang)
    if where.script is not None and ours:
        _write(where.script, (folder() / _script_name()).read_bytes(), lang)
    _write(where.settings, settings, lang)
    _write(where.addin, data, lang)  # last: an add-in without its settings never exists
    return [path for path in (where.script, where.settings, where.addin) if path is not None]


def remove(lang: str, where: Places | None = None) -> list[Path]:
    """Take the add-in, its settings and the script that came with it out again; [] when nothing was there.

    Errors: Refused when Excel is using the add-in or a file can't be removed.
    """
    where = where or places(lang)
    _check_free(where.addin, lang)
    ours = _settings_of(where).get(SCRIPT_IS_OURS) == "1"
    gone = []
    for path in (where.addin, where.script if ours else None, where.settings):
        if path is not None and path.exists():
            try:
                path.unlink()
            except OSError as problem:
                raise xlam.not_written(path, problem, lang) from problem
            gone.append(path)
    if where.system == WINDOWS:
        with suppress(OSError):  # somebody else's file is in it
            where.settings.parent.rmdir()
    return gone


def settings_for(where: Places, script_is_ours: bool = False) -> dict[str, str]:
    """What the add-in's VBA is told: which Python runs, and where the versions can be read."""
    interpreter = {"INTERPRETER_WIN" if where.system == WINDOWS else "INTERPRETER_MAC": sys.executable}
    return {
        **interpreter,
        # Else a udfs.py beside a workbook that came by mail would be run in place of ours.
        "ADD_WORKBOOK_TO_PYTHONPATH": "false",
        "PACKAGE_FILE": str(Path(xl_kpi.__file__)),
        "PACKAGE_VERSION": xl_kpi.__version__,
        "XLWINGS_FILE": str(Path(xlwings.__file__)),
        "XLWINGS_VERSION": xlwings.__version__,
        **({SCRIPT_IS_OURS: "1"} if script_is_ours else {}),
    }


def read_settings(path: Path, encoding: str) -> dict[str, str]:
    """What a settings file says; {} without one."""
    try:
        lines = path.read_text(encoding, errors="replace").splitlines()
    except OSError:
        return {}
    pairs = (line.strip().strip('"').split('","', 1) for line in lines if '","' in line)
    return dict(pairs)


def _settings_of(where: Places) -> dict[str, str]:
    return read_settings(where.settings, where.encoding)


def _encoded(settings: Mapping[str, str], where: Places, lang: str) -> bytes:
    lines = "".join(f'"{key}","{value}"\n' for key, value in settings.items())
    if where.system == WINDOWS:
        lines = lines.replace("\n", "\r\n")
    try:
        return lines.encode(where.encoding)
    except UnicodeEncodeError as problem:
        raise Refused(text("addin_bad_path", lang, path=sys.executable)) from problem


def _script_name() -> str:
    return f"xlwings-{xlwings.__version__}.applescript"


def _check_free(path: Path, lang: str) -> None:
    """Refused while Excel holds the file: Windows then denies to write it, and an owner file lies beside it."""
    if path.with_name(f"~${path.name}").exists():
        raise Refused(text("addin_in_use", lang, path=path))
    if path.exists():
        try:
            with path.open("r+b"):
                pass
        except PermissionError as problem:
            raise Refused(text("addin_in_use", lang, path=path)) from problem
        except OSError as problem:
            raise xlam.not_written(path, problem, lang) from problem


def _write(path: Path, data: bytes, lang: str) -> None:
    """The old file or the new one, never half of either."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, data, _near(path.parent))  # not in the start-up folder: Excel opens every file that it finds there
    except OSError as problem:
        raise xlam.not_written(path, problem, lang) from problem


def _near(parent: Path) -> Path:
    """A folder on the same disk as ``parent``, so that the file can be renamed into it."""
    return parent.parent if os.access(parent.parent, os.W_OK) else parent
