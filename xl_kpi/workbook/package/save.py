"""Atomic save: the old file or the new one, never half of either, and the last 20 old ones kept.

Written beside the target under a temporary name, flushed to the disk, read back and checked, then renamed
over it.  Whatever goes wrong before the rename leaves the old file as it was.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NoReturn

from xl_kpi.catalog import text
from xl_kpi.errors import BadFile, Refused
from xl_kpi.workbook.package.safety import read_package

try:
    import fcntl
except ImportError:  # Windows, where a file that is being written can't be deleted anyway
    fcntl = None  # type: ignore[assignment]  # on Windows

MOST_BACKUPS = 20
BACKUP_SUFFIX = ".backups"
_SUFFIX = ".xl-kpi-saving"
_COPYING = ".copying"
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_PERMISSION = {errno.EACCES, errno.EPERM, errno.EROFS}
_BACKUP_NAME = re.compile(r"\d{8}-\d{6}-\d{6}")


@dataclass(frozen=True)
class SavedFile:
    """What a save did: where the file is, and where its previous version went (None: there was none)."""

    path: Path
    backup: Path | None


def save(path: str | Path, data: bytes, lang: str, *, verify: Callable[[Path], object] | None = None) -> SavedFile:
    """Write a workbook so that it is whole at every moment.

    ``data`` the complete .xlsx, ``lang`` the language of messages, ``verify`` a last look at the file before
    it takes its place (open it, compare it); whatever it raises gives up the save.

    Errors: Refused when the target is open elsewhere, can't be written, the disk is full or what was written
    can't be read back; BadFile when the folder does not exist or the name can't be used.  In each case the
    old file is as it was, and the message says so.
    """
    target = _target(path, lang)
    _remove_leftovers(target)
    with _failures(target, lang):
        before = target.read_bytes() if target.exists() else None
        if before == data:
            return SavedFile(target, None)
        with _temporary(target, data) as temporary:
            _check_written(temporary, target, data, lang)
            if verify is not None:
                verify(temporary)
            if before is not None:
                shutil.copymode(target, temporary)
            backup = _back_up(target) if before is not None else None
            try:
                _check_open(target, lang)  # opened in the meantime?
                temporary.replace(target)
            except BaseException:
                if backup is not None:
                    backup.unlink()
                raise
    # From here on the new file is in place: nothing below may turn success into a failure.
    with suppress(OSError):
        _sync_folder(target.parent)
    with suppress(OSError):
        for old in backups(target)[:-MOST_BACKUPS]:
            old.unlink()
    return SavedFile(target, backup)


def save_other(path: str | Path, data: bytes, lang: str) -> Path:
    """Write a file that is no workbook, whole at every moment as well; of what it replaces nothing is kept.

    Errors: as for ``save``.
    """
    target = _target(path, lang)
    with _failures(target, lang), _temporary(target, data) as temporary:
        temporary.replace(target)
    return target


def backups(path: str | Path) -> list[Path]:
    """The kept versions of a file, oldest first, as "plan.xlsx.backups/20260401-093015-000000.xlsx"."""
    target = Path(os.path.realpath(path))
    folder = _folder(target)
    if not folder.is_dir():
        return []
    # Not one that a killed save left half copied.
    files = [file for file in folder.iterdir() if file.suffix == target.suffix]
    return sorted(file for file in files if _BACKUP_NAME.fullmatch(file.stem))


def _folder(target: Path) -> Path:
    return target.with_name(target.name + BACKUP_SUFFIX)


def _refuse(key: str, lang: str, target: Path, kind: type[Exception] = Refused, **values: object) -> NoReturn:
    raise kind(text(key, lang, file=target.name, folder=target.parent, **values)) from None


def _target(path: str | Path, lang: str) -> Path:
    """The file to be replaced (through a link, so that the link stays one), once it may be."""
    try:
        target = Path(os.path.realpath(path))
        if not target.parent.is_dir():
            _refuse("save_no_folder", lang, target, BadFile)
        if target.is_dir():
            _refuse("save_is_folder", lang, target, BadFile)
        _check_open(target, lang)
    except (ValueError, OSError):  # a null character, a name that is too long
        _refuse("save_bad_name", lang, Path(path), BadFile)
    return target


def _check_open(target: Path, lang: str) -> None:
    """Excel and LibreOffice put a small file beside one that they hold open; Windows says so itself."""
    for lock, program in ((f"~${target.name}", "Excel"), (f".~lock.{target.name}#", "LibreOffice")):
        if target.with_name(lock).exists():
            _refuse("save_open", lang, target, program=program, lock=lock)
    if target.exists():
        try:
            target.open("r+b").close()
        except PermissionError:
            _refuse("save_in_use", lang, target)


@contextmanager
def _failures(target: Path, lang: str) -> Iterator[None]:
    """What the operating system refuses, in words."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            _refuse("save_disk_full", lang, target)
        if error.errno == errno.ENAMETOOLONG:
            _refuse("save_bad_name", lang, target, BadFile)
        if error.errno in _NO_PERMISSION:
            writable = os.access(target.parent, os.W_OK)
            _refuse("save_in_use" if writable else "save_read_only", lang, target)
        _refuse("save_failed", lang, target, reason=error.strerror or str(error))


