"""Returned mails: the workbooks in .eml files, forwarded or not, what is no use, and the files of a folder."""

from __future__ import annotations

import base64
import email.policy
import io
import zipfile

import pytest

from tests.exchange.mail.mails import KIND, attachment, mail, names, refusal, saved
from tests.exchange.mail.msg_files import Mail, msg
from xl_kpi.errors import BadFile
from xl_kpi.exchange.mail.mailbox import files_in


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


RAW = ("cp932", "utf-8", "iso-2022-jp", "euc-jp")


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
        ("smime.p7m", b"0" + bytes(50), ["smime.p7m（電子署名されたメール", "保存して取り込んで"]),
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
