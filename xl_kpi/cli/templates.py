"""``xl-kpi templates``: what `new` can begin with."""

from __future__ import annotations

import sys

import click

from xl_kpi.catalog import text
from xl_kpi.cli.options import DONE, lang_option, print_json
from xl_kpi.cli.words import Command, Option


def _templates(lang: str) -> click.Command:
    def run(as_json: bool, asked: str | None) -> int:
        from xl_kpi.commands.plans.templates import listed_templates, print_templates

        if as_json:
            print_json(listed_templates(asked or lang))
        else:
            print_templates(asked or lang, sys.stdout)
        return DONE

    params = [Option(["--json", "as_json"], lang, "help_json", is_flag=True), lang_option(lang)]
    return Command("templates", lang=lang, callback=run, params=params, help=text("help_templates", lang))


COMMANDS = {"templates": _templates}
