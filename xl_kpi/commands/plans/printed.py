"""The numbers of a plan as tables on a terminal, or as plain text where the output is piped."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import IO, Any, Literal, TypeVar

from rich import box
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

from xl_kpi.catalog import find_unit, text
from xl_kpi.catalog.messages import worded
from xl_kpi.errors import Joined, Words
from xl_kpi.plan.findings import LEAST_SHORTAGE, when
from xl_kpi.plan.input.wording import InSentence, Rounded, expected, fixed, goal_amount, lowered
from xl_kpi.plan.model import MONEY_ROWS
from xl_kpi.plan.needs.reached import told_share
from xl_kpi.plan.outlook import LEAST_LATER

Column = TypeVar("Column")

PLAIN_WIDTH = 100_000  # a pipe has no width: nothing is wrapped or cut


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Whoever reads the output has enough: left to the caller, where rich itself would end the program."""
        raise BrokenPipeError


def console_for(stream: IO[str]) -> Console:
    """A console that never breaks a line of a pipe and never prints colours into one."""
    width = None if stream.isatty() else PLAIN_WIDTH
    return _Console(file=stream, width=width, highlight=False, markup=False, emoji=False, soft_wrap=True)


def print_plan(shown: dict[str, Any], lang: str, stream: IO[str]) -> None:
    """Goal, funnel, months and channels of what ``show`` gives, and what the next period needs of the months."""
    console = console_for(stream)
    console.print(Text(printable(shown["title"]), style="bold"))
    print_funnel(shown, lang, stream)
    print_standing(shown, lang, stream)
    names = {stage["id"]: stage["name"] for stage in shown["stages"]}
    for table in _months(shown, names, lang, console):
        console.print(table)
        console.print()
    keys = ("show_channel", "show_stage", "show_in_plan", "show_average", "show_most")
    table = _table(text("show_channels", lang), [text(key, lang) for key in keys], words=2)
    for channel in shown["channels"]:
        months, total = channel["whole"]["months"], channel["whole"]["leads"]
        numbers = (total, total / max(1, sum(month > 0 for month in months)), max(months))
        stage = names.get(channel["stage"]) or text(f"stage_{channel['stage']}", lang)  # one outside the funnel
        table.add_row(printable(channel["name"]), printable(stage), *map(count, numbers))
    if shown["channels"]:
        console.print(table)
    if shown["following"]:
        console.print()
        _print_following(shown, lang, console)


def _print_following(shown: dict[str, Any], lang: str, console: Console) -> None:
    """The goal of the next period, and the leads that it needs of the plan's months."""
    following, kind, first = shown["following"], shown["kgi"]["kind"], shown["stages"][0]
    stage, months = printable(first["name"]), [(row["month"], row[first["id"]]) for row in following["whole"]["months"]]
    value = worded(goal_amount(following["value"], kind), lang)
    said = {key: following[key] for key in ("start", "deadline")}
    leads = sum(number for _, number in months)
    console.print(text("show_following", lang, kind=text(f"plan_kind_{kind}", lang), value=value, stage=stage,
                       count=f"{leads:,}", **said))  # fmt: skip
    if following["carried"] >= LEAST_LATER:
        console.print(text("show_following_carried", lang, orders=worded(expected(following["carried"]), lang)))
    if leads:
        table = _table(text("show_following_months", lang), [text("show_month", lang), stage])
        for month, number in months:
            if number:
                table.add_row(month, count(number))
        console.print(table)


def print_funnel(shown: dict[str, Any], lang: str, stream: IO[str]) -> None:
    """The goal and one line for each stage."""
    console = console_for(stream)
    kgi = shown["kgi"]
    goal = {
        "kind": text(f"plan_kind_{kgi['kind']}", lang),
        "value": worded(goal_amount(kgi["value"], kgi["kind"]), lang),
        "deadline": kgi["deadline"],
    }
    console.print(text("show_goal", lang, **goal))
    if kgi["existing"]:
        parts = {part: worded(goal_amount(kgi[part], kgi["kind"]), lang) for part in ("existing", "new")}
        console.print(text("show_existing", lang, **parts))
    console.print(_outlook(shown, lang))
    if cells := shown.get("regenerate"):
        console.print(text("show_regenerate", lang, cells=printable(text("list_comma", lang).join(cells))))
    keys = ("show_stage", "show_owner", "show_rate", "show_lag", "show_required")
    table = _table(text("show_funnel", lang), [text(key, lang) for key in keys], words=2)
    for stage in shown["stages"]:
        cells = (percent(stage["rate"]), days(stage["lag_days"]), f"{stage['required_rounded']:,}")
        table.add_row(printable(stage["name"]), printable(stage["owner"]), *cells)
    console.print(table)
    console.print()


