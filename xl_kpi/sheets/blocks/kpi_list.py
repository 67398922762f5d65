"""The KPIs and stages to choose from: a list on the calculation sheet, for it is too long for the rule of a cell."""

from __future__ import annotations

from dataclasses import dataclass

from xl_kpi.plan.pages.kpi_links import REFERS
from xl_kpi.plan.pages.tables import TABLES
from xl_kpi.sheets import chart_data
from xl_kpi.sheets.context import Context
from xl_kpi.workbook.addresses import CellAt, RangeAt
from xl_kpi.workbook.sheet_kinds import KINDS, is_there

# Pages that have a column to choose a KPI.
_PAGES = {table.page for table in TABLES if any(column.refers == REFERS for column in table.columns)}


@dataclass(frozen=True)
class KpiListAt:
    """``words`` the cells with the list; None while no page of the workbook needs it."""

    words: RangeAt | None


def place_list(ctx: Context) -> KpiListAt:
    """The list, where a page of the workbook needs it."""
    kinds = [kind for kind in KINDS if kind.key in _PAGES]
    if not any(is_there(kind, ctx.plan, ctx.records) for kind in kinds):
        return KpiListAt(None)
    words = [ctx.kpi_links.words[id_] for id_ in ctx.kpi_links.active]
    cells = chart_data.reserve(ctx, len(words), 0)
    cells.cells[0, 0] = (ctx.t("calc_kpi_list"), "", "calc_header")
    for row, word in enumerate(words, 1):
        cells.cells[row, 0] = (word, "", "calc")
    first = CellAt(cells.sheet, cells.top + 1, cells.left)
    return KpiListAt(first.to(CellAt(cells.sheet, cells.top + len(words), cells.left)))
