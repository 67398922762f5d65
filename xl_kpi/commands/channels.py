"""The channels of a workbook switched on and off; new ones come from the catalog with their KPIs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from xl_kpi.build import Progress
from xl_kpi.commands.examine import findings, open_workbook, raise_errors
from xl_kpi.commands.rewrite import Rewritten, rewrite
from xl_kpi.errors import Fault, InputFaults, Joined, Words, told_in
from xl_kpi.plan.channel_choice import Choice, choices, with_channels, without_share
from xl_kpi.plan.input.raw_values import nearest
from xl_kpi.plan.model import Plan


def list_channels(path: str | Path, words: str, lang: str | None = None) -> tuple[list[Choice], str]:
    """The channels that a workbook has or could have, and its language.  Errors: as for ``open_workbook``."""
    opened = open_workbook(path, words, lang)
    return choices(opened.read.plan), opened.lang


def switch_channels(
    path: str | Path,
    on: Collection[str] = (),
    off: Collection[str] = (),
    *,
    words: str,
    lang: str | None = None,
    now: dt.datetime | None = None,
    progress: Progress | None = None,
) -> Rewritten:
    """Write a workbook with some channels switched on and others off.

    Arguments: ``on``, ``off`` ids or names of channels, upper and lower case counting as the same.
    Result: ``warnings`` also say which channel came on without a share, since others have all of its stage.
    Special cases: see ``plan.channel_choice.with_channels`` for shares and KPIs; what was typed for a channel that
    goes is kept on 保管 and comes back with it.
    Errors: InputFaults for names that the workbook has no channel for and the catalog neither, and for one that is
    to be on and off; otherwise as for ``rewrite``.
    """
    opened = open_workbook(path, words, lang)
    with told_in(opened.lang):
        raise_errors(findings(opened))
    offered = choices(opened.read.plan)
    faults: list[Fault] = []
    wanted = {choice.id for choice in offered if choice.on}
    more = _ids(on, offered, "--on", faults)
    less = _ids(off, offered, "--off", faults)
    faults += [Fault(id_, Words("channels_both"), cell="--off") for id_ in less if id_ in more]
    with told_in(opened.lang):
        if faults:
            raise InputFaults(faults)
        chosen = [choice.id for choice in offered if choice.id in more or choice.id in wanted and choice.id not in less]
        plan = with_channels(opened.read.plan, chosen)
        done = rewrite(opened, plan, command="channels", now=now, progress=progress)
    return replace(done, warnings=(*done.warnings, *_without_share(opened.read.plan, plan)))


def _without_share(before: Plan, after: Plan) -> Iterator[Fault]:
    """A line for each channel that came on and has no share yet."""
    stages = {stage.id: stage.name for stage in after.stages}
    for channel in without_share(before, after):
        words = Words("channels_no_share", channel=channel.name, stage=stages[channel.stage])
        yield Fault("0%", words, cell="--on", level="warning")


def _ids(typed: Collection[str], offered: Sequence[Choice], option: str, faults: list[Fault]) -> list[str]:
    """The ids of channels given by id or name."""
    by_word = {word.casefold(): choice.id for choice in offered for word in (choice.name, choice.id)}
    found = []
    for word in typed:
        id_ = by_word.get(word.strip().casefold())
        if id_ is not None:
            found.append(id_)
            continue
        known = Joined(tuple(f"{choice.id} ({choice.name})" for choice in offered), Words("list_comma"))
        allowed = Words("channels_unknown", known=known)
        likely = nearest(word, list(by_word))
        if likely:
            allowed = Words("plan_ask", likely=likely, allowed=allowed)
        faults.append(Fault(word, allowed, cell=option))
    return found
