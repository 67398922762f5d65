"""次の期の分 / for the next period (K16) by channel on the hidden sheet 計算: whole numbers that add up to 逆算's.

A channel's sheet shows its row.  They are shared out as the plan's own numbers are (``calc.whole_table``).
"""

from __future__ import annotations

from xl_kpi.kpi.figures import nearest_excel
from xl_kpi.plan.model import Channel
from xl_kpi.plan.periods.next_period import NextPeriod
from xl_kpi.sheets.blocks.closed_rows import block_cell
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import ChartSource, Context
from xl_kpi.sheets.places.backwards import BEFORE, BackwardsAt
from xl_kpi.workbook.addresses import CellAt


def fill(ctx: Context, rows: BackwardsAt, first: int) -> None:
    """A line for each channel: before the start, then the months.  ``first``: the row of 逆算 with the leads."""
    source, period = rows.following, NextPeriod(ctx.targets, ctx.outlook)
    assert source is not None
    source.cells[0, 0] = (ctx.t("calc_next"), "", "calc_header")
    for k, month in enumerate(ctx.months):
        source.cells[0, 2 + k] = (month, f"=EDATE(plan_start,{k})", "calc.month")
    for line, channel in enumerate(ctx.plan.channels_in_funnel, 1):
        row = first + ctx.targets.stage_index(channel.stage)
        source.cells[line, 0] = (f"{channel.id}:next", "", "calc")
        for part, value in enumerate(period.whole_of_channel(channel).parts[:-1]):
            text = _shared_out(ctx, rows, source, channel, rows.cell(row, BEFORE), part)
            source.cells[line, 1 + part] = (value, f"={text}", "calc")


def month_of(ctx: Context, channel: Channel, k: int) -> CellAt:
    """A month of a channel."""
    source = ctx.at(BackwardsAt).following
    assert source is not None
    return block_cell(source, 1 + ctx.plan.channels_in_funnel.index(channel), 2 + k)


def _shared_out(
    ctx: Context, rows: BackwardsAt, source: ChartSource, channel: Channel, before: CellAt, part: int
) -> str:
    """Excel text of ``calc.whole_table`` for a channel and a part; ``before`` its stage's number before the start."""
    channels, places = ctx.plan.channels_in_funnel, ctx.at(ChannelsAt).rows
    lines = [line for line, one in enumerate(channels, 1) if one.stage == channel.stage]
    upto = [line for line in lines if line <= 1 + channels.index(channel)]
    shares = ",".join(str(places[channels[line - 1].id].used_share) for line in upto)
    total = before._replace(column=before.column + part)
    due = nearest_excel(f"SUM({before.to(total)})*SUM({shares})")
    if part:
        had = (str(block_cell(source, line, 1).to(block_cell(source, line, part)).here) for line in upto)
        due += f"-SUM({','.join(had)})"
    others = ",".join(block_cell(source, line, 1 + part).here for line in upto[:-1])
    return f"MAX(0,MIN(N({total}),{due}){f'-SUM({others})' if others else ''})"
