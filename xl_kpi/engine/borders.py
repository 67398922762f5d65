"""The borders of a range: its edges, the lines inside it, the diagonals of its cells."""

from __future__ import annotations

from copy import copy
from typing import Any

from openpyxl.styles import Side
from openpyxl.styles.cell_style import StyleArray
from xlwings import base_classes
from xlwings.base_classes import _UNSET

from xl_kpi.engine.colors import hex_color, rgb

# (line style, weight) in Excel's words -> the file's one word for both.
_LINES = {
    ("continuous", "hairline"): "hair",
    ("continuous", "thin"): "thin",
    ("continuous", "medium"): "medium",
    ("continuous", "thick"): "thick",
    ("dash", "thin"): "dashed",
    ("dash", "medium"): "mediumDashed",
    ("dash_dot", "thin"): "dashDot",
    ("dash_dot", "medium"): "mediumDashDot",
    ("dash_dot_dot", "thin"): "dashDotDot",
    ("dash_dot_dot", "medium"): "mediumDashDotDot",
    ("dot", "thin"): "dotted",
    ("double", "thick"): "double",
    ("slant_dash_dot", "medium"): "slantDashDot",
}
_LINES_BACK = {line: words for words, line in _LINES.items()}


def _line(style: str, weight: str) -> str:
    """The file's word for a line; a weight that this style does not come in gives the style's own."""
    if (style, weight) in _LINES:
        return _LINES[style, weight]
    return next(line for (name, _), line in _LINES.items() if name == style and line not in ("hair",))


class Border(base_classes.Border):
    """One side of a range."""

    def __init__(self, area: Any, side: str) -> None:
        self.area = area
        self.side = side

    @property
    def api(self) -> Border:
        return self

    def _cells(self) -> list[tuple[Any, str]]:
        """(which cells, which of their sides): a line inside belongs to both cells that it parts."""
        area, side = self.area, self.side
        (top, left), (bottom, right) = (area.row, area.column), area.last
        inside = {
            "edge_top": [(lambda r, c: r == top, "top")],
            "edge_bottom": [(lambda r, c: r == bottom, "bottom")],
            "edge_left": [(lambda r, c: c == left, "left")],
            "edge_right": [(lambda r, c: c == right, "right")],
            "inside_vertical": [(lambda r, c: c < right, "right"), (lambda r, c: c > left, "left")],
            "inside_horizontal": [(lambda r, c: r < bottom, "bottom"), (lambda r, c: r > top, "top")],
        }
        return inside.get(side, [(lambda r, c: True, "diagonal")])

    def _read(self, what: Any) -> Any:
        found = {
            what(getattr(cell.border, name))
            for picks, name in self._cells()
            for cell in self.area.cells()
            if picks(cell.row, cell.column)
        }
        return found.pop() if len(found) == 1 else None

    def _words(self, index: int) -> Any:
        return self._read(lambda side: _LINES_BACK.get(side.style, (None, None))[index] if side else None)

    line_style = property(lambda self: self._words(0), lambda self, value: self.set(line_style=value))
    weight = property(lambda self: self._words(1), lambda self, value: self.set(weight=value))
    color = property(
        lambda self: self._read(lambda side: rgb(side.color) if side else None),
        lambda self, value: self.set(color=value),
    )

    def set(self, line_style: Any = _UNSET, weight: Any = _UNSET, color: Any = _UNSET) -> None:
        """Change what is given; a line that was not there yet starts as thin and black."""
        wb = self.area.sheet.book.writable()
        for picks, name in self._cells():

            def change(style: StyleArray, name: str = name) -> None:
                border = copy(wb._borders[style.borderId])
                before = getattr(border, name) or Side()
                words = _LINES_BACK.get(before.style, ("continuous", "thin"))
                if line_style is None:
                    after = Side()
                else:
                    words = words[0] if line_style is _UNSET else line_style, words[1] if weight is _UNSET else weight
                    after = Side(style=_line(*words), color=before.color if color is _UNSET else hex_color(color))
                setattr(border, name, after)
                if self.side in ("diagonal_down", "diagonal_up"):
                    setattr(border, "diagonalDown" if self.side == "diagonal_down" else "diagonalUp", bool(after.style))
                style.borderId = wb._borders.add(border)

            self.area.restyle(picks, change)


class Borders(base_classes.Borders):
    """All borders of a range."""

    def __init__(self, area: Any) -> None:
        self.area = self.parent = area

    @property
    def api(self) -> Borders:
        return self

    def __getitem__(self, side: str) -> Border:
        return Border(self.area, side)

    def set(self, which: Any = "all", *, line_style: Any = _UNSET, weight: Any = _UNSET, color: Any = _UNSET) -> None:
        for side in which:
            self[side].set(line_style, weight, color)

    def _common(self, what: str) -> Any:
        found = {getattr(self[side], what) for side in self._grid_sides()}
        return found.pop() if len(found) == 1 else None

    line_style = property(lambda self: self._common("line_style"))
    weight = property(lambda self: self._common("weight"))
    color = property(lambda self: self._common("color"))
