"""逆算 / Backwards, page 1: stages × months from the goal, by channel, and the chart."""

from __future__ import annotations

from fractions import Fraction

from xl_kpi.plan.targets import Volumes
from xl_kpi.sheets import chart_data, stage_actuals
from xl_kpi.sheets.backwards_rows import (
    BEFORE,
    CHART_ROWS,
    FIRST_MONTH,
    HEADER_ROW,
    NAME,
    SECOND,
    TOTAL,
    BackwardsAt,
    header,
    placed,
    section,
)
from xl_kpi.sheets.calc_sheet import GOAL, share_after, share_before, share_of_month, stage_column
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import ceiling
from xl_kpi.sheets.funnel import FunnelAt
from xl_kpi.workbook.addresses import absolute, column_letters
from xl_kpi.workbook.spec import Chart, Series, SheetSpec
from xl_kpi.workbook.theme import LINE_COLOUR, SERIES_COLOURS

# The page is shrunk to the paper's width: the wider the table, the more lines stand on an A4 landscape page.
LINES_PER_WIDTH = 0.27


def place(ctx: Context) -> BackwardsAt:
    return placed(ctx)


def build(ctx: Context) -> SheetSpec:
    page = ctx.sheet("backwards", fit_height=0)
    rows = ctx.at(BackwardsAt)
    ctx.head(page, ctx.t("backwards_title"), ctx.t("backwards_subtitle"), [2, 3, 5, 7, 8, 10, 12, 14])
    # a month's revenue is typed in full currency
    money = float(ctx.targets.goal) / rows.months * 2 if rows.revenue else 0
    width = max(9, len(f"{money:,.0f}") + 1.5)
    page.widths.update({NAME: 22, TOTAL: 11.5, SECOND: 11.5, BEFORE: 10})
    page.widths.update({rows.month(k): width for k in range(rows.months)})
    page.widths.update({rows.after: 10, rows.latest: 14, rows.owner: 19})
    _need(ctx, page, rows)
    _channels(ctx, page, rows)
    _chart(ctx, page, rows)
    stage_actuals.build(ctx, page, rows)
    page.print_area = f"$A$1:{absolute(rows.last, rows.owner)}"
    page.print_title_rows = ""
    if rows.chart + CHART_ROWS > LINES_PER_WIDTH * sum(page.widths.values()):
        page.row_breaks.append(rows.chart - 2)  # a chart is not cut in two
    page.row_breaks.append(rows.new_header - 2)
    page.freeze = f"C{HEADER_ROW + 1}"
    return page


