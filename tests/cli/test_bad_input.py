"""Bad input ends in exit 2 or 3 and one line for each fault; the target file is as it was."""

from __future__ import annotations

import zipfile
from io import BytesIO

import openpyxl
import pytest

from tests.cli.terminal import edited, xl
from xl_kpi.catalog import text

pytestmark = pytest.mark.slow  # whole workbooks are written and read back

RATE, LOW = text("stage_rate", "ja"), text("stage_low", "ja")


def refused(target, *arguments, code=2, faults=1) -> list[str]:
    """What ``new --force`` over a file says when it is refused."""
    answer = xl("new", target, "--force", *arguments)
    assert answer.code == code, answer
    assert answer.out == "" and len(answer.faults) == faults
    assert "Traceback" not in answer.err
    return answer.faults


# --- options ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--goal", ""], "--goal: （空欄） → 未入力です。目標は0より大きい数値にしてください"),
        (["--goal", "0"], "--goal: 「0」 → 目標は0より大きい数値にしてください"),
        (["--goal", "-50"], "--goal: 「-50」 → 目標は0より大きい数値にしてください"),
        (["--goal", "△50"], "--goal: 「-50」 → 目標は0より大きい数値にしてください"),
        (["--goal", "五十"], "--goal: 「五十」 → 数値（例: 1,200）を入力してください"),
        (["--months", "0"], "--months: 「0」 → 整数（例: 12）を入力してください（1から36まで）"),
        (["--months", "37"], "--months: 「37」 → 整数（例: 12）を入力してください（1から36まで）"),
        (["--start", "2026-04-15"], "--start: 「2026-04-15」 → 2026/4 のことですか？"),
        (["--start", "2026-13"], "--start: 「2026-13」 → 2026/4 のように年と月を入力してください"),
        (["--start", "来月"], "--start: 「来月」 → 2026/4 のように年と月を入力してください"),
        (["--set", "stage.mql.rate=20"], "--set stage.mql.rate: 「20」 → 20% のことですか？"),
        (["--set", "stage.mql.lag=-3"], "--set stage.mql.lag: 「-3」 → 日数を 20 または 10..30 のように"),
        (["--order-value", "0"], "--order-value: 「0」 → 受注単価は0より大きい金額にしてください"),
        (
            ["--kgi", "利益"],
            "--kgi: 「利益」 → 粗利 のことですか？ 受注、売上、粗利、新規顧客 のいずれかを入力してください",
        ),
        (["--template", "c9"], "--template: 「c9」 → "),
        (["--template", "defalt"], "--template: 「defalt」 → default のことですか？"),
        (
            ["--template", "no/such.xlsx"],
            "such.xlsx: ファイルが見つかりません。ファイル名とフォルダーを確かめてください。",
        ),
        (["--template", ""], "--template: （空欄） → "),
    ],
)
def test_an_option(target, options, said):
    assert refused(target, *options)[0].startswith(said)


# --- what stands in the cells of a template --------------------------------------------------------------


STAGES = ("leads", "mql", "sql", "opportunities", "proposals")  # rows 7 to 11 of the sheet


@pytest.mark.parametrize(
    "typed",
    [
        {
            0: "「0」 → 20%",
            20: "「20」 → 20% のことですか？",
            "130%": "「130%」",
            None: "（空欄） → 未入力です。",
            "たぶん": "「たぶん」",
        },
        {
            1.3: "「1.3」",
            -0.2: "「-0.2」",
            True: "「TRUE」",
            "#N/A": "「#N/A」",
            "=1/5": "「=1/5」 → この数式の計算結果が",
        },
    ],
)
def test_rates(target, five_stages, tmp_path, typed):
    def change(edit):
        for stage, value in zip(STAGES, typed, strict=True):
            edit.entry("tbl_stages", stage, RATE).value = value

    lines = refused(target, "--template", edited(five_stages, tmp_path / "t.xlsx", change), faults=5)
    for row, (line, found) in enumerate(zip(lines, typed.values(), strict=True), 7):
        assert line.startswith(f"t.xlsx ファネル!E{row}: {found}")


def test_lags(target, five_stages, tmp_path):
    typed = (-1, 1.5, 731, "長い", "10-30")

    def change(edit):
        for stage, value in zip(STAGES, typed, strict=True):
            edit.entry("tbl_stages", stage, LOW).value = value

    lines = refused(target, "--template", edited(five_stages, tmp_path / "t.xlsx", change), faults=5)
    for row, (line, value) in enumerate(zip(lines, typed, strict=True), 7):
        assert line.startswith(f"t.xlsx ファネル!F{row}: 「{value}」 → ")


@pytest.mark.parametrize(
    "typed",
    [
        {"kgi_kind": ("利益", "「利益」"), "kgi_value": (-5, "「-5」"), "plan_months": (0, "「0」"),
         "plan_start": ("2026/4/15", "「2026/4/15」 → 2026/4 のことですか？"),
         "plan_lang": ("français", "「français」"), "order_value": ("高い", "「高い」")},
        {"kgi_value": (None, "（空欄） → 未入力です。"), "plan_start": ("春", "「春」"), "plan_months": (37, "「37」"),
         "currency_unit": ("ドル", "「ドル」"), "kgi_growth": ("たくさん", "「たくさん」")},
        {"plan_months": (None, "（空欄） → 未入力です。"), "rounding": ("切り捨て", "「切り捨て」"),
         "delivery_days": (-1, "「-1」")},
    ],
)  # fmt: skip
def test_settings(target, small_book, tmp_path, typed):
    said = []

    def change(edit):
        for name, (value, found) in typed.items():
            edit.cell(name).value = value
            said.append(f"t.xlsx 設定!{edit.cell(name).coordinate}: {found}")

    template = edited(small_book, tmp_path / "t.xlsx", change)
    lines = refused(target, "--template", template, faults=len(typed))
    assert [start for start in said if not any(line.startswith(start) for line in lines)] == []


