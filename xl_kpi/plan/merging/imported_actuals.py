"""Actuals of closed months that came from files: nobody's reply changes them unless somebody chooses so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from xl_kpi.plan.imported.figures import LEFT, SOURCES
from xl_kpi.plan.keys import EntryKey, actual_key
from xl_kpi.plan.records import Value


def closed_imports(entries: Mapping[str, Value]) -> set[str]:
    """The keys of the actuals of closed months that データ元 knows.

    Arguments: ``entries`` of a plan, by their keys.
    Example: June is closed and a file brought its 135 conversions: ``{"actual[web:cv][2026-06]"}``.
    """
    until, found = entries.get("closed_until"), set()
    if not isinstance(until, dt.date):
        return set()
    for key, link in entries.items():
        if not key.startswith(SOURCES):
            continue
        row = EntryKey.parse(key)
        month = entries.get(row.beside("month"))
        if row.column == "kpi" and isinstance(month, dt.date) and month <= until and link:
            if entries.get(row.beside("used")) != LEFT:
                found.add(actual_key(str(link).replace(".", ":"), month))
    return found
