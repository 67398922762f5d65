"""PEOPLE.csv: what Excel and editors write is read, and everything wrong is said at once with line and column."""

from __future__ import annotations

import csv
import io

import pytest

from tests.sheets.plans import template
from xl_kpi.catalog.messages import line, message
from xl_kpi.errors import BadFile, InputFaults
from xl_kpi.exchange.people import Person, is_address, read_people
from xl_kpi.plan.pages.optional import OPTIONAL, with_pages

ROWS = [
    ["名前", "部門", "メール", "担当チャネル"],
    ["山田 太郎", "マーケティング", "yamada@example.co.jp", "広告、web"],
    ["佐藤 花子", "フィールドセールス", "sato@example.co.jp", ""],
]
PEOPLE = [
    Person("山田 太郎", "マーケティング", "yamada@example.co.jp", ("ads", "web")),
    Person("佐藤 花子", "フィールドセールス", "sato@example.co.jp"),
]


@pytest.fixture(scope="module")
def plan():
    return template("default", "ja")


def written(folder, rows, *, encoding="utf-8", delimiter=",", newline="\r\n"):
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter, lineterminator=newline).writerows(rows)
    path = folder / "people.csv"
    path.write_bytes(file.getvalue().encode(encoding))
    return path


def faults(folder, rows, plan, lang="ja") -> list[str]:
    with pytest.raises(InputFaults) as caught:
        read_people(written(folder, rows), plan)
    return [line(fault, lang) for fault in caught.value.faults]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_line_with_which_excel_declares_the_separator_is_no_header(delimiter, plan, tmp_path):
    path = written(tmp_path, ROWS, delimiter=delimiter, encoding="cp932")
    path.write_bytes(f"sep={delimiter}\r\n".encode() + path.read_bytes())
    assert read_people(path, plan) == PEOPLE


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_every_file_that_excel_saves_is_read(encoding, delimiter, plan, tmp_path):
    assert read_people(written(tmp_path, ROWS, encoding=encoding, delimiter=delimiter), plan) == PEOPLE


@pytest.mark.parametrize(
    "header",
    [
        ["name", "department", "mail", "channels"],
        ["氏名", "部門", "メールアドレス", "チャネル"],
        ["Ｎａｍｅ", "Department ", "E-Mail", "Channels"],
    ],
)
def test_headers_in_both_languages(header, plan, tmp_path):
    assert read_people(written(tmp_path, [header, *ROWS[1:]]), plan) == PEOPLE


def test_columns_in_any_order_beside_others_and_blank_lines(plan, tmp_path):
    rows = [[mail, "備考", channels, name, department] for name, department, mail, channels in ROWS]
    rows.insert(2, ["", "", "", "", ""])
    assert read_people(written(tmp_path, rows), plan) == PEOPLE


@pytest.mark.parametrize(
    "typed", ["ads;web", "ＡＤＳ；Web", "広告、サービスサイト", "広告, サービス サイト", " ads ;; web;ads"]
)
def test_channels_by_id_or_name(typed, plan, tmp_path):
    row = ["山田 太郎", "マーケティング", "yamada@example.co.jp", typed]
    assert read_people(written(tmp_path, [ROWS[0], row]), plan) == PEOPLE[:1]


@pytest.mark.parametrize(
    ("mail", "channels", "likely"),
    [
        ("yamada@example.co.jp", "広告/サービスサイト", "広告、サービスサイト"),
        ("yamada@example.co.jp", "広告とサービスサイト", "広告、サービスサイト"),
        ("山田 <yamada@example.co.jp>", "広告", "yamada@example.co.jp"),
        ("ｙamada＠example.co.jp", "広告", "yamada@example.co.jp"),
    ],
)
def test_what_is_likely_meant_is_asked(mail, channels, likely, plan, tmp_path):
    (told,) = faults(tmp_path, [ROWS[0], ["山田 太郎", "マーケティング", mail, channels]], plan)
    assert f"→ {likely} のことですか？" in told


def test_a_value_beyond_the_headers_is_never_dropped(plan, tmp_path):
    rows = [
        ROWS[0],
        ["山田 太郎", "マーケティング", "yamada@example.co.jp", "サービスサイト", "広告"],
        [*ROWS[2], "", " "],
    ]
    assert faults(tmp_path, rows, plan) == [
        "people.csv 2行目 担当チャネル: 「広告」 → 見出しのない列に値があります。"
        "担当チャネルが複数のときは 1 つのセルに「、」か「;」で区切って入力してください"
    ]


def test_a_value_below_a_blank_header_is_never_dropped(plan, tmp_path):
    rows = [[*ROWS[0], "", "備考"], [*ROWS[1], "ウェビナー", "新任"]]
    assert [line.partition("→")[0] for line in faults(tmp_path, rows, plan)] == [
        "people.csv 2行目 担当チャネル: 「ウェビナー」 "
    ]


