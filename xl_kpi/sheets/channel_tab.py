"""A channel's own tab: what the plan asks, then each KPI with target, actual and attainment by month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xl_kpi.kpi.channel_figures import ChannelFigures
from xl_kpi.kpi.figures import attainment, attainment_excel
from xl_kpi.plan.model import Channel, Kpi
from xl_kpi.sheets import chart_data
from xl_kpi.sheets.backwards_rows import BackwardsAt
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import Context, mark_attainment, number_style
from xl_kpi.sheets.kpis import KpisAt
from xl_kpi.workbook.addresses import CellAt, absolute, column_letters, quoted, relative
from xl_kpi.workbook.cells.grid import HEAD
from xl_kpi.workbook.sheet_kinds import tab_key
from xl_kpi.workbook.spec import Chart, Series, SheetSpec, Validation
from xl_kpi.workbook.theme import LINE_COLOUR

KPI, KIND, UNIT, TOTAL, TO_DATE, FIRST_MONTH = 2, 3, 4, 5, 6, 7
HEADER_ROW = 6
CHART_ROWS = 15


class TabAt:
    """Where every line of the tab stands."""

    def __init__(self, ctx: Context, channel: Channel):
        self.figures = ChannelFigures(ctx.plan, ctx.targets, channel)
        self.months = ctx.plan.months
        self.stage = {stage: HEADER_ROW + 1 + k for k, stage in enumerate(self.figures.stage_ids)}
        first = HEADER_ROW + 1 + len(self.stage)
        self.target = {kpi.id: first + 3 * k for k, kpi in enumerate(self.figures.kpis)}
        self.last = first + 3 * len(self.target) - 1
        self.last_month = FIRST_MONTH + self.months - 1
        self.chart = self.last + 2
        self.words = self.chart + (CHART_ROWS + 1 if self.figures.anchor is not None else 0)
        self.end = max(self.last_month, FIRST_MONTH + 5)  # the words need some room even in a short plan
        self.source = chart_data.reserve(ctx, 2, self.months) if self.figures.anchor is not None else None
        self.sheet = quoted(ctx.sheet_names[tab_key(channel.id)])

    def actual(self, kpi_id: str) -> int:
        return self.target[kpi_id] + 1

    def span(self, row: int) -> str:
        return f"$G{row}:${column_letters(self.last_month)}{row}"


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
    tabs = {channel.id: TabAt(ctx, channel) for channel in ctx.plan.channels_on}
    first = ctx.plan.stages[0].id
    own = [tabs[channel.id] for channel in ctx.plan.channels_on if channel.stage == first]
    summed = [tab for tab in own if tab.figures.anchor is not None]
    return TabsAt(tabs, {f"stage:{first}": _added_up(ctx, summed)} if summed else {})


def _added_up(ctx: Context, tabs: list[TabAt]) -> Sums:
    """The actuals of the first stage are the sum of its channels; blank while none has one."""
    values, formulas = [], []
    for k in range(ctx.plan.months):
        numbers = [rows.figures.actual[rows.figures.anchor.id].months[k] for rows in tabs]
        numbers = [number for number in numbers if number != ""]
        values.append(sum(numbers) if numbers else None)
        letter = column_letters(FIRST_MONTH + k)
        cells = ",".join(f"{rows.sheet}!{letter}{rows.actual(rows.figures.anchor.id)}" for rows in tabs)
        formulas.append(f'=IF(COUNT({cells})=0,"",SUM({cells}))')
    return Sums(tuple(values), tuple(formulas))


def build(ctx: Context, channel: Channel) -> SheetSpec:
    rows = ctx.at(TabsAt).tabs[channel.id]
    page = ctx.sheet(tab_key(channel.id), fit_height=1)
    stage = ctx.plan.stages[ctx.targets.stage_index(channel.stage)]
    ctx.head(page, channel.name, ctx.t("tab_subtitle", stage=stage.name), [2, 4, 6, 8, 9, 11, 13, 15, 17])
    largest = max((value for line in rows.figures.target.values() for value in line.months if value != ""), default=0)
    width = max(9.5, len(f"{largest:,.0f}") + 1.5)
    page.widths.update({KPI: 27, KIND: 8, UNIT: 12, TOTAL: 12, TO_DATE: 12})
    page.widths.update({FIRST_MONTH + k: width for k in range(rows.months)})
    page.widths.update(dict.fromkeys(range(rows.last_month + 1, rows.end + 1), 9.5))
    _header(ctx, page, rows)
    for stage_id in rows.stage:
        _stage_line(ctx, page, rows, channel, stage_id)
    for kpi in rows.figures.kpis:
        _kpi_lines(ctx, page, rows, kpi)
    if rows.figures.anchor is not None:
        _chart(ctx, page, rows)
    _words(ctx, page, rows)
    ctx.name(f"act_{channel.id}", page.ref(HEADER_ROW, 1, rows.last, rows.last_month))
    page.print_area = f"$A$1:{absolute(rows.words + 1 + len(rows.figures.kpis), rows.end)}"
    page.fit_width = -(-rows.months // 18)  # more months than that on one page could not be read
    page.freeze = f"G{HEADER_ROW + 1}"
    return page


def _header(ctx: Context, page: SheetSpec, rows: TabAt) -> None:
    keys = {KPI: "column_kpi", KIND: "column_kind", UNIT: "kpi_unit", TOTAL: "column_total", TO_DATE: "column_to_date"}
    page.put(HEADER_ROW, 1, f"{HEAD}months", "key")
    for column, key in keys.items():
        page.put(HEADER_ROW, column, ctx.t(key), "header")
    for k, month in enumerate(ctx.months):
        page.put(HEADER_ROW, FIRST_MONTH + k, month, "header.month", formula=f"=EDATE(plan_start,{k})")
    page.heights[HEADER_ROW] = 32


def _stage_line(ctx: Context, page: SheetSpec, rows: TabAt, channel: Channel, stage_id: str) -> None:
    """What the plan asks of the channel: the newly needed volume times the channel's share."""
    row, line = rows.stage[stage_id], rows.figures.stages[stage_id]
    index = ctx.targets.stage_index(stage_id)
    backwards = ctx.at(BackwardsAt)
    sheet = quoted(backwards.sheet)
    page.put(row, 1, f"plan:{stage_id}", "key")
    page.put(row, KPI, ctx.t("row_plan_asks", stage=ctx.plan.stages[index].name), "label_strong")
    page.put(row, KIND, ctx.t("row_plan"), "value.center")
    page.put(row, UNIT, ctx.unit_label("count"), "value.center")
    share = ctx.at(ChannelsAt).rows[channel.id].used_share
    for k in range(rows.months):
        source = relative(backwards.new + index, backwards.month(k))
        page.put(row, FIRST_MONTH + k, line.months[k], "value_strong.count", formula=f"={sheet}!{source}*{share}")
    page.put(row, TOTAL, line.total, "value_strong.count", formula=f"=SUM({rows.span(row)})")
    page.put(row, TO_DATE, line.to_date, "value_strong.count", formula=_to_date(rows, row))


