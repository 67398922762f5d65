"""Totals of leads too many to stand in rows: what each row of tbl_lead_totals is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from xl_kpi.plan.model import Plan

TOTALS = "tbl_lead_totals"
ALL = ""  # every channel; not split
AS_OF = "as_of"

# figure → what its value, its count and its key are.  ``step`` is the id of a stage; of days it is the one from which
# they count to the plan's next stage that has a column of dates, or "mql>orders": from one stage to another one.
# An origin is a lead's source, else the name of its channel (``Lead.origin``).
FIGURES: Mapping[str, str] = {
    AS_OF: "key: the day (2026-11-30) for which open leads were counted; value and count: leads in all",
    "reached": "count: leads that have the day of the stage; key: an origin, or all of them",
    "days_mean": "value: days from the step to the next, of leads with both days, the later one not before the "
    "earlier; count: these leads; key: an origin, or all of them",
    "days_median": "likewise their median",
    "days_p80": "likewise what 80 % of them take at most (interpolated straight, as PERCENTILE)",
    "reversed": "count: leads whose day of the next stage lies before that of the step",
    "over": "value: of those of days_mean the ones that took longer than the standard; count: all of them",
    "open": "count: open leads whose last stage the step is, entered on the day of as_of or before; value: those "
    "that have been there longer than the standard",
    "won": "count: leads that ordered, of those that have the day of the step (sql, or else opportunities: where sales "
    "takes over); key: an origin, or all of them",
    "lost": "count: lost leads; key: their reason (its first 100 signs), or all of them; step and channel: those "
    "with the day of a stage (sql, or else opportunities) of this origin, or of all; blank: lost at any stage",
    "score_band": "count: leads of a band (key) of リード評価; step: verdict, fit or act",
    "score_band:closed": "likewise, count: of them those with an outcome, value: that ordered",
    "score_undated": "count: leads with an outcome of which nobody knows the day",
    "score_open": "count: open leads of a cell of the grid (key: B2)",
    "score_with": "count: leads with an answer or a kind of action (key); step: the quality, or kind",
    "score_with:closed": "likewise, count: of them those with an outcome, value: that ordered",
    "score_channel": "value: mean of the scores (step fit, act, total), share of MQL (step sure) of a channel; "
    "count: its leads",
    "content_base": "count: leads that count on コンテンツ, value: of them those that ordered; key used: of them those "
    "that used any content; undated: orders without a day; unknown, late: rows of actions that do not count",
    "content_leads": "count: leads that used the content (key), value: of them those that ordered; step: its type; "
    "content_type_leads: likewise of a type, as all that follow",
    "content_times": "value: uses; count: rows, one for each lead and kind of action",
    "content_seconds": "value: seconds spent; count: uses of which they are known",
    "content_scroll": "value: shares read, added up; count: rows of which they are known",
    "content_next": "value: rows that were followed by a next action; count: rows",
    "content_path": "count: leads that used types in this order (key: names with → between them); value: that ordered",
    "content_pace": "key: won or others; step contents, times, seconds: value added up over the count of leads that "
    "used content; step mean, median: of their days from the first to the last use",
}


@dataclass(frozen=True)
class Total:
    """One figure over many leads; ``value`` None where it has none."""

    figure: str
    step: str = ""
    channel: str = ALL
    key: str = ALL
    value: float | None = None
    count: float = 0.0


@dataclass(frozen=True)
class Totals:
    """All figures, to be found by what they are of."""

    rows: tuple[Total, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rows)

    @cached_property
    def _by_key(self) -> dict[tuple[str, str, str, str], Total]:
        return {(one.figure, one.step, one.channel, one.key): one for one in self.rows}

    def find(self, figure: str, step: str = "", channel: str = ALL, key: str = ALL) -> Total | None:
        """The figure of a step, over one channel or all, of one part or the whole."""
        return self._by_key.get((figure, step, channel, key))

    def parts(self, figure: str, step: str = "", channel: str = ALL) -> list[Total]:
        """The same for each part that it is split by, in the order of the rows."""
        same = (figure, step, channel)
        return [one for one in self.rows if (one.figure, one.step, one.channel) == same and one.key]


def totals_of(plan: Plan) -> Totals:
    """The totals of a plan; none where its leads stand in rows."""
    found = []
    for cells in plan.tables.get(TOTALS, {}).values():
        texts = {one: str(cells.get(one, "")) for one in ("figure", "step", "channel", "key")}
        found.append(Total(**texts, value=cells.get("value"), count=float(cells.get("count") or 0)))
    return Totals(tuple(found))
