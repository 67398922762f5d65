"""``xl-kpi regenerate`` and ``xl-kpi restore``: the sheets made anew, and a former state brought back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from xl_kpi.catalog import text
from xl_kpi.cli.options import DONE, MOST_LINES, lang_option, progress_bar, say_backup, say_faults
from xl_kpi.cli.words import Command, Option
from xl_kpi.errors import told_in

if TYPE_CHECKING:
    from xl_kpi.commands.rewrite import Rewritten

UNITS_TYPED = ("old", "new")  # as ``workbook.reading.money_reader`` has them


def _regenerate(lang: str) -> Command:
    def run(plan: str, out: str | None, dry_run: bool, unit_typed: str | None, asked: str | None) -> int:
        from xl_kpi.commands.regenerate import regenerate

        with progress_bar() as bar:
            done, said = regenerate(
                plan, out=out, dry_run=dry_run, words=lang, lang=asked, unit_typed=unit_typed or "", progress=bar
            )
        for line in _report(done, said):
            click.echo(line)
        say_faults(done.warnings, said)
        for line in _end(done, said, dry_run, out is not None):
            click.echo(line)
        say_backup(done.backup, said)
        return DONE

    params = [
        click.Argument(["plan"]),
        Option(["-o", "out"], lang, "help_regenerate_out", metavar="OUT"),
        Option(["--dry-run"], lang, "help_dry_run", is_flag=True),
        Option(["--unit-typed", "unit_typed"], lang, "help_unit_typed", type=click.Choice(UNITS_TYPED)),
        lang_option(lang),
    ]
    return Command(
        "regenerate", lang=lang, callback=run, params=params, help=text("help_regenerate_long", lang),
        short_help=text("help_regenerate", lang),
    )  # fmt: skip


def _restore(lang: str) -> Command:
    def run(plan: str, number: str | None, listed: bool, asked: str | None) -> int:
        from xl_kpi.commands import restore as do

        said = asked or do.language_of(plan, lang)
        if listed:
            known = do.states(plan, said)
            for state in known:
                click.echo(f"{state.number:>2}  {state.words(said)}")
            if not known:
                click.echo(text("restore_none", said, file=plan))
            return DONE
        with told_in(said):
            saved, state = do.restore(plan, do.number_of(number), lang=said)
        click.echo(text("restore_done", said, path=saved.path, until=f"{state.until:%Y-%m-%d %H:%M:%S}"))
        say_backup(saved.backup, said)
        return DONE

    params = [
        click.Argument(["plan"]),
        click.Argument(["number"], required=False, metavar="[N]"),
        Option(["--list", "listed"], lang, "help_restore_list", is_flag=True),
        lang_option(lang),
    ]
    return Command(
        "restore", lang=lang, callback=run, params=params, help=text("help_restore_long", lang),
        short_help=text("help_restore", lang),
    )  # fmt: skip


def _report(done: Rewritten, lang: str) -> Iterator[str]:
    """What changes, kind by kind."""
    from xl_kpi.regenerate.change_report import change_report

    changes = ((*done.structure, *done.put_back), done.sheets, done.kept, done.returned, done.formulas)
    return change_report(*changes, lang=lang, most=MOST_LINES)


def _end(done: Rewritten, lang: str, dry_run: bool, copied: bool) -> Iterator[str]:
    if dry_run:
        yield text("regenerate_nothing" if done.unchanged else "regenerate_dry_run", lang, path=done.path)
    elif done.unchanged and not copied:
        yield text("regenerate_unchanged", lang, path=done.path)
    else:
        yield text("regenerate_wrote", lang, path=done.path, changes=len(done.changes), kept=len(done.kept))


COMMANDS = {"regenerate": _regenerate, "restore": _restore}
