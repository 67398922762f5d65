"""What a person may do to a workbook between two runs, drawn at random: entries, structure, own cells, own looks."""

from __future__ import annotations

import copy
import random
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path

from lxml import etree
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_to_tuple

from tests.new_files import new_file
from tests.open_book.open_books import plan_of
from tests.regenerate.typing_in import add_sheet, parts_of, places
from xl_kpi.commands import open_workbook
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.spec import SheetSpec

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OWN = "自分"
FILLS, CODES = ("FF00B0F0", "FF92D050"), ("0.000", '0"社"')  # none of ours
OUR_FILLS, OUR_CODES = (None, "FFFFFBEB"), ("#,##0", "0.0%", "General")
CHANNELS = ("web", "ads")

Look = tuple[str | None, str]  # fill (None: none), number format


@cache
def small(lang: str) -> bytes:
    """Two channels and two months: every kind of sheet, and few cells."""
    plan = plan_of("default", lang)
    kpis = tuple(kpi for kpi in plan.kpis if kpi.channel in CHANNELS)
    channels = tuple(one for one in plan.channels if one.id in CHANNELS)
    actuals = {("ads:cost", 0): 120_000, ("stage:mql", 1): 66, ("web:cv", 0): 180}
    return new_file(plan.with_(channels=channels, kpis=kpis, months=2, actuals=actuals, pipeline={"mql": 12}))


@cache
def known(lang: str, folder: str) -> tuple[dict[str, tuple[str, str]], list[SheetSpec]]:
    """Where each entry of ``small`` stands, and the sheets that a person sees."""
    path = Path(folder, f"{lang}.xlsx")
    path.write_bytes(small(lang))
    opened = open_workbook(path, "ja")
    spec = book_spec(opened.read.plan, opened.records)
    return places(path), [sheet for sheet in spec.sheets if not sheet.hidden]


