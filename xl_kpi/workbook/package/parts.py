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

_ITEM, _ROW = f"{MAIN}si", f"{MAIN}row"
_SAFE: Mapping[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
_BIG = 4_000_000  # bytes of a sheet: in memory ten times as much
# Number formats of dates that have a number and no text of their own in a file.
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_PERCENT = {9, 10}
_NO_DATE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_EPOCH, _EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)


class Parts:
    """What is read of a package besides names and sheets.

    Arguments: ``parts`` as ``safety.read_parts`` gives them; ``file`` its name for messages.
    Errors: BadFile where a part is missing or is no XML.
    """

    def __init__(self, parts: Mapping[str, bytes], file: str):
        self.name, self._parts = file, parts
        self._parser = etree.XMLParser(**_SAFE)
        self.main = next((target for _, kind, target in self.relations("") if kind.endswith("/officeDocument")), "")
        self.workbook = self.tree(self.main)
        settings = self.workbook.find(f"{MAIN}workbookPr")
        mac = settings is not None and settings.get("date1904") in ("1", "true")
        self.epoch = _EPOCH_1904 if mac else _EPOCH
        self.main_relations = self.relations(self.main)
        self._known: dict[int, str | None] = {}

    def beside(self, part: str, kind: str) -> list[str]:
        """The parts of this kind that belong to a sheet."""
        if rels_of(part).lower() not in self._called:
            return []
        return [target for _, type_, target in self.relations(part) if type_.endswith(kind)]

    def string(self, index: int) -> str | None:
        """One of the texts that cells share."""
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
        part = self._beside("/sharedStrings")
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
        part = self._beside("/styles")
        try:
            return _formats(self.part(part)) if part else (frozenset(), frozenset())
        except etree.XMLSyntaxError:
            self._damaged(part)

    def rows_of(self, part: str, keep: Keep) -> Iterator[tuple[int, Iterable[Cell]]]:
        """The rows of a sheet by number, or only those to ``keep``; of a big sheet each is gone before the next."""
        content = self.part(part)
        rows = cut(content, keep) if len(content) < _BIG else None
        if rows is None:
            yield from self._numbered(part, content)
            return
        for number, row, last in rows:
            cells = cells_in(row, last)
            if cells is None:
                yield number, cells_of(next(self.tree(part, alone(content, row)).iter(_ROW)))
            else:
                yield number, cells

    def _numbered(self, part: str, content: bytes) -> Iterator[tuple[int, Iterable[Cell]]]:
        """All rows; one without a number is the next."""
        number = 0
        for row in self.tree(part).iter(_ROW) if len(content) < _BIG else self._one_by_one(part, content):
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
            self._damaged(part)

    def relations(self, part: str) -> list[tuple[str, str, str]]:
        """Id, type and target of everything inside the package that a part points at."""
        inside = (item for item in self.tree(rels_of(part)) if item.get("TargetMode") != "External")
        return [(item.get("Id", ""), item.get("Type", ""), resolved(part, item.get("Target", ""))) for item in inside]

    def _beside(self, kind: str) -> str:
        """The part of this kind that belongs to the whole workbook; "" where there is none."""
        return next((target for _, type_, target in self.main_relations if type_.endswith(kind)), "")

    @cached_property
    def _called(self) -> dict[str, str]:
        return {name.lower(): name for name in self._parts}

    def part(self, part: str) -> bytes:
        """What a part holds; names have no case."""
        name = self._called.get(part.lower())
        if name is None:
            self._damaged(part)
        return self._parts[name]

    def tree(self, part: str, content: bytes | None = None) -> etree._Element:
        """The root of a part, or of ``content`` that belongs to it."""
        try:
            return etree.fromstring(self.part(part) if content is None else content, self._parser)
        except etree.XMLSyntaxError:
            self._damaged(part)

    def _damaged(self, part: str) -> NoReturn:
        raise BadFile("file_damaged", file=self.name, part=part or "?") from None


@lru_cache(maxsize=4)  # most of those who return a workbook have left its styles as they were
def _formats(content: bytes) -> tuple[frozenset[str], frozenset[str]]:
    """The styles that show a date, and those that show a percentage."""
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
