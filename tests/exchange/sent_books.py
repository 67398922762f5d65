"""A plan that was sent to three people, and their workbooks in which they type, insert, move and break things.

The edits are made in the XML of the parts, as a spreadsheet program leaves it: names follow what is inserted, the
stored results stay.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from lxml import etree

import workbook_templates
from tests.told import told
from xl_kpi.build import build
from xl_kpi.calc.lag import Lag
from xl_kpi.catalog import LANGUAGES, text
from xl_kpi.exchange.outgoing.workbook import Outgoing, Sending
from xl_kpi.exchange.people import Person
from xl_kpi.exchange.returned.desk import Desk, ReadBack
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.merging.merge import before_sending
from xl_kpi.plan.merging.permissions import opened_keys
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import with_pages
from xl_kpi.plan.pages.tables import find_table
from xl_kpi.plan.records import Records, Sent, Value
from xl_kpi.plan.source import plan_from_source
from xl_kpi.workbook.addresses import absolute, column_letters, quoted, relative
from xl_kpi.workbook.cells.areas import Reference, reference
from xl_kpi.workbook.package.safety import few_parts

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
PLAN_ID = "0123456789abcdef0123456789abcdef"
SENT_AT = dt.datetime(2026, 5, 1, 9, 0)

TANAKA = Person("田中", "マーケティング", "tanaka@example.com", ("ads", "web"))
SATO = Person("佐藤", "インサイドセールス", "sato@example.com")
SUZUKI = Person("鈴木", "マーケティング", "suzuki@example.com", ("ads",))
PEOPLE = (TANAKA, SATO, SUZUKI)


ONLY_READ = ("dashboard", "review", "tree", "glossary", "functions")  # nobody types there, and no mail asks for them


def tag(name: str) -> str:
    return f"{{{MAIN}}}{name}"


def quarter(lang: str = "ja", months: int = 3) -> Plan:
    """The default plan from April 2026, with some actuals typed, without the pages that are only read."""
    plan = plan_from_source(workbook_templates.source("default"), lang, "default")
    spread = {"leads": Lag(10, 30), "opportunities": Lag(20, 40)}  # else a quarter's leads all fall before its start
    return with_pages(plan, dict.fromkeys(ONLY_READ, False)).with_(
        months=months,
        stages=tuple(replace(stage, lag=spread.get(stage.id, stage.lag)) for stage in plan.stages),
        pipeline={},  # all that is needed is asked of the channels
        goal=plan.goal.__class__(plan.goal.kind, plan.goal.value),
        actuals={("ads:clicks", 0): 1000.0, ("web:sessions", 0): 5000.0, ("stage:sql", 0): 12.0},
    )


@dataclass
class Office:
    """The master's side: the plan, its records, and the workbooks as they went out."""

    plan: Plan
    records: Records = field(default_factory=lambda: Records(plan_id=PLAN_ID))
    rest: str = "visible"

    def send(self, people: Iterable[Person] = PEOPLE, version: str = "1", time: dt.datetime = SENT_AT) -> Office:
        """The same office after a version went out."""
        people = tuple(people)
        outgoing = Outgoing(self.plan, Sending(self.records.plan_id, version, rest=self.rest))
        opened = {person.mail: outgoing.ids(person) for person in people}
        is_open = opened_keys(self.plan, {one for ids in opened.values() for one in ids})
        entries = {key: value for key, value in entries_of(self.plan).items() if is_open(key)}
        records = before_sending(self.records, opened)
        records = records.with_(
            sent=(*records.sent, Sent(version, time, opened, entries, unit=self.plan.currency_unit)),
            last=entries_of(self.plan),
        )
        office = Office(self.plan, records, self.rest)
        office.books = {person.mail: outgoing.workbook(person) for person in people}
        return office

    books: dict[str, bytes] = field(default_factory=dict, init=False)

    def master(self) -> bytes:
        """The plan's own workbook, as ``distribute`` leaves it."""
        return build(self.plan, records=self.records)

    def book(self, person: Person) -> Filled:
        return Filled(self.books[person.mail])

    def read(self, data: bytes | Filled, file: str = "返送.xlsx", lang: str | None = None) -> ReadBack:
        """What the office reads out of a file that comes back; its faults in words."""
        data = data.bytes() if isinstance(data, Filled) else data
        lang = lang or self.plan.lang
        back = Desk(self.plan, self.records).read(few_parts(data, file, lang), file)
        return replace(back, faults=tuple(told(back.faults, lang)))


