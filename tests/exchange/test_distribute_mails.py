"""``xl-kpi distribute``: mails that go out, and people of other companies."""

from __future__ import annotations

import email
import email.policy

import pytest

from tests.cli.terminal import JAPANESE, xl
from tests.exchange.mail.mail_server import environment, running
from tests.exchange.sent_plan import ROWS, TITLE, named, sent_of, written
from xl_kpi.exchange.mail.journal import NAME as JOURNAL

pytestmark = pytest.mark.slow


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


@pytest.mark.long
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


@pytest.mark.long
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
