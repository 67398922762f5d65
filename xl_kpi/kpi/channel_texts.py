"""The Excel texts of one channel's KPIs, cell by cell what ``ChannelFigures`` computes.  Pure Python."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from xl_kpi import catalog
from xl_kpi.formulas.formula import Formula
from xl_kpi.kpi.channel_figures import ACTUAL, SLACK, TARGET, ChannelFigures, Row
from xl_kpi.kpi.figures import attainment_excel, count_where_excel, progress_excel, rounded_upto_excel, sum_where_excel
from xl_kpi.plan.model import Kpi


class Cells(Protocol):
    """Where the rows stand: their months, one month, the total; and the cell with a KPI's assumption.

    ``far_month`` is a month as another sheet names it; ``exact`` are the months of a target before it is rounded.
    """

    def span(self, row: Row) -> str: ...

    def month(self, row: Row, k: int) -> str: ...

    def total(self, row: Row) -> str: ...

    def to_date(self, row: Row) -> str: ...

    def assumption(self, kpi: Kpi) -> str: ...

    def far_month(self, row: Row, k: int) -> str: ...

    def exact(self, kpi: Kpi, first: int, last: int) -> str: ...


class ChannelTexts:
    """Texts with their leading "=", after the rules that ``ChannelFigures`` states."""

    def __init__(self, figures: ChannelFigures, cells: Cells):
        self.figures, self.cells = figures, cells

    def month(self, side: str, kpi: Kpi, k: int) -> str | None:
        """A month of a KPI's target or actual; None for what is typed."""
        formula = self.figures.formulas[side][kpi.id]
        if side == TARGET and self.figures.is_mirrored(kpi):
            return f"={self._or_blank(kpi, self._planned(kpi, k))}"
        if formula is None:
            return None if side == ACTUAL else f"={self._assumption(kpi)}"
        if side == TARGET and self.figures.is_rounded(kpi.id):
            digits, own = self.figures.digits(kpi.id), self.cells.exact(kpi, k, k)
            rounded = rounded_upto_excel(lambda end: self.cells.exact(kpi, 0, end), k, digits)
            return f'=IF(ISNUMBER({own}),{rounded},"")'
        return f"={self._or_blank(kpi, formula.excel(lambda name: self.cells.month((side, name), k)))}"

    def _or_blank(self, kpi: Kpi, text: str) -> str:
        """A rate between stages is blank over its bound (``ChannelFigures.rate_or_blank``)."""
        high = catalog.unit(kpi.unit).high
        if high is None or not self.figures.is_between_stages(kpi):
            return text
        return f'IF(N({text})>{high + SLACK:.9f},"",{text})'

    def exact(self, kpi: Kpi, k: int) -> str:
        """A month of a target that is rounded, before that, for another sheet; without the "="."""
        formula = self.figures.formulas[TARGET][kpi.id]
        assert formula is not None
        return formula.excel(lambda name: self.cells.far_month((TARGET, name), k))

    def _planned(self, kpi: Kpi, k: int) -> str:
        """The actual's formula over the targets of a month; the assumption where one of them has no target."""
        formula = self.figures.formulas[ACTUAL][kpi.id]
        assert formula is not None
        targets = [self.cells.month((TARGET, name), k) for name in formula.ids]
        if not targets:
            return formula.excel(str)
        body = formula.excel_of(lambda name: self.cells.month((TARGET, name), k))
        return f"IF(COUNT({','.join(targets)})<{len(targets)},{self._assumption(kpi)},{body})"

    def total(self, side: str, kpi: Kpi) -> str:
        """A KPI over the whole plan."""
        figures = self.figures
        if side == ACTUAL:
            return f"={self._or_blank(kpi, self._actual_total(kpi))}"
        if not figures.is_ratio(kpi):
            return f"={self._sum([], (TARGET, kpi.id))}"
        if (planned := figures.planned_by(kpi)) is None or figures.is_assumed_before(kpi):
            return f"={self._assumption(kpi)}"
        return f"={self._or_blank(kpi, self._planned_over([], kpi, *planned))}"

    def to_date(self, side: str, kpi: Kpi) -> str:
        """A KPI over the months in which it has an actual."""
        figures, cells = self.figures, self.cells
        if side == ACTUAL:
            return f"={cells.total((ACTUAL, kpi.id))}"
        parts = figures.typed_parts(kpi)
        rows = [cells.span(part) for part in parts]
        months = count_where_excel(rows)
        if not figures.is_ratio(kpi):
            own = cells.span((TARGET, kpi.id))
            both = count_where_excel([*rows, own])
            return f'=IF(OR({months}=0,{both}<{months}),"",{sum_where_excel(rows, own)})'
        if (planned := figures.planned_by(kpi)) is None:
            return f'=IF({months}=0,"",{self._assumption(kpi)})'
        return f'=IF({months}=0,"",{self._or_blank(kpi, self._planned_over(parts, kpi, *planned))})'

    def stage_to_date(self, stage_id: str) -> str:
        """What the plan asks at a stage, over the months in which its KPI, or else the anchor, has an actual."""
        kpi = self.figures.bringing(stage_id) or self.figures.anchor
        if kpi is None:
            return '=""'
        window = self.cells.span((ACTUAL, kpi.id))
        return f'=IF(COUNT({window})=0,"",{sum_where_excel([window], self.cells.span((TARGET, stage_id)))})'

    def attainment(self, kpi: Kpi, k: int) -> str:
        """A month's actual against the plan's figure of that month."""
        cells = self.cells
        against = self._planned(kpi, k) if self.figures.is_assumed_before(kpi) else cells.month((TARGET, kpi.id), k)
        return attainment_excel(cells.month((ACTUAL, kpi.id), k), against, self.figures.better(kpi))

    def attainment_to_date(self, kpi: Kpi) -> str:
        """The actual to date against the plan's figure of the same months."""
        actual, target = (self.cells.to_date((side, kpi.id)) for side in (ACTUAL, TARGET))
        return attainment_excel(actual, target, self.figures.better(kpi))

    def progress(self, kpi: Kpi) -> str | None:
        """The share of the whole plan's target that is there; None for a ratio, which nothing adds up to."""
        if self.figures.is_ratio(kpi):
            return None
        return progress_excel(*(self.cells.total((side, kpi.id)) for side in (ACTUAL, TARGET)))

    def _sum(self, parts: Sequence[Row], row: Row) -> str:
        spans, own = [self.cells.span(part) for part in parts], self.cells.span(row)
        return f'IF({count_where_excel([*spans, own])}=0,"",{sum_where_excel(spans, own)})'

    def _actual_total(self, kpi: Kpi) -> str:
        figures, cells = self.figures, self.cells
        formula, parts = figures.formulas[ACTUAL][kpi.id], figures.typed_parts(kpi)
        if not figures.is_ratio(kpi):
            return self._sum([], (ACTUAL, kpi.id))
        if formula is None:
            return self._weighed(kpi)
        formula = figures.over_sums(ACTUAL, formula)
        others = {name: cells.total((ACTUAL, name)) for name in formula.ids if not figures.is_summed(name)}
        months = count_where_excel([cells.span(part) for part in parts])
        return f'IF({months}=0,"",{self._over(ACTUAL, formula, parts, others)})'

    def _weighed(self, kpi: Kpi) -> str:
        if kpi.weight not in self.figures.by_id:
            return '""'
        values, weights = (self.cells.span((ACTUAL, name)) for name in (kpi.id, kpi.weight))
        below = sum_where_excel([values], weights)
        return f'IF({below}=0,"",SUMPRODUCT({values},{weights})/{below})'

    def _planned_over(self, parts: Sequence[Row], kpi: Kpi, side: str, formula: Formula) -> str:
        figures, cells = self.figures, self.cells
        formula = figures.over_sums(side, formula)
        needed = [(TARGET, name) for name in formula.ids]
        others = {name: cells.assumption(figures.by_id[name]) for name in formula.ids if not figures.is_summed(name)}
        body = self._over(TARGET, formula, [*parts, *needed], others)
        if any(figures.formulas[TARGET][name] is not None for name in others):
            body = '""'  # the target of a ratio that is typed has no total of its own
        if not needed:
            return body
        both = count_where_excel([cells.span(row) for row in [*parts, *needed]])
        least = count_where_excel([cells.span(part) for part in parts]) if parts else "1"
        return f"IF({both}<{least},{self._assumption(kpi)},{body})"

    def _over(self, side: str, formula: Formula, parts: Sequence[Row], others: dict[str, str]) -> str:
        """A formula over sums of the months in which all parts have a number, and over ``others`` by their cells."""
        rows = [self.cells.span(part) for part in parts]

        def figure(name: str) -> str:
            return others.get(name) or sum_where_excel(rows, self.cells.span((side, name)))

        body = formula.excel_of(figure)
        if not others:
            return body
        return f'IF(COUNT({",".join(others.values())})<{len(others)},"",{body})'

    def _assumption(self, kpi: Kpi) -> str:
        if self.figures.formulas[TARGET][kpi.id] is not None:
            return '""'
        cell = self.cells.assumption(kpi)
        return f'IF(ISNUMBER({cell}),{cell},"")'
