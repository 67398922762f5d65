"""What one lead of a channel costs, where a plan says it twice: as its unit cost, and as an assumption of its KPIs.

The unit cost on チャネル makes the expected cost (費用の見込み), an assumption such as CPA in KPI辞書 makes the targets
of the channel's sheet (広告費).  Where the two differ the plan has two budgets for one thing.  Both stand in yen in
every workbook.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xl_kpi.formulas.formula import is_input
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.model import Channel, Kpi, Plan

COST_OF_ONE = "yen_per"  # the unit of what one thing costs
SLACK = 0.000001  # yen: nothing but the digits of a cell


@dataclass(frozen=True)
class StatedTwice:
    """A channel, and the KPI that states what one thing of the channel's stage costs, as its unit cost does."""

    channel: Channel
    kpi: Kpi

    @property
    def differ(self) -> bool:
        """Whether both are typed and are not the same."""
        cost, value = self.channel.unit_cost, self.kpi.value
        return cost is not None and value is not None and abs(cost - value) > SLACK


def stated_twice(plan: Plan) -> Iterator[StatedTwice]:
    """Every KPI on the tab of a channel, on or off, that states again what one thing of the channel's stage costs.

    That is an assumption in yen for one thing, the less the better, weighed by a KPI whose target is what the plan asks
    of the channel.

    Arguments: ``plan``.  Result: the pairs in the order of the channels and of the KPI dictionary.
    Equation: expected cost = unit cost × needed; target of the spend = the KPI's assumption × needed.
    Example: the channel ads, whose CV is the plan's leads, and its CPA (ad spend ÷ CV).
    Special cases: of a channel of opportunities the cost of one lead is another thing, and not among them.
    """
    for channel in plan.channels:
        kpis = shown_kpis(plan, channel)
        asked = {kpi.id for kpi in kpis if kpi.target.strip().lower() == channel.stage.lower()}
        for kpi in kpis:
            if kpi.unit == COST_OF_ONE and kpi.better == "down" and is_input(kpi.target) and kpi.weight in asked:
                yield StatedTwice(channel, kpi)
