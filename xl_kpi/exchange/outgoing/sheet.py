"""One sheet of a workbook that is to be sent: cells locked, formulas made values, rows and links left out.

Works on the XML that our own engine wrote; whatever is not asked for stays as it is.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace

from lxml import etree

from xl_kpi.workbook.cells.areas import reference
from xl_kpi.workbook.cells.references import cells_of, rewritten

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"

_ALLOWED = ("formatColumns", "formatRows", "autoFilter")  # on a sheet that is guarded; 0: not forbidden

Rows = Mapping[int, int]  # old row → new row, of the rows that stay


def tag(name: str) -> str:
    return f"{{{MAIN}}}{name}"


class SheetPart:
    """The XML of one sheet while it is changed.  ``texts`` is the workbook's table of shared texts."""

    def __init__(self, xml: bytes, texts: list[str]):
        self.root = etree.fromstring(xml)
        self.texts = texts

    def __deepcopy__(self, _: dict) -> SheetPart:
        """A copy to change; the texts are never changed."""
        twin = copy.copy(self)
        twin.root = copy.deepcopy(self.root)
        return twin

    def to_bytes(self) -> bytes:
        return etree.tostring(self.root, xml_declaration=True, encoding="UTF-8", standalone=True)

    def cells(self) -> Iterator[etree._Element]:
        return self.root.iter(tag("c"))

    def rows(self) -> etree._Element:
        return self.root.find(tag("sheetData"))

    def key_of(self, row: etree._Element) -> str:
        """The stable key in column A of a row; "" when it has none."""
        first = row[0] if len(row) else None
        if first is None or not re.fullmatch("A[0-9]+", first.get("r", "")) or first.get("t") != "s":
            return ""
        return self.texts[int(first.findtext(tag("v")) or 0)]

    # --- what may be typed

    def lock(self, locked: Mapping[str, str], is_open: Callable[[str], bool] = lambda key: False) -> None:
        """Exchange the styles that may be typed over (``locked``: style → its locked twin) in every row that is
        not open; a row is known by its key."""
        for row in self.rows():
            if is_open(self.key_of(row)):
                continue
            for cell in row:
                twin = locked.get(cell.get("s", ""))
                if twin is not None:
                    cell.set("s", twin)

    def lock_column(self, letters: str, locked: Mapping[str, str]) -> None:
        """The same for a whole column."""
        for cell in self.cells():
            if cell.get("r").rstrip("0123456789") == letters:
                cell.set("s", locked.get(cell.get("s"), cell.get("s", "0")))

    def hold_rows(self) -> None:
        """Forbid to put rows in, as is usual on a guarded sheet."""
        for guard in self.root.iter(tag("sheetProtection")):
            guard.attrib.pop("insertRows", None)

    def protect(self) -> None:
        """Guard the sheet as ours are, without a password: what is locked can't be typed over, filters and sizes can
        be set."""
        if self.root.find(tag("sheetProtection")) is None:
            settings = {"sheet": "1", "objects": "1", "scenarios": "1"}
            element = etree.Element(tag("sheetProtection"), {**settings, **dict.fromkeys(_ALLOWED, "0")})
            self.rows().addnext(element)

    def used_texts(self) -> frozenset[int]:
        """The numbers of the shared texts that the sheet shows."""
        return frozenset(int(cell.findtext(tag("v"))) for cell in self.cells() if cell.get("t") == "s")

    # --- what would point at something that is left out

    def freeze(self, *, sheets: Collection[str], names: Collection[str]) -> None:
        """Put the stored result in place of every formula that mentions one of these sheets or names.

        ``sheets`` and ``names`` folded.  Rules that mention them are left out.
        """
        for cell in self.cells():
            formula = cell.find(tag("f"))
            if formula is not None and mentions(formula.text or "", sheets, names):
                self._to_value(cell, formula)
        for kind, parts in (("conditionalFormatting", "formula"), ("dataValidation", "formula1")):
            for rule in [*self.root.iter(tag(kind))]:
                if any(mentions(part.text or "", sheets, names) for part in rule.iter(tag(parts))):
                    rule.getparent().remove(rule)
        self._tidy()

    @staticmethod
    def _to_value(cell: etree._Element, formula: etree._Element) -> None:
        cell.remove(formula)
        if cell.get("t") == "str" and not cell.findtext(tag("v")):  # "" is a blank cell from now on
            for part in [*cell]:
                cell.remove(part)
            del cell.attrib["t"]

    def unlink(self, left_out: Callable[[str], bool], keep_words: bool = False) -> None:
        """Take away the links to sheets that are left out, and the words that were clicked."""
        links = self.root.find(tag("hyperlinks"))
        for link in [] if links is None else [*links]:
            target = sheet_of(link.get("location", ""))
            if target and left_out(target):
                links.remove(link)
                cell = self._cell(link.get("ref"))
                if cell is not None and not keep_words:
                    cell.attrib.pop("t", None)
                    for part in [*cell]:
                        cell.remove(part)
        self._tidy()

    def relink(self, rows: Mapping[str, Rows]) -> None:
        """Point links at the new rows of sheets whose rows have moved."""
        for link in self.root.iter(tag("hyperlink")):
            sheet = sheet_of(link.get("location", ""))
            if sheet in rows:
                head, _, cell = link.get("location").rpartition("!")
                link.set("location", f"{head}!{moved(cell, rows[sheet]) or 'A1'}")

    def blank(self, address: str) -> None:
        """Take out what stands in a cell; its looks stay."""
        for cell in self.cells():
            if cell.get("r") == address:
                cell.attrib.pop("t", None)
                cell[:] = []

    def undraw(self) -> None:
        """Take the drawing off the sheet."""
        for drawing in self.root.findall(tag("drawing")):
            self.root.remove(drawing)

    def _cell(self, address: str) -> etree._Element | None:
        return next((cell for cell in self.cells() if cell.get("r") == address), None)

    def _tidy(self) -> None:
        """Lists that have become empty may not stay, and those that say their length say it right."""
        for name, item in (("hyperlinks", "hyperlink"), ("dataValidations", "dataValidation"),
                           ("mergeCells", "mergeCell"), ("rowBreaks", "brk")):  # fmt: skip
            element = self.root.find(tag(name))
            if element is None:
                continue
            count = len(element.findall(tag(item)))
            if not count:
                self.root.remove(element)
            for attribute in ("count", "manualBreakCount"):
                if attribute in element.attrib:
                    element.set(attribute, str(count))

    # --- rows that are left out

    def keep(self, keep: Collection[int]) -> Rows:
        """Leave only these rows, moved together.  Result: old row → new row.

        A formula that needs a row which goes becomes its value; merged areas, rules, links, page breaks and
        the frozen pane follow their rows.
        """
        rows = {old: new for new, old in enumerate(sorted(keep), 1)}
        data = self.rows()
        for row in [*data]:
            number = int(row.get("r"))
            if number not in rows:
                data.remove(row)
                continue
            row.set("r", str(rows[number]))
            for cell in row:
                cell.set("r", cell.get("r").rstrip("0123456789") + str(rows[number]))
                formula = cell.find(tag("f"))
                if formula is None:
                    continue
                text = shifted(formula.text or "", rows)
                if text is None:
                    self._to_value(cell, formula)
                else:
                    formula.text = text
        self._move_areas(rows)
        self._move_view(rows)
        for dimension in self.root.findall(tag("dimension")):
            self.root.remove(dimension)
        self._tidy()
        return rows

    def _move_areas(self, rows: Rows) -> None:
        for kind in ("mergeCell", "hyperlink"):
            for element in [*self.root.iter(tag(kind))]:
                self._set_or_remove(element, "ref", moved(element.get("ref"), rows))
        for kind, part in (("conditionalFormatting", "formula"), ("dataValidation", "formula1")):
            for element in [*self.root.iter(tag(kind))]:
                area = element.get("sqref").split()[0]
                first = _first_row(area)
                hull = moved(area, rows)
                self._set_or_remove(element, "sqref", hull)
                if hull is None:
                    continue
                top = next(old for old, new in rows.items() if new == _first_row(hull))
                for formula in element.iter(tag(part)):
                    text = shifted(formula.text or "", rows, top - first)
                    if text is None:
                        element.getparent().remove(element)
                        break
                    formula.text = text
        for line in [*self.root.iter(tag("brk"))]:
            new = rows.get(int(line.get("id")))
            self._set_or_remove(line, "id", None if new is None else str(new))

    @staticmethod
    def _set_or_remove(element: etree._Element, attribute: str, value: str | None) -> None:
        if value is None:
            element.getparent().remove(element)
        else:
            element.set(attribute, value)

    def _move_view(self, rows: Rows) -> None:
        """A pane stays frozen only where everything above its edge stays."""
        for view in self.root.iter(tag("sheetView")):
            pane = view.find(tag("pane"))
            if pane is None:
                continue
            height = int(float(pane.get("ySplit", "0")))
            if any(rows.get(row) != row for row in range(1, height + 1)):
                view.remove(pane)
                for selection in view.findall(tag("selection")):
                    view.remove(selection)


