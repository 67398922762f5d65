"""Scripts that Excel runs: a button of the ribbon calls them, xlwings Lite lists those that need no file."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import xlwings as xw
from xlwings import script

from xl_kpi.catalog import text
from xl_kpi.catalog.messages import counted
from xl_kpi.catalog.messages import message as in_words
from xl_kpi.errors import InputFaults, XlKpiError
from xl_kpi.open_book import close as open_close
from xl_kpi.open_book import regenerate as open_regenerate
from xl_kpi.open_book.lite_host import LiteHost, adapted, draw_charts
from xl_kpi.open_book.snapshot import Snapshot, awaited, fetched
from xl_kpi.regenerate.typed_over import typed_over
from xl_kpi.workbook.cells.grid import MARK
from xl_kpi.workbook.reading.findings import findings_of, is_cut_short
from xl_kpi.workbook.reading.workbook_reader import read_whole

__all__ = ["check", "close", "guide", "import_files", "regenerate"]

if sys.platform == "emscripten":  # xlwings Lite: formulas and charts have to be waited for

    @script
    async def regenerate(book: xw.Book) -> None:
        """Write the generated sheets anew from what is typed in them."""
        await _write(book, open_regenerate.awaited_regenerate)

    @script
    async def close(book: xw.Book) -> None:
        """Close one more month, or up to the one typed on the settings sheet: its targets stay as they were agreed."""
        await _write(book, open_close.awaited_close)

    async def _write(book: xw.Book, work: Callable[..., Awaitable[Any]]) -> None:
        with _messages(book) as say:
            done = await work(book, await awaited(book), adapt=adapted, host=LiteHost(book))
            if done.spec is not None:
                await draw_charts(book, done.spec)
            say(done.message)

    @script
    async def import_files(book: xw.Book) -> None:
        """Say where downloaded files are taken in: a browser hands over none."""
        with _messages(book) as say:
            say(text("macro_import_browser", _language(book)))

    @script
    async def check(book: xw.Book) -> None:
        """List everything wrong or doubtful in what is typed."""
        with _messages(book) as say:
            say(_findings(Snapshot(book, await awaited(book))))

else:
    from udfs import desktop

    __all__ += ["channels", "collect", "distribute", "pages", "report", "restore", "review"]

    @script
    def import_files(book: xw.Book) -> None:
        """Take actuals out of downloaded files."""
        _press(book, desktop.import_files)

    @script
    def regenerate(book: xw.Book) -> None:
        """Write the generated sheets anew from what is typed in them."""
        if desktop.file_of(book):
            _press(book, desktop.regenerate)
            return
        with _messages(book) as say:  # on a server: nothing but the open book itself can be written
            say(open_regenerate.regenerate(book, fetched(book), who=desktop.user()).message)

    @script
    def check(book: xw.Book) -> None:
        """List everything wrong or doubtful in what is typed."""
        with _messages(book) as say:
            say(_findings(Snapshot(book, fetched(book))))

    @script
    def channels(book: xw.Book) -> None:
        """Choose the channels that the plan uses."""
        _press(book, desktop.channels)

    @script
    def pages(book: xw.Book) -> None:
        """Choose the pages that the workbook shows."""
        _press(book, desktop.pages)

    @script
    def close(book: xw.Book) -> None:
        """Close the months up to one of the plan: their targets stay as they were agreed."""
        _press(book, desktop.close)

    @script
    def review(book: xw.Book) -> None:
        """Put what the review proposes on the log, and make its pages anew."""
        _press(book, desktop.review)

    @script
    def report(book: xw.Book) -> None:
        """Write a report for those who only read, beside the workbook, and open it."""
        _press(book, desktop.report)

    @script
    def distribute(book: xw.Book) -> None:
        """Make a workbook and a draft mail for each person of a list."""
        _press(book, desktop.distribute)

    @script
    def collect(book: xw.Book) -> None:
        """Merge returned files into the plan."""
        _press(book, desktop.collect)

    @script
    def restore(book: xw.Book) -> None:
        """Bring back an earlier state of the file."""
        _press(book, desktop.restore)


@script
def guide(book: xw.Book) -> None:
    """Open the sheet that explains the workbook."""
    with _messages(book) as say:
        for sheet in book.sheets:
            if sheet.range("A1").value == f"{MARK}start":
                sheet.activate()
                return
        say(text("macro_no_guide", _language(book)))


def _press(book: xw.Book, work: Callable[[Any, str], str | None]) -> None:
    """A button's work and what it says; None: the user has closed a window, nothing is to be said."""
    with _messages(book) as say:
        lang = _language(book)
        said = work(book, lang)
        if said is not None:
            say(said or text("macro_done", lang))


def _findings(book: Snapshot) -> str:
    whole = read_whole(book, book.name)
    read, lang = whole.read, whole.read.plan.lang
    faults = findings_of(read, read.plan, book.name, whole.records, dt.date.today())
    faults += typed_over(book, whole, book.name)
    said = counted(faults, book.name, lang, short=is_cut_short(read))
    return "\n".join([said, "", *open_regenerate.shown(tuple(faults), lang)]) if faults else said


@contextmanager
def _messages(book: xw.Book) -> Iterator[Callable[[str], bool]]:
    """Shows what was done, or what is wrong, in a box; a book without a screen gets the error itself."""
    lang, app = _language(book), book.app  # the book may be closed before there is something to say
    try:
        yield lambda message: _show(app, message, lang, "info")
    except XlKpiError as problem:
        message = in_words(problem, lang)
        if isinstance(problem, InputFaults):
            lines = open_regenerate.shown(problem.faults, lang)
            message = "\n".join([text("regenerate_faults", lang, count=len(problem.faults)), *lines])
        if not _show(app, message, lang, "critical"):
            raise


def _show(app: Any, message: str, lang: str, mode: str) -> bool:
    try:
        app.alert(message, text("regenerate_title", lang), mode=mode)
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
