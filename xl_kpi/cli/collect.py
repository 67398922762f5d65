"""``xl-kpi collect PLAN FILES…``: what came back by mail, into the plan."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from xl_kpi.catalog import text
from xl_kpi.catalog.messages import record
from xl_kpi.cli.options import DONE, FINDINGS, lang_option, print_json, progress_bar, say_backup, say_faults
from xl_kpi.cli.words import Command, Option

if TYPE_CHECKING:
    from xl_kpi.commands.mail.collect_result import Collected, Conflict, FileResult, Said


def _collect(lang: str) -> Command:
    def run(plan: str, files: tuple[str, ...], as_json: bool, asked: str | None) -> int:
        from xl_kpi.commands.mail.collect import collect

        with progress_bar() as bar:
            done = collect(plan, files, words=lang, lang=asked, progress=bar)
        if as_json:
            print_json(_as_json(done))
        else:
            _print(done)
        return DONE if done.clean else FINDINGS

    params = [
        click.Argument(["plan"]),
        click.Argument(["files"], nargs=-1),
        Option(["--json", "as_json"], lang, "help_collect_json", is_flag=True),
        lang_option(lang),
    ]
    return Command(
        "collect", lang=lang, callback=run, params=params, help=text("help_collect_long", lang),
        short_help=text("help_collect", lang),
    )  # fmt: skip


def _print(done: Collected) -> None:
    """What is in the plan now to standard output, what is not to standard error."""
    from xl_kpi.plan.input.raw_values import shown

    lang = done.lang
    for file in done.files:
        click.echo(_file_line(file, lang), err=bool(file.reason))
    say_faults(done.faults, lang)
    for change in done.changes:
        if change.why != "taken":
            key = "collect_withdrawn" if change.why == "withdrawn" else "collect_chosen"
            click.echo(text(key, lang, label=change.label, old=change.old.words, new=change.new.words))
    for kept in done.kept:
        click.echo(text("collect_kept", lang, label=kept.label, value=shown(kept.value)))
    for conflict in done.conflicts:
        opinions = text("collect_comma", lang).join(_opinions(conflict, lang))
        click.echo(text("collect_conflict", lang, label=conflict.label, opinions=opinions))
    if not done.written:
        click.echo(text("collect_unchanged", lang, path=done.path))
    else:
        counts = {"changes": len(done.changes), "open": len(done.conflicts)}
        click.echo(text("collect_done", lang, path=done.path, **counts))
    if done.conflicts:
        click.echo(text("collect_choose", lang))
    say_backup(done.backup, lang)


def _file_line(file: FileResult, lang: str) -> str:
    if file.reason:
        return f"{text('level_error', lang)}: {file.reason}"
    if file.outdated:
        return text("collect_outdated", lang, file=file.file, person=file.person)
    if file.newer:
        return text("collect_replaced", lang, file=file.file, person=file.person, newer=file.newer)
    if file.unsure:
        return text("collect_unsure", lang, file=file.file, person=file.person)
    if not file.news:
        key = "collect_again" if file.taken + file.known + file.conflicts + file.left else "collect_same"
        return text(key, lang, file=file.file, person=file.person)
    counts = {"taken": file.taken, "conflicts": file.conflicts, "left": file.left}
    known = text("collect_known", lang, count=file.known) if file.known else ""
    return text("collect_file", lang, file=file.file, person=file.person, known=known, **counts)


def _opinions(conflict: Conflict, lang: str) -> Iterator[str]:
    said = {text("collect_master", lang): conflict.master, **conflict.opinions}
    for who, one in said.items():
        yield text("collect_opinion", lang, who=who, value=one.words)


def _as_json(done: Collected) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        return value if value is None or isinstance(value, (bool, int, float, str)) else value.isoformat()

    def said(one: Said) -> dict[str, Any]:
        return {"value": plain(one.value), "words": one.words}

    return {
        "path": str(done.path),
        "written": done.written,
        "backup": str(done.backup) if done.backup else None,
        "files": [vars(file) for file in done.files],
        "changes": [{**vars(change), "old": said(change.old), "new": said(change.new)} for change in done.changes],
        "conflicts": [
            {**vars(one), "master": said(one.master), "opinions": {who: said(it) for who, it in one.opinions.items()}}
            for one in done.conflicts
        ],
        "kept": [{"key": one.key, "label": one.label, "value": plain(one.value)} for one in done.kept],
        "faults": [record(fault, done.lang) for fault in done.faults],
    }


COMMANDS = {"collect": _collect}
