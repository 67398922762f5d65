"""The systems whose downloads we know: the words above their columns and what they mean, as data in exports.toml."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from xl_kpi.catalog.loader import Texts, stages

# How sure a word is, the surest first: the vendor's documentation, real files, seen in a parser, general knowledge.
GRADES = ("O", "V", "F", "G")
OF_LEADS = "lead_table"  # the list of leads that no system has made


@dataclass(frozen=True)
class ExportSystem:
    """One kind of download.

    ``kind``: what a row counts (ads, visits, leads, deals, attendees, records).  ``zone``: whose midnight ends a day,
    "utc", "account" or "user", "" where nothing is known.  ``roles``: folded word → role.  ``needs``: of each group
    of roles one must stand above a table of it.  ``grades``: folded word →
    how sure it is, one of ``GRADES``.  ``beside``: folded labels of tables that stand beside the one that is meant.
    ``channel``: whose people its lists hold where nothing else is said, "" where that is open.  ``turns``: roles of
    days of which two stand for all ``needs``: who has both is one person, whoever it is.
    """

    id: str
    name: Texts
    kind: str
    zone: str
    roles: Mapping[str, str]
    grades: Mapping[str, str]
    beside: frozenset[str] = frozenset()
    needs: tuple[tuple[str, ...], ...] = ()
    channel: str = ""
    turns: frozenset[str] = frozenset()

    def knows(self, words: Sequence[str]) -> int:
        """How many of these folded words it knows; 0 where one of ``needs`` is missing."""
        found = [self.roles[word] for word in words if word in self.roles]
        there = {*found}
        is_one = len(self.turns & there) > 1 or all(there & {*needed} for needed in self.needs)
        return len(found) if is_one else 0

    @property
    def grade(self) -> str:
        """That of its least sure word: what a user is told about the whole."""
        return max(self.grades.values(), key=GRADES.index)


@dataclass(frozen=True)
class ExportSigns:
    """What is the same in all systems: words that begin a row of totals, cells that hold nothing,
    ``no_reason`` cells of reasons that give none; currencies.

    ``counts``, ``money``: roles of which rows add up; ``overlapping``: numbers that do not (people reached);
    ``ratios``: what is computed anew from counts.  ``attended``, ``approved``: cells, folded, that say so of a person.
    """

    totals: tuple[str, ...]
    counts: tuple[str, ...]
    money: tuple[str, ...]
    overlapping: tuple[str, ...]
    ratios: tuple[str, ...]
    missing: frozenset[str]
    no_reason: frozenset[str]
    enquiries: tuple[str, ...]  # in the name of a kind of result: it is surely an enquiry
    attended: frozenset[str]
    approved: frozenset[str]
    currencies: Mapping[str, str]  # as written in a header → the ISO code
    money_signs: Mapping[str, str]  # those of them that are told beside a number too


def folded(word: str) -> str:
    """A word of a header as it is compared: width, case and spaces do not count.

    Example: ``folded("消化金額 （JPY）")`` is ``"消化金額(jpy)"``.
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", word)).casefold()


def is_missing(cell: str) -> bool:
    """Whether a cell says that nothing stands there: a blank, or one of the marks of systems (``--``)."""
    return not cell.strip() or folded(cell) in signs().missing


def without_currency(word: str) -> tuple[str, str]:
    """A folded word without the currency in brackets at its end, and the currency ("" for none).

    Example: ``without_currency("消化金額(jpy)")`` is ``("消化金額", "JPY")``.
    """
    for written, code in signs().currencies.items():
        if word.endswith(f"({written})"):
            return word[: -len(written) - 2], code
    return word, ""


def currency_of(cell: str) -> str:
    """The ISO code of the currency that a cell names, "" where it names none.

    Example: ``currency_of("eur")`` is ``"EUR"``, ``currency_of("米ドル")`` is ``"USD"``.
    """
    return signs().currencies.get(folded(cell), "")


@cache
def _read() -> dict[str, Any]:
    return tomllib.loads((files(__package__) / "exports.toml").read_text("utf-8"))


