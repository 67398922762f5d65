"""The few rows of a sheet that matter, and their cells, cut out of its XML: parsing is what takes the time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple
from xml.sax.saxutils import unescape

from xl_kpi.workbook import addresses

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_C, _F, _V, _IS, _T, _RUN = (MAIN + tag for tag in ("c", "f", "v", "is", "t", "r"))
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ROOT = re.compile(rb"<worksheet\b[^>]*>")
_DATA, _DATA_END, _ROW, _ROW_END = b"<sheetData>", b"</sheetData>", b"<row", b"</row>"
_ENCODING = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding=[\"']([^\"']*)")
_SPACE = b' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_ITEM, _ITEM_END = b"<si" + _SPACE + b">", b"</si>"
_PLAIN = re.compile(rb'<si><t(?: xml:space="preserve")?>([^<&\r]*)</t>')
_NUMBER = re.compile(rb'<row\b[^>]*?\sr="([0-9]{1,7})"')
# The first cell of a row, if it holds a text that cells share.
_FIRST = re.compile(
    rb'[^>]*><c r="([A-Z]{1,3})[0-9]+"(?: s="[0-9]+")? t="s"(?: s="[0-9]+")?><v>([0-9]{1,9})</v>'
)  # fmt: skip

_FORMULA = re.compile(rb"<f[ />]")
# A cell as Excel, LibreOffice and openpyxl write it; any other is left to the parser.
_CELL = re.compile(
    rb'<c r="([A-Z]{1,3})[0-9]{1,7}"(?: s="([0-9]{1,6})")?(?: t="([a-z]{1,4})")?'
    rb"(?:/>|>(?:<f([^<>]*?)(?:/>|>([^<]*)</f>))?"
    rb'(?:<v>([^<]*)</v>|<v ?/>|<is><t(?: xml:space="preserve")?>([^<\r]*)</t></is>)?</c>)'
)
_SHORT = 8_000  # bytes of a row that is worth remembering; those of ours are shorter, and a hostile one may be huge
_GROUP = re.compile(rb' si="([0-9]{1,9})"')
_ENTITY = re.compile("&(?!(?:lt|gt|quot|apos|amp);)")

# Number of a row; letters of its first column and number of the text in it ("" and -1 where there is none).
# Result: up to which column the row is asked for; 0: not at all.
Keep = Callable[[int, str, int], int]


class Cell(NamedTuple):
    """One cell as it stands in the file."""

    column: int  # 0 where it has no address, -1 where that is none
    style: str
    kind: str
    stored: str | None
    formula: str | None  # without "="; "" where it is shared with another cell
    group: str  # of the cells that share it
    inline: Any = None  # a text of its own, or the element of one


def cut(content: bytes, keep: Keep) -> list[tuple[int, bytes, int]] | None:
    """The rows that ``keep`` asks for: number, XML, and the last column that is asked for.

    Result: None where the rows can't be told apart without parsing: comments, name spaces with a prefix, rows
    without numbers, another encoding.  No program writes these.
    """
    begin, end = content.find(_DATA), content.rfind(_DATA_END)
    if not _ROOT.search(content) or not 0 <= begin <= end or not _is_usual(content):
        return None
    kept = []
    for chunk in content[begin + len(_DATA) : end].split(_ROW_END)[:-1]:
        row = chunk[chunk.rfind(_ROW) :]  # before it may stand rows without cells
        number = _NUMBER.match(row)
        if number is None:
            return None
        first = _FIRST.match(row)
        letters, text = (first[1].decode(), int(first[2])) if first else ("", -1)
        last = keep(int(number[1]), letters, text)
        if last:
            kept.append((int(number[1]), row + _ROW_END, last))
    return kept


def first_rows(content: bytes, most: int) -> list[tuple[int, bytes]] | None:
    """The rows up to number ``most``: number and XML.  None where they can't be told apart without parsing."""
    found, at, end = [], content.find(_DATA), content.find(_DATA_END)
    if not 0 <= at <= end or not _ROOT.search(content) or not _is_usual(content):
        return None
    while 0 <= (last := content.find(_ROW_END, at, end)):
        begin = content.rfind(_ROW, at, last)  # before it may stand rows without cells
        number = _NUMBER.match(content, begin) if begin >= 0 else None
        if number is None:
            return None
        at = last + len(_ROW_END)
        if int(number[1]) > most:
            break
        found.append((int(number[1]), content[begin:at]))
    return found


def rows_with_formulas(content: bytes) -> Iterator[tuple[int, bytes]] | None:
    """The rows that hold a formula: number and XML.  None where they can't be told apart without parsing."""
    begin, end = content.find(_DATA), content.rfind(_DATA_END)
    if not 0 <= begin <= end or not _ROOT.search(content) or not _is_usual(content):
        return None
    return _rows_with_formulas(content, begin, end)


