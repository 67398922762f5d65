"""Where the blocks of 逆算 stand, their headers, and the addresses that other sheets point at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xl_kpi.catalog import title_and_note
from xl_kpi.plan.closed.closing import stage_key
from xl_kpi.plan.periods.next_period import is_on
from xl_kpi.sheets import chart_data
from xl_kpi.sheets.blocks import closed_rows, outlook_rows
from xl_kpi.sheets.blocks.closed_rows import ClosedAt
from xl_kpi.sheets.blocks.outlook_rows import ExpectedAt
from xl_kpi.sheets.context import ChartSource, Context, mark_attainment
from xl_kpi.sheets.places import exact_volumes
from xl_kpi.sheets.places.exact_volumes import ExactAt
from xl_kpi.workbook.addresses import CellAt, RangeAt, column_letters
from xl_kpi.workbook.cells.grid import HEAD
from xl_kpi.workbook.spec import SheetSpec

NAME, TOTAL, SECOND, BEFORE, FIRST_MONTH = 2, 3, 4, 5, 6
HEADER_ROW = 6
CHART_ROWS = 22
CLOSED_NOTE = f"{HEAD}closed"  # of the row that says what totals hold; a table above it ends before
# Headers that say something else once months are closed (``<key>_open``).
CHANGING = ("column_before", "column_shortage", "column_credit")


@dataclass(frozen=True)
class BackwardsAt:
    """Where every block of the page stands: rows, and the columns behind the months; other sheets point at them."""

    sheet: str
    months: int
    after: int  # column of what lies after the plan
    latest: int
    owner: int
    revenue: int  # the goal in money; 0: no such row for a goal in orders
    existing: int  # what existing customers bring of it; 0: nothing of theirs is planned
    need: int  # the first stage's row; the others follow
    outlook_header: int
    outlook: int  # orders needed, orders expected; for a goal in money two more rows
    channel_header: int
    channel: Mapping[str, int]  # by the channel's id
    channel_total: int
    cumulative: int
    chart: int
    new_header: int
    new: int
    actual_header: int
    revenue_actual: int
    existing_actual: int
    actual: Mapping[int, int]  # by the stage's index; the row of attainment follows
    last: int
    first: int  # the first row of the first plan, two rows a stage; 0: nothing was ever closed
    chart_source: ChartSource
    closed: ClosedAt
    exact: ExactAt
    expected: ExpectedAt
    following: ChartSource | None  # what the next period asks of each channel; None: it is off

    def actuals(self, ctx: Context) -> list[tuple[str, RangeAt]]:
        """The months of the actuals of each stage, and of the goal where it is money."""
        rows = [(stage_key(stage.id), self.actual[index]) for index, stage in enumerate(ctx.plan.stages)]
        if self.revenue_actual:
            rows.append((ctx.plan.goal.row, self.revenue_actual))
        return [(key, self.cell(row, FIRST_MONTH).to(self.cell(row, self.month(self.months - 1)))) for key, row in rows]

    @property
    def end(self) -> int:
        """The last row of the page."""
        return self.first + self.last - self.actual_header - 1 if self.first else self.last

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

    def new_upto(self, index: int, k: int) -> RangeAt:
        """What must be newly won before the start and up to a month."""
        row = self.new + index
        return self.cell(row, BEFORE).to(self.cell(row, self.month(k)))

    def shortage(self, index: int) -> CellAt:
        """What of it had to be there before the start, and for which nothing is open; exactly."""
        return self.exact.new.cell(index, exact_volumes.BEFORE)

    def outside(self, index: int) -> CellAt:
        """What of it lies outside the plan's months or is covered by the open pipeline."""
        return self.cell(self.new + index, self.latest)

    def of_channel(self, channel_id: str) -> CellAt:
        """What a channel has to bring in all."""
        return self.cell(self.channel[channel_id], TOTAL)

    def channel_month(self, channel_id: str, k: int) -> CellAt:
        return self.cell(self.channel[channel_id], self.month(k))

    def parts(self) -> list[int]:
        """The columns of what is needed before the start, in each month and after the plan."""
        return [BEFORE, *(self.month(k) for k in range(self.months)), self.after]

    def cell(self, row: int, column: int) -> CellAt:
        return CellAt(self.sheet, row, column)


