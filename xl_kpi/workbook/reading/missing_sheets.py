"""The sheets of ours that a plan workbook must have: which of them somebody has deleted, and what to do about it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from xl_kpi import catalog
from xl_kpi.catalog import text
from xl_kpi.errors import BadFile, Fault, Words
from xl_kpi.plan.keys import CHANNELS, KPIS, EntryKey
from xl_kpi.plan.model import Channel
from xl_kpi.plan.records import Value
from xl_kpi.workbook.cells.grid import MARK
from xl_kpi.workbook.reading.our_sheets import sheets_of
from xl_kpi.workbook.reading.tables import CellAddress, named_value
from xl_kpi.workbook.sheet_kinds import SINCE_MARKS, TAB, kind_of, needed, tab_key

SENT = "sent_plan"  # a name that only a copy has which was sent to somebody; it has some of the sheets only
_ENOUGH = 2  # sheets of ours by which a workbook is known as a plan


def missing_sheets(book: Any, keys: Collection[str]) -> list[str]:
    """The keys of the sheets that hold what can't be made anew, and that are gone.

    Arguments: ``book`` an xlwings Book, or a snapshot of one; ``keys`` those of our sheets in it.
    Special cases: nothing where the book is no plan at all (one without any name is none), or a copy that was sent
    to somebody.
    """
    kinds = needed()
    names = {name.name.rpartition("!")[2].casefold() for name in book.names}
    if not names or SENT in names or sum(kind.key in keys for kind in kinds) < _ENOUGH:
        return []
    marked = any(_mark(sheet) for sheet in sheets_of(book))
    return [kind.key for kind in kinds if (marked or kind.needed != SINCE_MARKS) and kind.key not in keys]


def missing_tabs(channels: Collection[Channel], keys: Collection[str], last: Mapping[str, Value]) -> list[Channel]:
    """The channels whose sheets were there when the workbook was last written, and that are still on.

    Arguments: ``keys`` of our sheets that stand; ``last`` the entries as the last command left them.
    Special cases: a channel without KPIs, such as a new one, has nothing on its sheet that could be missed.
    """
    filled = {EntryKey.parse(key).owner for key in last if key.startswith(f"{KPIS}[")}
    return [one for one in channels if one.on and one.id in filled
            and last.get(f"{CHANNELS}[{one.id}].on") is True and tab_key(one.id) not in keys]  # fmt: skip


def sheet_faults(keys: Collection[str], file: str) -> list[Fault]:
    """A line for each of ``missing_sheets``."""
    words = {key: "missing_sheet" if kind_of(key).typed else "missing_record" for key in keys}
    return [
        Fault(Words(f"sheet_{key}"), Words(said, file=file), file=file, level="error") for key, said in words.items()
    ]


def tab_faults(
    book: Any, channels: Collection[Channel], last: Mapping[str, Value], places: Mapping[str, list[CellAddress]],
    file: str,
) -> list[Fault]:  # fmt: skip
    """A line for each channel of ``missing_tabs``; ``places`` the cells of the entries."""
    return list(_tab_faults(book, channels, last, places, file))


def _tab_faults(
    book: Any, channels: Collection[Channel], last: Mapping[str, Value], places: Mapping[str, list[CellAddress]],
    file: str,
) -> Iterator[Fault]:  # fmt: skip
    standing = {_mark(sheet): sheet.name for sheet in sheets_of(book)}
    for channel in channels:
        nameless = standing.get(tab_key(channel.id))
        if nameless:  # it stands, but nothing in the workbook says that it is the one
            allowed = Words("missing_name", name=f"{kind_of(TAB).name}{channel.id}", file=file)
            yield Fault(nameless, allowed, sheet=nameless, file=file)
            continue
        count = sum(entry.is_actual and entry.owner == channel.id for entry in map(EntryKey.parse, last))
        on = places.get(f"{CHANNELS}[{channel.id}].on", [CellAddress("", "")])[0]
        place = "!".join(part for part in (on.sheet, on.cell) if part)
        allowed = Words("missing_tab", count=count, file=file, place=place)
        yield Fault(channel.name, allowed, file=file)


def language_of(book: Any, file: str) -> str:
    """The language of the plan, as far as it can be told; Japanese else."""
    try:
        word, _ = named_value(book, "plan_lang", file)
    except BadFile:
        return catalog.LANGUAGES[0]
    said = {one for one in catalog.LANGUAGES if str(word).strip() in
            {one, *(text(f"lang_{one}", lang) for lang in catalog.LANGUAGES)}}  # fmt: skip
    return said.pop() if said else catalog.LANGUAGES[0]


def _mark(sheet: Any) -> str:
    words = sheet.range("A1").value
    return words.removeprefix(MARK) if isinstance(words, str) and words.startswith(MARK) else ""
