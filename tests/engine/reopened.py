"""A book of the engine as another program finds it."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import xlwings
from openpyxl.workbook import Workbook


def written(book: xlwings.Book) -> Workbook:
    """The book as openpyxl reads it back from its bytes."""
    return openpyxl.load_workbook(BytesIO(book.api.to_bytes()))
