"""The files of one person in the order in which they were made, as far as mails and workbooks tell."""

from __future__ import annotations

from collections.abc import Sequence

from xl_kpi.exchange.returned.desk import ReadBack
from xl_kpi.plan.merging.collected_files import is_later


def in_order(back: Sequence[ReadBack]) -> list[ReadBack]:
    """Each person's files, none before one that is known to be earlier; people as they come.

    Special cases: of files that contradict one another (a later mail with an earlier file, and a third between) any
    may come first.
    """
    people: dict[str, list[ReadBack]] = {}
    for one in back:
        people.setdefault(one.returned.person, []).append(one)
    found: list[ReadBack] = []
    for files in people.values():
        files = list(files)
        while files:
            first = next((one for one in files if not any(_is_later(one, other) for other in files)), files[0])
            files.remove(first)
            found.append(first)
    return found


def _is_later(one: ReadBack, other: ReadBack) -> bool:
    return bool(is_later((one.mailed, one.saved), (other.mailed, other.saved)))
