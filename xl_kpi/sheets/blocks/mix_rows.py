"""Where the rates of the channels multiplied stand on the hidden sheet 計算, and what other sheets compute of them."""

from __future__ import annotations

from dataclasses import dataclass

from xl_kpi.sheets import chart_data
from xl_kpi.sheets.blocks.closed_rows import block_cell
from xl_kpi.sheets.context import ChartSource, Context
from xl_kpi.workbook.addresses import CellAt

NAME, SHARE, FIRST = range(3)  # columns: then of one lead how many reach each next stage


@dataclass(frozen=True)
class MixAt:
    """A line for each channel of the plan, and one for all leads below them.

    ``channels`` their ids, ``steps`` how many rates there are.
    """

    source: ChartSource
    channels: tuple[str, ...]
    steps: int

    def share(self, channel_id: str) -> CellAt:
        """Its part of the leads; 0 of a channel that is off or brings none."""
        return self._cell(channel_id, SHARE)

    def product(self, channel_id: str, step: int) -> CellAt:
        """Of one lead of it, how many are there after the first ``step`` steps (from 1)."""
        return self._cell(channel_id, FIRST + step - 1)

    def own(self, channel_id: str) -> CellAt:
        """How many rates of its own are in use."""
        return self._cell(channel_id, FIRST + self.steps)

    def weight(self, channel_id: str) -> CellAt:
        """Orders that a lead of it brings, beside those that the mean lead does."""
        return self._cell(channel_id, self.weights)

    def all_after(self, step: int) -> CellAt:
        """Of one lead of all, how many are there after so many steps; of 0 steps the sum of the shares."""
        return block_cell(self.source, 1 + len(self.channels), SHARE + step)

    @property
    def weights(self) -> int:
        """The column of ``weight``."""
        return FIRST + self.steps + 1

    @property
    def owned(self) -> CellAt:
        """How many rates of channels are in use in all."""
        return block_cell(self.source, 1 + len(self.channels), FIRST + self.steps)

    def column(self, place: int) -> str:
        """The lines of all channels in a column of the block."""
        return block_cell(self.source, 1, place).to(block_cell(self.source, len(self.channels), place)).here

    def rate(self, index: int, typed: CellAt) -> str:
        """Excel text: the rate of a step over all leads; as typed where no channel has one of its own."""
        if not self.channels:
            return str(typed.here)
        before, after = self.all_after(index), self.all_after(index + 1)
        return f"IF({self.owned}=0,{typed.here},IF({before}>0,{after}/{before},{typed.here}))"

    def share_after(self, channel_id: str, step: int, share: str) -> str:
        """Excel text: a channel's part of what comes after so many steps of all leads; ``share`` that of the leads."""
        total = self.all_after(step)
        return f"IF(OR({self.owned}=0,{total}<=0),{share},{share}*{self.product(channel_id, step)}/{total})"

    def _cell(self, channel_id: str, column: int) -> CellAt:
        return block_cell(self.source, 1 + self.channels.index(channel_id), column)


def placed(ctx: Context) -> MixAt:
    channels, steps = tuple(channel.id for channel in ctx.plan.channels), len(ctx.plan.stages) - 1
    return MixAt(chart_data.reserve(ctx, len(channels) + 1, FIRST + steps + 1), channels, steps)
