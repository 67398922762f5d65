"""The charts of ダッシュボード: goal, actual and forecast; stages; where orders were lost; orders by month.

What Python computed of them is drawn no longer once inputs have changed since: no bar, a line along the axis.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate
from typing import Any

from xl_kpi.calc.number import nearest_float
from xl_kpi.kpi.figures import attainment, nearest_excel
from xl_kpi.plan.closed.closing import stage_key
from xl_kpi.sheets import chart_data
from xl_kpi.sheets.blocks.chart import month_format
from xl_kpi.sheets.blocks.closed_rows import block_cell
from xl_kpi.sheets.context import ChartSource, Context
from xl_kpi.sheets.dashboard import figures
from xl_kpi.sheets.dashboard.figures import ForecastAt
from xl_kpi.sheets.excel_text import words
from xl_kpi.sheets.places.backwards import BackwardsAt
from xl_kpi.sheets.places.funnel import FunnelAt
from xl_kpi.sheets.review.rows import KNOWN, ReviewRowsAt, seen
from xl_kpi.workbook.addresses import CellAt, RangeAt
from xl_kpi.workbook.sheet_kinds import REVIEW_MARK
from xl_kpi.workbook.spec import Chart, Series, SheetSpec
from xl_kpi.workbook.theme import LINE_COLOUR, SERIES_COLOURS

NAVY, TEAL, LIGHT, LIGHTER, GREY = SERIES_COLOURS[0], SERIES_COLOURS[1], SERIES_COLOURS[2], "CFE3E7", SERIES_COLOURS[7]
GREEN, PAPER = "3F8F6B", "FFFFFF"
GAUGE = ("forecast", "actual", "goal")  # from the bottom up
PARTS = ("base", "whole", "up", "down", "up_below", "down_below")
LINES = ("forecast", "low", "high")  # of what is computed, by month
DIGITS = 1  # after the point, of orders in the waterfall
BREAK = "CHAR(10)"


@dataclass(frozen=True)
class ChartsAt:
    """Where their numbers stand on 計算; ``running`` the waterfall's sums, rounded as they are shown, ``computed``
    the forecast's lines, as Python has them."""

    gauge: ChartSource
    stages: ChartSource
    running: ChartSource
    waterfall: ChartSource
    computed: ChartSource
    trend: ChartSource


def placed(ctx: Context) -> ChartsAt:
    count = len(ctx.plan.stages)
    return ChartsAt(
        chart_data.reserve(ctx, 5, len(GAUGE)),
        chart_data.reserve(ctx, 3, count),
        chart_data.reserve(ctx, 1, count + 2),
        chart_data.reserve(ctx, len(PARTS), count + 2),
        chart_data.reserve(ctx, len(LINES), ctx.plan.months),
        chart_data.reserve(ctx, 2 + len(LINES), ctx.plan.months),
    )


def fill(ctx: Context, at: ChartsAt, forecast: ForecastAt) -> None:
    _gauge(ctx, at.gauge, forecast)
    _stages(ctx, at.stages, forecast)
    _waterfall(ctx, at)
    _trend(ctx, at)


def draw(ctx: Context, page: SheetSpec, at: ChartsAt, areas: Sequence[str]) -> None:
    """All of them, each over the cells that are left for it."""
    t, last = ctx.t, ctx.plan.stages[-1].name
    gauge, stages, waterfall, trend = areas
    bars = [Series("bar_stacked", color=color) for color in (GREY, NAVY, TEAL, LIGHT, LIGHTER)]
    page.charts.append(
        Chart(gauge, t("dash_gauge", stage=last), str(at.gauge), tuple(bars), category_format="General", legend=True)
    )
    columns = (Series("column_clustered", color=NAVY), Series("column_clustered", color=LIGHT))
    page.charts.append(
        Chart(stages, t("dash_stages"), str(at.stages), (*columns, Series("line", color=LINE_COLOUR)),
              category_format="General", number_format="0%")
    )  # fmt: skip
    colours = (PAPER, NAVY, GREEN, LINE_COLOUR, GREEN, LINE_COLOUR)
    falls = tuple(Series("bar_stacked", color=color) for color in colours)
    page.charts.append(
        Chart(waterfall, t("dash_waterfall", stage=last), str(at.waterfall), falls, category_format="General",
              legend=False, minimum=None)
    )  # fmt: skip
    lines = [Series("line", color=color) for color in (GREY, TEAL, LIGHT, LIGHT)]
    page.charts.append(
        Chart(
            trend,
            t("dash_trend", stage=last),
            str(at.trend),
            (Series("column_clustered", color=NAVY), *lines),
            category_format=month_format(ctx.plan.months, 6),
        )
    )


