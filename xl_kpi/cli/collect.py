"""``xl-kpi collect PLAN FILES…``: what came back by mail, into the plan."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from xl_kpi.catalog import text
from xl_kpi.catalog.messages import record
from xl_kpi.cli.options import DONE, FINDINGS, lang_option, print_json, progress_bar, say_backup, say_faults
from xl_kpi.cli.words import Command, Option

COUNTS = ("taken", "known", "conflicts", "passed", "left")

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
    from xl_kpi.regenerate.change_report import kept_label, kept_value

    lang = done.lang
    for file in done.files:
        click.echo(_file_line(file, lang), err=bool(file.reason))
    say_faults(done.faults, lang)
    for change in done.changes:
        if change.why != "taken":
            key = "collect_withdrawn" if change.why == "withdrawn" else "collect_chosen"
            click.echo(text(key, lang, label=change.label, old=change.old.words, new=change.new.words))
    for kept in done.kept:
        click.echo(text("collect_kept", lang, label=kept_label(kept), value=kept_value(kept, lang)))
    for conflict in done.conflicts:
        opinions = text("collect_comma", lang).join(_opinions(conflict, lang))
        click.echo(text("collect_conflict", lang, label=conflict.label, opinions=opinions))
    told = [file for file in done.files if not file.reason]
    if told and len(done.files) > 1:
        entries, said = sum(file.entries for file in told), _counts(told, lang)
        refused = len(done.files) - len(told)
        key = "collect_total_refused" if refused else "collect_total"
        counts = {"files": len(done.files), "read": len(told), "refused": refused, "entries": entries, "counts": said}
        click.echo(text(key, lang, **counts))
    if not done.written:
        click.echo(text("collect_unchanged", lang, path=done.path))
    else:
        counts = {"changes": done.changed, "open": len(done.conflicts)}
        click.echo(text("collect_done", lang, path=done.path, **counts))
    for put_back in done.put_back:
        click.echo(put_back)
    if done.conflicts:
        click.echo(text("collect_choose", lang))
    _say_silent(done)
    say_backup(done.backup, lang)


def _say_silent(done: Collected) -> None:
    """Who has not answered yet, each by name."""
    if not done.silent:
        return
    lang, named = done.lang, []
    for one in done.silent:
        name = f"{one.name} <{one.person}>" if one.name else one.person
        key = "collect_silent_blank" if one.blank else "collect_silent_one"
        named.append(text(key, lang, name=name, version=one.version, day=f"{one.sent_on:%Y/%m/%d}"))
    click.echo(text("collect_silent", lang, count=len(named), people=text("collect_comma", lang).join(named)))
    copies = [one.file for one in done.files if one.copy and one.entries and not one.counted and not one.reason]
    if copies:
        click.echo(text("collect_silent_copy", lang, files=text("collect_comma", lang).join(copies)))
    click.echo(text("collect_silent_remind", lang, path=done.path))


def _file_line(file: FileResult, lang: str) -> str:
    if file.reason:
        return f"{text('level_error', lang)}: {file.reason}"
    about: dict[str, Any] = {
        "file": file.file,
        "person": file.called,
        "entries": file.entries,
        "counts": _counts([file], lang),
    }
    if file.twin:
        return _with_counts(text("collect_twin", lang, twin=file.twin, **about), file, lang)
    if file.outdated:
        return _with_counts(text("collect_outdated", lang, **about), file, lang)
    if file.newer:
        return _with_counts(text("collect_replaced", lang, newer=file.newer, **about), file, lang)
    if file.unsure:
        return _with_counts(text("collect_unsure", lang, **about), file, lang)
    if file.copy and (file.news or not file.entries):
        from xl_kpi.plan.history.log import command_words

        if not file.base:
            return text("collect_copy_unknown", lang, **about)
        key, command = "collect_copy" if file.entries else "collect_copy_same", command_words(file.base.command, lang)
        line = text(key, lang, time=f"{file.base.time:%Y/%m/%d %H:%M}", command=command, **about)
        return line + (text("collect_copy_counted", lang) if file.counted and file.entries else "")
    if not file.news:
        return text("collect_again" if file.entries or file.latest else "collect_same", lang, **about)
    if file.latest:
        return text("collect_late", lang, version=file.version, latest=file.latest, **about)
    return text("collect_file", lang, **about)


def _with_counts(line: str, file: FileResult, lang: str) -> str:
    """The line with the counts behind it, so that the sum of all can be followed."""
    if not file.entries:
        return line
    return line + text("collect_held", lang, entries=file.entries, counts=_counts([file], lang))


def _counts(files: Sequence[FileResult], lang: str) -> str:
    """What became of the entries of files, in words; what is nought is left out."""
    sums = {key: sum(getattr(file, key) for file in files) for key in COUNTS}
    said = [text(f"collect_count_{key}", lang, count=count) for key, count in sums.items() if count]
    return text("collect_comma", lang).join(said) or text("collect_count_taken", lang, count=0)


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
        "put_back": list(done.put_back),
        "backup": str(done.backup) if done.backup else None,
        "files": [_file_json(file) for file in done.files],
        "silent": [{**vars(one), "sent_on": one.sent_on.isoformat()} for one in done.silent],
        "changes": [{**vars(change), "old": said(change.old), "new": said(change.new)} for change in done.changes],
        "conflicts": [
            {**vars(one), "master": said(one.master), "opinions": {who: said(it) for who, it in one.opinions.items()}}
            for one in done.conflicts
        ],
        "kept": [{"key": one.key, "label": one.label, "value": plain(one.value)} for one in done.kept],
        "faults": [record(fault, done.lang) for fault in done.faults],
    }


def _file_json(file: FileResult) -> dict[str, Any]:
    base = {"time": file.base.time.isoformat(), "command": file.base.command} if file.base else None
    return {**vars(file), "entries": file.entries, "base": base}


COMMANDS = {"collect": _collect}
