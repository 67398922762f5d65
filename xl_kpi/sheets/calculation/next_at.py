"""Where the next period stands on the hidden sheet 計算: below the grid that works backwards, in its columns."""

from __future__ import annotations

from dataclasses import dataclass

from xl_kpi.plan.periods.next_period import NextPeriod, room
from xl_kpi.sheets.calculation.calc_rows import FIRST_MONTH, grid_days
from xl_kpi.sheets.context import Context, grid_months
from xl_kpi.sheets.places.funnel import CURVE_STEPS
from xl_kpi.workbook.addresses import CellAt

LABEL, VALUE, POSITION, ENTERED, GOAL = 2, 3, 9, 10, 11
MONTHS, START, DEADLINE, AMOUNT, PENDING, CARRIED, TIMES, GOING_ON = range(1, 9)  # single cells, below the title
SPAN, REQUIRED, WEIGHTS = 1, 2, 4  # of each stage, beside them
HEADER = WEIGHTS + CURVE_STEPS + 1
STEP = 30  # days that one entry of a measured curve stands for


@dataclass(frozen=True)
class NextAt:
    """Where the block stands: ``top`` its title, ``months`` of the next period, ``first`` the grid's row of day 0."""

    sheet: str
    top: int
    months: int
    first: int
    days: int

    def row(self, offset: int) -> int:
        return self.top + offset

    def month(self, k: int) -> int:
        """The row of a month of the next period, and of the edge before the plan's month k."""
        return self.top + HEADER + 1 + k

    def single(self, offset: int) -> CellAt:
        return CellAt(self.sheet, self.row(offset), VALUE)

    def reached(self, column: int, edge: int) -> CellAt:
        """What must have been won at a stage before the plan's month ``edge`` (from 0; the last one: its end)."""
        return CellAt(self.sheet, self.month(edge), column)

    def of_stage(self, column: int, offset: int) -> CellAt:
        return CellAt(self.sheet, self.row(offset), column)

    @property
    def last(self) -> int:
        return self.first + self.days


def placed(ctx: Context) -> NextAt:
    period = NextPeriod(ctx.targets, ctx.outlook)
    top = FIRST_MONTH + grid_months(ctx) + grid_days(ctx) + 8
    months = grid_months(ctx)
    return NextAt(ctx.sheet_names["calc"], top, months, top + HEADER + months + 4, room(period.spans[0]))
