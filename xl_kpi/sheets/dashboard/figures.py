"""What ダッシュボード shows of the forecast, on 計算: numbers that Python computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

from xl_kpi.calc import exact
from xl_kpi.plan.money.cells import amount_in_cell, factor_of
from xl_kpi.sheets import chart_data
from xl_kpi.sheets.blocks.closed_rows import block_cell
from xl_kpi.sheets.context import ChartSource, Context
from xl_kpi.workbook.addresses import CellAt

SINGLES = ("orders", "low", "high", "together", "actions", "blanks", "reached")


@dataclass(frozen=True)
class ForecastAt:
    """The block: a line for each of ``SINGLES``, how many enter each stage in the plan's months, two sentences."""

    source: ChartSource

    def value(self, name: str) -> CellAt:
        return block_cell(self.source, 1 + SINGLES.index(name), 1)

    def entries(self, index: int) -> CellAt:
        return block_cell(self.source, 1 + len(SINGLES) + index, 1)

    def said(self, stages: int) -> CellAt:
        """What costs most, in words."""
        return block_cell(self.source, 1 + len(SINGLES) + stages, 1)

    def nothing(self, stages: int) -> CellAt:
        """What is said where no action is proposed."""
        return block_cell(self.source, 2 + len(SINGLES) + stages, 1)


def placed(ctx: Context) -> ForecastAt:
    return ForecastAt(chart_data.reserve(ctx, len(SINGLES) + len(ctx.plan.stages) + 2, 1))


def fill(ctx: Context, at: ForecastAt, said: str, nothing: str) -> None:
    """The numbers, blank while there is no actual, what costs most in words, and what is said for no action."""
    cells, found = at.source.cells, values(ctx)
    cells[0, 0] = (ctx.t("calc_dash"), "", "calc_header")
    for line, (key, value) in enumerate(found.items(), 1):
        cells[line, 0] = (ctx.t(f"calc_dash_{key}"), "", "calc")
        cells[line, 1] = (value, "", "calc")
    for line, (stage, entered) in enumerate(zip(ctx.plan.stages, entries(ctx), strict=True), 1 + len(SINGLES)):
        cells[line, 0] = (ctx.t("calc_dash_entries", stage=stage.name), "", "calc")
        cells[line, 1] = (entered, "", "calc")
    line = 1 + len(SINGLES) + len(ctx.plan.stages)
    for more, (key, words) in enumerate({"said": said, "nothing": nothing}.items()):
        cells[line + more, 0] = (ctx.t(f"calc_dash_{key}"), "", "calc")
        cells[line + more, 1] = (words, "", "calc")


def values(ctx: Context) -> dict[str, float | None]:
    """Orders in time, with the ends of the band; what all actions bring, how many there are; blank actuals; what is
    reached of a goal in money, as cells have it."""
    review = ctx.review
    if not review.to_date.months:
        return dict.fromkeys(SINGLES)
    low, high = review.forecast.band
    low, high = _told(low), _told(high)
    orders, together = _told(float(review.forecast.orders)), _told(float(review.together))
    reached = review.forecast.reached
    money = None if reached is None else amount_in_cell(float(reached), factor_of(ctx.plan.currency_unit))
    found = orders, low, high, together, len(review.actions), len(review.blanks), money
    return dict(zip(SINGLES, found, strict=True))


def entries(ctx: Context) -> list[float | None]:
    """How many enter each stage in the plan's months by the forecast; what was there at the start aside."""
    if not ctx.review.to_date.months:
        return [None] * len(ctx.plan.stages)
    sums = [sum(row, Fraction(0)) for row in ctx.review.forecast.run.entries]
    sums[-1] -= exact(ctx.plan.won_before)
    return [_told(float(one)) for one in sums]


def orders_by_month(ctx: Context) -> tuple[Sequence[float | None], ...]:
    """The forecast's orders, added up with those won before the start: expected, lower and upper end of the band.

    From the last month with an actual on; the band opens in the proportion in which orders are still to come, so that
    it ends as wide as it is for the whole period.
    """
    review, months = ctx.review, ctx.plan.months
    if not review.to_date.months:
        return ([None] * months,) * 3
    sums = [float(one) for one in accumulate(review.forecast.by_month)]
    first = review.to_date.months - 1
    start, end = sums[first], sums[-1]
    (low, high), orders = review.forecast.band, float(review.forecast.orders)
    below, above = (low / orders, high / orders) if orders else (1.0, 1.0)

    def line(factor: float) -> list[float | None]:
        part = (end * factor - start) / (end - start) if end > start else 1.0
        found = [max(start, start + (one - start) * part) for one in sums[first:]]
        return [*[None] * first, *map(_told, found)]

    return line(1.0), line(below), line(above)


def _told(number: float) -> float:
    """To twelve digits: the last ones of a forecast are other ones with the mathematics of another machine."""
    return float(f"{number:.12g}")
