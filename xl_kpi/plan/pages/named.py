"""Columns in which a stage of the plan is typed by its name, or one of a few other words."""

from __future__ import annotations

from typing import Any

from xl_kpi import catalog
from xl_kpi.errors import Joined, Words
from xl_kpi.plan.input.field import Field
from xl_kpi.plan.input.raw_values import nearest, plain, refusal, shown
from xl_kpi.plan.input.row_names import Ambiguous, RowNames
from xl_kpi.plan.records import Value


def read_named(raw: Any, *, one: Field, names: RowNames, before: Value = None) -> str:
    """The id that is meant in a cell of ``one``.

    Arguments: ``raw`` what was typed, not blank; ``names`` the stages; ``before`` what the last command left there.
    Special cases: a stage goes before another word; the word of a stage that the plan has no more stays as it is
    where it stood before.
    Errors: Unreadable, with the nearest word as the question.
    Example: 商談 is "opportunities", 失注 "lost".
    """
    typed = shown(raw) if not isinstance(raw, str) else raw.strip()
    was = before if isinstance(before, str) else ""
    try:
        found = names.id_of(typed, was if was in names.names else "")
    except Ambiguous as problem:
        raise refusal(raw, Words("reader_ambiguous", ids=", ".join(problem.ids))) from None
    if found in names.names:
        return found
    choice = catalog.find_choice(one.choices, plain(typed))
    if choice:
        return choice.id
    if typed and typed in (was, names.before.get(was)):
        return typed
    stages, others = list(names.names.values()), [choice.words for choice in catalog.choices(one.choices)]
    known = [*stages, *(word for words in others for word in words.values())]
    allowed = Words("allowed_choice", choices=Joined((*stages, *others), " / "))
    raise refusal(raw, allowed, likely=nearest(typed, known))


def is_known(value: Value, one: Field, names: RowNames) -> bool:
    """Whether a value is a stage of the plan or one of the other words; else it is the word of a stage that is gone."""
    return value is None or value in names.names or value in catalog.choice_ids(one.choices)
