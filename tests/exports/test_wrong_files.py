"""What is no download gives one line, whatever it is called, and is never unpacked."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from tests.exports.made import text, workbook, zipped
from tests.exports.wrong_files import ROWS, wrong_files, zeros
from xl_kpi.catalog.messages import message
from xl_kpi.commands.imports.opening import bytes_of
from xl_kpi.errors import BadFile
from xl_kpi.exchange.exports.export import Export, read_export
from xl_kpi.exchange.exports.files import files_in

WRONG = wrong_files()
MOST_MEMORY = 24 * 2**20  # bytes: a file of 2 MB, its copies, and a megabyte at a time of what it unpacks to


def read(data: bytes, name: str) -> list[Export]:
    return [read_export(inside, called) for called, inside in files_in(data, name)]


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_download_gives_one_line(name):
    data, key = WRONG[name]
    read(text(ROWS).encode(), "warm.csv")  # what pandas needs for itself is not counted
    tracemalloc.start()
    try:
        with pytest.raises(BadFile) as refused:
            read(data, name)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert refused.value.key == key
    assert peak < MOST_MEMORY
    for lang in ("ja", "en"):
        said = message(refused.value, lang)
        assert said.startswith(name)
        assert "\n" not in said


def test_a_folder_and_a_file_without_permission_give_one_line(tmp_path, monkeypatch):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(BadFile) as refused:
        bytes_of(tmp_path / "folder.csv")
    assert refused.value.key == "file_is_folder"

    def forbidden(path: Path) -> bytes:  # root, as whom tests may run, may read everything
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / "ads.csv").write_bytes(b"x")
    monkeypatch.setattr(Path, "read_bytes", forbidden)
    with pytest.raises(BadFile) as refused:
        bytes_of(tmp_path / "ads.csv")
    assert refused.value.key == "file_unreadable"


def test_a_huge_file_is_not_read(tmp_path):
    with (tmp_path / "ads.csv").open("wb") as made:
        made.truncate(3 * 2**30)  # a hole: it takes no room
    with pytest.raises(BadFile) as refused:
        bytes_of(tmp_path / "ads.csv")
    assert refused.value.key == "export_large"


def test_every_file_of_an_archive_is_read():
    april, may = text(ROWS), text([ROWS[0], ["広告", "2026-05-01", "3000", "30"]])
    files = {"四月.csv": april.encode("cp932"), "sub/五月.csv": may.encode(), "__MACOSX/._x.csv": b"\0\5", "a.md": b"x"}
    found = read(zipped(files), "both.zip")
    assert [(one.file, one.rows["cost"].sum()) for one in found] == [
        ("both.zip/四月.csv", 1000),
        ("both.zip/sub/五月.csv", 3000),
    ]


@pytest.mark.parametrize("name", ["called.csv", "called.xls", "called.xlsx", "called.txt"])
def test_what_a_file_holds_counts_not_its_name(name):
    for data in (workbook(ROWS, "日別"), text(ROWS, "\t").encode("utf-16")):
        (found,) = read(data, name)
        assert list(found.rows["cost"]) == [1000]


def test_a_megabyte_of_zeros_that_says_the_truth_is_unpacked_and_is_no_table():
    with pytest.raises(BadFile) as refused:
        read(zeros(1), "zeros.zip")
    assert refused.value.key == "export_no_table"
