"""Lists with several rows for one person or record, as one row for each."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from xl_kpi.catalog.exports import folded, is_missing, signs

if TYPE_CHECKING:
    import pandas as pd

Leave = Callable[["str", "pd.DataFrame", "pd.Series[bool]"], "pd.DataFrame"]
START = "*"  # in the first row of a record of kintone


def one_row_each(table: pd.DataFrame, leave: Leave, *, attendees: bool) -> pd.DataFrame:
    """A list with one row for each record or person.

    Arguments: ``table`` by role; ``leave``: reason, rows and which of them to the rows without those; ``attendees``:
    somebody who joins again has another row.
    Special cases: where records span several rows, the first one counts, which bears a ``*``.  Of attendees a mail
    address counts once and minutes are added; those who have none are known by their name; who has neither counts by
    the row.
    """
    if "record_start" in table:
        table = leave("continued", table, ~table["record_start"].map(_starts).astype(bool))
    return _attendees(table, leave) if attendees and not table.empty else table


def _starts(cell: str) -> bool:
    return unicodedata.normalize("NFKC", cell) == START


def _attendees(table: pd.DataFrame, leave: Leave) -> pd.DataFrame:
    who = table.assign(who=[_who(row, table) for row in range(len(table))])["who"]
    again = who.duplicated()
    if not again.any():
        return table
    grouped = table.groupby(who, sort=False)
    first = table[~again].copy()
    for role, joined in (("minutes", _added), ("attended", _attended)):
        if role in table:
            first[role] = who[~again].map(grouped[role].agg(joined).to_dict())
    leave("again", table, again)
    return first


def _added(part: pd.Series[Any]) -> Fraction | None:
    return sum(part.dropna(), Fraction(0)) if part.notna().any() else None


def _attended(part: pd.Series[Any]) -> str:
    """Whoever joined once was there."""
    return next((cell for cell in part if was_there(cell)), part.iloc[0])


def was_there(cell: str) -> bool:
    """Whether a cell of a column of who attended says so."""
    return folded(cell) in signs().attended


def _who(row: int, table: pd.DataFrame) -> str:
    for role in ("email", "name"):
        if role in table and not is_missing(cell := str(table[role].iloc[row])):
            return f"{role} {folded(cell)}"
    return f"row {row}"