def _window(rows: TabAt) -> str:
    return rows.span(rows.actual(rows.figures.anchor.id))


def _to_date(rows: TabAt, row: int) -> str:
    if rows.figures.anchor is None:
        return '=""'
    window = _window(rows)
    return f'=IF(COUNT({window})=0,"",SUMIF({window},">-9E+99",{rows.span(row)}))'


def _kpi_lines(ctx: Context, page: SheetSpec, rows: TabAt, kpi: Kpi) -> None:
    top = rows.target[kpi.id]
    figures = rows.figures
    page.put(top, 1, f"{kpi.id}:target", "key")
    page.put(top + 1, 1, f"{kpi.id}:actual", "key")
    page.put(top + 2, 1, f"{kpi.id}:attainment", "key")
    anchor = kpi is figures.anchor
    page.put(top, KPI, kpi.name(ctx.lang), "label_strong")
    page.put(top + 1, KPI, ctx.t("row_owner", owner=kpi.owner) if kpi.owner else None, "unit")
    page.put(top + 2, KPI, ctx.t("row_anchor") if anchor else None, "unit")
    for offset, key in enumerate(("row_target", "row_actual", "row_attainment")):
        page.put(top + offset, KIND, ctx.t(key), "value.center")
        page.put(top + offset, UNIT, ctx.unit_label(kpi.unit) if offset < 2 else "%", "value.center")
    _side(ctx, page, rows, kpi, "target")
    _side(ctx, page, rows, kpi, "actual")
    _attainment(ctx, page, rows, kpi)


