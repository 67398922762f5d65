"""A table that grows by typing: its rows, blank ones below them, and what may be typed in each column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from xl_kpi import catalog
from xl_kpi.plan.fields import field_of
from xl_kpi.plan.input.field import STAGES_BY_NAME, Field
from xl_kpi.plan.input.reading import read_date, read_margin, read_share
from xl_kpi.plan.input.row_names import LIST_LENGTH
from xl_kpi.plan.pages.kpi_links import REFERS
from xl_kpi.plan.pages.tables import TypedTable, find_table, row_ids
from xl_kpi.sheets.blocks.kpi_list import KpiListAt
from xl_kpi.sheets.blocks.table import Column, Row, Rule, Table
from xl_kpi.sheets.context import Context, typed_money
from xl_kpi.workbook.sheet_kinds import ROW_ID

ROW_HEIGHT = 20
PARTS = {read_share: ("0", "1"), read_margin: ("-1", "1")}  # readers that know how much may be typed


def typed_table(
    ctx: Context,
    key: str,
    columns: Sequence[Column | tuple[str, float]],
    *,
    row_height: float = ROW_HEIGHT,
    styles: Mapping[tuple[str, str], str] | None = None,
    **settings: Any,
) -> Table:
    """The table with its rows filled in.

    Arguments: ``key`` as in ``plan.pages.tables`` ("tbl_actions"); ``columns`` in the order of the sheet: a typed one
    by its name and width, a computed one as it is (its cells are for the page to put, in ``table.keys`` and
    ``spare_keys``); ``styles`` of cells that have another one than their column; ``settings`` as for ``Table``.
    """
    about = find_table(key)
    assert about is not None, key
    rows = ctx.plan.tables.get(key, {})
    spare = spare_keys(ctx, key)
    body = [*(Row(id_, id_, row_height) for id_ in rows), *(Row(id_, id_, row_height, spare=True) for id_ in spare)]
    shown = [one if isinstance(one, Column) else _column(ctx, about, *one) for one in columns]
    table = Table(
        about.name, shown, body, name=key, mark=ctx.t(ROW_ID), **{"header_height": 34, "repeat": True, **settings}
    )
    typed = [one for one in about.columns if one.column in {column.id for column in shown}]
    for id_, cells in rows.items():
        for one in typed:
            style = (styles or {}).get((id_, one.column))
            table.put(id_, one.column, _shown(ctx, one, cells.get(one.column)), style)
    return table


def rows_said(ctx: Context, most: int = 0) -> str:
    """What may be done with the rows of such a table; in a copy that is sent they are locked but for what is typed."""
    if ctx.leaving:
        return ctx.t("rows_sent")
    return ctx.t("rows_free_most", most=f"{most:,}") if most else ctx.t("rows_free")


def spare_keys(ctx: Context, key: str) -> list[str]:
    """The ids of the blank rows: none that any row has or had."""
    about = find_table(key)
    assert about is not None, key
    return row_ids([*ctx.plan.tables.get(key, {}), *ctx.remembered_rows[key]], about.spare)


def _column(ctx: Context, table: TypedTable, name: str, width: float) -> Column:
    one = table.find(name)
    assert one is not None, name
    return Column(name, ctx.t(table.header(name)), width, style_of(ctx, one), rule_of(ctx, one), margin=3)


def style_of(ctx: Context, one: Field) -> str:
    """The style of a cell in which an entry is typed."""
    if one.in_money(""):
        return f"input.{typed_money(ctx.plan)}"
    if one.format:
        return f"input.{one.format}"
    return "input.center" if one.choices else "input_wrap"


def rule_of(ctx: Context, one: Field) -> Rule | None:
    """What may be typed in such a cell; None where anything may."""
    title, allowed = ctx.t(one.label), one.words("allowed", ctx.lang)
    if one.choices:
        return _listed(ctx, one, title)
    if one.refers == REFERS:
        at = ctx.at(KpiListAt)
        return Rule("list", f"={at.words}", title, ctx.t("kpi_link_unknown"))
    if one.read is read_date:
        return Rule("date", "=DATE(2000,1,1)", title, allowed, operator="greater_than_or_equal")
    low, high = (str(one.bounds[side]) if side in one.bounds else "" for side in ("low", "high"))
    low, high = PARTS.get(one.read, (low, high))
    kind = "whole" if one.bounds.get("whole") else "decimal"
    if low and high:
        return Rule(kind, low, title, allowed, high)
    if low or high:
        side = "greater" if low else "less"
        return Rule(kind, low or high, title, allowed, operator=f"{side}_than_or_equal")
    return None


def single(ctx: Context, key: str) -> Column:
    """The column of a single entry that stands on a page of typed rows; its cell is for the page to put and to name."""
    one = field_of(key)
    label = one.words("label", ctx.lang)
    rule = _listed(ctx, one, label) if one.choices else rule_of(ctx, replace(one, label=f"label_{key}"))
    return Column(key, label, style=style_of(ctx, one), rule=rule)


def _listed(ctx: Context, one: Field, title: str) -> Rule | None:
    """The rule of a list; None for one that is longer than the rule of a cell may be."""
    words = ",".join(offered(ctx, one).values())
    if len(words) > LIST_LENGTH:
        return None
    allowed = ctx.t("allowed_offered" if one.free else "allowed_listed", choices=words.replace(",", " / "))
    return Rule("list", words, title, allowed, strict=not one.free)


def _shown(ctx: Context, one: Field, value: Any) -> Any:
    """What stands in the cell: the value, a choice in words."""
    if isinstance(value, bool):
        return "○" if value else "×"
    if one.refers == REFERS and value:
        return ctx.kpi_links.words.get(value, value)
    return offered(ctx, one).get(value, value) if one.choices and isinstance(value, str) else value


def offered(ctx: Context, one: Field) -> dict[str, str]:
    """What can be chosen in a cell: id → the word that it shows."""
    words = {choice.id: choice.words[ctx.lang] for choice in catalog.choices(one.choices)}
    if one.refers != STAGES_BY_NAME:
        return words
    first = next(iter(words))  # what comes before the first stage; the others come after the last
    stages = {stage.id: ctx.stage_words[stage.id] for stage in ctx.plan.stages}
    return {id_: stages.get(id_) or words[id_] for id_ in dict.fromkeys([first, *stages, *words])}