@cache
def signs() -> ExportSigns:
    """What holds for all systems, folded."""
    found = _read()["all"]
    written = {folded(word): code for code, words in found["currencies"].items() for word in words}
    return ExportSigns(
        totals=tuple(folded(word) for word in found["totals"]),
        counts=tuple(found["counts"]),
        money=tuple(found["money"]),
        overlapping=tuple(found["overlapping"]),
        ratios=tuple(found["ratios"]),
        missing=frozenset(folded(word) for word in found["missing"]),
        no_reason=frozenset(folded(word) for word in found["no_reason"]),
        enquiries=tuple(found["enquiries"]),
        attended=frozenset(folded(word) for word in found["attended"]),
        approved=frozenset(folded(word) for word in found["approved"]),
        currencies=written | {folded(code): code for code in found["currency_codes"]["codes"]},
        money_signs=written,
    )


@cache
def systems() -> Mapping[str, ExportSystem]:
    """Every system by its id, in the order of the file."""
    return {key: _system(key, found) for key, found in _read()["system"].items()}


def _system(key: str, found: Mapping[str, Any]) -> ExportSystem:
    roles: dict[str, str] = {}
    grades: dict[str, str] = {}
    if key == OF_LEADS:
        roles = {word: role for role, stage in stage_roles().items() for word in stage_date_words(stage)}
        grades = dict.fromkeys(roles, GRADES[-1])
    for by_grade in found["words"].values():
        for grade, by_role in by_grade.items():
            for role, words in by_role.items():
                for word in words:
                    known, _ = without_currency(folded(word))
                    roles.setdefault(known, role)
                    grades.setdefault(known, grade)
    needs = tuple(tuple(group) for group in found.get("needs", ()))
    return ExportSystem(key, found["name"], found["kind"], found["zone"], roles, grades,
                        frozenset(map(folded, found.get("beside", ()))), needs, found.get("channel", ""),
                        frozenset(found.get("turns", ())))  # fmt: skip


ATTENDEES = "attendees"
PERSONS = ("leads", "deals", ATTENDEES, "records", "events")  # kinds of systems of which a row is one of these


@cache
def of_persons(name: str) -> bool:
    """Whether a system, by its name in any language, hands out lists of persons, deals or events."""
    return any(name in one.name.values() for one in systems().values() if one.kind in PERSONS)


def system_called(name: str) -> Texts | str:
    """A system that is called ``name`` in some language, as it is called in each; another name (of a map) stays."""
    return next((one.name for one in systems().values() if name in one.name.values()), name)


@cache
def stage_roles() -> Mapping[str, str]:
    """Role of a column of days → id of the stage that began on them, in the order of the funnel."""
    found: Mapping[str, str] = _read()["stage_roles"]
    return found


@cache
def stage_words(stage: str) -> tuple[str, ...]:
    """What a stage of the catalog is called in lists, folded, its id and names too; none for a plan's own."""
    own = next((one for one in stages() if one.id == stage), None)
    named = (own.id, *own.name.values()) if own else ()
    return tuple(dict.fromkeys(folded(word) for word in (*named, *_read()["stage_words"].get(stage, ()))))


def stage_date_words(stage: str, *names: str) -> tuple[str, ...]:
    """What stands above a column with the days on which a stage began, folded.

    Arguments: ``stage`` its id; ``names`` what the plan calls it.
    Example: ``"mql化日"`` and ``"becameanmqldate"`` for "mql".
    """
    words = dict.fromkeys((*stage_words(stage), *(folded(name) for name in names)))
    return tuple(pattern.format(word) for word in words for pattern in _read()["stage_dates"]["patterns"])


def figures_of(channel: str) -> Mapping[str, str]:
    """Role → id of the KPI of this channel whose actual it is, in the order in which roles are asked."""
    found: Mapping[str, str] = _read()["figures"].get(channel, {})
    return found


@cache
def roles_counted() -> frozenset[str]:
    """The roles that are the actual of some channel."""
    return frozenset(role for roles in _read()["figures"].values() for role in roles)


def figure_of_people(what: str) -> str:
    """The id of the KPI that counts people of a list of attendees: ``what`` is "registered" or "attended"."""
    return str(_read()["people"][what])


def usual_channel(kind: str) -> str:
    """The channel whose actuals a kind of download holds where nothing else is said, "" for none."""
    return str(_read()["usual_channel"].get(kind, ""))
