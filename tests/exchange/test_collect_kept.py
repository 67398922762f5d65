"""``collect``: what came back for months, channels and KPIs that the plan no longer has."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.cli.terminal import xl
from tests.exchange.collect_desk import ANSWER, CLICKS, SESSIONS, Desk
from tests.exchange.sent_books import SUZUKI, TANAKA, Filled
from xl_kpi.catalog.messages import line
from xl_kpi.commands.examine import open_workbook
from xl_kpi.errors import InputFaults

pytestmark = pytest.mark.slow


# --- where the plan has no place any more -----------------------------------------------------------------------


def test_what_was_typed_for_a_month_that_the_plan_no_longer_has_is_kept(desk):
    from xl_kpi.commands.rewrite import rewrite

    opened = open_workbook(desk.plan, "ja")
    rewrite(opened, opened.read.plan.with_(months=1), command="regenerate", now=dt.datetime(2026, 5, 10))
    done = desk.collect(desk.file(TANAKA, {CLICKS: 1200}))
    assert [(kept.label, kept.value) for kept in done.kept] == [("広告 › クリック › 実績", 1200)]
    assert done.clean and desk.records.archive[CLICKS].value == 1200
    opened = open_workbook(desk.plan, "ja")
    rewrite(opened, opened.read.plan.with_(months=3), command="regenerate", now=dt.datetime(2026, 5, 21))
    assert desk.entries[CLICKS] == 1200 and CLICKS not in desk.records.archive


def test_what_comes_back_for_a_channel_that_is_off_is_said_to_be_kept_in_the_words_of_its_list(desk):
    assert xl("channels", desk.plan, "--off", "ads").code == 0
    done = xl("collect", desk.plan, desk.file(TANAKA, {CLICKS: 1200, f"{ANSWER}.state": "異議"}))
    assert "保管: 広告 › クリック › 実績 2026/05: 1200" in done.out and "回答: 異議（" in done.out
    assert "広告 › 回答 = 異議" in xl("channels", desk.plan, "--on", "ads").out


@pytest.mark.long
def test_a_conflict_about_such_an_entry_keeps_what_the_master_had(desk):
    from xl_kpi.commands.rewrite import rewrite

    opened = open_workbook(desk.plan, "ja")
    plan = opened.read.plan.with_(actuals={**opened.read.plan.actuals, ("ads:clicks", 1): 900.0})
    rewrite(opened, plan, command="typed", now=dt.datetime(2026, 5, 9))
    opened = open_workbook(desk.plan, "ja")
    rewrite(opened, opened.read.plan.with_(months=1), command="regenerate", now=dt.datetime(2026, 5, 10))
    desk.collect(desk.file(TANAKA, {CLICKS: 1200}), desk.file(SUZUKI, {CLICKS: 1300}))
    assert desk.records.archive[CLICKS].value == 900
    assert desk.records.decisions[CLICKS].open and desk.records.decisions[CLICKS].before == 900
    desk.choose(CLICKS, TANAKA.mail)
    desk.collect()
    assert desk.records.archive[CLICKS].value == 1200


def without_ads(desk: Desk, tables: tuple[str, ...]) -> bytes:
    """The plan from whose pages somebody has deleted the rows of 広告, without a regenerate."""
    book = Filled(desk.plan.read_bytes())
    for name in tables:
        area = book.area(name)
        column = area.column + (name == "tbl_kpis")
        for row in range(area.last_row, area.row, -1):
            if book.value(area.sheet, row, column) in ("ads", "広告"):
                book.delete_row(area.sheet, row)
    return book.bytes()


def test_a_channel_that_somebody_deleted_with_its_kpis_is_kept_with_what_comes_back(desk):
    desk.plan.write_bytes(without_ads(desk, ("tbl_channels", "tbl_kpis")))
    done = desk.collect(desk.file(TANAKA, {CLICKS: 1200, SESSIONS: 4800, f"{ANSWER}.state": "合意"}))
    assert desk.entries[SESSIONS] == 4800
    assert {key: one.value for key, one in desk.records.archive.items() if key.startswith("actual")} == {
        CLICKS: 1200, "actual[ads:clicks][2026-04]": 1000,
    }  # fmt: skip
    assert desk.records.archive[f"{ANSWER}.state"].value == "agreed"
    assert ("広告 › クリック › 実績", 1200) in [(kept.label, kept.value) for kept in done.kept]
    assert done.clean


def test_a_channel_of_which_only_the_row_was_deleted_is_named_before_anything_is_taken(desk):
    desk.plan.write_bytes(without_ads(desk, ("tbl_channels",)))
    before = desk.plan.read_bytes()
    with pytest.raises(InputFaults) as found:
        desk.collect(desk.file(TANAKA, {CLICKS: 1200}))
    (told,) = [line(fault, "ja") for fault in found.value.faults]  # one for all fifteen KPIs of 広告
    assert all(
        words in told for words in ("KPI辞書!B", "「ads」", "サービスサイト (web), ウェビナー (webinar)", "15行")
    )
    assert desk.plan.read_bytes() == before