def print_standing(shown: dict[str, Any], lang: str, stream: IO[str]) -> None:
    """The boxes of the KPI tree that have an actual, with target and attainment; nothing where there is none yet.

    A box without an actual stands there as well where one below it has some, so that none seems to belong to another.
    """
    above = {node["id"]: node["parent"] for node in shown["tree"]}
    counted = {node["id"] for node in shown["tree"] if node["actual"] is not None and not node["estimated"]}
    if not counted:
        return
    lines = {each for id_ in counted for each in _line_of(id_, above)}
    keys = ("show_standing_what", "show_standing_target", "show_standing_actual", "show_standing_attained")
    table = _table(text("show_standing", lang), [text(key, lang) for key in keys])
    for node in shown["tree"]:
        if node["id"] not in lines:
            continue
        unit = find_unit(node["unit"])
        number = percent if unit and unit.format == "rate" else count
        cells = ["" if node["target"] is None else number(node["target"]), "", ""]
        if node["id"] in counted:
            attained = "" if node["attainment"] is None else f"{node['attainment'] * 100:.1f}%"
            cells[1:] = number(node["actual"]), attained
        depth = len(_line_of(node["id"], above)) - 1
        table.add_row("  " * depth + printable(node["name"]), *cells)
    console = console_for(stream)
    console.print(table)
    console.print()


def _line_of(id_: str, above: Mapping[str, str | None]) -> list[str]:
    """A box of the tree and those above it, up to the KGI."""
    parent = above[id_]
    return [id_, *(_line_of(parent, above) if parent else ())]


def _outlook(shown: dict[str, Any], lang: str) -> str:
    """Where the plan lands, and what is short before the start."""
    outlook, names = shown["outlook"], {stage["id"]: stage["name"] for stage in shown["stages"]}
    money, later = shown["kgi"]["kind"], outlook["later"]
    landing, too_late = (
        Rounded(one[money]) if money in MONEY_ROWS else expected(one["orders"]) for one in (outlook, later)
    )
    late = text("outlook_later", lang, later=worded(too_late, lang)) if later["orders"] >= LEAST_LATER else ""
    short = [(printable(names[one["stage"]]), one["whole"]) for one in outlook["shortage"]]
    parts = [Words("short_stage", stage=InSentence(name), count=fixed(count)) for name, count in short]
    said = worded(Joined(tuple(parts), Words("list_comma")) if parts else Words("short_none"), lang)
    share = (
        ""
        if outlook["share"] is None
        else fixed(100 * told_share(outlook["share"], outlook["orders"], shown["orders"], shown["kgi"]["kind"]))
    )
    return text("show_outlook", lang, outlook=worded(landing, lang), share=share, later=late, short=said,
                nobody=_nobody(shown, lang), when=worded(when(shown["closed_months"]), lang))  # fmt: skip


def _nobody(shown: dict[str, Any], lang: str) -> str:
    """That something is to be won anew at the first stage and no channel is there to win it."""
    first = shown["stages"][0]
    new = sum(month[first["id"]] for month in shown["new"]["months"])
    wins = any(one["stage"] == first["id"] and one["share"] for one in shown["channels"])
    if wins or new <= LEAST_SHORTAGE:
        return ""
    return text("outlook_nobody", lang, stage=lowered(printable(first["name"]), lang))


def _months(shown: dict[str, Any], names: dict[str, str], lang: str, console: Console) -> list[Table]:
    """Months × stages."""
    return side_by_side(list(names), console, lambda stages: _months_table(shown, names, stages, lang))


def side_by_side(columns: Sequence[Column], console: Console, made: Callable[[Sequence[Column]], Table]) -> list[Table]:
    """What ``made`` makes of the columns: as many tables as it takes for none to be wider than the terminal."""
    tables = []
    for parts in range(1, len(columns) + 1):
        size = -(-len(columns) // parts)
        tables = [made(columns[first : first + size]) for first in range(0, len(columns), size)]
        if all(Measurement.get(console, console.options.update(width=PLAIN_WIDTH), table).maximum <= console.width
               for table in tables):  # fmt: skip
            break
    return tables


def _months_table(shown: dict[str, Any], names: dict[str, str], stages: Sequence[str], lang: str) -> Table:
    table = _table(text("show_months", lang), [text("show_month", lang), *(names[stage] for stage in stages)])
    whole = shown["whole"]
    before = text("show_before_open" if shown["closed_months"] else "show_before", lang)
    rows = [(before, whole["before_start"]), *((row["month"], row) for row in whole["months"])]
    for label, row in [*rows, (text("show_next", lang), whole["next_period"])]:
        table.add_row(label, *(count(row[stage]) for stage in stages))
    return table


def _table(title: str, headers: Sequence[str], words: int = 1) -> Table:
    """A table without a frame; the first ``words`` columns hold words, the others numbers."""
    table = Table(
        title=Text(title, style="bold"), title_justify="left", box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False
    )
    for position, header in enumerate(headers):
        justify: Literal["left", "right"] = "left" if position < words else "right"
        table.add_column(Text(printable(header)), justify=justify, no_wrap=position >= words)
    return table


def printable(words: str) -> str:
    """A text that can't move the cursor or colour the terminal: whatever is no letter or sign is a space."""
    return "".join(letter if letter.isprintable() else " " for letter in words)


def count(value: float) -> str:
    """A count to one decimal, without it where it is whole: 1,250 or 8.3."""
    shown = f"{value:,.1f}"
    return shown.removesuffix(".0")


def percent(rate: float | None) -> str:
    """A rate to two decimals: 2.78%; nothing for the last stage."""
    return "" if rate is None else f"{rate * 100:.2f}".rstrip("0").rstrip(".") + "%"


def days(lag: int | list[int] | None) -> str:
    """10, 10..30, or nothing."""
    if lag is None:
        return ""
    return f"{lag[0]}..{lag[1]}" if isinstance(lag, list) else str(lag)
