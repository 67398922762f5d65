"""The numbers of one channel's KPIs (T1–T12): target and actual by month, in total and to date.  Pure Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from xl_kpi import catalog
from xl_kpi.formulas.expression import Id
from xl_kpi.formulas.fault import FormulaFault
from xl_kpi.formulas.formula import INPUT, Formula, parse
from xl_kpi.formulas.order import order
from xl_kpi.kpi.figures import SPENT, Number, count_where, is_number, rounded_upto, sum_where
from xl_kpi.plan.closed.channel_actuals import actual_rows
from xl_kpi.plan.closed.closing import kpi_key
from xl_kpi.plan.dictionary.shown import with_depths
from xl_kpi.plan.model import Channel, Kpi, Plan
from xl_kpi.plan.money.cells import YEN
from xl_kpi.plan.targets import Targets

TARGET, ACTUAL = "target", "actual"
SLACK = 1e-9  # of a rate that is its bound, but for the last digits
Row = tuple[str, str]  # side and id; what the plan asks at a stage stands among the targets


@dataclass
class Line:
    """One KPI, targets or actuals: a number or "" for each month, in total, and to date."""

    months: list[Number] = field(default_factory=list)
    total: Number = ""
    to_date: Number = ""


class ChannelFigures:
    """Evaluates the KPI dictionary for one channel.

    Totals: counts are added up; a ratio with a formula is that formula over sums; an assumed ratio is the
    assumption; a typed ratio is weighed by its ``weight`` KPI.  A sum takes only the months in which all parts of
    the figure have a number (``figures``).

    To date: the months in which the KPI itself has an actual (a ratio: all its parts).  An actual ratio is compared
    with the plan's own ratio of the same months (``comparable``), never with a rate that follows the same group of
    leads through time: the orders of a month are not those of the deals of that month.  So an assumed ratio from
    which no target follows shows the plan's ratio by month as its target (``is_mirrored``).

    Of two stages (``is_between_stages``) the ratio of a month can be over 100 %: its orders are those of deals of
    earlier months.  That is no rate, so it is left blank (``rate_or_blank``).
    """

    def __init__(self, plan: Plan, targets: Targets, channel: Channel):
        self.plan, self.targets, self.channel = plan, targets, channel
        families = with_depths(plan, channel)
        self.kpis = tuple(kpi for kpi, _ in families)
        self.depth = {kpi.id: depth for kpi, depth in families}  # below a KPI that it is a part of
        self.by_id = {kpi.id: kpi for kpi in self.kpis}
        self._exact: dict[str, list[Number]] = {}

    # --- what the dictionary says

    @cached_property
    def formulas(self) -> dict[str, dict[str, Formula | None]]:
        """{"target": {id: Formula or None for input}, "actual": …}"""
        return {
            side: {kpi.id: None if getattr(kpi, side) == INPUT else parse(getattr(kpi, side)) for kpi in self.kpis}
            for side in (TARGET, ACTUAL)
        }

    @cached_property
    def anchor(self) -> Kpi | None:
        """The KPI whose target is exactly what the plan asks of the channel."""
        return self.bringing(self.channel.stage)

    def bringing(self, stage_id: str) -> Kpi | None:
        """The KPI whose target is exactly what the plan asks at a stage."""
        return next((kpi for kpi in self.kpis if kpi.target.strip() == stage_id), None)

    @cached_property
    def stage_ids(self) -> list[str]:
        """The stages whose planned volume the channel's targets use, the channel's own first."""
        known = {stage.id for stage in self.plan.stages}
        used = [self.channel.stage] if self.channel.stage in known else []
        for formula in self.formulas[TARGET].values():
            used += [name for name in (formula.ids if formula else ()) if name in known and name not in used]
        return used

    def is_ratio(self, kpi: Kpi) -> bool:
        return catalog.unit(kpi.unit).total == "ratio"

    def better(self, kpi: Kpi) -> str:
        """What is better of a KPI, as ``figures.attainment`` has it: money that adds up is a budget."""
        return SPENT if kpi.better == "down" and kpi.unit == YEN and not self.is_ratio(kpi) else kpi.better

    def is_mirrored(self, kpi: Kpi) -> bool:
        """Is the target the plan's own ratio, computed as the actual is?  The assumption stands in where there is none.

        So it is for an assumed ratio with a formula for its actual, from which no other target follows.
        """
        assumed = self.formulas[TARGET][kpi.id] is None and self.formulas[ACTUAL][kpi.id] is not None
        return assumed and self.is_ratio(kpi) and kpi.id not in self._used_by_targets

    def is_between_stages(self, kpi: Kpi) -> bool:
        """Is its actual a rate between what the plan asks at two stages, of two groups of leads in the same month?"""
        formula = self.formulas[ACTUAL][kpi.id]
        if formula is None or not self.is_ratio(kpi) or catalog.unit(kpi.unit).high is None:
            return False
        known = {stage.id for stage in self.plan.stages}
        asked = {self.by_id[name].target.strip() for name in formula.ids if name in self.by_id}
        return len(known & asked) > 1

    def rate_or_blank(self, kpi: Kpi, value: Number) -> Number:
        """A figure of it, blank where a rate between stages is over its bound."""
        high = catalog.unit(kpi.unit).high
        over = is_number(value) and high is not None and value > high + SLACK
        return "" if over and self.is_between_stages(kpi) else value

    @cached_property
    def _used_by_targets(self) -> set[str]:
        return {name for formula in self.formulas[TARGET].values() if formula for name in formula.ids}

    def planned_by(self, kpi: Kpi) -> tuple[str, Formula] | None:
        """How the plan's figure that an actual ratio is compared with comes about: whose ids, and the formula.

        The target's own formula; for an assumption the actual's.  None: nothing but the assumption is there.
        """
        target, actual = (self.formulas[side][kpi.id] for side in (TARGET, ACTUAL))
        if target is None or (actual is not None and target.text == actual.text):
            return (ACTUAL, actual) if actual is not None else None
        return TARGET, target

    def over_sums(self, side: str, formula: Formula) -> Formula:
        """A formula over figures that can be added up: each ratio in it is replaced by that ratio's own formula."""

        def text(name: str) -> str:
            inner = self.formulas[side].get(name)
            return f"({self.over_sums(side, inner).text})" if inner and self.is_ratio(self.by_id[name]) else name

        try:
            return parse(formula.root.text(text, " "))
        except FormulaFault:  # too long when written out: its ratios stay, with totals of their own
            return formula

    def is_summed(self, name: str) -> bool:
        """Is it a count or what the plan asks at a stage?"""
        return name not in self.by_id or not self.is_ratio(self.by_id[name])

    def is_rounded(self, name: str) -> bool:
        """Is its target rounded (``rounded_upto``)?  What the plan asks is whole, an assumption is as typed."""
        formula = self.formulas[TARGET][name]
        if formula is None or self.is_ratio(self.by_id[name]):
            return False
        return not (isinstance(formula.root, Id) and self.is_summed(formula.root.id))

    def digits(self, name: str) -> int:
        """How many digits after the point its target shows."""
        unit = self.by_id[name].unit
        return catalog.unit(self.plan.currency_unit if unit == YEN else unit).digits

    def typed_parts(self, kpi: Kpi) -> list[Row]:
        """The rows that must have a number in a month for an actual to count there."""
        formula = self.formulas[ACTUAL][kpi.id]
        if formula is not None and self.is_ratio(kpi):
            return [(ACTUAL, name) for name in self.over_sums(ACTUAL, formula).ids] or [(ACTUAL, kpi.id)]
        weight = [kpi.weight] if self.is_ratio(kpi) and kpi.weight in self.by_id else []
        return [(ACTUAL, name) for name in [kpi.id, *weight]]

    # --- by month

    @cached_property
    def months(self) -> dict[Row, list[Number]]:
        """Every row by month: targets with what the plan asks at each stage in use, and actuals."""
        rows: dict[Row, list[Number]] = {}
        for stage_id in self.stage_ids:
            rows[TARGET, stage_id] = [*map(float, self.targets.whole_of_channel(self.channel, stage_id).months)]
        mirrored = {kpi.id for kpi in self.kpis if self.is_mirrored(kpi)}
        for name in order(self.formulas[TARGET]):
            if name not in mirrored:
                found = self._targets(rows, name)
                rows[TARGET, name] = self._agreed(name, [self.rate_or_blank(self.by_id[name], one) for one in found])
        for name, months in actual_rows(self.plan, self.channel).items():
            rows[ACTUAL, name] = [self.rate_or_blank(self.by_id[name], _blank(value)) for value in months]
            if name in mirrored:
                planned = self._planned(rows, self.by_id[name])
                rows[TARGET, name] = self._agreed(name, [self.rate_or_blank(self.by_id[name], one) for one in planned])
        return rows

    @property
    def exact_targets(self) -> dict[str, list[Number]]:
        """By month the targets that are shown rounded, before that; of closed months what was agreed."""
        return self._exact if self.months else {}

    def _agreed(self, name: str, months: list[Number]) -> list[Number]:
        """A row of targets with those of closed months as they were agreed (K15).

        Of a closed month for which nothing was agreed (the start lies earlier now) what it would show while nothing is
        closed, as ``Closing.agreed`` has it of the stages; blank there, what it comes to now.
        """
        if not self.plan.closed_months:
            return months
        agreed, found = self.plan.agreed.months, list(months)
        for month in range(self.plan.closed_months):
            then: Number | None = agreed.get((kpi_key(self.channel.id, name), month))
            if then is None and self.targets.closing is not None:
                then = self._opened.months[TARGET, name][month]
            found[month] = then if is_number(then) else months[month]
        return found

    @cached_property
    def _opened(self) -> ChannelFigures:
        """The same while nothing is closed."""
        opened = self.targets.opened
        return ChannelFigures(self.plan.with_(settings=opened.plan.settings), opened, self.channel)

    def _targets(self, rows: dict[Row, list[Number]], name: str) -> list[Number]:
        formula, months = self.formulas[TARGET][name], range(self.plan.months)
        if formula is None:
            return [self._assumed(self.by_id[name])] * self.plan.months
        found = [self._in_month(rows, formula, month) for month in months]
        if self.is_rounded(name):
            self._exact[name] = self._agreed(name, found)
            return rounded_upto(self._exact[name], self.digits(name))
        return found

    def _assumed(self, kpi: Kpi) -> Number:
        return "" if kpi.value is None else float(kpi.value)

    def _in_month(self, rows: dict[Row, list[Number]], formula: Formula, month: int) -> Number:
        return _blank(formula.evaluate({name: _none(rows[TARGET, name][month]) for name in formula.ids}))

    def _planned(self, rows: dict[Row, list[Number]], kpi: Kpi) -> list[Number]:
        """The actual's formula over the targets of each month; the assumption where one of them has no target."""
        formula, months = self.formulas[ACTUAL][kpi.id], []
        assert formula is not None
        for month in range(self.plan.months):
            there = all(is_number(rows[TARGET, name][month]) for name in formula.ids)
            months.append(self._in_month(rows, formula, month) if there else self._assumed(kpi))
        return months

    @cached_property
    def comparable(self) -> dict[str, list[Number]]:
        """By KPI: the plan's figures that the actuals of the months are compared with.

        They are the targets, but for an assumption that other targets follow from: whole numbers of sessions and
        conversions have a ratio that is not to the last digit the assumed one.
        """
        return {
            kpi.id: self._planned(self.months, kpi) if self.is_assumed_before(kpi) else self.months[TARGET, kpi.id]
            for kpi in self.kpis
        }

    def is_assumed_before(self, kpi: Kpi) -> bool:
        """Is it an assumed ratio that stays the target, though the actual has a formula?"""
        assumed = self.formulas[TARGET][kpi.id] is None and self.formulas[ACTUAL][kpi.id] is not None
        return assumed and self.is_ratio(kpi) and not self.is_mirrored(kpi)

    # --- in total and to date

    @cached_property
    def stages(self) -> dict[str, Line]:
        """What the plan asks of the channel at each stage in use; to date as its KPI, or else the anchor."""
        lines = {}
        for stage_id in self.stage_ids:
            months = self.months[TARGET, stage_id]
            line = Line(months, sum(filter(is_number, months)))
            if (kpi := self.bringing(stage_id) or self.anchor) is not None:
                line.to_date = self._sum([(ACTUAL, kpi.id)], (TARGET, stage_id))
            lines[stage_id] = line
        return lines

    @cached_property
    def target(self) -> dict[str, Line]:
        return {
            kpi.id: Line(
                self.months[TARGET, kpi.id],
                self.rate_or_blank(kpi, self._target_total(kpi)),
                self.rate_or_blank(kpi, self._target_to_date(kpi)),
            )
            for kpi in self.kpis
        }

    @cached_property
    def actual(self) -> dict[str, Line]:
        lines: dict[str, Line] = {}
        for name in order(self.formulas[ACTUAL]):
            total = self.rate_or_blank(self.by_id[name], self._actual_total(self.by_id[name], lines))
            lines[name] = Line(self.months[ACTUAL, name], total, total)
        return lines

    def _sum(self, parts: Sequence[Row], row: Row) -> Number:
        """The sum of a row over the months in which all parts have a number; blank if there is none."""
        rows = [self.months[part] for part in parts]
        return sum_where(rows, self.months[row]) if count_where([*rows, self.months[row]]) else ""

    def _actual_total(self, kpi: Kpi, lines: dict[str, Line]) -> Number:
        formula, parts = self.formulas[ACTUAL][kpi.id], self.typed_parts(kpi)
        if not self.is_ratio(kpi):
            return self._sum([], (ACTUAL, kpi.id))
        if formula is None:
            return self._weighed(kpi)
        if not count_where([self.months[part] for part in parts]):
            return ""
        formula = self.over_sums(ACTUAL, formula)
        values = {
            name: self._sum(parts, (ACTUAL, name)) if self.is_summed(name) else lines[name].total
            for name in formula.ids
        }
        return _blank(formula.evaluate({name: _none(value) for name, value in values.items()}))

    def _weighed(self, kpi: Kpi) -> Number:
        """A typed ratio in total: the ratio of totals, through the KPI that weighs it."""
        if kpi.weight not in self.by_id:
            return ""
        values, weights = self.months[ACTUAL, kpi.id], self.months[ACTUAL, kpi.weight]
        pairs = [(v, w) for v, w in zip(values, weights, strict=True) if is_number(v) and is_number(w)]
        below = sum(weight for _, weight in pairs)
        return sum(value * weight for value, weight in pairs) / below if below else ""

    def _target_total(self, kpi: Kpi) -> Number:
        if not self.is_ratio(kpi):
            return self._sum([], (TARGET, kpi.id))
        if (planned := self.planned_by(kpi)) is None or self.is_assumed_before(kpi):
            return self._assumption(kpi)
        return self._planned_over([], kpi, *planned)

    def _target_to_date(self, kpi: Kpi) -> Number:
        parts = self.typed_parts(kpi)
        rows = [self.months[part] for part in parts]
        if not count_where(rows):
            return ""
        if not self.is_ratio(kpi):
            months = self.months[TARGET, kpi.id]
            return sum_where(rows, months) if count_where([*rows, months]) == count_where(rows) else ""
        if (planned := self.planned_by(kpi)) is None:
            return self._assumption(kpi)
        return self._planned_over(parts, kpi, *planned)

    def _planned_over(self, parts: Sequence[Row], kpi: Kpi, side: str, formula: Formula) -> Number:
        """A formula over sums of targets in the months in which all ``parts`` have a number.

        It is the assumption where one of these months lacks a target, without ``parts`` where every month does.
        """
        formula = self.over_sums(side, formula)
        needed = [(TARGET, name) for name in formula.ids]
        if needed:
            both = count_where([self.months[row] for row in [*parts, *needed]])
            if both < (count_where([self.months[part] for part in parts]) if parts else 1):
                return self._assumption(kpi)
        values = {
            name: self._sum([*parts, *needed], (TARGET, name))
            if self.is_summed(name)
            else self._assumption(self.by_id[name])
            for name in formula.ids
        }
        return _blank(formula.evaluate({name: _none(value) for name, value in values.items()}))

    def _assumption(self, kpi: Kpi) -> Number:
        """What the dictionary assumes; nothing where the target has a formula."""
        return "" if kpi.value is None or self.formulas[TARGET][kpi.id] is not None else float(kpi.value)


def _none(value: Number) -> float | None:
    return value if is_number(value) else None


def _blank(value: float | None) -> Number:
    return "" if value is None else value
