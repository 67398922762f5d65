"""``xl-kpi regenerate``: what it says, what it writes, and when it does not."""

from __future__ import annotations

import re

import pytest

from tests.cli.terminal import ENGLISH, xl
from tests.regenerate.typing_in import add_sheet, places, plan_entries, type_in

pytestmark = pytest.mark.slow  # whole workbooks are written and read back


@pytest.fixture
def path(quarter_book, tmp_path):
    file = tmp_path / "plan.xlsx"
    file.write_bytes(quarter_book)
    return file


def test_what_would_change_is_listed_and_nothing_is_written(path):
    sheet, cell = places(path)["actual[ads:cost][2026-05]"]
    add_sheet(path, "自分", {"A1": (f"={sheet}!{cell}*2", 0.0), "A2": ("=チャネル!F8", 0.3)})
    type_in(path, {"actual[ads:cost][2026-05]": 120000})
    type_in(path, {"tbl_channels[ads].on": "×", "plan_months": 4})
    before = path.read_bytes()
    answer = xl("regenerate", path, "--dry-run")
    assert answer.code == 0 and path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["plan.xlsx"]
    lines = answer.out.splitlines()
    assert lines[:2] == ["月数: 3 → 4", "チャネルを使わない: 広告"]
    assert "シート 広告: なくなります" in lines
    assert "保管へ: 広告 › 広告費 › 実績 2026/05 = 120000" in lines
    assert f"数式の参照先がなくなります: 自分!A1  ={sheet}!{cell}*2 → =#REF!*2" in lines
    assert not [line for line in lines if "自分!A2" in line]  # the channel's row stays where it is
    assert re.fullmatch(r"シート サービスサイト: 変更 \d+、追加 \d+、削除 0（セル数）",
                        next(line for line in lines if "サービスサイト" in line))  # fmt: skip
    assert lines[-1] == f"{path}: 表示だけで、書き込んでいません（--dry-run）。"
    # the shares of the others add up to 70 %
    assert [line for line in answer.faults if "70%" in line and line.startswith("注意: plan.xlsx チャネル!F")]


def test_a_run_and_another_one(path):
    type_in(path, {"kgi_value": 72})
    answer = xl("regenerate", path, env=ENGLISH)
    assert answer.code == 0 and answer.out.splitlines()[-1].startswith(
        f"{path} を再生成しました"
    )  # the plan's language
    (backup,) = (path.parent / "plan.xlsx.backups").iterdir()
    assert answer.faults == [f"以前のファイル: {backup}"]
    assert plan_entries(path)["kgi_value"] == 72
    again = xl("regenerate", path, "--lang", "en")
    assert (again.code, again.out, again.err) == (0, f"{path}: nothing has changed.\n", "")
    assert xl("regenerate", path, "--dry-run").out == f"{path}: 再生成しても変わりません。\n"


def test_a_new_workbook_needs_none(tmp_path):
    assert xl("new", tmp_path / "plan.xlsx").code == 0
    done = xl("regenerate", tmp_path / "plan.xlsx", "--dry-run")
    assert done.out == f"{tmp_path / 'plan.xlsx'}: 再生成しても変わりません。\n"


def test_another_file(path, tmp_path):
    type_in(path, {"kgi_value": 72})
    before = path.read_bytes()
    answer = xl("regenerate", path, "-o", tmp_path / "new.xlsx")
    assert answer.code == 0 and path.read_bytes() == before
    assert plan_entries(tmp_path / "new.xlsx")["kgi_value"] == 72
    there = xl("regenerate", path, "-o", tmp_path / "new.xlsx")
    assert there.code == 3 and there.err.startswith("new.xlsx: すでにあります。")
    kind = xl("regenerate", path, "-o", tmp_path / "new.xlsm")
    assert kind.code == 2 and kind.err == "-o: 「new.xlsm」 → 出力ファイル名は .xlsx で終わる名前にしてください\n"


def test_wrong_entries_in_one_pass(path):
    type_in(path, {"kgi_value": "たくさん", "tbl_stages[mql].rate": 20})
    before = path.read_bytes()
    answer = xl("regenerate", path)
    assert (answer.code, answer.out, len(answer.faults)) == (2, "", 2)
    assert answer.faults[0].startswith("plan.xlsx 設定!C") and "20% のことですか" in answer.faults[1]
    assert path.read_bytes() == before


def test_a_file_that_is_open_in_excel(path):
    type_in(path, {"kgi_value": 72})
    path.with_name("~$plan.xlsx").write_bytes(b"")
    answer = xl("regenerate", path)
    assert answer.code == 3 and answer.faults[-1].startswith("plan.xlsx: Excelで開かれています。")
    assert plan_entries(path)["kgi_value"] == 72


def test_no_such_file(tmp_path):
    answer = xl("regenerate", tmp_path / "none.xlsx")
    assert (answer.code, answer.err) == (
        2,
        "none.xlsx: ファイルが見つかりません。ファイル名とフォルダーを確かめてください。\n",
    )
