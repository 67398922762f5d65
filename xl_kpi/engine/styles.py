"""Named cell styles and the theme of one workbook, ours or taken from a template that a person restyled."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import suppress
from copy import copy
from typing import Any
from xml.sax.saxutils import escape

from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE, is_date_format
from openpyxl.workbook import Workbook
from openpyxl.writer.theme import theme_xml

from xl_kpi.engine.stylesheet import PREFIX, named_styles

# Amounts in 千円 and 百万円: in version 0.1 their cells held yen, and the format scaled them.
_SCALED = (".thousand_yen", ".million_yen")
_SCALE = re.compile(r"(?<=[0#]),+(?=$|;)")
_PARTS = ("font", "fill", "border", "alignment", "number_format")


class StyleBook:
    """The named styles of one workbook, and a ready style array for each."""

    def __init__(self, wb: Workbook) -> None:
        self.wb = wb
        self.fonts = ("Calibri", "游ゴシック")
        self.adopted: dict[str, dict[str, Any]] = {}
        self._arrays: dict[str, StyleArray] = {}
        self._quoted: dict[str, StyleArray] = {}
        self._named: dict[str, NamedStyle] = {}

    def set_fonts(self, latin: str, east_asian: str) -> None:
        """The theme fonts, and the font of the style Normal (the first in the file: Excel measures widths by it)."""
        self.fonts = (latin, east_asian)
        if self.wb.loaded_theme is None or not self.adopted:
            self.wb.loaded_theme = _theme(latin, east_asian)
        normal = Font(name=latin, size=11, family=2, scheme="minor", color="FF000000")
        self.wb._fonts[0] = normal
        self.wb._fonts.clean = False
        self.wb._fonts.index(normal)  # has the index of fonts rebuilt
        self.wb._named_styles["Normal"].font = normal

    def define(self, styles: Mapping[str, Any]) -> None:
        """Make a named Excel style of each; what was adopted from a template comes before our own definition."""
        for name, style in styles.items():
            named = NamedStyle(name=PREFIX + name, **{**self._definition(style), **self.adopted.get(name, {})})
            named.protection = Protection(locked=style.locked)
            if name in self._named:
                raise ValueError(f"the style {name!r} is defined twice")
            self.wb._named_styles.append(named)
            named.bind(self.wb)
            self._named[name] = named
            self._arrays[name] = named.as_tuple()

    def _definition(self, style: Any) -> dict[str, Any]:
        sides = {side: Side() for side in ("left", "right", "top", "bottom")}
        sides |= {side: Side(style=line, color="FF" + color) for side, line, color in style.borders}
        return {
            "font": Font(
                name=self.fonts[0],
                size=style.size,
                bold=style.bold,
                italic=style.italic,
                color="FF" + style.color,
                family=2,
                scheme="minor",
            ),
            "fill": PatternFill("solid", fgColor="FF" + style.fill) if style.fill else PatternFill(),
            "border": Border(**sides),
            "alignment": Alignment(
                horizontal=style.align,
                vertical=style.valign,
                wrap_text=style.wrap or None,
                indent=style.indent,
                shrink_to_fit=style.shrink or None,
            ),
            "number_format": style.number_format,
        }

    def array(self, name: str, quoted: bool = False) -> StyleArray:
        """The style array of a named style, one object shared by all its cells: copy it before a change."""
        if not quoted:
            return self._arrays[name]
        if name not in self._quoted:
            self._quoted[name] = copy(self._arrays[name])
            self._quoted[name].quotePrefix = 1
        return self._quoted[name]

    def adopt(self, styles: bytes | None, theme: bytes | None, cells: Mapping[int, int]) -> list[str]:
        """Take over how a restyled template looks; gives the names of the styles that were found there.

        Arguments: as for ``Book.adopt_styles``.
        """
        names, template = named_styles(styles)
        used: dict[int, Counter[tuple[int, ...]]] = defaultdict(Counter)
        for number, count in cells.items():
            worn = template._cell_styles[number] if names and number < len(template._cell_styles) else None
            if worn is not None and worn.xfId in names:
                # Protection, pivot button and quote mark are no matter of looks.
                font, fill, border, number_format, _, alignment, _, _, xf = worn
                used[xf][font, fill, border, number_format, alignment] += count
        own = {
            name: {part: copy(getattr(template._named_styles[PREFIX + name], part)) for part in _PARTS}
            for name in names.values()
            if PREFIX + name in template._named_styles.names
        }
        worn_by = {name: used[xf].most_common(1)[0][0] for xf, name in names.items() if used[xf]}
        looks: dict[str, dict[str, Any]] = {}
        for name, numbers in worn_by.items():
            with suppress(IndexError):  # a font that is in no list: the style stays as we have it
                looks[name] = _parts(template, *numbers)
        if _fit(looks, own):
            own = {name: parts for name, parts in own.items() if name not in worn_by}
            self.adopted.update(looks)
        self.adopted.update(own)
        if theme:
            self.wb.loaded_theme = theme
        for name, parts in self.adopted.items():
            if name.endswith(_SCALED):
                parts["number_format"] = _SCALE.sub("", parts["number_format"])
        for name in self.adopted.keys() & self._named.keys():
            for part in _PARTS:
                setattr(self._named[name], part, self.adopted[name][part])
            self._quoted.pop(name, None)
        return sorted(self.adopted)


def _fit(looks: Mapping[str, Mapping[str, Any]], own: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether cells wear the named styles that they name: openpyxl puts these into another order in a file of
    LibreOffice's and leaves the cells as they were.  Nobody makes a date of a number."""
    formats = ((looks[name]["number_format"], own[name]["number_format"]) for name in looks.keys() & own.keys())
    return all(is_date_format(worn) == is_date_format(named) for worn, named in formats)


def _parts(wb: Workbook, font: int, fill: int, border: int, number: int, alignment: int) -> dict[str, Any]:
    custom = number - BUILTIN_FORMATS_MAX_SIZE
    number_format = wb._number_formats[custom] if custom >= 0 else BUILTIN_FORMATS.get(number, "General")
    return {
        "font": copy(wb._fonts[font]),
        "fill": copy(wb._fills[fill]),
        "border": copy(wb._borders[border]),
        "alignment": copy(wb._alignments[alignment]),
        "number_format": number_format,
    }


def _theme(latin: str, east_asian: str) -> bytes:
    """The Office theme with these fonts for headings and for the body."""

    def fonts(match: re.Match[str]) -> str:
        block = match[0]
        for before, name in (("<a:latin", latin), ("<a:ea", east_asian), ('<a:font script="Jpan"', east_asian)):
            start = block.index(f'{before} typeface="') + len(f'{before} typeface="')
            block = block[:start] + escape(name, {'"': "&quot;"}) + block[block.index('"', start) :]
        return block

    xml = re.sub(r"<a:(major|minor)Font>.*?</a:\1Font>", fonts, theme_xml, flags=re.DOTALL)
    return xml.replace('<?xml version="1.0"?>', '<?xml version="1.0" encoding="UTF-8"?>', 1).encode("utf-8")
