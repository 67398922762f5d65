"""Which returned files were collected already, and which of one person's files is the later one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace

from xl_kpi.plan.merging.merge import Returned
from xl_kpi.plan.records import Seen
from xl_kpi.plan.same_value import told

# When a file was mailed and when it was saved, both to be compared as text; "" where nothing says so.
Times = tuple[str, str]


def is_later(one: Times, other: Times) -> bool | None:
    """Whether the first of two files is the later one; None where nothing tells.

    Result: by the dates of their mails where both came by mail, else by when they were saved; a file that was
    saved after the other was mailed is later as well.
    """
    for mine, others in zip(one, other):
        if mine and others and mine != others:
            return mine > others
    (mailed, saved), (other_mailed, other_saved) = one, other
    if saved and other_mailed and not mailed and saved > other_mailed:
        return True
    if other_saved and mailed and not other_mailed and other_saved > mailed:
        return False
    return None


def mark_of(one: Returned, saved: str) -> str:
    """A file's mark: what it says and when it was saved, so that the same words said again later are new."""
    said = [[key, told(value)] for key, value in sorted(one.entries.items())]
    text = json.dumps([saved, said, sorted(one.unread)], ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()[:16]


class SeenFiles:
    """What was collected so far, person by person, while a thousand more files come in."""

    def __init__(self, seen: Iterable[Seen]):
        self._seen = {_key(one.version, one.person): one for one in seen}

    def knows(self, one: Returned, saved: str) -> bool:
        """Whether the same file was collected before."""
        there = self._seen.get(_key(one.version, one.person))
        return there is not None and mark_of(one, saved) in there.marks

    def is_outdated(self, one: Returned, saved: str, mailed: str = "") -> bool:
        """Whether a later file of the same person and version is in the plan already.

        Arguments: ``saved`` when the file was saved, as it says, ``mailed`` the date of its mail ("" where there is
        none).
        """
        return any(is_later(times, (mailed, saved)) for times in self._latest(one))

    def is_unsure(self, one: Returned, saved: str, mailed: str = "") -> bool:
        """Whether another file of the same person and version is in the plan of which nobody knows if it is older.

        Special cases: the only file of a person, collected again, is sure.
        """
        there = self._seen.get(_key(one.version, one.person))
        if there is None or there.marks == (mark_of(one, saved),):
            return False
        return any(is_later((mailed, saved), times) is None for times in self._latest(one))

    def add(self, one: Returned, saved: str, mailed: str = "") -> None:
        """Remember one more file of a person; a first file that says nothing is not worth it."""
        key, mark, times = _key(one.version, one.person), mark_of(one, saved), (mailed, saved)
        there = self._seen.get(key)
        if there is None:
            if not one.entries:
                return
            there = Seen(one.version, one.person)
        marks = tuple(sorted({*there.marks, mark}))
        latest = self._latest(one)
        if not any(is_later(other, times) for other in latest):
            latest = tuple(sorted({times, *(other for other in latest if not is_later(times, other))}))
        self._seen[key] = replace(there, saved=max(saved, there.saved), marks=marks, latest=latest)

    def _latest(self, one: Returned) -> tuple[Times, ...]:
        there = self._seen.get(_key(one.version, one.person))
        if there is None:
            return ()
        return there.latest or (("", there.saved),)

    @property
    def all(self) -> tuple[Seen, ...]:
        """As records hold them, by version and person."""
        return tuple(self._seen[key] for key in sorted(self._seen))


def _key(version: str, person: str) -> tuple[str, str]:
    return version, person.casefold()
