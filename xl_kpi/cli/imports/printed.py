"""What an import has read and would change, on a terminal; as plain lines where the output is piped."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import click
from rich import box
from rich.cells import cell_len, set_cell_size
from rich.console import Console
from rich.table import Table
from rich.text import Text

from xl_kpi.calc.calendar import month_start
from xl_kpi.catalog import text
from xl_kpi.catalog.messages import worded
from xl_kpi.cli.imports.leads import list_lines, list_title, written_lines
from xl_kpi.cli.imports.wording import as_role, how_read, shortened
from xl_kpi.cli.options import say_backup, say_faults
from xl_kpi.commands.imports.questions import named
from xl_kpi.commands.plans.printed import console_for, printable
from xl_kpi.plan.imported.figures import STAGE
from xl_kpi.plan.imported.weeks import pieces

if TYPE_CHECKING:
    from xl_kpi.commands.imports.files import Preview
    from xl_kpi.commands.rewrite import Rewritten
    from xl_kpi.exchange.exports.export import Export
    from xl_kpi.exchange.exports.figures import Sorted
    from xl_kpi.exchange.exports.totals import Control
    from xl_kpi.plan.imported.sources import Write
    from xl_kpi.plan.imported.weeks import Weekly

_MOST_MONTHS = 6


Told = dict[str, Sequence[tuple[str, str]]]  # title of a file → the lines about it


def print_files(found: Preview, told: Told | None = None) -> Told:
    """What was read of each file, to standard output.

    Arguments: ``told`` the lines that were printed before questions were answered: only what is new is printed.
    Result: all lines.
    """
    before = told or {}
    console = console_for(sys.stdout)
    unsure = []
    lists = [(list_title(one, found.lang), list_lines(one, found)) for one in found.lists]
    files = []
    for export, of_plan in found.files:
        system = export.called(found.lang)
        unsure += [system] if is_unsure(export) else []
        title = shortened(export.file) + (f"  {system}" if system else "")
        files.append((title, _file_lines(export, of_plan, found.lang)))
    weeks = [(found.weeks.batch.file, week_lines(found.weeks, found.lang))] if found.weeks else []
    every: Told = {title: tuple(lines) for title, lines in (*lists, *files, *weeks)}
    for place, (title, lines) in enumerate(every.items()):
        new = [line for line in lines if line not in before.get(title, ())]
        if not new:
            continue
        if place or before:
            console.print()
        console.print(Text(title, style="bold"))
        _print_labelled([(text(f"import_line_{key}", found.lang), printable(said)) for key, said in new], console)
    if unsure and not before:
        said = text("list_comma", found.lang).join(dict.fromkeys(unsure))
        console.print()
        console.print(text("import_grade_of", found.lang, systems=said))
    return every


def week_lines(weeks: Weekly, lang: str) -> Iterator[tuple[str, str]]:
    """What was read of 週次実績: key of a label and what stands behind it."""
    days = [f"{day:%Y/%m/%d}" for day in (weeks.first, weeks.last) if day]
    yield "rows", text("import_weeks_rows", lang, rows=weeks.rows, first=days[0], last=days[-1])
    comma = text("list_comma", lang)
    if weeks.split:
        yield "note", text("import_weeks_split", lang, weeks=comma.join(_split_week(one, lang) for one in weeks.split))
    if weeks.outside:
        yield "note", text("import_weeks_outside", lang, months=comma.join(f"{one:%Y/%m}" for one in weeks.outside))


def _split_week(monday: dt.date, lang: str) -> str:
    here, there = pieces(monday, Fraction(0))
    about = {"month": here.month.month, "next": there.month.month, "days": here.days, "later": there.days}
    return text("import_weeks_of", lang, monday=f"{monday:%Y/%m/%d}", **about)


def _print_labelled(lines: Sequence[tuple[str, str]], console: Console) -> None:
    """Labels on the left; what stands behind them goes on below itself where a terminal is too narrow."""
    width = max(cell_len(label) for label, _ in lines)
    if not console.is_terminal:
        for label, said in lines:
            console.print(Text(f"  {set_cell_size(label, width)}  {said}"))
        return
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for label, said in lines:
        grid.add_row(Text("  " + label), Text(said))
    console.print(grid)


def print_writes(found: Preview) -> None:
    """The actuals that change, to standard output."""
    console = console_for(sys.stdout)
    console.print()
    for line in beside_writes(found):
        console.print(Text(printable(line)))
    if not found.writes:
        console.print(text("import_nothing", found.lang))
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, title_justify="left")
    table.title = Text(text("import_writes", found.lang, count=len(found.writes)), style="bold")
    for column in ("channel", "kpi", "month", "old", "new"):
        words = column in ("channel", "kpi", "month")
        table.add_column(text(f"ribbon_import_{column}", found.lang), justify="left" if words else "right",
                         no_wrap=not words)  # fmt: skip
    for row in write_rows(found):
        table.add_row(*(Text(printable(cell)) for cell in row))
    console.print(table)


def beside_writes(found: Preview) -> Iterator[str]:
    """What no table of actuals holds: months that are not the plan's, and what becomes of リード一覧."""
    for export, of_plan in found.files:
        if of_plan.outside:
            yield _outside(export, of_plan, found)
    yield from written_lines(found)


