"""What the sheets say in words and ``xl-kpi check`` says too: one row a finding, with its level and its words in both.

An error is found by ``plan.checks`` or ``plan.contradictions`` or when a cell is read; what a sound plan makes one
doubt, and what was typed since the sheets were written, is found here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from xl_kpi.calc import clean_ceiling, exact, month_start
from xl_kpi.errors import Fault, Joined, Phrase, Words
from xl_kpi.formulas.formula import is_input
from xl_kpi.plan import fields
from xl_kpi.plan.entries import with_entries
from xl_kpi.plan.examples import figures
from xl_kpi.plan.fields import goal_unit
from xl_kpi.plan.input.amounts import as_if_yen
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.input.wording import Money, Rounded, expected, fixed, percent
from xl_kpi.plan.keys import CHANNELS, KPIS, STAGES, actual_key
from xl_kpi.plan.model import Channel, Plan, Stage
from xl_kpi.plan.money.cells import YEN, amount_in_cell, factor_of
from xl_kpi.plan.money.unit_costs import stated_twice
from xl_kpi.plan.outlook import LOW_SHARE, PlanOutlook, told_share
from xl_kpi.plan.periods.next_period import NextPeriod, is_on, room
from xl_kpi.plan.records import Value
from xl_kpi.plan.same_value import same
from xl_kpi.plan.targets import Targets

SHARE_SLACK = Fraction(1, 10_000)  # ±0.01 %: three channels of 33.33 % are 99.99 %
YEAR = 12
FEW_KPIS, MANY_KPIS = 3, 5  # domain K10
# What is short by less is nothing but the rounding of a cell.
LEAST_SHORTAGE = Fraction(1, 10_000_000)
LEAST_EXCESS = Fraction(1, 1_000_000)


@dataclass(frozen=True)
class Finding:
    """One finding: ``key`` is the code and the text of ``check``, ``words`` the text on the page ``sheet``.

    ``live``: it stands in a formula that knows the condition, so that the sheet says it as soon as it is typed; else
    the sheet says it as of its writing.  ``written``: it is about a sheet that was written before, not about the plan.
    """

    key: str
    level: str
    sheet: str
    words: str
    live: bool = True
    written: bool = False


FORMULAS = "formula_"  # the keys of all that may be wrong with a formula begin so (in a channel that is off)

FINDINGS = (
    Finding("plan_check_goal_positive", "error", "settings", "warn_goal"),
    Finding("plan_check_goal_twice", "warning", "settings", "warn_goal_twice"),
    Finding("plan_check_order_value", "error", "settings", "warn_order_value"),
    Finding("plan_check_delivery", "warning", "settings", "warn_delivery"),
    Finding("plan_check_goal_months", "warning", "settings", "warn_goal_months"),
    Finding("plan_check_months_changed", "warning", "settings", "warn_months", written=True),
    Finding("plan_check_start_moved", "warning", "settings", "warn_start_moved", written=True),
    Finding("plan_check_unit_changed", "warning", "settings", "warn_unit_changed", written=True),
    Finding("plan_check_shares", "warning", "settings", "warn_shares"),
    Finding("plan_check_shares_zero", "error", "settings", "warn_shares"),
    Finding("plan_check_outlook", "warning", "settings", "warn_outlook"),
    Finding("plan_check_shortage", "warning", "settings", "warn_shortage"),
    Finding("plan_check_capacity", "warning", "settings", "warn_capacity"),
    Finding("plan_check_too_dear", "warning", "settings", "warn_too_dear"),
    Finding("plan_check_unit_cost", "warning", "settings", "warn_unit_cost"),
    Finding("plan_check_amounts", "warning", "settings", "warn_amounts"),
    Finding("plan_check_digits", "warning", "settings", "warn_digits"),
    Finding("plan_check_curve_pending", "warning", "settings", "warn_curve", written=True),
    Finding("plan_monthly_differs", "error", "settings", "warn_monthly"),
    Finding("plan_customers_differ", "error", "settings", "warn_customers"),
    Finding("plan_customers_goal_differ", "error", "settings", "warn_customers_goal"),
    Finding("plan_check_next_pending", "warning", "settings", "warn_next", written=True),
    Finding("plan_check_channel_pending", "warning", "settings", "warn_waiting", written=True),
    Finding("plan_check_no_channel", "warning", "settings", "warn_no_channel"),
    Finding("plan_check_closed_blank", "warning", "settings", "warn_closed_blank"),
    Finding("plan_check_closed_late", "warning", "settings", "warn_closed_late"),
    Finding("plan_check_late", "hint", "settings", "warn_late"),
    Finding("plan_check_example", "hint", "settings", "warn_example"),
    Finding("plan_rate", "error", "funnel", "check_rate_missing"),
    Finding("plan_rate_ask", "error", "funnel", "check_rate"),
    Finding("reader_lag_order", "error", "funnel", "check_lag_order"),
    Finding("plan_lag_curve", "error", "funnel", "check_curve_end"),
    Finding("plan_check_curve_pending", "warning", "funnel", "check_curve_pending", written=True),
    Finding("plan_check_example", "hint", "funnel", "example_mark"),
    Finding("plan_check_channel_pending", "warning", "channels", "check_pending", written=True),
    Finding("plan_check_capacity", "warning", "channels", "check_capacity"),
    Finding("plan_check_too_dear", "warning", "channels", "check_too_dear"),
    Finding("plan_check_unit_cost", "warning", "channels", "check_unit_cost"),
    Finding("plan_check_shares", "warning", "channels", "check_shares"),
    Finding("plan_check_kpi_few", "warning", "channels", "check_kpi_few"),
    Finding("plan_check_kpi_many", "warning", "channels", "check_kpi_many"),
    Finding("plan_check_sheet_signs", "warning", "channels", "check_sheet_name", live=False),
    Finding("plan_check_sheet_reserved", "warning", "channels", "check_sheet_name", live=False),
    Finding("plan_check_sheet_long", "warning", "channels", "check_sheet_name", live=False),
    Finding("plan_check_sheet_twice", "warning", "channels", "check_sheet_name", live=False),
    Finding("plan_check_example", "hint", "channels", "example_mark"),
    Finding("plan_check_amounts", "warning", "kpis", "check_amounts"),
    Finding(FORMULAS, "warning", "kpis", "check_formula", live=False),
)


def of_sheet(sheet: str) -> Iterator[Finding]:
    """The findings that a page tells, in its order."""
    return (one for one in FINDINGS if one.sheet == sheet)


def waits(fault: Fault) -> bool:
    """Whether a finding is about sheets that wait for a regenerate: what was typed is not in all of their numbers."""
    return fault.key in {one.key for one in FINDINGS if one.written}


def fault(key: str, found: Phrase, cell: str, **values: Phrase) -> Fault:
    """A finding as ``check`` tells it."""
    level = next(one.level for one in FINDINGS if one.key == key)
    return Fault(found, Words(key, **values), cell=cell, level=level)


def doubts(plan: Plan) -> Iterator[Fault]:
    """What a plan without errors makes one doubt.

    Arguments: ``plan``, sound.  Result: ``cell`` is a key of ``plan.checks``.
    """
    goal, targets = plan.goal, Targets(plan)
    if goal.value is not None and goal.growth is not None:
        yield fault("plan_check_goal_twice", shown(goal.growth), "kgi_growth")
    yield from questions(plan)
    yield from _amounts(plan)
    outlook = PlanOutlook(targets)
    is_short = any(count > LEAST_SHORTAGE for count in outlook.shortage)
    if outlook.share is not None and not outlook.is_reached:
        share = told_share(outlook.share, outlook.orders, targets.orders, goal.kind)
        said = {"outlook": landing(outlook), "share": fixed(share * 100)}
        cell = "kgi_growth" if goal.value is None else "kgi_value"
        if is_short or (outlook.share_ever or 0) < LOW_SHARE:
            yield fault("plan_check_outlook", f"{said['share']}%", cell, look=look(plan.closed_months), **said)
        else:
            yield fault("plan_check_late", f"{said['share']}%", cell, late=too_late(outlook), **said)
    if is_short:
        yield fault(
            "plan_check_shortage", shown(plan.start), "plan_start", when=when(plan.closed_months), stages=short(outlook)
        )
    for one in outlook.too_dear:
        costs = {"cost": Rounded(one.cost), "brings": Rounded(one.brings)}
        cell = f"{CHANNELS}[{one.channel.id}].unit_cost"
        yield fault("plan_check_too_dear", shown(one.channel.unit_cost), cell, channel=one.channel.name, **costs)
    yield from _costs(plan)
    yield from _closed(targets)
    for channel in plan.channels_on:
        if over(targets, channel):
            cell = f"{CHANNELS}[{channel.id}].capacity"
            yield fault("plan_check_capacity", shown(channel.capacity), cell, peak=_busiest(targets, channel))
    yield from _examples(plan)


def _costs(plan: Plan) -> Iterator[Fault]:
    """Channels that are on and say twice what one thing costs, and not the same."""
    for one in stated_twice(plan):
        channel, kpi = one.channel, one.kpi
        if channel.on and one.differ:
            cost, value = (
                Words("amount_small", number=fixed(exact(yen or 0))) for yen in (channel.unit_cost, kpi.value)
            )
            names = {"channel": channel.name, "kpi": {"ja": kpi.name_ja, "en": kpi.name_en}}
            cell = f"{CHANNELS}[{channel.id}].unit_cost"
            yield fault("plan_check_unit_cost", shown(channel.unit_cost), cell, cost=cost, value=value, **names)


def _amounts(plan: Plan) -> Iterator[Fault]:
    """Amounts on 設定 and in the KPI dictionary that were more likely typed in yen than in the unit of their header."""
    factor, unit = factor_of(plan.currency_unit), Words(f"currency_{plan.currency_unit}")
    kind = goal_unit(plan.goal.kind)
    amounts = {one.key: one.get(plan) for one in fields.SINGLES if one.in_money(kind)}
    assumed = (kpi for kpi in plan.kpis if kpi.unit == YEN and is_input(kpi.target))
    amounts.update({f"{KPIS}[{kpi.channel}.{kpi.id}].value": kpi.value for kpi in assumed})
    for cell, yen in amounts.items():
        if yen and as_if_yen(exact(yen) / factor, factor):
            yield fault("plan_check_amounts", shown(amount_in_cell(yen, factor)), cell, unit=unit, amount=Money(yen))


def _examples(plan: Plan) -> Iterator[Fault]:
    """The figures of a template that stand in the plan yet: one hint a table, at the first of them."""
    left = figures.remaining(plan)
    for table in figures.BLOCKS:
        keys = [key for key in left if figures.table_of(key) == table]
        if keys:
            first, found = keys[0], figures.listed(keys, plan)
            yield fault("plan_check_example", figures.said(first, left[first]), first, figures=found)


def landing(outlook: PlanOutlook) -> Phrase:
    """Where the plan lands, in the goal's own unit: revenue or orders."""
    return _in_goals_unit(outlook, outlook.orders, outlook.revenue)