class Person:
    """Somebody who works in the workbook at ``path``; ``done`` says what, for the message of a failed test."""

    def __init__(self, seed: int, path: Path):
        self.random = random.Random(seed)
        self.lang = self.random.choice(("ja", "ja", "en"))
        self.places, self.sheets = known(self.lang, str(path.parent))
        self.cells: dict[str, dict[str, object]] = {}
        self.dressed: dict[tuple[str, str], Look] = {}
        self.notes: list[str] = []
        path.write_bytes(small(self.lang))
        acts = self.random.sample(ACTS, self.random.randint(1, 6))
        if Person.start in acts:  # an actual typed under a moved start is asked about
            acts = [act for act in acts if act is not Person.numbers]
        for act in acts:
            act(self)
        # in a row that says something else than before, a look of ours may be that of what stood there
        self.fills = FILLS if Person.language in acts else (*FILLS, *OUR_FILLS)
        self.codes = CODES if Person.language in acts else (*CODES, *OUR_CODES)
        for _ in range(self.random.randint(0, 6)):
            self.beside()
        for _ in range(self.random.randint(0, 6)):
            self.dress()
        if self.random.random() < 0.3:
            self.typed_over()
        edit(path, self.cells, self.dressed)
        add_sheet(path, OWN, self.formulas())

    def type(self, key: str, value: object) -> None:
        sheet, cell = self.places[key]
        self.cells.setdefault(sheet, {})[cell] = value
        self.notes.append(f"{key} = {value!r}")

    # ---- entries and structure --------------------------------------------------------------------------

    def months(self) -> None:
        self.type("plan_months", self.random.randint(1, 4))

    def start(self) -> None:
        self.type("plan_start", self.random.choice(("2026/02", "2026/03", "2026/05", "2026/06")))

    def language(self) -> None:
        self.type("plan_lang", "English" if self.lang == "ja" else "日本語")

    def kind(self) -> None:
        words = {"ja": ("受注件数", "新規顧客数"), "en": ("Orders", "New customers")}
        self.type("kgi_kind", self.random.choice(words[self.lang]))

    def channel_off(self) -> None:
        self.type(f"tbl_channels[{self.random.choice(CHANNELS)}].on", "×")

    def channel_renamed(self) -> None:
        self.type(f"tbl_channels[{self.random.choice(CHANNELS)}].name", "自社 (2)")

    def stage_renamed(self) -> None:
        self.type("tbl_stages[sql].name", "商談前")

    def stage_gone(self) -> None:
        """The row of a stage is cleared, and the step over it said."""
        self.type("tbl_stages[opportunities].rate", 0.2)
        self.type("tbl_stages[opportunities].lag", 50)
        sheet, cell = self.places["tbl_stages[proposals].name"]
        row = cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        page = next(one for one in self.sheets if one.name == sheet)
        for at, column in page.cells:
            if at == int(row):
                self.cells.setdefault(sheet, {})[f"{get_column_letter(column)}{row}"] = None
        self.notes.append("tbl_stages[proposals] cleared")

    def numbers(self) -> None:
        actuals = [key for key in self.places if key.startswith("actual[")]
        for key in self.random.sample(actuals, 3):
            rate = "rate" in key or key.startswith(("actual[web:cvr", "actual[ads:ctr", "actual[ads:cvr"))
            self.type(key, self.random.choice((None, 0.25 if rate else 7)))
        self.type("kgi_value", self.random.randint(20, 90))

    # ---- what is the user's own -------------------------------------------------------------------------

    def beside(self) -> None:
        """Words or a formula right of our table, or below it."""
        page = self.random.choice(self.sheets)
        rows, columns = max(row for row, _ in page.cells), max(column for _, column in page.cells)
        place = self.random.choice(((self.random.randint(4, rows), columns + 2), (rows + 4, self.random.randint(2, 5))))
        words = self.random.choice(("確認済み", 3.5, ("=B4&C5", ""), ("=$C$7", 0.0)))
        self.cells.setdefault(page.name, {}).setdefault(f"{get_column_letter(place[1])}{place[0]}", words)
        self.notes.append(f"{page.name} {place}: {words!r}")

    def typed_over(self) -> None:
        """A number over one of our formulas."""
        page, place = self._cell(lambda made: made.formula is not None)
        self.cells.setdefault(page.name, {}).setdefault(place, 999)
        self.notes.append(f"{page.name}!{place} = 999, over a formula")

    def dress(self) -> None:
        """Another fill and number format for one of our cells."""
        page, place = self._cell(lambda made: made.value is not None or made.formula is not None)
        if page.key == "history":  # its only line: a file takes that for the look of the whole column
            return
        self.dressed[page.name, place] = self.random.choice(self.fills), self.random.choice(self.codes)
        self.notes.append(f"{page.name}!{place} dressed {self.dressed[page.name, place]}")

    def formulas(self) -> dict[str, object]:
        """Formulas on a sheet of the user's: cells and areas of ours, and what is no reference."""
        found: dict[str, object] = {"A1": "予算", "A2": 5.0, "A3": ("=A2*2", 10.0)}
        for row in range(4, 4 + self.random.randint(1, 8)):
            page, place = self._cell(lambda made: True)
            other = self.random.choice([*page.cells])
            area = f"{place}:{get_column_letter(other[1])}{other[0]}"
            quoted = "'" + page.name.replace("'", "''") + "'!"
            words = self.random.choice((quoted + place, f"COUNTA({quoted}{area})", f"A2+N({quoted}{place})"))
            found[f"B{row}"] = ("=" + words, 0.0)
        return found

    def _cell(self, wanted: Callable) -> tuple[SheetSpec, str]:
        page = self.random.choice(self.sheets)
        some = [place for place, made in sorted(page.cells.items()) if place[1] > 1 < place[0] and wanted(made)]
        if not some:
            return self._cell(wanted)
        row, column = self.random.choice(some)
        return page, f"{get_column_letter(column)}{row}"


