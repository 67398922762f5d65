"""Returned mails: the workbooks in .eml and .msg files, forwarded or not, and what is no use."""

from __future__ import annotations

import base64
import binascii
import builtins
import email.policy
import io
import quopri
import zipfile
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.exchange.mail.msg_files import Mail, msg
from xl_kpi.build import build
from xl_kpi.errors import BadFile
from xl_kpi.exchange.mail import attachments, mailbox
from xl_kpi.exchange.mail.mailbox import files_in, workbooks_in

XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@pytest.fixture(scope="module")
def workbook() -> bytes:
    """Any workbook: what is in it is not the mailbox's concern."""
    from tests.exchange.sent_books import quarter

    return build(quarter(months=1))


def mail(*files: tuple[str, bytes], kind: tuple[str, str] = XLSX) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "計画のご返送"
    message["From"] = "田中 <tanaka@example.com>"
    message.set_content("入力しました。")
    for name, content in files:
        message.add_attachment(content, maintype=kind[0], subtype=kind[1], filename=name)
    return message


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


# --- .eml ------------------------------------------------------------------------------------------------------


def test_a_workbook_attached_to_a_mail(tmp_path, workbook):
    path = saved(tmp_path / "返信.eml", mail(("年間計画_田中.xlsx", workbook)))
    assert names(path) == ["返信.eml › 年間計画_田中.xlsx"]
    assert names(path, "en") == ["返信.eml > 年間計画_田中.xlsx"]


def test_several_workbooks_and_other_files(tmp_path, workbook):
    message = mail(("1.xlsx", workbook), ("2.XLSX", workbook))
    message.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="x.pdf")
    message.add_attachment("hello", subtype="plain", filename="notes.txt")
    assert names(saved(tmp_path / "m.eml", message)) == ["m.eml › 1.xlsx", "m.eml › 2.XLSX"]


def test_a_forwarded_mail_in_a_mail_in_a_mail(tmp_path, workbook):
    message = mail(("計画.xlsx", workbook))
    for _ in range(3):
        outer = mail()
        outer.add_attachment(message)
        message = outer
    assert names(saved(tmp_path / "m.eml", message)) == ["m.eml › 計画.xlsx"]


def test_a_mail_that_is_attached_as_a_file(tmp_path, workbook):
    inner = mail(("計画.xlsx", workbook)).as_bytes(policy=email.policy.SMTP)
    path = saved(tmp_path / "m.eml", mail(("転送.eml", inner), kind=("application", "octet-stream")))
    assert names(path) == ["m.eml › 計画.xlsx"]


def attachment(headers: str, content: bytes) -> bytes:
    """A mail as a program writes it that does not use Python's."""
    lines = base64.encodebytes(content).decode("ascii").replace("\n", "\r\n")
    return (
        "From: a@example.com\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n"
        f"--B\r\nContent-Type: text/plain\r\n\r\nhello\r\n--B\r\n{headers}\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{lines}\r\n--B--\r\n"
    ).encode("latin-1")