def too_late(outlook: PlanOutlook) -> Phrase:
    """What comes after the deadline, likewise."""
    return _in_goals_unit(outlook, outlook.later, outlook.later_revenue)


def _in_goals_unit(outlook: PlanOutlook, orders: Fraction, revenue: Fraction | None) -> Phrase:
    if outlook.plan.goal.kind == "revenue" and revenue is not None:
        return Rounded(revenue)
    return expected(orders)


def when(closed_months: int) -> Phrase:
    """Until when what is short should have been there."""
    return Words("short_closed" if closed_months else "short_start")


def look(closed_months: int) -> Phrase:
    """What to look at where a plan falls short, as 逆算 calls it."""
    return Words("look_closed" if closed_months else "look_start")


def short(outlook: PlanOutlook) -> Phrase:
    """The stages that are short before the start, each with its count, whole as 逆算 shows it."""
    stages = zip(outlook.plan.stages, outlook.shortage, outlook.targets.whole_new)
    parts = [
        Words("short_stage", stage=stage.name, count=fixed(whole.before))
        for stage, count, whole in stages
        if count > LEAST_SHORTAGE
    ]
    return Joined(tuple(parts), Words("list_comma")) if parts else Words("short_none")


def questions(plan: Plan) -> Iterator[Fault]:
    """What is asked for where a plan does not say it, since a guess may be wrong; `new` asks it as well.

    The days from order to revenue; and whether a goal is a year's, where the plan is longer and neither months nor
    deadline nor monthly goal say so.
    """
    goal = plan.goal
    if goal.kind == "revenue" and plan.delivery_days is None:
        yield fault("plan_check_delivery", "", "delivery_days")
    if plan.months > YEAR and goal.months is None and goal.deadline is None and not goal.monthly:
        yield fault("plan_check_goal_months", "", "goal_months", months=str(plan.months))


