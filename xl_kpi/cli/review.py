"""``xl-kpi review PLAN``: the gap to the plan, where the period will end, and what to do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from xl_kpi.catalog import text, unit
from xl_kpi.cli.options import DONE, print_json, say
from xl_kpi.cli.plans import as_of_option, reading_command
from xl_kpi.cli.review_attained import print_attainment
from xl_kpi.cli.words import Command
from xl_kpi.plan.input.wording import Rounded, fixed
from xl_kpi.plan.money.cells import amount_in_cell, factor_of

if TYPE_CHECKING:
    from rich.table import Table

    from xl_kpi.kpi.review.actions import Action
    from xl_kpi.kpi.review.review import Review
    from xl_kpi.plan.review.gap import Part

MOST_PARTS = 8  # of the gap that have a line; the others are added up
MONEY_ALONE = ("value", "existing")  # kinds of parts that are no orders
LEAST = 0.05  # orders: fewer are shown as 0.0


def _review(lang: str) -> Command:
    def run(plan: str, as_json: bool, as_of: dt.date | None, asked: str | None) -> int:
        from xl_kpi.commands.review import as_data, review

        opened, found = review(plan, as_of=as_of, words=lang, lang=asked)
        if as_json:
            print_json(as_data(found, opened.lang))
        elif not found.to_date.months:
            day = as_of or found.to_date.as_of
            say(text("reviewed_none", opened.lang, as_of=f"{day:%Y/%m/%d}"))
        else:
            _print(found, opened.lang)
        return DONE

    return reading_command("review", lang, run, [as_of_option(lang, "help_review_as_of")])


def _print(found: Review, lang: str) -> None:
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=False)
    plan, to_date = found.plan, found.to_date
    first = f"{plan.start:%Y/%m}"
    about = {"first": first, "last": f"{to_date.as_of:%Y/%m}", "months": to_date.months}
    console.print(text("reviewed_head", lang, title=plan.title, **about), style="bold", soft_wrap=True)
    _print_forecast(console, found, lang)
    console.print()
    print_attainment(console, found, lang)
    console.print(_gap_words(found, lang), soft_wrap=True)
    if found.gap.parts:
        console.print()
        console.print(text("reviewed_parts", lang), soft_wrap=True)
        console.print(_parts(found, lang))
    worst = found.gap.bottleneck
    if worst:
        cause, channel = _cause(found, worst, lang), _channel(found, worst.channel, lang)
        console.print(
            text("reviewed_bottleneck", lang, cause=cause, channel=channel, orders=f"{worst.orders:+,.1f}"),
            soft_wrap=True,
        )
    console.print()
    _print_actions(console, found, lang)
    _print_checks(console, found, lang)


def _table(lang: str, *columns: tuple[str, str]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD)
    for key, side in columns:
        table.add_column(text(key, lang), justify="right" if side == "right" else "left")
    return table


def _gap_words(found: Review, lang: str) -> str:
    orders, money = found.gap.orders, found.gap.money
    if orders is None:
        return text("reviewed_gap_unknown", lang)
    said = text("reviewed_gap_even", lang)
    if abs(orders) >= LEAST:
        way = text("reviewed_gap_below" if orders < 0 else "reviewed_gap_above", lang)
        said = text("reviewed_gap", lang, orders=f"{abs(float(orders)):,.1f}", way=way)
    shown = "" if money is None else _money(found, float(money))
    if not shown.strip("+-0."):
        return said
    about = text("reviewed_gap_money", lang, money=shown, unit=_unit(found, lang))
    return said + text("reviewed_sentence", lang) + about


def _money(found: Review, yen: float) -> str:
    """An amount in the plan's unit with its sign."""
    amount = round(amount_in_cell(yen, factor_of(found.plan.currency_unit)), 6)
    digits = unit(found.plan.currency_unit).digits
    return f"{amount + 0:+,.{digits}f}"


def _unit(found: Review, lang: str) -> str:
    return unit(found.plan.currency_unit).label[lang]


