"""What a column of a table may mean, and by what that is guessed, as data in roles.toml: one list for all tables."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from xl_kpi.catalog.exports import folded, systems

_LATIN = re.compile(r"[a-z]+|[0-9]+")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BEGINNING = "*"


@dataclass(frozen=True)
class HeaderWords:
    """A header as it is compared: all of it without width, case and spaces, and its Latin words one by one.

    Example: ``HeaderWords.of("MQL化日")`` is ``("mql化日", ("mql",))``.
    """

    folded: str
    latin: tuple[str, ...]

    @classmethod
    def of(cls, header: str) -> HeaderWords:
        words = _HUMPS.sub(" ", unicodedata.normalize("NFKC", header)).casefold()
        return cls(folded(header), tuple(_LATIN.findall(words)))

    def holds(self, part: str) -> int:
        """How many of its letters a part is, 0 where it is not in it.

        Arguments: ``part`` as in roles.toml: ``a+b`` needs both, Latin words are whole ones (or their plural).
        """
        letters = 0
        for piece, words in _pieces(part):
            found = self._one(piece, words)
            if not found:
                return 0
            letters += found
        return letters

    def _one(self, piece: str, words: tuple[str, ...]) -> int:
        if not words:
            return len(piece) if piece in self.folded else 0
        if piece.endswith(_BEGINNING):
            return max((len(word) for word in self.latin if word.startswith(words[0])), default=0)
        for start in range(len(self.latin) - len(words) + 1):
            here = self.latin[start : start + len(words)]
            if all(word in (own, f"{own}s", f"{own}es") for own, word in zip(words, here, strict=True)):
                return sum(map(len, here))
        joined = "".join(words)
        return len(joined) if len(words) > 1 and any(word in (joined, f"{joined}s") for word in self.latin) else 0


@cache
def _pieces(part: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The pieces of a part, each with its Latin words (none where it is looked for letter by letter)."""
    return tuple((piece, tuple(_LATIN.findall(piece)) if piece.isascii() else ()) for piece in part.split("+"))


@dataclass(frozen=True)
class Role:
    """One meaning: what its cells hold, in which kinds of table it stands, and the words for it.

    ``words``: whole headers, folded; ``parts`` of headers and ``never``, as in roles.toml; ``cells``: a pattern.
    """

    id: str
    holds: str
    kinds: tuple[str, ...]
    words: frozenset[str]
    parts: tuple[str, ...]
    never: tuple[str, ...]
    cells: str

    @cached_property
    def pattern(self) -> re.Pattern[str] | None:
        return re.compile(self.cells) if self.cells else None


@dataclass(frozen=True)
class Order:
    """Of two columns the first is nearly always the larger one: see roles.toml."""

    more: tuple[str, ...]
    less: tuple[str, ...]
    usual: float | None
    spread: float | None


@dataclass(frozen=True)
class Quotient:
    """A role whose number is one column divided by another, times one of ``times``."""

    role: str
    of: tuple[str, ...]
    by: tuple[str, ...]
    times: tuple[int, ...]


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "roles.toml").read_text("utf-8"))


@cache
def roles() -> Mapping[str, Role]:
    """Every role by its id; the words of known systems are among its words."""
    known: dict[str, set[str]] = {}
    for system in systems().values():
        for word, role in system.roles.items():
            known.setdefault(role, set()).add(word)
    return {id_: _role(id_, found, known.get(id_, set())) for id_, found in _read()["role"].items()}


def _role(id_: str, found: Mapping[str, Any], known: set[str]) -> Role:
    return Role(
        id_,
        found["holds"],
        tuple(found["kinds"]),
        frozenset({*map(folded, found.get("words", ())), *known}),
        tuple(folded(part) if not part.isascii() else part.casefold() for part in found.get("parts", ())),
        tuple(folded(part) if not part.isascii() else part.casefold() for part in found.get("never", ())),
        found.get("cells", ""),
    )


@cache
def kinds() -> Mapping[str, tuple[str, ...]]:
    """Kind of table → the roles that make it one."""
    return {kind: tuple(found) for kind, found in _read()["kinds"].items()}


def is_quotient_word(header: HeaderWords) -> bool:
    """Whether a header says that its numbers are one divided by another: such a column counts nothing."""
    return any(header.holds(sign) for sign in _read()["signs"]["ratio"])


def says_nothing(header: HeaderWords) -> bool:
    """Whether a header is no word at all: ``列1``, ``A``, ``X_17``, ``Unnamed: 3``."""
    rest = re.sub(r"[\d\W_]+", "", header.folded)
    return len(rest) <= 1 and rest.isascii() or rest in map(folded, _read()["signs"]["empty"])


@cache
def likely_alone() -> Mapping[str, float]:
    """Role → how likely it is where only its cells tell, of 1."""
    return dict(_read()["alone"])


@cache
def orders() -> tuple[Order, ...]:
    """Which columns are larger than which."""
    return tuple(
        Order(tuple(one["more"]), tuple(one["less"]), one.get("usual"), one.get("spread")) for one in _read()["order"]
    )


@cache
def quotients() -> tuple[Quotient, ...]:
    """Which columns are others divided by each other."""
    return tuple(
        Quotient(one["role"], tuple(one["of"]), tuple(one["by"]), tuple(one["times"])) for one in _read()["quotient"]
    )


@cache
def days_in_turn() -> tuple[str, ...]:
    """The days of one lead in the order in which they come."""
    return tuple(_read()["days"]["in_turn"])


def usual_kind(found: set[str]) -> str:
    """The kind of table that some roles make, "" where none of them tells.

    Example: ``usual_kind({"date", "cost", "clicks"})`` is ``"ads"``.
    """
    counted = {kind: len(found & {*marks}) for kind, marks in kinds().items()}
    most = max(counted.values())
    return next(kind for kind, count in counted.items() if count == most) if most else ""
