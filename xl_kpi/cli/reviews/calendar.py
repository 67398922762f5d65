"""``xl-kpi calendar PLAN``: the reviews as a file for Outlook, Google Calendar and the like."""

from __future__ import annotations

import click

from xl_kpi.catalog import text
from xl_kpi.cli.options import DONE, lang_option
from xl_kpi.cli.words import Command, Option


def _calendar(lang: str) -> Command:
    def run(plan: str, out: str, first: str | None, at: str | None, force: bool, asked: str | None) -> int:
        from xl_kpi.commands.reviews.calendar import write_calendar

        done = write_calendar(plan, out, first=first, at=at, words=lang, lang=asked, force=force)
        begin, end = done.meetings[0].held, done.meetings[-1].held
        rhythm = text(f"rhythm_{done.rhythm}", done.lang)
        about = {"rhythm": rhythm, "first": f"{begin:%Y/%m/%d}", "last": f"{end:%Y/%m/%d}"}
        click.echo(text("calendar_done", done.lang, path=done.path, count=len(done.meetings), **about))
        return DONE

    options = [
        Option(["-o", "out"], lang, "help_calendar_out", metavar="FILE.ics", required=True),
        Option(["--from", "first"], lang, "help_calendar_from", metavar="YYYY-MM-DD"),
        Option(["--time", "at"], lang, "help_calendar_time", metavar="HH:MM"),
        Option(["--force"], lang, "help_calendar_force", is_flag=True),
        lang_option(lang),
    ]
    return Command(
        "calendar", lang=lang, callback=run, params=[click.Argument(["plan"]), *options],
        help=text("help_calendar_long", lang), short_help=text("help_calendar", lang),
    )  # fmt: skip


COMMANDS = {"calendar": _calendar}
