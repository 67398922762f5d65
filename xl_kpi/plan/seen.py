"""Which returned files were collected already: an older file of a person never takes the place of a newer one."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

from xl_kpi.plan.merge import Returned, told
from xl_kpi.plan.records import Records, Seen


def mark_of(one: Returned, saved: str) -> str:
    """A file's mark: what it says and when it was saved, so that the same words said again later are new."""
    said = [[key, told(value)] for key, value in sorted(one.entries.items())]
    text = json.dumps([saved, said, sorted(one.unread)], ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()[:16]


def is_outdated(records: Records, one: Returned, saved: str) -> bool:
    """Whether a later file of the same person and version is in the plan already.

    Arguments: ``saved`` when the file was saved, as it says ("" where it does not).
    Result: saved before the latest one; where either does not say when, a file that was collected before it.
    """
    there = _seen(records, one)
    if there is None:
        return False
    if saved and there.saved and saved != there.saved:
        return saved < there.saved
    return mark_of(one, saved) in there.marks[:-1]


def with_seen(records: Records, one: Returned, saved: str) -> Records:
    """The records with one more file of a person; a first file that says nothing is not worth remembering."""
    there, mark = _seen(records, one), mark_of(one, saved)
    if there is None:
        if not one.entries:
            return records
        there = Seen(one.version, one.person)
    now = replace(there, saved=max(saved, there.saved), marks=(*(m for m in there.marks if m != mark), mark))
    others = [seen for seen in records.seen if _key(seen.version, seen.person) != _key(one.version, one.person)]
    return records.with_(seen=tuple(sorted([*others, now], key=lambda seen: _key(seen.version, seen.person))))


def _seen(records: Records, one: Returned) -> Seen | None:
    wanted = _key(one.version, one.person)
    return next((seen for seen in records.seen if _key(seen.version, seen.person) == wanted), None)


def _key(version: str, person: str) -> tuple[str, str]:
    return version, person.casefold()
