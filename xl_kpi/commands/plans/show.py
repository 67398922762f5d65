"""The numbers of a plan as plain data: what ``show --json`` prints."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from xl_kpi import calc
from xl_kpi.calc.lag import Lag
from xl_kpi.catalog.messages import record
from xl_kpi.commands.examine import findings, open_workbook, raise_errors
from xl_kpi.errors import told_in
from xl_kpi.kpi.figures import BEST
from xl_kpi.plan.channels.lead_orders import LeadOrders
from xl_kpi.plan.findings import LEAST_SHORTAGE, waits
from xl_kpi.plan.goal.fees import price
from xl_kpi.plan.goal.parts import margin
from xl_kpi.plan.language import in_language
from xl_kpi.plan.model import Channel, Plan
from xl_kpi.plan.money.cells import YEN
from xl_kpi.plan.needs.volumes import Volumes
from xl_kpi.plan.outlook import PlanOutlook
from xl_kpi.plan.periods.next_period import NextPeriod, is_on
from xl_kpi.plan.targets import Targets
from xl_kpi.sheets import Context, placed
from xl_kpi.sheets.tree import nodes as tree_nodes


def show(path: str | Path, words: str, lang: str | None = None) -> dict[str, Any]:
    """The numbers of the plan in a workbook, as ``shown`` gives them, and what ``check`` warns of.

    Result: as of ``shown``; ``warnings`` as ``check --json`` has them, of the level "warning", but for days that have
    passed and cells that were typed over; ``regenerate`` the cells that were typed in since the sheets were written, so
    that these wait for a regenerate and show other numbers yet.
    Arguments: ``words`` the language of messages about the file; ``lang`` that of messages about the plan
    and of the names that come from the catalog (None: the plan's own).
    Errors: BadFile for the file; InputFaults with every error of the plan.
    """
    opened = open_workbook(path, words, lang)
    found = findings(opened)
    with told_in(opened.lang):
        raise_errors(found)
    warnings = [fault for fault in found if fault.level == "warning"]
    numbers = shown(in_language(opened.read.plan, opened.lang))
    numbers["warnings"] = [record(fault, opened.lang) for fault in warnings]
    waiting = (one for fault, one in zip(warnings, numbers["warnings"]) if waits(fault))
    numbers["regenerate"] = list(dict.fromkeys(f"{one['sheet']}!{one['cell']}" for one in waiting))
    return numbers


def shown(plan: Plan) -> dict[str, Any]:
    """The numbers of a sound plan, computed by Python from what was typed.

    Result: JSON's own types only.  ``kgi``: ``existing`` is what existing customers bring of the value, ``new`` what
    new orders must bring.  ``stages``: required volumes, exact and rounded up; ``rate`` the one used,
    ``rate_typed`` that of the funnel (they differ where channels have rates of their own); ``lag_days`` a number
    of days, or [first, last] of a spread or measured curve (whose shares are ``lag_curve``).  ``months``,
    ``before_start`` and ``next_period``: gross need by stage, which adds up to ``required`` (of closed months what was
    agreed; what these brought in more or less stands in ``before_start``); ``whole`` the same in whole things, as the
    sheets show it.  ``credit``: what the open pipeline stands for; ``new``: the need after it.  ``outlook``: where the
    plan lands when it is run forward (``plan.outlook``), what of it comes too late for the goal (``later``), and
    what each stage is short of before the start, exact and ``whole`` as the sheets show it. ``following``: what the
    goal after this one needs (``plan.periods.next_period``; ``whole`` as the sheets show it), null where that is
    off. ``channels``: what each channel that is on must bring of its own ``stage`` within the plan, in total
    (``leads``) and by month; 0 of one that acts on customers there are: its ``stage`` is "customers", ``share`` null;
    ``brings`` the orders and the revenue that come of its leads yet to be won, through its
    own ``rates``: in all, by month and after the months as far as they count for the goal, and ``later`` (null for
    channels of later stages); with ``outlook.from_open``, what is open, under way or won, they are all orders of the
    outlook. ``tree``: boxes of the KPI tree, top down, with what their cells show; a blank is
    null, as is an attainment that is a sign alone (nothing spent where less is better). ``actual`` is the sum so
    far, of a rate with ``estimated`` what the months' ratio means for it; ``attainment`` compares with the plan's
    targets of the same months. ``actuals``: what was
    typed, by series.
    """
    ctx = Context(plan.with_(currency_unit=YEN))  # JSON has all money in yen
    placed(ctx)
    targets = ctx.targets
    outlook = PlanOutlook(targets)
    orders = ctx.lead_orders
    months = [f"{calc.month_start(plan.start, k):%Y-%m}" for k in range(plan.months)]
    ids = [stage.id for stage in plan.stages]
    return {
        "title": plan.title,
        "lang": plan.lang,
        "kgi": {
            "kind": plan.goal.kind,
            "value": _number(targets.goal),
            "deadline": targets.deadline.isoformat(),
            "existing": _number(targets.existing),
            "new": _number(targets.by_new_orders),
        },
        "orders": _number(targets.orders),
        "closed_months": plan.closed_months,
        "stages": [_stage(plan, targets, index) for index in range(len(ids))],
        "whole": _whole(targets, months, ids),
        "months": _by_month(months, ids, targets.told_needed),
        "before_start": _each(ids, [volumes.before for volumes in targets.told_needed]),
        "next_period": _each(ids, [volumes.next for volumes in targets.needed]),
        "credit": _each(ids, targets.credit),
        "new": {
            "before_start": _each(ids, [volumes.before for volumes in targets.new]),
            "months": _by_month(months, ids, targets.told_new),
            "next_period": _each(ids, [volumes.next for volumes in targets.new]),
        },
        "outlook": {**_outlook(outlook, months), "from_open": _orders(orders, orders.rest)},
        "following": _following(NextPeriod(targets, outlook), months) if is_on(plan) else None,
        "channels": [
            {**_channel(targets, channel), "brings": _brings(orders, channel, months)} for channel in plan.channels_on
        ],
        "tree": [
            {
                "id": node.id,
                "parent": parent or None,
                "operator": node.operator,
                "name": node.name,
                "target": _number(node.target.value),
                "actual": _number(node.actual.value),
                "estimated": node.estimated,
                "attainment": None if node.state.value == BEST else _number(node.state.value),
                "unit": node.unit,
                "owner": node.owner,
            }
            for node, parent in tree_nodes.walk(tree_nodes.build(ctx))
        ],
        "actuals": _actuals(plan, months),
    }


def _number(value: Any) -> float | int | None:
    """A number as JSON has it, to the 15 digits of a cell, whole ones without a point; None for a blank."""
    if value is None or value == "":
        return None
    number = float(f"{float(value):.15g}")
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _each(ids: list[str], values: Any) -> dict[str, Any]:
    return {stage: _number(value) for stage, value in zip(ids, values)}


def _by_month(months: list[str], ids: list[str], volumes: Sequence[Volumes]) -> list[dict[str, Any]]:
    return [{"month": month, **_each(ids, [one.months[k] for one in volumes])} for k, month in enumerate(months)]


def _stage(plan: Plan, targets: Targets, index: int) -> dict[str, Any]:
    stage = plan.stages[index]
    row: dict[str, Any] = {
        "id": stage.id,
        "name": stage.name,
        "owner": stage.owner,
        "rate": None if index == len(plan.stages) - 1 else _number(plan.rates[index]),
        "rate_typed": stage.rate,
        "lag_days": _lag_days(stage.lag),
        "required": _number(targets.required[index]),
        "required_rounded": targets.rounded[index],
        "latest": targets.latest_dates[index].isoformat(),
    }
    if stage.lag is not None and stage.lag.curve:
        row["lag_curve"] = list(stage.lag.curve)
    return row


def _lag_days(lag: Lag | None) -> int | list[int] | None:
    if lag is None:
        return None
    if lag.curve:
        return [0, lag.latest]
    return lag.low if lag.low == lag.high else [lag.low, lag.high]


def _channel(targets: Targets, channel: Channel) -> dict[str, Any]:
    whole = targets.whole_of_channel(channel)
    volumes = targets.told_of_channel(channel)
    return {
        "id": channel.id,
        "name": channel.name,
        "stage": channel.stage,
        "share": _number(targets.used_share(channel)) if targets.plan.brings(channel) else None,
        "leads": _number(sum(volumes.months)),
        "before_start": _number(volumes.before),
        "months": [_number(month) for month in volumes.months],
        "next_period": _number(volumes.next),
        "whole": {"leads": whole.in_plan, "months": list(whole.months)},
    }


def _orders(orders: LeadOrders, won: Fraction, paid: Fraction | None = None) -> dict[str, Any]:
    """Orders with their revenue, of others where those ``paid`` in a month are not those won in it."""
    value = orders.plan.order_value
    revenue = None if value is None else _number((won if paid is None else paid) * calc.exact(value))
    return {"orders": _number(won), "revenue": revenue}


def _brings(orders: LeadOrders, channel: Channel, months: list[str]) -> dict[str, Any] | None:
    """What the leads of a channel bring; of a channel of a later stage nothing is told."""
    found = orders.by_channel.get(channel.id)
    if found is None:
        return None
    rows = zip(months, found.orders.months, found.paid.months, strict=True)
    return {
        **_orders(orders, found.total),
        "rates": [_number(rate) for rate in orders.plan.rates_of(channel)],
        "by_month": [{"month": month, **_orders(orders, won, paid)} for month, won, paid in rows],
        "after_months": _orders(orders, found.orders.after, found.paid.after),
        "later": _orders(orders, found.later),
    }


def _whole(targets: Targets, months: list[str], ids: list[str]) -> dict[str, Any]:
    """The need in whole things, as the sheets show it."""
    rows = dict(zip(ids, targets.whole_needed, strict=True))
    return {
        "before_start": {stage: row.before for stage, row in rows.items()},
        "months": [
            {"month": month, **{stage: row.months[k] for stage, row in rows.items()}} for k, month in enumerate(months)
        ],
        "next_period": {stage: row.next for stage, row in rows.items()},
    }


def _outlook(outlook: PlanOutlook, months: list[str]) -> dict[str, Any]:
    """Where the plan lands: orders and revenue, of a goal of profit that as well."""
    plan, ordered = outlook.plan, outlook.orders_in_time
    money = [_by_kind(outlook, part) for part in range(plan.months + 1)]
    by_month = [
        {"month": month, "orders": _number(orders), **amounts}
        for month, orders, amounts in zip(months, ordered.months, money, strict=False)
    ]
    ids = [stage.id for stage in plan.stages]
    profit = {"profit": _number(outlook.reached)} if plan.goal.kind == "profit" else {}
    late = {"profit": _number(outlook.later_reached)} if profit else {}
    return {
        "orders": _number(outlook.orders),
        "revenue": _number(outlook.revenue),
        **profit,
        "share": _number(outlook.share),
        "later": {"orders": _number(outlook.later), "revenue": _number(outlook.later_revenue), **late},
        "by_month": by_month,
        "after_months": {"orders": _number(ordered.after), **money[-1]},
        "shortage": [
            {"stage": stage, "count": _number(count), "whole": whole.before}
            for stage, count, whole in zip(ids, outlook.shortage, outlook.targets.whole_new)
            if count > LEAST_SHORTAGE
        ],
    }


def _by_kind(outlook: PlanOutlook, part: int) -> dict[str, Any]:
    """Revenue, and profit where it is the goal, of a month of the plan or of what counts after it."""
    if price(outlook.plan) is None:
        return {"revenue": None}
    reached = outlook.reached_by_month.parts[part]
    if outlook.plan.goal.kind != "profit":
        return {"revenue": _number(reached)}
    return {"revenue": _number(reached / margin(outlook.plan)), "profit": _number(reached)}


def _following(period: NextPeriod, months: list[str]) -> dict[str, Any]:
    """What the period after the plan needs of its months."""
    ids = [stage.id for stage in period.plan.stages]
    channels = [(channel, period.of_channel(channel)) for channel in period.plan.channels_in_funnel]
    whole = zip(*(row.months for row in period.whole_new))
    return {
        "start": period.start.isoformat(),
        "deadline": period.deadline.isoformat(),
        "value": _number(period.goal),
        "orders": _number(period.orders),
        "carried": _number(period.carried),
        "required": _each(ids, period.required),
        "required_rounded": dict(zip(ids, period.rounded)),
        "before_start": _each(ids, [volumes.before for volumes in period.new]),
        "months": _by_month(months, ids, period.new),
        "whole": {"months": [{"month": month, **dict(zip(ids, row))} for month, row in zip(months, whole)]},
        "channels": [
            {"id": channel.id, "stage": channel.stage, "months": [_number(month) for month in volumes.months]}
            for channel, volumes in channels
        ],
    }


def _actuals(plan: Plan, months: list[str]) -> dict[str, dict[str, float]]:
    series: dict[str, dict[str, float]] = {}
    for (what, month), value in sorted(plan.actuals.items()):
        if month < len(months):
            series.setdefault(what, {})[months[month]] = value
    return series
