"""Moves that a reader can follow, and packages taken apart, for the tests of saving by parts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache

from lxml import etree

from tests.sheets.plans import five_months
from tests.torture.package import unzipped
from xl_kpi.build import build
from xl_kpi.workbook.addresses import quoted
from xl_kpi.workbook.cells.references import rewritten
from xl_kpi.workbook.graft.run import Grafted, graft

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ADS = "広告"


@dataclass
class Plain:
    """Sheets under new names; on one of them, rows from ``row`` on are ``down`` rows further down (or gone).

    ``names`` old → new (None: the sheet goes).
    """

    names: Mapping[str, str | None] = field(default_factory=dict)
    sheet: str = ""
    row: int = 0
    down: int = 0
    gone: frozenset[int] = frozenset()

    def cell(self, sheet: str, row: int, column: int) -> tuple[str, int, int] | None:
        new = self.names.get(sheet, sheet)
        if new is None or (sheet == self.sheet and row in self.gone):
            return None
        return new, row + self.down * (sheet == self.sheet and row >= self.row), column

    def entries(self, sheet: str) -> dict:
        return {}

    def formula(self, text: str, sheet: str) -> str:
        return rewritten(text, self._on, lambda area: self._area(sheet, area), lambda word: None)

    def _on(self, sheet: str, area: str) -> str | None:
        new = self.names.get(sheet, sheet)
        if new is None:
            return "#REF!"
        moved = self._area(sheet, area)
        return None if (new, moved) == (sheet, area) else f"{quoted(new)}!{moved}"

    def _area(self, sheet: str, area: str) -> str:
        def move(match: re.Match[str]) -> str:
            there = self.cell(sheet, int(match[2]), 1)
            return "#REF!" if there is None else f"{match[1]}{there[1]}"

        moved = re.sub(r"(\$?[A-Z]+\$?)([0-9]+)", move, area) if sheet == self.sheet else area
        return "#REF!" if "#REF!" in moved else moved


@cache
def made(lang: str = "ja") -> bytes:
    """A workbook with four months of actuals, as it leaves ``build``."""
    return build(five_months(lang))


def sheet_names(data: bytes) -> list[str]:
    root = etree.fromstring(unzipped(data)["xl/workbook.xml"])
    return [sheet.get("name") for sheet in root.iter(f"{MAIN}sheet")]


def same(data: bytes) -> dict[str, str]:
    """Every generated sheet in the place of the one that bears its name."""
    return {name: name for name in sheet_names(made()) if name in sheet_names(data)}


def grafted(user: bytes, new: bytes | None = None, moves: Plain | None = None, **more: object) -> Grafted:
    """A graft under the same names, or those of ``moves``."""
    moves = moves or Plain()
    names = {**same(user), **moves.names}
    return graft(user, new or made(), names, moves=moves, lang="ja", name="plan.xlsx", **more)


def sheet_part(data: bytes, name: str) -> str:
    """The part of a sheet."""
    parts = unzipped(data)
    rels = etree.fromstring(parts["xl/_rels/workbook.xml.rels"])
    targets = {each.get("Id"): each.get("Target").removeprefix("/") for each in rels}
    for sheet in etree.fromstring(parts["xl/workbook.xml"]).iter(f"{MAIN}sheet"):
        if sheet.get("name") == name:
            target = targets[next(value for key, value in sheet.attrib.items() if key.endswith("}id"))]
            return target if target.startswith("xl/") else f"xl/{target}"
    raise KeyError(name)


def sheet_root(data: bytes, name: str) -> etree._Element:
    return etree.fromstring(unzipped(data)[sheet_part(data, name)])


def cell(data: bytes, sheet: str, address: str) -> str | None:
    """What stands in a cell: its formula with "=", else its text or number as it is written; None for no cell."""
    for each in sheet_root(data, sheet).iter(f"{MAIN}c"):
        if each.get("r") == address:
            formula = each.find(f"{MAIN}f")
            if formula is not None:
                return f"={formula.text or ''}"
            if each.get("t") == "s":
                strings = etree.fromstring(unzipped(data)["xl/sharedStrings.xml"])
                return "".join(t.text for t in strings[int(each.findtext(f"{MAIN}v"))].iter(f"{MAIN}t"))
            if each.get("t") == "inlineStr":
                return "".join(t.text or "" for t in each.iter(f"{MAIN}t"))
            return each.findtext(f"{MAIN}v")
    return None


def defined_names(data: bytes) -> list[tuple[str, str | None, str]]:
    """(name, number of the sheet that it belongs to, reference) in their order."""
    root = etree.fromstring(unzipped(data)["xl/workbook.xml"])
    return [(each.get("name"), each.get("localSheetId"), each.text) for each in root.iter(f"{MAIN}definedName")]
