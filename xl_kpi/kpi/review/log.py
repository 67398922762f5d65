"""見直し / the log of a review (K13): proposals become rows, and each row is held against what its figure is now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xl_kpi.kpi.review.actions import Action, owner_of
from xl_kpi.kpi.review.figure_ids import DAYS, FUNNEL, LTV_CAC, OF_CHANNEL, RATES, SHARE, WAITING, stage_of
from xl_kpi.kpi.review.known_figures import Figure
from xl_kpi.kpi.review.review import Review
from xl_kpi.kpi.review.words import ReviewWords
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.kpi_links import STAGE, KpiLinks
from xl_kpi.plan.pages.tables import Rows, find_table, row_ids

TABLE, PAGE = "tbl_actions", "actions"
PROPOSED, TYPED = "proposed", "open"  # states: of what a review proposes, and of a row that says none
CLOSED = ("done", "dropped")  # of which nothing is expected any more
LEVELS = ("rate", "per_session", "times_per", "yen_per", "minutes_per", "days", "points", "nps")  # units of no sums
DIGITS = 6  # of a figure that is written down


@dataclass(frozen=True)
class Logged:
    """A row of the log with its figure.

    ``row`` what was typed; ``figure`` the figure as the review has it now (None: not known, or the row has none);
    ``then`` what it was when the row was made (None: not known).
    """

    id: str
    row: Mapping[str, Any]
    state: str
    figure: Figure | None
    then: float | None

    @property
    def is_open(self) -> bool:
        """Whether something is still to be decided or done."""
        return self.state not in CLOSED


def figure_id(channel: str, kpi: str) -> str:
    """What the log calls a figure.

    Example: "ads.cvr", "funnel.mql_rate".
    """
    return f"{channel}.{kpi}"


def unit_of(plan: Plan, row: Mapping[str, Any]) -> str:
    """The unit (of the catalog) in which the figure of a row of the log is counted; "" where that is not known."""
    channel, _, kpi = _figure_of(row).partition(".")
    own = next((one for one in plan.kpis if (one.channel, one.id) == (channel, kpi)), None)
    if own is not None:
        return own.unit
    if kpi.endswith(RATES) or kpi == SHARE:
        return "rate"
    if kpi == LTV_CAC:
        return "points"
    return "days" if kpi.endswith(DAYS) else "count" if kpi.endswith(WAITING) or kpi == OF_CHANNEL else ""


def logged(found: Review) -> Iterator[Logged]:
    """The rows of the log, in their order."""
    figures = {figure_id(one.channel, one.kpi): one for one in found.figures}
    for id_, row in found.plan.tables.get(TABLE, {}).items():
        figure = figures.get(_figure_of(row))
        then = row.get("then")
        yield Logged(id_, row, str(row.get("state") or TYPED), figure, None if then is None else float(then))


def proposals(found: Review, known: Iterable[str] = ()) -> dict[str, dict[str, Any]]:
    """What a review proposes and nobody has on the log yet: new rows by id.

    Arguments: ``known`` ids of rows that the workbook remembers besides those that stand there.
    Special cases: while an action about the same figure is open there is no second one; nor, after one was done or
    dropped, on the same day or as long as the figure is what it was or better.  The ids of the blank rows are left to
    those who type into them, here or in a copy that was sent.
    """
    plan, rows = found.plan, found.plan.tables.get(TABLE, {})
    taken = {_figure_of(row) for row in rows.values() if _still_holds(row, found.to_date.as_of)}
    closed = {_figure_of(row): row for row in rows.values() if row.get("state") in CLOSED}
    new: list[dict[str, Any]] = []
    for one in ReviewWords(found, plan.lang).actions:
        name = figure_id(one.of.channel, one.of.kpi)
        link = _link(plan, one.of)
        if taken & {name, link or name} or _is_no_worse(one.of, closed.get(name) or closed.get(link)):
            continue
        taken.add(name)
        new.append(_row(found, one.of, one.finding, name, link))
    about = find_table(TABLE)
    assert about is not None
    ids = row_ids([*rows, *known], about.spare + len(new))[about.spare :]
    return dict(zip(ids, new, strict=True))


def with_proposals(plan: Plan, new: Rows) -> Plan:
    """The plan with rows put to its log."""
    rows = {**plan.tables.get(TABLE, {}), **new}
    return plan.with_(tables={**plan.tables, TABLE: rows})


def _row(found: Review, one: Action, finding: str, name: str, link: str) -> dict[str, Any]:
    lang, as_of = found.plan.lang, found.to_date.as_of
    row = {
        "found_on": as_of,
        "finding": finding,
        "kpi": name if name in KpiLinks.of(found.plan).words else link,
        "then": round(one.actual, DIGITS),
        "cause": one.advice.cause[lang],
        "action": one.advice.action[lang],
        "owner": owner_of(found.named, one),
        "due": one.by if one.by and one.by > as_of else None,
        "expected": None if one.brings_back is None or one.overlaps else round(float(one.brings_back), 1),
        "state": PROPOSED,
        "figure": name,
    }
    return {column: value for column, value in row.items() if value not in (None, "")}


def _still_holds(row: Mapping[str, Any], as_of: dt.date) -> bool:
    return row.get("state") not in CLOSED or row.get("found_on") == as_of


def _is_no_worse(one: Action, row: Mapping[str, Any] | None) -> bool:
    """Whether a figure is what it was when an action about it was put down that is closed, or a rate is better by now.

    A number to date grows with each month: another one says nothing of better or worse.
    """
    if row is None or row.get("then") is None:
        return False
    now, then = round(one.actual, DIGITS), float(row["then"])
    if one.unit not in LEVELS:
        return now == then
    return now >= then if one.advice.comparison.startswith("below") else now <= then


def _figure_of(row: Mapping[str, Any]) -> str:
    return str(row.get("figure") or row.get("kpi") or "")


def _link(plan: Plan, one: Action) -> str:
    """The KPI or the stage that an action is about, as a cell names it; "" where it is neither."""
    link = f"{STAGE}{stage_of(one.kpi)}" if one.channel == FUNNEL else f"{one.channel}.{one.kpi}"
    return link if link in KpiLinks.of(plan).active else ""
