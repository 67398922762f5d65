"""The actuals of a channel by month: typed, or computed from others of the same channel."""

from __future__ import annotations

from xl_kpi.formulas.formula import INPUT, parse
from xl_kpi.formulas.order import order
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.model import Channel, Kpi, Plan


def actual_rows(plan: Plan, channel: Channel) -> dict[str, list[float | None]]:
    """The actuals of each KPI on a channel's tab.

    Result: the KPI's id → a number or None (blank) for each month of the plan; each id after those that it is computed
    from.
    Errors: FormulaFault for a formula that can't be read, and for a loop.
    Example: of 1,000 visits typed for April ``visits * 0.1`` is 100 in April and blank in May.
    """
    kpis = {kpi.id: kpi for kpi in shown_kpis(plan, channel)}
    formulas = {kpi.id: None if kpi.actual == INPUT else parse(kpi.actual) for kpi in kpis.values()}
    rows: dict[str, list[float | None]] = {}
    for name in order(formulas):
        formula = formulas[name]
        if formula is None:
            rows[name] = typed(plan, kpis[name])
        else:
            months = ({other: rows[other][month] for other in formula.ids} for month in range(plan.months))
            rows[name] = [formula.evaluate(values) for values in months]
    return rows


def typed(plan: Plan, kpi: Kpi) -> list[float | None]:
    """The actuals of a KPI as they were typed."""
    found = (plan.actuals.get((f"{kpi.channel}:{kpi.id}", month)) for month in range(plan.months))
    return [None if value is None else float(value) for value in found]
