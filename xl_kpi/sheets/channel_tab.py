"""A channel's own tab: what the plan asks, then each KPI with target, actual and attainment by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xl_kpi import catalog
from xl_kpi.kpi.channel_figures import ChannelFigures, Line
from xl_kpi.kpi.figures import attainment, attainment_excel, is_number
from xl_kpi.kpi.formula import Formula
from xl_kpi.plan.input.amounts import LARGEST
from xl_kpi.plan.model import Channel, Kpi
from xl_kpi.sheets.backwards_rows import BackwardsAt
from xl_kpi.sheets.blocks.chart import ChartBlock, Drawn
from xl_kpi.sheets.blocks.layout import Layout, Title
from xl_kpi.sheets.blocks.table import Column, MonthTable, Row, Rule, Table
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import Context, mark_attainment, number_style
from xl_kpi.sheets.kpis import KpisAt
from xl_kpi.workbook.addresses import CellAt
from xl_kpi.workbook.sheet_kinds import tab_key
from xl_kpi.workbook.spec import Series, SheetSpec
from xl_kpi.workbook.theme import LINE_COLOUR

LEAST_MONTHS = 6  # the words below need some room even in a short plan
MONTHS_A_PAGE = 18  # more of them on one page could not be read
LINKS_OVER = (1, 2, 4, 6, 8, 10)  # months, from the first, over which the links that follow begin
TARGET, ACTUAL, ATTAINMENT = "target", "actual", "attainment"


@dataclass(frozen=True)
class TabAt:
    """One channel's sheet: its figures, the table of what the plan asks and of the KPIs, the words below."""

    figures: ChannelFigures
    table: MonthTable
    words: Table
    layout: Layout


@dataclass(frozen=True)
class Sums:
    """Actuals by month that are the sum of several tabs: Python's values, and Excel's texts."""

    values: tuple[float | None, ...]
    formulas: tuple[str, ...]


@dataclass(frozen=True)
class TabsAt:
    """Addresses and figures that 逆算 and the tree point at.

    ``tabs`` by the channel's id; ``sums`` "stage:<id>" → the sum of its channels, where nobody types the actuals.
    """

    tabs: Mapping[str, TabAt]
    sums: Mapping[str, Sums]


def place(ctx: Context) -> TabsAt:
    tabs = {channel.id: _placed(ctx, channel) for channel in ctx.plan.channels_on}
    first = ctx.plan.stages[0].id
    own = [tabs[channel.id] for channel in ctx.plan.channels_on if channel.stage == first]
    anchored = [(tab, tab.figures.anchor.id) for tab in own if tab.figures.anchor is not None]
    return TabsAt(tabs, {f"stage:{first}": _added_up(ctx, anchored)} if anchored else {})


