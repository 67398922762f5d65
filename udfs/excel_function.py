"""What makes a Python function an Excel function: its help from the catalog, and errors as Excel errors.

Called from Python the functions raise ``KpiError``.  Called by xlwings, that is from a cell, they return the
error's code ("#NUM!"), which xlwings Lite and the add-in turn into a real Excel error; the message is kept for
``KPI_ERROR``.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from xlwings import arg, func

from xl_kpi.calc import KpiError
from xl_kpi.catalog.functions import function as find_function

CATEGORY = "KPI"
MOST_NOTES = 200  # failures in cells that are remembered
ON_WINDOWS = sys.platform.startswith("win")
# The errors that xlwings Lite can hand to Excel as errors; any other one would stand in the cell as a text.
LITE_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})

if ON_WINDOWS:  # errors of newer Excels: xlwings does not know them and would take them for numbers
    from xlwings import _xlwindows

    _SCODE = 0x800A0000 - 2**32  # an error in a cell comes as this number and Excel's own number of the error
    _xlwindows.cell_errors.update(
        {
            _SCODE + 2043: "#GETTING_DATA",
            _SCODE + 2045: "#SPILL!",
            _SCODE + 2046: "#CONNECT!",
            _SCODE + 2047: "#BLOCKED!",
            _SCODE + 2048: "#UNKNOWN!",
            _SCODE + 2049: "#FIELD!",
            _SCODE + 2050: "#CALC!",
        }
    )

# (name of the function, error) of the cells that failed, the newest last
notes: deque[tuple[str, KpiError]] = deque(maxlen=MOST_NOTES)


def excel_function(function: Callable | None = None, **options: Any) -> Callable:
    """Make ``function`` the Excel function of its name; arguments come as rows, errors in cells as their text.

    ``options`` are xlwings' options for single arguments, by the argument's name.
    """
    if function is None:
        return partial(excel_function, **options)
    entry = find_function(function.__name__)

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except KpiError as error:
            if not _asked_by_xlwings():
                raise
            if not ON_WINDOWS and error.code not in LITE_ERRORS:
                error.code = "#VALUE!"
            notes.append((entry.name, error))
            return error.code

    result = call
    for argument in reversed(entry.arguments):
        how = {"ndim": 2, "err_to_str": True, **options.get(argument.name, {})}
        result = arg(argument.name, doc=argument.help, **how)(result)
    result = func(category=CATEGORY, call_in_wizard=False)(result)
    if hasattr(result, "__xlfunc__"):  # in a host: what Excel shows under the function's name
        result.__xlfunc__["ret"]["doc"] = entry.help
    return result


def _asked_by_xlwings() -> bool:
    """Was the Excel function called by xlwings, so for a cell?"""
    return sys._getframe(2).f_globals.get("__name__", "").split(".")[0] == "xlwings"
