"""The KPI tree as data: KGI → stages → channels → each channel's own decomposition, with numbers and cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from xl_kpi.formulas.formula import parse
from xl_kpi.kpi.figures import (
    MonthRow,
    Number,
    attainment,
    count_where,
    count_where_excel,
    is_number,
    sum_where,
    sum_where_excel,
)
from xl_kpi.plan.goal.fees import is_monthly
from xl_kpi.plan.goal.parts import order_brings
from xl_kpi.plan.model import EXISTING_ROW, Channel
from xl_kpi.sheets.backwards.stage_actuals import StageMonths, actual_months, stage_months, total_of
from xl_kpi.sheets.channel_tab.page import ACTUAL, ATTAINMENT, TARGET, TabAt, TabsAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.places.backwards import SECOND, TOTAL, BackwardsAt
from xl_kpi.sheets.places.funnel import FunnelAt
from xl_kpi.workbook.addresses import quoted
from xl_kpi.workbook.sheet_kinds import tab_key


@dataclass
class Figure:
    """A number of the tree: Python's value and the Excel text (without "=") that gives the same."""

    value: Number
    excel: str
    better: str = ""  # of an attainment, where it is ``SPENT``


@dataclass
class Node:
    """One box.  ``operator`` joins it to its siblings: × ÷ ＋ or nothing.

    ``apart``: it stands below its parent, and no number of the parent comes of it.
    ``estimated``: the actual is no count but what the actual ratio of the months means for the rate (``_estimate``).
    """

    id: str
    name: str
    owner: str
    unit: str
    target: Figure
    actual: Figure
    state: Figure
    operator: str = ""
    link: str = ""
    estimated: bool = False
    apart: bool = False
    children: list[Node] = field(default_factory=list)


def build(ctx: Context) -> Node:
    """The root of the tree; its children are the first stage and the rates that lead to the goal.

    Channels that act on customers there are stand apart, without an operator: nothing of the goal comes of them.
    """
    plan, targets, t = ctx.plan, ctx.targets, ctx.t
    rows = ctx.at(BackwardsAt)
    sheet = quoted(rows.sheet) + "!"
    last = len(plan.stages) - 1
    row, key = rows.actual[last], f"stage:{plan.stages[last].id}"
    if rows.revenue_actual:
        row, key = rows.revenue_actual, plan.goal.row
    unit, aim = "count", "orders_needed"  # the same number as a goal that is counted, and of another kind since as well
    if plan.goal.in_money:
        unit, aim = "yen", f'IF({ctx.is_kind(plan.goal.kind)},kgi_goal,"")'
    kgi = Node(
        "kgi",
        t(f"kgi_{plan.goal.kind}"),
        plan.stages[last].owner,
        unit,
        Figure(float(targets.goal), aim),
        _stage_total(ctx, rows, row, key),
        _stage_state(ctx, rows, row, key),
        link=f"#{sheet}A1",
    )
    kgi.children.append(_first_stage(ctx, sheet, rows))
    for index in range(last):
        kgi.children.append(_rate(ctx, sheet, index))
    if plan.goal.in_money:
        kgi.children.append(_order_value(ctx, sheet))
    existing = kgi
    if rows.existing:
        existing = _existing(ctx, rows, sheet)
        kgi.children.append(existing)
    existing.children += [_beside(ctx, channel) for channel in plan.channels_on if not plan.brings(channel)]
    return kgi


def _stage_total(ctx: Context, rows: BackwardsAt, row: int, key: str) -> Figure:
    return Figure(total_of(actual_months(ctx, key)), str(rows.cell(row, TOTAL)))


def _stage_state(ctx: Context, rows: BackwardsAt, row: int, key: str) -> Figure:
    return Figure(attainment(*stage_months(ctx, key).to_date), str(rows.cell(row + 1, SECOND)))


def _first_stage(ctx: Context, sheet: str, rows: BackwardsAt) -> Node:
    stage = ctx.plan.stages[0]
    row = rows.actual[0]
    node = Node(
        stage.id,
        stage.name,
        stage.owner,
        "count",
        Figure(ctx.targets.rounded[0], str(rows.required(0))),
        _stage_total(ctx, rows, row, f"stage:{stage.id}"),
        _stage_state(ctx, rows, row, f"stage:{stage.id}"),
        link=f"#{sheet}A1",
    )
    node.children = [_channel(ctx, channel) for channel in ctx.plan.channels_on if channel.stage == stage.id]
    outside = ctx.targets.whole_outside[0]
    if node.children:  # always: a lag typed later moves a part there, and the boxes must still add up
        blank = Figure("", '""')
        node.children.append(
            Node("outside", ctx.t("tree_outside"), "", "count",
                 Figure(outside, str(rows.outside(0))), blank, blank, link=f"#{sheet}A1")
        )  # fmt: skip
    for child in node.children[1:]:
        child.operator = "＋"
    return node


