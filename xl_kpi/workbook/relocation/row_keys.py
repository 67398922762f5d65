"""By what the rows of a generated sheet are known when it is made anew: ids, the table they stand in, headers."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from xl_kpi.workbook.cells.grid import HEAD, Grid

Row = tuple[str, str, int]  # the table, the id, which of several rows with this id in this table


def row_keys(grid: Grid, tables: bool) -> dict[int, Row]:
    """Row → what it is known by.  ``tables``: the ids count within their table, else within the sheet."""
    found: dict[int, Row] = {}
    table, seen = "", Counter[tuple[str, str]]()
    for row, id_ in grid.ids.items():
        if id_.startswith(HEAD):
            if not tables:
                continue
            table = id_
        key = (table, id_)
        seen[key] += 1
        found[row] = (*key, seen[key])
    return found


def heads_of(grid: Grid, start: dt.date, marked: bool) -> dict[int, tuple[str, int]]:
    """Row of a header → what the table is called; without marks the rows that hold months, by their order."""
    if marked:
        return {row: (id_, 1) for row, id_ in grid.ids.items() if id_.startswith(HEAD)}
    rows = [row for row in range(1, grid.rows + 1) if grid.months(row, start)]
    return {row: ("", number) for number, row in enumerate(rows)}


def typed_rows(
    old: Grid, new: Grid, old_rows: Mapping[int, Row], new_rows: Mapping[Row, int], given: Mapping[int, str]
) -> dict[int, Row]:
    """Rows in which somebody typed a stage, a channel or a KPI: they have no id yet, but get one now.

    Arguments: ``given`` rows of which it is known already which id they get.
    """
    found: dict[int, Row] = {}
    known = set(old_rows.values())
    by_id: dict[str, list[Row]] = {}
    for each in new_rows:
        if each not in known:
            by_id.setdefault(each[1], []).append(each)
    for row, id_ in given.items():
        if row not in old_rows and len(by_id.get(id_, ())) == 1:
            (found[row],) = by_id[id_]
    taken = {*given.values()}
    fresh = {(new.content(row, 2), new.content(row, 3)): key
             for key, row in new_rows.items() if key[0] and key not in known and key[1] not in taken}  # fmt: skip
    table = ""
    for row in range(1, old.rows + 1) if fresh else ():
        key = old_rows.get(row)
        table = key[0] if key else table
        there = fresh.get((old.content(row, 2), old.content(row, 3)))
        if key is None and there is not None and there[0] == table and there not in found.values():
            found[row] = there
    return found
