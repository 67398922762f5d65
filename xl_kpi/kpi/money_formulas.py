"""KPI formulas over cells that hold money in 千円 or 百万円, while what one thing costs is in yen.

A person writes ``leads * cost_per_lead`` and need not think of units.  Where the cell of the result is in 百万円 it
has to be ``(leads * cost_per_lead) / 1000000``, and ``cost / leads`` is ``(cost * 1000000) / leads``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xl_kpi.formulas.fault import FormulaFault
from xl_kpi.formulas.formula import is_input, parse
from xl_kpi.plan.model import Kpi
from xl_kpi.plan.money.cells import YEN


def formulas_in_cells(kpis: Sequence[Kpi], factor: int) -> tuple[Kpi, ...]:
    """The KPIs with formulas over cells in which money is in units of ``factor`` yen.

    Special cases: a formula with no money in it, or one of which nothing can be computed, is the same.
    Example: with 1,000,000 the target ``leads * cpl`` of a KPI in yen becomes ``(leads * cpl) / 1000000``.
    """
    if factor == 1:
        return tuple(kpis)
    money = {(kpi.channel, kpi.id) for kpi in kpis if kpi.unit == YEN}
    return tuple(
        replace(kpi, target=_in_cells(kpi.target, kpi, money, factor), actual=_in_cells(kpi.actual, kpi, money, factor))
        for kpi in kpis
    )


def _in_cells(said: str, kpi: Kpi, money: set[tuple[str, str]], factor: int) -> str:
    if is_input(said):
        return said
    try:
        formula = parse(said)
        in_money = [name for name in formula.ids if (kpi.channel, name) in money]
        if kpi.unit != YEN and not in_money:
            return said
        whole = formula.root.text(lambda name: f"({name} * {factor})" if name in in_money else name, " ")
        return parse(f"({whole}) / {factor}" if kpi.unit == YEN else whole).text
    except FormulaFault:  # of a channel that is off; or too long when written out
        return said
