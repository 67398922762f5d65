"""履歴 / History (K13): every change that a command made or found, the newest on top.

Newest first, because that is what people look for; the page has its lines from the hidden sheet 控え, which keeps
them with every digit.  Beside a revised target the reason is typed; the channel's sheet shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from xl_kpi.plan.history.log import command_words
from xl_kpi.plan.history.revisions import REASON, REASONS, change_id, is_revision, reason_of
from xl_kpi.plan.records import Change
from xl_kpi.sheets.blocks.head import Title
from xl_kpi.sheets.blocks.layout import Layout, Words
from xl_kpi.sheets.blocks.table import Column, Fit, Row, Table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.kept.entry_values import shown, visible
from xl_kpi.workbook.addresses import CellAt
from xl_kpi.workbook.sheet_kinds import ROW_ID
from xl_kpi.workbook.spec import SheetSpec

FOLDED = 8  # lines of one command from which on they fold into one
FIT = Fit(least=None, most=4)  # a long text is shown as far as four lines go


@dataclass(frozen=True)
class HistoryAt:
    """The page's table, a row for each change."""

    layout: Layout
    table: Table
    changes: dict[str, Change]  # by the key of their row
    folds: dict[str, list[str]]  # by the key of the row that stands for them: the rows that fold into it

    def reason(self, change: Change) -> CellAt:
        """The cell in which the reason of a change is typed."""
        return self.table.cell(next(key for key, one in self.changes.items() if one is change), REASON)


def place(ctx: Context) -> HistoryAt:
    t = ctx.t
    columns = (
        Column("time", t("history_time"), 16, "value.datetime"),
        Column("who", t("history_who"), 16, margin=3),
        Column("command", t("history_command"), 13),
        Column("label", t("history_label"), 42),
        Column("old", t("history_old"), 20),
        Column("new", t("history_new"), 20),
        Column(REASON, t("reasons_reason"), 29, margin=3),
    )
    changes = {f"change {number}": change for number, change in enumerate(reversed(ctx.records.history))}
    rows, folds = _rows(changes)
    table = Table("history", columns, rows,
                  mark=t(ROW_ID), header_height=22, name="tbl_history", frozen_to="time", repeat=True,
                  filter=True)  # fmt: skip
    title = Title(t("history_title"), t("history_subtitle"), table.links(), len(columns))
    note = Words("targets", t("history_targets"), above=0)
    layout = Layout(ctx, "history", title, note, table, fit_height=0, protected=not folds)  # Excel folds no other
    return HistoryAt(layout, table, changes, folds)


def _rows(changes: Mapping[str, Change]) -> tuple[list[Row], dict[str, list[str]]]:
    """The rows, newest first; many lines that one command wrote stand folded under one that counts them.

    Revised targets stay in sight: beside them a reason is typed.
    """
    rows: list[Row] = []
    folds: dict[str, list[str]] = {}
    for _, batch in groupby(changes.items(), lambda item: (item[1].time, item[1].command)):
        lines = dict(batch)
        away = [key for key, change in lines.items() if not is_revision(change)]
        if len(away) >= FOLDED:
            rows += [Row(key, change_id(change)) for key, change in lines.items() if key not in away]
            head = f"fold {len(folds)}"
            folds[head] = away
            first = lines[away[0]]
            rows.append(Row(head, f"fold:{first.time:%Y%m%d%H%M%S}:{first.command}"))
            rows += [Row(key, change_id(lines[key])) for key in away]
        else:
            rows += [Row(key, change_id(change)) for key, change in lines.items()]
    return rows, folds


def build(ctx: Context) -> SheetSpec:
    """The page; with no change there is none."""
    at = ctx.at(HistoryAt)
    for key, change in at.changes.items():
        _line(ctx, at.table, key, change)
    for head, away in at.folds.items():
        _line(ctx, at.table, head, replace(at.changes[away[0]], key="", old=None, new=None), count=len(away))
    page = at.layout.sheet(folds=[(at.table.row(head), at.table.row(away[-1])) for head, away in at.folds.items()])
    ctx.name(REASONS, ctx.names["tbl_history"])
    return page


def _line(ctx: Context, table: Table, key: str, change: Change, count: int = 0) -> None:
    table.fill(
        key, time=change.time, who=visible(change.who) or ctx.t("history_unknown"),
        command=visible(command_words(change.command, ctx.plan.lang)),
        label=ctx.t("history_folded", count=count) if count else visible(change.label),
    )  # fmt: skip
    table.put(key, "old", *shown(ctx, change.key, change.old))
    table.put(key, "new", *shown(ctx, change.key, change.new))
    typed = is_revision(change)
    table.put(key, REASON, reason_of(ctx.plan, change) or None, "input_wrap" if typed else "body")
    table.fit(key, ("who", "label", "old", "new", REASON), FIT)
