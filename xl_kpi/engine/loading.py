"""A workbook file into openpyxl, for reading only: cells, styles and names, without what is drawn on the sheets."""

from __future__ import annotations

import re
import warnings
from io import BytesIO
from typing import IO
from zipfile import ZIP_STORED, ZipFile

from openpyxl import Workbook, load_workbook

# Nobody asks for what is drawn, and openpyxl gives up a whole workbook for one chart that it can't read.
_DRAWN = ("xl/drawings/", "xl/charts/", "xl/media/")
_SHEET_RELATIONS = re.compile(r"xl/(?:worksheets|chartsheets)/_rels/[^/]+\.rels")
_DRAWING = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*/relationships/drawing\"[^>]*?(?:/>|></(?:\w+:)?Relationship>)")


def loaded(file: IO[bytes], **options: bool) -> Workbook:
    """The workbook in a file; ``options`` as for ``openpyxl.load_workbook``.

    openpyxl warns of what it would not write again; nobody writes this one, so that is no news.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        return load_workbook(_undrawn(file), **options)


def _undrawn(file: IO[bytes]) -> BytesIO:
    """The package without drawings, charts and pictures, and without the relations that lead to them."""
    out = BytesIO()
    with ZipFile(file) as package, ZipFile(out, "w", ZIP_STORED) as slim:
        for info in package.infolist():
            if info.filename.startswith(_DRAWN):
                continue
            content = package.read(info)
            if _SHEET_RELATIONS.fullmatch(info.filename):
                content = _DRAWING.sub(b"", content)
            slim.writestr(info.filename, content)
    out.seek(0)
    return out
