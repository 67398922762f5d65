"""Whose copy of the plan a file is: told by its mail, by who saved it last, by its name; else by nothing."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.torture.package import unzipped
from xl_kpi.exchange.mail.envelope import NO_MAIL, Envelope
from xl_kpi.exchange.returned.whose_copy import whose
from xl_kpi.plan.merging.pending import answered_by_copy
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
        (None, "r.zip › 計画_佐藤.xlsx", "佐藤"),  # by name alone: anybody may have called it so
        ("openpyxl", "計画_田中太郎.xlsx", "田中 太郎"),
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


def test_a_name_that_two_recipients_have_is_nobodys_address():
    other = replace(SENT, opened={**SENT.opened, "t2@example.com": ()}, names={**NAMES, "t2@example.com": "田中太郎"})
    assert whose(parts("田中太郎"), "計画.xlsx", NO_MAIL, Records(sent=(other,))) == "田中太郎"
    assert whose(parts("t2@example.com"), "計画.xlsx", NO_MAIL, Records(sent=(other,))) == "田中太郎 <t2@example.com>"


@pytest.mark.parametrize(
    ("version", "who", "answered"),
    [
        ("copy:2026-04-01T00:00:00", f"田中 太郎 <{TANAKA}>: 計画.xlsx", {("1", TANAKA)}),
        ("copy:2026-05-01T09:30:00", f"{SATO.upper()}: 計画.xlsx (2)", {("1", SATO)}),  # of whom no name is known
        ("copy:2026-03-31T23:59:59", f"田中 太郎 <{TANAKA}>: 計画.xlsx", set()),  # parted before anything went out
        ("copy:2026-05-01T09:30:00", "田中 太郎: 計画.xlsx", set()),  # the name of the file alone
        ("copy:2026-05-01T09:30:00", "boss <boss@example.com>: 計画.xlsx", set()),
        ("copy", f"田中 太郎 <{TANAKA}>: 計画.xlsx", set()),  # nothing in common with the plan is known
        ("1", TANAKA, set()),  # no copy
    ],
)
def test_a_copy_made_after_the_distribution_answers_it_if_it_is_surely_a_recipients(version, who, answered):
    assert answered_by_copy(version, who, Records(sent=(SENT,))) == answered
