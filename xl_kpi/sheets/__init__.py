"""Plan → BookSpec: the workbook's sheets, each described by a module of its own."""

from __future__ import annotations

from collections.abc import Mapping

from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Records
from xl_kpi.sheets import (
    agreement,
    archive,
    backwards,
    backwards_rows,
    calc_sheet,
    channels,
    functions,
    funnel,
    glossary,
    history,
    kpis,
    merge_page,
    record,
    settings,
    start,
    tree,
)
from xl_kpi.sheets import channel_tab as tab
from xl_kpi.sheets.context import SHEET_KEYS, Context
from xl_kpi.workbook.spec import BookSpec, SheetSpec

__all__ = ["book_spec", "Context"]


def book_spec(plan: Plan, records: Records | None = None, names: Mapping[str, str] | None = None) -> BookSpec:
    """The whole workbook of a plan that ``xl_kpi.plan.checks`` has found sound.

    Arguments: ``records`` what the workbook remembers besides the plan (None: nothing); ``names`` the names
    that a user has given to our sheets, sheet key → name (others are called as the plan's language has it).
    """
    return from_context(Context(plan, records or Records(), names or {}))


def from_context(ctx: Context) -> BookSpec:
    """Addresses first, then the sheets in the order in which they point at each other."""
    backwards_rows.place(ctx)
    tab.place(ctx)
    made = {"settings": settings.build(ctx), "funnel": funnel.build(ctx)}
    made["channels"] = channels.build(ctx)
    made["kpis"] = kpis.build(ctx)
    made["calc"] = ctx.places["calc_page"] = calc_sheet.build(ctx)
    made["backwards"] = ctx.places["backwards_page"] = backwards.build(ctx)
    funnel.add_chart(ctx, made["funnel"])
    tabs = [tab.build(ctx, channel) for channel in ctx.plan.channels_on]
    tree.place(ctx)
    made["tree"] = tree.build(ctx)
    made["agreement"] = agreement.build(ctx)
    made["start"], made["glossary"] = start.build(ctx), glossary.build(ctx)
    first = [made[key] for key in SHEET_KEYS]
    last = [made["glossary"], functions.build(ctx), made["calc"], record.build(ctx)]
    return BookSpec(ctx.plan.title, ctx.lang, [*first, *tabs, *_records(ctx), *last], dict(ctx.names))


def _records(ctx: Context) -> list[SheetSpec]:
    """The pages of the records, each only while it has something to show."""
    pages = {"merge": merge_page, "history": history, "archive": archive}
    return [pages[key].build(ctx) for key in ctx.record_keys]
