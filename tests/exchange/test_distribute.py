"""``xl-kpi distribute``: the files and drafts of a first version, what the master remembers, and what is refused."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
from io import BytesIO
from zipfile import ZipFile

import pytest
from openpyxl.worksheet.pagebreak import Break

from tests.agreement.selected import often
from tests.cli.terminal import JAPANESE, Edit, xl
from tests.exchange.recipients import everything_in, loaded
from tests.exchange.sent_plan import DRAFTS, FILES, ROWS, TITLE, named, written
from tests.torture.book import torture
from xl_kpi.commands import open_workbook
from xl_kpi.exchange.outgoing.contents import contents
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.merging.permissions import is_open
from xl_kpi.workbook.reading.our_sheets import our_sheets

pytestmark = pytest.mark.slow


# --- files


def test_everybody_gets_a_workbook_and_a_draft_and_the_master_remembers(plan, people, tmp_path):
    out = tmp_path / "配布"
    answer = xl("distribute", plan, "--to", people, "-o", out, "--due", "2026-05-15")
    assert (answer.code, answer.out) == (0, f"3人分のブックを {out} に作成しました（第1版）。\n")
    assert (named(out, ".xlsx"), named(out, ".eml")) == (FILES, DRAFTS)
    opened = open_workbook(plan, "ja")
    (sent,) = opened.records.sent
    assert sent.version == "1"
    assert sent.opened == {
        "yamada@example.co.jp": ("web", "ads", "stage:leads", "stage:mql", "dept:マーケティング"),
        "sato@example.co.jp": ("stage:proposals", "stage:orders", "dept:フィールドセールス"),
        "suzuki@example.co.jp": ("webinar", "dept:広報"),
    }
    cover = loaded((out / FILES[1]).read_bytes())["送付状"]
    said = [cell.value for row in cover.iter_rows() for cell in row]
    assert {opened.records.plan_id, "1", "山田 太郎", "yamada@example.co.jp", "2026/05/15"} <= set(said)
    assert [(change.command, change.key, change.label) for change in opened.records.history][1:] == [
        ("distribute", "", "第1版を3人に配布")
    ]


def test_a_day_for_answers_that_is_over_is_told(plan, people, tmp_path):
    today = dt.date.today()
    for days, over in ((-1, True), (0, False)):
        due = today + dt.timedelta(days=days)
        answer = xl("distribute", plan, "--to", people, "-o", tmp_path / "配布", "--due", str(due), "--dry-run")
        assert answer.code == 0
        assert (f"--due: 返送期限 {due:%Y/%m/%d} は過ぎています" in answer.err) is over


def test_what_stands_beside_the_tables_and_own_page_breaks_are_told_as_not_sent(plan, people, tmp_path):
    command = ("distribute", plan, "--to", people, "-o", tmp_path / "配布", "--dry-run")
    assert "入りません" not in xl(*command).err
    edit = Edit(plan.read_bytes())
    sheet = edit.book["広告"]
    sheet["T20"], sheet["T21"] = "7月は出稿を止める", "=SUM(G9:R9)"
    sheet.row_breaks.append(Break(id=30))
    edit.book.save(plan)
    found = "広告: 改ページ、広告: 表の外に入力したセル"
    assert f"配布するブックには入りません（{found}）" in xl(*command).err


def test_what_was_sent_is_what_the_files_say(plan, people, tmp_path):
    """Typed since the last command: it is in the files, and what they are compared with when they come back."""
    edit = Edit(plan.read_bytes())
    sheet = edit.book["広告"]
    row = next(row for row in range(1, 60) if sheet.cell(row, 1).value == "clicks:actual")
    sheet.cell(row, 7).value = 4321
    edit.book.save(plan)
    out = tmp_path / "out"
    assert xl("distribute", plan, "--to", people, "-o", out).code == 0
    opened = open_workbook(plan, "ja")
    (sent,) = opened.records.sent
    assert sent.entries["actual[ads:clicks][2026-04]"] == 4321
    everybody = {id for ids in sent.opened.values() for id in ids}
    entries = entries_of(opened.read.plan)
    assert sent.entries == {key: value for key, value in entries.items() if is_open(key, everybody, opened.read.plan)}
    assert loaded((out / FILES[1]).read_bytes())["広告"].cell(row, 7).value == 4321


@pytest.mark.long
def test_the_draft_holds_the_workbook(plan, people, tmp_path):
    out = tmp_path / "out"
    body = tmp_path / "body.txt"
    body.write_text("{name} 様\n{due} までに。", "cp932")
    answer = xl("distribute", plan, "--to", people, "-o", out, "--due", "令和8年5月15日", "--subject", "{title} {name}",
                "--body", body)  # fmt: skip
    assert answer.code == 0
    for draft, file in zip(DRAFTS, FILES, strict=True):
        mail = email.message_from_bytes((out / draft).read_bytes(), policy=email.policy.default)
        name = file.removesuffix(".xlsx").partition("_")[2]
        assert mail["X-Unsent"] == "1" and mail["Subject"] == f"{TITLE} {name}"
        assert mail.get_body().get_content().splitlines() == [f"{name} 様", "2026/05/15 までに。"]
        (attached,) = mail.iter_attachments()
        assert (attached.get_filename(), attached.get_content()) == (file, (out / file).read_bytes())


def test_what_leaves_is_listed_first(plan, people, tmp_path):
    answer = xl("distribute", plan, "--to", people, "-o", tmp_path / "out", "--rest", "none", "--names")
    lines = answer.err.splitlines()
    start = lines.index("送るブックの内容 1（1人）:")
    assert lines[start + 1 : start + 8] == [
        "  シート 3枚: 送付状、逆算、合意",
        "  非表示シート 0枚: なし",
        "  名前 6個: act_stages、tbl_agreement、sent_plan、sent_version、sent_to、sent_name",
        "  関数名（LAMBDA） 0個: なし",
        "  外部リンク 0個: なし",
        "  マクロ・アドイン 0個: なし",
        "  コメント 0個: なし",
    ]
    assert sum(line.startswith("送るブックの内容") for line in lines) == 3
    few = xl("distribute", plan, "--to", people, "-o", tmp_path / "out", "--rest", "none", "--dry-run")
    assert few.out.splitlines()[3] == "  名前 6個（一覧は --names で表示）"
    named_in_order = [line.partition(" <")[0] for line in few.out.splitlines()[-4:-1]]
    assert named_in_order == [row[0] for row in ROWS]


def test_lite_and_the_rest_are_as_asked(plan, people, tmp_path):
    out = tmp_path / "out"
    answer = xl("distribute", plan, "--to", people, "-o", out, "--lite")
    assert answer.code == 0 and "  マクロ・アドイン 3個: " in answer.err
    assert "webextension" in everything_in((out / FILES[0]).read_bytes())


def test_a_department_that_the_plan_does_not_know_is_told(plan, people, tmp_path):
    """広報 owns no number of the template; its person has the webinar, so the list is sound all the same."""
    done = xl("distribute", plan, "--to", people, "-o", tmp_path / "out", "--dry-run")
    assert done.code == 0
    (warning,) = [line for line in done.err.splitlines() if line.startswith("注意")]
    assert "部門「広報」が担当する数値は計画にありません" in warning
    assert warning.endswith("マーケティング、インサイドセールス、フィールドセールス")


def test_what_nobody_on_the_list_can_type_is_told(plan, people, tmp_path):
    """Nobody is of インサイドセールス, nobody has the trade show; with both there is no line."""
    command = ("distribute", plan, "--to", people, "-o", tmp_path / "out", "--dry-run")
    (hint,) = [line for line in xl(*command).err.splitlines() if line.startswith("ヒント")]
    assert "入力欄がないもの: SQL、商談、展示会、インサイドセールス。" in hint
    written(people, [*ROWS, ["伊藤", "インサイドセールス", "ito@example.co.jp", "展示会;inside_sales"]])
    assert "ヒント" not in xl(*command).err
    # an agency runs the trade show and can't know what inside sales counts there
    written(people, [*ROWS, ["伊藤", "インサイドセールス", "ito@example.co.jp", "inside_sales"],
                     ["代理店", "", "fair@agency.example.com", "展示会"]])  # fmt: skip
    (hint,) = [line for line in xl(*command, "--lang", "en").err.splitlines() if line.startswith("hint")]
    assert "Nobody on the list can fill in: Trade show: Opportunities." in hint


def test_a_dry_run_writes_nothing(plan, people, book, tmp_path):
    answer = xl("distribute", plan, "--to", people, "-o", tmp_path / "out", "--dry-run")
    assert answer.code == 0
    assert answer.out.splitlines()[-1] == "確認だけです。3人に第1版を配布する内容で、何も書き込んでいません。"
    assert (
        f"佐藤 花子 <sato@example.co.jp>  {TITLE}_佐藤 花子.xlsx  【ご入力のお願い】{TITLE}" in answer.out.splitlines()
    )
    assert plan.read_bytes() == book and sorted(path.name for path in tmp_path.iterdir()) == ["people.csv", "plan.xlsx"]


@pytest.mark.long
def test_the_sheets_are_called_as_the_user_calls_them(plan, people, tmp_path):
    plan.write_bytes(with_renamed_sheet(plan.read_bytes(), "広告", "Web広告（運用型）"))
    assert xl("distribute", plan, "--to", people, "-o", tmp_path / "out", "--rest", "none").code == 0
    assert "Web広告（運用型）" in loaded((tmp_path / "out" / FILES[1]).read_bytes()).sheetnames


@pytest.mark.parametrize("macro", often([False, True], [True]))
def test_nothing_of_the_users_own_leaves(macro, people, tmp_path):
    """A master with shapes, pictures, pivots, comments, hidden sheets, links and, as .xlsm, macros of the user's."""
    plan = tmp_path / ("plan.xlsm" if macro else "plan.xlsx")
    plan.write_bytes(torture("ja", macro=macro))
    assert contents(plan.read_bytes()).code and contents(plan.read_bytes()).comments
    assert xl("distribute", plan, "--to", people, "-o", tmp_path / "out").code == 0
    assert contents(plan.read_bytes()).code, "the master keeps them"
    for name in named(tmp_path / "out", ".xlsx"):
        inside = contents((tmp_path / "out" / name).read_bytes())
        ours = set(our_sheets(open_workbook(plan, "ja").book)) | {"送付状"}
        assert set(inside.sheets) | set(inside.hidden) <= ours
        assert (inside.hidden, inside.links, inside.code, inside.comments) == (("計算",), (), (), ())
        with ZipFile(tmp_path / "out" / name) as package:
            kinds = {
                part.split("/")[1] for part in package.namelist() if part.startswith("xl/") and part.count("/") > 1
            }
        assert kinds == {"_rels", "worksheets", "drawings", "charts", "theme"}


