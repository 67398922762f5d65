"""Where the blocks of the closed months (K15) stand on the hidden sheet 計算, and what other sheets point at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xl_kpi.kpi.agreed_targets import target_rows
from xl_kpi.kpi.figures import rounded_upto_excel
from xl_kpi.sheets import chart_data
from xl_kpi.sheets.context import ChartSource, Context
from xl_kpi.workbook.addresses import CellAt, RangeAt

SINGLES = ("closed_months", "closed_days", "orders_left", "orders_won", "fees_won", "revenue_apart", "apart_times",
           "outlook_apart", "orders_missing", "orders_open", "closed_blank", "closed_late", "orders_carried",
           "revenue_open")  # fmt: skip


@dataclass(frozen=True)
class ClosedAt:
    """Where the blocks stand on 計算, and the addresses that other pages and the grid point at.

    ``agreed`` and ``first`` (None: nothing was ever closed) are the tables of targets, ``whats`` and ``firsts`` their
    rows (months that have left the plan stand right of their columns); ``entered`` what each stage got in the closed
    months, then ``waits`` the mean days in it, each up to the day after them, ``volumes`` what it has to get for the
    open ones and what is under way; ``fee_months`` how often an order of each month is paid for; ``rates`` the rate
    with which the targets of each month were made; ``apart`` what came in money beside what the orders bring, for a
    goal in money.
    """

    single: ChartSource
    agreed: ChartSource
    whats: tuple[str, ...]
    first: ChartSource | None
    firsts: tuple[str, ...]
    entered: ChartSource
    waits: ChartSource
    volumes: ChartSource
    fee_months: ChartSource
    rates: ChartSource
    apart: ChartSource

    def value(self, name: str) -> CellAt:
        return block_cell(self.single, 1 + SINGLES.index(name), 1)

    def target(self, what: str, month: int) -> CellAt:
        """An agreed target; ``month`` from 0."""
        return block_cell(self.agreed, 1 + self.whats.index(what), 1 + month)

    def first_target(self, what: str, month: int) -> CellAt | None:
        """The target of the first plan; None where it had no such row or month."""
        if self.first is None or what not in self.firsts or month >= self.first.columns:
            return None
        return block_cell(self.first, 1 + self.firsts.index(what), 1 + month)

    def kept(self, what: str, part: int, live: str) -> str:
        """Excel text: the agreed target of a closed month, else ``live``; parts as on 逆算, the first month is 1."""
        if not 1 <= part < self.agreed.columns:
            return live
        return f"IF(closed_months>={part},{self.target(what, part - 1)},{live})"

    def kept_money(self, what: str, part: int, live: str, digits: int) -> str:
        """The same of money, to so many digits after the point: the first k months add up to theirs, rounded."""
        if not 1 <= part < self.agreed.columns:
            return live
        first = self.target(what, 0)
        kept = rounded_upto_excel(lambda end: str(first.to(self.target(what, end))), part - 1, digits)
        return f"IF(closed_months>={part},{kept},{live})"

    def kept_sum(self, what: str) -> CellAt:
        """What was agreed for the closed months in all."""
        return block_cell(self.agreed, 1 + self.whats.index(what), self.agreed.columns)

    def kept_or_blank(self, what: str, month: int, live: str) -> str:
        """The same where a blank was agreed, so that the live target counts."""
        if what not in self.whats:
            return live
        cell = self.target(what, month)
        return f"IF(AND(closed_months>{month},ISNUMBER({cell})),{cell},{live})"

    def volume(self, index: int) -> CellAt:
        """What a stage needs in all for the orders still to be won, as if they were all of the year's."""
        return block_cell(self.volumes, 1 + index, 2)

    def under_way(self, index: int) -> CellAt:
        """What is in a stage on the first open day."""
        return block_cell(self.volumes, 1 + index, 4)

    def needed(self, index: int) -> CellAt:
        """What a stage needs for the orders still to be won."""
        return block_cell(self.volumes, 1 + index, 1)

    def whole_needed(self, index: int) -> CellAt:
        """The same, rounded up."""
        return block_cell(self.volumes, 1 + index, 5)

    def upto_closed(self, what: str) -> str:
        """Excel text: what a row of the agreed targets has under the last closed month; 0 while nothing is closed."""
        row = self.target(what, 0).to(self.target(what, self.agreed.columns - 2)).here
        return f"IF(closed_months=0,0,INDEX({row},MAX(1,closed_months)))"

    def covered(self, index: int) -> CellAt:
        """What of the plan's, or of the open months' need of a stage is there, from what closed ones leave on."""
        return block_cell(self.volumes, 1 + index, 7)

    def rest_needed(self, index: int) -> CellAt:
        """What whole things needed in the closed months leave, less what is needed before the first open month."""
        return block_cell(self.volumes, 1 + index, 8)

    def beyond(self, index: int) -> CellAt:
        """How much is in a stage where of what entered evenly none would be; last how many more orders there are."""
        return block_cell(self.volumes, 1 + index, 9)

    def times(self, index: int) -> CellAt:
        """How many times as many are in a stage as of what entered evenly would be."""
        return block_cell(self.volumes, 1 + index, 10)

    @property
    def fees(self) -> RangeAt:
        """How often an order of each month is paid for, with monthly fees."""
        return block_cell(self.fee_months, 1, 1).to(block_cell(self.fee_months, 1, self.fee_months.columns))

    @property
    def days(self) -> RangeAt:
        """How many days each month has."""
        return block_cell(self.entered, 2, 1).to(block_cell(self.entered, 2, self.entered.columns))

    def brought(self, index: int) -> RangeAt:
        """What entered a stage in each closed month, 0 in the others."""
        row = 3 + index
        return block_cell(self.entered, row, 1).to(block_cell(self.entered, row, self.entered.columns))

    def apart_of(self, line: int, month: int) -> CellAt:
        """Orders delivered beyond the targets so far (1), what came beside them (2), what the actual is above the
        outlook (3), what orders won before the start that nobody has typed bring so far (4)."""
        return block_cell(self.apart, line, 1 + month)

    def rates_of(self, index: int) -> RangeAt:
        """The rate of a stage with which the targets of each month were made."""
        return block_cell(self.rates, 1 + index, 1).to(block_cell(self.rates, 1 + index, self.rates.columns))


def block_cell(source: ChartSource, row: int, column: int) -> CellAt:
    return CellAt(source.sheet, source.top + row, source.left + column)


def placed(ctx: Context) -> ClosedAt:
    stages, months = len(ctx.plan.stages), ctx.plan.months
    whats = tuple(dict.fromkeys([*target_rows(ctx.targets), *_rows(ctx.agreed.months)]))
    firsts = _rows(ctx.agreed.first)
    length = max(0, *(month + 1 for _, month in ctx.agreed.first)) if firsts else 0
    return ClosedAt(
        single=chart_data.reserve(ctx, len(SINGLES), 1),
        agreed=chart_data.reserve(ctx, len(whats), months + 1),
        whats=whats,
        first=chart_data.reserve(ctx, len(firsts), length) if firsts else None,
        firsts=firsts,
        entered=chart_data.reserve(ctx, stages + 3, months),
        waits=chart_data.reserve(ctx, stages - 1, months + 1),
        volumes=chart_data.reserve(ctx, stages, 9),
        fee_months=chart_data.reserve(ctx, 1, months),
        rates=chart_data.reserve(ctx, stages - 1, months),
        apart=chart_data.reserve(ctx, 4, months),
    )


def _rows(months: Mapping[tuple[str, int], float]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(what for what, _ in months))
