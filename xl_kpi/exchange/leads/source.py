"""From files to tables of the engine as they stand there: plain columns of text, or what the file holds of types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xl_kpi.errors import BadFile, Words
from xl_kpi.exchange.exports.blocks import Block, Column, best, blocks
from xl_kpi.exchange.exports.export import SYSTEM
from xl_kpi.exchange.exports.files import PARQUET, TEXT
from xl_kpi.exchange.exports.grids import Grid, grids
from xl_kpi.exchange.exports.people.persons import START
from xl_kpi.exchange.exports.reading import LeftOut, Reading
from xl_kpi.exchange.exports.totals import totals_in
from xl_kpi.exchange.leads.engine import Engine
from xl_kpi.plan.imported.maps import FileMap
from xl_kpi.plan.imported.questions import Asked

if TYPE_CHECKING:
    import ibis.expr.types as ir
    import pandas as pd

LARGE = 2**25  # bytes; text of more is read by the engine itself, as long as it is UTF-8
_HEAD = 2**18  # bytes in which the header of such a text is looked for
ROW = "row"
_FIRST = 2  # the row of the first record below a header


@dataclass(frozen=True)
class RawTable:
    """A table before anybody has asked what it means.

    ``table``: its columns under ``name_of`` their place, and ``row``, the row as Excel shows it (of text that the
    engine reads itself, the number of the record).  ``block``: where it stands in its file, its columns and the
    systems whose words stand above it, the likeliest first.  ``left_out``: rows that are none (empty, totals,
    remarks).  ``is_text``: its cells are text that has to be read.  ``reading``: who asks about it.
    """

    table: ir.Table
    block: Block
    reading: Reading
    left_out: tuple[LeftOut, ...] = ()
    is_text: bool = True

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.block.columns

    @property
    def systems(self) -> tuple[str, ...]:
        return self.block.systems

    @property
    def file(self) -> str:
        return self.reading.file


def name_of(place: int) -> str:
    """What the column at a place is called in the engine."""
    return f"c{place}"


def raw_table(engine: Engine, block: Block, others: Sequence[Block], file: str, asked: Asked) -> RawTable:
    """The table of a file that was read as cells.

    Arguments: ``engine`` where it is put; ``block`` where it stands, ``others`` all tables of the file; ``file`` its
    name.
    Special cases: a blank row does not end a list: what stands below it down to the next header belongs to it.
    """
    after = [one.header for one in others if one.grid is block.grid and one.header > block.header]
    rows, left = _counting(replace(block, last=min(after, default=len(block.grid.cells) + 1) - 1))
    return RawTable(_put(engine, block, rows), block, Reading(block, file, asked), left)


def table_in(data: bytes, file: str, maps: Sequence[FileMap] = ()) -> tuple[Block, tuple[Block, ...]]:
    """The table that is meant in a file, and all that stand in it.

    Errors: BadFile for what is no table, and for one in which no word above a column is known.
    """
    found = tuple(block for grid in grids(data, file) for block in blocks(grid, maps))
    block = best(found)
    if block is None:
        raise BadFile("leads_no_list", file=file)
    return block, found


def large_block(path: Path, maps: Sequence[FileMap] = ()) -> Block | None:
    """The table of a file that the engine reads by itself and never as a whole: of Parquet, and of large text in UTF-8.

    Result: None for any other file, for a text whose header is not near its beginning, and where no word is known.
    """
    with path.open("rb") as opened:
        head = opened.read(_HEAD)
    if head.startswith(PARQUET):
        from pyarrow.parquet import read_schema

        return best(blocks(_named(read_schema(path).names, path.name), maps))
    if path.stat().st_size < LARGE or path.suffix.lower() not in TEXT or not _is_utf8(head):
        return None
    return best([one for grid in grids(head[: head.rfind(b"\n") + 1], path.name) for one in blocks(grid, maps)])


def large_table(engine: Engine, path: Path, block: Block, asked: Asked) -> RawTable:
    """The rows of such a file.

    Arguments: ``block`` as ``large_block`` has found it.
    """
    if block.grid.text is None:
        table = engine.backend.read_parquet(path, file_row_number=True)
        return typed_table(table, block, path.name, asked, table["file_row_number"])
    names = [name_of(place) for place in range(block.grid.cells.shape[1])]
    table = engine.backend.read_csv(
        path,
        columns=dict.fromkeys(names, "VARCHAR"),
        delim=block.grid.delimiter,
        skip=block.header,
        header=False,
        auto_detect=False,
        quote='"',
        escape='"',
        null_padding=True,
        strict_mode=False,
    )
    kept = engine.settled(_numbered(table, block.header + 1), keep=True)
    return RawTable(kept, block, Reading(block, path.name, asked))


def typed_table(table: ir.Table, block: Block, file: str, asked: Asked, row: Any = None) -> RawTable:
    """A table whose columns have names and types.

    Arguments: ``row`` the column with the number of each record, from 0; None: they are numbered.
    """
    names = [column for column in table.columns if row is None or column != row.get_name()]
    columns = {name_of(place): table[word] for place, word in enumerate(names)}
    if row is None:
        made = _numbered(table.select(**columns), _FIRST)
    else:
        made = table.select(**columns, **{ROW: row + _FIRST})
    return RawTable(made, block, Reading(block, file, asked), is_text=False)


def named_block(names: Sequence[str], file: str, maps: Sequence[FileMap] = ()) -> Block:
    """The table of a data base by the names of its columns.

    Errors: BadFile where none of them is known.
    """
    block = best(blocks(_named(names, file), maps))
    if block is None:
        raise BadFile("leads_no_list", file=file)
    return block


def one_system(raw: RawTable, meanings: Sequence[Sequence[str]]) -> str:
    """The system whose words count; asked where several know as many and mean other things by them.

    Arguments: ``meanings``: of each of the table's systems the roles of the columns.
    """
    first = raw.systems[0] if raw.systems else ""
    if len({tuple(roles) for roles in meanings}) < 2:
        return first
    return raw.reading.ask(SYSTEM, Words("export_ask_system"), *raw.systems) or first


def _named(names: Sequence[str], file: str) -> Grid:
    import pandas as pd

    return Grid(pd.DataFrame([list(names)]), file)


def _is_utf8(head: bytes) -> bool:
    try:
        head[: head.rfind(b"\n") + 1].decode("utf-8")
    except UnicodeDecodeError:
        return False
    return b"\0" not in head


def _numbered(table: ir.Table, first: int) -> ir.Table:
    import ibis

    return table.mutate(**{ROW: ibis.row_number() + first})


def _counting(block: Block) -> tuple[pd.DataFrame, tuple[LeftOut, ...]]:
    """The rows of a table that are rows of it."""
    rows, left = block.rows, []
    filled = rows.astype(str).apply(lambda column: column.str.strip()).ne("").sum(axis=1)
    is_total = totals_in(rows, [one.place for one in block.columns])
    remark = filled.eq(1) if len(block.columns) > 2 else filled.lt(0)
    start = block.column("record_start")
    goes_on = rows.iloc[:, start.place].ne(START) if start else filled.lt(0)
    for reason, which in (
        ("empty", filled.eq(0)), ("total", is_total), ("remark", remark), ("continued", goes_on),
    ):  # fmt: skip
        which = which.loc[rows.index]
        if which.any():
            left.append(LeftOut(reason, int(which.sum()), int(rows.index[which][0])))
            rows = rows[~which]
    return rows, tuple(left)


def _put(engine: Engine, block: Block, rows: pd.DataFrame) -> ir.Table:
    """The rows as a table of text, blanks as NULL."""
    import pandas as pd

    cells = {name_of(one.place): rows.iloc[:, one.place].map(_text).astype(object) for one in block.columns}
    frame = pd.DataFrame({ROW: rows.index.astype("int64"), **{name: list(column) for name, column in cells.items()}})
    return engine.put(frame, {ROW: "int64", **dict.fromkeys(cells, "string")})


def _text(cell: Any) -> str | None:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip() or None