def with_renamed_sheet(data: bytes, old: str, new: str) -> bytes:
    """As Excel renames a sheet: everything that points at it follows."""
    file = BytesIO()
    with ZipFile(BytesIO(data)) as before, ZipFile(file, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            if name.endswith(".xml"):
                part = part.replace(f"'{old}'!".encode(), f"'{new}'!".encode())
                part = part.replace(f'<sheet name="{old}"'.encode(), f'<sheet name="{new}"'.encode())
                part = part.replace(f' name="{old}" sheetId'.encode(), f' name="{new}" sheetId'.encode())
            after.writestr(name, part)
    return file.getvalue()


# --- what is wrong


def test_every_fault_of_list_options_and_environment_at_once(plan, people, book, tmp_path):
    written(people, [["山田", "マーケティング", "yamada", "ads"]])
    env = {**JAPANESE, "XL_KPI_SMTP_HOST": "", "XL_KPI_SMTP_FROM": ""}
    options = ("--due", "soon", "--subject", "{nme}", "--send", "--yes")
    answer = xl("distribute", plan, "--to", people, "-o", tmp_path / "out", *options, env=env)
    assert answer.code == 2
    assert [line.partition(":")[0] for line in answer.faults] == [
        "--due", "--subject", "people.csv 2行目 メール", "XL_KPI_SMTP_HOST", "XL_KPI_SMTP_FROM"]  # fmt: skip
    assert plan.read_bytes() == book and not (tmp_path / "out").exists()


def test_a_plan_with_errors_is_not_sent(plan, people, tmp_path):
    edit = Edit(plan.read_bytes())
    edit.cell("kgi_value").value = "many"
    edit.book.save(plan)
    before = plan.read_bytes()
    answer = xl("distribute", plan, "--to", people, "-o", tmp_path / "out")
    assert answer.code == 2 and answer.faults[0].startswith("plan.xlsx 設定!C8: 「many」")
    assert plan.read_bytes() == before and not (tmp_path / "out").exists()


def test_a_master_that_is_open_in_excel_is_not_sent(plan, people, book, tmp_path):
    plan.with_name("~$plan.xlsx").write_bytes(b"")
    answer = xl("distribute", plan, "--to", people, "-o", tmp_path / "out")
    assert answer.code == 3 and "Excelで開かれています" in answer.err
    assert plan.read_bytes() == book and named(tmp_path / "out", ".xlsx") == []


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        (("--rest", "some"), 2, "--rest には visible か none を指定してください（some）"),
        (("--send",), 2, "--send には確認が必要です。"),
        (
            ("--body", "nowhere.txt"),
            2,
            "nowhere.txt: ファイルが見つかりません。ファイル名とフォルダーを確かめてください。",
        ),
        (("--subject", " "), 2, "--subject: （空欄） → 件名を入力してください"),
    ],
)
def test_options_that_can_not_be_meant(options, code, words, plan, people, book, tmp_path):
    answer = xl("distribute", plan, "--to", people, "-o", tmp_path / "out", *options)
    assert answer.code == code and words in answer.err
    assert plan.read_bytes() == book


def test_a_folder_that_is_a_file(plan, people, book, tmp_path):
    (tmp_path / "out").write_bytes(b"a file")
    answer = xl("distribute", plan, "--to", people, "-o", tmp_path / "out")
    assert (answer.code, answer.faults[-1]) == (
        2,
        f"{tmp_path / 'out'}: 出力先のフォルダーとして使えません。何も変更していません。"
        "書き込めるフォルダーを -o で指定してください。",
    )
    assert plan.read_bytes() == book
