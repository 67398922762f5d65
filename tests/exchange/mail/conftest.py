"""Any workbook, to be attached to a mail."""

from __future__ import annotations

import pytest

from xl_kpi.build import build


@pytest.fixture(scope="module")
def workbook() -> bytes:
    """Any workbook: what is in it is not the mailbox's concern."""
    from tests.exchange.sent_books import quarter

    return build(quarter(months=1))
