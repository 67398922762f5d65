"""ダッシュボード / Dashboard: do we get there, where are orders lost, what to do; one page, read in a minute (R10).

Actuals, attainment and the gap are live; the forecast and the actions are Python's, of when the sheets were made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xl_kpi.calc.review.channels import UNKNOWN
from xl_kpi.catalog import unit
from xl_kpi.kpi.figures import attainment
from xl_kpi.kpi.review.actions import COUNTED, LEAST, NOT_KNOWN, ON_PLAN, SAME
from xl_kpi.kpi.review.figure_ids import FUNNEL
from xl_kpi.kpi.review.words import ActionWords, ReviewWords
from xl_kpi.sheets.backwards.stage_actuals import stage_months
from xl_kpi.sheets.blocks import fitting
from xl_kpi.sheets.blocks.head import Title, head
from xl_kpi.sheets.blocks.stamp import grey, stamp
from xl_kpi.sheets.context import AHEAD, BEHIND, Context, mark_attainment
from xl_kpi.sheets.dashboard import charts, figures
from xl_kpi.sheets.dashboard.charts import ChartsAt
from xl_kpi.sheets.dashboard.figures import ForecastAt
from xl_kpi.sheets.excel_text import digits_wide, words
from xl_kpi.sheets.places.backwards import SECOND, TOTAL, BackwardsAt
from xl_kpi.sheets.plan_words import in_unit
from xl_kpi.sheets.review.rows import ReviewRowsAt, seen
from xl_kpi.workbook.addresses import CellAt, absolute, quoted, relative
from xl_kpi.workbook.sheet_kinds import tab_key
from xl_kpi.workbook.spec import SheetSpec

FIRST, COLUMNS, WIDTH = 2, 24, 5.9
LAST = FIRST + COLUMNS - 1
CARDS = 5  # row of their labels; the number and the note follow
CARD_COLUMNS = (6, 4, 6, 4, 4)
HEIGHTS = {4: 6, 5: 17, 6: 38, 7: 17, 8: 24, 9: 4}
CHARTS, CHART_ROWS = 10, 9  # the first row of each pair of charts, and how many rows it takes
SPLITS = (10, 12)  # columns of the left one of each pair
CHART_HEIGHT = 18
MOST = 5  # actions
LINE, ACTION_DIGITS, ABOUT_DIGITS = 13.5, 58, 28  # of what is to be done: height of a line, how much stands on one
ACTIONS = CHARTS + 2 * CHART_ROWS + 1  # the row of their title
BRINGS = {
    ON_PLAN: "dash_on_plan",
    NOT_KNOWN: "dash_none",
    SAME: "dash_same",
    COUNTED: "reviewpage_counted",
}  # else in orders
BLOCKS = (("number", 1), ("action", 10), ("about", 5), ("brings", 3), ("by", 2), ("owner", 3))


@dataclass(frozen=True)
class DashboardAt:
    """Where its numbers stand on 計算."""

    forecast: ForecastAt
    charts: ChartsAt


def place(ctx: Context) -> DashboardAt:
    return DashboardAt(figures.placed(ctx), charts.placed(ctx))


def build(ctx: Context) -> SheetSpec:
    page, at = ctx.sheet("dashboard"), ctx.at(DashboardAt)
    page.widths.update({FIRST + k: WIDTH for k in range(COLUMNS)})
    page.heights.update(HEIGHTS)
    head(ctx, page, Title(ctx.t("dashboard_title", title=ctx.plan.title), ctx.t("dashboard_subtitle"), dated=True))
    said = _bottleneck(ctx)
    figures.fill(ctx, at.forecast, said, ctx.t(_none_key(ctx)))
    charts.fill(ctx, at.charts, at.forecast)
    _cards(ctx, page, at)
    _said(ctx, page, at, said)
    page.heights[ACTIONS - 1] = HEIGHTS[4]
    page.heights.update({CHARTS + k: CHART_HEIGHT for k in range(2 * CHART_ROWS)})
    charts.draw(ctx, page, at.charts, [*_areas(CHARTS, SPLITS[0]), *_areas(CHARTS + CHART_ROWS, SPLITS[1])])
    last = _actions(ctx, page)
    page.put(last, 1, "dash:stamp", "key")
    stamp(ctx, page, last, FIRST, "subtitle")
    page.print_area = f"$A$1:{absolute(last, LAST)}"
    page.freeze = "A4"
    return page


def _areas(row: int, split: int) -> list[str]:
    """The cells of two charts side by side."""
    below = row + CHART_ROWS - 1
    left = f"{relative(row, FIRST)}:{relative(below, FIRST + split - 1)}"
    return [left, f"{relative(row, FIRST + split)}:{relative(below, LAST)}"]


def _cards(ctx: Context, page: SheetSpec, at: DashboardAt) -> None:
    """What was reached, how far that is to date, the forecast, what actions bring back, which months are closed."""
    cards = (_reached(ctx), _to_date(ctx), _forecast(ctx, at), _brings(ctx, at), _months(ctx))
    column = FIRST
    for number, ((label, value, note), width) in enumerate(zip(cards, CARD_COLUMNS, strict=True)):
        for row, (shown, formula, style) in enumerate((label, value, note), CARDS):
            for k in range(width):
                page.put(row, column + k, None if k else shown, style, formula=None if k else formula)
            page.merges.append(f"{relative(row, column)}:{relative(row, column + width - 1)}")
        if number in (2, 3):  # before the mark, so that an old number is no longer green or red
            area = CellAt(page.name, CARDS, column), CellAt(page.name, CARDS + 2, column + width - 1)
            grey(page, area[0].to(area[1]))
        if number in (1, 2):
            cell = relative(CARDS + 1, column)
            mark_attainment(page, cell, f"${cell}")
        column += width
    page.put(CARDS, 1, "dash:label", "key")
    page.put(CARDS + 1, 1, "dash:value", "key")
    page.put(CARDS + 2, 1, "dash:note", "key")


Shown = tuple[object, str | None, str]  # value, Excel's text, style
Card = tuple[Shown, Shown, Shown]


def _kgi(ctx: Context) -> tuple[str, str]:
    """The actual of the goal in all, and its attainment to date, as cells."""
    rows = ctx.at(BackwardsAt)
    row = rows.revenue_actual or rows.actual[len(ctx.plan.stages) - 1]
    return str(rows.cell(row, TOTAL)), str(rows.cell(row + 1, SECOND))


def _reached(ctx: Context) -> Card:
    t = ctx.t
    total, _ = _kgi(ctx)
    label = t(f"kgi_{ctx.plan.goal.kind}")
    actual = total if ctx.plan.goal.in_money else charts.won(ctx)[1]
    if ctx.plan.goal.in_money:  # of another kind since: its amount is another thing than the actual
        aim, same = "kgi_goal", ctx.is_kind(ctx.plan.goal.kind)
        goal = f'IF({same},{in_unit(ctx, aim)},"{t("dash_none")}")'
    else:  # the same number as the goal, as long as that is counted
        aim, same = "orders_needed", "TRUE"
        goal = words(t("dash_orders"), orders=f"FIXED({aim},0)")[1:]
    number = f"FIXED({actual},{unit(ctx.plan.currency_unit).digits if ctx.plan.goal.in_money else 0})"
    said = words(t("dash_reached"), actual=number, goal=goal)[1:]
    none = words(t("dash_reached_none"), goal=goal)[1:]
    value = f"=IF(ISNUMBER({actual}),{said},{none})"
    part = words(t("dash_part_of_goal"), part=f"FIXED(100*{actual}/{aim},0)")[1:]
    note = f'=IF(AND(ISNUMBER({actual}),{aim}>0,{same}),{part},"{t("dash_no_actual")}")'
    return (label, None, "dash_label"), (None, value, "dash_words"), (None, note, "dash_note")


def _to_date(ctx: Context) -> Card:
    t, rows, last = ctx.t, ctx.at(ReviewRowsAt), len(ctx.plan.stages) - 1
    value, state = _state(ctx)
    label = _label(ctx, "dash_to_date", state)
    planned, reached = rows.planned(last), rows.reached(last)
    gap = f"(ROUND({rows.gap},1)+0)"  # never -0
    said = words(
        t("dash_against"), actual=f"FIXED({reached},0)", target=f"FIXED({planned},1)",
        gap=f'IF({gap}>0,"+","")&FIXED({gap},1)',
    )[1:]  # fmt: skip
    note = f'=IF(ISNUMBER({rows.gap}),{said},IF({rows.count}=0,"","{t("dash_blank_orders")}"))'
    shown = f'=IF(ISNUMBER({state}),{state},"{t("dash_none")}")'
    return (
        label,
        (value if value != "" else t("dash_none"), shown, "dash_value.state"),
        (None, note, "dash_note"),
    )


def _state(ctx: Context) -> tuple[float | str, str]:
    """The attainment of the goal to date, and Excel's text: of orders against what is planned to the last digit, as the
    review has it on レビュー and everywhere else."""
    plan, rows, last = ctx.plan, ctx.at(ReviewRowsAt), len(ctx.plan.stages) - 1
    if plan.goal.in_money:
        return attainment(*stage_months(ctx, plan.goal.row).to_date), _kgi(ctx)[1]
    to_date, planned, reached = seen(ctx).to_date, str(rows.planned(last)), str(rows.reached(last))
    actual = to_date.actual[-1]
    value = attainment("" if actual is None else float(actual), float(to_date.planned[-1]))
    return value, f'IF(AND(ISNUMBER({reached}),{planned}>0),{reached}/{planned},"")'


def _label(ctx: Context, key: str, state: str) -> Shown:
    """What a card says, with a word on how that is."""
    t = ctx.t
    word = f'IF({state}>={AHEAD},"{t("dash_ahead")}",IF({state}>={BEHIND},"{t("dash_even")}","{t("dash_behind")}"))'
    said = words(t("dash_with_word"), name=f'"{t(key)}"', word=word)[1:]
    return None, f'=IF(ISNUMBER({state}),{said},"{t(key)}")', "dash_label"


def _forecast(ctx: Context, at: DashboardAt) -> Card:
    t = ctx.t
    orders, low, high = (str(at.forecast.value(key)) for key in ("orders", "low", "high"))
    state = f'IF(AND(ISNUMBER({orders}),orders_needed>0),{orders}/orders_needed,"")'
    found, goal = figures.values(ctx)["orders"], float(ctx.targets.orders)
    if ctx.plan.goal.in_money:  # in the goal's own terms, where it is known what the orders bring
        reached = str(at.forecast.value("reached"))
        state = f"IF(AND(ISNUMBER({reached}),N(kgi_goal)>0),{reached}/kgi_goal,{state})"
        if (money := figures.values(ctx)["reached"]) is not None:
            found, goal = money, float(ctx.targets.goal)
    value = found / goal if found is not None and goal else t("dash_none")
    shown = f'=IF(ISNUMBER({state}),{state},"{t("dash_none")}")'
    numbers = {key: f"FIXED({one},0)" for key, one in (("orders", orders), ("low", low), ("high", high))}
    said = words(t("dash_band"), **numbers)[1:]
    if ctx.plan.goal.in_money:
        reached = str(at.forecast.value("reached"))
        told = f"ROUND({reached},{unit(ctx.plan.currency_unit).digits})"
        in_money = words(t("dash_band_money"), money=in_unit(ctx, told), **numbers)[1:]
        said = f"IF(ISNUMBER({reached}),{in_money},{said})"
    note = f'=IF(ISNUMBER({orders}),{said},"{t("dash_no_forecast")}")'
    label = _label(ctx, "dash_forecast_card", state)
    return label, (value, shown, "dash_value.state"), (None, note, "dash_note")


def _brings(ctx: Context, at: DashboardAt) -> Card:
    t = ctx.t
    orders, together, count = (str(at.forecast.value(key)) for key in ("orders", "together", "actions"))
    said = words(t("dash_brings_value"), orders=f"FIXED({together},1)")[1:]
    some = f"ROUND(N({together}),1)>0"
    value = f'=IF({some},{said},"{t("dash_none")}")'
    landing = words(t("dash_brings_note"), count=f"FIXED({count},0)", orders=f"FIXED({orders}+{together},0)")[1:]
    landing = f'IF({some},{landing},"{t("dash_brings_nothing")}")'
    note = f'=IF(N({count})>0,{landing},IF(ISNUMBER({orders}),{at.forecast.nothing(len(ctx.plan.stages))},""))'
    return (t("dash_brings_card"), None, "dash_label"), (None, value, "dash_words"), (None, note, "dash_note")


def _months(ctx: Context) -> Card:
    t, rows = ctx.t, ctx.at(ReviewRowsAt)
    until = "EDATE(plan_start,closed_months-1)"
    closed = f'=IF(closed_months>0,{_month(until)},"{t("dash_not_closed")}")'
    upto = words(t("dash_actuals_upto"), month=_month(f"EDATE(plan_start,{rows.count}-1)"))[1:]
    note = f'=IF({rows.count}>0,{upto},"{t("dash_no_actual")}")'
    return (t("dash_closed_card"), None, "dash_label"), (None, closed, "dash_words"), (None, note, "dash_note")


def _month(day: str) -> str:
    """Excel's text of a month as headers have it."""
    return f'YEAR({day})&"/"&IF(MONTH({day})<10,"0","")&MONTH({day})'


