"""A person types into a workbook file: single cells change in the file's XML, everything else stays as it was."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import zipfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

from xl_kpi.calc import month_start
from xl_kpi.commands import open_workbook
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.keys import actual_key

Typed = object  # a number, text, date or None; ("=1/3", 0.333…) for a formula with its result


_KNOWN: dict[str, dict[str, tuple[str, str]]] = {}  # many tests type into copies of one workbook


def places(path: Path) -> dict[str, tuple[str, str]]:
    """Stable key of each entry → sheet and cell where it stands, blank cells of actuals among them."""
    content = hashlib.sha256(path.read_bytes()).hexdigest()
    if content in _KNOWN:
        return dict(_KNOWN[content])
    opened = open_workbook(path, "ja")
    found = {key: (at[0].sheet, at[0].cell) for key, at in opened.read.places.items()}
    start = opened.old_start
    for cell in opened.read.typed:
        shown = (opened.read.plan.start.year - start.year) * 12 + opened.read.plan.start.month - start.month
        key = actual_key(cell.what, month_start(start, cell.month + shown))
        found[key] = (cell.place.sheet, cell.place.cell)
    _KNOWN[content] = found
    return dict(found)


def type_in(path: Path, entries: Mapping[str, Typed]) -> Path:
    """Type values into cells: by stable key, or by "sheet!cell"."""
    known = places(path)
    cells: dict[str, dict[str, Typed]] = {}
    for key, value in entries.items():
        sheet, cell = known[key] if key in known else key.split("!")
        cells.setdefault(sheet, {})[cell] = value
    return type_in_cells(path, cells)


def type_in_cells(path: Path, cells: Mapping[str, Mapping[str, Typed]]) -> Path:
    """The same by sheet and cell."""
    with zipfile.ZipFile(path) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    where = parts_of(parts)
    for sheet, typed in cells.items():
        xml = parts[where[sheet]].decode("utf-8")
        for cell, value in typed.items():
            xml = _put(xml, cell, value)
        parts[where[sheet]] = xml.encode("utf-8")
    return _write(path, parts)


def add_sheet(path: Path, name: str, cells: Mapping[str, Typed]) -> Path:
    """A sheet of the user's own behind all others: cell → what is typed there."""
    with zipfile.ZipFile(path) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    numbers = [int(n) for n in re.findall(r"xl/worksheets/sheet(\d+)\.xml", "\n".join(parts))]
    part = f"xl/worksheets/sheet{max(numbers) + 1}.xml"
    by_row: dict[int, list[str]] = {}
    for cell in cells:
        by_row.setdefault(int(re.sub(r"\D", "", cell)), []).append(cell)
    rows = "".join(
        f'<row r="{row}">{"".join(_cell(cell, "", cells[cell]) for cell in sorted(by_row[row]))}</row>'
        for row in sorted(by_row)
    )
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    parts[part] = f'<worksheet xmlns="{main}"><sheetData>{rows}</sheetData></worksheet>'.encode()
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    _insert(parts, "xl/workbook.xml", "</sheets>",
            f'<sheet xmlns:r="{office}" name="{escape(name)}" sheetId="900" r:id="rId900"/>')  # fmt: skip
    _insert(parts, "xl/_rels/workbook.xml.rels", "</Relationships>",
            f'<Relationship Id="rId900" Type="{office}/worksheet" Target="/{part}"/>')  # fmt: skip
    sheet = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    _insert(parts, "[Content_Types].xml", "</Types>", f'<Override PartName="/{part}" ContentType="{sheet}"/>')
    return _write(path, parts)


def parts_of(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Name of a sheet → its part."""
    relations = {one["Id"]: one["Target"] for one in _elements(parts["xl/_rels/workbook.xml.rels"], "Relationship")}
    found = {}
    for sheet in _elements(parts["xl/workbook.xml"], "sheet"):
        target = relations[sheet["r:id"]]
        found[sheet["name"]] = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return found


def plan_entries(path: Path) -> dict:
    """The entries of the plan in a workbook."""
    return entries_of(open_workbook(path, "ja").read.plan)


def _elements(xml: bytes, tag: str) -> list[dict[str, str]]:
    found = re.findall(rf"<(?:\w+:)?{tag}\s([^>]*?)/?>", xml.decode("utf-8"))
    return [dict(re.findall(r'([\w:]+)="([^"]*)"', attributes)) for attributes in found]


def _put(xml: str, cell: str, value: Typed) -> str:
    def typed(match: re.Match[str]) -> str:
        return _cell(cell, re.sub(r'\s(?:t|r)="[^"]*"', "", match[1]), value)

    changed, count = re.subn(rf'<c r="{cell}"([^>]*?)(?:/>|>.*?</c>)', typed, xml, count=1, flags=re.DOTALL)
    assert count == 1, f"{cell} is not there"
    return changed


def _cell(cell: str, attributes: str, value: Typed) -> str:
    formula = ""
    if isinstance(value, tuple):
        formula, value = f"<f>{escape(value[0][1:])}</f>", value[1]
    if value is None:
        return f'<c r="{cell}"{attributes}/>'
    if isinstance(value, dt.date):
        value = (value - dt.date(1899, 12, 30)).days
    if isinstance(value, str) and formula:
        return f'<c r="{cell}"{attributes} t="str">{formula}<v>{escape(value)}</v></c>'
    if isinstance(value, str):
        return f'<c r="{cell}"{attributes} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{cell}"{attributes}>{formula}<v>{value!r}</v></c>'


def _insert(parts: dict[str, bytes], part: str, before: str, more: str) -> None:
    xml = parts[part].decode("utf-8")
    assert xml.count(before) == 1
    parts[part] = xml.replace(before, more + before).encode("utf-8")


def _write(path: Path, parts: Mapping[str, bytes]) -> Path:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    path.write_bytes(file.getvalue())
    return path
