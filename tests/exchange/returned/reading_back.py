"""What the tests of returned workbooks read, and how a refusal is told."""

from __future__ import annotations

from openpyxl.utils import get_column_letter

CLICKS, SESSIONS = "actual[ads:clicks][2026-05]", "actual[web:sessions][2026-04]"
ADS, WEB, BACK, AGREED = "広告", "サービスサイト", "逆算", "合意"
ANSWER = "tbl_agreement[channel:ads]"


def address(row: int, column: int) -> str:
    """A cell as a message names it; 1 is column A."""
    return f"{get_column_letter(column)}{row}"
