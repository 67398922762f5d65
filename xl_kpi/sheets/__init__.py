"""Plan → BookSpec: the workbook's sheets, each described by a module of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, get_type_hints

from xl_kpi.plan.keys import CHANNELS, KPIS, STAGES
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import is_on
from xl_kpi.plan.pages.tables import TABLES
from xl_kpi.plan.records import Records
from xl_kpi.sheets import chart_data
from xl_kpi.sheets.context import UNSOUND, Context
from xl_kpi.sheets.kept import record
from xl_kpi.sheets.review import mark as review_mark
from xl_kpi.sheets.review import rows as review_rows
from xl_kpi.workbook.cells.areas import reference as area_of
from xl_kpi.workbook.sheet_kinds import SheetKind, in_order_of_building, is_there, pages
from xl_kpi.workbook.spec import BookSpec, Condition, SheetSpec

# Tables in which rows are typed: on their sheets rows may be put in.
GROWING = (STAGES, CHANNELS, KPIS, *(table.key for table in TABLES))

__all__ = ["book_spec", "page_modules", "placed", "Context"]


def book_spec(plan: Plan, records: Records | None = None, names: Mapping[str, str] | None = None) -> BookSpec:
    """The whole workbook of a plan that ``xl_kpi.plan.checks`` has found sound.

    Arguments: ``records`` what the workbook remembers besides the plan (None: nothing); ``names`` the names
    that a user has given to our sheets, sheet key → name (others are called as the plan's language has it).
    """
    return from_context(Context(plan, records or Records(), names or {}))


def _blank_while_unknown(page: SheetSpec) -> None:
    """Where the plan can't be computed with what stands in a cell, errors look blank: a line says why."""
    if page.print_area and any(cell.formula for cell in page.cells.values()):
        first = page.print_area.replace("$", "")
        known = f'=AND(ISERROR({first.partition(":")[0]}),{UNSOUND}<>"")'
        page.conditions.insert(0, Condition(first, known, "unknown"))


def page_modules() -> dict[str, str]:
    """Key of each kind of sheet → the name of the module that describes it."""
    return {kind.key: f"{__name__}.{kind.module or kind.key}" for kind in pages()}


def from_context(ctx: Context) -> BookSpec:
    """Where everything stands first, then the sheets, what is said of all of them, what their charts are drawn from."""
    modules = placed(ctx)
    made: dict[str, list[SheetSpec]] = {}
    for kind in in_order_of_building():
        made[kind.key] = list(_sheets(ctx, kind, modules[kind.key]))
        ctx.made.extend(made[kind.key])
    review_mark.fill(ctx)
    review_rows.fill(ctx)
    chart_data.write(ctx, made["calc"][0])
    for page in made["record"]:
        record.write_paper(ctx, page, ctx.made)
    growing = {place.sheet for name in GROWING if (place := area_of(ctx.names.get(name, "")))}
    for page in ctx.made:
        page.grows = page.name in growing
        _blank_while_unknown(page)
    return BookSpec(ctx.plan.title, ctx.lang, [page for kind in pages() for page in made[kind.key]], dict(ctx.names))


def placed(ctx: Context) -> dict[str, Any]:
    """The modules of all pages by key, once the context knows where everything stands."""
    modules = {key: import_module(name) for key, name in page_modules().items()}
    for module in modules.values():
        if hasattr(module, "place"):
            ctx.placing[get_type_hints(module.place)["return"]] = module.place
    ctx.placing[review_rows.ReviewRowsAt] = review_rows.place
    for addresses in [*ctx.placing]:
        ctx.at(addresses)
    return modules


def _sheets(ctx: Context, kind: SheetKind, module: Any) -> Iterator[SheetSpec]:
    """The sheets of one kind: one, one for each channel, or none while there is nothing to show."""
    if kind.by_channel:
        yield from (module.build(ctx, channel) for channel in ctx.plan.channels_on)
    elif is_there(kind, ctx.plan, ctx.records):
        page = module.build(ctx)
        page.hidden = page.hidden or not is_on(ctx.plan, kind.key)
        yield page
