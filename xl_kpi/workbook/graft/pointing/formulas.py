"""Formulas in the user's own parts that point at generated sheets: only their letters change, nothing else of a part.

Parts are not read into trees here and written again, which would change bytes that mean nothing: the text of a
formula is found and replaced in the part as it stands.
"""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from html import unescape  # letters may stand as numbers in XML, which the one of saxutils leaves as they are
from xml.sax.saxutils import escape

from xl_kpi.workbook.addresses import Place, place_of, quoted
from xl_kpi.workbook.cells.moves import Spot
from xl_kpi.workbook.cells.rectangles import shifted
from xl_kpi.workbook.cells.references import LOST
from xl_kpi.workbook.package.package import Package

Follow = Callable[[str], str]
Tell = Callable[[str, str, str], None]  # what holds a reference, how it read, how it reads
Edit = tuple[int, int, str]  # from, to, new text

_REST = r"(?:[^>\"']|\"[^\"]*\"|'[^']*')*?"  # of a tag; values may hold ">"
_SKIPPED = r"<!--.*?-->|<!\[CDATA\[.*?\]\]>"
_TAG = re.compile(rf"{_SKIPPED}|<((?:[\w.\-]+:)?)(row|c|f)\b({_REST})(/?)>", re.DOTALL)
_ATTRIBUTE = r"\b{}\s*=\s*(\"[^\"]*\"|'[^']*')"
_RELATION = "Relationship"
# By what a part's content type ends with: elements whose text is a formula, and attributes that are one.
_TEXTS: Mapping[str, tuple[str, ...]] = {
    "sheet+xml": ("formula", "formula1", "formula2"),
    "chart+xml": ("f", "sqref"),
    "chartex+xml": ("f", "nf"),
    "table+xml": ("calculatedColumnFormula", "totalsRowFormula"),
    "vmlDrawing": ("FmlaLink", "FmlaRange", "FmlaGroup", "FmlaPict", "FmlaTxbx"),
}
_VALUES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "sheet+xml": (
        ("hyperlink", "location"),
        ("controlPr", "linkedCell"),
        ("controlPr", "listFillRange"),
    ),
    "connections+xml": (("parameter", "cell"),),
    "tableSingleCells+xml": (("singleXmlCell", "r"),),
    "relationships+xml": ((_RELATION, "Target"),),
    "drawing+xml": (("sp", "textlink"), ("cameraTool", "cellRange")),
    "chartshapes+xml": (("sp", "textlink"),),
    "controlproperties+xml": (
        ("formControlPr", "fmlaLink"),
        ("formControlPr", "fmlaRange"),
        ("formControlPr", "fmlaGroup"),
        ("formControlPr", "fmlaTxbx"),
    ),
}
_RULES = ("conditionalFormatting", "dataValidation")
# What these are called where somebody has to be told of them; a chart's are told with the chart.
_CALLED = {
    "formula": "rule", "formula1": "rule", "formula2": "rule", "cfvo": "rule",
    "calculatedColumnFormula": "table", "totalsRowFormula": "table",
    "hyperlink": "link", _RELATION: "link",
    "sp": "shape", "FmlaTxbx": "shape", "cameraTool": "shape", "FmlaPict": "shape",
    "controlPr": "control", "formControlPr": "control", "FmlaLink": "control", "FmlaRange": "control",
    "FmlaGroup": "control",
    "sparkline": "sparkline", "worksheetSource": "pivot", "rangeSet": "pivot", "dataRef": "consolidation",
    "parameter": "query",
}  # fmt: skip
# Elements that name a sheet and an area on it in two attributes.
_SOURCES: Mapping[str, tuple[str, ...]] = {
    "pivotCacheDefinition+xml": ("worksheetSource", "rangeSet"),
    "sheet+xml": ("dataRef",),
}


@dataclass(frozen=True)
class Stranded:
    """Something of the user's that pointed at a cell which is gone: on which sheet, what it is, what it said.

    ``kind``: rule, sparkline, table, link, shape, control, pivot, consolidation, query, words or macro; ``cell`` where
    it stands, as far as it stands in one.
    """

    sheet: str
    kind: str
    text: str
    cell: str = ""


