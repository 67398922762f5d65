"""Formulas that use one another: the order to compute them in, and the loops among them."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from xl_kpi.formulas.fault import FormulaFault
from xl_kpi.formulas.formula import Formula

ARROW = " → "


def order(formulas: Mapping[str, Formula | None]) -> list[str]:
    """The ids so that each comes after all that its formula uses.

    ``formulas``: id → formula, None for what is typed.  Ids outside (stages) are there already.
    Errors: FormulaFault names a loop (a → b → a).
    Example: sessions = cv / cvr gives cv and cvr before sessions.
    """
    sorter = TopologicalSorter(_uses(formulas))
    try:
        return list(sorter.static_order())
    except CycleError as error:
        # graphlib follows "is used by"; people read "uses".
        raise FormulaFault("formula_loop", path=ARROW.join(reversed(error.args[1]))) from None


def loops_in(formulas: Mapping[str, Formula | None]) -> dict[str, tuple[str, ...]]:
    """Each id that leads back to itself, with its shortest way round: a → (a, b, a)."""
    uses = _uses(formulas)
    loops: dict[str, tuple[str, ...]] = {}
    for start in uses:
        waiting: deque[tuple[str, ...]] = deque([(start,)])
        seen: set[str] = set()
        while waiting and start not in loops:
            path = waiting.popleft()
            for next_ in uses[path[-1]]:
                if next_ == start:
                    loops[start] = (*path, start)
                    break
                if next_ not in seen:
                    seen.add(next_)
                    waiting.append((*path, next_))
    return loops


def _uses(formulas: Mapping[str, Formula | None]) -> dict[str, list[str]]:
    return {
        id_: [used for used in formula.ids if used in formulas] if formula else [] for id_, formula in formulas.items()
    }
