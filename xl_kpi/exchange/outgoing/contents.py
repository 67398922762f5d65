"""What is in a workbook that is about to leave, read from its own bytes: sheets, names, links, code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZipFile

from lxml import etree

from xl_kpi.catalog import text
from xl_kpi.exchange.outgoing.sheet import tag

WORKBOOK = "xl/workbook.xml"
# Parts that hold something that runs, or belong to an add-in.
_CODE = re.compile(r"(?i)vbaProject|/webextensions/|customUI|\.bin$|activeX|macrosheets|dialogsheets|embeddings")
_LAMBDA = "_xlfn.LAMBDA("


@dataclass(frozen=True)
class Contents:
    """The names of what a workbook holds; equal for workbooks that hold the same."""

    sheets: tuple[str, ...]
    hidden: tuple[str, ...]
    names: tuple[str, ...]
    functions: tuple[str, ...]  # names that are LAMBDA functions
    links: tuple[str, ...]  # targets outside the file
    code: tuple[str, ...]  # parts
    comments: tuple[str, ...]  # parts

    def lines(self, lang: str, *, names: bool = True) -> Iterator[str]:
        """One line a subject, "none" included: a line that is missing says nothing.

        Arguments: ``names`` lists the defined names too, else they are counted.
        """
        for key in ("sheets", "hidden", "names", "functions", "links", "code", "comments"):
            found = getattr(self, key)
            count = len(found)
            if found and not names and key in ("names", "functions"):
                yield text(f"contents_{key}_few", lang, count=count)
                continue
            shown = text("list_comma", lang).join(found) if found else text("contents_none", lang)
            yield text(f"contents_{key}", lang, count=count, found=shown)


def contents(workbook: bytes) -> Contents:
    """What a workbook holds."""
    with ZipFile(BytesIO(workbook)) as package:
        parts = package.namelist()
        root = etree.fromstring(package.read(WORKBOOK))
        links = [
            item.get("Target", "")
            for part in parts
            if part.endswith(".rels")
            for item in etree.fromstring(package.read(part))
            if item.get("TargetMode") == "External"
        ]
    sheets = [(item.get("name"), item.get("state", "visible")) for item in root.iter(tag("sheet"))]
    names = [
        (item.get("name"), item.text or "")
        for item in root.iter(tag("definedName"))
        if item.get("localSheetId") is None
    ]  # fmt: skip
    return Contents(
        sheets=tuple(name for name, state in sheets if state == "visible"),
        hidden=tuple(name for name, state in sheets if state != "visible"),
        names=tuple(name for name, refers in names if not refers.startswith(_LAMBDA)),
        functions=tuple(name for name, refers in names if refers.startswith(_LAMBDA)),
        links=(*links, *(part for part in parts if "/externalLinks/" in part and not part.endswith(".rels"))),
        code=tuple(part for part in parts if _CODE.search(part)),
        comments=tuple(part for part in parts if re.search(r"(?i)comments|/persons/", part)),
    )
