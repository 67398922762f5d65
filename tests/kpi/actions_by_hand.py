"""What levers bring back, by a run by hand: day by day in floating point, in other words than the program's."""

from __future__ import annotations

import numpy as np

from xl_kpi import calc
from xl_kpi.calc.lag import Lag, day_boxes
from xl_kpi.kpi.channel_figures import ChannelFigures
from xl_kpi.kpi.review.levers import Lever
from xl_kpi.kpi.review.review import Review


def orders_by_hand(
    review: Review,
    rates: dict[int, float],
    leads: float,
    extra: dict[int, np.ndarray],
    sooner: tuple[int, Lag] | None = None,
) -> float:
    """Orders in time, day by day in floating point: what is known of closed days, then rate × what arrives.

    Arguments: ``rates`` others than the forecast's, ``leads`` to come ÷ planned ones, ``extra`` what enters a stage on
    top on each day, ``sooner`` another lag of those who enter a stage on an open day.
    """
    forecast = review.forecast
    targets, outlook, known = forecast.targets, forecast.outlook, forecast._flow[0]
    days = (targets.deadline - review.plan.start).days + 1 - targets.delivery_days
    came = np.zeros(days)
    planned = np.array([float(day) for day in forecast.from_start.leads_by_day])[:days]
    came[: len(planned)] = planned * leads
    closed = len(known[0]) if known else 0
    came[:closed] = known[0][:closed] if known else 0
    came += extra.get(0, 0)
    for place, lag in enumerate(targets.lags):
        chance = chances(lag, days)
        rate = rates.get(place, float(forecast.rates[place].value))
        assert outlook.age == "new"
        times, more = forecast._there[place]  # of what is in the stage on the first open day
        there = came * np.where(np.arange(days) < closed, times, 1)
        there[closed : closed + 1] += more
        arrives = np.convolve(there, chance)[:days] + float(outlook.opened[place] or 0) * times * chance[:days]
        if sooner and sooner[0] == place:
            late = np.where(np.arange(days) < closed, 0, came)
            arrives += np.convolve(late, chances(sooner[1], days) - chance)[:days]
        came = rate * arrives
        if known:
            came[:closed] = known[place + 1][:closed]
        came = came + extra.get(place + 1, 0)
    return float(came.sum() + float(outlook.opened[-1] or 0))


def chances(lag: Lag, days: int) -> np.ndarray:
    """The chance to go on after 0, 1, … days."""
    chance, (boxes, weight) = np.zeros(days + 1), day_boxes(lag)
    for begin, end, share in boxes:
        chance[begin : min(end, days + 1)] += share / weight
    return chance


def changed(review: Review, levers: list[str]) -> float:
    """The same with these levers on plan, less the forecast: what they bring, by hand."""
    forecast, plan = review.forecast, review.plan
    places = [stage.id for stage in plan.stages]
    rates, extra, steps, on_plan, made_of, before = {}, {}, {}, set(), set(), 0
    sooner = None
    bring = [one.id for one in plan.channels_on if one.stage == places[0]]
    days = (forecast.targets.deadline - plan.start).days + 1 - forecast.targets.delivery_days
    for lever in map(Lever.parse, levers):
        if lever.kind == "rate":
            place = places.index(lever.stage)
            rates[place] = max(float(plan.rates[place]), float(forecast.rates[place].value))
        elif lever.kind == "leads":
            on_plan.add(lever.channel)
        elif lever.kind == "days":
            place, less = places.index(lever.stage), review._proposed.levers.sooner[str(lever)]
            lag = forecast.targets.lags[place]
            sooner = place, Lag(max(0, lag.low - less), max(0, lag.high - less))
        else:
            place = places.index(lever.stage)
            lacks = lacking(review, lever)
            channel = next(one for one in plan.channels if one.id == lever.channel)
            months = forecast.targets.opened.of_channel(channel, lever.stage).months
            starts, more = calc.month_starts(plan.start, plan.months + 1), np.zeros(days)
            for month in range(review.to_date.months, plan.months):
                begin, end = ((day - plan.start).days for day in starts[month : month + 2])
                more[begin:end] = float(months[month]) * lacks / (end - begin)
            found = steps if lever.kind == "step" else extra
            found[place] = found.get(place, 0) + more
            if lever.kind == "volume":
                before = max(before, place)
                made_of |= {lever.channel} if lever.channel in bring else {""}
    leads = leads_by_hand(review, on_plan)
    base = orders_by_hand(review, {}, leads_by_hand(review, set()), {})
    total = orders_by_hand(review, rates, leads, extra)
    stepped = orders_by_hand(review, rates, leads, steps) - orders_by_hand(review, rates, leads, {})
    if sooner:
        stepped += orders_by_hand(review, rates, leads, {}, sooner) - orders_by_hand(review, rates, leads, {})
    if before:  # no more than what it is made of brings on plan
        up = {place: max(float(plan.rates[place]), float(forecast.rates[place].value)) for place in range(before)}
        total = min(total, orders_by_hand(review, rates | up, leads_by_hand(review, on_plan | made_of), {}))
    return total - base + stepped


def leads_by_hand(review: Review, channels: set[str]) -> float:
    """Leads to come ÷ planned ones where some channels ("" all) are on plan: what each lacks, as far as the forecast
    takes its leads from the closed months (a quarter of doubt against 15 % by month and chance)."""
    to_date, plan = review.to_date, review.plan
    closing, first = review.forecast.targets.closing, f"stage:{plan.stages[0].id}"
    asked = float(sum(closing.agreed(first, month) for month in range(to_date.months)))
    came = float(sum(map(float, to_date.actual_by_month[0])))
    weight = 0.27**2 / (0.27**2 + 0.15**2 / to_date.months + max(came, 1) / asked**2)
    shares = sum(one.share for one in plan.channels_on if one.stage == plan.stages[0].id)
    found = 0.0
    for place, channel in enumerate(to_date.channels):
        ask, real = float(to_date.planned_of_channels[place][0]), float(to_date.actual_of_channels[place][0])
        if channel.id in channels:
            found += weight * max(0, 1 - real / ask) * channel.share / shares
    if "" in channels:
        found = max(found, weight * (1 - came / float(to_date.planned[0])))
    return float(review.forecast.leads.value) + found


def lacking(review: Review, lever: Lever) -> float:
    """The part of what the plan asks of a channel at a stage that it lacks, of its KPI's actuals or of its leads."""
    place = [stage.id for stage in review.plan.stages].index(lever.stage)
    if lever.kind == "step":
        row = [one.id for one in review.to_date.channels].index(lever.channel)
        planned, actual = review.to_date.planned_of_channels[row], review.to_date.actual_of_channels[row]
        return float(max(0, actual[place - 1] / planned[place - 1] - actual[place] / planned[place]))
    kpi = next(one for one in review.plan.kpis_of(lever.channel) if one.target.strip() == lever.stage)
    channel = next(one for one in review.plan.channels if one.id == lever.channel)
    line = ChannelFigures(review.plan, review.to_date.targets, channel).target[kpi.id]
    told = [(line.months[month], value) for (what, month), value in review.plan.actuals.items()
            if what == f"{lever.channel}:{kpi.id}"]  # fmt: skip
    return max(0.0, 1 - sum(came for _, came in told) / sum(asked for asked, _ in told))
