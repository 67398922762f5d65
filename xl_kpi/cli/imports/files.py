"""``xl-kpi import PLAN FILE…``: actuals out of downloaded files; what changes is shown, what is unclear is asked."""

from __future__ import annotations

import sys
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import click

from xl_kpi.catalog import text
from xl_kpi.cli.imports.leads import list_json
from xl_kpi.cli.imports.suggested import suggested
from xl_kpi.cli.options import BAD_INPUT, DONE, lang_option, print_json, progress_bar, say, say_backup
from xl_kpi.cli.words import Command, Option

if TYPE_CHECKING:
    from xl_kpi.commands.imports.files import Preview
    from xl_kpi.commands.imports.questions import Answers
    from xl_kpi.exchange.exports.export import Export
    from xl_kpi.exchange.exports.figures import Sorted


def _import(lang: str) -> Command:
    def run(
        plan: str,
        files: tuple[str, ...],
        databases: tuple[str, ...],
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
        weeks: bool,
        asked: str | None,
    ) -> int:
        from xl_kpi.cli.imports.asked import agreed, ask_all, say_questions
        from xl_kpi.cli.imports.printed import print_files, print_writes, say_written
        from xl_kpi.commands.imports.files import import_files, look_into, previewed
        from xl_kpi.commands.imports.questions import settled

        if not files and not databases and not weeks:
            raise click.UsageError(text("import_no_files", asked or lang))
        if only_suggest or out:
            if databases or not files:
                raise click.UsageError(text("source_no_suggest", asked or lang))
            return suggested(plan, files, only_suggest, out, as_json, lang, asked)
        answers = read_answers(given, asked or lang)
        talks = not as_json and sys.stdin.isatty() and sys.stdout.isatty()
        source = look_into(
            plan, (*files, *databases), system=system, with_map=with_map, weeks=weeks, words=lang, lang=asked
        )
        told: dict[str, Any] = {}

        def look(answers: Answers, heard: Collection[str]) -> Preview:
            found = previewed(source, answers=answers, heard=heard, channel=channel, with_leads=with_leads)
            if not as_json:
                told.update(print_files(found, told))
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
        if talks and not sure and found.changes and not agreed(text("import_confirm", found.lang), found.lang):
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
        click.Argument(["files"], nargs=-1, metavar="FILE..."),
        Option(["--source", "databases"], lang, "help_import_source", metavar="URL", multiple=True),
        Option(["--as", "system"], lang, "help_import_as", metavar="SYSTEM", default=""),
        Option(["--channel"], lang, "help_import_channel", metavar="ID", default=""),
        Option(["--map", "with_map"], lang, "help_import_map", metavar="MAP.toml"),
        Option(["--suggest", "only_suggest"], lang, "help_import_suggest", is_flag=True),
        Option(["-o", "--out", "out"], lang, "help_import_suggest_out", metavar="MAP.toml"),
        Option(["--with-leads", "with_leads"], lang, "help_import_with_leads", is_flag=True),
        Option(["--weeks"], lang, "help_import_weeks", is_flag=True),
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


def _as_json(found: Preview) -> dict[str, Any]:
    """As design.md says it; relied on by others."""
    from xl_kpi.commands.imports.questions import in_words

    return {
        "files": [
            *(_file_json(export, of_plan, found.lang) for export, of_plan in found.files),
            *(list_json(one, found.lang) for one in found.lists),
            *([_weeks_json(found)] if found.weeks else []),
        ],
        "writes": [
            {"channel": one.channel, "kpi": one.kpi, "month": f"{one.month:%Y-%m}", "old": one.old, "new": one.new}
            for one in found.writes
        ],
        "questions": [
            {"id": one.id, "text": in_words(one, found), "choices": list(one.choices)} for one in found.questions
        ],
    }


def _file_json(export: Export, of_plan: Sorted, lang: str) -> dict[str, Any]:
    from xl_kpi.cli.imports.printed import is_unsure, notes

    grid, more = export.block.grid, of_plan.left_out
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
        "notes": [*notes(export, of_plan, lang), *([text("import_grade", lang)] if is_unsure(export) else [])],
        "period": [f"{day:%Y-%m-%d}" for day in export.period] if export.period else [],
    }


def _weeks_json(found: Preview) -> dict[str, Any]:
    from xl_kpi.cli.imports.printed import week_lines

    weeks = found.weeks
    assert weeks is not None
    return {
        "file": weeks.batch.file,
        "system": "weeks",
        "rows": {"read": weeks.rows, "used": weeks.rows, "left_out": []},
        "notes": [said for key, said in week_lines(weeks, found.lang) if key == "note"],
        "period": [f"{day:%Y-%m-%d}" for day in (weeks.first, weeks.last) if day],
    }


COMMANDS = {"import": _import}
