"""What an import leaves open, asked of a person: in a terminal or in a window, it is the same conversation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Protocol, TypeVar

from xl_kpi.catalog.exports import systems
from xl_kpi.catalog.messages import worded
from xl_kpi.catalog.texts import is_text, text
from xl_kpi.plan.imported.questions import Question
from xl_kpi.plan.language import in_language
from xl_kpi.plan.model import Plan

Answers = Mapping[str, str]


class Asking(Protocol):
    """What has questions: what reading some files would do with a plan."""

    @property
    def questions(self) -> tuple[Question, ...]: ...
    @property
    def plan(self) -> Plan: ...
    @property
    def lang(self) -> str: ...


Found = TypeVar("Found", bound=Asking)
MOST_ALIKE = 2  # questions of a kind with the same choices: more of them may be answered at once
ALIKE = ":*"  # behind a kind of question: the answer to all of them
_SIGNS = {".": "point", ",": "comma"}  # choices that are no words, as keys of texts have them


def settled(look: Callable[[Answers, Collection[str]], Found], ask: Callable[[Found, Answers], Answers | None],
            answers: Answers | None = None) -> Found:  # fmt: skip
    """The preview once all of it is answered, or with what is open where the person gives up.

    Arguments: ``look`` what would be done with some answers, and which of them this conversation has got; ``ask`` asks
    for what a preview leaves open, with the answers so far, and gives those that it got (None: the person gives up);
    ``answers`` those that are there.
    Special cases: an answer that can't be read leaves its question open, which is asked again.
    """
    given, heard = dict(answers or {}), set[str]()
    while True:
        found = look(given, heard)
        if not found.questions:
            return found
        more = ask(found, given)
        if more is None:
            return found
        given |= more
        heard |= set(more)


def alike(questions: Sequence[Question]) -> list[list[Question]]:
    """The questions that one answer may be for, put together; in the order in which they are asked.

    Special cases: which channel a name belongs to is another question for each.
    """
    found: dict[object, list[Question]] = {}
    for place, question in enumerate(questions):
        kind, sign, _ = question.id.partition(":")
        key = (kind, question.choices) if sign and question.choices and kind != "channel" else place
        found.setdefault(key, []).append(question)
    return list(found.values())


def labels(question: Question, found: Asking) -> dict[str, str]:
    """Choice → what it is called in a window: channels and systems by their names, the others in a few words."""
    return {choice: _label(question, choice, found) for choice in question.choices}


def in_words(question: Question, found: Asking) -> str:
    """The question with what its choices mean, where they don't say it themselves, as a terminal shows it."""
    said = [f"{choice}: {label}" for choice, label in labels(question, found).items() if label != choice]
    asked = worded(question.text, found.lang)
    if not said:
        return asked
    return text("import_asked", found.lang, text=asked, choices=text("import_or", found.lang).join(said))


def named(found: Asking) -> Plan:
    """The plan with the names of the catalog in the language of the conversation."""
    return in_language(found.plan, found.lang)


def _label(question: Question, choice: str, found: Asking) -> str:
    kind = question.id.partition(":")[0].partition("@")[0]
    key = f"answer_{kind}_{_SIGNS.get(choice, choice)}"
    if is_text(key):
        return text(key, found.lang)
    if kind == "channel":
        return next((one.name for one in named(found).channels if one.id == choice), choice)
    if kind == "system" and choice in systems():
        return systems()[choice].name[found.lang]
    return choice
