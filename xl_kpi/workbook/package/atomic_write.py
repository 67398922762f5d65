"""A file that is no workbook (those go through ``save``), written so that it is old or new at every moment."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_UNFINISHED = ".part"
_MOST_STEM = 40  # characters: with a dot and the suffixes below the 255 bytes that file systems take


def write(path: Path, data: bytes, folder: Path | None = None) -> None:
    """Write a file; the same data are not written again.

    Arguments: ``folder`` where it waits until it is whole, on the same disk as ``path`` (None: beside it).
    Special cases: what a killed run left unfinished is overwritten by the next.
    Errors: OSError; the old file is as it was.
    """
    with suppress(OSError):
        if path.read_bytes() == data:
            return
    unfinished = (folder or path.parent) / f".{path.stem[:_MOST_STEM]}{path.suffix}{_UNFINISHED}"
    try:
        with unfinished.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        with suppress(OSError):
            unfinished.unlink()
        raise
