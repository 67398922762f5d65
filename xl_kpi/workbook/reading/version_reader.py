"""Which version of the project wrote a workbook, and that none opens a workbook of a later one."""

from __future__ import annotations

import re
from typing import Any

from xl_kpi import __version__
from xl_kpi.errors import BadFile, Refused
from xl_kpi.workbook.reading.tables import has_name, named_value

NAME = "made_version"
FIRST = "0.1.0"  # its workbooks do not say it
_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+)*")


def made_version(book: Any, file: str) -> tuple[int, ...]:
    """The version that wrote the sheets of a workbook, as numbers to compare: (0, 2, 0).

    Arguments: ``book`` an xlwings Book, or a snapshot of one; ``file`` its name for messages.
    Special cases: that of the first version where the workbook has no such name; our own where the name is there and
    its cell is gone, or holds something else.
    """
    if not has_name(book, NAME):
        return numbers_of(FIRST)
    return numbers_of(_said(book, file)) or numbers_of(__version__)


def refuse_newer(book: Any, file: str) -> None:
    """Refused when a later version wrote the workbook: what only that one knows would be lost.

    Special cases: a version before its release (0.3.0rc1) counts as the release.
    """
    if made_version(book, file) > numbers_of(__version__):
        raise Refused("version_newer", file=file, found=_said(book, file), own=__version__)


def numbers_of(version: str) -> tuple[int, ...]:
    """The numbers at the beginning of a version, () where there are none; 0.2 is 0.2.0."""
    found = _NUMBERS.match(version)
    numbers = tuple(int(part) for part in found[0].split(".")) if found else ()
    return numbers and (*numbers, 0, 0)[: max(3, len(numbers))]


def _said(book: Any, file: str) -> str:
    try:
        return str(named_value(book, NAME, file)[0] or "").strip()
    except BadFile:  # the name points nowhere
        return ""