def mentions(formula: str, sheets: Collection[str], names: Collection[str]) -> bool:
    """Whether a formula mentions one of these (folded) sheets or names."""
    words: set[str] = set()
    found = sheets_in(formula, words)
    return not found.isdisjoint(sheets) or not words.isdisjoint(names)


def sheets_in(formula: str, words: set[str] | None = None) -> set[str]:
    """The sheets, folded, that a formula mentions; ``words`` takes its names and functions, folded."""
    found: set[str] = set()

    def on_sheets(through: str, _: str) -> None:
        found.update(sheet.casefold() for sheet in through.split(":"))

    def word(name: str) -> None:
        if words is not None:
            words.add(name.casefold())

    rewritten(formula, on_sheets, lambda area: None, word)
    return found


def sheet_of(reference_text: str) -> str:
    """The sheet that a link or a name points at; "" for none or several places."""
    found = reference(reference_text.removeprefix("#"))
    return found.sheet if found else ""


def _first_row(area: str) -> int:
    cells = cells_of(area)
    return cells.row if cells else 0


def moved(area: str, rows: Rows) -> str | None:
    """Where an area without a sheet is now: the hull of those of its rows that stay; None when none does."""
    cells = cells_of(area)
    stay = [rows[row] for row in range(cells.row, cells.last_row + 1) if row in rows] if cells else []
    return replace(cells, row=stay[0], last_row=stay[-1]).text() if cells and stay else None


def shifted(formula: str, rows: Rows, down: int = 0) -> str | None:
    """A formula whose cells are on the same sheet, for the new rows; None when it needs a row that goes.

    ``down``: how much further down the formula stands than where it was written (relative rows follow).
    """
    lost = False

    def move(area: str) -> str | None:
        nonlocal lost
        cells = cells_of(area)
        if cells is None:
            return None
        first, last = (row if fixed else row + down for row, fixed in
                       ((cells.row, cells.fixed[0]), (cells.last_row, cells.fixed[2])))  # fmt: skip
        if any(row not in rows for row in range(min(first, last), max(first, last) + 1)):
            lost = True
            return None
        return replace(cells, row=rows[first], last_row=rows[last]).text()

    text = rewritten(formula, lambda sheets, area: None, move, lambda name: None)
    return None if lost else text
