"""The file of a report: which kind it is, whether it may be written, and that it is whole at every moment."""

from __future__ import annotations

import os
from pathlib import Path

from xl_kpi.errors import BadFile, Refused, XlKpiError
from xl_kpi.report.contents import Contents
from xl_kpi.report.page import GENERATOR, page
from xl_kpi.report.paper import paper
from xl_kpi.workbook.package.save import save_other

KINDS = (".html", ".htm", ".pdf")
PACKAGES = {"jinja2": "jinja2", "vl_convert": "vl-convert-python", "typst": "typst"}  # import name → name on PyPI
HEAD = 4096  # bytes of a page in which its generator stands


class NeedsReport(XlKpiError):
    """The packages that make reports are not installed."""


def look_at(path: str | Path, *, force: bool = False) -> Path:
    """Whether a report may be written there.

    Errors: NeedsReport without the packages of the extra; BadFile for a name with another ending; Refused where a file
    stands there that is no report of ours, but with ``force``.
    """
    target = Path(path)
    if target.suffix.lower() not in KINDS:
        raise BadFile("report_kind", file=target.name)
    missing = []
    for name, package in PACKAGES.items():
        try:
            __import__(name)
        except ImportError:
            missing.append(package)
    if missing:
        raise NeedsReport("report_needs", missing=", ".join(missing))
    if not force and target.is_file() and not _is_ours(target):
        raise Refused("report_exists", file=target.name)
    return target


def _is_ours(target: Path) -> bool:
    """Whether a file is a report, which the next one may replace."""
    try:
        data = target.read_bytes()
    except OSError:
        return False
    if target.suffix.lower() == ".pdf":
        return data[:5] == b"%PDF-" and GENERATOR.encode() in data
    return f'name="generator" content="{GENERATOR} '.encode() in data[:HEAD]


def write_report(contents: Contents, target: Path, words: str) -> int:
    """Writes a report.

    Arguments: ``words`` the language of messages about the file.
    Result: how many bytes it has.
    """
    data = paper(contents) if target.suffix.lower() == ".pdf" else page(contents).encode("utf-8")
    save_other(os.fspath(target), data, words)
    return len(data)
