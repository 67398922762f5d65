"""A save that can't be finished: exit 2 or 3 with one line, and the old file is whole."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys

import pytest

from tests.cli.terminal import ROOT, xl
from xl_kpi.workbook.package.safety import read_package

SMALL = ("--template", "small", "--months", "1")


def failing(code: int):
    def fail(*_args, **_options):
        raise OSError(code, os.strerror(code))

    return fail


def one_line(answer) -> str:
    (line,) = answer.faults
    assert answer.out == ""
    return line


def test_an_output_folder_that_is_missing(tmp_path):
    answer = xl("new", tmp_path / "none" / "plan.xlsx", *SMALL)
    assert answer.code == 2
    assert (
        one_line(answer) == f"plan.xlsx: 保存先のフォルダー「{tmp_path / 'none'}」がありません。何も変更していません。"
        "フォルダーを作るか、"
        "別の場所を指定してください。"
    )
    assert list(tmp_path.iterdir()) == []


def test_an_output_folder_that_is_a_file(tmp_path):
    (tmp_path / "file").write_bytes(b"a")
    assert xl("new", tmp_path / "file" / "plan.xlsx", *SMALL).code == 2
    assert (tmp_path / "file").read_bytes() == b"a"


@pytest.mark.parametrize("code", [errno.EACCES, errno.EROFS])
def test_an_output_folder_that_is_read_only(target, monkeypatch, code):
    # The permissions of a folder mean nothing to root, so the refusal of the system is played.
    monkeypatch.setattr("tempfile.mkstemp", failing(code))
    monkeypatch.setattr("os.access", lambda *_: False)
    answer = xl("new", target, "--force", *SMALL)
    assert answer.code == 3
    assert one_line(answer).startswith(f"target.xlsx: フォルダー「{target.parent}」に書き込む権限がありません。")


@pytest.mark.parametrize(("lock", "program"), [("~$target.xlsx", "Excel"), (".~lock.target.xlsx#", "LibreOffice")])
def test_an_output_that_is_open_elsewhere(target, lock, program):
    target.with_name(lock).write_bytes(b"")
    answer = xl("new", target, "--force", *SMALL)
    assert answer.code == 3
    assert one_line(answer).startswith(f"target.xlsx: {program}で開かれています。")


@pytest.mark.parametrize("call", ["os.fsync", "tempfile.mkstemp"])
def test_a_full_disk(target, monkeypatch, call):
    monkeypatch.setattr(call, failing(errno.ENOSPC))
    answer = xl("new", target, "--force", *SMALL)
    assert answer.code == 3
    assert (
        one_line(answer) == "target.xlsx: ディスクの空き容量が足りません。何も変更していません。"
        "空きを作ってから、もう一度実行してください。"
        ""
    )


def test_a_folder_with_the_name_of_the_output(tmp_path):
    (tmp_path / "plan.xlsx").mkdir()
    answer = xl("new", tmp_path / "plan.xlsx", "--force", *SMALL)
    assert answer.code == 2 and "同じ名前のフォルダー" in one_line(answer)


def test_a_name_that_no_file_system_takes(tmp_path):
    answer = xl("new", tmp_path / ("a" * 300 + ".xlsx"), *SMALL)
    assert answer.code == 2 and "このファイル名では保存できません" in one_line(answer)


# Stops for a minute after the data are written and before the new file takes the old one's place.
SLOW = """
import pathlib, sys, time
from xl_kpi.workbook.package import save
def wait(temporary, *_):
    print("written", flush=True)
    time.sleep(60)
save._check_written = wait
from xl_kpi.cli import cli
cli.main(["new", sys.argv[1], "--force", "--template", "c1"])
"""


@pytest.mark.skipif(os.name != "posix", reason="Windows has no SIGKILL; it can't rename over a file that is open")
def test_a_kill_in_the_middle_of_the_save(small_book, tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(small_book)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, "-c", SLOW, str(path)], stdout=subprocess.PIPE, env=environment) as running:
        assert running.stdout.readline() == b"written\n"
        half = [file for file in tmp_path.iterdir() if file != path]
        running.send_signal(signal.SIGKILL)
        running.wait(10)
    assert len(half) == 1, "the new data were not on the disk yet, so the kill proved nothing"
    assert path.read_bytes() == small_book
    read_package(path, "ja")
    # the next save clears what was left behind
    assert xl("new", path, "--force", "--template", "c1").code == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == ["plan.xlsx", "plan.xlsx.backups"]
