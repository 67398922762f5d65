"""The parts of a workbook that was opened for reading: relations, texts, number formats, the rows of a sheet."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from io import BytesIO
from typing import Any, NoReturn

from lxml import etree

from xl_kpi.errors import BadFile
from xl_kpi.workbook.cells.rectangles import shifted
from xl_kpi.workbook.cells.references import LAST_COLUMN
from xl_kpi.workbook.package.relations import rels_of, resolved
from xl_kpi.workbook.package.sheet_rows import (
    MAIN,
    Cell,
    Keep,
    alone,
    cells_in,
    cells_of,
    cut,
    items_of,
    plain_text,
    text_of,
    unescaped,
    whole,
    whole_item,
)
from xl_kpi.workbook.package.strange_names import put_back

_ITEM, _ROW = f"{MAIN}si", f"{MAIN}row"
_SAFE: Mapping[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
BIG = 4_000_000  # bytes of a sheet: in memory ten times as much
MOST_CELLS = 1_000_000  # of a sheet that is read
_CELL = re.compile(rb"<(?:\w+:)?c[ />]")
# Number formats of dates that have a number and no text of their own in a file.
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_PERCENT = {9, 10}
_NO_DATE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
Shared = dict[str, tuple[str, int, int]]  # group → formula, row and column of the cell that says it
# The numbers that a date format can mean, from 1970 to the end of the longest plan: 150 in a cell that shows dates is a
# count whose cell has lost its format, and no day of 1900.
DAYS = (25_569, 109_575)
_EPOCH, _EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)


class Parts:
    """What is read of a package besides names and sheets.

    Arguments: ``parts`` as ``safety.read_parts`` gives them; ``file`` its name for messages.
    Errors: BadFile where a part is missing or is no XML.
    """

    def __init__(self, parts: Mapping[str, bytes], file: str):
        self.name, self._parts = file, parts
        self._parser = etree.XMLParser(**_SAFE)
        self._package_relations = self.relations("")
        self.main = self.of_package("/officeDocument")
        self.workbook = self.tree(self.main)
        put_back(self.workbook)
        settings = self.workbook.find(f"{MAIN}workbookPr")
        mac = settings is not None and settings.get("date1904") in ("1", "true")
        self.epoch = _EPOCH_1904 if mac else _EPOCH
        self.main_relations = self.relations(self.main)
        self._known: dict[int, str | None] = {}

    def beside(self, part: str, kind: str) -> list[str]:
        """The parts of this kind that belong to a sheet."""
        if rels_of(part) not in self._parts:
            return []
        return [target for _, type_, target in self.relations(part) if type_.endswith(kind)]

    @property
    def has_add_in(self) -> bool:
        """Whether a web add-in, such as xlwings Lite, keeps its code in the workbook."""
        return any("webextension" in name.casefold() for name in self._parts)

    def string(self, index: int) -> str | None:
        """One of the texts that cells share; None where there is none of this number."""
        if index not in self._known:
            self._known[index] = self._string(index)
        return self._known[index]

    def _string(self, index: int) -> str | None:
        items, trees = self._strings
        if not 0 <= index < len(items or trees):
            return None
        plain = plain_text(items[index]) if items else None
        if plain is not None:
            return unescaped(plain)
        return text_of(self.tree("", whole_item(items[index])) if items else trees[index])

    @cached_property
    def _strings(self) -> tuple[list[bytes], list[Any]]:
        """The texts as they stand in the file; where they can't be told apart without parsing, as elements."""
        part = self.of_workbook("/sharedStrings")
        items = items_of(self.part(part)) if part else []
        return items, list(self.tree(part).iterfind(_ITEM)) if part and not items else []

    @cached_property
    def dated(self) -> frozenset[str]:
        """The numbers of the styles that show a date."""
        return self._styles[0]

    @cached_property
    def in_percent(self) -> frozenset[str]:
        """The numbers of the styles that show a percentage."""
        return self._styles[1]

    @cached_property
    def _styles(self) -> tuple[frozenset[str], frozenset[str]]:
        part = self.of_workbook("/styles")
        try:
            return formats_of(self.part(part)) if part else (frozenset(), frozenset())
        except etree.XMLSyntaxError:
            self.damaged(part)

    def value(self, cell: Cell) -> Any:
        """What a cell shows: a number, text, date, True or False; None for a blank and for an error value."""
        kind, stored = cell.kind, cell.stored
        if kind == "inlineStr":
            return None if cell.inline is None else text_of(cell.inline)
        if kind == "str":
            return unescaped(stored or "")
        if stored is None or kind == "e":
            return None
        if kind == "s":
            return self.string(whole(stored, -1))
        if kind == "b":
            return stored.strip() in ("1", "true")
        return self._number(stored, kind, cell.style)

    def _number(self, stored: str, kind: str, style: str) -> Any:
        try:
            if kind == "d":
                return dt.datetime.fromisoformat(stored.strip()).replace(tzinfo=None)
            number = float(stored)
            return self.day(number) if style in self.dated and DAYS[0] <= number < DAYS[1] else number
        except (ValueError, OverflowError):  # 1E+300 is no date
            return unescaped(stored)

    def day(self, number: float) -> dt.datetime:
        """The day and time that a number means."""
        days, part = divmod(number, 1)
        return self.epoch + dt.timedelta(days=days, milliseconds=round(part * 86_400_000))

    def number(self, day: dt.datetime) -> float:
        """The other way round.

        Example: the 29th of May 1900 is 150.0.
        """
        return (day - self.epoch) / dt.timedelta(days=1)

    def rows_of(self, part: str, keep: Keep) -> Iterator[tuple[int, Iterable[Cell]]]:
        """The rows of a sheet by number, or only those to ``keep``; of a big sheet each is gone before the next."""
        content = self.part(part)
        self._check_count(content)
        rows = cut(content, keep) if len(content) < BIG else None
        if rows is None:
            yield from self._numbered(part, content)
            return
        for number, row, last in rows:
            yield number, self.cells_in(part, content, row, last)

    def cells_in(self, part: str, content: bytes, row: bytes, last: int = LAST_COLUMN) -> Iterable[Cell]:
        """The cells of a row that was cut out of a sheet, up to column ``last``."""
        cells = cells_in(row, last)
        if cells is None:
            found = next(self.tree(part, alone(content, row)).iter(_ROW), None)
            return self.damaged(part) if found is None else cells_of(found)
        return cells

    def _check_count(self, content: bytes) -> None:
        """No more cells than a reader can hold.  Counting takes a while, and a cell takes four letters at least."""
        count = sum(1 for _ in _CELL.finditer(content)) if len(content) // len("<c/>") > MOST_CELLS else 0
        if count > MOST_CELLS:
            self.refuse("file_large_sheet", count=f"{count:,}", limit=f"{MOST_CELLS:,}")

    def _numbered(self, part: str, content: bytes) -> Iterator[tuple[int, Iterable[Cell]]]:
        """All rows; one without a number is the next."""
        number = 0
        for row in self.tree(part).iter(_ROW) if len(content) < BIG else self._one_by_one(part, content):
            number = whole(row.get("r"), number + 1)
            yield number, cells_of(row)

    def _one_by_one(self, part: str, content: bytes) -> Iterator[etree._Element]:
        try:
            for _, row in etree.iterparse(BytesIO(content), tag=_ROW, **_SAFE):
                yield row
                row.clear()
                while row.getprevious() is not None:
                    del row.getparent()[0]
        except etree.XMLSyntaxError:
            self.damaged(part)

    def relations(self, part: str) -> list[tuple[str, str, str]]:
        """Id, type and target of everything inside the package that a part points at."""
        inside = (item for item in self.tree(rels_of(part)) if item.get("TargetMode") != "External")
        return [(item.get("Id", ""), item.get("Type", ""), resolved(part, item.get("Target", ""))) for item in inside]

    def of_package(self, kind: str) -> str:
        """The part of this kind that belongs to the package; "" where there is none."""
        return next((target for _, type_, target in self._package_relations if type_.endswith(kind)), "")

    def of_workbook(self, kind: str) -> str:
        """The part of this kind that belongs to the whole workbook; "" where there is none."""
        return next((target for _, type_, target in self.main_relations if type_.endswith(kind)), "")

    def part(self, part: str) -> bytes:
        """What a part holds."""
        try:
            return self._parts[part]
        except KeyError:
            self.damaged(part)

    def holds(self, part: str) -> bool:
        """Whether the package has a part of this name."""
        return part in self._parts

    def tree(self, part: str, content: bytes | None = None) -> etree._Element:
        """The root of a part, or of ``content`` that belongs to it."""
        try:
            return etree.fromstring(self.part(part) if content is None else content, self._parser)
        except etree.XMLSyntaxError:
            self.damaged(part)

    def refuse(self, key: str, **values: object) -> NoReturn:
        """Give up this file."""
        raise BadFile(key, file=self.name, **values)

    def damaged(self, part: str) -> NoReturn:
        """Give it up, for what this part says can't be."""
        raise BadFile("file_damaged", file=self.name, part=part or "?") from None


