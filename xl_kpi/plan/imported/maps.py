"""Maps of files of systems that nobody knows: what their columns mean, as somebody has confirmed it.

In the workbook they stand on データ元, a row a column, so that next month the same kind of file needs no question.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xl_kpi.catalog.exports import folded, systems, without_currency
from xl_kpi.catalog.roles import roles, usual_kind
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.plan.pages.tables import row_ids

MAPS, PAGE = "tbl_maps", "sources"
_NEEDED = ("count", "money", "day", "month")  # what a column holds without which a file is of another kind


@dataclass(frozen=True)
class FileMap:
    """What the columns of one kind of file mean.

    ``name``: what the kind of file is called, in データ元 the system of its numbers; ``roles``: header as written →
    role, "" for a column that is not used.
    """

    name: str
    roles: Mapping[str, str]

    @cached_property
    def by_word(self) -> Mapping[str, str]:
        """Header as it is compared → role."""
        return {compared(header): role for header, role in self.roles.items()}

    @property
    def kind(self) -> str:
        """What a row of it counts: ads, visits, leads …, "" where nothing tells."""
        return usual_kind({role for role in self.roles.values() if role})

    def missing(self, words: Collection[str]) -> list[str]:
        """The headers of days and of what counts that are not among some words, as they are compared."""
        needed = [header for header, role in self.roles.items() if role and roles()[role].holds in _NEEDED]
        return [header for header in needed if compared(header) not in words]

    def fits(self, words: Collection[str]) -> bool:
        """Whether some words are the header of such a file: its days and what counts are there, and half are known."""
        known = sum(word in self.by_word for word in words)
        return bool(words) and not self.missing(words) and any(self.by_word.values()) and known * 2 >= len(words)


def compared(header: str) -> str:
    """A header as it is compared: without width, case, spaces and the currency at its end."""
    return without_currency(folded(header))[0]


def maps_of(plan: Plan) -> list[FileMap]:
    """The maps that a workbook remembers, in the order of their first rows; a row without a header or name is none."""
    found: dict[str, dict[str, str]] = {}
    for row in plan.tables.get(MAPS, {}).values():
        if row.get("file") and row.get("header"):
            found.setdefault(row["file"], {})[row["header"]] = row.get("role") or ""
    return [FileMap(name, roles) for name, roles in found.items()]


def with_map(plan: Plan, made: FileMap, known_rows: Collection[str] = ()) -> Plan:
    """The plan that remembers a map; another one of the same name goes, what stays the same keeps its row.

    Arguments: ``known_rows`` ids of rows that the table has had.
    """
    before = plan.tables.get(MAPS, {})
    own = {row.get("header"): id_ for id_, row in before.items() if row.get("file") == made.name}
    rows: dict[str, Mapping[str, Any]] = {id_: row for id_, row in before.items() if row.get("file") != made.name}
    fresh = iter(row_ids([*before, *known_rows], len(made.roles)))
    for header, role in made.roles.items():
        row = {"file": made.name, "header": header, **({"role": role} if role else {})}
        rows[own.get(header) or next(fresh)] = row
    order = [*(id_ for id_ in before if id_ in rows), *(id_ for id_ in rows if id_ not in before)]
    rows = {id_: rows[id_] for id_ in order}
    if rows == before:
        return plan
    return with_pages(plan.with_(tables={**plan.tables, MAPS: rows}), {PAGE: True})


def additions(maps: Sequence[FileMap], system: str) -> Mapping[str, str]:
    """What a workbook says of the columns of a known system besides what is known of it: word → role, "" for a column
    that is not used.  Such rows bear the name of the system.
    """
    names = {*systems()[system].name.values()}
    return {word: role for one in maps if one.name in names for word, role in one.by_word.items()}


def with_columns(plan: Plan, system: str, roles: Mapping[str, str], known_rows: Collection[str] = ()) -> Plan:
    """The plan that remembers what some columns of a known system mean: header → role."""
    name = systems()[system].name[plan.lang]
    before = next((one.roles for one in maps_of(plan) if one.name == name), {})
    return with_map(plan, FileMap(name, {**before, **roles}), known_rows)


def free_name(name: str, maps: Sequence[FileMap]) -> str:
    """A name that no map and no known system has: numbers of two kinds of file must never be taken for one.

    Example: ``free_name("report", [FileMap("report", …)])`` is ``"report 2"``.
    """
    taken = {one.name for one in maps} | {word for system in systems().values() for word in system.name.values()}
    return next(one for one in (name, *(f"{name} {k}" for k in range(2, len(taken) + 3))) if one not in taken)


def fitting(maps: Sequence[FileMap], words: Collection[str]) -> FileMap | None:
    """The map that fits some words best; None where none fits."""
    taken = {word for system in systems().values() for word in system.name.values()}  # those only add to what is known
    found = [one for one in maps if one.name not in taken and one.fits(words)]
    return max(found, key=lambda one: sum(word in one.by_word for word in words), default=None)
