"""Cross-field checks of a whole plan: every fault and warning in one pass.

``cell`` of each fault is a stable key that the workbook turns into a sheet and an address: ``kgi_value``,
``plan_months``, ``tbl_stages[mql].rate``, ``tbl_channels[web].share``, ``tbl_kpis[web.cvr].value``,
``tbl_season[4]`` (April), ``tbl_pipeline[mql]``, ``tbl_agreement[stage:mql].state``.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from xl_kpi.calc.calendar import months_from
from xl_kpi.calc.lag import Lag
from xl_kpi.catalog import choice_ids
from xl_kpi.errors import Fault, Phrase, Words
from xl_kpi.plan import fields, findings
from xl_kpi.plan.accounts.checks import check_accounts
from xl_kpi.plan.agreement import unsettled
from xl_kpi.plan.dictionary.shown import counted
from xl_kpi.plan.fields import field_of, goal_unit
from xl_kpi.plan.findings import FEW_KPIS, MANY_KPIS, SHARE_SLACK
from xl_kpi.plan.goal.contradictions import contradictions
from xl_kpi.plan.goal.fees import FEE, is_monthly
from xl_kpi.plan.input.raw_values import nearest, number_of, shown
from xl_kpi.plan.input.reading import MAX_CURVE_STEPS, MAX_LAG_DAYS, Collector
from xl_kpi.plan.input.row_names import folded
from xl_kpi.plan.input.wording import percent
from xl_kpi.plan.keys import EntryKey, rate_key
from xl_kpi.plan.model import CUSTOMERS, MAX_MONTHS, Channel, Plan

MONTHS_AFTER_END = 24  # a deadline may lie this long after the plan
_TAB_LENGTH = 31
# The last ones are their full-width forms, which Excel refuses in a Japanese Windows.
TAB_SIGNS = set("[]:*?/\\" + "［］：＊？／＼￥")
TAB_QUOTES = "'’＇"
TAB_RESERVED = {"history", "履歴"}  # Excel's own list of tracked changes is called so


def check(plan: Plan) -> list[Fault]:
    """Everything wrong or doubtful in a plan.

    Arguments: ``plan``, as it was read; its fields may hold impossible values.
    Result: faults with level "error" or "warning", in the order of the sheets; empty when all is well.
    Special cases: fields that depend on a wrong one are not checked against it, so one slip is one fault.
    The grammar of KPI formulas is checked elsewhere (``xl_kpi.workbook``).
    Example: a plan with the rate 20 at MQL gives one fault with cell ``tbl_stages[mql].rate`` and "20% ?".
    """
    faults = Collector()
    _goal(plan, faults)
    _period(plan, faults)
    faults.faults.extend(contradictions(plan))
    _stages(plan, faults)
    _pipeline(plan, faults)
    _channels(plan, faults)
    _rates(plan, faults)
    faults.faults.extend(names_of_tabs(plan))
    _kpis(plan, faults)
    _season(plan, faults)
    faults.faults.extend(check_accounts(plan))
    if not any(fault.level == "error" for fault in faults.faults):  # who agreed to what needs the numbers
        faults.faults.extend(unsettled(plan))
    return faults.faults


def _goal(plan: Plan, faults: Collector) -> None:
    goal = plan.goal
    if goal.kind not in choice_ids("kind"):
        faults.add(shown(goal.kind), Words("plan_kind"), cell="kgi_kind")
    if goal.value is not None or goal.growth is None:
        _positive(goal.value, "plan_check_goal_positive", "kgi_value", faults)
    if goal.growth is not None:
        _positive(goal.baseline, "plan_check_baseline", "kgi_baseline", faults)
        growth = number_of(goal.growth)
        if growth is None or growth <= -1:
            faults.add(shown(goal.growth), Words("plan_check_growth"), cell="kgi_growth")
    if is_monthly(plan):
        _positive(plan.settings.get(FEE), "plan_check_monthly_fee", FEE, faults)
    elif plan.settings.get(FEE) is not None:
        _positive(plan.settings[FEE], "plan_check_monthly_fee_positive", FEE, faults)
    if goal.in_money and not is_monthly(plan):
        _positive(plan.order_value, "plan_check_order_value", "order_value", faults)
    elif plan.order_value is not None:
        _positive(plan.order_value, "plan_check_order_value_positive", "order_value", faults)
    margin = plan.settings.get("gross_margin")
    nothing_left = margin is None or (number := number_of(margin)) is not None and -1 <= number <= 0
    if goal.kind == "profit" and nothing_left:
        _positive(margin, "plan_check_margin", "gross_margin", faults)
    for one in fields.SINGLES:
        if one.key != "plan_months" and (one.bounds or not one.at):
            blank = one.optional and one.default is None  # else it has become its default
            _typed(one.get(plan), one.key, faults, goal_unit(goal.kind), optional=blank)


def _typed(value: Any, cell: str, faults: Collector, unit: str = "", *, optional: bool | None = None) -> Any:
    """The value within the bounds that the table of what can be typed gives it; None, and a fault, outside them."""
    one = field_of(EntryKey.parse(cell).kind)
    reader, options = one.reader(unit)
    return faults.read(reader, value, cell=cell, optional=one.optional if optional is None else optional, **options)


def _positive(value: Any, key: str, cell: str, faults: Collector) -> None:
    number = number_of(value)
    if number is None or number <= 0:
        allowed = Words(key)
        faults.add(shown(value), Words("plan_missing", allowed=allowed) if value is None else allowed, cell=cell)


def _period(plan: Plan, faults: Collector) -> None:
    deadline = plan.goal.deadline
    months = _typed(plan.months, "plan_months", faults)
    _closed(plan, months, faults)
    if plan.start.day != 1:
        month = f"{plan.start.year}/{plan.start.month}"
        faults.add(shown(plan.start), Words("plan_check_start", month=month), cell="plan_start")
    if deadline is None:
        return
    if deadline < plan.start:
        allowed = Words("plan_check_deadline_early", start=plan.start.isoformat())
        faults.add(shown(deadline), allowed, cell="kgi_deadline")
    elif months is not None:
        latest = _months_on(plan.start, months + MONTHS_AFTER_END) - dt.timedelta(days=1)
        if deadline > latest:
            allowed = Words("plan_check_deadline_late", latest=latest.isoformat())
            faults.add(shown(deadline), allowed, cell="kgi_deadline")


def _closed(plan: Plan, months: int | None, faults: Collector) -> None:
    until = plan.settings.get("closed_until")
    if not isinstance(until, dt.date) or months is None:
        return
    last = _months_on(plan.start, months - 1)
    if not plan.start <= until <= last:
        allowed = Words("plan_check_closed_outside", first=f"{plan.start:%Y/%m}", last=f"{last:%Y/%m}")
        faults.add(shown(until), allowed, cell="closed_until")


def _months_on(start: dt.date, months: int) -> dt.date:
    years, month = divmod(start.month - 1 + months, 12)
    return dt.date(start.year + years, month + 1, 1)


def _twice(ids: Iterable[str]) -> set[str]:
    """The ids that stand more than once, upper and lower case counting as the same; folded."""
    return {folded for folded, count in Counter(id_.casefold() for id_ in ids).items() if count > 1}


def _stages(plan: Plan, faults: Collector) -> None:
    if len(plan.stages) < 2:
        faults.add(str(len(plan.stages)), Words("plan_check_stages"), cell="tbl_stages")
    twice = _twice(stage.id for stage in plan.stages)
    called = Counter(folded(stage.name.strip()) for stage in plan.stages)
    for position, stage in enumerate(plan.stages, 1):
        cell = f"tbl_stages[{stage.id}]"
        if stage.id.casefold() in twice:
            faults.add(stage.id, Words("plan_check_duplicate"), cell=f"{cell}.id")
        elif called[folded(stage.name.strip())] > 1:
            faults.add(stage.name, Words("stage_name_twice"), cell=f"{cell}.name")
        if position < len(plan.stages):
            _typed(stage.rate, f"{cell}.rate", faults)
            _lag(stage.lag, f"{cell}.lag", faults)
        elif stage.rate is not None and len(plan.stages) > 1:
            allowed = Words("plan_check_last_rate", name=stage.name)
            faults.add(shown(stage.rate), allowed, cell=f"{cell}.rate", level="warning")


def _lag(lag: Lag | None, cell: str, faults: Collector) -> None:
    allowed = Words("plan_lag", most=f"{MAX_LAG_DAYS:,}")
    if lag is None:
        faults.add("", Words("plan_missing", allowed=allowed), cell=cell)
    elif lag.curve:
        numbers = [number for share in lag.curve if (number := number_of(share)) is not None]
        right = len(numbers) == len(lag.curve) <= MAX_CURVE_STEPS and numbers[0] >= 0 and numbers[-1] == 1
        if not right or numbers != sorted(numbers):
            allowed = Words("plan_lag_curve", steps=MAX_CURVE_STEPS, days=30 * MAX_CURVE_STEPS)
            faults.add(shown(lag.curve), allowed, cell=cell)
    else:
        low, high = number_of(lag.low), number_of(lag.high)
        if (
            low is None
            or high is None
            or not 0 <= low <= high <= MAX_LAG_DAYS
            or low.denominator * high.denominator > 1
        ):
            found = shown(lag.low) if lag.low == lag.high else f"{shown(lag.low)}..{shown(lag.high)}"
            faults.add(found, allowed, cell=cell)


def _pipeline(plan: Plan, faults: Collector) -> None:
    known = {stage.id: stage.name for stage in plan.stages}
    for stage_id, opened in plan.pipeline.items():
        cell = f"tbl_pipeline[{stage_id}]"
        if stage_id not in known:
            _unknown(stage_id, known, "plan_check_stage_unknown", cell, faults)
        else:
            _typed(opened, cell, faults, optional=False)


def _unknown(found: str, known: Mapping[str, str], key: str, cell: str, faults: Collector, **values: object) -> None:
    """A stage or channel that is not there; ``known`` id → name: where a person chooses stand the names."""
    names = [name if id_.casefold() in ("", name.casefold()) else f"{name} ({id_})" for id_, name in known.items()]
    allowed = Words(key, found=found, known=", ".join(names), **values)
    likely = nearest(found, [*known.values(), *known])
    faults.add(found, Words("plan_ask", likely=likely, allowed=allowed) if likely else allowed, cell=cell)


def _channels(plan: Plan, faults: Collector) -> None:
    stages = {stage.id: stage.name for stage in plan.stages}
    twice = _twice(channel.id for channel in plan.channels)
    sums: dict[str, Fraction] = {}
    first: dict[str, str] = {}
    zero: list[Channel] = []  # channels without a part of their stage
    wrong: set[str] = set()  # stages with a share that can't be added up
    for channel in plan.channels:
        cell = f"tbl_channels[{channel.id}]"
        if channel.id.casefold() in twice:
            faults.add(channel.id, Words("plan_check_duplicate"), cell=f"{cell}.id")
        if not channel.on:  # what is off has no effect, so only its id matters
            continue
        if channel.stage == CUSTOMERS and CUSTOMERS not in stages:
            continue  # it delivers none, so there is nothing to share
        if channel.stage not in stages:
            _unknown(channel.stage, stages, "plan_check_stage_unknown", f"{cell}.stage", faults)
        share = _typed(channel.share, f"{cell}.share", faults)
        _typed(channel.unit_cost, f"{cell}.unit_cost", faults)
        _typed(channel.capacity, f"{cell}.capacity", faults)
        if share is None:
            wrong.add(channel.stage)
        else:
            zero += [] if number_of(share) else [channel]
            sums[channel.stage] = sums.get(channel.stage, Fraction(0)) + (number_of(share) or 0)
            first.setdefault(channel.stage, channel.id)
    for stage, total in sums.items():
        if stage in wrong or stage not in stages or abs(total - 1) <= SHARE_SLACK:
            continue
        cell = f"tbl_channels[{first[stage]}].share"
        if total == 0:
            faults.add("0%", Words("plan_check_shares_zero", stage=stages[stage]), cell=cell)
        else:
            values = {"stage": stages[stage], "total": percent(total)}
            faults.faults.append(findings.fault("plan_check_shares", percent(total), cell, **values))
    for channel in zero:
        if sums[channel.stage] and channel.stage in stages:  # a stage of which all have nothing is told above
            cell, values = (
                f"tbl_channels[{channel.id}].share",
                {"channel": channel.name, "stage": stages[channel.stage]},
            )
            faults.faults.append(findings.fault("plan_check_share_zero", "0%", cell, **values))
    if not plan.channels_on:
        cell = f"tbl_channels[{plan.channels[0].id}].on" if plan.channels else "tbl_channels"
        faults.faults.append(findings.fault("plan_check_no_channel", "", cell))
    elif plan.stages and not plan.lead_channels:
        leads = plan.stages[0]
        off = next((one.id for one in plan.channels if one.stage == leads.id), plan.channels[0].id)
        faults.faults.append(findings.fault("plan_check_no_leads", "", f"tbl_channels[{off}].on", stage=leads.name))


def _rates(plan: Plan, faults: Collector) -> None:
    """Rates of channels: each as a stage's is; those of no use are told."""
    channels = {channel.id: channel for channel in plan.channels}
    first = plan.stages[0].id if plan.stages else ""
    told: set[str] = set()
    for (channel_id, stage_id), rate in plan.channel_rates.items():
        cell = rate_key(channel_id, stage_id)
        _typed(rate, cell, faults)
        channel = channels.get(channel_id)
        if channel is None or channel_id in told or channel.on and channel.stage == first:
            continue
        told.add(channel_id)
        values = {"channel": channel.name, "stage": plan.stages[0].name if plan.stages else ""}
        faults.faults.append(findings.fault("plan_check_rates_unused", shown(rate), cell, **values))


