"""``distribute --with-review``: each person's part in the mail, nothing of others, the same when a run goes on."""

from __future__ import annotations

import csv
import email
import email.policy
from pathlib import Path

import pytest

from tests.cli.terminal import xl
from tests.new_files import few_pages
from tests.sheets.plans import five_months
from xl_kpi.build import build

pytestmark = pytest.mark.slow

ROWS = [
    ["名前", "部署", "メール", "担当チャネル"],
    ["山田", "広報", "yamada@example.co.jp", "web"],
    ["鈴木", "広報", "suzuki@example.co.jp", "webinar"],
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("office")
    (made / "plan.xlsx").write_bytes(build(few_pages(five_months("ja"))))
    with (made / "people.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(ROWS)
    return made


def distribute(folder: Path, *more: str):
    return xl("distribute", folder / "plan.xlsx", "--to", folder / "people.csv", "-o", folder / "out", *more)


def mail_to(folder: Path, name: str) -> tuple[str, dict[str, bytes]]:
    """Body and attachments of a draft."""
    (path,) = (folder / "out").glob(f"*_{name}.eml")
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    attached = {part.get_filename(): part.get_payload(decode=True) for part in mail.iter_attachments()}
    return mail.get_body().get_content(), attached


def test_each_gets_their_own_part(folder):
    answer = distribute(folder, "--with-review", "--dry-run")
    assert answer.code == 0 and "レビュー: 本人の担当分だけ" in answer.out and not (folder / "out").exists()
    assert distribute(folder, "--with-review").code == 0
    for name, own, other in (("山田", "サービスサイト", "ウェビナー"), ("鈴木", "ウェビナー", "サービスサイト")):
        body, attached = mail_to(folder, name)
        page = next(data.decode() for file, data in attached.items() if file.endswith("_レビュー.html"))
        assert len(attached) == 2 and "ご入力" not in page
        assert "■ ご担当分のレビュー（2026/04〜2026/07の累計）" in body and "{review}" not in body
        assert f"・{own} " in body and other not in body and other not in page and own in page
    before = {path.name: path.read_bytes() for path in (folder / "out").glob("*")}
    answer = distribute(folder, "--with-review")
    assert answer.code == 0 and "前回と同じ" in answer.out
    assert {path.name: path.read_bytes() for path in (folder / "out").glob("*")} == before
    # another content is another version: the files of the first are not overwritten
    assert distribute(folder).code == 3


@pytest.mark.long
def test_a_place_of_ones_own_and_none_without_a_review(folder, tmp_path):
    body = tmp_path / "body.txt"
    body.write_text("前[{review}]後", "utf-8")
    assert distribute(folder, "-o", str(tmp_path / "a"), "--with-review", "--body", str(body)).code == 0
    (path,) = (tmp_path / "a").glob("*_山田.eml")
    said = email.message_from_bytes(path.read_bytes(), policy=email.policy.default).get_body().get_content()
    assert said.startswith("前[■ ご担当分のレビュー") and said.rstrip().endswith("]後")
    assert distribute(folder, "-o", str(tmp_path / "b"), "--body", str(body)).code == 0
    (path,) = (tmp_path / "b").glob("*_山田.eml")
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert mail.get_body().get_content().strip() == "前[]後" and len([*mail.iter_attachments()]) == 1


def test_not_with_a_reminder(folder):
    assert distribute(folder, "--with-review", "--remind").code == 2
    for more in ((), ("--with-review",)):  # a day goes with a reminder alone
        answer = distribute(folder, "--as-of", "2026-07-31", *more)
        assert answer.code == 2 and "--as-of は --remind と一緒に使います" in answer.err
