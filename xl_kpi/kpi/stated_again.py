"""KPIs that say again what the plan says (order value, margin, revenue of existing customers) and differ from it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from xl_kpi import catalog
from xl_kpi.calc import exact
from xl_kpi.errors import Fault, Phrase, Words
from xl_kpi.formulas.fault import FormulaFault
from xl_kpi.formulas.formula import is_input
from xl_kpi.kpi.channel_figures import TARGET, ChannelFigures
from xl_kpi.kpi.figures import is_number
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.findings import fault
from xl_kpi.plan.goal.contradictions import ROUNDED as SLACK
from xl_kpi.plan.goal.fees import is_monthly
from xl_kpi.plan.goal.scale import goal_scale
from xl_kpi.plan.input.wording import Rounded, percent
from xl_kpi.plan.keys import KPIS
from xl_kpi.plan.model import Channel, Kpi, Plan
from xl_kpi.plan.targets import Targets

ORDER_VALUE, MARGIN, EXISTING = "order_value", "gross_margin", "existing_revenue"  # what ``states`` of a KPI can be


def differing(plan: Plan) -> Iterator[Fault]:
    """The KPIs of channels that are on whose assumption is another than the plan's own entry for the same thing.

    Arguments: ``plan``, sound, its money in yen.
    Equation: an assumption is the entry, within 0.5 %; the revenue of existing customers over the plan's months is
    between what is left of the entry after churn and the entry with up- and cross-sell.
    Special cases: nothing is said where one of both is blank, of KPIs that the catalog does not have or has in another
    unit, and of the order value of a plan with monthly fees.

    Source: C5.
    """
    for channel in plan.channels_on:
        known = catalog.find_channel(channel.id)
        for kpi in shown_kpis(plan, channel) if known else ():
            like = known.find_kpi(kpi.id) if known else None
            if like is None or not like.states or like.unit != kpi.unit:
                continue
            if like.states == ORDER_VALUE and is_monthly(plan):
                continue
            entry, said = _entry(plan, like.states), _said(plan, channel, kpi)
            if entry is None or said is None or entry[0] * (1 - SLACK) <= said <= entry[1] * (1 + SLACK):
                continue
            words = percent if like.states == MARGIN else Rounded
            values: dict[str, Phrase] = {
                "channel": channel.name, "kpi": {"ja": kpi.name_ja, "en": kpi.name_en}, "value": words(said),
                "label": Words(f"label_{like.states}"), "entry": words(_typed(plan, like.states)),
            }  # fmt: skip
            yield fault("plan_check_stated_again", words(said), f"{KPIS}[{channel.id}.{kpi.id}].value", **values)


def _typed(plan: Plan, key: str) -> Fraction:
    return exact((plan.order_value if key == ORDER_VALUE else plan.settings.get(key)) or 0)


def _entry(plan: Plan, key: str) -> tuple[Fraction, Fraction] | None:
    """What the plan says, from and to; None where it is blank."""
    if (plan.order_value if key == ORDER_VALUE else plan.settings.get(key)) is None:
        return None
    typed = _typed(plan, key)
    if key != EXISTING:
        return typed, typed
    lost, more = (exact(plan.settings.get(f"existing_{name}") or 0) for name in ("churn", "upsell"))
    times = goal_scale(plan)
    return typed * (1 - lost) * times, (typed + more) * times


def _said(plan: Plan, channel: Channel, kpi: Kpi) -> Fraction | None:
    """What the KPI says: its assumption, or its target over the plan's months."""
    if is_input(kpi.target):
        return None if kpi.value is None else exact(kpi.value)
    try:
        months = ChannelFigures(plan, Targets(plan), channel).months[TARGET, kpi.id]
    except FormulaFault:  # told of its own
        return None
    return sum((exact(month) for month in months if is_number(month)), Fraction(0)) or None