def _closed(targets: Targets) -> Iterator[Fault]:
    """What closed months leave open: actuals that are blank, orders for which no day is left."""
    closing, start = targets.closing, targets.plan.start
    if closing is None:
        return
    if closing.blanks:
        what, month = closing.blanks[0]
        cell = actual_key(what, month_start(start, month))
        yield fault("plan_check_closed_blank", "", cell, count=len(closing.blanks))
    if closing.too_late > LEAST_SHORTAGE:
        until = shown(targets.plan.settings["closed_until"])
        yield fault("plan_check_closed_late", until, "closed_until", count=fixed(clean_ceiling(closing.too_late)))


def peak(targets: Targets, channel: Channel) -> Fraction:
    """The most that a month of the plan asks of a channel."""
    return max(targets.of_channel(channel).months)


def over(targets: Targets, channel: Channel) -> int:
    """How many months of the plan ask a channel for more than its limit."""
    if channel.capacity is None:
        return 0
    limit = exact(channel.capacity) + LEAST_EXCESS
    return sum(month > limit for month in targets.of_channel(channel).months)


def _busiest(targets: Targets, channel: Channel) -> str:
    """That month's number as the sheets show it; with a decimal where the whole one is within the limit."""
    whole = max(targets.whole_of_channel(channel).months[targets.plan.closed_months :], default=0)
    return fixed(whole) if whole > exact(channel.capacity or 0) else fixed(peak(targets, channel), 1)


