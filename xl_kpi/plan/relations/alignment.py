"""連携 (S9): how MQL become SQL and how fast, what sales says about leads and what comes of it, joint meetings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from xl_kpi.calc import month_start
from xl_kpi.calc.lag import CURVE_STEP, Lag
from xl_kpi.plan.closed.closing import first_stage_actuals
from xl_kpi.plan.model import Plan
from xl_kpi.plan.relations.dated import (
    Cells,
    Dated,
    Line,
    Number,
    Trend,
    chosen,
    count,
    difference,
    divided,
    ratio,
    trend,
)

MQL, SQL = "mql", "sql"
LIMITS = {  # figure → (entry with its limit, on which side a number is good, digits of a change)
    "rate": ("handover_rate_alert", "up", 3),
    "days": ("handover_days_alert", "down", 1),
    "feedback": ("feedback_alert", "up", 0),
    "concrete_share": ("", "up", 3),
    "acted_share": ("acted_alert", "up", 3),
    "held_share": ("", "up", 3),
}


def handover(plan: Plan) -> tuple[int, int] | None:
    """Where MQL and SQL stand among the stages; None for a plan in which there is no way from one to the other."""
    places = {stage.id: place for place, stage in enumerate(plan.stages)}
    here, there = places.get(MQL), places.get(SQL)
    return (here, there) if here is not None and there is not None and here < there else None


def median_days(lag: Lag | None) -> float:
    """After how many days half have gone on.

    Special cases: a spread is as likely on each day, so half of it; a measured curve is followed straight from step to
    step; no lag is 0.
    Example: ``median_days(Lag(10, 30))`` is 20; 40 % within 30 days and all within 60: ``median_days(Lag(curve=(0.4,
    1)))`` is 30 + 30 × 0.1 ÷ 0.6 = 35.
    Source: S9.
    """
    if lag is None or not lag.curve:
        return (lag.low + lag.high) / 2 if lag else 0.0
    before = 0.0
    for step, share in enumerate(lag.curve):
        if share >= 0.5:
            return CURVE_STEP * (step + (0.5 - before) / (share - before))
        before = share
    return float(CURVE_STEP * len(lag.curve))


class Alignment:
    """The figures of the page by month; ``lines`` in its order."""

    def __init__(self, plan: Plan):
        self.plan = plan
        self.months = [month_start(plan.start, k) for k in range(plan.months)]

    @cached_property
    def lines(self) -> Mapping[str, Line]:
        return {**self._handover(), **self._feedback(), **self._meetings()}

    @cached_property
    def trends(self) -> Mapping[str, Trend]:
        """The latest of each figure that is followed; a plan without MQL or SQL has no rate."""
        found = {}
        for key, (entry, better, digits) in LIMITS.items():
            if key in self.lines:
                limit = self.plan.settings.get(entry)
                found[key] = trend(self.months, self.lines[key].months, digits, limit, better)
        return found

    def _actuals(self, stage: int) -> list[Number]:
        """What reached a stage by month; of the first one the sum of its channels."""
        key = f"stage:{self.plan.stages[stage].id}"
        sums = first_stage_actuals(self.plan) if stage == 0 else None
        months = sums or [self.plan.actuals.get((key, k)) for k in range(self.plan.months)]
        return ["" if value is None else float(value) for value in months]

    def _handover(self) -> dict[str, Line]:
        days = Dated(self.plan, "tbl_handover", "month").line(_mean_days)
        days = Line(days.months)  # a median of medians is none
        places = handover(self.plan)
        if places is None:
            return {"days": days}
        here, there = places
        mql, sql = (Line(months, _sum(months)) for months in (self._actuals(here), self._actuals(there)))
        both = [not isinstance(a, str) and not isinstance(b, str) for a, b in zip(mql.months, sql.months)]
        sums = [_sum([value for value, known in zip(line.months, both) if known]) for line in (sql, mql)]
        rate = Line(ratio(sql, mql).months, divided(sums[0], sums[1]))
        planned, waits = 1.0, 0.0
        for step in range(here, there):
            planned *= float(self.plan.rates[step] or 0)
            waits += median_days(self.plan.stages[step].lag)
        rate_plan, days_plan = (Line([value] * self.plan.months, value) for value in (planned, waits))
        days_plan = Line(days_plan.months)
        return {
            "mql": mql, "sql": sql, "rate": rate, "rate_plan": rate_plan, "rate_gap": difference(rate, rate_plan),
            "days": days, "days_plan": days_plan, "days_gap": difference(days, days_plan),
        }  # fmt: skip

    def _feedback(self) -> dict[str, Line]:
        rows = Dated(self.plan, "tbl_feedback")
        found = {"feedback": rows.counts()}
        for column in ("concrete", "acted"):
            said, asked = rows.counts(chosen(column, "yes")), rows.counts(chosen(column))
            found |= {column: said, f"{column}_share": ratio(said, asked)}
        return found

    def _meetings(self) -> dict[str, Line]:
        rows = Dated(self.plan, "tbl_meetings")
        meetings, held = rows.counts(), rows.counts(_is_held)
        both = rows.counts(lambda row: _is_held(row) and min(row.get("marketing", 0), row.get("sales", 0)) > 0)
        sides = {side: rows.sums(side, _is_held) for side in ("marketing", "sales")}
        settled = rows.counts(chosen("state", "held", "cancelled"))  # the others are still to come
        return {"meetings": meetings, "held": held, "held_share": ratio(held, settled), **sides, "both": both}


_is_held = chosen("state", "held")


def _mean_days(rows: Sequence[Cells]) -> Number:
    """The days of a month; of two rows for the same month their mean."""
    typed = [row["days"] for row in rows if "days" in row]
    return float(sum(typed)) / count(typed, lambda _: True) if typed else ""


def _sum(months: Sequence[Number]) -> Number:
    numbers = [value for value in months if not isinstance(value, str)]
    return sum(numbers) if numbers else ""