@pytest.mark.parametrize(
    "header", ["担当チャネル,担当チャネル", "担当チャネル,担当チャネル2", "担当チャネル①,担当チャネル②"]
)
def test_channels_in_columns_of_their_own(header, plan, tmp_path):
    """Nothing of the second column is dropped."""
    file = written(tmp_path, [["名前", "部署", "メール", *header.split(",")],
                              ["山田", "マーケティング", "a@example.com", "広告", "web"]])  # fmt: skip
    assert read_people(file, plan)[0].channels == ("ads", "web")


@pytest.mark.parametrize("header", ["メール,Mail", "メール1,メール2"])
def test_two_columns_of_addresses_are_a_fault(header, plan, tmp_path):
    rows = [["名前", *header.split(","), "担当チャネル"], ["山田", "a@example.com", "b@example.com", "広告"]]
    assert any("「メール」の列が2つ以上" in fault for fault in faults(tmp_path, rows, plan))


def test_blank_lines_above_the_headers(plan, tmp_path):
    rows = [[], ["", ""], ["名前", "メール", "担当チャネル"], ["山田", "nobody", "広告"]]
    assert "4行目 メール" in faults(tmp_path, rows, plan)[0]


def test_everything_wrong_is_said_at_once(plan, tmp_path):
    rows = [
        ROWS[0],
        ["", "マーケティング", "yamada＠example.co.jp", "広告"],
        ["佐藤", "マーケティング", "sato@example", "広吿;telephone"],
        ["鈴木", "マーケティング", "suzuki@example.com", "web"],
        ["鈴木二", "マーケティング", "Suzuki@example.com", "web"],
        ["役員", "役員室", "ceo@example.com", ""],
    ]
    known = (
        "サービスサイト (web), 広告 (ads), ウェビナー (webinar), 展示会 (trade_show), インサイドセールス (inside_sales)"
    )
    several = "複数のチャネルは「、」か「;」で区切ります。"
    mail = "半角のメールアドレスを1つ入力してください（例: yamada@example.co.jp）"
    assert faults(tmp_path, rows, plan) == [
        "people.csv 2行目 名前: （空欄） → 名前を入力してください",
        f"people.csv 2行目 メール: 「yamada＠example.co.jp」 → yamada@example.co.jp のことですか？ {mail}",
        f"people.csv 3行目 メール: 「sato@example」 → {mail}",
        f"people.csv 3行目 担当チャネル: 「広吿」 → このチャネルはありません。{several}使えるチャネル: {known}",
        f"people.csv 3行目 担当チャネル: 「telephone」 → このチャネルはありません。{several}使えるチャネル: {known}",
        "people.csv 5行目 メール: 「Suzuki@example.com」 → 4行目と同じアドレスです。1人につき1行にまとめてください",
        f"people.csv 6行目 担当チャネル: 「役員室」 → この人が入力できる数値がありません。担当チャネル（{known}）か、"
        "数値を担当する部門（マーケティング, インサイドセールス, フィールドセールス）を指定してください",
    ]


def test_in_english_with_the_nearest_name(tmp_path):
    rows = [["name", "department", "mail", "channels"], ["Ann", "Marketing", "ann@example.com", "webinars"]]
    (line,) = faults(tmp_path, rows, template("default", "en"), "en")
    assert line.startswith(
        "people.csv line 2 channels: 'webinars' → Did you mean webinar? No such channel. Separate several with \";\". "
    )


def test_a_department_is_known_however_wide_it_is_typed(tmp_path):
    rows = [["name", "department", "mail", "channels"], ["Ann", "ｆｉｅｌｄ　Ｓａｌｅｓ", "ann@example.com", ""]]
    (person,) = read_people(written(tmp_path, rows), template("default", "en"))
    assert person.department == "ｆｉｅｌｄ Ｓａｌｅｓ"


@pytest.mark.parametrize("rows", [[ROWS[0]], [ROWS[0], ["", "", "", ""]]])
def test_nobody_is_a_fault(rows, plan, tmp_path):
    assert faults(tmp_path, rows, plan) == [
        "people.csv 2行目 名前: （空欄） → 配布先が1人もありません。2行目から1人1行で入力してください"]  # fmt: skip


def test_missing_columns_are_named_together(plan, tmp_path):
    assert faults(tmp_path, [["名前", "電話"], ["山田", "03"]], plan) == [
        f"people.csv 1行目: 「名前, 電話」 → 見出し「{column}」の列が必要です。"
        "1行目の見出し: 名前, 部門, メール, 担当チャネル"
        for column in ("メール", "担当チャネル")
    ]


