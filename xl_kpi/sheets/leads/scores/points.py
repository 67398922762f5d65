"""リード評価, each answer and kind of action: its points, who has it, and how it goes with orders (S1, S2)."""

from __future__ import annotations

import math

from xl_kpi.catalog.scoring import scoring
from xl_kpi.plan.pages.lead_tables import LEAD_TRAITS
from xl_kpi.plan.scoring.points import KIND, Point
from xl_kpi.plan.scoring.tested import BackTest, Driver
from xl_kpi.sheets.blocks.table import Column, Row, Table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.leads.scores.places import ScoreListAt, ScoresAt, StepsAt, has_lost, z_text
from xl_kpi.workbook.spec import Condition, SheetSpec

FIGURES = {
    "leads": "whole", "closed": "whole", "won": "whole", "rate": "rate", "other_rate": "rate", "lift": "exact",
    "lift_low": "exact", "lift_high": "exact",
}  # fmt: skip
TIE = 1e-12  # how much later rows are below earlier ones that are alike
NAME, SECOND, WIDTH = 20.0, 13.0, 9.0  # of the page's columns
SURE = 9  # places of a lift by which rows are put in order


def key_of(point: Point, place: int) -> str:
    return f"{point.of}:{place}"


def points_table(ctx: Context, tested: BackTest) -> Table:
    """A row for each answer and kind; its columns say how wide those of the page are."""
    t = ctx.t
    columns = [
        Column("of", t("score_of"), NAME, "label"),
        Column("word", t("score_word"), SECOND, "label"),
        Column("points", t("score_points"), WIDTH, "value_strong.decimal"),
        Column("most", t("score_most"), WIDTH, "value.decimal"),
        *(Column(key, t(f"score_{key}"), WIDTH, f"value.{look}", link=False) for key, look in FIGURES.items()),
        Column("said", t("score_said"), WIDTH, "value.center", link=False),
        Column("key", t("score_key"), WIDTH, "value_grey.exact", link=False),
        Column("no", t("score_no"), WIDTH, "value_grey.whole", link=False),
    ]
    rows = [Row(key, key) for key in keys(tested)]
    return Table("score_points", columns, rows, section=t("score_points_section"), header_height=34)


def keys(tested: BackTest) -> list[str]:
    """The ids of the rows, in the order of the drivers."""
    places: dict[str, int] = {}
    found = []
    for one in tested.drivers:
        places[one.point.of] = places.get(one.point.of, 0) + 1
        found.append(key_of(one.point, places[one.point.of]))
    return found


def build_points(ctx: Context, at: ScoresAt, listed: ScoreListAt | None, steps: StepsAt) -> None:
    for place, (key, one) in enumerate(zip(at.points.keys, at.tested.drivers, strict=True), 1):
        _points(ctx, at, key, one.point)
        if at.tested.is_empty:
            at.points.blank(key, [*FIGURES, "said", "key"], "value")
            continue
        _counts(ctx, at, key, one, listed, steps)
        _relation(ctx, at, key, one, place)


def _points(ctx: Context, at: ScoresAt, key: str, point: Point) -> None:
    table, is_kind = at.points, point.of == KIND
    name = ctx.t("score_kind") if is_kind else ctx.t(f"lead_trait_{point.of}")
    table.put(key, "of", name)
    table.put(key, "word", point.word)
    table.put(key, "no", int(key.rpartition(":")[2]))
    word, standard = table.cell(key, "word").here, point.standard.points if point.standard else 0.0
    if is_kind:
        there, given = f"({at.kinds.down('kind').here}={word})", at.kinds.down("points").here
    else:
        same = f'({at.fit.down("trait").here}="{name}")'
        there, given = f"{same}*({at.fit.down('answer').here}={word})", at.fit.down("points").here
    count = f'SUMPRODUCT({there}*({given}<>""))'
    table.put(key, "points", point.points, formula=f"=IF({count}>0,SUMPRODUCT({there}*1,{given})/{count},{standard:g})")
    if not is_kind:
        table.put(key, "most", None)
        return
    most, usual = at.kinds.down("most").here, point.standard.most if point.standard else None
    count = f'SUMPRODUCT({there}*({most}<>""))'
    own = f'IF({count}>0,SUMPRODUCT({there}*1,{most})/{count},"")'
    other = '""' if usual is None else f"{usual:g}"
    shown = "" if point.most is None else point.most
    table.put(key, "most", shown, formula=f"=IF(SUMPRODUCT({there}*1)>0,{own},{other})")


def _counts(ctx: Context, at: ScoresAt, key: str, one: Driver, listed: ScoreListAt | None, steps: StepsAt) -> None:
    """How many have it, how many of them have an outcome and ordered; plain numbers of data without rows."""
    table, having = at.points, one.having
    word = table.cell(key, "word").here
    texts: dict[str, str | None] = dict.fromkeys(("leads", "closed", "won"))
    if listed and one.point.of == KIND:
        kinds = [other for other in table.keys if other.startswith(f"{KIND}:")]
        same = f"{steps.column('first')},{kinds.index(key) + 1}"
        texts["leads"] = f"=COUNTIFS({same})"
        texts |= {part: f"=COUNTIFS({same},{steps.column(part)},1)" for part in ("closed", "won")}
    elif listed:
        same = f"({listed.column(one.point.of)}={word})"
        texts["leads"] = f"=SUMPRODUCT({same}*1)"
        texts |= {part: f"=SUMPRODUCT({same}*{listed.column(f'is_{part}')})" for part in ("closed", "won")}
    for part, text in texts.items():
        table.put(key, part, getattr(having, part), formula=text)


