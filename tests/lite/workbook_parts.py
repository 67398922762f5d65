"""A workbook file as the parts of its zip, and the main.py in it, for the tests of the xlwings Lite part."""

from __future__ import annotations

import json
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from lxml import etree


def parts(data: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(data)) as package:
        return {info.filename: package.read(info) for info in package.infolist()}


def packed(content: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        for name, part in content.items():
            package.writestr(name, part)
    return file.getvalue()


def read_main_py(data: bytes) -> str | None:
    """The main.py of a workbook, whoever wrote it, as xlwings Lite reads it; None where there is none."""
    found = [
        json.loads(one.get("value"))
        for name, part in parts(data).items()
        if name.startswith("xl/webextensions/webextension")
        for one in etree.fromstring(part, etree.XMLParser(huge_tree=True)).iter("{*}property")
        if one.get("name") == "main.py"
    ]
    assert len(found) <= 1, "two codes in one workbook"
    return found[0] if found else None
