"""What ``xl-kpi review`` prints of attainment: goal, stages and channels in a table, and the KPIs below target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from xl_kpi import calc
from xl_kpi.catalog import text, unit
from xl_kpi.plan.input.wording import FEW, fixed, percent
from xl_kpi.plan.money.cells import YEN, amount_in_cell, factor_of

if TYPE_CHECKING:
    from rich.table import Table

    from xl_kpi.kpi.review.attainment import Attained, Reached
    from xl_kpi.kpi.review.review import Review

MOST_KPIS = 6  # below target that have a line
HAIR = 0.05  # off a whole number: less is not seen in a decimal


def print_attainment(console: Any, found: Review, lang: str) -> None:
    """A table of goal, stages and channels, and a line for each of the KPIs that are furthest below their target."""
    from xl_kpi.kpi.review.attainment import kpis_below
    from xl_kpi.kpi.review.words import ReviewWords

    has_first = any(one.to_date.first is not None for one in found.attainment.stages)
    console.print(_table(found, lang, has_first))
    if found.plan.closed_months and found.plan.carries_over:
        console.print(text("cli_whole_note", lang), style="dim", soft_wrap=True)
    if has_first:
        console.print(text("reviewed_first_note", lang), style="dim", soft_wrap=True)
    if note := ReviewWords(found, lang).rounding:
        console.print(note, style="dim", soft_wrap=True)
    below = kpis_below(found.attainment)
    if not below:
        return
    console.print()
    console.print(text("reviewed_kpis", lang), style="bold", soft_wrap=True)
    for one in below[:MOST_KPIS]:
        console.print("  " + kpi_line(found, one, lang), soft_wrap=True)
    if len(below) > MOST_KPIS:
        console.print("  " + text("reviewed_kpis_more", lang, count=len(below) - MOST_KPIS), soft_wrap=True)
    console.print()


def _table(found: Review, lang: str, has_first: bool) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), show_edge=False)
    if not found.has_actuals:
        table.add_column(text("reviewed_planned", lang))
        table.add_column(text("reviewed_whole", lang), justify="right")
        for name, one in _lines(found, lang):
            table.add_row(name, _count(found, one, one.whole.target))
        return table
    last = calc.month_start(found.plan.start, found.to_date.months - 1)
    table.add_column(text("reviewed_what", lang), overflow="fold")
    for head in (text("reviewed_month", lang, year=last.year, month=last.month), text("reviewed_to_date", lang)):
        table.add_column(head, justify="right")
        table.add_column(text("reviewed_attained", lang), justify="right")
    table.add_column(text("reviewed_whole", lang), justify="right")
    table.add_column(text("reviewed_progress", lang), justify="right")
    if has_first:
        table.add_column(text("reviewed_first", lang), justify="right")
    for name, one in _lines(found, lang):
        unknown = text("reviewed_not_known", lang)
        cells = [
            _pair(found, one, one.month, lang), _mark(one.month), _pair(found, one, one.to_date, lang),
            _mark(one.to_date), _count(found, one, one.whole.target) or unknown, _share(one.whole.attained),
        ]  # fmt: skip
        table.add_row(name, *cells, *([_share(one.to_date.attained_first)] if has_first else []))
    return table


def _lines(found: Review, lang: str) -> Iterator[tuple[str, Attained]]:
    """Goal, stages and channels with their names."""
    from xl_kpi.kpi.review.attainment import KPI
    from xl_kpi.kpi.review.words import ReviewWords

    words = ReviewWords(found, lang)
    return ((words.attained(one), one) for one in found.attainment.all if one.what != KPI)


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
