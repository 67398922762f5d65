"""Actuals that look as if they were typed in another unit or with a digit too many: asked about, never changed.

A figure five hundred times its target, or a five hundredth of it, is hardly one of this plan: 34 for 34,000,000 yen,
85,000 in a workbook in 千円.  Ten or a hundred times the target may well be true; it is asked about where it is so to
2 % and other months of the row are near their targets.  Targets are those that the sheets show: of closed months the
agreed ones, whatever the goal has become since.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xl_kpi import catalog
from xl_kpi.calc import month_start
from xl_kpi.errors import Fault, Phrase, Words
from xl_kpi.kpi.channel_figures import ACTUAL, ChannelFigures
from xl_kpi.kpi.figures import Number, attainment, is_number
from xl_kpi.plan.findings import fault
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.keys import actual_key
from xl_kpi.plan.model import Plan
from xl_kpi.plan.money.cells import REVENUE, YEN, amount_in_cell, factor_of
from xl_kpi.plan.slots import typed_series
from xl_kpi.plan.targets import Targets

KEY = "plan_check_digits"
FAR, NEAR, USUAL = (500, 0.002), ((9.8, 10.2), (98, 102), (0.098, 0.102), (0.0098, 0.0102)), (0.5, 2)
LEAST_USUAL = 2  # months near their targets, beside one that is nearly ten times its own


def slips(attained: Sequence[Number], targets: Sequence[Number], unit: str, better: str = "up") -> list[int]:
    """The months of a row, from 0, whose actual is off from its target by about a power of ten.

    Arguments: ``attained`` the attainment of each month and ``targets`` what it is compared with; ``unit`` of the row;
    ``better`` as for ``attainment``, which is the other way round where less is better.
    Special cases: of what is no amount a very small number is asked about only where another month is near its target:
    it may be the first of a month that has just begun.  A target below one piece asks for nothing.
    Example: 1.02, 0.97 and 10.0 give [2].
    """
    least = _least(unit)
    numbers = {
        month: value for month, (value, target) in enumerate(zip(attained, targets, strict=True))
        if is_number(value) and is_number(target) and target >= least
    }  # fmt: skip
    usual = sum(USUAL[0] <= value <= USUAL[1] for value in numbers.values())
    found = []
    for month, value in numbers.items():
        many, few = value >= FAR[0], 0 < value <= FAR[1]
        many, few = (few, many) if better == "down" else (many, few)
        near = usual >= LEAST_USUAL and any(low <= value <= high for low, high in NEAR)
        if many or (few and (_is_money(unit) or usual)) or near:
            found.append(month)
    return found


def slips_excel(span: str, targets: str, unit: str, better: str = "up") -> str:
    """The Excel text for how many months ``slips`` finds, over the rows of attainments and of targets."""
    asked = f',{targets},">={_least(unit)}"'

    def count(low: str, high: str = "") -> str:
        return f'COUNTIFS({span},"{low}"{f",{span},{chr(34)}{high}{chr(34)}" if high else ""}{asked})'

    usual = count(f">={USUAL[0]}", f"<={USUAL[1]}")
    many, few = count(f">={FAR[0]}"), count(">0", f"<={FAR[1]}")
    many, few = (few, many) if better == "down" else (many, few)
    near = "+".join(count(f">={low}", f"<={high}") for low, high in NEAR)
    few = few if _is_money(unit) else f"IF({usual}>0,{few},0)"
    return f"{many}+{few}+IF({usual}>={LEAST_USUAL},{near},0)"


def _is_money(unit: str) -> bool:
    found = catalog.find_unit(unit)
    return found is not None and found.is_money


def _least(unit: str) -> int:
    """The smallest target that asks for something: of what is counted one piece."""
    found = catalog.find_unit(unit)
    return 1 if found and dict(found.dimension) == {"count": 1} else 0


def doubtful_actuals(plan: Plan) -> Iterator[Fault]:
    """A question for each typed actual that is off by about a power of ten.

    Arguments: ``plan``, sound.  Result: ``cell`` is the key of the actual.
    """
    if not plan.actuals:
        return
    targets = Targets(plan)
    for what, unit in typed_series(plan.stages, plan.channels, plan.kpis, plan.goal.kind).items():
        if what.startswith("stage:"):
            shown_months = (
                targets.shown_revenue[1:-1]
                if what == REVENUE
                else targets.whole_new[targets.stage_index(what.partition(":")[2])].months
            )
            wanted: Sequence[Number] = [float(value) for value in shown_months]
            yield from _of_row(
                plan, what, unit, "up", [plan.actuals.get((what, k)) for k in range(plan.months)], wanted
            )
    for channel in plan.channels_on:
        figures = ChannelFigures(plan, targets, channel)
        for kpi in figures.kpis:
            if figures.formulas[ACTUAL][kpi.id] is None:
                actual, wanted = figures.actual[kpi.id].months, figures.comparable[kpi.id]
                yield from _of_row(plan, f"{channel.id}:{kpi.id}", kpi.unit, kpi.better, actual, wanted)


def _of_row(
    plan: Plan, what: str, unit: str, better: str, actual: Sequence[Number], wanted: Sequence[Number]
) -> Iterator[Fault]:
    attained = [attainment(one, other, better) for one, other in zip(actual, wanted, strict=True)]
    in_cell = factor_of(plan.currency_unit) if unit == YEN else 1
    label: Phrase = Words(f"currency_{plan.currency_unit}") if unit == YEN else catalog.unit(unit).label
    for month in slips(attained, wanted, unit, better):
        typed, target = (amount_in_cell(float(row[month] or 0), in_cell) for row in (actual, wanted))
        said = f"{target:,.4g}" if abs(target) < 1000 else f"{target:,.0f}"
        yield fault(KEY, shown(typed), actual_key(what, month_start(plan.start, month)), target=said, unit=label)
