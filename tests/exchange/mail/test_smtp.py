"""Mails over SMTP: each arrives once, whatever server and connection do, and nobody's password is shown."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import json
import os
import socket
import ssl

import pytest
import trustme

from tests.exchange.mail.mail_server import MailServer, environment, running
from xl_kpi.catalog.messages import line
from xl_kpi.errors import BadFile, InputFaults, Refused
from xl_kpi.exchange.mail.drafts import Words, message
from xl_kpi.exchange.mail.journal import SENDING, SENT, Journal
from xl_kpi.exchange.mail.mail_run import MailRun, send_all, waiting
from xl_kpi.exchange.mail.smtp import TRIES, Connection, NoServer, message_id, server_from
from xl_kpi.exchange.people import Person

PLAN_ID, MARK = "4f0c2b7e", "f" * 64
PEOPLE = [Person(f"担当 {number}", "営業", f"p{number}@example.com") for number in range(6)]
WORDS = Words("件名 {name}", ".\n..二つの点で始まる行\n本文", {})


@pytest.fixture
def server():
    with running() as started:
        yield started


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path, "ja")


class Pauses(list):
    """Waits nowhere and notes how long it was to wait."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def mail_of(person: Person):
    return message(person, WORDS, "計画.xlsx", b"PK" * 1000, sender="plan@example.co.jp")


def send(server: MailServer, journal: Journal, *, resend: bool = False, pauses: Pauses | None = None,
         people: list[Person] = PEOPLE) -> MailRun:  # fmt: skip
    with journal.opened():
        planned = journal.version("1", MARK) or journal.plan("1", MARK, dt.datetime(2026, 5, 1, 9), ())
        run = waiting(people, planned, resend)
        wait = Pauses() if pauses is None else pauses
        with Connection(server_from(environment(server)), "ja", wait) as connection:
            return send_all(run, mail_of, journal, planned, connection, PLAN_ID, lambda person, done, count: None)


def addresses(people) -> list[str]:
    return [person.mail for person in people]


def each_once(server: MailServer, people=PEOPLE) -> bool:
    ids = {message_id(PLAN_ID, "1", person.mail, "plan@example.co.jp") for person in people}
    return server.taken == dict.fromkeys(ids, 1)


# --- the way of a mail


def test_every_mail_arrives_as_it_was_made(server, journal):
    run = send(server, journal)
    assert run.complete and addresses(run.sent) == addresses(PEOPLE)
    assert each_once(server)
    content = server.mails["p3@example.com"]
    assert b"Subject: =?utf-8?" in content and b"\r\nX-Unsent" not in content
    mail = email.message_from_bytes(content, policy=email.policy.default)
    assert mail["From"] == "plan@example.co.jp" and mail["Date"].datetime.tzinfo is not None
    assert mail.get_body().get_content().replace("\r\n", "\n") == ".\n..二つの点で始まる行\n本文\n"
    assert next(mail.iter_attachments()).get_content() == b"PK" * 1000


def test_a_second_run_sends_nothing(server, journal):
    send(server, journal)
    run = send(server, journal)
    assert (run.sent, addresses(run.earlier), run.complete) == ([], addresses(PEOPLE), True)
    assert each_once(server)


@pytest.mark.parametrize("where", ["on_recipient", "on_mail"])
def test_later_is_asked_again(where, server, journal):
    """A server that says 4xx, as grey-listing does: asked again after 2 and 4 seconds."""
    setattr(server, where, lambda address, times: "451 later" if address == "p2@example.com" and times < 3 else None)
    pauses = Pauses()
    assert send(server, journal, pauses=pauses).complete
    assert pauses == [2.0, 4.0]
    assert each_once(server)


def test_a_server_that_hangs_up_before_it_has_the_mail_is_asked_again(server, journal):
    server.on_recipient = lambda address, times: "hang up" if times == 1 else None
    assert send(server, journal).complete
    assert each_once(server)


def test_a_server_that_says_goodbye_is_connected_again(server, journal):
    server.on_recipient = lambda address, times: "421 closing" if times == 1 else None
    assert send(server, journal).complete
    assert each_once(server)


