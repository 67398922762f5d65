"""The cells of a downloaded workbook that show a percentage: of 20 % it holds 0.2 and how that is to be shown."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from decimal import Decimal
from zipfile import BadZipFile, ZipFile

from lxml import etree

from xl_kpi.workbook.addresses import column_number
from xl_kpi.workbook.package.file_kinds import is_zip
from xl_kpi.workbook.package.parts import formats_of
from xl_kpi.workbook.package.relations import rels_of, resolved

_MAIN = "xl/workbook.xml"
_SAFE = {"resolve_entities": False, "no_network": True, "load_dtd": False}
_ADDRESS = re.compile(rb"""\sr=["']([A-Z]{1,3})([0-9]{1,7})["']""")
_KIND = re.compile(rb"""\st=["'](?!n["'])""")  # of what is no number
_VALUE = re.compile(rb"(?:<(?:\w+:)?f\b[^<>]*(?:/>|>[^<]*</(?:\w+:)?f>))?\s*<(?:\w+:)?v>([^<]*)</")


def percentages(data: bytes) -> dict[str, dict[tuple[int, int], str]]:
    """Name of a sheet → place of a cell (row and column, the first is 0) → the percentage as it would be typed.

    Arguments: ``data`` the bytes of a workbook.
    Special cases: empty for .xls, .xlsb and .ods, which say it in other ways, and for what can't be read.
    Example: 0.2 in B2 in the number format ``0%`` is ``{(1, 1): "20%"}``.
    """
    if not is_zip(data):
        return {}
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            shown = formats_of(archive.read("xl/styles.xml"))[1]
            return {name: dict(_cells(archive.read(part), shown)) for name, part in _sheets(archive)} if shown else {}
    except (KeyError, BadZipFile, etree.XMLSyntaxError):
        return {}


def _sheets(archive: ZipFile) -> Iterator[tuple[str, str]]:
    """Name and part of each sheet."""
    parser = etree.XMLParser(**_SAFE)
    parts = {
        one.get("Id"): resolved(_MAIN, one.get("Target", ""))
        for one in etree.fromstring(archive.read(rels_of(_MAIN)), parser)
    }
    for one in etree.fromstring(archive.read(_MAIN), parser).iter("{*}sheet"):
        id_ = next((value for key, value in one.attrib.items() if key.endswith("}id")), "")
        if parts.get(id_) in archive.namelist():
            yield one.get("name", ""), parts[id_]


def _cells(content: bytes, styles: frozenset[str]) -> Iterator[tuple[tuple[int, int], str]]:
    wanted = "|".join(sorted(styles)).encode()
    begins = re.compile(rb"""<(?:\w+:)?c\s(?:[^<>]*\s)?s=["'](?:%b)["'][^<>]*(?<!/)>""" % wanted)
    for found in begins.finditer(content):
        address, value = _ADDRESS.search(found[0]), _VALUE.match(content, found.end())
        if not address or not value or _KIND.search(found[0]):
            continue
        try:
            number = Decimal(repr(float(value[1])))
        except ValueError:
            continue
        if number.is_finite():
            place = int(address[2]) - 1, column_number(address[1].decode()) - 1
            yield place, f"{(number * 100).normalize():f}%"
