"""``xl-kpi addin build | install | remove``: the add-in for Excel on the desktop; ``lite``: the code in a workbook."""

from __future__ import annotations

from pathlib import Path

import click

from xl_kpi.catalog import text
from xl_kpi.cli.options import DONE, lang_option, say_backup
from xl_kpi.cli.words import Command, Group, Option


def _addin(lang: str) -> click.Group:
    group = Group("addin", lang=lang, help=text("help_addin", lang))

    def build(out: str | None, asked: str | None) -> int:
        from xl_kpi.addin.desktop import xlam

        language = asked or lang
        click.echo(text("addin_built", language, path=xlam.build(Path(out or "."), language)))
        return DONE

    def install(asked: str | None) -> int:
        from xl_kpi.addin.desktop import install as do

        language = asked or lang
        click.echo(text("addin_installed", language, path=do.install(language)[-1]))
        click.echo(text("addin_restart", language))
        return DONE

    def remove(asked: str | None) -> int:
        from xl_kpi.addin.desktop import install as do

        language = asked or lang
        removed = do.remove(language)
        for path in removed:
            click.echo(text("addin_removed", language, path=path))
        if not removed:
            click.echo(text("addin_nothing", language))
        return DONE

    def lite(plan: str, remove: bool, asked: str | None) -> int:
        from xl_kpi import __version__
        from xl_kpi.commands.lite import put_lite

        done_to = put_lite(plan, lang, asked, remove=remove)
        key = ("lite_removed" if remove else "lite_added") if done_to.changed else "lite_same"
        if remove and not done_to.changed:
            key = "lite_not_there"
        click.echo(text(key, done_to.lang, path=done_to.path, version=__version__))
        for line in done_to.warnings:
            click.echo(line, err=True)
        say_backup(done_to.backup, done_to.lang)
        return DONE

    plan = click.Argument(["plan"])
    taken_out = Option(["--remove"], lang, "help_addin_lite_remove", is_flag=True)
    out = Option(["-o", "out"], lang, "help_addin_out", metavar="FILE")
    for name, run, params in (
        ("build", build, [out]), ("install", install, []), ("remove", remove, []), ("lite", lite, [plan, taken_out]),
    ):  # fmt: skip
        group.add_command(
            Command(name, lang=lang, callback=run, params=[*params, lang_option(lang)],
                    help=text(f"help_addin_{name}", lang))
        )  # fmt: skip
    return group


COMMANDS = {"addin": _addin}
