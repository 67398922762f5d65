"""An office that has sent its workbooks, and one of them."""

from __future__ import annotations

import pytest

from tests.exchange.sent_books import TANAKA, Filled, Office, quarter


@pytest.fixture(scope="module")
def office() -> Office:
    return Office(quarter()).send()


@pytest.fixture
def book(office) -> Filled:
    """田中's workbook as it went out."""
    return office.book(TANAKA)
