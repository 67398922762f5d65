"""Rows put into the sheets of a workbook by a program of its own, LibreOffice: what points at cells below follows."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import escape

SECONDS = 180  # a LibreOffice that has never run before
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_LIBRARY = "http://openoffice.org/2000/library"


@dataclass(frozen=True)
class PutIn:
    """A row put in above ``row`` of a sheet, and what is typed then: cell → number, text or (with "=") formula."""

    sheet: str
    row: int
    cells: dict[str, float | str] = field(default_factory=dict)


def put_in(soffice: str, folder: Path, path: Path, rows: Sequence[PutIn]) -> Path:
    """The workbook as LibreOffice saves it with these rows, one after the other."""
    profile, saved = folder / "profile", folder / f"{path.stem}-rows.xlsx"
    run = [soffice, "--headless", "--norestore", f"-env:UserInstallation={profile.as_uri()}"]
    subprocess.run([*run, "--terminate_after_init"], capture_output=True, timeout=SECONDS)
    basic = profile / "user" / "basic" / "Standard"
    basic.mkdir(parents=True, exist_ok=True)
    (basic / "script.xlb").write_text(
        f'{_XML}<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">\n'
        f'<library:library xmlns:library="{_LIBRARY}" library:name="Standard" library:readonly="false" '
        'library:passwordprotected="false"><library:element library:name="Rows"/></library:library>',
        "utf-8",
    )
    (basic / "Rows.xba").write_text(
        f'{_XML}<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">\n'
        '<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Rows" '
        f'script:language="StarBasic">{escape(_macro(path, saved, rows))}</script:module>',
        "utf-8",
    )
    done = subprocess.run(
        [*run, "macro:///Standard.Rows.Main"],
        capture_output=True, text=True, timeout=SECONDS, env={**os.environ, "LC_ALL": "C.UTF-8"},
    )  # fmt: skip
    assert saved.exists(), f"LibreOffice saved nothing: {done.stdout}{done.stderr}"
    return saved


def _macro(path: Path, saved: Path, rows: Sequence[PutIn]) -> str:
    lines = [
        "Sub Main",
        "Dim how(0) As New com.sun.star.beans.PropertyValue",
        'how(0).Name = "Hidden" : how(0).Value = True',
        f'doc = StarDesktop.loadComponentFromURL("{path.as_uri()}", "_blank", 0, how())',
    ]
    for one in rows:
        lines += [f'sheet = doc.Sheets.getByName("{one.sheet}")', f"sheet.Rows.insertByIndex({one.row - 1}, 1)"]
        for cell, value in one.cells.items():
            at = f'sheet.getCellRangeByName("{cell}")'
            if not isinstance(value, str):
                lines.append(f"{at}.Value = {value!r}")
            elif value.startswith("="):
                lines.append(f'{at}.Formula = "{value}"')
            else:
                lines.append(f'{at}.String = "{value}"')
    lines += [
        "Dim kind(0) As New com.sun.star.beans.PropertyValue",
        'kind(0).Name = "FilterName" : kind(0).Value = "Calc MS Excel 2007 XML"',
        f'doc.storeToURL("{saved.as_uri()}", kind())',
        "doc.close(True)",
        "End Sub",
    ]
    return "\n".join(lines)
