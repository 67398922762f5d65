"""``xl-kpi channels PLAN``: which channels a plan uses, and switching them on and off."""

from __future__ import annotations

import click

from xl_kpi.catalog import text
from xl_kpi.cli.options import DONE, MOST_LINES, progress_bar, say_backup, say_faults, switch_options
from xl_kpi.cli.words import Command


def _channels(lang: str) -> Command:
    def run(plan: str, on: tuple[str, ...], off: tuple[str, ...], asked: str | None) -> int:
        from xl_kpi.commands.channels import list_channels, switch_channels
        from xl_kpi.regenerate.change_report import change_report

        done = None
        if on or off:
            with progress_bar() as bar:
                done = switch_channels(plan, on, off, words=lang, lang=asked, progress=bar)
        offered, language = list_channels(plan, lang, asked)
        for choice in offered:
            mark = text("channels_on" if choice.on else "channels_off", language)
            share = f"  {choice.share:.1%}" if choice.on else ""
            click.echo(f"{mark} {choice.name} ({choice.id}){share}")
        if done is not None:
            changes = ((), (), done.kept, done.returned, done.formulas)
            for line in change_report(*changes, lang=language, most=MOST_LINES):
                click.echo(line)
            say_faults(done.warnings, language)
            say_backup(done.backup, language)
        return DONE

    return Command(
        "channels",
        lang=lang,
        callback=run,
        params=switch_options(lang, "channels"),
        help=text("help_channels_long", lang),
        short_help=text("help_channels", lang),
    )


COMMANDS = {"channels": _channels}