def since_writing(plan: Plan, last: Mapping[str, Value]) -> Iterator[Fault]:
    """What was typed since the sheets were written and is not in them yet.

    Arguments: ``last`` the entries as the last command left them; empty where that is not known.
    """
    months, start = last.get("plan_months"), last.get("plan_start")
    if months is not None and not same(months, plan.months):
        yield fault("plan_check_months_changed", shown(plan.months), "plan_months", months=shown(months))
    if start is not None and not same(start, plan.start):
        yield fault("plan_check_start_moved", shown(plan.start), "plan_start")
    for channel in plan.channels_on if last else ():
        cell = f"{CHANNELS}[{channel.id}].on"
        if not last.get(cell):
            yield fault("plan_check_channel_pending", channel.name, cell)
    unit = last.get("currency_unit")
    if unit is not None and not same(unit, plan.currency_unit):
        yield fault("plan_check_unit_changed", Words(f"currency_{plan.currency_unit}"), "currency_unit",
                    old=Words(f"currency_{unit}"))  # fmt: skip
    if _next_is_pending(plan, last):
        yield fault("plan_check_next_pending", "", "next_period")
    for cell, stage in _new_curves(plan, last).items():
        curve = stage.lag.curve if stage.lag else ()
        yield fault("plan_check_curve_pending", " / ".join(map(percent, curve)), cell)


def _next_is_pending(plan: Plan, last: Mapping[str, Value]) -> bool:
    """Whether 次の期の分 was switched on or off since, or the days of the stages outgrew the room made for it."""
    if not last:
        return False
    kept = {key: value for key, value in last.items() if key.endswith(".lag") or key in ("delivery_days", "kgi_kind")}
    before = with_entries(plan, {"delivery_days": None, **kept, "next_period": last.get("next_period")})[0]
    if is_on(plan) != is_on(before):
        return True
    # a curve typed since is in no number yet: the days count until the sheets are made anew
    waiting = {key: value for key, value in kept.items() if key in _new_curves(plan, last)}
    counted = with_entries(plan, waiting)[0]
    return is_on(plan) and NextPeriod(Targets(counted)).spans[0] > room(NextPeriod(Targets(before)).spans[0])


def _new_curves(plan: Plan, last: Mapping[str, Value]) -> dict[str, Stage]:
    """The lags that were days when the sheets were written and are measured curves now, by their keys."""
    lags = {f"{STAGES}[{stage.id}].lag": stage for stage in plan.stages[:-1] if stage.lag and stage.lag.curve}
    return {cell: stage for cell, stage in lags.items() if last.get(cell) is not None and ";" not in str(last[cell])}
