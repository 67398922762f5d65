"""The numbers of one channel's KPIs: target and actual by month, in total and to date.  Pure Python."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from xl_kpi import catalog
from xl_kpi.kpi.figures import Number, is_number, sum_where
from xl_kpi.kpi.formula import Formula, parse
from xl_kpi.kpi.graph import order
from xl_kpi.plan.model import Channel, Kpi, Plan
from xl_kpi.plan.targets import Targets

INPUT = "input"


@dataclass
class Line:
    """One KPI, targets or actuals: a number or "" for each month, in total, and to date."""

    months: list[Number] = field(default_factory=list)
    total: Number = ""
    to_date: Number = ""


class ChannelFigures:
    """Evaluates the KPI dictionary for one channel.

    Totals: counts are added up; a ratio with a formula is that formula over the totals; an assumed ratio is
    the assumption; a typed ratio is weighed by its ``weight`` KPI.  "To date" covers the months in which
    the anchor KPI (the one whose target is what the plan asks of the channel) has an actual.
    """

    def __init__(self, plan: Plan, targets: Targets, channel: Channel):
        self.plan, self.targets, self.channel = plan, targets, channel
        self.kpis = plan.kpis_of(channel.id)
        self.by_id = {kpi.id: kpi for kpi in self.kpis}

    @cached_property
    def formulas(self) -> dict[str, dict[str, Formula | None]]:
        """{"target": {id: Formula or None for input}, "actual": …}"""
        return {
            side: {kpi.id: None if getattr(kpi, side) == INPUT else parse(getattr(kpi, side)) for kpi in self.kpis}
            for side in ("target", "actual")
        }

    @cached_property
    def anchor(self) -> Kpi | None:
        """The KPI whose target is exactly what the plan asks of the channel."""
        return next((kpi for kpi in self.kpis if kpi.target.strip() == self.channel.stage), None)

    @cached_property
    def stage_ids(self) -> list[str]:
        """The stages whose planned volume the channel's targets use, the channel's own first."""
        known = {stage.id for stage in self.plan.stages}
        used = [self.channel.stage]
        for formula in self.formulas["target"].values():
            used += [name for name in (formula.ids if formula else ()) if name in known and name not in used]
        return used

    def is_ratio(self, kpi: Kpi) -> bool:
        return catalog.unit(kpi.unit).total == "ratio"

    @cached_property
    def window(self) -> list[Number]:
        """The actuals that decide which months are "to date"."""
        if self.anchor is None:
            return [""] * self.plan.months
        return self._actual_months(self.anchor.id)

    @cached_property
    def stages(self) -> dict[str, Line]:
        """What the plan asks of the channel at each stage in use."""
        lines = {}
        for stage_id in self.stage_ids:
            months: list[Number] = [float(value) for value in self.targets.of_channel(self.channel, stage_id).months]
            lines[stage_id] = Line(months, sum(filter(is_number, months)), self._to_date(months))
        return lines

    @cached_property
    def target(self) -> dict[str, Line]:
        return self._side("target", self.stages)

    @cached_property
    def actual(self) -> dict[str, Line]:
        return self._side("actual", {})

    def _to_date(self, months: list[Number]) -> Number:
        return sum_where(self.window, months) if any(map(is_number, self.window)) else ""

    def _side(self, side: str, stages: dict[str, Line]) -> dict[str, Line]:
        lines: dict[str, Line] = {}
        formulas = self.formulas[side]
        for kpi_id in order(formulas):
            kpi, formula = self.by_id[kpi_id], formulas[kpi_id]
            known = {**stages, **lines}
            line = Line()
            for month in range(self.plan.months):
                if formula is None:
                    line.months.append(self._typed(side, kpi, month))
                else:
                    line.months.append(_blank(formula.evaluate({k: _none(v.months[month]) for k, v in known.items()})))
            self._totals(side, kpi, formula, line, known)
            lines[kpi_id] = line
        return lines

    def _typed(self, side: str, kpi: Kpi, month: int) -> Number:
        if side == "target":
            return "" if kpi.value is None else float(kpi.value)
        value = self.plan.actuals.get((f"{self.channel.id}:{kpi.id}", month))
        return "" if value is None else float(value)

    def _actual_months(self, kpi_id: str) -> list[Number]:
        """One KPI's actuals by month, without any total (the totals ask for the window first)."""
        formulas = self.formulas["actual"]
        months: list[Number] = []
        for month in range(self.plan.months):
            values: dict[str, Number] = {}
            for known_id in order(formulas):
                formula = formulas[known_id]
                if formula is None:
                    values[known_id] = self._typed("actual", self.by_id[known_id], month)
                else:
                    values[known_id] = _blank(formula.evaluate({k: _none(v) for k, v in values.items()}))
            months.append(values[kpi_id])
        return months

    def _totals(self, side: str, kpi: Kpi, formula: Formula | None, line: Line, known: dict[str, Line]) -> None:
        numbers = [value for value in line.months if is_number(value)]
        if not self.is_ratio(kpi):
            line.total = sum(numbers) if numbers else ""
            line.to_date = self._to_date(line.months)
            if side == "actual" and any(
                is_number(there) and not is_number(value) for there, value in zip(self.window, line.months)
            ):
                line.to_date = ""  # a month is still missing
        elif formula is not None:
            line.total = _blank(formula.evaluate({k: _none(v.total) for k, v in known.items()}))
            line.to_date = _blank(formula.evaluate({k: _none(v.to_date) for k, v in known.items()}))
        elif side == "target":
            line.total = line.months[0] if line.months else ""
            line.to_date = line.total if any(map(is_number, self.window)) else ""
        else:
            line.total = line.to_date = self._weighed(kpi, line)

    def _weighed(self, kpi: Kpi, line: Line) -> Number:
        """A typed ratio in total: the ratio of totals, through the KPI that weighs it."""
        if kpi.weight not in self.by_id:
            return ""
        weights = self._actual_months(kpi.weight)
        pairs = [(v, w) for v, w in zip(line.months, weights, strict=True) if is_number(v) and is_number(w)]
        below = sum(weight for _, weight in pairs)
        return sum(value * weight for value, weight in pairs) / below if below else ""


def _none(value: Number) -> float | None:
    return value if is_number(value) else None


def _blank(value: float | None) -> Number:
    return "" if value is None else value
