"""``xl-kpi doctor | functions``: what this installation can do."""

from __future__ import annotations

import sys

import click

from xl_kpi.catalog import text
from xl_kpi.cli.options import DONE, FINDINGS, lang_option, print_json
from xl_kpi.cli.words import Command, Option


def _doctor(lang: str) -> Command:
    def run(asked: str | None) -> int:
        from xl_kpi.commands.doctor import findings

        fine = True
        for finding in findings(asked or lang):
            click.echo(finding.line())
            fine = fine and finding.fine
        return DONE if fine else FINDINGS

    return Command("doctor", lang=lang, callback=run, params=[lang_option(lang)], help=text("help_doctor", lang))


def _functions(lang: str) -> Command:
    def run(as_json: bool, asked: str | None) -> int:
        from xl_kpi.commands.functions import listed_functions, print_functions

        if as_json:
            print_json(listed_functions(asked or lang))
        else:
            print_functions(asked or lang, sys.stdout)
        return DONE

    params = [Option(["--json", "as_json"], lang, "help_json", is_flag=True), lang_option(lang)]
    return Command("functions", lang=lang, callback=run, params=params, help=text("help_functions", lang))


COMMANDS = {"doctor": _doctor, "functions": _functions}
