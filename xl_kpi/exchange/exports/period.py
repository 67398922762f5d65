"""The period that stands above a table: the days that a report says it covers."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable

from xl_kpi.exchange.exports.dates import read_dates

_DAY = re.compile(
    r"[12][0-9]{3}[-/.年][01]?[0-9][-/.月][0-3]?[0-9]日?"
    r"|(?<![0-9])(?:19|20)[0-9]{2}[01][0-9][0-3][0-9](?![0-9])"
    r"|[A-Z][a-z]{2,8}\.? [0-3]?[0-9], [12][0-9]{3}"
    r"|[0-3]?[0-9]/[0-3]?[0-9]/[12][0-9]{3}"
)


def period_in(lines: Iterable[str], order: str = "") -> tuple[dt.date, dt.date] | None:
    """First and last day that the lines above a table name.

    Arguments: ``lines`` as written; ``order`` of day and month where the system always writes the same.
    Result: None unless exactly two days stand there, the first not after the last.
    Example: ``period_in(["# 20251001-20260228"])`` is 1 October 2025 to 28 February 2026.
    """
    import pandas as pd

    found = [day for line in lines for day in _DAY.findall(unicodedata.normalize("NFKC", line))]
    if len(found) != 2:
        return None
    days = list(read_dates(pd.Series(found, dtype=object), order=order).days)
    return (days[0], days[1]) if None not in days and days[0] <= days[1] else None
