"""Plan → BookSpec: the workbook's sheets, each described by a module of its own."""

from __future__ import annotations

from xl_kpi.plan.model import Plan
from xl_kpi.sheets import (
    backwards,
    backwards_rows,
    calc_sheet,
    channels,
    functions,
    funnel,
    glossary,
    kpis,
    settings,
    start,
    tab,
    tree,
)
from xl_kpi.sheets.context import Context
from xl_kpi.workbook.spec import BookSpec

__all__ = ["book_spec", "Context"]


def book_spec(plan: Plan) -> BookSpec:
    """The whole workbook of a plan that ``xl_kpi.plan.checks`` has found sound."""
    return from_context(Context(plan))


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
    made["start"], made["glossary"] = start.build(ctx), glossary.build(ctx)
    first = [made[key] for key in ("start", "settings", "funnel", "channels", "kpis", "backwards", "tree")]
    return BookSpec(
        ctx.plan.title, ctx.lang, [*first, *tabs, made["glossary"], functions.build(ctx), made["calc"]], dict(ctx.names)
    )
