"""A workbook file into openpyxl, for reading only."""

from __future__ import annotations

import warnings
from typing import IO

from openpyxl import Workbook, load_workbook


def loaded(file: IO[bytes], **options: bool) -> Workbook:
    """The workbook in a file; ``options`` as for ``openpyxl.load_workbook``.

    openpyxl warns of what it would not write again; nobody writes this one, so that is no news.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return load_workbook(file, **options)
