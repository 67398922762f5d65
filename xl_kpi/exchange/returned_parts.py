"""A returned workbook as the readers of plans ask for it: names and ranges straight from the parts of the file.

Only the sheets that are asked for are read, and of these only the rows and columns behind the names: what else a
person has put into the workbook costs little time and can do no harm.
"""

from __future__ import annotations

import datetime as dt
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from io import BytesIO
from typing import Any, NoReturn

from lxml import etree

from xl_kpi.catalog import text
from xl_kpi.errors import BadFile
from xl_kpi.workbook.areas import Area, NamedArea, area_of
from xl_kpi.workbook.tables import MOST_COLUMNS, MOST_ROWS

Test = Callable[[str], bool]
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_C, _F, _V, _IS, _T, _RUN = (_MAIN + tag for tag in ("c", "f", "v", "is", "t", "r"))
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_SAFE: Mapping[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
_BIG = 4_000_000  # bytes of a sheet: in memory ten times as much
# Number formats of dates that have a number and no text of their own in a file.
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_NO_DATE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_EPOCH, _EPOCH_1904 = dt.datetime(1899, 12, 30), dt.datetime(1904, 1, 1)


class PartsBook:
    """What ``workbook.tables`` asks of a book, over the parts of a package that has been checked.

    Arguments: ``parts`` as ``package.read_parts`` gives them; ``file`` and ``lang`` for messages; ``wanted`` says
    of a defined name whether it matters, ``needless`` of the text in the first column of a row behind such a name
    whether the row does not: it then reads as blank.
    Errors: BadFile where a part is missing or is no XML.
    """

    def __init__(self, parts: Mapping[str, bytes], file: str, lang: str, wanted: Test, needless: Test):
        self.name, self.needless, self._lang, self._parts = file, needless, lang, parts
        main = next((target for _, kind, target in self._relations("") if kind.endswith("/officeDocument")), "")
        tree = self._tree(main)
        settings = tree.find(f"{_MAIN}workbookPr")
        mac = settings is not None and settings.get("date1904") in ("1", "true")
        self.epoch = _EPOCH_1904 if mac else _EPOCH
        self._main_relations = self._relations(main)
        self._known: dict[int, str | None] = {}
        targets = {relation: target for relation, _, target in self._main_relations}
        self.sheets: dict[str, PartsSheet] = {}
        for sheet in tree.iterfind(f"{_MAIN}sheets/{_MAIN}sheet"):
            part = targets.get(sheet.get(_RELATION, ""), "")
            self.sheets[sheet.get("name", "")] = PartsSheet(self, sheet.get("name", ""), part)
        self.names = [
            NamedArea(self, name, reference)
            for name, reference in _names(tree.iterfind(f"{_MAIN}definedNames/{_MAIN}definedName"))
            if wanted(name)
        ]
        for name in self.names:
            area = name.refers_to_range
            if area is not None and area.shape[0] <= MOST_ROWS and area.shape[1] <= MOST_COLUMNS:
                area.sheet.wanted.append(area)  # a wider one is refused when it is asked for

    def defined(self, name: str) -> bool:
        """Whether a name stands for a rectangle of a sheet that is there."""
        return any(each.name == name and each.refers_to_range is not None for each in self.names)

    def string(self, index: int) -> str | None:
        """One of the texts that cells share."""
        if index not in self._known:
            strings, count = self._strings
            self._known[index] = _text(strings[index]) if 0 <= index < count else None
        return self._known[index]

    @cached_property
    def _strings(self) -> tuple[Sequence[Any], int]:
        part = self._beside("/sharedStrings")
        tree = self._tree(part) if part else ()
        count = len(tree)
        return tree if count < 3000 else list(tree), count  # an element finds a child by counting: quick for a few

    @cached_property
    def dated(self) -> set[str]:
        """The numbers of the styles that show a date."""
        part = self._beside("/styles")
        if not part:
            return set()
        tree = self._tree(part)
        own = {item.get("numFmtId"): item.get("formatCode", "") for item in tree.iter(f"{_MAIN}numFmt")}
        formats = [item.get("numFmtId", "0") for item in tree.iterfind(f"{_MAIN}cellXfs/{_MAIN}xf")]
        return {str(number) for number, code in enumerate(formats) if _is_date(code, own)}

    def rows_of(self, part: str) -> Iterator[etree._Element]:
        """The rows of a sheet one by one; of a big one each is gone before the next, so that it takes no memory."""
        content = self._part(part)
        if len(content) < _BIG:
            yield from self._tree(part).iter(f"{_MAIN}row")
            return
        try:
            for _, row in etree.iterparse(BytesIO(content), tag=f"{_MAIN}row", **_SAFE):
                yield row
                row.clear()
                while row.getprevious() is not None:
                    del row.getparent()[0]
        except etree.XMLSyntaxError:
            self._damaged(part)

    def _relations(self, part: str) -> list[tuple[str, str, str]]:
        """Id, type and target of everything inside the package that a part points at."""
        folder, name = posixpath.split(part)
        tree = self._tree(posixpath.join(folder, "_rels", f"{name}.rels"))
        inside = (item for item in tree if item.get("TargetMode") != "External")
        return [(item.get("Id", ""), item.get("Type", ""), _absolute(folder, item)) for item in inside]

    def _beside(self, kind: str) -> str:
        """The part of this kind that belongs to the whole workbook; "" where there is none."""
        return next((target for _, type_, target in self._main_relations if type_.endswith(kind)), "")

    @cached_property
    def _called(self) -> dict[str, str]:
        return {name.lower(): name for name in self._parts}

    def _part(self, part: str) -> bytes:
        name = self._called.get(part.lower())
        if name is None:
            self._damaged(part)
        return self._parts[name]

    def _tree(self, part: str) -> etree._Element:
        try:
            return etree.fromstring(self._part(part), etree.XMLParser(**_SAFE))
        except etree.XMLSyntaxError:
            self._damaged(part)

    def _damaged(self, part: str) -> NoReturn:
        raise BadFile(text("file_damaged", self._lang, file=self.name, part=part or "?")) from None


class PartsSheet:
    """One sheet, as far as names reach; read when first asked for."""

    def __init__(self, book: PartsBook, name: str, part: str):
        self.book, self.name, self._part = book, name, part
        self.wanted: list[Area] = []

    def range(self, first: Any, last: Any = None) -> Area:
        """By address, (row, column), or two corners."""
        return area_of(self, first, last)

    @property
    def values(self) -> _Rows:
        """Numbers, texts, dates; the stored result of a formula; None for blanks and error values."""
        return self._matrices[0]

    @property
    def formulas(self) -> _Rows:
        """Formulas with "=", error values by their name, "" for everything else."""
        return self._matrices[1]

    @cached_property
    def _matrices(self) -> tuple[_Rows, _Rows]:
        values, formulas = _Rows(), _Rows()
        shared: dict[str, str] = {}
        last = max((area.last_row for area in self.wanted), default=0)
        number = 0
        for row in self.book.rows_of(self._part):
            number = _whole(row.get("r"), number + 1)
            if number > last:
                break
            areas = [area for area in self.wanted if area.row <= number <= area.last_row]
            if areas and number > len(values):  # a number that does not rise is in no sound file
                columns = min(area.column for area in areas), max(area.last_column for area in areas)
                self._row(row, columns, values.add(number), formulas.add(number), shared)
        return values, formulas

    def _row(self, row: Any, columns: tuple[int, int], values: list, formulas: list, shared: dict[str, str]) -> None:
        first, last = columns
        for cell in row:
            if cell.tag != _C:
                continue
            column = _column_of(cell.get("r")) or len(values) + 1
            if not len(values) < column <= last:
                continue
            value, formula = self._cell(cell, shared)
            if blanks := column - len(values) - 1:
                values += [None] * blanks
                formulas += [""] * blanks
            values.append(value)
            formulas.append(formula)
            if column == first and isinstance(value, str) and self.book.needless(value):
                return

    def _cell(self, cell: Any, shared: dict[str, str]) -> tuple[Any, str]:
        """Value and formula of a cell."""
        kind, stored, inline, formula = cell.get("t", "n"), None, None, ""
        for part in cell:
            if part.tag == _V:
                stored = part.text
            elif part.tag == _F:
                formula = _formula(part, shared)
            elif part.tag == _IS:
                inline = part
        if kind == "inlineStr":
            return None if inline is None else _text(inline), formula
        if kind == "str":
            return _unescaped(stored or ""), formula
        if stored is None:
            return None, formula
        if kind == "s":
            return self.book.string(_whole(stored, -1)), formula
        if kind == "e":
            return None, formula or _unescaped(stored)
        if kind == "b":
            return stored.strip() in ("1", "true"), formula
        return self._number(stored, kind, cell.get("s", "0")), formula

    def _number(self, stored: str, kind: str, style: str) -> Any:
        try:
            if kind == "d":
                return dt.datetime.fromisoformat(stored.strip()).replace(tzinfo=None)
            number = float(stored)
            return self.book.epoch + dt.timedelta(days=number) if style in self.book.dated else number
        except (ValueError, OverflowError):  # 1E+300 is no date
            return _unescaped(stored)


class _Rows:
    """The rows of a sheet of which most are blank, as ``Area`` reads them: by position, the first is 0."""

    def __init__(self) -> None:
        self._filled: dict[int, list[Any]] = {}
        self._count = 0

    def add(self, number: int) -> list[Any]:
        """A new last row; rows are counted from 1."""
        self._count = number
        return self._filled.setdefault(number - 1, [])

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, position: int) -> list[Any]:
        return self._filled.get(position, [])


