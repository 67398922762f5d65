"""``xl-kpi distribute``: files, drafts and mails for everybody, what the master remembers, and what is refused."""

from __future__ import annotations

import csv
import datetime as dt
import email
import email.policy
import shutil
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.agreement.selected import often
from tests.cli.terminal import JAPANESE, Edit, xl
from tests.exchange.mail.mail_server import environment, running
from tests.exchange.recipients import everything_in, loaded
from tests.torture.book import torture
from xl_kpi.commands import open_workbook
from xl_kpi.exchange.mail.journal import NAME as JOURNAL
from xl_kpi.exchange.outgoing.contents import contents
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.merging.permissions import is_open
from xl_kpi.plan.records import Sent
from xl_kpi.workbook.reading.our_sheets import our_sheets

pytestmark = pytest.mark.slow

HEADER = ["名前", "部署", "メール", "担当チャネル"]
ROWS = [
    ["山田 太郎", "マーケティング", "yamada@example.co.jp", "ads;web"],
    ["佐藤 花子", "フィールドセールス", "sato@example.co.jp", ""],
    ["鈴木 一郎", "広報", "suzuki@example.co.jp", "webinar"],
]
TITLE = "年間マーケティング計画"
FILES = sorted(f"{TITLE}_{row[0]}.xlsx" for row in ROWS)
DRAFTS = [name.replace(".xlsx", ".eml") for name in FILES]


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> bytes:
    """The default plan cut to three months, with an actual and an answer typed by others."""
    path = tmp_path_factory.mktemp("made") / "plan.xlsx"
    assert xl("new", path, "--months", "3").code == 0
    return path.read_bytes()


@pytest.fixture
def plan(book, tmp_path):
    path = tmp_path / "plan.xlsx"
    path.write_bytes(book)
    return path


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    written(path, ROWS)
    return path


def written(path, rows) -> None:
    with path.open("w", encoding="cp932", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])


@pytest.fixture(scope="module")
def first(book, tmp_path_factory) -> Path:
    """A folder with the plan, and its first version in ``out``: made once, as the first run makes it."""
    folder = tmp_path_factory.mktemp("first")
    (folder / "plan.xlsx").write_bytes(book)
    written(folder / "people.csv", ROWS)
    assert xl("distribute", folder / "plan.xlsx", "--to", folder / "people.csv", "-o", folder / "out").code == 0
    return folder


@pytest.fixture
def sent(first, plan, tmp_path) -> Path:
    """The folder of the first version, which was sent."""
    plan.write_bytes((first / "plan.xlsx").read_bytes())
    shutil.copytree(first / "out", tmp_path / "out")
    return tmp_path / "out"


def sent_of(plan) -> tuple[Sent, ...]:
    return open_workbook(plan, "ja").records.sent


def named(folder, suffix: str) -> list[str]:
    return sorted(path.name for path in folder.glob(f"*{suffix}"))


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


# --- runs that follow


def test_the_same_again_goes_on_with_the_version(plan, people, sent):
    out = sent
    command = ("distribute", plan, "--to", people, "-o", out)
    before = {path.name: path.read_bytes() for path in out.iterdir()} | {"": plan.read_bytes()}
    (out / FILES[0]).unlink()
    (out / DRAFTS[2]).unlink()
    answer = xl(*command)
    assert (answer.code, answer.out) == (0, f"3人分のブックが {out} にそろっています（前回と同じ第1版）。\n")
    assert {path.name: path.read_bytes() for path in out.iterdir()} | {"": plan.read_bytes()} == before


@pytest.mark.long
def test_the_same_into_another_folder_is_the_same_version(plan, people, sent, tmp_path):
    one, two = sent, tmp_path / "two"
    before = plan.read_bytes()
    for _ in range(2):
        answer = xl("distribute", plan, "--to", people, "-o", two)
        assert (answer.code, answer.out) == (0, f"3人分のブックが {two} にそろっています（前回と同じ第1版）。\n")
    assert plan.read_bytes() == before and len(sent_of(plan)) == 1
    for name in FILES:
        assert (two / name).read_bytes() == (one / name).read_bytes()
    written(people, ROWS[:2])
    assert "（第2版）" in xl("distribute", plan, "--to", people, "-o", tmp_path / "three").out


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(("--due", "2026-05-15"), id="another date", marks=pytest.mark.long),
        pytest.param(("--rest", "none"), id="other sheets"),
        pytest.param(("--subject", "x"), id="another subject", marks=pytest.mark.long),
    ],
)
def test_something_else_is_a_new_version_and_old_files_are_not_overwritten(change, plan, people, sent):
    command = ("distribute", plan, "--to", people, "-o", sent)
    before = (plan.read_bytes(), {path.name: path.read_bytes() for path in sent.iterdir()})
    answer = xl(*command, *change)
    assert answer.code == 3
    assert "別の回に作られた同じ名前のファイルが6個あります" in answer.err and "--force" in answer.err
    assert before == (plan.read_bytes(), {path.name: path.read_bytes() for path in sent.iterdir()})
    assert xl(*command, *change, "--force").code == 0
    assert [sent.version for sent in sent_of(plan)] == ["1", "2"]


