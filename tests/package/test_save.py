"""Saving: the old file or the new one is there at every moment, and says what happened when it was refused."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from xl_kpi import engine
from xl_kpi.catalog import text
from xl_kpi.errors import BadFile, Refused, XlKpiError
from xl_kpi.workbook.package import save as save_module
from xl_kpi.workbook.package.save import MOST_BACKUPS, backups, save

posix = pytest.mark.skipif(os.name != "posix", reason="file permissions, locks and signals of POSIX")


def workbook(value: object) -> bytes:
    book = engine.new_book()
    book.sheets.add("計画").range("A1").value = value
    return book.api.to_bytes()


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A workbook that was there before."""
    path = tmp_path / "計画.xlsx"
    path.write_bytes(workbook("old"))
    return path


def no_links(*_: object) -> None:
    raise OSError(errno.EPERM, "no links")


def files(path: Path) -> list[str]:
    return sorted(file.name for file in path.parent.iterdir())


def refused(plan: Path, kind: type[XlKpiError] = Refused, lang: str = "en", **more: object) -> str:
    """The message of a save that is refused, once it is certain that nothing was changed."""
    before = plan.read_bytes() if plan.is_file() else None
    there = files(plan) if plan.parent.is_dir() else None
    with pytest.raises(kind) as error:
        save(plan, workbook("new"), lang, **more)
    assert (plan.read_bytes() if plan.is_file() else None) == before
    assert (files(plan) if plan.parent.is_dir() else None) == there
    message = str(error.value)
    assert message.startswith(f"{plan.name}: ") and "\n" not in message
    assert "Nothing was changed." in message or "何も変更していません。" in message
    return message


def test_a_new_file(tmp_path: Path) -> None:
    saved = save(tmp_path / "計画.xlsx", workbook("new"), "ja")
    assert saved.path.read_bytes() == workbook("new")
    assert saved.backup is None
    assert files(saved.path) == ["計画.xlsx"]


def test_the_previous_version_is_kept(plan: Path) -> None:
    saved = save(plan, workbook("new"), "ja")
    assert plan.read_bytes() == workbook("new")
    assert saved.backup is not None and saved.backup.read_bytes() == workbook("old")
    assert saved.backup.parent.name == "計画.xlsx.backups" and saved.backup.suffix == ".xlsx"
    assert backups(plan) == [saved.backup]


def test_a_change_in_place_does_not_reach_the_backup(plan: Path) -> None:
    saved = save(plan, workbook("new"), "ja")
    with plan.open("r+b") as file:
        file.write(b"other program")
    assert saved.backup is not None and saved.backup.read_bytes() == workbook("old")


def test_the_last_twenty_versions_are_kept(plan: Path) -> None:
    for number in range(MOST_BACKUPS + 5):
        save(plan, workbook(number), "ja")
    kept = backups(plan)
    assert len(kept) == 20
    # 24 is in the file itself, so the newest kept one is 23 and the oldest 23 - 19 = 4.
    assert [kept[0].read_bytes(), kept[-1].read_bytes()] == [workbook(4), workbook(23)]


def test_other_files_in_the_backup_folder_are_left_alone(plan: Path) -> None:
    folder = plan.with_name(plan.name + ".backups")
    folder.mkdir()
    (folder / "note.txt").write_text("mine")
    for number in range(MOST_BACKUPS + 2):
        save(plan, workbook(number), "ja")
    assert (folder / "note.txt").read_text() == "mine"


