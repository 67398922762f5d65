"""What the sheets say in words and ``xl-kpi check`` says too: one row a finding, with its level and its words in both.

An error is found by ``plan.checks`` or ``plan.contradictions`` or when a cell is read; what a sound plan makes one
doubt, and what was typed since the sheets were written, is found here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from xl_kpi.calc import exact
from xl_kpi.errors import Fault, Phrase, Words
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.input.wording import percent
from xl_kpi.plan.keys import CHANNELS, STAGES
from xl_kpi.plan.model import Channel, Plan
from xl_kpi.plan.records import Value
from xl_kpi.plan.same_value import same
from xl_kpi.plan.targets import Targets

SHARE_SLACK = Fraction(1, 10_000)  # ±0.01 %: three channels of 33.33 % are 99.99 %
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
    Finding("plan_check_months_changed", "warning", "settings", "warn_months", written=True),
    Finding("plan_check_start_moved", "warning", "settings", "warn_start_moved", written=True),
    Finding("plan_check_shares", "warning", "settings", "warn_shares"),
    Finding("plan_check_shares_zero", "error", "settings", "warn_shares"),
    Finding("plan_check_shortage", "warning", "settings", "warn_shortage"),
    Finding("plan_check_curve_pending", "warning", "settings", "warn_curve", written=True),
    Finding("plan_monthly_differs", "error", "settings", "warn_monthly"),
    Finding("plan_customers_differ", "error", "settings", "warn_customers"),
    Finding("plan_customers_goal_differ", "error", "settings", "warn_customers_goal"),
    Finding("plan_check_no_channel", "warning", "settings", "warn_no_channel"),
    Finding("plan_rate", "error", "funnel", "check_rate_missing"),
    Finding("plan_rate_ask", "error", "funnel", "check_rate"),
    Finding("reader_lag_order", "error", "funnel", "check_lag_order"),
    Finding("plan_lag_curve", "error", "funnel", "check_curve_end"),
    Finding("plan_check_curve_pending", "warning", "funnel", "check_curve_pending", written=True),
    Finding("plan_check_capacity", "warning", "channels", "check_capacity"),
    Finding("plan_check_shares", "warning", "channels", "check_shares"),
    Finding("plan_check_kpi_few", "warning", "channels", "check_kpi_few"),
    Finding("plan_check_kpi_many", "warning", "channels", "check_kpi_many"),
    Finding("plan_check_sheet_signs", "warning", "channels", "check_sheet_name", live=False),
    Finding("plan_check_sheet_reserved", "warning", "channels", "check_sheet_name", live=False),
    Finding("plan_check_sheet_long", "warning", "channels", "check_sheet_name", live=False),
    Finding("plan_check_sheet_twice", "warning", "channels", "check_sheet_name", live=False),
    Finding(FORMULAS, "warning", "kpis", "check_formula", live=False),
)


def of_sheet(sheet: str) -> Iterator[Finding]:
    """The findings that a page tells, in its order."""
    return (one for one in FINDINGS if one.sheet == sheet)


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
    short = targets.new[0].before
    if short > LEAST_SHORTAGE:
        yield fault("plan_check_shortage", shown(plan.start), "plan_start", count=_whole(short))
    for channel in plan.channels_on:
        if channel.capacity is not None and peak(targets, channel) > exact(channel.capacity) + LEAST_EXCESS:
            cell = f"{CHANNELS}[{channel.id}].capacity"
            yield fault("plan_check_capacity", shown(channel.capacity), cell, peak=_whole(peak(targets, channel)))


def peak(targets: Targets, channel: Channel) -> Fraction:
    """The most that a month of the plan asks of a channel."""
    return max(targets.of_channel(channel).months)


def since_writing(plan: Plan, last: Mapping[str, Value]) -> Iterator[Fault]:
    """What was typed since the sheets were written and is not in them yet.

    Arguments: ``last`` the entries as the last command left them; empty where that is not known.
    """
    months, start = last.get("plan_months"), last.get("plan_start")
    if months is not None and not same(months, plan.months):
        yield fault("plan_check_months_changed", shown(plan.months), "plan_months", months=shown(months))
    if start is not None and not same(start, plan.start):
        yield fault("plan_check_start_moved", shown(plan.start), "plan_start")
    for stage in plan.stages[:-1]:
        cell = f"{STAGES}[{stage.id}].lag"
        before = last.get(cell)
        if before is not None and stage.lag and stage.lag.curve and ";" not in str(before):
            yield fault("plan_check_curve_pending", " / ".join(map(percent, stage.lag.curve)), cell)


def _whole(number: Fraction) -> str:
    """As FIXED(…,0) writes it in a cell."""
    whole = Decimal(number.numerator) / Decimal(number.denominator)
    return f"{int(whole.quantize(Decimal(1), ROUND_HALF_UP)):,}"
