"""使い方 / Start here: the plan in one sentence, its funnel, what is urgent, where to go on, colours and signs.

It is described when all other sheets are, since what is urgent is what they hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from xl_kpi.errors import Fault
from xl_kpi.plan.pages.optional import is_on as is_shown
from xl_kpi.plan.periods.next_period import is_on
from xl_kpi.sheets import checks, plan_words
from xl_kpi.sheets.blocks import fitting, paper
from xl_kpi.sheets.blocks.stamp import grey
from xl_kpi.sheets.calculation import next_rows
from xl_kpi.sheets.context import Context, progress_style
from xl_kpi.sheets.excel_text import digits_wide
from xl_kpi.sheets.places.funnel import FunnelAt
from xl_kpi.sheets.review.rows import ReviewRowsAt
from xl_kpi.workbook.addresses import CellAt, quoted
from xl_kpi.workbook.cells.grid import MARK
from xl_kpi.workbook.sheet_kinds import REVIEW_MARK, tab_key
from xl_kpi.workbook.spec import Chart, Series, SheetSpec

WIDTHS = {2: 3.6, 3: 20.5, 4: 65.9, 5: 17.2}
CHART_ROWS = 7
TITLE_SIZE = 1.9  # a digit of a title takes so many characters of a column
SENTENCE_DIGITS = 88  # of a line
LINE, AIR, GAP = 13.5, 3, 8  # points of a line of text, of a row besides, of a blank row
MOST_URGENT = 5
OF_THE_GOAL = ("plan_check_outlook", "plan_check_shortage", "plan_check_late", "plan_check_budget")
ROLES = ("input", "result")  # of the pages of the navigation that are a step each
LAST_STEPS = ("tabs", "regenerate", "print")


def build(ctx: Context) -> SheetSpec:
    page = ctx.sheet("start")
    t = ctx.t
    page.widths.update(WIDTHS)
    page.put(1, 1, f"{MARK}{page.key}", "key")
    title = ctx.plan.title
    if fitting.lines(title, sum(WIDTHS.values()) / TITLE_SIZE) == 1:
        page.put(2, 2, title, "title")
    else:
        page.put(2, 2, title, "title_lines")
        page.merges.append("B2:E2")
        page.heights[2] = 2 * LINE + AIR
    page.put(3, 2, t("start_subtitle"), "subtitle")
    page.put(5, 2, None, "sentence", formula=f"=plan_sentence&{_plans_own(ctx)}")
    for column in (3, 4, 5):
        page.put(5, column, None, "sentence")
    page.merges.append("B5:E5")
    more = ctx.plan.goal.in_money, ctx.targets.existing or ctx.plan.closed_months  # that it has to say
    lines = 4 + sum(map(bool, more)) + plan_words.lines_of_shortage(ctx, SENTENCE_DIGITS)
    page.heights[5] = 16 * lines + 4
    if is_on(ctx.plan):
        page.put(6, 2, None, "note", formula=f'=IFERROR({next_rows.sentence(ctx)[1:]},"")')
        page.merges.append("B6:E6")
        page.heights[6] = 30
    row = 7 if ctx.leaving else _urgent(ctx, page, 7) + 1  # what the planner has to look at stays at home
    picture = row + 1
    row = _funnel(ctx, page, row)
    _section(ctx, page, row + 1, "start_steps")
    row += 2
    steps = [kind.key for kind in ctx.navigation if kind.role in ROLES]
    for number, key in enumerate((*steps, *LAST_STEPS), 1):
        text = f"step_{key}"
        page.put(row, 2, number, "step")
        name, target = _target(ctx, key)
        page.put(row, 3, name, "link" if target else "label")
        if target:
            page.links[row, 3] = target
        page.put(row, 4, t(text), "body")
        page.put(row, 5, t(f"{text}_who"), "body")
        page.heights[row] = _height(t(text), t(f"{text}_who"))
        row += 1
    row = _tabs(ctx, page, row + 1)
    if ctx.record_keys:
        row = _records(ctx, page, row + 1)
    row = _legend(ctx, page, row + 1)
    page.print_area = f"$A$1:$E${row}"
    page.landscape = False
    chart = range(picture, picture + CHART_ROWS)
    paper.lower(page, chart, [page.default_height * part for part in paper.LOWER], lambda: _pages(page, row))
    return page


def _plans_own(ctx: Context) -> str:
    """Excel text for: where there are actuals, that the sentence tells the plan's own outlook, and who forecasts."""
    shown = [key for key in ("dashboard", "review") if is_shown(ctx.plan, key) and not ctx.leaving]
    where = ctx.t("plan_runs_where", page=ctx.sheet_names[shown[0]]) if shown else ""
    said = ctx.t("plan_runs", where=where).replace('"', '""')
    return f'IF({ctx.at(ReviewRowsAt).count}>0,"{said}","")'


