"""Assumptions that were probably typed with a digit too many or too few, against the catalog's size of them."""

from __future__ import annotations

from collections.abc import Iterator

from xl_kpi import catalog
from xl_kpi.calc import exact
from xl_kpi.errors import Fault, Phrase, Words
from xl_kpi.formulas.formula import is_input
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.input.wording import fixed, percent
from xl_kpi.plan.keys import KPIS
from xl_kpi.plan.model import Plan

_FAR, _POWERS = 80, tuple(10**power for power in range(1, 7))


def assumed_digits(plan: Plan) -> Iterator[Fault]:
    """Assumptions with the digits of the catalog's example and another power of ten, and such that are far off it.

    Equation: value ÷ example is 10, 100 … or one over these, or 80 and more, or 1 ÷ 80 and less.
    Special cases: an example says nothing of a company, so that all between is nobody's slip; nothing is said of KPIs
    that the catalog does not have, or has in another unit.
    """
    for kpi in (kpi for channel in plan.channels_on for kpi in shown_kpis(plan, channel)):
        channel = catalog.find_channel(kpi.channel)
        known = channel.find_kpi(kpi.id) if channel else None
        if not is_input(kpi.target) or not kpi.value or known is None or not known.value:
            continue
        ratio = exact(kpi.value) / exact(known.value)
        size = max(ratio, 1 / ratio)
        if known.unit == kpi.unit and (size >= _FAR or size in _POWERS):
            typed, usual = (_said(one, kpi.unit) for one in (kpi.value, known.value))
            names = {"name": {"ja": kpi.name_ja, "en": kpi.name_en}, "usual": usual}
            yield fault("plan_check_assumed_digits", typed, f"{KPIS}[{kpi.channel}.{kpi.id}].value", **names)


def _said(value: float, unit: str) -> Phrase:
    """A value as the sheets show it: 6%, 3,000,000円, 1,200."""
    if unit == "rate":
        return percent(value)
    number = fixed(value) if value == int(value) else shown(value)
    return Words("amount_small", number=number) if catalog.unit(unit).is_money else number