def test_saving_the_same_again_changes_nothing(plan: Path) -> None:
    before = plan.stat()
    assert save(plan, workbook("old"), "ja").backup is None
    assert (plan.stat().st_ino, plan.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


@posix
def test_permissions_are_kept_and_usual_for_new_files(plan: Path) -> None:
    plan.chmod(0o640)
    save(plan, workbook("new"), "ja")
    assert stat.S_IMODE(plan.stat().st_mode) == 0o640
    mask = os.umask(0o022)
    try:
        fresh = save(plan.with_name("fresh.xlsx"), workbook("new"), "ja").path
    finally:
        os.umask(mask)
    assert stat.S_IMODE(fresh.stat().st_mode) == 0o644


@posix
def test_a_link_stays_a_link(plan: Path) -> None:
    link = plan.with_name("link.xlsx")
    link.symlink_to(plan)
    save(link, workbook("new"), "ja")
    assert link.is_symlink() and plan.read_bytes() == workbook("new")


def test_where_there_are_no_hard_links_a_copy_is_kept(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", no_links)
    saved = save(plan, workbook("new"), "ja")
    assert saved.backup is not None and saved.backup.read_bytes() == workbook("old")
    assert [file.name for file in saved.backup.parent.iterdir()] == [saved.backup.name]


# ---- refused ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lock", "program"), [("~$計画.xlsx", "Excel"), (".~lock.計画.xlsx#", "LibreOffice")])
def test_open_in_another_program(plan: Path, lock: str, program: str) -> None:
    plan.with_name(lock).write_bytes(b"")
    assert f"open in {program}" in refused(plan)
    assert f"{program}で開かれています" in refused(plan, lang="ja")


def test_opened_while_it_was_being_saved(plan: Path) -> None:
    lock = plan.with_name("~$計画.xlsx")
    with pytest.raises(Refused, match="open in Excel"):
        save(plan, workbook("new"), "en", verify=lambda _: lock.write_bytes(b""))
    assert plan.read_bytes() == workbook("old") and backups(plan) == []


def test_no_folder_or_a_folder_in_its_place(plan: Path) -> None:
    assert "does not exist" in refused(plan.parent / "no" / "計画.xlsx", BadFile)
    (plan.parent / "folder.xlsx").mkdir()
    assert "there is a folder with this name" in refused(plan.parent / "folder.xlsx", BadFile)
    assert "exist" in refused(plan / "計画.xlsx", BadFile)  # a file in place of the folder


@pytest.mark.parametrize("name", ["x" * 300 + ".xlsx", "nul\0l.xlsx"])
def test_names_that_no_file_can_have(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadFile, match="can't be used"):
        save(tmp_path / name, workbook("new"), "en")
    assert list(tmp_path.iterdir()) == []


def test_a_sharing_violation_at_the_last_moment(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What Windows answers while Excel holds the file; made up here, as no other system does it."""

    def held(self: Path, target: Path) -> Path:
        raise PermissionError(errno.EACCES, "The process cannot access the file", str(target))

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(Refused, match="open in another program, or read-only"):
        save(plan, workbook("new"), "en")
    assert plan.read_bytes() == workbook("old") and backups(plan) == []


def test_what_verify_finds_gives_up_the_save(plan: Path) -> None:
    def look(path: Path) -> None:
        assert path.read_bytes() == workbook("new")
        assert path.parent == plan.parent
        raise ZeroDivisionError

    there = files(plan)
    with pytest.raises(ZeroDivisionError):
        save(plan, workbook("new"), "en", verify=look)
    assert plan.read_bytes() == workbook("old") and files(plan) == there


def test_verify_may_open_the_file(plan: Path) -> None:
    seen = []
    save(plan, workbook("new"), "ja", verify=lambda path: seen.append(engine.open_book(path).sheets[0]["A1"].value))
    assert seen == ["new"]


def test_data_that_are_no_workbook_are_not_saved(plan: Path) -> None:
    with pytest.raises(Refused, match="could not be read back"):
        save(plan, b"half a workbook", "en")
    assert plan.read_bytes() == workbook("old") and files(plan) == ["計画.xlsx"]


def test_data_that_reach_the_disk_changed_are_not_saved(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = save_module.read_package
    monkeypatch.setattr(save_module, "read_package", lambda path, lang: real(path, lang)[:-1])
    assert "could not be read back" in refused(plan)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_disk_full_while_flushing(plan: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def full(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", full)
    assert "the disk is full" in refused(plan)
    assert "空き容量" in refused(plan, lang="ja")


def test_any_other_failure_is_told_in_the_system_s_words(plan: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", broken)
    assert "Input/output error" in refused(plan)


def in_child(action: Callable[[], None]) -> str:
    """Run something in a process of its own and give what it raised, as "Kind: message"."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            action()
            os.write(writer, b"done")
        except BaseException as error:
            os.write(writer, f"{type(error).__name__}: {error}".encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(pid, 0)
    with os.fdopen(reader, "rb") as pipe:
        return pipe.read().decode()


@posix
def test_a_real_write_that_stops_in_the_middle(plan: Path) -> None:
    """A limit on the size of files makes the system cut the write off after 1,000 bytes, as a full disk does."""
    import resource

    data = workbook("new")
    assert len(data) > 1_000

    def action() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))
        save(plan, data, "en")

    assert (
        in_child(action) == "Refused: 計画.xlsx: the disk is full. Nothing was changed. Free some space and try again."
    )
    assert plan.read_bytes() == workbook("old") and files(plan) == ["計画.xlsx"]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter (pytest's own are closed to others)."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@posix
@pytest.mark.parametrize(
    ("folder_mode", "file_mode", "part"), [(0o555, 0o666, "no permission"), (0o777, 0o444, "read-only")]
)
def test_a_folder_or_file_that_may_not_be_written(
    open_folder: Path, folder_mode: int, file_mode: int, part: str
) -> None:
    """As an ordinary user: to the administrator, who may run the tests, everything is writable."""
    folder = open_folder / "shared"
    folder.mkdir()
    plan = folder / "plan.xlsx"
    plan.write_bytes(workbook("old"))
    plan.chmod(file_mode)
    folder.chmod(folder_mode)
    text("save_in_use", "en", file="")  # loads the texts before the rights to read them are given up

    def action() -> None:
        if os.geteuid() == 0:
            os.setuid(65_534)
        save(plan, workbook("new"), "en")

    message = in_child(action)
    folder.chmod(0o755)
    assert message.startswith("Refused: plan.xlsx: ") and part in message
    assert plan.read_bytes() == workbook("old") and files(plan) == ["plan.xlsx"]


# ---- killed -------------------------------------------------------------------------------------------

SLOW_SAVE = """
import sys, time
from pathlib import Path
from xl_kpi.workbook.package.save import save
plan, mark = Path(sys.argv[1]), Path(sys.argv[2])
def wait(path):
    mark.touch()
    time.sleep(60)
save(plan, plan.with_name("new.data").read_bytes(), "en", verify=wait)
"""


@posix
@pytest.mark.parametrize("links", [True, False])
def test_killed_before_the_new_file_takes_its_place_no_state_is_kept_twice(
    plan: Path, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    save(plan, workbook("second"), "en")
    folder = plan.with_name(plan.name + ".backups")
    monkeypatch.setattr(Path, "replace", lambda *paths: os.kill(os.getpid(), 9))
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    child = os.fork()
    if child == 0:
        save(plan, workbook("third"), "en")
        os._exit(0)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == 9
    monkeypatch.undo()
    # Where there are no links the kill comes earlier: while the backup is still a copy under another name.
    assert {path.suffix for path in folder.iterdir()} == ({".xlsx"} if links else {".xlsx", ".copying"})
    assert [backup.read_bytes() for backup in backups(plan)] == [workbook("old"), workbook("second")][: 1 + links]
    save(plan, workbook("third"), "en")
    assert plan.read_bytes() == workbook("third")
    assert [backup.read_bytes() for backup in backups(plan)] == [workbook("old"), workbook("second")]
    assert {path.suffix for path in folder.iterdir()} == {".xlsx"}


@posix
def test_killed_in_the_middle_the_old_file_is_whole_and_the_next_save_cleans_up(plan: Path) -> None:
    data, mark = plan.with_name("new.data"), plan.with_name("mark")
    data.write_bytes(workbook("new"))
    root = Path(save_module.__file__).parents[3]
    child = subprocess.Popen([sys.executable, "-c", SLOW_SAVE, str(plan), str(mark)], cwd=root)
    try:
        for _ in range(600):
            if mark.exists():
                break
            time.sleep(0.05)
        assert mark.exists(), "the save in the child never got to its last step"
        # While it is at work, another save leaves its temporary file alone.
        save(plan, workbook("between"), "en")
        assert any(name.endswith("-saving") for name in files(plan))
    finally:
        child.kill()
        child.wait()
    assert plan.read_bytes() == workbook("between")
    assert any(name.endswith("-saving") for name in files(plan))
    save(plan, workbook("last"), "en")
    assert plan.read_bytes() == workbook("last")
    assert not any(name.endswith("-saving") for name in files(plan))
