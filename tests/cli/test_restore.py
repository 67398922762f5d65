"""``xl-kpi restore``: former states listed, brought back byte for byte, and the way back from there."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.cli.terminal import ENGLISH, xl
from tests.regenerate.typing_in import places, plan_entries, type_in, type_in_cells
from xl_kpi.commands import open_workbook
from xl_kpi.commands.channels import switch_channels
from xl_kpi.commands.restore import states
from xl_kpi.commands.rewrite import rewrite
from xl_kpi.commands.user import user_name
from xl_kpi.workbook.package.save import MOST_BACKUPS, backups, save

pytestmark = pytest.mark.slow  # whole workbooks are written and read back


@pytest.fixture(scope="module")
def three_states(small_book, tmp_path_factory) -> Path:
    """Goal 50 as made, 60 and 70, each regenerated."""
    file = tmp_path_factory.mktemp("states") / "plan.xlsx"
    file.write_bytes(small_book)
    made = open_workbook(file, "ja").records.history[-1].time.timestamp()
    for goal in (60, 70):
        type_in(file, {"kgi_value": goal})
        if goal == 60:
            os.utime(file, (made, made))  # typed into at once, however long ago other tests had it made
        assert xl("regenerate", file).code == 0
    return file


@pytest.fixture
def path(three_states, tmp_path) -> Path:
    """A copy of these, with the times of the files."""
    shutil.copytree(three_states.parent, tmp_path, dirs_exist_ok=True)
    return tmp_path / three_states.name


WHEN = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"


def listed(path: Path, lang: str = "ja") -> list[str]:
    """The lines of the list, with TIME, SIZE and WHO for what differs from run to run."""
    answer = xl("restore", path, "--list", "--lang", lang)
    assert answer.code == 0 and answer.err == ""
    lines = answer.out.replace(user_name(), "WHO").splitlines()
    return [re.sub(r"[\d,]+ KB", "SIZE KB", re.sub(WHEN, "TIME", line)) for line in lines]


def test_each_state_says_which_command_made_it_when_who_and_how_much(path):
    # In the order newest first: the goal 60 typed and regenerated; as ``new`` made it, then typed into.
    assert listed(path) == [
        " 1  TIME まで  SIZE KB  再生成 TIME WHO 変更1件",
        " 2  TIME まで  SIZE KB  新規作成 TIME WHO 変更0件",
    ]
    assert listed(path, "en") == [
        " 1  until TIME  SIZE KB  Regenerate TIME, WHO, changes: 1",
        " 2  until TIME  SIZE KB  New TIME, WHO, changes: 0",
    ]


def test_the_times_are_those_of_the_history_and_a_later_save_is_told(path):
    newest = backups(path)[-1]
    written = open_workbook(newest, "ja").records.history[-1].time
    assert xl("restore", path, "--list").out.splitlines()[0].endswith(f"再生成 {written} {user_name()} 変更1件")
    later = written + dt.timedelta(hours=2)
    os.utime(newest, (later.timestamp(), later.timestamp()))
    assert xl("restore", path, "--list").out.splitlines()[0].endswith(f"変更1件、その後 {later} に保存")
    assert xl("restore", path, "--list", "--lang", "en").out.splitlines()[0].endswith(f"1, saved again at {later}")


def test_a_file_that_is_no_plan_of_ours_has_no_history(path):
    other = openpyxl.Workbook()
    other.save(path)
    assert xl("new", path, "--template", "c1", "--months", "1", "--force").code == 0
    assert listed(path)[0] == " 1  TIME まで  SIZE KB  履歴のないファイル"
    assert listed(path, "en")[0] == " 1  until TIME  SIZE KB  a file without history"


def test_what_a_killed_command_had_kept_but_not_replaced_is_no_state(path):
    before, lines = path.read_bytes(), listed(path)
    (path.with_name("plan.xlsx.backups") / "29991231-235959-000000.xlsx").write_bytes(before)
    assert listed(path) == lines
    assert xl("restore", path).code == 0 and path.read_bytes() != before


@pytest.mark.long
def test_every_command_that_writes_a_plan_is_told(quarter_book, tmp_path):
    """What is brought back is said of itself, however often: its maker does not depend on what came later."""
    path, people = tmp_path / "plan.xlsx", tmp_path / "people.csv"
    path.write_bytes(quarter_book)
    people.write_text("名前,部署,メール,担当チャネル\n田中,営業,tanaka@example.com,ads\n", "utf-8")
    type_in(path, {"kgi_value": 70, "order_value": 900_000})
    assert xl("regenerate", path).code == 0
    off = xl("channels", path, "--off", "webinar")
    assert off.code == 0
    assert xl("distribute", path, "--to", people, "-o", tmp_path / "out").code == 0
    returned = next((tmp_path / "out").glob("*.xlsx"))
    start = open_workbook(path, "ja").read.plan.start
    type_in(returned, {f"actual[ads:clicks][{start:%Y-%m}]": 1200})
    assert xl("collect", path, returned).code == 0
    assert xl("addin", "lite", path).code == 0
    makers = [line.split("KB  ")[1].split("、")[0] for line in listed(path)]
    assert makers == [
        "回収 TIME tanaka@example.com（回収: WHO） 変更1件",
        "配布 TIME WHO 変更0件",
        "チャネル変更 TIME WHO 変更4件",  # the switch, and the shares of the other three that feed its stage
        "再生成 TIME WHO 変更2件",
        "新規作成 TIME WHO 変更0件",
    ]
    assert xl("restore", path, "3").code == 0
    assert [line.split("KB  ")[1].split("、")[0] for line in listed(path)[1:]] == makers


def test_two_commands_within_one_second_are_told_apart(quarter_book, tmp_path):
    """The channels' line is counted for itself, although the lines of the command before bear the same time."""

    path = tmp_path / "plan.xlsx"
    path.write_bytes(quarter_book)
    type_in(path, {"kgi_value": 70, "order_value": 900_000})
    at = dt.datetime(2026, 4, 1, 9)
    rewrite(open_workbook(path, "ja"), command="regenerate", now=at)
    switch_channels(path, words="ja", off=["webinar"], now=at)
    assert xl("addin", "lite", path).code == 0
    assert [(state.made.command, state.made.changes) for state in states(path, "ja")][:2] == [
        ("channels", 4),  # the switch, and the shares of the other three that feed its stage
        ("regenerate", 2),
    ]


