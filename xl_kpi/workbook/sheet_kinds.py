"""The kinds of sheet that a workbook of ours holds: one row each, in the order of the tabs.

A new page is one row here and one module in ``xl_kpi/sheets``.  A kind that says nothing is no page of the
navigation, only read, and stays at home when workbooks are sent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from xl_kpi.catalog.functions import MARKER
from xl_kpi.plan import fields
from xl_kpi.plan.keys import CHANNELS, PIPELINE, STAGES
from xl_kpi.plan.merging.opinions import listed
from xl_kpi.plan.model import Plan
from xl_kpi.plan.pages.optional import OPTIONAL, is_on, switched_by
from xl_kpi.plan.pages.tables import TABLES
from xl_kpi.plan.records import Records

ALWAYS, SINCE_MARKS = "always", "since marks"  # the latter: workbooks from before the marks in A1 do not have it


@dataclass(frozen=True)
class SheetKind:
    """One kind of generated sheet.

    ``key``: stable; of a channel's sheet the part before the colon (``tab:web``).  ``role``: start, input, result,
    channel, reference or calc; decides the colour of the tab.  ``name``: a defined name that points to the sheet and
    to no other; of a channel's sheet the beginning of it.  ``passing``: further names on it that a workbook has or
    has not, after what the plan holds.
    """

    key: str
    role: str
    name: str = ""
    passing: tuple[str, ...] = ()
    link: int = 0  # its place in the row of links; 0: none.  A new page takes the next number and stands last
    typed: bool = False  # the user's entries stand on it; else it is only read
    needed: str = ""  # it holds what can't be made anew, so a plan's workbook must have it: ALWAYS, SINCE_MARKS
    free: bool = False  # nobody reads it: its rows have no ids
    shows: Callable[[Records], object] | None = None  # it is there only while this is something
    mailed: bool = False  # it may leave by mail, as far as the recipient may see it
    titled: bool = False  # known by title and name in workbooks from before there were marks
    by_channel: bool = False  # one sheet for each channel that is on
    after: str = ""  # built after that one, or after all (LAST): in this order the file lists the defined names
    module: str = ""  # in xl_kpi/sheets, with build(ctx) and perhaps place(ctx); called as the key where not said
    sent_only: bool = False  # no sheet of the plan's own workbook


TAB = "tab"
LAST = "last"  # after all others: it tells what they hold
ROW_ID = "row_id"  # the text in the hidden header above the ids of rows that are typed
AGREED, FIRST_PLAN = "tbl_agreed", "tbl_first"  # targets on the calculation sheet that are numbers, not formulas
BRAND_DATE = "brand_as_of"  # the day on which the brand's page looks at what is still unanswered
LEAD_STANDARDS = "lead_standards"  # how many days each stage should take
LEADS_DAY = "leads_day"  # the day on which open leads are looked at
# What is left there of a template's figures: which they are, how many, and a line for each block that has some.
# Whether inputs have changed since Python computed the review ("": none has); of which day that is, in words.
REVIEW_MARK, REVIEW_SAID = "review_mark", "review_said"
EXAMPLES, EXAMPLES_LEFT = "tbl_examples", "examples_left"
EXAMPLE_LINES = {
    "": "examples_of_goal",
    STAGES: "examples_of_stages",
    PIPELINE: "examples_of_pipeline",
    CHANNELS: "examples_of_channels",
}
_EXAMPLES = (EXAMPLES, EXAMPLES_LEFT, *EXAMPLE_LINES.values())
KINDS = (
    SheetKind("cover", "start", sent_only=True, mailed=True, module="front.cover"),
    SheetKind("start", "start", link=1, mailed=True, after=LAST, module="front.start"),
    SheetKind("dashboard", "result", link=27, after="calc", module="dashboard.page"),
    SheetKind("review", "result", link=28, after="calc", module="review.page"),
    SheetKind("settings", "input", "kgi_kind", link=2, typed=True, needed=ALWAYS, mailed=True, module="settings.page"),
    SheetKind("funnel", "input", "tbl_stages", link=3, typed=True, needed=ALWAYS, mailed=True),
    SheetKind("channels", "input", "tbl_channels", link=4, typed=True, needed=ALWAYS, mailed=True),
    SheetKind("kpis", "input", "tbl_kpis", link=5, typed=True, needed=ALWAYS, mailed=True),
    SheetKind(
        "backwards",
        "result",
        "out_stages",
        ("out_channels",),
        link=6,
        typed=True,
        needed=ALWAYS,
        after="calc",
        mailed=True,
        module="backwards.page",
    ),
    SheetKind("ksf", "input", "tbl_ksf", link=13, typed=True),
    SheetKind("tree", "result", link=7, titled=True, mailed=True, module="tree.page"),
    SheetKind(
        "agreement", "input", "tbl_agreement", link=8, typed=True, needed=SINCE_MARKS, mailed=True, after=TAB,
        module="front.agreement",
    ),
    SheetKind("checks", "result", link=9, titled=True, after=LAST),
    SheetKind(TAB, "channel", "act_", typed=True, by_channel=True, module="channel_tab.page", mailed=True),
    SheetKind("economics", "result", "tbl_costs", link=11, typed=True, module="economics.page"),
    SheetKind("people", "result", "tbl_people", link=12, typed=True),
    SheetKind("accounts", "input", "tbl_accounts", link=14, typed=True, module="accounts.page"),
    SheetKind("actions", "input", "tbl_actions", link=10, typed=True, module="review.actions"),
    SheetKind("advice", "input", "tbl_advice", link=26, typed=True, module="review.advice"),
    SheetKind(
        "alignment",
        "result",
        "out_alignment",
        link=18,
        typed=True,
        module="relations.alignment",
    ),
    SheetKind("alignment_log", "input", "tbl_feedback", typed=True, module="relations.alignment_log"),
    SheetKind("brand", "result", "out_brand", (BRAND_DATE,), link=19, typed=True, module="relations.brand"),
    SheetKind("brand_log", "input", "tbl_mentions", typed=True, module="relations.brand_log"),
    SheetKind("brand_answers", "input", "tbl_answers", typed=True, module="relations.brand_answers"),
    SheetKind("weeks", "input", "tbl_weeks", link=29, typed=True),
    SheetKind("sources", "reference", "tbl_sources", link=21, typed=True),
    # Who they are never leaves by mail.
    SheetKind("lead_list", "input", "tbl_leads", (LEADS_DAY,), link=22, typed=True, module="leads.lead_list"),
    SheetKind("touch_list", "input", "tbl_touches", typed=True, module="leads.touch_list"),
    SheetKind("durations", "result", "out_durations", (LEAD_STANDARDS,), link=23, typed=True, module="leads.durations"),
    SheetKind("lead_days", "calc", "lead_days", free=True, module="leads.lead_days"),
    SheetKind("lead_scores", "result", "tbl_points", link=24, typed=True, module="leads.scores.page"),
    SheetKind("score_list", "result", "out_scores", module="leads.scores.list_page"),
    SheetKind("score_calc", "calc", "score_steps", free=True, module="leads.scores.steps"),
    SheetKind("content", "result", "out_content", link=25, typed=True, module="leads.content"),
    SheetKind("content_rows", "calc", "content_base", free=True, module="leads.content_rows"),
    SheetKind("merge", "input", "tbl_merge", typed=True, shows=listed, module="kept.merge_page", after="record"),
    SheetKind(
        "history",
        "reference",
        "tbl_history",
        ("tbl_reasons",),
        typed=True,
        shows=lambda records: records.history,
        after="record",
        module="kept.history",
    ),
    SheetKind(
        "archive", "reference", "tbl_archive", shows=lambda records: records.archive, after="record",
        module="kept.archive",
    ),
    SheetKind("glossary", "reference", link=20, titled=True, mailed=True, module="reference.glossary"),
    SheetKind("functions", "reference", "tbl_functions", (MARKER,), mailed=True, module="reference.functions"),
    SheetKind(
        "calc",
        "calc",
        "curve_pending",
        (FIRST_PLAN, *_EXAMPLES, "next_pending", "order_costs", REVIEW_MARK, REVIEW_SAID),
        free=True,
        module="calculation.calc_sheet",
        mailed=True,
    ),
    SheetKind("record", "calc", "tbl_record", needed=SINCE_MARKS, free=True, after="functions", module="kept.record"),
)  # fmt: skip


def kind_of(key: str) -> SheetKind:
    """The row of a sheet's key; a key that has none is of a kind that says nothing."""
    own = key.partition(":")[0]
    return next((kind for kind in KINDS if kind.key == own), SheetKind(key, "result"))


