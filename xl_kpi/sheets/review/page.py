"""レビュー / Review (R1–R10): where the plan stands, where orders were lost, where it ends, what to do, what was done.

Volumes, attainment and the gap are live; the sentences, the forecast and the actions are Python's, of when the sheets
were made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xl_kpi.kpi.review.actions import COUNTED, LEAST, NOT_KNOWN, ON_PLAN, SAME, Action
from xl_kpi.kpi.review.names import is_planned
from xl_kpi.kpi.review.words import ActionWords, ReviewWords, few
from xl_kpi.plan.input.wording import Rounded
from xl_kpi.sheets.blocks.head import FIRST_COLUMN, Title
from xl_kpi.sheets.blocks.layout import Block, Layout
from xl_kpi.sheets.blocks.stamp import grey, stamp
from xl_kpi.sheets.blocks.table import Column, Table
from xl_kpi.sheets.context import Context, mark_attainment
from xl_kpi.sheets.excel_text import digits_wide
from xl_kpi.sheets.review import below, log, standing
from xl_kpi.sheets.review.columns import AIR, LINE, NAME, NUMBER, WIDE, height, row_of
from xl_kpi.sheets.review.rows import ReviewRowsAt
from xl_kpi.workbook.addresses import CellAt, RangeAt, relative
from xl_kpi.workbook.spec import SheetSpec

COLUMNS = 12
MOST_ACTIONS, MOST_CHECKS, MOST_PARTS = 10, 8, 8
BRINGS = {
    ON_PLAN: "reviewpage_on_plan",
    NOT_KNOWN: "reviewed_not_known",
    SAME: "reviewpage_same",
    COUNTED: "reviewpage_counted",
}  # else in orders
ROOM = NAME + WIDE + NUMBER * (COLUMNS - 2)  # digits over the whole page


class Lines(Block):
    """Texts over the width of the page, one a row: (id, text, style), made as high as they need."""

    def __init__(self, id: str, lines: Sequence[tuple[str, str, str]], *, section: str = "", above: int = 1):
        super().__init__(id, above)
        self._lines, self._section = lines, section

    @property
    def rows(self) -> int:
        return len(self._lines) + bool(self._section)

    def area(self) -> RangeAt:
        """All lines."""
        return self.at(bool(self._section), 0).to(self.at(self.rows - 1, COLUMNS - 1))

    def draw(self, ctx: Context, page: SheetSpec, last_column: int) -> None:
        if self._section:
            for column in range(FIRST_COLUMN, last_column + 1):
                page.put(self.top, column, self._section if column == FIRST_COLUMN else None, "section")
        for row, (id_, text, style) in enumerate(self._lines, self.top + bool(self._section)):
            page.put(row, 1, f"review:{self.id}:{id_}", "key")
            for column in range(FIRST_COLUMN, last_column + 1):
                page.put(row, column, text if column == FIRST_COLUMN else None, style)
            page.merges.append(f"{relative(row, FIRST_COLUMN)}:{relative(row, last_column)}")
            large = style == "sentence"
            lines = -(-round(digits_wide(text) * (1.2 if large else 1)) // round(ROOM - 6))
            page.heights[row] = (LINE + 4 if large else LINE) * max(1, lines) + (10 if large else AIR)


def build(ctx: Context) -> SheetSpec:
    t, words = ctx.t, ReviewWords(ctx.review, ctx.lang)
    head = Lines("head", [("stamp", "", "subtitle")], above=0)
    said = Lines("said", [*_said(ctx, words)], above=0)
    stages, channels = standing.stages(ctx), standing.channels(ctx)
    kpis, parts, actions, past = below.table(ctx), _parts(ctx, words), _actions(ctx, words), log.table(ctx)
    blocks: list[Block] = [head, said, stages, *(one for one in (channels, kpis, parts) if one)]
    notes = [*log.notes(ctx)]
    if past:  # what was decided, before what is to be decided
        blocks += [past, *([Lines("notes", notes, above=0)] if notes else [])]
    if actions:
        blocks.append(actions)
    elif ctx.review.to_date.months:
        blocks.append(Lines("none", [("none", words.no_actions, "body")], section=t("reviewpage_actions")))
    together = [("together", words.together, "note_line")] if words.together and actions else []
    together += [] if past else notes
    blocks += [Lines("together", together, above=0)] if together else []
    checks = [(str(k), line, "body") for k, line in enumerate(words.checks[:MOST_CHECKS], 1)]
    blocks += [Lines("checks", checks, section=t("reviewpage_checks"))] if checks else []
    title = Title(
        t("reviewpage_title", title=ctx.plan.title),
        t("reviewpage_subtitle"),
        range(FIRST_COLUMN, FIRST_COLUMN + COLUMNS),
    )
    layout = Layout(ctx, "review", title, *blocks, fit_height=0)
    standing.fill(ctx, stages, channels)
    page = layout.sheet()
    _stamped(ctx, page, head)
    if not ctx.review.to_date.months:
        _once_typed(ctx, page, said.at(1, 0), words.gap)
    for area in (said.area(), *(one.body() for one in (parts, actions) if one)):
        grey(page, area)
    if past:
        grey(page, past.down("now"))
    if kpis:
        below.mark(ctx, page, kpis)
    for one in (stages, channels):
        if one:
            shown = one.down("attained")
            mark_attainment(page, shown.free, shown.first.in_column)
    return page


def _stamped(ctx: Context, page: SheetSpec, head: Lines) -> None:
    """The line that says of when the sentences are, in place of the blank one."""
    cell = head.at(0, 0)
    del page.cells[cell.row, cell.column]
    stamp(ctx, page, cell.row, cell.column, "subtitle")


def _once_typed(ctx: Context, page: SheetSpec, gap: CellAt, none: str) -> None:
    """The line that says that there are no actuals yet, as long as there are none."""
    formula = f'=IF({ctx.at(ReviewRowsAt).count}=0,"{none}","{ctx.t("dash_first_actuals")}")'
    page.cells[gap.row, gap.column] = replace(page.cells[gap.row, gap.column], formula=formula)


def _said(ctx: Context, words: ReviewWords) -> list[tuple[str, str, str]]:
    """Where the period ends, how far it is off, what costs most."""
    lines = [("forecast", words.forecast, "sentence"), ("gap", words.gap, "body")]
    lines += [("bottleneck", words.bottleneck, "body")] if words.bottleneck else []
    notes = [*words.forecast_notes, ctx.t("reviewed_rounding")]
    notes += [ctx.t("closed_totals")] if ctx.plan.closed_months else []
    return [*lines, *((f"note {k}", line, "note") for k, line in enumerate(notes, 1))]


def _parts(ctx: Context, words: ReviewWords) -> Table | None:
    """The gap by channel and step; None where the page has no more than the steps above."""
    gap, t = ctx.review.gap, ctx.t
    told = [*words.parts(MOST_PARTS)] if ctx.review.to_date.months else []
    if not told or not (gap.is_by_channel or gap.money is not None):
        return None
    columns = [
        Column("channel", t("reviewed_channel"), NAME, "label"),
        Column("cause", t("reviewed_cause"), NUMBER, "label", span=4, link=False),
        Column("orders", t("reviewed_orders"), NUMBER, "value.change"),
        *(
            [Column("money", t("reviewed_money", unit=words.unit), NUMBER, "value.right")]
            if gap.money is not None
            else []
        ),
    ]
    rows = [row_of(f"part:{k}") for k in range(1, len(told) + 1)]
    table = Table("parts", columns, rows, section=t("reviewed_parts"), header_height=32)
    for row, part in zip(rows, told):
        table.fill(row.key, channel=part.channel, cause=part.cause, orders=part.orders)
        if gap.money is not None:
            table.put(row.key, "money", words.money(part.money or 0.0))
    return table


def _actions(ctx: Context, words: ReviewWords) -> Table | None:
    """What to do, those that bring most first; None where nothing is to be done."""
    t, found = ctx.t, words.actions[:MOST_ACTIONS] if ctx.review.to_date.months else []
    if not found:
        return None
    columns = [
        Column("about", t("reviewpage_about"), NAME, "label_wrap"),
        Column("plan", t("reviewpage_plan"), NUMBER, "value.right"),
        Column("actual", t("reviewpage_actual"), NUMBER, "value.right"),
        Column("cause", t("actions_cause"), NUMBER, "body", span=3, link=False),
        Column("action", t("reviewpage_action"), NUMBER, "body", span=3, link=False),
        Column("brings", t("reviewpage_brings"), NUMBER, "body"),
        Column("by", t("reviewpage_by"), NUMBER, "value.center"),
        Column("owner", t("actions_owner"), WIDE, "label"),
    ]
    told = [(_about(ctx, one), _brings(ctx, one.of), _late(ctx, one.of)) for one in found]
    rows = [
        row_of(f"action:{one.number}", height([(one.cause, 3), (one.action, 3), (about, 2), (brings, 1), (late, 1)]))
        for one, (about, brings, late) in zip(found, told)
    ]
    table = Table("actions", columns, rows, section=t("reviewed_actions"), header_height=32)
    for row, one, (about, brings, late) in zip(rows, found, told):
        table.fill(row.key, about=about, plan=_planned(ctx, one), actual=one.actual, cause=one.cause)
        table.fill(row.key, action=one.action, owner=one.owner or None, brings=brings)
        dated = one.of.by is not None and not late
        table.put(row.key, "by", late or one.of.by, "value.date" if dated else "body")
    return table


def _late(ctx: Context, one: Action) -> str:
    """That an action is too late for this period; "" where it is not."""
    return ctx.t("reviewpage_late") if one.is_late(ctx.review.to_date.as_of) else ""


def _brings(ctx: Context, one: Action) -> str:
    """What an action brings back, short enough for a cell."""
    if one.brings_back is None or one.effect in BRINGS:
        return ctx.t(BRINGS[one.effect])
    orders = few(one.brings_back)
    told = ctx.t("reviewpage_orders", orders=orders)
    if one.money and one.brings_back >= LEAST:
        told = ctx.t("reviewpage_orders_money", orders=orders, money=Rounded(one.money)(ctx.lang))
    return ctx.t("reviewpage_contradicts", brings=told) if one.contradicts else told


def _about(ctx: Context, one: ActionWords) -> str:
    """Channel and KPI of an action in one cell."""
    if one.bar:
        return ctx.t("reviewpage_about_bar", channel=one.channel, kpi=one.kpi, bar=one.bar)
    return ctx.t("reviewpage_about_line", channel=one.channel, kpi=one.kpi)


def _planned(ctx: Context, one: ActionWords) -> str:
    return one.plan if not one.bar or is_planned(one.of) else ctx.t("reviewed_not_known")
