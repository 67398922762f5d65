"""採算, by channel: what it costs by kind, CAC, LTV, their ratio and payback; and what one of each stage may cost."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from xl_kpi.calc import nearest
from xl_kpi.calc.economy.budget_moves import DIGITS
from xl_kpi.plan.economics.figures import KINDS, SLACK, ChannelCost
from xl_kpi.plan.model import Channel
from xl_kpi.sheets.blocks.table import Column, Table
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.economics.customer import cell
from xl_kpi.sheets.economics.places import ALL, COMMON, FIRST, LTV, MONTHLY, ORDERS, EconomicsAt
from xl_kpi.sheets.excel_text import word_width, words
from xl_kpi.sheets.funnel import FunnelAt

WIDTH = 9.6
FIRST_WIDTH = 11.0  # below it stand sums
SIGN_WIDTH = 11.0
SALES, SYSTEMS = "sales", "systems"
TO_READ = ("units", "orders", "cac", "ltv", "ratio", "payback", "sign")


def table(ctx: Context) -> Table:
    """What each channel costs by kind, the customers from it, and what they bring."""
    t, money = ctx.t, ctx.unit_label("yen")
    shown = f"value.{ctx.plan.currency_unit}"
    columns = [
        Column("name", t("channel_name"), 22, "label"),
        Column("units", t("econ_units"), FIRST_WIDTH, "value.whole"),
        Column("orders", t("econ_orders"), WIDTH, "value.exact"),
        *(Column(kind, t(f"econ_{kind}", unit=money), WIDTH, shown) for kind in KINDS),
        Column("total", t("econ_total", unit=money), WIDTH, shown),
        Column("cac", t("econ_cac"), WIDTH, "value.yen"),
        Column("ltv", t("econ_ltv"), WIDTH, "value.yen"),
        Column("ratio", t("econ_ratio"), WIDTH, "value.decimal"),
        Column("payback", t("econ_payback"), WIDTH, "value.decimal"),
        Column("sign", t("econ_sign"), SIGN_WIDTH, "value.left"),
    ]
    rows = [*(one.id for one in ctx.plan.channels_on), COMMON]
    return Table("channels", columns, rows, above=2, section=t("econ_channels"), foot=[ALL], header_height=58)


def build(ctx: Context, at: EconomicsAt) -> None:
    for one in at.figures.costs:
        _channel(ctx, at, one)
    _common(ctx, at)
    _all(ctx, at)


def typed_of(ctx: Context, at: EconomicsAt, channel: Channel, kind: str) -> str:
    """The costs typed for a channel of a kind; of two channels with one name the first has them."""
    lines, name = at.lines, str(ctx.at(ChannelsAt).rows[channel.id].name)
    amounts, channels, kinds = (lines.down(column).here for column in ("amount", "channel", "kind"))

    def of(kind: str) -> str:
        return f'SUMIFS({amounts},{channels},{name},{kinds},"{ctx.t(f"cost_kind_{kind}")}")'

    rest = f"SUMIFS({amounts},{channels},{name})-{of(SALES)}-{of(SYSTEMS)}"
    text = of(kind) if kind != KINDS[0] else rest
    before = ctx.plan.channels_on[: ctx.plan.channels_on.index(channel)]
    twins = [one for one in before if one.name.casefold() == channel.name.casefold()]
    for twin in twins:
        text = f"IF({name}={ctx.at(ChannelsAt).rows[twin.id].name},0,{text})"
    return f"({text})"


def _channel(ctx: Context, at: EconomicsAt, one: ChannelCost) -> None:
    channel, rows, key = at.channels, ctx.at(ChannelsAt), one.channel.id
    channel.put(key, "name", one.channel.name, formula=f"={rows.rows[key].name}")
    channel.put(key, "units", one.units, formula=f"=N({rows.table.cell(key, 'need')})")
    units, cost = channel.cell(key, "units").here, f"N({rows.table.cell(key, 'cost')})"
    by_volume = f"{units}*{cost}" + ("" if ctx.money == 1 else f"/{ctx.money}")
    for kind in KINDS:
        typed = typed_of(ctx, at, one.channel, kind)
        _put(at, key, kind, getattr(one, kind) / ctx.money, f"{by_volume}+{typed}" if kind == KINDS[0] else typed)
    _put(at, key, "total", one.total / ctx.money, _sum(at, key))
    if one.orders is None:
        for column in TO_READ[1:]:
            channel.put(key, column, None, "value")
        return
    _put(at, key, "orders", one.orders, f"{units}*{rows.mix.product(key, rows.mix.steps)}")
    orders, every = _at(at, key, "orders"), _at(at, ALL, "orders")
    others = (_at(at, other.channel.id, "total") for other in at.figures.costs if other.orders is None)
    shared = "+".join([*others, _at(at, COMMON, "total")])
    money = "" if ctx.money == 1 else f"*{ctx.money}"
    cac = f'IF({orders}>0,({_at(at, key, "total")}/{orders}+({shared})/{every}){money},"")'
    worth = at.figures.worth_of(one)
    _put(at, key, "cac", worth.cac, cac)
    _put(at, key, "ltv", worth.ltv, _ltv(ctx, at, key))
    place = [other.channel.id for other in at.figures.bringing].index(key)
    profit = (at.hidden(place, FIRST), at.hidden(place, MONTHLY))
    _both(ctx, at, key, worth.ratio, worth.payback, profit, known=one.total > 0)


def _own_or(ctx: Context, at: EconomicsAt, key: str, own: Callable[[Callable[[str], str]], str], every: str) -> str:
    """A figure of a customer of a channel: of the segment of its name where that has an LTV, or of all.

    ``own``: its text, from those of the segment's columns.
    """
    name, names = str(ctx.at(ChannelsAt).rows[key].name), str(at.segments.down("name"))

    def found(column: str) -> str:
        return f"INDEX({at.segments.down(column)},MATCH({name},{names},0))"

    return f"IF(COUNTIF({names},{name})>0,IF(ISNUMBER({found('ltv')}),{own(found)},{every}),{every})"


def _ltv(ctx: Context, at: EconomicsAt, key: str) -> str:
    """What a customer of a channel brings: as the segment of its name, or as all."""
    return _own_or(ctx, at, key, lambda found: found("ltv"), str(at.of_customer("figure:ltv")))


def profits(ctx: Context, at: EconomicsAt, one: ChannelCost) -> list[tuple[Fraction | str, str]]:
    """Of the hidden block what stands in the row of a channel: orders, LTV, profit at first and of each month, each as
    Python's number and Excel's text.

    Special cases: a channel that wins nobody counts as 0 in the means.
    """
    key, profit = one.channel.id, at.figures.profit_of(one.channel)
    orders = str(at.channels.cell(key, "orders"))
    every = {figure: str(at.of_customer(f"figure:{figure}")) for figure in ("first", "monthly")}
    texts = [
        str(at.channels.cell(key, "ltv")),
        _own_or(ctx, at, key, lambda found: "0", every["first"]),
        _own_or(ctx, at, key, lambda found: f"{found('ltv')}*{found('lost')}/{found('customers')}", every["monthly"]),
    ]
    values = [None, None, None] if profit is None else [profit.ltv, profit.first, profit.monthly]
    rows: list[tuple[Fraction | str, str]] = [(one.orders or Fraction(0), orders)]
    for value, text in zip(values, texts, strict=True):
        shown = Fraction(0) if not one.orders else "" if value is None else value
        rows.append((shown, f"IF(N({orders})>0,{text},0)"))
    return rows


def _mean(at: EconomicsAt, part: int, figure: str) -> str:
    """A figure of the hidden block for all customers: the channels' mean by orders, "" where one is not known."""
    every, count = cell(at, figure), len(at.figures.bringing)
    if not count:
        return every
    orders, figures = at.hidden_column(ORDERS), at.hidden_column(part)
    mean = f'IF(COUNT({figures})={count},SUMPRODUCT({orders},{figures})/SUM({orders}),"")'
    return f"IF(SUM({orders})>0,{mean},{every})"