def _outside(export: Export, of_plan: Sorted, found: Preview) -> str:
    """Which months of a file are not those of the plan."""
    months = [f"{month:%Y/%m}" for month in of_plan.outside]
    said = months if len(months) <= _MOST_MONTHS else [*months[: _MOST_MONTHS - 1], "…", months[-1]]
    last = month_start(found.plan.start, found.plan.months - 1)
    about = {"first": f"{found.plan.start:%Y/%m}", "last": f"{last:%Y/%m}", "file": shortened(export.file)}
    return text("import_outside", found.lang, months=text("list_comma", found.lang).join(said), **about)


def write_rows(found: Preview) -> Iterator[tuple[str, str, str, str, str]]:
    """Channel, KPI, month, old and new number of each actual that changes, in words.

    In the order of the plan, what the stages count over all channels last.
    """
    every = text("import_all_channels", found.lang)
    plan = named(found)
    channels = {one.id: (place, one.name) for place, one in enumerate(plan.channels)}
    after = len(channels), every
    kpis = {(one.channel, one.id): (place, one.name(found.lang)) for place, one in enumerate(plan.kpis)}
    kpis |= {(STAGE, one.id): (place, one.name) for place, one in enumerate(plan.stages)}
    unknown = len(kpis), ""

    def order(write: Write) -> tuple[int, int, dt.date]:
        return channels.get(write.channel, after)[0], kpis.get((write.channel, write.kpi), unknown)[0], write.month

    for write in sorted(found.writes, key=order):
        old, new = (
            text("import_blank", found.lang) if value is None else number_said(Fraction(str(value)))
            for value in (write.old, write.new)
        )
        kpi = kpis.get((write.channel, write.kpi), unknown)[1] or write.kpi
        yield channels.get(write.channel, after)[1], kpi, f"{write.month:%Y/%m}", old, new


def say_written(done: Rewritten, found: Preview) -> None:
    """What was written, what the checks doubt, and where the former state went."""
    if not done.unchanged:
        key = "import_done" if found.writes else "import_done_beside"
        click.echo(text(key, found.lang, path=done.path, count=len(found.writes)))
    say_faults(done.warnings, found.lang)
    say_backup(done.backup, found.lang)


def number_said(number: Fraction) -> str:
    """A number with separators; what does not end, or ends late, to ten digits.

    Example: 31,924.25.
    """
    return f"{float(number):,.10g}" if number.denominator != 1 else f"{int(number):,}"


def _file_lines(export: Export, of_plan: Sorted, lang: str) -> Iterator[tuple[str, str]]:
    """Key of a label and what stands behind it."""
    yield "how", how_read(export.block, lang)
    if export.period:
        first, last = (f"{day:%Y/%m/%d}" for day in export.period)
        yield "period", text("import_period", lang, first=first, last=last)
    used = export.used - sum(one.count for one in of_plan.left_out)
    yield "rows", text("import_rows", lang, read=export.read, used=used)
    for left in (*export.left_out, *of_plan.left_out):
        reason = text(f"import_reason_{left.reason}", lang)
        yield "left", text("import_left", lang, count=left.count, reason=reason, first=left.first)
    yield from _controls(export.control, lang)
    yield from _columns(export, lang)
    for other in export.others:
        where = f"{shortened(other.grid.sheet)}!" if other.grid.sheet else ""
        yield "note", text("import_other", lang, where=where, header=other.header, rows=other.last - other.first + 1)
    yield from (("note", said) for said in notes(export, of_plan, lang))


def notes(export: Export, of_plan: Sorted, lang: str) -> Iterator[str]:
    """What is worth a line about a file."""
    text_ = export.block.grid.text
    if text_ and text_.lost:
        yield text("import_sign", lang, count=text_.lost)
    yield from (worded(note, lang) for note in (*export.notes, *of_plan.notes))


def is_unsure(export: Export) -> bool:
    """Whether the shape of a file is known from samples alone."""
    from xl_kpi.catalog.exports import systems

    system = systems().get(export.system)
    return system is not None and system.grade in ("F", "G")


def _controls(control: tuple[Control, ...], lang: str) -> Iterator[tuple[str, str]]:
    good = [f"{shortened(one.column)} {number_said(one.stated)}" for one in control if one.stated == one.summed]
    if good:
        yield "control", text("import_control_good", lang, columns=text("list_comma", lang).join(good))
    for one in control:
        if off := one.stated - one.summed:
            numbers = {"stated": number_said(one.stated), "summed": number_said(one.summed), "off": number_said(off)}
            yield "control", text("import_control_bad", lang, column=shortened(one.column), **numbers)


def _columns(export: Export, lang: str) -> Iterator[tuple[str, str]]:
    """What the columns are taken for, then those that nobody knows."""
    known = [as_role(one.word, text(f"role_{one.role}", lang)) for one in export.block.columns if one.role]
    yield "columns", text("list_comma", lang).join(known)
    if unknown := [shortened(one.word) for one in export.block.columns if not one.role]:
        yield "unknown", text("list_comma", lang).join(unknown)
    if export.block.map:
        yield "note", text("import_map_used", lang, name=export.block.map.name)
