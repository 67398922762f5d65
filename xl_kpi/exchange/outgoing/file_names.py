"""Names of what is sent: readable, and legal on every system."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from pathvalidate import sanitize_filename

from xl_kpi.exchange.people import Person

WORKBOOK, DRAFT = ".xlsx", ".eml"
# Characters of the plan's title and of the person's name: in UTF-8, where a Japanese one takes three bytes, both
# with a number and the suffix stay below the 255 bytes that file systems take.
MOST_TITLE, MOST_NAME = 40, 30


def file_names(title: str, people: Iterable[Person]) -> dict[str, str]:
    """Mail address → "<title>_<name>", without suffix; people of the same name are numbered in their order."""
    names: dict[str, str] = {}
    taken: set[str] = set()
    for person in people:
        name = base = _legal(f"{_cut(title, MOST_TITLE)}_{_cut(person.name, MOST_NAME)}")
        count = 2
        while _same(name) in taken:
            name, count = f"{base} ({count})", count + 1
        taken.add(_same(name))
        names[person.mail] = name
    return names


def _cut(words: str, most: int) -> str:
    return unicodedata.normalize("NFC", words)[:most].strip()


def _legal(name: str) -> str:
    # A name must not begin with a dot (hidden) or a hyphen (an option), nor end with a dot or space (Windows).
    return sanitize_filename(name, replacement_text="_", platform="universal").lstrip(".-").rstrip(". ")


def _same(name: str) -> str:
    """Equal for names that some file system takes for one."""
    return unicodedata.normalize("NFKC", name).casefold()