def _estimate(
    plan: Figure | MonthRow, here: StageMonths, there: StageMonths, less: StageMonths | None = None
) -> Figure:
    """What a rate comes to: the plan's × (actual ratio ÷ the plan's ratio), both of the months that have both actuals.

    Arguments: ``plan`` the plan's rate, or by month that with which the month's targets were made: its mean counts, so
    that a rate that is changed later does not change what the months say of it.

    The orders of a month are not those of its deals, so a ratio of counts of the same months is compared with the same
    ratio of the plan only; on plan the estimate is the plan's rate to the last digit.  Blank where one of the months'
    sums that something is divided by is 0.  ``less``: what of ``there`` does not come from ``here``; a month counts
    where it has a number as well.
    """
    own = less.parts if less else ()
    rows = [part.values for part in (*here.parts, *there.parts, *own)]
    base, base_asked = here.sums((*there.parts, *own))
    top, top_asked = there.sums((*here.parts, *own))
    below, below_asked = here.sums_excel((*there.parts, *own))
    above, above_asked = there.sums_excel((*here.parts, *own))
    if less:
        taken, taken_asked = less.sums((*here.parts, *there.parts))
        top, top_asked = top - taken, top_asked - taken_asked
        texts = less.sums_excel((*here.parts, *there.parts))
        above, above_asked = (f"({one}-{other})" for one, other in zip((above, above_asked), texts))
    told = (*here.parts, *there.parts, *own)
    rate, text = (plan.value, plan.excel) if isinstance(plan, Figure) else _mean(plan, told)
    value: Number = ""
    if is_number(rate) and count_where(rows) and min(base, base_asked, top_asked) > 0:
        value = rate * (top / base) / (top_asked / base_asked)
    guard = f"MIN({below},{below_asked},{above_asked})>0"
    return Figure(value, f'IF({guard},{text}*({above}/{below})/({above_asked}/{below_asked}),"")')


def _mean(row: MonthRow, parts: Sequence[MonthRow]) -> tuple[Number, str]:
    """The mean of a row over the months in which all parts have a number, and its Excel text."""
    values, spans = [part.values for part in parts], [part.span for part in parts]
    count = count_where(values)
    mean = sum_where(values, row.values) / count if count else ""
    return mean, f"{sum_where_excel(spans, row.span)}/{count_where_excel(spans)}"


def _rate(ctx: Context, sheet: str, index: int) -> Node:
    """The rate from one stage to the next, with the volume that it gives in its name."""
    plan = ctx.plan
    here, there = (stage_months(ctx, f"stage:{stage.id}", sheet) for stage in plan.stages[index : index + 2])
    target = Figure(float(plan.rates[index] or 0), str(ctx.at(FunnelAt).stages[index].rate))
    then = ctx.at(BackwardsAt).closed.rates_of(index)
    closing = ctx.targets.closing
    months = [float(closing.rate_then(index, k)) for k in range(closing.months)] if closing else []
    months += [float(plan.rates[index] or 0)] * (plan.months - len(months))
    actual = _estimate(MonthRow(months, str(then)), here, there)
    stage = plan.stages[index + 1]
    node = Node(
        f"rate:{plan.stages[index].id}",
        ctx.t("tree_rate", since=plan.stages[index].name, stage=stage.name),
        stage.owner,
        "rate",
        target,
        actual,
        Figure(attainment(actual.value, target.value), ""),
        operator="×",
        link=f"#{quoted(ctx.sheet_names['funnel'])}!A1",
        estimated=True,
    )
    node.children = [_channel(ctx, channel) for channel in plan.channels_on if channel.stage == stage.id]
    for child in node.children[1:]:
        child.operator = "＋"
    return node


def _order_value(ctx: Context, sheet: str) -> Node:
    """What an order brings: money comes days after its order, so this is an estimate as the rates are.

    What existing customers brought is none of it.
    """
    goal, rows = ctx.plan.goal, ctx.at(BackwardsAt)
    orders, money = (stage_months(ctx, key, sheet) for key in (f"stage:{ctx.plan.stages[-1].id}", goal.row))
    target = Figure(float(order_brings(ctx.plan) or 0), "order_brings")
    less = stage_months(ctx, EXISTING_ROW, sheet) if rows.existing else None
    actual = _estimate(target, orders, money, less)
    return Node(
        "order_value",
        ctx.t(_brings(ctx)),
        ctx.plan.stages[-1].owner,
        "yen",
        target,
        actual,
        Figure(attainment(actual.value, target.value), ""),
        operator="×",
        link=f"#{quoted(ctx.sheet_names['settings'])}!A1",
        estimated=True,
    )


