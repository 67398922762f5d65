"""Rates and lags out of a list of leads, beside what the plan assumes; taking them into the plan."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from xl_kpi.build import Progress
from xl_kpi.calc.lag import Lag
from xl_kpi.commands.examine import Opened, findings, open_workbook, raise_errors
from xl_kpi.commands.imports.opening import NeedsData, bytes_there
from xl_kpi.commands.rewrite import Rewritten, rewrite
from xl_kpi.errors import BadFile, Fault, InputFaults, Words, told_in
from xl_kpi.plan.examples.figures import without
from xl_kpi.plan.imported.maps import MAPS
from xl_kpi.plan.imported.maps import with_map as remembering
from xl_kpi.plan.imported.questions import Asked, Question
from xl_kpi.plan.input.reading import MAX_CURVE_STEPS
from xl_kpi.plan.keys import CHANNELS, STAGES, rate_key
from xl_kpi.plan.model import Plan, Stage
from xl_kpi.plan.pages.remembered import remembered_rows

if TYPE_CHECKING:
    from xl_kpi.exchange.cohorts.counting import Counted, Problem
    from xl_kpi.exchange.cohorts.step_rates import StepRates
    from xl_kpi.exchange.leads.databases.address import Database
    from xl_kpi.exchange.leads.engine import Engine
    from xl_kpi.exchange.leads.source import RawTable
    from xl_kpi.exchange.leads.table import Leads

PACKAGES = ("ibis", "duckdb", "pandas", "pyarrow", "python_calamine", "scipy")  # of the extra `data`
OWN = "own"  # 根拠 of a rate: 自社実績
MOST_FORWARD = 0.1  # of those who go on, that may take longer than a curve can say
NO_LIST = "leads_no_list"
DIGITS = 4  # of a rate that is taken: 0.02346 is 2.346 %


@dataclass(frozen=True)
class Step:
    """A step of the funnel as the leads have it, of one channel or ("") of all.

    ``assumed`` the plan's rate from ``stage`` to ``following``; ``direct``: no stage of the plan lies between them.
    """

    stage: str
    following: str
    channel: str
    assumed: float | None
    direct: bool
    found: StepRates


@dataclass(frozen=True)
class Taken:
    """What a plan gets: ``step`` whose rate (None: it keeps its own), and the lag (None: likewise)."""

    step: Step
    rate: float | None
    lag: Lag | None


@dataclass(frozen=True)
class Measured:
    """What a list of leads says of a plan's rates.

    ``as_of`` the day up to which was counted; ``steps`` in the order of the funnel, that of all leads before those of
    channels; ``problems`` with the dates; ``questions`` that must be answered first (then there is nothing else);
    ``taken`` what ``take`` would write, ``plan`` the plan with it.
    """

    opened: Opened
    plan: Plan
    as_of: dt.date | None = None
    leads: int = 0
    steps: tuple[Step, ...] = ()
    problems: tuple[Problem, ...] = ()
    questions: tuple[Question, ...] = ()
    taken: tuple[Taken, ...] = ()

    @property
    def lang(self) -> str:
        return self.opened.lang


def measure(
    path: str | Path,
    sources: Sequence[str | Path],
    *,
    as_of: dt.date | None = None,
    answers: Mapping[str, str] | None = None,
    heard: Collection[str] = (),
    channel: str = "",
    with_map: str | Path | None = None,
    words: str,
    lang: str | None = None,
    today: dt.date | None = None,
) -> Measured:
    """What lists of leads say of the rates and lags of a plan; nothing is written.

    Arguments: ``sources`` files with a row a lead or an event, or addresses of such tables in data bases; ``as_of`` up
    to which day is counted (None: the last day of a stage in them, but not after ``today``; None: the day on this
    computer); ``answers``: id of a question → what was chosen, ``heard``: those of them that were asked in a round
    before; ``channel`` the id of the channel to
    which all belong ("": told by what they say); ``with_map`` a MAP.toml, which the plan remembers; ``words`` and
    ``lang`` as for ``open_workbook``.
    Errors: InputFaults with all that is wrong in the workbook or the map and for answers to what was not asked;
    BadFile for a file that is no list of leads, knows days of fewer than two stages or only later ones; NeedsData where
    packages are missing.
    """
    _need_packages()
    opened = open_workbook(path, words, lang)
    asked = Asked(answers or {}, heard=heard)
    with told_in(opened.lang):
        raise_errors(findings(opened))
        plan = opened.read.plan
        known = [one.id for one in plan.channels_on]
        if channel and channel not in known:
            allowed = Words("import_channel_unknown", known=", ".join(known))
            raise InputFaults([Fault(channel, allowed, cell="--channel")])
        if with_map:
            plan = _with_map(plan, Path(with_map), opened)
        try:
            counted = _counted(
                [_found(source) for source in sources], plan, asked, (as_of, today or dt.date.today()), channel
            )
        except BadFile as fault:
            if fault.key != NO_LIST or with_map:
                raise
            raise BadFile("measured_map_way", problem=fault.words, plan=path, file=sources[0]) from None
        if asked.open:
            return Measured(opened, plan, questions=tuple(asked.open))
        if asked.unused:
            raise InputFaults([Fault(id_, Words("import_answer_unused"), cell="--answer") for id_ in asked.unused])
        if counted is None or not counted.steps:
            raise BadFile("measured_no_days", file=", ".join(_shown(source) for source in sources))
        steps = tuple(steps_of(plan, counted))
        taken = tuple(taken_of(plan, steps))
        return Measured(
            opened,
            with_rates(plan, taken),
            counted.as_of,
            counted.leads,
            steps,
            counted.problems,
            taken=taken,
        )


def take(
    found: Measured, *, now: dt.datetime | None = None, dry_run: bool = False, progress: Progress | None = None
) -> Rewritten:
    """Write the rates and lags that were found for sure enough.

    Arguments: ``found`` what was measured, of which no question is open.
    Errors: as for ``rewrite``.
    """
    assert not found.questions, "a question is open"
    with told_in(found.lang):
        return rewrite(found.opened, found.plan, command="rates", now=now, dry_run=dry_run, progress=progress)


def with_rates(plan: Plan, taken: Sequence[Taken]) -> Plan:
    """The plan with what was taken, said to be own data and no examples any more."""
    stages, channels, rates = {one.id: one for one in plan.stages}, {}, dict(plan.channel_rates)
    given: list[str] = []
    for one in taken:
        stage, channel = one.step.stage, one.step.channel
        if channel and one.rate is not None:
            rates[channel, stage] = one.rate
            channels[channel] = OWN
            given += [rate_key(channel, stage), f"{CHANNELS}[{channel}].rate_basis"]
        elif not channel:
            if one.rate is not None:
                stages[stage] = replace(stages[stage], rate=one.rate, basis=OWN)
                given += [f"{STAGES}[{stage}].{column}" for column in ("rate", "basis")]
            if one.lag is not None:
                stages[stage] = replace(stages[stage], lag=one.lag)
                given += [f"{STAGES}[{stage}].lag"]
    changed = plan.with_(
        stages=tuple(stages.values()),
        channels=tuple(replace(one, rate_basis=channels.get(one.id, one.rate_basis)) for one in plan.channels),
        channel_rates=rates,
    )
    return without(changed, given)


def _counted(
    files: list[Path | Database], plan: Plan, asked: Asked, until: tuple[dt.date | None, dt.date], channel: str
) -> Counted | None:
    from xl_kpi.exchange.cohorts.counting import Problem, counted, last_day, one_table
    from xl_kpi.exchange.leads.channels import ChannelReader
    from xl_kpi.exchange.leads.databases.address import Database
    from xl_kpi.exchange.leads.databases.tables import in_one_database
    from xl_kpi.exchange.leads.reading import read_leads, read_list

    def count(lists: list[Leads]) -> Counted | None:
        if asked.open:
            return None
        ids = tuple(one.id for one in plan.stages if any(one.id in leads.dated for leads in lists))
        table = one_table([leads.table for leads in lists], ids)
        found = counted(table, ids, *until) if ids else None
        if found is None and len(ids) > 1:
            about = {"last": last_day(table, ids), "today": f"{until[1]:%Y/%m/%d}"}
            raise BadFile("measured_later", file=", ".join(leads.file for leads in lists), **about)
        odd = [Problem(one.kind, one.count, one.column, one.rows[0]) for leads in lists for one in leads.unread]
        return found and replace(found, problems=(*odd, *found.problems))

    if len(files) == 1 and isinstance(files[0], Database):

        def read_there(counting: Engine, raw: RawTable) -> Counted | None:
            return count([read_list(counting, raw, plan, ChannelReader(plan, asked), channel).leads])

        return in_one_database(files[0], plan, asked, read_there)
    with read_leads(files, plan, asked, channel=channel) as read:
        return count([one.leads for one in read])


def steps_of(plan: Plan, counted: Counted) -> Iterator[Step]:
    """What was measured beside the plan's rates, of all leads and of the channels that are on."""
    from xl_kpi.exchange.cohorts.step_rates import rates_by_part

    places = {one.id: place for place, one in enumerate(plan.stages)}
    names = {one.id for one in plan.channels_on}
    for (stage, following), parts in counted.steps.items():
        between = plan.stages[places[stage] : places[following]]
        whole, alone = rates_by_part(parts, MAX_CURVE_STEPS)
        channels = [(id_, rates) for id_, rates in alone.items() if id_ in names and rates.entered]
        for id_, rates in (("", whole), *channels):
            own = [_rate(plan, one, id_) for one in between]
            assumed = None if None in own else math.prod(rate for rate in own if rate is not None)
            yield Step(stage, following, id_, assumed, len(between) == 1, rates)


