"""Whether two values say the same, and what a returned file says that was not sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from xl_kpi.plan.keys import STATE, EntryKey
from xl_kpi.plan.records import Value

_SAID = (STATE, "by", "on", "comment")  # by changing one of these somebody answers


def told(value: Value) -> tuple[str, Any] | None:
    """What a value says, to compare by: numbers to the 15 digits that a cell holds, blank is None."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "bool", value
    if isinstance(value, (int, float)):
        return "number", f"{value + 0.0:.15g}"
    if isinstance(value, dt.datetime):
        value = value.date()
    return ("date", value.isoformat()) if isinstance(value, dt.date) else ("text", str(value))


def entry_of(key: str) -> str:
    """The entry that is decided about: the state of an answer for all of it; any other stands for itself."""
    entry = EntryKey.parse(key)
    return entry.beside(STATE) if entry.is_answer else key


def same(one: Value, other: Value) -> bool:
    """Whether two values say the same."""
    if type(one) is type(other) and one == other:
        return True
    return told(one) == told(other)


def said_in(entries: Mapping[str, Value], sent: Mapping[str, Value]) -> dict[str, Value]:
    """What a file says: the entries that differ from what was sent, and the whole answer of which a part does."""
    answers, found, rows = {}, {}, set()
    for key, value in entries.items():
        entry = EntryKey.parse(key)
        changed = not same(value, sent.get(key))
        if entry.is_answer:
            answers[key] = entry.row
            if changed and entry.column in _SAID:
                rows.add(entry.row)
        elif changed:
            found[key] = value
    return {**found, **{key: entries[key] for key, row in answers.items() if row in rows}}
