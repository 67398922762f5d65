"""What the tests of the add-in look at: its modules, its texts and the whole file, each built once."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from xl_kpi import __version__
from xl_kpi.addin.desktop import vba, vba_wrappers, xlam


@cache
def wrapped() -> tuple[vba_wrappers.Wrapper, ...]:
    return vba_wrappers.wrappers(import_module(xlam.FUNCTIONS))


@cache
def modules() -> dict[str, str]:
    return vba.modules(wrapped(), xlam.FUNCTIONS, xlam.MACROS, __version__)


def ours() -> dict[str, str]:
    """The modules that are not xlwings' own."""
    return {name: text for name, text in modules().items() if name not in ("xlwings", "Dictionary")}


@cache
def texts() -> dict:
    return xlam.texts(wrapped())


@cache
def addin() -> bytes:
    return xlam.addin_bytes()
