"""Which returned files were collected already: an older file of a person never takes the place of a newer one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace

from xl_kpi.plan.merge import Returned
from xl_kpi.plan.records import Seen
from xl_kpi.plan.said import told


def mark_of(one: Returned, saved: str) -> str:
    """A file's mark: what it says and when it was saved, so that the same words said again later are new."""
    said = [[key, told(value)] for key, value in sorted(one.entries.items())]
    text = json.dumps([saved, said, sorted(one.unread)], ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", errors="surrogatepass")).hexdigest()[:16]


class SeenFiles:
    """What was collected so far, person by person, while a thousand more files come in."""

    def __init__(self, seen: Iterable[Seen]):
        self._seen = {_key(one.version, one.person): one for one in seen}

    def is_outdated(self, one: Returned, saved: str) -> bool:
        """Whether a later file of the same person and version is in the plan already.

        Arguments: ``saved`` when the file was saved, as it says ("" where it does not).
        Result: saved before the latest one; where either does not say when, a file that was collected before it.
        """
        there = self._seen.get(_key(one.version, one.person))
        if there is None:
            return False
        if saved and there.saved and saved != there.saved:
            return saved < there.saved
        return mark_of(one, saved) in there.marks[:-1]

    def add(self, one: Returned, saved: str) -> None:
        """Remember one more file of a person; a first file that says nothing is not worth it."""
        key, mark = _key(one.version, one.person), mark_of(one, saved)
        there = self._seen.get(key)
        if there is None:
            if not one.entries:
                return
            there = Seen(one.version, one.person)
        marks = (*(other for other in there.marks if other != mark), mark)
        self._seen[key] = replace(there, saved=max(saved, there.saved), marks=marks)

    @property
    def all(self) -> tuple[Seen, ...]:
        """As records hold them, by version and person."""
        return tuple(self._seen[key] for key in sorted(self._seen))


def _key(version: str, person: str) -> tuple[str, str]:
    return version, person.casefold()