RAW = ("cp932", "utf-8", "iso-2022-jp", "euc-jp")
KIND = f"Content-Type: {'/'.join(XLSX)}"


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        # 計画.xlsx in RFC 2231, alone and in pieces
        (f"{KIND}\r\nContent-Disposition: attachment; filename*=UTF-8''%E8%A8%88%E7%94%BB.xlsx", "計画.xlsx"),
        (f"{KIND}\r\nContent-Disposition: attachment; filename*0*=UTF-8''%E8%A8%88; filename*1*=%E7%94%BB.xlsx",
         "計画.xlsx"),
        # RFC 2047 inside a parameter, as Outlook and many Japanese programs write it
        (f'{KIND}; name="=?UTF-8?B?6KiI55S7Lnhsc3g=?="\r\nContent-Disposition: attachment', "計画.xlsx"),
        (f'{KIND}\r\nContent-Disposition: attachment; filename="=?ISO-2022-JP?B?GyRCN1cyaBsoQi54bHN4?="', "計画.xlsx"),
        # no name at all, or one in an encoding that nobody knows
        (KIND, "?.xlsx"),
        (f"{KIND}\r\nContent-Disposition: attachment; filename=\"=?x-unknown?B?AAAA?=\"", "?.xlsx"),
        ("Content-Type: application/octet-stream", "?.xlsx"),
        # raw bytes without any mark, as older programs in Japan write them, and names of charsets of their own
        *((f'{KIND}; name="{"計画.xlsx".encode(one).decode("latin-1")}"', "計画.xlsx") for one in RAW),
        (f'{KIND}; name="=?x-sjis?B?{base64.b64encode("計画.xlsx".encode("cp932")).decode()}?="', "計画.xlsx"),
        (f"{KIND}\r\nContent-Disposition: attachment; filename*=x-sjis'ja'%8Cv%89%E6.xlsx", "計画.xlsx"),
        (f'{KIND}; name="=?cp50220?B?GyRCN1cyaBsoQi54bHN4?="', "計画.xlsx"),
        # folders in a name, and letters that would move the cursor
        (f'{KIND}; name="..\\\\..\\\\a/b/plan.xlsx"', "plan.xlsx"),
        (f"{KIND}\r\nContent-Disposition: attachment; filename*=UTF-8''a%1B%5B31m%0D%0Ab.xlsx", "a [31m  b.xlsx"),
    ],
)  # fmt: skip
def test_names_of_attachments(tmp_path, workbook, headers, name):
    assert names(saved(tmp_path / "m.eml", attachment(headers, workbook))) == [f"m.eml › {name}"]


def test_a_mail_without_a_workbook(tmp_path):
    assert refusal(saved(tmp_path / "m.eml", mail())) == (
        "m.eml: 添付ファイルがありません。差出人に、入力したブック（.xlsx）を添付して送り直してもらってください。"
    )
    linked = mail()
    linked.set_content("ファイルはこちらです https://example-my.sharepoint.com/:x:/p/tanaka/abc")
    assert "リンク先のブック（.xlsx）をダウンロード" in refusal(saved(tmp_path / "m.eml", linked))


def zipped(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name, content in files.items():
            package.writestr(name.replace("_", "."), content)
    return made.getvalue()


def smime(kind: int) -> bytes:
    """The beginning of a message of PKCS #7 (RFC 2315): a sequence with the id of its kind, 2 signed, 3 enveloped."""
    return bytes.fromhex("30800609 2A864886F70D0107".replace(" ", "")) + bytes([kind]) + bytes(200)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("winmail.dat", bytes.fromhex("789F3E22") + bytes(50), ["winmail.dat（Outlook独自の形式", "テキスト形式"]),
        ("smime.p7m", smime(3), ["smime.p7m（暗号化されたメール", "復号"]),
        ("smime.p7m", smime(2), ["smime.p7m（電子署名されたメール", "保存して取り込んで"]),
        ("計画.csv", "月,件数\n2026-04,5\n".encode("cp932"), ["計画.csv（CSVなど", "配布したブック"]),
        ("計画.pdf", b"%PDF-1.7", ["計画.pdf（PDF）", "配布したブック"]),
        # by what is in it, not by its name
        ("計画.dat", b"%PDF-1.7", ["計画.dat（PDF）"]),
        ("invoice.bin", b"Rar!\x1a\x07\0", ["invoice.bin（圧縮ファイル）", "展開"]),
        ("計画.xls", bytes.fromhex("D0CF11E0A1B11AE1") + "Workbook".encode("utf-16-le"), ["古いExcel", "保存し直し"]),
        ("文書", zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), ["文書（OpenDocument"]),
    ],
)  # fmt: skip
def test_what_is_attached_in_place_of_a_workbook_is_named_with_what_to_do(tmp_path, name, content, told):
    message = mail((name, content), kind=("application", "octet-stream"))
    said = refusal(saved(tmp_path / "m.eml", message))
    assert said.startswith("m.eml: Excelブック（.xlsx）が添付されていません。添付されているもの: ")
    assert all(words in said for words in told)
    assert all(words in refusal(saved(tmp_path / "m.msg", msg(Mail({name: content})))) for words in told)


def test_a_signature_beside_nothing_is_nothing(tmp_path):
    message = mail(("smime.p7s", smime(2)), kind=("application", "pkcs7-signature"))
    assert "添付ファイルがありません" in refusal(saved(tmp_path / "m.eml", message))


