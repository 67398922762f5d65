"""What is counted one by one: an actual of it that is no whole number (20 %, 12.5) is asked about."""

from __future__ import annotations

from collections.abc import Callable

from xl_kpi import catalog
from xl_kpi.errors import Phrase
from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Value


def part_of_a_count(plan: Plan) -> Callable[[str, Value], Phrase | None]:
    """A test for many actuals: the unit of what is counted one by one, where a value of it is no whole number.

    Special cases: a week in two months has sevenths in each, and these are no parts.
    Example: of "actual[web:cv][2026-04]" and 12.5 it is 件, of 12 None.
    """
    units = {f"{kpi.channel}:{kpi.id}": kpi.unit for kpi in plan.kpis if kpi.actual == "input"}
    units |= {f"stage:{stage.id}": "count" for stage in plan.stages}

    def test(key: str, value: Value) -> Phrase | None:
        if not isinstance(value, float) or any(_is_whole(value * k) for k in (1, 7)):
            return None
        unit = catalog.find_unit(units.get(EntryKey.parse(key).row or "", ""))
        counted = unit and unit.format == "count" and dict(unit.dimension) == {"count": 1}
        return unit.label if unit and counted else None

    return test


def _is_whole(value: float) -> bool:
    return abs(value - round(value)) <= 1e-9 * max(1, abs(value))
