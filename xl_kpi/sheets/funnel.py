"""ファネル / Funnel (K5, K6, K7, K8): stages with owner, rate, lag and measured curve; what is open in the pipeline."""

from __future__ import annotations

from xl_kpi.calc.lag import Lag
from xl_kpi.plan.keys import PIPELINE, STAGES
from xl_kpi.sheets import chart_data
from xl_kpi.sheets.blocks import fitting, paper
from xl_kpi.sheets.blocks.basis import basis_rule
from xl_kpi.sheets.blocks.example_mark import mark
from xl_kpi.sheets.blocks.head import Title, head
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import words
from xl_kpi.sheets.places.funnel import (
    BASIS,
    CHECK,
    CURVE,
    CURVE_STEPS,
    HEADER_ROW,
    HIGH,
    ID,
    LOW,
    NAME,
    OPEN,
    ORDER,
    ORDERS,
    OWNER,
    RATE,
    USED,
    FunnelAt,
    placed,
)
from xl_kpi.workbook.addresses import column_letters
from xl_kpi.workbook.cells.grid import HEAD
from xl_kpi.workbook.spec import Chart, Series, SheetSpec, Validation

EXAMPLE_ROW = 4
ROW_HEIGHT = 30  # two lines
CHART = (8, 12)  # the column in which it begins, beside what is open; how many rows it takes


def place(ctx: Context) -> FunnelAt:
    return placed(ctx)


def build(ctx: Context) -> SheetSpec:
    page = ctx.sheet("funnel")
    t, stages = ctx.t, ctx.plan.stages
    page.widths.update(
        {ID: 13, NAME: 14, OWNER: 12, RATE: 10, LOW: 8.3, HIGH: 8, BASIS: 9, ORDER: 6, USED: 9, CHECK: 18}
    )
    page.widths.update({CURVE + k: 6.8 for k in range(CURVE_STEPS)})
    head(ctx, page, Title(t("funnel_title"), t("funnel_subtitle"), [2, 3, 4, 5, 6, 8, 10, 12]))
    mark(ctx, page, EXAMPLE_ROW, ID, STAGES)
    page.put(HEADER_ROW - 1, 2, t("funnel_curve_note"), "note_line")
    page.put(HEADER_ROW, 1, f"{HEAD}stages", "key")
    headers = ["stage_id", "stage_name", "stage_owner", "stage_rate", "stage_low", "stage_high"]
    for column, key in enumerate(headers, ID):
        page.put(HEADER_ROW, column, t(key), "header")
    for k in range(CURVE_STEPS):
        page.put(HEADER_ROW, CURVE + k, t("stage_curve", days=30 * (k + 1)), "header")
    page.put(HEADER_ROW, BASIS, t("stage_basis"), "header")
    page.put(HEADER_ROW, ORDER, t("stage_order"), "header")
    page.put(HEADER_ROW, USED, t("stage_rate_used"), "header")
    page.put(HEADER_ROW, CHECK, t("column_check"), "header")
    page.heights[HEADER_ROW] = 45
    last = ctx.at(FunnelAt).last
    for row in range(HEADER_ROW + 1, last + 1):
        index = row - HEADER_ROW - 1
        _stage_row(ctx, page, row, index if index < len(stages) else None)
    ctx.name("tbl_stages", page.ref(HEADER_ROW, 1, last, USED - 1))
    first = HEADER_ROW + 1
    _validations(ctx, page, first, last)
    top = ctx.at(FunnelAt).pipeline - 1
    last = max(_pipeline(ctx, page), top + CHART[1])
    _chart(ctx, page, top)
    fitting.fit(page)
    page.print_area = f"$A$1:$Q${last}"
    page.freeze = f"D{HEADER_ROW + 1}"
    if not paper.fits_one(page, CHECK, last):  # many stages with long names: what is open stands on a second page
        page.fit_height, page.row_breaks = 0, [top - 2]
    return page


