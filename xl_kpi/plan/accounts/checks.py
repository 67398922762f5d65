"""What can't be in the rows of 企業リスト, whatever each cell says alone."""

from __future__ import annotations

from collections.abc import Iterator

from xl_kpi.errors import Fault, Words
from xl_kpi.plan.accounts.figures import TABLE
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.model import Plan


def check_accounts(plan: Plan) -> Iterator[Fault]:
    """A warning for each account of which more key people were reached than there are."""
    for id_, row in plan.tables.get(TABLE, {}).items():
        people, reached = row.get("key_people"), row.get("key_reached") or 0
        if people is not None and reached > people:
            allowed = Words("plan_check_reached", company=str(row.get("name", "")), people=shown(people))
            yield Fault(shown(reached), allowed, cell=f"{TABLE}[{id_}].key_reached", level="warning")