def test_a_refusal_for_good_is_listed_and_the_others_go_on(server, journal):
    server.on_recipient = lambda address, times: "550 5.1.1 user unknown" if address == "p1@example.com" else None
    run = send(server, journal)
    assert [(person.mail, reason) for person, reason in run.failed] == [("p1@example.com", "550 5.1.1 user unknown")]
    assert len(run.sent) == 5 and not run.complete
    assert server.asked["p1@example.com"] == 1, "5xx is not asked again"
    server.on_recipient = lambda address, times: None  # the mailbox exists now
    assert addresses(send(server, journal).sent) == ["p1@example.com"]
    assert each_once(server)


def test_always_later_is_given_up(server, journal):
    server.on_recipient = lambda address, times: "451 later" if address == "p0@example.com" else None
    run = send(server, journal)
    assert [(person.mail, reason) for person, reason in run.failed] == [("p0@example.com", "451 later")]
    assert server.asked["p0@example.com"] == TRIES


@pytest.mark.parametrize(("taken", "arrived"), [("hang up", 0), ("take and hang up", 1)])
def test_nobody_knows_of_a_mail_whose_answer_was_lost(taken, arrived, server, journal):
    """The content had left: sent again it might come twice, so it is not, until somebody says so."""
    server.on_mail = lambda address, times: taken if address == "p2@example.com" else None
    run = send(server, journal)
    assert addresses(run.uncertain) == ["p2@example.com"] and len(run.sent) == 5 and not run.complete
    assert sum(server.taken.values()) == 5 + arrived
    server.on_mail = lambda address, times: None
    again = send(server, journal)
    assert addresses(again.uncertain) == ["p2@example.com"] and again.sent == []
    assert sum(server.taken.values()) == 5 + arrived
    asked_for = send(server, journal, resend=True)
    assert addresses(asked_for.sent) == ["p2@example.com"] and asked_for.complete
    id = message_id(PLAN_ID, "1", "p2@example.com", "plan@example.co.jp")
    assert server.taken[id] == 1 + arrived, "the same Message-ID, so that a mailbox knows it as one"


def test_without_a_server_nothing_is_sent_and_the_rest_waits(journal):
    with running() as server:
        pass  # its port is free again
    pauses = Pauses()
    run = send(server, journal, pauses=pauses)
    assert addresses(run.waiting) == addresses(PEOPLE) and run.lost and not run.complete
    assert pauses == [2.0, 4.0, 8.0]


# --- the journal


def test_the_journal_says_sending_before_and_sent_after(server, journal, tmp_path):
    seen = []
    server.after = lambda address: seen.append((address, Journal(tmp_path, "ja").planned[0].states[address]))
    send(server, journal)
    assert seen == [(person.mail, SENDING) for person in PEOPLE]
    assert Journal(tmp_path, "ja").planned[0].states == {person.mail: SENT for person in PEOPLE}


def test_a_line_that_a_crash_cut_off_never_happened(server, journal, tmp_path):
    send(server, journal, people=PEOPLE[:2])
    whole = journal.path.read_bytes()
    journal.path.write_bytes(whole[:-20])  # "sent" of the second
    again = Journal(tmp_path, "ja")
    assert again.planned[0].states == {"p0@example.com": SENT, "p1@example.com": SENDING}
    run = send(server, again, people=PEOPLE[:3])
    assert (addresses(run.uncertain), addresses(run.sent)) == (["p1@example.com"], ["p2@example.com"])
    entries = [json.loads(line) for line in journal.path.read_bytes().splitlines() if line.endswith(b"}")]
    assert [entry["what"] for entry in entries] == ["version", SENDING, SENT, SENDING, SENDING, SENT]


def test_only_one_run_at_a_time(journal, tmp_path):
    with journal.opened():
        with pytest.raises(Refused) as caught, Journal(tmp_path, "ja").opened():
            pass
    assert str(caught.value) == (
        f"{tmp_path}: 別の配布が実行中です。終わってからもう一度実行してください。何も変更していません。"
    )


