"""Reading a workbook in which everything can be read."""

from __future__ import annotations

from typing import Any

from xl_kpi.errors import InputFaults
from xl_kpi.workbook.reading.plan_reader import ReadPlan, read_with_faults
from xl_kpi.workbook.reading.records_reader import read_records


def read_plan(book: Any, file: str) -> ReadPlan:
    """As ``read_with_faults``, with the entries that the book remembers; InputFaults with each that can't be read."""
    read = read_with_faults(book, file, read_records(book, file).last)
    if any(fault.level == "error" for fault in read.faults):
        raise InputFaults(read.faults)
    return read
