"""Where things stand on the hidden sheet 計算: its rows, and the columns of the forward run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xl_kpi.sheets.context import FIRST_MONTH as FIRST_MONTH
from xl_kpi.sheets.context import Context, grid_months
from xl_kpi.workbook.addresses import CellAt, column_letters

LOW_ROW, HIGH_ROW, COUNT_ROW, CURVE_ROW = 5, 6, 7, 8  # of the grid that works backwards
MONTH_HEADER = FIRST_MONTH - 1
BEHIND = 200  # columns for the blocks right of the grids: further runs stand behind them, so that nothing moves
# Its columns I to L: which day's place it is, what remains of the goal on that day, the sums of that, and the orders;
# the stages follow, last one first.
POSITION, REMAINING, GOAL, ORDERS = range(9, 13)
# Of the forward run, above the months: a stage's rate (from the one before it), what is open in the one before it, how
# many of it make one order; then single cells in the column of the leads; then what goes through each stage in all.
RATE, OPEN, PER_ORDER, PACE, UNIT, CREDIT, IN_TIME, SHORT, TOO_DEAR, LANDING, EVER = range(4, 15)
FEES = EVER  # beside it in that column, how often the orders in time bring their price
# What comes too late and shares of the goal, beside them in the column of the orders whose revenue has come in.
LATER, SHARE_EVER, SHARE, LATER_SAID = IN_TIME, SHORT, TOO_DEAR, LANDING


def stage_column(ctx: Context, index: int) -> int:
    """A stage's column of the grid that works backwards: orders in ORDERS, then backwards to the first stage."""
    return ORDERS + len(ctx.plan.stages) - 1 - index


def grid_days(ctx: Context) -> int:
    """The last day of both grids, from the start: whichever month that is, no month is longer than 31 days."""
    return 31 * grid_months(ctx) + 1


def on_day(ctx: Context, column: int, day: str) -> str:
    """Excel text: what a column of the grid that works backwards has on a day, counted from the start."""
    days, letter = grid_days(ctx), column_letters(column)
    first = FIRST_MONTH + grid_months(ctx) + 3  # the day after the last one
    return f"INDEX(${letter}${first}:${letter}${first + days + 1},MAX(1,{days + 2}-{day}))"


@dataclass(frozen=True)
class ForwardAt:
    """The forward run: its columns by their numbers, and its results as cells for other pages.

    ``months`` rows of the table of months (the one that ends it not counted), ``days`` the last day of the grid,
    ``first`` the row of day 0.  ``need`` the column of the leads needed anew (in the order of the days of the grid that
    works backwards), ``day`` that of the days, ``stages`` one for each stage, the orders last, ``paid`` that of the
    orders whose revenue has come in (at the edges of the months only), beside it the monthly fees of each month;
    ``channels`` the first of four columns with a row for each channel: its share of the leads, its limit, its cost of
    one order, a word where that is too much.
    Then come the runs by which the orders are told by channel, each a column for each stage and one for the revenue at
    the edges of the months: that of all leads from ``all_leads`` on, and those of what a channel with a limit brings
    (``chains``, by its id; only channels of which a month asked too much when the sheets were written).  ``excess``:
    by its id the part of each month's leads that a channel can't bring, of one of the ``chains`` that it does bring.
    """

    sheet: str
    months: int
    days: int
    first: int
    need: int
    day: int
    stages: tuple[int, ...]
    paid: int
    channels: int
    all_leads: int
    excess: Mapping[str, int]
    chains: Mapping[str, int]

    def cell(self, row: int, column: int) -> CellAt:
        return CellAt(self.sheet, row, column)

    def whole(self, column: int) -> str:
        """All days of a column of the run."""
        letter = column_letters(column)
        return f"{letter}${self.first}:{letter}${self.first + self.days}"

    @property
    def unit(self) -> CellAt:
        """In what the run counts: the leads that are needed in all."""
        return self.cell(UNIT, self.stages[0])

    @property
    def in_time(self) -> CellAt:
        """Orders that count for the goal, in that unit."""
        return self.cell(IN_TIME, self.stages[0])

    @property
    def ever(self) -> CellAt:
        """All orders, whenever they come, in that unit."""
        return self.cell(EVER, self.stages[-1])

    def fees(self, month: int) -> CellAt:
        """How often the price of orders in time comes in a month, as monthly fees, in that unit."""
        return self.cell(FIRST_MONTH + month, self.paid + 1)

    def orders(self, month: int) -> CellAt:
        """Orders up to the first day of a month (from 0), in that unit."""
        return self.cell(FIRST_MONTH + month, self.stages[-1])

    def delivered(self, month: int) -> CellAt:
        """The same of orders whose revenue has come in."""
        return self.cell(FIRST_MONTH + month, self.paid)


def placed(ctx: Context) -> ForwardAt:
    """Right of the grid that works backwards, in its rows but without that of the day after the last one."""
    count, months = len(ctx.plan.stages), grid_months(ctx)
    need = ORDERS + count + 1
    stages = tuple(range(need + 2, need + 2 + count))
    first = FIRST_MONTH + months + 4
    paid = stages[-1] + 1
    leads = paid + 2 + 6  # behind what is said of each channel
    excess = {channel.id: leads + count + 1 + k for k, channel in enumerate(ctx.plan.lead_channels)}
    behind = leads + count + 1 + len(excess) + BEHIND
    chains = {id_: behind + k * (count + 1) for k, id_ in enumerate(ctx.outlook.excess)}
    return ForwardAt(ctx.sheet_names["calc"], months, grid_days(ctx), first, need, need + 1, stages, paid, paid + 2,
                     leads, excess, chains)  # fmt: skip
