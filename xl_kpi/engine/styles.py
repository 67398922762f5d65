"""Named cell styles and the theme of one workbook, ours or taken from a template that a person restyled."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from copy import copy
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZipFile

from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.numbers import BUILTIN_FORMATS, BUILTIN_FORMATS_MAX_SIZE
from openpyxl.workbook import Workbook
from openpyxl.writer.theme import theme_xml
from openpyxl.xml.constants import SHEET_MAIN_NS
from openpyxl.xml.functions import fromstring

from xl_kpi.engine.loading import loaded

PREFIX = "kpi "  # how our styles are called in Excel's list of cell styles
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

    def adopt(self, path: str) -> list[str]:
        """Take over how a restyled template looks; gives the names of the styles that were found there."""
        with Path(path).open("rb") as file:
            template = loaded(file)
            file.seek(0)
            with ZipFile(file) as package:
                names = _style_names(package.read("xl/styles.xml")) if "xl/styles.xml" in package.namelist() else {}
        used: dict[int, Counter[tuple[int, ...]]] = defaultdict(Counter)
        for ws in template.worksheets:
            for cell in ws._cells.values():
                if cell._style is not None and cell._style.xfId in names:
                    # Protection, pivot button and quote mark are no matter of looks.
                    font, fill, border, number, _, alignment, _, _, xf = cell._style
                    used[xf][font, fill, border, number, alignment] += 1
        for xf, name in names.items():
            if used[xf]:
                font, fill, border, number, alignment = used[xf].most_common(1)[0][0]
                self.adopted[name] = _parts(template, font, fill, border, number, alignment)
            elif PREFIX + name in template._named_styles.names:
                named = template._named_styles[PREFIX + name]
                self.adopted[name] = {part: copy(getattr(named, part)) for part in _PARTS}
        if template.loaded_theme:
            self.wb.loaded_theme = template.loaded_theme
        for name in self.adopted.keys() & self._named.keys():
            for part in _PARTS:
                setattr(self._named[name], part, self.adopted[name][part])
            self._quoted.pop(name, None)
        return sorted(self.adopted)


def _style_names(styles_xml: bytes) -> dict[int, str]:
    """Our style names by the number that cells refer to (openpyxl renumbers its own list, so it can't say)."""
    found = {}
    for style in fromstring(styles_xml).iter(f"{{{SHEET_MAIN_NS}}}cellStyle"):
        if style.get("name", "").startswith(PREFIX):
            found[int(style.get("xfId"))] = style.get("name")[len(PREFIX) :]
    return found


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
