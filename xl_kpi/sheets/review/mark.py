"""Whether inputs have changed since Python computed the review, on the hidden sheet 計算.

A sum over the inputs stands there for each of their groups, live, beside the same sum as it was when the sheets were
made.  Each number counts by its place, and that a cell is filled counts too, so that one that moved, and a 0 that was
blank, show.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import fsum
from typing import Any

from xl_kpi.kpi.channel_figures import ACTUAL
from xl_kpi.plan.money.cells import YEN
from xl_kpi.sheets import chart_data
from xl_kpi.sheets.blocks.closed_rows import block_cell
from xl_kpi.sheets.blocks.stamp import as_of
from xl_kpi.sheets.channel_tab.page import TabsAt
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.kpis import KpisAt
from xl_kpi.sheets.places.backwards import BackwardsAt
from xl_kpi.sheets.places.funnel import FunnelAt
from xl_kpi.workbook.addresses import CellAt, RangeAt, place_of
from xl_kpi.workbook.sheet_kinds import REVIEW_MARK, REVIEW_SAID
from xl_kpi.workbook.spec import SheetSpec
from xl_kpi.workbook.writing.render import EPOCH

LIVE, STORED, CHANGED = 1, 2, 3  # columns of the block, behind a group's name
MONEY = 1e-4  # of a yen, so that a count in the same sum keeps its weight
STEP = 0.37  # by which the weights of two rows differ
OLD = "!"  # stands where something has changed
FILLED = 0.3  # what a filled cell counts beside its number
SAME = "0.00000000001"  # of a sum: engines add up in another order
SINGLES = ("plan_start", "plan_months", "orders_needed", "deadline_used", "delivery_days", "outlook_age",
           "closed_until", "kgi_goal")  # fmt: skip
LEADS = "tbl_leads"
_REFERENCE = re.compile(r"'((?:[^']|'')*)'!\$?([A-Z]+)\$?([0-9]+)(?::\$?([A-Z]+)\$?([0-9]+))?")


@dataclass(frozen=True)
class Group:
    """Inputs that are added up in one cell: ranges, each with the weight of its numbers."""

    name: str
    ranges: tuple[tuple[RangeAt, float], ...]


def fill(ctx: Context) -> None:
    """The sums, once all pages are described, for they are taken from the cells; behind all other blocks."""
    pages, groups = {page.name: page for page in ctx.made}, [*_groups(ctx)]
    source = chart_data.reserve(ctx, len(groups), CHANGED)
    cells = source.cells
    cells[0, 0] = (ctx.t("calc_review_mark"), "", "calc_header")
    cells[0, LIVE] = (as_of(ctx), "", "calc")
    for row, group in enumerate(groups, 1):
        live, stored = (block_cell(source, row, column).here for column in (LIVE, STORED))
        total = fsum(_sum(pages, area, weight) for area, weight in group.ranges)  # the same with every Python
        text = "+".join(_text(area, weight) for area, weight in group.ranges) or "0"
        cells[row, 0] = (f"stamp:{group.name}", "", "calc")
        cells[row, LIVE] = (total, f"={text}", "calc")
        cells[row, STORED] = (total, "", "calc")
        cells[row, CHANGED] = (None, f'=IF(ABS({live}-{stored})>{SAME}*(1+ABS({stored})),"{OLD}","")', "calc")
    every = block_cell(source, 1, CHANGED).to(block_cell(source, len(groups), CHANGED)).here
    cells[0, CHANGED] = (
        None,
        f'=IF(COUNTIF({every},"{OLD}")>0,"{OLD}","")',
        "calc",
    )  # a formula alone: Python can't know what is typed later
    ctx.name(REVIEW_MARK, str(block_cell(source, 0, CHANGED)))
    ctx.name(REVIEW_SAID, str(block_cell(source, 0, LIVE)))


def _groups(ctx: Context) -> Iterator[Group]:
    goal = [
        (_named(ctx, name), _weight(k, MONEY * ctx.money if name == "kgi_goal" else 1))
        for k, name in enumerate(SINGLES)
    ]
    yield Group("goal", (*goal, (_named(ctx, "season_weights"), _weight(len(goal)))))
    stages = ctx.at(FunnelAt).stages
    columns = [stages[0].rate.to(stages[-1].rate), stages[0].low.to(stages[-1].low), stages[0].high.to(stages[-1].high)]
    columns.append(stages[0].open.to(stages[-1].open))
    curve = stages[0].curve.first
    for step in range(stages[0].curve.last.column - curve.column + 1):
        columns.append(curve._replace(column=curve.column + step).to(
            stages[-1].curve.first._replace(column=curve.column + step)))  # fmt: skip
    yield Group("funnel", tuple((area, _weight(k)) for k, area in enumerate(columns)))
    channels = ctx.at(ChannelsAt)
    steps = [channels.rates.down(f"step {k}") for k in range(len(stages) - 1)] if channels.rates.keys else []
    yield Group("channels", tuple((area, _weight(k)) for k, area in enumerate([channels.table.down("used"), *steps])))
    values = list(ctx.at(KpisAt).values.values())
    if values:
        yield Group("kpis", ((values[0].to(values[-1]), 1.0),))
    yield Group("stages", tuple(_stages(ctx)))
    for channel in ctx.plan.channels_on:
        yield Group(channel.id, tuple(_tab(ctx, channel.id)))
    if ctx.plan.tables.get(LEADS):
        yield Group(LEADS, tuple(_leads(ctx)))


def _weight(k: int, money: float = 1) -> float:
    """A weight that no other place of the same sum has."""
    return round((1 + STEP * k) * money, 9)


def _stages(ctx: Context) -> Iterator[tuple[RangeAt, float]]:
    """What was reported of the stages, and in money."""
    summed = ctx.at(TabsAt).sums
    for k, (key, area) in enumerate(ctx.at(BackwardsAt).actuals(ctx)):
        if key not in summed:
            yield area, _weight(k, 1 if key.startswith("stage:") else MONEY * ctx.money)


def _tab(ctx: Context, id_: str) -> Iterator[tuple[RangeAt, float]]:
    """What is typed on a channel's sheet."""
    tab = ctx.at(TabsAt).tabs[id_]
    for k, kpi in enumerate(tab.figures.kpis):
        if tab.figures.formulas[ACTUAL][kpi.id] is None:
            yield tab.table.span(f"{kpi.id}:{ACTUAL}"), _weight(k, MONEY * ctx.money if kpi.unit == YEN else 1)