def test_without_departments_the_channels_do(plan, tmp_path):
    rows = [["名前", "メール", "担当チャネル"], ["山田 太郎", "yamada@example.co.jp", "web"]]
    assert read_people(written(tmp_path, rows), plan) == [
        Person("山田 太郎", "", "yamada@example.co.jp", ("web",))]  # fmt: skip


def test_a_line_break_in_a_name_becomes_a_space_and_other_signs_are_refused(plan, tmp_path):
    """Nothing typed may reach the heads of a mail, or make a file that Excel can't read."""
    good = ["山田\r\nBcc: x@example.com", "広報", "y@example.com", "web"]
    (person,) = read_people(written(tmp_path, [ROWS[0], good]), plan)
    assert person.name == "山田 Bcc: x@example.com"
    for sign in ("\x07", "\u202e", "a" * 101):
        (line,) = faults(tmp_path, [ROWS[0], [f"山{sign}田", *good[1:]]], plan)
        assert "改行や制御文字のない100文字以内" in line


@pytest.mark.parametrize(
    ("typed", "good"),
    [
        ("yamada@example.co.jp", True),
        ("o'neil+kpi@mail.example.com", True),
        ("yamada@localhost", False),
        ("yamada", False),
        ("@example.com", False),
        ("a b@example.com", False),
        ("Yamada <yamada@example.com>", False),
        ("yamada@example.com, sato@example.com", False),
        ("yamada@example.com\r\nBcc: all@example.com", False),
        ('"a\\"b"@example.com', False),
        ("山田@example.com", False),
        ("yamada@例え.jp", False),
        ("yamada@-example.com", False),
        (f"{'a' * 250}@example.com", False),
        ("", False),
    ],
)
def test_addresses(typed, good):
    assert is_address(typed) is good


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "people.csv: ファイルが見つかりません。ファイル名とフォルダーを確かめてください。"),
        (b"\x81", "people.csv: 文字コードを判別できません。UTF-8かShift_JIS（Excelの「CSV」）で保存し直してください。"),
        (
            b'"' + b"x" * 200_000,
            "people.csv: 1行目からCSVとして読めません（field larger than field limit (131072)）。"
            "引用符とカンマを確かめるか、Excelの「CSV」で保存し直してください。",
        ),
    ],
)
def test_what_is_no_list_of_people(content, said, plan, tmp_path):
    path = tmp_path / "people.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadFile) as caught:
        read_people(path, plan)
    assert message(caught.value, "ja") == said


# --- pages on which people type row by row


def test_pages_by_name_in_both_languages_or_id(plan, tmp_path):
    shown = with_pages(plan, {"accounts": True, "actions": True, "alignment": True})
    rows = [
        ROWS[0],
        ["山田 太郎", "", "yamada@example.co.jp", "広告、企業リスト;見直し"],
        ["佐藤 花子", "", "sato@example.co.jp", "Review log; page:accounts; 連携の記録"],
        ["鈴木 一郎", "フィールドセールス", "suzuki@example.co.jp", "actions"],
    ]
    found = read_people(written(tmp_path, rows), shown)
    assert [person.channels for person in found] == [
        ("ads", "page:accounts", "page:actions"),
        ("page:actions", "page:accounts", "page:alignment_log"),
        ("page:actions",),
    ]


def test_a_page_that_the_plan_does_not_show_is_told_with_what_to_do(plan, tmp_path):
    row = ["山田 太郎", "マーケティング", "yamada@example.co.jp", "企業リスト; 見直"]
    assert faults(tmp_path, [ROWS[0], row], with_pages(plan, {"actions": True})) == [
        "people.csv 2行目 担当チャネル: 「企業リスト」 → このページは計画に表示されていません。"
        "設定か xl-kpi pages --on で表示してから送ってください",
        "people.csv 2行目 担当チャネル: 「見直」 → 見直し のことですか？ このチャネルはありません。"
        "複数のチャネルは「、」か「;」で区切ります。"
        "使えるチャネル: サービスサイト (web), 広告 (ads), ウェビナー (webinar), 展示会 (trade_show), "
        "インサイドセールス (inside_sales), 見直し (actions)",
    ]


@pytest.mark.parametrize("page", ["history", "履歴", "ブランド・信頼", "brand", "tree"])
def test_pages_without_rows_to_type_are_none_of_these(page, plan, tmp_path):
    row = ["山田 太郎", "マーケティング", "yamada@example.co.jp", page]
    (said,) = faults(tmp_path, [ROWS[0], row], with_pages(plan, dict.fromkeys(OPTIONAL, True)))
    assert "このチャネルはありません" in said
