"""The command ``xl-kpi``: options in, exit codes out.  What is done stands in ``xl_kpi.commands``.

Nothing heavy is imported before a command needs it, so that ``--help`` is there at once.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable
from contextlib import contextmanager
from typing import IO, Any

import click

from xl_kpi import __version__
from xl_kpi.catalog import text
from xl_kpi.cli_addin import addin_group
from xl_kpi.cli_channels import channels_command
from xl_kpi.cli_collect import collect_command
from xl_kpi.cli_distribute import distribute_command
from xl_kpi.cli_regenerate import regenerate_command, restore_command
from xl_kpi.cli_words import Command, Group, Option, system_language, usage_message
from xl_kpi.errors import InputFaults, XlKpiError

COMMANDS = (
    "new", "show", "check", "demo", "addin", "doctor", "functions", "distribute", "regenerate", "restore", "collect",
)  # fmt: skip
DONE, FINDINGS, BAD_INPUT, UNEXPECTED, INTERRUPTED, PIPE_CLOSED = 0, 1, 2, 70, 130, 141


class App(click.Group):
    """Builds the commands in the user's language and turns whatever happens into an exit code."""

    def main(self, args: Any = None, prog_name: str | None = None, **_: Any) -> None:
        given = list(sys.argv[1:] if args is None else args)
        debug = "--debug" in given
        given = [arg for arg in given if arg != "--debug"]
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # ▲ has no place in every code page of a Windows console
                stream.reconfigure(errors="replace")
        sys.exit(_run(given, prog_name or "xl-kpi", debug))