def test_the_newest_state_and_back_again(path):
    now = path.read_bytes()
    former = backups(path)[-1].read_bytes()
    answer = xl("restore", path)
    assert answer.code == 0 and path.read_bytes() == former
    assert answer.out.startswith(f"{path} を 20") and answer.out.endswith("の直前の状態に戻しました。\n")
    assert answer.faults == [f"以前のファイル: {backups(path)[-1]}"]
    assert xl("restore", path).code == 0 and path.read_bytes() == now


def test_an_older_state_and_back_again(path):
    now, oldest = path.read_bytes(), backups(path)[0].read_bytes()
    assert xl("restore", path, "2").code == 0 and path.read_bytes() == oldest
    assert xl("restore", path, "1").code == 0 and path.read_bytes() == now


def test_an_older_state(path):
    assert xl("restore", path, "2").code == 0
    assert plan_entries(path)["kgi_value"] == 60  # typed, and not regenerated yet


def test_any_of_the_last_twenty(path, tmp_path):
    copy = tmp_path / "next.xlsx"
    copy.write_bytes(path.read_bytes())
    sheet, cell = places(copy)["kgi_value"]
    for goal in range(100, 100 + MOST_BACKUPS + 3):
        save(path, type_in_cells(copy, {sheet: {cell: goal}}).read_bytes(), "ja")
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


def test_the_list_is_in_the_language_of_the_plan_whatever_the_computers(path):
    """Also where the plan itself is gone; ``--lang`` goes before."""
    assert "まで" in xl("restore", path, "--list", env=ENGLISH).out
    assert xl("restore", path, "99", env=ENGLISH).err.startswith("N: 「99」")
    path.write_bytes(b"PK half a file")
    assert "まで" in xl("restore", path, "--list", env=ENGLISH).out
    assert "until" in xl("restore", path, "--list", "--lang", "en").out


def test_of_one_state_no_range_is_told_and_a_damaged_plan_says_how_to_come_back(path):
    for backup in backups(path)[:-1]:
        backup.unlink()
    assert xl("restore", path, "2").err.startswith("N: 「2」 → 以前の状態は1つだけです。")
    path.write_bytes(path.read_bytes()[:-3000])
    told = xl("check", path).err
    assert "途中で切れています" in told and "xl-kpi restore plan.xlsx" in told
    alone = path.with_name("返信.xlsx")
    alone.write_bytes(path.read_bytes())
    assert "送り主" in (told := xl("check", alone).err) and "restore" not in told


def test_nothing_to_bring_back(small_book, tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(small_book)
    assert (
        xl("restore", path).err == "plan.xlsx: 戻せる以前の状態がありません。"
        "バックアップのフォルダーを移したときは、計画と同じ場所に戻してください。"
        "\n"
    )
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
