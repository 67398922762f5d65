"""How a downloaded file was read, in the words of a preview."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xl_kpi.catalog.texts import is_text, text

if TYPE_CHECKING:
    from xl_kpi.exchange.exports.blocks import Block

_LONGEST = 60  # letters of a word of a file: a cell may hold thousands
_DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}


def shortened(words: str) -> str:
    """Words of a file in one line and no longer than a line should be."""
    shown = "".join(letter if letter.isprintable() else " " for letter in words)
    return shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…"


def as_role(word: str, role: str) -> str:
    """A header and what it is taken for; once where that is the same word."""
    return shortened(word) + ("" if role == word else f" → {role}")


def how_read(block: Block, lang: str) -> str:
    """Sheet, encoding, delimiter and header line."""
    grid = block.grid
    parts = [text("import_sheet", lang, sheet=shortened(grid.sheet))] if grid.sheet else []
    if grid.text:
        key = f"encoding_{grid.text.encoding.replace('-', '_')}"
        parts.append(text(key, lang) if is_text(key) else grid.text.encoding)
        parts.append(text(f"delimiter_{_DELIMITERS[grid.delimiter]}", lang))
    parts.append(text("import_header", lang, header=block.header))
    return text("list_comma", lang).join(parts)
