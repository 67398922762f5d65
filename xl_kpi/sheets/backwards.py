"""逆算 / Backwards: stages × months from the goal, by channel, what is new after the pipeline, actuals."""

from __future__ import annotations

from xl_kpi.sheets import chart_data
from xl_kpi.sheets.calc_sheet import GOAL, share_after, share_before, share_of_month, stage_column
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.figures import attainment, attainment_excel, sum_where, sum_where_excel
from xl_kpi.sheets.settings import ceiling
from xl_kpi.workbook.spec import Chart, Series, SheetSpec, Validation, absolute, column_letters
from xl_kpi.workbook.theme import LINE_COLOUR, SERIES_COLOURS

NAME, TOTAL, SECOND, BEFORE, FIRST_MONTH = 2, 3, 4, 5, 6
HEADER_ROW = 6
CHART_ROWS = 16


class Rows:
    """Where every block of the page stands; other sheets point at these rows."""

    def __init__(self, ctx: Context):
        stages, channels = len(ctx.plan.stages), ctx.plan.channels_on
        self.months = ctx.plan.months
        self.after = FIRST_MONTH + self.months  # column of what lies after the plan
        self.latest, self.owner = self.after + 1, self.after + 2
        self.revenue = HEADER_ROW + 1 if ctx.plan.goal.kind == "revenue" else None
        self.need = HEADER_ROW + 1 + (self.revenue is not None)
        self.channel_header = self.need + stages + 2
        self.channel = {channel.id: self.channel_header + 1 + k for k, channel in enumerate(channels)}
        self.channel_total = self.channel_header + 1 + len(channels)
        self.cumulative = self.channel_total + 1
        self.chart = self.cumulative + 2
        self.new_header = self.chart + CHART_ROWS + 2
        self.new = self.new_header + 1
        self.actual_header = self.new + stages + 2
        first = self.actual_header + 1
        self.revenue_actual = first if self.revenue else None
        first += 2 if self.revenue else 0
        self.actual = {index: first + 2 * index for index in range(stages)}
        self.last = first + 2 * stages - 1

    def month(self, k: int) -> int:
        return FIRST_MONTH + k

    def span(self, row: int, dollar: bool = True) -> str:
        """The months of a row as an address."""
        first, last = column_letters(FIRST_MONTH), column_letters(FIRST_MONTH + self.months - 1)
        mark = "$" if dollar else ""
        return f"{mark}{first}{row}:{mark}{last}{row}"


def place(ctx: Context) -> None:
    """Addresses that sheets built earlier point at."""
    rows = Rows(ctx)
    sheet = "'" + ctx.sheet_names["backwards"].replace("'", "''") + "'!"
    ctx.places["backwards"] = rows
    for index in range(len(ctx.plan.stages)):
        ctx.places["new_total", index] = f"{sheet}{absolute(rows.new + index, TOTAL)}"
        span = f"{absolute(rows.new + index, FIRST_MONTH)}:{absolute(rows.new + index, rows.month(rows.months - 1))}"
        ctx.places["new_peak", index] = f"MAX({sheet}{span})"
        ctx.places["required", index] = f"{sheet}{absolute(rows.need + index, TOTAL)}"


def build(ctx: Context) -> SheetSpec:
    page = ctx.sheet("backwards", "result", fit_height=0)
    rows: Rows = ctx.places["backwards"]
    ctx.head(page, ctx.t("backwards_title"), ctx.t("backwards_subtitle"), [2, 3, 5, 7, 8, 10, 12][:7])
    page.widths.update({NAME: 22, TOTAL: 11.5, SECOND: 11.5, BEFORE: 10})
    page.widths.update({rows.month(k): 9 for k in range(rows.months)})
    page.widths.update({rows.after: 10, rows.latest: 12, rows.owner: 19})
    _need(ctx, page, rows)
    _channels(ctx, page, rows)
    _chart(ctx, page, rows)
    _new(ctx, page, rows)
    _actuals(ctx, page, rows)
    page.print_area = f"$A$1:{absolute(rows.last, rows.owner)}"
    page.print_title_rows = ""
    page.row_breaks.append(rows.new_header - 2)
    page.freeze = f"C{HEADER_ROW + 1}"
    return page