@pytest.mark.parametrize("name", ["計画", "計画.dat", "計画.xls", "計画.bin"])
def test_a_workbook_under_another_name_is_one(tmp_path, workbook, name):
    message = mail((name, workbook), kind=("application", "octet-stream"))
    assert names(saved(tmp_path / "m.eml", message)) == [f"m.eml › {name}"]


@pytest.mark.parametrize("content", [b"\0\1\2", b"no header at all", bytes(1000)])
def test_what_is_no_mail(tmp_path, content):
    message = refusal(saved(tmp_path / "m.eml", content))
    assert "メールとして読めません" in message or "添付されていません" in message


def test_every_mail_of_a_mailbox_and_what_calls_itself_a_workbook(tmp_path, workbook):
    """Mails that a program exports into one file; a line "From …" of what somebody writes begins none."""
    one, two = mail(("a.xlsx", workbook)), mail(("b.xlsx", workbook))
    one.preamble = "From now on 2026\nwe write: so"
    begun = b"From tanaka@example.com Mon Nov 30 10:00:00 2026\n"
    box = begun + one.as_bytes() + b"\n" + begun + two.as_bytes()
    assert names(saved(tmp_path / "返信.mbox", box)) == ["返信.mbox › a.xlsx", "返信.mbox › b.xlsx"]
    assert names(saved(tmp_path / "返信.xlsx", one)) == ["返信.xlsx › a.xlsx"]
    with zipfile.ZipFile(tmp_path / "圧縮.xlsx", "w") as packed:
        packed.writestr("c.xlsx", workbook)
    assert names(tmp_path / "圧縮.xlsx") == ["圧縮.xlsx › c.xlsx"]
    assert "0バイト" in refusal(saved(tmp_path / "空.eml", b""))


def test_a_workbook_in_a_mail_is_looked_at_like_any_other(tmp_path):
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", bytes(50_000_000))
    message = refusal(saved(tmp_path / "m.eml", mail(("計画.xlsx", bomb.getvalue()))))
    assert message.startswith("m.eml › 計画.xlsx: ") and "展開すると大きくなりすぎる" in message


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


# --- .msg ------------------------------------------------------------------------------------------------------


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


# --- files and folders -----------------------------------------------------------------------------------------


def test_a_folder_stands_for_the_files_in_it(tmp_path):
    for name in ("b.xlsx", "a.eml", "c.MSG", "~$b.xlsx", ".hidden.xlsx", "notes.txt", "old.xls", "返信.csv"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "名簿.csv").write_text("名前,部門,メール,担当チャネル\n田中,営業,tanaka@example.com,ads\n", "utf-8")
    (tmp_path / "folder.xlsx").mkdir()
    skipped: list[str] = []
    assert [file.name for file in files_in([tmp_path], "ja", skipped=skipped)] == ["a.eml", "b.xlsx", "c.MSG"]
    told = {line.partition(":")[0]: line for line in skipped}
    assert told.keys() == {"old.xls", "返信.csv"}
    assert "保存し直して" in told["old.xls"] and "配布したブック（.xlsx）に入力して" in told["返信.csv"]


def test_the_plan_itself_in_the_same_folder_is_left_out_and_each_file_counts_once(tmp_path):
    for name in ("plan.xlsx", "1.xlsx"):
        (tmp_path / name).write_bytes(b"x")
    found = files_in([tmp_path, tmp_path / "1.xlsx", tmp_path / "." / "1.xlsx"], "ja", but=tmp_path / "plan.xlsx")
    assert [file.name for file in found] == ["1.xlsx"]


def test_every_path_that_is_no_use_is_named_at_once(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "x.xls").write_bytes(b"x")
    with pytest.raises(BadFile) as error:
        files_in([tmp_path / "empty", tmp_path / "x.xls", tmp_path / "none.xlsx"], "ja")
    assert str(error.value).splitlines() == [
        "empty: 取り込めるファイル（.xlsx、.eml、.msg、.zip）がありません。",
        "x.xls: 取り込めるのは .xlsx、.eml、.msg、.zip のファイルです。"
        "Excelで開き、「Excelブック（.xlsx）」として保存し直してから取り込んでください。",
        "none.xlsx: ファイルが見つかりません。ファイル名とフォルダーを確かめてください。",
    ]
