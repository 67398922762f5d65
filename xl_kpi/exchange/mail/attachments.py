"""The workbooks that are attached to a mail and to the mails inside it, and what else is there in their place."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from email.errors import CloseBoundaryNotFoundDefect, MessageError, StartBoundaryNotFoundDefect
from email.message import Message
from typing import Any, NoReturn
from zipfile import BadZipFile

from xl_kpi.catalog import text
from xl_kpi.errors import BadFile
from xl_kpi.exchange.mail.archives import MOST_FILES, MOST_UNPACKED, Room, TooMuch, files_inside, unpacked
from xl_kpi.exchange.mail.envelope import NO_MAIL, Envelope, envelope, outlook_envelope
from xl_kpi.exchange.mail.mime import PACKED_MAIL, decoded, file_name, mail_of, mails_in, uuencoded
from xl_kpi.workbook.package.file_kinds import MAIL, NEVER_MEANT, OUTLOOK, WORKBOOK, ZIP, ZIP_LOCKED, kind_of
from xl_kpi.workbook.package.safety import MB

MOST_MAIL = 100 * MB
MOST_DEEP = 8  # mails inside mails
MOST_TOLD = 5  # of what is attached in place of a workbook
MOST_INSIDE = 3  # names of the files in a locked archive
_LONGEST_NAME = 120
_OUTLOOK_MAIL = "__substg1.0_3701000D"  # where an attached mail lies in an Outlook file
_NO_SECTOR = 0xFFFFFFFA  # in an Outlook file: from here on numbers are marks, such as the end of a chain
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_CUT = (StartBoundaryNotFoundDefect, CloseBoundaryNotFoundDefect)  # a mail that ends, or begins, somewhere
_FORWARDED = ("message/rfc822", PACKED_MAIL)
_LINK = re.compile(
    r"https://[\w.-]*(?:sharepoint\.com|1drv\.ms|onedrive\.live\.com|drive\.google\.com|docs\.google\.com|dropbox\.com"
    r"|box\.com)/"
)
# What to do about what is attached in place of a workbook; of several kinds the first that is there counts.
_ADVICE = (
    "tnef", "smime_locked", "smime", "pgp", "password", "zip_locked", "zip_part", "archive", "old_excel",
    "binary_excel", "opendocument", "numbers", "csv", "picture", "pdf",
)  # fmt: skip

# What nobody attaches for decoration: where it can't be read it is told, whatever else is attached.
_MEANT = ("tnef", "password", "zip_locked", "zip_part", "archive", "old_excel", "binary_excel")

Attached = tuple[str, bytes, Envelope]  # name, content, and the mail to which it was attached


class Attachments:
    """What is attached to the mail in a file.

    Arguments: ``file`` its name, for messages in ``lang``.
    """

    def __init__(self, file: str, lang: str):
        self.file, self.lang = file, lang
        self.others: list[tuple[str, str]] = []  # name and kind of what is no workbook
        self._inside: list[str] = []  # in words, what the archives among them hold
        self._linked, self._cut = False, ""  # of what kind the mail is that ends too early
        self._room = Room()
        self._none = "collect_attached_none"

    def of_eml(self, data: bytes) -> Iterator[Attached]:
        """The workbooks of a mail in the form of the internet, or of all mails in a mailbox.  Errors: BadFile."""
        if not data.strip():
            raise BadFile(text("file_empty", self.lang, file=self.file))
        try:
            for mail in mails_in(data):
                message = mail_of(mail)
                if not message.keys():
                    self._unreadable("MIME")
                yield from self._parts(message, 0)
        except (MessageError, LookupError, ValueError, RecursionError):
            self._unreadable("MIME")

    def of_msg(self, data: bytes, depth: int = 0) -> Iterator[Attached]:
        """Those of an Outlook mail.  Errors: BadFile."""
        try:
            from olefile import OleFileIO
            from oxmsg.storage import Storage
        except ModuleNotFoundError:
            raise BadFile(text("collect_msg_missing", self.lang, file=self.file)) from None
        try:
            with OleFileIO(io.BytesIO(data)) as ole:
                # Streams may share their bytes, so that together they hold more than the file itself.
                if sum(ole.get_size(path) for path in ole.listdir()) > MOST_MAIL:
                    raise BadFile(text("collect_mail_too_big", self.lang, file=self.file, limit=MOST_MAIL // MB))
                if any(len(ole.fat) <= sector < _NO_SECTOR for sector in ole.fat):  # it goes on behind the file's end
                    self._cut = "Outlook"
                found = list(self._in_outlook(Storage.from_ole(ole), depth))
        except BadFile:
            raise
        except Exception:  # a damaged file meets every part of the reader with an error of its own
            self._unreadable("Outlook")
        yield from found

    def of_zip(self, name: str, data: bytes, mail: Envelope = NO_MAIL, depth: int = 0) -> Iterator[Attached]:
        """Those in a zip file, also in mails and zip files in it; ``name`` its own.  Errors: BadFile."""
        self._not_too_deep(depth)
        try:
            found_any = False
            for inner, content in unpacked(data, self._room):
                found_any = True
                if content is None:
                    self.others.append((short(inner), "zip_part"))
                    continue
                for found, workbook, envelope in self._one(short(inner), content, mail, depth, _is_eml(inner)):
                    yield (f"{short(name)} › {found}" if name else found), workbook, envelope
            if not found_any:
                self.others.append((short(name or self.file), "zip_empty"))
        except TooMuch:
            raise BadFile(text("collect_zip_too_big", self.lang, file=self.file, name=short(name or self.file),
                               limit=MOST_UNPACKED // MB, files=MOST_FILES)) from None  # fmt: skip
        except (BadZipFile, ValueError, OSError, NotImplementedError):
            self.others.append((name or "?", "zip_part"))

    def of_archive(self, name: str, data: bytes, kind: str) -> Iterator[Attached]:
        """Those in a file that calls itself a zip file, of whatever kind it is.  Errors: BadFile."""
        self._none = "collect_zip_none"
        if kind == ZIP:
            yield from self.of_zip("", data)
        else:
            yield from self._one(name, data, NO_MAIL, 0)

    def unread(self) -> str:
        """What could not be read and may well be a reply, beside the workbooks that were found; "" for nothing."""
        if not any(kind in _MEANT for _, kind in self.others):
            return ""
        self.others = [one for one in self.others if one[1] in _MEANT]
        return self.told("collect_attached_besides")

    def told(self, key: str = "") -> str:
        """Why nothing was found: what is attached in place of a workbook, and what to do about it."""
        others = [(name, kind) for name, kind in self.others if kind not in NEVER_MEANT]
        if not others:
            if self._cut:
                return text("collect_mail_damaged", self.lang, file=self.file, reason=self._cut)
            key = "collect_no_attachment_link" if self._linked else "collect_no_attachment"
            return text(key, self.lang, file=self.file)
        shown = [
            text("collect_attached", self.lang, name=short(name), kind=text(f"file_kind_{kind}", self.lang))
            for name, kind in others[:MOST_TOLD]
        ]
        if len(others) > MOST_TOLD:
            shown.append(text("collect_more", self.lang, count=len(others) - MOST_TOLD))
        kinds = {kind for _, kind in others}
        advice = next((kind for kind in _ADVICE if kind in kinds), "other")
        comma = text("collect_comma", self.lang)
        inside = text("collect_inside", self.lang, names=comma.join(self._inside)) if self._inside else ""
        found = comma.join(shown) + inside
        return text(key or self._none, self.lang, file=self.file, found=found,
                    advice=text(f"collect_advice_{advice}", self.lang))  # fmt: skip

    # --- mails of the internet

    def _parts(self, message: Message, depth: int, outer: Envelope = NO_MAIL) -> Iterator[Attached]:
        """The workbooks of a mail and of the mails that it forwards; ``outer`` the mail in which this part stands."""
        self._not_too_deep(depth)
        mail = envelope(message) if message["From"] or message["Date"] else outer
        if any(isinstance(defect, _CUT) for defect in message.defects):
            self._cut = "MIME"
        if message.is_multipart():  # a forwarded mail is one as well: a list of one
            deeper = depth + (message.get_content_maintype() == "message")
            for part in message.get_payload():
                if isinstance(part, Message):
                    yield from self._parts(part, deeper, mail)
            return
        kind, name, content = message.get_content_type(), file_name(message), decoded(message)
        if message.get_content_maintype() == "multipart":  # of which no part was found
            return
        if (
            message.get_content_maintype() == "text"
            and not _is_attached(message, name)
            and kind_of(content) != WORKBOOK
        ):
            self._linked |= bool(_LINK.search(content.decode("utf-8", "replace")))
            for name, packed in uuencoded(content):
                yield from self._one(name, packed, mail, depth)
            return
        is_mail = kind in _FORWARDED or name.lower().endswith(".eml")
        if not (kind == _XLSX and not content.startswith(b"PK")):  # a damaged one is named as such
            yield from self._one(name, content, mail, depth, is_mail)
        else:
            yield name or "?.xlsx", content, mail

    def _one(self, name: str, content: bytes, mail: Envelope, depth: int, is_mail: bool = False) -> Iterator[Attached]:
        """The workbook that an attached file is, or those in the mail that it is."""
        kind = kind_of(content, name)
        if kind == ZIP:
            yield from self.of_zip(name, content, mail, depth + 1)
        elif kind == OUTLOOK:
            self._not_too_deep(depth + 1)
            yield from self.of_msg(content, depth + 1)
        elif is_mail or kind == MAIL:
            others = len(self.others)
            found = list(self._parts(mail_of(content), depth + 1, mail))
            yield from found
            if not found and len(self.others) == others:
                self.others.append((name or "?", "text"))
        elif kind == WORKBOOK or name.lower().endswith(".xlsx") and kind not in NEVER_MEANT - {"empty"}:
            yield name or "?.xlsx", content, mail
        else:
            self.others.append((name or "?", kind))
            if kind == ZIP_LOCKED:
                self._inside += [short(one) for one in files_inside(content, MOST_INSIDE)]

    # --- Outlook

    def _in_outlook(self, storage: Any, depth: int) -> Iterator[Attached]:
        """The workbooks of an Outlook mail and of the mails in it."""
        from oxmsg import Message as OutlookMessage
        from oxmsg.attachment import Attachment

        self._not_too_deep(depth)
        mail = outlook_envelope(OutlookMessage(storage))
        for attached in storage.iter_attachment_storages():
            inner = [one for one in attached.storages if one.name == _OUTLOOK_MAIL]
            for one in inner:
                yield from self._in_outlook(one, depth + 1)
            if not inner:
                file = Attachment(attached)
                name = file.file_name or ""
                yield from self._one(name, file.file_bytes or b"", mail, depth, name.lower().endswith(".eml"))

    def _not_too_deep(self, depth: int) -> None:
        if depth > MOST_DEEP:
            raise BadFile(text("collect_mail_too_deep", self.lang, file=self.file, limit=MOST_DEEP))

    def _unreadable(self, reason: str) -> NoReturn:
        raise BadFile(text("collect_mail_damaged", self.lang, file=self.file, reason=reason)) from None


def _is_eml(name: str) -> bool:
    return name.lower().endswith((".eml", ".emlx"))


def _is_attached(message: Message, name: str) -> bool:
    """Whether a text is a file of its own and not what the mail says."""
    return bool(name) or message.get_content_disposition() == "attachment"


def short(name: str) -> str:
    """The last part of an attachment's name, without what could move the cursor of a terminal."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(sign if sign.isprintable() else " " for sign in last)[:_LONGEST_NAME] or "?"
