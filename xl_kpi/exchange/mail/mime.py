"""A mail in the form of the internet, however gateways and programs have bent it: from bytes to parts with names."""

from __future__ import annotations

import base64
import binascii
import email
import re
from collections.abc import Iterator
from contextlib import suppress
from email.errors import MessageError
from email.header import decode_header
from email.message import Message

PACKED_MAIL = "application/x-packed-mail"
_MOST_BEFORE = 20_000  # bytes before the first header
_MARKS_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
# What programs and servers put before the first header: a mark of the encoding, blank lines, how a mailbox parts its
# mails (quoted or not), a line of an old Exchange, the prolog of an XML archive, the length that Apple's mails begin
# with.  Where the first line is none of these and no header either, the mail begins at the first header that all know.
_KNOWN = (
    rb"(?:from|to|cc|subject|date|received|return-path|delivered-to|reply-to|sender|message-id|mime-version|content-type"
    rb"|content-transfer-encoding|thread-(?:topic|index)|authentication-results|arc-[\w-]+|dkim-signature|x-[\w-]+)"
)
# How the mails of a mailbox are parted: a line of its own behind a blank one, then the headers.
_NEXT_MAIL = re.compile(rb"(?:\A|\r?\n)(?=From \S+ [^\r\n]*\d{4}[^\r\n]*\r?\n[!-9;-~]+[ \t]*:)")
_FIRST_HEADER = re.compile(rb"(?im)^" + _KNOWN + rb"[ \t]*:")
_HEADER = re.compile(rb"\A[!-9;-~]+[ \t]*:(?!//)")
_FORWARDED = re.compile(rb"(?im)^content-type:[ \t]*(?:\r?\n)?[ \t]*message/(?:rfc822|global|news)\b")
_DOUBLED = re.compile(
    rb"(?i)[!-9;-~]+:[^\r\n]*(\r\r\n|\r?\n\r?\n)" + _KNOWN + rb":[^\r\n]*\1(?:" + _KNOWN + rb":|[ \t])"
)
_UUENCODED = re.compile(rb"(?m)^begin [0-7]{3,4} ([^\r\n]+)\r?\n((?:[!-M][ -`]*\r?\n)+)[` ]?\r?\n?end")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_LONGEST_HEAD = 10_000  # bytes of the headers of a forwarded mail, before and behind the one that says so
_PACKED_FILES = tuple(base64.b64encode(beginning)[:5] for beginning in (b"PK\3\4\24", bytes.fromhex("D0CF11E0A1B1")))
_PACKED = re.compile(rb"(?im)^content-transfer-encoding:[ \t]*(?:base64|quoted-printable|x-uuencode|uuencode)\b")
_ALIASES = {"x-sjis": "cp932", "shift-jis": "cp932", "shift_jis": "cp932", "sjis": "cp932", "windows-31j": "cp932",
            "x-euc-jp": "euc_jp", "iso-2022-jp": "iso2022_jp_ext", "iso-2022-jp-ms": "iso2022_jp_ext",
            "cp50220": "iso2022_jp_ext", "cp50221": "iso2022_jp_ext", "cp50222": "iso2022_jp_ext",
            "unicode-1-1-utf-7": "utf-7"}  # fmt: skip
_GUESSES = ("utf-8", "cp932", "euc_jp")  # of a name in bytes that nothing says the encoding of


def mails_in(data: bytes) -> list[bytes]:
    """The mails of a mailbox (mbox), each by itself; of anything else the whole."""
    if not data.startswith(b"From "):
        return [data]
    return [mail for mail in _NEXT_MAIL.split(data) if mail.strip()]


def mail_of(data: bytes) -> Message:
    """A mail, whatever stands before its first header.

    A forwarded mail that was packed for its way, which the standard forbids and some servers do, becomes an attached
    file: the parser would take its packed lines for headers.
    """
    data = _from_first_header(data)
    return email.message_from_bytes(_FORWARDED.sub(lambda kind: _as_file(kind, data), data))