def pointed_at() -> dict[str, str]:
    """Defined name → key of the sheet to which it points, but for those of the channels' sheets."""
    return {kind.name: kind.key for kind in KINDS if kind.name and not kind.by_channel}


def needed() -> list[SheetKind]:
    """The kinds that hold what can't be made anew."""
    return [kind for kind in KINDS if kind.needed]


def pages() -> Iterator[SheetKind]:
    """The kinds of the plan's own workbook, in the order of the tabs."""
    return (kind for kind in KINDS if not kind.sent_only)


def navigation() -> list[SheetKind]:
    """The kinds in the row of links, in its order."""
    return sorted((kind for kind in KINDS if kind.link), key=lambda kind: kind.link)


def in_order_of_building() -> list[SheetKind]:
    """The same as ``pages``, each after the one it waits for."""
    rows = {kind.key: kind for kind in pages() if kind.after != LAST}
    found: dict[str, SheetKind] = {}

    def add(kind: SheetKind) -> None:
        if kind.after:
            add(rows[kind.after])
        found.setdefault(kind.key, kind)

    for kind in rows.values():
        add(kind)
    return [*found.values(), *(kind for kind in pages() if kind.after == LAST)]


def passing_names() -> set[str]:
    """The defined names that a workbook of ours has or has not, but for those of the channels' sheets."""
    of_kinds = {
        name for kind in KINDS for name in (*kind.passing, *((kind.name,) if _comes_and_goes(kind) else ())) if name
    }
    return of_kinds | {table.key for table in TABLES} | {one.key for one in fields.SINGLES if one.page}


def _comes_and_goes(kind: SheetKind) -> bool:
    return bool(kind.shows or switched_by(kind.key) in OPTIONAL and not kind.needed)


def is_there(kind: SheetKind, plan: Plan, records: Records) -> bool:
    """Whether a workbook has the sheet at all, be it hidden: it shows something, or holds what was typed.

    Pages with one switch are there together.
    """
    if kind.shows and not kind.shows(records):
        return False
    return bool(is_on(plan, kind.key) or kind.needed or _is_typed_on(plan, switched_by(kind.key)))


def _is_typed_on(plan: Plan, switch: str) -> bool:
    """Whether something was typed, row by row or in a single cell, on the pages with this switch."""
    tables = (table for table in TABLES if switched_by(table.page) == switch)
    singles = (one for one in fields.SINGLES if one.page and switched_by(one.page) == switch)
    typed = any(plan.tables.get(table.key) for table in tables)
    return typed or any(one.get(plan) != one.default for one in singles)


def tab_key(channel_id: str) -> str:
    """The key of a channel's sheet."""
    return f"{TAB}:{channel_id}"
