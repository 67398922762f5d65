"""What the lists of leads and actions say of each content and type of content: use, purchase intent, lift (S7).

A use counts once it is dated and lies before the lead's order, or before it was lost: what a customer reads afterwards
has not brought the order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from xl_kpi.calc.leads import intent_score, lift
from xl_kpi.catalog.content import ContentStandards, content_standards
from xl_kpi.plan.leads.content_inputs import ContentInputs, inputs_of
from xl_kpi.plan.leads.content_uses import Use, is_undated, uses_of
from xl_kpi.plan.leads.rows import Lead, leads_of, touches_of
from xl_kpi.plan.leads.totals import Total, Totals, totals_of
from xl_kpi.plan.model import Plan

BASE = "content_base"  # the figure of all leads in tbl_lead_totals
SUMS = ("leads", "won", "times", "timed", "seconds", "read", "scrolled", "rows", "followed")
# What a row of totals holds of a content: figure behind content_ or content_type_ → (value, count).
PAIRS = {
    "leads": ("won", "leads"), "times": ("times", "rows"), "seconds": ("seconds", "timed"),
    "scroll": ("scrolled", "read"), "next": ("followed", "rows"),
}  # fmt: skip


@dataclass(frozen=True)
class Engaged:
    """The uses of a content, or of a type: sums, and what comes of them.

    ``leads`` that used it, ``won`` of them ordered; ``times`` in all; ``seconds`` of ``timed`` uses; ``scrolled`` the
    shares read of ``read`` rows added up; ``rows`` of the list, ``followed`` of them by a next action.
    """

    name: str
    type: str = ""
    leads: float = 0
    won: float = 0
    times: float = 0
    timed: float = 0
    seconds: float = 0
    read: float = 0
    scrolled: float = 0
    rows: float = 0
    followed: float = 0

    @property
    def dwell(self) -> float | str:
        """Mean seconds of a use."""
        return self.seconds / self.timed if self.timed > 0 else ""

    @property
    def scroll(self) -> float | str:
        """Mean share read."""
        return self.scrolled / self.read if self.read > 0 else ""

    @property
    def repeat(self) -> float | str:
        """Uses that were not the lead's first ÷ uses."""
        return (self.times - self.leads) / self.times if self.times > 0 else ""

    @property
    def next(self) -> float | str:
        """Rows that were followed by a next action ÷ rows."""
        return self.followed / self.rows if self.rows > 0 else ""

    def quality(self, seconds: float) -> float | str:
        """The mean time against the standard, at most 1."""
        dwell = self.dwell
        return dwell if isinstance(dwell, str) else min(1.0, dwell / seconds)

    def score(self, inputs: ContentInputs) -> float | str:
        """Purchase intent from 0 to 100."""
        return intent_score([self.quality(inputs.seconds), self.scroll, self.repeat, self.next], inputs.weights)


@dataclass(frozen=True)
class Rates:
    """Order rates of leads that used something and of the others, their ratio with its interval; "" is not known."""

    used: float | str
    others: float | str
    ratio: float | str = ""
    low: float | str = ""
    high: float | str = ""


def rates_of(won: float, used: float, won_others: float, others: float) -> Rates:
    """The order rates and their ratio.

    Arguments: ``won`` of the ``used`` leads that used something, ``won_others`` of the ``others``.
    Special cases: "" where a group is empty; the ratio alone where nobody of the others ordered.
    Source: S7.
    """
    rate, rate_others = won / used if used > 0 else "", won_others / others if others > 0 else ""
    found = lift(won, used, won_others, others, content_standards().z) if used > 0 and others > 0 else None
    if found is None:
        return Rates(rate, rate_others)
    return Rates(rate, rate_others, "" if found.ratio is None else found.ratio, found.low, found.high)


@dataclass(frozen=True)
class Base:
    """All leads that count, how many of them ordered, and why rows of 行動履歴 do not count."""

    leads: float = 0
    won: float = 0
    used: float = 0  # leads that used any content, and how many of them ordered
    used_won: float = 0
    undated: float = 0  # leads that ordered nobody knows when: they count nowhere
    unknown: float = 0  # rows of leads that are not in the list
    late: float = 0  # rows without a day, or on the day of the outcome or later

    def rates_of(self, one: Engaged) -> Rates:
        """Against the leads that did not use it."""
        return rates_of(one.won, one.leads, self.won - one.won, self.leads - one.leads)

    def is_small(self, one: Engaged, standards: ContentStandards) -> bool:
        """Whether the group says little: few leads used it or did not, or few orders are expected of them."""
        fewer = min(one.leads, self.leads - one.leads)
        return fewer < standards.small_leads or fewer * self.won < standards.small_orders * self.leads


@dataclass(frozen=True)
class ContentFigures:
    """All that the page shows: contents and types in the order of the page, how many contents it leaves out; from rows
    (``is_live``) or from totals."""

    inputs: ContentInputs
    base: Base = Base()
    contents: Sequence[Engaged] = ()
    types: Sequence[Engaged] = ()
    left_out: int = 0
    uses: Sequence[Use] = field(default=(), repr=False)
    is_live: bool = True


