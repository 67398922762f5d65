"""Close a month in an open book (K15), where nobody can be asked which: the one that was typed, else one more."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from xl_kpi.calc import month_start
from xl_kpi.catalog import text
from xl_kpi.errors import Refused
from xl_kpi.kpi.agreed_targets import closed_until
from xl_kpi.open_book import regenerate
from xl_kpi.open_book.regenerate import Regenerated
from xl_kpi.open_book.snapshot import Fetched
from xl_kpi.plan.model import Plan
from xl_kpi.plan.same_value import same
from xl_kpi.workbook.reading.workbook_reader import Whole


def close(book: Any, found: Fetched, **options: Any) -> Regenerated:
    """Close a month of an open book, in a host that carries out each call at once.

    Arguments and errors: as for ``regenerate.begin``; Refused where no month is open.
    Result: the sheets are those that ``xl-kpi close`` makes of the file with that month.
    Special cases: see ``month_to_close``.
    """
    return _told(regenerate.regenerate(book, found, command="close", change=_closed, **options))


async def awaited_close(book: Any, found: Fetched, **options: Any) -> Regenerated:
    """The same in xlwings Lite."""
    return _told(await regenerate.awaited_regenerate(book, found, command="close", change=_closed, **options))


def month_to_close(whole: Whole) -> dt.date | None:
    """The month through which to close: what was typed as 締めた月まで since the sheets were made, else one month more.

    Result: its first day; None where every month is closed.
    Example: of a plan that starts in April 2027 the first time April, then May.
    """
    plan, typed = whole.read.plan, whole.read.plan.settings.get("closed_until")
    if typed is not None and not same(typed, whole.records.last.get("closed_until")):
        return typed
    return month_start(plan.start, plan.closed_months) if plan.closed_months < plan.months else None


def _closed(whole: Whole) -> Plan:
    month = month_to_close(whole)
    if month is None:
        raise Refused("close_none_open")
    return closed_until(whole.read.plan, month)


def _told(done: Regenerated) -> Regenerated:
    """The same with the months that are closed now, and how they are opened again, on top of the message."""
    plan = done.plan
    last = month_start(plan.start, plan.closed_months - 1)
    said = text("close_said", plan.lang, first=f"{plan.start:%Y/%m}", until=f"{last:%Y/%m}")
    return replace(done, message=f"{said}\n{done.message}")