def _leads(ctx: Context) -> Iterator[tuple[RangeAt, float]]:
    """The list of leads, column by column."""
    whole = _named(ctx, LEADS)
    for k, column in enumerate(range(whole.first.column + 1, whole.last.column + 1)):
        first, last = whole.first._replace(column=column), whole.last._replace(column=column)
        yield first._replace(row=first.row + 1).to(last), _weight(k)


def _named(ctx: Context, name: str) -> RangeAt:
    """The cells of a defined name."""
    match = _REFERENCE.fullmatch(ctx.names[name])
    assert match is not None, name
    sheet, left, top, right, bottom = match.groups()
    first, last = place_of(f"{left}{top}"), place_of(f"{right or left}{bottom or top}")
    assert first is not None and last is not None, name
    sheet = sheet.replace("''", "'")
    return CellAt(sheet, *first).to(CellAt(sheet, *last))


def _text(area: RangeAt, weight: float) -> str:
    """Excel's text of ``_sum``."""
    across = area.first.row == area.last.row
    count, first = ("COLUMN", area.first) if across else ("ROW", area.first)
    places = f"({count}({area})-{count}({first})+1)*{weight:.9g}"
    return f'SUMPRODUCT({area},{places})+SUMPRODUCT(({area}<>"")*{places})*{FILLED}'


def _sum(pages: Mapping[str, SheetSpec], area: RangeAt, weight: float) -> float:
    """The numbers of a range, each times its place from 1 and the weight; a filled cell counts besides."""
    page, total = pages[area.first.sheet], 0.0
    across = area.first.row == area.last.row
    for row in range(area.first.row, area.last.row + 1):
        for column in range(area.first.column, area.last.column + 1):
            cell = page.cells.get((row, column))
            value: Any = None if cell is None else cell.value
            if value is None or value == "":
                continue
            place = (column - area.first.column if across else row - area.first.row) + 1
            total += place * weight * (_number(value) + FILLED)
    return total


def _number(value: Any) -> float:
    """A cell's value as it counts: a day by its serial number, a text not at all."""
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, dt.date):
        return float((value - EPOCH).days)
    return 0.0 if isinstance(value, (str, bool)) else float(value)
