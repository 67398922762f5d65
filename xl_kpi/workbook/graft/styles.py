"""Formats of generated cells in the styles of a user's file: found there, else appended; no number changes."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from functools import cached_property
from typing import Any

from lxml import etree

from xl_kpi.workbook.package.package import Package, bytes_of, local, main, put_in_order

OURS = "kpi "  # how the names of our cell styles begin
MOST_FORMATS = 64_000  # cell formats in a workbook, as Excel limits them
_ORDER = tuple(
    "numFmts fonts fills borders cellStyleXfs cellXfs cellStyles dxfs tableStyles colors extLst".split()
)  # ECMA-376 part 1, 18.8.39
_FIRST_FORMAT = 164  # numbers below belong to Excel's own formats
_TRUE = {"true": "1", "false": "0"}
_SIDES = {"left", "right", "top", "bottom", "diagonal", "start", "end", "vertical", "horizontal"}
_SWITCHES = {"b", "i", "strike", "outline", "shadow", "condense", "extend"}  # fonts; their value is 1 unless it says 0
_UNSEEN = {"family", "charset", "scheme"}  # of fonts: programs add them by themselves, and nobody sees them
_PLAIN = {"horizontal": "general", "vertical": "bottom"}  # of alignments, besides 0
_MOST_LEFT_OUT = 100  # numbers that a program leaves out in its list of named styles; LibreOffice leaves out 14
_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}  # Excel's own formats of dates
# Those of them that are the same everywhere.
_EXCELS = {"General": "0", "0": "1", "0.00": "2", "#,##0": "3", "#,##0.00": "4", "0%": "9", "0.00%": "10", "@": "49"}
_MARKS = re.compile(r"\\([ :-])|\[\$-[0-9A-Fa-f]*\]")  # a blank that is said to be one, a language
_NO_DATE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)


class Sheaf:
    """The styles of one file: its lists, and what each entry amounts to."""

    def __init__(self, root: Any):
        self.root = root
        self._keys: dict[str, list[Any]] = {}
        self.lists = {local(child): child for child in self.root if isinstance(child.tag, str)}

    def entries(self, name: str) -> list[Any]:
        """The entries of a list."""
        found = self.lists.get(name)
        return [] if found is None else [each for each in found if isinstance(each.tag, str)]

    def collection(self, name: str) -> Any:
        """A list, made where there is none."""
        if name not in self.lists:
            self.lists[name] = etree.Element(main(name), count="0")
            put_in_order(self.root, self.lists[name], _ORDER)
        return self.lists[name]

    def append(self, name: str, entry: Any) -> int:
        """Put an entry at the end of a list; gives its number."""
        keys = self.keys(name)
        entries = self.collection(name)
        entries.append(entry)
        keys.append(key_of(entry))
        entries.set("count", str(len(keys)))
        return len(keys) - 1

    @cached_property
    def codes(self) -> dict[str, str]:
        """Number formats by their number."""
        return {each.get("numFmtId", ""): each.get("formatCode", "") for each in self.entries("numFmts")}

    @cached_property
    def names(self) -> dict[str, str]:
        """Named styles: number of their format → name."""
        return {each.get("xfId", "0"): each.get("name", "") for each in self.entries("cellStyles")}

    def code(self, number: str) -> tuple[str, str]:
        """What a number format amounts to: some programs spell out Excel's own ones, and mark what needs no mark."""
        if number not in self.codes:
            return "excel", number
        code = _MARKS.sub(r"\1", self.codes[number])
        return ("excel", _EXCELS[code]) if code in _EXCELS else ("own", code)

    def look(self, xf: Any, parent: str) -> tuple[Any, ...]:
        """What a cell format amounts to: two with the same look are one."""
        parts = {local(child): child for child in xf}
        guard = parts.get("protection")
        named = ("fonts", "fontId"), ("fills", "fillId"), ("borders", "borderId")
        return (
            parent,
            self.code(xf.get("numFmtId", "0")),
            *(self._entry(list_, xf.get(attribute, "0")) for list_, attribute in named),
            _attributes(parts.get("alignment")),
            (_flag(guard, "locked", "1"), _flag(guard, "hidden", "0")),
            _flag(xf, "quotePrefix", "0"),
        )

    @cached_property
    def ours(self) -> dict[str, str]:
        """Numbers of the cell formats that come from one of our named styles, and the names of these."""
        named = ((str(number), self._named(xf)) for number, xf in enumerate(self.entries("cellXfs")))
        return {number: name for number, name in named if name.startswith(OURS)}

    def _named(self, xf: Any) -> str:
        """The name of a format's style: where numbers have shifted, the likelier one of the two that it may mean."""
        number = xf.get("xfId", "0")
        if self._shift and int(number) >= self._shift:
            look, meant = self.look(xf, ""), str(int(number) - self._shift)
            if _alike(look, self._style_looks.get(meant)) > _alike(look, self._style_looks.get(number)):
                number = meant
        return self.names.get(number, "")

    @cached_property
    def _shift(self) -> int:
        """By how much numbers of named styles are too high in cell formats; 0 in a sound file.

        LibreOffice leaves numbers out in its list of styles; openpyxl closes the gap there and leaves the formats as
        they were.  A number beyond the end of a list without gaps tells it.
        """
        named = sorted({int(number) for number in self.names if number.isdigit()})
        formats = [(int(xf.get("xfId", "0")), self.look(xf, "")) for xf in self.entries("cellXfs")]
        last = max((number for number, _ in formats), default=0)
        if named != list(range(len(named))) or last < len(named):
            return 0
        fits = {
            by: sum(look == self._style_looks.get(str(number - by)) for number, look in formats)
            for by in range(last - len(named) + 1, _MOST_LEFT_OUT)
        }
        return max(fits, key=lambda by: fits[by], default=0)

    @cached_property
    def _style_looks(self) -> dict[str, tuple[Any, ...]]:
        """Number of each named style's format → what it amounts to."""
        return {str(number): self.look(xf, "") for number, xf in enumerate(self.entries("cellStyleXfs"))}

    @cached_property
    def open(self) -> set[str]:
        """Numbers of the formats of cells that may be typed over."""
        formats = enumerate(self.entries("cellXfs"))
        return {str(number) for number, xf in formats if _flag(xf.find(main("protection")), "locked", "1") == "0"}

    @cached_property
    def dates(self) -> set[str]:
        """Numbers of the formats that show a number as a date."""
        formats = enumerate(self.entries("cellXfs"))
        return {str(number) for number, xf in formats if _is_date(*self.code(xf.get("numFmtId", "0")))}

    def _entry(self, name: str, number: str) -> Any:
        keys = self.keys(name)
        return keys[int(number)] if number.isdigit() and int(number) < len(keys) else None

    def keys(self, name: str) -> list[Any]:
        """What each entry of a list amounts to."""
        if name not in self._keys:
            self._keys[name] = [key_of(each) for each in self.entries(name)]
        return self._keys[name]