def _common(ctx: Context, at: EconomicsAt) -> None:
    """What was typed for no channel that is on."""
    common, lines = at.figures.inputs.common, at.lines
    amounts, kinds = lines.down("amount").here, lines.down("kind").here
    every = {kind: f'SUMIFS({amounts},{kinds},"{ctx.t(f"cost_kind_{kind}")}")' for kind in (SALES, SYSTEMS)}
    every[KINDS[0]] = f"SUM({amounts})-{every[SALES]}-{every[SYSTEMS]}"
    at.channels.put(COMMON, "name", ctx.t("econ_common"))
    for column in TO_READ:
        at.channels.put(COMMON, column, None, "value")
    for kind in KINDS:
        of_channels = "".join(f"-{typed_of(ctx, at, one.channel, kind)}" for one in at.figures.costs)
        _put(at, COMMON, kind, getattr(common, kind) / ctx.money, f"{every[kind]}{of_channels}")
    _put(at, COMMON, "total", common.total / ctx.money, _sum(at, COMMON))


def _all(ctx: Context, at: EconomicsAt) -> None:
    """The whole plan."""
    table, figures, money = at.channels, at.figures, ctx.plan.currency_unit
    table.put(ALL, "name", ctx.t("econ_all"), "label_strong")
    table.put(ALL, "units", None, "total")
    totals = {**figures.by_kind, "total": figures.total}
    looks = {"orders": (figures.customers, "exact"), **{key: (sum_ / ctx.money, money) for key, sum_ in totals.items()}}
    for column, (value, look) in looks.items():
        table.put(ALL, column, float(value), f"total.{look}", formula=f"=SUM({table.down(column).here})")
    orders, factor = _at(at, ALL, "orders"), "" if ctx.money == 1 else f"*{ctx.money}"
    worth = figures.all
    _put(at, ALL, "cac", worth.cac, f'IF({orders}>0,{_at(at, ALL, "total")}/{orders}{factor},"")', "total.yen")
    _put(at, ALL, "ltv", worth.ltv, _mean(at, LTV, "ltv"), "total.yen")
    means = (f"({_mean(at, part, figure)})" for part, figure in ((FIRST, "first"), (MONTHLY, "monthly")))
    _both(ctx, at, ALL, worth.ratio, worth.payback, (next(means), next(means)), "total")


