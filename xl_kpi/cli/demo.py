"""``xl-kpi demo``: a plan, its actuals out of three downloads, where it stands, and what to type next."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from xl_kpi.catalog import text
from xl_kpi.catalog.messages import counted, message
from xl_kpi.cli.import_files import print_files, print_writes
from xl_kpi.cli.options import DONE, lang_option, progress_bar, say
from xl_kpi.cli.words import Command

if TYPE_CHECKING:
    from xl_kpi.commands import NewWorkbook

NEXT = ("demo_open", "demo_check", "demo_own", "demo_own_files")


def _demo(lang: str) -> Command:
    def run(asked: str | None) -> int:
        from xl_kpi import commands as do
        from xl_kpi.commands.import_files import NeedsData
        from xl_kpi.commands.printed import print_funnel

        language = asked or lang
        with progress_bar() as progress:
            made = do.demo(lang=language, progress=progress)
        click.echo(text("demo_plan", language))
        print_funnel(do.shown(made.plan), language, sys.stdout)
        files = do.demo_downloads(made)
        click.echo(text("demo_import", language, folder=made.path.parent))
        try:
            with progress_bar() as progress:
                done = do.demo_import(made, files, progress=progress)
        except NeedsData as missing:  # the plan is there, and so are the files for when they can be read
            say(message(missing, language))
        else:
            print_files(done.found)
            print_writes(done.found)
            click.echo()
            _print_standing(made, do, language)
        click.echo(text("demo_next", language))
        for key in NEXT:
            click.echo(text(key, language, path=made.path))
        click.echo(text("demo_done", language, path=made.path))
        return DONE

    return Command("demo", lang=lang, callback=run, params=[lang_option(lang)], help=text("help_demo", lang))


def _print_standing(made: NewWorkbook, do: Any, lang: str) -> None:
    """What the tree says of the plan as it was written, and how many findings it has."""
    from xl_kpi.commands.printed import print_standing

    click.echo(text("demo_standing", lang))
    print_standing(do.show(made.path, lang, lang), lang, sys.stdout)
    click.echo(counted(do.check(made.path, lang, lang), Path(made.path).name, lang))


COMMANDS = {"demo": _demo}
