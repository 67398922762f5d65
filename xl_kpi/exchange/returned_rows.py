"""The few rows of a sheet that matter, cut out of its XML before it is parsed: parsing is what takes the time."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_T, _RUN = f"{MAIN}t", f"{MAIN}r"
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ROOT = re.compile(rb"<worksheet\b[^>]*>")
_DATA, _DATA_END, _ROW, _ROW_END = b"<sheetData>", b"</sheetData>", b"<row", b"</row>"
_ENCODING = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding=[\"']([^\"']*)")
_ITEM = b'<si xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
_ITEM_END = b"</si>"
_PLAIN = re.compile(re.escape(_ITEM) + rb'<t(?: xml:space="preserve")?>([^<&\r]*)</t></si>')
_NUMBER = re.compile(rb'<row\b[^>]*?\sr="([0-9]{1,7})"')
# The first cell of a row, if it holds a text that cells share.
_FIRST = re.compile(
    rb'[^>]*><c r="([A-Z]{1,3})[0-9]+"(?: s="[0-9]+")? t="s"(?: s="[0-9]+")?><v>([0-9]{1,9})</v>'
)  # fmt: skip

# Number of a row; letters of its first column and number of the text in it ("" and -1 where there is none).
Keep = Callable[[int, str, int], bool]


def cut(content: bytes, keep: Keep) -> bytes | None:
    """A sheet with those rows alone that ``keep`` asks for.

    Result: None where the rows can't be told apart without parsing: comments, name spaces with a prefix, rows
    without numbers, another encoding.  No program writes these.
    """
    root, begin, end = _ROOT.search(content), content.find(_DATA), content.rfind(_DATA_END)
    if root is None or not 0 <= begin <= end or not _is_usual(content):
        return None
    kept = []
    for chunk in content[begin + len(_DATA) : end].split(_ROW_END)[:-1]:
        row = chunk[chunk.rfind(_ROW) :]  # before it may stand rows without cells
        number = _NUMBER.match(row)
        if number is None:
            return None
        first = _FIRST.match(row)
        letters, text = (first[1].decode(), int(first[2])) if first else ("", -1)
        if keep(int(number[1]), letters, text):
            kept.append(row + _ROW_END)
    return b"".join([root[0], _DATA, *kept, _DATA_END, b"</worksheet>"])


def items_of(content: bytes) -> list[bytes]:
    """The texts that cells share, each as a document of its own; none where they can't be told apart so.

    Of some hundred a workbook's entries need a few.
    """
    first, last = content.find(b"<si>"), content.rfind(_ITEM_END)
    if not 0 <= first <= last or b"<si/>" in content or not _is_usual(content):
        return []
    chunks = content[first:last].split(_ITEM_END)
    if not all(chunk.startswith(b"<si>") for chunk in chunks):
        return []
    return [_ITEM + chunk[len(b"<si>") :] + _ITEM_END for chunk in chunks]


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
    if len(item) == 1 and item[0].tag == _T:
        return unescaped(item[0].text or "")
    runs = [item, *item.iterfind(_RUN)]
    return unescaped("".join(run.findtext(_T) or "" for run in runs))


def unescaped(words: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), words) if "_x" in words else words


def whole(words: str | None, otherwise: int) -> int:
    return int(words) if words and words.isascii() and words.isdigit() and len(words) < 10 else otherwise