def won(ctx: Context) -> tuple[float | str, str]:
    """Orders won up to now, with those before the start: value and Excel text; blank where an actual is missing."""
    rows, last = ctx.at(ReviewRowsAt), len(ctx.plan.stages) - 1
    opened = ctx.plan.won_before
    reached = seen(ctx).to_date.actual[-1]
    cell = rows.reached(last)
    text = f'IF(ISNUMBER({cell}),N({ctx.at(FunnelAt).stages[-1].open})+{cell},"")'
    return ("" if reached is None else float(opened + reached)), text


def _brought_beyond(ctx: Context, index: int) -> tuple[Fraction, str]:
    """What the closed months brought at a stage beyond what was agreed, where the open ones make up for it: their
    targets have it, so that those of the whole period are the agreed ones and this."""
    closed, closing = ctx.at(BackwardsAt).closed, ctx.targets.closing
    what = stage_key(ctx.plan.stages[index].id)
    value = Fraction(0)
    if closing and ctx.plan.carries_over:
        value = sum((one - closing.agreed(what, month) for month, one in enumerate(closing.entered[index])), value)
    carried = f'carry_over="{ctx.t("carry_over_yes")}"'
    return value, f"IF({carried},SUM({closed.brought(index)})-{closed.kept_sum(what)},0)"


def _line(name: str, values: Sequence[Any], texts: Sequence[str]) -> chart_data.Line:
    said = name.replace('"', '""')
    return name, f'="{said}"', values, texts


def _gauge(ctx: Context, source: ChartSource, forecast: ForecastAt) -> None:
    """Bars: the goal; what is won; the forecast, from 0 to the lower end of the band, to what is expected, to the upper
    end."""
    t = ctx.t
    found = figures.values(ctx)
    value, text = won(ctx)
    orders, low, high = (forecast.value(key) for key in ("orders", "low", "high"))
    now = f'IF({REVIEW_MARK}="",{orders},"")'
    numbers = {"forecast": now, "actual": text, "goal": "orders_needed"}
    heads = []
    for key in GAUGE:
        amount = numbers[key]
        said = words(t("dash_category"), name=f'"{t(f"dash_{key}")}"', number=f"FIXED({amount},0)")[1:]
        heads.append((None, f'=IF(ISNUMBER({amount}),{said},"{t("dash_unknown", name=t(f"dash_{key}"))}")'))
    blank, none = ["", "", ""], ['=""', '=""', '=""']

    def row(place: int, value: Any, text: str) -> tuple[list[Any], list[str]]:
        values, texts = [*blank], [*none]
        values[place], texts[place] = value, f"={text}"
        return values, texts

    parts: list[Any] = [found["low"], None, None]
    if found["orders"] is not None and found["low"] is not None and found["high"] is not None:
        parts = [found["low"], found["orders"] - found["low"], found["high"] - found["orders"]]
    shown = ["" if part is None else part for part in parts]
    steps = [f'IF(AND({REVIEW_MARK}="",ISNUMBER({end})),{end}{less},"")' for end, less in
             ((low, ""), (orders, f"-{low}"), (high, f"-{orders}"))]  # fmt: skip
    lines = [
        _line(t("dash_goal"), *row(2, float(ctx.targets.orders), "orders_needed")),
        _line(t("dash_actual"), *row(1, value, text)),
        *(
            _line(t(f"dash_band_{key}"), *row(0, one, step))
            for key, one, step in zip(("low", "middle", "high"), shown, steps, strict=True)
        ),
    ]
    chart_data.by_category(source, heads, lines)


def _stages(ctx: Context, source: ChartSource, forecast: ForecastAt) -> None:
    """Of each stage how far it is: to date, and by the forecast at the end; what was planned is 100 %."""
    rows, exact, t = ctx.at(ReviewRowsAt), ctx.at(BackwardsAt).exact, ctx.t
    to_date, ends = seen(ctx).to_date, figures.entries(ctx)
    heads, reached, ahead = [], [], []
    for index in range(len(ctx.plan.stages)):
        name, more = _name(ctx, index), _brought_beyond(ctx, index)
        whole = f"(SUM({exact.told_new.row(index)})+{more[1]})"
        planned, actual, end = rows.planned(index), rows.reached(index), forecast.entries(index)
        told = words(t("dash_of"), actual=f"FIXED({actual},0)", target=f"FIXED({planned},0)")[1:]
        plan = words(t("dash_only_plan"), target=f"FIXED(ROUND({whole},6),0)")[1:]  # a half goes up with noise as well
        unknown = words(t("dash_not_known"), target=f"FIXED({planned},0)")[1:]
        said = f"IF({rows.count}=0,{plan},IF(ISNUMBER({actual}),{told},{unknown}))"
        heads.append((None, f"={name}&{BREAK}&{said}"))
        real = to_date.actual[index]
        value = attainment("" if real is None else float(real), float(to_date.planned[index]))
        reached.append((value, f'=IF(AND(ISNUMBER({actual}),{planned}>0),{actual}/{planned},"")'))
        total = float(sum(ctx.targets.told_new[index].months) + more[0])
        value = attainment("" if ends[index] is None else ends[index], total)
        ahead.append((value, f'=IF(AND({REVIEW_MARK}="",ISNUMBER({end}),{whole}>0),{end}/{whole},"")'))
    lines = [_line(t(f"dash_stages_{key}"), *zip(*found)) for key, found in (("now", reached), ("end", ahead))]
    ones = [1] * len(heads)
    chart_data.by_category(source, heads, [*lines, _line(t("dash_goal"), ones, ["=1"] * len(heads))])


