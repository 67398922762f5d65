"""前回までの打ち手: each row of the log with its figure then and now, and what was proposed and never decided."""

from __future__ import annotations

from collections.abc import Iterator

from xl_kpi.kpi.review.log import CLOSED, PROPOSED, Logged, logged, unit_of
from xl_kpi.kpi.review.names import in_unit, said
from xl_kpi.sheets.blocks.table import Column, Table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.review.columns import NAME, NUMBER, WIDE, height, row_of

MOST = 20  # rows of the log that are shown: what is open first, then the latest

SPANS = {"finding": 2, "action": 3, "result": 2}  # columns of numbers over which the texts run


def shown(ctx: Context) -> list[Logged]:
    """The rows that somebody has decided on, what is still open first, then the latest."""
    rows = [one for one in logged(ctx.review) if one.state != PROPOSED]
    rows.sort(key=lambda one: (one.state in CLOSED, -_day(one)))
    return rows[:MOST]


def _day(one: Logged) -> int:
    day = one.row.get("found_on")
    return day.toordinal() if day else 0


def table(ctx: Context) -> Table | None:
    """What was decided and what became of it; None while nothing was."""
    t, rows = ctx.t, shown(ctx)
    if not rows:
        return None
    columns = [
        Column("finding", t("actions_finding"), NAME, "label_wrap"),
        Column("found_on", t("actions_found_on"), NUMBER, "value.date"),
        Column("state", t("actions_state"), NUMBER, "value.center"),
        Column("action", t("actions_action"), NUMBER, "body", span=3, link=False),
        Column("then", t("reviewpage_then"), NUMBER, "value.right"),
        Column("now", _as_of(ctx), NUMBER, "value.right"),
        Column("expected", t("actions_expected"), NUMBER, "value.decimal"),
        Column("result", t("actions_result"), NUMBER, "body", span=2, link=False),
        Column("owner", t("actions_owner"), WIDE, "label"),
    ]
    lines = [
        row_of(
            f"log:{one.id}", height([(_text(one, "finding"), 2), (_text(one, "action"), 3), (_text(one, "result"), 2)])
        )
        for one in rows
    ]
    found = Table("log", columns, lines, section=t("reviewpage_log"), header_height=32)
    for line, one in zip(lines, rows):
        then, now = _figures(ctx, one)
        row = one.row
        found.fill(line.key, finding=row.get("finding"), found_on=row.get("found_on"),
                   state=t(f"action_state_{one.state}"), action=row.get("action"), then=then, now=now,
                   expected=row.get("expected"), result=row.get("result"), owner=row.get("owner"))  # fmt: skip
    return found


def _as_of(ctx: Context) -> str:
    """The head of what figures are now, with the day up to which there are actuals."""
    to_date, now = ctx.review.to_date, ctx.t("reviewpage_now")
    return ctx.t("reviewpage_now_of", now=now, day=f"{to_date.as_of:%Y/%m/%d}") if to_date.months else now


def notes(ctx: Context) -> Iterator[tuple[str, str, str]]:
    """What was proposed and never decided; how the log is filled while it is empty and there is something to log."""
    rows = [*logged(ctx.review)]
    waiting = [one for one in rows if one.state == PROPOSED]
    sheet = ctx.sheet_names["actions"]
    if waiting:
        names = ctx.t("reviewpage_waiting_between").join(_text(one, "finding") for one in waiting[:3])
        yield "waiting", ctx.t("reviewpage_waiting", count=len(waiting), names=names, sheet=sheet), "body"
    elif not rows and ctx.review.to_date.months:
        yield "empty", ctx.t("reviewpage_log_empty", sheet=sheet), "note"


def _figures(ctx: Context, one: Logged) -> tuple[str | None, str | None]:
    """The figure then and now, in its unit; — where it is not known."""
    if one.figure is None:
        unit = unit_of(ctx.plan, one.row)
        then = None if one.then is None else in_unit(unit, one.then) if unit else f"{one.then:g}"
        return then, None
    then = None if one.then is None else said(one.figure, one.then)
    return then, said(one.figure, one.figure.actual)


def _text(one: Logged, column: str) -> str:
    return str(one.row.get(column) or "")
