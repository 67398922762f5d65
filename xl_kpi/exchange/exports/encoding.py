"""From the bytes of a text file to text: the encodings that downloads come in, tried strictly and in a fixed order."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

# A file that was cut while it was written may end within a character.
_LONGEST_CHARACTER = 4
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_IN_TURN = ("utf-8", "cp932", "euc_jp")
LOST = "\ufffd"


@dataclass(frozen=True)
class Decoded:
    """A text and how it was told from its bytes.

    ``encoding``: Python's name of it.  ``cut``: bytes at the end that are no whole character and were left out.
    ``lost``: signs that were lost when the file was written (U+FFFD stands in their place).
    """

    text: str
    encoding: str
    cut: int = 0

    @property
    def lost(self) -> int:
        return self.text.count(LOST)

    @property
    def is_torn(self) -> bool:
        """Whether the file ends within a character or within quotes."""
        return bool(self.cut) or self.whole != self.text

    @property
    def whole(self) -> str:
        """The text without its last line where that was cut within a character or within quotes."""
        if not self.cut and self.text.count('"') % 2 == 0:
            return self.text
        kept = self.text[: max(self.text.rfind("\n"), self.text.rfind("\r")) + 1]
        return kept if self.cut or kept.count('"') % 2 == 0 else self.text


def readings(data: bytes) -> list[Decoded]:
    """Every way in which the bytes are text, the likeliest first; none for what is no text.

    Order: what a mark at the beginning says; UTF-16 where every other byte is zero; UTF-8; cp932; EUC-JP.  The first
    that decodes without a fault is right in nearly all files; the others are for the reader who knows words that
    must come out (a short header in EUC-JP is also half-width kana in cp932).
    Special cases: no bytes are an empty text in UTF-8; control characters other than tabs, line and page breaks in
    more than one of a hundred signs say that it is no text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _decoded(data, encoding)
    if wide := _wide(data):
        return _decoded(data, wide)
    found: list[Decoded] = []
    for encoding in _IN_TURN:
        found += _decoded(data, encoding)
        if found and encoding == "utf-8" and not found[0].cut:
            break  # what is whole UTF-8 is nothing else, but for plain ASCII, which says the same in all
    return found


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: one byte of each pair is zero nearly everywhere in the first lines of a table."""
    head = data[:4096]
    if b"\0" not in head:
        return ""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) * 8 < len(head):
        return ""
    return "utf-16-be" if even > odd else "utf-16-le"


def _decoded(data: bytes, encoding: str) -> list[Decoded]:
    for cut in range(_LONGEST_CHARACTER):
        whole = data[: len(data) - cut] if cut else data
        try:
            text = whole.decode(encoding)
        except UnicodeDecodeError as fault:
            if fault.end < len(whole) and fault.start + _LONGEST_CHARACTER < len(whole):
                return []
            continue
        return [Decoded(text, encoding, cut)] if _is_text(text) else []
    return []


def _is_text(text: str) -> bool:
    head = text[:65536]
    odd = sum(sign < " " and sign not in "\t\r\n\f\x1a" for sign in head)
    return odd * 100 <= len(head)
