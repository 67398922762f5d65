"""Where the blocks of 採算 stand, and what their formulas point at."""

from __future__ import annotations

from dataclasses import dataclass

from xl_kpi.plan.economics.figures import Economics
from xl_kpi.sheets.blocks.layout import Layout
from xl_kpi.sheets.blocks.table import MonthTable, Table
from xl_kpi.sheets.context import ChartSource
from xl_kpi.workbook.addresses import CellAt

ALL, COMMON = "total:", "common"  # rows of the table of channels
# Columns of the hidden block, a row for each channel that brings customers: its ratio as it is compared, what it gives,
# what it takes, both up to this channel; its orders, and of a customer of it LTV, profit at first, profit of a month.
RATIO, GIVES, TAKES, GIVEN, TAKEN, ORDERS, LTV, FIRST, MONTHLY = range(1, 10)


@dataclass(frozen=True)
class EconomicsAt:
    """The figures and the blocks of the page; ``running`` is the block on the hidden sheet."""

    figures: Economics
    customer: Table
    lines: Table
    channels: Table
    allowed: Table
    moves: Table
    running: ChartSource
    months: MonthTable
    segments: Table
    layout: Layout

    def of_customer(self, row: str) -> CellAt:
        """An entry or a figure of what a customer brings."""
        return self.customer.cell(row, "value")

    def hidden(self, place: int, part: int) -> str:
        """A cell of the hidden block: of the n-th channel that brings customers, from 0."""
        source = self.running
        return str(CellAt(source.sheet, source.top + 1 + place, source.left + part))

    def hidden_column(self, part: int) -> str:
        """Its cells of all these channels."""
        source, count = self.running, len(self.figures.bringing)
        first = CellAt(source.sheet, source.top + 1, source.left + part)
        return str(first.to(CellAt(source.sheet, source.top + count, source.left + part)))
