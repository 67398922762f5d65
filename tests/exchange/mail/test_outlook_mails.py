"""Mails in the form of Outlook (.msg): the workbooks in them, and what is no use."""

from __future__ import annotations

import builtins
import email.policy
import io
import zipfile

import pytest

from tests.exchange.mail.mails import mail, names, refusal, saved
from tests.exchange.mail.msg_files import Mail, msg
from xl_kpi.exchange.mail import attachments, mailbox
from xl_kpi.exchange.mail.mailbox import workbooks_in


def test_an_outlook_mail(tmp_path, workbook):
    path = saved(tmp_path / "返信.msg", msg(Mail({"計画_田中.xlsx": workbook, "x.pdf": b"%PDF"})))
    assert names(path) == ["返信.msg › 計画_田中.xlsx"]
    (found,) = workbooks_in(path, "ja")
    with zipfile.ZipFile(io.BytesIO(workbook)) as package:
        assert found.parts() == {name: package.read(name) for name in package.namelist()}


def test_outlook_mails_in_an_outlook_mail_and_others(tmp_path, workbook):
    eml = mail(("3.xlsx", workbook)).as_bytes(policy=email.policy.SMTP)
    inner = Mail({"2.xlsx": workbook}, [Mail({"転送.eml": eml})])
    path = saved(tmp_path / "m.msg", msg(Mail({"1.xlsx": workbook}, [inner])))
    assert names(path) == ["m.msg › 1.xlsx", "m.msg › 2.xlsx", "m.msg › 3.xlsx"]


def test_an_outlook_mail_without_a_workbook(tmp_path):
    assert "添付ファイルがありません" in refusal(saved(tmp_path / "m.msg", msg(Mail())))


def test_outlook_mails_nested_without_end(tmp_path):
    inner = Mail()
    for _ in range(attachments.MOST_DEEP + 1):
        inner = Mail(mails=[inner])
    assert "入れ子が深すぎる" in refusal(saved(tmp_path / "m.msg", msg(inner)))


@pytest.mark.parametrize("cut", [0, 100, 600, -2000])
def test_a_damaged_outlook_mail(tmp_path, workbook, cut):
    message = refusal(saved(tmp_path / "m.msg", msg(Mail({"計画.xlsx": workbook}))[:cut]))
    assert message.startswith("m.msg")


def test_an_outlook_mail_that_ends_too_early_is_not_said_to_have_no_attachment(tmp_path, workbook):
    whole = msg(Mail({"計画.xlsx": workbook}))
    message = refusal(saved(tmp_path / "m.msg", whole[: len(whole) // 2]))
    assert "Outlook" in message and "添付ファイルがありません" not in message


def test_streams_that_share_their_bytes_do_not_fill_the_memory(tmp_path, workbook, monkeypatch):
    """Each entry of the directory may claim the same sectors: what all claim together counts."""
    monkeypatch.setattr(attachments, "MOST_MAIL", len(workbook) + 10_000)
    once = saved(tmp_path / "once.msg", msg(Mail({"1.xlsx": workbook})))
    assert names(once) == ["once.msg › 1.xlsx"]
    monkeypatch.setattr(mailbox, "_content", lambda file, lang: file.read_bytes())  # the file itself is small enough
    twice = saved(tmp_path / "twice.msg", msg(Mail({"1.xlsx": workbook, "2.xlsx": workbook})))
    assert "大きすぎます" in refusal(twice)


def test_without_the_package_for_outlook_the_message_says_what_to_do(tmp_path, workbook, monkeypatch):
    real = builtins.__import__

    def without(name, *more):
        if name.partition(".")[0] in ("oxmsg", "olefile"):
            raise ModuleNotFoundError(name)
        return real(name, *more)

    path = saved(tmp_path / "m.msg", msg(Mail({"1.xlsx": workbook})))
    monkeypatch.setattr(builtins, "__import__", without)
    assert "pip install xl-kpi[mail]" in refusal(path)
