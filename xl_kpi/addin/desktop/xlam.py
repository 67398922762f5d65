"""Builds the Excel add-in xl_kpi.xlam from text, on any computer: VBA project, ribbon, and a sheet of texts."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

from xl_kpi import __version__
from xl_kpi.addin.desktop import ribbon, vba, vba_wrappers, xlam_package
from xl_kpi.catalog import text
from xl_kpi.errors import Refused, XlKpiError
from xl_kpi.workbook.package.atomic_write import write

NAME = "xl_kpi.xlam"
# Excel calls Python by the names of modules, and so does the builder: nothing below udfs imports it.
FUNCTIONS = "udfs.functions"
MACROS = "udfs.macros"
LANGUAGES = ("ja", "en")


class NoVbaWriter(XlKpiError):
    """The package that writes VBA projects is not installed."""


def build(path: str | Path, lang: str = "en") -> Path:
    """Write the add-in to ``path`` (a folder gets xl_kpi.xlam) and give back the file's path.

    ``lang`` the language of messages; the add-in itself holds both.  Errors: Refused where it can't be written;
    otherwise as ``addin_bytes``.
    """
    target = Path(path)
    if target.is_dir():
        target = target / NAME
    data = addin_bytes(lang)
    try:
        write(target, data)
    except OSError as problem:
        raise not_written(target, problem, lang) from problem
    return target


def not_written(path: Path, problem: OSError, lang: str) -> Refused:
    """The reason why a file could not be written or removed."""
    return Refused(text("addin_not_written", lang, path=path, reason=problem.strerror or str(problem)))


def addin_bytes(lang: str = "en", functions: str = FUNCTIONS, macros: str = MACROS) -> bytes:
    """The whole add-in; the same versions of xl-kpi, xlwings and pyOpenVBA give the same bytes.

    ``lang`` the language of messages, ``functions`` and ``macros`` the Python modules that Excel calls.
    Errors: NoVbaWriter without pyOpenVBA; NoSuchMacro, CannotWrap, UnknownXlwings and NotVba where the parts
    of the add-in do not fit each other.
    """
    wrapped = vba_wrappers.wrappers(import_module(functions))
    ribbon.check(import_module(macros))
    modules = vba.modules(wrapped, functions, macros, __version__)
    return xlam_package.package(vba_project(modules, lang), ribbon.custom_ui(), texts(wrapped), __version__)


def texts(wrapped: tuple[vba_wrappers.Wrapper, ...]) -> dict[str, Mapping[str, str]]:
    """Key → text by language: everything that the add-in says."""
    keys = dict.fromkeys((*ribbon.text_keys(), *vba.text_keys()))
    return {
        **{key: {lang: text(key, lang) for lang in LANGUAGES} for key in keys},
        **vba_wrappers.help_texts(wrapped),
    }


def vba_project(modules: Mapping[str, str], lang: str = "en") -> bytes:
    """The part xl/vbaProject.bin with these modules; VBA's own line ends are put in.

    Errors: NoVbaWriter without pyOpenVBA.
    """
    try:
        from pyopenvba import ExcelFile, VBAModuleKind
    except ImportError as problem:
        raise NoVbaWriter(text("addin_no_writer", lang)) from problem

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, NAME)
        with ExcelFile.create_new(path) as file:
            project = file.vba_project()
            for name, source in modules.items():
                lines = source.replace("\n", "\r\n")
                if name == vba.DOCUMENT:
                    file.set_module(name, lines)
                elif name in vba.CLASSES:
                    project.add_module(name, lines, kind=VBAModuleKind.other)
                else:
                    project.add_module(name, lines)
            project.delete_module("Module1")
            file.save()
        return xlam_package.part(path.read_bytes(), xlam_package.VBA)