def _waterfall(ctx: Context, at: ChartsAt) -> None:
    """From what was planned to what came, a step for each part of the gap; sums rounded, so that steps shown add up."""
    rows, gap, t, stages = ctx.at(ReviewRowsAt), seen(ctx), ctx.t, ctx.plan.stages
    last = len(stages) - 1
    parts = {part.stage: gap.shown(part) for part in gap.by_stage}
    planned = float(gap.to_date.planned[-1] if gap.to_date.months else sum(ctx.targets.told_new[last].months))
    if gap.orders is not None:  # so that the actual is what it is
        planned = nearest_float(float(gap.to_date.actual[-1] or 0), DIGITS) - nearest_float(float(gap.orders), DIGITS)
    sums = [*accumulate((parts.get(stage.id, 0.0) for stage in stages), initial=planned)]
    shown = [nearest_float(one, DIGITS) for one in sums]
    shown.append(shown[-1])
    known = gap.orders is not None
    whole = ctx.at(BackwardsAt).exact.told_new.row(last)
    back = f"{nearest_excel(str(rows.reached(last)), DIGITS)}-{nearest_excel(str(rows.gap), DIGITS)}"
    first = f"IF(ISNUMBER({rows.gap}),{back},IF({rows.count}=0,SUM({whole}),{rows.planned(last)}))"
    cells = at.running.cells
    cells[0, 0] = (t("calc_dash_running"), "", "calc_header")
    for place in range(len(stages) + 2):
        upto = RangeAt(rows.shown(0), rows.shown(min(max(place - 1, 0), last)))
        total = f"{first}+SUM({upto})" if place else first
        text = nearest_excel(total, DIGITS)
        value: Any = shown[place]
        if place > last + 1:  # the whole again, once the gap is known
            value, text = (value if known else ""), f'IF(ISNUMBER({rows.gap}),{text},"")'
        cells[1, 1 + place] = (value, f"={text}", "calc")
    running = [block_cell(at.running, 1, 1 + place) for place in range(len(stages) + 2)]
    order = list(range(len(stages) + 2))[::-1]  # bars stand from the bottom up
    heads = [(None, f"={_step(ctx, rows, running, place)}") for place in order]
    lines = []
    for key in PARTS:
        found = [_bar(key, place, shown, known, running, last) for place in order]
        lines.append(_line(t(f"dash_part_{key}"), *zip(*found)))
    chart_data.by_category(at.waterfall, heads, lines)


def _step(ctx: Context, rows: ReviewRowsAt, running: Sequence[CellAt], place: int) -> str:
    """Excel's text below a bar: what it is, and how many orders."""
    t, last = ctx.t, len(ctx.plan.stages) - 1
    if place in (0, last + 2):
        cell = running[place]
        name = t("dash_planned" if not place else "dash_actual")
        said = words(t("dash_category"), name=f'"{name}"', number=f"FIXED({cell},{DIGITS})")[1:]
        return f'IF(ISNUMBER({cell}),{said},"{t("dash_unknown", name=name)}")'
    name = words(t("dash_leads"), stage=_name(ctx, 0))[1:]
    if place > 1:
        name = _rate_into(ctx, rows, place - 1)
    change = f"({running[place]}-{running[place - 1]})"
    signed = f'IF({change}>0,"+","")&FIXED({change},{DIGITS})'
    said = words(t("dash_category"), name=name, number=signed)[1:]
    return f'IF(ISNUMBER({rows.part(place - 1)}),{said},{name}&"{t("dash_unknown", name="")}")'


