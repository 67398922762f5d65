"""Mails through the SMTP server that the environment names; what happened to each is known or said to be unknown."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import smtplib
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import getaddresses, localtime

from xl_kpi.catalog import text
from xl_kpi.errors import Fault, InputFaults, Words, XlKpiError
from xl_kpi.exchange.people import is_address

HOST, PORT, USER, PASSWORD, FROM, TLS = (f"XL_KPI_SMTP_{name}" for name in "HOST PORT USER PASSWORD FROM TLS".split())
STARTTLS, IMPLICIT, OFF = "starttls", "ssl", "off"
PORTS = {STARTTLS: 587, IMPLICIT: 465, OFF: 25}
TIMEOUT = 60  # seconds for one answer of the server
TRIES = 4
WAIT = 2.0  # seconds before the second try; doubled before each other one
_GO_ON, _GOODBYE, _NOT_NOW = 354, 421, 451  # answers: send the mail; the server hangs up; try later
_REASONS = {  # in the plan's words: the system has its own language
    ConnectionRefusedError: "smtp_refused", socket.gaierror: "smtp_unknown_host", TimeoutError: "smtp_timeout",
}  # fmt: skip
_DOT = re.compile(rb"^\.", re.MULTILINE)


@dataclass(frozen=True)
class Server:
    """Where mails go.  Neither user nor password is ever shown."""

    host: str
    port: int
    sender: str
    tls: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    name: str = ""  # of the sender, beside the address


class NotSent(XlKpiError):
    """One mail was not taken by the server, which said so: ``reason`` in its words."""

    exit_code = 1

    def __init__(self, reason: str):
        self.reason = reason
        super().__init__(reason)


class Uncertain(NotSent):
    """The connection ended after the mail had left and before the server answered: it may have been taken."""


class NoServer(NotSent):
    """The server can't be reached, or lets nobody in: no mail will get through."""


def server_from(environment: Mapping[str, str]) -> Server:
    """The server that the environment names.

    Variables: XL_KPI_SMTP_HOST, XL_KPI_SMTP_FROM (both needed), XL_KPI_SMTP_PORT, XL_KPI_SMTP_USER,
    XL_KPI_SMTP_PASSWORD, XL_KPI_SMTP_TLS (starttls, ssl or off; unless given: ssl on port 465, off on this computer
    itself, starttls elsewhere).
    Errors: InputFaults with every variable that is missing or can't be used.
    """
    given = {name: environment.get(name, "").strip() for name in (HOST, PORT, USER, FROM, TLS)}
    faults = []

    def fault(name: str, key: str, found: str = "") -> None:
        faults.append(Fault(found, Words(key), cell=name))

    if not given[HOST]:
        fault(HOST, "smtp_host")
    name, sender = sender_in(given[FROM])
    if not sender:
        fault(FROM, "smtp_from", given[FROM])
    port = int(given[PORT]) if given[PORT].isascii() and given[PORT].isdigit() else 0
    if given[PORT] and not 0 < port < 65536:
        fault(PORT, "smtp_port", given[PORT])
    near = is_loopback(given[HOST])
    tls = given[TLS].casefold() or (IMPLICIT if port == PORTS[IMPLICIT] else OFF if near else STARTTLS)
    if tls not in PORTS:
        fault(TLS, "smtp_tls", given[TLS])
    password = environment.get(PASSWORD, "")
    if tls == OFF and given[USER] and not near:
        fault(TLS, "smtp_plain_login", tls)
    if given[USER] and not password:
        fault(PASSWORD, "smtp_password")
    if faults:
        raise InputFaults(faults)
    return Server(given[HOST], port or PORTS[tls], sender, tls, given[USER], password, name)


def sender_in(typed: str) -> tuple[str, str]:
    """Name and address of one sender as typed, "Name <address>" or an address alone; ("", "") for anything else."""
    typed = typed.strip()
    senders = getaddresses([typed])
    name, sender = senders[0] if len(senders) == 1 else ("", "")
    return (name, sender) if is_address(sender) and typed.endswith((sender, f"{sender}>")) else ("", "")


