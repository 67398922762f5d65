"""Tables that are not read: what is said names the reason that their headers show."""

from __future__ import annotations

import pytest

from xl_kpi.exchange.suggestions.refused import ACROSS, NOBODY, UNKNOWN, why_not


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        (["チャネル", "4月", "5月", "6月"], ACROSS),
        (["Channel", "2026-04", "2026-05", "2026-06"], ACROSS),
        (["Channel", "Apr", "May", "Jun"], ACROSS),
        (["チャネル", "4月", "5月"], UNKNOWN),  # two may stand side by side in any table
        (["No", "1", "2", "3"], UNKNOWN),  # numbers are no months
        (["日時", "種別", "コンテンツ"], NOBODY),
        (["メール", "日時", "種別"], UNKNOWN),
        ([], UNKNOWN),
    ],
)
def test_why_a_table_is_not_read(headers, why):
    assert why_not(headers) == why
