"""What the user asks `distribute` for: list, options and environment, read with every fault in one pass."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from xl_kpi import errors
from xl_kpi.catalog import text
from xl_kpi.commands.examine import Opened, findings, raise_errors
from xl_kpi.errors import BadFile, Fault, InputFaults
from xl_kpi.exchange.mail.drafts import (
    PLACEHOLDERS,
    Words,
    default_words,
    greeting,
    signed,
    unknown_placeholders,
)
from xl_kpi.exchange.mail.smtp import FROM, Server, sender_in, server_from
from xl_kpi.exchange.outgoing.outsiders import Company
from xl_kpi.exchange.outgoing.workbook import NONE
from xl_kpi.exchange.people import Person, read_people
from xl_kpi.exchange.plain_text import read_text
from xl_kpi.plan.input.reading import Collector, read_date


@dataclass(frozen=True)
class Order:
    """What the user asked for; texts as typed.

    ``rest`` "": the sheets of others are for the company's own people alone; ``sender`` "Name <address>" or an address.
    """

    people: str | Path
    out: str | Path
    rest: str = ""
    due: str | None = None
    lite: bool = False
    send: bool = False
    force: bool = False
    resend_uncertain: bool = False
    subject: str | None = None
    body: str | Path | None = None
    with_review: bool = False
    sender: str | None = None


@dataclass(frozen=True)
class Job:
    """Everything that was read before anything is written."""

    opened: Opened
    order: Order
    people: list[Person]
    due: dt.date | None
    words: Words
    server: Server | None
    folder: Path
    company: Company = Company("")
    sender: tuple[str, str] = ("", "")  # name and address, "" where nobody says
    unowned: tuple[Person, ...] = ()  # people outside, as listed, whose department opens nothing to them

    @property
    def lang(self) -> str:
        return self.opened.lang

    @property
    def outsiders(self) -> list[Person]:
        """Those on the list who work elsewhere."""
        return [person for person in self.people if self.company.is_outside(person)]

    def past_due(self, today: dt.date) -> str:
        """The day until which answers are asked for, in words, where it is over; "" otherwise."""
        return f"{self.due:%Y/%m/%d}" if self.due and self.due < today else ""

    def is_bare(self, person: Person) -> bool:
        """Whether somebody gets their own sheets alone."""
        return self.order.rest == NONE or not self.order.rest and self.company.is_outside(person)


def read_order(
    opened: Opened,
    order: Order,
    environment: Mapping[str, str],
    *,
    about: Mapping[str, str] | None = None,
    placeholders: Sequence[str] = PLACEHOLDERS,
) -> Job:
    """Everything that the user gave, once all of it can be used.

    Arguments: ``opened`` the master; ``environment`` names the mail server, needed where the order says ``send``;
    ``about`` the keys of the texts of subject and body where these are others than those of a distribution, which fill
    in ``placeholders``.
    Errors: InputFaults with every fault of plan, list, options and environment; BadFile for a file or folder that can't
    be used at all.
    """
    plan = opened.read.plan
    faults = [fault for fault in findings(opened) if fault.level == "error"]
    people, server = [], None
    collector = Collector()
    due = collector.read(read_date, order.due, cell="--due", optional=True)
    faults += collector.faults
    if about:
        subject, body = (text(about[part], plan.lang) for part in ("subject", "body"))
    else:
        subject, body = default_words(plan.lang, bool(due))
    subject = subject if order.subject is None else order.subject
    body = body if order.body is None else read_text(order.body)
    faults += unknown_placeholders(subject, "--subject", placeholders)
    faults += unknown_placeholders(body, "--body", placeholders)
    if not subject.strip():
        faults.append(Fault("", errors.Words("mail_no_subject"), cell="--subject"))
    try:
        people = read_people(order.people, plan)
    except InputFaults as found:
        faults += found.faults
    if order.sender is not None:
        environment = {**environment, FROM: order.sender}
        if not order.send and not sender_in(order.sender)[1]:
            faults.append(Fault(order.sender, errors.Words("mail_from"), cell="--from"))
    try:
        server = server_from(environment) if order.send else None
    except InputFaults as found:
        faults += found.faults
    sender = sender_in(environment.get(FROM, ""))
    company = Company.of(sender[1], people)
    if company.tied and not order.rest and not about:
        faults.append(Fault(", ".join(company.tied), errors.Words("distribute_whose_domain"), cell="--rest"))
    unowned = [one for one in people if one.department and not order.rest and company.is_outside(one)]
    if not about:
        faults += [_idle(one, order) for one in unowned if not one.channels]
    raise_errors(faults)
    if _is_taken(Path(order.out)):
        raise BadFile("distribute_no_folder", folder=order.out)
    shown = f"{due:%Y/%m/%d}" if due else text("cover_no_due", plan.lang)
    same = {"title": plan.title, "due": shown, "review": "", **signed(sender, plan.lang)}
    own = {
        one.mail: {"greeting": greeting(company.is_outside(one), plan.lang), "department": one.department}
        for one in people
    }
    bare = set(unowned)
    people = [
        replace(one, department="" if one in bare else one.department, outside=company.is_outside(one))
        for one in people
    ]
    words = Words(subject, body, same, own, nameless=order.body is None and bool(sender[1]) and not sender[0])
    return Job(opened, order, people, due, words, server, Path(order.out), company, sender, tuple(unowned))


def _idle(person: Person, order: Order) -> Fault:
    """Somebody outside with a department alone, whose numbers nobody has said they may see."""
    allowed = errors.Words("distribute_outside_idle", department=person.department)
    return Fault(f"{person.name} <{person.mail}>", allowed, cell="--to", file=Path(order.people).name)


def _is_taken(folder: Path) -> bool:
    """Whether there is something else in the place of the folder, or no name for one."""
    try:
        return folder.exists() and not folder.is_dir()
    except (OSError, ValueError):  # a name that is too long, or with a null character
        return True
