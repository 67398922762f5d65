"""Files that are no workbooks: the old one or the new one, wherever the new one waits until it is whole."""

from __future__ import annotations

import pytest

from xl_kpi.workbook.package.atomic_write import write


def test_what_fails_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "下書き.eml"
    write(path, b"old")
    monkeypatch.setattr("os.fsync", lambda handle: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(OSError, match="full"):
        write(path, b"new")
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("下書き.eml", b"old")]


def test_it_may_wait_in_another_folder(tmp_path):
    watched = tmp_path / "XLSTART"
    watched.mkdir()
    (tmp_path / ".addin.xlam.part").write_bytes(b"half, of a run that was killed")
    write(watched / "addin.xlam", b"new", tmp_path)
    assert [(file.name, file.read_bytes()) for file in watched.iterdir()] == [("addin.xlam", b"new")]
    assert list(tmp_path.iterdir()) == [watched]


def test_the_same_data_are_not_written_again(tmp_path):
    path = tmp_path / "list.csv"
    write(path, b"same")
    before = path.stat().st_ino
    write(path, b"same")
    assert path.stat().st_ino == before
    write(path, b"other")
    assert path.read_bytes() == b"other"


def test_a_long_name_finds_room_for_its_unfinished_file(tmp_path):
    # Most file systems take 255 bytes: 83 Japanese letters of three bytes and a suffix.
    path = tmp_path / ("計" * 83 + ".eml")
    write(path, b"new")
    assert path.read_bytes() == b"new"
