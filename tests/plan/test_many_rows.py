"""Many rows that came, went or changed at once are told together; a few are told cell by cell."""

from __future__ import annotations

import pytest

from xl_kpi.catalog.messages import worded
from xl_kpi.plan.history.records_codec import lines_of, records_from
from xl_kpi.plan.pages.many_rows import MOST_TOLD, many_rows
from xl_kpi.plan.records import Records


def entries(count: int, first: int = 1, views: float = 3.0) -> dict:
    rows = range(first, first + count)
    return {
        f"tbl_accounts[r{k}].{name}": value for k in rows for name, value in (("name", f"会社{k}"), ("views", views))
    }


@pytest.mark.parametrize(("count", "told"), [(0, []), (MOST_TOLD, []), (5000, ["企業リスト：5,000行を追加"])])
def test_rows_that_came(count, told):
    found = many_rows(entries(count), {}, entries(count))
    assert [worded(one.words(), "ja") for one in found] == told
    if told:
        assert found[0].key == "tbl_accounts[r5000]" and set(found[0].keys) == set(entries(count))


def test_rows_that_went_and_cells_that_changed_are_apart():
    before, after = {**entries(30), **entries(40, 100)}, entries(30, views=9.0)
    differing = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    found = many_rows(differing, before, after)
    assert {worded(one.words(), "ja") for one in found} == {
        "企業リスト：40行を削除", "企業リスト › ページ閲覧数：30行を変更",
    }  # fmt: skip
    assert sorted(key for one in found for key in one.keys) == sorted(differing)


def test_keys_that_are_to_be_told_apart_are():
    one = "tbl_accounts[r7].views"
    (found,) = many_rows(entries(30), {}, entries(30), {one})
    assert one not in found.keys and len(found.keys) == 59


def test_the_record_has_a_line_a_row_and_reads_back():
    records = Records(last={**entries(50), "kgi_value": 60, "tbl_stages[mql].rate": 0.2})
    lines = list(lines_of(records))
    assert len(lines) == 50 + 2
    assert records_from(lines) == records
