"""The files of a folder in which replies are gathered, with the folders inside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from xl_kpi.exchange.mail.journal import NAME
from xl_kpi.workbook.package.save import BACKUP_SUFFIX

SUFFIXES = (".xlsx", ".eml", ".msg")
# What a reply may have become on its way, and nobody reads here.
OTHERS = (
    ".xls", ".xlsm", ".xlsb", ".xltx", ".xltm", ".ods", ".fods", ".numbers", ".zip", ".7z", ".rar",
    ".lzh", ".mbox", ".emlx", ".pst",
)  # fmt: skip


def everything_in(folder: Path) -> Iterator[Path]:
    """Every file by name, those of a folder before those of the folders in it.

    Special cases: neither backups of a plan nor the folders from which a plan was distributed, unless one is named
    itself; nor the small files that programs put beside an open one.
    """
    for place, folders, names in os.walk(folder):
        if Path(place) != folder and NAME in names:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not name.endswith(BACKUP_SUFFIX))
        files = (Path(place, name) for name in sorted(names) if not name.startswith(("~$", ".")))
        yield from (file for file in files if file.is_file())
