"""Every download of the tests: what the systems give, what goes wrong with it, every kind of file."""

from __future__ import annotations

from tests.exports.made import Download, Rows, text, workbook
from tests.exports.made_ads import GOOGLE_EN, GOOGLE_JA, ads
from tests.exports.made_odd import formats, odd
from tests.exports.made_people import people
from tests.exports.made_visits import GA4, visits

__all__ = ["GA4", "GOOGLE_EN", "GOOGLE_JA", "Download", "Rows", "downloads", "text", "workbook"]


def downloads() -> list[Download]:
    return [*ads(), *visits(), *people(), *odd(), *formats()]