def names_of_tabs(plan: Plan) -> Iterator[Fault]:
    """A warning for each channel whose name can't be that of its tab."""
    seen: set[str] = set()
    for channel in plan.channels_on:
        name, key = channel.name.strip(), ""
        values: dict[str, Phrase] = {}
        if not name:
            key = "plan_check_sheet_blank"
        elif TAB_SIGNS & set(name) or name[0] in TAB_QUOTES or name[-1] in TAB_QUOTES:
            key = "plan_check_sheet_signs"
        elif name.casefold() in TAB_RESERVED:
            key, values = "plan_check_sheet_reserved", {"name": name}
        elif len(name) > _TAB_LENGTH:
            key, values = "plan_check_sheet_long", {"length": len(name)}
        elif name.casefold() in seen:
            key = "plan_check_sheet_twice"
        seen.add(name.casefold())
        if key:
            cell = f"tbl_channels[{channel.id}].name"
            yield Fault(shown(name), Words(key, **values), cell=cell, level="warning")


def _kpis(plan: Plan, faults: Collector) -> None:
    known = {channel.id: channel.name for channel in plan.channels}
    twice = _twice(f"{kpi.channel}.{kpi.id}" for kpi in plan.kpis)
    homeless = Counter(kpi.channel for kpi in plan.kpis if kpi.channel not in known)
    for kpi in plan.kpis:
        cell = f"tbl_kpis[{kpi.channel}.{kpi.id}]"
        count = homeless.pop(kpi.channel, 0)
        if count:  # one line for all rows of a channel: its id was changed, or it was removed
            key = "plan_check_channel_unknown" if count == 1 else "plan_check_channel_gone"
            _unknown(kpi.channel, known, key, f"{cell}.channel", faults, count=count)
        if f"{kpi.channel}.{kpi.id}".casefold() in twice:
            faults.add(kpi.id, Words("plan_check_duplicate"), cell=f"{cell}.id")
        if kpi.target == "input":
            _typed(kpi.value, f"{cell}.value", faults, kpi.unit)
    for channel in plan.channels_on:
        count = counted(plan, channel)
        if not FEW_KPIS <= count <= MANY_KPIS:
            key = "plan_check_kpi_few" if count < FEW_KPIS else "plan_check_kpi_many"
            values = {"channel": channel.name, "count": count}
            faults.faults.append(findings.fault(key, str(count), f"tbl_kpis[{channel.id}]", **values))


def _season(plan: Plan, faults: Collector) -> None:
    if len(plan.season) != 12:
        faults.add(str(len(plan.season)), Words("plan_check_season_twelve"), cell="tbl_season")
        return
    weights = [_typed(weight, f"tbl_season[{month}]", faults) for month, weight in enumerate(plan.season, 1)]
    if None in weights:
        return
    if not any(weights):
        faults.add("0", Words("plan_check_season_zero"), cell="tbl_season")
        return
    months = number_of(plan.months)
    if months is None or months.denominator != 1 or not 1 <= months <= MAX_MONTHS:
        return
    last = plan.goal.deadline or _months_on(plan.start, int(months)) - dt.timedelta(days=1)
    count = months_from(plan.start, last) + 1
    if count > 0 and not any(weights[(plan.start.month - 1 + k) % 12] for k in range(min(count, 12))):
        values = {"first": f"{plan.start.year}/{plan.start.month}", "last": f"{last.year}/{last.month}"}
        faults.add("0", Words("plan_check_season_period", **values), cell="tbl_season")
