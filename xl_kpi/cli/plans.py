"""``xl-kpi new | show | check``: a plan made, read and looked over."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Sequence
from typing import Any

import click

from xl_kpi.catalog import text
from xl_kpi.catalog.messages import counted, line, record, worded
from xl_kpi.cli.options import DONE, FINDINGS, lang_option, print_json, progress_bar, say, say_backup
from xl_kpi.cli.words import Command, Option


def _new(lang: str) -> Command:
    import workbook_templates
    from xl_kpi.cli.words import NEW_OPTIONS, SET_NAMES

    def run(out: str, template: str | None, asked: str | None, sets: tuple[str, ...], force: bool, lite: bool,
            **given: Any) -> int:  # fmt: skip
        from xl_kpi import commands as do
        from xl_kpi.calc import month_start
        from xl_kpi.plan.examples import figures

        changes = [do.SetOption(NEW_OPTIONS[key][0], value) for key, value in given.items() if value is not None]
        changes += [do.SetOption.of_set(item) for item in sets]
        with progress_bar() as progress:
            made = do.new(
                out, template=template, lang=asked, words=lang, changes=changes, force=force, lite=lite,
                tell=say, progress=progress,
            )  # fmt: skip
        language, shown = made.plan.lang, do.shown(made.plan)
        first, last = shown["stages"][0], shown["stages"][-1]
        begin, end = (f"{month_start(made.plan.start, k):%Y/%m}" for k in (0, made.plan.months - 1))
        values = {"begin": begin, "end": end, "first": first["name"], "last": last["name"],
                  "leads": f"{first['required_rounded']:,}", "orders": f"{last['required_rounded']:,}"}  # fmt: skip
        click.echo(text("new_done", language, path=made.path, **values))
        if short := do.unreached(made.plan):
            for one in short:
                said = line(one, language) if one.sheet else worded(one.allowed, language)  # of a channel: its limit
                click.echo(f"{text(f'level_{one.level}', language)}: {said}")
            click.echo(text("new_unreached", language, path=made.path))
        left = figures.remaining(made.plan)
        if left:
            listed = worded(figures.kinds(left), language)
            click.echo(text("new_example", language, count=len(left), figures=listed))
        say_backup(made.backup, language)
        return DONE

    options = [Option(["--template"], lang, "help_template", metavar="T", known=", ".join(workbook_templates.names()))]
    options.append(lang_option(lang))
    options += [
        Option([f"--{name.replace('_', '-')}"], lang, help_key, metavar=metavar)
        for name, (_, metavar, help_key) in NEW_OPTIONS.items()
    ]
    options.append(Option(["--set", "sets"], lang, "help_set", metavar="NAME=VALUE", multiple=True))
    options.append(Option(["--lite"], lang, "help_lite", is_flag=True))
    options.append(Option(["--force"], lang, "help_force", is_flag=True))
    return Command(
        "new", lang=lang, callback=run, params=[click.Argument(["out"]), *options],
        help=text("help_new_long", lang, names=", ".join(SET_NAMES)), short_help=text("help_new", lang),
    )  # fmt: skip


def _show(lang: str) -> Command:
    def run(plan: str, as_json: bool, asked: str | None) -> int:
        from xl_kpi import commands as do

        shown = do.show(plan, lang, asked)
        if as_json:
            print_json(shown)
        else:
            from xl_kpi.commands.plans.printed import print_plan

            print_plan(shown, asked or shown["lang"], sys.stdout)
        return DONE

    return reading_command("show", lang, run)


def _check(lang: str) -> Command:
    def run(plan: str, as_json: bool, as_of: dt.date | None, asked: str | None) -> int:
        from xl_kpi import commands as do

        opened = do.open_workbook(plan, lang, asked)
        faults = do.looked_over(opened, as_of or dt.date.today())
        errors = sum(fault.level == "error" for fault in faults)
        if as_json:
            print_json([record(fault, opened.lang) for fault in faults])
        else:
            for fault in faults:
                click.echo(f"{text(f'level_{fault.level}', opened.lang)}: {line(fault, opened.lang)}")
            short = errors > 0 and do.is_cut_short(opened.read)
            click.echo(counted(faults, opened.path.name, opened.lang, short=short))
        return FINDINGS if errors else DONE

    return reading_command("check", lang, run, [as_of_option(lang)])


def as_of_option(lang: str, help_key: str = "help_as_of") -> Option:
    """``--as-of``: the day on which is asked."""

    def known(_: Any, __: Any, value: str | None) -> dt.date | None:
        from xl_kpi.plan.input.dates import read_date
        from xl_kpi.plan.input.raw_values import Unreadable

        try:
            return None if value is None else read_date(value)
        except Unreadable as problem:
            raise click.UsageError(line(problem.fault(cell="--as-of"), lang)) from None

    return Option(["--as-of"], lang, help_key, metavar="YYYY-MM-DD", callback=known)


def reading_command(name: str, lang: str, run: Callable[..., int], more: Sequence[Option] = ()) -> Command:
    """A command that reads a plan and prints words or JSON."""
    params = [click.Argument(["plan"]), Option(["--json", "as_json"], lang, "help_json", is_flag=True), *more]
    return Command(name, lang=lang, callback=run, params=[*params, lang_option(lang)], help=text(f"help_{name}", lang))


COMMANDS = {"new": _new, "show": _show, "check": _check}