def _placed(ctx: Context, channel: Channel) -> TabAt:
    t, figures = ctx.t, ChannelFigures(ctx.plan, ctx.targets, channel)
    stage = ctx.plan.stages[ctx.targets.stage_index(channel.stage)]
    rows = [f"plan:{stage_id}" for stage_id in figures.stage_ids]
    rows += [f"{kpi.id}:{side}" for kpi in figures.kpis for side in (TARGET, ACTUAL, ATTAINMENT)]
    largest = max((value for line in figures.target.values() for value in line.months if is_number(value)), default=0)
    before = [
        Column("kpi", t("column_kpi"), 27),
        Column("kind", t("column_kind"), 8, "value.center"),
        Column("unit", t("kpi_unit"), 12, "value.center"),
        Column("total", t("column_total"), 12),
        Column("to_date", t("column_to_date"), 12),
    ]
    table = MonthTable(
        ctx, "months", before, rows, above=2, width=max(9.5, len(f"{largest:,.0f}") + 1.5), header_height=32,
        name=f"act_{channel.id}", frozen_to="to_date",
    )  # fmt: skip
    words = _words_table(ctx, figures, len(before) + max(ctx.plan.months, LEAST_MONTHS))
    chart = [_chart(ctx, table, figures.anchor)] if figures.anchor is not None else []
    links = [*table.columns_of("kpi", "unit", "to_date"), *(table.columns_of(*table.months)[0] + k for k in LINKS_OVER)]
    title = Title(channel.name, t("tab_subtitle", stage=stage.name), links)
    pages = -(-ctx.plan.months // MONTHS_A_PAGE)
    layout = Layout(ctx, tab_key(channel.id), title, table, *chart, words, fit_width=pages)
    return TabAt(figures, table, words, layout)


def _chart(ctx: Context, table: MonthTable, anchor: Kpi) -> ChartBlock:
    """Actuals of the anchor as columns, its target as a line.

    The attainment stands in the table and not in the chart: a month without an actual would be drawn as 0 %.
    """
    drawn = (
        Drawn(f"{anchor.id}:{ACTUAL}", ctx.t("row_actual"), Series("column_clustered", color="2A7F9E")),
        Drawn(f"{anchor.id}:{TARGET}", ctx.t("row_target"), Series("line_markers", color=LINE_COLOUR)),
    )
    title = ctx.t("tab_chart", kpi=anchor.name(ctx.lang))
    return ChartBlock("chart", title, table, drawn, axis_title=ctx.unit_label(anchor.unit))


def _words_table(ctx: Context, figures: ChannelFigures, columns: int) -> Table:
    """Below the figures: each KPI's definition, how it is computed, where its data come from."""
    t, width = ctx.t, columns - 1  # the KPI's name stands in one column
    edges = [0, round(width * 0.42), round(width * 0.84), width]
    definition, formula, source = (end - begin for begin, end in zip(edges, edges[1:]))
    return Table(
        "words",
        [
            Column("kpi", t("column_kpi"), style="label_wrap"),
            Column("definition", t("kpi_definition"), 9.5, span=definition),
            Column("formula", t("column_formula"), 9.5, span=formula),
            Column("source", t("kpi_source"), 9.5, span=source),
        ],
        [Row(kpi.id, f"words:{kpi.id}", 34) for kpi in figures.kpis],
        section=t("section_words"),
        header_height=20,
    )


def _added_up(ctx: Context, tabs: Sequence[tuple[TabAt, str]]) -> Sums:
    """The actuals of the first stage are the sum of its channels; blank while none has one."""
    values: list[float | None] = []
    formulas = []
    for k in range(ctx.plan.months):
        months = (tab.figures.actual[anchor].months[k] for tab, anchor in tabs)
        numbers = [number for number in months if is_number(number)]
        values.append(sum(numbers) if numbers else None)
        cells = ",".join(tab.table.month(f"{anchor}:{ACTUAL}", k).far_free for tab, anchor in tabs)
        formulas.append(f'=IF(COUNT({cells})=0,"",SUM({cells}))')
    return Sums(tuple(values), tuple(formulas))


def build(ctx: Context, channel: Channel) -> SheetSpec:
    tab = ctx.at(TabsAt).tabs[channel.id]
    for stage_id in tab.figures.stage_ids:
        _stage_line(ctx, tab, channel, stage_id)
    for kpi in tab.figures.kpis:
        _kpi_lines(ctx, tab, kpi)
        _words(ctx, tab, kpi)
    page = tab.layout.sheet()
    for kpi in tab.figures.kpis:
        if _is_typed(tab, kpi, ACTUAL):
            page.validations.append(_rule(ctx, kpi).on(tab.table.span(f"{kpi.id}:{ACTUAL}")))
        shown = tab.table.across(f"{kpi.id}:{ATTAINMENT}", "to_date", tab.table.months[-1])
        mark_attainment(page, shown.free, shown.first.free)
    return page


def _stage_line(ctx: Context, tab: TabAt, channel: Channel, stage_id: str) -> None:
    """What the plan asks of the channel: the newly needed volume times the channel's share."""
    row, line, table = f"plan:{stage_id}", tab.figures.stages[stage_id], tab.table
    index, backwards = ctx.targets.stage_index(stage_id), ctx.at(BackwardsAt)
    share = ctx.at(ChannelsAt).rows[channel.id].used_share
    table.fill(row, kind=ctx.t("row_plan"), unit=ctx.unit_label("count"))
    table.put(row, "kpi", ctx.t("row_plan_asks", stage=ctx.plan.stages[index].name), "label_strong")
    formulas = [f"={backwards.new_month(index, k).far_free}*{share}" for k in range(ctx.plan.months)]
    style = "value_strong.count"
    table.put_months(row, line.months, style, formulas)
    table.put(row, "total", line.total, style, formula=f"=SUM({table.span(row).in_column})")
    table.put(row, "to_date", line.to_date, style, formula=_to_date(tab, row))


def _window(tab: TabAt) -> str | None:
    """The months of the anchor's actuals: those that have one count for the figures to date."""
    anchor = tab.figures.anchor
    return tab.table.span(f"{anchor.id}:{ACTUAL}").in_column if anchor is not None else None


def _to_date(tab: TabAt, row: str) -> str:
    window = _window(tab)
    if window is None:
        return '=""'
    return f'=IF(COUNT({window})=0,"",SUMIF({window},">-9E+99",{tab.table.span(row).in_column}))'


def _kpi_lines(ctx: Context, tab: TabAt, kpi: Kpi) -> None:
    t, table = ctx.t, tab.table
    below = (
        t("row_owner", owner=kpi.owner) if kpi.owner else None,
        t("row_anchor") if kpi is tab.figures.anchor else None,
    )
    table.put(f"{kpi.id}:{TARGET}", "kpi", kpi.name(ctx.lang), "label_strong")
    table.put(f"{kpi.id}:{ACTUAL}", "kpi", below[0], "unit")
    table.put(f"{kpi.id}:{ATTAINMENT}", "kpi", below[1], "unit")
    for side in (TARGET, ACTUAL, ATTAINMENT):
        table.fill(
            f"{kpi.id}:{side}", kind=t(f"row_{side}"), unit="%" if side == ATTAINMENT else ctx.unit_label(kpi.unit)
        )
    _side(ctx, tab, kpi, TARGET)
    _side(ctx, tab, kpi, ACTUAL)
    _attainment(tab, kpi)


def _words(ctx: Context, tab: TabAt, kpi: Kpi) -> None:
    texts = {"definition": kpi.definition, "formula": _formula_words(ctx, tab, kpi), "source": kpi.source}
    tab.words.fill(kpi.id, kpi=kpi.name(ctx.lang), **texts)


def _formula_words(ctx: Context, tab: TabAt, kpi: Kpi) -> str:
    """The formulas in the words of the sheet: names instead of ids."""
    names = {other.id: other.name(ctx.lang) for other in tab.figures.kpis}
    names.update({stage.id: ctx.t("row_plan_asks", stage=stage.name) for stage in ctx.plan.stages})
    lines = []
    for side in (TARGET, ACTUAL):
        formula = tab.figures.formulas[side][kpi.id]
        if formula is None:
            words = ctx.t("word_typed" if side == ACTUAL else "word_assumed")
        else:
            words = formula.root.text(lambda name: names.get(name, name), " ")
            words = words.replace(" * ", " × ").replace(" / ", " ÷ ")
        lines.append(f"{ctx.t('row_' + side)}: {words}")
    return "\n".join(lines)


def _is_typed(tab: TabAt, kpi: Kpi, side: str) -> bool:
    return side == ACTUAL and tab.figures.formulas[side][kpi.id] is None


def _rule(ctx: Context, kpi: Kpi) -> Rule:
    """What may be typed as an actual: a number within the bounds of the KPI's unit."""
    unit, title = catalog.unit(kpi.unit), kpi.name(ctx.lang)[:32]
    low, high = (None if bound is None else f"{bound:g}" for bound in (unit.low, unit.high))
    if low is not None and high is not None:
        key = "allowed_actual_rate" if unit.format == "rate" else "allowed_actual_between"
        return Rule("decimal", low, title, ctx.t(key, low=low, high=high), high)
    if low is not None:
        return Rule("decimal", low, title, ctx.t("allowed_actual", low=low), operator="greater_than_or_equal")
    return Rule("decimal", f"-{LARGEST}", title, ctx.t("allowed_actual_any"), f"{LARGEST}")


def _side(ctx: Context, tab: TabAt, kpi: Kpi, side: str) -> None:
    """The targets or the actuals of a KPI: typed, assumed, or computed from other rows of the same column."""
    figures, table, row = tab.figures, tab.table, f"{kpi.id}:{side}"
    line: Line = getattr(figures, side)[kpi.id]
    formula, assumption = figures.formulas[side][kpi.id], ctx.at(KpisAt).values[kpi.channel, kpi.id]
    typed = _is_typed(tab, kpi, side)
    style = number_style("input" if typed else "value", kpi.unit, ctx.plan)
    if typed:
        table.put_months(row, [None if value == "" else value for value in line.months], style)
    elif formula is None:
        table.put_months(row, line.months, style, [f'=IF(ISNUMBER({assumption}),{assumption},"")'] * ctx.plan.months)
    else:
        table.put_months(row, line.months, style, [_computed(tab, formula, side, month) for month in table.months])
    total, to_date = _totals(tab, kpi, side, assumption)
    table.put(row, "total", line.total, number_style("value_strong", kpi.unit, ctx.plan), formula=total)
    table.put(row, "to_date", line.to_date, number_style("value", kpi.unit, ctx.plan), formula=to_date)


def _computed(tab: TabAt, formula: Formula, side: str, column: str) -> str:
    """A KPI's formula over the cells of one column."""

    def cell(name: str) -> str:
        row = f"plan:{name}" if name in tab.figures.stage_ids else f"{name}:{side}"
        return tab.table.cell(row, column).free

    return "=" + formula.excel(cell)


def _totals(tab: TabAt, kpi: Kpi, side: str, assumption: CellAt) -> tuple[str, str]:
    """Excel texts of the total and the to-date figure, after the rules of ``ChannelFigures``."""
    figures, row, formula, window = tab.figures, f"{kpi.id}:{side}", tab.figures.formulas[side][kpi.id], _window(tab)
    span = tab.table.span(row).in_column
    if not figures.is_ratio(kpi):
        total = f'=IF(COUNT({span})=0,"",SUM({span}))'
        if window is None or side == TARGET:
            return total, _to_date(tab, row)
        pairs = f'COUNTIFS({window},">-9E+99",{span},">-9E+99")'
        return total, (f'=IF(OR(COUNT({window})=0,{pairs}<COUNT({window})),"",SUMIF({window},">-9E+99",{span}))')
    if formula is not None:
        return _computed(tab, formula, side, "total"), _computed(tab, formula, side, "to_date")
    if side == TARGET:
        total = f'=IF(ISNUMBER({assumption}),{assumption},"")'
        blank = f"COUNT({window})=0" if window is not None else "TRUE"
        return total, f'=IF(OR({blank},NOT(ISNUMBER({assumption}))),"",{assumption})'
    if kpi.weight not in figures.by_id:
        return '=""', '=""'
    weights = tab.table.span(f"{kpi.weight}:{ACTUAL}").in_column
    below = f'SUMIF({span},">-9E+99",{weights})'
    total = f'=IF({below}=0,"",SUMPRODUCT({span},{weights})/{below})'
    return total, f"={tab.table.cell(row, 'total').here}"


def _attainment(tab: TabAt, kpi: Kpi) -> None:
    table, target, actual = tab.table, tab.figures.target[kpi.id], tab.figures.actual[kpi.id]
    columns = [("total", target.total, actual.total), ("to_date", target.to_date, actual.to_date)]
    columns += zip(table.months, target.months, actual.months, strict=True)
    for column, goal, reached in columns:
        above, below = (table.cell(f"{kpi.id}:{side}", column).free for side in (ACTUAL, TARGET))
        # a part of the whole period says nothing yet about being on plan: no sign there
        style = "value.percent" if column == "total" else "value.attain"
        text = attainment_excel(above, below, kpi.better)
        table.put(f"{kpi.id}:{ATTAINMENT}", column, attainment(reached, goal, kpi.better), style, formula=text)
