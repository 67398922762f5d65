"""A generated sheet as the user's file has it: its cells, its texts, and where each of its cells is now."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from xl_kpi.workbook.addresses import Place, place_of
from xl_kpi.workbook.cells.rectangles import Places, Rect
from xl_kpi.workbook.package.package import main

_C, _V, _ROW = (main(name) for name in ("c", "v", "row"))


@dataclass(frozen=True)
class OldSheet:
    """One of our sheets as the user's file has it.

    ``names`` of all of them; ``part`` and ``root`` its part; ``area`` what of it is printed; ``blocks`` the cells
    behind our names of actuals; ``to`` where a cell is now, ``drawn`` where what is drawn over a cell is now;
    ``formula`` how a formula that stands on the sheet reads now, ``back`` how those read that come back (see
    ``graft``).
    """

    name: str
    names: Collection[str]
    part: str
    root: Any
    area: Rect | None
    blocks: Sequence[Rect]
    to: Callable[[int, int], Place | None]
    drawn: Callable[[int, int], Place]
    formula: Callable[[str], str]
    back: Mapping[Place, str] = field(default_factory=dict)

    @property
    def places(self) -> Places:
        return Places(self.to)


class SharedTexts:
    """The texts that cells of the user's file share, read when first asked for."""

    def __init__(self, items: Callable[[], Iterable[Any]]):
        self._items = items

    @cached_property
    def _all(self) -> list[Any]:
        return [item for item in self._items() if isinstance(item.tag, str)]

    @cached_property
    def _plain(self) -> dict[str, int]:
        """Texts without formats of their own → number."""
        found: dict[str, int] = {}
        for number, item in enumerate(self._all):
            if [child.tag for child in item] == [main("t")]:
                found.setdefault(words_of(item), number)
        return found

    def text(self, number: int) -> str:
        return words_of(self._all[number]) if number < len(self._all) else ""

    def number(self, words: str) -> int | None:
        """The number of a text that is there already."""
        return self._plain.get(words)


def rows_of(root: Any) -> Iterator[tuple[int, Any]]:
    """Number and element of each row; numbers may be left out of a file."""
    number = 0
    for row in root.iterfind(f"{main('sheetData')}/{_ROW}"):
        number = int(row.get("r", number + 1))
        yield number, row


def cells_of(root: Any) -> Iterator[tuple[Place, Any, Any]]:
    """Place, cell and row of each cell that is written."""
    for number, row in rows_of(root):
        column = 0
        for cell in row.iterfind(_C):
            column = (place_of(cell.get("r", "")) or (number, column + 1))[1]
            yield (number, column), cell, row


def words_of(item: Any) -> str:
    """The words of a text, without the readings that stand beside Japanese ones."""
    return "".join(each.text or "" for each in item.iter(main("t")) if each.getparent().tag != main("rPh"))


def rows_with_id(root: Any) -> set[int]:
    """The rows in which something stands in column A: one of ours each."""
    return {place[0] for place, cell, _ in cells_of(root) if place[1] == 1 and cell.find(_V) is not None}
