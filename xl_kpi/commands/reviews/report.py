"""The report of a plan in a workbook: one file for those who only read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from xl_kpi.commands.reviews.figures import review
from xl_kpi.errors import told_in
from xl_kpi.report.contents import Contents
from xl_kpi.report.file import look_at, write_report


@dataclass(frozen=True)
class Reported:
    """What was written: where, how many bytes, in which language."""

    path: Path
    size: int
    lang: str

    @property
    def size_in_kb(self) -> int:
        """The size in KB, rounded up."""
        return -(-self.size // 1024)


def report(
    path: str | Path,
    out: str | Path,
    *,
    as_of: dt.date | None = None,
    words: str,
    lang: str | None = None,
    force: bool = False,
    today: dt.date | None = None,
) -> Reported:
    """Write the report of the plan in a workbook.

    Arguments: ``out`` the file, whose ending says which kind; ``as_of``, ``words`` and ``lang`` as for ``review``, the
    last one also the language of the report; ``force`` as for ``look_at``; ``today`` the day that the report bears.
    Errors: as for ``review``, ``look_at`` and ``write_report``.
    """
    with told_in(lang or words):
        target = look_at(out, force=force)
    opened, found = review(path, as_of=as_of, words=words, lang=lang)
    with told_in(opened.lang):
        size = write_report(Contents(found, opened.lang, today or dt.date.today()), target, words)
    return Reported(target, size, opened.lang)