def _stage_row(ctx: Context, page: SheetSpec, row: int, index: int | None) -> None:
    stage = ctx.plan.stages[index] if index is not None else None
    is_last = index == len(ctx.plan.stages) - 1
    page.put(row, 1, stage.id if stage else None, "key")
    page.put(row, ID, stage.id if stage else None, "input.left")
    page.put(row, NAME, stage.name if stage else None, "input_wrap")
    page.put(row, OWNER, stage.owner if stage else None, "input_wrap")
    page.heights[row] = ROW_HEIGHT
    lag = stage.lag if stage and stage.lag else None
    style = "value_grey.center" if is_last else None
    page.put(row, RATE, "—" if is_last else (stage.rate if stage else None), style or "input.rate2")
    low = None if lag is None else (None if lag.curve else lag.low)
    high = lag.high if lag and not lag.curve and lag.high != lag.low else None
    page.put(row, LOW, "—" if is_last else low, style or "input.day")
    page.put(row, HIGH, "—" if is_last else high, style or "input.day")
    for k in range(CURVE_STEPS):
        value = lag.curve[k] if lag and k < len(lag.curve) else None
        page.put(row, CURVE + k, "—" if is_last else value, style or "input.percent")
    basis = ctx.t(f"basis_{stage.basis}") if stage and stage.basis else None
    page.put(row, BASIS, "—" if is_last else basis, style or "input.center")
    page.put(row, ORDER, None if index is None else index + 1, "input.center")
    if stage and index is not None and not is_last:
        rate, typed = float(ctx.plan.rates[index] or 0), ctx.at(FunnelAt).stages[index].typed_rate
        page.put(row, USED, rate, "value.rate2", formula=f"={ctx.at(ChannelsAt).mix.rate(index, typed)}")
    elif is_last:
        page.put(row, USED, "—", "value_grey.center")
    if stage:
        page.put(row, CHECK, None, "warning", formula=_check(ctx, row, lag, is_last))
    else:
        page.put(row, CHECK, None, "warning", formula=_check_new(ctx, row))


def _check(ctx: Context, row: int, lag: Lag | None, is_last: bool) -> str:
    """A word when the row can't be used as typed."""
    if is_last:
        return '=""'
    curve = f"$H{row}:$M{row}"
    tests = _faults(row)
    if lag is not None and lag.curve:
        tests.append((f"AND(COUNT({curve})>0,ABS(MAX({curve})-1)>0.000001)", "check_curve_end"))
    else:
        tests.append((f"COUNT({curve})>0", "check_curve_pending"))
    return "=" + _first(ctx, tests, '""')


def _faults(row: int) -> list[tuple[str, str]]:
    """What is wrong with rate and days of a row, each with the text that says so."""
    rate, low, high, numbers = f"$E{row}", f"$F{row}", f"$G{row}", f"$E{row}:$M{row}"
    return [
        (f"COUNTA({numbers})>COUNT({numbers})", "check_as_text"),
        (f"COUNT({rate})=0", "check_rate_missing"),
        (f"OR({rate}<=0,{rate}>1)", "check_rate"),
        (f"AND(COUNT({high})=1,N({high})<N({low}))", "check_lag_order"),
    ]


def _first(ctx: Context, tests: list[tuple[str, str]], formula: str) -> str:
    """The text of the first condition that holds, else ``formula``."""
    for condition, key in reversed(tests):
        said = words(ctx.t(key))[1:] if key else '""'
        formula = f"IF({condition},{said},{formula})"
    return formula


def _check_new(ctx: Context, row: int) -> str:
    """A word when a stage has been typed into a free row: what a regenerate would refuse, or that it waits for one."""
    column, end = column_letters(ORDER), HEADER_ROW + len(ctx.plan.stages)
    order, orders = f"${column}{row}", f"${column}${HEADER_ROW + 1}:${column}${ctx.at(FunnelAt).last}"
    tests = [
        (f"COUNTA($B{row}:$C{row})=0", ""),
        (f'$B{row}=""', "check_pending_id"),
        (f"OR(COUNT({order})=0,N({order})>=N(${column}${end}),COUNTIF({orders},{order})>1)", "check_order"),
        *_faults(row),
        (f"COUNT($F{row}:$M{row})=0", "check_lag_missing"),
    ]
    return "=" + _first(ctx, tests, words(ctx.t("check_stage_pending"))[1:])


