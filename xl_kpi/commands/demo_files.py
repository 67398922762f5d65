"""The downloads of the demonstration: three files of an invented company, the same every time but for the months."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from xl_kpi.calc.allocation import spread
from xl_kpi.calc.calendar import days_of_month, month_start
from xl_kpi.catalog.demo import Demo, DemoDownload, demo_data
from xl_kpi.errors import BadFile

Row = list[object]
SATURDAY = 5  # of ``date.weekday``
LEAST, MOST = 0.7, 1.3  # how much a line of a day is above or below its weight by chance


def write_downloads(folder: Path, start: dt.date, lang: str) -> list[Path]:
    """Write the downloads into ``folder``, for the months from ``start`` on, with the words of ``lang``.

    Result: their paths, in the order in which they are told.
    Errors: BadFile for one that can't be written.
    """
    demo = demo_data()
    made = {
        demo.google.file[lang]: _google(demo, start, lang),
        demo.meta.file[lang]: _meta(demo, start, lang),
        demo.ga4.file[lang]: _ga4(demo, start, lang),
    }
    for name, data in made.items():
        try:
            (folder / name).write_bytes(data)
        except OSError as problem:
            raise BadFile("save_in_use", file=name) from problem
    return [folder / name for name in made]


def _rows(demo: Demo, download: DemoDownload, start: dt.date, lang: str) -> Iterator[tuple[dt.date, str, list[int]]]:
    """Day, line and numbers in the order of the roles: days × lines, of which each month adds up to its numbers."""
    chance = random.Random(demo.seed)
    for position in range(demo.months):
        first = month_start(start, position)
        days = [first + dt.timedelta(days=k) for k in range(days_of_month(first))]
        keys = [(day, name[lang]) for day in days for name, _ in download.lines]
        weights = [
            weight * (download.weekend if day.weekday() >= SATURDAY else 1) * chance.uniform(LEAST, MOST)
            for day in days
            for _, weight in download.lines
        ]
        numbers = [spread(by_month[position], weights) for by_month in download.months.values()]
        for (day, name), *cells in zip(keys, *numbers, strict=True):
            yield day, name, list(cells)


def _google(demo: Demo, start: dt.date, lang: str) -> bytes:
    """As Google Ads gives it for Excel: UTF-16 with tabs, the period above the table, a row of totals below."""
    download, last = demo.google, _last(demo, start)
    rows: list[Sequence[object]] = [[f"{download.title[lang]} ({start:%Y-%m-%d} - {last:%Y-%m-%d})"], []]
    rows.append(download.header[lang])
    for day, name, cells in _rows(demo, download, start, lang):
        rows.append([f"{day:%Y-%m-%d}", name, *map(_grouped, cells)])
    rows.append([download.total[lang], " --", *(_grouped(sum(numbers)) for numbers in download.months.values())])
    return _lines(rows, "\t").encode("utf-16")


def _meta(demo: Demo, start: dt.date, lang: str) -> bytes:
    """As Meta gives it: a workbook, the row of totals first."""
    from xl_kpi import engine

    download = demo.meta
    rows: list[Row] = [list(download.header[lang])]
    rows.append([download.total[lang], "", "", *(sum(numbers) for numbers in download.months.values())])
    for day, name, cells in _rows(demo, download, start, lang):
        rows.append([f"{day:%Y-%m-%d}", f"{day:%Y-%m-%d}", name, *cells])
    book = engine.new_book()
    sheet = book.sheets.add(download.title[lang])
    sheet.range((1, 1), (len(rows), len(rows[0]))).value = rows
    return bytes(book.api.to_bytes())


def _ga4(demo: Demo, start: dt.date, lang: str) -> bytes:
    """As Google Analytics 4 gives it: lines with # above the table."""
    download, last = demo.ga4, _last(demo, start)
    begin, end = download.more["days"][lang]
    rule = "# " + "-" * 40
    above = [rule, f"# {download.title[lang]}", f"# {download.more['account'][lang]}", rule, "#"]
    above += [f"# {begin}: {start:%Y%m%d}", f"# {end}: {last:%Y%m%d}", rule]
    rows: list[Sequence[object]] = [*([line] for line in above), download.header[lang]]
    visits = [*_rows(demo, download, start, lang), *_rows(demo, demo.ga4_paid, start, lang)]
    rows += [[f"{day:%Y%m%d}", name, *cells] for day, name, cells in sorted(visits, key=lambda row: row[0])]
    return _lines(rows, ",").encode("utf-8-sig")


def _last(demo: Demo, start: dt.date) -> dt.date:
    return month_start(start, demo.months) - dt.timedelta(days=1)


def _grouped(number: int) -> str:
    return f"{number:,}"


def _lines(rows: Sequence[Sequence[object]], delimiter: str) -> str:
    """No cell of ours holds a delimiter of its file, so nothing is quoted."""
    return "".join(delimiter.join(map(str, row)) + "\r\n" for row in rows)
