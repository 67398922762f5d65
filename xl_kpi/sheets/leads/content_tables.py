"""The tables of コンテンツ: how content is used with its score, and how much more often its users order (S7, S8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from xl_kpi.catalog.content import PARTS, ContentStandards, content_standards
from xl_kpi.plan.leads.content import Base, ContentFigures, Engaged, Rates
from xl_kpi.plan.leads.content_inputs import SECONDS, weight_of
from xl_kpi.sheets.blocks.table import Column, Row, Table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.leads.content_rows import ContentRowsAt
from xl_kpi.workbook.addresses import relative
from xl_kpi.workbook.spec import Condition, SheetSpec

NAME_WIDTH, TYPE_WIDTH, WIDTH = 30.0, 16.0, 10.7
LIFTS = ("leads", "won", "rate", "others", "ratio", "low", "high", "rank")
USES = ("leads", "times", "repeat", "dwell", "quality", "scroll", "next", "score")
FORMATS = {
    "leads": "whole", "won": "whole", "rate": "rate", "others": "rate", "ratio": "exact", "low": "exact",
    "high": "exact", "rank": "whole", "times": "whole", "repeat": "rate", "dwell": "whole", "quality": "rate",
    "scroll": "rate", "next": "rate", "score": "decimal",
}  # fmt: skip


@dataclass(frozen=True)
class Group:
    """Leads as a whole, against which a lift is taken: where the cells with their number and their orders stand."""

    leads: str
    won: str
    figures: Base

    def is_small(self, one: Engaged, about: ContentStandards) -> bool:
        return self.figures.is_small(one, about)


def lift_table(
    ctx: Context, id: str, several: Sequence[Engaged], section: str, head: str, *, typed: bool = True
) -> Table:
    """A row for each content, type or path; ``typed``: the type stands beside the name."""
    return Table(id, [*_names(ctx, head, typed), *(Column(one, ctx.t(f"content_{one}"), WIDTH, f"value.{FORMATS[one]}")
                 for one in LIFTS), Column("said", ctx.t("content_said"), WIDTH, "value.left", span=2, link=False)],
                 _rows(id, several), section=section, header_height=48)  # fmt: skip


def use_table(
    ctx: Context, id: str, several: Sequence[Engaged], section: str, head: str, *, typed: bool = True
) -> Table:
    columns = [Column(one, ctx.t(f"content_{one}"), WIDTH, f"value.{FORMATS[one]}") for one in USES]
    return Table(id, [*_names(ctx, head, typed), *columns], _rows(id, several), section=section, header_height=48)


def _names(ctx: Context, head: str, typed: bool) -> list[Column]:
    if not typed:
        return [Column("name", ctx.t(head), None, "label", span=2)]
    return [
        Column("name", ctx.t(head), NAME_WIDTH, "label"),
        Column("type", ctx.t("content_type"), TYPE_WIDTH, "label"),
    ]


def _rows(id: str, several: Sequence[Engaged]) -> list[Row]:
    return [Row(_key(number), f"{id}:{one.name}") for number, one in enumerate(several, 1)]


def _key(number: int) -> str:
    return f"{number}"


def fill_uses(table: Table, at: ContentRowsAt, kind: str, figures: ContentFigures, several: Sequence[Engaged]) -> None:
    """What is counted of each, and its score.

    Arguments: ``kind`` content or type: which sums of the hidden page it takes.
    """
    inputs, typed = figures.inputs, kind == "content"
    seconds = at.single(SECONDS)
    weights = [str(at.single(weight_of(part))) for part in PARTS]
    for number, one in enumerate(several, 1):
        key = _key(number)
        table.put(key, "name", one.name)
        if typed:
            table.put(key, "type", one.type)
        sums = {what: str(at.sum(kind, number, what)) for what in (
            "leads", "times", "timed", "seconds", "read", "scrolled", "rows", "followed")}  # fmt: skip
        cells = {what: table.cell(key, what).here for what in USES}
        formulas = {
            "leads": sums["leads"],
            "times": sums["times"],
            "repeat": f'IF({cells["times"]}>0,({cells["times"]}-{cells["leads"]})/{cells["times"]},"")',
            "dwell": _ratio(sums["seconds"], sums["timed"]),
            "quality": f'IF(ISNUMBER({cells["dwell"]}),MIN(1,{cells["dwell"]}/{seconds}),"")',
            "scroll": _ratio(sums["scrolled"], sums["read"]),
            "next": _ratio(sums["followed"], sums["rows"]),
            "score": _score([cells[part] for part in ("quality", "scroll", "repeat", "next")], weights),
        }
        values = {
            "leads": one.leads, "times": one.times, "repeat": one.repeat, "dwell": one.dwell,
            "quality": one.quality(inputs.seconds), "scroll": one.scroll, "next": one.next, "score": one.score(inputs),
        }  # fmt: skip
        for what in USES:
            style = f"value_strong.{FORMATS[what]}" if what == "score" else None
            table.put(key, what, values[what], style, formula=f"={formulas[what]}")


def _score(parts: Sequence[str], weights: Sequence[str]) -> str:
    known = "+".join(f"IF(ISNUMBER({part}),{weight},0)" for part, weight in zip(parts, weights, strict=True))
    added = "+".join(f"IF(ISNUMBER({part}),{weight}*N({part}),0)" for part, weight in zip(parts, weights, strict=True))
    return f'IF({known}>0,100*({added})/({known}),"")'


def _ratio(part: str, whole: str) -> str:
    return f'IF({whole}>0,{part}/{whole},"")'


def fill_lifts(
    ctx: Context, table: Table, several: Sequence[Engaged], group: Group, rates_of: Callable[[Engaged], Rates],
    counted: Callable[[int, str], str] | None, quantile: str, *, typed: bool = True,
) -> None:  # fmt: skip
    """Order rates with and without, their ratio with its interval, the rank by its lower end, and what that says.

    Arguments: ``counted`` the formula of the leads and of the orders of a row (None: plain numbers).
    """
    about = content_standards()
    lifts = [rates_of(one) for one in several]
    smalls = [group.is_small(one, about) for one in several]
    said, lows = (table.down(one).here for one in ("said", "low"))
    small_word = ctx.t("content_small")
    for number, (one, found, small) in enumerate(zip(several, lifts, smalls, strict=True), 1):
        key = _key(number)
        table.put(key, "name", one.name)
        if typed:
            table.put(key, "type", one.type)
        for what in ("leads", "won"):
            text = f"={counted(number, what)}" if counted else None
            table.put(key, what, getattr(one, what), formula=text)
        cells = {what: table.cell(key, what).here for what in (*LIFTS, "said")}
        formulas = _lift_texts(cells, group, quantile)
        ranked = f'({said}<>"{small_word}")*({lows}<>"")'
        above = f"SUMPRODUCT({ranked}*({lows}>{cells['low']}))"
        is_ranked = f'AND({cells["said"]}<>"{small_word}",ISNUMBER({cells["low"]}))'
        formulas["rank"] = f'IF({is_ranked},1+{above},"")'
        values = {"rate": found.used, "others": found.others, "ratio": found.ratio, "low": found.low,
                  "high": found.high, "rank": _rank(number - 1, lifts, smalls)}  # fmt: skip
        for what in LIFTS[2:]:
            style = f"value_strong.{FORMATS[what]}" if what == "ratio" else None
            table.put(key, what, values[what], style, formula=f"={formulas[what]}")
        words = {one: ctx.t(f"content_{one}") for one in ("small", "more", "less", "same")}
        fewer = f"MIN({cells['leads']},{group.leads}-{cells['leads']})"
        is_small = f"OR({fewer}<{about.small_leads},{fewer}*{group.won}<{about.small_orders}*{group.leads})"
        text = f'IF({cells["low"]}>1,"{words["more"]}",IF({cells["high"]}<1,"{words["less"]}","{words["same"]}"))'
        text = f'IF({is_small},"{words["small"]}",IF(ISNUMBER({cells["low"]}),{text},""))'
        table.put(key, "said", "" if not small and isinstance(found.low, str) else words[_said(found, small)],
                  formula=f"={text}")  # fmt: skip


def _lift_texts(cells: dict[str, str], group: Group, quantile: str) -> dict[str, str]:
    n, x, all_leads, all_won = cells["leads"], cells["won"], group.leads, group.won
    others, won = f"({all_leads}-{n})", f"({all_won}-{x})"
    a, b, c, d = f"({x}+0.5)", f"({n}+0.5)", f"({won}+0.5)", f"({others}+0.5)"
    middle = f"LN({a}/{b}/({c}/{d}))"
    reach = f"{quantile}*(1/{a}-1/{b}+1/{c}-1/{d})^0.5"
    known = f"AND(ISNUMBER({cells['rate']}),ISNUMBER({cells['others']}))"
    return {
        "rate": _ratio(x, n),
        "others": f'IF({others}>0,{won}/{others},"")',
        "ratio": f'IF({known},IF(N({cells["others"]})>0,{cells["rate"]}/{cells["others"]},""),"")',
        "low": f'IF({known},EXP({middle}-{reach}),"")',
        "high": f'IF({known},EXP({middle}+{reach}),"")',
    }


def _rank(place: int, lifts: Sequence[Rates], smalls: Sequence[bool]) -> int | str:
    own = lifts[place].low
    if smalls[place] or isinstance(own, str):
        return ""
    known = [one.low for one, small in zip(lifts, smalls, strict=True) if not small and not isinstance(one.low, str)]
    return 1 + sum(low > own for low in known)


def _said(found: Rates, small: bool) -> str:
    if small or isinstance(found.low, str) or isinstance(found.high, str):
        return "small"
    return "more" if found.low > 1 else "less" if found.high < 1 else "same"


def paint(ctx: Context, page: SheetSpec, table: Table) -> None:
    """More and fewer orders in their colours; what says little is grey, its whole row."""
    if not table.keys:
        return
    first, last = table.keys[0], table.keys[-1]
    said, rates = table.cell(first, "said"), table.cell(first, "rate").to(table.cell(last, "rank"))
    small = f'=${relative(said.row, said.column)}="{ctx.t("content_small")}"'
    for area in (rates.free, table.down("said", first, last).free):
        page.conditions.append(Condition(area, small, "value_grey"))
    for key, style in (("more", "good"), ("less", "poor")):
        text = f'={relative(said.row, said.column)}="{ctx.t(f"content_{key}")}"'
        page.conditions.append(Condition(table.down("said", first, last).free, text, style))
