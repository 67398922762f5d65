"""The words of a channel's tab: its titles, what it takes and gives, how each KPI is defined and computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xl_kpi.formulas.formula import Formula, is_input, parse
from xl_kpi.kpi.channel_figures import ACTUAL, TARGET, ChannelFigures
from xl_kpi.plan.model import Channel, Kpi
from xl_kpi.sheets.blocks.table import Column, Row, Table
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import ceiling, digits_wide, words
from xl_kpi.sheets.funnel import FunnelAt

ONE, LINE, AIR, LEAST = 8.0, 14, 6, 34  # digits of a column at least; points of a line, besides, and of a row
PART = "└"  # before the name of a KPI that is a part of the one above


def subtitle(ctx: Context, channel: Channel) -> str:
    """What the page answers, and what to do here."""
    if not ctx.plan.brings(channel):
        return ctx.t("tab_subtitle_customers")
    return ctx.t("tab_subtitle", stage=ctx.plan.stages[ctx.targets.stage_index(channel.stage)].name)


def takes_and_gives(ctx: Context, channel: Channel, table: Table) -> str:
    """What the channel asks of the plan and gives to it, in one live sentence.

    Equation: of the stage before its own it takes what it gives ÷ the rate between them, rounded up.
    """
    plan, funnel = ctx.plan, ctx.at(FunnelAt).stages
    if not plan.brings(channel):
        return words(ctx.t("tab_customers"), first=str(funnel[0].name), last=str(funnel[-1].name))
    index, gives = ctx.targets.stage_index(channel.stage), table.cell(f"plan:{channel.stage}", "total").free
    share = ctx.at(ChannelsAt).rows[channel.id].used_share
    said = {"stage": str(funnel[index].name), "count": f"FIXED({gives},0)", "share": f"FIXED({share}*100,0)"}
    if not index:
        return words(ctx.t("tab_gives"), **said)
    before = funnel[index - 1]
    asked = f'IF(N({before.rate})>0,FIXED({ceiling(f"{gives}/{before.rate}")},0),"—")'
    return words(ctx.t("tab_takes_gives"), before=str(before.name), asked=asked, **said)


def plan_words(ctx: Context, channel: Channel, index: int) -> str:
    """What the plan asks at a stage; of a stage that the channel does not deliver, what comes from its leads."""
    stage = ctx.plan.stages[index]
    return ctx.t("row_plan_asks" if stage.id == channel.stage else "row_plan_from_here", stage=stage.name)


def indented(ctx: Context, figures: ChannelFigures, kpi: Kpi) -> str:
    """A KPI's name, further in for each KPI that it is a part of."""
    depth = figures.depth[kpi.id]
    return "\u3000" * (depth - 1) + f"{PART} {kpi.name(ctx.lang)}" if depth else kpi.name(ctx.lang)


def table(ctx: Context, figures: ChannelFigures, columns: int, names: int = 1) -> Table:
    """Below the figures: each KPI's definition, how it is computed, where its data come from."""
    t, width = ctx.t, columns - names  # the KPI's name stands in so many
    source = max(2, round(width * 0.16))
    edges = [0, (width - source + 1) // 2, width - source, width]
    spans = definition, formula, _ = [end - begin for begin, end in zip(edges, edges[1:])]
    return Table(
        "words",
        [
            Column("kpi", t("column_kpi"), style="label_wrap", span=names),
            Column("definition", t("kpi_definition"), 9.5, span=definition),
            Column("formula", t("column_formula"), 9.5, span=formula),
            Column("source", t("kpi_source"), 9.5, span=source),
        ],
        [Row(kpi.id, f"words:{kpi.id}", _height(_texts(ctx, figures, kpi), spans)) for kpi in figures.kpis],
        section=t("section_words"),
        header_height=20,
    )


def _height(texts: Mapping[str, str | None], spans: Sequence[int]) -> float:
    lines = [
        sum(max(1, -(-digits_wide(line) // round(ONE * span - 2))) for line in (text or "").split("\n"))
        for text, span in zip(texts.values(), spans, strict=True)
    ]
    return max(LEAST, LINE * max(lines) + AIR)


def fill(ctx: Context, figures: ChannelFigures, below: Table, kpi: Kpi) -> None:
    """The line of a KPI in it."""
    below.fill(kpi.id, kpi=kpi.name(ctx.lang), **_texts(ctx, figures, kpi))


def _texts(ctx: Context, figures: ChannelFigures, kpi: Kpi) -> dict[str, str | None]:
    said = [kpi.definition] if kpi.definition else []
    said += [ctx.t("word_between")] if figures.is_between_stages(kpi) else []
    return {
        "definition": "\n".join(said) or None,
        "formula": _formula_words(ctx, figures, kpi),
        "source": kpi.source,
    }


def _formula_words(ctx: Context, figures: ChannelFigures, kpi: Kpi) -> str:
    """The formulas in the words of the sheet: names instead of ids."""
    names = {other.id: other.name(ctx.lang) for other in figures.kpis}
    channel = figures.channel
    names.update({stage.id: plan_words(ctx, channel, index) for index, stage in enumerate(ctx.plan.stages)})
    lines = []
    for side in (TARGET, ACTUAL):
        mirrored = side == TARGET and figures.is_mirrored(kpi)
        formula = _as_typed(ctx, kpi, ACTUAL if mirrored else side)
        if formula is None:
            said = ctx.t("word_typed" if side == ACTUAL else "word_assumed")
        else:
            said = formula.root.text(lambda name: names.get(name, name), " ")
            said = said.replace(" * ", " × ").replace(" / ", " ÷ ")
        if mirrored:
            said = ctx.t("word_mirrored", formula=said)
        lines.append(f"{ctx.t('row_' + side)}: {said}")
    return "\n".join(lines)


def _as_typed(ctx: Context, kpi: Kpi, side: str) -> Formula | None:
    """The formula of a KPI as the dictionary has it: that of the cells may turn units of money into one another."""
    said = next(getattr(one, side) for one in ctx.in_yen.kpis if (one.channel, one.id) == (kpi.channel, kpi.id))
    return None if is_input(said) else parse(said)
