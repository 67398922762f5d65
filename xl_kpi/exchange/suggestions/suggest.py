"""Roles for the columns of a table of a system that nobody knows: guessed from words and values, each with its reason.

One role goes to one column, so that all of them together fit best; what only the values say is never called sure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xl_kpi.catalog.exports import signs, usual_channel
from xl_kpi.catalog.roles import HeaderWords, usual_kind
from xl_kpi.catalog.roles import roles as known_roles
from xl_kpi.errors import BadFile, Phrase, Words
from xl_kpi.exchange.exports.blocks import Block, Column, best, blocks
from xl_kpi.exchange.exports.export import DATE_ROLES
from xl_kpi.exchange.exports.grids import Grid, grids
from xl_kpi.exchange.exports.totals import totals_in
from xl_kpi.exchange.suggestions.assignment import LEAST, assigned
from xl_kpi.exchange.suggestions.clues import ALONE, CELLS, PART, WORD, Thought, clues_of
from xl_kpi.exchange.suggestions.outline import outlined
from xl_kpi.exchange.suggestions.profiles import MOST_ROWS, profile
from xl_kpi.exchange.suggestions.relations import Relations

if TYPE_CHECKING:
    import pandas as pd

SURE, LIKELY, UNSURE = "sure", "likely", "unsure"


@dataclass(frozen=True)
class Guess:
    """One column and what it is taken for.

    ``column`` with the role ("" where none was found); ``confidence`` SURE, LIKELY or UNSURE; ``reason`` in words;
    ``other``: the role that it might be as well, "" for none.
    """

    column: Column
    confidence: str
    reason: Phrase
    other: str = ""


@dataclass(frozen=True)
class Suggestion:
    """What a file is taken for: its table, the kind of it ("" where nothing tells), a guess a column."""

    file: str
    block: Block
    kind: str
    guesses: tuple[Guess, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        return tuple(one.column for one in self.guesses)

    @property
    def is_usable(self) -> bool:
        """Whether somebody may be asked to use it as it is: it has days, and something that counts by its word."""
        told = {one.column.role for one in self.guesses if one.confidence != UNSURE}
        has_days = any(one.column.role in DATE_ROLES for one in self.guesses)
        return bool(usual_channel(self.kind)) and has_days and bool(told & {*signs().counts, *signs().money})

    @property
    def roles(self) -> Mapping[str, str]:
        """Header as written → role, "" for none."""
        return {one.column.word: one.column.role for one in self.guesses}


def suggest(data: bytes, file: str) -> Suggestion:
    """What the columns of any table are taken for.

    Arguments: ``data`` its bytes, ``file`` its name.
    Errors: BadFile for what is no table.
    """
    ways = list(grids(data, file))
    found = suggested_of(ways, file)
    if found is None:
        raise BadFile("export_no_columns", file=file)
    return found


def suggested_of(ways: Sequence[Grid], file: str) -> Suggestion | None:
    """What the columns of a file are taken for, of all ways to read it; None where there is no header."""
    shaped = outlined(ways)
    known = best([block for grid in ways for block in blocks(grid)])
    block = known if known and (shaped is None or _is_whole(known)) else shaped
    return suggested(block, file) if block else None


def _is_whole(block: Block) -> bool:
    """Whether a system knows most of the words of a table."""
    return block.known * 2 > len(block.columns)


def suggested(block: Block, file: str = "") -> Suggestion:
    """What the columns of a table are taken for."""
    sample = _sample(block)
    profiles = [profile(sample.iloc[:, one.place]) for one in block.columns]
    clues = [clues_of(HeaderWords.of(one.word), found) for one, found in zip(block.columns, profiles, strict=True)]
    relations = Relations(profiles)
    found = assigned(clues, relations)
    guesses = tuple(
        _guess(column, found.roles[place], found.thoughts[place], relations.proved(found.roles[place], found.places))
        for place, column in enumerate(block.columns)
    )
    told = usual_kind({one.column.role for one in guesses})
    return Suggestion(file or block.grid.file, block, told and found.kind, guesses)


def _sample(block: Block) -> pd.DataFrame:
    """Rows spread over the table, without totals and remarks."""
    rows = block.rows
    rows = rows.iloc[:: max(1, len(rows) // MOST_ROWS)]
    is_total = totals_in(rows, range(rows.shape[1]))
    filled = rows.iloc[:, [one.place for one in block.columns]].astype(str).ne("").sum(axis=1)
    return rows[~is_total & (filled.gt(1) | (len(block.columns) <= 2))]


def _guess(column: Column, role: str, thoughts: Mapping[str, Thought], proved: tuple[str, str] | None) -> Guess:
    if not role and column.role and column.role not in known_roles():  # one that only its system has a word for
        return Guess(column, SURE, Words(f"suggest_{WORD}", part=column.word))
    if not role or thoughts[role].worth < LEAST and not proved:
        near = max(thoughts, key=lambda one: thoughts[one].worth, default="")
        return Guess(column, UNSURE, Words("suggest_none"), near)
    thought = thoughts[role]
    others = {one: other.worth for one, other in thoughts.items() if one != role}
    near = max(others, key=lambda one: others[one], default="")
    near = near if near and others[near] >= thought.worth - 0.1 else ""
    confidence = {WORD: SURE, PART: LIKELY}.get(thought.how, UNSURE)
    reason: Phrase = Words(f"suggest_{thought.how}", part=thought.part.replace("+", "・"))
    if proved and thought.how in (ALONE, CELLS):
        confidence = LIKELY
        reason = Words("suggest_quotient", of=Words(f"role_{proved[0]}"), by=Words(f"role_{proved[1]}"))
    elif near and confidence == LIKELY:
        confidence = UNSURE
    named = Column(column.place, column.word, role, column.currency)
    return Guess(named, confidence, reason, near)