@contextmanager
def _temporary(target: Path, data: bytes) -> Iterator[Path]:
    """The data under a temporary name in the target's folder, on the disk; gone again when anything fails.

    It stays locked to the end, which tells a save that runs at the same time that this one is no leftover.
    """
    handle, name = tempfile.mkstemp(prefix=_prefix(target), suffix=_SUFFIX, dir=target.parent)
    temporary, held = Path(name), os.dup(handle) if fcntl else None
    try:
        with os.fdopen(handle, "wb") as file:
            if held is not None:
                _lock(held)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if os.name == "posix":  # mkstemp gives a private file; a new workbook gets the usual permissions
            mask = os.umask(0)
            os.umask(mask)
            temporary.chmod(0o666 & ~mask)
        yield temporary
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    finally:
        if held is not None:
            os.close(held)


def _prefix(target: Path) -> str:
    return f".{target.name[:30]}."  # cut: a name may be as long as the file system allows


def _lock(handle: int) -> bool:
    """Hold a file until it is closed or the process ends, however it ends; False when another one does."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return error.errno not in (errno.EAGAIN, errno.EACCES)  # a file system without locks: go on
    return True


def _remove_leftovers(target: Path) -> None:
    """Temporary files of saves that were killed, and what they had kept in vain; never a reason to fail."""
    with suppress(OSError):
        for file in target.parent.iterdir():
            if file.name.startswith(_prefix(target)) and file.name.endswith(_SUFFIX):
                with suppress(OSError):
                    with file.open("rb") as held:
                        left_over = _lock(held.fileno())
                    if left_over:
                        file.unlink()
                        _remove_needless_backup(target)


def _remove_needless_backup(target: Path) -> None:
    """What a save that was killed had kept of a file that it did not replace: else it would be a state twice."""
    if fcntl is None:  # another save may be at it
        return
    for half in _folder(target).glob(f"*{_COPYING}"):
        half.unlink()
    for last in backups(target)[-1:]:
        if last.read_bytes() == target.read_bytes():
            last.unlink()


def _check_written(temporary: Path, target: Path, data: bytes, lang: str) -> None:
    """The file on the disk is what was meant, and a workbook by our own rules."""
    try:
        whole = read_package(temporary, lang) == data
    except BadFile:
        whole = False
    if not whole:
        _refuse("save_check_failed", lang, target)


def _back_up(target: Path) -> Path:
    """The present version under the time of this save; a second name for the same data where that is possible."""
    folder = _folder(target)
    folder.mkdir(exist_ok=True)
    backup = folder / (datetime.now().strftime("%Y%m%d-%H%M%S-%f") + target.suffix)
    try:
        os.link(target, backup)
    except (OSError, NotImplementedError):  # a file system without links
        copy = backup.with_suffix(_COPYING)
        try:
            shutil.copy2(target, copy)
            with copy.open("r+b") as file:
                os.fsync(file.fileno())
            copy.replace(backup)
        except BaseException:
            copy.unlink(missing_ok=True)
            raise
    with suppress(OSError):
        _sync_folder(folder)
    return backup


def _sync_folder(folder: Path) -> None:
    """A rename is on the disk only once its folder is."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