def _need(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    """Block 1: what is needed at each stage, when, and until when."""
    targets, plan = ctx.targets, ctx.plan
    section(ctx, page, rows, HEADER_ROW - 1, "section_need")
    header(ctx, page, rows, HEADER_ROW, "need", {
        NAME: "column_stage", TOTAL: "column_required", SECOND: "column_exact", BEFORE: "column_before",
        rows.after: "column_next", rows.latest: "column_latest", rows.owner: "stage_owner",
    })  # fmt: skip
    if rows.revenue:
        _revenue(ctx, page, rows)
    last = len(plan.stages) - 1
    for index, stage in enumerate(plan.stages):
        row = rows.need + index
        role = "total" if index == last else "value"
        needed = targets.needed[index]
        page.put(row, 1, stage.id, "key")
        page.put(row, NAME, stage.name, "label_strong" if index == last else "label",
                 formula=f"={ctx.at(FunnelAt).stages[index].name}")  # fmt: skip
        exact = absolute(row, SECOND)
        page.put(row, TOTAL, targets.rounded[index], f"{role}.whole", formula=f"={ceiling(exact)}")
        if index == last:
            formula = "=orders_needed"
        else:
            below, rate = absolute(row + 1, SECOND), ctx.at(FunnelAt).stages[index].rate
            each = ceiling(f"({below}/{rate})")
            formula = f'=IF(rounding="{ctx.t("rounding_each")}",{each},{below}/{rate})'
        page.put(row, SECOND, float(targets.required[index]), "value_grey.exact", formula=formula)
        column = stage_column(ctx, index)
        _row_of_shares(ctx, page, rows, row, role, column, needed, exact)
        page.put(row, rows.latest, targets.latest_dates[index], "value.date", formula=_latest(ctx, index, rows))
        page.put(row, rows.owner, stage.owner or "", "label", formula=f'=""&{ctx.at(FunnelAt).stages[index].owner}')
    ctx.name("out_stages", page.ref(rows.need, 1, rows.need + last, SECOND))
    ctx.name("out_months", page.ref(rows.need, FIRST_MONTH, rows.need + last, rows.month(rows.months - 1)))
    ctx.name("out_before", page.ref(rows.need, BEFORE, rows.need + last))
    ctx.name("first_stage_required", page.ref(rows.need, TOTAL))
    ctx.name("first_stage_name", page.ref(rows.need, NAME))
    ctx.name("first_stage_before", page.ref(rows.need, BEFORE))


def _row_of_shares(ctx: Context, page: SheetSpec, rows: BackwardsAt, row: int, role: str, column: int,
                   needed: Volumes, total: str, unit: str = "count") -> None:  # fmt: skip
    """Before the start, each month, after the end: the total times the calculation sheet's shares."""
    page.put(row, BEFORE, float(needed.before), f"{role}.{unit}",
             formula=f"={total}*{share_before(ctx, column)}")  # fmt: skip
    for k in range(rows.months):
        page.put(row, rows.month(k), float(needed.months[k]), f"{role}.{unit}",
                 formula=f"={total}*{share_of_month(ctx, column, k)}")  # fmt: skip
    page.put(row, rows.after, float(needed.next), f"{role}.{unit}",
             formula=f"={total}*{share_after(ctx, column)}")  # fmt: skip


def _revenue(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    """The goal in money by month, above the orders that bring it."""
    targets, row, money = ctx.targets, rows.revenue, ctx.plan.currency_unit
    page.put(row, 1, "revenue", "key")
    page.put(row, NAME, ctx.t("row_revenue", unit=ctx.unit_label("yen")), "label")
    page.put(row, TOTAL, float(targets.goal), f"value.{money}", formula="=kgi_goal")
    page.put(row, SECOND, float(targets.goal), f"value_grey.{money}", formula="=kgi_goal")
    _row_of_shares(ctx, page, rows, row, "value", GOAL, targets.revenue, absolute(row, SECOND), money)
    page.put(row, rows.latest, targets.deadline, "value.date", formula="=deadline_used")
    page.put(row, rows.owner, None, "label")


def _latest(ctx: Context, index: int, rows: BackwardsAt) -> str:
    """Deadline, less the delivery and the longest lags from this stage on."""
    last = len(ctx.plan.stages) - 1
    if index == last:
        return f'=deadline_used-IF(kgi_kind="{ctx.t("kind_revenue")}",N(delivery_days),0)'
    stage = ctx.at(FunnelAt).stages[index]
    low, high, cells = stage.low, stage.high, stage.curve
    days = f"IF(COUNT({high})=1,MAX(N({high}),N({low})),N({low}))"
    if ctx.targets.lags[index].curve:
        days = f"IF(COUNT({cells})>0,30*COUNT({cells}),{days})"
    return f"={absolute(rows.need + index + 1, rows.latest)}-{days}"


def _channels(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    """Block 2: the newly needed volume by channel; the first stage adds up to the total row."""
    targets, plan = ctx.targets, ctx.plan
    section(ctx, page, rows, rows.channel_header - 1, "section_channels")
    header(ctx, page, rows, rows.channel_header, "channels", {
        NAME: "column_channel", TOTAL: "column_in_plan", SECOND: "column_share", BEFORE: "column_shortage",
        rows.after: "column_next", rows.latest: "channel_stage", rows.owner: "channel_owner",
    })  # fmt: skip
    for channel in plan.channels_on:
        row = rows.channel[channel.id]
        index = targets.stage_index(channel.stage)
        volumes, share = targets.of_channel(channel), absolute(row, SECOND)
        page.put(row, 1, channel.id, "key")
        page.put(row, NAME, channel.name, "label", formula=f"={ctx.at(ChannelsAt).rows[channel.id].name}")
        page.put(row, TOTAL, float(sum(volumes.months)), "value.count", formula=f"=SUM({rows.span(row)})")
        page.put(row, SECOND, float(targets.used_share(channel)), "value_grey.rate",
                 formula=f"={ctx.at(ChannelsAt).rows[channel.id].used_share}")  # fmt: skip
        source = rows.new + index
        columns = [BEFORE, *(rows.month(k) for k in range(rows.months)), rows.after]
        values = [volumes.before, *volumes.months, volumes.next]
        for column, value in zip(columns, values, strict=True):
            page.put(row, column, float(value), "value.count", formula=f"={share}*{column_letters(column)}{source}")
        page.put(row, rows.latest, plan.stages[index].name, "value.center",
                 formula=f"={ctx.at(FunnelAt).stages[index].name}")  # fmt: skip
        page.put(row, rows.owner, channel.owner or "", "label",
                 formula=f'=""&{ctx.at(ChannelsAt).rows[channel.id].owner}')  # fmt: skip
    _channel_totals(ctx, page, rows)
    ids = [channel.id for channel in plan.channels_on]
    if ids:
        ctx.name("out_channels", page.ref(rows.channel[ids[0]], FIRST_MONTH, rows.channel[ids[-1]],
                                          rows.month(rows.months - 1)))  # fmt: skip


def _channel_totals(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    targets, stage = ctx.targets, ctx.plan.stages[0]
    leads = [channel for channel in ctx.plan.channels_on if channel.stage == stage.id]
    row = rows.channel_total
    page.put(row, 1, "total:", "key")
    page.put(row, NAME, ctx.t("row_channel_total", stage=stage.name), "total")
    for column in [TOTAL, BEFORE, *(rows.month(k) for k in range(rows.months)), rows.after]:
        letter = column_letters(column)
        terms = "+".join(f"{letter}{rows.channel[channel.id]}" for channel in leads) or "0"
        value = sum((_of(targets.of_channel(channel), rows, column) for channel in leads), start=0)
        page.put(row, column, float(value), "total.count", formula=f"={terms}")
    for column in (SECOND, rows.latest, rows.owner):
        page.put(row, column, None, "total")
    row = rows.cumulative
    page.put(row, 1, "cumulative_orders", "key")
    page.put(row, NAME, ctx.t("row_cumulative"), "label")
    for column in (TOTAL, SECOND, BEFORE, rows.after, rows.latest, rows.owner):
        page.put(row, column, None, "value")
    orders_row = rows.need + len(ctx.plan.stages) - 1
    total = targets.needed[-1].before
    for k in range(rows.months):
        total += targets.needed[-1].months[k]
        letter = column_letters(rows.month(k))
        page.put(row, rows.month(k), float(total), "value_grey.count",
                 formula=f"=SUM($E{orders_row}:{letter}{orders_row})")  # fmt: skip


def _of(volumes: Volumes, rows: BackwardsAt, column: int) -> Fraction:
    if column == TOTAL:
        return sum(volumes.months, Fraction(0))
    if column == BEFORE:
        return volumes.before
    return volumes.next if column == rows.after else volumes.months[column - FIRST_MONTH]


def _chart(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    """Columns: the first stage by channel and month; line: the orders added up."""
    stage = ctx.plan.stages[0]
    leads = [channel for channel in ctx.plan.channels_on if channel.stage == stage.id]
    lines = [_chart_line(ctx, page, rows, rows.channel[channel.id]) for channel in leads]
    series = [Series("column_stacked", color=SERIES_COLOURS[k % len(SERIES_COLOURS)]) for k in range(len(lines))]
    lines.append(_chart_line(ctx, page, rows, rows.cumulative))
    series.append(Series("line_markers", True, LINE_COLOUR))
    chart_data.by_month(ctx, rows.chart_source, lines)
    page.charts.append(
        Chart(
            f"B{rows.chart}:{column_letters(rows.owner)}{rows.chart + CHART_ROWS - 1}",
            ctx.t("backwards_chart", stage=stage.name),
            str(rows.chart_source),
            tuple(series),
            axis_title=stage.name,
            secondary_title=ctx.t("row_cumulative"),
        )
    )


def _chart_line(ctx: Context, page: SheetSpec, rows: BackwardsAt, row: int) -> chart_data.Line:
    columns = [rows.month(k) for k in range(rows.months)]
    values = [page.cells[row, column].value for column in columns]
    texts = ["=" + page.ref(row, column) for column in columns]
    return page.cells[row, NAME].value, "=" + page.ref(row, NAME), values, texts
