"""``xl-kpi regenerate`` and ``xl-kpi restore``: the sheets made anew, and a former state brought back."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import click

from xl_kpi.catalog import text
from xl_kpi.cli_words import Command, Option

if TYPE_CHECKING:
    from xl_kpi.commands.restore import State
    from xl_kpi.commands.rewrite import Rewritten
    from xl_kpi.plan.records import Kept
    from xl_kpi.workbook.differences import SheetChange
    from xl_kpi.workbook.followers import Follower

DONE = 0
MOST_LINES = 40  # of each kind: more do not fit on a screen


def regenerate_command(
    lang: str, lang_option: Callable[[str], Option], progress: Callable[[], AbstractContextManager[Any]]
) -> Command:
    """The command; ``lang_option`` makes the option --lang, ``progress`` shows a bar on a terminal."""

    def run(plan: str, out: str | None, dry_run: bool, asked: str | None) -> int:
        from xl_kpi.commands.regenerate import regenerate

        with progress() as bar:
            done, said = regenerate(plan, out=out, dry_run=dry_run, words=lang, lang=asked, progress=bar)
        for line in _report(done, said):
            click.echo(line)
        for warning in done.warnings:
            click.echo(f"{text(f'level_{warning.level}', said)}: {warning.line()}", err=True)
        for line in _end(done, said, dry_run, out is not None):
            click.echo(line)
        if done.backup:
            click.echo(text("note_backup", said, path=done.backup), err=True)
        return DONE

    params = [
        click.Argument(["plan"]),
        Option(["-o", "out"], lang, "help_regenerate_out", metavar="OUT"),
        Option(["--dry-run"], lang, "help_dry_run", is_flag=True),
        lang_option(lang),
    ]
    return Command(
        "regenerate", lang=lang, callback=run, params=params, help=text("help_regenerate_long", lang),
        short_help=text("help_regenerate", lang),
    )  # fmt: skip


def restore_command(lang: str, lang_option: Callable[[str], Option]) -> Command:
    """The command; ``lang_option`` makes the option --lang."""

    def run(plan: str, number: str | None, listed: bool, asked: str | None) -> int:
        from xl_kpi.commands import restore as do

        said = asked or lang
        if listed:
            known = do.states(plan, said)
            for state in known:
                click.echo(_state(state, said))
            if not known:
                click.echo(text("restore_none", said, file=plan))
            return DONE
        saved, state = do.restore(plan, do.number_of(number, said), lang=said)
        click.echo(text("restore_done", said, path=saved.path, until=f"{state.until:%Y-%m-%d %H:%M:%S}"))
        if saved.backup:
            click.echo(text("note_backup", said, path=saved.backup), err=True)
        return DONE

    params = [
        click.Argument(["plan"]),
        click.Argument(["number"], required=False, metavar="[N]"),
        Option(["--list", "listed"], lang, "help_restore_list", is_flag=True),
        lang_option(lang),
    ]
    return Command(
        "restore", lang=lang, callback=run, params=params, help=text("help_restore_long", lang),
        short_help=text("help_restore", lang),
    )  # fmt: skip


def _state(state: State, lang: str) -> str:
    command = text(f"history_command_{state.command}", lang) if state.command else text("restore_unknown", lang)
    values = {"until": f"{state.until:%Y-%m-%d %H:%M:%S}", "size": f"{state.size / 1024:,.0f}", "command": command}
    return text("restore_state", lang, number=f"{state.number:>2}", **values)


def _report(done: Rewritten, lang: str) -> Iterator[str]:
    """What changes, kind by kind."""
    yield from done.structure
    for sheet in done.sheets:
        yield _sheet(sheet, lang)
    yield from _cut([_kept("regenerate_kept", one, lang) for one in done.kept], lang)
    yield from _cut([_kept("regenerate_returned", one, lang) for one in done.returned], lang)
    lost = [one for one in done.formulas if one.lost]
    yield from _cut([_formula("regenerate_formula_lost", one, lang) for one in lost], lang)
    follow = [one for one in done.formulas if not one.lost]
    yield from _cut([_formula("regenerate_formula", one, lang) for one in follow], lang)
    wide = [text("regenerate_formula_wide", lang, place=one.place) for one in follow if one.widened]
    yield from _cut(wide, lang)


def _end(done: Rewritten, lang: str, dry_run: bool, copied: bool) -> Iterator[str]:
    if dry_run:
        yield text("regenerate_nothing" if done.unchanged else "regenerate_dry_run", lang, path=done.path)
    elif done.unchanged and not copied:
        yield text("regenerate_unchanged", lang, path=done.path)
    else:
        yield text("regenerate_wrote", lang, path=done.path, changes=len(done.changes), kept=len(done.kept))


def _sheet(change: SheetChange, lang: str) -> str:
    if change.gone:
        return text("regenerate_sheet_gone", lang, sheet=change.sheet)
    if change.new:
        return text("regenerate_sheet_new", lang, sheet=change.sheet, added=change.added)
    name = text("regenerate_sheet_renamed", lang, old=change.was, new=change.sheet) if change.was else change.sheet
    counts = {"changed": change.changed, "added": change.added, "removed": change.removed}
    return text("regenerate_sheet", lang, sheet=name, **counts)


def _kept(key: str, kept: Kept, lang: str) -> str:
    from xl_kpi.plan.entries import parsed_actual
    from xl_kpi.plan.typed import shown

    actual = parsed_actual(kept.key)
    month = f" {actual[1]:%Y/%m}" if actual else ""
    return text(key, lang, label=kept.label + month, value=shown(kept.value))


def _formula(key: str, one: Follower, lang: str) -> str:
    return text(key, lang, place=one.place, old=one.old, new=one.new)


def _cut(lines: Sequence[str], lang: str) -> Iterator[str]:
    yield from lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        yield text("regenerate_more", lang, count=len(lines) - MOST_LINES)
