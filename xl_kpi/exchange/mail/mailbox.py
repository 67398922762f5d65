"""From what a user names to the workbooks in it: files, folders, and mails with workbooks attached."""

from __future__ import annotations

import email
import io
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, NoReturn

from xl_kpi.catalog import text
from xl_kpi.errors import BadFile
from xl_kpi.exchange.mail.envelope import NO_MAIL, Envelope, envelope, outlook_envelope
from xl_kpi.exchange.mail.journal import NAME
from xl_kpi.workbook.package.safety import MB, few_parts, read_parts
from xl_kpi.workbook.package.save import BACKUP_SUFFIX

MOST_MAIL = 100 * MB
MOST_DEEP = 8  # mails inside mails
MOST_ATTACHED = 100  # workbooks in one mail, those of the mails inside among them
_LONGEST_NAME = 120
_OUTLOOK_MAIL = "__substg1.0_3701000D"  # where an attached mail lies in an Outlook file
_ZIP = b"PK\x03\x04"  # how a workbook begins, whatever its attachment is called
Attached = tuple[str, bytes, Envelope]  # name, content, and the mail to which it was attached
# What mail programs and servers put before the first header: a mark of the encoding, blank lines, how a mailbox parts
# its mails (quoted or not), a line of an old Exchange.
_BEFORE_HEADERS = re.compile(
    rb"\A(?:\xef\xbb\xbf|[ \t]*\r?\n|>?From [^\r\n]*\r?\n|Microsoft Mail Internet Headers Version [^\r\n]*\r?\n)+"
)
_FORWARDED = re.compile(rb"(?im)^content-type:[ \t]*message/rfc822\b")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_LONGEST_HEAD = 10_000  # bytes of the headers of a forwarded mail, before and behind the one that says so
_PACKED = re.compile(rb"(?im)^content-transfer-encoding:[ \t]*(?:base64|quoted-printable)\b")
_PACKED_MAIL = "application/x-packed-mail"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
            others = [file for file in there if file.suffix.lower() in OTHERS]
            skipped += [text("collect_skipped", lang, file=file.relative_to(path).as_posix()) for file in others]
            if not inside and not others:
                problems.append(text("collect_nothing_there", lang, file=path.name or str(path)))
            found.update({file.resolve(): file for file in inside})
        elif not path.exists():
            problems.append(text("file_missing", lang, file=path.name or str(path)))
        elif path.suffix.lower() not in SUFFIXES:
            problems.append(text("collect_kind", lang, file=path.name))
        else:
            found.setdefault(path.resolve(), path)
    if problems:
        raise BadFile("\n".join(problems))
    return list(found.values())


def workbooks_in(file: Path, lang: str) -> Iterator[Found]:
    """The workbook that a file is, or those attached to the mail that it holds.

    Errors: BadFile for a mail that can't be read, or to which no workbook is attached.
    """
    suffix = file.suffix.lower()
    if suffix == ".xlsx":
        yield Found(file.name, lambda: read_parts(file, lang))
        return
    attached = _of_msg(file, lang) if suffix == ".msg" else _of_eml(file, lang)
    count = 0
    for name, content, mail in attached:
        count += 1
        if count > MOST_ATTACHED:
            raise BadFile(text("collect_mail_too_deep", lang, file=file.name, limit=MOST_ATTACHED))
        called = text("collect_mail_part", lang, mail=file.name, name=_short(name))
        yield Found(called, partial(few_parts, content, called, lang), mail)
    if not count:
        raise BadFile(text("collect_no_attachment", lang, file=file.name))


def _same_file(file: Path, other: Path | None) -> bool:
    return other is not None and other.exists() and file.samefile(other)


def _of_eml(file: Path, lang: str) -> Iterator[Attached]:
    data = _content(file, lang)
    try:
        message = _mail_of(data)
        if not message.keys():
            _unreadable(file, lang, "MIME")
        yield from _attached(message, file, lang, 0)
    except (MessageError, LookupError, ValueError, RecursionError) as problem:
        _unreadable(file, lang, type(problem).__name__)


def _mail_of(data: bytes) -> Message:
    """A mail, whatever stands before its first header.

    A forwarded mail that was packed for its way, which the standard forbids and some servers do, becomes an attached
    file: the parser would take its packed lines for headers.
    """
    data = _BEFORE_HEADERS.sub(b"", data)
    return email.message_from_bytes(_FORWARDED.sub(lambda kind: _as_file(kind, data), data))


def _as_file(kind: re.Match[bytes], data: bytes) -> bytes:
    """The line that calls a part a forwarded mail; of one that is packed, the same for a file."""
    above = data[max(0, kind.start() - _LONGEST_HEAD) : kind.start()]
    below = _BLANK_LINE.split(data[kind.end() : kind.end() + _LONGEST_HEAD], maxsplit=1)[0]
    packed = _PACKED.search(_BLANK_LINE.split(above)[-1]) or _PACKED.search(below)
    return f"Content-Type: {_PACKED_MAIL}".encode() if packed else kind[0]


