"""What the commands share: exit codes, the options that several have, a bar, JSON, a word on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from xl_kpi import __version__
from xl_kpi.catalog import text
from xl_kpi.catalog.messages import line
from xl_kpi.cli.words import Option
from xl_kpi.errors import Fault

DONE, FINDINGS, BAD_INPUT, UNEXPECTED, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 70, 130, 141
MOST_LINES = 40  # of each kind of change: more do not fit on a screen


def say(words: str) -> None:
    """One line on standard error."""
    click.echo(words, err=True)


def say_faults(faults: Iterable[Fault], lang: str) -> None:
    """A line on standard error for each: its level, place and words."""
    for fault in faults:
        say(f"{text(f'level_{fault.level}', lang)}: {line(fault, lang)}")


def say_backup(backup: Path | None, lang: str) -> None:
    """Where the former state of a file went, if there was one."""
    if backup:
        say(text("note_backup", lang, path=backup))


def show_version(ctx: click.Context, _: Any, asked: bool) -> None:
    """``--version``."""
    if asked:
        click.echo(f"xl-kpi {__version__}")
        ctx.exit()


def lang_option(lang: str, name: str = "asked") -> Option:
    """``--lang``: the language of what is said and, for `new` and `demo`, of the workbook."""

    def known(_: Any, __: Any, value: str | None) -> str | None:
        if value not in (None, "ja", "en"):
            raise click.UsageError(text("usage_lang", lang, found=value))
        return value

    return Option(["--lang", name], lang, "help_lang", metavar="ja|en", callback=known)


def switch_options(lang: str, command: str) -> list[click.Parameter]:
    """The arguments of a command that switches things of a plan: the plan, ``--on``, ``--off`` and ``--lang``."""
    switches = [
        Option([f"--{side}"], lang, f"help_{command}_{side}", metavar="ID", multiple=True) for side in ("on", "off")
    ]
    return [click.Argument(["plan"]), *switches, lang_option(lang)]


def print_json(value: Any) -> None:
    """A value on standard output, as JSON."""
    # A console that can't show Japanese gets escapes, which any reader of JSON understands.
    plain = (sys.stdout.encoding or "utf-8").lower().replace("-", "") != "utf8"
    click.echo(json.dumps(value, ensure_ascii=plain, indent=2))


@contextmanager
def progress_bar() -> Any:
    """Where standard error is a terminal a bar that goes away when done; nothing otherwise."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    with Progress(BarColumn(), TextColumn("{task.description}"), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")
        yield lambda step, done, steps: bar.update(task, description=step, completed=done, total=steps)
