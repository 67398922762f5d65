"""``xl-kpi distribute``: runs that follow: the same version goes on, another one is new."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.cli.terminal import Edit, xl
from tests.exchange.recipients import loaded
from tests.exchange.sent_plan import DRAFTS, FILES, ROWS, TITLE, sent_of, written
from xl_kpi.commands import open_workbook
from xl_kpi.plan.entries import entries_of

pytestmark = pytest.mark.slow


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


@pytest.mark.long
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
