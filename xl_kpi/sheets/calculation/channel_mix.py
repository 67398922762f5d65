"""転換率の積 / the rates of each channel multiplied, on the hidden sheet 計算: what the plan's rates are made of.

A line for each channel: of one lead how many reach each next stage, with the channel's own rates where it has some; how
many of these are in use; what a lead weighs beside the mean one.  Below them what all leads have (``blocks.mix_rows``).
"""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from math import prod
from operator import mul

from xl_kpi.calc import exact
from xl_kpi.plan.model import Channel
from xl_kpi.sheets.blocks.mix_rows import FIRST, NAME, SHARE, MixAt
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.places.funnel import FunnelAt


def fill(ctx: Context) -> None:
    """The whole block; nothing where the plan has no channel."""
    at, plan = ctx.at(ChannelsAt).mix, ctx.plan
    cells = at.source.cells
    if not at.channels:
        return
    heads = ["calc_mix", "calc_forward_share", *[""] * at.steps, "calc_mix_own", "calc_mix_weight"]
    for column, key in enumerate(heads):
        said = ctx.t(key) if key else plan.stages[column - FIRST + 1].name
        cells[0, column] = (said, "", "calc_header")
    for line, channel in enumerate(plan.channels, 1):
        _line(ctx, at, line, channel)
    line = 1 + len(plan.channels)
    cells[line, NAME] = (ctx.t("calc_mix_all"), "", "calc")
    shares = [ctx.targets.used_share(channel) if channel in plan.lead_channels else 0 for channel in plan.channels]
    chains = [[Fraction(1), *_products(ctx, channel)] for channel in plan.channels]
    for step in range(at.steps + 1):
        total = float(sum(share * chain[step] for share, chain in zip(shares, chains, strict=True)))
        text = f"=SUM({at.column(SHARE)})"
        if step:
            text = f"=SUMPRODUCT({at.column(SHARE)},{at.column(SHARE + step)})"
        cells[line, SHARE + step] = (total, text, "calc")
    own = FIRST + at.steps
    count = sum(_own_in_use(ctx, channel) for channel in plan.channels)
    cells[line, own] = (count, f"=SUM({at.column(own)})", "calc")


def _line(ctx: Context, at: MixAt, line: int, channel: Channel) -> None:
    plan, cells, page = ctx.plan, at.source.cells, ctx.at(ChannelsAt)
    stage, used = (page.table.cell(channel.id, key) for key in ("stage", "used"))
    word, id_ = ctx.stage_words[plan.stages[0].id], plan.stages[0].id
    leads = channel.stage == id_
    cells[line, NAME] = (channel.name, f"={page.table.cell(channel.id, 'name')}", "calc")
    share = float(ctx.targets.used_share(channel)) if leads else 0.0
    cells[line, SHARE] = (share, f'=IF(OR({stage}="{word}",{stage}="{id_}"),{used},0)', "calc")
    products = _products(ctx, channel)
    for step, product in enumerate(products, 1):
        typed, own = ctx.at(FunnelAt).stages[step - 1].typed_rate, page.own_rate(channel.id, step - 1)
        rate = f"N({typed})" if own is None else f"IF(ISNUMBER({own}),{own},N({typed}))"
        before = f"{at.product(channel.id, step - 1).here}*" if step > 1 else ""
        cells[line, SHARE + step] = (float(product), f"={before}{rate}", "calc")
    first, last = (page.own_rate(channel.id, step) for step in (0, at.steps - 1))
    counted = f"=IF({at.share(channel.id).here}>0,COUNT({first.to(last)}),0)" if first and last else ""
    cells[line, FIRST + at.steps] = (_own_in_use(ctx, channel), counted, "calc")
    weight = float(products[-1] / prod(exact(rate or 1) for rate in plan.rates))
    reached, total, shares = at.product(channel.id, at.steps), at.all_after(at.steps), at.all_after(0)
    text = f"=IF(OR({at.owned.here}=0,{total.here}<=0),1,{reached.here}*{shares.here}/{total.here})"
    cells[line, FIRST + at.steps + 1] = (weight if _has_own(ctx) else 1, text, "calc")


def _products(ctx: Context, channel: Channel) -> list[Fraction]:
    """Of one lead, how many reach each next stage; of any channel, as if it brought leads."""
    rates = (ctx.plan.channel_rates.get((channel.id, stage.id), stage.rate) for stage in ctx.plan.stages[:-1])
    return [*accumulate((exact(rate or 0) for rate in rates), mul)]


def _own_in_use(ctx: Context, channel: Channel) -> int:
    plan = ctx.plan
    if channel not in plan.lead_channels or not ctx.targets.used_share(channel):
        return 0
    return sum((channel.id, stage.id) in plan.channel_rates for stage in plan.stages[:-1])


def _has_own(ctx: Context) -> bool:
    return any(_own_in_use(ctx, channel) for channel in ctx.plan.channels)
