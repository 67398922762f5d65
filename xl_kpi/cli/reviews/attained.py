"""What ``xl-kpi review`` prints of attainment: goal, stages and channels in a table, and the KPIs below target."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from xl_kpi import calc
from xl_kpi.catalog import text, unit
from xl_kpi.plan.input.wording import FEW, fixed, percent
from xl_kpi.plan.money.cells import YEN, amount_in_cell, factor_of

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from xl_kpi.kpi.review.attainment import Attained, Reached
    from xl_kpi.kpi.review.review import Review

MOST_KPIS = 6  # below target that have a line
HAIR = 0.05  # off a whole number: less is not seen in a decimal


def print_attainment(console: Console, found: Review, lang: str) -> None:
    """A table of goal, stages and channels, and a line for each of the KPIs that are furthest below their target."""
    from xl_kpi.kpi.review.attainment import kpis_below

    has_first = any(one.to_date.first is not None for one in found.attainment.stages)
    for order, table in enumerate(_tables(found, console, lang, has_first)):
        console.print(*[""] * (order > 0), table, sep="\n")
    if found.plan.closed_months and found.plan.carries_over:
        console.print(text("closed_totals", lang), style="dim")
    if has_first:
        console.print(text("reviewed_first_note", lang), style="dim")
    if is_exact(found):
        console.print(text("reviewed_rounding", lang), style="dim")
    below = kpis_below(found.attainment)
    if not below:
        return
    console.print()
    console.print(text("reviewed_kpis", lang), style="bold")
    for one in below[:MOST_KPIS]:
        console.print("  " + kpi_line(found, one, lang))
    if len(below) > MOST_KPIS:
        console.print("  " + text("reviewed_kpis_more", lang, count=len(below) - MOST_KPIS))
    console.print()


def is_exact(found: Review) -> bool:
    """Whether some share to date is another one than on 逆算, which divides by whole targets as they are shown."""
    from xl_kpi.kpi.figures import is_number, rounded_upto
    from xl_kpi.kpi.review.attainment import Reached

    for one, months in zip(found.attainment.stages, found.to_date.planned_by_month):
        shown = sum(number for number in rounded_upto([float(month) for month in months]) if is_number(number))
        if one.to_date.target and one.to_date.mark != Reached(shown, actual=one.to_date.actual).mark:
            return True
    return False


def _tables(found: Review, console: Console, lang: str, has_first: bool) -> list[Table]:
    """Side by side, or below each other where the terminal is too narrow, so that no number is cut."""
    from xl_kpi.commands.plans.printed import side_by_side

    lines = list(_lines(found, lang))
    if not found.has_actuals:
        whole = _Columns([text("reviewed_whole", lang)], [[_count(found, one, one.whole.target)] for _, one in lines])
        groups, head = [whole], text("reviewed_planned", lang)
    else:
        groups, head = list(_attained(found, lines, lang, has_first)), text("reviewed_what", lang)

    def made(some: Sequence[_Columns]) -> Table:
        from rich import box
        from rich.table import Table

        table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
        table.add_column(head, overflow="fold")
        for each in (each for group in some for each in group.heads):
            table.add_column(each, justify="right", no_wrap=True)
        for row, (name, _) in enumerate(lines):
            table.add_row(name, *(cell for group in some for cell in group.rows[row]))
        return table

    return side_by_side(groups, console, made)


class _Columns(NamedTuple):
    """Columns of numbers that stay together, with the cells of each row."""

    heads: list[str]
    rows: list[list[str]]


def _attained(found: Review, lines: Sequence[tuple[str, Attained]], lang: str, has_first: bool) -> Iterator[_Columns]:
    """The last month, so far, and the whole period."""
    last = calc.month_start(found.plan.start, found.to_date.months - 1)
    all_ = [one for _, one in lines]
    attained = text("reviewed_attained", lang)
    month = text("reviewed_month", lang, year=last.year, month=last.month)
    yield _Columns([month, attained], [[_pair(found, one, one.month, lang), _mark(one.month)] for one in all_])
    so_far = text("reviewed_to_date", lang)
    yield _Columns([so_far, attained], [[_pair(found, one, one.to_date, lang), _mark(one.to_date)] for one in all_])
    heads = [text("reviewed_whole", lang), text("reviewed_progress", lang)]
    unknown = text("reviewed_not_known", lang)
    rows = [[_count(found, one, one.whole.target) or unknown, _share(one.whole.attained)] for one in all_]
    if has_first:
        heads.append(text("reviewed_first", lang))
        rows = [[*row, _share(one.to_date.attained_first)] for row, one in zip(rows, all_, strict=True)]
    yield _Columns(heads, rows)


def _lines(found: Review, lang: str) -> Iterator[tuple[str, Attained]]:
    """Goal, stages and channels with their names."""
    from xl_kpi.kpi.review.attainment import KPI
    from xl_kpi.kpi.review.words import ReviewWords, attained_said

    words = ReviewWords(found, lang)
    return ((attained_said(words, one), one) for one in found.attainment.all if one.what != KPI)


def kpi_line(found: Review, one: Attained, lang: str) -> str:
    """A KPI that is worse than its target: below it, or, where less is better, above it."""
    from xl_kpi.kpi.review.attainment import name_of

    channel = next(channel.name for channel in found.named.channels if channel.id == one.channel)
    actual, target = (_figure(one, number) for number in (one.to_date.actual, one.to_date.target))
    about = {"kpi": name_of(found.named, one, lang), "channel": channel, "attained": _share(one.to_date.attained)}
    key = "reviewed_kpi_line"
    if one.better == "down":
        key = "reviewed_kpi_over_budget" if one.unit == YEN and one.whole.better else "reviewed_kpi_over"
    return text(key, lang, actual=actual, target=target, **about)


def _figure(one: Attained, number: float | None) -> str:
    """A KPI's figure by its unit."""
    if number is None:
        return ""
    return percent(round(number, 4)) if unit(one.unit).format == "rate" else whole_or_few(number)


def _count(found: Review, one: Attained, number: float | None) -> str:
    """A count or an amount in the plan's unit; "" where it is not known."""
    if number is None:
        return ""
    if one.unit == YEN:
        return fixed(amount_in_cell(number, factor_of(found.plan.currency_unit)))
    return whole_or_few(number)


def whole_or_few(number: float) -> str:
    """A count; of few the decimal, so that a share of it can be seen to be right: 5 of 4.2 are 120 %."""
    return fixed(number, int(abs(number) < FEW and abs(number - round(number)) >= HAIR))


def _pair(found: Review, one: Attained, span: Reached, lang: str) -> str:
    unknown = text("reviewed_not_known", lang)
    actual, target = (_count(found, one, number) or unknown for number in (span.actual, span.target))
    return text("reviewed_pair", lang, actual=actual, target=target)


def _mark(span: Reached) -> str:
    return f"{span.mark}{_share(span.attained)}"


def _share(attained: float | None) -> str:
    return "" if attained is None else fixed(100 * attained) + "%"
