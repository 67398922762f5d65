"""From an open workbook back to its Records: the lines of 控え, the choices on 統合, what of 保管 is to be cleared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from xl_kpi import catalog
from xl_kpi.errors import BadFile, Fault, Words
from xl_kpi.plan.history.records_codec import CONTINUED, DamagedLine, Line, records_from
from xl_kpi.plan.input.raw_values import shown
from xl_kpi.plan.input.reading import Collector, is_blank, read_bool
from xl_kpi.plan.merging.opinions import opinions
from xl_kpi.plan.records import MASTER, Kept, Records
from xl_kpi.workbook.addresses import relative
from xl_kpi.workbook.cells.areas import reference
from xl_kpi.workbook.reading.our_sheets import sheets_of
from xl_kpi.workbook.reading.tables import CellAddress, named_range, named_value

_ARCHIVE = "tbl_archive"
MOST_LINES = 500_000  # 20,000 lines of history and as many entries, several times sent


def read_records(
    book: Any,
    file: str,
    faults: list[Fault] | None = None,
    places: dict[str, list[CellAddress]] | None = None,
) -> Records:
    """What a workbook remembers besides the plan, with the choices that were made on 統合 since.

    Arguments: ``book`` an xlwings Book; ``file`` its name for messages; ``faults``
    takes a line for each choice that is none of its row's; ``places`` the cells of the choices, by ``tbl_merge[key]``.
    Result: the records; empty for a workbook that was made before there were any.
    Errors: BadFile names the cell where the hidden sheet is damaged.
    """
    defined = _defined(book)
    records = Records()
    if "tbl_record" in defined:
        area = named_range(book, "tbl_record", file, most_rows=MOST_LINES)
        rows = area.options(ndim=2).value[1:]
        try:
            records = records_from(_lines(rows))
        except DamagedLine as damaged:
            number = _row_of(rows, damaged.number)
            place = f"{area.sheet.name}!{relative(area.row + 1 + number, area.column)}"
            raise BadFile("records_damaged", file=file, place=place) from damaged
    if "plan_id" in defined:
        plan_id, _ = named_value(book, "plan_id", file)
        records = records.with_(plan_id=str(plan_id or "").strip())
    return with_choices(records, book, file, faults if faults is not None else [], places if places is not None else {})


def read_made_start(book: Any, file: str) -> dt.date | None:
    """The start month with which the sheets were made; None when the workbook does not say.

    While it differs from ``plan_start`` the headers of the months say the new start, and the actuals below
    them are still those of the old one.
    """
    if "made_start" not in _defined(book):
        return None
    value, _ = named_value(book, "made_start", file)
    return value.date() if isinstance(value, dt.datetime) else None


def _defined(book: Any) -> set[str]:
    return {name.name.rpartition("!")[2].casefold() for name in book.names}


def _stands(book: Any, name: Any) -> bool:
    """Whether the sheet is there to which a name points: pages that only show the records may be deleted."""
    place = reference(name.refers_to)
    return place is not None and any(place.sheet.casefold() == sheet.name.casefold() for sheet in sheets_of(book))


def _lines(rows: Iterable[list[Any]]) -> Iterator[Line]:
    """Kind and text of each line; what did not fit into one cell stands in the cells beside it."""
    for kind, *cells in rows:
        if kind is None and not any(cells):
            continue
        first, *more = (str(cell) for cell in cells if cell is not None) if any(cells) else ("",)
        yield str(kind), first + "".join(cell.removeprefix(CONTINUED) for cell in more)


def _row_of(rows: list[list[Any]], number: int) -> int:
    """The position of the line with this number among the rows, blank ones counted."""
    filled = [k for k, (kind, *cells) in enumerate(rows) if kind is not None or any(cells)]
    return filled[number]


def with_choices(
    records: Records, book: Any, file: str, faults: list[Fault], places: dict[str, list[CellAddress]]
) -> Records:
    """The decisions with what was chosen for each: the option of the row that says the same.

    Arguments: as for ``read_records``.
    Special cases: a blank takes back a choice that has not been applied yet; without 統合 all stays as it is.
    """
    if not records.decisions or not any(name.name == "tbl_merge" and _stands(book, name) for name in book.names):
        return records
    area = named_range(book, "tbl_merge", file, most_rows=MOST_LINES)
    header, *rows = area.options(ndim=2).value
    choice, options = _columns(header)
    if choice is None:
        return records
    people, decisions = opinions(records), dict(records.decisions)
    for offset, row in enumerate(rows, 1):
        decision = decisions.get(str(row[0] or ""))
        if decision is None or decision.key not in people:
            continue
        place = relative(area.row + offset, area.column + choice)
        places.setdefault(f"tbl_merge[{decision.key}]", []).append(CellAddress(area.sheet.name, place))
        typed = str(row[choice] if row[choice] is not None else "").strip()
        names = [MASTER, *(one.person for one in people[decision.key])]
        said = [str(row[column] or "").strip() for column in options[: len(names)]]
        if typed in said:
            decisions[decision.key] = replace(decision, choice=names[said.index(typed)])
        elif typed:
            allowed = Words("allowed_choice", choices=" / ".join(said))
            faults.append(Fault(shown(row[choice]), allowed, cell=place, sheet=area.sheet.name, file=file))
        elif decision.open:
            decisions[decision.key] = replace(decision, choice="")
    return records.with_(decisions=decisions)


def _columns(header: list[Any]) -> tuple[int | None, list[int]]:
    """Where the choice stands, and the options in their order; known by their headers in either language."""
    words = [str(value).strip() if value is not None else "" for value in header]

    def find(key: str, **values: object) -> int | None:
        wanted = {catalog.text(key, language, **values) for language in catalog.LANGUAGES}
        return next((column for column, word in enumerate(words) if word in wanted), None)

    options: list[int] = []
    for number in range(1, len(words)):
        option = find("merge_opinion", number=number)
        if option is None:
            break
        options.append(option)
    return find("merge_choice"), options


def read_cleared(book: Any, records: Records, collector: Collector) -> tuple[Kept, ...]:
    """What of 保管 is to be cleared.

    Arguments: ``book`` an xlwings Book, or a snapshot of one; ``collector`` takes a fault for each mark that can't
    be read.
    Special cases: a line that is not there, or not marked, stays; without the page, or in a workbook whose page has
    no such column, everything does.
    """
    place = next((area for name in book.names if name.name == _ARCHIVE and (area := reference(name.refers_to))), None)
    sheets = {sheet.name.casefold(): sheet for sheet in sheets_of(book)}
    sheet = sheets.get(place.sheet.casefold()) if place else None
    if place is None or sheet is None or not records.archive:
        return ()
    corners = (place.row, place.column), (min(place.last_row, place.row + len(records.archive)), place.last_column)
    header, *rows = sheet.range(*corners).options(ndim=2).value
    words = {catalog.text("archive_clear", lang) for lang in catalog.LANGUAGES}
    column = next((k for k, word in enumerate(header) if isinstance(word, str) and word.strip() in words), None)
    if column is None:
        return ()
    found = []
    for offset, row in enumerate(rows, 1):
        kept = records.archive.get(str(row[0] or ""))
        cell = relative(place.row + offset, place.column + column)
        if kept and not is_blank(row[column]) and collector.read(read_bool, row[column], cell=cell, sheet=sheet.name):
            found.append(kept)
    return tuple(found)
