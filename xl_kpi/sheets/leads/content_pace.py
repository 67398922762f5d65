"""コンテンツ, how much and how fast before an order and without one (S8), and what is as of the last regenerate."""

from __future__ import annotations

from xl_kpi.plan.leads.content_paths import OTHERS, WON, ContentPaths, Pace
from xl_kpi.sheets.blocks.table import Column, Row, Table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.leads.content_rows import ContentRowsAt
from xl_kpi.sheets.leads.content_tables import WIDTH
from xl_kpi.workbook.spec import Condition, SheetSpec

FORMATS = {
    "users": "whole", "contents": "exact", "uses": "exact", "minutes": "decimal", "mean": "decimal",
    "median": "decimal",
}  # fmt: skip


def table(ctx: Context) -> Table:
    """A row for leads that ordered and one for the others, as far as they used any content."""
    columns = [
        Column("name", ctx.t("content_group"), None, "label", span=2),
        *(Column(one, ctx.t(f"content_pace_{one}"), WIDTH, f"value.{look}") for one, look in FORMATS.items()),
    ]
    rows = [Row(one, f"pace:{one}") for one in (WON, OTHERS)]
    return Table("pace", columns, rows, section=ctx.t("content_pace"), header_height=48)


def fill(ctx: Context, made: Table, at: ContentRowsAt, found: ContentPaths) -> None:
    """Counts follow the rows; days do not, they are as of the last time the sheets were made."""
    for group, won in ((WON, 1), (OTHERS, 0)):
        one = found.pace.get(group, Pace())
        made.put(group, "name", ctx.t(f"content_group_{group}"))
        users = made.cell(group, "users").here
        texts = _texts(at, won, users) if at.rows else {}
        per = {key: part / one.leads if one.leads else "" for key, part in (
            ("contents", one.contents), ("uses", one.times), ("minutes", one.seconds))}  # fmt: skip
        minutes = per["minutes"]
        values = {"users": one.leads, **per, "minutes": minutes if isinstance(minutes, str) else minutes / 60}
        for key, value in values.items():
            made.put(group, key, value, formula=f"={texts[key]}" if texts else None)
        made.put(group, "mean", one.mean)
        made.put(group, "median", one.median)


def _texts(at: ContentRowsAt, won: int, users: str) -> dict[str, str]:
    group = f"{_far(at, 'won')},{won}"
    used = f'{_far(at, "lead_key")},">0"'

    def per(text: str, divided: str = "") -> str:
        return f'IF({users}>0,{text}/{users}{divided},"")'

    return {
        "users": f"COUNTIFS({_far(at, 'lead_new')},1,{group})",
        "contents": per(f'COUNTIFS({_far(at, "content_new")},">0",{group})'),
        "uses": per(f"SUMIFS({_far(at, 'times')},{group},{used})"),
        "minutes": per(f"SUMIFS({_far(at, 'seconds')},{group},{used})", "/60"),
    }


def _far(at: ContentRowsAt, what: str) -> str:
    return f"{str(at.single('fresh')).rpartition('!')[0]}!{at.column(what)}"


def state(ctx: Context, at: ContentRowsAt) -> str:
    """Whether what does not follow the rows is still as they are."""
    return f'=IF({at.single("fresh")}=1,"{ctx.t("content_fresh")}","{ctx.t("content_stale")}")'


def paint_stale(ctx: Context, page: SheetSpec, row: int, paths: Table) -> None:
    """Grey once something was typed since; ``row`` where the state stands."""
    page.conditions.append(Condition(paths.body().free, f'=$B${row}<>"{ctx.t("content_fresh")}"', "value_grey"))