def test_a_changed_plan_is_a_new_version(plan, people, sent, tmp_path):
    command = ("distribute", plan, "--to", people)
    edit = Edit(plan.read_bytes())
    edit.cell("kgi_value").value = 80
    edit.book.save(plan)
    answer = xl(*command, "-o", tmp_path / "two")
    assert "（第2版）" in answer.out
    first, second = sent_of(plan)
    assert (first.version, second.version) == ("1", "2")


def test_an_agreement_to_another_number_goes_out_blank_with_a_word_about_it(plan, people, tmp_path):
    """MQL asks 1,250 for 100 orders: 山田 of marketing agreed to 1,000, and to the leads as they are."""
    edit = Edit(plan.read_bytes())
    page = edit.book["合意"]
    rows = {page.cell(row, 1).value: row for row in range(1, page.max_row + 1)}
    moved, still = rows["stage:mql"], rows["stage:leads"]
    for row, number in ((moved, 1000), (still, 5000)):
        for column, value in ((7, "合意"), (8, "山田"), (9, dt.datetime(2026, 4, 3)), (10, "前年並み"), (11, number)):
            page.cell(row, column).value = value
    edit.book.save(plan)
    command = ("distribute", plan, "--to", people)
    assert xl("regenerate", plan).code == 0
    dry = xl(*command, "-o", tmp_path / "one", "--dry-run")
    assert "合意のあとで数値が変わった1項目（MQL）は、回答を空欄に戻してあらためて確認を求めます" in dry.out
    assert xl(*command, "-o", tmp_path / "one").code == 0
    sent = loaded((tmp_path / "one" / f"{TITLE}_山田 太郎.xlsx").read_bytes())
    answers = {key: [sent["合意"].cell(rows[key], column).value for column in range(7, 12)] for key in rows if key}
    assert answers["stage:mql"] == [None, None, None, "前年並み", None]
    assert answers["stage:leads"] == ["合意", "山田", dt.datetime(2026, 4, 3), "前年並み", 5000]
    words = "「MQL（全体）」は、前回の合意（1,000）のあと 1,250 に変わったため、回答を空欄に戻しました。"
    said = {name: [str(cell.value) for row in loaded((tmp_path / "one" / name).read_bytes())["送付状"].iter_rows()
                   for cell in row if words in str(cell.value)] for name in FILES}  # fmt: skip
    assert [len(said[name]) for name in FILES] == [int("山田" in name) for name in FILES]
    entries = entries_of(open_workbook(plan, "ja").read.plan)
    assert {key: value for key, value in entries.items() if "stage:mql]" in key and "agreement" in key} == {
        "tbl_agreement[stage:mql].comment": "前年並み"
    }
    assert sent_of(plan)[0].entries["tbl_agreement[stage:leads].state"] == "agreed"
    again = xl(*command, "-o", tmp_path / "two")
    assert "（前回と同じ第1版）" in again.out
    for name in FILES:
        assert (tmp_path / "two" / name).read_bytes() == (tmp_path / "one" / name).read_bytes()


def test_who_has_not_returned_the_last_version_is_named_before_the_next_one(plan, people, first, tmp_path):
    command = ("distribute", plan, "--to", people)
    assert "まだ取り込んでいない宛先" not in xl(*command, "-o", tmp_path / "one", "--dry-run").err
    plan.write_bytes((first / "plan.xlsx").read_bytes())
    edit = Edit(plan.read_bytes())
    edit.cell("kgi_value").value = 80
    edit.book.save(plan)
    lines = xl(*command, "-o", tmp_path / "two", "--dry-run").err.splitlines()
    (warning,) = [line for line in lines if "取り込んでいない" in line]
    addresses = "、".join(f"{row[0]} <{row[2]}>" for row in ROWS)
    assert warning.startswith(f"注意: 第1版をまだ取り込んでいない宛先が3人います（{addresses}）")


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


# --- mails


def test_mails_go_out_once_with_the_workbooks(plan, people, tmp_path):
    out = tmp_path / "out"
    command = ("distribute", plan, "--to", people, "-o", out, "--send", "--yes")
    with running() as server:
        env = {**JAPANESE, **environment(server)}
        answer = xl(*command, env=env)
        assert (answer.code, answer.out.splitlines()[-1]) == (0, "送信 3通、送信済み 0通")
        assert sorted(server.mails) == sorted(row[2] for row in ROWS)
        assert named(out, ".eml") == [], "a draft beside a mail that was sent would be sent twice"
        mail = email.message_from_bytes(server.mails["sato@example.co.jp"], policy=email.policy.default)
        file = f"{TITLE}_佐藤 花子.xlsx"
        assert next(mail.iter_attachments()).get_content() == (out / file).read_bytes()
        assert xl(*command, env=env).out.splitlines()[-1] == "送信 0通、送信済み 3通"
        assert set(server.taken.values()) == {1}