def _rate_into(ctx: Context, rows: ReviewRowsAt, index: int) -> str:
    """Excel's text of the rate into a stage, from the last one before it that is known; without any, all up to it."""
    t, into = ctx.t, _name(ctx, index)
    said = words(t("dash_upto"), stage=into)[1:]
    for since in range(index):
        rate = words(t("dash_rate"), since=_name(ctx, since), stage=into)[1:]
        said = f"IF({rows.stage(since, KNOWN)}=1,{rate},{said})"
    return said


def _name(ctx: Context, index: int) -> str:
    """Excel's text of a stage's name, short enough for a chart."""
    return chart_data.short_name(ctx, ctx.plan.stages[index].name, str(ctx.at(FunnelAt).stages[index].name))[1]


def _bar(
    key: str, place: int, shown: Sequence[float], known: bool, running: Sequence[CellAt], last: int
) -> tuple[float | str, str]:
    """One part of a bar: from where it begins, the whole, up and down, above and below 0."""
    cell = running[place]
    if place in (0, last + 2):
        if key != "whole":
            return 0.0, "=0"
        return (shown[place] if known or not place else 0.0), f"=N({cell})"
    if key == "whole":
        return 0.0, "=0"
    before, after = shown[place - 1], shown[place]
    one, other = str(running[place - 1]), str(cell)
    value = {
        "base": max(0.0, min(before, after)) + min(0.0, max(before, after)),
        "up": max(0.0, after) - max(0.0, before) if after > before else 0.0,
        "down": max(0.0, before) - max(0.0, after) if after < before else 0.0,
        "up_below": min(0.0, before) - min(0.0, after) if after > before else 0.0,
        "down_below": min(0.0, after) - min(0.0, before) if after < before else 0.0,
    }[key]
    text = {
        "base": f"MAX(0,MIN({one},{other}))+MIN(0,MAX({one},{other}))",
        "up": f"IF({other}>{one},MAX(0,{other})-MAX(0,{one}),0)",
        "down": f"IF({other}<{one},MAX(0,{one})-MAX(0,{other}),0)",
        "up_below": f"IF({other}>{one},MIN(0,{one})-MIN(0,{other}),0)",
        "down_below": f"IF({other}<{one},MIN(0,{other})-MIN(0,{one}),0)",
    }[key]
    return value, f"={text}"


def _trend(ctx: Context, at: ChartsAt) -> None:
    """Orders added up, with those won before the start: what came, the plan, the forecast and its band."""
    t, rows, backwards = ctx.t, ctx.at(ReviewRowsAt), ctx.at(BackwardsAt)
    last = len(ctx.plan.stages) - 1
    opened = float(ctx.plan.won_before)
    start = f"N({ctx.at(FunnelAt).stages[-1].open})"
    asked, (_, came) = backwards.exact.told_new.row(last), backwards.actuals(ctx)[last]
    planned, actual = [], []
    beyond = _brought_beyond(ctx, last)
    months = ctx.targets.told_new[last].months
    real = seen(ctx).to_date.actual_by_month[-1]
    for k in range(ctx.plan.months):
        upto = asked.first.to(asked.first._replace(column=asked.first.column + k))
        more = beyond[0] if k >= ctx.plan.closed_months else 0
        text = f"={start}+SUM({upto})+IF(closed_months<={k},{beyond[1]},0)"
        planned.append((opened + float(sum(months[: k + 1]) + more), text))
        done = real[: k + 1]
        known = len(done) == k + 1 and None not in done
        value = opened + sum(one for one in done if one is not None) if known else ""
        area = came.first.to(came.first._replace(column=came.first.column + k))
        told = f"AND({rows.count}>{k},COUNT({area})={k + 1})"
        actual.append((value, f'=IF({told},{start}+SUM({area}),"")'))
    lines = [
        _line(t("dash_actual_to_date"), *zip(*actual)),
        _line(t("dash_planned_to_date"), *zip(*planned)),
    ]
    at.computed.cells[0, 0] = (t("calc_dash_computed"), "", "calc_header")
    for row, (key, numbers) in enumerate(zip(LINES, figures.orders_by_month(ctx), strict=True), 1):
        name = t(f"dash_trend_{key}")
        at.computed.cells[row, 0] = (name, "", "calc")
        texts = []
        for k, number in enumerate(numbers, 1):
            at.computed.cells[row, k] = (number, "", "calc")
            cell = block_cell(at.computed, row, k).here
            texts.append("" if number is None else f'=IF({REVIEW_MARK}="",{cell},"")')
        lines.append((name, f'=IF({REVIEW_MARK}="","{name}","{t("dash_old", name=name)}")', numbers, texts))
    chart_data.by_month(ctx, at.trend, lines)
