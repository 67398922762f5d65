"""The host in which a book is open: a file of ours, Excel for Windows, or any other."""

from __future__ import annotations

import sys
from typing import Any

from xl_kpi.workbook.writing.host import FileHost, PlainHost


def host_of(book: Any) -> PlainHost:
    """The host in which an xlwings book is open."""
    engine = book.app.engine.name
    if engine == "xl_kpi":
        return FileHost(book)
    if engine == "excel" and sys.platform == "win32":
        from xl_kpi.workbook.writing.host_com import ComHost  # stands on this module

        return ComHost(book)
    return PlainHost(book)