@dataclass(frozen=True)
class Formula:
    """A formula in the text of a sheet: the whole element, its words, and the cell that it stands in."""

    start: int
    end: int
    prefix: str
    attributes: str
    words: tuple[int, int]
    text: str
    place: Place | None

    def get(self, name: str) -> str:
        match = re.search(_ATTRIBUTE.format(name), self.attributes)
        return match[1][1:-1] if match else ""


def follow_all(
    user: Package,
    ours: set[str],
    owners: Mapping[str, str],
    formula: Callable[[str, str], str],
    back: Mapping[Spot, str],
) -> list[Stranded]:
    """Rewrite what points at cells that have moved, in every part but ours.

    Arguments: ``owners`` part → name of the sheet that it belongs to; ``formula`` as ``Moves.formula``; ``back`` cells
    whose formulas come back as they read.
    Result: what pointed at cells that are gone, but for formulas in cells and charts.
    """
    known: dict[tuple[str, str], str] = {}
    stranded: list[Stranded] = []

    def asked(sheet: str, text: str) -> str:
        if (text, sheet) not in known:
            known[text, sheet] = formula(text, sheet)
        return known[text, sheet]

    for part in [part for part in user.parts if part not in ours]:
        content_type = user.types.of(part)
        sheet = owners.get(part, "")
        cells = {(row, column): words for (name, row, column), words in back.items() if name == sheet and row}
        home = sheet or owners.get(_owner_of(part), "")

        def tell(element: str, old: str, _: str, home: str = home) -> None:
            if element in _CALLED:
                stranded.append(Stranded(home, _CALLED[element], old))

        new = followed(user.parts[part], content_type, partial(asked, sheet), cells, tell)
        if new is not None:
            user.parts[part] = new
    return list(dict.fromkeys(stranded))


def _owner_of(relations: str) -> str:
    """The part to which a part of relations belongs."""
    folder, _, name = relations.rpartition("/")
    return f"{folder.removesuffix('_rels')}{name.removesuffix('.rels')}"


def followed(
    content: bytes,
    content_type: str,
    follow: Follow,
    back: Mapping[Place, str] | None = None,
    tell: Tell = lambda element, old, new: None,
) -> bytes | None:
    """The part with its formulas rewritten; None where nothing has changed.

    Arguments: ``back`` cells whose formulas come back as they read, whatever ``follow`` says; ``tell`` hears of each
    element that points at cells which are gone, formulas of cells aside.
    """

    def heard(element: str) -> Follow:
        def look(old: str) -> str:
            new = follow(old)
            if LOST in new and LOST not in old:
                tell(element, old, new)
            return new

        return look

    texts = next((names for ending, names in _TEXTS.items() if content_type.endswith(ending)), ())
    values = next((names for ending, names in _VALUES.items() if content_type.endswith(ending)), ())
    sources = next((names for ending, names in _SOURCES.items() if content_type.endswith(ending)), ())
    if not texts and not values and not sources:
        return None
    encoding = _encoding(content)
    try:
        xml = content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
    edits: list[Edit] = []
    if content_type.endswith("sheet+xml"):
        edits += _cells(xml, follow, back or {}, heard)
        edits += _bounds(xml, heard("cfvo"))
    for name in texts:
        edits += _elements(xml, name, heard(name))
    for element, attribute in values:
        edits += _attributes(xml, element, attribute, heard(element))
    for element in sources:
        edits += _sources(xml, element, heard(element))
    return _edited(xml, edits).encode(encoding) if edits else None


def _edited(xml: str, edits: list[Edit]) -> str:
    out, at = [], 0
    for start, end, new in sorted(edits):
        out += [xml[at:start], new]
        at = end
    return "".join([*out, xml[at:]])


