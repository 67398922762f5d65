"""Where the blocks of 採算 stand, and what their formulas point at."""

from __future__ import annotations

from dataclasses import dataclass

from xl_kpi.plan.economics.figures import Economics
from xl_kpi.sheets.blocks.layout import Layout
from xl_kpi.sheets.blocks.table import MonthTable, Table
from xl_kpi.sheets.context import ChartSource
from xl_kpi.workbook.addresses import CellAt

ALL, COMMON = "total:", "common"  # rows of the table of channels


@dataclass(frozen=True)
class EconomicsAt:
    """The figures and the blocks of the page; ``running`` holds the running totals of budget on the hidden sheet."""

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
