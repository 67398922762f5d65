"""Where the blocks of 逆算 stand, their headers, and the addresses that other sheets point at."""

from __future__ import annotations

from xl_kpi.sheets import chart_data
from xl_kpi.sheets.context import Context
from xl_kpi.workbook.addresses import CellAt, RangeAt, column_letters
from xl_kpi.workbook.cells.grid import HEAD
from xl_kpi.workbook.spec import SheetSpec

NAME, TOTAL, SECOND, BEFORE, FIRST_MONTH = 2, 3, 4, 5, 6
HEADER_ROW = 6
CHART_ROWS = 22


class BackwardsAt:
    """Where every block of the page stands; other sheets point at these rows and cells."""

    def __init__(self, ctx: Context):
        self.sheet = ctx.sheet_names["backwards"]
        stages, channels = len(ctx.plan.stages), ctx.plan.channels_on
        self.months = ctx.plan.months
        self.after = FIRST_MONTH + self.months  # column of what lies after the plan
        self.latest, self.owner = self.after + 1, self.after + 2
        self.revenue = HEADER_ROW + 1 if ctx.plan.goal.kind == "revenue" else 0  # no such row for a goal in orders
        self.need = HEADER_ROW + 1 + bool(self.revenue)
        self.channel_header = self.need + stages + 2
        self.channel = {channel.id: self.channel_header + 1 + k for k, channel in enumerate(channels)}
        self.channel_total = self.channel_header + 1 + len(channels)
        self.cumulative = self.channel_total + 1
        self.chart = self.cumulative + 2
        self.new_header = self.chart + CHART_ROWS + 2
        self.new = self.new_header + 1
        self.actual_header = self.new + stages + 2
        first = self.actual_header + 1
        self.revenue_actual = first if self.revenue else 0
        first += 2 if self.revenue else 0
        self.actual = {index: first + 2 * index for index in range(stages)}
        self.last = first + 2 * stages - 1
        leads = [channel for channel in channels if channel.stage == ctx.plan.stages[0].id]
        self.chart_source = chart_data.reserve(ctx, len(leads) + 1, self.months)

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