@lru_cache(maxsize=4)  # most of those who return a workbook have left its styles as they were
def formats_of(content: bytes) -> tuple[frozenset[str], frozenset[str]]:
    """The numbers of the styles that show a date, and of those that show a percentage, by the part of styles."""
    tree = etree.fromstring(content, etree.XMLParser(**_SAFE))
    own = {item.get("numFmtId"): item.get("formatCode", "") for item in tree.iter(f"{MAIN}numFmt")}
    formats = [item.get("numFmtId", "0") for item in tree.iterfind(f"{MAIN}cellXfs/{MAIN}xf")]
    dates = frozenset(str(number) for number, code in enumerate(formats) if _is_date(code, own))
    return dates, frozenset(str(number) for number, code in enumerate(formats) if _is_percent(code, own))


def _is_percent(number: str, own: Mapping[str, str]) -> bool:
    if number in own:
        return "%" in _NO_DATE.sub("", own[number].partition(";")[0])
    return whole(number, 0) in _PERCENT


def _is_date(number: str, own: Mapping[str, str]) -> bool:
    if number in own:
        return bool(re.search("[dmyhs]", _NO_DATE.sub("", own[number].partition(";")[0]), re.IGNORECASE))
    return whole(number, 0) in _DATES


def shared_formula(cell: Cell, row: int, shared: Shared) -> str:
    """The formula of a cell with "="; of one that is shared with another cell as it reads here.  ``shared``: those so
    far by their group."""
    if not cell.group:
        return f"={cell.formula}"
    if cell.formula:
        shared[cell.group] = cell.formula, row, cell.column
        return f"={cell.formula}"
    words, first_row, first_column = shared.get(cell.group, ("", row, cell.column))
    return f"={shifted(words, row - first_row, cell.column - first_column)}"
