"""What speaks for each role of a column, before the columns are looked at together: its words, its cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from xl_kpi.catalog.exports import without_currency
from xl_kpi.catalog.roles import HeaderWords, Role, is_quotient_word, likely_alone, roles, says_nothing
from xl_kpi.exchange.suggestions.profiles import Profile, fits, looks_like

WORD, PART, CELLS, ALONE = "word", "part", "cells", "alone"  # by what a role was thought of
MISFIT = "misfit"  # by its word, against what stands in its cells
_CANDIDATES = 8  # roles a column that are tried
_OTHER_KIND = 0.7  # of a word's worth in a table of another kind
_STRANGE = 0.6  # of what values are worth under a word that nobody knows
_MISFIT = 0.5  # of a word's worth where the cells hold something else
_MISFIT_WHOLE = 0.55  # of a header that is known as a whole: more than its cells can say for anything but an address
_SURELY = 0.75  # of a word: it may be right although the cells hold something else
_MATCHING = 0.5  # of the different cells that have to fit the pattern of a role
_BRACKET = re.compile(r"\([^()]*\)$")


@dataclass(frozen=True)
class Thought:
    """That a column has a role: what it is worth, by what one came to think so, the words for it."""

    worth: float
    how: str
    part: str = ""


@dataclass(frozen=True)
class Clue:
    """Why a column may have a role: for its word, or for its cells."""

    role: Role
    by_word: Thought | None
    by_cells: Thought | None


def clues_of(header: HeaderWords, found: Profile) -> dict[str, Clue]:
    """The roles that a column may have in a table of any kind."""
    clues = {}
    is_quotient, nothing = is_quotient_word(header), says_nothing(header)
    for role in roles().values():
        by_word = _by_word(role, header)
        counts = role.holds in ("count", "money")
        if not fits(role, found):
            if by_word and by_word.worth >= _SURELY and not (counts and (is_quotient or found.percent)):
                part = _MISFIT_WHOLE if by_word.how == WORD else _MISFIT
                thought = Thought(by_word.worth * part, MISFIT, by_word.part)
                clues[role.id] = Clue(role, thought, None)
            continue
        if is_quotient and counts:
            if by_word and by_word.how == WORD:
                clues[role.id] = Clue(role, by_word, None)
            continue
        matching = found.matching(role)
        if by_word:
            worth = (by_word.worth + 0.15 * matching) * (0.9 if found.is_empty else 1.0)
            clues[role.id] = Clue(role, Thought(worth, by_word.how, by_word.part), None)
        elif by_cells := _by_cells(role, found, matching, nothing):
            clues[role.id] = Clue(role, None, by_cells)
    return clues


def thoughts_of(clues: Mapping[str, Clue], kind: str) -> dict[str, Thought]:
    """The roles that a column may have in a table of one kind, with what each is worth: the best of them."""
    thoughts = {}
    for id_, clue in clues.items():
        usual = not clue.role.kinds or kind in clue.role.kinds
        if clue.by_word:
            worth = clue.by_word.worth * (1.0 if usual else _OTHER_KIND)
            thoughts[id_] = Thought(worth, clue.by_word.how, clue.by_word.part)
        elif clue.by_cells and usual:
            thoughts[id_] = clue.by_cells
    most = sorted(thoughts, key=lambda role: -thoughts[role].worth)[:_CANDIDATES]
    return {role: thoughts[role] for role in most}


def _by_word(role: Role, header: HeaderWords) -> Thought | None:
    word = without_currency(header.folded)[0]
    if word in role.words:
        return Thought(1.0, WORD, word)
    bare = _BRACKET.sub("", word)
    if bare in role.words:
        return Thought(0.95, WORD, bare)
    if any(header.holds(part) for part in role.never):
        return None
    length = max(1, len(re.sub(r"[\W_]+", "", bare)))
    held = {part: header.holds(part) for part in role.parts}
    part = max(held, key=lambda one: held[one], default="")
    if not part or not held[part]:
        return None
    return Thought(0.45 + 0.45 * min(1.0, held[part] / length), PART, part)


def _by_cells(role: Role, found: Profile, matching: float, nothing: bool) -> Thought | None:
    """What the cells alone say for a role; less under a word that nobody knows than under none."""
    if found.is_empty:
        return None
    if matching >= _MATCHING:
        strange = 1.0 if role.holds == "mail" else _STRANGE + 0.2
        return Thought((0.3 + 0.35 * matching) * (1.0 if nothing else strange), CELLS)
    alone = likely_alone().get(role.id, 0.0)
    if alone and looks_like(role, found):
        return Thought(alone * (1.0 if nothing else _STRANGE), ALONE)
    return None