ACTS = (
    Person.months, Person.start, Person.language, Person.kind, Person.channel_off, Person.channel_renamed,
    Person.stage_renamed, Person.stage_gone, Person.numbers, Person.numbers,
)  # fmt: skip


def edit(path: Path, cells: Mapping[str, Mapping[str, object]], looks: Mapping[tuple[str, str], Look]) -> None:
    """Type into cells, those that are not there yet among them, and dress some otherwise."""
    with zipfile.ZipFile(path) as package:
        parts = {info.filename: package.read(info) for info in package.infolist()}
    where, styles = parts_of(parts), _Styles(parts["xl/styles.xml"])
    for sheet in cells.keys() | {sheet for sheet, _ in looks}:
        root = etree.fromstring(parts[where[sheet]])
        for place, value in cells.get(sheet, {}).items():
            _put(_cell_at(root, place), value)
        for (_, place), look in ((key, look) for key, look in looks.items() if key[0] == sheet):
            cell = _cell_at(root, place)
            cell.set("s", styles.like(int(cell.get("s", "0")), look))
        parts[where[sheet]] = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    parts["xl/styles.xml"] = styles.written()
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name, content in parts.items():
            package.writestr(name, content)
    path.write_bytes(file.getvalue())


def _cell_at(root: etree._Element, place: str) -> etree._Element:
    row, column = coordinate_to_tuple(place)
    data = root.find(f"{MAIN}sheetData")
    line = next((each for each in data if int(each.get("r")) == row), None)
    if line is None:
        line = etree.Element(f"{MAIN}row", r=str(row))
        data.insert(sum(int(each.get("r")) < row for each in data), line)
    line.attrib.pop("spans", None)
    columns = [coordinate_to_tuple(each.get("r"))[1] for each in line]
    if column in columns:
        return line[columns.index(column)]
    cell = etree.Element(f"{MAIN}c", r=place)
    line.insert(sum(one < column for one in columns), cell)
    return cell


def _put(cell: etree._Element, value: object) -> None:
    for child in list(cell):
        cell.remove(child)
    cell.attrib.pop("t", None)
    if isinstance(value, tuple):
        etree.SubElement(cell, f"{MAIN}f").text = value[0][1:]
        value = value[1]
        if isinstance(value, str):
            cell.set("t", "str")
    elif isinstance(value, str):
        cell.set("t", "inlineStr")
        etree.SubElement(etree.SubElement(cell, f"{MAIN}is"), f"{MAIN}t").text = value
        return
    if value is not None:
        etree.SubElement(cell, f"{MAIN}v").text = str(value)


class _Styles:
    """The part of a package that holds the looks of cells."""

    def __init__(self, part: bytes):
        self.root = etree.fromstring(part)
        self.formats, self.fills, self.codes = (
            self.root.find(MAIN + tag) for tag in ("cellXfs", "fills", "numFmts")
        )  # fmt: skip

    def like(self, number: int, look: Look) -> str:
        """The number of a format like another one but for fill (None: none) and number format."""
        fill, code = look
        pattern = etree.SubElement(etree.SubElement(self.fills, f"{MAIN}fill"), f"{MAIN}patternFill")
        pattern.set("patternType", "solid" if fill else "none")
        if fill:
            etree.SubElement(pattern, f"{MAIN}fgColor", rgb=fill)
        code_id = str(900 + len(self.codes))
        etree.SubElement(self.codes, f"{MAIN}numFmt", numFmtId=code_id, formatCode=code)
        new = copy.deepcopy(self.formats[number])
        wanted = {"numFmtId": code_id, "fillId": str(len(self.fills) - 1), "applyFill": "1", "applyNumberFormat": "1"}
        new.attrib.update(wanted)
        self.formats.append(new)
        return str(len(self.formats) - 1)

    def written(self) -> bytes:
        for each in (self.formats, self.fills, self.codes):
            each.set("count", str(len(each)))
        return etree.tostring(self.root, encoding="utf-8", xml_declaration=True)
