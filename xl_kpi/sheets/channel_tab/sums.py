"""The actuals of the first stage: what its channels brought, added up over their sheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xl_kpi.kpi.channel_figures import ACTUAL, TARGET, ChannelFigures
from xl_kpi.kpi.figures import MonthRow, Months, is_number
from xl_kpi.plan.closed.closing import came_key, channel_key, gone_rows
from xl_kpi.sheets.blocks.table import MonthTable
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.places.backwards import BackwardsAt
from xl_kpi.workbook.addresses import CellAt

Row = tuple[Months, Sequence[CellAt]]


@dataclass(frozen=True)
class Sums:
    """Actuals by month that are the sum of several tabs: Python's values, and Excel's texts.

    A month counts where every tab has a number: ``parts`` are the tabs' rows, then ``came``, what channels brought in
    closed months that are off now; ``missing`` tests a month for one that has none.  ``targets``: what the plan asks of
    these tabs, where that is not all that it asks at the stage, because a channel has no KPI for it; ``asked`` is the
    same month by month.
    """

    values: tuple[float | None, ...]
    formulas: tuple[str, ...]
    parts: tuple[MonthRow, ...]
    came: tuple[MonthRow, ...]
    missing: tuple[str, ...]
    targets: tuple[MonthRow, ...] = ()
    asked: tuple[str, ...] = ()


def added_up(ctx: Context, own: Sequence[tuple[ChannelFigures, MonthTable]]) -> Sums:
    """The sum over the sheets of the stage's channels, ``own``, one or more with a KPI for it; blank while none has a
    number."""
    tabs = [(figures, table, figures.anchor.id) for figures, table in own if figures.anchor is not None]
    stage, closed, agreed = ctx.plan.stages[0].id, ctx.at(BackwardsAt).closed, ctx.agreed.months
    months, gone = range(ctx.plan.months), gone_rows(ctx.plan)
    rows = [(f.months[ACTUAL, one], [t.month(f"{one}:{ACTUAL}", k) for k in months]) for f, t, one in tabs]
    plans = [(f.months[TARGET, stage], [t.month(f"plan:{stage}", k) for k in months]) for f, t, _ in tabs]
    came: list[Row] = []
    wanted: list[Row] = []
    for id_, row in gone.items():
        what, asked = came_key(id_), channel_key(id_, stage)
        came.append((["" if one is None else one for one in row], [closed.target(what, k) for k in months]))
        wanted.append(([agreed.get((asked, k), 0) for k in months], [closed.target(asked, k) for k in months]))
    values: list[float | None] = []
    formulas, missing, targets = [], [], []
    for k in months:
        numbers, more = ([one for row, _ in side if is_number(one := row[k])] for side in (rows, came))
        values.append(sum(numbers) + sum(more) if numbers or sum(more) else None)
        cells, others = _cells(rows, k), _cells(came, k)
        both = f"{cells},{others}" if came else cells
        told = f"COUNT({cells})+SUM({others})" if came else f"COUNT({cells})"
        formulas.append(f'=IF({told}=0,"",SUM({both}))')
        missing.append(f"COUNT({both})<{len(rows) + len(came)}")
        targets.append(f"SUM({_cells([*plans, *wanted], k)})")
    brought = tuple(_row(one) for one in came)
    found = tuple(values), tuple(formulas), (*(_row(one) for one in rows), *brought), brought, tuple(missing)
    if len(tabs) == len(own):
        return Sums(*found)
    return Sums(*found, tuple(_row(one) for one in [*plans, *wanted]), tuple(targets))


def _cells(rows: Sequence[Row], month: int) -> str:
    return ",".join(cells[month].far_free for _, cells in rows)


def _row(row: Row) -> MonthRow:
    values, cells = row
    return MonthRow(values, str(cells[0].to(cells[-1])))
