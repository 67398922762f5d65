"""The KPI tree as data: KGI → stages → channels → each channel's own decomposition, with numbers and cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from xl_kpi import catalog
from xl_kpi.kpi.figures import Number, attainment, sum_where, sum_where_excel
from xl_kpi.kpi.formula import parse
from xl_kpi.plan.model import Channel
from xl_kpi.sheets.backwards_rows import SECOND, TOTAL, BackwardsAt
from xl_kpi.sheets.channel_tab import ACTUAL, ATTAINMENT, TARGET, TabAt, TabsAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.funnel import FunnelAt
from xl_kpi.sheets.stage_actuals import REVENUE, actual_months, attainment_to_date, target_months, total_of
from xl_kpi.workbook.addresses import absolute, quoted
from xl_kpi.workbook.sheet_kinds import tab_key


@dataclass
class Figure:
    """A number of the tree: Python's value and the Excel text (without "=") that gives the same."""

    value: Number
    excel: str


@dataclass
class Node:
    """One box.  ``operator`` joins it to its siblings: × ÷ ＋ or nothing."""

    id: str
    name: str
    owner: str
    unit: str
    target: Figure
    actual: Figure
    state: Figure
    operator: str = ""
    link: str = ""
    children: list[Node] = field(default_factory=list)


def build(ctx: Context) -> Node:
    """The root of the tree; its children are the first stage and the rates that lead to the goal."""
    plan, targets, t = ctx.plan, ctx.targets, ctx.t
    rows = ctx.at(BackwardsAt)
    sheet = quoted(rows.sheet) + "!"
    last = len(plan.stages) - 1
    row, key = rows.actual[last], f"stage:{plan.stages[last].id}"
    if rows.revenue_actual:
        row, key = rows.revenue_actual, REVENUE
    unit = "yen" if plan.goal.kind == "revenue" else "count"
    kgi = Node(
        "kgi",
        t(f"kgi_{plan.goal.kind}"),
        plan.stages[last].owner,
        unit,
        Figure(float(targets.goal), "kgi_goal"),
        _stage_total(ctx, rows, row, key),
        _stage_state(ctx, rows, row, key),
        link=f"#{sheet}A1",
    )
    kgi.children.append(_first_stage(ctx, sheet, rows))
    for index in range(last):
        kgi.children.append(_rate(ctx, sheet, rows, index))
    if plan.goal.kind == "revenue":
        kgi.children.append(_order_value(ctx, sheet, rows))
    return kgi


def _stage_total(ctx: Context, rows: BackwardsAt, row: int, key: str) -> Figure:
    return Figure(total_of(actual_months(ctx, key)), str(rows.cell(row, TOTAL)))


def _stage_state(ctx: Context, rows: BackwardsAt, row: int, key: str) -> Figure:
    reached = attainment_to_date(actual_months(ctx, key), target_months(ctx, key))
    return Figure(reached, str(rows.cell(row + 1, SECOND)))


def _first_stage(ctx: Context, sheet: str, rows: BackwardsAt) -> Node:
    stage = ctx.plan.stages[0]
    row = rows.actual[0]
    node = Node(
        stage.id,
        stage.name,
        stage.owner,
        "count",
        Figure(float(ctx.targets.required[0]), f"{sheet}{absolute(rows.need, SECOND)}"),
        _stage_total(ctx, rows, row, f"stage:{stage.id}"),
        _stage_state(ctx, rows, row, f"stage:{stage.id}"),
        link=f"#{sheet}A1",
    )
    node.children = [_channel(ctx, channel) for channel in ctx.plan.channels_on if channel.stage == stage.id]
    outside = float(ctx.targets.required[0] - sum(ctx.targets.new[0].months))
    if node.children:  # always: a lag typed later moves a part there, and the boxes must still add up
        blank = Figure("", '""')
        node.children.append(
            Node("outside", ctx.t("tree_outside"), "", "count",
                 Figure(outside, str(rows.outside(0))), blank, blank, link=f"#{sheet}A1")
        )  # fmt: skip
    for child in node.children[1:]:
        child.operator = "＋"
    return node


