"""``xl-kpi distribute``: a workbook for each person on a list, as files with draft mails or sent."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from typing import Any

import click

from xl_kpi.catalog import text
from xl_kpi.cli.options import DONE, FINDINGS, lang_option, progress_bar, say, say_backup
from xl_kpi.cli.plans import as_of_option
from xl_kpi.cli.words import Command, Option

REST = ("visible", "none")
MOST_NAMED = 5  # people in one line


def _distribute(lang: str) -> Command:
    def run(
        plan: str,
        people: str,
        out: str,
        rest: str,
        yes: bool,
        dry_run: bool,
        names: bool,
        reminds: bool,
        replies: tuple[str, ...],
        as_of: dt.date | None,
        asked: str | None,
        **given: Any,
    ) -> int:
        from xl_kpi.commands.mail.distribute import Order, carry_out, prepare

        order = Order(people, out, rest, **given)
        if reminds:
            if order.send or order.with_review:
                key = "remind_sends_nothing" if order.send else "remind_no_review"
                raise click.UsageError(text(key, asked or lang))
            from xl_kpi.commands.mail.remind import remind

            return _say_reminded(
                remind(plan, order, replies, as_of=as_of, dry_run=dry_run, words=lang, lang=asked), dry_run
            )
        if replies or as_of:
            key = "remind_replies_alone" if replies else "remind_as_of_alone"
            raise click.UsageError(text(key, asked or lang))
        if order.send and not (yes or dry_run or _somebody_there()):
            raise click.UsageError(text("distribute_needs_yes", lang))
        with progress_bar() as progress:
            prepared = prepare(plan, order, words=lang, lang=asked, progress=progress)
        shown = prepared.shown
        _say_contents(shown, dry_run=dry_run, names=names)
        if dry_run:
            _say_plan(shown, prepared.job.people)
            return DONE
        if shown.mails is not None and not yes:
            count = len(shown.mails.waiting)
            click.confirm(text("distribute_ask", shown.lang, count=count), abort=True, err=True)
        with progress_bar() as progress:
            done = carry_out(prepared, progress=progress)
        _say_result(done)
        return DONE if done.complete else FINDINGS

    def known(_: Any, __: Any, value: str | None) -> str:
        if value is not None and value not in REST:
            raise click.UsageError(text("usage_rest", lang, found=value))
        return value or ""

    options = [
        Option(["--to", "people"], lang, "help_to", metavar="PEOPLE.csv", required=True),
        Option(["-o", "out"], lang, "help_distribute_out", metavar="DIR", required=True),
        Option(["--rest"], lang, "help_rest", metavar="|".join(REST), callback=known),
        Option(["--from", "sender"], lang, "help_from", metavar="NAME <ADDRESS>"),
        Option(["--due"], lang, "help_due", metavar="YYYY-MM-DD"),
        Option(["--subject"], lang, "help_subject", metavar="TEXT"),
        Option(["--body"], lang, "help_body", metavar="FILE"),
        Option(["--lite"], lang, "help_distribute_lite", is_flag=True),
        Option(["--with-review"], lang, "help_with_review", is_flag=True),
        Option(["--send"], lang, "help_send", is_flag=True),
        Option(["--dry-run"], lang, "help_distribute_dry_run", is_flag=True),
        Option(["--names"], lang, "help_names", is_flag=True),
        Option(["--yes"], lang, "help_yes", is_flag=True),
        Option(["--force"], lang, "help_distribute_force", is_flag=True),
        Option(["--resend-uncertain"], lang, "help_resend", is_flag=True),
        Option(["--remind", "reminds"], lang, "help_remind", is_flag=True),
        Option(["--replies"], lang, "help_replies", metavar="PATH", multiple=True),
        as_of_option(lang, "help_remind_as_of"),
        lang_option(lang),
    ]
    return Command(
        "distribute", lang=lang, callback=run, params=[click.Argument(["plan"]), *options],
        help=text("help_distribute_long", lang), short_help=text("help_distribute", lang),
    )  # fmt: skip


def _somebody_there() -> bool:
    """Whether there is a terminal on which to ask."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _say_contents(shown: Any, *, dry_run: bool, names: bool) -> None:
    """What is about to leave, one block for each kind of workbook."""
    for number, (inside, count) in enumerate(shown.kinds, 1):
        key = "distribute_kind" if len(shown.kinds) > 1 else "distribute_one_kind"
        click.echo(text(key, shown.lang, number=number, count=count), err=not dry_run)
        for line in inside.lines(shown.lang, names=names):
            click.echo(line, err=not dry_run)
    if shown.reviewed is not None:
        key = "distribute_review" if shown.reviewed else "distribute_review_none"
        click.echo(text(key, shown.lang, span=shown.reviewed), err=not dry_run)
    comma = text("list_comma", shown.lang)
    _say_outsiders(shown, dry_run)
    if shown.again:
        values = {"count": len(shown.again), "names": comma.join(shown.again)}
        click.echo(text("distribute_again", shown.lang, **values), err=not dry_run)
    for version in dict.fromkeys(version for _, version in shown.unheard):
        silent = [person for person, sent in shown.unheard if sent == version]
        named = comma.join([*silent[:MOST_NAMED], *(["…"] if len(silent) > MOST_NAMED else [])])
        warning = text("distribute_unheard", shown.lang, version=version, count=len(silent), people=named)
        click.echo(f"{text('level_warning', shown.lang)}: {warning}", err=True)
    _say_past_due(shown)
    if shown.unasked:
        about = {"names": comma.join(shown.unasked), "owners": comma.join(shown.owners)}
        say(f"{text('level_hint', shown.lang)}: {text('distribute_unasked', shown.lang, **about)}")
    if shown.left:
        found = comma.join(f"{sheet}: {text(what, shown.lang)}" for sheet, what in shown.left)
        say(f"{text('level_warning', shown.lang)}: {text('distribute_left', shown.lang, found=found)}")
    if shown.strangers:
        found, known = comma.join(shown.strangers), comma.join(shown.owners)
        warning = text("distribute_strangers", shown.lang, found=found, known=known)
        click.echo(f"{text('level_warning', shown.lang)}: {warning}", err=True)


