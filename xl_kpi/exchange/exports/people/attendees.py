"""From a list of who registered for a webinar and who came to the figures of a plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from xl_kpi.catalog.exports import figure_of_people, folded, is_missing, signs, systems
from xl_kpi.errors import BadFile, Words
from xl_kpi.exchange.exports.dates import DAY_FIRST, MONTH_FIRST, read_dates
from xl_kpi.exchange.exports.days import ORDER
from xl_kpi.exchange.exports.export import Export
from xl_kpi.exchange.exports.figures import LEAVE, Sorted, is_inside, which_channel
from xl_kpi.exchange.exports.people.persons import was_there
from xl_kpi.exchange.exports.reading import LeftOut, Reading
from xl_kpi.plan.dictionary.shown import shown_kpis
from xl_kpi.plan.imported.figures import Batch, Figure
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.plan.model import Plan

if TYPE_CHECKING:
    import pandas as pd

REGISTERED, ATTENDED = "registered", "attended"
_JOINED, _BEGAN, _AT = "joined_at", "started_at", "registered_at"  # roles of times
_EVENT = ("webinar_id", "topic")  # roles that name a webinar, the surest first
Days = Mapping[str, "pd.Series[object]"]


def attendee_figures(export: Export, plan: Plan, asked: Asked, *, channel: str = "", lang: str = "ja") -> Sorted:
    """The figures of a list of attendees for a plan.

    Arguments: ``export`` the list with one row for each person; ``asked`` the answers, which gets the questions;
    ``channel`` the id of that whose webinar it was ("": that of its system where the plan has it, else asked).
    Equation: whoever has a time of registration counts in its month (``registrations``; in a channel without that KPI
    what is the first stage's there); whoever was there in the month in which the webinar began (``attendees``),
    as the file says above its table, else in that in which they came.
    Special cases: people without an address count by their name and are told; so are those whose registration was not
    approved.  Lists of different numbers of webinars stand beside each other.
    Errors: BadFile for a list that names neither times of registration nor who came when.
    """
    rows = export.rows
    told = _days(export, asked)
    if told is None:
        return Sorted(Batch(export.file, export.called(lang), ()), (), {})
    days, unread = told
    if not days:
        raise BadFile("attendees_no_days", file=export.file)
    usual = systems()[export.system].channel if export.system else ""
    known = [one.id for one in plan.channels_on]
    to = channel or (
        usual if usual in known else asked.ask("channel", which_channel(export.file), *known, LEAVE)
    )  # fmt: skip
    name, is_lasting = _name(export, days)
    batch, called = export.file, export.called(lang)
    if to in ("", LEAVE):
        left = (LeftOut("channel", len(rows), int(min(rows.index))),) if to and len(rows) else ()
        return Sorted(Batch(batch, called, ()), left, {}, (), tuple(_notes(rows, days, unread)))
    figures = [one for kpi, which in _kpis(plan, to, days) for one in _figures(to, kpi, which, name, is_lasting)]
    return Sorted(
        Batch(batch, called, tuple(one for one in figures if is_inside(plan, one.month))),
        (),
        {},
        tuple(sorted({one.month for one in figures if not is_inside(plan, one.month)})),
        tuple(_notes(rows, days, unread)),
    )


def _days(export: Export, asked: Asked) -> tuple[Days, int] | None:
    """Of those who registered and of those who came the day that counts, none for what the list does not say; and how
    many times can't be read.  None while the order of day and month is open.

    Equation: the order of day and month is told by any time of the file, else asked once.
    """
    import pandas as pd

    rows, began = export.rows, _began(export)
    columns = {role: rows[role] for role in (_AT, _JOINED) if role in rows}
    cells = pd.concat([*columns.values(), pd.Series(began, dtype=object)], ignore_index=True)
    order = ""
    if read_dates(cells).open == ORDER:
        example = next(str(cell) for cell in cells if not is_missing(str(cell)))
        role = next((one for one in columns), _BEGAN)
        column = export.block.column(role)
        word = column.word if column else ""
        text = Words("export_ask_order", column=word, example=example)
        order = Reading(export.block, export.file, asked).ask(f"{ORDER}:{word}", text, MONTH_FIRST, DAY_FIRST)
    read_ = read_dates(cells, order=order)
    if read_.open:
        return None
    read = read_.days
    found: dict[str, pd.Series[object]] = {}
    place = 0
    for role, column_ in columns.items():
        found[role] = read.iloc[place : place + len(column_)].set_axis(column_.index)
        place += len(column_)
    starts = read.iloc[place:].dropna()
    days: dict[str, pd.Series[object]] = {}
    if _AT in found:
        days[REGISTERED] = found[_AT].dropna()
    there = rows[ATTENDED].map(was_there) if ATTENDED in rows else found[_JOINED].notna() if _JOINED in found else None
    if there is not None and (len(starts) == 1 or _JOINED in found):
        came = pd.Series(starts.iloc[0], index=rows.index) if len(starts) == 1 else found[_JOINED]
        days[ATTENDED] = came[there.astype(bool)].dropna()
    return days, int(read_.bad.sum())


def _began(export: Export) -> list[str]:
    """When the webinar began, as a table above the list says."""
    return _above(export, _BEGAN)


def _above(export: Export, role: str) -> list[str]:
    """What other tables of the file say."""
    return [
        cell
        for block in export.others
        if (column := block.column(role)) is not None
        for cell in map(str, block.rows.iloc[:, column.place])
        if not is_missing(cell)
    ]


def _name(export: Export, days: Days) -> tuple[str, bool]:
    """Whose people they are, and whether that never changes: the number of the webinar, else its topic, else the day on
    which it was; of several webinars in one file the first day."""
    for role in _EVENT:
        own = list(export.rows[role].unique()) if role in export.rows else []
        named = {cell.strip() for cell in (*own, *_above(export, role)) if not is_missing(cell)}
        if len(named) == 1:
            return named.pop(), role == _EVENT[0]
        if named:
            break
    came = days.get(ATTENDED)
    return (f"{min(came):%Y/%m/%d}" if came is not None and len(came) else ""), False


def _kpis(plan: Plan, channel: str, days: Days) -> Iterator[tuple[str, pd.Series[object]]]:
    """KPIs of the channel that people are counted in, with the day of each of them."""
    typed = {
        kpi.id: kpi
        for one in plan.channels_on
        if one.id == channel
        for kpi in shown_kpis(plan, one)
        if kpi.actual == "input"
    }
    first = plan.stages[0].id if plan.stages else ""
    for what, which in days.items():
        kpi = figure_of_people(what)
        if kpi in typed:
            yield kpi, which
        elif what == REGISTERED:
            yield from ((id_, which) for id_, one in typed.items() if one.target == first)


def _figures(channel: str, kpi: str, days: pd.Series[object], name: str, lasting: bool) -> Iterator[Figure]:
    by_month: dict[dt.date, list[dt.date]] = {}
    for day in days:
        assert isinstance(day, dt.date)
        by_month.setdefault(day.replace(day=1), []).append(day)
    for month, some in sorted(by_month.items()):
        names = frozenset([name] if name else ())
        yield Figure(channel, kpi, month, Fraction(len(some)), min(some), max(some), len(some), names, lasting)


def _notes(rows: pd.DataFrame, days: Days, unread: int) -> Iterator[Words]:
    """How many registered and came, and who of them is not known for sure."""
    for what, which in days.items():
        yield Words(f"attendees_{what}", count=len(which))
    if unread:
        yield Words("attendees_unread", count=unread)
    came = days.get(ATTENDED)
    if ATTENDED in rows and came is not None:
        undated = int(sum(map(was_there, rows[ATTENDED]))) - len(came)
        if undated:
            yield Words("attendees_undated", count=undated)
    counted = rows.loc[sorted(set().union(*(which.index for which in days.values())))]
    if "email" in rows and (nameless := sum(map(is_missing, counted["email"]))):
        yield Words("attendees_no_address", count=nameless)
    if "approval" in rows and REGISTERED in days:
        if others := _not_approved(rows.loc[days[REGISTERED].index, "approval"]):
            yield Words("attendees_not_approved", count=others)


def _not_approved(cells: Iterable[str]) -> int:
    return sum(not is_missing(cell) and folded(cell) not in signs().approved for cell in cells)
