"""データ元 / Data sources: where each imported number comes from, and what becomes of it when another file comes.

A number of a month is the sum of its parts: what each system says of the days that its files cover.  A file replaces
the parts of which it covers every day and every campaign, and stands beside those of other days and campaigns.  Of a
part only its sum is kept: what covers some of its days can't replace these alone, and it is asked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from xl_kpi.calc.calendar import month_start, months_from
from xl_kpi.calc.number import exact
from xl_kpi.catalog.exports import system_called
from xl_kpi.errors import Joined, Phrase, Words
from xl_kpi.plan.dictionary.counts import part_of_a_count
from xl_kpi.plan.imported import twice as twice_
from xl_kpi.plan.imported.figures import LEFT, SOURCES, Batch, Figure, is_alike
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.plan.imported.scope import kept_names, names_in, names_of
from xl_kpi.plan.input.raw_values import shown_number
from xl_kpi.plan.keys import actual_key
from xl_kpi.plan.language import in_language
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.kpi_links import KpiLinks
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.plan.pages.tables import row_ids

PAGE = "sources"
TAKE, KEEP = "take", "keep"  # a number of a file, against one that stands there
ADD = "add"  # it stands beside that one
_SHOWN = 3  # names in a question

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Write:
    """One actual that changes: what stood there (None: nothing) and what the files say."""

    channel: str
    kpi: str
    month: dt.date
    old: float | None
    new: float | None


@dataclass(frozen=True)
class Taken:
    """The plan with the figures in it, and which of its actuals have changed."""

    plan: Plan
    writes: tuple[Write, ...]


def taken_in(
    plan: Plan, batches: Iterable[Batch], asked: Asked, *, today: dt.date, known_rows: Collection[str] = ()
) -> Taken:
    """The plan after some files.

    Arguments: ``batches`` the figures of each file, in the order in which they were given; ``asked`` the answers that
    are there, which gets the questions that are not; ``today`` for the table; ``known_rows`` ids of rows that the
    table has had.
    Equation: of each KPI and month the actual is the sum of the parts of all systems that are taken.
    Special cases: the same file again changes nothing; a number that was typed is asked about where it differs from
    what the files say, and so are closed months and, once of a KPI and a system, parts of what is
    counted one by one; what is kept is remembered in the table.  Months outside the plan
    are left out.
    Result: as if no open question had been asked: what it is about is as it was.
    """
    taking = _Taking(plan, asked, today, known_rows)
    for batch in batches:
        for figure in batch.figures:
            if 0 <= _position(plan, figure.month) < plan.months:
                taking.take(batch, figure)
    return taking.done()


def _position(plan: Plan, month: dt.date) -> int:
    return months_from(plan.start, month)


def _sum(rows: Iterable[Row]) -> Fraction:
    return sum((exact(row["value"]) for row in rows if row.get("used") != LEFT), Fraction(0))


class _Taking:
    """The rows of the table and the actuals while figures come in, one after the other."""

    def __init__(self, plan: Plan, asked: Asked, today: dt.date, known_rows: Collection[str]):
        self._plan, self._asked, self._today, self._known = plan, asked, today, known_rows
        self._rows: dict[str, Row] = dict(plan.tables.get(SOURCES, {}))
        self._actuals = dict(plan.actuals)
        self._unit_of = part_of_a_count(plan)
        self._files: dict[str, str] = {}  # rows of this run → their file

    def take(self, batch: Batch, figure: Figure) -> None:
        """One figure; nothing happens where something about it is open."""
        own = {id_: row for id_, row in self._rows.items() if _is_about(row, figure)}
        gone = self._replaced(batch, figure, own)
        if gone is None or self._is_known(batch, figure, own, gone):
            return
        row = self._row(batch, figure)
        what = self._what(figure)
        stands = self._actuals.get(what)
        twice = self._counts_twice(batch, figure, own)
        if twice is None:
            return
        if twice == twice_.KEEP:
            self._put(batch, row | {"used": LEFT}, gone)
            return
        others = {} if twice != twice_.TAKE else {
            id_: {**one, "used": LEFT} for id_, one in own.items() if one.get("system") != batch.system
        }  # fmt: skip
        left = {id_: one for id_, one in (own | others).items() if id_ not in gone}
        total = float(_sum(left.values()) + figure.value)
        is_typed = stands is not None and (not own or not is_alike(stands, float(_sum(own.values()))))
        if is_alike(stands, total):
            pass  # typed or not, it says the same
        elif is_typed and (answer := self._choice("typed", figure, stands, total)) != TAKE:
            if not answer:
                return
            row["used"] = LEFT
        elif (answer := self._part(batch, figure)) != TAKE:
            if not answer:
                return
            row["used"] = LEFT
        elif self._is_closed(figure.month) and self._choice("closed", figure, stands, total) != TAKE:
            return
        else:
            self._actuals[what] = total
        self._rows |= others
        self._put(batch, row, gone)

    def _put(self, batch: Batch, row: dict[str, Any], gone: list[str]) -> None:
        """The row in the table, in place of those that it replaces."""
        id_ = gone[0] if gone else row_ids([*self._rows, *self._known], 1)[0]
        self._rows = {key: value for key, value in self._rows.items() if key not in gone}
        self._rows[id_] = row
        self._files[id_] = batch.file

    def _counts_twice(self, batch: Batch, figure: Figure, own: Mapping[str, Row]) -> str | None:
        """What becomes of a figure that another system may have counted: ADD, TAKE or KEEP; None while that is open."""
        others = {str(one["system"]) for one in own.values() if one.get("system") not in (None, batch.system)}
        if not twice_.is_doubtful(batch.system, others):
            return twice_.ADD
        if answer := twice_.decided(self._rows, figure.link, batch.system, others):
            return answer
        systems = Joined(tuple(system_called(other) for other in sorted(others)), ", ")
        asked = {"systems": systems, "system": system_called(batch.system)}
        text = Words("import_ask_twice", kpi=self._called(figure), **asked)
        choices = (twice_.ADD, TAKE, KEEP)
        return self._asked.ask(f"twice:{figure.link}:{batch.system}", text, *choices) or None

    def done(self) -> Taken:
        """The plan with all that was taken."""
        changed = self._plan.with_(actuals=self._actuals)
        if self._rows != self._plan.tables.get(SOURCES, {}):
            changed = with_pages(changed.with_(tables={**changed.tables, SOURCES: self._rows}), {PAGE: True})
        before = self._plan.actuals
        writes = []
        for (what, position), number in self._actuals.items():
            if before.get((what, position)) != number:
                channel, _, kpi = what.partition(":")
                month = month_start(self._plan.start, position)
                writes.append(Write(channel, kpi, month, before.get((what, position)), number))
        return Taken(changed, tuple(writes))

    def _replaced(self, batch: Batch, figure: Figure, own: Mapping[str, Row]) -> list[str] | None:
        """The rows that the figure takes the place of; None while it is open whether it does."""
        meeting = {
            id_: row
            for id_, row in own.items()
            if row.get("system") == batch.system and row["first"] <= figure.last and figure.first <= row["last"]
        }
        gone = self._of_same_names(batch, figure, meeting)
        if gone is None:
            return None
        inside = [id_ for id_ in gone if figure.first <= own[id_]["first"] and own[id_]["last"] <= figure.last]
        if gone != inside:
            about = {"file": batch.file, "kpi": self._called(figure), "days": _days(figure)}
            lost = Joined(tuple(_lost(figure, [own[id_] for id_ in gone])), Words("list_comma"))
            if (
                self._asked.ask(
                    f"overlap:{_where(figure)}", Words("import_ask_overlap", **about, lost=lost), KEEP, TAKE
                )
                != TAKE
            ):
                return None
        return gone

    def _of_same_names(self, batch: Batch, figure: Figure, meeting: Mapping[str, Row]) -> list[str] | None:
        """Those rows of the same days that are about the same campaigns; None while that is open.

        What is about other campaigns alone stands beside: at once where both files come together, where their names
        last, or where the figure's own campaigns have a row; else it is asked, as they may have other names now.  A row
        with campaigns that the figure lacks is asked about.
        """
        names = names_of(figure.names)
        known = {id_: names_in(row) for id_, row in meeting.items()}
        if not names:
            return [*meeting]
        own = [id_ for id_, others in known.items() if others <= names]
        apart = [id_ for id_, others in known.items() if others and not others & names]
        more = [id_ for id_ in meeting if id_ not in own and id_ not in apart]
        if own or figure.lasting or all(self._files.get(id_, batch.file) != batch.file for id_ in apart):
            apart = []
        if not (apart or more):
            return own
        lacking = sorted(frozenset().union(*(known[id_] for id_ in (*apart, *more))) - names)
        text = Words("import_ask_names", file=batch.file, kpi=self._called(figure), days=_days(figure),
                     names=", ".join(lacking[:_SHOWN]), count=len(lacking))  # fmt: skip
        # Campaigns that both have would count twice.
        answer = self._asked.ask(f"names:{_where(figure)}", text, *(() if more else (ADD,)), TAKE, KEEP)
        if answer == ADD:
            return own
        return [id_ for id_ in meeting if id_ in (*own, *apart, *more)] if answer == TAKE else None

    def _is_known(self, batch: Batch, figure: Figure, own: Mapping[str, Row], gone: list[str]) -> bool:
        """The same days of the same system with the same number are there, and were decided about."""
        if len(gone) != 1:
            return False
        row, stands = (
            own[gone[0]],
            self._actuals.get((f"{figure.channel}:{figure.kpi}", _position(self._plan, figure.month))),
        )
        same = (row["first"], row["last"]) == (figure.first, figure.last)
        same = same and is_alike(row["value"], float(figure.value))
        return same and (row.get("used") == LEFT or is_alike(stands, float(_sum(own.values()))))

    def _row(self, batch: Batch, figure: Figure) -> dict[str, Any]:
        return {
            "kpi": figure.link,
            "month": figure.month,
            "value": float(figure.value),
            "first": figure.first,
            "last": figure.last,
            "rows": figure.rows,
            "system": batch.system,
            **({"names": kept} if (kept := kept_names(figure.names)) else {}),
            "file": batch.file,
            "taken_on": self._today,
        }

    def _choice(self, why: str, figure: Figure, old: float | None, new: float) -> str:
        text = Words(
            f"import_ask_{why}",
            kpi=self._called(figure),
            month=f"{figure.month:%Y/%m}",
            old=_shown(old),
            new=_shown(new),
        )
        return self._asked.ask(f"{why}:{_where(figure)}", text, TAKE, KEEP)

    def _part(self, batch: Batch, figure: Figure) -> str:
        """Whether a figure that is no whole number is taken for what is counted one by one; "" while that is open.

        Special cases: asked once of a KPI and a system, and not again once such a number of them stands in the table:
        ad managers share a lead out among several clicks.
        """
        what, _ = self._what(figure)
        unit = self._unit_of(actual_key(what, figure.month), float(figure.value))
        if unit is None:
            return TAKE
        for row in self._rows.values():
            if (row.get("kpi"), row.get("system")) == (figure.link, batch.system) and float(row["value"]) % 1:
                return KEEP if row.get("used") == LEFT else TAKE
        about = {"file": batch.file, "kpi": self._called(figure), "month": f"{figure.month:%Y/%m}", "unit": unit}
        about["where"] = figure.first_part or ""
        text = Words("import_ask_part", value=_shown(float(figure.value)), **about)
        return self._asked.ask(f"part:{figure.link}:{batch.system}", text, TAKE, KEEP)

    def _what(self, figure: Figure) -> tuple[str, int]:
        """Under what the actual stands in the plan."""
        return f"{figure.channel}:{figure.kpi}", _position(self._plan, figure.month)

    def _is_closed(self, month: dt.date) -> bool:
        until = self._plan.settings.get("closed_until")
        return until is not None and month <= until

    def _called(self, figure: Figure) -> Phrase:
        return lambda lang: KpiLinks.of(in_language(self._plan, lang)).words.get(figure.link, figure.link)


def _is_about(row: Row, figure: Figure) -> bool:
    return row.get("kpi") == figure.link and row.get("month") == figure.month


def _days(figure: Figure) -> str:
    return _span(figure.first, figure.last)


def _span(first: dt.date, last: dt.date) -> str:
    return f"{first:%Y/%m/%d}" if first == last else f"{first:%Y/%m/%d}–{last:%Y/%m/%d}"


def _lost(figure: Figure, rows: Iterable[Row]) -> Iterator[str]:
    """The days of some rows that a figure does not cover: of a month its sum alone is known, so that they would go.

    Example: of 1 to 31 May and a figure of 20 to 31 May: ``2026/05/01–2026/05/19``.
    """
    listed, day = [*rows], dt.timedelta(days=1)
    first, last = min(row["first"] for row in listed), max(row["last"] for row in listed)
    if first < figure.first:
        yield _span(first, figure.first - day)
    if figure.last < last:
        yield _span(figure.last + day, last)


def _where(figure: Figure) -> str:
    return f"{figure.link}:{figure.month:%Y-%m}"


def _shown(number: float | None) -> str:
    """A number in a question: six digits behind the point, of less than 1 ten in all."""
    if number is None:
        return ""
    return shown_number(round(number, 6) if abs(number) >= 1 else float(f"{number:.10g}"))
