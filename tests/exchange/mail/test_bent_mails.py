"""Mails that programs and gateways have bent, or that mean ill: the workbook is found, or it is said what is wrong."""

from __future__ import annotations

import base64
import binascii
import email.policy
import quopri

import pytest

from tests.exchange.mail.mails import KIND, attachment, mail, names, refusal, saved
from tests.exchange.mail.msg_files import Mail, msg
from xl_kpi.exchange.mail import attachments, mailbox
from xl_kpi.exchange.mail.mailbox import workbooks_in


@pytest.mark.parametrize(
    "before",
    [
        b"\xef\xbb\xbf",  # Office 365, downloads on Windows
        b"\r\n\r\n",
        b"\xef\xbb\xbf\r\n",
        b"Microsoft Mail Internet Headers Version 2.0\r\n",
        b">From tanaka@example.com Wed Apr  1 10:00:00 2026\r\n",
        b"From tanaka@example.com Wed Apr  1 10:00:00 2026\n",
        b'<?xml version="1.0" encoding="UTF-8"?>\r\n',  # archives of gateways
        b"12345     \n",  # Apple's .emlx: the length of the mail
        b"This message was scanned.\r\n\r\n",
        b"\0\0",
        b"\xef\xbb\xbf\xef\xbb\xbf",  # two programs, each with its mark
    ],
)
def test_what_programs_put_before_the_first_header_is_no_matter(tmp_path, workbook, before):
    """Nor does it hide the first header, by which the sender is known."""
    message = mail(("計画.xlsx", workbook))
    del message["Subject"]  # the sender comes first
    found = list(workbooks_in(saved(tmp_path / "m.eml", before + message.as_bytes(policy=email.policy.SMTP)), "ja"))
    assert [(one.name, one.mail.sender) for one in found] == [("m.eml › 計画.xlsx", "tanaka@example.com")]


@pytest.mark.parametrize("end", [b"\r\r\n", b"\r\n\r\n", b"\n\n", b"\n", b"\r"])
def test_ends_of_lines_that_were_changed_on_the_way(tmp_path, workbook, end):
    message = mail(("計画.xlsx", workbook)).as_bytes(policy=email.policy.SMTP).replace(b"\r\n", end)
    assert names(saved(tmp_path / "m.eml", message)) == ["m.eml › 計画.xlsx"]


@pytest.mark.parametrize("packing", ["7bit", "8bit", "base64;", "x-strange"])
def test_packing_of_which_the_headers_say_nothing(tmp_path, workbook, packing):
    message = attachment(f'{KIND}; name="plan.xlsx"', workbook).replace(
        b"Encoding: base64", f"Encoding: {packing}".encode()
    )
    assert names(saved(tmp_path / "m.eml", message)) == ["m.eml › plan.xlsx"]


def test_a_workbook_among_the_words_of_a_mail(tmp_path, workbook):
    """As mails carried files before MIME (uuencode)."""
    lines = b"".join(binascii.b2a_uu(workbook[at : at + 45]) for at in range(0, len(workbook), 45))
    message = b"From: a@example.com\r\nSubject: x\r\n\r\nhello\r\nbegin 644 plan.xlsx\n" + lines + b"`\nend\n"
    assert names(saved(tmp_path / "m.eml", message)) == ["m.eml › plan.xlsx"]


@pytest.mark.parametrize("name", ["Re.txt", "Re.csv", "Re"])
def test_a_mail_that_is_attached_as_a_text(tmp_path, workbook, name):
    inner = mail(("計画.xlsx", workbook)).as_bytes(policy=email.policy.SMTP)
    path = saved(tmp_path / "m.eml", mail((name, inner), kind=("application", "octet-stream")))
    assert names(path) == ["m.eml › 計画.xlsx"]
    words = saved(tmp_path / "n.eml", mail((name, b"From: me\n\nhello"), kind=("application", "octet-stream")))
    assert f"{name}（テキスト" in refusal(words)


@pytest.mark.parametrize("cut", [300, 420])
def test_a_mail_that_ends_before_its_attachment_is_not_one_without(tmp_path, workbook, cut):
    message = mail(("計画.xlsx", workbook)).as_bytes(policy=email.policy.SMTP)[:cut]
    assert "メールとして読めません" in refusal(saved(tmp_path / "m.eml", message))


