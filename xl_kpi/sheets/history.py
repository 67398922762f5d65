"""履歴 / History (K13): every change that a command made or found, the newest on top.

Newest first, because that is what people look for; the page has its lines from the hidden sheet 控え, which keeps
them with every digit.
"""

from __future__ import annotations

from xl_kpi.plan.log import command_words
from xl_kpi.plan.records import Change
from xl_kpi.sheets.blocks.layout import Layout, Title, Words
from xl_kpi.sheets.blocks.table import Column, Fit, Row, Table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.entry_values import shown, visible
from xl_kpi.workbook.spec import SheetSpec

FIT = Fit(least=None, most=4)  # a long text is shown as far as four lines go


def build(ctx: Context) -> SheetSpec:
    """The page; with no change there is none."""
    t = ctx.t
    columns = (
        Column("time", t("history_time"), 18, "value.datetime"),
        Column("who", t("history_who"), 24, margin=3),
        Column("command", t("history_command"), 16),
        Column("label", t("history_label"), 50),
        Column("old", t("history_old"), 24),
        Column("new", t("history_new"), 24),
    )
    changes = {f"change {number}": change for number, change in enumerate(reversed(ctx.records.history))}
    table = Table("history", columns, [Row(key, visible(change.key) or None) for key, change in changes.items()],
                  header_height=22, name="tbl_history", frozen_to="time", repeat=True, filter=True)  # fmt: skip
    for key, change in changes.items():
        _line(ctx, table, key, change)
    title = Title(t("history_title"), t("history_subtitle"), table.links(), len(columns))
    note = Words("targets", t("history_targets"), above=0)
    return Layout(ctx, "history", title, note, table, fit_height=0).sheet()


def _line(ctx: Context, table: Table, key: str, change: Change) -> None:
    table.fill(
        key, time=change.time, who=visible(change.who) or ctx.t("history_unknown"),
        command=visible(command_words(change.command, ctx.plan.lang)), label=visible(change.label),
    )  # fmt: skip
    table.put(key, "old", *shown(ctx, change.key, change.old))
    table.put(key, "new", *shown(ctx, change.key, change.new))
    table.fit(key, ("who", "label", "old", "new"), FIT)
