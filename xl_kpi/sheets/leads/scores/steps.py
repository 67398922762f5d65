"""リード評価の計算 (hidden): for each row of 行動履歴 whether it counts, as which kind, and its points (S2).

What one lead did stands together, in the order of a regenerate, so that each row looks at its own lead alone and not at
all 5,000; a row whose lead is another one by now counts nowhere until the sheets are made anew, which the page says.
"""

from __future__ import annotations

from collections.abc import Mapping

from xl_kpi.plan.leads import Touch
from xl_kpi.plan.pages.lead_tables import LEAD_TRAITS
from xl_kpi.plan.scoring.points import KIND
from xl_kpi.plan.scoring.scores import SHOWN, Scored, Used
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.leads.scores.places import (
    FIRST_STEP,
    PLACES_ROW,
    STEPS,
    Block,
    ScoreListAt,
    ScoresAt,
    StepsAt,
    blocks_of,
    far,
)
from xl_kpi.sheets.leads.touch_list import TouchListAt
from xl_kpi.workbook.sheet_kinds import LEADS_DAY
from xl_kpi.workbook.spec import SheetSpec

NO_CAP = "9E+99"
HEADS = {
    "place": "score_calc_place", "number": "score_number", "kind": "score_calc_kind", "times": "score_calc_times",
    "first": "score_calc_first", "points": "score_calc_points", "closed": "score_is_closed", "won": "score_is_won",
}  # fmt: skip


def place(ctx: Context) -> StepsAt:
    scores = ctx.at(ScoresAt).tested.scores
    blocks, last = blocks_of(scores.leads)
    strays = len(scores.strays) if scores.leads else 0
    return StepsAt(ctx.sheet_names["score_calc"], blocks, last + strays)


def build(ctx: Context) -> SheetSpec:
    at, scores = ctx.at(StepsAt), ctx.at(ScoresAt).tested.scores
    page = ctx.sheet("score_calc", hidden=True, fit_height=0)
    page.put(1, 2, ctx.t("score_calc_title"), "title")
    page.put(2, 2, ctx.t("score_calc_note"), "note_line")
    for k in range(1, len(LEAD_TRAITS) + 1):
        page.put(PLACES_ROW, 1 + k, k, "calc")
    for column in STEPS:
        page.put(FIRST_STEP - 1, at.cell(1, column).column, ctx.t(HEADS[column]), "calc_header")
        page.widths[at.cell(1, column).column] = 14
    row = FIRST_STEP
    for one in scores.leads:
        for used in one.used:
            _step(ctx, page, at, one, used, row)
            row += 1
    for stray in scores.strays if scores.leads else ():
        _stray(ctx, page, at, stray, row)
        row += 1
    last = max(row - 1, FIRST_STEP)
    ctx.name("score_steps", page.ref(FIRST_STEP - 1, 1, last, 1 + len(STEPS)))
    return page


def _put(page: SheetSpec, at: StepsAt, row: int, values: Mapping[str, object], texts: Mapping[str, str]) -> None:
    for column in STEPS:
        text = f"={texts[column]}" if column in texts else None
        page.put(row, at.cell(row, column).column, values[column], "calc", formula=text)


def _stray(ctx: Context, page: SheetSpec, at: StepsAt, touch: Touch, row: int) -> None:
    """What a lead did that is not in the list."""
    typed = ctx.at(TouchListAt).tables["tbl_touches"]
    values = {**dict.fromkeys(STEPS, 0.0), "place": float(row - FIRST_STEP + 1), "number": touch.number}
    _put(page, at, row, values, {"number": f'{typed.cell(touch.row, "number").far_free}&""'})


def _step(ctx: Context, page: SheetSpec, at: StepsAt, one: Scored, used: Used, row: int) -> None:
    kind = 0 if used.kind is None else used.kind + 1
    values = {
        "place": float(row - FIRST_STEP + 1), "number": used.touch.number, "kind": float(kind), "times": used.times,
        "first": float(kind if used.first else 0), "points": used.points, "closed": float(one.is_closed),
        "won": float(one.is_won),
    }  # fmt: skip
    _put(page, at, row, values, _texts(ctx, at, one, used, row))


def _texts(ctx: Context, at: StepsAt, one: Scored, used: Used, row: int) -> dict[str, str]:
    scores, listed = ctx.at(ScoresAt), ctx.at(ScoreListAt).table
    typed, touch = ctx.at(TouchListAt).tables["tbl_touches"], used.touch.row
    number, on, kind, count = (typed.cell(touch, name).far_free for name in ("number", "on", "kind", "count"))
    lead, end, closed, won = (listed.cell(one.lead.row, name).far_free for name in (
        "number", "end", "is_closed", "is_won"))  # fmt: skip
    own = {column: at.cell(row, column).free for column in STEPS}
    block: Block = at.blocks[one.lead.row]
    so_far = at.cell(block.first, "kind").to(at.cell(row, "kind")).free
    kinds, times = (far(at.rows(block, column)).rpartition("!")[2] for column in ("kind", "times"))
    words, points, most = (scores.of(KIND, column) for column in ("word", "points", "most"))
    numbers = f'SUMPRODUCT(({words}={kind}&"")*{scores.of(KIND, "no")})'
    in_time = f"IF(ISNUMBER({end}),{on}<{end},{on}<={LEADS_DAY})"
    half = scores.used("half_life")
    fade = f"IF(ISNUMBER({half}),0.5^((IF(ISNUMBER({end}),{end},{LEADS_DAY})-{on})/{half}),1)"
    cap = f"INDEX({most},{own['first']})"
    counted = f"MIN(IF(ISNUMBER({cap}),{cap},{NO_CAP}),SUMIF({kinds},{own['first']},{times}))"
    earned = f"ROUND(INDEX({points},{own['first']})*{counted},{SHOWN})"
    return {
        "number": f'{number}&""',
        "kind": f"IF(AND({own['number']}={lead},ISNUMBER({on}),{in_time}),{numbers},0)",
        "times": f"IF({own['kind']}>0,IF(ISNUMBER({count}),{count},1)*{fade},0)",
        "first": f"IF(COUNTIF({so_far},{own['kind']})=1,{own['kind']},0)",
        "points": f"IF({own['first']}=0,0,{earned})",
        "closed": closed,
        "won": won,
    }  # fmt: skip