@pytest.mark.parametrize("packed", ["base64", "quoted-printable"])
@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("kind", [b"message/rfc822", b"\r\n message/rfc822", b"message/global"])
def test_a_forwarded_mail_that_is_packed(tmp_path, workbook, packed, before, kind):
    """As Gmail, Exchange and Lotus Notes send it now and then, against RFC 2046, 5.2.1."""
    inner = before + mail(("計画.xlsx", workbook)).as_bytes(policy=email.policy.SMTP)
    lines = base64.encodebytes(inner) if packed == "base64" else quopri.encodestring(inner)
    outer = (
        b'From: a@example.com\nContent-Type: multipart/mixed; boundary="o"\n\n--o\n'
        b"Content-Type: " + kind + b'; name="Re.eml"\nContent-Transfer-Encoding: ' + packed.encode() + b"\n\n"
    )
    path = saved(tmp_path / "m.eml", outer + lines + b"\n--o--\n")
    assert names(path) == ["m.eml › 計画.xlsx"]
    assert [one.mail.sender for one in workbooks_in(path, "ja")] == ["tanaka@example.com"]


def test_a_mail_in_utf_16(tmp_path, workbook):
    """As an editor on Windows saves it under "Unicode"."""
    message = mail(("計画.xlsx", workbook)).as_bytes(policy=email.policy.SMTP)
    for encoding in ("utf-16", "utf-16-le", "utf-16-be"):  # with its mark, and without
        assert names(saved(tmp_path / "m.eml", message.decode("utf-8").encode(encoding))) == ["m.eml › 計画.xlsx"]


@pytest.mark.parametrize("name", ["転送.msg", "message", "ATT00001.dat"])
def test_an_outlook_mail_in_a_mail(tmp_path, workbook, name):
    inner = msg(Mail({"計画.xlsx": workbook}))
    path = saved(tmp_path / "m.eml", mail((name, inner), kind=("application", "vnd.ms-outlook")))
    assert names(path) == ["m.eml › 計画.xlsx"]


def test_an_outlook_mail_as_a_file_in_another(tmp_path, workbook):
    path = saved(tmp_path / "m.msg", msg(Mail({"転送.msg": msg(Mail({"計画.xlsx": workbook}))})))
    assert names(path) == ["m.msg › 計画.xlsx"]


def test_mails_under_the_other_ones_name(tmp_path, workbook):
    eml = mail(("計画.xlsx", workbook)).as_bytes(policy=email.policy.SMTP)
    assert names(saved(tmp_path / "a.msg", eml)) == ["a.msg › 計画.xlsx"]
    assert names(saved(tmp_path / "b.eml", msg(Mail({"計画.xlsx": workbook})))) == ["b.eml › 計画.xlsx"]
    assert names(saved(tmp_path / "c.eml", workbook)) == ["c.eml"]


def test_base64_that_is_cut_off(tmp_path, workbook):
    whole = mail(("計画.xlsx", workbook)).as_bytes(policy=email.policy.SMTP)
    message = refusal(saved(tmp_path / "m.eml", whole[: len(whole) // 2]))
    assert message.startswith("m.eml › 計画.xlsx: ")


def test_mails_nested_without_end(tmp_path, workbook):
    message = mail(("計画.xlsx", workbook))
    for _ in range(attachments.MOST_DEEP + 1):
        outer = mail()
        outer.add_attachment(message)
        message = outer
    assert "入れ子が深すぎる" in refusal(saved(tmp_path / "m.eml", message))


def test_a_thousand_nested_parts(tmp_path):
    content = b"From: a@example.com\r\nMIME-Version: 1.0\r\n"
    for number in range(3000):
        content += b"Content-Type: multipart/mixed; boundary=B%d\r\n\r\n--B%d\r\n" % (number, number)
    message = refusal(saved(tmp_path / "m.eml", content))
    assert message.startswith("m.eml: ")


def test_more_attachments_than_anybody_sends(tmp_path, workbook, monkeypatch):
    monkeypatch.setattr(mailbox, "MOST_ATTACHED", 2)
    path = saved(tmp_path / "m.eml", mail(*((f"{number}.xlsx", workbook) for number in range(3))))
    assert "添付が多すぎる" in refusal(path)


def test_a_mail_that_is_too_big(tmp_path, monkeypatch):
    monkeypatch.setattr(mailbox, "MOST_MAIL", 1_000_000)
    message = refusal(saved(tmp_path / "m.eml", bytes(1_000_001)), "en")
    assert (
        message == "m.eml: the email is too big (at most 1 MB)."
        " Open it in the email program, save the attached workbook and give that."
    )
