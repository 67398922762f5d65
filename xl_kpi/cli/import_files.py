"""``xl-kpi import PLAN FILE…``: actuals out of downloaded files; what changes is shown, what is unclear is asked."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click

from xl_kpi.catalog import text
from xl_kpi.catalog.messages import worded
from xl_kpi.cli.import_leads import list_json, list_lines, written_lines
from xl_kpi.cli.import_suggest import suggested
from xl_kpi.cli.options import BAD_INPUT, DONE, lang_option, print_json, progress_bar, say, say_backup, say_faults
from xl_kpi.cli.words import Command, Option

if TYPE_CHECKING:
    from xl_kpi.commands.import_files import Preview
    from xl_kpi.commands.import_questions import Answers, Asking
    from xl_kpi.commands.rewrite import Rewritten
    from xl_kpi.exchange.exports.export import Export


def _import(lang: str) -> Command:
    def run(
        plan: str,
        files: tuple[str, ...],
        system: str,
        channel: str,
        with_map: str | None,
        only_suggest: bool,
        out: str | None,
        given: tuple[str, ...],
        dry_run: bool,
        as_json: bool,
        sure: bool,
        with_leads: bool,
        asked: str | None,
    ) -> int:
        from xl_kpi.commands.import_files import import_files, look_into, previewed
        from xl_kpi.commands.import_questions import settled

        if only_suggest or out:
            return suggested(plan, files, only_suggest, out, as_json, lang, asked)
        answers = read_answers(given, asked or lang)
        talks = not as_json and sys.stdin.isatty() and sys.stdout.isatty()
        source = look_into(plan, files, system=system, with_map=with_map, words=lang, lang=asked)
        shown = False

        def look(answers: Answers) -> Preview:
            nonlocal shown
            found = previewed(source, answers=answers, channel=channel, with_leads=with_leads)
            if not as_json and not shown:
                print_files(found)
                shown = True
            return found

        found = settled(look, ask_all if talks else lambda found, given: None, answers)
        if as_json:
            print_json(_as_json(found))
        elif not found.questions:
            print_writes(found)
        if found.questions:
            if not as_json:
                say_questions(found)
            return BAD_INPUT
        if dry_run:
            return DONE
        if talks and not sure and found.changes and not click.confirm(text("import_confirm", found.lang), default=True):
            say(text("import_not_written", found.lang))
            return DONE
        with progress_bar() as bar:
            done = import_files(found, progress=bar)
        if as_json:
            say_backup(done.backup, found.lang)
        else:
            say_written(done, found)
        return DONE

    params = [
        click.Argument(["plan"]),
        click.Argument(["files"], nargs=-1, required=True, metavar="FILE..."),
        Option(["--as", "system"], lang, "help_import_as", metavar="SYSTEM", default=""),
        Option(["--channel"], lang, "help_import_channel", metavar="ID", default=""),
        Option(["--map", "with_map"], lang, "help_import_map", metavar="MAP.toml"),
        Option(["--suggest", "only_suggest"], lang, "help_import_suggest", is_flag=True),
        Option(["-o", "--out", "out"], lang, "help_import_suggest_out", metavar="MAP.toml"),
        Option(["--with-leads", "with_leads"], lang, "help_import_with_leads", is_flag=True),
        Option(["--answer", "given"], lang, "help_import_answer", metavar="ID=ANSWER", multiple=True),
        Option(["--dry-run"], lang, "help_import_dry", is_flag=True),
        Option(["--json", "as_json"], lang, "help_collect_json", is_flag=True),
        Option(["--yes", "sure"], lang, "help_import_yes", is_flag=True),
        lang_option(lang),
    ]
    return Command(
        "import", lang=lang, callback=run, params=params, help=text("help_import_long", lang),
        short_help=text("help_import", lang),
    )  # fmt: skip


def read_answers(given: tuple[str, ...], lang: str) -> dict[str, str]:
    """Id of a question → answer.  The answer stands behind the last sign of equality: names may hold some."""
    found = {}
    for one in given:
        id_, sign, answer = one.rpartition("=")
        if not (sign and id_ and answer):
            raise click.UsageError(f"--answer {one}: {text('import_answer_shape', lang)}")
        found[id_.strip()] = answer.strip()
    return found


def ask_all(found: Asking, given: Answers) -> Answers:
    """Every question of a preview, one after the other, on the terminal."""
    from xl_kpi.commands.import_questions import in_words

    return {
        question.id: click.prompt(
            in_words(question, found),
            type=click.Choice(question.choices) if question.choices else str,
            show_choices=True,
        )
        for question in found.questions
    }


def print_files(found: Preview) -> None:
    """What was read of each file, to standard output."""
    for line in list_lines(found):
        click.echo(line)
    for export, of_plan in found.files:
        for one in _file_lines(export, of_plan.batch.system, found.lang):
            click.echo(one)
        for left in (*export.left_out, *of_plan.left_out):
            reason = text(f"import_reason_{left.reason}", found.lang)
            click.echo(text("import_left", found.lang, count=left.count, reason=reason, first=left.first))


def _file_lines(export: Export, system: str, lang: str) -> Iterator[str]:
    from xl_kpi.catalog.exports import systems

    block, grid = export.block, export.block.grid
    how = ", ".join(filter(None, [grid.sheet, grid.text.encoding if grid.text else "", _delimiter(grid.delimiter)]))
    yield text("import_file", lang, file=export.file, system=system, how=how, header=block.header)
    for column in block.columns:
        if column.role:
            yield text("import_column", lang, column=column.word, role=text(f"role_{column.role}", lang))
    if block.map:
        yield text("import_map_used", lang, name=block.map.name)
    yield text("import_rows", lang, read=export.read, used=export.used)
    if export.period:
        first, last = (f"{day:%Y/%m/%d}" for day in export.period)
        yield text("import_period", lang, first=first, last=last)
    for one in export.control:
        off = one.stated - one.summed
        key = "import_control_bad" if off else "import_control_good"
        numbers = {"stated": _number(one.stated), "summed": _number(one.summed), "off": _number(off)}
        yield text(key, lang, column=one.column, **numbers)
    for other in export.others:
        where = f"{other.grid.sheet}!" if other.grid.sheet else ""
        yield text("import_other", lang, where=where, header=other.header, rows=other.last - other.first + 1)
    if grid.text and grid.text.lost:
        yield text("import_sign", lang, count=grid.text.lost)
    system_ = systems().get(export.system)
    for note in export.notes:
        yield worded(note, lang)
    if system_ and system_.grade in ("F", "G"):
        yield text("import_grade", lang)


def say_written(done: Rewritten, found: Preview) -> None:
    """What was written, what the checks doubt, and where the former state went."""
    if not done.unchanged:
        click.echo(text("import_done", found.lang, path=done.path, count=len(found.writes)))
    say_faults(done.warnings, found.lang)
    say_backup(done.backup, found.lang)


def print_writes(found: Preview) -> None:
    """The actuals that change, and what becomes of リード一覧, to standard output."""
    for line in written_lines(found):
        click.echo(line)
    if not found.writes:
        click.echo(text("import_nothing", found.lang))
        return
    click.echo(text("import_writes", found.lang, count=len(found.writes)))
    for channel, kpi, month, old, new in write_rows(found):
        click.echo(text("import_write", found.lang, channel=channel, kpi=kpi, month=month, old=old, new=new))


def write_rows(found: Preview) -> Iterator[tuple[str, str, str, str, str]]:
    """Channel, KPI, month, old and new number of each actual that changes, in words."""
    names = {one.id: one.name for one in found.plan.channels}
    stages, every = {one.id: one.name for one in found.plan.stages}, text("import_all_channels", found.lang)
    kpis = {(one.channel, one.id): one.name(found.lang) for one in found.plan.kpis}
    for write in found.writes:
        old = text("import_blank", found.lang) if write.old is None else _number(Fraction(str(write.old)))
        new = text("import_blank", found.lang) if write.new is None else _number(Fraction(str(write.new)))
        kpi = kpis.get((write.channel, write.kpi)) or stages.get(write.kpi, write.kpi)
        yield names.get(write.channel, every), kpi, f"{write.month:%Y/%m}", old, new


def say_questions(found: Asking) -> None:
    from xl_kpi.commands.import_questions import in_words

    say(text("import_questions", found.lang))
    for one in found.questions:
        choices = " / ".join(one.choices) or "…"
        say(text("import_question", found.lang, id=one.id, text=in_words(one, found), choices=choices))


def _number(number: Fraction) -> str:
    return f"{float(number):,.10g}" if number.denominator != 1 else f"{int(number):,}"


def _delimiter(sign: str) -> str:
    return {"\t": "TAB"}.get(sign, sign)


def _as_json(found: Preview) -> dict[str, Any]:
    """As design.md says it; relied on by others."""
    from xl_kpi.commands.import_questions import in_words

    return {
        "files": [
            *(_file_json(export, of_plan.left_out, found.lang) for export, of_plan in found.files),
            *map(list_json, found.lists),
        ],
        "writes": [
            {"channel": one.channel, "kpi": one.kpi, "month": f"{one.month:%Y-%m}", "old": one.old, "new": one.new}
            for one in found.writes
        ],
        "questions": [
            {"id": one.id, "text": in_words(one, found), "choices": list(one.choices)} for one in found.questions
        ],
    }


def _file_json(export: Export, more: tuple[Any, ...], lang: str) -> dict[str, Any]:
    grid = export.block.grid
    return {
        "file": export.file,
        "system": export.block.map.name if export.block.map else export.system,
        "encoding": grid.text.encoding if grid.text else "",
        "delimiter": grid.delimiter,
        "header_line": export.block.header,
        "columns": {column.word: column.role for column in export.block.columns},
        "rows": {
            "read": export.read,
            "used": export.used - sum(left.count for left in more),
            "left_out": [{"reason": left.reason, "count": left.count} for left in (*export.left_out, *more)],
        },
        "control": [
            {"column": one.column, "stated": float(one.stated), "summed": float(one.summed)} for one in export.control
        ],
        "notes": [worded(note, lang).strip() for note in export.notes],
        "period": [f"{day:%Y-%m-%d}" for day in export.period] if export.period else [],
    }


COMMANDS = {"import": _import}
