"""Every formula's result beside the formula: the workbook is calculated by IronCalc and the results written in.

Files come out of the engine with formulas only.  In Protected View, mail previews, on phones and for most
readers such cells are blank, so no file leaves without stored values.  IronCalc reads the file itself, so
what it calculates is what the file says, not what we meant to write.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape, unescape
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

import ironcalc
from defusedxml import ElementTree

from xl_kpi.catalog import text
from xl_kpi.errors import EngineDisagrees
from xl_kpi.workbook.writing.shared_formulas import shared

Value = float | str | bool

MOST_SHOWN = 20  # faults named in one message
_BOOK = "xl/workbook.xml"
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# A cell with a formula: its attributes, the place among them, the formula element, and a result that may stand there.
_CELL = re.compile(
    r'<c ((?:[^>]* )?r="([A-Z]+)([0-9]+)"[^>]*)>(<f\b[^>]*(?:/>|>[^<]*</f>))(?:<v>[^<]*</v>|<v ?/>)?</c>'
)
_TYPE = re.compile(r'\bt="[^"]*"')
_TAGS = re.compile(r"<[^>]*>")
# A name with what it stands for; a word that may be a name.
_NAME = re.compile(r'<definedName name="([^"]*)"[^>]*>[^<]*</definedName>')
_WORD = re.compile(r"[\w.\\?]+")
_LEVEL = 6  # of compression: above it files shrink by less than 1 % and take twice the time


def with_stored_values(data: bytes, lang: str = "en") -> bytes:
    """The workbook with the result of every formula beside it, compressed.

    ``data`` an .xlsx as the engine wrote it, ``lang`` the language of messages.  Numbers are written with
    every digit that they need to be read back the same.  The same data give the same bytes.

    Errors: EngineDisagrees names sheet, cell, formula and result where a formula's result is an error
    value or missing, and says so when IronCalc can't read the workbook at all.
    """
    parts = _parts(data, lang)
    model, sheets = _calculated(_quick_to_read(parts), lang)
    faults: list[str] = []
    for index, (name, part) in enumerate(sheets):
        parts[part] = _filled(parts[part].decode("utf-8"), name, index, model, faults, lang).encode("utf-8")
    if faults:
        more = [text("calc_more", lang, count=len(faults) - MOST_SHOWN)] if len(faults) > MOST_SHOWN else []
        raise EngineDisagrees("\n".join(faults[:MOST_SHOWN] + more))
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=_LEVEL) as package:
        for name, content in parts.items():
            info = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            package.writestr(info, content, compresslevel=_LEVEL)
    return file.getvalue()


def evaluate(data: bytes, lang: str = "en") -> dict[tuple[str, int, int], Value]:
    """What IronCalc calculates: (sheet name, row, column) -> value, of every cell that holds something.

    Error values come as their text ("#DIV/0!"); a formula that gives "" comes as "".
    Errors: EngineDisagrees where IronCalc can't read the workbook.
    """
    model, sheets = _calculated(_quick_to_read(_parts(data, lang)), lang)
    names = [name for name, _ in sheets]
    values = ((cell, model.get_cell_value(*cell)) for cell in model.get_all_cells())
    return {(names[sheet], row, column): value for (sheet, row, column), value in values if value is not None}


def _parts(data: bytes, lang: str) -> dict[str, bytes]:
    try:
        with ZipFile(BytesIO(data)) as package:
            return {info.filename: package.read(info) for info in package.infolist()}
    except BadZipFile as error:
        raise EngineDisagrees(text("calc_unreadable", lang, reason=error)) from error


def _quick_to_read(parts: Mapping[str, bytes]) -> bytes:
    """The same workbook for a reader that calculates and does nothing else.

    Nothing is compressed, formulas that only move are told once, and what no formula asks for is left out: what
    follows the cells of a sheet, and the names that no formula says (IronCalc takes all names along for each formula
    that is told).  A workbook that shares formulas already stays as it is.
    """
    sheets = {name: xml.decode("utf-8") for name, xml in parts.items() if name.startswith("xl/worksheets/sheet")}
    quick: dict[str, str | bytes] = dict(parts)
    if not any('t="shared"' in xml for xml in sheets.values()):
        said: set[str] = set()
        for name, xml in sheets.items():
            cells, end, _ = xml.partition("</sheetData>")
            if end:
                quick[name] = f"{shared(cells, said)}{end}</worksheet>"
        quick[_BOOK] = _with_names(parts[_BOOK].decode("utf-8"), said)
    file = BytesIO()
    with ZipFile(file, "w") as package:
        for name, content in quick.items():
            package.writestr(name, content)
    return file.getvalue()


def _with_names(xml: str, said: Iterable[str]) -> str:
    """The part that lists the names, with those that are said (IronCalc knows no name that stands for a name)."""
    words = {word.lower() for formula in said for word in _WORD.findall(formula)}
    return _NAME.sub(lambda match: match[0] if match[1].lower() in words else "", xml)


def _calculated(data: bytes, lang: str) -> tuple[ironcalc.Model, list[tuple[str, str]]]:
    """The calculated model, and (name, part) of each sheet in the order in which IronCalc counts them."""
    with tempfile.TemporaryDirectory() as folder:  # IronCalc reads .xlsx from a path only
        path = Path(folder, "book.xlsx")
        path.write_bytes(data)
        try:
            model = ironcalc.load_from_xlsx(str(path), "en", "UTC", "en")
            model.evaluate()
        except BaseException as error:  # a panic inside IronCalc is no Exception
            if isinstance(error, (KeyboardInterrupt, SystemExit, MemoryError)):
                raise
            raise EngineDisagrees(text("calc_unreadable", lang, reason=error)) from error
    with ZipFile(BytesIO(data)) as package:
        sheets = list(_sheet_parts(package))
    names = [properties["name"] for properties in model.get_worksheets_properties()]
    if names != [name for name, _ in sheets]:
        raise EngineDisagrees(text("calc_other_sheets", lang, names=", ".join(names)))
    return model, sheets


def _sheet_parts(package: ZipFile) -> Iterator[tuple[str, str]]:
    relations = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target") for relation in relations}
    for sheet in ElementTree.fromstring(package.read(_BOOK)).iter(f"{_MAIN}sheet"):
        target = targets[sheet.get(_RELATION)]
        yield sheet.get("name"), target[1:] if target.startswith("/") else f"xl/{target}"


def _filled(xml: str, sheet: str, index: int, model: ironcalc.Model, faults: list[str], lang: str) -> str:
    """One sheet's XML with results; appends to ``faults`` what has none."""
    value_of = model.get_cell_value
    columns: dict[str, int] = {}

    def fill(match: re.Match[str]) -> str:
        attributes, letters, row, formula = match.groups()
        column = columns.get(letters)
        if column is None:
            column = columns[letters] = ironcalc.column_number_from_name(letters)
        value = value_of(index, int(row), column)
        if " t=" in attributes:
            attributes = _TYPE.sub("", attributes).rstrip()
        if isinstance(value, bool):
            return f'<c {attributes} t="b">{formula}<v>{value:d}</v></c>'
        if isinstance(value, float):
            return f"<c {attributes}>{formula}<v>{_number(value)}</v></c>"
        if isinstance(value, str) and not _is_error(value, model, index, int(row), column):
            return f'<c {attributes} t="str">{formula}<v>{escape(value)}</v></c>'
        result = value if value is not None else text("calc_no_result", lang)
        shown = "=" + unescape(_TAGS.sub("", formula), {"&quot;": '"', "&apos;": "'"})
        faults.append(text("calc_error", lang, place=f"{sheet}!{letters}{row}", formula=shown, result=result))
        return match[0]

    filled, found = _CELL.subn(fill, xml)
    written = xml.count("<f>") + xml.count("<f ") + xml.count("<f/>")
    if found != written:
        raise EngineDisagrees(text("calc_not_filled", lang, sheet=sheet, written=written, found=found))
    return filled


def _is_error(value: str, model: ironcalc.Model, sheet: int, row: int, column: int) -> bool:
    return value.startswith("#") and model.get_cell_type(sheet, row, column) == ironcalc.CellType.ErrorValue


def _number(value: float) -> str:
    """The shortest text that is read back as the same number; whole ones without a point."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
