"""Files for an import as they lie there: their bytes, and the packages without which none of them is read."""

from __future__ import annotations

from pathlib import Path

from xl_kpi.errors import BadFile, XlKpiError


class NeedsData(XlKpiError):
    """The packages that read files are not installed."""

    exit_code = 2


def need_packages() -> None:
    """Errors: NeedsData, naming all that are missing."""
    missing = []
    for name in ("pandas", "python_calamine", "tomlkit", "pyarrow", "duckdb", "ibis"):
        try:
            __import__(name)
        except ImportError:
            missing.append({"ibis": "ibis-framework"}.get(name, name.replace("_", "-")))
    if missing:
        raise NeedsData("export_needs_data", missing=", ".join(missing))


def bytes_of(file: Path) -> bytes:
    """The bytes of a file of a kind that is read.

    Errors: BadFile for other kinds, a folder, and what can't be read.
    """
    from xl_kpi.exchange.exports.files import check_kind, check_size

    if file.is_file():
        check_kind(file.name)
        check_size(file.stat().st_size, file.name)
    return bytes_there(file)


def bytes_there(file: Path) -> bytes:
    """The bytes of any file.

    Errors: BadFile for a folder, and what can't be read.
    """
    try:
        if file.is_dir():
            raise BadFile("file_is_folder", file=str(file))
        return file.read_bytes()
    except FileNotFoundError:
        raise BadFile("file_missing", file=str(file)) from None
    except OSError as fault:
        raise BadFile("file_unreadable", file=str(file)) from fault
