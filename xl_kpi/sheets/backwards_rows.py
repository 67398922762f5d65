"""Where the blocks of 逆算 stand, their headers, and the addresses that other sheets point at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xl_kpi.sheets import chart_data
from xl_kpi.sheets.context import ChartSource, Context
from xl_kpi.workbook.addresses import CellAt, RangeAt, column_letters
from xl_kpi.workbook.cells.grid import HEAD
from xl_kpi.workbook.spec import SheetSpec

NAME, TOTAL, SECOND, BEFORE, FIRST_MONTH = 2, 3, 4, 5, 6
HEADER_ROW = 6
CHART_ROWS = 22


@dataclass(frozen=True)
class BackwardsAt:
    """Where every block of the page stands: rows, and the columns behind the months; other sheets point at them."""

    sheet: str
    months: int
    after: int  # column of what lies after the plan
    latest: int
    owner: int
    revenue: int  # 0: no such row for a goal in orders
    need: int  # the first stage's row; the others follow
    channel_header: int
    channel: Mapping[str, int]  # by the channel's id
    channel_total: int
    cumulative: int
    chart: int
    new_header: int
    new: int
    actual_header: int
    revenue_actual: int
    actual: Mapping[int, int]  # by the stage's index; the row of attainment follows
    last: int
    chart_source: ChartSource

    def month(self, k: int) -> int:
        return FIRST_MONTH + k

    def span(self, row: int, dollar: bool = True) -> str:
        """The months of a row as an address."""
        first, last = column_letters(FIRST_MONTH), column_letters(FIRST_MONTH + self.months - 1)
        mark = "$" if dollar else ""
        return f"{mark}{first}{row}:{mark}{last}{row}"

    def required(self, index: int) -> CellAt:
        """The volume that a stage needs in all."""
        return self.cell(self.need + index, TOTAL)

    def new_total(self, index: int) -> CellAt:
        """What of it must be newly won in the plan's months."""
        return self.cell(self.new + index, TOTAL)

    def new_months(self, index: int) -> RangeAt:
        """The same, month by month."""
        row = self.new + index
        return self.cell(row, FIRST_MONTH).to(self.cell(row, self.month(self.months - 1)))

    def new_month(self, index: int, k: int) -> CellAt:
        return self.cell(self.new + index, self.month(k))

    def outside(self, index: int) -> CellAt:
        """What of it lies outside the plan's months or is covered by the open pipeline."""
        return self.cell(self.new + index, self.latest)

    def of_channel(self, channel_id: str) -> CellAt:
        """What a channel has to bring in all."""
        return self.cell(self.channel[channel_id], TOTAL)

    def cell(self, row: int, column: int) -> CellAt:
        return CellAt(self.sheet, row, column)


def placed(ctx: Context) -> BackwardsAt:
    """The blocks one below the other: need, channels, chart, newly needed, actuals."""
    stages, channels, months = len(ctx.plan.stages), ctx.plan.channels_on, ctx.plan.months
    after = FIRST_MONTH + months
    revenue = HEADER_ROW + 1 if ctx.plan.goal.kind == "revenue" else 0
    need = HEADER_ROW + 1 + bool(revenue)
    channel_header = need + stages + 2
    channel_total = channel_header + 1 + len(channels)
    chart = channel_total + 3
    new_header = chart + CHART_ROWS + 2
    actual_header = new_header + 1 + stages + 2
    first = actual_header + 1 + (2 if revenue else 0)
    leads = [channel for channel in channels if channel.stage == ctx.plan.stages[0].id]
    return BackwardsAt(
        sheet=ctx.sheet_names["backwards"], months=months, after=after, latest=after + 1, owner=after + 2,
        revenue=revenue, need=need, channel_header=channel_header,
        channel={channel.id: channel_header + 1 + k for k, channel in enumerate(channels)},
        channel_total=channel_total, cumulative=channel_total + 1, chart=chart, new_header=new_header,
        new=new_header + 1, actual_header=actual_header, revenue_actual=actual_header + 1 if revenue else 0,
        actual={index: first + 2 * index for index in range(stages)}, last=first + 2 * stages - 1,
        chart_source=chart_data.reserve(ctx, len(leads) + 1, months),
    )  # fmt: skip


def section(ctx: Context, page: SheetSpec, rows: BackwardsAt, row: int, key: str) -> None:
    for column in range(NAME, rows.owner + 1):
        page.put(row, column, ctx.t(key) if column == NAME else None, "section")


def header(ctx: Context, page: SheetSpec, rows: BackwardsAt, row: int, table: str, keys: dict[int, str]) -> None:
    page.put(row, 1, f"{HEAD}{table}", "key")
    for column, key in keys.items():
        page.put(row, column, ctx.t(key), "header")
    for k, month in enumerate(ctx.months):
        page.put(row, rows.month(k), month, "header.month", formula=f"=EDATE(plan_start,{k})")
    page.heights[row] = 32
