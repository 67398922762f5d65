"""What to check first: actuals that are missing, and actuals that contradict each other (R10)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from xl_kpi import calc, catalog
from xl_kpi.calc.calendar import days_of_month, months_from
from xl_kpi.catalog.review_limits import review_limits
from xl_kpi.kpi.channel_figures import ACTUAL, SLACK
from xl_kpi.kpi.figures import is_number
from xl_kpi.kpi.review.attainment import CHANNEL, Attainment
from xl_kpi.plan.closed.closing import stage_key
from xl_kpi.plan.imported.figures import LEFT, SOURCES, STAGE
from xl_kpi.plan.imported.weeks import days_told
from xl_kpi.plan.input.wording import fixed, percent, said_months
from xl_kpi.plan.model import EXISTING_ROW, Plan
from xl_kpi.plan.review.forecast import Forecast
from xl_kpi.plan.review.to_date import ToDate

BACKWARDS, FUNNEL, KPIS, SOURCE, LEADS = "backwards", "funnel", "kpis", "sources", "lead_list"  # sheets, by their keys
FUTURE, BLANK, UNCOUNTED, SKIPPED, OPENED = "future", "blank", "uncounted", "skipped", "opened"
OVER, APART, LISTED, UNSOLD, UNFINISHED = "over", "apart", "listed", "unsold", "unfinished"
BEHIND, TIMING, UNTYPED = "behind", "timing", "untyped"
UNFINISHED_WEEKS, WEEKLY = "unfinished_weeks", "weeks"
NOISE = Fraction(1, 10**6)  # of a count: counts this near are the same one

Days = tuple[int, int]  # a span of days of a month: first and last


@dataclass(frozen=True)
class Doubt:
    """Something that is missing, or that can't be together with something else.

    ``kind`` one of the constants above; ``what`` it is about: "stage:<id>", a channel's id or "<channel>:<kpi>";
    ``sheet`` where to look: the key of a sheet, or a channel's id; ``months`` those it is about, from 0; ``numbers``
    what the sentence says, by name (of a day its ordinal); ``others`` further stages, channels or KPIs that it is
    about; ``days`` those of the month that are known, each span by its first and last.
    """

    kind: str
    what: str
    sheet: str
    months: tuple[int, ...] = ()
    numbers: Mapping[str, float] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    days: tuple[Days, ...] = ()


class CheckFirst:
    """All doubts about the actuals to date, what is missing first."""

    def __init__(self, to_date: ToDate, attainment: Attainment, forecast: Forecast):
        self.to_date, self.plan = to_date, to_date.plan
        self._attainment, self._forecast = attainment, forecast

    def all(self, today: dt.date | None = None) -> list[Doubt]:
        """All of them, one for each thing to do.

        Arguments: ``today`` the day on which it is asked; None: nothing is said of months that are not over.
        """
        if not self.to_date.months:
            return []
        skipped = list(self._skipped())
        said = {one.others for one in skipped}
        return [
            *self._future(today), *self._blanks(), *self._uncounted(), *self._unfinished(),
            *skipped, *(one for one in self._opened() if one.others not in said),
            *self._over(), *self._apart(), *self._listed(), *self._unsold(), *self._of_open(), *self._untyped(),
        ]  # fmt: skip

    # --- missing

    def _future(self, today: dt.date | None) -> Iterator[Doubt]:
        """Months with an actual that are not over."""
        if today is None:
            return
        ends = calc.month_starts(self.plan.start, self.to_date.months + 1)[1:]
        open_ = [month for month in sorted({month for _, month in self.plan.actuals}) if 0 <= month < len(ends)]
        if months := tuple(month for month in open_ if ends[month] > today):
            yield Doubt(FUTURE, "", BACKWARDS, months, {"today": today.toordinal()})

    def _blanks(self) -> Iterator[Doubt]:
        """Stages, or the channels that make up the first one, with months that nobody has told."""
        found: dict[str, list[int]] = {}
        first = stage_key(self.plan.stages[0].id)
        for what, month in self.to_date.blanks:
            if what != first or not self.to_date.lead_rows:  # what its channels do not tell is said of them
                found.setdefault(what, []).append(month)
        lines: dict[tuple[str, tuple[int, ...]], list[str]] = {}
        for what, months in found.items():
            lines.setdefault((BACKWARDS if what.startswith("stage:") else what, tuple(months)), []).append(what)
        for (sheet, blank), whats in lines.items():
            yield Doubt(BLANK, whats[0], sheet, blank, others=tuple(whats[1:]))

    def _uncounted(self) -> Iterator[Doubt]:
        """Channels that bring leads, but have no KPI that counts them."""
        if self.to_date.lead_rows:
            for channel in self.to_date.channels:
                if channel.id not in self.to_date.lead_rows:
                    yield Doubt(UNCOUNTED, channel.id, KPIS)

    def _unfinished(self) -> Iterator[Doubt]:
        """Months of which imported data end before they do, and those of which weeks leave days untold; KPIs of a
        channel with the same days are one line."""
        by_week = {catalog.text(f"sheet_{WEEKLY}", lang) for lang in catalog.LANGUAGES}  # as a system of imported data
        known: dict[tuple[str, str, dt.date], list[Days]] = {}
        for row in self.plan.tables.get(SOURCES, {}).values():
            first, last = row.get("first"), row.get("last")
            if row.get("used") != LEFT and row.get("month") and first and last:
                key = str(row.get("kpi") or ""), str(row.get("system") or ""), row["month"]
                known.setdefault(key, []).append((first.day, last.day))
        lines: dict[tuple[int, str, str, tuple[Days, ...]], list[str]] = {}
        for (kpi, system, month), days in known.items():
            place = months_from(self.plan.start, month)
            is_weekly = system in by_week
            covered = _joined((is_weekly and days_told(self.plan, kpi, month)) or days)
            end, (begin, last) = days_of_month(month), (covered[0][0], covered[-1][1])
            is_whole = covered == ((1, end),) if is_weekly else last == end
            if 0 <= place < self.to_date.months and not is_whole:
                spans = covered if is_weekly else ((begin, last),)
                what = kpi if kpi.startswith(f"{STAGE}:") else kpi.replace(".", ":", 1)
                about = place, what.partition(":")[0], UNFINISHED_WEEKS if is_weekly else UNFINISHED, spans
                lines.setdefault(about, []).append(what)
        for (place, _, kind, spans), whats in sorted(lines.items()):
            sheet = SOURCE if kind == UNFINISHED else WEEKLY
            yield Doubt(kind, whats[0], sheet, (place,), others=tuple(whats[1:]), days=spans)

    # --- that can't be together

    def _skipped(self) -> Iterator[Doubt]:
        """More in a stage than ever was in the one before (of those that are known), what was open counted."""
        known = [place for place, one in enumerate(self.to_date.actual) if one is not None]
        opened = [calc.exact(self.plan.pipeline.get(stage.id) or 0) for stage in self.plan.stages]
        for since, place in zip(known, known[1:]):
            before, after = (self.to_date.actual_by_month[at] for at in (since, place))
            there, came = sum(opened[since:place], Fraction(0)), Fraction(0)
            start = there
            for month, pair in enumerate(zip(before, after)):
                there, came = (so_far + calc.exact(one or 0) for so_far, one in zip((there, came), pair))
                if came > there + NOISE:
                    numbers = {"came": float(came), "there": float(there), "open": float(start)}
                    what, other = (stage_key(self.plan.stages[at].id) for at in (place, since))
                    yield Doubt(SKIPPED, what, BACKWARDS, (month,), numbers, (other,))
                    break

    def _opened(self) -> Iterator[Doubt]:
        """More gone on than the days of those that came are over for: most often what was open is not typed."""
        told = [one is not None for one in self.to_date.actual]
        seen = zip(self.plan.stages, self._forecast.seen, told, told[1:])
        for stage, one, here, next_ in seen:
            there = one.over + one.kept * self.plan.is_open_typed(stage.id) if one else 0.0
            if one and here and next_ and one.gone_on > there > NOISE:
                numbers = {"came": one.gone_on, "there": there}
                yield Doubt(OPENED, stage_key(stage.id), FUNNEL, (), numbers, (stage_key(stage.id),))

    def _over(self) -> Iterator[Doubt]:
        """KPIs that are rates and come out over 100 % over all months to date (in one month days may shift them)."""
        for channel in self.plan.channels_on:
            figures = self._attainment.figures(channel)
            for kpi in figures.kpis:
                high, rate = catalog.unit(kpi.unit).high, figures.actual[kpi.id].to_date
                is_typed = figures.formulas[ACTUAL][kpi.id] is None
                if high is not None and not is_typed and is_number(rate) and rate > high + SLACK:
                    yield Doubt(OVER, f"{channel.id}:{kpi.id}", channel.id, (), {"rate": rate})

    @property
    def apart(self) -> set[tuple[str, str]]:
        """Stages, each with a channel that brings it, whose actuals are not the same."""
        return {(one.what.partition(":")[2], channel) for one in self._apart() for channel in one.others}

    def _apart(self) -> Iterator[Doubt]:
        """What the channels of a later stage brought is another number than the stage's."""
        lines = {(one.channel, one.id): one for one in self._attainment.all if one.what == CHANNEL}
        for place, stage in enumerate(self.plan.stages[1:], 1):
            own = [one for one in self.plan.channels_in_funnel if one.stage == stage.id and one.share]
            told = [lines[one.id, stage.id].to_date.actual for one in own]
            known = [one for one in told if one is not None]
            if own and self.to_date.actual[place] is not None and len(known) == len(told):
                numbers = {"came": sum(known), "there": float(self.to_date.actual[place] or 0)}
                if abs(numbers["came"] - numbers["there"]) <= NOISE:
                    continue
                yield Doubt(APART, stage_key(stage.id), BACKWARDS, (), numbers, tuple(one.id for one in own))

    def _listed(self) -> Iterator[Doubt]:
        """More leads on the list than the actual has."""
        for place, stage in enumerate(self.plan.stages[1:], 1):
            told = [row[place] for row in self.to_date.actual_of_channels]
            known, whole = [one for one in told if one is not None], self.to_date.actual[place]
            if known and whole is not None and sum(known, Fraction(0)) > whole + NOISE:
                numbers = {"came": float(sum(known)), "there": float(whole)}
                yield Doubt(LISTED, stage_key(stage.id), LEADS, (), numbers)

    def _unsold(self) -> Iterator[Doubt]:
        """Revenue, beyond that of customers there are, while no order was ever won."""
        row, last = self.plan.goal.row, self.plan.stages[-1].id
        orders, won = self.to_date.actual_by_month[-1], calc.exact(self.plan.pipeline.get(last) or 0)
        if not row or (self.to_date.targets.existing and not self._has_existing):
            return
        for month, one in enumerate(orders):
            won += calc.exact(one or 0)
            came, own = (self.plan.actuals.get((what, month)) or 0.0 for what in (row, EXISTING_ROW))
            if won > 0 or one is None:
                return
            if came > own:
                yield Doubt(UNSOLD, row, BACKWARDS, (month,), {"money": came - own})
                return

    # --- that open items explain

    def _of_open(self) -> Iterator[Doubt]:
        """Stages that meet their target but not what open items were to bring (``BEHIND``), and those that are off
        their target just as these were to bring it (``TIMING``): a target is what is newly needed, no more."""
        if not any(self.plan.pipeline.values()) or self._forecast.targets.closing is None:
            return
        limits = review_limits()
        found: dict[str, list[int]] = {BEHIND: [], TIMING: []}
        for place, actual in enumerate(self.to_date.actual[1:], 1):
            if actual is None:
                continue
            came, asked, due = float(actual), float(self.to_date.planned[place]), self._forecast.at_start[place]
            is_met = came >= limits.even * asked or asked - came < 1
            if limits.is_behind(came, due) and is_met:
                found[BEHIND].append(place)
            elif not limits.is_behind(came, due) and not limits.is_behind(due, came):
                if limits.is_behind(asked, came) or limits.is_behind(came, asked):
                    found[TIMING].append(place)
        for kind, places in found.items():
            if places:
                yield self._against_open(kind, *places)

    def _against_open(self, kind: str, place: int, *others: int) -> Doubt:
        stages, opened = self.plan.stages, [self.plan.pipeline.get(one.id) or 0 for one in self.plan.stages[:place]]
        numbers = {
            "open": float(sum(opened)),
            "expected": self._forecast.at_start[place],
            "actual": float(self.to_date.actual[place] or 0),
            "target": float(self.to_date.planned[place]),
        }
        more = tuple(stage_key(stages[one].id) for one in others)
        return Doubt(kind, stage_key(stages[place].id), BACKWARDS, (self.to_date.months - 1,), numbers, more)

    def _untyped(self) -> Iterator[Doubt]:
        """Stages of which nobody typed what is open, though some of it must have gone on since."""
        seen = zip(self.plan.stages, self._forecast.seen)
        went = [stage.id for stage, one in seen if one and one.kept <= -1]
        if found := [stage_key(id_) for id_ in went if not self.plan.is_open_typed(id_)]:
            yield Doubt(UNTYPED, found[0], FUNNEL, others=tuple(found[1:]))

    @property
    def _has_existing(self) -> bool:
        return any((EXISTING_ROW, month) in self.plan.actuals for month in range(self.to_date.months))


