"""The command ``xl-kpi``: options in, exit codes out.  What is done stands in ``xl_kpi.commands``.

Nothing heavy is imported before a command needs it, so that ``--help`` is there at once.
"""

from __future__ import annotations

import gc
import sys
import traceback
from collections.abc import Iterator
from importlib import import_module
from typing import Any, NoReturn

import click

from xl_kpi.catalog import text
from xl_kpi.catalog.messages import message
from xl_kpi.cli.options import BAD_INPUT, DONE, INTERRUPTED, PIPE_CLOSED, UNEXPECTED, say, show_version
from xl_kpi.cli.words import Group, Option, system_language, usage_message
from xl_kpi.errors import XlKpiError

# Where the commands are, in the order of a year of planning: each module lists them under ``COMMANDS``.
MODULES = (
    "plans",
    "regenerate",
    "channels",
    "pages",
    "imports.files",
    "imports.rates",
    "reviews.review",
    "reviews.report",
    "close",
    "distribute",
    "collect",
    "reviews.calendar",
    "templates",
    "demo",
    "addin",
    "about",
)


class App(click.Group):
    """Builds the commands in the user's language and turns whatever happens into an exit code."""

    def main(self, args: Any = None, prog_name: str | None = None, *_: Any, **more: Any) -> NoReturn:
        given = list(sys.argv[1:] if args is None else args)
        debug = "--debug" in given
        given = [arg for arg in given if arg != "--debug"]
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # ▲ has no place in every code page of a Windows console
                stream.reconfigure(errors="replace")
        sys.exit(_run(given, prog_name or "xl-kpi", debug))


def _run(given: list[str], name: str, debug: bool) -> int:
    lang = _asked_in(given) or system_language()
    try:
        code = command_group(lang).main(given or ["--help"], prog_name=name, standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else DONE
    except click.UsageError as problem:
        say(text("usage_error", lang, message=usage_message(problem, lang)))
        say(text("usage_try", lang, command=" ".join([name, *_command_in(given, lang)])))
        return BAD_INPUT
    except XlKpiError as problem:
        say(message(problem, _asked_in(given) or problem.lang or lang))
        return problem.exit_code
    except BrokenPipeError:
        sys.stdout = None  # nobody reads any more: not even what is left in it
        return PIPE_CLOSED
    except (KeyboardInterrupt, click.Abort):
        say(text("interrupted", lang))
        return INTERRUPTED
    except Exception as problem:
        if debug:
            traceback.print_exc()
        reason = " ".join(str(problem).split())[:200] or text("unexpected_no_words", lang)
        say(text("unexpected", lang, reason=reason))
        return UNEXPECTED


def _command_in(given: list[str], lang: str) -> list[str]:
    return [arg for arg in given[:1] if arg in command_group(lang).commands]


def _asked_in(given: list[str]) -> str | None:
    """The language that --lang asks for."""
    for position, arg in enumerate(given):
        asked = arg.removeprefix("--lang=") if arg.startswith("--lang=") else ""
        if arg == "--lang" and position + 1 < len(given):
            asked = given[position + 1]
        if asked in ("ja", "en"):
            return asked
    return None


def command_group(lang: str) -> click.Group:
    """The command group with its help in ``lang``."""
    group = Group("xl-kpi", lang=lang, help=text("help_app", lang))
    group.params.append(
        Option(
            ["--version"], lang, "help_version", is_flag=True, is_eager=True, expose_value=False, callback=show_version
        )
    )
    group.params.append(Option(["--debug"], lang, "help_debug", is_flag=True, expose_value=False))
    for command in _commands(lang):
        group.add_command(command)
    return group


def _commands(lang: str) -> Iterator[click.Command]:
    """Every command, as the modules of the command line list them: name → how it is made."""
    for name in MODULES:
        yield from (make(lang) for make in import_module(f"xl_kpi.cli.{name}").COMMANDS.values())


cli = App("xl-kpi")


def main() -> None:
    """What the installed command ``xl-kpi`` runs."""
    # A workbook is hundreds of thousands of objects that stay in use until the command is done: looking for circles
    # among them every 700 objects takes a fifth of its time.
    gc.set_threshold(100_000, 20, 20)
    cli.main()