def _section(ctx: Context, page: SheetSpec, row: int, key: str) -> None:
    if (row - 1, 2) not in page.cells:
        page.heights[row - 1] = GAP
    for column in WIDTHS:
        page.put(row, column, ctx.t(key) if column == 2 else None, "section")


def _urgent(ctx: Context, page: SheetSpec, row: int) -> int:
    """The worst of what `check` finds, each with its link; the row below them."""
    _section(ctx, page, row, "start_urgent")
    first = CellAt(page.name, row, 2)
    formula = f'="{ctx.t("start_urgent")}"&IF({REVIEW_MARK}<>"","{ctx.t("stamp_old")}","")'
    page.cells[row, 2] = replace(page.cells[row, 2], formula=formula)
    found = _worst_first(checks.findings(ctx))
    lines = found[: MOST_URGENT if len(found) <= MOST_URGENT else MOST_URGENT - 1]
    for fault in lines:
        row += 1
        message, _ = checks.said(ctx, fault)
        page.put(row, 2, ctx.t(f"checks_{fault.level}")[0], "step")
        page.put(row, 3, checks.place_of(ctx, fault), "link" if fault.sheet in checks.seen(ctx) else "label")
        if fault.sheet in checks.seen(ctx):
            page.links[row, 3] = checks.link_to(fault)
        page.put(row, 4, message, "body")
        page.put(row, 5, checks.found_of(ctx, fault) or None, "body")
        page.heights[row] = _height(message, checks.found_of(ctx, fault) or "")
    if len(lines) < len(found):
        row += 1
        page.put(row, 3, ctx.t("start_more", count=len(found) - len(lines)), "link")
        if is_shown(ctx.plan, "checks"):
            page.links[row, 3] = f"#{quoted(ctx.sheet_names['checks'])}!A1"
    if not found:
        row += 1
        page.put(row, 2, ctx.t("checks_none"), "clear")
    grey(page, first._replace(row=first.row + 1).to(CellAt(page.name, row, 5)))
    return row + 1


def _worst_first(found: Sequence[Fault]) -> list[Fault]:
    """By level; of one level first that the goal is missed, then each kind of finding once before any twice."""
    levels, seen = [*checks.LEVELS], Counter[str]()
    ranks = []
    for place, fault in enumerate(found):
        ranks.append((levels.index(fault.level), seen[fault.key], fault.key not in OF_THE_GOAL, place))
        seen[fault.key] += 1
    return [found[place] for *_, place in sorted(ranks)]


def _funnel(ctx: Context, page: SheetSpec, row: int) -> int:
    """How many are needed at each stage, as a picture; the row below it."""
    _section(ctx, page, row, "start_funnel")
    source = str(ctx.at(FunnelAt).chart)
    ref = f"B{row + 1}:E{row + CHART_ROWS}"
    page.charts.append(Chart(ref, ctx.t("funnel_chart"), source, (Series("column_clustered", color="2A7F9E"),),
                             axis_title=ctx.unit_label("count"), category_format="General"))  # fmt: skip
    return row + CHART_ROWS + 1