def _said(ctx: Context, page: SheetSpec, at: DashboardAt, said: str) -> None:
    """``said`` what costs most, or what to do while there is no actual."""
    row, t = CARDS + 3, ctx.t
    none = t("dash_no_actuals")
    formula = f'=IF({ctx.at(ReviewRowsAt).count}=0,"{none}",{at.forecast.said(len(ctx.plan.stages))})'
    value = said if seen(ctx).to_date.months else none
    page.put(row, 1, "dash:said", "key")
    for column in range(FIRST, LAST + 1):
        first = column == FIRST
        page.put(row, column, value if first else None, "dash_said", formula=formula if first else None)
    page.merges.append(f"{relative(row, FIRST)}:{relative(row, LAST)}")
    grey(page, CellAt(page.name, row, FIRST).to(CellAt(page.name, row, LAST)))


def _bottleneck(ctx: Context) -> str:
    """Which part of the gap costs most, in words; where that is less than what the plan itself lacks, this (first that
    orders are on target so far, if they are); how many actuals are missing."""
    t, review = ctx.t, ctx.review
    if not review.to_date.months:
        return t("dash_first_actuals")  # once there are some
    worst, told = review.gap.bottleneck, ReviewWords(review, ctx.lang)
    behind = (review.gap.orders or 0) <= -LEAST
    if (short := told.plan_short) and not (worst and behind and -worst.orders > review.limits.orders):
        said = short if behind or review.gap.orders is None else t("dash_reached_so_far") + short
    elif worst is not None and review.gap.shown(worst):
        of = told.channel(worst.channel) if worst.channel else ""
        cause = t("dash_cause_of", channel=of, cause=told.cause(worst)) if of else told.cause(worst)
        way = "dash_bottleneck" if (review.gap.orders or 0) < 0 else "dash_reached_but"
        said = t(way, cause=cause, orders=f"{review.gap.shown(worst):+,.1f}")
    elif any(part.kind == UNKNOWN and part.orders < 0 for part in review.gap.parts):
        said = t("dash_parts_unknown")
    else:
        said = t("dash_no_bottleneck" if review.gap.orders is not None else "dash_gap_unknown")
    missing = len(review.blanks)
    said += t("dash_missing", count=missing) if missing else ""
    return said.replace('"', '""')


