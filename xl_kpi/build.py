"""From a Plan to the bytes of its workbook, every stored result held against Python's own number."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from html import unescape
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from xl_kpi import engine
from xl_kpi.catalog import text
from xl_kpi.errors import EngineDisagrees
from xl_kpi.plan.model import Plan
from xl_kpi.plan.records import Records
from xl_kpi.sheets import book_spec
from xl_kpi.workbook.addresses import relative
from xl_kpi.workbook.package.worn_styles import WornStyles
from xl_kpi.workbook.spec import BookSpec, SheetSpec
from xl_kpi.workbook.uncollected import uncollected
from xl_kpi.workbook.writing.render import EPOCH, render
from xl_kpi.workbook.writing.stored_values import with_stored_values

# Two ways to add up the same exact numbers differ in the last of 16 digits, long sums in the last few.
TOLERANCE = 1e-9
# Where a month's need is the rest of a difference (0, say), the error is a part of what was subtracted: of the
# numbers in the same row, or, once the open pipeline is taken off, of the plan's largest volume.
NOISE = 1e-12
MOST_SHOWN = 20  # cells named in one message

Progress = Callable[[str, int, int], None]
Stored = float | str | bool

_CELL = re.compile(r'<c r="([A-Z]+[0-9]+)"([^>]*)><f\b[^>]*(?:/>|>[^<]*</f>)<v>([^<]*)</v></c>')


@uncollected()
def build(
    plan: Plan,
    *,
    records: Records | None = None,
    names: Mapping[str, str] | None = None,
    styled_like: WornStyles | None = None,
    progress: Progress | None = None,
) -> bytes:
    """The workbook of a plan that the checks have found sound, complete and with stored results.

    Arguments: ``plan``; ``records`` and ``names`` as for ``book_spec``; ``styled_like`` how the cells of a
    workbook made from a template are restyled, which the new one takes over; ``progress(step, done, all)`` is told
    before each step.
    Result: the bytes of an .xlsx; the same plan and records give the same bytes.
    Errors: EngineDisagrees names each cell whose stored result is an error value or differs from the number
    that Python computed for it.
    """
    if progress:
        progress(text("build_plan", plan.lang), 0, 1)
    return build_spec(book_spec(plan, records, names), styled_like=styled_like, progress=progress)


@uncollected()
def build_spec(spec: BookSpec, *, styled_like: WornStyles | None = None, progress: Progress | None = None) -> bytes:
    """The workbook of sheets that are described already.  Arguments, result and errors: as for ``build``."""
    tell = progress or (lambda step, done, steps: None)
    words = [text(f"build_{step}", spec.lang) for step in ("calculate", "compare")]
    steps = len(spec.sheets) + 3
    book = engine.new_book()
    if styled_like is not None:
        book.api.adopt_styles(styled_like.styles, styled_like.theme, styled_like.cells)
    render(spec, book, lambda sheet, done, _: tell(sheet, done + 1, steps))
    tell(words[0], steps - 2, steps)
    data = with_stored_values(book.api.to_bytes(), spec.lang)
    tell(words[1], steps - 1, steps)
    compare(spec, data)
    tell(words[1], steps, steps)
    return data


def compare(spec: BookSpec, data: bytes) -> int:
    """Hold every stored result in a workbook against the value that its spec gives the cell.

    Result: how many cells were compared; formulas for which Python has no value of its own (sentences,
    warnings) are not.
    Equation: |stored − own| ≤ 1e-9 × the largest |own| in the cell's row, or 1e-12 × the plan's largest
    volume where that is more.
    Errors: EngineDisagrees with sheet, cell, stored and own value of the first 20.
    """
    noise = NOISE * _largest(spec)
    compared, wrong = 0, []
    for sheet, stored in zip(spec.sheets, _sheets(data), strict=True):
        allowed = {row: max(TOLERANCE * most, noise) for row, most in _rows(sheet).items()}
        for (row, column), cell in sheet.cells.items():
            if cell.formula is None or cell.value is None:
                continue
            compared += 1
            own, found = _plain(cell.value), stored.get(relative(row, column))
            if own != found and not _same(own, found, allowed.get(row, 0.0)):
                place = f"{sheet.name}!{relative(row, column)}"
                wrong.append(text("build_differs", spec.lang, place=place, found=_shown(found), own=_shown(own)))
    if wrong:
        more = [text("calc_more", spec.lang, count=len(wrong) - MOST_SHOWN)] if len(wrong) > MOST_SHOWN else []
        raise EngineDisagrees("\n".join(wrong[:MOST_SHOWN] + more))
    return compared


def _same(own: Stored, found: Stored | None, allowed: float) -> bool:
    if isinstance(own, float) and isinstance(found, float):
        return abs(own - found) <= allowed
    return own == found


def _shown(value: Stored | None) -> str:
    return '""' if value in ("", None) else str(value)


def _rows(sheet: SheetSpec) -> dict[int, float]:
    """The largest number that Python computed for each row."""
    most: dict[int, float] = {}
    for (row, _), cell in sheet.cells.items():
        value = cell.value
        if cell.formula is None or value is None or isinstance(value, str):
            continue
        if isinstance(value, (int, float, Fraction)) and (size := abs(float(value))) > most.get(row, -1.0):
            most[row] = size
    return most


def _largest(spec: BookSpec) -> float:
    """The largest amount on 逆算: of a stage, or of money."""
    return max(_rows(spec.sheet("backwards")).values(), default=0.0)


def _plain(value: Any) -> Stored:
    """A value of the spec as a cell stores it: dates as serial numbers."""
    if isinstance(value, (float, bool, str)):
        return value
    if isinstance(value, dt.datetime):
        value = value.date()
    return float((value - EPOCH).days if isinstance(value, dt.date) else value)


def _sheets(data: bytes) -> Iterator[dict[str, Stored]]:
    """The stored results of each sheet, in the order of the tabs: address → value."""
    with ZipFile(BytesIO(data)) as package:
        relations = dict(_attributes(package, "xl/_rels/workbook.xml.rels", "Relationship", "Id", "Target"))
        for _, relation in _attributes(package, "xl/workbook.xml", "sheet", "name", "r:id"):
            part = relations[relation].removeprefix("/")
            xml = package.read(part if part.startswith("xl/") else f"xl/{part}").decode("utf-8")
            yield {address: _value(kind, value) for address, kind, value in _CELL.findall(xml)}


def _attributes(package: ZipFile, part: str, tag: str, first: str, second: str) -> Iterator[tuple[str, str]]:
    for element in re.findall(rf"<{tag} ([^>]*)>", package.read(part).decode("utf-8")):
        values = dict(re.findall(r'([\w:]+)="([^"]*)"', element))
        yield values[first], values[second]


def _value(attributes: str, value: str) -> Stored:
    if 't="str"' in attributes:
        return unescape(value)
    return value == "1" if 't="b"' in attributes else float(value)