class Styles:
    """Numbers of formats in ``made`` → numbers of the same in the user's file.

    Errors: Refused, once the user's file would have more cell formats than Excel can hold.
    """

    def __init__(self, user: Package, made: Package):
        self._package, self._part = user, user.related(user.book, "styles")
        ours = made.related(made.book, "styles")
        self.made = Sheaf(made.tree(ours))
        # a workbook may do without styles: then it takes ours as they are
        self.user = Sheaf(user.tree(self._part) if self._part else made.tree(ours))
        self._appended = not self._part
        self._cells: dict[str, str] = {}
        self._looks: dict[Any, str] = {}
        for number, xf in enumerate(self.user.entries("cellXfs")):
            self._looks.setdefault(self.user.look(xf, xf.get("xfId", "0")), str(number))
        self._colours = {_colours(each) for each in self.made.entries("dxfs")}

    def cell(self, number: str) -> str:
        """The number of a cell format of ``made`` in the user's file."""
        if number not in self._cells:
            xf = self.made.entries("cellXfs")[int(number)]
            parent = self._parent(xf.get("xfId", "0"))
            self._cells[number] = self._number(self.made.look(xf, parent), lambda: self._format("cellXfs", xf, parent))
        return self._cells[number]

    def dressed(self, xf: Any) -> str:
        """The number of a cell format in the terms of the user's file, appended where there is none like it."""
        return self._number(self.user.look(xf, xf.get("xfId", "0")), lambda: self._append(xf))

    def condition(self, number: str) -> str:
        """The number of a conditional format's look in the user's file."""
        return self._same("dxfs", self.made.entries("dxfs")[int(number)])

    def is_our_condition(self, number: str | None) -> bool:
        """Whether a look of the user's file has the colours of one of ours: programs write the rest as they like."""
        looks = self.user.entries("dxfs")
        return number is not None and int(number) < len(looks) and _colours(looks[int(number)]) in self._colours

    def write(self) -> None:
        """Put the styles back, where something was appended."""
        if self._appended:
            self._name_the_plain_one()
            self._package.parts[self._part or self._new_part()] = bytes_of(self.user.root)

    def _name_the_plain_one(self) -> None:
        """Give the style from which all come its name, which Gnumeric leaves out: openpyxl counts them by it."""
        named = self.user.collection("cellStyles")
        if "0" not in self.user.names and self.user.entries("cellStyleXfs"):
            named.insert(0, etree.Element(main("cellStyle"), {"name": "Normal", "xfId": "0", "builtinId": "0"}))
            named.set("count", str(len(self.user.entries("cellStyles"))))

    def _number(self, look: Any, append: Callable[[], str]) -> str:
        """The number of the format that amounts to a look."""
        if look not in self._looks:
            self._looks[look] = append()
            if int(self._looks[look]) >= MOST_FORMATS:
                count = f"{int(self._looks[look]) + 1:,}"
                self._package.refuse("graft_formats", count=count, limit=f"{MOST_FORMATS:,}")
        return self._looks[look]

    def _append(self, xf: Any) -> str:
        self._appended = True
        return str(self.user.append("cellXfs", xf))

    def _new_part(self) -> str:
        part = self._package.free("xl/styles{}.xml")
        self._package.add(part, b"", "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml")
        self._package.relate(self._package.book, "styles", part)
        return part

    def _parent(self, number: str) -> str:
        """The user's named style of the same name (restyled as it may be), else ours, appended."""
        name = self.made.names.get(number, "Normal")
        for there, known in self.user.names.items():
            if known.casefold() == name.casefold():
                return there
        if name == "Normal":
            return "0"
        new = self._format("cellStyleXfs", self.made.entries("cellStyleXfs")[int(number)], None)
        self.user.append("cellStyles", etree.Element(main("cellStyle"), {"name": name, "xfId": new}))
        self.user.names[new] = name
        return new

    def _format(self, list_: str, xf: Any, parent: str | None) -> str:
        """A copy of a format at the end of a list of the user's."""
        new = copy.deepcopy(xf)
        for name, attribute in (("fonts", "fontId"), ("fills", "fillId"), ("borders", "borderId")):
            entry = self.made.entries(name)[int(xf.get(attribute, "0"))]
            new.set(attribute, self._same(name, entry))
        new.set("numFmtId", self._number_format(xf.get("numFmtId", "0")))
        if parent is not None:
            new.set("xfId", parent)
        self._appended = True
        return str(self.user.append(list_, new))

    def _same(self, name: str, entry: Any) -> str:
        """The number of an entry that amounts to the same, appended where there is none."""
        keys, key = self.user.keys(name), key_of(entry)
        if key in keys:
            return str(keys.index(key))
        new = copy.deepcopy(entry)
        for number_format in new.iter(main("numFmt")):  # only looks of conditional formats have one
            number_format.set("numFmtId", self._free_number())
        self._appended = True
        return str(self.user.append(name, new))

    def _number_format(self, number: str) -> str:
        if number not in self.made.codes:
            return number
        code = self.made.codes[number]
        for there, known in self.user.codes.items():
            if known == code:
                return there
        new = self._free_number()
        self.user.append("numFmts", etree.Element(main("numFmt"), {"numFmtId": new, "formatCode": code}))
        self.user.codes[new] = code
        return new

    def _free_number(self) -> str:
        return str(max([_FIRST_FORMAT - 1, *(int(number) for number in self.user.codes if number.isdigit())]) + 1)