def _run(given: list[str], name: str, debug: bool) -> int:
    lang = _language_in(given)
    try:
        code = commands(lang).main(given or ["--help"], prog_name=name, standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else DONE
    except click.UsageError as problem:
        _say(text("usage_error", lang, message=usage_message(problem, lang)))
        _say(text("usage_try", lang, command=" ".join([name, *_command_in(given)])))
        return BAD_INPUT
    except InputFaults as problem:
        for fault in problem.faults:
            _say(fault.line())
        return problem.exit_code
    except XlKpiError as problem:
        _say(str(problem))
        return problem.exit_code
    except BrokenPipeError:
        sys.stdout = None  # type: ignore[assignment]  # nobody reads any more: not even what is left in it
        return PIPE_CLOSED
    except (KeyboardInterrupt, click.Abort):
        _say(text("interrupted", lang))
        return INTERRUPTED
    except Exception as problem:
        if debug:
            traceback.print_exc()
        reason = " ".join(str(problem).split())[:200]
        _say(text("unexpected", lang, kind=type(problem).__name__, reason=reason))
        return UNEXPECTED


def _command_in(given: list[str]) -> list[str]:
    return [arg for arg in given[:1] if arg in COMMANDS]


def _say(line: str) -> None:
    click.echo(line, err=True)


def _language_in(given: list[str]) -> str:
    """The language that --lang asks for, else the system's."""
    for position, arg in enumerate(given):
        asked = arg.removeprefix("--lang=") if arg.startswith("--lang=") else ""
        if arg == "--lang" and position + 1 < len(given):
            asked = given[position + 1]
        if asked in ("ja", "en"):
            return asked
    return system_language()


def commands(lang: str) -> click.Group:
    """The command group with its help in ``lang``."""
    group = Group("xl-kpi", lang=lang, help=text("help_app", lang))
    group.params.append(
        Option(["--version"], lang, "help_version", is_flag=True, is_eager=True, expose_value=False, callback=_version)
    )
    group.params.append(Option(["--debug"], lang, "help_debug", is_flag=True, expose_value=False))
    addin = addin_group(lang, _lang_option, DONE)
    for command in (_new(lang), _show(lang), _check(lang), _demo(lang), addin, _doctor(lang), _functions(lang)):
        group.add_command(command)
    group.add_command(regenerate_command(lang, _lang_option, _progress))
    group.add_command(channels_command(lang, _lang_option, _progress))
    group.add_command(distribute_command(lang, _lang_option, _progress))
    group.add_command(restore_command(lang, _lang_option))
    group.add_command(collect_command(lang, _lang_option, _progress, _print_json))
    return group


def _version(ctx: click.Context, _: Any, asked: bool) -> None:
    if asked:
        click.echo(f"xl-kpi {__version__}")
        ctx.exit()


def _lang_option(lang: str, name: str = "asked") -> Option:
    def known(_: Any, __: Any, value: str | None) -> str | None:
        if value not in (None, "ja", "en"):
            raise click.UsageError(text("usage_lang", lang, found=value))
        return value

    return Option(["--lang", name], lang, "help_lang", metavar="ja|en", callback=known)


def _new(lang: str) -> Command:
    import workbook_templates
    from xl_kpi.cli_words import NEW_OPTIONS, SET_NAMES

    def run(out: str, template: str | None, asked: str | None, sets: tuple[str, ...], force: bool, lite: bool,
            **given: Any) -> int:  # fmt: skip
        from xl_kpi import commands as do

        changes = [do.Change(NEW_OPTIONS[key][0], value) for key, value in given.items() if value is not None]
        changes += [do.Change.of_set(item) for item in sets]
        with _progress() as progress:
            made = do.new(
                out, template=template, lang=asked, words=lang, changes=changes, force=force, lite=lite,
                tell=_say, progress=progress,
            )  # fmt: skip
        language, shown = made.plan.lang, do.shown(made.plan)
        first, last = shown["stages"][0], shown["stages"][-1]
        volumes = {"leads": f"{first['required_rounded']:,}", "orders": f"{last['required_rounded']:,}"}
        click.echo(text("new_done", language, path=made.path, first=first["name"], last=last["name"], **volumes))
        if made.backup:
            _say(text("note_backup", language, path=made.backup))
        return DONE

    options = [Option(["--template"], lang, "help_template", metavar="T", known=", ".join(workbook_templates.names()))]
    options.append(_lang_option(lang))
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
            _print_json(shown)
        else:
            from xl_kpi.commands.printed import print_plan

            print_plan(shown, asked or shown["lang"], sys.stdout)
        return DONE

    return _reading_command("show", lang, run)


def _check(lang: str) -> Command:
    def run(plan: str, as_json: bool, asked: str | None) -> int:
        from xl_kpi import commands as do

        opened = do.open_workbook(plan, lang, asked)
        faults = do.findings(opened)
        errors = sum(fault.level == "error" for fault in faults)
        if as_json:
            _print_json([vars(fault) for fault in faults])
        else:
            for fault in faults:
                click.echo(f"{text(f'level_{fault.level}', opened.lang)}: {fault.line()}")
            counts = {"errors": errors, "warnings": len(faults) - errors}
            click.echo(text("check_count" if faults else "check_none", opened.lang, file=opened.path.name, **counts))
        return FINDINGS if errors else DONE

    return _reading_command("check", lang, run)


def _reading_command(name: str, lang: str, run: Callable[..., int]) -> Command:
    """A command that reads a plan and prints words or JSON."""
    params = [click.Argument(["plan"]), Option(["--json", "as_json"], lang, "help_json", is_flag=True)]
    return Command(name, lang=lang, callback=run, params=[*params, _lang_option(lang)], help=text(f"help_{name}", lang))


def _demo(lang: str) -> Command:
    def run(asked: str | None) -> int:
        from xl_kpi import commands as do
        from xl_kpi.commands.printed import print_funnel

        language = asked or lang
        with _progress() as progress:
            made = do.demo(lang=language, progress=progress)
        print_funnel(do.shown(made.plan), language, sys.stdout)
        click.echo(text("demo_done", language, path=made.path))
        return DONE

    return Command("demo", lang=lang, callback=run, params=[_lang_option(lang)], help=text("help_demo", lang))


def _doctor(lang: str) -> Command:
    def run(asked: str | None) -> int:
        from xl_kpi.commands.doctor import findings

        fine = True
        for finding in findings(asked or lang):
            click.echo(finding.line())
            fine = fine and finding.fine
        return DONE if fine else FINDINGS

    return Command("doctor", lang=lang, callback=run, params=[_lang_option(lang)], help=text("help_doctor", lang))


def _functions(lang: str) -> Command:
    def run(as_json: bool, asked: str | None) -> int:
        from xl_kpi.commands.functions import listed_functions, print_functions

        if as_json:
            _print_json(listed_functions(asked or lang))
        else:
            print_functions(asked or lang, sys.stdout)
        return DONE

    params = [Option(["--json", "as_json"], lang, "help_json", is_flag=True), _lang_option(lang)]
    return Command("functions", lang=lang, callback=run, params=params, help=text("help_functions", lang))


def _print_json(value: Any) -> None:
    stream: IO[str] = sys.stdout
    # A console that can't show Japanese gets escapes, which any reader of JSON understands.
    plain = (stream.encoding or "utf-8").lower().replace("-", "") != "utf8"
    click.echo(json.dumps(value, ensure_ascii=plain, indent=2))


@contextmanager
def _progress() -> Any:
    """Where standard error is a terminal a bar that goes away when done; nothing otherwise."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    with Progress(BarColumn(), TextColumn("{task.description}"), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("")
        yield lambda step, done, steps: bar.update(task, description=step, completed=done, total=steps)


cli = App("xl-kpi")


def main() -> None:
    """What the installed command ``xl-kpi`` runs."""
    cli.main()
