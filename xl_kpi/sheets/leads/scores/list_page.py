"""リード評価一覧 / Lead score list: the scores of each lead, its bands, why, and what they are made of (S1, S2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from xl_kpi.catalog.scoring import scoring
from xl_kpi.plan.input.wording import fixed
from xl_kpi.plan.pages.lead_tables import LEAD_TRAITS
from xl_kpi.plan.scoring.inputs import ACT_BANDS, FIT_BANDS, VERDICTS
from xl_kpi.plan.scoring.points import KIND
from xl_kpi.plan.scoring.scores import HELD, ORDERS, SHOWN, Scored, Scores
from xl_kpi.sheets.blocks import paper
from xl_kpi.sheets.blocks.head import FIRST_COLUMN, Title
from xl_kpi.sheets.blocks.layout import Layout, Words
from xl_kpi.sheets.blocks.table import Column, Table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import words
from xl_kpi.sheets.leads.lead_list import LeadListAt
from xl_kpi.sheets.leads.scores.places import ScoreListAt, ScoresAt, StepsAt, far
from xl_kpi.workbook.addresses import CellAt
from xl_kpi.workbook.spec import Condition, SheetSpec

TIE = 1e-13  # later leads with the same score come later
CLOSED_KEY = -1  # of leads with an outcome: nobody calls them first
COLUMNS = (
    ("number", "score_number", 16, "label"), ("channel", "score_channel", 14, "label"),
    ("fit_band", "score_band", 7, "value.center"), ("act_band", "score_act_column", 7, "value.center"),
    ("verdict", "score_verdict_column", 11, "value.center"), ("total", "score_total", 9, "value_strong.decimal"),
    ("fit", "score_fit", 9, "value.decimal"), ("act", "score_act", 9, "value.decimal"),
    ("why_fit", "score_why_fit", 46, "label"), ("why_act", "score_why_act", 46, "label"),
    ("outcome", "score_outcome", 9, "value.center"),
    *((trait, f"lead_trait_{trait}", 13, "label") for trait in LEAD_TRAITS),
    *((f"part_{trait}", trait, 10, "value.decimal") for trait in LEAD_TRAITS),
    ("raw", "score_raw", 10, "value.decimal"), ("end", "score_end", 12, "value.date"),
    ("is_closed", "score_is_closed", 9, "value_grey.whole"), ("is_won", "score_is_won", 9, "value_grey.whole"),
    ("key", "score_key", 10, "value_grey.exact"),
)  # fmt: skip


def place(ctx: Context) -> ScoreListAt:
    leads = ctx.at(ScoresAt).tested.scores.leads
    columns = [
        Column(key, ctx.t("score_part", trait=ctx.t(f"lead_trait_{text}")) if key.startswith("part_") else ctx.t(text),
               width, style)
        for key, text, width, style in COLUMNS
    ]  # fmt: skip
    ids = [one.lead.row for one in leads]
    table = Table("scores", columns, ids, name="out_scores", frozen_to="number", repeat=True, filter=bool(ids),
                  header_height=34)  # fmt: skip
    title = Title(ctx.t("score_list_title"), ctx.t("score_list_subtitle"), table.links())
    note = [] if ids else [Words("none", ctx.t("score_list_none"))]
    ends = paper.columns_apart([column.width or 0.0 for column in columns], FIRST_COLUMN)
    layout = Layout(ctx, "score_list", title, *note, table, **paper.side_by_side(ends))
    return ScoreListAt(table, layout)


def build(ctx: Context) -> SheetSpec:
    at, scores = ctx.at(ScoreListAt), ctx.at(ScoresAt).tested.scores
    for place, one in enumerate(scores.leads, 1):
        _row(ctx, at.table, scores, one, place)
    page = at.layout.sheet()
    if scores.leads:
        area = at.table.down("verdict")
        for word, look in (("verdict_sure", "good"), ("verdict_maybe", "fair"), ("score_stale", "poor")):
            page.conditions.append(Condition(area.free, f'={area.first.in_column}="{ctx.t(word)}"', look))
    return page


def shown_of(ctx: Context, scores: Scores, one: Scored) -> dict[str, float | str]:
    """What the columns show that others show as well."""
    return {
        "number": one.lead.number, "channel": one.lead.channel, "fit_band": one.fit_band,
        "act_band": float(one.act_band), "verdict": ctx.t(f"verdict_{one.verdict}"), "total": one.total,
        "fit": one.fit, "act": one.act, "why_fit": _why_fit(ctx, one), "why_act": _why_act(ctx, scores, one),
    }  # fmt: skip


def _why_fit(ctx: Context, one: Scored) -> str:
    traits = [LEAD_TRAITS[place] for place in one.best_parts]
    parts = [fixed(one.parts[place], 1) for place in one.best_parts]
    said = [
        ctx.t("score_why_one", name=ctx.t(f"lead_trait_{trait}"), answer=one.lead.traits.get(trait, ""), points=part)
        for trait, part in zip(traits, parts, strict=True)
    ]
    return ctx.t("score_why_and").join(said)


def _why_act(ctx: Context, scores: Scores, one: Scored) -> str:
    found = [one.used[place] for place in one.best_actions]
    said = [ctx.t("score_why_kind", answer=scores.kinds[used.kind or 0].word, points=fixed(used.points, 1))
            for used in found]  # fmt: skip
    return ctx.t("score_why_and").join(said)


def _row(ctx: Context, table: Table, scores: Scores, one: Scored, place: int) -> None:
    key = one.lead.row
    values: dict[str, object] = {**shown_of(ctx, scores, one)}
    values |= {trait: one.lead.traits.get(trait, "") for trait in LEAD_TRAITS}
    values |= {f"part_{trait}": part for trait, part in zip(LEAD_TRAITS, one.parts)}
    outcome = "" if one.lead.is_open else ctx.t(f"lead_outcome_{'won' if one.lead.is_won else 'lost'}")
    values |= {
        "outcome": outcome, "raw": one.raw, "end": one.end or "", "is_closed": float(one.is_closed),
        "is_won": float(one.is_won), "key": round(one.total, HELD) + 1 - place * TIE if not outcome else CLOSED_KEY,
    }  # fmt: skip
    texts = _texts(ctx, table, one, place)
    for column, *_ in COLUMNS:
        table.put(key, column, values[column], formula=f"={texts[column]}" if column in texts else None)


def _texts(ctx: Context, table: Table, one: Scored, place: int) -> Mapping[str, str]:
    """The formulas of a row; rows that are filled down differ in its number alone."""
    key, at, typed = one.lead.row, ctx.at(ScoresAt), ctx.at(LeadListAt).tables["tbl_leads"]
    own = {column: table.cell(key, column).free for column, *_ in COLUMNS}
    lead = {name: typed.cell(key, name).far_free for name in (
        "number", "channel", "outcome", "closed", ORDERS, *LEAD_TRAITS)}  # fmt: skip
    texts = {name: f'{lead[name]}&""' for name in ("number", "channel", *LEAD_TRAITS)}
    for trait in LEAD_TRAITS:
        texts[f"part_{trait}"] = _part(at, trait, own[trait])
    parts = table.across(key, f"part_{LEAD_TRAITS[0]}", f"part_{LEAD_TRAITS[-1]}").free
    texts["fit"] = f"SUM({parts})"
    if one.used:
        texts["raw"] = _raw(ctx, one, own["number"])
    texts["act"] = f'IF(ISNUMBER({own["raw"]}),MAX(0,MIN(100,100*{own["raw"]}/{at.used("points_full")})),"")'
    share = at.used("score_fit_share")
    texts["total"] = f'IF(ISNUMBER({own["act"]}),{share}*{own["fit"]}+(1-{share})*{own["act"]},"")'
    fit = [(at.used(f"fit_from_{band.lower()}"), f'"{band}"') for band in FIT_BANDS[:-1]]
    act = [(at.used(f"act_from_{band}"), band) for band in ACT_BANDS[:-1]]
    verdict = [(at.used(f"mql_{one}"), f'"{ctx.t(f"verdict_{one}")}"') for one in VERDICTS[:-1]]
    stale = ctx.t("score_stale")
    texts["fit_band"] = _band(own["fit"], fit, f'"{FIT_BANDS[-1]}"')
    texts["act_band"] = f'IF(ISNUMBER({own["act"]}),{_band(own["act"], act, ACT_BANDS[-1])},"")'
    said = _band(own["total"], verdict, f'"{ctx.t(f"verdict_{VERDICTS[-1]}")}"')
    texts["verdict"] = f'IF(ISNUMBER({own["total"]}),{said},"{stale}")'
    won, lost = (f'"{ctx.t(f"lead_outcome_{word}")}"' for word in ("won", "lost"))
    is_won = f"OR({lead['outcome']}={won},AND({lead['outcome']}<>{lost},ISNUMBER({lead[ORDERS]})))"
    texts["outcome"] = f'IF({is_won},{won},IF({lead["outcome"]}={lost},{lost},""))'
    closed = f'IF(ISNUMBER({lead["closed"]}),{lead["closed"]},"")'
    ordered = f"IF(ISNUMBER({lead[ORDERS]}),{lead[ORDERS]},{closed})"
    texts["end"] = f'IF({own["outcome"]}={won},{ordered},IF({own["outcome"]}={lost},{closed},""))'
    texts["is_closed"] = f'IF({own["outcome"]}="",0,1)'
    texts["is_won"] = f"IF(AND({own['is_closed']}=1,{own['outcome']}={won}),1,0)"
    is_open = f'AND({own["outcome"]}="",ISNUMBER({own["total"]}))'
    texts["key"] = f"IF({is_open},ROUND({own['total']},{HELD})+1-{place}*{TIE:.0E},{CLOSED_KEY})"
    texts["why_fit"] = _why_fit_text(ctx, table, key, parts)
    if one.used:
        texts["why_act"] = f'IF(ISNUMBER({own["raw"]}),{_why_act_text(ctx, at, one)},"")'
    return texts


def _part(at: ScoresAt, trait: str, answer: str) -> str:
    """What a quality adds; one of which nobody knows any answer adds nothing."""
    if not at.of(trait, "word"):
        return "0"
    weight, total = at.used(f"weight_{trait}"), f"SUM({at.weights()})"
    points = f"SUMPRODUCT(({at.of(trait, 'word')}={answer})*{at.of(trait, 'points')})"
    share = f"100*{weight}*{points}/({scoring().most_points:g}*{total})"
    return f"IF({total}>0,ROUND({share},{SHOWN}),0)"


def _raw(ctx: Context, one: Scored, number: str) -> str:
    """The points of what the lead did; blank where its rows are another one's by now: sorted, or renumbered."""
    steps = ctx.at(StepsAt)
    block = steps.blocks[one.lead.row]
    numbers, points = (far(steps.rows(block, column)) for column in ("number", "points"))
    return f'IF(SUMPRODUCT(({numbers}<>{number})*1)>0,"",SUM({points}))'


