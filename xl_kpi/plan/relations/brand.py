"""ブランド・信頼 (S11, S12): awareness against two competitors, searches, NPS, satisfaction, reviews, mentions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from xl_kpi.calc import month_start
from xl_kpi.calc.scoring import DETRACTOR_TO, PROMOTER_FROM
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.tables import find_table
from xl_kpi.plan.relations.dated import Cells, Dated, Line, Number, Trend, chosen, count, divided, total, trend

BRANDS = ("own", "rival1", "rival2")
TONES = ("positive", "neutral", "negative")
SURVEYS = 4  # the latest so many are shown
LIMITS = {  # as for 連携
    "awareness": ("awareness_alert", "up", 3),
    "searches": ("", "up", 0),
    "nps": ("nps_alert", "up", 1),
    "satisfaction": ("satisfaction_alert", "up", 2),
    "review": ("review_alert", "up", 2),
    "negative": ("", "down", 0),
}


@dataclass(frozen=True)
class Survey:
    """All rows of one day of a survey: who answered, and the share that knows each brand."""

    on: dt.date
    answers: float
    shares: Mapping[str, Number]

    @property
    def lead(self) -> Number:
        """Our share less the best-known competitor's; blank without both; to nine digits."""
        rivals = [share for brand in BRANDS[1:] if not isinstance(share := self.shares[brand], str)]
        own = self.shares["own"]
        return "" if isinstance(own, str) or not rivals else round(own - max(rivals), 9)


class Brand:
    """The figures of the page; ``lines`` by month in its order; ``today`` the day on which is asked, if it is known."""

    def __init__(self, plan: Plan, today: dt.date | None = None):
        self.plan, self.today = plan, today
        self.months = [month_start(plan.start, k) for k in range(plan.months)]
        self.mentions = Dated(plan, "tbl_mentions")
        self._surveys = Dated(plan, "tbl_surveys")

    @cached_property
    def surveys(self) -> list[Survey]:
        """The surveys with a day, the latest first."""
        return [self._survey(day) for day in sorted(set(self._surveys.days), reverse=True)]

    def _survey(self, day: dt.date) -> Survey:
        rows = [row for row in self._surveys.rows if row.get("on") == day]
        shares = {}
        for brand in BRANDS:  # a row in which nobody counted a brand says nothing about it
            asked = [row for row in rows if brand in row and "answers" in row]
            shares[brand] = divided(total(asked, brand), total(asked, "answers"))
        return Survey(day, total(rows, "answers"), shares)

    @cached_property
    def as_of(self) -> dt.date | None:
        """The day on which is looked at what is unanswered: as typed, else the last one of the mentions, or today."""
        typed = self.plan.settings.get("brand_date")
        days = [row[column] for row in self.mentions.rows for column in ("on", "answered_on") if row.get(column)]
        return typed or max([*days, *([self.today] if self.today else [])], default=None)

    @property
    def answer_days(self) -> int:
        """Within how many days a negative mention is answered; 0: on the same day."""
        return int(self.plan.settings.get("answer_days") or 0)

    def is_late(self, row: Cells) -> bool:
        """Whether a negative mention should have been answered and was not."""
        day = row.get("on")
        if not is_open(row) or day is None or self.as_of is None:
            return False
        return bool(day + dt.timedelta(self.answer_days) < self.as_of)

    @property
    def late(self) -> Iterator[tuple[str, Cells]]:
        """The ids of such mentions, each with its row."""
        rows = self.plan.tables.get("tbl_mentions", {})
        return ((id_, row) for id_, row in rows.items() if self.is_late(row))

    @cached_property
    def lines(self) -> Mapping[str, Line]:
        searches = Dated(self.plan, "tbl_searches", "month").line(_searches)
        return {"searches": searches, **self._answers(), **self._reviews(), **self._mentions()}

    @cached_property
    def trends(self) -> Mapping[str, Trend]:
        """The latest of each figure that is followed."""
        surveys = self.surveys[:SURVEYS][::-1]
        found = {}
        for key, (entry, better, digits) in LIMITS.items():
            days, values = self.months, self.lines[key].months if key in self.lines else ()
            if key == "awareness":
                days, values = [one.on for one in surveys], [one.shares["own"] for one in surveys]
            found[key] = trend(days, values, digits, self.plan.settings.get(entry), better)
        return found

    def _answers(self) -> dict[str, Line]:
        rows, (lowest, highest) = Dated(self.plan, "tbl_answers"), answer_bounds("nps")

        def score(low: int, high: int) -> Line:
            return rows.line(lambda found: _given(found, "nps") and count(
                _answers(found, "nps"), lambda row: low <= row["nps"] <= high), undated=True)  # fmt: skip

        return {
            "answers": rows.line(lambda found: _given(found, "nps"), undated=True),
            "promoters": score(PROMOTER_FROM, highest),
            "passives": score(DETRACTOR_TO + 1, PROMOTER_FROM - 1),
            "detractors": score(lowest, DETRACTOR_TO),
            "nps": rows.line(_nps, undated=True),
            "satisfied": rows.line(lambda found: _given(found, "satisfaction"), undated=True),
            "satisfaction": rows.line(_satisfaction, undated=True),
        }

    def _reviews(self) -> dict[str, Line]:
        rows = Dated(self.plan, "tbl_reviews")
        return {"reviews": rows.line(_reviews), "review": rows.line(_review)}

    def _mentions(self) -> dict[str, Line]:
        rows = self.mentions
        found: dict[str, Line] = {}
        for column, choices in (("kind", ("media", "sns")), ("tone", TONES)):
            found |= {one: rows.counts(chosen(column, one)) for one in choices}
        return {**found, "open": rows.counts(is_open), "late": rows.counts(self.is_late)}


