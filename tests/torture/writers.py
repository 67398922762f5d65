"""Plans as other programs and libraries write them: the same cells and names, the user's own sheets beside ours.

By hand: ``python -m tests.torture.writers 200`` runs the commands over as many files and prints how each ended;
``python -m tests.torture.writers 20 Gnumeric ExcelJS`` over those of two writers; ``30-200`` leaves out the first 30.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import xlsxwriter
from openpyxl.styles import Font

from tests.conftest import LibreOffice, _host
from tests.graft.plain import MAIN
from tests.new_files import new_file
from tests.programs.savers import Job, by_gnumeric, by_libreoffice, exceljs, sheetjs
from tests.regenerate.described import template
from tests.torture.package import HEAD, Parts
from xl_kpi.catalog.messages import message
from xl_kpi.commands import check, open_workbook
from xl_kpi.commands.channels import switch_channels
from xl_kpi.commands.mail.collect import collect
from xl_kpi.commands.regenerate import regenerate
from xl_kpi.errors import XlKpiError
from xl_kpi.plan.entries import entries_of

OWN = "自社メモ"
AT_ONCE = 5  # files for which a program is started once
FUNNEL = {"ja": "ファネル", "en": "Funnel"}


@cache
def _built(lang: str, months: int) -> bytes:
    plan = template(lang=lang).with_(months=months)
    return new_file(plan)


def _own_cells(chance: random.Random, funnel: str) -> dict[str, Any]:
    """What stands on the user's own sheet: numbers, words, formulas of its own and of ours."""
    cells: dict[str, Any] = {}
    for row in range(1, chance.randrange(3, 12)):
        cells[f"A{row}"] = chance.choice(("見込み", "a & b < c", "  空白 ", "'", "1,200", "+81-3", "😀"))
        cells[f"B{row}"] = chance.choice((row * 1.5, -3, 1e-9, 123456789012345, True))
        cells[f"C{row}"] = chance.choice((f"=B{row}*2", f"=SUM(B1:B{row})", f"='{funnel}'!E{row + 6}", '=IF(1,"",2)'))
    return cells


def by_openpyxl(data: bytes, chance: random.Random, funnel: str) -> bytes:
    """Opened, a sheet put in, looks and paper changed, saved: without results of formulas."""
    book = openpyxl.load_workbook(BytesIO(data))
    sheet = book.create_sheet(OWN, chance.choice((0, len(book.sheetnames))))
    for address, value in _own_cells(chance, funnel).items():
        sheet[address] = value
        sheet[address].font = Font(bold=chance.random() < 0.5, size=chance.choice((9, 11, 14)))
    ours = book[funnel]
    if chance.random() < 0.5:
        ours.oddHeader.center.text = "社外秘"
        ours.page_setup.paperSize = 8
    if chance.random() < 0.5:
        ours.column_dimensions["C"].hidden = True
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def by_xlsxwriter(data: bytes, chance: random.Random, funnel: str) -> bytes:
    """Every cell and name written into a new file: none of our styles, rules, charts and drawings."""
    book = openpyxl.load_workbook(BytesIO(data))
    results = openpyxl.load_workbook(BytesIO(data), data_only=True)
    out = BytesIO()
    new = xlsxwriter.Workbook(out, {"default_date_format": "yyyy/mm/dd", "strings_to_urls": False})
    for sheet in book.worksheets:
        target, shown = new.add_worksheet(sheet.title), results[sheet.title]
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    value = shown[cell.coordinate].value
                    target.write_formula(cell.coordinate, cell.value, None, "" if value is None else value)
                elif isinstance(cell.value, str):
                    target.write_string(cell.coordinate, cell.value)
                elif cell.value is not None:
                    target.write(cell.coordinate, cell.value)
        if sheet.sheet_state != "visible":
            target.hide()
    own = new.add_worksheet(OWN)
    for address, value in _own_cells(chance, funnel).items():
        own.write(address, value)
    for name, defined in book.defined_names.items():
        if "LAMBDA" not in defined.attr_text:
            new.define_name(name, f"={defined.attr_text}")
    new.close()
    return out.getvalue()


def with_own_sheet(data: bytes, chance: random.Random, funnel: str) -> bytes:
    """The same with the user's own sheet, for programs that only open and save."""
    book, rows = Parts(data), []
    for address, value in _own_cells(chance, funnel).items():
        if isinstance(value, bool):
            inside = f'<c r="{address}" t="b"><v>{value:d}</v></c>'
        elif not isinstance(value, str):
            inside = f'<c r="{address}"><v>{value!r}</v></c>'
        elif value.startswith("="):
            inside = f'<c r="{address}"><f>{escape(value[1:])}</f><v>0</v></c>'
        else:
            words = escape(value)
            inside = f'<c r="{address}" t="inlineStr"><is><t xml:space="preserve">{words}</t></is></c>'
        rows.append((int(address[1:]), inside))
    lines = "".join(
        f'<row r="{row}">{"".join(inside for at, inside in rows if at == row)}</row>'
        for row in sorted({row for row, _ in rows})
    )
    book.sheet(OWN, f'{HEAD}<worksheet xmlns="{MAIN[1:-1]}"><sheetData>{lines}</sheetData></worksheet>')
    return book.zipped()


