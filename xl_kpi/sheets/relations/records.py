"""Pages of tables that grow by typing, one below the other, and their columns as other pages count them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from xl_kpi.plan.pages.tables import find_table
from xl_kpi.sheets.blocks import paper
from xl_kpi.sheets.blocks.head import FIRST_COLUMN, Title
from xl_kpi.sheets.blocks.layout import Block, Layout
from xl_kpi.sheets.blocks.table import Column, Table
from xl_kpi.sheets.blocks.typed_rows import rows_said, typed_table
from xl_kpi.sheets.context import Context
from xl_kpi.workbook.addresses import CellAt

APART = 4  # blank rows between two tables: what is typed right below a table belongs to it
Columns = tuple[Column | tuple[str, float], ...]


@dataclass(frozen=True)
class RecordsAt:
    """The tables of a page by their keys, and the last row that counts for each."""

    tables: Mapping[str, Table]
    last: Mapping[str, int]
    layout: Layout

    def column(self, table: str, column: str) -> str:
        """All cells of a column, its header and what may be typed below its rows among them: for any page.

        The header is no number and no choice, so it counts for nothing; with it the range stays when a row is put in
        above the first one.
        """
        head = self.tables[table].head(column)
        return str(head.to(CellAt(head.sheet, self.last[table], head.column)))


def records(ctx: Context, key: str, tables: Mapping[str, Columns], before: Sequence[Block] = ()) -> RecordsAt:
    """The page with these tables, the last of which has room for as many rows as it takes.

    Arguments: ``key`` of the page; ``tables`` table → its columns from left to right; ``before`` what stands above.
    """
    made: dict[str, Table] = {}
    for table, columns in tables.items():
        section = ctx.t(f"{table.removeprefix('tbl_')}_section")
        made[table] = typed_table(
            ctx, table, columns, section=section, above=APART if made else 1, repeat=False,
            groups=[*ctx.plan.tables.get(table, {})], header_height=45,
        )  # fmt: skip
        made[table].fit_texts()
    first = next(iter(made.values()))
    title = Title(ctx.t(f"{key}_title"), ctx.t(f"{key}_subtitle", rows=rows_said(ctx)), first.links())
    widths = [*map(max, zip_longest(*map(_widths, tables.values()), fillvalue=0.0))]
    apart = paper.side_by_side(paper.columns_apart(widths, FIRST_COLUMN))
    layout = Layout(ctx, key, title, *before, *made.values(), protected=False, **apart)
    last = {}
    for table, block in made.items():
        about = find_table(table)
        assert about is not None, table
        rows = about.most if block is [*made.values()][-1] else len(block.keys) + about.spare + APART - 2
        last[table] = block.header + rows
    return RecordsAt(made, last, layout)


def _widths(columns: Columns) -> list[float]:
    """In characters, from left to right."""
    return [(one.width or 0.0) if isinstance(one, Column) else one[1] for one in columns]
