"""Where the exact outlook (K14) by month stands on the hidden sheet 計算, and what 逆算 rounds of it."""

from __future__ import annotations

from dataclasses import dataclass

from xl_kpi.sheets import chart_data
from xl_kpi.sheets.context import ChartSource, Context
from xl_kpi.workbook.addresses import CellAt, RangeAt

ORDERS, REVENUE = 0, 1  # lines of the block
TOTAL, FIRST = 1, 2  # its columns: in time in all, then the months, after the plan, too late


@dataclass(frozen=True)
class ExpectedAt:
    """Where the block stands: a line for the orders, and one for their revenue where that is the goal."""

    source: ChartSource
    months: int

    def total(self, line: int) -> CellAt:
        """All that counts for the goal."""
        return self._cell(line, TOTAL)

    def upto(self, line: int, month: int) -> RangeAt:
        """What of it comes up to the end of a month, from 0."""
        return self._cell(line, FIRST).to(self._cell(line, FIRST + month))

    def late(self, line: int) -> CellAt:
        """What comes of the plan too late for the goal, whenever that is."""
        return self._cell(line, FIRST + self.months + 1)

    def _cell(self, line: int, column: int) -> CellAt:
        return CellAt(self.source.sheet, self.source.top + 1 + line, self.source.left + column)


def placed(ctx: Context) -> ExpectedAt:
    lines = 2 if ctx.plan.goal.in_money else 1
    return ExpectedAt(chart_data.reserve(ctx, lines, ctx.plan.months + 3), ctx.plan.months)
