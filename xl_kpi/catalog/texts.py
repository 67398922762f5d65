"""Every text that a user sees, in Japanese and English: read from ``texts_*.toml`` beside this module."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

LANGUAGES = ("ja", "en")


@cache
def _texts() -> dict[str, dict[str, str]]:
    """All texts by key; a key may stand in one file only."""
    found: dict[str, dict[str, str]] = {}
    for part in sorted(files(__package__).iterdir(), key=lambda item: item.name):
        if part.name.startswith("texts_") and part.name.endswith(".toml"):
            for key, versions in tomllib.loads(part.read_text("utf-8")).items():
                if key in found:
                    raise KeyError(f"text {key!r} stands twice (again in {part.name})")
                found[key] = versions
    return found


def text(key: str, lang: str, **values: object) -> str:
    """The text of ``key`` in ``lang`` ("ja" or "en") with its {placeholders} filled in."""
    template = _texts()[key][lang]
    return template.format(**values) if values else template


def is_text(key: str) -> bool:
    """Whether there is a text with this key."""
    return key in _texts()


def text_keys(beginning: str) -> list[str]:
    """What comes behind a beginning in the keys of texts, in their order: the choices of a list."""
    return [key.removeprefix(beginning) for key in _texts() if key.startswith(beginning)]


@cache
def former_words() -> dict[str, tuple[str, ...]]:
    """What the texts of sheets said in earlier versions, by key: headers are found again by their words."""
    found = tomllib.loads((files(__package__) / "former_words.toml").read_text("utf-8"))
    return {key: tuple(words) for key, words in found.items()}


def keys_of(words: str) -> frozenset[str]:
    """The keys of the texts that read so in either language, or did once; none for words that are none of ours.

    Special cases: texts with placeholders are found by their template only; a section is found by its title too.
    """
    return _by_words().get(words, frozenset())


def title_and_note(words: str) -> tuple[str, str]:
    """The title of a section, and what stands behind it in brackets: where there is need, each has its own cell.

    Example: "By channel (newly needed)" → "By channel", "newly needed".
    """
    title, _, note = words.replace(" (", "（").rstrip(")）").partition("（")
    return title, note


@cache
def _by_words() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for key, versions in _texts().items():
        for words in versions.values():
            found.setdefault(words, set()).add(key)
            if key.startswith("section_"):
                found.setdefault(title_and_note(words)[0], set()).add(key)
    for key, former in former_words().items():
        for words in former:
            found.setdefault(words, set()).add(key)
    return {words: frozenset(keys) for words, keys in found.items()}