LIBRARIES: dict[str, Callable[[bytes, random.Random, str], bytes]] = {
    "openpyxl": by_openpyxl, "XlsxWriter": by_xlsxwriter,
}  # fmt: skip
PROGRAMS: dict[str, Callable[[Path], Callable[[Sequence[Job], int], None]]] = {
    "ExcelJS": lambda folder: exceljs(),
    "SheetJS": lambda folder: sheetjs(),
    "LibreOffice": lambda folder: by_libreoffice(LibreOffice(_host("soffice", "libreoffice"), folder)),
    "Gnumeric": lambda folder: by_gnumeric,
}
WRITERS = (*LIBRARIES, *PROGRAMS)


def file_of(writer: str, seed: int) -> bytes:
    """A plan as ``writer`` writes it; the same seed gives the same cells."""
    with tempfile.TemporaryDirectory() as folder:
        return files_of(writer, [seed], Path(folder))[0]


def files_of(writer: str, seeds: Sequence[int], folder: Path) -> list[bytes]:
    """The same of several, for which a program is started once; it works in ``folder``."""
    found = []
    for seed in seeds:
        chance = random.Random(f"{writer} {seed}")
        lang, months = chance.choice(("ja", "en")), chance.choice((3, 4, 6))
        made, funnel = _built(lang, months), FUNNEL[lang]
        found.append(LIBRARIES.get(writer, with_own_sheet)(made, chance, funnel))
    if writer in LIBRARIES:
        return found
    jobs = [Job(folder / f"{writer}-{seed}.xlsx", writer[0]) for seed in seeds]
    for job, data in zip(jobs, found, strict=True):
        job.path.write_bytes(data)
    PROGRAMS[writer](folder)(jobs, 0)
    return [job.path.read_bytes() for job in jobs]


def own_of(data: bytes) -> list[tuple[str, Any]]:
    """What stands on the user's own sheet, but for formulas that follow ours."""
    sheet = openpyxl.load_workbook(BytesIO(data))[OWN]
    found = [(cell.coordinate, cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]
    return [(at, "→" if isinstance(value, str) and "!E" in value else value) for at, value in found]


def tried(data: bytes, folder: Path) -> str:
    """How check, a dry run, regenerate, another one, being collected and a channel less end; "sound" where nothing is
    lost and nothing was said that is not so."""
    path, reply = folder / "plan.xlsx", folder / "reply.xlsx"
    path.write_bytes(data)
    reply.write_bytes(data)
    try:
        before = entries_of(open_workbook(path, "ja").read.plan)
        check(path, "ja")
        told, _ = regenerate(path, dry_run=True)
        if path.read_bytes() != data:
            return "a dry run has written"
        done, _ = regenerate(path)
        if (told.unchanged, told.sheets, told.formulas) != (done.unchanged, done.sheets, done.formulas):
            return "a dry run says otherwise"
        if entries_of(open_workbook(path, "ja").read.plan) != before:
            return "entries differ"
        if own_of(path.read_bytes()) != own_of(data):
            return "own cells differ"
        if open_workbook(path, "ja").records.archive:
            return "ours on 保管"
        if not regenerate(path)[0].unchanged:
            return "not at rest"
        replies = collect(path, [reply], words="ja").files
        if any(one.reason or one.entries for one in replies):
            return f"a copy that says the same has {[(one.reason, one.entries) for one in replies]}"
        switch_channels(path, off=["webinar"], words="ja")
        return "sound" if own_of(path.read_bytes()) == own_of(data) else "own cells differ"
    except XlKpiError as problem:
        return f"refused: {message(problem, 'ja')}"


def main(start: int, count: int, writers: Sequence[str]) -> None:
    outcomes: Counter[tuple[str, str]] = Counter()
    for first in range(start, count, AT_ONCE * len(writers)):
        for at, writer in enumerate(writers):
            seeds = range(first + at, min(first + AT_ONCE * len(writers), count), len(writers))
            with tempfile.TemporaryDirectory() as folder:
                for seed, data in zip(seeds, files_of(writer, seeds, Path(folder)), strict=True):
                    outcome = tried(data, Path(folder))
                    outcomes[writer, outcome] += 1
                    print(f"{writer:12} {seed:4}  {outcome}", flush=True)
    for (writer, outcome), times in sorted(outcomes.items()):
        print(f"{writer:12} {times:4} ×  {outcome}")


if __name__ == "__main__":
    start, _, end = sys.argv[1].rpartition("-")
    main(int(start or 0), int(end), sys.argv[2:] or WRITERS)
