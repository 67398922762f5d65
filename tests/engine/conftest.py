"""A blank book of the engine, and a sheet in it."""

from __future__ import annotations

import pytest
import xlwings

from xl_kpi import engine


@pytest.fixture
def book() -> xlwings.Book:
    return engine.new_book()


@pytest.fixture
def sheet(book: xlwings.Book) -> xlwings.Sheet:
    return book.sheets.add("計画")
