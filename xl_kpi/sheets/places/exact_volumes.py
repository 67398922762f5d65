"""The exact volumes behind 逆算, on the calculation sheet: gross need, newly needed, asked of each channel, by month.

逆算 shows whole things; they are computed from these (``calc.whole_parts``, ``calc.whole_table``).  With closed months
these are about the open ones alone; what is told of all months (``out_months`` and the like) has blocks of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xl_kpi.plan.needs.volumes import Volumes
from xl_kpi.sheets import chart_data
from xl_kpi.sheets.blocks.closed_rows import ClosedAt
from xl_kpi.sheets.context import ChartSource, Context
from xl_kpi.sheets.excel_text import words
from xl_kpi.workbook.addresses import CellAt, RangeAt

# A pipeline that covers the need exactly leaves nothing, not the last binary digit.
NOISE = "1E-12"
BEFORE = 0  # part of a row; the months follow, then what lies after the plan
NAME, FIRST = 0, 1  # columns of a block


@dataclass(frozen=True)
class ExactBlock:
    """Rows of exact volumes: before the start, each month, after the plan's end."""

    source: ChartSource
    months: int

    @property
    def after(self) -> int:
        return self.months + 1

    @property
    def parts(self) -> range:
        return range(self.months + 2)

    def cell(self, line: int, part: int) -> CellAt:
        return CellAt(self.source.sheet, self.source.top + 1 + line, self.source.left + FIRST + part)

    def upto(self, line: int, part: int, first: int | None = None) -> RangeAt:
        """All that is needed by the end of a part, in a row or in the rows from ``first`` on."""
        return self.cell(line if first is None else first, BEFORE).to(self.cell(line, part))

    def row(self, line: int) -> RangeAt:
        """The months."""
        return self.cell(line, 1).to(self.cell(line, self.months))

    def area(self, last_line: int) -> str:
        """The months of all rows down to one."""
        return str(self.cell(0, 1).to(self.cell(last_line, self.months)))

    def fill(self, line: int, name: tuple[str, str], values: Volumes, formulas: Sequence[str]) -> None:
        """A row: name and its Excel text, Python's numbers, their Excel texts."""
        cells = self.source.cells
        cells[1 + line, NAME] = (*name, "calc")
        numbers = [values.before, *values.months, values.next]
        for part, (number, formula) in enumerate(zip(numbers, formulas, strict=True)):
            cells[1 + line, FIRST + part] = (float(number), formula, "calc")


@dataclass(frozen=True)
class ExactAt:
    """Where the blocks stand.  ``channel``: id → line; the goal in money is the last line of ``need``.

    ``told_…``: the same with closed months as they were agreed, without the goal in money.
    """

    need: ExactBlock
    new: ExactBlock
    channels: ExactBlock
    channel: Mapping[str, int]
    told_need: ExactBlock
    told_new: ExactBlock
    told_channels: ExactBlock

    def due(self, line: int) -> CellAt:
        """What is needed before the start, or before the first open month, as whole things."""
        return self.need.cell(line, self.need.after + 1)

    def credit(self, index: int) -> CellAt:
        """What the open pipeline already stands for at a stage."""
        return self.new.cell(index, self.new.after + 1)

    @property
    def revenue(self) -> int:
        """The line of the goal in money."""
        return self.need.source.lines - 1


def placed(ctx: Context) -> ExactAt:
    stages, channels, months = len(ctx.plan.stages), ctx.plan.channels_in_funnel, ctx.plan.months
    revenue = ctx.plan.goal.in_money

    def block(lines: int, more: int = 0) -> ExactBlock:
        return ExactBlock(chart_data.reserve(ctx, lines, months + 2 + more), months)

    lines = {channel.id: line for line, channel in enumerate(channels)}
    return ExactAt(
        block(stages + revenue, more=1),
        block(stages, more=1),
        block(len(channels)),
        lines,
        *(block(count) for count in (stages, stages, len(channels))),
    )


