"""統合 / Merge: what returned files have changed, and the entries about which people disagree, to choose from."""

from __future__ import annotations

from xl_kpi.catalog.messages import worded
from xl_kpi.plan.keys import EntryKey
from xl_kpi.plan.labels import label
from xl_kpi.plan.merging.opinions import listed, opinion_mark, opinions
from xl_kpi.plan.merging.row_deletions import asked_rows
from xl_kpi.plan.records import MASTER, Decision, Proposal
from xl_kpi.sheets.blocks.head import Title, head
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import digits_wide
from xl_kpi.sheets.kept.entry_values import in_words, shown, visible
from xl_kpi.workbook.addresses import absolute, column_letters, relative
from xl_kpi.workbook.cells.grid import HEAD
from xl_kpi.workbook.spec import Condition, SheetSpec, Validation

HEADER_ROW = 6
STATE, LABEL, BEFORE, NOW, CHOICE, FIRST_OPINION = range(2, 8)
WIDTHS = {STATE: 24, LABEL: 40, BEFORE: 15, NOW: 15, CHOICE: 31}
OPINION_WIDTH = 31


def build(ctx: Context) -> SheetSpec:
    """The page, open conflicts first; with no decision there is none."""
    page = ctx.sheet("merge", fit_height=0)
    t = ctx.t
    decisions, said = listed(ctx.records), opinions(ctx.records)
    asked = asked_rows(ctx.records)
    columns = 1 + max((len(said.get(decision.key, ())) for decision in decisions), default=0)
    last_column = FIRST_OPINION + columns - 1
    page.widths.update(WIDTHS)
    page.widths.update({FIRST_OPINION + k: OPINION_WIDTH for k in range(columns)})
    head(ctx, page, Title(t("merge_title"), t("merge_subtitle"), [2, 3, 4, 5, 6, 7], most=6))
    page.put(HEADER_ROW - 2, 2, t("merge_how"), "note_line")
    page.put(HEADER_ROW, 1, f"{HEAD}merge", "key")
    for column, key in zip(WIDTHS, ("state", "label", "before", "now", "choice"), strict=True):
        page.put(HEADER_ROW, column, t(f"merge_{key}"), "header")
    for k in range(columns):
        page.put(HEADER_ROW, FIRST_OPINION + k, t("merge_opinion", number=k + 1), "header")
    page.heights[HEADER_ROW] = 22
    row = HEADER_ROW
    for decision in decisions:
        row += 1
        _decision(ctx, page, row, decision, said.get(decision.key, ()), last_column, asked.get(decision.key))
    area = f"{relative(HEADER_ROW + 1, STATE)}:{relative(row, STATE)}"
    for state, paint in (("open", "poor"), ("chosen", "fair"), ("done", "good")):
        sign = t(f"merge_state_{state}")[0]
        page.conditions.append(Condition(area, f'=LEFT($B{HEADER_ROW + 1},1)="{sign}"', paint))
    ctx.name("tbl_merge", page.ref(HEADER_ROW, 1, row, last_column))
    page.print_area = f"$A$1:{absolute(row, last_column)}"
    page.print_title_rows = f"${HEADER_ROW}:${HEADER_ROW}"
    page.freeze = f"D{HEADER_ROW + 1}"
    return page


def _decision(ctx: Context, page: SheetSpec, row: int, decision: Decision, people: tuple[Proposal, ...],
              last_column: int, gone: frozenset[str] | None) -> None:  # fmt: skip
    """One line; ``gone``: who has deleted the row of which is asked whether it stays (None: that is not asked)."""
    t, key = ctx.t, decision.key
    page.put(row, 1, key, "key")
    last = {other.key: other.before for other in ctx.records.decisions.values() if other.before is not None}
    page.put(row, LABEL, visible(worded(label(key, ctx.plan, last), ctx.plan.lang)), "body")
    for column, value in ((BEFORE, decision.before), (NOW, decision.applied)):
        cell, style = shown(ctx, key, value)
        page.put(row, column, t("records_blank") if cell is None else cell, style)
    own = in_words(ctx, key, decision.before)
    own = own if gone is None else t("merge_row_stays", value=own)
    options = [t("merge_keep", value=own)] if people else []
    options += [
        _option(ctx, one, t("merge_row_goes") if one.person.casefold() in (gone or ()) else _said(ctx, one))
        for one in people
    ]
    for column in range(FIRST_OPINION, last_column + 1):
        k = column - FIRST_OPINION
        page.put(row, column, options[k] if k < len(options) else None, "body")
    chosen = _chosen(decision, people, options)
    page.put(row, CHOICE, chosen, "input_wrap" if people else "body")
    if decision.open:
        word = "chosen" if chosen else "open"
        formula = f'=IF({absolute(row, CHOICE)}="","{t("merge_state_open")}","{t("merge_state_chosen")}")'
        page.put(row, STATE, t(f"merge_state_{word}"), "label", formula=formula)
    else:
        page.put(row, STATE, t("merge_state_done"), "label")
    if people:
        ends = absolute(row, FIRST_OPINION), absolute(row, FIRST_OPINION + len(options) - 1)
        allowed = t("allowed_merge_choice")
        page.validations.append(
            Validation(f"{column_letters(CHOICE)}{row}", "list", f"={ends[0]}:{ends[1]}", title=t("merge_choice"),
                       error=allowed, prompt=allowed)
        )  # fmt: skip
    texts = [(text, OPINION_WIDTH) for text in options]
    beside = [(page.cells[row, column].value, WIDTHS[column]) for column in (LABEL, BEFORE, NOW)]
    texts += [(value, width) for value, width in beside if isinstance(value, str)]  # numbers are shown rounded
    lines = max(-(-digits_wide(text) // int(width - 4)) for text, width in texts)
    page.heights[row] = max(22, 14 * lines + 6)


def _option(ctx: Context, one: Proposal, value: str) -> str:
    """Who says what, and why it is asked about although a later file or version does not have it."""
    mark, more = opinion_mark(one, ctx.records) if one.withdrawn else ("", {})
    return ctx.t(f"merge_said_{mark}" if mark else "merge_said", person=visible(one.person), value=value, **more)


def _said(ctx: Context, one: Proposal) -> str:
    """What somebody said; of an answer with the name and the comment that came with it."""
    value = in_words(ctx, one.key, one.value)
    answer = EntryKey.parse(one.key)
    if not answer.is_answer or one.value is None:
        return value
    beside = {
        other.key: in_words(ctx, other.key, other.value)
        for other in ctx.records.proposals
        if (other.person, other.version) == (one.person, one.version) and other.value
    }
    said = [beside[key] for key in (answer.beside("by"), answer.beside("comment")) if key in beside]
    return ctx.t("merge_answer", value=value, said=ctx.t("agreement_colon").join(said)) if said else value


def _chosen(decision: Decision, people: tuple[Proposal, ...], options: list[str]) -> str | None:
    """The option that stands for the choice made before; None when there is none."""
    if decision.choice == MASTER and options:
        return options[0]
    return next(
        (
            option
            for option, one in zip(options[1:], people, strict=True)
            if one.person.casefold() == decision.choice.casefold()
        ),
        None,
    ) if options else None  # fmt: skip
