"""Every argument of every function as a whole column of Excel; ``python -m tests.udfs.whole_columns`` writes JSON.

"function argument" → what came of it ("result" or the error's code), "one line" for a message as it should be.  A
process of its own, so that a function that hangs can be ended.
"""

from __future__ import annotations

import json
import sys

from tests.udfs.calls import CALLS
from udfs import functions
from xl_kpi.calc import KpiError

CELLS = 1_048_576
ALL = CALLS | {"kpi_error": {"cell": ("cell", "#NUM!"), "language": ("word*", "en")}}


def first(value: object) -> object:
    while isinstance(value, list):
        value = value[0]
    return value


def tried(name: str, argument: str) -> tuple[str, str]:
    values = {other: right for other, (_, right) in ALL[name].items()}
    values[argument] = [[first(values[argument])]] * CELLS
    try:
        getattr(functions, name)(**values)
    except KpiError as error:
        message = error.message("en") + error.message("ja")
        fine = len(message) < 300 and "\n" not in message
        return error.code, "one line" if fine else message
    return "result", ""


if __name__ == "__main__":
    json.dump({f"{name} {argument}": tried(name, argument) for name in ALL for argument in ALL[name]}, sys.stdout)
