"""企業リストから: what the accounts add up to, on the tabs of the channels that work on them (T10, T11)."""

from __future__ import annotations

from collections.abc import Sequence

from xl_kpi import catalog
from xl_kpi.plan.accounts.figures import ALL, BANTC, NO, OTHER, YES, stages_of, tiers
from xl_kpi.plan.model import Channel
from xl_kpi.plan.pages.optional import is_on
from xl_kpi.sheets.accounts.cells import AccountCells, Result, stage_words
from xl_kpi.sheets.accounts.page import AccountsAt
from xl_kpi.sheets.blocks.table import Column, Row, Table
from xl_kpi.sheets.context import Context

REACH, PROGRESS = "reach", "progress"  # what a channel of the catalog shows of the accounts
_REACH = {
    "companies": "whole",
    "leads": "whole",
    "key_people": "whole",
    "key_reached": "whole",
    "reached": "percent",
    "views": "whole",
    "important": "percent",
    "opened": "percent",
    "clicked": "percent",
}


def tables(ctx: Context, channel: Channel) -> list[Table]:
    """The tables of a channel's tab; none for a channel that shows nothing of the accounts.

    Special cases: none while 企業リスト is off, and in what is sent: the list stays at home.
    """
    known = catalog.find_channel(channel.id)
    shown = known.accounts if known and is_on(ctx.plan, "accounts") and not ctx.leaving else ""
    if shown == REACH:
        return [_reach(ctx)]
    return [_stages(ctx), _bantc(ctx)] if shown == PROGRESS else []


def fill(ctx: Context, found: Sequence[Table]) -> None:
    """The numbers, each with a formula over the list."""
    cells = ctx.at(AccountsAt).cells(ctx) if found else None
    for table in found:
        assert cells is not None
        {"accounts_reach": _fill_reach, "accounts_stages": _fill_stages, "accounts_bantc": _fill_bantc}[table.id](
            ctx, table, cells
        )


def _groups(ctx: Context) -> dict[str, str]:
    """The tiers, what is in none of them, and all: id → word."""
    return {**{one: one for one in tiers()}, OTHER: ctx.t("account_others"), ALL: ctx.t("accounts_stages_total")}


def _rows(ids: Sequence[str], name: str) -> list[Row]:
    return [Row(id_, f"accounts_{name}:{id_ or 'all'}") for id_ in ids]


def _reach(ctx: Context) -> Table:
    columns = [Column(name, ctx.t(f"accounts_reach_{name}")) for name in ("tier", *_REACH)]
    rows = _rows([*_groups(ctx)], "reach")
    return Table("accounts_reach", columns, rows, section=ctx.t("section_accounts_reach"), header_height=48)


def _fill_reach(ctx: Context, table: Table, cells: AccountCells) -> None:
    for tier, word in _groups(ctx).items():
        results = {
            "companies": cells.count(tier),
            **{name: cells.total(name, tier) for name in ("leads", "key_people", "key_reached", "views")},
            "reached": cells.reached(tier),
            "important": cells.important_share(tier),
            "opened": cells.said_yes("opened", tier),
            "clicked": cells.said_yes("clicked", tier),
        }
        table.put(tier, "tier", word, "label_strong" if tier == ALL else "label")
        for name, look in _REACH.items():
            _put(table, tier, name, results[name], look, tier == ALL)


def _stages(ctx: Context) -> Table:
    heads = [Column("stage", ctx.t("accounts_stages_stage"))]
    heads += [Column(tier or "all", ctx.t("account_tier_of", tier=word) if tier in tiers() else word)
              for tier, word in _groups(ctx).items()]  # fmt: skip
    rows = _rows([*_places(ctx), ALL], "stage")
    return Table("accounts_stages", heads, rows, section=ctx.t("section_accounts_stages"), header_height=48)


def _places(ctx: Context) -> dict[str, str]:
    words = stage_words(ctx)
    return {**{one: words[one] for one in stages_of(ctx.plan)}, OTHER: ctx.t("account_others")}


def _fill_stages(ctx: Context, table: Table, cells: AccountCells) -> None:
    for stage, word in {**_places(ctx), ALL: ctx.t("accounts_stages_total")}.items():
        table.put(stage, "stage", word, "label_strong" if stage == ALL else "label")
        for tier in _groups(ctx):
            result = cells.count(tier, **({"stage": stage} if stage != ALL else {}))
            _put(table, stage, tier or "all", result, "whole", ALL in (stage, tier))


def _bantc(ctx: Context) -> Table:
    columns = [Column(name, ctx.t(f"accounts_bantc_{name}")) for name in ("item", YES, NO, "open", "share")]
    rows = _rows([*BANTC, "all"], "bantc")
    return Table("accounts_bantc", columns, rows, section=ctx.t("section_accounts_bantc"), header_height=48)


def _fill_bantc(ctx: Context, table: Table, cells: AccountCells) -> None:
    for name in BANTC:
        table.put(name, "item", ctx.t(f"accounts_{name}"), "label")
        for word in (YES, NO):
            _put(table, name, word, cells.count(**{name: word}), "whole")
        _put(table, name, "open", cells.open(name), "whole")
        _put(table, name, "share", cells.share_known(name), "percent")
    table.put("all", "item", ctx.t("accounts_bantc_all"), "label_strong")
    table.blank("all", (YES, NO, "open"), "value_strong")
    _put(table, "all", "share", cells.all_known(), "percent", strong=True)


def _put(table: Table, row: str, column: str, result: Result, look: str, strong: bool = False) -> None:
    number, formula = result
    table.put(row, column, number, f"{'value_strong' if strong else 'value'}.{look}", formula=formula)
