"""Replies in zip files: opened with limits, named where they can't be."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from tests.exchange.mail.mails import mail, names, refusal, saved
from tests.exchange.mail.msg_files import Mail, msg
from xl_kpi.errors import BadFile
from xl_kpi.exchange.mail import archives
from xl_kpi.exchange.mail.mailbox import files_in, workbooks_in

ZIP = ("application", "zip")
OLD = Path(__file__).parents[2] / "old_workbooks" / "million_yen.xlsx"


@pytest.fixture(scope="module")
def workbook() -> bytes:
    return OLD.read_bytes()


def zipped(files: dict[str, bytes], encoding: str = "") -> bytes:
    """A zip file; ``encoding`` of the names, which it does not tell."""
    stand_ins = {name: "n" * len(name.encode(encoding)) for name in files} if encoding else {}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in files.items():
            package.writestr(stand_ins.get(name, name), content)
    data = made.getvalue()
    for name, stand_in in stand_ins.items():
        data = data.replace(stand_in.encode(), name.encode(encoding))
    return data


def locked(files: dict[str, bytes]) -> bytes:
    """A zip file with a password: the flag of each file says it."""
    data = bytearray(zipped(files))
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + flags] |= 1
            at = data.find(signature, at + 4)
    return bytes(data)


def found(path: Path) -> tuple[list[str], str]:
    """The workbooks, and why something is not taken."""
    there: list[str] = []
    try:
        there += (one.name for one in workbooks_in(path, "ja"))
    except BadFile as problem:
        return there, str(problem)
    return there, ""


@pytest.mark.parametrize("encoding", ["", "cp932", "utf-8"])
def test_workbooks_in_a_zip_file_under_the_names_that_people_gave_them(tmp_path, workbook, encoding):
    """Windows in Japan writes names in Shift_JIS and does not say so, macOS in UTF-8."""
    data = zipped({"返信/計画_田中 表.xlsx": workbook}, encoding)
    told = ["回答.zip › 計画_田中 表.xlsx"]
    assert names(saved(tmp_path / "m.eml", mail(("回答.zip", data), kind=ZIP))) == [f"m.eml › {told[0]}"]
    assert names(saved(tmp_path / "m.msg", msg(Mail({"回答.zip": data})))) == [f"m.msg › {told[0]}"]
    assert names(saved(tmp_path / "回答.zip", data)) == told
    assert names(saved(tmp_path / "m.eml", mail(("回答.bin", data), kind=ZIP))) == [
        "m.eml › 回答.bin › 計画_田中 表.xlsx"
    ]


def test_several_workbooks_and_what_lies_beside_them(tmp_path, workbook):
    beside = {"__MACOSX/._a.xlsx": b"\0\x05\x16\x07", "メモ.txt": "入力しました".encode(), "空/": b""}
    data = zipped({"a.xlsx": workbook, "b.xlsx": workbook, **beside})
    assert names(saved(tmp_path / "r.zip", data)) == ["r.zip › a.xlsx", "r.zip › b.xlsx"]
    assert files_in([tmp_path], "ja") == [tmp_path / "r.zip"]  # found in a folder like any reply


def test_zip_files_and_mails_in_one_another(tmp_path, workbook):
    inner = mail(("計画.zip", zipped({"計画.xlsx": workbook})), kind=ZIP).as_bytes()
    data = zipped({"転送.eml": inner, "b.zip": zipped({"b.xlsx": workbook})})
    assert names(saved(tmp_path / "r.zip", data)) == ["r.zip › 計画.zip › 計画.xlsx", "r.zip › b.zip › b.xlsx"]


def test_a_zip_file_with_a_password_is_named_with_what_to_do(tmp_path, workbook):
    data = locked({"計画.xlsx": b"x"})
    said = refusal(saved(tmp_path / "m.eml", mail(("計画.zip", data), kind=ZIP)))
    assert "計画.zip（パスワード付きZIP）（中に 計画.xlsx）" in said and "別に届いたパスワードで展開" in said
    assert "パスワードで展開" in refusal(saved(tmp_path / "計画.zip", data))
    # beside a workbook it is told as well: it may be the reply
    both = mail(("計画.xlsx", workbook), ("回答.zip", data))
    there, said = found(saved(tmp_path / "m.eml", both))
    assert there == ["m.eml › 計画.xlsx"]
    assert said.startswith("m.eml: 添付のブックのほかに、読めないものがあります: 回答.zip（パスワード付きZIP）")


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "r.zip（空のZIPファイル）"),
        ({"計画.csv": b"a,b\n1,2\n"}, "計画.csv（CSVなど"),
        ({"計画.pdf": b"%PDF-1.7"}, "計画.pdf（PDF）"),
    ],
)
def test_a_zip_file_without_a_workbook(tmp_path, files, told):
    said = refusal(saved(tmp_path / "r.zip", zipped(files)))
    assert said.startswith(f"r.zip: ZIPファイルの中にExcelブック（.xlsx）がありません。入っているもの: {told}")


def test_what_unpacks_to_too_much(tmp_path, workbook, monkeypatch):
    bomb = zipped({"a.xlsx": bytes(30_000_000)})  # to 1,000 times its size
    assert "展開すると大きすぎる" in refusal(saved(tmp_path / "r.zip", bomb))
    assert "展開すると大きすぎる" in refusal(saved(tmp_path / "m.eml", mail(("r.zip", bomb), kind=ZIP)))
    monkeypatch.setattr(archives.Room, "__init__", lambda self: vars(self).update(files=3, size=10**6))
    within = zipped({"a.zip": zipped({"b.txt": b"1", "c.txt": b"2"}), "d.txt": b"3"})
    assert "r.zip" in refusal(saved(tmp_path / "r.zip", within)) and found(tmp_path / "r.zip")[0] == []
    three = saved(tmp_path / "r.zip", zipped({"a.zip": zipped({"b.xlsx": workbook}), "d.txt": b"3"}))
    assert names(three) == ["r.zip › a.zip › b.xlsx"]


def test_a_damaged_zip_file_stops_nothing_else(tmp_path, workbook):
    data = zipped({"a.xlsx": workbook, "b.xlsx": workbook})
    broken = bytearray(data)
    broken[len(data) // 4] ^= 0xFF  # in the first file
    there, said = found(saved(tmp_path / "r.zip", bytes(broken)))
    assert there == ["r.zip › b.xlsx"] and "a.xlsx（ZIPの中の、パスワード付きか壊れたファイル）" in said
