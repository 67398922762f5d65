"""From what a user names to the workbooks in it: files, folders, and mails with workbooks attached."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from xl_kpi.catalog import text
from xl_kpi.errors import BadFile
from xl_kpi.exchange.mail.attachments import MOST_MAIL, Attached, Attachments, short
from xl_kpi.exchange.mail.envelope import NO_MAIL, Envelope
from xl_kpi.exchange.mail.journal import NAME
from xl_kpi.exchange.plain_text import read_text
from xl_kpi.workbook.package.file_kinds import MAIL, OUTLOOK, WORKBOOK, ZIP, is_zip, kind_of, kind_of_zip
from xl_kpi.workbook.package.safety import MB, few_parts, read_parts
from xl_kpi.workbook.package.save import BACKUP_SUFFIX

MOST_ATTACHED = 100  # workbooks in one mail, those of the mails inside among them


@dataclass(frozen=True)
class Found:
    """One workbook that came back: what it is called in messages, and how to get at its parts.

    ``parts()`` raises BadFile when it may not be opened; ``mail`` the mail it was attached to.
    """

    name: str
    parts: Callable[[], Mapping[str, bytes]]
    mail: Envelope = NO_MAIL


def files_in(
    paths: Iterable[str | Path], lang: str, *, but: Path | None = None, skipped: list[str] | None = None
) -> list[Path]:
    """The files that stand for what a user has named: a folder for all workbooks and mails in it, by name.

    Arguments: ``lang`` of messages; ``but`` the plan itself, which may lie in the same folder; ``skipped`` takes a line
    for each file in a folder that is of another kind and could be a reply.
    Result: each file once, those in folders inside after the others.
    Special cases: the backups of a plan and what was distributed from a folder are no replies.
    Errors: BadFile with a line for each path that is missing, or holds nothing of the kind.
    """
    found: dict[Path, Path] = {}
    skipped = [] if skipped is None else skipped
    problems = []
    for path in map(Path, paths):
        if path.is_dir():
            there = [file for file in everything_in(path) if not _same_file(file, but)]
            inside = [file for file in there if file.suffix.lower() in SUFFIXES]
            others = [(file, key) for file in there if file not in inside and (key := _advice(file))]
            skipped += [
                text(
                    "collect_skipped",
                    lang,
                    file=file.relative_to(path).as_posix(),
                    advice=text(f"collect_skipped_{key}", lang),
                )
                for file, key in others
            ]
            if not inside and not others:
                problems.append(text("collect_nothing_there", lang, file=path.name or str(path)))
            found.update({file.resolve(): file for file in inside})
        elif not path.exists():
            problems.append(text("file_missing", lang, file=path.name or str(path)))
        elif path.suffix.lower() not in SUFFIXES:
            key = _ADVICE.get(path.suffix.lower(), "")
            advice = text(f"collect_skipped_{key}", lang) if key else ""
            problems.append(text("collect_kind", lang, file=path.name, advice=advice).rstrip())
        else:
            found.setdefault(path.resolve(), path)
    if problems:
        raise BadFile("\n".join(problems))
    return list(found.values())


def workbooks_in(file: Path, lang: str) -> Iterator[Found]:
    """The workbook that a file is, or those attached to the mail, or packed into the zip file, that it holds.

    Special cases: what its name says of a mail does not matter; a workbook is looked at under its own name alone.
    Errors: BadFile for a mail or zip file that can't be read, or in which there is no workbook; it says what is.  So it
    is, after the workbooks, for what may well be a reply and can't be read beside them.
    """
    if file.suffix.lower() == ".xlsx" and not _is_other(file):
        yield Found(file.name, lambda: read_parts(file, lang))
        return
    data = _content(file, lang)
    kind = kind_of(data)
    if kind == WORKBOOK:
        yield Found(file.name, partial(few_parts, data, file.name, lang))
        return
    mail = Attachments(file.name, lang)
    count = 0
    for name, content, envelope in _attached(mail, file, data, kind):
        count += 1
        if count > MOST_ATTACHED:
            raise BadFile(text("collect_mail_too_deep", lang, file=file.name, limit=MOST_ATTACHED))
        called = text("collect_mail_part", lang, mail=file.name, name=short(name))
        yield Found(called, partial(few_parts, content, called, lang), envelope)
    if not count:
        raise BadFile(mail.told())
    if unread := mail.unread():
        raise BadFile(unread)


def _attached(mail: Attachments, file: Path, data: bytes, kind: str) -> Iterator[Attached]:
    if file.suffix.lower() == _ZIP or kind == ZIP:
        yield from mail.of_archive(file.name, data, kind)
    elif kind == OUTLOOK or file.suffix.lower() == ".msg" and kind != MAIL:
        yield from mail.of_msg(data)
    else:
        yield from mail.of_eml(data)


def _is_other(file: Path) -> bool:
    """Whether what calls itself a workbook is a zip file or a mail, in which one may be."""
    try:
        with file.open("rb") as opened:
            begun = opened.read(_HEAD)
            if is_zip(begun):
                return file.stat().st_size <= MOST_MAIL and kind_of_zip(opened) == ZIP
    except OSError:
        return False  # said where it is read
    return kind_of(begun) == MAIL


def _same_file(file: Path, other: Path | None) -> bool:
    return other is not None and other.exists() and file.samefile(other)


def _content(file: Path, lang: str) -> bytes:
    try:
        if file.stat().st_size > MOST_MAIL:
            raise BadFile(text("collect_mail_too_big", lang, file=file.name, limit=MOST_MAIL // MB))
        return file.read_bytes()
    except FileNotFoundError:
        raise BadFile(text("file_missing", lang, file=file.name)) from None
    except OSError:
        raise BadFile(text("file_unreadable", lang, file=file.name)) from None


_ZIP, _HEAD = ".zip", 2000  # bytes that tell a mail
SUFFIXES = (".xlsx", ".eml", ".msg", ".emlx", ".mbox", _ZIP)
# What a reply may have become on its way, and nobody reads here; by what is to be done about it.
OTHERS = {
    "workbook": (".xls", ".xlsm", ".xlsb", ".xltx", ".xltm", ".ods", ".fods", ".numbers", ".gsheet", ".pages"),
    "archive": (".7z", ".rar", ".lzh", ".gz", ".tgz", ".cab"),
    "mails": (".pst", ".ost", ".olm", ".p7m", ".oft"),
    "cells": (".csv", ".tsv", ".tab"),
    "pages": (".pdf", ".xps", ".doc", ".docx", ".rtf", ".ppt", ".pptx", ".htm", ".html", ".mht", ".mhtml", ".odt"),
    "picture": (".png", ".jpg", ".jpeg", ".heic", ".gif", ".bmp", ".tif", ".tiff", ".webp"),
    "attachment": (".dat",),
    "link": (".url", ".lnk", ".webloc"),
}
_ADVICE = {suffix: key for key, suffixes in OTHERS.items() for suffix in suffixes}
_LIST = ("メール", "mail", "アドレス")  # in the headers of a list of people, which is no reply


def _advice(file: Path) -> str:
    """What is to be done about a file that could be a reply, as end of a text's key; "" for one that is none."""
    key = _ADVICE.get(file.suffix.lower(), "")
    if key == "cells" and _is_list(file):
        return ""
    return key


def _is_list(file: Path) -> bool:
    """Whether a table is the list of people to whom a plan was distributed."""
    try:
        first, _, rest = read_text(file).partition("\n")
    except BadFile:
        return False
    return any(word in first.casefold() for word in _LIST) and "@" in rest


def everything_in(folder: Path) -> Iterator[Path]:
    """Every file by name, those of a folder before those of the folders in it.

    Special cases: neither backups of a plan nor the folders from which a plan was distributed, unless one is named
    itself; nor the small files that programs put beside an open one.
    """
    for place, folders, names in os.walk(folder):
        if Path(place) != folder and NAME in names:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith(".") and not name.endswith(BACKUP_SUFFIX))
        files = (Path(place, name) for name in sorted(names) if not name.startswith(("~$", ".")))
        yield from (file for file in files if file.is_file())
