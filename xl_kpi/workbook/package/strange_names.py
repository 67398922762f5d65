"""Defined names as some programs write them: what they could not read, put back as it stood."""

from __future__ import annotations

import re
from typing import Any

from xl_kpi.workbook.addresses import quoted
from xl_kpi.workbook.cells.areas import reference
from xl_kpi.workbook.package.sheet_rows import MAIN

# Gnumeric asks for quotes round a sheet like 紹介・パートナー, which LibreOffice does not write.
_NOT_READ = re.compile(r'(?:_xlfngnumeric\.)?ERROR\("((?:[^"]|"")*)"\)', re.IGNORECASE)
_FUNCTION = "_xlfn.lambda("  # which it does not know; LibreOffice writes it, and the error, in small letters


def put_back(workbook: Any) -> None:
    """Let each defined name that a program did not understand say what it said: cells, or a function of one's own.

    Arguments: ``workbook`` the root of the workbook's own part, which is changed.
    Example: ``_xlfngnumeric.ERROR("紹介・パートナー!$A$6")`` is ``'紹介・パートナー'!$A$6``.
    """
    for name in workbook.iterfind(f"{MAIN}definedNames/{MAIN}definedName"):
        found = _NOT_READ.fullmatch(name.text or "")
        said = found[1].replace('""', '"') if found else ""
        place = reference(said)
        if said.casefold().startswith(_FUNCTION):
            name.text = said
        elif place:
            name.text = f"{quoted(place.sheet)}!{said.rpartition('!')[2]}"
