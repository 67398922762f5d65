"""Mails and what is found in them, for the tests of mailboxes."""

from __future__ import annotations

import base64
import email.policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from xl_kpi.errors import BadFile
from xl_kpi.exchange.mail.mailbox import workbooks_in

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
KIND = f"Content-Type: {'/'.join(XLSX)}"


def mail(*files: tuple[str, bytes], kind: tuple[str, str] = XLSX) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "計画のご返送"
    message["From"] = "田中 <tanaka@example.com>"
    message.set_content("入力しました。")
    for name, content in files:
        message.add_attachment(content, maintype=kind[0], subtype=kind[1], filename=name)
    return message


def attachment(headers: str, content: bytes) -> bytes:
    """A mail as a program writes it that does not use Python's."""
    lines = base64.encodebytes(content).decode("ascii").replace("\n", "\r\n")
    return (
        "From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
        f"--B\r\nContent-Type: text/plain\r\n\r\nhello\r\n--B\r\n{headers}\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{lines}\r\n--B--\r\n"
    ).encode("latin-1")


def saved(path: Path, content: bytes | EmailMessage) -> Path:
    path.write_bytes(content if isinstance(content, bytes) else content.as_bytes(policy=email.policy.SMTP))
    return path


def names(path: Path, lang: str = "ja") -> list[str]:
    """The workbooks in a file, each of which can be opened."""
    found = list(workbooks_in(path, lang))
    assert all("xl/workbook.xml" in one.parts() for one in found)
    return [one.name for one in found]


def refusal(path: Path, lang: str = "ja") -> str:
    with pytest.raises(BadFile) as error:
        for one in workbooks_in(path, lang):
            one.parts()
    assert "\n" not in str(error.value)
    return str(error.value)