def _parts(found: Review, lang: str) -> Table:
    heads = [("reviewed_channel", ""), ("reviewed_cause", ""), ("reviewed_orders", "right")]
    table, in_money = _table(lang, *heads), found.gap.money is not None
    if in_money:
        table.add_column(text("reviewed_money", lang, unit=_unit(found, lang)), justify="right")
    whole = found.gap.money_parts or found.gap.parts
    told = sorted((part for part in whole if abs(part.orders) >= LEAST or part.kind in MONEY_ALONE), key=_size)
    kept = told if len(told) <= MOST_PARTS else [*told[: MOST_PARTS // 2], *told[-(MOST_PARTS // 2) :]]
    for part in kept:
        orders = "" if part.kind in MONEY_ALONE else f"{part.orders:+,.1f}"
        money = [_money(found, part.money or 0.0)] if in_money else []
        table.add_row(_channel(found, part.channel, lang), _cause(found, part, lang), orders, *money)
    rest = float(found.gap.orders or 0) - sum(part.orders for part in kept)
    others = float(found.gap.money or 0) - sum(part.money or 0.0 for part in kept)
    if abs(rest) >= LEAST or len(kept) < len(told):
        table.add_row(
            text("reviewed_others", lang), "", f"{rest:+,.1f}", *([_money(found, others)] if in_money else [])
        )
    return table


def _size(part: Part) -> float:
    """By what it costs: in money where that is known."""
    return part.orders if part.money is None else part.money


def _channel(found: Review, id_: str, lang: str) -> str:
    return next((one.name for one in found.named.channels if one.id == id_), text("reviewed_all", lang))


def _cause(found: Review, part: Part, lang: str) -> str:
    names = {stage.id: stage.name for stage in found.named.stages}
    return text(f"reviewed_kind_{part.kind}", lang, since=names[part.since], stage=names[part.stage])


def _print_forecast(console: Any, found: Review, lang: str) -> None:
    forecast = found.forecast
    low, high = forecast.band
    goal, orders = forecast.targets.orders, float(forecast.orders)
    share = f"{orders / float(goal):.0%}" if goal else ""
    numbers = {"orders": f"{orders:,.1f}", "low": f"{low:,.0f}", "high": f"{high:,.0f}", "goal": f"{float(goal):,.0f}"}
    console.print(text("reviewed_forecast", lang, share=share, **numbers), soft_wrap=True)
    parts = {
        "won": forecast.won - forecast.assumed,
        "open": forecast.decided - forecast.won,
        "coming": forecast.orders - forecast.decided,
    }
    console.print(
        text("reviewed_forecast_parts", lang, **{key: _few(one) for key, one in parts.items()}), soft_wrap=True
    )
    if any(actual is None for actual in found.to_date.actual):
        assumed = _few(forecast.assumed)
        console.print(text("reviewed_as_planned", lang, orders=assumed), soft_wrap=True)
    console.print(text("reviewed_varies", lang), style="dim", soft_wrap=True)


def _print_actions(console: Any, found: Review, lang: str) -> None:
    if not found.actions:
        console.print(text("reviewed_no_actions", lang), soft_wrap=True)
        return
    console.print(text("reviewed_actions", lang), style="bold", soft_wrap=True)
    for number, one in enumerate(found.actions, 1):
        for line in _action_lines(found, number, one, lang):
            console.print(line, soft_wrap=True)
    if sum(one.brings_back is not None and not one.overlaps for one in found.actions) > 1:
        console.print(text("reviewed_together", lang, orders=f"{float(found.together):,.1f}"), soft_wrap=True)


def _action_lines(found: Review, number: int, one: Action, lang: str) -> Iterator[str]:
    from xl_kpi.kpi.review.actions import owner_of
    from xl_kpi.kpi.review.names import action_names
    from xl_kpi.kpi.review.names import said as number_said

    plan, actual = (number_said(one, number) for number in (one.plan, one.actual))
    where, name = action_names(found.named, one, lang)
    yield text("reviewed_action", lang, number=number, channel=where, kpi=name, plan=plan, actual=actual)
    yield "   " + one.advice.text(lang)
    said = [_brings(one, lang)]
    if one.by is not None and one.by <= found.to_date.as_of:
        said.append(text("reviewed_late", lang))
    elif one.by:
        said.append(text("reviewed_by", lang, day=f"{one.by:%Y/%m/%d}"))
    if owner := owner_of(found.named, one):
        said.append(text("reviewed_owner", lang, owner=owner))
    yield "   " + text("reviewed_comma", lang).join(said)


def _brings(one: Action, lang: str) -> str:
    if one.brings_back is None:
        return text("reviewed_brings_unknown", lang)
    if one.overlaps:
        return text("reviewed_same", lang)
    orders = _few(one.brings_back)
    if one.money:
        return text("reviewed_brings_money", lang, orders=orders, money=Rounded(one.money)(lang))
    return text("reviewed_brings", lang, orders=orders)


def _few(orders: float | Fraction) -> str:
    """Orders with a decimal, never as -0.0."""
    return fixed(round(float(orders), 6), 1)


def _print_checks(console: Any, found: Review, lang: str) -> None:
    names = {f"stage:{stage.id}": stage.name for stage in found.named.stages}
    names |= {channel.id: channel.name for channel in found.named.channels}
    blanks = [
        text("reviewed_blank", lang, name=names[what], month=month.replace("-", "/")) for what, month in found.blanks
    ]
    if blanks:
        console.print(text("reviewed_blanks", lang, names=" · ".join(blanks)), soft_wrap=True)
    for stage, gone, over in found.unexplained:
        about = {"gone": f"{float(gone):,.0f}", "over": f"{float(over):,.0f}"}
        console.print(text("reviewed_open_missing", lang, stage=names[f"stage:{stage}"], **about), soft_wrap=True)


COMMANDS = {"review": _review}