def _names(items: Iterable[Any]) -> Iterator[tuple[str, str]]:
    """Name → reference; of a name that a copied sheet has again for itself, the one of the whole workbook."""
    whole: dict[str, str] = {}
    local: dict[str, list[str]] = {}
    for item in items:
        name, refers_to = item.get("name", ""), item.text or ""
        if item.get("localSheetId") is None:
            whole.setdefault(name, refers_to)
        else:
            local.setdefault(name, []).append(refers_to)
    yield from whole.items()
    yield from ((name, each[0]) for name, each in local.items() if name not in whole and len(each) == 1)


def _absolute(folder: str, relation: Any) -> str:
    target = relation.get("Target", "")
    return posixpath.normpath(target[1:] if target.startswith("/") else posixpath.join(folder, target))


def _text(item: Any) -> str:
    """The text of a cell without the readings that Excel keeps beside Japanese."""
    if len(item) == 1 and item[0].tag == _T:
        return _unescaped(item[0].text or "")
    runs = [item, *item.iterfind(_RUN)]
    return _unescaped("".join(run.findtext(_T) or "" for run in runs))


def _unescaped(words: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), words) if "_x" in words else words


def _formula(formula: Any, shared: dict[str, str]) -> str:
    """The formula with "="; one that is shared with another cell in the words of that cell."""
    words, group = formula.text or "", formula.get("si", "")
    if words and group:
        shared[group] = words
    return "=" + (words or shared.get(group, ""))


def _is_date(number: str, own: Mapping[str, str]) -> bool:
    if number in own:
        return bool(re.search("[dmyhs]", _NO_DATE.sub("", own[number].partition(";")[0]), re.IGNORECASE))
    return _whole(number, 0) in _DATES


def _whole(words: str | None, otherwise: int) -> int:
    return int(words) if words and words.isascii() and words.isdigit() and len(words) < 10 else otherwise


def _column_of(address: str | None) -> int:
    """The column of a cell's address; 0 where it has none."""
    return _column((address or "").rstrip("0123456789"))


@lru_cache(maxsize=1024)
def _column(letters: str) -> int:
    number = 0
    for letter in letters if len(letters) <= 3 and letters.isascii() and letters.isupper() else "":
        number = number * 26 + ord(letter) - 64
    return number
