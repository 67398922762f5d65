"""What is worth a line about a download that was read: nothing of it keeps the figures from being used."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from xl_kpi.calc.calendar import days_of_month
from xl_kpi.catalog.exports import ExportSystem
from xl_kpi.errors import Words
from xl_kpi.exchange.columns import total_of

if TYPE_CHECKING:
    import pandas as pd

_RESAVED = re.compile(r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2} 0?0:00(?::00)?")
_UTC = re.compile(r".*[0-9](?:Z|[+-]00:?00)")
_OF_PERSONS = ("leads", "deals", "attendees", "records")


def of_dates(cells: pd.Series[Any]) -> Iterator[Words]:
    """Days that a spreadsheet has written anew, and times that are told in UTC."""
    told = [cell for cell in cells.unique() if isinstance(cell, str)]
    if any(_RESAVED.fullmatch(cell.strip()) for cell in told):
        yield Words("import_note_resaved")
    if any(_UTC.fullmatch(cell.strip()) for cell in told):
        yield Words("import_zone")


def of_counts(table: pd.DataFrame) -> Iterator[Words]:
    """More enquiries than clicks: they may be counted by the day of the click, by view, or twice."""
    clicks = next((role for role in ("clicks", "link_clicks") if role in table), "")
    for role in ("conversions", "leads"):
        if clicks and role in table:
            more, fewer = (total_of(table[one].dropna()) for one in (role, clicks))
            if more > fewer:
                yield Words("import_note_conversions", more=float(more), fewer=float(fewer))
                return


def of_system(system: ExportSystem | None) -> Iterator[Words]:
    """Whose midnight ends a day, where that may be another one than the reader's."""
    if system and system.zone == "utc":
        yield Words("import_zone")
    elif system and system.zone and (system.kind in _OF_PERSONS):
        yield Words(f"import_zone_{system.zone}")


def of_period(period: tuple[dt.date, dt.date] | None, first: dt.date, last: dt.date) -> Iterator[Words]:
    """Rows of days that the file does not say it covers."""
    if period and not (period[0] <= first and last <= period[1]):
        yield Words("import_note_outside", first=f"{period[0]:%Y/%m/%d}", last=f"{period[1]:%Y/%m/%d}")


def end_of(month: dt.date) -> dt.date:
    return month.replace(day=days_of_month(month))
