"""What another program left out of the user's own sheets, as the file from before the last command still shows it.

A command leaves these sheets as they are, so that file has them as the last command did.  What was put there since is
not known.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path

from xl_kpi.errors import Fault, Joined, Phrase, Words, XlKpiError
from xl_kpi.workbook.package.file_book import FileBook
from xl_kpi.workbook.package.parts import Parts
from xl_kpi.workbook.package.parts_book import PartsBook
from xl_kpi.workbook.package.safety import read_parts
from xl_kpi.workbook.package.save import backups
from xl_kpi.workbook.reading.our_sheets import our_sheets

# Kind of a part beside a sheet → what is counted in it, as a key of the texts.
_BESIDE = {
    "charts": ("/drawing", re.compile(rb"<(?:\w+:)?chart[ />]")),
    "pictures": ("/drawing", re.compile(rb"<(?:\w+:)?pic[ />]")),
    "notes": ("/comments", re.compile(rb"<(?:\w+:)?comment[ />]")),
}
# Programs write one rule as several and several as one: there are some, or none.
_ON_SHEET = {
    "formulas": re.compile(rb"<(?:\w+:)?f[ />]"),
    "rules": re.compile(rb"<(?:\w+:)?dataValidation[ />]"),
    "colours": re.compile(rb"<(?:\w+:)?conditionalFormatting[ />]"),
}


def lost_extras(book: FileBook, path: Path, program: Phrase, lang: str) -> list[Fault]:
    """A warning for each own sheet from which something has gone.

    Arguments: ``book`` as ``program`` has saved it at ``path``; ``lang`` the language of messages.
    Result: none where there is no former file that can be read.
    Special cases: of our sheets the user's notes alone are told: a regenerate puts back whatever else is ours.
    """
    former = backups(path)
    try:
        if former:
            before = PartsBook(read_parts(former[-1], lang), former[-1].name, lambda name: False)
            return list(_lost(book, before, former[-1], program))
    except XlKpiError:  # damaged: nobody asks for it
        pass
    return []


def _lost(book: FileBook, before: PartsBook, former: Path, program: Phrase) -> Iterator[Fault]:
    ours, now = our_sheets(book), book.sheets
    for name, sheet in before.sheets.items():
        if name not in now or not sheet.part_name or not now[name].part:
            continue
        only: Collection[str] = ("notes",) if name in ours else (*_BESIDE, *_ON_SHEET)
        then, there = (_extras(*one) for one in ((before.parts, sheet.part_name), (book.parts, now[name].part)))
        gone = {key: then[key] - there[key] for key in only if then[key] > there[key]}
        if gone:
            things = Joined(tuple(Words(f"save_own_{key}", count=gone[key]) for key in gone), Words("list_comma"))
            words = Words("save_dropped_own", program=program, previous=f"{former.parent.name}/{former.name}")
            yield Fault(things, words, sheet=name, file=book.name, level="warning")


def _extras(parts: Parts, sheet: str) -> dict[str, int]:
    """How many of each thing a sheet has; of rules 1 where there are any."""
    found = {key: int(bool(tag.search(parts.part(sheet)))) for key, tag in _ON_SHEET.items()}
    for key, (kind, tag) in _BESIDE.items():
        beside = [part for part in parts.beside(sheet, kind) if parts.holds(part)]
        found[key] = sum(len(tag.findall(parts.part(part))) for part in beside)
    return found
