"""``xl-kpi import`` on real workbooks: files in any order, files of other days and years, and what is no download."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.agreement.selected import often
from tests.cli.terminal import xl
from tests.exports.downloads import GA4, GOOGLE_JA, text
from tests.exports.wrong_files import wrong_files
from xl_kpi.commands import open_workbook

pytestmark = pytest.mark.slow  # whole workbooks are written and read back

CALC = "=cmd|' /C calc'!A0"


def ads(first: int, last: int, cost: int, year: int = 2026, campaign: str = "ブランド") -> bytes:
    """A report of April: cost on its first and on its last day, half and half."""
    days = [f"{year}-04-{first:02}", f"{year}-04-{last:02}"]
    rows = [[campaign, day, str(cost // 2), "100", "10", "1"] for day in days]
    return text([[f"キャンペーン レポート ({days[0]} - {days[1]})"], [], GOOGLE_JA, *rows]).encode("cp932")


FILES = {
    "early.csv": ads(1, 15, 600),
    "late.csv": ads(16, 30, 400),
    "whole.csv": ads(1, 30, 1100),
    "crossing.csv": ads(10, 20, 500),
    "last_year.csv": ads(1, 30, 9999, 2025),
    "other.csv": ads(1, 30, 70, campaign="別アカウント"),
}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("odd")
    assert xl("new", folder / "plan.xlsx", "--template", "small", "--start", "2026-04", "--months", "6").code == 0
    for name, data in FILES.items():
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture
def folder(made, tmp_path) -> Path:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def cost(folder: Path) -> float | None:
    return open_workbook(folder / "plan.xlsx", "ja").read.plan.actuals.get(("ads:cost", 0))


def taken(folder: Path, *files: str, answers: tuple[str, ...] = ()) -> tuple[int, str, bool]:
    """Exit code, what was said, and whether the workbook is as it was."""
    plan = folder / "plan.xlsx"
    before = plan.read_bytes()
    given = [part for one in answers for part in ("--answer", one)]
    done = xl("import", plan, *(folder / name for name in files), *given)
    return done.code, done.out + done.err, plan.read_bytes() == before


ORDERS = [("early.csv", "late.csv"), ("late.csv", "early.csv")]


@pytest.mark.parametrize("order", often(ORDERS, ORDERS[1:]))
def test_two_halves_of_a_month_add_up_in_either_order_and_the_whole_takes_their_place(folder, order):
    for name, total in zip(order, (FILES_COST[order[0]], 1000), strict=True):
        assert taken(folder, name)[0] == 0
        assert cost(folder) == total
    code, said, same = taken(folder, "crossing.csv")  # from 10 to 20 April: a part of both
    assert (code, same, cost(folder)) == (2, True, 1000)
    assert "overlap:*=" in said
    assert taken(folder, "whole.csv")[0] == 0
    assert cost(folder) == 1100
    assert taken(folder, order[0])[::2] == (2, True)  # older than what is there


FILES_COST = {"early.csv": 600, "late.csv": 400}


def test_another_account_is_asked_about_and_another_year_changes_nothing(folder):
    assert taken(folder, "whole.csv")[0] == 0
    code, said, same = taken(folder, "last_year.csv")
    assert (code, same) == (0, True)
    assert "2025/04 は計画の期間（2026/04〜2026/09）の外" in said
    code, said, same = taken(folder, "other.csv")
    assert (code, same) == (2, True)
    assert "names:*=" in said
    assert taken(folder, "other.csv", answers=("names:*=add",))[0] == 0
    assert cost(folder) == 1170
    assert taken(folder, "other.csv")[::2] == (0, True)  # the same again, and nothing is asked
    assert taken(folder, "whole.csv")[::2] == (0, True)


def test_what_looks_like_a_formula_stays_text(folder):
    """A name from a file goes into the workbook: on データ元, in 変更履歴.  No cell may compute it."""
    names = [CALC, "広\x07告\x1b[31m", "@SUM(1)", "a" * 32767]
    rows = [["# 20260401-20260430"], [], GA4, *(["20260405", name, "10", "1", "0.5"] for name in names)]
    (folder / "=1+1.csv").write_bytes(text(rows).encode())
    code, said, _ = taken(folder, "=1+1.csv", answers=("channel:*=web",))
    assert code == 0, said
    assert "\x1b[31m" not in said and "\x07" not in said
    book = openpyxl.load_workbook(folder / "plan.xlsx")
    found = [cell for sheet in book for row in sheet.iter_rows() for cell in row if CALC in str(cell.value)]
    assert found
    assert {cell.data_type for cell in found} == {"s"}
    named = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value == "=1+1.csv"]
    assert {cell.data_type for cell in named} == {"s"}
    assert open_workbook(folder / "plan.xlsx", "ja").read.plan.actuals["web:sessions", 0] == 40


def test_cells_that_can_not_be_added_up_are_told_before_it_is_asked_whether_their_column_is_used(folder):
    head = ["キャンペーン", "日", "ご利用金額", "表示回数", "クリック数"]  # no word of Google's for the cost
    odd = [["検索", "2026-04-01", "20%", "100", "10"], ["検索", "2026-04-02", "500", "100", "10"]]
    (folder / "renamed.csv").write_bytes(text([["レポート (2026-04-01 - 2026-04-30)"], [], head, *odd]).encode())
    code, said, same = taken(folder, "renamed.csv")
    assert (code, same) == (2, True)
    assert "「ご利用金額」に「20%」" in said and "column:ご利用金額" in said
    odd[1][4] = "100%"  # of a column that is used: then the file is refused, and for all of them
    (folder / "renamed.csv").write_bytes(text([["レポート (2026-04-01 - 2026-04-30)"], [], head, *odd]).encode())
    costs = ((1, "30%"), (2, "12"), (3, "9"))
    unknown = [["計測日", "媒体費", "申込"], *([f"2026-04-{day:02}", cost, "3"] for day, cost in costs)]
    (folder / "unknown.csv").write_bytes(text(unknown).encode())
    code, said, same = taken(folder, "renamed.csv", "unknown.csv")
    assert (code, same) == (2, True)
    assert "「媒体費」に「30%」" in said and "map:unknown.csv" not in said
    assert "2か所" in said and "「ご利用金額」に「20%」" in said and "「クリック数」に「100%」" in said


WRONG = ("photo.csv", "page.xls", "locked.xlsx", "zeros.zip", "climbing.zip", "empty.csv", "letter.docx", "far.xlsx")


def test_what_is_no_download_gives_one_line_and_changes_nothing(folder):
    for name in WRONG:
        (folder / name).write_bytes(wrong_files()[name][0])
    (folder / "folder.csv").mkdir()
    for name in (*WRONG, "folder.csv"):
        code, said, same = taken(folder, name)
        assert (code, same) == (2, True), name
        assert len(said.strip().splitlines()) == 1, said
        assert name in said


def test_the_plan_given_as_a_file_of_actuals_is_told_as_the_plan(folder):
    code, said, same = taken(folder, "plan.xlsx")
    assert code == 2 and same and "計画のブックそのものです" in said and "--suggest" not in said


def test_months_outside_the_plan_say_what_to_do(folder):
    code, said, _ = taken(folder, "last_year.csv")
    assert code == 0 and "2025/04 は計画の期間（2026/04〜2026/09）の外" in said and "開始月" in said
