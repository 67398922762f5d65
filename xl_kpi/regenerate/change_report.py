"""What a regenerate changes, in sentences: the same on the terminal and in the message of an open book."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from xl_kpi.catalog import find_choice, text
from xl_kpi.plan.fields import find_field
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.records import Kept
from xl_kpi.regenerate.differences import SheetChange
from xl_kpi.workbook.relocation.broken_formulas import is_formula
from xl_kpi.workbook.relocation.dependents import Dependent


def change_report(
    structure: Iterable[str],
    sheets: Iterable[SheetChange],
    kept: Iterable[Kept],
    returned: Iterable[Kept],
    formulas: Iterable[Dependent],
    lang: str,
    most: int,
) -> Iterator[str]:
    """One line a change, kind by kind.

    Arguments: ``structure`` sentences as they are; ``kept`` what goes to 保管, ``returned`` what comes back;
    ``formulas`` the user's that change; ``most`` lines of each kind from ``kept`` on, the rest is counted.
    """
    yield from structure
    for sheet in sheets:
        yield _sheet(sheet, lang)
    values = ([one for one in some if not is_formula(one)] for some in (kept, returned))  # formulas are told below
    yield from cut([_kept("regenerate_kept", one, lang) for one in next(values)], lang, most)
    yield from cut([_kept("regenerate_returned", one, lang) for one in next(values)], lang, most)
    formulas = list(formulas)
    back = [one for one in formulas if one.back]
    yield from cut([_formula("regenerate_formula_back", one, lang) for one in back], lang, most)
    lost = [one for one in formulas if one.lost]
    yield from cut([_formula("regenerate_formula_lost", one, lang) for one in lost], lang, most)
    follow = [one for one in formulas if not one.lost and not one.back]
    yield from cut([_formula("regenerate_formula", one, lang) for one in follow if one.new != one.old], lang, most)
    wide = [text("regenerate_formula_wide", lang, place=one.place) for one in follow if one.widened]
    yield from cut(wide, lang, most)
    check = [text("regenerate_formula_check", lang, place=one.place) for one in formulas if one.check and not one.lost]
    yield from cut(check, lang, most)
    words = [text("regenerate_formula_words", lang, place=one.place) for one in formulas if one.in_words]
    yield from cut(words, lang, most)


def cut(lines: Sequence[str], lang: str, most: int) -> Iterator[str]:
    """The first lines, and how many there are more."""
    yield from lines[:most]
    if len(lines) > most:
        yield text("regenerate_more", lang, count=len(lines) - most)


def _sheet(change: SheetChange, lang: str) -> str:
    if change.rest:
        return text("regenerate_sheet_left", lang, sheet=change.sheet, rest=change.rest, count=change.left)
    if change.gone:
        return text("regenerate_sheet_gone", lang, sheet=change.sheet)
    if change.new:
        return text("regenerate_sheet_new", lang, sheet=change.sheet, added=change.added)
    name = text("regenerate_sheet_renamed", lang, old=change.was, new=change.sheet) if change.was else change.sheet
    counts = {"changed": change.changed, "added": change.added, "removed": change.removed}
    return text("regenerate_sheet", lang, sheet=name, **counts)


def kept_label(kept: Kept) -> str:
    """What an entry on 保管 is called, an actual with its month."""
    entry = EntryKey.parse(kept.key)
    return kept.label + (f" {entry.month:%Y/%m}" if entry.is_actual else "")


def kept_value(kept: Kept, lang: str) -> str:
    """What its cell shows: of a list the word."""
    one, value = find_field(EntryKey.parse(kept.key)), shown(kept.value)
    chosen = find_choice(one.choices, value) if one and one.choices else None
    return chosen.words[lang] if chosen else value


def _kept(key: str, kept: Kept, lang: str) -> str:
    return text(key, lang, label=kept_label(kept), value=kept_value(kept, lang))


def _formula(key: str, one: Dependent, lang: str) -> str:
    return text(key, lang, place=one.place, old=one.old, new=one.new)
