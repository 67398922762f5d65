"""Whose copy of the plan a file is, as far as anything tells: the mail, the program that saved it, its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.sax.saxutils import unescape

from xl_kpi.exchange.mail.envelope import Envelope
from xl_kpi.plan.records import Records
from xl_kpi.workbook.package.parts import Parts

_BY = re.compile(rb"<(?:\w+:)?lastModifiedBy\b[^>]*>([^<]{1,400})<")
# What programs and new computers write where nobody has said a name.
_NOBODY = {
    "", "xl_kpi", "openpyxl", "exceljs", "libreoffice", "unknown", "unknown creator", "author", "作成者", "user", "pc",
    "microsoft office user", "microsoft office ユーザー", "windows user", "windows ユーザー", "owner", "admin",
    "administrator",
}  # fmt: skip
_LONGEST = 60
_SPACES = re.compile(r"[\s　・,._-]+")


def whose(parts: Mapping[str, bytes], file: str, mail: Envelope, records: Records) -> str:
    """The name under which a copy's entries stand on 統合; "" where nothing tells it.

    Arguments: ``parts`` of the copy's package; ``file`` its name, as it came; ``mail`` with which it came; ``records``
    with the recipients of the plan and their names.
    Result: the sender of the mail, else who saved the file last as it says: a recipient by name and address, if no
    other one is called so; else the recipient whose name is part of the file's, by name alone: that is no proof.
    Example: what 田中太郎 saved last is that of "田中 太郎 <tanaka@example.com>", to whom the plan was sent.
    """
    if mail.sender:
        return records.called(mail.sender)
    people = {person: name for sent in records.sent for person in sent.opened if (name := sent.names.get(person, ""))}
    by = _saved_by(parts, file)
    if by:
        same = [one for one, name in people.items() if _plain(by) in (_plain(name), _plain(one))]
        return records.called(same[0]) if len(same) == 1 else by
    stem = _plain(file.rpartition("›")[2])
    named = [person for person, name in people.items() if len(_plain(name)) > 1 and _plain(name) in stem]
    return people[named[0]] if len(named) == 1 else ""


def _saved_by(parts: Mapping[str, bytes], file: str) -> str:
    found = _BY.search(parts.get(Parts(parts, file).of_package("/core-properties"), b""))
    name = unescape(found[1].decode("utf-8", "replace")) if found else ""
    name = " ".join("".join(sign if sign.isprintable() else " " for sign in name).split())[:_LONGEST]
    return "" if name.casefold() in _NOBODY else name


def _plain(name: str) -> str:
    return _SPACES.sub("", name).casefold()