def _validations(ctx: Context, page: SheetSpec, first: int, last: int) -> None:
    def rule(columns: str, kind: str, one: str, two: str, key: str, title: str) -> None:
        a, _, b = columns.partition(":")
        ref = f"{a}{first}:{b or a}{last}"
        allowed = ctx.t(key)
        page.validations.append(Validation(ref, kind, one, two, title=ctx.t(title), error=allowed, prompt=allowed))

    rule("E", "decimal", "0.000001", "1", "allowed_rate", "stage_rate")
    rule("F:G", "whole", "0", "730", "allowed_lag", "stage_low")
    rule("H:M", "decimal", "0", "1", "allowed_curve", "stage_curve_title")
    column = column_letters(BASIS)
    page.validations.append(basis_rule(ctx, f"{column}{first}:{column}{last}", "stage_basis"))
    column, allowed = column_letters(ORDER), ctx.t("allowed_order")
    page.validations.append(
        Validation(f"{column}{first}:{column}{last}", "decimal", "0", operator="greater_than_or_equal",
                   title=ctx.t("stage_order"), error=allowed, prompt=allowed)
    )  # fmt: skip


def _pipeline(ctx: Context, page: SheetSpec) -> int:
    """tbl_pipeline: what is open at each stage on the first day of the plan."""
    t, stages, places = ctx.t, ctx.plan.stages, ctx.at(FunnelAt)
    row = places.pipeline - 2
    page.put(row, 2, t("section_pipeline"), "section")
    for column in range(3, 8):
        page.put(row, column, None, "section")
    mark(ctx, page, row, RATE, PIPELINE, "section_example")
    page.put(row + 1, 2, t("pipeline_note"), "note_line")
    header = places.pipeline
    page.put(header, 1, f"{HEAD}pipeline", "key")
    for column, key in ((ID, "stage_id"), (NAME, "stage_name"), (OPEN, "pipeline_open"), (ORDERS, "pipeline_orders")):
        page.put(header, column, t(key), "header")
    page.heights[header] = 34
    expected = 1.0
    rates = [*(float(rate or 0) for rate in ctx.plan.rates), 1.0]
    for index, stage in enumerate(stages):
        at = header + 1 + index
        page.put(at, 1, stage.id, "key")
        page.put(at, 2, stage.id, "value.left")
        page.put(at, 3, stage.name, "label", formula=f"={places.stages[index].name.here}")
        opened = ctx.plan.pipeline.get(stage.id)
        page.put(at, OPEN, opened, "input.whole")
        expected = float(opened or 0)
        for rate in rates[index:]:
            expected *= rate
        chain = "".join(f"*N({one.rate.here})" for one in places.stages[index:-1])
        page.put(at, ORDERS, expected, "value.exact", formula=f"=N(D{at}){chain}")
    last = header + len(stages)
    ctx.name("tbl_pipeline", page.ref(header, 1, last, OPEN))
    allowed = t("allowed_open")
    page.validations.append(
        Validation(f"D{header + 1}:D{last}", "decimal", "0", operator="greater_than_or_equal",
                   title=t("pipeline_open"), error=allowed, prompt=allowed)
    )  # fmt: skip
    return last


def _chart(ctx: Context, page: SheetSpec, row: int) -> None:
    """Bars of the required volumes, which come from the sheet 逆算."""
    places, title = ctx.at(FunnelAt), ctx.t("column_required")
    names = [chart_data.short_name(ctx, one.name, str(at.name)) for one, at in zip(ctx.plan.stages, places.stages)]
    line = (title, f'="{title}"', list(ctx.targets.rounded), [f"={cell}" for cell in places.required])
    chart_data.by_stage(places.chart, [line], [name for name, _ in names], [f"={text}" for _, text in names])
    page.charts.append(
        Chart(f"{column_letters(CHART[0])}{row}:Q{row + CHART[1]}", ctx.t("funnel_chart"), str(places.chart),
              (Series("column_clustered", color="2A7F9E"),), axis_title=ctx.t("axis_count"))
    )  # fmt: skip
