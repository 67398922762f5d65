"""A channel's own tab (T1–T12): what the plan asks, then each KPI with target, actual and attainment by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xl_kpi import catalog
from xl_kpi.kpi.channel_figures import ACTUAL, TARGET, ChannelFigures, Line
from xl_kpi.kpi.channel_figures import Row as KpiRow
from xl_kpi.kpi.channel_texts import ChannelTexts
from xl_kpi.kpi.figures import MonthRow, attainment, is_number, nearest_excel, progress
from xl_kpi.kpi.slips import slips, slips_excel
from xl_kpi.plan.closed.closing import channel_key, kpi_key
from xl_kpi.plan.input.amounts import LARGEST
from xl_kpi.plan.model import Channel, Kpi
from xl_kpi.plan.money.cells import YEN
from xl_kpi.sheets import chart_data, first_plan
from xl_kpi.sheets.accounts import tables as account_tables
from xl_kpi.sheets.blocks import paper
from xl_kpi.sheets.blocks.chart import ChartBlock, Drawn
from xl_kpi.sheets.blocks.closed_rows import block_cell
from xl_kpi.sheets.blocks.head import FIRST_COLUMN, TITLE_ROWS, Title
from xl_kpi.sheets.blocks.layout import Layout, Words
from xl_kpi.sheets.blocks.table import Column, MonthTable, Rule, Table
from xl_kpi.sheets.calculation import next_rows
from xl_kpi.sheets.channel_tab import lead_rows
from xl_kpi.sheets.channel_tab import words as channel_tab_words
from xl_kpi.sheets.channel_tab.sums import Sums, added_up
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import ChartSource, Context, mark_attainment, number_style, progress_style, typed_money
from xl_kpi.sheets.excel_text import digits_wide, number_width
from xl_kpi.sheets.kept import revised_targets
from xl_kpi.sheets.kpis import KpisAt
from xl_kpi.sheets.places.backwards import BEFORE, CLOSED_NOTE, BackwardsAt, closed_mark, closed_totals
from xl_kpi.workbook.addresses import CellAt, column_letters
from xl_kpi.workbook.sheet_kinds import tab_key
from xl_kpi.workbook.spec import Series, SheetSpec
from xl_kpi.workbook.theme import LINE_COLOUR, attained_style

LEAST_MONTHS = 6  # the words below need some room even in a short plan
MONTHS_A_PAGE = 12  # more of them on one page could not be read
LINKS_OVER = (1, 2, 4, 6, 8, 10)  # months, from the first, over which the links that follow begin
MOST_LINKS = 9  # on a tab: none beside its months, where a longer plan needs the room
ATTAINMENT = "attainment"


@dataclass(frozen=True)
class TabAt:
    """One channel's sheet: its figures, the table of what the plan asks and of the KPIs, the words below."""

    figures: ChannelFigures
    table: MonthTable
    words: Table
    layout: Layout
    texts: ChannelTexts
    exact_rows: ChartSource | None
    rounded: Sequence[str]
    accounts: Sequence[Table] = ()
    revised: Sequence[Table] = ()  # one where targets were revised


@dataclass(frozen=True)
class TabCells:
    """Where a tab's rows stand, as its own formulas name them."""

    table: MonthTable
    stage_ids: Sequence[str]
    assumptions: Mapping[tuple[str, str], CellAt]
    exact_rows: ChartSource | None  # on the calculation sheet, a line for each of ``rounded``
    rounded: Sequence[str]

    def span(self, row: KpiRow) -> str:
        return self.table.span(self.key(row)).in_column

    def month(self, row: KpiRow, k: int) -> str:
        return self.table.month(self.key(row), k).free

    def far_month(self, row: KpiRow, k: int) -> str:
        return self.table.month(self.key(row), k).far_free

    def exact(self, kpi: Kpi, first: int, last: int) -> str:
        assert self.exact_rows is not None
        row = [block_cell(self.exact_rows, 1 + self.rounded.index(kpi.id), 1 + k) for k in (first, last)]
        return str(row[0] if first == last else row[0].to(row[1]))

    def total(self, row: KpiRow) -> str:
        return self.table.cell(self.key(row), "total").free

    def to_date(self, row: KpiRow) -> str:
        return self.table.cell(self.key(row), "to_date").free

    def assumption(self, kpi: Kpi) -> str:
        return str(self.assumptions[kpi.channel, kpi.id])

    def key(self, row: KpiRow) -> str:
        side, name = row
        return f"plan:{name}" if side == TARGET and name in self.stage_ids else f"{name}:{side}"


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
    own = [(tabs[one.id].figures, tabs[one.id].table) for one in ctx.plan.channels_on if one.stage == first]
    return TabsAt(tabs, {f"stage:{first}": added_up(ctx, own)} if any(figures.anchor for figures, _ in own) else {})


