"""``xl-kpi check``: every finding with its cell, in one pass; exit 1 for errors, 0 for warnings."""

from __future__ import annotations

import json

import pytest

from tests.cli.terminal import edited, xl
from xl_kpi.catalog import text

pytestmark = pytest.mark.slow  # whole workbooks are written and read back

BEGUN = ("--as-of", "2026-04-01")  # the first day of the plans here
TARGET, ACTUAL, VALUE = (text(f"kpi_{column}", "ja") for column in ("target", "actual", "value"))


def kpi(edit, row_id: str, header: str):
    return edit.entry("tbl_kpis", row_id, header)


def test_a_sound_plan(quarter_book, tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(quarter_book)
    answer = xl("check", path, *BEGUN)
    assert (answer.code, answer.out, answer.err) == (0, "plan.xlsx: 問題は見つかりませんでした。\n", "")


def test_a_warning_alone_is_exit_0(quarter_book, tmp_path):
    def change(edit):
        edit.entry("tbl_channels", "web", text("channel_share", "ja")).value = 0.5

    answer = xl("check", edited(quarter_book, tmp_path / "plan.xlsx", change), *BEGUN)
    # 50 + 30 + 15 + 15 %
    assert answer.code == 0
    assert answer.out.splitlines() == [
        "注意: plan.xlsx チャネル!F7: 「50%」 → 段階「リード」を担当するチャネルの割合は合計 110% です。"
        "100%に換算して計算します。割合の合計を100%にしてください",
        "plan.xlsx: エラー 0件、注意 1件",
    ]


def test_everything_at_once_that_can_not_be_read_and_that_does_not_fit(quarter_book, tmp_path):
    def change(edit):
        edit.cell("plan_start").value = "春"
        edit.cell("kgi_deadline").value = "夏"
        edit.entry("tbl_stages", "leads", text("stage_high", "ja")).value = 5  # shorter than the shortest, 10
        edit.entry("tbl_stages", "mql", "ID").value = "leads"
        kpi(edit, "web.cv", TARGET).value = "leads + nothing"

    answer = xl("check", edited(quarter_book, tmp_path / "plan.xlsx", change), *BEGUN)
    assert answer.code == 1
    assert [line.split(": ")[1] for line in answer.out.splitlines()[:-1]] == [
        "plan.xlsx 設定!C11", "plan.xlsx 設定!C24", "plan.xlsx ファネル!G7",
        "plan.xlsx ファネル!B7", "plan.xlsx ファネル!B8", "plan.xlsx KPI辞書!M11",
    ]  # fmt: skip
    assert answer.out.splitlines()[-1] == (
        "plan.xlsx: エラー 6件、注意 0件（そのほかの注意は、エラーを直すと調べます）"
    )


@pytest.mark.parametrize("typed, short", [("春", True), (0, True), (None, False)])
def test_errors_that_leave_the_numbers_unknown_are_said_to_hide_the_rest(quarter_book, tmp_path, typed, short):
    """A word and a number that can not be, each in place of the goal; beside them shares of 110 %, told in any case."""

    def change(edit):
        edit.entry("tbl_channels", "web", text("channel_share", "ja")).value = 0.5
        if short:
            edit.cell("kgi_value").value = typed
        kpi(edit, "web.cv", TARGET).value = "leads + nothing"

    last = xl("check", edited(quarter_book, tmp_path / "plan.xlsx", change), *BEGUN).out.splitlines()[-1]
    assert last.endswith("（そのほかの注意は、エラーを直すと調べます）") == short
    assert "エラー 0件" not in last


def test_the_findings_as_json(small_book, tmp_path):
    def change(edit):
        edit.entry("tbl_stages", "leads", text("stage_rate", "ja")).value = 20

    answer = xl("check", edited(small_book, tmp_path / "plan.xlsx", change), *BEGUN, "--json")
    assert answer.code == 1
    (finding,) = json.loads(answer.out)
    allowed = "20% のことですか？ 20% または 0.2 と入力してください（0より大きく1以下）"
    assert finding == {
        "code": "plan_rate_ask", "file": "plan.xlsx", "sheet": "ファネル", "cell": "E7", "level": "error",
        "found": "20", "allowed": allowed, "message": f"plan.xlsx ファネル!E7: 「20」 → {allowed}",
        "do": "20% または 0.2 と入力し直してください",
    }  # fmt: skip


def test_findings_in_the_language_that_is_asked_for(small_book, tmp_path):
    def change(edit):
        edit.entry("tbl_stages", "leads", text("stage_rate", "ja")).value = 0

    answer = xl("check", edited(small_book, tmp_path / "plan.xlsx", change), *BEGUN, "--lang", "en")
    assert answer.out.splitlines() == [
        "error: plan.xlsx ファネル!E7: '0' → Type a rate like 20% or 0.2 (above 0, at most 1)",
        "plan.xlsx: errors: 1, warnings: 0 (the rest is checked once the errors are corrected)",
    ]


def test_C5_numbers_that_do_not_fit_together(small_book, tmp_path):
    def change(edit):
        edit.cell("kgi_kind").value = "売上"
        for name, value in (("kgi_value", 10_000_000), ("order_value", 500_000), ("kgi_monthly", 2_000_000),
                            ("kgi_customers", 10), ("plan_months", 12)):  # fmt: skip
            edit.cell(name).value = value

    answer = xl("check", edited(small_book, tmp_path / "plan.xlsx", change), *BEGUN)
    assert answer.code == 1
    # domain C5: 200万円 × 12 ≠ 1,000万円; 10 × 50万円 = 500万円
    assert "200万円 × 12か月 = 2,400万円 ≠ 1,000万円" in answer.out
    assert "10社 × 単価 50万円 = 500万円 ≠ 1,000万円" in answer.out


# --- the KPI dictionary ----------------------------------------------------------------------------------


def findings(data, tmp_path, change) -> list[str]:
    return [
        line
        for line in xl("check", edited(data, tmp_path / "plan.xlsx", change), *BEGUN).out.splitlines()
        if "!" in line
    ]


def test_a_loop_is_named_in_each_of_its_rows(small_book, tmp_path):
    def change(edit):
        kpi(edit, "web.sessions", TARGET).value = "cv / cvr"
        kpi(edit, "web.cv", TARGET).value = "sessions * cvr"

    lines = findings(small_book, tmp_path, change)
    assert [line.split(": ")[1] for line in lines] == ["plan.xlsx KPI辞書!M7", "plan.xlsx KPI辞書!M8"]
    assert lines[0].endswith("sessions → cv → sessions") and lines[1].endswith("cv → sessions → cv")


def test_an_unknown_id_is_named_with_the_nearest_one(small_book, tmp_path):
    def change(edit):
        kpi(edit, "web.cvr", ACTUAL).value = "cv / sesions"

    (line,) = findings(small_book, tmp_path, change)
    assert line.startswith("エラー: plan.xlsx KPI辞書!P9: 「cv / sesions」") and "「sessions」のことですか？" in line


def test_a_unit_that_does_not_fit_is_named(small_book, tmp_path):
    def change(edit):
        kpi(edit, "web.cvr", ACTUAL).value = "cv * sessions"

    (line,) = findings(small_book, tmp_path, change)
    assert line.startswith("エラー: plan.xlsx KPI辞書!P9: 「cv * sessions」")


def test_a_row_for_a_channel_that_is_not_there_is_one_fault(small_book, tmp_path):
    def change(edit):
        edit.add_below("tbl_kpis", **{"チャネル": "webb", "ID": "x", "単位": "件", TARGET: "sessions", ACTUAL: "input"})

    (line,) = findings(small_book, tmp_path, change)
    assert "「webb」 → web のことですか？" in line


def test_a_broken_formula_of_a_channel_that_is_off_is_a_warning(quarter_book, tmp_path):
    def change(edit):
        edit.entry("tbl_channels", "trade_show", text("channel_on", "ja")).value = "×"
        edit.entry("tbl_channels", "web", text("channel_share", "ja")).value = 0.55
        kpi(edit, "trade_show.cards", TARGET).value = "leads + nothing"

    answer = xl("check", edited(quarter_book, tmp_path / "plan.xlsx", change), *BEGUN)
    assert answer.code == 0
    assert [line.split(":")[0] for line in answer.out.splitlines()[:-1]] == ["注意"]