def is_open(row: Cells) -> bool:
    """Whether a mention is negative and nobody has answered it."""
    return row.get("tone") == "negative" and not row.get("answered_on")


def too_many(row: Cells) -> bool:
    """Whether a survey says that more people know a brand than answered."""
    return "answers" in row and any(row.get(brand, 0) > row["answers"] for brand in BRANDS)


def answer_bounds(column: str, table: str = "tbl_answers") -> tuple[int, int]:
    """The lowest and the highest answer to a question, which is a whole number, or score of a review."""
    found = find_table(table)
    bounds = next(one.bounds for one in found.columns if one.column == column) if found else {}
    return int(bounds["low"]), int(bounds["high"])


def _scored(row: Cells) -> bool:
    """Whether a row of reviews has a score that can be one."""
    low, high = answer_bounds("score", "tbl_reviews")
    return "score" in row and low <= row["score"] <= high


def _answers(rows: Sequence[Cells], column: str) -> list[Cells]:
    """The rows with an answer that can be one; ``check`` names the others."""
    low, high = answer_bounds(column)
    return [row for row in rows if row.get(column) in range(low, high + 1)]


def _given(rows: Sequence[Cells], column: str) -> Number:
    return float(len(_answers(rows, column))) or ""


def _nps(rows: Sequence[Cells]) -> Number:
    """% of 9 and 10 less % of 0 to 6, as ``calc.nps``."""
    scores = [row["nps"] for row in _answers(rows, "nps")]
    promoters, detractors = (
        sum(score >= PROMOTER_FROM for score in scores),
        sum(score <= DETRACTOR_TO for score in scores),
    )
    return 100 * (promoters - detractors) / len(scores) if scores else ""


def _satisfaction(rows: Sequence[Cells]) -> Number:
    given = _answers(rows, "satisfaction")
    return divided(total(given, "satisfaction"), float(len(given)))


def _searches(rows: Sequence[Cells]) -> Number:
    return total(rows, "count") if any("count" in row for row in rows) else ""


def _reviews(rows: Sequence[Cells]) -> Number:
    return total(rows, "count", _scored) or ""


def _review(rows: Sequence[Cells]) -> Number:
    """The mean score, each weighted by its number of reviews."""
    weights = total(rows, "count", _scored)
    scores = sum(row["score"] * row["count"] for row in rows if _scored(row) and "count" in row)
    return float(scores) / weights if weights else ""