def _words(ctx: Context, page: SheetSpec, rows: TabAt) -> None:
    """Below the figures: each KPI's definition, how it is computed, where its data come from."""
    row = rows.words
    width = rows.end - KIND + 1
    edges = [KIND, KIND + round(width * 0.42), KIND + round(width * 0.84), rows.end + 1]
    for column in range(KPI, rows.end + 1):
        page.put(row, column, ctx.t("section_words") if column == KPI else None, "section")
    for kpi in [None, *rows.figures.kpis]:
        row += 1
        if kpi is None:
            texts = [ctx.t(key) for key in ("column_kpi", "kpi_definition", "column_formula", "kpi_source")]
        else:
            texts = [kpi.name(ctx.lang), kpi.definition, _formula_words(ctx, rows, kpi), kpi.source]
        page.put(row, 1, f"{HEAD}words" if kpi is None else f"words:{kpi.id}", "key")
        style = "header" if kpi is None else "body"
        page.put(row, KPI, texts[0], "header" if kpi is None else "label_wrap")
        for text, first, end in zip(texts[1:], edges, edges[1:]):
            for column in range(first, end):
                page.put(row, column, text if column == first else None, style)
            page.merges.append(f"{relative(row, first)}:{relative(row, end - 1)}")
        page.heights[row] = 20 if kpi is None else 34


def _formula_words(ctx: Context, rows: TabAt, kpi: Kpi) -> str:
    """The formulas in the words of the sheet: names instead of ids."""
    names = {other.id: other.name(ctx.lang) for other in rows.figures.kpis}
    names.update({stage.id: ctx.t("row_plan_asks", stage=stage.name) for stage in ctx.plan.stages})
    lines = []
    for side in ("target", "actual"):
        formula = rows.figures.formulas[side][kpi.id]
        if formula is None:
            words = ctx.t("word_typed" if side == "actual" else "word_assumed")
        else:
            words = formula.root.text(lambda name: names.get(name, name), " ")
            words = words.replace(" * ", " × ").replace(" / ", " ÷ ")
        lines.append(f"{ctx.t('row_' + side)}: {words}")
    return "\n".join(lines)


def _side(ctx: Context, page: SheetSpec, rows: TabAt, kpi: Kpi, side: str) -> None:
    figures = rows.figures
    line = getattr(figures, side)[kpi.id]
    formula = figures.formulas[side][kpi.id]
    row = rows.target[kpi.id] + (side == "actual")
    typed = side == "actual" and formula is None
    style = number_style("input" if typed else "value", kpi.unit, ctx.plan)

    def cell_of(column: int):
        def resolve(name: str) -> str:
            if name in rows.stage:
                return relative(rows.stage[name], column)
            return relative(rows.target[name] + (side == "actual"), column)

        return resolve

    assumption = ctx.at(KpisAt).values[kpi.channel, kpi.id]
    for k in range(rows.months):
        column = FIRST_MONTH + k
        if typed:
            value = line.months[k]
            page.put(row, column, None if value == "" else value, style)
            continue
        text = (
            f'=IF(ISNUMBER({assumption}),{assumption},"")' if formula is None else "=" + formula.excel(cell_of(column))
        )
        page.put(row, column, line.months[k], style, formula=text)
    strong = number_style("value_strong", kpi.unit, ctx.plan)
    total, to_date = _totals(rows, kpi, side, formula, row, assumption, cell_of)
    page.put(row, TOTAL, line.total, strong, formula=total)
    page.put(row, TO_DATE, line.to_date, number_style("value", kpi.unit, ctx.plan), formula=to_date)
    if typed:
        allowed = ctx.t("allowed_actual_rate" if kpi.unit == "rate" else "allowed_actual")
        page.validations.append(
            Validation(rows.span(row).replace("$", ""), "decimal", "0", "1" if kpi.unit == "rate" else "",
                       "between" if kpi.unit == "rate" else "greater_than_or_equal", kpi.name(ctx.lang)[:32],
                       allowed, allowed)
        )  # fmt: skip