def _rows_with_formulas(content: bytes, at: int, end: int) -> Iterator[tuple[int, bytes]]:
    while found := _FORMULA.search(content, at, end):
        begin, last = content.rfind(_ROW, at, found.start()), content.find(_ROW_END, found.start(), end)
        number = _NUMBER.match(content, begin) if begin >= 0 else None
        if number is None or last < 0:
            return
        at = last + len(_ROW_END)
        yield int(number[1]), content[begin:at]


def alone(content: bytes, row: bytes) -> bytes:
    """A sheet with this one row, to be parsed."""
    root = _ROOT.search(content)
    return b"".join([root[0] if root else b"<worksheet>", _DATA, row, _DATA_END, b"</worksheet>"])


def cells_in(row: bytes, last: int) -> list[Cell] | None:
    """The cells of a row up to column ``last``; None where it takes a parser to tell."""
    return _known_cells(row, last) if len(row) <= _SHORT else _cells(row, last)


@lru_cache(maxsize=1024)  # most rows are in most files as they were sent
def _known_cells(row: bytes, last: int) -> list[Cell] | None:
    return _cells(row, last)


def _cells(row: bytes, last: int) -> list[Cell] | None:
    cells: list[Cell] = []
    column, end = 0, row.find(b">") + 1
    stop = len(row) - len(_ROW_END)
    for found in _CELL.finditer(row, end, stop):
        letters, style, kind, more, formula, stored, inline = found.groups()
        before, column = column, column_number(letters)
        if found.start() != end or column <= before:
            return None
        end = found.end()
        if column > last:
            return cells
        words = _words(stored) if stored else None
        said = None if more is None else _words(formula) if formula else ""
        own = _words(inline) if inline is not None else None
        if words is _UNUSUAL or said is _UNUSUAL or own is _UNUSUAL:
            return None
        group = more and _GROUP.search(more)
        cells.append(
            Cell(column, style.decode() if style else "0", kind.decode() if kind else "n", words, said,
                 group[1].decode() if group else "", own)
        )  # fmt: skip
    return cells if end == stop else None


_UNUSUAL = "\0"  # stands in no XML


def _words(raw: bytes) -> str:
    try:
        words = raw.decode()
    except UnicodeDecodeError:
        return _UNUSUAL
    if "&" in words:
        if _ENTITY.search(words):
            return _UNUSUAL
        words = unescape(words, {"&quot;": '"', "&apos;": "'"})
    return words if words.isprintable() else _UNUSUAL


def cells_of(row: Any) -> Iterator[Cell]:
    """The cells of a row that was parsed."""
    for cell in row:
        if cell.tag != _C:
            continue
        stored, inline, formula, group = None, None, None, ""
        for part in cell:
            if part.tag == _V:
                stored = part.text
            elif part.tag == _F:
                formula, group = part.text or "", part.get("si", "")
            elif part.tag == _IS:
                inline = part
        yield Cell(
            _column_in(cell.get("r", "")), cell.get("s", "0"), cell.get("t", "n"), stored, formula, group, inline
        )


def _column_in(address: str) -> int:
    return column_number(address.rstrip("0123456789").upper().encode("ascii", "replace")) or -bool(address)


@lru_cache(maxsize=1024)
def column_number(letters: bytes) -> int:
    """1 for A; 0 for what is no column."""
    return (
        addresses.column_number(letters.decode())
        if len(letters) <= 3 and letters.isalpha() and letters.isupper()
        else 0
    )


def items_of(content: bytes) -> list[bytes]:
    """The texts that cells share, for ``plain_text`` and ``whole_item``; none where they can't be told apart so.

    Of some hundred a workbook's entries need a few.
    """
    first, last = content.find(b"<si>"), content.rfind(_ITEM_END)
    if not 0 <= first <= last or b"<si/>" in content or not _is_usual(content):
        return []
    chunks = content[first:last].split(_ITEM_END)
    if not all(chunk.startswith(b"<si>") for chunk in chunks):
        return []
    return chunks


def whole_item(item: bytes) -> bytes:
    """One of these as a document of its own."""
    return _ITEM + item.removeprefix(b"<si>") + _ITEM_END


def _is_usual(content: bytes) -> bool:
    """UTF-8 without comments or anything else in which a tag could stand that is none."""
    declared = _ENCODING.match(content)
    return b"<!" not in content and content.count(b"<?") <= 1 and (not declared or declared[1].lower() == b"utf-8")


def plain_text(item: bytes) -> str | None:
    """The text of one of these; None where it takes a parser to tell (pieces, readings, escapes)."""
    found = _PLAIN.fullmatch(item)
    return found[1].decode("utf-8", "replace") if found else None


def text_of(item: Any) -> str:
    """The text of a cell without the readings that Excel keeps beside Japanese."""
    if isinstance(item, str):
        return unescaped(item)
    if len(item) == 1 and item[0].tag == _T:
        return unescaped(item[0].text or "")
    runs = [item, *item.iterfind(_RUN)]
    return unescaped("".join(run.findtext(_T) or "" for run in runs))


def unescaped(words: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), words) if "_x" in words else words


def whole(words: str | None, otherwise: int) -> int:
    return int(words) if words and words.isascii() and words.isdigit() and len(words) < 10 else otherwise