def _both(ctx: Context, at: EconomicsAt, key: str, ratio: Fraction | None, back: Fraction | None,
          profit: tuple[str, str], role: str = "value", *, known: bool = True) -> None:  # fmt: skip
    """LTV ÷ CAC, the months until the CAC is back, and whether that is enough.

    ``profit``: what a customer brings at first and in each month, as Excel's texts.
    Of a channel for which no cost is ``known`` nobody can say so: its CAC is its part of the shared costs alone.
    """
    ltv, cac = _at(at, key, "ltv"), _at(at, key, "cac")
    first, monthly = profit
    both = f"AND(ISNUMBER({ltv}),ISNUMBER({cac}))"
    _put(at, key, "ratio", ratio, f'IF({both},IF({cac}>0,{ltv}/{cac},""),"")', f"{role}.decimal")
    paid = f'IF({cac}-{first}<=0,0,IF({monthly}>0,({cac}-{first})/{monthly},""))'
    known_both = f"AND(ISNUMBER({first}),ISNUMBER({cac}))"
    back_text = f'IF({known_both},{while_they_stay(_at(at, key, "ratio"), paid)},"")'
    _put(at, key, "payback", back, back_text, f"{role}.decimal")
    verdict, free = sign(ctx, at, _at(at, key, "ratio")), ctx.t("econ_free")
    if key != ALL:
        verdict = f'IF({_at(at, key, "total")}>0,{verdict},IF(ISNUMBER({_at(at, key, "ratio")}),"{free}",""))'
    said = said_of(ctx, at, ratio) if known or ratio is None else free
    at.channels.put(key, "sign", said, role, formula=f"={verdict}")


def while_they_stay(ratio: str, months: str) -> str:
    """Excel's text of the months until the CAC is back; "" where customers bring less in all than they cost: they are
    gone before.  Without a ratio nobody knows when they leave."""
    return f'IF(IF(ISNUMBER({ratio}),ROUND({ratio},{DIGITS})>=1,TRUE),{months},"")'


def sign(ctx: Context, at: EconomicsAt, ratio: str) -> str:
    """Whether a ratio is enough, in words; nothing where there is none."""
    reached = f'IF(ROUND({ratio},{DIGITS})>={cell(at, "ratio")},"{ctx.t("econ_good")}","{ctx.t("econ_poor")}")'
    return f'IF(ISNUMBER({ratio}),{reached},"")'


def said_of(ctx: Context, at: EconomicsAt, ratio: Fraction | None) -> str:
    """The same as Python says it."""
    if ratio is None:
        return ""
    return ctx.t("econ_good" if nearest(ratio, DIGITS) >= Fraction(at.figures.inputs.ratio) else "econ_poor")


def _at(at: EconomicsAt, row: str, column: str) -> str:
    return at.channels.cell(row, column).here


def _sum(at: EconomicsAt, key: str) -> str:
    return f"SUM({at.channels.across(key, KINDS[0], KINDS[-1]).here})"


