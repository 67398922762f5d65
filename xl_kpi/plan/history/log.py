"""履歴: what changed between two states of a plan's entries, as lines that a person can read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from xl_kpi.catalog import text
from xl_kpi.catalog.messages import worded
from xl_kpi.plan.labels import label
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.many_rows import many_rows
from xl_kpi.plan.records import MASTER, Change, Records, Value
from xl_kpi.plan.same_value import entry_of, same

TYPED, COLLECT = "typed", "collect"
_REASONS = "tbl_reasons["  # why a line of 履歴 is there: it stands beside that line, and is none itself


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
        records: Records | None = None,
    ) -> tuple[Change, ...]:
        """A line for each entry that differs, in the order of the keys.

        Arguments: ``kept`` and ``returned`` keys of entries that went to 保管 or came from there: their lines
        say so, else they would read as if somebody had deleted or typed them; ``records`` after a merge, so that
        a line names whose value it is.
        Special cases: numbers are compared to the 15 digits that every spreadsheet program keeps.  Of a table that
        grows by typing many rows that came or went are one line, and many cells of a column that changed.
        """
        keys = sorted(key for key in before.keys() | after.keys() if not key.startswith(_REASONS))
        differing = [key for key in keys if not same(before.get(key), after.get(key))]
        many, found = many_rows(differing, before, after, {*kept, *returned}), []
        for one in many:
            words = worded(one.words(), self.plan.lang)
            found.append(self.line(command, one.key, words))
        counted = {key for one in many for key in one.keys}
        for key in differing:
            if key in counted:
                continue
            old, new = before.get(key), after.get(key)
            words = worded(label(key, self.plan, self.last), self.plan.lang)
            if key in kept:
                words = text("log_kept", self.plan.lang, label=words)
            elif key in returned:
                words = text("log_returned", self.plan.lang, label=words)
            line = self.line(command, key, words, old, new)
            found.append(replace(line, who=self._whose(line, records)) if records else line)
        return tuple(found)

    def line(self, command: str, key: str, words: str, old: Value = None, new: Value = None) -> Change:
        """One line; ``key`` "" for what is no entry."""
        who = "" if command == TYPED else self.who  # whoever typed since the last command is not known
        return Change(self.time.replace(microsecond=0), who, command, key, words, old, new)

    def _whose(self, line: Change, records: Records) -> str:
        """Who is behind a line: whose value came back, or who chose whose."""
        lang, decision = self.plan.lang, records.decisions.get(entry_of(line.key))
        if decision and decision.choice and not decision.open:
            key = "log_chosen_master" if decision.choice == MASTER else "log_chosen"
            return text(key, lang, who=line.who, person=decision.choice)
        people = sorted(
            one.person
            for one in records.proposals
            if one.key == line.key and not one.withdrawn and same(one.value, line.new)
        )
        if line.command != COLLECT or not people:
            return line.who
        return text("log_came_back", lang, who=line.who, people=text("agreement_join", lang).join(people))


def command_words(command: str, lang: str) -> str:
    """A command by its id, in words; one that came later, with a newer version, says its own name."""
    try:
        return text(f"history_command_{command}", lang)
    except KeyError:
        return command
