"""One of the workbooks that an office has sent."""

from __future__ import annotations

import pytest

from tests.exchange.sent_books import TANAKA, Filled


@pytest.fixture
def book(office) -> Filled:
    """田中's workbook as it went out."""
    return office.book(TANAKA)
