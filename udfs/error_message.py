"""KPI_ERROR: why a cell shows an error, in words.

Where Excel hands over the cell itself, the formula in it is read and computed once more, so that the message is
that of this very cell.  Where only the error arrives (xlwings Lite), the newest messages with the same error are
given, each with the name of its function.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from typing import Any

from xlwings.conversion import Pipeline, ValueAccessor

from udfs.cell_formula import CannotRead, Reference, read_call
from udfs.excel_function import notes
from udfs.excel_values import rows
from xl_kpi.calc import KpiError
from xl_kpi.calc.errors import is_error_value
from xl_kpi.catalog import text
from xl_kpi.catalog.functions import functions

MOST_SHOWN = 3  # messages, where the error alone does not say which cell is meant


class CellOrValue(ValueAccessor):
    """How xlwings reads an argument: a cell as its Range, anything else (KPI_ERROR(LTV(A1,A2))) by its value."""

    @staticmethod
    def reader(options: Any) -> Pipeline:
        by_value = ValueAccessor.reader(options)

        def read(context: Any) -> None:
            if context.range is None:
                by_value(context)
            else:
                context.value = context.range

        return Pipeline().append_stage(read)


def explained(cell: Any, lang: str, module: Mapping[str, Any]) -> str:
    """The message behind an error.

    Arguments: ``cell`` an xlwings Range or the value of a cell; ``lang`` ja or en; ``module`` the Excel functions
    by their Python names.
    Result: a text, "" where the cell holds no error.
    """
    if hasattr(cell, "formula") and hasattr(cell, "sheet"):
        return _of_formula(cell, lang, module)
    cells = list(chain.from_iterable(rows(cell)))
    if len(cells) > 1:
        raise _several(cells)
    return _of_value(cells[0], lang) if cells and is_error_value(cells[0]) else ""


def _of_formula(cell: Any, lang: str, module: Mapping[str, Any]) -> str:
    found = cell.options(err_to_str=True).value
    if isinstance(found, list):
        raise _several(found)
    if not is_error_value(found):
        return ""
    try:
        call = read_call(str(cell.formula))
        if call.name not in {entry.name for entry in functions()}:
            raise CannotRead(call.name)
        arguments = [_value(argument, cell) for argument in call.arguments]
        module[call.name.lower()](*arguments)
    except KpiError as error:
        return error.message(lang)
    except (CannotRead, TypeError):  # another formula, or not as many arguments as the function has
        pass
    return text("kpi_error_elsewhere", lang, error=found)


def _several(cells: list) -> KpiError:
    count = len(list(chain.from_iterable(rows(cells))))
    return KpiError("#VALUE!", "cell", None, f"{count:,}", "one_cell")


def _value(argument: Any, cell: Any) -> Any:
    if not isinstance(argument, Reference):
        return argument
    book = cell.sheet.book
    try:
        if any(char.isdigit() for char in argument.address) and argument.address.isascii():
            sheet = book.sheets[argument.sheet] if argument.sheet else cell.sheet
            area = sheet.range(argument.address)
        else:
            area = book.names[argument.address].refers_to_range
        return area.options(ndim=2, err_to_str=True).value
    except Exception as error:  # each host has its own exception for a sheet or name that is gone
        raise CannotRead(argument.address) from error


def _of_value(code: str, lang: str) -> str:
    shown: list[str] = []
    for name, error in reversed(notes):
        message = f"{name}: {error.message(lang)}"
        if error.code == code and message not in shown:
            shown.append(message)
    if not shown:
        return text("kpi_error_elsewhere", lang, error=code)
    return "\n".join(shown[:MOST_SHOWN])