def _placed(ctx: Context, channel: Channel) -> TabAt:
    t, figures = ctx.t, ChannelFigures(ctx.plan, ctx.targets, channel)
    rows = [f"plan:{stage_id}" for stage_id in figures.stage_ids]
    rows += [*next_rows.rows_of(ctx, channel), *lead_rows.rows_of(ctx, channel)]
    for kpi in figures.kpis:
        rows += [f"{kpi.id}:{side}" for side in (TARGET, ACTUAL, ATTAINMENT)]
        rows += first_plan.rows_of(ctx, kpi.id) if kpi is figures.anchor else []
    groups = [rows[0], *(f"{kpi.id}:{TARGET}" for kpi in figures.kpis)]
    largest = max((value for line in figures.target.values() for value in line.months if is_number(value)), default=0)
    whole = max((line.total for line in figures.target.values() if is_number(line.total)), default=0)
    width, total_width = map(max, zip(lead_rows.widths(ctx, channel), _typed_widths(ctx, figures)))
    units = [ctx.unit_label(unit) for unit in ("yen", *(kpi.unit for kpi in figures.kpis))]
    kind, unit, least = (8.6 if ctx.has_first_plan else 6.8, 7.6, 9.3) if ctx.lang == "en" else (7, 8.4, 8.6)
    before = [
        Column("kpi", t("column_kpi"), 22.2, "label"),
        Column("kind", t("column_kind"), kind, "value_fit.center"),
        Column(
            "unit",
            t("kpi_unit"),
            max([unit, *(min(10.6, 0.8 * digits_wide(one) + 0.8) for one in units)]),
            "value_fit.center",
        ),
        Column("total", t("column_total"), max(least, total_width, number_width(f"{whole:,.0f}", 10.2))),
        Column("to_date", t("column_to_date"), max(8.6, _typed_widths(ctx, figures)[1])),
    ]
    month_width = max(7.7, width, number_width(f"{largest:,.0f}"))
    table = MonthTable(
        ctx, "months", before, rows, above=2, width=month_width, header_height=32,
        name=f"act_{channel.id}", frozen_to="to_date", groups=groups,
    )  # fmt: skip
    names = [column.width for column in before]
    on_first = paper.months_a_page(ctx.plan.months, min(MONTHS_A_PAGE, paper.columns(names, month_width)))
    apart, again = on_first < ctx.plan.months, 2  # the names and whether target or actual stand on every page
    columns = len(before) + min(max(ctx.plan.months, LEAST_MONTHS), MONTHS_A_PAGE, max(on_first, LEAST_MONTHS))
    words = channel_tab_words.table(ctx, figures, columns, again if apart else 1)
    revised = revised_targets.table(ctx, channel, columns)
    chart = [_chart(ctx, table, figures.anchor)] if figures.anchor is not None else []
    links = [*table.columns_of("kpi", "unit", "to_date"), *(table.columns_of(*table.months)[0] + k for k in LINKS_OVER)]
    title = Title(channel.name, channel_tab_words.subtitle(ctx, channel), links, MOST_LINKS)
    accounts = account_tables.tables(ctx, channel)
    note = Words("words_note", t("word_parts"), above=0, behind=True)
    last = FIRST_COLUMN + len(before) - 1
    layout = Layout(ctx, tab_key(channel.id), title, table, note, *chart, *revised, *accounts, words, unless="words",
                    column_breaks=[last + k for k in range(on_first, ctx.plan.months, on_first)],
                    print_title_columns=f"$A:${column_letters(FIRST_COLUMN + again - 1)}")  # fmt: skip
    rounded = [kpi.id for kpi in figures.kpis if figures.is_rounded(kpi.id)]
    exact = chart_data.reserve(ctx, len(rounded), ctx.plan.months) if rounded else None
    cells = TabCells(table, figures.stage_ids, ctx.at(KpisAt).values, exact, rounded)
    return TabAt(figures, table, words, layout, ChannelTexts(figures, cells), exact, rounded, accounts, revised)


def _typed_widths(ctx: Context, figures: ChannelFigures) -> tuple[float, float]:
    """How wide a month and the total are, so that typed money can be read to its last digit; 0 where none is typed."""
    places = {"yen": 0, "thousand_yen": 3, "million_yen": 6}[ctx.plan.currency_unit]
    months, totals = 0.0, 0.0
    for kpi in figures.kpis:
        if kpi.unit == YEN and figures.formulas[ACTUAL][kpi.id] is None:
            typed = [value for value in figures.months[ACTUAL, kpi.id] if is_number(value)]
            said = [f"{value:,.{places}f}".rstrip("0").rstrip(".") if places else f"{value:,.0f}" for value in typed]
            months = max([months, *map(number_width, said)])
            digits = max((len(one.partition(".")[2]) for one in said), default=0)
            totals = max(totals, number_width(f"{sum(typed):,.{digits}f}", 10.2))
    return months, totals


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


