"""``xl-kpi review PLAN``: the gap to the plan, where the period will end, and what to do."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from xl_kpi.calc import month_start
from xl_kpi.catalog import text
from xl_kpi.cli.options import DONE, print_json, progress_bar, say, say_backup, say_faults
from xl_kpi.cli.plans import as_of_option, reading_command
from xl_kpi.cli.reviews.attained import print_attainment
from xl_kpi.cli.words import Command, Option
from xl_kpi.errors import told_in

if TYPE_CHECKING:
    from rich.table import Table

    from xl_kpi.kpi.review.review import Review
    from xl_kpi.kpi.review.words import PartWords, ReviewWords

MOST_CHECKS = 8  # that have a line


def _review(lang: str) -> Command:
    def run(plan: str, as_json: bool, as_of: dt.date | None, propose: bool, asked: str | None) -> int:
        from xl_kpi.commands.reviews import figures as do

        opened, found = do.review(plan, as_of=as_of, words=lang, lang=asked)
        said = opened.lang
        proposed = None
        if propose:
            with told_in(said), progress_bar() as bar:
                proposed = do.propose(opened, as_of=as_of, progress=bar)
        if as_json:
            about = {"proposed": [{"id": id_, **row} for id_, row in proposed.rows.items()]} if proposed else {}
            print_json({**do.as_data(found, said, dt.date.today()), **about})
        else:
            _print(found, said)
        if proposed and not as_json:
            say(text("reviewed_proposed" if proposed.rows else "reviewed_nothing_new", said,
                     count=len(proposed.rows), sheet=text("sheet_actions", said)))  # fmt: skip
            if opened.read.plan.settings.get("review_as_of") is None:
                say(text("reviewed_no_next", said, sheet=text("sheet_actions", said)))
            say_faults(proposed.written.warnings, said)
            say_backup(proposed.written.backup, said)
        return DONE

    options = [
        as_of_option(lang, "help_review_as_of"),
        Option(["--propose"], lang, "help_review_propose", is_flag=True),
    ]
    return reading_command("review", lang, run, options)


def head(found: Review, lang: str) -> str:
    """What a review is about: plan and months; while nothing is typed of these, the months of the plan."""
    plan, to_date = found.plan, found.to_date
    if not found.has_actuals:
        last = month_start(plan.start, plan.months - 1)
        return text("reviewed_head_plan", lang, title=plan.title, first=f"{plan.start:%Y/%m}", last=f"{last:%Y/%m}")
    about = {"first": f"{plan.start:%Y/%m}", "last": f"{to_date.as_of:%Y/%m}", "months": to_date.months}
    return text("reviewed_head", lang, title=plan.title, **about)


def head_note(found: Review, lang: str) -> str:
    """That a month which is not over on the day asked for is left out; "" where none is."""
    day, plan, to_date = found.asked_on, found.plan, found.to_date
    if day is None or to_date.months >= plan.months or day <= to_date.as_of or not to_date.months:
        return ""
    return text("reviewed_not_over", lang, month=f"{day:%Y/%m}")


def _print(found: Review, lang: str) -> None:
    from xl_kpi.commands.plans.printed import console_for
    from xl_kpi.kpi.review.words import ReviewWords

    console, words = console_for(sys.stdout), ReviewWords(found, lang)

    def show(*lines: str, style: str = "") -> None:
        for line in lines:
            console.print(line, style=style or None)

    show(head(found, lang), style="bold")
    show(*filter(None, [head_note(found, lang)]), words.forecast, *words.forecast_notes, "")
    print_attainment(console, found, lang)
    show(words.gap)
    if parts := [*words.parts()]:
        show("", text("reviewed_parts", lang))
        console.print(_parts(words, parts, lang))
    show(*filter(None, [words.bottleneck]), "")
    if not found.has_actuals:
        return
    if not words.actions:
        show(words.no_actions)
    else:
        show(text("reviewed_actions", lang), style="bold")
        for one in words.actions:
            first, *more = words.lines_of(one)
            show(first, *(f"   {line}" for line in more))
        show(*filter(None, [words.together]))
    checks = words.checks_on(dt.date.today())
    if checks:
        show("", text("reviewed_check_first", lang), style="bold")
        show(*(f"  {line}" for line in checks[:MOST_CHECKS]))
    if len(checks) > MOST_CHECKS:
        show("  " + text("doubt_more", lang, count=len(checks) - MOST_CHECKS))


def _parts(words: ReviewWords, parts: Sequence[PartWords], lang: str) -> Table:
    from rich import box
    from rich.table import Table

    table, in_money = Table(box=box.SIMPLE_HEAD), words.found.gap.money is not None
    for key in ("reviewed_channel", "reviewed_cause", "reviewed_orders"):
        table.add_column(text(key, lang), justify="right" if key == "reviewed_orders" else "left")
    if in_money:
        table.add_column(text("reviewed_money", lang, unit=words.unit), justify="right")
    for part in parts:
        table.add_row(part.channel, part.cause, part.number, *([words.money(part.money or 0.0)] if in_money else []))
    return table


COMMANDS = {"review": _review}
