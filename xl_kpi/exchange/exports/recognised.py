"""Whether a table is truly one of the system whose words it has: its days are found, and most of it is known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xl_kpi.catalog.exports import folded, systems, usual_channel, without_currency
from xl_kpi.catalog.roles import HeaderWords, is_quotient_word
from xl_kpi.catalog.roles import roles as known_roles
from xl_kpi.exchange.exports.blocks import Block, Column, roles_of_system
from xl_kpi.exchange.exports.dates import period_in, read_dates
from xl_kpi.exchange.exports.days import DATE_ROLES
from xl_kpi.exchange.exports.numbers import read_numbers
from xl_kpi.exchange.exports.totals import totals_in
from xl_kpi.plan.imported.maps import FileMap

if TYPE_CHECKING:
    import pandas as pd

_MOST_ROWS = 400  # that are looked at, spread over the table
_NEARLY = 0.85  # of the filled cells: what a column holds


def recognised(block: Block | None, maps: Sequence[FileMap] = ()) -> Block | None:
    """The table, of those systems alone that it is truly one of; None where it is of none: nobody knows its system.

    Arguments: ``block`` the table that is meant in a file; ``maps`` what the workbook says of columns besides.
    Equation: the words of several systems are alike (``Campaign name``, ``Clicks``).  A system is recognised where its
    own word stands above the days, or no column holds days; and where it knows more than half of the columns that count
    (of a table without numbers: half of its columns).
    Special cases: what has a map, and lists of persons, are taken as they are.
    Example: ``Time period``, ``Campaign name``, ``Spend``, ``Impressions``, ``Clicks`` of X is no file of LinkedIn.
    """
    if block is None or block.map is not None or not block.systems:
        return block
    sample = _sample(block)
    kept = {}
    for key in block.systems:
        roles = roles_of_system(key, maps)
        told = replace(block, columns=tuple(_as_said(block, roles)))
        if not usual_channel(systems()[key].kind) or (
            not unread_days(told, sample) and _is_mostly_known(told, roles, sample)
        ):
            kept[key] = told
    if not kept:
        return None
    first = next(iter(kept.values()))
    return replace(first, systems=tuple(kept))


def unread_days(block: Block, sample: pd.DataFrame | None = None) -> tuple[Column, ...]:
    """The columns full of days of a table that has none by the words of its system.

    Special cases: where the file names its period, days outside of it are about something else (a campaign's start).
    """
    if block.column(*DATE_ROLES, "week") is not None:
        return ()
    rows = _sample(block) if sample is None else sample
    period = period_in(lines_above(block))
    cells = {one: rows.iloc[:, one.place] for one in block.columns if one.role in ("", "period_end")}
    return tuple(one for one, own in cells.items() if _is_full_of_days(own) and not _is_outside(own, period))


def lines_above(block: Block) -> Iterator[str]:
    """What stands above the header, a text a line."""
    for row in block.grid.cells.iloc[: block.header - 1].itertuples(index=False):
        yield ",".join(str(cell) for cell in row if cell != "")


def _is_outside(cells: pd.Series[Any], period: tuple[dt.date, dt.date] | None) -> bool:
    """Whether a day of the column is not one of the period."""
    if period is None:
        return False
    dates = read_dates(cells, years=period, numbers=False)
    return any(not period[0].replace(day=1) <= day <= period[1] for day in dates.days.dropna().unique())


def _is_full_of_days(cells: pd.Series[Any]) -> bool:
    dates = read_dates(cells, numbers=False)
    there = int((~dates.missing).sum())
    return there > 0 and int((~dates.missing & ~dates.bad).sum()) >= _NEARLY * there


def _as_said(block: Block, roles: Mapping[str, str]) -> Iterator[Column]:
    for one in block.columns:
        yield replace(one, role=roles.get(_compared(one), ""))


def _is_mostly_known(block: Block, roles: Mapping[str, str], sample: pd.DataFrame) -> bool:
    """Of a table without numbers half of its columns are known, of others more than half of those that count."""
    known = {one: _compared(one) in roles for one in block.columns}
    counting = [one for one in block.columns if _counts(one, sample)]
    if not counting:
        return sum(known.values()) * 2 >= len(known)
    return sum(known[one] for one in counting) * 2 > len(counting)


def _counts(column: Column, sample: pd.DataFrame) -> bool:
    """Whether a column holds numbers that are neither marks nor one divided by another: those are in files of all
    systems, and seldom in our list of words."""
    header = HeaderWords.of(column.word)
    if is_quotient_word(header) or any(header.holds(part) for part in known_roles()["id"].parts):
        return False
    return _holds_numbers(sample.iloc[:, column.place])


def _compared(column: Column) -> str:
    return without_currency(folded(column.word))[0]


def _holds_numbers(cells: pd.Series[Any]) -> bool:
    filled = cells.astype(str).str.strip().ne("")
    return bool(filled.any()) and read_numbers(cells).values.notna().sum() >= _NEARLY * filled.sum()


def _sample(block: Block) -> pd.DataFrame:
    """Rows spread over the table, without its totals and blank ones."""
    rows = block.rows.iloc[:: max(1, (block.last - block.first + 1) // _MOST_ROWS)]
    filled = rows.astype(str).apply(lambda column: column.str.strip()).ne("").sum(axis=1)
    return rows[~totals_in(rows, range(rows.shape[1])) & filled.gt(1)]