def build(ctx: Context, channel: Channel) -> SheetSpec:
    tab = ctx.at(TabsAt).tabs[channel.id]
    for stage_id in tab.figures.stage_ids:
        _stage_line(ctx, tab, channel, stage_id)
    next_rows.on_tab(ctx, tab.table, channel)
    lead_rows.on_tab(ctx, tab.table, channel)
    for kpi in tab.figures.kpis:
        _kpi_lines(ctx, tab, kpi)
        channel_tab_words.fill(ctx, tab.figures, tab.words, kpi)
    account_tables.fill(ctx, tab.accounts)
    for revised in tab.revised:
        revised_targets.fill(ctx, channel, revised)
    page = tab.layout.sheet()
    page.put(
        TITLE_ROWS + 1,
        paper.behind_titles(page),
        None,
        "note_line",
        formula=channel_tab_words.takes_and_gives(ctx, channel, tab.table),
    )
    closed_totals(ctx, page, tab.layout.block("words_note").top + 1, paper.behind_titles(page), CLOSED_NOTE)
    for k in range(ctx.plan.months):
        above = tab.table.head(tab.table.months[k])
        value, style, formula = closed_mark(ctx, k, "note_line")
        page.put(above.row - 1, above.column, value, style, formula=formula)
    for kpi in tab.figures.kpis:
        if _is_typed(tab, kpi, ACTUAL):
            page.validations.append(_rule(ctx, kpi).on(tab.table.span(f"{kpi.id}:{ACTUAL}")))
        shown = tab.table.across(f"{kpi.id}:{ATTAINMENT}", "to_date", tab.table.months[-1])
        mark_attainment(page, shown.free, shown.first.free, tab.figures.better(kpi))
    return page


def _stage_line(ctx: Context, tab: TabAt, channel: Channel, stage_id: str) -> None:
    """What the plan asks of the channel: the newly needed volume times the channel's share."""
    row, line, table = f"plan:{stage_id}", tab.figures.stages[stage_id], tab.table
    index, backwards = ctx.targets.stage_index(stage_id), ctx.at(BackwardsAt)
    table.fill(row, kind=ctx.t("row_plan"), unit=ctx.unit_label("count"))
    table.put(row, "kpi", channel_tab_words.plan_words(ctx, channel, index), "label_strong")
    if stage_id == channel.stage:
        formulas = [f"={backwards.channel_month(channel.id, k).far_free}" for k in range(ctx.plan.months)]
    else:
        page = ctx.at(ChannelsAt)
        share = str(page.rows[channel.id].used_share)
        if channel.stage == ctx.plan.stages[0].id:
            share = page.mix.share_after(channel.id, index, share)
        sums = [nearest_excel(f"{share}*SUM({backwards.new_upto(index, k)})") for k in range(ctx.plan.months)]
        start = nearest_excel(f"{share}*{backwards.cell(backwards.new + index, BEFORE)}")
        formulas = [f"={after}-{before}" for before, after in zip([start, *sums], sums)]
        what = channel_key(channel.id, stage_id)
        formulas = [f"={backwards.closed.kept_or_blank(what, k, text[1:])}" for k, text in enumerate(formulas)]
    style = "value_strong.whole"
    table.put_months(row, line.months, style, formulas)
    table.put(row, "total", line.total, style, formula=f"=SUM({table.span(row).in_column})")
    table.put(row, "to_date", line.to_date, style, formula=tab.texts.stage_to_date(stage_id))


