"""Formulas that a user typed into input cells: they stay formulas when the sheet is made anew."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape
from zipfile import ZipFile

from xl_kpi.plan.input.raw_values import shown
from xl_kpi.workbook.addresses import relative
from xl_kpi.workbook.relocation.book_moves import BookMoves
from xl_kpi.workbook.relocation.dependents import Dependent
from xl_kpi.workbook.spec import BookSpec, SheetSpec

_REFERS = re.compile(r"[A-Za-z_]")  # a cell, a name or a function
Formulas = dict[str, dict[tuple[int, int], str]]  # sheet -> (row, column) -> formula with its "="


def input_formulas(keys: Mapping[str, str], spec: BookSpec, moves: BookMoves) -> tuple[Formulas, list[Dependent]]:
    """The formulas of input cells.

    Arguments: as for ``BookMoves``.
    Result: where they stand in the new workbook and how they must read there; and those that lose what they point
    at, with the value that stays in their place: an input cell with an error would stop the plan.
    Special cases: a formula whose result is not what is to be written (a KPI's formula typed with "=", an error, a
    cell that was cleared by the command) is none that stays.  Where the unit of money has changed, a sum of numbers is
    divided by the new unit; of a formula over cells the value stays.
    """
    stay: Formulas = {}
    lost = []
    made = {sheet.key: sheet for sheet in spec.sheets}
    for name, key in keys.items():
        sheet = made.get(key)
        if sheet is None or not any(cell.typed for cell in sheet.cells.values()):
            continue
        grid = moves.grid(name)
        for (row, column), formula in grid.written.items():
            now = moves.cell(name, row, column)
            scale = _scale(sheet, now[1], now[2], grid.value(row, column)) if now else ""
            if now and scale:
                if _REFERS.search(formula):  # to cells that are converted themselves, it may be
                    value = shown(sheet.cells[now[1:]].value)
                    lost.append(Dependent(name, relative(row, column), formula, value, lost=True))
                else:
                    stay.setdefault(now[0], {})[now[1:]] = f"=({formula[1:]}){scale}"
            elif now and _is_input(sheet, now[1], now[2], grid.value(row, column)):
                trail = moves.trail(formula[1:], name)
                if trail.lost:
                    value = shown(sheet.cells[now[1:]].value)
                    lost.append(Dependent(name, relative(row, column), formula, value, lost=True))
                else:
                    stay.setdefault(now[0], {})[now[1:]] = "=" + trail.new
    return stay, lost


def _scale(sheet: SheetSpec, row: int, column: int, result: Any) -> str:
    """What makes the result of a formula the amount in the plan's new unit of money; "" where that is no question."""
    cell = sheet.cells.get((row, column))
    value = cell.value if cell and cell.typed and cell.formula is None else None
    if not isinstance(value, (int, float)) or not isinstance(result, (int, float)) or not value or not result:
        return ""
    for factor in (1_000, 1_000_000):
        for scale, amount in ((f"/{factor}", result / factor), (f"*{factor}", result * factor)):
            if abs(value - amount) <= 1e-12 * abs(amount):
                return scale
    return ""


def _is_input(sheet: SheetSpec, row: int, column: int, result: Any) -> bool:
    cell = sheet.cells.get((row, column))
    if cell is None or cell.formula is not None or not cell.typed or cell.value is None:
        return False
    if isinstance(cell.value, (int, float)) and isinstance(result, (int, float)):
        return abs(cell.value - result) <= 1e-12 * abs(result)  # the reader may have taken binary noise off
    if isinstance(result, dt.datetime):
        result = result.date()
    return type(cell.value) is type(result) and cell.value == result


def with_typed_formulas(data: bytes, spec: BookSpec, formulas: Formulas) -> bytes:
    """A workbook as ``build`` makes it from ``spec``, with formulas in front of the values of some cells."""
    if not formulas:
        return data
    parts = {f"xl/worksheets/sheet{number}.xml": sheet for number, sheet in enumerate(spec.sheets, 1)}
    out = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(out, "w") as new:
        for info in old.infolist():
            content = old.read(info)
            sheet = parts.get(info.filename)
            if sheet is not None and sheet.name in formulas:
                content = _put(content.decode("utf-8"), sheet, formulas[sheet.name]).encode("utf-8")
            new.writestr(info, content)
    return out.getvalue()


def _put(xml: str, sheet: SheetSpec, cells: Mapping[tuple[int, int], str]) -> str:
    for (row, column), formula in cells.items():
        value, before = sheet.cells[row, column].value, f"<f>{escape(formula[1:])}</f>"

        def with_formula(match: re.Match[str], value: Any = value, before: str = before) -> str:
            if isinstance(value, str):  # a text that a formula gives is no shared one
                return match[1].replace(' t="s"', ' t="str"') + before + f"<v>{escape(value)}</v>"
            return match[1] + before + match[2]

        pattern = re.compile(rf'(<c r="{relative(row, column)}"[^>]*>)(<v>[^<]*</v>)')
        xml, count = pattern.subn(with_formula, xml, count=1)
        if count != 1:
            raise KeyError(f"{sheet.name}!{relative(row, column)}")
    return xml