def test_files_first_mails_later(plan, people, sent, tmp_path):
    command = ("distribute", plan, "--to", people, "-o", sent)
    with running() as server:
        env = {**JAPANESE, **environment(server)}
        shown = xl(*command, "--send", "--dry-run", env=env)
        assert [line.endswith("これから送信") for line in shown.out.splitlines()[-4:-1]] == [True] * 3
        assert not server.taken
        answer = xl(*command, "--send", "--yes", env=env)
    assert answer.out.splitlines()[-2:] == [
        f"3人分のブックが {tmp_path / 'out'} にそろっています（前回と同じ第1版）。",
        "送信 3通、送信済み 0通",
    ]
    assert len(sent_of(plan)) == 1


def test_what_could_not_be_sent_is_said_and_nobodys_password(plan, people, tmp_path):
    with running(login=True) as server:
        server.on_recipient = lambda address, times: "550 no such user" if address.startswith("sato") else None
        server.on_mail = lambda address, times: "hang up" if address.startswith("suzuki") else None
        env = {**JAPANESE, **environment(server, XL_KPI_SMTP_USER="kpi",
                                                      XL_KPI_SMTP_PASSWORD="correct horse")}  # fmt: skip
        answer = xl("distribute", plan, "--to", people, "-o", tmp_path / "out", "--send", "--yes", env=env)
    assert answer.code == 1
    assert answer.faults[-2:] == [
        "佐藤 花子 <sato@example.co.jp>: 送信できませんでした（550 no such user）。"
        "宛先を確認し、同じコマンドをもう一度実行してください。",
        "鈴木 一郎 <suzuki@example.co.jp>: 途中で切れたため、届いたか分かりません。本人に確認し、届いていなければ "
        "--resend-uncertain を付けてもう一度実行してください。",
    ]
    everything = answer.out + answer.err + (tmp_path / "out" / JOURNAL).read_text("utf-8")
    assert "horse" not in everything


def test_a_wrong_password_changes_nothing(plan, people, book, tmp_path):
    with running(login=True) as server:
        env = {**JAPANESE, **environment(server, XL_KPI_SMTP_USER="kpi", XL_KPI_SMTP_PASSWORD="battery")}
        answer = xl("distribute", plan, "--to", people, "-o", tmp_path / "out", "--send", "--yes", env=env)
    assert (answer.code, answer.faults[-1]) == (
        1,
        "ログインできません（535）。ユーザー名とパスワードを確認してください",
    )
    assert plan.read_bytes() == book and not (tmp_path / "out").exists()


# --- people of other companies


def test_whose_domain_is_the_own_one_is_asked_where_nobody_can_tell(plan, people, tmp_path):
    """Told otherwise, or with a sender, it goes out; who is outside is named with what they get."""
    written(people, [ROWS[0], [*ROWS[1][:2], "sato@agency.example.com", "webinar"]])
    command = ("distribute", plan, "--to", people, "-o", tmp_path / "out", "--dry-run")
    answer = xl(*command)
    assert answer.code == 2 and "どのドメインが自社か分からない" in answer.err
    assert "agency.example.com, example.co.jp" in answer.err
    shown = xl(*command, "--from", "高木 <takagi@example.co.jp>")
    outside = "佐藤 花子 <sato@agency.example.com>（自社は example.co.jp: 差出人のドメイン。"
    assert shown.code == 0 and f"担当分のシートだけを渡します: {outside}" in shown.out
    told = xl(*command, "--from", "takagi@example.co.jp", "--rest", "visible")
    assert f"全シートを渡します: {outside}" in told.err and "送るブックの内容（2人）" in told.out
    assert "1人は、名簿の部門にかかわらず、担当チャネルの行だけを渡します: 佐藤 花子 (フィールドセールス)" in shown.out
    wrong = xl(*command, "--from", "高木")
    assert wrong.code == 2 and "--from: 「高木」 → 差出人を" in wrong.err


def test_a_department_alone_opens_nothing_to_people_outside(plan, people, tmp_path):
    written(people, [ROWS[0], [*ROWS[1][:2], "sato@agency.example.com", ""]])
    command = ("distribute", plan, "--to", people, "-o", tmp_path / "out", "--dry-run", "--from", "a@example.co.jp")
    answer = xl(*command)
    assert (
        answer.code == 2
        and "佐藤 花子 <sato@agency.example.com>" in answer.err
        and "担当チャネルを名簿に" in answer.err
    )
    assert xl(*command, "--rest", "none").code == 0, "said to be meant"