def _band(score: str, bounds: Sequence[tuple[str, str]], last: str) -> str:
    text = last
    for bound, word in reversed(bounds):
        text = f"IF(ROUND({score},{HELD})>={bound},{word},{text})"
    return text


def _why_fit_text(ctx: Context, table: Table, key: str, parts: str) -> str:
    """The two qualities that add most, as ``two_best`` finds them."""
    heads = table.head(LEAD_TRAITS[0]).to(table.head(LEAD_TRAITS[-1])).here
    answers = table.across(key, LEAD_TRAITS[0], LEAD_TRAITS[-1]).free
    places = ctx.at(StepsAt).places
    found = [f"MATCH(LARGE({parts},1),{parts},0)", f"SUMPRODUCT(MAX(({parts}=LARGE({parts},2))*{places}))"]
    said = [
        words(ctx.t("score_why_one"), name=f"INDEX({heads},{where})", answer=f"INDEX({answers},{where})",
              points=f"FIXED(LARGE({parts},{k}),1)")[1:]
        for k, where in enumerate(found, 1)
    ]  # fmt: skip
    more = f'IF(LARGE({parts},2)>0,"{ctx.t("score_why_and")}"&{said[1]},"")'
    return f'IF(LARGE({parts},1)>0,{said[0]}&{more},"")'


def _why_act_text(ctx: Context, at: ScoresAt, one: Scored) -> str:
    """The two kinds of action that brought most."""
    steps = ctx.at(StepsAt)
    block = steps.blocks[one.lead.row]
    points, kinds, places = (far(steps.rows(block, column)) for column in ("points", "kind", "place"))
    start: CellAt = steps.cell(block.first, "place")
    found = [f"MATCH(LARGE({points},1),{points},0)",
             f"SUMPRODUCT(MAX(({points}=LARGE({points},2))*{places}))-{start.far_free}+1"]  # fmt: skip
    said = [
        words(ctx.t("score_why_kind"), answer=f"INDEX({at.of(KIND, 'word')},INDEX({kinds},{where}))",
              points=f"FIXED(LARGE({points},{k}),1)")[1:]
        for k, where in enumerate(found, 1)
    ]  # fmt: skip
    more = f'&IF(LARGE({points},2)>0,"{ctx.t("score_why_and")}"&{said[1]},"")' if block.count > 1 else ""
    return f'IF(LARGE({points},1)>0,{said[0]}{more},"")'
