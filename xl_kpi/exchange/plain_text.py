"""Text files that a person wrote: CSV and mail bodies, in the encodings that Excel and editors write in Japan."""

from __future__ import annotations

from pathlib import Path

from xl_kpi.errors import BadFile

MOST_BYTES = 10_000_000  # no list of recipients and no mail is as long
# cp932 takes almost anything and comes last; UTF-16 is known by its mark only.
_ENCODINGS = ("utf-8-sig", "cp932")
_MARKS_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_text(path: str | Path) -> str:
    """The words of a file in UTF-8, UTF-16 or cp932; BadFile says why there are none."""
    file = Path(path)
    name = file.name or str(path)
    try:
        if file.is_dir():
            raise BadFile("file_is_folder", file=name)
        if file.stat().st_size > MOST_BYTES:
            raise BadFile("file_too_big", file=name, limit=MOST_BYTES // 1_000_000)
        data = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: a name with a null character
        raise BadFile("file_missing", file=name) from None
    except OSError:
        raise BadFile("file_unreadable", file=name) from None
    for encoding in ("utf-16",) if data.startswith(_MARKS_UTF_16) else _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadFile("text_encoding", file=name)