def _attached(message: Message, file: Path, lang: str, depth: int, outer: Envelope = NO_MAIL) -> Iterator[Attached]:
    """The workbooks of a mail and of the mails that it forwards; ``outer`` the mail in which this part stands."""
    if depth > MOST_DEEP:
        raise BadFile(text("collect_mail_too_deep", lang, file=file.name, limit=MOST_DEEP))
    mail = envelope(message) if message["From"] or message["Date"] else outer
    if message.is_multipart():  # a forwarded mail is one as well: a list of one
        deeper = depth + (message.get_content_maintype() == "message")
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _attached(part, file, lang, deeper, mail)
        return
    name = _file_name(message)
    if (
        name.lower().endswith(".eml") or message.get_content_type() == _PACKED_MAIL
    ):  # a mail attached as a file, packed like any other
        yield from _attached(_mail_of(_decoded(message)), file, lang, depth + 1, mail)
    elif name.lower().endswith(".xlsx") or message.get_content_type() == _XLSX:
        yield name or "?.xlsx", _decoded(message), mail
    elif message.get_content_type() == "application/octet-stream" and not PurePosixPath(name).suffix:
        content = _decoded(message)
        if content.startswith(_ZIP):
            yield name or "?", content, mail


def _decoded(message: Message) -> bytes:
    content = message.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _file_name(message: Message) -> str:
    """The name of an attachment, however it is encoded: RFC 2231, RFC 2047 inside a parameter, or plain."""
    try:
        name = str(message.get_filename() or "")
        if "=?" in name:
            name = str(make_header(decode_header(name)))
    except (LookupError, ValueError, TypeError, MessageError):
        name = ""  # an encoding that nobody knows: the kind of the attachment has to do
    return name.encode("utf-8", "replace").decode("utf-8")


def _of_msg(file: Path, lang: str) -> Iterator[Attached]:
    try:
        from olefile import OleFileIO
        from oxmsg.storage import Storage
    except ModuleNotFoundError:
        raise BadFile(text("collect_msg_missing", lang, file=file.name)) from None
    data = _content(file, lang)
    try:
        with OleFileIO(io.BytesIO(data)) as ole:
            # Streams may share their bytes, so that together they hold more than the file itself.
            if sum(ole.get_size(path) for path in ole.listdir()) > MOST_MAIL:
                raise BadFile(text("collect_mail_too_big", lang, file=file.name, limit=MOST_MAIL // MB))
            found = list(_in_outlook(Storage.from_ole(ole), file, lang, 0))
    except BadFile:
        raise
    except Exception as problem:  # a damaged file meets every part of the reader with an error of its own
        _unreadable(file, lang, type(problem).__name__)
    yield from found


def _in_outlook(storage: Any, file: Path, lang: str, depth: int) -> Iterator[Attached]:
    """The workbooks of an Outlook mail and of the mails in it."""
    from oxmsg import Message as OutlookMessage
    from oxmsg.attachment import Attachment

    if depth > MOST_DEEP:
        raise BadFile(text("collect_mail_too_deep", lang, file=file.name, limit=MOST_DEEP))
    mail = outlook_envelope(OutlookMessage(storage))
    for attached in storage.iter_attachment_storages():
        for inner in attached.storages:
            if inner.name == _OUTLOOK_MAIL:
                yield from _in_outlook(inner, file, lang, depth + 1)
        one = Attachment(attached)
        name, content = one.file_name or "", one.file_bytes or b""
        if name.lower().endswith(".xlsx"):
            yield name, content, mail
        elif name.lower().endswith(".eml"):
            yield from _attached(_mail_of(content), file, lang, depth + 1, mail)


def _content(file: Path, lang: str) -> bytes:
    try:
        if file.stat().st_size > MOST_MAIL:
            raise BadFile(text("collect_mail_too_big", lang, file=file.name, limit=MOST_MAIL // MB))
        return file.read_bytes()
    except FileNotFoundError:
        raise BadFile(text("file_missing", lang, file=file.name)) from None
    except OSError:
        raise BadFile(text("file_unreadable", lang, file=file.name)) from None


def _unreadable(file: Path, lang: str, reason: str) -> NoReturn:
    raise BadFile(text("collect_mail_damaged", lang, file=file.name, reason=reason)) from None


def _short(name: str) -> str:
    """The last part of an attachment's name, without what could move the cursor of a terminal."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign if sign.isprintable() else " " for sign in last)[:_LONGEST_NAME] or "?"


SUFFIXES = (".xlsx", ".eml", ".msg")
# What a reply may have become on its way, and nobody reads here.
OTHERS = (
    ".xls", ".xlsm", ".xlsb", ".xltx", ".xltm", ".ods", ".fods", ".numbers", ".zip", ".7z", ".rar",
    ".lzh", ".mbox", ".emlx", ".pst",
)  # fmt: skip


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