def _written(tree: Any) -> bytes:
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


class _Trees(dict):
    """The sheets by name, each parsed when somebody works in it."""

    def __init__(self, contents: Mapping[str, bytes]):
        self.contents = contents

    def __missing__(self, name: str) -> Any:
        self[name] = tree = etree.fromstring(self.contents[name])
        return tree

    def __iter__(self) -> Iterator[str]:
        return iter(self.contents)

    def items(self) -> list[tuple[str, Any]]:
        return [(name, self[name]) for name in self.contents]

    def values(self) -> list[Any]:
        return [self[name] for name in self.contents]


class Filled:
    """A workbook in which a person works."""

    def __init__(self, data: bytes):
        with ZipFile(BytesIO(data)) as package:
            self.parts = {info.filename: package.read(info) for info in package.infolist()}
        self.workbook = etree.fromstring(self.parts["xl/workbook.xml"])
        rels = etree.fromstring(self.parts["xl/_rels/workbook.xml.rels"])
        targets = {rel.get("Id"): "xl/" + rel.get("Target").removeprefix("/xl/") for rel in rels}
        self.sheet_parts = {
            sheet.get("name"): targets[sheet.get(RELATION)] for sheet in self.workbook.iter(tag("sheet"))
        }
        self.trees = _Trees({name: self.parts[part] for name, part in self.sheet_parts.items()})

    def bytes(self) -> bytes:
        parts = dict(self.parts)
        parts["xl/workbook.xml"] = _written(self.workbook)
        for name, part in self.sheet_parts.items():
            if dict.__contains__(self.trees, name):
                parts[part] = _written(self.trees[name])
        file = BytesIO()
        with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as package:
            for name, content in parts.items():
                package.writestr(name, content)
        return file.getvalue()

    def bytes_of(self, sheet: str) -> bytes:
        """The part of one sheet."""
        return _written(self.trees[sheet])

    # --- finding -----------------------------------------------------------------------------------------

    def name(self, name: str) -> Any:
        return next(
            item
            for item in self.workbook.iter(tag("definedName"))
            if item.get("name") == name and item.get("localSheetId") is None
        )

    def area(self, name: str) -> Reference:
        return reference(self.name(name).text)

    def cell(self, sheet: str, row: int, column: int) -> Any:
        """The cell's element, made where there is none."""
        data = self.trees[sheet].find(tag("sheetData"))
        line = next((one for one in data if one.get("r") == str(row)), None)
        if line is None:
            line = etree.Element(tag("row"), r=str(row))
            position = next((k for k, one in enumerate(data) if int(one.get("r")) > row), len(data))
            data.insert(position, line)
        found = next((one for one in line if one.get("r") == relative(row, column)), None)
        if found is None:
            found = etree.Element(tag("c"), r=relative(row, column))
            position = next((k for k, one in enumerate(line) if _place(one)[1] > column), len(line))
            line.insert(position, found)
        return found

    def value(self, sheet: str, row: int, column: int) -> Any:
        cell = self.cell(sheet, row, column)
        stored = cell.findtext(tag("v"))
        if cell.get("t") == "s":
            return "".join(self.strings[int(stored)].itertext())
        if cell.get("t") == "inlineStr":
            return "".join(cell.itertext())
        return float(stored) if stored and cell.get("t") in (None, "n") else stored

    @cached_property
    def strings(self) -> list[Any]:
        return list(etree.fromstring(self.parts["xl/sharedStrings.xml"]))

    def place(self, key: str) -> tuple[str, int, int]:
        """Sheet, row and column of an entry, found as a person finds it: by the words beside and above."""
        entry = EntryKey.parse(key)
        if entry.is_actual:
            what, month, owner, kpi = entry.row, entry.month, entry.owner, entry.id
            area = self.area("act_stages" if owner == "stage" else f"act_{owner}")
            wanted = f"{what}:actual" if owner == "stage" else f"{kpi}:actual"
            row = self.row_of(area, wanted)
            days = (month - dt.date(1899, 12, 30)).days
            column = next(
                c for c in range(area.column, area.last_column + 1) if self.value(area.sheet, area.row, c) == days
            )
            return area.sheet, row, column
        table, row_id, header = re.fullmatch(r"(\w+)\[(.+)\]\.(\w+)", key).groups()
        area = self.area(table)
        if about := find_table(table):
            words = {text(about.header(header), lang) for lang in LANGUAGES}
            column = next(
                c for c in range(area.column, area.last_column + 1) if self.value(area.sheet, area.row, c) in words
            )
            return area.sheet, self.row_of(area, row_id), column
        columns = {"state": 7, "by": 8, "on": 9, "comment": 10, "value": 11}
        return area.sheet, self.row_of(area, row_id), area.column - 1 + columns[header]

    def row_of(self, area: Reference, key: str) -> int:
        return next(
            row for row in range(area.row, area.last_row + 1) if self.value(area.sheet, row, area.column) == key
        )

    # --- typing ------------------------------------------------------------------------------------------

    def type(self, entries: Mapping[str, Any]) -> Filled:
        """Values into the cells of entries; a text that begins with = is a text."""
        for key, value in entries.items():
            self.put(*self.place(key), value)
        return self

    def put(self, sheet: str, row: int, column: int, value: Any, *, formula: str | None = None, kind: str = "") -> Any:
        cell = self.cell(sheet, row, column)
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        if formula is not None:
            etree.SubElement(cell, tag("f")).text = formula
        if isinstance(value, bool):
            cell.set("t", "b")
        elif isinstance(value, str) and formula is None and not kind:
            cell.set("t", "inlineStr")
            inline = etree.SubElement(etree.SubElement(cell, tag("is")), tag("t"))
            inline.text = value
            inline.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            return cell
        elif isinstance(value, str):
            cell.set("t", kind or "str")
        if isinstance(value, dt.date):
            value = (value - dt.date(1899, 12, 30)).days
        if value is not None:
            etree.SubElement(cell, tag("v")).text = str(int(value) if isinstance(value, bool) else value)
        return cell

    def choose(self, key: str, words: str) -> Filled:
        """A choice on 統合, in the words of one of the options beside it."""
        area = self.area("tbl_merge")
        row = self.row_of(area, key)
        options = [self.value(area.sheet, row, column) for column in range(7, area.last_column + 1)]
        self.put(area.sheet, row, 6, next(option for option in options if option and words in option))
        return self

    def formula(self, key: str, formula: str, value: Any, kind: str = "") -> Filled:
        """A formula and its result into the cell of an entry."""
        self.put(*self.place(key), value, formula=formula, kind=kind)
        return self

    # --- moving things about -----------------------------------------------------------------------------

    def insert_rows(self, sheet: str, at: int, count: int = 1) -> Filled:
        """Blank rows above row ``at``: everything below moves, and names with it."""
        return self._moved(sheet, lambda row, column: (row + count if row >= at else row, column))

    def insert_columns(self, sheet: str, at: int, count: int = 1) -> Filled:
        return self._moved(sheet, lambda row, column: (row, column + count if column >= at else column))

    def delete_row(self, sheet: str, at: int) -> Filled:
        data = self.trees[sheet].find(tag("sheetData"))
        for row in list(data):
            if row.get("r") == str(at):
                data.remove(row)
        return self._moved(sheet, lambda row, column: (row - 1 if row > at else row, column))

    def delete_column(self, sheet: str, at: int) -> Filled:
        for row in self.trees[sheet].iter(tag("row")):
            for cell in list(row):
                if _place(cell)[1] == at:
                    row.remove(cell)
        return self._moved(sheet, lambda row, column: (row, column - 1 if column > at else column))

    def swap_rows(self, sheet: str, one: int, other: int) -> Filled:
        """As sorting does: whole rows change places."""
        rows = {int(row.get("r")): row for row in self.trees[sheet].iter(tag("row"))}
        for row, number in ((rows[one], other), (rows[other], one)):
            row.set("r", str(number))
            for cell in row:
                cell.set("r", relative(number, _place(cell)[1]))
        self._in_order(sheet)
        return self

    def swap_cells(self, sheet: str, one: int, other: int, columns: Iterable[int]) -> Filled:
        """As sorting some columns does: these cells of two rows change places."""
        for column in columns:
            cells = self.cell(sheet, one, column), self.cell(sheet, other, column)
            inside = [(dict(cell.attrib), list(cell)) for cell in cells]
            for cell, (attributes, children), row in zip(cells, reversed(inside), (one, other)):
                cell[:] = children
                cell.attrib.clear()
                cell.attrib.update({**attributes, "r": relative(row, column)})
        return self

    def rename_sheet(self, old: str, new: str) -> Filled:
        for sheet in self.workbook.iter(tag("sheet")):
            if sheet.get("name") == old:
                sheet.set("name", new)
        for item in self.workbook.iter(tag("definedName")):
            item.text = (item.text or "").replace(quoted(old), quoted(new))
        self.sheet_parts = {new if name == old else name: part for name, part in self.sheet_parts.items()}
        self.trees = {new if name == old else name: tree for name, tree in self.trees.items()}
        return self

    def reverse_sheets(self) -> Filled:
        sheets = self.workbook.find(tag("sheets"))
        sheets[:] = list(sheets)[::-1]
        return self

    def hide_all(self) -> Filled:
        """Every sheet but the first, and rows and columns of all of them."""
        for sheet in list(self.workbook.iter(tag("sheet")))[1:]:
            sheet.set("state", "hidden")
        for tree in self.trees.values():
            for row in tree.iter(tag("row")):
                row.set("hidden", "1")
        return self

    def drop_name(self, name: str) -> Filled:
        item = self.name(name)
        item.getparent().remove(item)
        return self

    def set_name(self, name: str, refers_to: str) -> Filled:
        self.name(name).text = refers_to
        return self

    def stamp(self, field: str, value: str) -> Filled:
        """Another plan id, version or recipient on the cover."""
        area = self.area(field)
        self.put(area.sheet, area.row, area.column, value)
        return self

    def _moved(self, sheet: str, move: Any) -> Filled:
        for row in self.trees[sheet].iter(tag("row")):
            row.set("r", str(move(int(row.get("r")), 1)[0]))
            for cell in row:
                cell.set("r", relative(*move(*_place(cell))))
        for item in self.workbook.iter(tag("definedName")):
            place = reference(item.text)
            if place and place.sheet == sheet:
                first = move(place.row, place.column)
                last = move(place.last_row, place.last_column)
                item.text = f"{quoted(sheet)}!{absolute(*first)}" + (f":{absolute(*last)}" if first != last else "")
        self._in_order(sheet)
        return self

    def _in_order(self, sheet: str) -> None:
        data = self.trees[sheet].find(tag("sheetData"))
        data[:] = sorted(data, key=lambda row: int(row.get("r")))


def _place(cell: Any) -> tuple[int, int]:
    letters, row = re.fullmatch(r"([A-Z]+)([0-9]+)", cell.get("r")).groups()
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    assert column_letters(column) == letters
    return int(row), column


def differences(office: Office, back: ReadBack) -> dict[str, Value]:
    """What a file says that is not as it was sent."""
    sent = next(one for one in office.records.sent if one.version == back.returned.version)
    return {key: value for key, value in back.returned.entries.items() if value != sent.entries.get(key)}