def test_only_one_run_at_a_time_on_windows(journal, tmp_path, monkeypatch):
    """Windows locks bytes: here a stand-in that knows of each whether it is taken."""
    taken = set()

    class Windows:
        LK_NBLCK = 2

        @staticmethod
        def locking(handle, mode, count):
            place = os.lseek(handle, 0, os.SEEK_CUR)
            if place in taken:
                raise OSError(36, "Resource deadlock avoided")
            taken.add(place)

    monkeypatch.setattr("xl_kpi.exchange.mail.journal.fcntl", None)
    monkeypatch.setattr("xl_kpi.exchange.mail.journal.msvcrt", Windows)
    with journal.opened():
        journal.plan("1", MARK, dt.datetime(2026, 5, 1, 9), ())
        with pytest.raises(Refused, match="別の配布が実行中です"), Journal(tmp_path, "ja").opened():
            pass
    assert journal.path.stat().st_size < 1000 and len(Journal(tmp_path, "ja").planned) == 1


def test_a_journal_of_something_else_is_not_believed(tmp_path):
    (tmp_path / "xl-kpi-distribute.jsonl").write_text('{"what": "sent", "to": "a@example.com"}\n', "utf-8")
    with pytest.raises(BadFile, match="配布の記録が読めません"):
        Journal(tmp_path, "ja")


def test_the_id_of_a_mail_is_that_of_plan_version_and_person():
    one = message_id("plan", "1", "a@example.com", "plan@example.co.jp")
    assert one == message_id("plan", "1", "A@example.com", "plan@example.co.jp")
    others = {message_id(*changed, "plan@example.co.jp") for changed in (
        ("other", "1", "a@example.com"), ("plan", "2", "a@example.com"), ("plan", "1", "b@example.com"))}  # fmt: skip
    assert len(others | {one}) == 4
    assert one.endswith("@example.co.jp>")


# --- the environment


def variables(**more: str) -> dict[str, str]:
    usual = {"HOST": "smtp.example.co.jp", "FROM": "plan@example.co.jp"}
    return {f"XL_KPI_SMTP_{name}": value for name, value in {**usual, **more}.items()}


@pytest.mark.parametrize(
    ("more", "port", "tls"),
    [
        ({}, 587, "starttls"),
        ({"PORT": "465"}, 465, "ssl"),
        ({"TLS": "ssl"}, 465, "ssl"),
        ({"PORT": "2525"}, 2525, "starttls"),
        ({"TLS": "off"}, 25, "off"),
        ({"HOST": "localhost"}, 25, "off"),
        ({"HOST": "127.0.0.1", "TLS": "STARTTLS"}, 587, "starttls"),
        ({"HOST": "[::1]"}, 25, "off"),
    ],
)
def test_the_connection_is_encrypted_unless_it_stays_on_this_computer(more, port, tls):
    server = server_from(variables(**more))
    assert (server.port, server.tls) == (port, tls)


def test_everything_missing_in_the_environment_is_said_at_once():
    with pytest.raises(InputFaults) as caught:
        server_from({"XL_KPI_SMTP_PORT": "smtp", "XL_KPI_SMTP_TLS": "tls1", "XL_KPI_SMTP_USER": "kpi"})
    assert [line(fault, "en") for fault in caught.value.faults] == [
        "XL_KPI_SMTP_HOST: (blank) → Set this environment variable to the name of the mail server "
        "(such as smtp.example.com)",
        "XL_KPI_SMTP_FROM: (blank) → Set this environment variable to the sender's email address "
        "(such as kpi@example.com, or Marketing <kpi@example.com>)",
        "XL_KPI_SMTP_PORT: 'smtp' → Set a number from 1 to 65535",
        "XL_KPI_SMTP_TLS: 'tls1' → Set starttls, ssl or off",
        "XL_KPI_SMTP_PASSWORD: (blank) → There is a user name, so set the password as an environment variable as well",
    ]