def key_of(element: Any) -> Any:
    """What an entry amounts to, however a program has written it."""
    name = local(element)
    attributes = {
        key: _TRUE.get(value, value).upper() if key == "rgb" else _TRUE.get(value, value)
        for key, value in element.attrib.items()
        if not key.startswith("{")
    }
    if name in _SWITCHES and attributes.get("val") == "1":
        del attributes["val"]
    if name == "patternFill" and attributes.get("patternType") == "none":
        del attributes["patternType"]
    if name == "numFmt":
        attributes.pop("numFmtId", None)
    children = [
        key_of(child)
        for child in element
        if isinstance(child.tag, str) and (len(child) or child.attrib or local(child) not in _SIDES)
    ]
    if name == "font":
        children.sort(key=repr)
    return name, tuple(sorted(attributes.items())), tuple(children)


def seen(look: tuple[Any, ...]) -> tuple[Any, ...]:
    """What can be seen of a look: number format, font, fill, border, alignment."""
    _, code, font, fill, border, alignment, *_ = look
    if font is not None:
        font = tuple(each for each in font[2] if each[0] not in _UNSEEN)
    return code, font, fill, border, alignment


def _alike(look: tuple[Any, ...], other: tuple[Any, ...] | None) -> int:
    """In how many respects two looks are the same; -1 where there is no other."""
    return -1 if other is None else sum(one == another for one, another in zip(look, other))


def _attributes(element: Any) -> tuple[tuple[str, str], ...]:
    if element is None:
        return ()
    plain = {key: _TRUE.get(value, value) for key, value in element.attrib.items()}
    return tuple(sorted((key, value) for key, value in plain.items() if value != _PLAIN.get(key, "0")))


def _flag(element: Any, name: str, default: str) -> str:
    value = default if element is None else element.get(name, default)
    return _TRUE.get(value, value)


def _colours(dxf: Any) -> tuple[str, str]:
    """Ink and paper of a conditional format."""
    ink = paper = ""
    for element in dxf.iter(main("font"), main("bgColor"), main("fgColor")):
        if local(element) == "font":
            ink = next((each.get("rgb", "") for each in element.iter(main("color"))), "")
        elif local(element) == "bgColor" or not paper:
            paper = element.get("rgb", "")
    return ink.upper(), paper.upper()


def _is_date(kind: str, code: str) -> bool:
    if kind == "excel":
        return code.isdigit() and int(code) in _DATES
    return bool(re.search("[dmyhs]", _NO_DATE.sub("", code.partition(";")[0]), re.IGNORECASE))