def test_a_duplicate_stage_is_named_in_both_rows(target, small_book, tmp_path):
    def change(edit):
        edit.entry("tbl_stages", "orders", "ID").value = "Leads"

    lines = refused(target, "--template", edited(small_book, tmp_path / "t.xlsx", change), faults=2)
    assert [line.split(" → ")[0] for line in lines] == [
        "t.xlsx ファネル!B7: 「leads」",
        "t.xlsx ファネル!B8: 「Leads」",
    ]


def test_a_duplicate_channel_is_named_in_both_rows(target, small_book, tmp_path):
    def change(edit):
        sheet, top, left, _, _ = edit.area("tbl_channels")
        for column in range(left, left + 9):
            sheet.cell(top + 2, column).value = sheet.cell(top + 1, column).value

    lines = refused(target, "--template", edited(small_book, tmp_path / "t.xlsx", change), faults=2)
    assert [line.split(" → ")[0] for line in lines] == ["t.xlsx チャネル!B7: 「web」", "t.xlsx チャネル!B8: 「web」"]


def test_all_faults_of_a_template_and_of_options_in_one_pass(target, quarter_book, tmp_path):
    def change(edit):
        edit.entry("tbl_stages", "mql", RATE).value = 20
        edit.cell("plan_months").value = 37
        edit.cell("kgi_value").value = "たくさん"  # --goal stands in its place
        edit.entry("tbl_channels", "ads", text("channel_share", "ja")).value = "半分"
        edit.entry("tbl_kpis", "web.cv", text("kpi_target", "ja")).value = "leads * nothing"

    template = edited(quarter_book, tmp_path / "t.xlsx", change)
    lines = refused(target, "--template", template, "--goal", "80", "--order-value", "-1", faults=5)
    assert [line.split(":")[0] for line in lines] == [
        "t.xlsx 設定!C25", "t.xlsx ファネル!E8", "t.xlsx チャネル!F8", "--order-value", "t.xlsx KPI辞書!M11",
    ]  # fmt: skip


# --- templates that are no workbooks ---------------------------------------------------------------------


def zip_of(parts: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def parts_of(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def encrypted() -> bytes:
    """The beginning of an OLE file with the stream that Office encrypts a workbook into."""
    return bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512


FILES = {
    "text": (lambda book: "段階,率\n".encode(), "Excelブックではありません（中身はCSVなどの表形式テキストのようです）"),
    "empty": (lambda book: b"", "ファイルが空（0バイト）です"),
    "truncated": (lambda book: book[: len(book) // 2], "ファイルが途中で切れています"),
    "damaged": (lambda book: book[:3000] + b"\xff" * 50 + book[3050:], "ファイルが壊れています"),
    "zip bomb": (lambda book: zip_of({**parts_of(book), "xl/media/a.xml": b"\0" * 150_000_000}), "大きくなりすぎる"),
    "password": (lambda book: encrypted(), "パスワードで暗号化されています"),
    "other zip": (lambda book: zip_of({"a.txt": b"a"}), "ZIPファイル"),
    "entities": (
        lambda book: zip_of({**parts_of(book), "docProps/x.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        "外部定義（DTD）",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_a_template_that_is_no_workbook(target, small_book, tmp_path, kind):
    make, said = FILES[kind]
    path = tmp_path / "t.xlsx"
    path.write_bytes(make(small_book))
    (line,) = refused(target, "--template", path)
    assert line.startswith("t.xlsx: ") and said in line


def test_a_workbook_that_is_none_of_ours(target, small_book, tmp_path):
    def change(edit):
        del edit.book.defined_names["tbl_stages"]

    (line,) = refused(target, "--template", edited(small_book, tmp_path / "t.xlsx", change))
    assert line.startswith("t.xlsx: xl-kpi の計画ブックではないようです（名前 tbl_stages がありません）")


def test_a_name_that_covers_a_whole_sheet_does_not_fill_the_memory(target, small_book, tmp_path):
    def change(edit):
        edit.book.defined_names["tbl_kpis"].attr_text = "'KPI辞書'!$A$6:$XFD$1048576"

    (line,) = refused(target, "--template", edited(small_book, tmp_path / "t.xlsx", change))
    assert line.startswith("t.xlsx: 名前 tbl_kpis の範囲が大きすぎます")


def test_a_header_that_was_overwritten(target, small_book, tmp_path):
    def change(edit):
        sheet, top, left, _, _ = edit.area("tbl_stages")
        sheet.cell(top, left + 4).value = "率"

    (line,) = refused(target, "--template", edited(small_book, tmp_path / "t.xlsx", change))
    assert line.startswith(f"t.xlsx ファネル!A6: 表 tbl_stages の見出しが見つかりません: {RATE}。")


def test_parts_that_no_reader_can_use(target, small_book, tmp_path):
    """The address of a cell on 設定 that is none: what stands there can't be known."""
    parts = parts_of(small_book)
    number = openpyxl.load_workbook(BytesIO(small_book)).sheetnames.index("設定") + 1
    name = f"xl/worksheets/sheet{number}.xml"
    parts[name] = parts[name].replace(b'r="B2"', b'r="%%"', 1)
    path = tmp_path / "t.xlsx"
    path.write_bytes(zip_of(parts))
    (line,) = refused(target, "--template", path)
    assert line.startswith("t.xlsx: ファイルが壊れています")
