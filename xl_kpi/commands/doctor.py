"""Is everything there that the command line needs?  One line for each thing, with the cure."""

from __future__ import annotations

import platform
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from xl_kpi.catalog import text

PYTHON = (3, 11)
PACKAGES = ("xlwings", "openpyxl", "ironcalc", "lxml", "defusedxml", "click", "rich")
_EXCEL_FOR_MAC = Path("/Applications/Microsoft Excel.app")
_EXCEL_KEY = r"Excel.Application\CLSID"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; ``cure`` is empty when all is well."""

    fine: bool
    words: str
    cure: str = ""

    def line(self) -> str:
        return f"{'✓' if self.fine else '✗'} {self.words}" + (f" → {self.cure}" if self.cure else "")


def findings(lang: str, folder: str | Path = ".") -> Iterator[Finding]:
    """Everything that is looked at, one after the other.

    ``lang`` the language of the lines; ``folder`` the one in which files are to be written.
    """
    yield _python(lang)
    yield from (_package(name, lang) for name in PACKAGES)
    yield _calculates(lang)
    yield _templates(lang)
    yield _folder(Path(folder).absolute(), lang)
    yield _excel(lang)
    from xl_kpi.addin.desktop.install_state import state

    yield from (Finding(*line) for line in state(lang))


def _python(lang: str) -> Finding:
    fine = sys.version_info >= PYTHON
    words = text("doctor_python", lang, found=platform.python_version())
    return Finding(fine, words, "" if fine else text("doctor_python_cure", lang))


def _package(name: str, lang: str) -> Finding:
    wanted = wanted_version(name)
    try:
        found = metadata.version(name)
    except metadata.PackageNotFoundError:
        found = ""
    fine = bool(found) and fits(found, wanted)
    words = text("doctor_package", lang, name=name, found=found or text("doctor_missing", lang), wanted=wanted or "*")
    return Finding(fine, words, "" if fine else text("doctor_package_cure", lang, name=name, wanted=wanted))


def wanted_version(name: str) -> str:
    """What our own package says about another one: ">=0.37.8,<0.38"; empty when it does not say."""
    try:
        requires = metadata.requires("xl-kpi") or []
    except metadata.PackageNotFoundError:  # run from a folder that was never installed
        return ""
    for line in requires:
        found = re.match(r"([A-Za-z0-9._-]+)\s*\(?([^;)]*)\)?(;.*)?", line)
        if found and found[1].lower() == name and "extra" not in (found[3] or ""):
            return ",".join(sorted(found[2].replace(" ", "").split(","), reverse=True))
    return ""


def fits(found: str, wanted: str) -> bool:
    """Whether a version keeps to bounds such as ">=0.37.8,<0.38"."""
    version = _numbers(found)
    for bound in filter(None, wanted.split(",")):
        number = bound.lstrip("<>=!~")
        sign, limit = bound.removesuffix(number), _numbers(number)
        if (sign == ">=" and version < limit) or (sign == "<" and version >= limit):
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _calculates(lang: str) -> Finding:
    cure = text("doctor_calculates_cure", lang)
    try:
        from xl_kpi import engine
        from xl_kpi.workbook.writing.stored_values import evaluate

        book = engine.new_book()
        book.sheets.add("A").range("A1").formula = "=1+1"
        found = evaluate(book.api.to_bytes(), lang)["A", 1, 1]
    except Exception as problem:  # whatever is broken about an installation ends up here
        return Finding(False, text("doctor_calculates_not", lang, reason=_reason(problem, lang)), cure)
    shown = f"{found:g}" if isinstance(found, float) else str(found)
    if found != 2:
        return Finding(False, text("doctor_calculates_not", lang, reason=f"1+1={shown}"), cure)
    return Finding(True, text("doctor_calculates", lang, found=shown))


def _templates(lang: str) -> Finding:
    try:
        import workbook_templates
        from xl_kpi.plan.source import plan_from_source

        names = workbook_templates.names()
        for name in names:
            plan_from_source(workbook_templates.source(name), lang, name)
        if not names:
            raise FileNotFoundError("*.toml")
    except Exception as problem:
        words = text("doctor_template_not", lang, reason=_reason(problem, lang))
        return Finding(False, words, text("doctor_template_cure", lang))
    return Finding(True, text("doctor_template", lang, count=len(names)))


def _folder(folder: Path, lang: str) -> Finding:
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"xl-kpi")
    except OSError:
        return Finding(False, text("doctor_folder_not", lang, folder=folder), text("doctor_folder_cure", lang))
    return Finding(True, text("doctor_folder", lang, folder=folder))


def _excel(lang: str) -> Finding:
    """Excel is a help, not a need: not finding it is no fault."""
    place = excel_place()
    if place:
        return Finding(True, text("doctor_excel", lang, place=place))
    known = sys.platform in ("win32", "darwin")
    return Finding(True, text("doctor_excel_not" if known else "doctor_no_excel", lang))


def excel_place() -> str:
    """Where Excel is, on Windows and macOS; empty when there is none."""
    if sys.platform == "darwin":
        return str(_EXCEL_FOR_MAC) if _EXCEL_FOR_MAC.exists() else ""
    if sys.platform == "win32":
        import winreg

        try:
            with winreg.OpenKey(winreg.HKEY_CLASSES_ROOT, _EXCEL_KEY) as key:
                return str(winreg.QueryValue(key, None))
        except OSError:
            return ""
    return ""


def _reason(problem: Exception, lang: str) -> str:
    return " ".join(str(problem).split())[:200] or text("unexpected_no_words", lang)
