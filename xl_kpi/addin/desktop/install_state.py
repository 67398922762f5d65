"""Is the installed add-in complete and of this version?  The lines that ``xl-kpi doctor`` shows about it."""

from __future__ import annotations

import struct
import sys
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile

import xlwings

from xl_kpi import __version__
from xl_kpi.addin.desktop import xlam_package
from xl_kpi.addin.desktop.install import WINDOWS, Places, places, read_settings
from xl_kpi.catalog import text
from xl_kpi.errors import Refused

Line = tuple[bool, str, str]  # all is well, what was looked at, the cure


def state(lang: str, where: Places | None = None) -> Iterator[Line]:
    """One line for each part of the add-in; none where there is no Excel, one where it was never installed.

    ``lang`` the language of the lines, ``where`` the places (default: this computer's).
    """
    try:
        where = where or places(lang)
    except Refused:
        return
    settings = read_settings(where.settings, where.encoding)
    if not where.addin.exists() and not settings:
        yield True, text("doctor_addin_none", lang), ""
        return
    yield _file(where, lang)
    yield _settings(where, settings, lang)
    if where.system == WINDOWS:
        yield _library(settings, lang)
    elif where.script is not None:
        fine = where.script.exists()
        words = text("doctor_addin_script" if fine else "doctor_addin_script_gone", lang, path=where.script)
        yield fine, words, "" if fine else text("doctor_addin_cure", lang)


def _file(where: Places, lang: str) -> Line:
    try:
        found = xlam_package.version_of(where.addin.read_bytes())
    except FileNotFoundError:
        return False, text("doctor_addin_gone", lang, path=where.addin), text("doctor_addin_gone_cure", lang)
    except (OSError, BadZipFile, KeyError, UnicodeDecodeError):
        return False, text("doctor_addin_damaged", lang, path=where.addin), text("doctor_addin_cure", lang)
    if found != __version__:
        words = text("doctor_addin_old", lang, found=found or "?", wanted=__version__)
        return False, words, text("doctor_addin_cure", lang)
    return True, text("doctor_addin", lang, path=where.addin, version=found), ""


def _settings(where: Places, settings: dict[str, str], lang: str) -> Line:
    cure = text("doctor_addin_cure", lang)
    found = settings.get("INTERPRETER_WIN" if where.system == WINDOWS else "INTERPRETER_MAC", "")
    if not found:
        return False, text("doctor_addin_settings_gone", lang, path=where.settings), cure
    if not Path(found).exists():
        return False, text("doctor_addin_no_python", lang, found=found), cure
    if Path(found) != Path(sys.executable):
        return False, text("doctor_addin_other_python", lang, found=found), cure
    return True, text("doctor_addin_settings", lang, path=where.settings), ""


def _library(settings: dict[str, str], lang: str) -> Line:
    """The DLL through which Excel calls Python: beside python.exe, or in a virtual environment one folder up."""
    name = f"xlwings{struct.calcsize('P') * 8}-{xlwings.__version__}.dll"
    scripts = Path(settings.get("INTERPRETER_WIN") or sys.executable).parent
    for folder in (scripts, scripts.parent):
        if (folder / name).exists():
            return True, text("doctor_addin_library", lang, path=folder / name), ""
    cure = text("doctor_addin_library_cure", lang, version=xlwings.__version__)
    return False, text("doctor_addin_library_gone", lang, name=name, folder=scripts), cure