def worded(plan: Plan, doubt: Doubt, lang: str) -> str:
    """A doubt as one line: the sheet, what was found, what to do.

    Arguments: ``plan`` with the names in ``lang``.
    """
    numbers = {key: _said(key, number) for key, number in doubt.numbers.items()}
    comma = catalog.text("list_comma", lang)
    other = comma.join(_name(plan, one, lang) for one in doubt.others)
    name, months = _name(plan, doubt.what, lang, doubt.sheet), months_of(plan, doubt.months, lang)
    about = {"name": name, "other": other, "months": months, "all": comma.join(filter(None, (name, other)))}
    about["also"] = catalog.text("doubt_also", lang, other=other) if doubt.others else ""
    days = comma.join(
        catalog.text("doubt_day" if first == last else "doubt_days", lang, first=first, last=last)
        for first, last in doubt.days
    )
    found = catalog.text(f"doubt_{doubt.kind}", lang, **about, **numbers, days=days)
    return catalog.text("doubt_line", lang, sheet=sheet_of(plan, doubt, lang), found=found)


def _joined(spans: list[Days]) -> tuple[Days, ...]:
    """The same days in as few spans as can be.

    Example: 1 to 3, 8 to 9 and 4 to 5 are 1 to 5 and 8 to 9.
    """
    found: list[Days] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], max(last, found[-1][1])
        else:
            found.append((first, last))
    return tuple(found)


