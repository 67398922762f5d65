"""``xl-kpi pages PLAN``: which of the pages that a plan can do without it has, and switching them on and off."""

from __future__ import annotations

import click

from xl_kpi.catalog import text
from xl_kpi.cli.options import DONE, progress_bar, say_backup, say_faults, switch_options
from xl_kpi.cli.words import Command


def _pages(lang: str) -> Command:
    def run(plan: str, on: tuple[str, ...], off: tuple[str, ...], asked: str | None) -> int:
        from xl_kpi.commands.pages import list_pages, switch_pages

        done = None
        if on or off:
            with progress_bar() as bar:
                done = switch_pages(plan, on, off, words=lang, lang=asked, progress=bar)
        pages, language = list_pages(plan, lang, asked)
        for page in pages:
            click.echo(f"{text('channels_on' if page.on else 'channels_off', language)} {page.name} ({page.id})")
        if done is not None:
            say_faults(done.warnings, language)
            say_backup(done.backup, language)
        return DONE

    return Command(
        "pages",
        lang=lang,
        callback=run,
        params=switch_options(lang, "pages"),
        help=text("help_pages_long", lang),
        short_help=text("help_pages", lang),
    )


COMMANDS = {"pages": _pages}
