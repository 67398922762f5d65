"""What is odd about the leads of a list: counted and told with the first rows, never put right."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from xl_kpi.exchange.leads.engine import rows_of
from xl_kpi.exchange.leads.roles import AT
from xl_kpi.exchange.leads.source import ROW
from xl_kpi.exchange.leads.table import Leads
from xl_kpi.exchange.leads.typed import LOST, WON

if TYPE_CHECKING:
    import ibis.expr.types as ir

MOST_SHOWN = 3
WON_BEFORE, REVERSED, SKIPPED = "won_before", "reversed", "skipped"
NO_DAY, NO_CHANNEL, SAME_MAIL, SAME_COMPANY, NO_LOST = "no_day", "no_channel", "same_mail", "same_company", "no_lost"
# What stands before or behind the name of a company and does not tell it from another.
_FORMS = "[ \u3000.,]|株式会社|有限会社|合同会社|[(（](株|有|同)[)）]|㈱|㈲|(co\\.?,? ?ltd\\.?|inc\\.?|k\\.k\\.)$"


@dataclass(frozen=True)
class Problem:
    """``count`` leads of which something is odd (``kind``), and the rows in which the first of them stand.

    ``column``, ``example``: of cells that are no days the word above them and the first one.
    """

    kind: str
    count: int
    rows: tuple[int, ...]
    column: str = ""
    example: str = ""


def problems(leads: Leads) -> tuple[Problem, ...]:
    """What is odd about leads.

    Equation: ``won_before``: ordered before the first day that is known of it; ``reversed``: a later stage lies before
    an earlier one; ``skipped``: a stage of which the list knows days is missing between two; ``no_day``: none of any
    stage; ``no_channel``: nothing says whose it is; ``no_lost``: how many
    were won where none at all was lost; ``same_mail``, ``same_company``: how many rows have the address or
    the company of an earlier one.  Each is counted as it stands: all rows of the same address count.
    Special cases: a company's legal form is no part of its name; of a list of actions alone only
    cells of days are told.
    """
    table, marks = leads.table, _marks(leads)
    cells = tuple(Problem(one.kind, one.count, one.rows, one.column, one.example) for one in leads.unread)
    if not marks:
        return cells
    counted = table.aggregate(**{kind: mark.sum().fill_null(0) for kind, mark in marks.items()}).execute()
    found = [
        Problem(kind, int(counted[kind][0]), _first_rows(table, mark))
        for kind, mark in marks.items()
        if counted[kind][0]
    ]
    for kind, column in ((SAME_MAIL, "mail"), (SAME_COMPANY, "company")):
        found += _doubles(table, kind, column)
    return (*cells, *found)


def _marks(leads: Leads) -> dict[str, Any]:
    table = leads.table
    days = [table[AT + stage] for stage in leads.dated]
    marks = {} if leads.is_actions else {NO_CHANNEL: table["channel"].isnull()}
    if not days:
        return {NO_DAY: table[ROW].notnull(), **marks} if marks else {}
    marks[NO_DAY] = _all(day.isnull() for day in days)
    won = (table["outcome"] == WON).fill_null(False)
    if not int(table.filter(table["outcome"] == LOST).count().execute()):
        marks[NO_LOST] = won
    later = [(one < other).fill_null(False) for other, one in combinations(days, 2)]
    if later:
        marks[REVERSED] = _any(later)
    if leads.dated[-1] == leads.stages[-1] and len(days) > 1:
        marks[WON_BEFORE] = (days[-1] < days[0]).fill_null(False)
    gaps = [
        days[first].notnull() & days[middle].isnull() & days[last].notnull()
        for first, middle, last in combinations(range(len(days)), 3)
    ]
    if gaps:
        marks[SKIPPED] = _any(gaps)
    return {kind: marks[kind] for kind in (WON_BEFORE, REVERSED, SKIPPED, NO_DAY, NO_CHANNEL, NO_LOST) if kind in marks}


def _doubles(table: ir.Table, kind: str, column: str) -> list[Problem]:
    key = table[column].lower()
    if column == "company":
        key = key.re_replace(_FORMS, "")
    named = table.select(key_=key, row_=table[ROW])
    named = named.filter(named["key_"].notnull() & (named["key_"] != ""))
    groups = named.group_by("key_").aggregate(count_=named.count(), first_=named["row_"].min())
    groups = groups.filter(groups["count_"] > 1)
    ((count, more),) = rows_of(groups.aggregate(groups=groups.count(), more=(groups["count_"] - 1).sum()))
    if not count:
        return []
    first = rows_of(groups.order_by("first_").limit(MOST_SHOWN).select("first_"))
    return [Problem(kind, int(more), tuple(int(row) for (row,) in first))]


def _first_rows(table: ir.Table, mark: Any) -> tuple[int, ...]:
    first = table.filter(mark).select(ROW).order_by(ROW).limit(MOST_SHOWN)
    return tuple(int(row) for (row,) in rows_of(first))


def _any(marks: Any) -> Any:
    first, *others = marks
    for other in others:
        first = first | other
    return first


def _all(marks: Any) -> Any:
    first, *others = marks
    for other in others:
        first = first & other
    return first
