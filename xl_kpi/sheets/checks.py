"""点検 / Check (K9, K10, K11): everything that `check` finds, one line each, with its cell and what to do about it.

It is described when all other sheets are, since it points at their cells.  What was typed since is told at once beside
the goal on 設定; the page says from when it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from xl_kpi.catalog.messages import to_do, worded
from xl_kpi.errors import Fault
from xl_kpi.sheets.blocks.head import FIRST_COLUMN, Title
from xl_kpi.sheets.blocks.layout import Layout, Words
from xl_kpi.sheets.blocks.table import Column, Fit, Row, Table
from xl_kpi.sheets.context import Context
from xl_kpi.workbook.addresses import quoted
from xl_kpi.workbook.reading.findings import findings_on_sheets
from xl_kpi.workbook.spec import BookSpec, Condition, SheetSpec

LEVELS = {"error": "poor", "warning": "fair", "hint": "example"}  # the worst first → how its mark is painted
FIT = Fit(line=15, most=8)
_NUMBER = re.compile(r"-?[0-9]{4,}(\.[0-9]+)?")
_DAY = re.compile(r"\b([0-9]{4})-([0-9]{2})-([0-9]{2})\b", re.ASCII)


def findings(ctx: Context) -> list[Fault]:
    """What `check` says about the workbook as it is written now, errors first, each with its sheet and cell."""
    if ctx.findings is None:
        ctx.findings = _found(ctx)
    return ctx.findings


def _found(ctx: Context) -> list[Fault]:
    book = BookSpec(ctx.plan.title, ctx.lang, list(ctx.made), dict(ctx.names))
    return findings_on_sheets(book, ctx.in_yen, ctx.records)


def build(ctx: Context) -> SheetSpec:
    t, found = ctx.t, findings(ctx)
    columns = (
        Column("level", t("checks_level"), 11, "value.center"),
        Column("place", t("checks_place"), 20, "label"),
        Column("found", t("checks_found"), 22),
        Column("message", t("checks_message"), 56),
        Column("do", t("checks_do"), 48),
    )
    rows = [Row(f"finding {k}", f"check:{fault.key}:{fault.cell}", 20) for k, fault in enumerate(found, 1)]
    table = Table("checks", columns, rows, above=1, header_height=24, frozen_to="place", repeat=True, filter=bool(rows))
    title = Title(t("checks_title"), t("checks_subtitle"), table.links())
    none = Words("none", t("checks_none"), columns=len(columns))  # as wide as with findings, else it prints nothing
    blocks = [Words("sum", _sum(ctx, found), above=0), table if rows else none]
    layout = Layout(ctx, "checks", title, *blocks, fit_height=0)
    for row, fault in zip(rows, found):
        _line(ctx, table, row.key, fault)
    page = layout.sheet()
    page.widths.update({number: one.width for number, one in enumerate(columns, FIRST_COLUMN) if one.width})
    if rows:
        for row, fault in zip(rows, found):
            if fault.sheet in seen(ctx):
                place = table.cell(row.key, "place")
                page.links[place.row, place.column] = link_to(fault)
        area = table.down("level")
        for level, paint in LEVELS.items():
            page.conditions.append(Condition(area.free, f'={area.first.in_column}="{t(f"checks_{level}")}"', paint))
    return page


def _sum(ctx: Context, found: Sequence[Fault]) -> str:
    levels = Counter(fault.level for fault in found)
    return ctx.t("checks_sum", errors=levels["error"], warnings=levels["warning"], hints=levels["hint"])


def _line(ctx: Context, table: Table, key: str, fault: Fault) -> None:
    message, do = said(ctx, fault)
    table.put(key, "level", ctx.t(f"checks_{fault.level}"))
    table.put(key, "place", place_of(ctx, fault), "link" if fault.sheet in seen(ctx) else "label")
    table.fill(key, found=found_of(ctx, fault) or ctx.t("message_blank"), message=message, do=do)
    table.fit(key, ("place", "found", "message", "do"), FIT)


def said(ctx: Context, fault: Fault) -> tuple[str, str | None]:
    """What it is about, and what to do; the latter None where it is said already."""
    message, do = as_on_sheets(str(worded(fault.allowed, ctx.lang))), as_on_sheets(to_do(fault, ctx.lang))
    if message == do:
        return message, None
    return message.removesuffix(do).rstrip(" 。.;") or message, do


def found_of(ctx: Context, fault: Fault) -> str:
    """What was found, written as the cells show it; "" for a blank."""
    found = str(worded(fault.found, ctx.lang))
    if _NUMBER.fullmatch(found):
        return f"{Decimal(found):,}"
    return as_on_sheets(found)


def as_on_sheets(words: str) -> str:
    """Words of a message with its days as the sheets write them.

    Example: "2026-06-30" is "2026/06/30".
    """
    return _DAY.sub(r"\1/\2/\3", words)


def place_of(ctx: Context, fault: Fault) -> str:
    """Sheet and cell as people write them."""
    return "!".join(worded(part, ctx.lang) for part in (fault.sheet, fault.cell) if part) or ctx.t("checks_nowhere")


def link_to(fault: Fault) -> str:
    return f"#{quoted(fault.sheet)}!{fault.cell or 'A1'}"


def seen(ctx: Context) -> set[str]:
    """The sheets to which a link can lead: a hidden one it can't."""
    return {sheet.name for sheet in ctx.made if not sheet.hidden}
