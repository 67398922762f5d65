"""A real SMTP server on the loopback that counts what it takes, and can be told to misbehave."""

from __future__ import annotations

import email
import email.policy
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

Answer = str | None  # None: as usual; "hang up": without an answer


class MailServer:
    """What came in: ``taken`` counts Message-IDs of mails that the server took (whether it said so or not).

    ``on_recipient`` and ``on_mail`` are called with the address and how often it was asked for, and say what the
    server answers in place of 250.
    """

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.mails: dict[str, bytes] = {}  # address → the last mail
        self.asked: Counter[str] = Counter()
        self.logins: list[tuple[str, str]] = []
        self.on_recipient: Callable[[str, int], Answer] = lambda address, times: None
        self.on_mail: Callable[[str, int], Answer] = lambda address, times: None
        self.after: Callable[[str], None] = lambda address: None
        self.port = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.asked[address] += 1
        answer = self.on_recipient(address, self.asked[address])
        if answer == "hang up":
            server.transport.abort()
            return "250 OK"
        if answer is None:
            envelope.rcpt_tos.append(address)
        return answer or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        (address,) = envelope.rcpt_tos
        answer = self.on_mail(address, self.asked[address])
        if answer is None or answer == "take and hang up":
            mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
            self.taken[mail["Message-ID"]] += 1
            self.mails[address] = envelope.content
            self.after(address)
        if answer in ("hang up", "take and hang up"):
            server.transport.abort()
            return "250 OK"
        return answer or "250 OK"

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        login = (data.login.decode(), data.password.decode())
        self.logins.append(login)
        return AuthResult(success=login == ("kpi", "correct horse"), handled=False)


@contextmanager
def running(**settings: object) -> Iterator[MailServer]:
    """The server on a free port."""
    server = MailServer()
    more = {"authenticator": server.authenticate, "auth_require_tls": False} if settings.pop("login", False) else {}
    server.port = free_port()
    controller = Controller(
        server, hostname="127.0.0.1", port=server.port, data_size_limit=50_000_000, **more, **settings
    )
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(server: MailServer, **more: str) -> dict[str, str]:
    return {
        "XL_KPI_SMTP_HOST": "127.0.0.1", "XL_KPI_SMTP_PORT": str(server.port), "XL_KPI_SMTP_FROM": "plan@example.co.jp",
        **more,
    }  # fmt: skip