def _rate(plan: Plan, stage: Stage, channel: str) -> float | None:
    """What the plan assumes: a channel's own rate, else that of all."""
    own = plan.channel_rates.get((channel, stage.id))
    if own is not None or channel:
        return own if own is not None else stage.rate
    rates = dict(zip([one.id for one in plan.stages], plan.rates))
    rate = rates.get(stage.id)
    return None if rate is None else float(rate)


def taken_of(plan: Plan, steps: Sequence[Step]) -> Iterator[Taken]:
    """What is sure enough: the expected rate, or what was seen where hardly anything comes any more.

    Special cases: rates of channels only where the plan has any of its own, for those that bring leads; a step over a
    stage without days tells of none of its stages; a lag only with as many conversions as a rate needs, and not where
    many take longer than a curve can say.
    """
    from xl_kpi.exchange.cohorts.step_rates import LEAST_GONE_ON

    bring = {one.id for one in plan.lead_channels} if plan.channel_rates else set()
    for step in steps:
        rate = step.found.taken.rate if step.found.taken else 0.0
        if not step.direct or (step.channel and step.channel not in bring):
            continue
        lag, sure = step.found.lag, step.found.gone_on >= LEAST_GONE_ON and bool(rate)
        days = None
        if lag and sure and not step.channel and lag.put_forward <= MOST_FORWARD:
            days = Lag(curve=lag.curve) if len(lag.curve) > 1 else Lag(lag.median, lag.median)
        if rate or days:
            yield Taken(step, float(f"{rate:.{DIGITS}g}") if rate else None, days)


def _with_map(plan: Plan, file: Path, opened: Opened) -> Plan:
    """The plan that remembers a map, as after an import with it."""
    from xl_kpi.exchange.suggestions.map_files import read_map

    return remembering(plan, read_map(bytes_there(file), file.name), remembered_rows(opened.records)[MAPS])


def _found(source: str | Path) -> Path | Database:
    from xl_kpi.exchange.leads.databases.address import database_at, is_address

    if is_address(source):
        return database_at(str(source))
    file = Path(source)
    if not file.exists():
        raise BadFile("file_missing", file=str(file))
    return file


def _shown(source: str | Path) -> str:
    found = _found(source)
    return found.name if isinstance(found, Path) else found.named


def _need_packages() -> None:
    missing = []
    for name in PACKAGES:
        try:
            __import__(name)
        except ImportError:
            missing.append(name.replace("_", "-"))
    if missing:
        raise NeedsData("export_needs_data", missing=", ".join(missing))
