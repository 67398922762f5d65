"""リード評価, for sales: the open leads to call first with why, and the means by channel (S1)."""

from __future__ import annotations

from collections.abc import Sequence

from xl_kpi.catalog.scoring import scoring
from xl_kpi.plan.scoring.tested import MEANS, BackTest, Channel
from xl_kpi.sheets.blocks.table import Column, Row, Table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.leads.scores.list_page import shown_of
from xl_kpi.sheets.leads.scores.places import ScoreListAt

BEST = {
    "number": "label", "channel": "label", "fit_band": "value.center", "act_band": "value.center",
    "verdict": "value.center", "total": "value_strong.decimal", "fit": "value.decimal", "act": "value.decimal",
    "why_fit": "label", "why_act": "label",
}  # fmt: skip
WHY_SPAN = 3
OTHERS = "others"


def best_table(ctx: Context) -> Table:
    """The leads with the highest scores, by formulas."""
    t = ctx.t
    heads = {"fit_band": "score_band", "act_band": "score_act_column", "verdict": "score_verdict_column"}
    columns = [
        Column(key, t(heads.get(key, f"score_{key}")), None, style, span=WHY_SPAN if key.startswith("why") else 1,
               link=not key.startswith("why"))
        for key, style in BEST.items()
    ]  # fmt: skip
    columns.append(Column("place", t("score_place"), None, "value_grey.whole", link=False))
    rows = [Row(f"best {k}", f"best:{k}", 24) for k in range(1, scoring().best + 1)]
    return Table("best", columns, rows, section=t("score_best_section"), header_height=34)


def build_best(ctx: Context, tested: BackTest, table: Table, listed: ScoreListAt) -> None:
    best, key = tested.best, listed.column("key")
    order = {id(one): place for place, one in enumerate(tested.scores.leads, 1)}
    for k, row in enumerate(table.keys, 1):
        one = best[k - 1] if k <= len(best) else None
        place = table.cell(row, "place").here
        found = f'=IF(COUNTIF({key},">0")>={k},MATCH(LARGE({key},{k}),{key},0),"")'
        table.put(row, "place", "" if one is None else order[id(one)], formula=found)
        values = shown_of(ctx, tested.scores, one) if one else {}
        for column in BEST:
            there = f"INDEX({listed.column(column)},{place})" + ('&""' if column.startswith("why") else "")
            table.put(row, column, values.get(column, ""), formula=f'=IF(ISNUMBER({place}),{there},"")')


def channels_table(ctx: Context) -> Table:
    """A row for each channel that is on, and one for the others."""
    t = ctx.t
    columns = [
        Column("name", t("score_channel"), None, "label"),
        Column("leads", t("score_leads"), None, "value.whole"),
        *(Column(part, t(f"score_{part}"), None, "value.decimal", link=False) for part in MEANS),
        Column("sure", t("score_sure_share"), None, "value.rate", link=False),
    ]
    rows = [Row(f"channel {one.id}", f"channel:{one.id}") for one in ctx.plan.channels_on]
    return Table("score_channels", columns, [*rows, OTHERS], section=t("score_channels_section"), header_height=34)


def build_channels(ctx: Context, tested: BackTest, table: Table, listed: ScoreListAt | None) -> None:
    channels = ctx.plan.channels_on
    for one in channels:
        key = f"channel {one.id}"
        table.put(key, "name", one.name)
        same = f"({listed.column('channel')}={table.cell(key, 'name').here})" if listed else ""
        _channel(ctx, table, key, tested.channel([one.name]), same, listed)
    table.put(OTHERS, "name", ctx.t("score_channel_others"))
    names = [table.cell(f"channel {one.id}", "name").here for one in channels]
    none = "*".join(f"({listed.column('channel')}<>{name})" for name in names) if listed else ""
    _channel(ctx, table, OTHERS, tested.channel([one.name for one in channels], others=True), none or "1", listed)


def _channel(ctx: Context, table: Table, key: str, found: Channel, same: str, listed: ScoreListAt | None) -> None:
    count = table.cell(key, "leads").here
    values: Sequence[float | None] = (found.leads, *found.means, found.sure)
    texts: list[str | None] = [None] * len(values)
    if listed:
        sure = f'({listed.column("verdict")}="{ctx.t("verdict_sure")}")'
        sums = [f"SUMPRODUCT({same}*1,{listed.column(part)})" for part in MEANS]
        sums.append(f"SUMPRODUCT({same}*{sure})")
        texts = [f"=SUMPRODUCT({same}*1)", *(f'=IF({count}>0,{one}/{count},"")' for one in sums)]
    for column, value, text in zip(("leads", *MEANS, "sure"), values, texts, strict=True):
        table.put(key, column, "" if value is None else value, formula=text)
