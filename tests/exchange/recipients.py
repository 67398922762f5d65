"""The people to whom the tests distribute, and a look into their workbooks by a reader that is not ours."""

from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import openpyxl

from xl_kpi.exchange.people import Person

# The templates' departments: marketing owns leads and MQL and every channel but inside sales; field sales owns
# proposals and orders.
DEPARTMENTS = {
    "ja": ("マーケティング", "インサイドセールス", "フィールドセールス", "広報"),
    "en": ("Marketing", "Inside sales", "Field sales", "PR"),
}


def people(lang: str) -> dict[str, Person]:
    """One of each kind: channels and a department with numbers, a department alone, channels alone."""
    marketing, inside, field, other = DEPARTMENTS[lang]
    return {
        "marketer": Person("山田 太郎", marketing, "yamada@example.co.jp", ("ads", "web")),
        "caller": Person("鈴木 一郎", inside, "suzuki@example.co.jp", ("inside_sales",)),
        "seller": Person("佐藤 花子", field, "sato@example.co.jp"),
        "agency": Person("=HYPERLINK(0) <b>&", other, "agency@example.com", ("webinar",)),
    }


def loaded(data: bytes, *, results: bool = False) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(data), data_only=results)


def everything_in(data: bytes) -> str:
    """All parts as one text."""
    with ZipFile(BytesIO(data)) as package:
        return "\n".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())


def open_rows(book: openpyxl.Workbook) -> dict[str, set[str]]:
    """Sheet → keys (column A) of the rows in which something can be typed."""
    found: dict[str, set[str]] = {}
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            if any(not cell.protection.locked for cell in row):
                found.setdefault(sheet.title, set()).add(str(row[0].value))
    return found