def _kpi_lines(ctx: Context, tab: TabAt, kpi: Kpi) -> None:
    t, table = ctx.t, tab.table
    below = (
        t("row_owner", owner=kpi.owner) if kpi.owner else None,
        t("row_anchor") if kpi is tab.figures.anchor else None,
    )
    table.put(f"{kpi.id}:{TARGET}", "kpi", channel_tab_words.indented(ctx, tab.figures, kpi), "label_strong")
    table.put(f"{kpi.id}:{ACTUAL}", "kpi", below[0], "unit_line")
    table.put(f"{kpi.id}:{ATTAINMENT}", "kpi", below[1], "unit_line")
    for side in (TARGET, ACTUAL, ATTAINMENT):
        table.put(f"{kpi.id}:{side}", "kind", t(f"row_{side}"))
        if side != ATTAINMENT:
            table.put(f"{kpi.id}:{side}", "unit", ctx.unit_label(kpi.unit))
    if kpi.id in tab.rounded:
        _exact_row(ctx, tab, kpi)
    _side(ctx, tab, kpi, TARGET)
    _side(ctx, tab, kpi, ACTUAL)
    _attainment(ctx, tab, kpi)
    if kpi is tab.figures.anchor and ctx.has_first_plan:
        actual = MonthRow(tab.figures.months[ACTUAL, kpi.id], table.span(f"{kpi.id}:{ACTUAL}").in_column)
        style = number_style("value", kpi.unit, ctx.plan).replace(".count", ".whole")
        first_plan.on_tab(ctx, table, kpi.channel, kpi.id, actual, style)


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
    table, texts, row = tab.table, tab.texts, f"{kpi.id}:{side}"
    line: Line = getattr(tab.figures, side)[kpi.id]
    typed = _is_typed(tab, kpi, side)
    counted = (side == TARGET) == (tab.figures.formulas[side][kpi.id] is not None)

    def look(role: str) -> str:
        """Computed targets are whole, and so is what is typed; assumptions and computed actuals need not be.

        A total of typed money shows each digit of what was typed.
        """
        if typed and kpi.unit == YEN:
            return f"{role}.{typed_money(ctx.plan)}"
        style = number_style(role, kpi.unit, ctx.plan)
        return style.replace(".count", ".whole") if counted else style

    style = look("input" if typed else "value")
    if typed:
        table.put_months(row, [None if value == "" else value for value in line.months], style)
    else:
        formulas = [texts.month(side, kpi, k) or "" for k in range(ctx.plan.months)]
        if side == TARGET:
            closed, what = ctx.at(BackwardsAt).closed, kpi_key(kpi.channel, kpi.id)
            formulas = [f"={closed.kept_or_blank(what, k, text[1:])}" for k, text in enumerate(formulas)]
        table.put_months(row, line.months, style, formulas)
    total, to_date = texts.total(side, kpi), texts.to_date(side, kpi)
    table.put(row, "total", line.total, look("value_strong"), formula=total)
    table.put(row, "to_date", line.to_date, look("value"), formula=to_date)


def _exact_row(ctx: Context, tab: TabAt, kpi: Kpi) -> None:
    """The targets of a KPI before they are rounded, on the calculation sheet; of closed months as they were agreed."""
    assert tab.exact_rows is not None
    cells, line, what = tab.exact_rows.cells, 1 + tab.rounded.index(kpi.id), kpi_key(kpi.channel, kpi.id)
    cells[0, 0] = (ctx.t("calc_exact_targets"), "", "calc_header")
    cells[line, 0] = (f"{what}:exact", "", "calc")
    for k, value in enumerate(tab.figures.exact_targets[kpi.id]):
        cells[0, 1 + k] = (ctx.months[k], f"=EDATE(plan_start,{k})", "calc.month")
        text = ctx.at(BackwardsAt).closed.kept_or_blank(what, k, tab.texts.exact(kpi, k))
        cells[line, 1 + k] = (value, f"={text}", "calc")


def _attainment(ctx: Context, tab: TabAt, kpi: Kpi) -> None:
    """Months and to date: attainment.  In total: how much of the whole plan is there, without a sign, for no ratio."""
    table, texts, figures, row = tab.table, tab.texts, tab.figures, f"{kpi.id}:{ATTAINMENT}"
    target, actual, better = figures.target[kpi.id], figures.actual[kpi.id], figures.better(kpi)
    part, style = texts.progress(kpi), attained_style(ctx.lang, "value_fit", better)
    table.put(row, "total", progress(actual.total, target.total) if part else None, progress_style(ctx), formula=part)
    told = attainment(actual.to_date, target.to_date, better), style
    table.put(row, "to_date", *told, formula=texts.attainment_to_date(kpi))
    if _is_typed(tab, kpi, ACTUAL):
        attained = [attainment(*both, better) for both in zip(actual.months, figures.comparable[kpi.id])]
        asked, goals = ctx.t("check_digits"), table.span(f"{kpi.id}:{TARGET}").free
        text = slips_excel(table.span(row).free, goals, kpi.unit, better)
        off = slips(attained, figures.comparable[kpi.id], kpi.unit, better)
        table.put(row, "unit", asked if off else "%", formula=f'=IF({text}>0,"{asked}","%")')
    else:
        table.put(row, "unit", "%")
    for k, (goal, month) in enumerate(zip(figures.comparable[kpi.id], actual.months, strict=True)):
        reached, narrow = attainment(month, goal, better), attained_style("", "value_fit", better)
        table.put(row, table.months[k], reached, narrow, formula=texts.attainment(kpi, k))
