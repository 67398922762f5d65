"""Fonts for the PDF: the first one of the system that has every sign that is written."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import east_asian_width

from xl_kpi.errors import XlKpiError

# Windows, macOS, Linux; those that are drawn for screens and reports before others.
JAPANESE = (
    "Yu Gothic UI", "Yu Gothic", "BIZ UDPGothic", "Meiryo", "Hiragino Sans", "Hiragino Kaku Gothic ProN",
    "Noto Sans CJK JP", "Noto Sans JP", "Source Han Sans JP", "IPAexGothic", "IPAGothic", "IPAPGothic", "TakaoPGothic",
    "VL PGothic", "MS PGothic", "Noto Serif CJK JP",
)  # fmt: skip
LATIN = ("Segoe UI", "Helvetica Neue", "Arial", "Liberation Sans", "DejaVu Sans", "Libertinus Serif")
SIGNS = ("Segoe UI Emoji", "Apple Color Emoji", "Noto Color Emoji", "Noto Emoji", "Segoe UI Symbol", "DejaVu Sans")


class NoFont(XlKpiError):
    """The system has no font with Japanese signs."""


def font_for(texts: Iterable[str], families: Iterable[str]) -> str:
    """The font to write texts with.

    Arguments: ``families`` the names of the fonts that there are.
    Special cases: texts without Japanese signs are written in a Latin font where no Japanese one is there.
    Errors: NoFont.
    """
    there = set(families)
    for name in JAPANESE:
        if name in there:
            return name
    if any(east_asian_width(sign) in "WF" for words in texts for sign in words):
        raise NoFont("report_no_font")
    return next((name for name in LATIN if name in there), LATIN[-1])


def beside(families: Iterable[str]) -> list[str]:
    """Fonts for signs that the first one lacks, emoji for example."""
    there = set(families)
    return [name for name in SIGNS if name in there]
