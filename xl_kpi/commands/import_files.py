"""Take actuals out of downloaded files: what was read, what changes, what must be answered before it is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from xl_kpi.build import Progress
from xl_kpi.commands.examine import Opened, findings, open_workbook, raise_errors
from xl_kpi.commands.rewrite import Rewritten, rewrite
from xl_kpi.errors import BadFile, Fault, InputFaults, Words, XlKpiError, told_in
from xl_kpi.plan.imported.questions import Asked, Question
from xl_kpi.plan.imported.sources import SOURCES, Write, taken_in
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.remembered import remembered_rows

if TYPE_CHECKING:
    from xl_kpi.exchange.exports.export import Export
    from xl_kpi.exchange.exports.figures import Sorted


class NeedsData(XlKpiError):
    """The packages that read files are not installed."""

    exit_code = 2


@dataclass(frozen=True)
class Preview:
    """What an import would do.

    ``files``: each file as it was read, with its figures; ``writes``: the actuals that change; ``questions``: what
    must be answered before anything is written; ``plan`` as it would be then.
    """

    opened: Opened
    files: tuple[tuple[Export, Sorted], ...]
    writes: tuple[Write, ...]
    questions: tuple[Question, ...]
    plan: Plan

    @property
    def lang(self) -> str:
        return self.opened.lang


def preview(
    path: str | Path,
    files: Sequence[str | Path],
    *,
    answers: Mapping[str, str] | None = None,
    channel: str = "",
    words: str,
    lang: str | None = None,
    today: dt.date | None = None,
) -> Preview:
    """What taking some files into a workbook would do; nothing is written.

    Arguments: ``files`` as they were downloaded; ``answers``: id of a question → what was chosen; ``channel`` the id
    of the channel whose actuals they hold ("": told by their campaigns, else by the kind of file); ``words`` and
    ``lang`` as for ``open_workbook``; ``today`` the day that the page データ元 gets.
    Errors: InputFaults with all that is wrong in the workbook, for an unknown channel and answers to what was not
    asked; BadFile for a file that is none of the kinds that are read; NeedsData where packages are missing.
    """
    _need_packages()
    from xl_kpi.exchange.exports.export import read_export
    from xl_kpi.exchange.exports.figures import ORIGINS, sorted_figures, with_origins
    from xl_kpi.exchange.exports.files import files_in

    opened = open_workbook(path, words, lang)
    asked = Asked(answers or {})
    with told_in(opened.lang):
        raise_errors(findings(opened))
        plan = opened.read.plan
        _known_channel(plan, channel)
        read = []
        for file in map(Path, files):
            for name, data in files_in(bytes_of(file), file.name):
                export = read_export(data, name, asked=asked)
                read.append((export, sorted_figures(export, plan, asked, channel=channel, lang=opened.lang)))
        known = remembered_rows(opened.records)
        origins = {name: to for _, found in read for name, to in found.origins.items()}
        changed = with_origins(plan, origins, known[ORIGINS])
        taken = taken_in(
            changed,
            [found.batch for _, found in read],
            asked,
            today=today or dt.date.today(),
            known_rows=known[SOURCES],
        )
        unused = [id_ for id_ in asked.answers if id_ not in asked.used]
        if unused:
            raise InputFaults([Fault(id_, Words("import_answer_unused"), cell="--answer") for id_ in unused])
        return Preview(opened, tuple(read), taken.writes, tuple(asked.open), taken.plan)


def import_files(
    found: Preview, *, now: dt.datetime | None = None, dry_run: bool = False, progress: Progress | None = None
) -> Rewritten:
    """Write what a preview shows.

    Arguments: ``found`` the preview, of which no question is open.
    Errors: as for ``rewrite``.
    """
    assert not found.questions, "a question is open"
    with told_in(found.lang):
        return rewrite(found.opened, found.plan, command="import", now=now, dry_run=dry_run, progress=progress)


def _need_packages() -> None:
    missing = []
    for name in ("pandas", "python_calamine"):
        try:
            __import__(name)
        except ImportError:
            missing.append(name.replace("_", "-"))
    if missing:
        raise NeedsData("export_needs_data", missing=", ".join(missing))


def _known_channel(plan: Plan, channel: str) -> None:
    known = [one.id for one in plan.channels_on]
    if channel and channel not in known:
        raise InputFaults([Fault(channel, Words("import_channel_unknown", known=", ".join(known)), cell="--channel")])


def bytes_of(file: Path) -> bytes:
    from xl_kpi.exchange.exports.files import check_kind, check_size

    try:
        size = file.stat().st_size
        if file.is_dir():
            raise BadFile("file_is_folder", file=str(file))
        check_kind(file.name)
        check_size(size, file.name)
        return file.read_bytes()
    except FileNotFoundError:
        raise BadFile("file_missing", file=str(file)) from None
    except OSError as fault:
        raise BadFile("file_unreadable", file=str(file)) from fault