def sheet_of(plan: Plan, doubt: Doubt, lang: str) -> str:
    """The sheet on which a doubt is looked at: a channel's has its name."""
    name = next((one.name for one in plan.channels if one.id == doubt.sheet), "")
    return name or catalog.text(f"sheet_{doubt.sheet}", lang)


def months_of(plan: Plan, months: tuple[int, ...], lang: str) -> str:
    """Months as 2026/04〜2026/06, those apart one after the other."""
    return said_months([calc.month_start(plan.start, month) for month in months], lang)


def _name(plan: Plan, what: str, lang: str, sheet: str = "") -> str:
    """A stage, a channel or its KPI; on the channel's own sheet the stage that it brings, or the KPI alone."""
    owner, _, rest = what.partition(":")
    channel = next((one for one in plan.channels if one.id == owner), None)
    kpi = next((one.name(lang) for one in plan.kpis_of(owner) if one.id == rest), "")
    if channel is None or (sheet == owner and not kpi):
        stage = channel.stage if channel else rest
        return next((one.name for one in plan.stages if one.id == stage), "")
    return kpi if sheet == owner else f"{channel.name} {kpi}".rstrip()


def _said(key: str, number: float) -> str:
    if key == "today":
        return f"{dt.date.fromordinal(int(number)):%Y/%m/%d}"
    if key == "rate":
        return percent(round(number, 4))
    return fixed(number, 0 if float(number).is_integer() else 1)
