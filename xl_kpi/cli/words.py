"""click in the user's language: help, headings and usage errors, and the names that ``--set`` knows."""

from __future__ import annotations

import locale
import os
import re
import sys
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

import click

from xl_kpi.catalog import text
from xl_kpi.plan.fields import SINGLES, set_shapes

# Option of `new` → (entry, placeholder in the help, text of the help).
NEW_OPTIONS = {
    name: (one.key, one.metavar, f"help_{name}")
    for one in SINGLES
    if one.metavar and (name := one.option.removeprefix("--").replace("-", "_"))
}
SET_NAMES = (
    *(one.key for one in SINGLES if one.is_set and not one.option),
    *set_shapes(stage="ID", channel="ID", kpi="CHANNEL.KPI", pipeline="STAGE", rate="CHANNEL.STAGE", season="MONTH"),
)


def system_language() -> str:
    """The language of the computer: Japanese, English for any other, Japanese where it does not say."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            break
    else:
        value = (locale.getlocale()[0] or "") if sys.platform in ("win32", "darwin") else ""
    word = value.partition(".")[0].casefold()
    return "ja" if word in ("", "c", "posix") or word.startswith("ja") else "en"


def _context_class(lang: str) -> type[click.Context]:
    """click's context with the word before the usage line in a language."""

    class Formatter(click.HelpFormatter):
        def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
            super().write_usage(prog, args, prefix or text("help_usage", lang))

    class Context(click.Context):
        formatter_class = Formatter

    return Context


class Words(click.Command):
    """What ``Command`` and ``Group`` share: a --help of our own and headings in the user's language."""

    lang: str
    _help: click.Option | None = None

    def speak(self, lang: str) -> None:
        self.lang = lang
        self.context_class = _context_class(lang)

    def get_help_option(self, ctx: click.Context) -> click.Option:
        def show(context: click.Context, _: Any, asked: bool) -> None:
            if asked:
                click.echo(context.get_help())
                context.exit()

        if self._help is None:
            flags: dict[str, Any] = {"is_flag": True, "is_eager": True, "expose_value": False}
            self._help = Option(["--help"], self.lang, "help_help", callback=show, **flags)
        return self._help

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        params = [param for param in self.get_params(ctx) if isinstance(param, click.Option)]
        with formatter.section(text("help_options", self.lang)):
            formatter.write_dl([record for param in params if (record := param.get_help_record(ctx))])


class Command(Words):
    """One command with its help in one language."""

    def __init__(self, name: str, *, lang: str, **more: Any):
        self.speak(lang)
        super().__init__(name, **more)


class Group(Words, click.Group):
    """The group of all commands with its help in one language."""

    def __init__(self, name: str, *, lang: str, **more: Any):
        self.speak(lang)
        super().__init__(name, **more)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        rows = [(name, command.get_short_help_str(100)) for name, command in self.commands.items()]
        with formatter.section(text("help_commands", self.lang)):
            formatter.write_dl(rows)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        name = args[0]
        if name not in self.commands and not name.startswith("-"):
            near = _near(get_close_matches(name, self.commands), self.lang)
            ctx.fail(text("usage_no_command", self.lang, command=name, near=near).strip())
        return super().resolve_command(ctx, args)


class Option(click.Option):
    """An option whose help is a text of the catalog."""

    def __init__(self, names: list[str], lang: str, key: str, *, known: str = "", **more: Any):
        super().__init__(names, help=text(key, lang, names=known), **more)


def usage_message(problem: click.UsageError, lang: str) -> str:
    """click's complaint in the user's language; click's own words where it has no kind of its own."""
    if isinstance(problem, click.NoSuchOption):
        return text(
            "usage_no_option", lang, option=problem.option_name, near=_near(problem.possibilities or (), lang)
        ).strip()
    if isinstance(problem, click.MissingParameter):
        param = problem.param
        name = param.opts[0] if isinstance(param, click.Option) else ((param and param.name) or "").upper()
        return text("usage_missing", lang, name=name)
    if isinstance(problem, click.BadOptionUsage):
        needs = "not take" not in problem.message
        return text("usage_needs_value" if needs else "usage_no_value", lang, option=problem.option_name)
    message = problem.format_message()
    if extra := re.match(r"Got unexpected extra arguments? \((.*)\)", message):
        return text("usage_extra", lang, extra=extra[1])
    return message


def _near(names: Iterable[str], lang: str) -> str:
    names = list(names)
    return text("usage_near", lang, near=" / ".join(names)) if names else ""
