"""Scripts that Excel runs: a button of the ribbon calls them, xlwings Lite lists them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import xlwings as xw
from xlwings import script

from xl_kpi.addin import lite_regenerate
from xl_kpi.addin.lite_pages import LiteHost, adapted, draw_charts
from xl_kpi.addin.lite_snapshot import awaited, fetched
from xl_kpi.catalog import text
from xl_kpi.errors import InputFaults, XlKpiError

__all__ = ["regenerate"]

if sys.platform == "emscripten":  # xlwings Lite: formulas and charts have to be waited for

    @script
    async def regenerate(book: xw.Book) -> None:
        """Write the generated sheets anew from what is typed in them."""
        with _messages(book) as say:
            done = lite_regenerate.regenerate(book, await awaited(book), adapt=adapted, host=LiteHost(book))
            await draw_charts(book, done.spec)
            say(done.message)

else:

    @script
    def regenerate(book: xw.Book) -> None:
        """Write the generated sheets anew from what is typed in them."""
        with _messages(book) as say:
            say(lite_regenerate.regenerate(book, fetched(book)).message)


@contextmanager
def _messages(book: xw.Book) -> Iterator[Callable[[str], None]]:
    """Shows what was done, or what is wrong, in a box; a book without a screen gets the error itself."""
    lang = _language(book)
    try:
        yield lambda message: _show(book, message, lang, "info")
    except XlKpiError as problem:
        message = str(problem)
        if isinstance(problem, InputFaults):
            lines = lite_regenerate.shown(problem.faults, lang)
            message = "\n".join([text("regenerate_faults", lang, count=len(problem.faults)), *lines])
        if not _show(book, message, lang, "critical"):
            raise


def _show(book: xw.Book, message: str, lang: str, mode: str) -> bool:
    try:
        book.app.alert(message, text("regenerate_title", lang), mode=mode)
    except NotImplementedError:  # a file: nobody looks
        return False
    return True


def _language(book: xw.Book) -> str:
    """The plan's language; Japanese where the book is none of ours."""
    try:
        typed = next((name.refers_to_range.value for name in book.names if name.name == "plan_lang"), None)
    except Exception:  # each host has its own error for "#REF!"
        typed = None
    return "en" if typed in ("en", text("lang_en", "ja"), text("lang_en", "en")) else "ja"