def _rate(ctx: Context, sheet: str, rows: BackwardsAt, index: int) -> Node:
    """The rate from one stage to the next, with the volume that it gives in its name."""
    plan = ctx.plan
    here, there = rows.actual[index], rows.actual[index + 1]
    this, following = (actual_months(ctx, f"stage:{stage.id}") for stage in plan.stages[index : index + 2])
    below, above = sum_where(following, this), sum_where(this, following)
    reached: Number = above / below if below else ""
    span_here, span_there = sheet + rows.span(here), sheet + rows.span(there)
    top, base = sum_where_excel(span_here, span_there), sum_where_excel(span_there, span_here)
    actual = Figure(reached, f'IF({base}=0,"",{top}/{base})')
    target = Figure(plan.stages[index].rate, str(ctx.at(FunnelAt).stages[index].rate))
    stage = plan.stages[index + 1]
    known = catalog.find_stage(plan.stages[index].id)
    name = f"{plan.stages[index].name}→{stage.name}"
    if known and _is_next(known.id, stage.id):
        name = known.rate_name[ctx.lang]
    node = Node(
        f"rate:{plan.stages[index].id}",
        name,
        stage.owner,
        "rate",
        target,
        actual,
        Figure(attainment(reached, target.value), ""),
        operator="×",
        link=f"#{quoted(ctx.sheet_names['funnel'])}!A1",
    )
    node.children = [_channel(ctx, channel) for channel in plan.channels_on if channel.stage == stage.id]
    for child in node.children[1:]:
        child.operator = "＋"
    return node


def _is_next(stage_id: str, other_id: str) -> bool:
    ids = [stage.id for stage in catalog.stages()]
    return other_id in ids and ids.index(other_id) == ids.index(stage_id) + 1


def _order_value(ctx: Context, sheet: str, rows: BackwardsAt) -> Node:
    orders, money = rows.actual[len(ctx.plan.stages) - 1], rows.revenue_actual
    sold, earned = actual_months(ctx, f"stage:{ctx.plan.stages[-1].id}"), actual_months(ctx, REVENUE)
    below, above = sum_where(earned, sold), sum_where(sold, earned)
    top = sum_where_excel(sheet + rows.span(orders), sheet + rows.span(money))
    base = sum_where_excel(sheet + rows.span(money), sheet + rows.span(orders))
    reached: Number = above / below if below else ""
    return Node(
        "order_value",
        ctx.t("label_order_value"),
        ctx.plan.stages[-1].owner,
        "yen",
        Figure(ctx.plan.order_value, "order_value"),
        Figure(reached, f'IF({base}=0,"",{top}/{base})'),
        Figure(attainment(reached, ctx.plan.order_value), ""),
        operator="×",
        link=f"#{quoted(ctx.sheet_names['settings'])}!A1",
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
    if anchor.decomposition:
        operator, parts = parse(anchor.decomposition).top_level()
        for position, part in enumerate(parts):
            if part in figures.by_id:
                kpi = figures.by_id[part]
                child = _kpi(ctx, rows, channel, part, f"{channel.id}.{part}", kpi.name(ctx.lang), kpi.owner)
                child.operator = {"*": "×", "/": "÷", "+": "＋", "-": "−"}.get(operator, "") if position else ""
                node.children.append(child)
    return node


def _kpi(ctx: Context, rows: TabAt, channel: Channel, kpi_id: str, node_id: str, name: str, owner: str) -> Node:
    """One KPI of a tab: total target, total actual, attainment to date."""
    figures = rows.figures
    kpi, target, actual = figures.by_id[kpi_id], figures.target[kpi_id], figures.actual[kpi_id]
    cells = {side: rows.table.cell(f"{kpi_id}:{side}", "total") for side in (TARGET, ACTUAL)}
    reached = rows.table.cell(f"{kpi_id}:{ATTAINMENT}", "to_date")
    return Node(
        node_id,
        name,
        owner,
        kpi.unit,
        Figure(target.total, str(cells[TARGET])),
        Figure(actual.total, str(cells[ACTUAL])),
        Figure(attainment(actual.to_date, target.to_date, kpi.better), str(reached)),
        link=f"#{quoted(ctx.sheet_names[tab_key(channel.id)])}!A{cells[TARGET].row}",
    )


def walk(node: Node, parent: str = "") -> Iterator[tuple[Node, str]]:
    """Every node with its parent's id, top down."""
    yield node, parent
    for child in node.children:
        yield from walk(child, node.id)
