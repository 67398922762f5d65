"""Cell by cell: where two engines differ, with the address.  No tolerance without its reason."""

from __future__ import annotations

from collections.abc import Iterator

from tests.agreement.books import Built, Values, serial
from tests.agreement.sheet_xml import read_formulas
from xl_kpi.plan.targets import Targets
from xl_kpi.workbook.addresses import relative
from xl_kpi.workbook.spec import Cell, SheetSpec

# Double precision carries 16 digits; the longest chain in a plan (a running total over 1,100 days, moved back
# by five lags, times a volume) loses three or four of them.  A wrong day, share or rate shows in the first six.
RELATIVE = 1e-9

# Where the exact result is 0 no relative bound can hold: the cell subtracts two totals of the size of the plan's
# largest volume, and what is left is the rounding of those.
FLOOR = 1e-9

# These show a part of a whole, so their totals are of the size 1, whatever the plan's volumes.
_PARTS = ("attain", "progress_ja", "progress_en", "rate", "rate2", "percent", "weight")


ORDER_VALUE = 1e6  # yen: of the plans of these tests the size of one order
MOST_SHOWN = 15  # cells named by a failing test


def _shown(found: list[str], most: int = MOST_SHOWN) -> list[str]:
    more = [f"and {len(found) - most} more"] if len(found) > most else []
    return found[:most] + more


def largest_volume(built: Built) -> float:
    return float(max(Targets(built.plan).required))


def _scale(sheet: SheetSpec, cell: Cell, volume: float) -> float:
    """How large what a cell shows can be: parts are of the size 1, and on 計算 all but amounts of money.

    There an amount is a count of orders, as exact as any, times the order value.
    """
    if sheet.key == "calc":
        money = "order_value" in (cell.formula or "")
        return ORDER_VALUE if money else 1.0
    return 1.0 if cell.style.rpartition(".")[2] in _PARTS else max(1.0, volume)


def agree(want: object, got: object, scale: float) -> bool:
    """Whether one engine's value of a cell is the other's.  A blank is "" in one place and None in the other."""
    want, got = serial(want), serial(got)
    if want in ("", None) or got in ("", None):
        return want in ("", None) and got in ("", None)
    if isinstance(want, (str, bool)) or isinstance(got, (str, bool)):
        return type(want) is type(got) and want == got
    if want == 0 or got == 0:
        return abs(got - want) <= FLOOR * scale
    return abs(got - want) <= RELATIVE * abs(want)


def with_python_value(built: Built) -> Iterator[tuple[SheetSpec, int, int, Cell]]:
    """Every generated cell for which Python has a result of its own, but for what is old after a change."""
    for sheet in built.spec.sheets:
        for (row, column), cell in sorted(sheet.cells.items()):
            if cell.formula is not None and cell.value is not None and (sheet.name, row, column) not in built.stale:
                yield sheet, row, column, cell


def numeric_cells(built: Built) -> int:
    return sum(not isinstance(cell.value, str) for _, _, _, cell in with_python_value(built))


def against_python(built: Built, values: Values, who: str) -> list[str]:
    """Each generated cell that is not what Python computed, as a line with its address."""
    volume = largest_volume(built)
    return _shown(
        [
            f"{sheet.name}!{relative(row, column)}: Python {serial(cell.value)!r}, {who} "
            f"{serial(values.get((sheet.name, row, column)))!r}, {cell.formula[:120]}"
            for sheet, row, column, cell in with_python_value(built)
            if not agree(cell.value, values.get((sheet.name, row, column)), _scale(sheet, cell, volume))
        ]
    )


def between_engines(built: Built, ours: Values, theirs: Values) -> list[str]:
    """The same for every formula cell, those included that only the workbook computes (sentence, warnings)."""
    volume = largest_volume(built)
    found = []
    for sheet in built.spec.sheets:
        for (row, column), cell in sorted(sheet.cells.items()):
            place = (sheet.name, row, column)
            if cell.formula is not None and not agree(ours.get(place), theirs.get(place), _scale(sheet, cell, volume)):
                found.append(
                    f"{sheet.name}!{relative(row, column)}: IronCalc {serial(ours.get(place))!r}, "
                    f"LibreOffice {serial(theirs.get(place))!r}, {cell.formula[:120]}"
                )
    return _shown(found)


def other_formulas(built: Built, most: int = MOST_SHOWN) -> list[str]:
    """Cells where the file says something else than the workbook that Python would build of the same plan.

    What a person changes are numbers, so no formula may move or change.
    """
    in_file = read_formulas(built.data)
    in_spec = {
        (sheet.name, *place): cell.formula
        for sheet in built.spec.sheets
        for place, cell in sheet.cells.items()
        if cell.formula is not None
    }
    found = [
        f"{sheet}!{relative(row, column)}: file {in_file.get((sheet, row, column))!r}, "
        f"anew {in_spec.get((sheet, row, column))!r}"
        for sheet, row, column in sorted(in_file.keys() | in_spec.keys())
        if in_file.get((sheet, row, column)) != in_spec.get((sheet, row, column))
        if (sheet, row, column) not in built.stale
    ]
    return _shown(found, most)
