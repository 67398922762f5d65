"""Actuals that look as if they were typed in another unit or with a digit too many: asked about, never changed.

A figure about ten times its target, a tenth of it, or a hundred times and more off either way is hardly one of this
plan: 34 for 34,000,000 yen, 339 for 33.9, 85,000 in a workbook in 千円.  Three times the target, or a third of it, is a
good or a bad month.  Targets are those that the sheets show: of closed months the agreed ones, whatever the goal has
become since.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from xl_kpi import catalog
from xl_kpi.calc import month_start
from xl_kpi.errors import Fault, Phrase, Words
from xl_kpi.kpi.channel_figures import ACTUAL, ChannelFigures
from xl_kpi.kpi.figures import Number, attainment, is_number
from xl_kpi.kpi.money_formulas import formulas_in_cells
from xl_kpi.plan.dictionary.counts import part_of_a_count
from xl_kpi.plan.findings import fault
from xl_kpi.plan.history.slots import typed_series
from xl_kpi.plan.imported.figures import LEFT, SOURCES
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.keys import actual_key
from xl_kpi.plan.model import AMOUNT_ROWS, EXISTING_ROW, Plan
from xl_kpi.plan.money.cells import YEN, factor_of, in_cells
from xl_kpi.plan.targets import Targets

KEY, PARTS_KEY = "plan_check_digits", "plan_check_not_whole"
ABOUT = 1.25  # about a power of ten: by a quarter more or less, as a factor
TEN, FAR = (10 / ABOUT, 10 * ABOUT), 100 / ABOUT  # about ten times; from about a hundred times on, whatever the power
LEAST_MANY, LEAST_FEW = 5, 100  # of what is counted: below these targets luck makes such a month

Band = tuple[float, float | None]  # from, to; what is open above is None, what is open below begins above 0
_MANY: tuple[Band, ...] = (TEN, (FAR, None))
_FEW: tuple[Band, ...] = ((1 / TEN[1], 1 / TEN[0]), (0.0, 1 / FAR))


def slips(attained: Sequence[Number], targets: Sequence[Number], unit: str, better: str = "up") -> list[int]:
    """The months of a row, from 0, whose actual is off from its target by about a power of ten.

    Arguments: ``attained`` the attainment of each month and ``targets`` what it is compared with; ``unit`` of the row;
    ``better`` as for ``attainment``, which is the other way round where less is better.
    Equation: actual ÷ target from 8 to 12.5 or from 80 on, from 0.08 to 0.125 or up to 0.0125.
    Special cases: nothing at all is no slip.  Of what is counted, too many are asked about from a target of 5 on and
    too few from 100 on: 20 leads where two were planned, or one order in a month that should bring ten, are luck.
    Example: 1.02, 0.3 and 10.0 give [2].
    """
    asked = []
    for month, (value, target) in enumerate(zip(attained, targets, strict=True)):
        if is_number(value) and is_number(target) and value > 0:
            for bands, least in _rules(unit, better):
                if target >= least and any(low <= value and (high is None or value <= high) for low, high in bands):
                    asked.append(month)
    return asked


def slips_excel(span: str, targets: str, unit: str, better: str = "up") -> str:
    """The Excel text for how many months ``slips`` finds, over the rows of attainments and of targets."""
    counts = []
    for bands, least in _rules(unit, better):
        for low, high in bands:
            above = f'{span},">={low:g}"' if low else f'{span},">0"'
            below = "" if high is None else f',{span},"<={high:g}"'
            counts.append(f'COUNTIFS({above}{below},{targets},">={least}")')
    return "+".join(counts)


def _rules(unit: str, better: str) -> tuple[tuple[tuple[Band, ...], int], ...]:
    """The bands of the attainment that mean too much and too little, each with the smallest target that it asks for."""
    found = catalog.find_unit(unit)
    counted = found is not None and dict(found.dimension) == {"count": 1}
    many, few = (LEAST_MANY, LEAST_FEW) if counted else (0, 0)
    return ((_FEW, many), (_MANY, few)) if better == "down" else ((_MANY, many), (_FEW, few))


def parts_of_a_count(plan: Plan) -> Iterator[Fault]:
    """A question for each typed actual of what is counted one by one that is no whole number: 20 %, 12.5.

    Arguments: ``plan``, sound.  Result: ``cell`` is the key of the actual.
    Special cases: of what came from a file it was asked as it was imported.
    """
    unit_of = part_of_a_count(plan)
    used = [row for row in plan.tables.get(SOURCES, {}).values() if row.get("used") != LEFT and float(row["value"]) % 1]
    asked = {(str(row["kpi"]).replace(".", ":"), row["month"]) for row in used}
    for (what, month), value in plan.actuals.items():
        day = month_start(plan.start, month)
        key = actual_key(what, day)
        if 0 <= month < plan.months and (what, day) not in asked and (unit := unit_of(key, value)):
            yield fault(PARTS_KEY, shown(value), key, unit=unit)


def doubted_actuals(plan: Plan) -> Iterator[Fault]:
    """Every question about typed actuals, at most one of a cell: what is no whole number, then what is far off."""
    parts = [*parts_of_a_count(plan)]
    asked = {one.cell for one in parts}
    yield from parts
    yield from (one for one in doubtful_actuals(plan) if one.cell not in asked)


def doubtful_actuals(plan: Plan) -> Iterator[Fault]:
    """A question for each typed actual that is off by about a power of ten.

    Arguments: ``plan``, sound.  Result: ``cell`` is the key of the actual.
    """
    if not plan.actuals:
        return
    plan = in_cells(plan)  # a tenth of a million is what the sheets compare with
    plan = plan.with_(kpis=formulas_in_cells(plan.kpis, factor_of(plan.currency_unit)))
    targets = Targets(plan)
    existing = bool(targets.existing)
    for what, unit in typed_series(plan.stages, plan.channels, plan.kpis, plan.goal.kind, existing).items():
        if what.startswith("stage:"):
            shown_months: Sequence[Fraction | int]
            if what in AMOUNT_ROWS:
                money = targets.shown_existing if what == EXISTING_ROW else targets.shown_revenue
                shown_months = money[1:-1]
            else:
                shown_months = targets.whole_new[targets.stage_index(what.partition(":")[2])].months
            wanted: Sequence[Number] = [float(value) for value in shown_months]
            yield from _of_row(
                plan, what, unit, "up", [plan.actuals.get((what, k)) for k in range(plan.months)], wanted
            )
    for channel in plan.channels_on:
        figures = ChannelFigures(plan, targets, channel)
        for kpi in figures.kpis:
            if figures.formulas[ACTUAL][kpi.id] is None:
                actual, wanted = figures.actual[kpi.id].months, figures.comparable[kpi.id]
                yield from _of_row(plan, f"{channel.id}:{kpi.id}", kpi.unit, figures.better(kpi), actual, wanted)


def _of_row(
    plan: Plan, what: str, unit: str, better: str, actual: Sequence[Number], wanted: Sequence[Number]
) -> Iterator[Fault]:
    attained = [attainment(one, other, better) for one, other in zip(actual, wanted, strict=True)]
    label: Phrase = Words(f"currency_{plan.currency_unit}") if unit == YEN else catalog.unit(unit).label
    for month in slips(attained, wanted, unit, better):
        typed, target = (float(row[month] or 0) for row in (actual, wanted))
        said = f"{target:,.4g}" if abs(target) < 1000 else f"{target:,.0f}"
        yield fault(KEY, shown(typed), actual_key(what, month_start(plan.start, month)), target=said, unit=label)