def _target(ctx: Context, key: str) -> tuple[str, str]:
    if key == "tabs":
        names = [ctx.sheet_names[tab_key(channel.id)] for channel in ctx.plan.channels_on]
        return ctx.t("start_tabs"), f"#{quoted(names[0])}!A1" if names else ""
    if key in LAST_STEPS:
        return ctx.t(f"start_{key}"), ""
    name = ctx.sheet_names[key]
    return name, f"#{quoted(name)}!A1"


def _tabs(ctx: Context, page: SheetSpec, row: int) -> int:
    _section(ctx, page, row, "start_tabs")
    for channel in ctx.plan.channels_on:
        row += 1
        name = ctx.sheet_names[tab_key(channel.id)]
        long = digits_wide(name) > WIDTHS[3] + 1  # then the link is beside it: LibreOffice breaks none into lines
        page.put(row, 2, "→" if long else None, "link" if long else "label")
        page.put(row, 3, name, "label_wrap" if long else "link")
        page.links[row, 2 if long else 3] = f"#{quoted(name)}!A1"
        if ctx.plan.brings(channel):
            said = ctx.t("start_tab_line", stage=ctx.plan.stages[ctx.targets.stage_index(channel.stage)].name)
        else:
            said = ctx.t("start_tab_line_customers")
        page.put(row, 4, said, "body")
        page.put(row, 5, channel.owner or None, "body")
        lines = fitting.lines(name, WIDTHS[3] - 2) if long else 1
        page.heights[row] = max(_height(said, channel.owner or ""), LINE * lines + AIR)
    return row + 1


def _records(ctx: Context, page: SheetSpec, row: int) -> int:
    """The pages that are there only while they have something to show."""
    _section(ctx, page, row, "start_records")
    who = ctx.t("step_regenerate_who")
    for key in ctx.record_keys:
        row += 1
        name, target = _target(ctx, key)
        page.put(row, 2, None, "label")
        page.put(row, 3, name, "link")
        page.links[row, 3] = target
        page.put(row, 4, ctx.t(f"{key}_subtitle"), "body")
        page.put(row, 5, who, "body")
        page.heights[row] = _height(ctx.t(f"{key}_subtitle"), who)
    return row + 1


def _legend(ctx: Context, page: SheetSpec, row: int) -> int:
    """What the colours and signs mean."""
    _section(ctx, page, row, "start_legend")
    samples = (
        (ctx.t("legend_input"), "input.center", "legend_input_note"),
        (ctx.t("legend_value"), "value.center", "legend_value_note"),
        (1.1, "value.attain", "legend_good"),
        (1.0, "value.attain", "legend_fair"),
        (0.8, "value.attain", "legend_poor"),
        (0.25, progress_style(ctx), "legend_progress"),
    )
    for value, style, key in samples:
        row += 1
        page.put(row, 2, None, "label")
        # a sample of an input looks like one and stays locked
        page.put(row, 3, value, style if not style.startswith("input") else "input_sample.center")
        page.put(row, 4, ctx.t(key), "body")
        page.put(row, 5, None, "body")
        page.heights[row] = _height(ctx.t(key), "")
    return row


def _height(words: str, beside: str) -> float:
    """Of a row with a text in the wide column, and one in the last."""
    lines = (-(-digits_wide(text) // round(WIDTHS[column] - 2)) for text, column in ((words, 4), (beside, 5)))
    return LINE * max(lines) + AIR


def _pages(page: SheetSpec, last: int) -> int:
    """One printed page, or several that end above a heading; result: how many ends they have."""
    page.fit_height, page.zoom, page.row_breaks = 1, 0, []
    if not paper.fits_one(page, max(WIDTHS), last):
        page.fit_height = 0
        starts = [row for row, column in sorted(page.cells) if column == 2 and page.cells[row, 2].style == "section"]
        blocks = [(first, after - 1) for first, after in zip([5, *starts], [*starts, last + 1])]
        found = lambda: paper.breaks(page, blocks, paper.room(page, max(WIDTHS)))  # noqa: E731
        page.row_breaks = paper.zoom(page, max(WIDTHS), found)
    return len(page.row_breaks)
