"""The targets that were revised, on the channel's own sheet (K13): when, what, from what to what, and why."""

from __future__ import annotations

from itertools import islice

from xl_kpi.catalog.messages import worded
from xl_kpi.plan.history.revisions import reason_of, revisions
from xl_kpi.plan.labels import label
from xl_kpi.plan.model import Channel
from xl_kpi.plan.pages.optional import is_on
from xl_kpi.plan.records import Change
from xl_kpi.sheets.blocks.table import Column, Row, Table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import digits_wide
from xl_kpi.sheets.kept.entry_values import shown, visible
from xl_kpi.sheets.kept.history import HistoryAt
from xl_kpi.workbook.sheet_kinds import is_there, kind_of

MOST = 5  # the newest; all of them stand on 変更履歴
WIDTH_OF_WHAT, MONTH = 24, 7.7  # what it is, the unit and the total are that wide together; a month at least
SPANS = {"what": 3, "old": 2, "new": 2}  # columns of the sheet; the reason has the rest


def found(ctx: Context, channel: Channel) -> dict[str, Change]:
    """The changes that the sheet shows, by the key of their row."""
    newest = islice(revisions(ctx.plan, ctx.records, channel), MOST)
    return {f"revised:{number}": change for number, change in enumerate(newest, 1)}


def table(ctx: Context, channel: Channel, columns: int) -> list[Table]:
    """The block below the words; none where nothing was revised.

    Arguments: ``columns`` how many columns the page has.
    """
    t, rows = ctx.t, found(ctx, channel)
    if not rows:
        return []
    what, old, new = SPANS.values()
    made = Table(
        "revised",
        [
            Column("date", t("revised_date"), style="value.date"),
            Column("what", t("revised_what"), 9.5, span=what),
            Column("old", t("revised_old"), 9.5, span=old),
            Column("new", t("revised_new"), 9.5, span=new),
            Column("reason", t("reasons_reason"), 9.5, span=columns - 1 - what - old - new),
        ],
        [Row(key, key, _height(ctx, change, columns)) for key, change in rows.items()],
        section=t("revised_title" if is_on(ctx.plan, "history") else "revised_title_off"),
        header_height=20,
    )
    return [made]


def _height(ctx: Context, change: Change, columns: int) -> float:
    """Of a row, so that what and why can be read in full."""
    rooms = {
        _what(ctx, change): WIDTH_OF_WHAT,
        reason_of(ctx.plan, change): MONTH * (columns - 1 - sum(SPANS.values())),
    }
    lines = max(-(-digits_wide(text) // int(room - 4)) for text, room in rooms.items())
    return max(20, 14 * lines + 6)


def _what(ctx: Context, change: Change) -> str:
    return visible(worded(label(change.key, ctx.plan, ctx.records.last), ctx.lang))


def fill(ctx: Context, channel: Channel, made: Table) -> None:
    """The lines."""
    at, there = ctx.at(HistoryAt), is_there(kind_of("history"), ctx.plan, ctx.records)
    for key, change in found(ctx, channel).items():
        made.put(key, "date", change.time.date())
        made.put(key, "what", _what(ctx, change))
        made.put(key, "old", *shown(ctx, change.key, change.old))
        made.put(key, "new", *shown(ctx, change.key, change.new))
        reason, cell = reason_of(ctx.plan, change), at.reason(change)
        made.put(key, "reason", reason, formula=f'=IF({cell}="","",{cell})' if there else None)
