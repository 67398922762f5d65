"""The names that a user has given to our sheets, and those that would be in the way of the user's own."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from xl_kpi.catalog import LANGUAGES
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Value
from xl_kpi.sheets.context import sheet_names

LONGEST = 31  # characters of a sheet's name in Excel


def kept_names(
    plan: Plan,
    keys: Mapping[str, str],
    foreign: Collection[str],
    last: Mapping[str, Value],
    gone: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Sheet key → name, of the sheets that are not to be called as we would call them.

    Arguments: ``keys`` name → key of our sheets as they stand; ``foreign`` the names of the user's own sheets;
    ``last`` the entries as the last command left them: a sheet that is still called as its channel was called
    then follows the channel's new name; ``gone`` key → name that the user had given to a sheet that went.
    Result: names that a user gave stay, and come back with their sheets; where one of ours would be called as a
    sheet of the user's is, it gets a number.  Names of sheets that the workbook does not have are among them.
    """
    ours: dict[str, set[str]] = {}
    for names in _own_names(plan, last):
        for key, name in names.items():
            ours.setdefault(key, set()).add(name.casefold())
    found = {key: name for name, key in keys.items() if name.casefold() not in ours.get(key, set())}
    taken = {name.casefold() for name in foreign}
    standing, due = {key: name.casefold() for name, key in keys.items()}, sheet_names(plan, {})
    for key, name in (gone or {}).items():
        others = {*taken, *standing.values(), *(other.casefold() for other in found.values())}
        if key not in standing:
            found[key] = _numbered(name, others) if key in due and name.casefold() in others else name
    wanted = sheet_names(plan, found)
    for key, name in wanted.items():
        if name.casefold() in taken:
            found[key] = _numbered(name, taken | {other.casefold() for other in (*wanted.values(), *found.values())})
    return found


def _own_names(plan: Plan, last: Mapping[str, Value]) -> Iterator[dict[str, str]]:
    """How we call the sheets: in both languages, with the channels' names of now and of then, and with the
    numbers that ``_numbered`` adds."""
    then = [
        replace(channel, on=True, name=str(last.get(f"tbl_channels[{channel.id}].name") or channel.name))
        for channel in plan.channels
    ]
    for lang in LANGUAGES:
        for channels in (plan.channels, tuple(then)):
            names = sheet_names(plan.with_(lang=lang, channels=channels), {})
            yield names
            yield {key: _cut(name, " (2)") for key, name in names.items()}


def _numbered(name: str, taken: Collection[str]) -> str:
    number = 2
    while _cut(name, f" ({number})").casefold() in taken:
        number += 1
    return _cut(name, f" ({number})")


def _cut(name: str, suffix: str) -> str:
    return name[: LONGEST - len(suffix)] + suffix
