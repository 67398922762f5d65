"""The success factors on the KPI tree (K2): below the goal, each with its KPIs and how far these are.

They are words and no part of the arithmetic: no line and no sign joins them to the boxes of the tree, no number of
theirs is computed from another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xl_kpi.plan.pages.kpi_links import STAGE
from xl_kpi.plan.pages.optional import is_on
from xl_kpi.plan.pages.tables import KSF_KPIS
from xl_kpi.sheets.context import Context, mark_attainment
from xl_kpi.sheets.tree import nodes as tree_nodes
from xl_kpi.sheets.tree.nodes import Figure
from xl_kpi.workbook.addresses import quoted, relative
from xl_kpi.workbook.spec import SheetSpec
from xl_kpi.workbook.theme import attained_style

COLUMNS = 5  # as wide as a box of the tree
HEAD_SLOT, FIRST_SLOT = 1, 2  # the goal itself stands in the slot above
PITCH = 3  # two rows of text and one of air


@dataclass(frozen=True)
class Factor:
    """One factor: ``kpis`` the words, the attainment (None: the plan does not use it) and the link of each KPI."""

    id: str
    name: str
    kpis: tuple[tuple[str, Figure | None, str], ...]

    @property
    def slots(self) -> int:
        """How many slots of the tree it takes: a row for its name and one for each KPI, two rows a slot."""
        return -(-(1 + len(self.kpis)) // 2)


def factors(ctx: Context) -> list[Factor]:
    """What the tree shows, in the order of the page KSF; none where the page or 設定 says so."""
    if not is_on(ctx.plan, "ksf") or ctx.plan.settings.get("tree_ksf", "on") != "on":
        return []
    rows = ctx.plan.tables.get("tbl_ksf", {})
    return [
        Factor(id_, str(row["factor"]), tuple(_kpi(ctx, row[key]) for key in KSF_KPIS if key in row))
        for id_, row in rows.items()
        if "factor" in row and row.get("state") != "dropped"
    ]


def _kpi(ctx: Context, id_: str) -> tuple[str, Figure | None, str]:
    words = ctx.kpi_links.words.get(id_, id_)
    if id_ not in ctx.kpi_links.active:
        return words, None, ""
    if id_.startswith(STAGE):
        return words, tree_nodes.state_of_stage(ctx, id_), f"#{quoted(ctx.sheet_names['backwards'])}!A1"
    channel, _, kpi = id_.partition(".")
    node = tree_nodes.of_kpi(ctx, channel, kpi)
    return words, node.state, node.link


def shown(found: list[Factor], most: int) -> tuple[list[Factor], int]:
    """Those for which there is room, and how many are left out; ``most`` how many slots there are."""
    slot, kept = FIRST_SLOT, 0
    for factor in found:
        slot += factor.slots
        if slot > most:
            break
        kept += 1
    return found[:kept], len(found) - kept


def slots_of(found: list[Factor]) -> Iterator[tuple[int, Factor]]:
    """The slot in which each begins."""
    slot = FIRST_SLOT
    for factor in found:
        yield slot, factor
        slot += factor.slots


def draw(ctx: Context, page: SheetSpec, found: list[Factor], left_out: int, first_row: int) -> None:
    """Onto the column of the goal; ``first_row`` that of the goal's box."""
    head = first_row + PITCH * HEAD_SLOT
    for k in range(COLUMNS):
        page.put(head, 2 + k, ctx.t("tree_factors") if k == 0 else None, "section")
    more = ctx.t("tree_factors_more", count=left_out) if left_out else ""
    page.put(head + 1, 2, ctx.t("tree_factors_note") + more, "note_line")
    for slot, factor in slots_of(found):
        _box(ctx, page, factor, first_row + PITCH * slot)


def _box(ctx: Context, page: SheetSpec, factor: Factor, row: int) -> None:
    _row(page, row, factor.name, None, "factor_name", "factor_name_end")
    page.merges.append(f"{relative(row, 2)}:{relative(row, 1 + COLUMNS)}")
    if is_on(ctx.plan, "ksf") and not ctx.leaving:
        page.links[row, 2] = f"#{quoted(ctx.sheet_names['ksf'])}!A1"
    for number, (words, state, link) in enumerate(factor.kpis, 1):
        at = row + PITCH * (number // 2) + number % 2
        if number % 2 == 0:  # the row of air between two slots
            _row(page, at - 1, None, None, "factor_air", "factor_air_end")
        _row(
            page,
            at,
            words,
            state,
            "factor_kpi",
            attained_style(ctx.lang, "factor_state", state.better if state else ""),
        )
        page.merges.append(f"{relative(at, 2)}:{relative(at, COLUMNS)}")
        if link:
            page.links[at, 2] = link


def _row(page: SheetSpec, row: int, words: str | None, state: Figure | None, style: str, last: str) -> None:
    for k in range(COLUMNS - 1):
        page.put(row, 2 + k, words if k == 0 else None, style if k == 0 else f"{style}_mid")
    if state is None:
        page.put(row, 1 + COLUMNS, None, last)
        return
    page.put(row, 1 + COLUMNS, state.value, last, formula="=" + state.excel)
    cell = relative(row, 1 + COLUMNS)
    mark_attainment(page, cell, cell, state.better)
