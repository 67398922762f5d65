"""逆算 / Backwards (K3, K7, K8, K14, K15, K16), page 1: stages × months from the goal, by channel, and the chart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from xl_kpi import calc, catalog
from xl_kpi.kpi.figures import nearest_excel
from xl_kpi.plan.closed.closing import channel_key, need_key, stage_key
from xl_kpi.plan.model import EXISTING_ROW, Channel
from xl_kpi.sheets import chart_data, first_plan
from xl_kpi.sheets.backwards import on_paper, stage_actuals
from xl_kpi.sheets.backwards import outlook as backwards_outlook
from xl_kpi.sheets.backwards.stage_actuals import shown_existing, shown_revenue, whole_by
from xl_kpi.sheets.blocks import fitting
from xl_kpi.sheets.blocks.chart import month_format
from xl_kpi.sheets.blocks.head import Title, head
from xl_kpi.sheets.calculation import next_rows
from xl_kpi.sheets.calculation.calc_rows import stage_column
from xl_kpi.sheets.calculation.calc_sheet import REVENUE, goal_upto, share_after, share_before, share_of_month
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import UNSOUND, Context
from xl_kpi.sheets.excel_text import ceiling, number_width
from xl_kpi.sheets.places import exact_volumes
from xl_kpi.sheets.places.backwards import (
    BEFORE,
    CHART_ROWS,
    CLOSED_NOTE,
    FIRST_MONTH,
    HEADER_ROW,
    NAME,
    SECOND,
    TOTAL,
    BackwardsAt,
    closed_totals,
    header,
    placed,
    section,
)
from xl_kpi.sheets.places.funnel import FunnelAt
from xl_kpi.workbook.addresses import absolute, column_letters, relative
from xl_kpi.workbook.spec import Chart, Condition, Series, SheetSpec
from xl_kpi.workbook.theme import LINE_COLOUR, SERIES_COLOURS


def place(ctx: Context) -> BackwardsAt:
    return placed(ctx)


def build(ctx: Context) -> SheetSpec:
    page = ctx.sheet("backwards", fit_height=0, default_height=15)
    rows = ctx.at(BackwardsAt)
    head(
        ctx, page, Title(ctx.t("backwards_title"), ctx.t("backwards_subtitle"), [2, 3, 5, 7, 8, 10, 12, 14]), TOTAL
    )  # the names are printed again on each page
    # a month's money is typed in full currency
    money = float(ctx.targets.goal) / rows.months * 2 if rows.revenue else 0
    width = max(8.2, number_width(f"{money:,.0f}"))
    name = 22 if ctx.lang == "ja" else 33 if rows.existing else 27
    page.widths.update({NAME: name, TOTAL: 11.5, SECOND: 11.5, BEFORE: 10 if ctx.lang == "ja" else 12})
    page.widths.update({rows.month(k): width for k in range(rows.months)})
    page.widths.update({rows.after: 10, rows.latest: 14, rows.owner: 19})
    _need(ctx, page, rows)
    backwards_outlook.build(ctx, page, rows)
    _channels(ctx, page, rows)
    _chart(ctx, page, rows)
    stage_actuals.build(ctx, page, rows)
    first_plan.on_backwards(ctx, page, rows, lambda what: stage_actuals.against_first(ctx, what))
    next_rows.build(ctx, page, rows)
    fitting.numbers_in_full(page)
    fitting.labels_in_lines(page)
    fitting.texts_in_full(page)
    page.print_area = f"$A$1:{absolute(rows.end + next_rows.lines(ctx), rows.owner)}"
    on_paper.fit(ctx, page, rows)
    page.freeze = f"C{HEADER_ROW + 1}"
    line = f"{column_letters(TOTAL)}{HEADER_ROW - 2}"
    page.conditions.append(Condition(line, f'=LEFT(${line},1)="▼"', "warning"))
    return page


def _need(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    """Block 1: what is needed at each stage, when, and until when."""
    targets, plan = ctx.targets, ctx.plan
    section(ctx, page, rows, HEADER_ROW - 1, "section_need")
    said = ctx.t("note_as_agreed")
    none = f'OR(ISERROR(outlook_share),{UNSOUND}<>"")'
    page.put(HEADER_ROW - 2, TOTAL, said if plan.closed_months else "", "note_line",
             formula=f'=IF({none},plan_sentence,IF(closed_months=0,"","{said}"))')  # fmt: skip
    header(ctx, page, rows, HEADER_ROW, "need", {
        NAME: "column_stage", TOTAL: "column_required", SECOND: "column_exact", BEFORE: "column_before",
        rows.after: "column_next", rows.latest: "column_latest", rows.owner: "stage_owner",
    })  # fmt: skip
    if rows.revenue:
        _revenue(ctx, page, rows)
    if rows.existing:
        _existing(ctx, page, rows)
    last, closed = len(plan.stages) - 1, rows.closed
    for index, stage in enumerate(plan.stages):
        row = rows.need + index
        role = "total" if index == last else "value"
        whole = targets.whole_needed[index].parts
        page.put(row, 1, stage.id, "key")
        page.put(row, NAME, stage.name, "label_strong" if index == last else "label",
                 formula=f"={ctx.at(FunnelAt).stages[index].name}")  # fmt: skip
        exact = absolute(row, SECOND)
        page.put(row, TOTAL, targets.rounded[index], f"{role}.whole", formula=f"={ceiling(exact)}")
        asked = "orders_needed"
        if index < last:
            asked = f"({absolute(row + 1, SECOND)}/{ctx.at(FunnelAt).stages[index].rate})"
        formula = f'=IF(rounding="{ctx.t("rounding_each")}",{ceiling(asked)},{asked})'
        page.put(row, SECOND, float(targets.required[index]), "value_grey.exact", formula=formula)
        name = (stage.name, rows.cell(row, NAME))
        shares = _shares(ctx, rows, stage_column(ctx, index))
        reached = [whole_by(rows, index, part) for part in rows.exact.need.parts]
        due = targets.whole_live[index].before, reached[exact_volumes.BEFORE]
        exact_volumes.need(ctx, rows.exact, index, name, closed.volume(index), targets.needed[index], shares, due)
        blocks = rows.exact.need, rows.exact.told_need
        exact_volumes.told(ctx, closed, blocks, index, "told_need", name, need_key(stage.id),
                           targets.told_needed[index], rows.cell(row, SECOND))  # fmt: skip
        for part, column in enumerate(rows.parts()):
            live = _in_month(rows, index, need_key(stage.id), part, row, reached[part])
            page.put(row, column, whole[part], f"{role}.whole", formula=f"={live}")
        page.put(row, rows.latest, targets.latest_dates[index], "value.date", formula=_latest(ctx, index, rows))
        page.put(row, rows.owner, stage.owner or "", "label", formula=f'=""&{ctx.at(FunnelAt).stages[index].owner}')
    ctx.name("out_stages", page.ref(rows.need, 1, rows.need + last, SECOND))
    need = rows.exact.told_need
    exact_volumes.head(ctx, rows.exact.need, "section_need")
    exact_volumes.head(ctx, need, "section_need")
    ctx.name("out_months", need.area(last))
    ctx.name("out_before", str(need.cell(0, exact_volumes.BEFORE).to(need.cell(last, exact_volumes.BEFORE))))
    ctx.name("first_stage_required", page.ref(rows.need, TOTAL))
    ctx.name("first_stage_name", page.ref(rows.need, NAME))
    ctx.name("first_stage_before", page.ref(rows.need, BEFORE))


def _shares(ctx: Context, rows: BackwardsAt, column: int) -> list[str]:
    """What part of a total falls before the start, into each month, after the end."""
    months = [share_of_month(ctx, column, k) for k in range(rows.months)]
    return [share_before(ctx, column), *months, share_after(ctx, column)]


def _in_month(rows: BackwardsAt, line: int, what: str, part: int, row: int, reached: str) -> str:
    """What is ``reached`` by then, less what the columns before this one show; of a closed month what was agreed.

    Before the start stands, with closed months, what they and the open ones leave of the total.
    """
    columns, due = rows.parts(), rows.exact.due(line)
    if columns[part] == BEFORE:
        return f"IF(closed_months=0,{due},{absolute(row, TOTAL)}-SUM({_months_and_after(rows, row)}))"
    taken = f"IF(closed_months=0,{due},0)"
    return rows.closed.kept(what, part, f"{reached}-{taken}{_earlier(row, columns, part)}+{rows.closed.kept_sum(what)}")


def _months_and_after(rows: BackwardsAt, row: int) -> str:
    return f"{absolute(row, FIRST_MONTH)}:{absolute(row, rows.after)}"


def _earlier(row: int, columns: Sequence[int], part: int) -> str:
    """The months before a part, to be taken off."""
    return f"-SUM({absolute(row, FIRST_MONTH)}:{relative(row, columns[part] - 1)})" if part > 1 else ""


def _revenue(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    """The goal in money by month, above the orders that bring it."""
    targets, row, money, exact = ctx.targets, rows.revenue, ctx.plan.currency_unit, rows.exact
    total, digits = rows.cell(row, SECOND), catalog.unit(money).digits
    shown, kind, what = shown_revenue(ctx), ctx.plan.goal.kind, ctx.plan.goal.row
    label = ctx.t(f"row_{kind}", unit=ctx.unit_label("yen"))
    page.put(row, 1, kind, "key")
    page.put(row, NAME, label, "label")
    page.put(row, TOTAL, sum(shown), f"value.{money}", formula=f"={nearest_excel(total.here, digits)}")
    page.put(row, SECOND, float(targets.goal), f"value_grey.{money}", formula="=kgi_goal")
    name = (label, rows.cell(row, NAME))
    volume = rows.closed.value("revenue_open")
    line, columns, kept = exact.revenue, rows.parts(), nearest_excel(str(rows.closed.kept_sum(what)), digits)
    reached = [nearest_excel(f"SUM({exact.need.upto(line, part)})", digits) for part in exact.need.parts]
    due = float(calc.nearest(targets.revenue.before, digits)), reached[exact_volumes.BEFORE]
    exact_volumes.need(ctx, exact, line, name, volume, targets.revenue, _shares(ctx, rows, REVENUE), due)
    for part, (column, value) in enumerate(zip(columns, shown, strict=True)):
        if column == BEFORE:  # what closed months brought in more than was agreed
            left = nearest_excel(f"{absolute(row, TOTAL)}-SUM({_months_and_after(rows, row)})", digits)
            text = f"IF(closed_months=0,{exact.due(line)},{left})"
        else:
            live = nearest_excel(f"{reached[part]}-{exact.due(line)}{_earlier(row, columns, part)}+{kept}", digits)
            text = rows.closed.kept_money(what, part, live, digits)
        page.put(row, column, value, f"value.{money}", formula=f"={text}")
    page.put(row, rows.latest, targets.deadline, "value.date", formula="=deadline_used")
    page.put(row, rows.owner, None, "label")


def _existing(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    """What existing customers bring of it, in the same months; new orders bring the rest."""
    row, money = rows.existing, ctx.plan.currency_unit
    digits, shown = catalog.unit(money).digits, shown_existing(ctx)
    page.put(row, 1, "existing", "key")
    page.put(row, NAME, ctx.t("row_existing", unit=ctx.unit_label("yen")), "label")
    page.put(row, SECOND, float(ctx.targets.existing), f"value_grey.{money}", formula="=kgi_existing")
    total = nearest_excel(absolute(row, SECOND), digits)
    page.put(row, TOTAL, sum(shown), f"value.{money}", formula=f"={total}")
    upto = [nearest_excel(f"kgi_existing*{goal_upto(ctx, k)}", digits) for k in range(rows.months)]
    lives = ["0", upto[0], *(f"{after}-{before}" for before, after in zip(upto, upto[1:])), f"{total}-{upto[-1]}"]
    for part, (column, value) in enumerate(zip(rows.parts(), shown, strict=True)):
        text = rows.closed.kept_money(EXISTING_ROW, part, lives[part], digits)
        if column == BEFORE:  # of closed months what was agreed, so that something else is left of the total
            left = nearest_excel(f"{absolute(row, TOTAL)}-SUM({_months_and_after(rows, row)})", digits)
            text = f"IF(closed_months=0,0,{left})"
        page.put(row, column, value, f"value.{money}", formula=f"={text}")
    for column in (rows.latest, rows.owner):
        page.put(row, column, None, "label")


def _latest(ctx: Context, index: int, rows: BackwardsAt) -> str:
    """Deadline, less the delivery and the shortest lags from this stage on: nothing is needed after it."""
    last = len(ctx.plan.stages) - 1
    if index == last:
        return f"=deadline_used-IF({ctx.is_money},N(delivery_days),0)"
    stage = ctx.at(FunnelAt).stages[index]
    days = f"N({stage.low})"
    if ctx.targets.lags[index].curve:
        days = f"IF(COUNT({stage.curve})>0,30*COUNTIF({stage.curve},0),{days})"
    return f"={absolute(rows.need + index + 1, rows.latest)}-{days}"


def _channels(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    """Block 2: the newly needed volume by channel; the first stage adds up to the total row."""
    targets, plan, at = ctx.targets, ctx.plan, ctx.at(ChannelsAt)
    closed_totals(ctx, page, rows.channel_header - 2, TOTAL, CLOSED_NOTE)
    section(ctx, page, rows, rows.channel_header - 1, "section_channels")
    header(ctx, page, rows, rows.channel_header, "channels", {
        NAME: "column_channel", TOTAL: "column_in_plan", SECOND: "column_share", BEFORE: "column_shortage",
        rows.after: "column_next", rows.latest: "channel_stage", rows.owner: "channel_owner",
    })  # fmt: skip
    for channel in plan.channels_in_funnel:
        row, places = rows.channel[channel.id], at.rows[channel.id]
        index = targets.stage_index(channel.stage)
        whole = targets.whole_of_channel(channel)
        page.put(row, 1, channel.id, "key")
        page.put(row, NAME, channel.name, "label", formula=f"={places.name}")
        page.put(row, TOTAL, whole.in_plan, "value.whole", formula=f"=SUM({rows.span(row)})")
        share = float(targets.used_share(channel))
        page.put(row, SECOND, share, "value_grey.rate", formula=f"={places.used_share}")
        name = (channel.name, rows.cell(row, NAME))
        exact_volumes.channel(ctx, rows.exact, channel.id, name, places.used_share, index, targets.of_channel(channel))
        blocks, line = (rows.exact.channels, rows.exact.told_channels), rows.exact.channel[channel.id]
        what = channel_key(channel.id, channel.stage)
        exact_volumes.told(ctx, rows.closed, blocks, line, "told_channel", name, what, targets.told_of_channel(channel))
        for part, (column, value) in enumerate(zip(rows.parts(), whole.parts, strict=True)):
            text = rows.closed.kept(what, part, _shared_out(ctx, rows, channel, index, part, column))
            page.put(row, column, value, "value.whole", formula=f"={text}")
        page.put(row, rows.latest, plan.stages[index].name, "label",
                 formula=f"={ctx.at(FunnelAt).stages[index].name}")  # fmt: skip
        page.put(row, rows.owner, channel.owner or "", "label", formula=f'=""&{places.owner}')
    _channel_totals(ctx, page, rows)
    ids = [channel.id for channel in plan.channels_in_funnel]
    if ids:
        exact_volumes.head(ctx, rows.exact.channels, "section_channels")
        exact_volumes.head(ctx, rows.exact.told_channels, "section_channels")
        ctx.name("out_channels", rows.exact.told_channels.area(len(ids) - 1))


def _shared_out(ctx: Context, rows: BackwardsAt, channel: Channel, index: int, part: int, column: int) -> str:
    """Excel text of ``calc.whole_table`` for one channel and one part of the time."""
    same = [one.id for one in ctx.plan.channels_on if one.stage == channel.stage]
    upto = same[: same.index(channel.id) + 1]
    letter, new = column_letters(column), rows.new + index
    total = f"{letter}${new}"

    def added(lines: Sequence[int], area: Callable[[int, int], str]) -> str:
        return f"SUM({','.join(area(*run) for run in runs(lines))})"

    asked = added([rows.exact.channel[one] for one in upto],
                  lambda first, last: str(rows.exact.channels.upto(last, part, first)))  # fmt: skip
    # the closed months have what was agreed, the open ones are shared out among themselves
    closed = rows.closed
    so_far = f"SUM($E${new}:{total})"
    if column > BEFORE:
        so_far = f"({so_far}-{closed.kept_sum(stage_key(channel.stage))})"
    due = nearest_excel(f"{so_far}*{asked}/SUM({rows.exact.new.upto(index, part)})")
    lines = [rows.channel[one] for one in upto]
    if column > BEFORE:
        before = column_letters(column - 1)
        due += f"-{added(lines, lambda first, last: f'$E${first}:{before}${last}')}"
        due += "".join(f"+{closed.kept_sum(channel_key(one, channel.stage))}" for one in upto)
    others = added(lines[:-1], lambda first, last: f"{letter}${first}:{letter}${last}") if lines[:-1] else ""
    missing = f"MIN({total},{due})"
    return f"IF({total}=0,0,MAX(0,{missing}{'-' if others else ''}{others}))"


def runs(lines: Sequence[int]) -> list[tuple[int, int]]:
    """First and last of the lines that follow each other."""
    found: list[tuple[int, int]] = []
    for line in lines:
        if found and found[-1][1] == line - 1:
            found[-1] = (found[-1][0], line)
        else:
            found.append((line, line))
    return found


def _channel_totals(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    targets, stage = ctx.targets, ctx.plan.stages[0]
    leads = [channel for channel in ctx.plan.channels_on if channel.stage == stage.id]
    row = rows.channel_total
    page.put(row, 1, "total:", "key")
    page.put(row, NAME, ctx.t("row_channel_total", stage=stage.name), "total")
    parts = [targets.whole_of_channel(channel).parts for channel in leads]
    sums = [sum(part) for part in zip(*parts)] if leads else [0] * len(rows.parts())
    for column, value in [(TOTAL, sum(sums[1:-1])), *zip(rows.parts(), sums, strict=True)]:
        letter = column_letters(column)
        terms = "+".join(f"{letter}{rows.channel[channel.id]}" for channel in leads) or "0"
        page.put(row, column, value, "total.whole", formula=f"={terms}")
    for column in (SECOND, rows.latest, rows.owner):
        page.put(row, column, None, "total")
    _cumulative(ctx, page, rows)


def _cumulative(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    """Orders added up from those that are won already, as actuals are; in closed months what was won."""
    row, last = rows.cumulative, len(ctx.plan.stages) - 1
    page.put(row, 1, "cumulative_orders", "key")
    page.put(row, NAME, ctx.t("row_cumulative"), "label")
    for column in (TOTAL, SECOND, rows.after, rows.latest, rows.owner):
        page.put(row, column, None, "value")
    won = ctx.plan.pipeline.get(ctx.plan.stages[last].id, 0)
    page.put(row, BEFORE, won, "value_grey.whole", formula=f"=N({ctx.at(FunnelAt).stages[last].open})")
    closing, brought = ctx.targets.closing, rows.closed.brought(last).first
    for k, month in enumerate(ctx.targets.whole_new[last].months):
        won += float(closing.entered[-1][k]) if closing and k < closing.months else month
        column = rows.month(k)
        reached = brought._replace(column=brought.column + k)
        added = f"IF(closed_months>{k},{reached},{relative(rows.new + last, column)})"
        formula = f"={relative(row, column - 1)}+{added}"
        page.put(row, column, won, "value_grey.whole", formula=formula)


def _chart(ctx: Context, page: SheetSpec, rows: BackwardsAt) -> None:
    """Columns: the first stage by channel and month; line: the orders added up."""
    stage = ctx.plan.stages[0]
    leads = [channel for channel in ctx.plan.channels_on if channel.stage == stage.id]
    lines = [_chart_line(ctx, page, rows, rows.channel[channel.id]) for channel in leads]
    series = [Series("column_stacked", color=SERIES_COLOURS[k % len(SERIES_COLOURS)]) for k in range(len(lines))]
    lines.append(_chart_line(ctx, page, rows, rows.cumulative))
    series.append(Series("line_markers", True, LINE_COLOUR))
    chart_data.by_month(ctx, rows.chart_source, lines)
    months = on_paper.chunk(page, rows)  # in one piece on the first page
    first, last = (NAME, rows.owner) if months >= rows.months else (TOTAL, rows.month(months - 1))
    page.charts.append(
        Chart(
            f"{column_letters(first)}{rows.chart}:{column_letters(last)}{rows.chart + CHART_ROWS - 1}",
            ctx.t("backwards_chart", stage=stage.name),
            str(rows.chart_source),
            tuple(series),
            axis_title=stage.name,
            secondary_title=ctx.t("row_cumulative"),
            category_format=month_format(rows.months, 9),
        )
    )


def _chart_line(ctx: Context, page: SheetSpec, rows: BackwardsAt, row: int) -> chart_data.Line:
    columns = [rows.month(k) for k in range(rows.months)]
    values = [page.cells[row, column].value for column in columns]
    texts = ["=" + page.ref(row, column) for column in columns]
    return page.cells[row, NAME].value, "=" + page.ref(row, NAME), values, texts
