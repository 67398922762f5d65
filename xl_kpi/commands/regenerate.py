"""Make the generated sheets of a workbook anew from what is typed in it; everything else in the file stays."""

from __future__ import annotations

import os
from pathlib import Path

from xl_kpi.build import Progress
from xl_kpi.commands.examine import open_workbook
from xl_kpi.commands.rewrite import Rewritten, rewrite
from xl_kpi.errors import Fault, InputFaults, Refused, Words, told_in


def regenerate(
    path: str | Path,
    *,
    out: str | Path | None = None,
    dry_run: bool = False,
    words: str = "ja",
    lang: str | None = None,
    unit_typed: str = "",
    progress: Progress | None = None,
) -> tuple[Rewritten, str]:
    """Rewrite a workbook.

    Arguments: ``out`` another file to write instead of ``path``; ``dry_run`` writes nothing; ``words`` the language
    of messages about the file, ``lang`` that of all messages (None: the plan's); ``unit_typed`` in which unit amounts
    were typed that may be in either, once the unit of money has been changed: "old" or "new" ("": they are asked
    about); ``progress`` as for ``build``.
    Result: what was (or would be) written, and the language of messages.
    Errors: as for ``rewrite``; Refused where ``out`` is there already.
    """
    opened = open_workbook(path, words, lang, unit_typed=unit_typed)
    target = None if out is None else Path(out)
    with told_in(opened.lang):
        if target is not None:
            _look_at(target, opened.path)
            if os.path.realpath(target) == os.path.realpath(opened.path):
                target = None
        done = rewrite(opened, command="regenerate", out=target, dry_run=dry_run, progress=progress)
    return done, opened.lang


def _look_at(target: Path, source: Path) -> None:
    """Whether the new file may be written: of the same kind as the old one, and nobody's yet."""
    if target.suffix.lower() != source.suffix.lower():
        raise InputFaults([Fault(target.name, Words("regenerate_suffix", suffix=source.suffix), cell="-o")])
    try:
        there = target.exists() and not target.samefile(source)
    except (OSError, ValueError):
        there = False  # a name that can't be used: the save says so
    if there:
        raise Refused("regenerate_out_exists", file=target.name)
