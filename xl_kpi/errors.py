"""The errors of the whole package: what they mean, and the exit code the command line gives them.

Nothing here is a finished sentence: an error carries the key of a text and the values in it.  The sentence is made
where it is shown, in the reader's language, by ``xl_kpi.catalog.messages``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

Phrase = Any
"""What becomes words when the language is known: Words, Joined, a mapping by language, a function of the language,
or what reads the same in every language."""


@dataclass(frozen=True, init=False)
class Words:
    """A text of the catalog that is not made yet: its key, and what stands in its {placeholders} (phrases too)."""

    key: str
    values: Mapping[str, Phrase]

    def __init__(self, key: str, /, **values: Phrase):
        object.__setattr__(self, "key", key)
        object.__setattr__(self, "values", values)


@dataclass(frozen=True)
class Joined:
    """Phrases one after the other with ``between`` between them."""

    parts: tuple[Phrase, ...]
    between: Phrase = ""


AROUND = ("plan_missing", "plan_ask", "plan_at_most")  # texts around another one, which says what is allowed


def _first(phrase: Phrase) -> Words:
    while isinstance(phrase, Joined):
        phrase = phrase.parts[0]
    return phrase


@dataclass(frozen=True)
class Fault:
    """One thing wrong in what was typed: where it stands, what was found, what is allowed, what to do.

    ``file``, ``sheet`` and ``cell`` are empty where they do not apply (an option of the command line has
    its name in ``cell``, a list of people its line).  ``found`` is the value as typed, "" for a blank.
    ``allowed`` says what is allowed and holds the question where there is one ("20% ?").
    """

    found: Phrase
    allowed: Words | Joined
    cell: Phrase = ""
    sheet: str = ""
    file: str = ""
    level: str = "error"  # "error", "warning" or "hint"

    @property
    def key(self) -> str:
        """What is wrong, as one key of the catalog; the same in every language."""
        words = _first(self.allowed)
        while words.key in AROUND:
            words = _first(words.values["allowed"])
        return words.key


@dataclass(frozen=True)
class ManyFaults(Fault):
    """The same about many, told in one line: ``found`` names the first of them, ``each`` all."""

    each: tuple[str, ...] = ()


class XlKpiError(Exception):
    """Anything that ends a command with a clear message instead of a result.

    ``words`` the message; ``lang`` the language of the plan that it is about, where one is known, and ``file`` the
    name of its file, which the message begins with where it does not hold it.
    """

    exit_code = 2
    lang: str | None = None
    file: str = ""

    def __init__(self, key: str | Words | Joined, /, **values: Phrase):
        self.words: Phrase = Words(key, **values) if isinstance(key, str) else key
        super().__init__(self.words if values or not isinstance(key, str) else key)

    @property
    def key(self) -> str:
        """What is wrong, as one key of the catalog."""
        return _first(self.words).key


class InputFaults(XlKpiError):
    """What was typed can't be used; holds every fault found in one pass."""

    exit_code = 2

    def __init__(self, faults: list[Fault] | tuple[Fault, ...]):
        self.faults = tuple(faults)
        Exception.__init__(self, *self.faults)


class BadFile(XlKpiError):
    """A file that was given is missing, not a workbook, damaged, locked by a password or hostile."""

    exit_code = 2


class Refused(XlKpiError):
    """The command could lose somebody's work (file open in Excel, folder read-only), so it did nothing."""

    exit_code = 3


class EngineDisagrees(XlKpiError):
    """A generated cell has an error value or differs from Python's own number: nothing is written."""

    exit_code = 3


@contextmanager
def told_in(lang: str | None, file: str = "") -> Iterator[None]:
    """Errors from within are about a plan in this language and about this file; what is further inside knows better."""
    try:
        yield
    except XlKpiError as problem:
        problem.lang, problem.file = problem.lang or lang, problem.file or file
        raise