def _section(ctx: Context, page: SheetSpec, rows: Rows, row: int, key: str) -> None:
    for column in range(NAME, rows.owner + 1):
        page.put(row, column, ctx.t(key) if column == NAME else None, "section")


def _header(ctx: Context, page: SheetSpec, rows: Rows, row: int, keys: dict[int, str]) -> None:
    for column, key in keys.items():
        page.put(row, column, ctx.t(key), "header")
    for k, month in enumerate(ctx.months):
        page.put(row, rows.month(k), month, "header.month", formula=f"=EDATE(plan_start,{k})")
    page.heights[row] = 32


def _need(ctx: Context, page: SheetSpec, rows: Rows) -> None:
    """Block 1: what is needed at each stage, when, and until when."""
    targets, plan = ctx.targets, ctx.plan
    _section(ctx, page, rows, HEADER_ROW - 1, "section_need")
    _header(ctx, page, rows, HEADER_ROW, {
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
                 formula=f"={ctx.places['stage_name', index]}")  # fmt: skip
        exact = absolute(row, SECOND)
        page.put(row, TOTAL, targets.rounded[index], f"{role}.whole", formula=f"={ceiling(exact)}")
        if index == last:
            formula = "=orders_needed"
        else:
            below, rate = absolute(row + 1, SECOND), ctx.places["rate", index]
            each = ceiling(f"({below}/{rate})")
            formula = f'=IF(rounding="{ctx.t("rounding_each")}",{each},{below}/{rate})'
        page.put(row, SECOND, float(targets.required[index]), "value_grey.exact", formula=formula)
        column = stage_column(ctx, index)
        months = range(rows.months)
        _row_of_shares(ctx, page, rows, row, role, column, needed, exact)
        del months
        page.put(row, rows.latest, targets.latest_dates[index], "value.date", formula=_latest(ctx, index, rows))
        page.put(row, rows.owner, stage.owner or "", "label", formula=f'=""&{ctx.places["stage_owner", index]}')
    ctx.name("out_stages", page.ref(rows.need, 1, rows.need + last, SECOND))
    ctx.name("out_months", page.ref(rows.need, FIRST_MONTH, rows.need + last, rows.month(rows.months - 1)))
    ctx.name("out_before", page.ref(rows.need, BEFORE, rows.need + last))
    ctx.name("first_stage_required", page.ref(rows.need, TOTAL))
    ctx.name("first_stage_name", page.ref(rows.need, NAME))
    ctx.name("first_stage_before", page.ref(rows.need, BEFORE))


def _row_of_shares(ctx: Context, page: SheetSpec, rows: Rows, row: int, role: str, column: int, needed, total: str,
                   unit: str = "count") -> None:  # fmt: skip
    """Before the start, each month, after the end: the total times the calculation sheet's shares."""
    page.put(row, BEFORE, float(needed.before), f"{role}.{unit}",
             formula=f"={total}*{share_before(ctx, column)}")  # fmt: skip
    for k in range(rows.months):
        page.put(row, rows.month(k), float(needed.months[k]), f"{role}.{unit}",
                 formula=f"={total}*{share_of_month(ctx, column, k)}")  # fmt: skip
    page.put(row, rows.after, float(needed.next), f"{role}.{unit}",
             formula=f"={total}*{share_after(ctx, column)}")  # fmt: skip


def _revenue(ctx: Context, page: SheetSpec, rows: Rows) -> None:
    """The goal in money by month, above the orders that bring it."""
    from xl_kpi.calc import shares
    from xl_kpi.plan.targets import Volumes

    plan, targets, row = ctx.plan, ctx.targets, rows.revenue
    share = shares(plan.start, plan.months, [], deadline=targets.deadline, season=plan.season)[0]
    needed = Volumes(share.before, tuple(share.months), share.next).times(targets.goal)
    money = plan.currency_unit
    page.put(row, 1, "revenue", "key")
    page.put(row, NAME, ctx.t("row_revenue", unit=ctx.unit_label("yen")), "label")
    page.put(row, TOTAL, float(targets.goal), f"value.{money}", formula="=kgi_goal")
    page.put(row, SECOND, float(targets.goal), f"value_grey.{money}", formula="=kgi_goal")
    _row_of_shares(ctx, page, rows, row, "value", GOAL, needed, absolute(row, SECOND), money)
    page.put(row, rows.latest, targets.deadline, "value.date", formula="=deadline_used")
    page.put(row, rows.owner, None, "label")


def _latest(ctx: Context, index: int, rows: Rows) -> str:
    """Deadline, less the delivery and the longest lags from this stage on."""
    last = len(ctx.plan.stages) - 1
    if index == last:
        return f'=deadline_used-IF(kgi_kind="{ctx.t("kind_revenue")}",N(delivery_days),0)'
    low, high = ctx.places["low", index], ctx.places["high", index]
    cells = ctx.places["curve", index][0]
    days = f"IF(COUNT({high})=1,MAX(N({high}),N({low})),N({low}))"
    if ctx.targets.lags[index].curve:
        days = f"IF(COUNT({cells})>0,30*COUNT({cells}),{days})"
    return f"={absolute(rows.need + index + 1, rows.latest)}-{days}"


def _channels(ctx: Context, page: SheetSpec, rows: Rows) -> None:
    """Block 2: the newly needed volume by channel; the first stage adds up to the total row."""
    targets, plan = ctx.targets, ctx.plan
    _section(ctx, page, rows, rows.channel_header - 1, "section_channels")
    _header(ctx, page, rows, rows.channel_header, {
        NAME: "column_channel", TOTAL: "column_in_plan", SECOND: "column_share", BEFORE: "column_shortage",
        rows.after: "column_next", rows.latest: "channel_stage", rows.owner: "channel_owner",
    })  # fmt: skip
    for channel in plan.channels_on:
        row = rows.channel[channel.id]
        index = targets.stage_index(channel.stage)
        volumes, share = targets.of_channel(channel), absolute(row, SECOND)
        page.put(row, 1, channel.id, "key")
        page.put(row, NAME, channel.name, "label", formula=f"={ctx.places['channel_name', channel.id]}")
        page.put(row, TOTAL, float(sum(volumes.months)), "value.count", formula=f"=SUM({rows.span(row)})")
        page.put(row, SECOND, float(targets.used_share(channel)), "value_grey.rate",
                 formula=f"={ctx.places['used_share', channel.id]}")  # fmt: skip
        source = rows.new + index
        columns = [BEFORE, *(rows.month(k) for k in range(rows.months)), rows.after]
        values = [volumes.before, *volumes.months, volumes.next]
        for column, value in zip(columns, values, strict=True):
            page.put(row, column, float(value), "value.count", formula=f"={share}*{column_letters(column)}{source}")
        page.put(row, rows.latest, plan.stages[index].name, "value.center",
                 formula=f"={ctx.places['stage_name', index]}")  # fmt: skip
        page.put(row, rows.owner, channel.owner or "", "label",
                 formula=f'=""&{ctx.places["channel_owner", channel.id]}')  # fmt: skip
    _channel_totals(ctx, page, rows)
    ids = [channel.id for channel in plan.channels_on]
    if ids:
        ctx.name("out_channels", page.ref(rows.channel[ids[0]], FIRST_MONTH, rows.channel[ids[-1]],
                                          rows.month(rows.months - 1)))  # fmt: skip


def _channel_totals(ctx: Context, page: SheetSpec, rows: Rows) -> None:
    targets, stage = ctx.targets, ctx.plan.stages[0]
    leads = [channel for channel in ctx.plan.channels_on if channel.stage == stage.id]
    row = rows.channel_total
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


def _of(volumes, rows: Rows, column: int):
    if column == TOTAL:
        return sum(volumes.months)
    if column == BEFORE:
        return volumes.before
    return volumes.next if column == rows.after else volumes.months[column - FIRST_MONTH]


def _chart(ctx: Context, page: SheetSpec, rows: Rows) -> None:
    """Columns: the first stage by channel and month; line: the orders added up."""
    stage = ctx.plan.stages[0]
    leads = [channel for channel in ctx.plan.channels_on if channel.stage == stage.id]
    lines = [_chart_line(ctx, page, rows, rows.channel[channel.id]) for channel in leads]
    series = [Series("column_stacked", color=SERIES_COLOURS[k % len(SERIES_COLOURS)]) for k in range(len(lines))]
    lines.append(_chart_line(ctx, page, rows, rows.cumulative))
    series.append(Series("line_markers", True, LINE_COLOUR))
    page.charts.append(
        Chart(
            f"B{rows.chart}:{column_letters(rows.owner)}{rows.chart + CHART_ROWS - 1}",
            ctx.t("backwards_chart", stage=stage.name),
            chart_data.by_month(ctx, lines),
            tuple(series),
            axis_title=stage.name,
            secondary_title=ctx.t("row_cumulative"),
        )
    )


def _chart_line(ctx: Context, page: SheetSpec, rows: Rows, row: int) -> chart_data.Line:
    columns = [rows.month(k) for k in range(rows.months)]
    values = [page.cells[row, column].value for column in columns]
    texts = ["=" + page.ref(row, column) for column in columns]
    return page.cells[row, NAME].value, "=" + page.ref(row, NAME), values, texts


def _new(ctx: Context, page: SheetSpec, rows: Rows) -> None:
    """Block 3: what must be newly won once the open pipeline is counted."""
    targets, plan = ctx.targets, ctx.plan
    _section(ctx, page, rows, rows.new_header - 1, "section_new")
    _header(ctx, page, rows, rows.new_header, {
        NAME: "column_stage", TOTAL: "column_in_plan", SECOND: "column_credit", BEFORE: "column_shortage",
        rows.after: "column_next", rows.latest: "column_outside", rows.owner: "stage_owner",
    })  # fmt: skip
    last = len(plan.stages) - 1
    for index, stage in enumerate(plan.stages):
        row, source, new = rows.new + index, rows.need + index, targets.new[index]
        credit = absolute(row, SECOND)
        page.put(row, 1, f"new:{stage.id}", "key")
        page.put(row, NAME, stage.name, "label", formula=f"=$B{source}")
        page.put(row, TOTAL, float(sum(new.months)), "value_strong.count", formula=f"=SUM({rows.span(row)})")
        below = "" if index == last else f"+{absolute(row + 1, SECOND)}/{ctx.places['rate', index]}"
        page.put(row, SECOND, float(targets.credit[index]), "value_grey.count",
                 formula=f"=N({ctx.places['open', index]}){below}")  # fmt: skip
        page.put(row, BEFORE, float(new.before), "value.count", formula=f"=MAX(0,$E{source}-{credit})")
        for column, value in [*((rows.month(k), new.months[k]) for k in range(rows.months)), (rows.after, new.next)]:
            upto, before = column_letters(column), column_letters(column - 1)
            page.put(
                row,
                column,
                float(value),
                "value.count",
                formula=f"=MAX(0,SUM($E{source}:{upto}{source})-{credit})-MAX(0,SUM($E{source}:{before}{source})-{credit})",
            )
        # what of the required total is not left to the channels in the plan's months
        outside = float(targets.required[index] - sum(new.months))
        page.put(row, rows.latest, outside, "value_grey.count",
                 formula=f"=ROUND({absolute(source, SECOND)}-{absolute(row, TOTAL)},9)")  # fmt: skip
        page.put(row, rows.owner, stage.owner or "", "label", formula=f"=${column_letters(rows.owner)}{source}")
        ctx.places["outside", index] = page.ref(row, rows.latest)
    ctx.name("first_stage_shortage", page.ref(rows.new, BEFORE))
    ctx.name("out_new", page.ref(rows.new, 1, rows.new + last, rows.month(rows.months - 1)))


def _actuals(ctx: Context, page: SheetSpec, rows: Rows) -> None:
    """Block 4: what was reached at each stage, month by month, against what is newly needed."""
    plan = ctx.plan
    _section(ctx, page, rows, rows.actual_header - 1, "section_actuals")
    _header(ctx, page, rows, rows.actual_header, {
        NAME: "column_stage", TOTAL: "column_total", SECOND: "column_to_date", BEFORE: "column_kind",
        rows.after: "column_blank", rows.latest: "column_blank", rows.owner: "stage_owner",
    })  # fmt: skip
    if rows.revenue_actual:
        target = [float(value) for value in _revenue_months(ctx)]
        _actual_pair(
            ctx, page, rows, rows.revenue_actual, "stage:revenue", rows.revenue, target, ctx.plan.currency_unit
        )
    for index, stage in enumerate(plan.stages):
        target = [float(value) for value in ctx.targets.new[index].months]
        _actual_pair(ctx, page, rows, rows.actual[index], f"stage:{stage.id}", rows.new + index, target, "count")
    first = rows.revenue_actual or rows.actual[0]
    ctx.name("act_stages", page.ref(rows.actual_header, 1, rows.last, rows.month(rows.months - 1)))
    months = f"{column_letters(FIRST_MONTH)}{first}:{column_letters(rows.month(rows.months - 1))}{rows.last}"
    allowed = ctx.t("allowed_actual")
    page.validations.append(
        Validation(months, "decimal", "0", operator="greater_than_or_equal", title=ctx.t("row_actual"),
                   error=allowed, prompt=allowed)
    )  # fmt: skip


def _revenue_months(ctx: Context) -> list:
    from xl_kpi.calc import shares

    plan = ctx.plan
    share = shares(plan.start, plan.months, [], deadline=ctx.targets.deadline, season=plan.season)[0]
    return [month * ctx.targets.goal for month in share.months]


def _actual_pair(ctx: Context, page: SheetSpec, rows: Rows, row: int, key: str, target_row: int, target: list[float],
                 unit: str) -> None:  # fmt: skip
    """The row of actuals and the row of attainment under it."""
    plan, months = ctx.plan, range(rows.months)
    sums = ctx.places.get(("actual_terms", key))  # the first stage is the sum of its channels
    if sums:
        actual = sums["values"]
    else:
        actual = [plan.actuals.get((key, k)) for k in months]
    page.put(row, 1, f"{key}:actual", "key")
    page.put(row + 1, 1, f"{key}:attainment", "key")
    name = f"=$B{target_row}"
    page.put(row, NAME, page.cells[target_row, NAME].value, "label", formula=name)
    page.put(row + 1, NAME, None, "label")
    page.put(row, BEFORE, ctx.t("row_actual"), "value.center")
    page.put(row + 1, BEFORE, ctx.t("row_attainment"), "value.center")
    style = f"value.{unit}" if sums else f"input.{'yen' if unit.endswith('yen') else unit}"
    for k in months:
        formula = sums["formulas"][k] if sums else None
        page.put(row, rows.month(k), actual[k] if actual[k] is not None or not sums else "", style, formula=formula)
        letter = column_letters(rows.month(k))
        page.put(row + 1, rows.month(k), attainment(actual[k], target[k]), "value.attain",
                 formula=attainment_excel(f"{letter}{row}", f"{letter}{target_row}"))  # fmt: skip
    typed, goal = rows.span(row), rows.span(target_row)
    numbers = [value for value in actual if value is not None]
    total = sum(numbers) if numbers else ""
    page.put(row, TOTAL, total, f"value_strong.{unit}", formula=f'=IF(COUNT({typed})=0,"",SUM({typed}))')
    to_date = sum_where(actual, target) if numbers else ""
    page.put(row, SECOND, total, f"value.{unit}", formula=f"={absolute(row, TOTAL)}")
    whole = sum(target)
    page.put(row + 1, TOTAL, attainment(total, whole), "value.attain",
             formula=attainment_excel(absolute(row, TOTAL), f"SUM({goal})"))  # fmt: skip
    page.put(row + 1, SECOND, attainment(total, to_date), "value.attain",
             formula=attainment_excel(absolute(row, SECOND), sum_where_excel(typed, goal)))  # fmt: skip
    for column in (rows.after, rows.latest):
        page.put(row, column, None, "value")
        page.put(row + 1, column, None, "value")
    page.put(row, rows.owner, page.cells.get((target_row, rows.owner)).value if (target_row, rows.owner) in page.cells else None, "label",
             formula=f'=""&${column_letters(rows.owner)}{target_row}')  # fmt: skip
    page.put(row + 1, rows.owner, None, "label")
    span = rows.span(row + 1, dollar=False)
    for condition, paint in ((">=1.05", "good"), ("<0.95", "poor")):
        first = f"{column_letters(FIRST_MONTH)}{row + 1}"
        from xl_kpi.workbook.spec import Condition

        page.conditions.append(Condition(span, f"=AND(ISNUMBER({first}),{first}{condition})", paint))
