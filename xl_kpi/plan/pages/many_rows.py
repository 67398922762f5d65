"""Changes in many rows of a table that grows by typing, told as one: a list that was pasted, cleared, updated."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from xl_kpi.errors import Words
from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.pages.tables import TypedTable, find_table, number_of_id
from xl_kpi.plan.records import Value

MOST_TOLD = 20  # rows, or cells of a column, that have a line each
ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True)
class ManyRows:
    """Entries that are told together: ``kind`` says what became of their rows, ``column`` which cells changed."""

    table: TypedTable
    kind: str
    column: str
    keys: tuple[str, ...]
    rows: frozenset[str]

    @property
    def key(self) -> str:
        """The key of the line: of the last of the rows, so that its id is remembered and given to no other.

        It is no entry's, whose former value the line would have to say.
        """
        last = max(self.rows, key=lambda row: (number_of_id(row), row))
        return str(EntryKey(self.table.key, last))

    def words(self) -> Words:
        about = {"sheet": Words(f"sheet_{self.table.page}"), "count": f"{len(self.rows):,}"}
        if self.kind == CHANGED:
            return Words("log_rows_changed", column=Words(self.table.header(self.column)), **about)
        return Words(f"log_rows_{self.kind}", **about)


def many_rows(
    differing: Iterable[str], before: Mapping[str, Value], after: Mapping[str, Value], apart: Collection[str] = ()
) -> list[ManyRows]:
    """What is told together.

    Arguments: ``differing`` the keys that differ between ``before`` and ``after``; ``apart`` keys that have a line of
    their own in any case.
    Result: for each table the rows that came, those that went, and the columns in which others changed, where they
    are more than ``MOST_TOLD``.
    Example: 5,000 accounts pasted at once are one line, a single one has a line for each of its cells.
    """
    entries = [
        (key, EntryKey.parse(key)) for key in differing if find_table(key.partition("[")[0]) and key not in apart
    ]
    tables = {entry.table for _, entry in entries}
    there = [{(entry.table, entry.row) for entry in _rows(some, tables)} for some in (before, after)]
    groups: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for key, entry in entries:
        was, now = ((entry.table, entry.row) in some for some in there)
        kind = CHANGED if was and now else REMOVED if was else ADDED
        column = entry.column if kind == CHANGED else ""
        groups.setdefault((entry.table, kind, column), []).append((key, entry.row or ""))
    found = []
    for (name, kind, column), changed in groups.items():
        table, rows = find_table(name), frozenset(row for _, row in changed)
        if table and len(rows) > MOST_TOLD:
            found.append(ManyRows(table, kind, column, tuple(key for key, _ in changed), rows))
    return found


def _rows(entries: Iterable[str], tables: Collection[str]) -> Iterable[EntryKey]:
    return (EntryKey.parse(key) for key in entries if key.partition("[")[0] in tables)