def _actions(ctx: Context, page: SheetSpec) -> int:
    """The actions that bring most, with what they bring, until when, and whose they are; the row below them."""
    t, row = ctx.t, ACTIONS
    page.put(row, 1, "dash:actions", "key")
    for name, column, width in _blocks():
        _across(page, row, column, width, t(f"dash_head_{name}"), "header")
    found = ReviewWords(ctx.review, ctx.lang).actions[:MOST] if ctx.review.to_date.months else []
    lines = 1  # of the longest, so that all rows are as high
    for number in range(MOST):
        row += 1
        page.put(row, 1, f"dash:action:{number + 1}", "key")
        action = found[number] if number < len(found) else None
        told = _told(ctx, number, action)
        for (_, column, width), (value, style) in zip(_blocks(), told, strict=True):
            _across(page, row, column, width, value, style)
        if action and action.of.channel in {channel.id for channel in ctx.plan.channels_on}:
            at = _blocks()[0 if told[2][1] == "label_wrap" else 2][1]  # LibreOffice breaks no link into lines
            page.links[row, at] = f"#{quoted(ctx.sheet_names[tab_key(action.of.channel)])}!A1"
        for (text, _), room in ((told[1], ACTION_DIGITS), (told[2], ABOUT_DIGITS)):
            lines = max(lines, fitting.lines(str(text or ""), room))
    page.heights.update({ACTIONS + 1 + k: LINE * lines + 4 for k in range(MOST)})
    grey(page, CellAt(page.name, ACTIONS + 1, FIRST).to(CellAt(page.name, row, LAST)))
    return row + 1