def placed(ctx: Context) -> BackwardsAt:
    """The blocks one below the other: need, channels, chart, newly needed, actuals."""
    stages, channels, months = len(ctx.plan.stages), ctx.plan.channels_in_funnel, ctx.plan.months
    after = FIRST_MONTH + months
    revenue = HEADER_ROW + 1 if ctx.plan.goal.in_money else 0
    existing = HEADER_ROW + 2 if ctx.targets.existing else 0
    need = HEADER_ROW + 1 + bool(revenue) + bool(existing)
    outlook_header = need + stages + 2
    outlook = outlook_header + 1
    channel_header = outlook + (4 if revenue else 2) + 2
    channel_total = channel_header + 1 + len(channels)
    chart = channel_total + 3
    new_header = chart + CHART_ROWS + 2
    actual_header = new_header + 1 + stages + 2
    first = actual_header + 1 + 2 * (bool(revenue) + bool(existing))
    leads = [channel for channel in channels if channel.stage == ctx.plan.stages[0].id]
    return BackwardsAt(
        sheet=ctx.sheet_names["backwards"], months=months, after=after, latest=after + 1, owner=after + 2,
        revenue=revenue, existing=existing, need=need, outlook_header=outlook_header, outlook=outlook,
        channel_header=channel_header,
        channel={channel.id: channel_header + 1 + k for k, channel in enumerate(channels)},
        channel_total=channel_total, cumulative=channel_total + 1, chart=chart, new_header=new_header,
        new=new_header + 1, actual_header=actual_header, revenue_actual=actual_header + 1 if revenue else 0,
        existing_actual=actual_header + 3 if existing else 0,
        actual={index: first + 2 * index for index in range(stages)}, last=first + 2 * stages - 1,
        first=first + 2 * stages + 3 if ctx.has_first_plan else 0,
        chart_source=chart_data.reserve(ctx, len(leads) + 1, months), closed=closed_rows.placed(ctx),
        exact=exact_volumes.placed(ctx), expected=outlook_rows.placed(ctx),
        following=chart_data.reserve(ctx, len(channels), months + 1) if is_on(ctx.plan) else None,
    )  # fmt: skip


def section(ctx: Context, page: SheetSpec, rows: BackwardsAt, row: int, key: str) -> None:
    """The line above a block's header, with a word above the months that are closed.

    What stands in brackets goes beside the names: these are printed again on each page, as wide as they are.
    """
    title, note = title_and_note(ctx.t(key))
    words = {NAME: (title, "section"), TOTAL: (note or None, "section_note")}
    for column in range(NAME, rows.owner + 1):
        page.put(row, column, *words.get(column, (None, "section")))
    closed_marks(ctx, page, rows, row)


def closed_marks(ctx: Context, page: SheetSpec, rows: BackwardsAt, row: int, style: str = "section") -> None:
    """A word above each month that is closed."""
    for k in range(rows.months):
        value, look, formula = closed_mark(ctx, k, style)
        page.put(row, rows.month(k), value, look, formula=formula)


def closed_mark(ctx: Context, month: int, style: str = "section") -> tuple[str, str, str]:
    """What stands above a month that is closed: value, style and formula of the cell."""
    word = ctx.t("closed_mark")
    return word if month < ctx.plan.closed_months else "", style, f'=IF(closed_months>{month},"{word}","")'


def closed_totals(ctx: Context, page: SheetSpec, row: int, column: int, id_: str = "") -> None:
    """What totals hold once months are closed; blank before.  ``id_`` of its row, where that is none of the title."""
    said = ctx.t("closed_totals")
    if id_:
        page.put(row, 1, id_, "key")
    value = said if ctx.plan.closed_months else ""
    page.put(row, column, value, "note_line", formula=f'=IF(closed_months=0,"","{said}")')


def header(ctx: Context, page: SheetSpec, rows: BackwardsAt, row: int, table: str, keys: dict[int, str]) -> None:
    page.put(row, 1, f"{HEAD}{table}", "key")
    for column, key in keys.items():
        if key in CHANGING:
            now, closed = ctx.t(key), ctx.t(f"{key}_open")
            said = closed if ctx.plan.closed_months else now
            page.put(row, column, said, "header", formula=f'=IF(closed_months=0,"{now}","{closed}")')
        else:
            page.put(row, column, ctx.t(key), "header")
    for k, month in enumerate(ctx.months):
        page.put(row, rows.month(k), month, "header.month", formula=f"=EDATE(plan_start,{k})")
    page.heights[row] = 30


def end_of_pair(page: SheetSpec, rows: BackwardsAt, row: int, of: int) -> None:
    """What follows the months of a row and of its attainment below: blanks, the owner in row ``of``, the colours."""
    for column in (rows.after, rows.latest):
        page.put(row, column, None, "value")
        page.put(row + 1, column, None, "value")
    owner = page.cells[of, rows.owner].value or ""
    page.put(row, rows.owner, owner, "label", formula=f'=""&${column_letters(rows.owner)}{of}')
    page.put(row + 1, rows.owner, None, "label")
    mark_attainment(page, rows.span(row + 1, dollar=False), f"{column_letters(FIRST_MONTH)}{row + 1}")
    mark_attainment(page, f"D{row + 1}", f"D{row + 1}")
