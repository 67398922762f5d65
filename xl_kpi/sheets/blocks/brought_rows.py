"""Where the orders and the revenue that each channel's leads bring stand on the hidden sheet 計算, exact."""

from __future__ import annotations

from dataclasses import dataclass

from xl_kpi.sheets import chart_data
from xl_kpi.sheets.blocks.closed_rows import block_cell
from xl_kpi.sheets.context import ChartSource, Context
from xl_kpi.workbook.addresses import CellAt, RangeAt

ORDERS, REVENUE = 0, 1
TOTAL, FIRST = 1, 2  # columns: whenever they come, then those in time by month


@dataclass(frozen=True)
class BroughtAt:
    """Two lines for each channel of leads that is on, its orders and their revenue: first all orders, then all
    revenue."""

    source: ChartSource
    channels: tuple[str, ...]

    def line(self, channel_id: str, what: int) -> int:
        return 1 + what * len(self.channels) + self.channels.index(channel_id)

    def total(self, channel_id: str, what: int) -> CellAt:
        """All that its leads bring; a blank while a limit is exceeded of which the sheets know nothing yet."""
        return block_cell(self.source, self.line(channel_id, what), TOTAL)

    def totals(self, what: int, last: str = "") -> RangeAt:
        """The totals of all channels, or down to one."""
        return self.total(self.channels[0], what).to(self.total(last or self.channels[-1], what))

    @property
    def pending(self) -> str:
        """Excel text: whether some channel's are not known until the sheets are made anew."""
        return f"COUNT({self.totals(ORDERS)})<{len(self.channels)}" if self.channels else "1=0"

    def upto(self, channel_id: str, what: int, month: int) -> RangeAt:
        """What comes in time up to the end of a month, from 0."""
        line = self.line(channel_id, what)
        return block_cell(self.source, line, FIRST).to(block_cell(self.source, line, FIRST + month))


def placed(ctx: Context) -> BroughtAt:
    channels = tuple(channel.id for channel in ctx.plan.lead_channels)
    return BroughtAt(chart_data.reserve(ctx, 2 * len(channels), ctx.plan.months + 1), channels)
