"""How cells look, attribute by attribute.  A cell's style may be shared, so every change makes a new one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

from openpyxl.cell.cell import Cell
from openpyxl.styles import PatternFill, Protection
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.numbers import BUILTIN_FORMATS_MAX_SIZE, BUILTIN_FORMATS_REVERSE
from xlwings import base_classes

from xl_kpi.engine.borders import Borders
from xl_kpi.engine.colors import hex_color, rgb
from xl_kpi.engine.rules import ConditionalFormats, DataValidation

_BLANK = (0,) * 9
_HORIZONTAL = {"center_across_selection": "centerContinuous"}


class RangeFormat:
    """The part of a Range that deals with formats."""

    sheet: Any

    @property
    def address(self) -> str:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError

    def cells(self, create: bool = False) -> Iterator[Cell]:
        """The cells that exist or, to be written, all of them."""
        raise NotImplementedError

    def restyle(self, key: Any, change: Callable[[StyleArray], None]) -> None:
        """Give each cell a changed copy of its style; equal styles are changed once and shared again.

        ``key`` picks the cells: a function of (row, column), or None for all.
        """
        self.sheet.book.writable()
        if len(self) > 1_000_000:
            raise ValueError(f"{self.address}: whole rows or columns can't be formatted")
        ready: dict[tuple[int, ...], StyleArray] = {}
        for cell in self.cells(create=True):
            if key is not None and not key(cell.row, cell.column):
                continue
            before = tuple(cell._style) if cell._style is not None else _BLANK
            style = ready.get(before)
            if style is None:
                style = ready[before] = StyleArray(before)
                change(style)
            cell._style = style

    def common(self, read: Callable[[Any], Any]) -> Any:
        """What all cells agree on, None when they differ."""
        found = {read(cell) for cell in self.cells()} or {read(Cell(self.sheet.ws, 1, 1))}
        return found.pop() if len(found) == 1 else None

    @property
    def font(self) -> Font:
        return Font(self)

    @property
    def borders(self) -> Borders:
        return Borders(self)

    @property
    def data_validation(self) -> DataValidation:
        return DataValidation(self)

    @property
    def conditional_formats(self) -> ConditionalFormats:
        return ConditionalFormats(self)

    @property
    def number_format(self) -> str | None:
        return self.common(lambda cell: cell.number_format)

    @number_format.setter
    def number_format(self, value: str) -> None:
        number = BUILTIN_FORMATS_REVERSE.get(value)
        if number is None:
            number = self.sheet.book.writable()._number_formats.add(value) + BUILTIN_FORMATS_MAX_SIZE
        self.restyle(None, lambda style: setattr(style, "numFmtId", number))

    @property
    def color(self) -> tuple[int, int, int] | None:
        cells = list(self.cells())
        fills = {rgb(cell.fill.fgColor) if cell.fill.fill_type == "solid" else None for cell in cells}
        if len(cells) < len(self):
            fills.add(None)
        return fills.pop() if len(fills) == 1 else (0, 0, 0)  # as Excel tells it of different fills

    @color.setter
    def color(self, value: Any) -> None:
        fill = PatternFill("solid", fgColor=hex_color(value)) if value is not None else PatternFill()
        number = self.sheet.book.writable()._fills.add(fill)
        self.restyle(None, lambda style: setattr(style, "fillId", number))

    def _align(self, **changes: Any) -> None:
        wb = self.sheet.book.writable()

        def change(style: StyleArray) -> None:
            alignment = copy(wb._alignments[style.alignmentId])
            for name, value in changes.items():
                setattr(alignment, name, value)
            style.alignmentId = wb._alignments.add(alignment)

        self.restyle(None, change)

    @property
    def wrap_text(self) -> bool | None:
        return self.common(lambda cell: bool(cell.alignment.wrap_text))

    @wrap_text.setter
    def wrap_text(self, value: bool) -> None:
        self._align(wrap_text=value)

    @property
    def horizontal_alignment(self) -> str | None:
        back = {word: name for name, word in _HORIZONTAL.items()}
        return self.common(lambda cell: back.get(cell.alignment.horizontal, cell.alignment.horizontal) or "general")

    @horizontal_alignment.setter
    def horizontal_alignment(self, value: str) -> None:
        self._align(horizontal=_HORIZONTAL.get(value, value))

    @property
    def vertical_alignment(self) -> str | None:
        return self.common(lambda cell: cell.alignment.vertical or "bottom")

    @vertical_alignment.setter
    def vertical_alignment(self, value: str) -> None:
        self._align(vertical=value)

    def adjust_indent(self, amount: int) -> None:
        self._align(indent=amount)

    def set_locked(self, locked: bool) -> None:
        """Whether the cells may be changed once the sheet is protected (xlwings has no word for it)."""
        number = self.sheet.book.writable()._protections.add(Protection(locked=locked))
        self.restyle(None, lambda style: setattr(style, "protectionId", number))


class Font(base_classes.Font):
    """The font of a range."""

    def __init__(self, area: RangeFormat) -> None:
        self.area = area

    @property
    def api(self) -> Font:
        return self

    def _set(self, **changes: Any) -> None:
        wb = self.area.sheet.book.writable()

        def change(style: StyleArray) -> None:
            font = copy(wb._fonts[style.fontId])
            for name, value in changes.items():
                setattr(font, name, value)
            style.fontId = wb._fonts.add(font)

        self.area.restyle(None, change)

    bold = property(
        lambda self: self.area.common(lambda cell: bool(cell.font.bold)), lambda self, value: self._set(bold=value)
    )
    italic = property(
        lambda self: self.area.common(lambda cell: bool(cell.font.italic)), lambda self, value: self._set(italic=value)
    )
    size = property(
        lambda self: self.area.common(lambda cell: cell.font.size), lambda self, value: self._set(size=value)
    )
    color = property(
        lambda self: self.area.common(lambda cell: rgb(cell.font.color)),
        lambda self, value: self._set(color=hex_color(value)),
    )
    name = property(
        lambda self: self.area.common(lambda cell: cell.font.name),
        lambda self, value: self._set(name=value, scheme=None),  # a font of its own leaves the theme's
    )
