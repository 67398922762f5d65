"""Names of campaigns and sources: which pattern they fit, and how many of them are asked about in a few questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from xl_kpi.catalog.exports import folded
from xl_kpi.errors import Words
from xl_kpi.plan.imported.questions import Asked

ANY = "*"
MOST_QUESTIONS = 8  # about the names of one file: more of them are put together
_LONGEST = 100  # letters of a name in a question and in the table: a longer one is known by its beginning
_SHOWN = 3  # names that a question about many gives as examples
_FIRST_PART = re.compile(r"[^_\-|/／・:：\s　]{2,}[_\-|/／・:：\s　]")  # of names that are put together in parts


@dataclass(frozen=True)
class Group:
    """Names with one answer: ``pattern`` under which it is asked, ``names``: name → the pattern that is remembered."""

    pattern: str
    names: Mapping[str, str]


def fits(name: str, pattern: str) -> bool:
    """Whether a name fits a pattern; only ``*`` stands for other letters: brackets and question marks are themselves.

    Example: ``[検索]_新規`` fits ``[検索]*``.
    """
    parts = (re.escape(part) for part in folded(pattern).split(ANY))
    return re.fullmatch(".*".join(parts), folded(name), re.DOTALL) is not None


def pattern_of(name: str) -> str:
    """The name as it is asked about and remembered."""
    return name if len(name) <= _LONGEST else name[:_LONGEST] + ANY


def groups_of(names: Mapping[str, int]) -> list[Group]:
    """The questions about some names, at most ``MOST_QUESTIONS``.

    Arguments: ``names`` → how many rows bear it.
    Equation: up to ``MOST_QUESTIONS`` names are asked one by one; of more, those with the same first part (``展示会_``)
    are one question; of what is still too many the rest is one, the smallest first.
    """
    if len(names) <= MOST_QUESTIONS:
        return [_alone(name) for name in names]
    by_part: dict[str, list[str]] = {}
    for name in names:
        found = _FIRST_PART.match(name)
        by_part.setdefault(found[0] + ANY if found else name, []).append(name)
    groups = [
        Group(pattern, dict.fromkeys(members, pattern)) if len(members) > 1 else _alone(members[0])
        for pattern, members in by_part.items()
    ]
    if len(groups) <= MOST_QUESTIONS:
        return groups
    order = sorted(groups, key=lambda group: -sum(names[name] for name in group.names))
    first, rest = order[: MOST_QUESTIONS - 1], order[MOST_QUESTIONS - 1 :]
    return [*first, Group(ANY, {name: pattern for group in rest for name, pattern in group.names.items()})]


def _alone(name: str) -> Group:
    return Group(pattern_of(name), {name: pattern_of(name)})


def question_of(group: Group) -> Words:
    """What is asked about a group."""
    count = len(group.names)
    if count == 1:
        return Words("import_ask_channel", name=group.pattern or Words("import_blank"))
    examples = ", ".join(pattern_of(name) for name in list(group.names)[:_SHOWN]) + (" …" if count > _SHOWN else "")
    if group.pattern == ANY:
        return Words("import_ask_channel_rest", count=count, examples=examples)
    return Words("import_ask_channel_many", name=group.pattern, count=count, examples=examples)


def answered(name: str, asked: Asked, choices: Iterable[str], prefix: str) -> tuple[str, str]:
    """The answer that was given about a name and the pattern that it was given for, ("", "") without one.

    Arguments: ``prefix`` of the ids of such questions, before the name; ``choices`` what may be answered.
    Special cases: an answer for the name goes before one for a pattern, the longest pattern first, ``*`` last.
    """
    known = set(choices)
    exact = pattern_of(name)
    patterns = sorted(
        (id_.removeprefix(prefix) for id_ in asked.answers if id_.startswith(prefix) and ANY in id_),
        key=lambda pattern: -len(pattern),
    )
    for pattern in dict.fromkeys([exact, *(one for one in patterns if fits(name, one))]):
        answer = asked.answers.get(prefix + pattern, "")
        if answer in known:
            asked.used.add(prefix + pattern)
            return answer, pattern
    return "", ""