def head(ctx: Context, block: ExactBlock, key: str) -> None:
    """The row on top of a block: what it holds, and the months."""
    cells = block.source.cells
    cells[0, NAME] = (ctx.t(key), "", "calc_header")
    cells[0, FIRST + BEFORE] = (ctx.t("column_before"), "", "calc_header")
    for k, month in enumerate(ctx.months, 1):
        cells[0, FIRST + k] = (month, f"=EDATE(plan_start,{k - 1})", "calc.month")
    cells[0, FIRST + block.after] = (ctx.t("column_next"), "", "calc_header")


def need(ctx: Context, at: ExactAt, line: int, name: tuple[str, CellAt], total: CellAt, needed: Volumes,
         shares: Sequence[str], due: tuple[float, str]) -> None:  # fmt: skip
    """Gross need: the total times the calculation sheet's shares; ``due`` as ``ExactAt.due``, value and Excel text."""
    at.need.fill(line, _named(ctx, "exact_need", *name), needed, [f"={total}*{share}" for share in shares])
    cells, column = at.need.source.cells, FIRST + at.need.after + 1
    cells[0, column] = (ctx.t("calc_due"), "", "calc_header")
    cells[1 + line, column] = (due[0], f"={due[1]}", "calc")


def new(ctx: Context, at: ExactAt, index: int, name: tuple[str, CellAt], opened: CellAt, rate: CellAt | None) -> None:
    """What must be newly won once what is open covers the earliest need; and what that stands for.

    ``opened`` what is open at the stage, or under way after the closed months, ``rate`` that to the next stage (None:
    the last stage).
    """
    credit = at.credit(index).here
    formulas = []
    for part in at.need.parts:
        month = at.need.cell(index, part).here
        beyond = f"SUM({at.need.upto(index, part).in_column})-{credit}"  # the need so far that the pipeline leaves
        formulas.append(f"=IF({beyond}<{NOISE}*{credit},0,MIN({month},{beyond}))")
    at.new.fill(index, _named(ctx, "exact_new", *name), ctx.targets.new[index], formulas)
    below = "" if rate is None else f"+{at.credit(index + 1).here}/{rate}"
    cells, column = at.new.source.cells, FIRST + at.new.after + 1
    cells[0, column] = (ctx.t("column_credit"), "", "calc_header")
    cells[1 + index, column] = (float(ctx.targets.credit[index]), f"={opened.here}{below}", "calc")


def channel(ctx: Context, at: ExactAt, channel_id: str, name: tuple[str, CellAt], share: CellAt, index: int,
            asked: Volumes) -> None:  # fmt: skip
    """What is asked of a channel: its share of what its stage newly needs."""
    formulas = [f"={share}*{at.new.cell(index, part).here}" for part in at.new.parts]
    at.channels.fill(at.channel[channel_id], _named(ctx, "exact_channel", *name), asked, formulas)


def told(ctx: Context, closed: ClosedAt, blocks: tuple[ExactBlock, ExactBlock], line: int, key: str,
         name: tuple[str, CellAt], what: str, values: Volumes, total: CellAt | None = None) -> None:  # fmt: skip
    """A row of ``blocks``, of which the first has the exact volumes, as it is told: closed months as they were agreed.

    ``what`` names the agreed targets; with closed months the row adds up to ``total``, if there is one: what the others
    leave of it stands before the start.
    """
    source, block = blocks
    formulas = [f"={closed.kept(what, part, source.cell(line, part).here)}" for part in block.parts]
    if total is not None:
        others = block.cell(line, 1).to(block.cell(line, block.after)).here
        formulas[BEFORE] = f"=IF(closed_months=0,{source.cell(line, BEFORE).here},{total}-SUM({others}))"
    block.fill(line, _named(ctx, key, *name), values, formulas)


def _named(ctx: Context, key: str, name: str, cell: CellAt) -> tuple[str, str]:
    """A row's name and its Excel text; no other row of the sheet is called so."""
    return ctx.t(key, name=name), words(ctx.t(key), name=str(cell))