def _brings(ctx: Context) -> str:
    """The text that says what an order brings: its value, or what its monthly fees come to within the goal's months."""
    if ctx.plan.goal.kind == "profit":
        return "tree_order_profit"
    return "tree_order_fees" if is_monthly(ctx.plan) else "label_order_value"


def _existing(ctx: Context, rows: BackwardsAt, sheet: str) -> Node:
    """What existing customers bring, beside what the new orders multiply to."""
    row = rows.existing_actual
    return Node(
        "existing",
        ctx.t("section_existing"),
        "",
        "yen",
        Figure(float(ctx.targets.existing), "kgi_existing"),
        _stage_total(ctx, rows, row, EXISTING_ROW),
        _stage_state(ctx, rows, row, EXISTING_ROW),
        operator="＋",
        link=f"#{sheet}A1",
    )


def _channel(ctx: Context, channel: Channel) -> Node:
    rows = ctx.at(TabsAt).tabs[channel.id]
    figures = rows.figures
    link = f"#{quoted(ctx.sheet_names[tab_key(channel.id)])}!A1"
    target = Figure(figures.stages[channel.stage].total, str(rows.table.cell(f"plan:{channel.stage}", "total")))
    anchor = figures.anchor
    if anchor is None:
        blank = Figure("", '""')
        return Node(channel.id, channel.name, channel.owner, "count", target, blank, blank, link=link)
    node = _kpi(ctx, rows, channel, anchor.id, channel.id, channel.name, channel.owner)
    node.target = target
    if anchor.decomposition and set(parse(anchor.decomposition).ids) <= set(figures.by_id):
        operator, parts = parse(anchor.decomposition).top_level()
        for position, part in enumerate(parts):
            if part in figures.by_id:
                kpi = figures.by_id[part]
                child = _kpi(ctx, rows, channel, part, f"{channel.id}.{part}", kpi.name(ctx.lang), kpi.owner)
                child.operator = {"*": "×", "/": "÷", "+": "＋", "-": "−"}.get(operator, "") if position else ""
                node.children.append(child)
    return node


def _beside(ctx: Context, channel: Channel) -> Node:
    """A channel of existing customers with the KPIs that are on."""
    rows, blank = ctx.at(TabsAt).tabs[channel.id], Figure("", '""')
    link = f"#{quoted(ctx.sheet_names[tab_key(channel.id)])}!A1"
    node = Node(channel.id, channel.name, channel.owner, "count", blank, blank, blank, link=link, apart=True)
    for kpi in rows.figures.kpis:
        if kpi.on and not kpi.parent:
            name = kpi.name(ctx.lang)
            node.children.append(_kpi(ctx, rows, channel, kpi.id, f"{channel.id}.{kpi.id}", name, kpi.owner))
    return node


def _kpi(ctx: Context, rows: TabAt, channel: Channel, kpi_id: str, node_id: str, name: str, owner: str) -> Node:
    """One KPI of a tab: total target, total actual, attainment to date."""
    figures = rows.figures
    kpi, target, actual = figures.by_id[kpi_id], figures.target[kpi_id], figures.actual[kpi_id]
    cells = {side: rows.table.cell(f"{kpi_id}:{side}", "total") for side in (TARGET, ACTUAL)}
    reached, better = rows.table.cell(f"{kpi_id}:{ATTAINMENT}", "to_date"), figures.better(kpi)
    return Node(
        node_id,
        name,
        owner,
        kpi.unit,
        Figure(target.total, str(cells[TARGET])),
        Figure(actual.total, str(cells[ACTUAL])),
        Figure(attainment(actual.to_date, target.to_date, better), str(reached), better),
        link=f"#{quoted(ctx.sheet_names[tab_key(channel.id)])}!A{cells[TARGET].row}",
    )


def of_kpi(ctx: Context, channel_id: str, kpi_id: str) -> Node:
    """The box that a KPI of a channel that is on would have."""
    rows = ctx.at(TabsAt).tabs[channel_id]
    kpi = rows.figures.by_id[kpi_id]
    return _kpi(ctx, rows, rows.figures.channel, kpi_id, f"{channel_id}.{kpi_id}", kpi.name(ctx.lang), kpi.owner)


def state_of_stage(ctx: Context, key: str) -> Figure:
    """The attainment of "stage:<id>" to date."""
    rows = ctx.at(BackwardsAt)
    return _stage_state(ctx, rows, rows.actual[ctx.targets.stage_index(key.partition(":")[2])], key)


def walk(node: Node, parent: str = "") -> Iterator[tuple[Node, str]]:
    """Every node with its parent's id, top down."""
    yield node, parent
    for child in node.children:
        yield from walk(child, node.id)
