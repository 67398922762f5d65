"""What the outside of a mail says: who sent it, and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime
from typing import Any

_SHAPE = "%Y-%m-%dT%H:%M:%SZ"  # as workbooks say when they were saved, so that both can be compared as text


@dataclass(frozen=True)
class Envelope:
    """A mail's sender (the bare address) and date (UTC); "" where the mail does not say."""

    sender: str = ""
    date: str = ""


NO_MAIL = Envelope()


def envelope(message: Message) -> Envelope:
    """That of a mail in the form of the internet."""
    return Envelope(_address(message["From"]), _date(message["Date"]))


def outlook_envelope(message: Any) -> Envelope:
    """That of an Outlook mail; what can't be read in it counts as not said."""
    try:
        sender = message.sender
    except Exception:  # headers are no more than a hint: each part of the reader has errors of its own
        sender = None
    try:
        date = message.sent_date
    except Exception:
        date = None
    return Envelope(_address(sender), _in_utc(date) if isinstance(date, dt.datetime) else "")


def _address(words: Any) -> str:
    try:
        found = parseaddr(str(make_header(decode_header(str(words or "")))))[1]
    except (LookupError, ValueError, MessageError):
        return ""
    return found if "@" in found and found.isprintable() else ""


def _date(words: Any) -> str:
    try:
        return _in_utc(parsedate_to_datetime(str(words))) if words else ""
    except (TypeError, ValueError, OverflowError):
        return ""


def _in_utc(date: dt.datetime) -> str:
    if date.tzinfo is None:
        date = date.replace(tzinfo=dt.UTC)
    return date.astimezone(dt.UTC).strftime(_SHAPE)
