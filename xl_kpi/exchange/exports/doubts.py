"""Rows of a download that may count twice, or count what they do not say: never added up blindly."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from xl_kpi.catalog.exports import is_missing, roles_counted, signs
from xl_kpi.errors import BadFile, Joined, Words
from xl_kpi.exchange.columns import Column as Cells
from xl_kpi.exchange.columns import total_of
from xl_kpi.exchange.exports.blocks import Column
from xl_kpi.exchange.exports.reading import Reading, one_line

if TYPE_CHECKING:
    import pandas as pd

ONCE, ALL, NONE = "once", "all", "none"
_MOST_WAYS = 6  # in which one file may show its figures
_NOISE = 1e-9  # of sums in floating point, which only tell what is worth a closer look
_LEAST_EQUAL = 2  # numbers, not 0, that must be the same in both ways before it is no accident
_MOST_CELLS, _MOST_SIGNS = 5, 20  # that are named of cells that are no numbers, and shown of each
Ask = Callable[..., str]
Key = tuple[Hashable, ...]


def check_numbers(
    reading: Reading, rows: pd.DataFrame, counting: pd.Index[Any], odd: Mapping[Column, pd.Series[bool]]
) -> None:
    """Each cell of a column of which rows are added up holds a number, or nothing.

    Arguments: ``rows`` as they stand in the file, ``counting`` those that count; ``odd``: column → which cells are no
    number.
    Special cases: columns that no actual is taken from are not looked at.
    Errors: BadFile with the first cells that are none, and how many there are: words, and parts of a whole (20%).
    """
    found = [
        (int(row), one.place, one.word)
        for one, which in odd.items()
        if one.role in roles_counted()
        for row in counting[which.loc[counting]]
    ]
    if not found:
        return
    where = f"{reading.block.grid.sheet}!" if reading.block.grid.sheet else ""
    cells: list[Words] = []
    for row, place, word in sorted(found)[:_MOST_CELLS]:
        cell = one_line(rows.at[row, place])
        shown = cell if len(cell) <= _MOST_SIGNS else f"{cell[:_MOST_SIGNS]}…"
        cells.append(Words("export_odd_cell", where=where, row=row, column=one_line(word), cell=shown))
    if more := len(found) - len(cells):
        cells.append(Words("export_odd_more", count=more))
    named = Joined(tuple(cells), Words("list_comma"))
    raise BadFile("export_odd_cells", file=reading.file, count=len(found), cells=named)


def doubled(rows: pd.DataFrame, table: pd.DataFrame) -> pd.Series[bool]:
    """Rows that say in every cell what a row above says, and count something.

    Arguments: ``rows`` all cells as they stand in the file, ``table`` what was read of them by role.
    """
    twice = rows.loc[table.index].duplicated()
    counted = [role for role in table.columns if role in (*signs().counts, *signs().money)]
    if not counted or not twice.any():
        return twice & False
    return twice & table[counted].map(bool).any(axis=1)


def ways(rows: pd.DataFrame, table: pd.DataFrame, words: Mapping[int, str]) -> dict[str, pd.Series[bool]]:
    """The ways in which a file shows the same figures: which rows show them in each; empty where there is one way.

    Arguments: ``rows`` and ``table`` as above; ``words``: the columns that may break figures down, place → word.
    Equation: rows are sorted by which of those columns are filled, and by what stands in each that has few different
    words; two groups of the same days and names whose sums are all the same show the same figures.
    Example: rows by age without a placement, then rows by placement without an age.
    """
    import pandas as pd

    counted = [role for role in table.columns if role in (*signs().counts, *signs().money)]
    if not words or not counted or table.empty:
        return {}
    found_in = {place: Cells(rows.loc[table.index, place]) for place in words}
    kinds = {place: column.kinds for place, column in found_in.items()}
    cells = {place: column.each(str) for place, column in found_in.items()}
    filled = {place: column.each(lambda cell: not is_missing(str(cell)), bool) for place, column in found_in.items()}
    code = sum((filled[place].astype(int) * 2**bit for bit, place in enumerate(words)), pd.Series(0, table.index))
    names = {
        number: "+".join(word for bit, word in enumerate(words.values()) if int(number) >> bit & 1) or NONE
        for number in code.unique()
    }
    groups = [code.map(names)] + [cells[place] for place in words if len(kinds[place]) <= _MOST_WAYS]
    rough = table[counted[0]].map(float, na_action="ignore").astype(float)
    for group in groups:
        totals = rough.groupby(group, sort=False).sum()
        if not 1 < len(totals) <= _MOST_WAYS or totals.max() - totals.min() > _NOISE * abs(totals.max()):
            continue
        found = {str(name): group.eq(name) for name in totals.index}
        sums = [_sums(table[which], counted) for which in found.values()]
        is_many = sum(bool(number) for one in sums[0].values() for number in one) >= _LEAST_EQUAL
        if is_many and all(one == sums[0] for one in sums[1:]):
            return found
    return {}


def _sums(table: pd.DataFrame, counted: Sequence[str]) -> dict[Key, tuple[Fraction, ...]]:
    """Of each day and name the sums of what is counted."""
    keys = [role for role in ("day", "campaign", "channel") if role in table.columns]
    found: dict[Key, tuple[Fraction, ...]] = {}
    for key, part in table.groupby(keys, dropna=False, sort=False):
        named = key if isinstance(key, tuple) else (key,)
        found[named] = tuple(total_of(part[role].dropna()) for role in counted)
    return found


def with_one_kind_of_result(table: pd.DataFrame, ask: Ask) -> pd.DataFrame:
    """The rows with results of one kind alone: what a campaign aims at, which may be a click or a purchase.

    Arguments: ``table`` with the column ``results``; ``ask`` a question: id, words, choices.
    Special cases: where enquiries or leads have a column of their own, that is used and nothing is asked; a single
    kind that is surely an enquiry is no question; results that do not say what they are, are asked about.
    """
    if "results" not in table or {"conversions", "leads"} & set(table.columns):
        return table
    given = table["results"].map(bool)
    if not given.any():
        return table
    kinds = _kinds(table, given)
    if len(kinds) == 1 and _is_enquiry(kinds[0]):
        return table
    if kinds:
        chosen = ask("result_kind", Words("export_ask_result_kind"), *kinds, NONE)
        counts = table["result_kind"].eq(chosen)
    else:
        counts = given & (ask("results", Words("export_ask_results"), ALL, NONE) == ALL)
    return table.assign(results=table["results"].where(counts, None))


def _kinds(table: pd.DataFrame, given: pd.Series[Any]) -> list[str]:
    if "result_kind" not in table:
        return []
    return sorted({kind for kind in table.loc[given, "result_kind"] if kind and not is_missing(kind)})


def _is_enquiry(kind: str) -> bool:
    return any(word in kind.lower() for word in signs().enquiries)
