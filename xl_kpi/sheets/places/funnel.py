"""Where the rows of ファネル stand, and the cells that other sheets point at."""

from __future__ import annotations

from dataclasses import dataclass

from xl_kpi.sheets import chart_data
from xl_kpi.sheets.context import ChartSource, Context
from xl_kpi.sheets.places.backwards import BackwardsAt
from xl_kpi.workbook.addresses import CellAt, RangeAt

HEADER_ROW = 6
SPARE_ROWS = 3  # room to type further stages
CURVE_STEPS = 6  # 30 … 180 days
ID, NAME, OWNER, RATE, LOW, HIGH, CURVE = 2, 3, 4, 5, 6, 7, 8
BASIS = CURVE + CURVE_STEPS
ORDER = BASIS + 1
USED = ORDER + 1
CHECK = USED + 1
OPEN, ORDERS = 4, 5  # of the pipeline


@dataclass(frozen=True)
class StageAt:
    """The cells of one stage; the last one has no rate and no lag to the next.

    ``rate`` is the one that everything is computed with: as typed, or what channels with own rates make of it.
    """

    name: CellAt
    owner: CellAt
    open: CellAt  # in the pipeline
    rate: CellAt
    typed_rate: CellAt
    low: CellAt
    high: CellAt
    curve: RangeAt


@dataclass(frozen=True)
class FunnelAt:
    """``stages`` in their order; ``last`` the last row that can be typed into, ``pipeline`` that block's header.

    ``rows`` are all that can be typed into, from the hidden ids to the order; ``required`` the volumes that the chart
    shows.
    """

    stages: tuple[StageAt, ...]
    rows: RangeAt
    last: int
    pipeline: int
    required: tuple[CellAt, ...]
    chart: ChartSource


def placed(ctx: Context) -> FunnelAt:
    count = len(ctx.plan.stages)
    last = HEADER_ROW + count + SPARE_ROWS
    pipeline = last + 4

    def cell(row: int, column: int) -> CellAt:
        return CellAt(ctx.sheet_names["funnel"], row, column)

    def stage(index: int) -> StageAt:
        row = HEADER_ROW + 1 + index
        curve = cell(row, CURVE).to(cell(row, CURVE + CURVE_STEPS - 1))
        opened = cell(pipeline + 1 + index, OPEN)
        name, owner, typed, low, high = (cell(row, column) for column in (NAME, OWNER, RATE, LOW, HIGH))
        return StageAt(name, owner, opened, cell(row, USED), typed, low, high, curve)

    required = tuple(ctx.at(BackwardsAt).required(index) for index in range(count))
    stages = tuple(stage(index) for index in range(count))
    rows = cell(HEADER_ROW + 1, 1).to(cell(last, ORDER))
    return FunnelAt(stages, rows, last, pipeline, required, chart_data.reserve(ctx, 1, count))


def changed(ctx: Context) -> str:
    """Excel's text of whether stages were added, removed or moved since the sheets were written.

    A row that was there has its id in the hidden column; one that was put in or typed into a free row has none.
    """
    rows, count = ctx.at(FunnelAt).rows, len(ctx.plan.stages)
    first, end = rows.first, rows.first.row + count - 1

    def down(column: int, top: int = first.row, bottom: int = rows.last.row) -> str:
        return str(first._replace(row=top, column=column).to(first._replace(row=bottom, column=column)))

    named = f'(({down(ID)}<>"")+({down(NAME)}<>"")>0)'
    new, there = f'SUMPRODUCT({named}*({down(1)}=""))', f'SUMPRODUCT({named}*({down(1)}<>""))'
    below, above = down(ORDER, first.row + 1, end), down(ORDER, first.row, end - 1)
    return f'OR({new}>0,{there}<>{count},SUMPRODUCT(({below}<={above})*({below}<>""))>0)'