def _encoding(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    named = re.match(rb"(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*[\"']([\w.\-]+)", content)
    return named[1].decode("ascii") if named else "utf-8"


def _cells(xml: str, follow: Follow, back: Mapping[Place, str], heard: Callable[[str], Follow]) -> Iterator[Edit]:
    """Formulas of cells, and those of the extensions.  One that several cells share is written in the first of them."""
    formulas = list(formulas_in(xml))
    groups: dict[str, list[Formula]] = defaultdict(list)
    yield from _without_errors(xml, [each for each in formulas if each.place in back])
    for each in formulas:
        said = back.get(each.place) if each.place else None
        if said is not None and each.get("t") != "shared":
            if escape(said) != xml[slice(*each.words)]:
                yield *each.words, escape(said)
        elif each.get("t") == "shared" and each.place:
            groups[each.get("si")].append(each)
        elif each.text:
            new = (follow if each.place else heard(_extension_at(xml, each.start)))(each.text)
            if new != each.text:
                yield *each.words, escape(new)
    for members in groups.values():
        yield from _shared(members, follow, back)


def _extension_at(xml: str, at: int) -> str:
    """The element of an extension in which a formula stands: a sparkline, or a rule as those of before 2010 are."""
    line, rules = xml.rfind("sparklineGroup ", 0, at), max(xml.rfind(rule, 0, at) for rule in _RULES)
    return "sparkline" if max(line, xml.rfind("sparklineGroup>", 0, at)) > rules else "formula"


def _without_errors(xml: str, formulas: list[Formula]) -> Iterator[Edit]:
    """The results that these had while they pointed nowhere are taken out: every program calculates them anew."""
    for each in formulas:
        cell = xml.rfind("<", 0, each.start)
        result = re.compile(r"\s*<(?:[\w.\-]+:)?v\b[^>]*>[^<]*</(?:[\w.\-]+:)?v>").match(xml, each.end)
        kind = re.compile(r"\s+t\s*=\s*(?:\"e\"|'e')").search(xml, cell, each.start)
        if kind and result:
            yield *kind.span(), ""
            yield *result.span(), ""


def _shared(members: list[Formula], follow: Follow, back: Mapping[Place, str]) -> Iterator[Edit]:
    head = next((each for each in members if each.text), None)
    if head is None or head.place is None:
        return
    row, column = head.place
    away = {each: (each.place[0] - row, each.place[1] - column) for each in members if each.place}
    old = {each: head.text if each is head else shifted(head.text, *by) for each, by in away.items()}
    new = {each: each.place and back.get(each.place) or follow(words) for each, words in old.items()}
    if new == old:
        return
    apart = any(each.place in back for each in members)
    if not apart and all(shifted(new[head], *by) == shifted(new[each], 0, 0) for each, by in away.items()):
        yield *head.words, escape(new[head])
        return
    for each in members:  # they no longer say the same
        yield each.start, each.end, f"<{each.prefix}f>{escape(new[each])}</{each.prefix}f>"


def formulas_in(xml: str) -> Iterator[Formula]:
    """The formulas in the text of a sheet, those in its extensions too (these have no place)."""
    row = column = 0
    for tag in _TAG.finditer(xml):
        if tag[2] is None:
            continue
        prefix, name, attributes, closed = tag[1], tag[2], tag[3], tag[4]
        if name == "row":
            number = re.search(_ATTRIBUTE.format("r"), attributes)
            row, column = int(number[1][1:-1]) if number else row + 1, 0
        elif name == "c":
            named = re.search(_ATTRIBUTE.format("r"), attributes)
            place = place_of(named[1][1:-1]) if named else None
            column = place[1] if place else column + 1
        else:
            end = tag.end() if closed else xml.find("<", tag.end())
            text = "" if closed else unescape(xml[tag.end() : end])
            whole = tag.end() if closed else xml.find(">", end) + 1
            place = (row, column) if row and column and prefix != "xm:" else None
            yield Formula(tag.start(), whole, prefix, attributes, (tag.end(), end), text, place)


def _elements(xml: str, name: str, follow: Follow) -> Iterator[Edit]:
    """Elements whose text is a formula."""
    for match in re.finditer(rf"{_SKIPPED}|<(?:[\w.\-]+:)?{name}(?:\s{_REST})?>([^<]*)</", xml, re.DOTALL):
        if match[1]:
            yield from _edit(match.span(1), match[1], follow)


def _attributes(xml: str, element: str, attribute: str, follow: Follow) -> Iterator[Edit]:
    """Attributes that are formulas; they never become #REF!, which they could not say."""
    pattern = rf"{_SKIPPED}|<(?:[\w.\-]+:)?{element}\s({_REST})/?>"
    for tag in re.finditer(pattern, xml, re.DOTALL):
        value = re.search(_ATTRIBUTE.format(attribute), tag[1]) if tag[1] else None
        if value:
            start = tag.start(1) + value.start(1) + 1
            words = value[1][1:-1]
            yield from _edit(
                (start, start + len(words)), words, partial(_link if element == _RELATION else _kept, follow)
            )


def _kept(follow: Follow, old: str) -> str:
    new = follow(old)
    return old if LOST in new else new


def _link(follow: Follow, old: str) -> str:
    """Where a shape leads to: a cell of this workbook, or another part or page, which is no formula."""
    return "#" + _kept(follow, old[1:]) if old.startswith("#") else old


def _edit(span: tuple[int, int], words: str, follow: Follow) -> Iterator[Edit]:
    old = unescape(words)
    new = follow(old)
    if new != old:
        yield *span, escape(new, {'"': "&quot;"})


def _bounds(xml: str, follow: Follow) -> Iterator[Edit]:
    """The ends of colour scales and data bars, where they are formulas."""
    for tag in re.finditer(rf"{_SKIPPED}|<(?:[\w.\-]+:)?cfvo\s({_REST})/?>", xml, re.DOTALL):
        if tag[1] and re.search(r"\btype\s*=\s*[\"']formula[\"']", tag[1]):
            value = re.search(_ATTRIBUTE.format("val"), tag[1])
            if value:
                start = tag.start(1) + value.start(1) + 1
                yield from _edit((start, start + len(value[1]) - 2), value[1][1:-1], follow)


def _sources(xml: str, element: str, follow: Follow) -> Iterator[Edit]:
    """The cells from which a pivot table or a consolidation takes its data."""
    for tag in re.finditer(rf"<(?:[\w.\-]+:)?{element}\s({_REST})/?>", xml, re.DOTALL):
        found = {name: re.search(_ATTRIBUTE.format(name), tag[1]) for name in ("ref", "sheet")}
        if not found["ref"] or not found["sheet"]:
            yield from _name_of_a_sheet(xml, tag, found["sheet"], follow)
            continue
        values = {name: unescape(match[1][1:-1]) for name, match in found.items() if match}
        old = f"{quoted(values['sheet'])}!{values['ref']}"
        new = follow(old)
        if new == old or LOST in new:
            continue
        sheet, _, area = new.rpartition("!")
        now = {"ref": area.replace("$", ""), "sheet": _unquoted(sheet)}
        for name, match in found.items():
            if match and now[name] != values[name]:
                start = tag.start(1) + match.start(1) + 1
                yield start, start + len(match[1]) - 2, escape(now[name], {'"': "&quot;"})


def _name_of_a_sheet(xml: str, tag: re.Match[str], sheet: re.Match[str] | None, follow: Follow) -> Iterator[Edit]:
    """A source that is a name of one sheet: it stays, its sheet may be called otherwise."""
    called = re.search(_ATTRIBUTE.format("name"), tag[1])
    if sheet and called:
        name = unescape(sheet[1][1:-1])
        new = follow(f"{quoted(name)}!{unescape(called[1][1:-1])}")
        if LOST not in new and (now := _unquoted(new.rpartition("!")[0])) != name:
            start = tag.start(1) + sheet.start(1) + 1
            yield start, start + len(sheet[1]) - 2, escape(now, {'"': "&quot;"})


def _unquoted(sheet: str) -> str:
    return sheet.removeprefix("'").removesuffix("'").replace("''", "'")
