"""履歴: what changed between two states of a plan's entries, as lines that a person can read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from xl_kpi.catalog import text
from xl_kpi.plan.labels import label
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Change, Value

TYPED = "typed"


@dataclass(frozen=True)
class Writer:
    """Who writes into 履歴, when, for which plan; ``last`` the earlier entries, for names that are gone."""

    plan: Plan
    who: str
    time: dt.datetime  # local
    last: Mapping[str, Value]

    def differences(
        self,
        command: str,
        before: Mapping[str, Value],
        after: Mapping[str, Value],
        *,
        kept: Collection[str] = (),
        returned: Collection[str] = (),
    ) -> tuple[Change, ...]:
        """A line for each entry that differs, in the order of the keys.

        Arguments: ``kept`` and ``returned`` keys of entries that went to 保管 or came from there: their lines
        say so, else they would read as if somebody had deleted or typed them.
        """
        found = []
        for key in sorted(before.keys() | after.keys()):
            old, new = before.get(key), after.get(key)
            if _same(old, new):
                continue
            words = label(key, self.plan, self.last)
            if key in kept:
                words = text("log_kept", self.plan.lang, label=words)
            elif key in returned:
                words = text("log_returned", self.plan.lang, label=words)
            found.append(self.line(command, key, words, old, new))
        return tuple(found)

    def line(self, command: str, key: str, words: str, old: Value = None, new: Value = None) -> Change:
        """One line; ``key`` "" for what is no entry."""
        who = "" if command == TYPED else self.who  # whoever typed since the last command is not known
        return Change(self.time.replace(microsecond=0), who, command, key, words, old, new)


def command_words(command: str, lang: str) -> str:
    """A command by its id, in words; one that came later, with a newer version, says its own name."""
    try:
        return text(f"history_command_{command}", lang)
    except KeyError:
        return command


def _same(one: Value, other: Value) -> bool:
    """Equal values of one kind: TRUE is not 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)
