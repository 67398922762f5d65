"""``xl-kpi rates PLAN --source LEADS``: rates and days out of a list of leads, beside the plan's; ``--take`` writes."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

import click

from xl_kpi.catalog import text
from xl_kpi.cli.imports.files import read_answers
from xl_kpi.cli.options import (
    BAD_INPUT,
    DONE,
    lang_option,
    print_json,
    progress_bar,
    say_backup,
    say_faults,
)
from xl_kpi.cli.plans import as_of_option
from xl_kpi.cli.words import Command, Option

if TYPE_CHECKING:
    from xl_kpi.commands.imports.questions import Answers
    from xl_kpi.commands.imports.rates import Measured, Step


def _rates(lang: str) -> Command:
    def run(
        plan: str,
        sources: tuple[str, ...],
        as_of: dt.date | None,
        taking: bool,
        channel: str,
        with_map: str | None,
        given: tuple[str, ...],
        as_json: bool,
        asked: str | None,
    ) -> int:
        from xl_kpi.cli.imports.asked import ask_all, say_questions
        from xl_kpi.commands.imports.printed_rates import print_rates, print_taken
        from xl_kpi.commands.imports.questions import settled
        from xl_kpi.commands.imports.rates import measure, take

        answers = read_answers(given, asked or lang)
        talks = not as_json and sys.stdin.isatty() and sys.stdout.isatty()

        def look(answers: Answers, heard: Collection[str]) -> Measured:
            return measure(
                plan, sources, as_of=as_of, answers=answers, heard=heard, channel=channel, with_map=with_map,
                words=lang, lang=asked,
            )  # fmt: skip

        found = settled(look, ask_all if talks else lambda found, given: None, answers)
        if as_json:
            print_json(_as_json(found))
        elif not found.questions:
            print_rates(found, sys.stdout)
        if found.questions:
            if not as_json:
                say_questions(found)
            return BAD_INPUT
        if not taking or not found.taken:
            if not as_json:
                print_taken(found, sys.stdout)
            return DONE
        with progress_bar() as bar:
            done = take(found, progress=bar)
        if not as_json:
            print_taken(found, sys.stdout, done.path)
            say_faults(done.warnings, found.lang)
        say_backup(done.backup, found.lang)
        return DONE

    params = [
        click.Argument(["plan"]),
        Option(["--source", "sources"], lang, "help_rates_source", metavar="FILE|URL", multiple=True, required=True),
        as_of_option(lang, "help_rates_as_of"),
        Option(["--take", "taking"], lang, "help_rates_take", is_flag=True),
        Option(["--channel"], lang, "help_rates_channel", metavar="ID", default=""),
        Option(["--map", "with_map"], lang, "help_rates_map", metavar="MAP.toml"),
        Option(["--answer", "given"], lang, "help_import_answer", metavar="ID=ANSWER", multiple=True),
        Option(["--json", "as_json"], lang, "help_collect_json", is_flag=True),
        lang_option(lang),
    ]
    return Command(
        "rates", lang=lang, callback=run, params=params, help=text("help_rates_long", lang),
        short_help=text("help_rates", lang),
    )  # fmt: skip


def _as_json(found: Measured) -> dict[str, Any]:
    """As design.md says it; relied on by others."""
    from xl_kpi.catalog.messages import worded

    return {
        "as_of": f"{found.as_of:%Y-%m-%d}" if found.as_of else None,
        "leads": found.leads,
        "steps": [_step_json(step) for step in found.steps],
        "problems": [
            {"kind": one.kind, "stage": one.about, "count": one.count, "first_row": one.first} for one in found.problems
        ],
        "takes": [
            {
                "from": one.step.stage,
                "to": one.step.following,
                "channel": one.step.channel,
                "rate": one.rate,
                "lag": None if one.lag is None else [*one.lag.curve] or one.lag.low,
            }
            for one in found.taken
        ],
        "questions": [
            {"id": one.id, "text": worded(one.text, found.lang), "choices": list(one.choices)}
            for one in found.questions
        ],
    }


def _step_json(step: Step) -> dict[str, Any]:
    found = step.found
    at_least, expected, lag = found.at_least, found.expected, found.lag
    return {
        "from": step.stage,
        "to": step.following,
        "channel": step.channel,
        "entered": found.entered,
        "gone_on": found.gone_on,
        "plan": step.assumed,
        "plain": found.plain,
        "too_early": found.early,
        "at_least": at_least
        and {"rate": at_least.rate, "low": at_least.low, "high": at_least.high, "days": at_least.days},
        "expected": expected and {"rate": expected.rate, "low": expected.low, "high": expected.high},
        "withheld": found.withheld,
        "takes": found.takes,
        "lag": {
            "median": lag.median if lag else None,
            "p80": lag.p80 if lag else None,
            "curve": list(lag.curve) if lag else None,
        },
    }


COMMANDS = {"rates": _rates}
