"""Whether two values say the same, and what a returned file says that was not sent."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from xl_kpi.plan.records import Value

ANSWER = re.compile(r"(tbl_agreement\[[^\]]+\])\.(\w+)")
STATE = "state"  # what an answer is decided by
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
    match = ANSWER.fullmatch(key)
    return f"{match[1]}.{STATE}" if match else key


def same(one: Value, other: Value) -> bool:
    """Whether two values say the same."""
    return told(one) == told(other)


def said_in(entries: Mapping[str, Value], sent: Mapping[str, Value]) -> dict[str, Value]:
    """What a file says: the entries that differ from what was sent, and the whole answer of which a part does."""
    answers, found, rows = {}, {}, set()
    for key, value in entries.items():
        match = ANSWER.fullmatch(key)
        changed = not same(value, sent.get(key))
        if match:
            answers[key] = match[1]
            if changed and match[2] in _SAID:
                rows.add(match[1])
        elif changed:
            found[key] = value
    return {**found, **{key: entries[key] for key, row in answers.items() if row in rows}}
