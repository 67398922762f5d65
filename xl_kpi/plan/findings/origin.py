"""Where figures come from: a template, a guess on which most of the goal rests, or nobody has said."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from math import prod

from xl_kpi import catalog
from xl_kpi.calc import exact
from xl_kpi.catalog.check_limits import check_limits
from xl_kpi.errors import Fault, Joined, Phrase, Words
from xl_kpi.formulas.fault import FormulaFault
from xl_kpi.formulas.formula import is_input, parse
from xl_kpi.plan.channels.lead_orders import LeadOrders
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.examples import figures
from xl_kpi.plan.findings.smart import in_channel, named
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.input.wording import percent
from xl_kpi.plan.keys import CHANNELS, KPIS, STAGES
from xl_kpi.plan.model import Channel, Kpi, Plan, Stage
from xl_kpi.plan.outlook import PlanOutlook

GUESS = "guess"


def examples(plan: Plan) -> Iterator[Fault]:
    """One hint for all figures of a template that stand in the plan yet, at the first.

    Until they are replaced a plan says nothing about its company.
    Special cases: figures of one table are named one by one, those of several by their kinds.
    """
    left = figures.remaining(plan)
    if left:
        first = next(iter(left))
        one_table = len({figures.table_of(key) for key in left}) == 1
        found = figures.listed(left, plan) if one_table else figures.kinds(left)
        yield fault("plan_check_example", figures.said(first, left[first]), first, figures=found)


def guesses(outlook: PlanOutlook) -> Iterator[Fault]:
    """A warning for each guess on which more than ``carries_most`` of the orders expected rest.

    Guesses are the rates of ファネル, those of channels, and the assumptions of which a channel's volumes are made, by
    ``basis``.
    Special cases: of guesses in use alone; an assumption that nothing of the channel's volume is made of is none.

    Source: K9 (achievable).
    """
    plan = outlook.plan
    if GUESS not in _said(plan):
        return
    most, carried = exact(check_limits().carries_most), Carried(outlook)
    for index, stage in enumerate(plan.stages[:-1]):
        share = carried.by_step(index)
        if stage.basis == GUESS and share > most:
            said = {"name": _way(plan, index), "share": percent(share)}
            yield fault("plan_check_guess", percent(stage.rate or 0), f"{STAGES}[{stage.id}].basis", **said)
    own = own_rates(plan)
    for channel in plan.channels_in_funnel:
        share = carried.by_channel(channel)
        if channel.id in own and channel.rate_basis == GUESS and share > most:
            said = {"name": _own(channel), "share": percent(share)}
            found = ", ".join(percent(rate) for rate in own[channel.id])
            yield fault("plan_check_guess", found, f"{CHANNELS}[{channel.id}].rate_basis", **said)
        for kpi in assumed(plan, channel) if share > most else ():
            if kpi.basis == GUESS:
                said = {"name": in_channel(channel.name, kpi), "share": percent(share)}
                yield fault("plan_check_guess", _value(kpi), f"{KPIS}[{kpi.channel}.{kpi.id}].basis", **said)


def without_basis(plan: Plan) -> Iterator[Fault]:
    """One hint that names the rates and assumptions without a basis, at the first.

    Special cases: nobody is reminded while nobody has given one; figures that are a template's or the catalog's
    examples are told as such, or are known to be placeholders, and are not told a second time.

    Source: K9 (achievable).
    """
    if not _said(plan):
        return
    told = figures.remaining(plan)
    blank: list[tuple[str, Phrase]] = [
        (f"{STAGES}[{stage.id}].basis", _way(plan, index))
        for index, stage in enumerate(plan.stages[:-1])
        if not stage.basis and f"{STAGES}[{stage.id}].rate" not in told
    ]
    blank += [
        (f"{CHANNELS}[{channel.id}].rate_basis", _own(channel))
        for channel in plan.channels_on
        if channel.id in own_rates(plan) and not channel.rate_basis
    ]
    blank += [
        (f"{KPIS}[{kpi.channel}.{kpi.id}].basis", in_channel(channel.name, kpi))
        for channel in plan.channels_on
        for kpi in shown_kpis(plan, channel)
        if not kpi.basis and kpi.value is not None and is_input(kpi.target) and kpi.value != _placeholder(kpi)
    ]
    if blank:
        yield fault("plan_check_basis", "", blank[0][0], names=named([name for _, name in blank]))


class Carried:
    """How many of the orders that a plan expects go through a rate or come of a channel, as parts of 1.

    What is open at the start goes through the rates from its stage on; of what is under way after closed months nobody
    knows of which channel it was, and it rests on no guess any more.
    """

    def __init__(self, outlook: PlanOutlook):
        self.outlook, self.plan = outlook, outlook.plan

    def by_step(self, index: int) -> Fraction:
        """Of the rate from a stage to the next, as typed on ファネル: channels with a rate of their own do not use it.

        Equation: (Σ orders of the leads of the channels that use it + Σ open up to its stage × Π rates) ÷ all orders.
        """
        stage: Stage = self.plan.stages[index]
        using = [one for one in self._orders if (one, stage.id) not in self.plan.channel_rates]
        return self._part(sum((self._orders[one] for one in using), Fraction(0)) + self._open(index))

    def by_channel(self, channel: Channel) -> Fraction:
        """Of what a channel brings: the orders of its leads; further on its share of all that goes through it."""
        if channel.id in self._orders:
            return self._part(self._orders[channel.id])
        index = next(k for k, stage in enumerate(self.plan.stages) if stage.id == channel.stage)
        through = sum(self._orders.values(), Fraction(0)) + self._open(index)
        return self._part(through * self.outlook.targets.used_share(channel))

    @cached_property
    def _orders(self) -> dict[str, Fraction]:
        return {id_: brought.total for id_, brought in LeadOrders(self.outlook).by_channel.items()}

    def _open(self, index: int) -> Fraction:
        """Orders of what is open at the stages up to this one."""
        if self.plan.closed_months:
            return Fraction(0)
        rates = [exact(rate or 0) for rate in self.plan.rates]
        ahead = enumerate(self.plan.stages[: index + 1])
        return sum((exact(self.plan.pipeline.get(one.id) or 0) * prod(rates[k:]) for k, one in ahead), Fraction(0))

    def _part(self, orders: Fraction) -> Fraction:
        every = self.outlook.ever[-1]
        return min(orders / every, Fraction(1)) if every else Fraction(0)


def assumed(plan: Plan, channel: Channel) -> Iterator[Kpi]:
    """The assumptions of which a channel's volume is made: what its anchor's decomposition leads to.

    Example: CV = sessions × CVR: the CVR; the pages of a session are none of them.
    """
    rows = {kpi.id: kpi for kpi in plan.kpis_of(channel.id)}
    waiting = [id_ for id_, kpi in rows.items() if kpi.target.strip() == channel.stage]
    seen: set[str] = set()
    while waiting:
        id_ = waiting.pop(0)
        if id_ in seen or id_ not in rows:
            continue
        seen.add(id_)
        kpi = rows[id_]
        if is_input(kpi.target) and kpi.value is not None:
            yield kpi
        waiting += _ids(kpi.decomposition)


def own_rates(plan: Plan) -> dict[str, list[float]]:
    """The rates of their own of the channels that bring the first stage and are on, in the order of the steps."""
    found = {
        one.id: [
            plan.channel_rates[one.id, stage.id] for stage in plan.stages if (one.id, stage.id) in plan.channel_rates
        ]
        for one in plan.lead_channels
    }
    return {id_: rates for id_, rates in found.items() if rates}


def _own(channel: Channel) -> Phrase:
    return Joined((channel.name, Words("own_rates")), Words("list_of"))


def _said(plan: Plan) -> set[str]:
    """Every basis that is given in the plan."""
    by_stage, by_channel = {one.basis for one in plan.stages}, {one.rate_basis for one in plan.channels}
    return (by_stage | by_channel | {kpi.basis for kpi in plan.kpis}) - {""}


def _ids(formula: str) -> tuple[str, ...]:
    if not formula.strip() or is_input(formula):
        return ()
    try:
        return parse(formula).ids
    except FormulaFault:  # told as such
        return ()


def _placeholder(kpi: Kpi) -> float | None:
    """The catalog's own value of a KPI, an example by nature."""
    channel = catalog.find_channel(kpi.channel)
    known = channel.find_kpi(kpi.id) if channel else None
    return known.value if known else None


def _way(plan: Plan, index: int) -> Phrase:
    return Joined((plan.stages[index].name, plan.stages[index + 1].name), Words("list_way"))


def _value(kpi: Kpi) -> str:
    return percent(kpi.value or 0) if kpi.unit == "rate" else shown(kpi.value)