def _totals(rows: TabAt, kpi: Kpi, side: str, formula, row: int, assumption: CellAt, cell_of) -> tuple[str, str]:
    """Excel texts of the total and the to-date figure, after the rules of ``ChannelFigures``."""
    span, figures = rows.span(row), rows.figures
    if not figures.is_ratio(kpi):
        total = f'=IF(COUNT({span})=0,"",SUM({span}))'
        if figures.anchor is None or side == "target":
            return total, _to_date(rows, row)
        window = _window(rows)
        pairs = f'COUNTIFS({window},">-9E+99",{span},">-9E+99")'
        return total, (f'=IF(OR(COUNT({window})=0,{pairs}<COUNT({window})),"",SUMIF({window},">-9E+99",{span}))')
    if formula is not None:
        return "=" + formula.excel(cell_of(TOTAL)), "=" + formula.excel(cell_of(TO_DATE))
    if side == "target":
        total = f'=IF(ISNUMBER({assumption}),{assumption},"")'
        window = f"COUNT({_window(rows)})=0" if figures.anchor is not None else "TRUE"
        return total, f'=IF(OR({window},NOT(ISNUMBER({assumption}))),"",{assumption})'
    if kpi.weight not in rows.target:
        return '=""', '=""'
    weights = rows.span(rows.actual(kpi.weight))
    below = f'SUMIF({span},">-9E+99",{weights})'
    total = f'=IF({below}=0,"",SUMPRODUCT({span},{weights})/{below})'
    return total, f"={absolute(row, TOTAL)}"


def _attainment(ctx: Context, page: SheetSpec, rows: TabAt, kpi: Kpi) -> None:
    row = rows.target[kpi.id] + 2
    target, actual = rows.figures.target[kpi.id], rows.figures.actual[kpi.id]
    columns = [(TOTAL, target.total, actual.total), (TO_DATE, target.to_date, actual.to_date)]
    columns += [(FIRST_MONTH + k, target.months[k], actual.months[k]) for k in range(rows.months)]
    for column, goal, reached in columns:
        page.put(
            row,
            column,
            attainment(reached, goal, kpi.better),
            # a part of the whole period says nothing yet about being on plan: no sign there
            "value.percent" if column == TOTAL else "value.attain",
            formula=attainment_excel(relative(row - 1, column), relative(row - 2, column), kpi.better),
        )
    first = relative(row, TO_DATE)
    area = f"{first}:{relative(row, FIRST_MONTH + rows.months - 1)}"
    mark_attainment(page, area, first)


def _chart(ctx: Context, page: SheetSpec, rows: TabAt) -> None:
    """Actuals of the anchor as columns, its target as a line.

    The attainment stands in the table and not in the chart: a month without an actual would be drawn as 0 %.
    """
    anchor = rows.figures.anchor
    lines, series = [], (Series("column_clustered", color="2A7F9E"), Series("line_markers", color=LINE_COLOUR))
    for row, key in ((rows.actual(anchor.id), "row_actual"), (rows.target[anchor.id], "row_target")):
        columns = [FIRST_MONTH + k for k in range(rows.months)]
        values = [page.cells[row, column].value for column in columns]
        texts = [f'=IF(ISNUMBER({page.ref(row, column)}),{page.ref(row, column)},"")' for column in columns]
        values = ["" if value is None else value for value in values]
        lines.append((ctx.t(key), f'="{ctx.t(key)}"', values, texts))
    chart_data.by_month(ctx, rows.source, lines)
    page.charts.append(
        Chart(
            f"B{rows.chart}:{column_letters(rows.end)}{rows.chart + CHART_ROWS - 1}",
            ctx.t("tab_chart", kpi=anchor.name(ctx.lang)),
            str(rows.source),
            series,
            axis_title=ctx.unit_label(anchor.unit),
        )
    )
