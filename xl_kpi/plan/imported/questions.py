"""What a file or the plan leaves open while figures are imported: asked, never guessed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from xl_kpi.errors import Phrase, Words
from xl_kpi.plan.input.amounts import read_number
from xl_kpi.plan.input.dates import read_month
from xl_kpi.plan.input.raw_values import Unreadable


@dataclass(frozen=True)
class Question:
    """One thing to be answered: ``id`` with what it is about behind a colon, the words, and what may be answered.

    No choices: anything that can be read as what is asked for (a year, a rate of exchange).
    """

    id: str
    text: Phrase
    choices: tuple[str, ...] = ()


@dataclass
class Asked:
    """The answers that are there, and the questions that have none."""

    answers: Mapping[str, str] = field(default_factory=dict)
    open: list[Question] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    heard: Collection[str] = ()  # questions of a round before: an answer to another may have settled them

    @property
    def unused(self) -> list[str]:
        """The answers to what nobody has asked."""
        return [id_ for id_ in self.answers if id_ not in self.used and id_ not in self.heard]

    def is_open(self, id_: str) -> bool:
        """Whether something was asked and has no answer."""
        return any(one.id == id_ for one in self.open)

    def ask(self, id_: str, text: Words, *choices: str) -> str:
        """The answer, "" where there is none that fits; then the question is kept, once.

        Special cases: ``closed:*`` answers every question that begins with ``closed:`` and has no answer of its own.
        """
        for known in (id_, id_.partition(":")[0] + ":*"):
            answer = self.answers.get(known, "")
            if answer and (not choices or answer in choices):
                self.used.add(known)
                return answer
        self._keep(Question(id_, text, choices))
        return ""

    def ask_number(self, id_: str, text: Words, *, low: float, high: float) -> float | None:
        """The answer as a number from ``low`` to ``high``, None where there is none; then the question is kept."""
        answer = self.ask(id_, text)
        try:
            return read_number(answer, low=low, high=high) if answer else None
        except Unreadable:
            self._keep(Question(id_, text))
            return None

    def ask_month(self, id_: str, text: Words) -> dt.date | None:
        """The answer as the first day of a month (2026-04), None where there is none; then the question is kept."""
        answer = self.ask(id_, text)
        try:
            return read_month(answer) if answer else None
        except Unreadable:
            self._keep(Question(id_, text))
            return None

    def _keep(self, question: Question) -> None:
        if not self.is_open(question.id):
            self.open.append(question)
