"""The mail to one recipient: a draft that Outlook opens unsent, or the message that the mail server gets."""

from __future__ import annotations

import hashlib
import re
from base64 import encodebytes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.policy import SMTP
from urllib.parse import quote

from xl_kpi import errors
from xl_kpi.catalog import text
from xl_kpi.errors import Fault
from xl_kpi.exchange.people import Person

PLACEHOLDERS = ("name", "title", "due", "department", "version", "review", "greeting", "sender", "signature")
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PLACEHOLDER = re.compile(r"\{(\w*)\}")
# The attachment's heads are written by hand, so nothing folds them anew.
_POLICY = SMTP.clone(refold_source="none")
_WORD = 60  # characters of an encoded word, which the standard limits to 75


@dataclass(frozen=True)
class Words:
    """Subject and body with {placeholders}, and what fills in those that are the same for all.

    ``nameless``: the body is one of ours, and the sender gives an address alone: the line that says who writes goes.
    """

    subject: str
    body: str
    same: Mapping[str, str]
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # mail address → what is one person's alone
    nameless: bool = False

    @property
    def unsigned(self) -> Words:
        """Without who sends: the files are the same whoever sends them, now as drafts and later by mail."""
        same = {key: value for key, value in self.same.items() if key not in ("sender", "signature")}
        return Words(self.subject, self.body, same)

    def filled(self, template: str, person: Person) -> str:
        """The words for one person; a placeholder in a person's name stays as it is."""
        own = self.own.get(person.mail, {})
        values = {**self.same, "name": person.name, "department": person.department, **own}
        return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), template)


def default_words(lang: str, due: bool) -> tuple[str, str]:
    """Subject and body in the plan's language."""
    return text("mail_subject", lang), text("mail_body" if due else "mail_body_open", lang)


def unnamed(body: str) -> str:
    """A default body for a sender who gives an address alone: without the line that says who writes."""
    return "".join(line for line in body.splitlines(keepends=True) if "{sender}" not in line)


def greeting(outside: bool, lang: str) -> str:
    """How a mail begins: to somebody of another company as one writes to a partner, else as among colleagues."""
    return text("mail_greeting_outside" if outside else "mail_greeting", lang)


def signed(sender: tuple[str, str], lang: str) -> dict[str, str]:
    """What stands for the sender, name and address, in a mail: in its second line and below it.

    Special cases: where nobody says who sends, a place to fill in that can't be overlooked.
    """
    name, mail = sender
    if not mail:
        blank = text("mail_no_sender", lang)
        return {"sender": blank, "signature": blank}
    return {"sender": name or mail, "signature": "\n".join(filter(None, (name, mail)))}


def unknown_placeholders(template: str, option: str, names: Sequence[str] = PLACEHOLDERS) -> list[Fault]:
    """A fault for each {word} that would be sent as it stands; ``names`` those that are filled in."""
    known = ", ".join(f"{{{name}}}" for name in names)
    found = dict.fromkeys(name for name in _PLACEHOLDER.findall(template) if name not in names)
    return [Fault(f"{{{name}}}", errors.Words("mail_placeholder", known=known), cell=option) for name in found]


@dataclass(frozen=True)
class Attached:
    """A file that goes along: its name, its content, and what it is ("text/html")."""

    name: str
    content: bytes
    type: str = TYPE


def message(person: Person, words: Words, file: str, workbook: bytes, *, sender: str = "", sender_name: str = "",
            more: Sequence[Attached] = ()) -> EmailMessage:  # fmt: skip
    """The mail: To, Subject, body, the workbook attached under the name ``file``; ``sender`` an address or "".

    ``file`` "": without a workbook; ``more`` what is attached behind it.

    Line breaks in a name or subject become spaces, so that nothing typed can add a head of its own.
    """
    mail = EmailMessage(policy=_POLICY)
    if sender:
        mail["From"] = Address(display_name=_line(sender_name), addr_spec=sender)
    mail["To"] = Address(display_name=_line(person.name), addr_spec=person.mail)
    mail["Subject"] = _line(words.filled(words.subject, person))
    body = unnamed(words.body) if words.nameless else words.body
    mail.set_content(words.filled(body, person), charset="utf-8", cte="base64")
    attached = [*([Attached(file, workbook)] if file else []), *more]
    if attached:
        # Made from the content, so that the same mail is the same file.
        mail.make_mixed(boundary=f"=_{hashlib.sha256(b''.join(one.content for one in attached)).hexdigest()[:40]}")
    for one in attached:
        mail.attach(_attachment(one))  # type: ignore[arg-type]  # an EmailMessage writes the name in one way only
    return mail


def draft(mail: EmailMessage) -> bytes:
    """The mail as a file that Outlook opens as a draft."""
    mail["X-Unsent"] = "1"
    return mail.as_bytes()


def _line(words: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())


def _attachment(one: Attached) -> Message:
    """A file with its name in both ways that mail programs read: RFC 2231 and, older, encoded words."""
    part = Message()
    part["Content-Type"] = f'{one.type};\n name="{_encoded(one.name)}"'
    part["Content-Transfer-Encoding"] = "base64"
    part["Content-Disposition"] = f"attachment;\n filename*=utf-8''{quote(one.name, safe='')}"
    part.set_payload(encodebytes(one.content).decode("ascii"))
    return part


def _encoded(words: str) -> str:
    if words.isascii():
        return words.replace("\\", "\\\\").replace('"', '\\"')
    return Header(words, "utf-8", maxlinelen=_WORD).encode(linesep="\n")