def _say_past_due(shown: Any) -> None:
    if shown.past_due:
        warning = text("distribute_past_due", shown.lang, due=shown.past_due)
        say(f"{text('level_warning', shown.lang)}: {warning}")


def _say_outsiders(shown: Any, dry_run: bool) -> None:
    """Who works elsewhere, how that is known, and what they get."""
    if shown.unsigned:
        say(text("distribute_unsigned", shown.lang))
    if not shown.outsiders:
        return
    people = [f"{person.name} <{person.mail}>" for person in shown.outsiders]
    values = {
        "count": len(people), "domain": shown.own_domain, "why": text(
            "distribute_domain_sender" if shown.sent_from else "distribute_domain_most", shown.lang
        ),
        "people": text("list_comma", shown.lang).join([*people[:MOST_NAMED], *(["…"] if people[MOST_NAMED:] else [])]),
    }  # fmt: skip
    words = text("distribute_outside_bare" if shown.bare else "distribute_outside_visible", shown.lang, **values)
    if shown.bare:
        click.echo(words, err=not dry_run)
        if shown.unowned:
            named = [f"{person.name} ({person.department})" for person in shown.unowned[:MOST_NAMED]]
            names = text("list_comma", shown.lang).join([*named, *(["…"] if shown.unowned[MOST_NAMED:] else [])])
            count = len(shown.unowned)
            click.echo(text("distribute_outside_rows", shown.lang, count=count, people=names), err=not dry_run)
    else:
        say(f"{text('level_warning', shown.lang)}: {words}")


def _say_plan(done: Any, people: Sequence[Any]) -> None:
    """What a dry run would do; ``people`` in the order of their list."""
    states = {}
    if done.mails:
        states.update({person.mail: "distribute_state_waiting" for person in done.mails.waiting})
        states.update({person.mail: "distribute_state_earlier" for person in done.mails.earlier})
        states.update({person.mail: "distribute_state_uncertain" for person in done.mails.uncertain})
    for person in people:
        state = text(states[person.mail], done.lang) if states else ""
        subject = done.words.filled(done.words.subject, person)
        click.echo(f"{person.name} <{person.mail}>  {done.files[person.mail]}  {subject}  {state}".rstrip())
    click.echo(text("distribute_dry", done.lang, count=len(done.people), version=done.version))


def _say_result(done: Any) -> None:
    key = "distribute_continued" if done.continued else "distribute_done"
    click.echo(text(key, done.lang, count=len(done.people), folder=done.folder, version=done.version))
    say_backup(done.backup, done.lang)
    run = done.mails
    if run is None:
        return
    click.echo(text("distribute_sent", done.lang, sent=len(run.sent), earlier=len(run.earlier)))
    for person, reason in run.failed:
        click.echo(text("distribute_failed", done.lang, name=person.name, mail=person.mail, reason=reason), err=True)
    for person in run.uncertain:
        click.echo(text("distribute_uncertain", done.lang, name=person.name, mail=person.mail), err=True)
    if run.waiting:
        click.echo(text("distribute_waiting", done.lang, count=len(run.waiting), reason=run.lost), err=True)


def _say_reminded(done: Any, dry_run: bool) -> int:
    """Who was drafted a reminder and what is missing; all others in one line each."""
    lang = done.lang
    comma = text("list_comma", lang)
    for one in done.reminders:
        late = text("remind_late", lang, days=one.late) if one.late else ""
        about = {"name": one.person.name, "mail": one.person.mail, "version": one.missing.version, "late": late}
        key = "remind_some" if one.missing.heard else "remind_none"
        if one.missing.earlier and not one.missing.heard:
            key, about["earlier"] = "remind_earlier", one.missing.earlier
        click.echo(text(key, lang, count=one.missing.count, sent=f"{one.missing.sent_on:%Y/%m/%d}", **about))
        for line in one.lines:
            if line:
                click.echo(f"  {line}")
    for key in ("complete", "never"):
        if people := getattr(done, key):
            click.echo(text(f"remind_{key}", lang, count=len(people), names=comma.join(one.name for one in people)))
    for key in ("unlisted", "stale"):
        if names := getattr(done, key):
            say(text(f"remind_{key}", lang, count=len(names), names=comma.join(names)))
    _say_past_due(done)
    for line in done.unread:
        say(f"{text('level_warning', lang)}: {line}")
    if done.reminders and done.same_sender:
        click.echo(text("remind_sender", lang, sender=done.sender))
    elif done.reminders and not done.sender:
        say(f"{text('level_warning', lang)}: {text('remind_unsigned', lang)}")
    again = sum(one.attached for one in done.reminders)
    key = ("remind_dry" if dry_run else "remind_done") if done.reminders else "remind_nobody"
    click.echo(text(key, lang, count=len(done.reminders), folder=done.folder, attached=again))
    return DONE


COMMANDS = {"distribute": _distribute}
