"""``xl-kpi close PLAN MONTH``: the months up to this one keep the targets that were agreed; ``--open`` opens them."""

from __future__ import annotations

import click

from xl_kpi.catalog import text
from xl_kpi.cli.options import DONE, lang_option, progress_bar, say_backup, say_faults
from xl_kpi.cli.words import Command, Option


def _close(lang: str) -> Command:
    def run(plan: str, month: str | None, opened: bool, again: bool, asked: str | None) -> int:
        from xl_kpi.commands.close import close

        if (month is None) != opened:
            raise click.UsageError(text("close_month_or_open", asked or lang))
        with progress_bar() as bar:
            done, said = close(plan, month, again=again, words=lang, lang=asked, progress=bar)
        until = done.plan.settings.get("closed_until")
        if until is None:
            click.echo(text("close_opened", said, path=done.path))
        else:
            click.echo(
                text("close_done", said, path=done.path, until=f"{until:%Y/%m}", first=f"{done.plan.start:%Y/%m}")
            )
        say_faults(done.warnings, said)
        say_backup(done.backup, said)
        return DONE

    params = [
        click.Argument(["plan"]),
        click.Argument(["month"], required=False, metavar="[MONTH]"),
        Option(["--open", "opened"], lang, "help_close_open", is_flag=True),
        Option(["--again"], lang, "help_close_again", is_flag=True),
        lang_option(lang),
    ]
    return Command(
        "close", lang=lang, callback=run, params=params, help=text("help_close_long", lang),
        short_help=text("help_close", lang),
    )  # fmt: skip


COMMANDS = {"close": _close}