def _put(at: EconomicsAt, key: str, column: str, value: Fraction | int | None, formula: str,
         style: str | None = None) -> None:  # fmt: skip
    at.channels.put(key, column, "" if value is None else float(value), style, formula=f"={formula}")


# ---- what one of each stage may cost ------------------------------------------------------------------------------


def allowed_table(ctx: Context) -> Table:
    """A column for each stage, what one costs now, and whether that is allowed."""
    t = ctx.t
    heads = [t("econ_allowed_stage", stage=stage.name) for stage in ctx.plan.stages]
    spans = [1 + (word_width(head) > WIDTH) for head in heads]
    columns = [
        Column("name", t("channel_name"), 22, "label"),
        *(Column(stage.id, head, WIDTH, "value.yen", head_formula=words(t("econ_allowed_stage"), stage=str(at.name)),
                 span=span)
          for stage, head, span, at in zip(ctx.plan.stages, heads, spans, ctx.at(FunnelAt).stages)),
        Column("now", t("econ_cost_now"), WIDTH, "value.yen"),
        Column("said", t("econ_may_it"), None, "value.left", span=max(1, 5 + len(spans) - sum(spans))),
    ]  # fmt: skip
    rows = [channel.id for channel in ctx.plan.channels_on]
    return Table("allowed", columns, rows, above=2, section=t("econ_allowed"), header_height=58)


def build_allowed(ctx: Context, at: EconomicsAt) -> None:
    places = {stage.id: place for place, stage in enumerate(ctx.plan.stages)}
    for one in at.figures.costs:
        key, channel = one.channel.id, one.channel
        at.allowed.put(key, "name", channel.name, formula=f"={ctx.at(ChannelsAt).rows[key].name}")
        _stages(ctx, at, one)
        spent, units = _at(at, key, KINDS[0]), _at(at, key, "units")
        money = "" if ctx.money == 1 else f"*{ctx.money}"
        cost = ctx.at(ChannelsAt).table.cell(key, "cost")
        now = f'IF(AND({units}>0,{spent}>0),{spent}{money}/{units},IF(ISNUMBER({cost}),{cost},""))'
        value = at.figures.unit_cost_of(one)
        at.allowed.put(key, "now", "" if value is None else float(value), formula=f"={now}")
        if channel.stage not in places:
            at.allowed.put(key, "said", None)
            continue
        _said(ctx, at, key, channel.stage, places[channel.stage])


def _stages(ctx: Context, at: EconomicsAt, one: ChannelCost) -> None:
    key, allowed, last = one.channel.id, at.figures.allowed_of(one.channel), len(ctx.plan.stages) - 1
    ltv = f"({_ltv(ctx, at, key)})"
    for index, stage in enumerate(ctx.plan.stages):
        if index == last:
            formula = f'IF(ISNUMBER({ltv}),MAX(0,{ltv})/{cell(at, "ratio")},"")'
        elif one.orders is not None:  # through its own rates
            mix, order = ctx.at(ChannelsAt).mix, at.allowed.cell(key, ctx.plan.stages[-1].id).here
            reached = f"/{mix.product(key, index)}" if index else ""
            formula = f'IF(ISNUMBER({order}),{order}*{mix.product(key, mix.steps)}{reached},"")'
        else:
            above = at.allowed.cell(key, ctx.plan.stages[index + 1].id).here
            formula = f'IF(ISNUMBER({above}),{above}*{ctx.at(FunnelAt).stages[index].rate},"")'
        at.allowed.put(key, stage.id, "" if allowed is None else float(allowed[index]), formula=f"={formula}")


def _said(ctx: Context, at: EconomicsAt, key: str, stage_id: str, index: int) -> None:
    """May one of the channel's own stage cost that much?"""
    now, most = at.allowed.cell(key, "now").here, at.allowed.cell(key, stage_id).here
    name = str(ctx.at(FunnelAt).stages[index].name)
    amounts = {"stage": name, "cost": f"FIXED({now},0)", "most": f"FIXED({most},0)"}
    yes, no = (words(ctx.t(f"econ_may_{answer}"), **amounts)[1:] for answer in ("yes", "no"))
    at.allowed.put(
        key,
        "said",
        formula=f'=IF(AND(ISNUMBER({now}),ISNUMBER({most})),IF({now}<={most}*(1+{float(SLACK)}),{yes},{no}),"")',
    )
