"""採算, what is typed row by row: costs beside the channels' unit costs; segments and their figures."""

from __future__ import annotations

from xl_kpi import catalog
from xl_kpi.plan.economics.inputs import Segment
from xl_kpi.plan.input.row_names import LIST_LENGTH
from xl_kpi.plan.keys import COSTS, SEGMENTS
from xl_kpi.sheets.blocks.table import Column, Rule, Table
from xl_kpi.sheets.blocks.typed_rows import spare_keys, typed_table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.economics.channels import said_of, sign, while_they_stay
from xl_kpi.sheets.economics.customer import cell
from xl_kpi.sheets.economics.places import EconomicsAt

WIDTH = 9.6


def lines(ctx: Context) -> Table:
    """The costs: what for, of which channel, of which kind, how much."""
    t, names = ctx.t, ",".join(one.name for one in ctx.plan.channels_on)
    listed = len(names) <= LIST_LENGTH and names.count(",") == len(ctx.plan.channels_on) - 1
    rule = Rule("list", names, t("costs_channel"), t("econ_allowed_channel"), strict=False) if listed else None
    columns: list[Column | tuple[str, float]] = [
        ("item", 22.0), Column("channel", t("costs_channel"), WIDTH, "input_wrap", rule), ("kind", WIDTH),
        ("amount", WIDTH), Column("check", t("column_check"), None, "warning", span=5, link=False),
    ]  # fmt: skip
    return typed_table(ctx, COSTS, columns, above=2, section=t("econ_lines", unit=ctx.unit_label("yen")), repeat=False)


def table(ctx: Context) -> Table:
    """The segments: their customers, revenue and what winning them cost; LTV, CAC, their ratio, payback."""
    t = ctx.t
    columns: list[Column | tuple[str, float]] = [
        ("kind", 26.0),
        *((name, WIDTH) for name in ("name", "customers", "lost", "revenue", "margin", "won", "cost")),
        Column("ltv", t("econ_ltv"), WIDTH, "value.yen"),
        Column("cac", t("econ_cac"), WIDTH, "value.yen"),
        Column("ratio", t("econ_ratio"), WIDTH, "value.decimal"),
        Column("payback", t("econ_payback"), WIDTH, "value.decimal"),
        Column("sign", t("econ_sign"), WIDTH, "value.left"),
    ]
    section = t("econ_segments", unit=ctx.unit_label("yen"))
    return typed_table(ctx, SEGMENTS, columns, above=2, section=section, repeat=False, header_height=58)


def build_lines(ctx: Context, at: EconomicsAt) -> None:
    """A line whose channel is none that is on says that it is shared; one of a kind that there is not, what it counts
    as until it is mended."""
    kinds = [choice.words[ctx.lang] for choice in catalog.choices("cost_kind")]
    ids = [one.id for one in ctx.plan.channels_on]
    names = at.channels.down("name", ids[0], ids[-1]).here if ids else ""
    for key in [*at.lines.keys, *spare_keys(ctx, COSTS)]:
        channel = at.lines.cell(key, "channel").in_column
        unknown = f"COUNTIF({names},{channel})=0" if names else "TRUE"
        kind = at.lines.cell(key, "kind").in_column
        text = f'IF({channel}="","",IF({unknown},"{ctx.t("econ_shared_instead")}",""))'
        no_kind = ",".join(f'{kind}<>"{word}"' for word in ("", *kinds))
        at.lines.put(key, "check", formula=f'=IF(AND({no_kind}),"{ctx.t("econ_kind_unknown")}",{text})')


def build(ctx: Context, at: EconomicsAt) -> None:
    segments = at.figures.inputs.segments
    for key, one in zip(at.segments.keys, segments, strict=True):
        _row(ctx, at, key, one)
    for key in spare_keys(ctx, SEGMENTS):
        _row(ctx, at, key, Segment(""))


def _row(ctx: Context, at: EconomicsAt, key: str, one: Segment) -> None:
    """By the short form: revenue × margin ÷ customers lost is revenue a customer × margin ÷ churn."""
    table, worth = at.segments, at.figures.segment(one)
    customers, lost, revenue, own, won, cost = (
        table.cell(key, column).in_column for column in ("customers", "lost", "revenue", "margin", "won", "cost")
    )
    money = "" if ctx.money == 1 else f"*{ctx.money}"
    margin = f"IF(ISNUMBER({own}),{own},{cell(at, 'margin')})"
    profit = f"{revenue}*{margin}{money}"
    known = f"AND(N({customers})>0,ISNUMBER({revenue}))"
    ltv, cac, ratio = (table.cell(key, column).in_column for column in ("ltv", "cac", "ratio"))
    leaves = f"AND(N({lost})>0,N({lost})<=N({customers}))"
    months = f'IF({profit}>0,{cac}*{customers}/({profit}),"")'
    texts = {
        "ltv": f'IF({known},IF({leaves},{profit}/{lost},""),"")',
        "cac": f'IF(AND(ISNUMBER({cost}),N({won})>0),{cost}{money}/{won},"")',
        "ratio": f'IF(AND(ISNUMBER({ltv}),ISNUMBER({cac})),IF({cac}>0,{ltv}/{cac},""),"")',
        "payback": f'IF(AND({known},ISNUMBER({cac})),{while_they_stay(ratio, months)},"")',
    }
    values = {"ltv": worth.ltv, "cac": worth.cac, "ratio": worth.ratio, "payback": worth.payback}
    for column, text in texts.items():
        value = values[column]
        table.put(key, column, "" if value is None else float(value), formula=f"={text}")
    reasons = (
        ("econ_lost_more", (one.lost or 0) > (one.customers or 0), f"N({lost})>N({customers})"),
        ("econ_margin_none", one.margin is not None and one.margin <= 0, f"AND(ISNUMBER({own}),N({own})<=0)"),
        ("econ_no_customers", one.customers == 0, f"AND(ISNUMBER({customers}),N({customers})=0)"),
        ("econ_lost_none", one.lost == 0, f"AND(ISNUMBER({lost}),N({lost})=0)"),
    )
    said, text = said_of(ctx, at, worth.ratio), sign(ctx, at, ratio)
    for words, is_so, condition in reversed(reasons):
        said, text = ctx.t(words) if is_so else said, f'IF({condition},"{ctx.t(words)}",{text})'
    table.put(key, "sign", said, formula=f"={text}")
