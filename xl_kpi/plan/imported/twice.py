"""The same leads out of two systems: what one counts may be what another one has counted already.

Ad managers, analytics, MA and SFA each count the leads that they see.  Where one of two files is a list of persons or
deals, their figures of one KPI are not simply added.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from xl_kpi.catalog import LANGUAGES, text
from xl_kpi.catalog.exports import of_persons
from xl_kpi.plan.imported.figures import LEFT

Rows = Mapping[str, Mapping[str, Any]]
ADD, TAKE, KEEP = "add", "take", "keep"


def is_doubtful(system: str, others: Collection[str]) -> bool:
    """Whether a system may count what others have counted: one of them hands out lists of persons or deals, or is what
    somebody has typed by week."""
    return bool(others) and any(of_persons(one) or one in _typed() for one in (system, *others))


def _typed() -> set[str]:
    return {text("sheet_weeks", lang) for lang in LANGUAGES}


def decided(rows: Rows, link: str, system: str, others: Collection[str]) -> str:
    """What was decided about a KPI and these systems before, "" for nothing.

    Arguments: ``rows`` of データ元; ``link`` the KPI; ``system`` the one whose figures come in.
    Equation: a month for which both are there says it: both used, only the new one, only the others.
    """
    months: dict[Any, list[tuple[bool, bool]]] = {}
    for row in rows.values():
        if row.get("kpi") == link and row.get("system") in (system, *others):
            months.setdefault(row.get("month"), []).append((row.get("system") == system, row.get("used") != LEFT))
    for parts in months.values():
        own, other = ([used for is_own, used in parts if is_own is which] for which in (True, False))
        if own and other:
            return (ADD if any(other) else TAKE) if any(own) else KEEP
    return ""
