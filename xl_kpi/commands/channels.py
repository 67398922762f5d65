"""The channels of a workbook switched on and off; new ones come from the catalog with their KPIs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from pathlib import Path

from xl_kpi.build import Progress
from xl_kpi.commands.examine import findings, open_workbook, raise_errors
from xl_kpi.commands.rewrite import Rewritten, rewrite
from xl_kpi.commands.switched import switched
from xl_kpi.errors import Fault, InputFaults, told_in
from xl_kpi.plan.channel_choice import Choice, choices, with_channels


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
    names = {choice.id: choice.name for choice in offered}
    switches = switched(on, off, names, "channels_unknown", "channels_both", faults)
    with told_in(opened.lang):
        if faults:
            raise InputFaults(faults)
        chosen = [choice.id for choice in offered if switches.get(choice.id, choice.on)]
        plan = with_channels(opened.read.plan, chosen)
        return rewrite(opened, plan, command="channels", now=now, progress=progress)