def _blocks() -> Sequence[tuple[str, int, int]]:
    found, column = [], FIRST
    for name, width in BLOCKS:
        found.append((name, column, width))
        column += width
    return found


def _across(page: SheetSpec, row: int, column: int, width: int, value: object, style: str) -> None:
    for k in range(width):
        page.put(row, column + k, None if k else value, style)
    if width > 1:
        page.merges.append(f"{relative(row, column)}:{relative(row, column + width - 1)}")


def _told(ctx: Context, number: int, told: ActionWords | None) -> list[tuple[object, str]]:
    t = ctx.t
    if told is None:
        nothing = t(_none_key(ctx)) if not number and ctx.review.to_date.months else None
        return [(None, "value.center"), (nothing, "label_wrap"), (None, "label"), (None, "value"), (None, "value.date"),
                (None, "label")]  # fmt: skip
    action = told.of
    if action.brings_back is None or action.effect in BRINGS:
        brings = t(BRINGS[action.effect])
    else:
        brings = t("dash_brings", orders=f"{float(action.brings_back):+,.1f}")
    late = action.is_late(ctx.review.to_date.as_of)
    by: object = t("dash_late") if late else action.by
    return [
        (number + 1, "value.center"), (told.action, "label_wrap"),
        (about := _about(ctx, told), "label_wrap" if digits_wide(about) > ABOUT_DIGITS + 2 else "label"),
        (brings, "value_strong.center"), (by, "value.center" if late or by is None else "value.date"),
        (told.owner or None, "label"),
    ]  # fmt: skip


def _none_key(ctx: Context) -> str:
    """What is said where nothing is proposed: that nothing is far off only where that is so, the plan too."""
    told = ReviewWords(ctx.review, ctx.lang)
    return "dash_none_proposed" if told.is_worse else "dash_off_plan" if told.plan_short else "dash_no_actions"


def _about(ctx: Context, told: ActionWords) -> str:
    """Which figure it is about; a stage's needs no word of the channel."""
    if told.of.channel == FUNNEL:
        return told.kpi
    return ctx.t("dash_about", channel=told.channel, kpi=told.kpi)
