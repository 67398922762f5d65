"""``xl-kpi report PLAN -o FILE``: one file for those who only read."""

from __future__ import annotations

import datetime as dt

import click

from xl_kpi.catalog import text
from xl_kpi.cli.options import DONE, lang_option
from xl_kpi.cli.plans import as_of_option
from xl_kpi.cli.words import Command, Option


def _report(lang: str) -> Command:
    def run(plan: str, out: str, as_of: dt.date | None, force: bool, asked: str | None) -> int:
        from xl_kpi.commands.reviews.report import report

        made = report(plan, out, as_of=as_of, words=lang, lang=asked, force=force)
        click.echo(text("report_done", made.lang, path=made.path, size=f"{made.size_in_kb:,}"))
        return DONE

    params = [
        click.Argument(["plan"]),
        Option(["-o", "out"], lang, "help_report_out", metavar="FILE", required=True),
        as_of_option(lang, "help_report_as_of"),
        Option(["--force"], lang, "help_report_force", is_flag=True),
        lang_option(lang),
    ]
    return Command("report", lang=lang, callback=run, params=params, help=text("help_report", lang))


COMMANDS = {"report": _report}
