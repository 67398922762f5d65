"""Whose copy of the plan a file is: told by its mail, by who saved it last, by its name; else by nothing."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from tests.torture.package import unzipped
from xl_kpi.exchange.mail.envelope import NO_MAIL, Envelope
from xl_kpi.exchange.returned.whose_copy import whose
from xl_kpi.plan.records import Records, Sent

OLD = Path(__file__).parents[2] / "old_workbooks" / "million_yen.xlsx"
TANAKA, SATO = "tanaka@example.com", "sato@example.com"
NAMES = {TANAKA: "田中 太郎", SATO: "佐藤"}
SENT = Sent("1", dt.datetime(2026, 4, 1), {TANAKA: ("ads",), SATO: ("web",)}, {}, names=NAMES)


def parts(by: str | None) -> dict[str, bytes]:
    """A workbook that this person saved last; None: it does not say."""
    found = unzipped(OLD.read_bytes())
    core = re.sub(r"<cp:lastModifiedBy>.*?</cp:lastModifiedBy>", "", found["docProps/core.xml"].decode())
    said = "" if by is None else f"<cp:lastModifiedBy>{by}</cp:lastModifiedBy>"
    found["docProps/core.xml"] = core.replace("</cp:coreProperties>", f"{said}</cp:coreProperties>").encode()
    return found


@pytest.mark.parametrize(
    ("by", "file", "told"),
    [
        ("鈴木 一郎", "計画 - コピー.xlsx", "鈴木 一郎"),  # nobody to whom anything was sent
        ("田中太郎", "計画.xlsx", f"田中 太郎 <{TANAKA}>"),  # written otherwise than in the list
        ("R&amp;D", "計画.xlsx", "R&D"),
        ("鈴木", "計画_佐藤.xlsx", "鈴木"),  # who saved it knows better than its name
        (None, "r.zip › 計画_佐藤.xlsx", f"佐藤 <{SATO}>"),
        ("openpyxl", "計画_田中太郎.xlsx", f"田中 太郎 <{TANAKA}>"),
        ("Microsoft Office User", "計画.xlsx", ""),
        (None, "計画_田中.xlsx", ""),  # a part of a name alone is no name
        (None, "計画_佐藤と田中太郎.xlsx", ""),
        (None, "計画 - コピー.xlsx", ""),
        ("a" * 300, "計画.xlsx", "a" * 60),
        ("x\u200b\u202ey", "計画.xlsx", "x y"),  # nothing that could turn a line of the terminal around
    ],
)
def test_whose_a_copy_is(by, file, told):
    assert whose(parts(by), file, NO_MAIL, Records(sent=(SENT,))) == told


@pytest.mark.parametrize(("sender", "told"), [(SATO, f"佐藤 <{SATO}>"), ("boss@example.com", "boss@example.com")])
def test_the_sender_of_the_mail_comes_first(sender, told):
    assert whose(parts("田中"), "計画.xlsx", Envelope(sender=sender), Records(sent=(SENT,))) == told
