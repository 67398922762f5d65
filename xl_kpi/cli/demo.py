"""``xl-kpi demo``: a plan, its actuals out of three downloads, where it stands, and what to type next."""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

import click

from xl_kpi.catalog import text
from xl_kpi.catalog.messages import counted, message
from xl_kpi.cli.options import DONE, lang_option, progress_bar, say
from xl_kpi.cli.words import Command

if TYPE_CHECKING:
    from xl_kpi.commands import NewWorkbook

COMMANDS_NEXT = ("demo_review", "demo_check", "demo_again", "demo_own", "demo_own_files")


def _demo(lang: str) -> Command:
    def run(asked: str | None) -> int:
        from xl_kpi import commands as do
        from xl_kpi.cli.imports.printed import print_files, print_writes
        from xl_kpi.commands.imports.opening import NeedsData
        from xl_kpi.commands.plans.printed import print_funnel

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
        _print_next(made.path, files[-1], language)
        click.echo(text("demo_done", language, path=made.path))
        return DONE

    return Command("demo", lang=lang, callback=run, params=[lang_option(lang)], help=text("help_demo", lang))


def _print_standing(made: NewWorkbook, do: Any, lang: str) -> None:
    """What the tree says of the plan as it was written, and how many findings it has."""
    from xl_kpi.commands.plans.printed import print_standing

    click.echo(text("demo_standing", lang))
    print_standing(do.show(made.path, lang, lang), lang, sys.stdout)
    click.echo(counted(do.check(made.path, lang, lang), Path(made.path).name, lang))


def _print_next(path: Path, file: Path, lang: str) -> None:
    """What may be typed next, as this command was typed itself; a remark stands behind each."""
    from rich.cells import cell_len

    lines = [f"{_called()} {text(key, lang, path=path, file=file)}" for key in COMMANDS_NEXT]
    width = max(map(cell_len, lines))
    click.echo(text("demo_next", lang))
    click.echo(f"  {text('demo_open', lang, path=path)}")
    for key, line in zip(COMMANDS_NEXT, lines, strict=True):
        click.echo(f"  {line}{' ' * (width - cell_len(line))}  # {text(f'{key}_why', lang)}")


def _called() -> str:
    """``xl-kpi`` where a terminal finds it by that name, else the path by which it was started."""
    given = Path(sys.argv[0])
    return "xl-kpi" if which("xl-kpi") or not given.stem == "xl-kpi" else str(given)


COMMANDS = {"demo": _demo}