def content_of(plan: Plan) -> ContentFigures:
    """The figures from the rows of the plan, or from its totals; without any, nothing is listed."""
    inputs = inputs_of(plan)
    totals = totals_of(plan)
    if totals.find(BASE):
        return _from_totals(inputs, totals)
    leads = leads_of(plan)
    uses = uses_of(leads, touches_of(plan), inputs)
    by_content, by_type = _added(uses, "content", "new_content"), _added(uses, "type", "new_type")
    types = {use.content.lower(): use.type for use in reversed(uses) if use.has_content and use.type}
    named = [replace(one, type=types.get(one.name.lower(), "")) for one in by_content]
    return _listed(inputs, _base(leads, uses), named, by_type, uses=uses)


def _listed(
    inputs: ContentInputs, base: Base, contents: Iterable[Engaged], types: Iterable[Engaged], **more: Any
) -> ContentFigures:
    """The figures in the order of the page: contents by the lower end of their lift, those that say little by their
    leads; types by their score."""
    about = content_standards()
    ranked = sorted(contents, key=lambda one: _rank(one, base, about))
    scored = sorted(types, key=lambda one: (-_number(one.score(inputs)), one.name))
    left = max(len(ranked) - about.contents, 0)
    return ContentFigures(inputs, base, ranked[: about.contents], scored[: about.types], left, **more)


def _rank(one: Engaged, base: Base, about: ContentStandards) -> tuple[Any, ...]:
    if base.is_small(one, about):
        return (1, -one.leads, one.name)
    return (0, -_number(base.rates_of(one).low), one.name)


def _number(value: float | str) -> float:
    return -1.0 if isinstance(value, str) else value


def _base(leads: Sequence[Lead], uses: Sequence[Use]) -> Base:
    named = [lead for lead in leads if lead.number]
    counted = [lead for lead in named if not is_undated(lead)]
    first = [use for use in uses if use.new_lead]
    return Base(
        leads=len(counted),
        won=sum(lead.is_won for lead in counted),
        used=len(first),
        used_won=sum(use.won for use in first),
        undated=len(named) - len(counted),
        unknown=sum(bool(use.number) and not use.lead for use in uses),
        late=sum(use.lead > 0 and use.times <= 0 for use in uses),
    )


def _added(uses: Iterable[Use], what: str, new: str) -> list[Engaged]:
    """The sums by content or by type, in the order of their first rows; names are told apart as cells do, without
    regard to capitals."""
    sums: dict[str, dict[str, float]] = {}
    names: dict[str, str] = {}
    for use in uses:
        name = getattr(use, what)
        if not use.has_content or not name:
            continue
        names.setdefault(name.lower(), name)
        of = sums.setdefault(name.lower(), dict.fromkeys(SUMS, 0.0))
        is_new = getattr(use, new)
        of["leads"] += is_new
        of["won"] += is_new and use.won
        of["times"] += use.times
        of["rows"] += 1
        of["followed"] += use.followed
        if use.seconds is not None:
            of["timed"] += use.times
            of["seconds"] += use.seconds
        if use.scroll is not None:
            of["read"] += 1
            of["scrolled"] += use.scroll
    return [Engaged(names[key], "", **of) for key, of in sums.items()]


# --- totals of data too large for rows


def totals_from(found: ContentFigures) -> list[Total]:
    """The figures as rows of tbl_lead_totals."""
    base = found.base
    rows = [Total(BASE, key=key, value=value, count=count) for key, value, count in (
        ("", base.won, base.leads), ("used", base.used_won, base.used), ("undated", 0, base.undated),
        ("unknown", 0, base.unknown), ("late", 0, base.late),
    )]  # fmt: skip
    for split, several in (("content", found.contents), ("content_type", found.types)):
        for one in several:
            rows += [
                Total(f"{split}_{what}", one.type, key=one.name, value=getattr(one, value), count=getattr(one, count))
                for what, (value, count) in PAIRS.items()
            ]
    return rows


def _from_totals(inputs: ContentInputs, totals: Totals) -> ContentFigures:
    def pair(key: str) -> tuple[float, float]:
        one = totals.find(BASE, key=key)
        return (one.value or 0.0, one.count) if one else (0.0, 0.0)

    (won, leads), (used_won, used) = pair(""), pair("used")
    base = Base(leads, won, used, used_won, *(pair(key)[1] for key in ("undated", "unknown", "late")))
    contents, types = (_summed(totals, split) for split in ("content", "content_type"))
    return _listed(inputs, base, contents, types, is_live=False)


def _summed(totals: Totals, split: str) -> list[Engaged]:
    sums: dict[tuple[str, str], dict[str, float]] = {}
    for what, (value, count) in PAIRS.items():
        for one in totals.rows:
            if one.figure == f"{split}_{what}":
                of = sums.setdefault((one.key, one.step), {})
                of[value], of[count] = one.value or 0.0, one.count
    return [Engaged(name, type_, **of) for (name, type_), of in sums.items()]