def is_loopback(host: str) -> bool:
    """Whether the name or address is this computer's own."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.casefold() in ("localhost", "localhost.")


def message_id(plan_id: str, version: str, mail: str, sender: str) -> str:
    """The same for the same plan, version and recipient, so that a mail that comes twice is known as one."""
    name = hashlib.sha256("\n".join((plan_id, version, mail.casefold())).encode()).hexdigest()[:32]
    return f"<xl-kpi.{name}@{sender.rpartition('@')[2]}>"


class Connection:
    """The server, asked again when it says "later" or hangs up; ``wait`` is told the seconds between two tries."""

    def __init__(self, server: Server, lang: str, wait: Callable[[float], None] = time.sleep):
        self.server, self.lang, self.wait = server, lang, wait
        self._smtp: smtplib.SMTP | None = None

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def send(self, mail: EmailMessage, to: str, id: str) -> None:
        """Send one mail.

        Errors: NotSent when the server refuses it for good or again and again, NoServer when there is none, Uncertain
        when nobody can tell; a mail is tried again only while it is sure that the server has not taken it.
        """
        mail["Date"], mail["Message-ID"] = localtime(), id
        content = mail.as_bytes()
        for attempt in range(TRIES):
            reached = False
            try:
                smtp = self._connected()
                reached = True
                self._once(smtp, content, to)
                return
            except OSError as problem:  # smtplib's own are OSErrors too
                failure = (NotSent if reached else NoServer)(self._words(problem))
                if not isinstance(problem, smtplib.SMTPResponseException) or problem.smtp_code == _GOODBYE:
                    self._close()
                if attempt + 1 == TRIES or not _passing(problem):
                    raise failure from None
            self.wait(WAIT * 2**attempt)

    def connect(self) -> None:
        """Reach the server and log in, before the first mail.  Errors: NoServer."""
        try:
            self._connected()
        except smtplib.SMTPAuthenticationError as problem:
            raise NoServer(self._words(problem)) from None
        except OSError as problem:
            server = {"host": self.server.host, "port": self.server.port, "reason": self._words(problem)}
            raise NoServer(text("smtp_no_server", self.lang, **server)) from None

    def _once(self, smtp: smtplib.SMTP, content: bytes, to: str) -> None:
        _expect(smtp, *smtp.mail(self.server.sender))
        _expect(smtp, *smtp.rcpt(to))
        code, answer = smtp.docmd("DATA")
        if code != _GO_ON:
            _expect(smtp, code if code >= 400 else _NOT_NOW, answer)
        try:
            # From here on the server may have the mail, whatever happens to the connection.
            smtp.send(_DOT.sub(b"..", content) + b".\r\n")
            code, answer = smtp.getreply()
        except OSError as problem:
            self._close()
            raise Uncertain(self._words(problem)) from None
        _expect(smtp, code, answer)

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            self._smtp = self._new()
        return self._smtp

    def _new(self) -> smtplib.SMTP:
        server = self.server
        if server.tls == IMPLICIT:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(
                server.host, server.port, timeout=TIMEOUT, context=ssl.create_default_context()
            )
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
        try:
            if server.tls == STARTTLS:
                smtp.starttls(context=ssl.create_default_context())
            if server.user:
                smtp.login(server.user, server.password)
            else:
                smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _close(self) -> None:
        if self._smtp is not None:
            smtp, self._smtp = self._smtp, None
            try:
                smtp.quit()
            except OSError:
                smtp.close()

    def _words(self, problem: Exception) -> str:
        """The server's or the system's reason, without what we sent it."""
        if isinstance(problem, smtplib.SMTPAuthenticationError):
            return text("smtp_no_login", self.lang, code=problem.smtp_code)
        if isinstance(problem, smtplib.SMTPResponseException):
            return f"{problem.smtp_code} {_shown(problem.smtp_error)}".strip()
        if isinstance(problem, smtplib.SMTPServerDisconnected):
            return text("smtp_hung_up", self.lang)
        if isinstance(problem, ssl.SSLError):
            return text("smtp_certificate", self.lang, reason=_shown(problem.reason or str(problem)))
        for kind, key in _REASONS.items():
            if isinstance(problem, kind):
                return text(key, self.lang)
        return _shown(getattr(problem, "strerror", None) or str(problem) or text("unexpected_no_words", self.lang))


def _expect(smtp: smtplib.SMTP, code: int, answer: bytes) -> None:
    """Go on after a good answer; any other is an error, and the server is made ready for the next mail."""
    if 200 <= code < 300:
        return
    with suppress(smtplib.SMTPServerDisconnected):  # the answer counts; the next mail gets a new connection
        smtp.rset()
    raise smtplib.SMTPResponseException(code, answer)


def _passing(problem: OSError) -> bool:
    """Whether the same may go well in a while: the connection was lost, or the answer was "later" (4xx)."""
    if isinstance(problem, smtplib.SMTPResponseException):
        return 400 <= problem.smtp_code < 500
    if isinstance(problem, smtplib.SMTPException):
        return isinstance(problem, smtplib.SMTPServerDisconnected)
    return not isinstance(problem, ssl.SSLError)


def _shown(answer: bytes | str) -> str:
    words = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return " ".join("".join(sign if sign.isprintable() else " " for sign in words).split())[:200]
