"""What closed months leave open: actuals that are blank, orders for which no day is left."""

from __future__ import annotations

from collections.abc import Iterator

from xl_kpi.calc import clean_ceiling, month_start
from xl_kpi.errors import Fault
from xl_kpi.plan.findings.outlook import LEAST_SHORTAGE
from xl_kpi.plan.findings.table import fault
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.input.wording import fixed
from xl_kpi.plan.keys import actual_key
from xl_kpi.plan.targets import Targets


def after_closing(targets: Targets) -> Iterator[Fault]:
    """The first blank actual of closed months, and the orders that are missing after them."""
    closing, start = targets.closing, targets.plan.start
    if closing is None:
        return
    if closing.blanks:
        what, month = closing.blanks[0]
        cell = actual_key(what, month_start(start, month))
        yield fault("plan_check_closed_blank", "", cell, count=len(closing.blanks))
    if closing.too_late > LEAST_SHORTAGE:
        until = shown(targets.plan.settings["closed_until"])
        yield fault("plan_check_closed_late", until, "closed_until", count=fixed(clean_ceiling(closing.too_late)))
