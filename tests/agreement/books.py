"""Workbooks for the agreement tests: built from a plan, changed by a person's edits, read by three engines."""

from __future__ import annotations

import datetime as dt
import pickle
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZipFile

import openpyxl

import workbook_templates
from tests.agreement.sheet_xml import Place
from tests.agreement.stamped import stale
from tests.reading.sound_plans import read_plan
from xl_kpi import engine
from xl_kpi.plan.checks import check
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Records
from xl_kpi.plan.source import plan_from_source
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.package.file_book import FileBook
from xl_kpi.workbook.package.safety import package_parts
from xl_kpi.workbook.spec import BookSpec
from xl_kpi.workbook.writing.render import render
from xl_kpi.workbook.writing.stored_values import with_stored_values

TEMPLATES = ("default", "c1", "c2", "c3", "c4", "small")
LANGUAGES = ("ja", "en")
# Every template, the default in both languages and the others in turn: a sheet is made by the same lines for each.
BOOKS = [("default", "ja"), ("default", "en"), ("c1", "ja"), ("c2", "en"), ("c3", "ja"), ("c4", "en"),
         ("small", "ja"), ("small", "en")]  # fmt: skip

# What every run compares: one for each kind of goal and of lag, both languages; the others are for the long run.
OFTEN = [("default", "ja"), ("c2", "en"), ("c4", "en"), ("small", "ja")]

Values = dict[tuple[str, int, int], Any]


@dataclass(frozen=True)
class Built:
    """A plan, its workbook as Python describes it, and the finished file; ``stale`` what is old in a changed one."""

    plan: Plan
    spec: BookSpec
    data: bytes
    stale: frozenset[Place] = frozenset()

    def at(self, folder: Path, name: str) -> Path:
        path = folder / f"{name}.xlsx"
        path.write_bytes(self.data)
        return path


@cache
def template_plan(name: str, lang: str) -> Plan:
    return plan_from_source(workbook_templates.source(name), lang, name)


def built(plan: Plan, records: Records | None = None) -> Built:
    """The workbook of a plan and of what it remembers, the way every file leaves the project.

    Made once while tests ask for the same: nobody changes it.
    """
    return _built(pickle.dumps((plan, records)))


@lru_cache(8)
def _built(asked: bytes) -> Built:
    plan, records = pickle.loads(asked)
    faults = [fault for fault in check(plan) if fault.level == "error"]
    assert not faults, faults  # a test that builds an unsound plan proves nothing
    spec = book_spec(plan, records)
    book = engine.new_book()
    render(spec, book)
    return Built(plan, spec, with_stored_values(book.api.to_bytes(), plan.lang))


@cache
def template_book(name: str, lang: str) -> Built:
    return built(template_plan(name, lang))


# ---- what a person types into the finished file -------------------------------------------------------------


@lru_cache(4)  # the tests of a workbook follow one another
def _opened(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(data))


class Editor:
    """The input cells of a workbook file, found by defined name and row id as a person finds them by label."""

    def __init__(self, original: Built):
        self.original, self.lang = original, original.plan.lang
        self.data = original.data
        self.book = _opened(original.data)  # to be looked at only
        self.parts = {ws.title: f"xl/worksheets/sheet{number}.xml" for number, ws in enumerate(self.book, 1)}

    def _area(self, name: str) -> tuple[tuple[Any, ...], ...]:
        ((sheet, address),) = self.book.defined_names[name].destinations
        cells = self.book[sheet][address]
        return cells if isinstance(cells, tuple) else ((cells,),)

    def cell(self, name: str) -> Any:
        return self._area(name)[0][0]

    def row(self, table: str, key: object) -> tuple[Any, ...]:
        """The row of a table with this id in its first column."""
        return next(row for row in self._area(table) if row[0].value == key)

    def of_stage(self, stage: str, column: str) -> Any:
        """Rate, low, high: the 4th to 6th column behind the hidden id; then the six steps of a curve."""
        place = {"rate": 4, "low": 5, "high": 6} | {f"curve{30 * k}": 6 + k for k in range(1, 7)}
        return self.row("tbl_stages", stage)[place[column]]

    def of_channel(self, channel: str, column: str) -> Any:
        return self.row("tbl_channels", channel)[{"stage": 4, "share": 5, "unit_cost": 6, "capacity": 7}[column]]

    def open_in(self, stage: str) -> Any:
        return self.row("tbl_pipeline", stage)[3]

    def season(self, month: int) -> Any:
        return self.row("tbl_season", month)[1]

    def actual(self, block: str, key: str, month: int) -> Any:
        """``block`` act_stages or act_<channel>; ``month`` counts from 0."""
        header = self._area(block)[0]
        column = next(k for k, cell in enumerate(header) if cell.value == f"=EDATE(plan_start,{month})")
        return self.row(block, f"{key}:actual")[column]

    def assumption(self, channel: str, kpi: str) -> Any:
        return self.row("tbl_kpis", f"{channel}.{kpi}")[13]

    def typed(self, entries: Mapping[Any, Any]) -> bytes:
        """The file with these entries and nothing else changed, as a careful program saves it.

        (openpyxl would write every blank cell as a number without a value, which IronCalc takes for 0.)
        """
        with ZipFile(BytesIO(self.data)) as package:
            parts = {info.filename: package.read(info) for info in package.infolist()}
        for cell, value in entries.items():
            assert not cell.protection.locked, f"{cell.parent.title}!{cell.coordinate} is no input cell"
            assert cell.value != value, f"{cell.parent.title}!{cell.coordinate} says {value!r} already"
            part = self.parts[cell.parent.title]
            xml = parts[part].decode("utf-8")
            (found,) = re.finditer(rf'<c r="{cell.coordinate}"( s="[0-9]+")?[^>]*?(?:/>|>.*?</c>)', xml)
            new = _cell_xml(cell.coordinate, found[1] or "", value)
            parts[part] = (xml[: found.start()] + new + xml[found.end() :]).encode("utf-8")
        file = BytesIO()
        with ZipFile(file, "w") as package:
            for name, content in parts.items():
                package.writestr(name, content)
        return file.getvalue()


def _cell_xml(place: str, style: str, value: Any) -> str:
    head = f'<c r="{place}"{style}'
    if value is None:
        return f"{head}/>"
    if isinstance(value, str):
        return f'{head} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f"{head}><v>{serial(value)!r}</v></c>"


Edit = Callable[[Editor], Mapping[Any, Any]]  # gives {cell: what is typed into it}


def changed(editor: Editor, edit: Edit) -> Built:
    """The file after the edit, with the plan that Python reads in it, its numbers, and IronCalc's results."""
    data = with_stored_values(editor.typed(edit(editor)), editor.lang)
    plan = read_back(data)
    spec = book_spec(plan)
    return Built(plan, spec, data, stale(spec, data))


def read_back(data: bytes) -> Plan:
    """The plan typed in a file, as the commands read it."""
    name = "changed.xlsx"
    return read_plan(FileBook(package_parts(data, name, "en"), name), name).plan


def serial(value: Any) -> Any:
    """Dates as the numbers that stand in the cells: days since 30 December 1899."""
    if isinstance(value, dt.datetime):
        return (value - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
    if isinstance(value, dt.date):
        return (value - dt.date(1899, 12, 30)).days
    return value
