"""What a person chooses from: kinds of goal, units, rhythms …, each choice with its id and its words."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from xl_kpi.catalog.loader import Texts, currency_units, units
from xl_kpi.catalog.texts import LANGUAGES, text, text_keys


@dataclass(frozen=True)
class Choice:
    """One choice: its id (what is stored), the words that are shown, what else is understood."""

    id: str
    words: Texts
    also: tuple[str, ...] = ()


@cache
def choices(name: str) -> tuple[Choice, ...]:
    """A list of choices: kind, rounding, outlook_age, better, rhythm, answer, currency, lang, unit or role …"""
    if name == "unit":
        return tuple(Choice(unit.id, unit.label, unit.also) for unit in units())
    if name == "currency":
        return tuple(Choice(unit.id, _words(name, unit.id), unit.also) for unit in currency_units())
    if name == "lang":
        return tuple(Choice(lang, _words(name, lang)) for lang in LANGUAGES)
    if name == "role":
        # Every role has its word; the words for columns themselves stay with those who read files.
        return tuple(Choice(id_, _words(name, id_)) for id_ in text_keys("role_"))
    rows = tomllib.loads((files(__package__) / "choices.toml").read_text("utf-8"))[name]
    return tuple(Choice(row["id"], _words(name, row["id"]), tuple(row.get("also", ()))) for row in rows)


def choice_ids(name: str) -> tuple[str, ...]:
    """The ids of a list, in its order."""
    return tuple(choice.id for choice in choices(name))


def find_choice(name: str, typed: str) -> Choice | None:
    """The choice that somebody typed by its id or in words of either language; None for anything else."""
    return by_spelling(name).get(typed.casefold())


@cache
def by_spelling(name: str) -> Mapping[str, Choice]:
    """Every id and word by which the choices of a list are understood, in folded letters."""
    called = ((choice, (choice.id, *choice.words.values(), *choice.also)) for choice in choices(name))
    return {word.casefold(): choice for choice, words in called for word in words}


def _words(name: str, id_: str) -> Texts:
    return {lang: text(f"{name}_{id_}", lang) for lang in LANGUAGES}