def _relation(ctx: Context, at: ScoresAt, key: str, one: Driver, place: int) -> None:
    """The rates, the lift and its interval, from the numbers beside them."""
    table, t = at.points, ctx.t
    closed, won = (table.cell(key, part).here for part in ("closed", "won"))
    all_closed, all_won = (at.bands.cell("all", part).here for part in ("closed", "won"))
    lost = f"({has_lost(at.bands)})"
    others, other_won = f"({all_closed}-{closed})", f"({all_won}-{won})"
    rate, other = (table.cell(key, part).here for part in ("rate", "other_rate"))
    low, high = (table.cell(key, part).here for part in ("lift_low", "lift_high"))
    table.put(key, "rate", _or_blank(one.having.rate), formula=f'=IF({lost}*({closed}>0)>0,{won}/{closed},"")')
    text = f'=IF({lost}*({others}>0)>0,{other_won}/{others},"")'
    table.put(key, "other_rate", _or_blank(one.others.rate), formula=text)
    ratio = f'=IF(AND(N({rate})>=0,ISNUMBER({rate}),N({other})>0),{rate}/{other},"")'
    table.put(key, "lift", _or_blank(one.lift.ratio if one.lift else None), formula=ratio)
    a, n, b, m = (f"({part}+0.5)" for part in (won, closed, other_won, others))
    spread = f"{math.e!r}^({z_text()}*MAX(0,1/{a}-1/{n}+1/{b}-1/{m})^0.5)"
    middle, known = f"(({a}/{n})/({b}/{m}))", f"AND({closed}>0,{others}>0,{lost})"
    ends = (one.lift.low, one.lift.high) if one.lift else (None, None)
    for part, sign, end in (("lift_low", "/", ends[0]), ("lift_high", "*", ends[1])):
        table.put(key, part, _or_blank(end), formula=f'=IF({known},{middle}{sign}{spread},"")')
    said = f'IF({low}>1,"{t("score_more")}",IF({high}<1,"{t("score_less")}","{t("score_same")}"))'
    said = f'=IF(ISNUMBER({low}),IF({closed}<{scoring().small},"{t("score_small")}",{said}),"")'
    table.put(key, "said", said_of(ctx, one), formula=said)
    shown = "" if one.lift is None else round(one.lift.low, SURE) - place * TIE
    text = f'=IF(ISNUMBER({low}),ROUND({low},{SURE})-{place}*{TIE:.0E},"")'
    table.put(key, "key", shown, formula=text)


def said_of(ctx: Context, one: Driver) -> str:
    """What is said of an answer or action beside its lift."""
    if one.lift is None:
        return ""
    if one.is_small:
        return ctx.t("score_small")
    return ctx.t("score_more" if one.lift.low > 1 else "score_less" if one.lift.high < 1 else "score_same")


def paint_points(ctx: Context, page: SheetSpec, table: Table) -> None:
    """More and fewer orders in colours, small numbers grey; the words say the same."""
    if not table.keys:
        return
    area = table.down("said")
    for key, look in (("score_more", "good"), ("score_less", "poor"), ("score_small", "value_grey")):
        page.conditions.append(Condition(area.free, f'={area.first.in_column}="{ctx.t(key)}"', look))


def drivers_table(ctx: Context) -> Table:
    """The answers and actions that go with orders most surely, the first ones of the points."""
    t = ctx.t
    columns = [
        Column("of", t("score_of"), None, "label"),
        Column("word", t("score_word"), None, "label_strong"),
        *(Column(key, t(f"score_{key}"), None, f"value.{look}", link=False) for key, look in FIGURES.items()
          if key != "leads"),
        Column("said", t("score_said"), None, "value.center", link=False),
        Column("place", t("score_no"), None, "value_grey.whole", link=False),
    ]  # fmt: skip
    rows = [f"driver {k}" for k in range(1, scoring().drivers + 1)]
    return Table("drivers", columns, rows, section=t("score_drivers_section"), header_height=34)


def build_drivers(ctx: Context, at: ScoresAt, table: Table) -> None:
    ranked, sort_key = at.tested.ranked, at.points.down("key").here
    order = {id(one): place for place, one in enumerate(at.tested.drivers, 1)}
    for k, key in enumerate(table.keys, 1):
        one = ranked[k - 1] if k <= len(ranked) else None
        place = table.cell(key, "place").here
        found = f'=IF(COUNT({sort_key})>={k},MATCH(LARGE({sort_key},{k}),{sort_key},0),"")'
        table.put(key, "place", "" if one is None else order[id(one)], formula=found)
        for column, value in _driver(ctx, one).items():
            there = f"INDEX({at.points.down(column).here},{place})"
            table.put(key, column, value, formula=f'=IF(ISNUMBER({place}),{there},"")')


def _driver(ctx: Context, one: Driver | None) -> dict[str, float | str]:
    if one is None:
        return dict.fromkeys(("of", "word", *(key for key in FIGURES if key != "leads"), "said"), "")
    ratio = one.lift.ratio if one.lift else None
    name = ctx.t("score_kind") if one.point.of not in LEAD_TRAITS else ctx.t(f"lead_trait_{one.point.of}")
    return {
        "of": name, "word": one.point.word, "closed": one.having.closed, "won": one.having.won,
        "rate": _or_blank(one.having.rate), "other_rate": _or_blank(one.others.rate), "lift": _or_blank(ratio),
        "lift_low": one.lift.low if one.lift else "", "lift_high": one.lift.high if one.lift else "",
        "said": said_of(ctx, one),
    }  # fmt: skip


def _or_blank(number: float | None) -> float | str:
    return "" if number is None else number
