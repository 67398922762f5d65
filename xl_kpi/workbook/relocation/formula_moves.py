"""A formula of the user's on its way to the new sheets: what of it changes, and what is to be told about that."""

from __future__ import annotations

import re
from dataclasses import replace

from xl_kpi.workbook.addresses import quoted
from xl_kpi.workbook.cells.references import LOST, Cells, cells_of, rewritten, sheet_words, without_sheet
from xl_kpi.workbook.relocation.moved_sheets import MovedSheets

# Functions that count rows or columns by numbers, which nothing can re-aim.
_COUNTING = re.compile(r"(?<![\w.])(?:INDEX|OFFSET|[VH]LOOKUP|CHOOSE(?:ROWS|COLS)|TAKE|DROP)\s*\(", re.IGNORECASE)
# Functions that are told in a text where to look, and texts in quotes.
_IN_WORDS = re.compile(r"(?<![\w.])(?:INDIRECT|HYPERLINK)\s*\(", re.IGNORECASE)
_TEXT = re.compile(r'"((?:[^"]|"")*)"')
_NAMES = re.compile(r"(?:'((?:[^']|'')+)'|([^\s\"'!=+\-*/^&(),;:<>{}\[\]$#@%]+))!")
_OFFSET = re.compile(r"(?<![\w.])OFFSET\s*\(", re.IGNORECASE)


class FormulaMove:
    """One formula on its way: ``old`` becomes ``new``.

    ``ours``: it mentions one of our sheets, or a name that goes; ``lost``: something that it pointed at is gone
    (#REF!); ``widened``: rows that it did not cover now stand between those that it did; ``check``: it counts rows or
    columns of a range of ours in which they are others now; ``in_words``: it names cells of ours in a text.
    """

    def __init__(self, moves: MovedSheets, text: str, home: str | None):
        self.moves, self.home = moves, home
        self.ours = self.lost = self.widened = self.check = False
        self._counts = _COUNTING.search(text) is not None
        self._offsets = self._counts and _OFFSET.search(text) is not None
        self.old, self.new = text, rewritten(text, self.on_sheets, self.here, self.word)
        self.in_words = _IN_WORDS.search(text) is not None and any(map(self._goes, _TEXT.findall(text)))

    def _goes(self, words: str) -> bool:
        """Whether a text that names a sheet of ours no longer leads to the cells that it did."""
        words = words.replace('""', '"').removeprefix("#")
        found = [self.moves.called((one or other).replace("''", "'")) for one, other in _NAMES.findall(words)]
        sheets = [name for name in found if name]
        if not sheets:
            return False
        if any(self.moves.successor(name) != name for name in sheets):
            return True
        there = FormulaMove(self.moves, words, None)
        return there.lost or _plain(there.new) != _plain(words)

    def on_sheets(self, sheets: str, area: str) -> str | None:
        first, colon, last = sheets.partition(":")
        if colon:
            return self._through(first, last, area)
        name = self.moves.called(sheets)
        if name is None:
            return None
        self.ours = True
        new = self.moves.successor(name)
        if new is None:
            cells = cells_of(without_sheet(area)) if area else None
            rest = cells and self.moves.rest(name, cells)
            return f"{sheet_words(rest, sheets)}!{area}" if rest else self._lose()
        moved = self._moved(name, area)
        if moved == LOST:
            return LOST
        if new == sheets and moved == area:
            return None
        return f"{sheet_words(new, sheets)}!{moved}"

    def here(self, area: str) -> str | None:
        if self.home is None:
            return None
        return self._moved(self.home, area) if self.moves.successor(self.home) else self._lose()

    def word(self, name: str) -> str | None:
        if self.moves.is_gone(name):
            return self._lose()
        if self._counts and self.moves.is_new(name):
            places = self.moves.named(name)
            self.check = self.check or (self._reshaped(*places) if places else self.moves.reordered(name))
        return None

    def _through(self, first: str, last: str, area: str) -> str | None:
        """Through several sheets: the ends follow their sheets, the cells stay (they differ from sheet to sheet)."""
        ends = [self.moves.called(end) for end in (first, last)]
        if not any(ends):
            return None
        self.ours = True
        new = [(self.moves.successor(name) or "") if name else end for name, end in zip(ends, (first, last))]
        if "" in new:
            return self._lose()
        lost, moved = self.lost, {self._moved(name, area) for name in ends if name}
        self.lost, self.widened = lost, self.widened or moved != {area}
        return None if new == [first, last] else f"{quoted(':'.join(new))}!{area}"

    def _moved(self, name: str, text: str) -> str:
        """The text of an area on one of our sheets after the move; as it stands where nothing has moved."""
        area = cells_of(without_sheet(text)) if text else None
        if area is None:
            return text
        if area.single:
            cell = self.moves.move(name).cell(area.row, area.column)
            now = (
                None
                if cell is None
                else replace(area, row=cell[0], column=cell[1], last_row=cell[0], last_column=cell[1])
            )
        else:
            now, strangers = self.moves.move(name).area(area)
            self.widened = self.widened or strangers
        if now is None:
            return self._lose()
        if self._counts and not area.single or self._offsets:
            self.check = self.check or self._reshaped(name, area, now)
        return text if now == area else now.text()

    def _reshaped(self, name: str, area: Cells, now: Cells) -> bool:
        """Whether a range has other rows or columns now, or the same in another order.

        Special cases: of a single cell, what stands to the right of it and below it.
        """
        move, grid = self.moves.move(name), self.moves.grid(name)
        if not area.single and _size(area) != _size(now):
            return True
        last_row, last_column = area.last_row, area.last_column
        if area.single:  # the links in the first row may go on beside all that stands below them
            last_row = grid.rows
            last_column = max((column for row, column in grid.filled if row >= area.row), default=0)
        rows = range(area.row + 1, min(last_row, grid.rows) + 1) if area.row else ()
        columns = range(area.column + 1, min(last_column, grid.columns) + 1) if area.column else ()
        below = [(row - area.row, move.cell(row, area.column or 1)) for row in rows]
        right = [(column - area.column, move.cell(area.row or 1, column)) for column in columns]
        moved = any(there and there[0] - now.row != k for k, there in below)
        return moved or any(there and there[1] - now.column != k for k, there in right)

    def _lose(self) -> str:
        self.ours = self.lost = True
        return LOST


def _plain(words: str) -> str:
    return words.replace("'", "").replace("$", "")


def _size(area: Cells) -> tuple[int, int]:
    return area.last_row - area.row, area.last_column - area.column
