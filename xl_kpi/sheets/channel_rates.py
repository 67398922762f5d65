"""チャネル, below the channels: rates of their own for those that bring the first stage (tbl_rates)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import prod

from xl_kpi import catalog
from xl_kpi.calc import exact, nearest
from xl_kpi.kpi.figures import nearest_excel
from xl_kpi.plan.goal.fees import price
from xl_kpi.plan.keys import RATES
from xl_kpi.plan.model import Channel
from xl_kpi.sheets.blocks import fees
from xl_kpi.sheets.blocks.basis import basis_list
from xl_kpi.sheets.blocks.brought_rows import ORDERS, REVENUE, BroughtAt
from xl_kpi.sheets.blocks.mix_rows import MixAt
from xl_kpi.sheets.blocks.table import Column, Row, Rule, Table
from xl_kpi.sheets.calculation.calc_rows import ForwardAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import words
from xl_kpi.sheets.places.funnel import FunnelAt
from xl_kpi.workbook.cells.grid import RATES_BASIS, RATES_OF, STEPS

PLAN, USED = "plan:", "used:"  # rows: the rates of the funnel, those used in all
OPEN, ALL = "open:", "all:"  # rows: orders of what is open, under way or won; all orders
COUNT_WIDTH, MONEY_WIDTH = 9.0, 13.0  # of what the leads bring: as many columns of the table above as it takes
STEP_HEIGHT = 3  # of the row that says of which stage each column is


def channels(ctx: Context) -> list[Channel]:
    """Those that have a row: of the first stage, on or off, and any for which a rate or its basis was typed."""
    plan = ctx.plan
    typed = {channel_id for channel_id, _ in plan.channel_rates} | {one.id for one in plan.channels if one.rate_basis}
    return [one for one in plan.channels if one.stage == plan.stages[0].id or one.id in typed]


def heads(ctx: Context) -> list[str]:
    """The headers of the steps."""
    stages = ctx.plan.stages
    return [ctx.t("rates_step", here=here.name, there=there.name) for here, there in zip(stages, stages[1:])]


def table(ctx: Context, above: Sequence[Column]) -> Table:
    """The table, in the columns of the one above it; its check takes those that are left."""
    t, stages = ctx.t, ctx.plan.stages
    rule = Rule("decimal", "0.000001", t("channel_rate"), t("allowed_rate"), "1")
    steps = [Column(f"step {k}", head, None, "input.rate2", rule) for k, head in enumerate(heads(ctx))]
    whole = t("rates_whole", first=stages[0].name, last=stages[-1].name)
    choices, allowed = basis_list(ctx)
    basis = Column("basis", t("rates_basis"), None, "input.center", Rule("list", choices, t("rates_basis"), allowed))
    widths = [column.width or 0 for column in above][2 + len(steps) + 1 :]
    spans = [_span(widths, 0, COUNT_WIDTH)]
    for least in (COUNT_WIDTH, MONEY_WIDTH):
        spans.append(_span(widths, sum(spans), least))
    columns = [
        Column("id", t("channel_id"), style="value.left"),
        Column("name", t("channel_name"), style="label"),
        *steps,
        basis,
        Column("whole", whole, style="value.rate2", span=spans[0]),
        Column("orders", t("brought_orders", stage=stages[-1].name), style="value.whole", span=spans[1]),
        Column(
            "revenue",
            t("brought_revenue", unit=ctx.unit_label("yen")),
            style=f"value.{ctx.plan.currency_unit}",
            span=spans[2],
        ),
        Column("check", t("column_check"), style="warning", span=max(1, len(widths) - sum(spans))),
    ]
    rows = [
        Row(STEPS, STEPS, STEP_HEIGHT),
        Row(PLAN, PLAN),
        *(Row(one.id, f"{RATES_OF}{one.id}") for one in channels(ctx)),
    ]
    foot, section = [USED, OPEN, ALL], t("section_rates")
    height = 44 if ctx.lang == "ja" else 60
    return Table("rates", columns, rows, foot=foot, section=section, header_height=height, name=RATES,
                 name_to=basis.id)  # fmt: skip


def _span(widths: Sequence[float], first: int, least: float) -> int:
    """How many columns make up a width, from one on."""
    count = 1
    while sum(widths[first : first + count]) < least and first + count < len(widths):
        count += 1
    return count


def fill(ctx: Context, table: Table, above: Table, mix: MixAt, place: BroughtAt) -> None:
    """``above``: the table of the channels."""
    plan, stages = ctx.plan, ctx.at(FunnelAt).stages
    ids = [f"step {k}" for k in range(mix.steps)]
    for column, stage in zip(ids, plan.stages):
        table.put(STEPS, column, stage.id, "key")
    table.put(STEPS, "basis", RATES_BASIS, "key")
    table.put(PLAN, "basis", None, "value_grey")
    _of_all(ctx, table, PLAN, "rates_plan", [one.rate or 0 for one in plan.stages[:-1]],
            [str(stage.typed_rate) for stage in stages[:-1]], "value_grey")  # fmt: skip
    for channel in channels(ctx):
        key = channel.id
        table.put(key, "id", key)
        table.put(key, "name", channel.name, formula=f"={above.cell(key, 'name').here}")
        for column, stage in zip(ids, plan.stages):
            table.put(key, column, plan.channel_rates.get((key, stage.id)))
        table.put(key, "basis", ctx.t(f"basis_{channel.rate_basis}") if channel.rate_basis else None)
        rates = [exact(plan.channel_rates.get((key, one.id), one.rate) or 0) for one in plan.stages[:-1]]
        table.put(key, "whole", float(prod(rates, start=Fraction(1))), formula=f"={mix.product(key, mix.steps)}")
        table.put(key, "check", formula=_check(ctx, table, above, channel))
    _of_all(ctx, table, USED, "rates_used", plan.rates, [str(stage.rate) for stage in stages[:-1]], "total")
    table.put(USED, "basis", None, "total")
    orders, at = ctx.lead_orders, ctx.at(ForwardAt)
    digits = catalog.unit(plan.currency_unit).digits
    once = price(plan)
    everything = f"{at.ever}*{at.unit}"
    _brought(ctx, table, place, ORDERS, orders.whole, orders.outlook.ever[-1], everything, 0)
    for row, key in ((OPEN, "brought_open"), (ALL, "brought_all")):
        table.put(row, "id", ctx.t(key), "total.left")
        table.blank(row, ["name", *ids, "basis", "whole"], "total")
    paid = orders.money(digits) if once else []
    text = f"IF({fees.is_monthly(ctx)},outlook_paid,{everything})*{fees.price(ctx)}"
    _brought(ctx, table, place, REVENUE, paid, orders.times * (once or 0), text, digits)


def _of_all(
    ctx: Context,
    table: Table,
    row: str,
    key: str,
    rates: Sequence[float | Fraction | None],
    cells: Sequence[str],
    role: str,
) -> None:
    """A row of rates that are not typed here."""
    table.put(row, "id", ctx.t(key), f"{role}.left")
    table.put(row, "name", None, role)
    for k, (rate, cell) in enumerate(zip(rates, cells, strict=True)):
        table.put(row, f"step {k}", float(rate or 0), f"{role}.rate2", formula=f"={cell}")
    whole = float(prod((exact(rate or 0) for rate in rates), start=Fraction(1)))
    table.put(row, "whole", whole, f"{role}.rate2", formula="=" + "*".join(cells))


def _brought(ctx: Context, table: Table, place: BroughtAt, what: int, shown: Sequence[Fraction | int],
             whole: Fraction, text: str, digits: int) -> None:  # fmt: skip
    """A column: what the leads of each channel bring, what the rest brings, and all of it (``text``), whole.

    The first k rows add up to what they bring together, rounded.
    """
    column, ids = ("orders", "revenue")[what], place.channels
    known = f"COUNT({place.totals(what)})={len(ids)}" if ids else "1=1"
    if what:
        known = f"AND({known},{fees.price(ctx)}>0)"
    ends = [nearest_excel(f"SUM({place.totals(what, id_)})", digits) for id_ in ids]
    everything = nearest_excel(text, digits)
    steps = [f"{now}-{then}" if then else now for then, now in zip(["", *ends], [*ends, everything])]
    looks = [f"value.{_look(ctx, what)}"] * len(ids) + [f"total.{_look(ctx, what)}"]
    numbers: list[float | str] = [*map(float, shown)] or [""] * len(steps)
    for key, number, step, look in zip([*ids, OPEN], numbers, steps, looks, strict=True):
        table.put(key, column, number, look, formula=f'=IF({known},{step},"")')
    total = float(nearest(whole, digits)) if shown else ""
    table.put(ALL, column, total, f"total.{_look(ctx, what)}", formula=f'=IF({known},{everything},"")')
    table.put(USED, column, None, "total")


def _look(ctx: Context, what: int) -> str:
    return ctx.plan.currency_unit if what else "whole"


def _check(ctx: Context, table: Table, above: Table, channel: Channel) -> str:
    """A word where a rate is none, or where none of the row is used."""
    own = table.across(channel.id, "step 0", table_last(ctx)).in_column
    on, stage = (above.cell(channel.id, column).in_column for column in ("on", "stage"))
    first = ctx.plan.stages[0].id
    brings = f'OR({stage}="{ctx.stage_words[first]}",{stage}="{first}")'
    wrong = f'COUNTIF({own},"<=0")+COUNTIF({own},">1")>0'
    unused, bad = (words(ctx.t(key))[1:] for key in ("check_rates_unused", "check_rate"))
    return f'=IF(COUNT({own})=0,"",IF({wrong},{bad},IF(AND({on}="○",{brings}),"",{unused})))'


def table_last(ctx: Context) -> str:
    """The column of the last step."""
    return f"step {len(ctx.plan.stages) - 2}"
