"""``xl-kpi restore``: former states listed, brought back byte for byte, and the way back from there."""

from __future__ import annotations

import re

import pytest

from tests.cli.terminal import xl
from tests.regenerate.typing_in import plan_entries, type_in
from xl_kpi.workbook.save import MOST_BACKUPS, backups, save

pytestmark = pytest.mark.slow  # whole workbooks are written and read back


@pytest.fixture
def path(small_book, tmp_path):
    """Three states: goal 50 as made, 60 and 70, each regenerated."""
    file = tmp_path / "plan.xlsx"
    file.write_bytes(small_book)
    for goal in (60, 70):
        type_in(file, {"kgi_value": goal})
        assert xl("regenerate", file).code == 0
    return file


def test_the_states_newest_first_with_what_came_after_them(path):
    answer = xl("restore", path, "--list")
    assert answer.code == 0
    lines = answer.out.splitlines()
    shape = r" {} +\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d まで +[\d,]+ KB +次の操作: 手入力"
    assert [bool(re.fullmatch(shape.format(number), line)) for number, line in enumerate(lines, 1)] == [True, True]


def test_the_newest_state_and_back_again(path):
    now = path.read_bytes()
    former = backups(path)[-1].read_bytes()
    answer = xl("restore", path)
    assert answer.code == 0 and path.read_bytes() == former
    assert answer.out.startswith(f"{path} を 20") and answer.out.endswith("の直前の状態に戻しました。\n")
    assert answer.faults == [f"以前のファイル: {backups(path)[-1]}"]
    assert xl("restore", path).code == 0 and path.read_bytes() == now


def test_an_older_state(path):
    assert xl("restore", path, "2").code == 0
    assert plan_entries(path)["kgi_value"] == 60  # typed, and not regenerated yet


def test_any_of_the_last_twenty(path, tmp_path):
    copy = tmp_path / "next.xlsx"
    copy.write_bytes(path.read_bytes())
    for goal in range(100, 100 + MOST_BACKUPS + 3):
        save(path, type_in(copy, {"kgi_value": goal}).read_bytes(), "ja")
    oldest = backups(path)[0].read_bytes()
    assert len(xl("restore", path, "--list").out.splitlines()) == MOST_BACKUPS
    assert xl("restore", path, str(MOST_BACKUPS)).code == 0
    assert path.read_bytes() == oldest


def test_a_file_that_was_deleted_comes_back(path):
    former = backups(path)[-1].read_bytes()
    path.unlink()
    assert xl("restore", path).code == 0 and path.read_bytes() == former


@pytest.mark.parametrize("number", ["3", "0", "-1", "x", "1.5"])
def test_a_number_that_there_is_not(path, number):
    before = path.read_bytes()
    answer = xl("restore", path, "--", number)
    assert answer.code == 2 and answer.err.startswith(f"N: 「{number}」 → 1〜") and path.read_bytes() == before


def test_nothing_to_bring_back(small_book, tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(small_book)
    assert xl("restore", path).err == "plan.xlsx: 戻せる以前の状態がありません。\n"
    assert xl("restore", path).code == 3
    assert (xl("restore", path, "--list").code, xl("restore", path, "--list").err) == (0, "")
    assert xl("restore", tmp_path / "none.xlsx").code == 2


def test_a_file_that_is_open_in_excel(path):
    before = path.read_bytes()
    path.with_name("~$plan.xlsx").write_bytes(b"")
    assert xl("restore", path).code == 3 and path.read_bytes() == before


def test_a_damaged_state_is_not_brought_back(path):
    before = path.read_bytes()
    backups(path)[-1].write_bytes(b"PK half a file")
    assert xl("restore", path).code == 2 and path.read_bytes() == before