def _from_first_header(data: bytes) -> bytes:
    if data.startswith(_MARKS_UTF_16) or bytes(3) in (data[0:6:2], data[1:6:2]):
        unmarked = "utf-16-be" if data[:1] == b"\0" else "utf-16-le" if data[1:2] == b"\0" else ""
        data = data.decode(unmarked or "utf-16", "replace").encode("utf-8")
    data = data.lstrip(b"\xef\xbb\xbf\0 \t\r\n")
    if not _HEADER.match(data) and (first := _FIRST_HEADER.search(data, 0, _MOST_BEFORE)):
        data = data[first.start() :]
    return _single_spaced(data)


def _single_spaced(data: bytes) -> bytes:
    """A mail of which each end of a line was doubled on its way: nothing in it could be told from its headers."""
    doubled = _DOUBLED.match(data)
    return data.replace(doubled[1], b"\r\n") if doubled else data


def _as_file(kind: re.Match[bytes], data: bytes) -> bytes:
    """The line that calls a part a forwarded mail; of one that is packed, the same for a file."""
    above = data[max(0, kind.start() - _LONGEST_HEAD) : kind.start()]
    below = _BLANK_LINE.split(data[kind.end() : kind.end() + _LONGEST_HEAD], maxsplit=1)[0]
    packed = _PACKED.search(_BLANK_LINE.split(above)[-1]) or _PACKED.search(below)
    return f"Content-Type: {PACKED_MAIL}".encode() if packed else kind[0]


def decoded(message: Message) -> bytes:
    """What a part holds, unpacked; also a workbook of whose packing the headers say nothing that is known."""
    content = message.get_payload(decode=True)
    if not isinstance(content, bytes):
        return b""
    if content.lstrip().startswith(_PACKED_FILES):
        with suppress(binascii.Error):
            return base64.b64decode(content)
    return content


def uuencoded(words: bytes) -> Iterator[tuple[str, bytes]]:
    """The files that stand among the words of a mail, as mails carried them before MIME: name and content."""
    for found in _UUENCODED.finditer(words):
        try:
            content = b"".join(map(binascii.a2b_uu, found[2].splitlines()))
        except binascii.Error:
            continue
        yield found[1].decode("utf-8", "replace").strip(), content


def file_name(message: Message) -> str:
    """The name of an attachment, however it is encoded: RFC 2231, RFC 2047 inside a parameter, or plain bytes."""
    part = Message()
    for header, value in message.raw_items():  # the headers as they came
        if header.lower() in ("content-disposition", "content-type") and header not in part:
            part[header] = _plain(str(value))
    try:
        name = str(part.get_filename() or "")
        if "=?" in name:
            name = "".join(_word(words, charset) for words, charset in decode_header(name))
    except (LookupError, ValueError, TypeError, MessageError):
        name = ""  # an encoding that nobody knows: the kind of the attachment has to do
    return name.encode("utf-8", "replace").decode("utf-8")


def _plain(header: str) -> str:
    """A header whose letters came as bytes without any mark, as older programs in Japan write them."""
    if "\x1b" in header:
        return header.encode("ascii", "surrogateescape").decode("iso2022_jp_ext", "replace")
    if header.isascii():
        return _known_charsets(header)
    data = header.encode("utf-8", "surrogateescape")
    for encoding in _GUESSES:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("utf-8", "replace")


def _known_charsets(header: str) -> str:
    """RFC 2231 with a charset under a name that Python does not know."""
    return re.sub(
        r"(?i)(\*(?:0\*)?=)([\w.-]+)(?='[\w-]*')", lambda one: one[1] + _ALIASES.get(one[2].lower(), one[2]), header
    )


def _word(words: bytes | str, charset: str | None) -> str:
    if isinstance(words, str):
        return words
    charset = (charset or "ascii").lower()
    return words.decode(_ALIASES.get(charset, charset), "replace")