@pytest.mark.parametrize(
    "typed", ['"マーケ部" <kpi@example.com>', "マーケ部 <kpi@example.com>", "マーケ部<kpi@example.com>"]
)
def test_the_sender_may_have_a_name(typed):
    server = server_from(variables(FROM=typed))
    assert (server.sender, server.name) == ("kpi@example.com", "マーケ部")
    mail = message(PEOPLE[0], WORDS, "計画.xlsx", b"PK", sender=server.sender, sender_name=server.name)
    assert [(one.display_name, one.addr_spec) for one in mail["From"].addresses] == [("マーケ部", "kpi@example.com")]


@pytest.mark.parametrize("typed", ["a@example.com, b@example.com", "マーケ部", "a@example.com 様", "<a@example>"])
def test_a_sender_is_one_address(typed):
    with pytest.raises(InputFaults) as caught:
        server_from(variables(FROM=typed))
    assert [fault.cell for fault in caught.value.faults] == ["XL_KPI_SMTP_FROM"]


def test_a_server_that_is_not_there_is_named_with_its_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]  # nobody listens
        server = server_from(variables(HOST="127.0.0.1", PORT=str(port)))
        with Connection(server, "ja", Pauses()) as connection, pytest.raises(NoServer) as caught:
            connection.connect()
    assert str(caught.value) == (
        f"メールサーバー 127.0.0.1（ポート {port}）に接続できません（接続を拒否されました）。XL_KPI_SMTP_HOST、"
        "XL_KPI_SMTP_PORT、XL_KPI_SMTP_TLS を確認してください。何も書き込まず、送信もしていません。"
    )


def test_no_password_goes_over_an_open_line():
    with pytest.raises(InputFaults) as caught:
        server_from(variables(TLS="off", USER="kpi", PASSWORD="correct horse"))
    assert [line(fault, "ja") for fault in caught.value.faults] == [
        "XL_KPI_SMTP_TLS: 「off」 → 暗号化しない接続ではパスワードを送りません。starttls か ssl を設定してください"
    ]


def test_user_and_password_are_never_shown():
    server = server_from(variables(USER="kpi-user", PASSWORD="correct horse"))
    assert "kpi-user" not in repr(server) and "horse" not in repr(server)


def test_login(journal):
    with running(login=True) as server:
        names = environment(server, XL_KPI_SMTP_USER="kpi", XL_KPI_SMTP_PASSWORD="correct horse")
        with Connection(server_from(names), "ja") as connection:
            connection.send(mail_of(PEOPLE[0]), PEOPLE[0].mail, "<1@example.com>")
        assert server.logins == [("kpi", "correct horse")]
        names["XL_KPI_SMTP_PASSWORD"] = "wrong battery"
        with Connection(server_from(names), "ja") as connection, pytest.raises(NoServer) as caught:
            connection.connect()
        assert str(caught.value) == "ログインできません（535）。ユーザー名とパスワードを確認してください"
        assert len(server.taken) == 1


def test_a_server_without_encryption_is_not_spoken_to(server):
    names = environment(server, XL_KPI_SMTP_TLS="starttls")
    with Connection(server_from(names), "ja", Pauses()) as connection, pytest.raises(NoServer):
        connection.send(mail_of(PEOPLE[0]), PEOPLE[0].mail, "<1@example.com>")
    assert not server.taken


def test_encrypted_with_a_server_that_somebody_vouches_for(tmp_path, monkeypatch):
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with running(tls_context=context, require_starttls=True) as server:
        names = environment(server, XL_KPI_SMTP_TLS="starttls")
        with Connection(server_from(names), "ja", Pauses()) as connection, pytest.raises(NoServer) as caught:
            connection.send(mail_of(PEOPLE[0]), PEOPLE[0].mail, "<1@example.com>")
        assert "certificate" in str(caught.value).lower()
        assert not server.taken, "nobody vouches for the certificate"
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        with Connection(server_from(names), "ja") as connection:
            connection.send(mail_of(PEOPLE[0]), PEOPLE[0].mail, "<1@example.com>")
        assert server.taken == {"<1@example.com>": 1}
