"""One run through the mails of a version: each is sent once, whatever happened to earlier runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email.message import EmailMessage

from xl_kpi.exchange.mail.journal import FAILED, SENDING, SENT, UNCERTAIN, Journal, Planned
from xl_kpi.exchange.mail.smtp import Connection, NoServer, NotSent, Uncertain, message_id
from xl_kpi.exchange.people import Person


@dataclass
class MailRun:
    """What became of the mails, by person."""

    sent: list[Person] = field(default_factory=list)
    earlier: list[Person] = field(default_factory=list)  # sent by a run before
    uncertain: list[Person] = field(default_factory=list)
    failed: list[tuple[Person, str]] = field(default_factory=list)  # with the server's reason
    waiting: list[Person] = field(default_factory=list)  # not tried, because the server was lost
    lost: str = ""  # why the server was lost

    @property
    def complete(self) -> bool:
        return not (self.uncertain or self.failed or self.waiting)


def waiting(people: Iterable[Person], planned: Planned | None, resend: bool) -> MailRun:
    """The run before it begins: who has a mail already, of whom nobody knows, who waits for one.

    ``resend`` takes those of whom nobody knows among the waiting.
    """
    run = MailRun()
    for person in people:
        state = planned.states.get(person.mail) if planned else None
        if state == SENT:
            run.earlier.append(person)
        elif state in (SENDING, UNCERTAIN) and not resend:
            run.uncertain.append(person)
        else:
            run.waiting.append(person)
    return run


def send_all(
    run: MailRun,
    mail_of: Callable[[Person], EmailMessage],
    journal: Journal,
    planned: Planned,
    connection: Connection,
    plan_id: str,
    tell: Callable[[Person, int, int], None],
) -> MailRun:
    """Send what is waiting in ``run``, each noted in the journal before and after.

    ``tell(person, done, all)`` before each.  A mail keeps its Message-ID however often it is tried.
    """
    people, run.waiting = run.waiting, []
    for done, person in enumerate(people):
        tell(person, done, len(people))
        mail = mail_of(person)
        id = message_id(plan_id, planned.version, person.mail, connection.server.sender)
        journal.note(SENDING, planned, person.mail, id)
        try:
            connection.send(mail, person.mail, id)
        except Uncertain as problem:
            journal.note(UNCERTAIN, planned, person.mail, id, problem.reason)
            run.uncertain.append(person)
        except NoServer as problem:
            journal.note(FAILED, planned, person.mail, id, problem.reason)
            run.waiting, run.lost = people[done:], problem.reason
            break
        except NotSent as problem:
            journal.note(FAILED, planned, person.mail, id, problem.reason)
            run.failed.append((person, problem.reason))
        else:
            journal.note(SENT, planned, person.mail, id)
            run.sent.append(person)
    return run
