"""Money as cells hold it: in the plan's unit, 円, 千円 or 百万円.  The plan itself has all of it in yen.

What a cell shows is what is typed there, so the amounts of a workbook are those of its headers: the revenue or
profit (goal, baseline, month, actuals), the order value, existing customers, and the KPIs whose unit is money.  What
one thing costs (円/件) is in yen in every workbook: in 百万円 nobody could read it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from xl_kpi import catalog
from xl_kpi.calc import exact
from xl_kpi.plan import fields
from xl_kpi.plan.fields import goal_unit
from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.model import AMOUNT_ROWS, AgreedTargets, Kpi, Plan
from xl_kpi.plan.pages.tables import Rows, find_table

YEN = "yen"  # the unit of a KPI that is money, and of a plan whose cells hold yen


def factor_of(currency_unit: str) -> int:
    """How many yen one of a plan's unit of money is: 1,000,000 for ``million_yen``; 1 for what is no such unit."""
    found = catalog.find_unit(currency_unit)
    return found.factor if found else 1


def amount_in_cell(yen: float | Fraction, factor: int) -> float:
    """An amount as a cell holds it: 34,000,000 yen are 34.0 where ``factor`` is 1,000,000."""
    return float(yen) if factor == 1 else float(exact(yen) / factor)


def is_amount(plan: Plan, key: str) -> bool:
    """Whether the entry with this stable key is an amount that cells hold in the plan's unit of money."""
    entry = EntryKey.parse(key)
    if entry.is_actual:
        return entry.row in AMOUNT_ROWS or _unit(plan, entry) == YEN
    if entry.kind == "tbl_kpis.value":
        return _unit(plan, entry) == YEN
    one = fields.find_field(entry)
    return one is not None and one.in_money(goal_unit(plan.goal.kind))


def in_cells(plan: Plan) -> Plan:
    """The plan as cells hold it: every amount in the plan's unit of money.

    Special cases: a plan in yen is the same.
    Example: a goal of 1,000,000,000 yen is 1,000.0 in a plan in ``million_yen``.
    """
    factor = factor_of(plan.currency_unit)
    if factor == 1:
        return plan
    unit = goal_unit(plan.goal.kind)
    singles = {one.key: one.get(plan) for one in fields.SINGLES if one.in_money(unit)}
    amounts = {key: amount_in_cell(yen, factor) for key, yen in singles.items() if yen is not None}
    money = _amounts(plan)
    return fields.with_values(plan, amounts).with_(
        kpis=tuple(_in_cells(kpi, factor) for kpi in plan.kpis),
        actuals={
            (what, month): amount_in_cell(number, factor) if what in money else number
            for (what, month), number in plan.actuals.items()
        },
        tables={key: _rows_in_cells(key, rows, factor) for key, rows in plan.tables.items()},
        agreed=_with_amounts(plan, lambda yen: amount_in_cell(yen, factor)),
    )


def _rows_in_cells(key: str, rows: Rows, factor: int) -> Rows:
    table = find_table(key)
    money = {one.column for one in table.columns if one.in_money("")} if table else set()
    if not money:
        return rows
    return {
        id_: {column: amount_in_cell(value, factor) if column in money else value for column, value in cells.items()}
        for id_, cells in rows.items()
    }


def agreed_in_yen(plan: Plan, factor: int) -> AgreedTargets:
    """What a plan remembers as agreed, in yen, where it was read from cells of which one stands for ``factor`` yen."""
    return _with_amounts(plan, lambda cell: float(exact(cell) * factor)) if factor != 1 else plan.agreed


def _with_amounts(plan: Plan, change: Callable[[float], float]) -> AgreedTargets:
    money = _amounts(plan)

    def changed(months: Mapping[tuple[str, int], float]) -> dict[tuple[str, int], float]:
        return {key: change(value) if key[0] in money else value for key, value in months.items()}

    agreed = plan.agreed
    return replace(agreed, months=changed(agreed.months), first=changed(agreed.first))


def _amounts(plan: Plan) -> set[str]:
    """The rows by month that are amounts."""
    return {f"{kpi.channel}:{kpi.id}" for kpi in plan.kpis if kpi.unit == YEN} | AMOUNT_ROWS


def _in_cells(kpi: Kpi, factor: int) -> Kpi:
    if kpi.unit != YEN or kpi.value is None:
        return kpi
    return replace(kpi, value=amount_in_cell(kpi.value, factor))


def _unit(plan: Plan, entry: EntryKey) -> str:
    """The unit of the KPI that an entry is about; "" for one that the plan does not have."""
    return next((kpi.unit for kpi in plan.kpis if (kpi.channel, kpi.id) == (entry.owner, entry.id)), "")
