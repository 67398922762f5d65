"""人員 / People: how many people the plan's calls, meetings and deals take by month, and the months that are over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xl_kpi import catalog
from xl_kpi.calc.economy.staffing import NOISE
from xl_kpi.kpi.people import People, Team
from xl_kpi.plan.economics.inputs import Work, inputs_of, works_of
from xl_kpi.plan.fields import field_of
from xl_kpi.plan.input.row_names import LIST_LENGTH
from xl_kpi.plan.keys import PEOPLE, WORKDAYS
from xl_kpi.sheets.blocks.head import Title
from xl_kpi.sheets.blocks.layout import Layout, Words
from xl_kpi.sheets.blocks.table import Column, MonthTable, Rule, Table
from xl_kpi.sheets.blocks.typed_rows import spare_keys, typed_table
from xl_kpi.sheets.channel_tab.page import TabsAt
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.economics.customer import rule_of_single
from xl_kpi.sheets.economics.page import put_over, wide
from xl_kpi.sheets.excel_text import ceiling, words
from xl_kpi.sheets.funnel import FunnelAt
from xl_kpi.sheets.places.backwards import BackwardsAt
from xl_kpi.workbook.spec import Condition, SheetSpec

DAYS, USUAL = "days:", "usual"
NAME_WIDTH, WIDTH = 26.0, 9.6
NEEDED, HEADS, PRESENT, MISSING = "needed", "heads", "present", "missing"  # rows of a team
LINES = (NEEDED, HEADS, PRESENT, MISSING)


@dataclass(frozen=True)
class PeopleAt:
    """The figures and the blocks of the page."""

    figures: People
    work: Table
    usual: Table
    exceptions: Table
    volumes: MonthTable
    needed: MonthTable
    teams: MonthTable
    layout: Layout


def place(ctx: Context) -> PeopleAt:
    t = ctx.t
    figures = People(ctx.targets, inputs_of(ctx.in_yen))
    work = typed_table(ctx, PEOPLE, _columns(ctx), section=t("people_work_section"), repeat=False, header_height=45)
    single = [
        Column("name", t("econ_item"), NAME_WIDTH, "label"),
        Column("value", t("econ_number"), WIDTH, "input.decimal"),
        Column("hint", t("econ_hint"), None, "unit", span=6, link=False),
    ]
    usual = Table("usual", single, [USUAL], above=2)
    exceptions = typed_table(ctx, WORKDAYS, [("month", NAME_WIDTH), ("days", WIDTH)], repeat=False)
    first = [Column("name", t("people_of"), NAME_WIDTH, "label")]
    volumes = MonthTable(ctx, "volumes", first, [*works_of(ctx.plan), DAYS], width=WIDTH, above=2,
                         section=t("people_volumes"))  # fmt: skip
    keys = [*work.keys, *spare_keys(ctx, PEOPLE)]
    before = [Column("name", t("people_work"), NAME_WIDTH, "label")]
    needed = MonthTable(ctx, "needed", before, keys, width=WIDTH, above=2, section=t("people_needed"))
    rows = [f"{line} {place}" for place in range(len(figures.teams)) for line in LINES]
    of_team = [Column("name", t("people_team"), NAME_WIDTH, "label")]
    teams = MonthTable(ctx, "teams", of_team, rows, width=WIDTH, above=2, section=t("people_teams"))
    title = Title(t("people_title"), t("people_subtitle"))
    notes = Words("note", t("people_note")), Words("days_note", t("people_days_note"))
    parts = (Words("said", ""), teams, work, notes[0], usual, exceptions, notes[1], needed, volumes)
    layout = Layout(ctx, "people", title, *parts, **wide(ctx))
    return PeopleAt(figures, work, usual, exceptions, volumes, needed, teams, layout)


def _columns(ctx: Context) -> list[Column | tuple[str, float]]:
    names = ",".join(one[ctx.lang] for one in works_of(ctx.plan).values())
    listed = len(names) <= LIST_LENGTH and names.count(",") == len(works_of(ctx.plan)) - 1
    rule = Rule("list", names, ctx.t("people_of"), ctx.t("people_allowed_of"), strict=False) if listed else None
    return [
        Column("of", ctx.t("people_of"), NAME_WIDTH, "input_wrap", rule), ("work", WIDTH), ("team", WIDTH),
        ("per_person", WIDTH), ("present", WIDTH),
        Column("check", ctx.t("column_check"), None, "warning", span=6, link=False),
    ]  # fmt: skip


def build(ctx: Context) -> SheetSpec:
    at = ctx.at(PeopleAt)
    one = field_of("work_days")
    at.usual.fill(USUAL, name=one.words("label", ctx.lang), value=one.get(ctx.plan), hint=one.words("hint", ctx.lang))
    ctx.name("work_days", str(at.usual.cell(USUAL, "value")))
    _volumes(ctx, at)
    _needed(ctx, at)
    for number, team in enumerate(at.figures.teams):
        _team(ctx, at, number, team)
    row = at.layout.block("said").top
    page = at.layout.sheet({row: 16.0 * max(len(at.figures.teams), 1) + 4})
    place = at.usual.cell(USUAL, "value")
    page.validations.append(rule_of_single(ctx, one).on(place.to(place)))
    put_over(page, at.layout, row, _said(ctx, at), "warning")
    for number in range(len(at.figures.teams)):
        area = at.teams.span(f"{MISSING} {number}")
        page.conditions.append(Condition(area.free, f"=N({area.first.free})>0", "poor"))
    return page


# ---- what there is to do ------------------------------------------------------------------------------------------


def _volumes(ctx: Context, at: PeopleAt) -> None:
    """What the plan newly asks of each stage, and the calls of the channels; the working days of each month."""
    stages = {stage.id: index for index, stage in enumerate(ctx.plan.stages)}
    for of, names in works_of(ctx.plan).items():
        volumes = at.figures.volumes(Work("", "", "", of)) or []
        if of in stages:
            text, cells = _of_stage(ctx, stages[of])
        else:
            text, cells = _of_kpi(ctx, of)
        at.volumes.put(of, "name", names[ctx.lang], formula=f"={text}")
        at.volumes.put_months(of, [float(volume) for volume in volumes], "value.whole", cells)
    usual = f"IF(N({at.usual.cell(USUAL, 'value').here})>0,{at.usual.cell(USUAL, 'value').here},"
    usual += f"{catalog.economics().days:g})"
    months, days = at.exceptions.down("month").here, at.exceptions.down("days").here
    texts = []
    for key in at.volumes.months:
        head = f"MONTH({at.volumes.head(key).here})"
        count = f'COUNTIFS({months},{head},{days},">=0")'
        texts.append(f"=IF({count}>0,SUMIFS({days},{months},{head})/{count},{usual})")
    at.volumes.put(DAYS, "name", ctx.t("people_days"))
    at.volumes.put_months(DAYS, [float(day) for day in at.figures.days], "value.decimal", texts)


def _of_stage(ctx: Context, index: int) -> tuple[str, list[str]]:
    rows = ctx.at(BackwardsAt)
    cells = [f"={rows.cell(rows.new + index, rows.month(k))}" for k in range(ctx.plan.months)]
    return str(ctx.at(FunnelAt).stages[index].name), cells


def _of_kpi(ctx: Context, of: str) -> tuple[str, list[str]]:
    channel_id, _, kpi_id = of.partition(":")
    tab = ctx.at(TabsAt).tabs[channel_id]
    kpi = next(one for one in ctx.plan.kpis_of(channel_id) if one.id == kpi_id)
    name = kpi.name(ctx.lang).replace('"', '""')
    cells = [f"=N({tab.table.month(f'{kpi_id}:target', k)})" for k in range(ctx.plan.months)]
    return f'{ctx.at(ChannelsAt).rows[channel_id].name}&" › {name}"', cells


# ---- the people ---------------------------------------------------------------------------------------------------


def _needed(ctx: Context, at: PeopleAt) -> None:
    """People by kind of work; rows to type into have theirs at once."""
    work = dict(zip(at.work.keys, at.figures.inputs.work, strict=True))
    last = [*works_of(ctx.plan)][-1]
    names = at.volumes.down("name", last=last).here
    usual = f"IF(N({at.usual.cell(USUAL, 'value').here})>0,{at.usual.cell(USUAL, 'value').here},"
    usual += f"{catalog.economics().days:g})"
    for key in [*at.work.keys, *spare_keys(ctx, PEOPLE)]:
        one = work.get(key)
        cells = {column: at.work.cell(key, column).here for column in ("work", "team", "of", "per_person")}
        at.needed.put(key, "name", one.name if one else "", formula=f'={cells["work"]}&""')
        people = at.figures.needed(one) if one else None
        texts = []
        for month in at.volumes.months:
            volume = f"SUMIF({names},{cells['of']},{at.volumes.down(month, last=last).here})"
            day = at.volumes.cell(DAYS, month).here
            per = f"({cells['per_person']}*{day}/{usual})"
            known = f"AND(COUNTIF({names},{cells['of']})>0,N({cells['per_person']})>0)"
            texts.append(f'=IF({known},IF({day}>0,{volume}/{per},0),"")')
        values = [float(value) for value in people] if people else [""] * ctx.plan.months
        at.needed.put_months(key, values, "value.exact", texts)
        at.work.put(key, "check", formula=_check(ctx, cells, names))


def _check(ctx: Context, cells: dict[str, str], names: str) -> str:
    """What is missing in a row, or not known."""
    typed = "&".join(cells.values())
    no_such = words(ctx.t("people_no_such"), of=cells["of"])[1:]
    found = f"IF(COUNTIF({names},{cells['of']})=0,{no_such},IF(N({cells['per_person']})<=0,"
    found += f'"{ctx.t("people_no_number")}",IF({cells["team"]}="","{ctx.t("people_no_team")}","")))'
    return f'=IF({typed}="","",{found})'


def _team(ctx: Context, at: PeopleAt, number: int, team: Team) -> None:
    """The most that a kind of work of the team takes; in heads; those that are there; those that are missing."""
    table, months = at.teams, at.teams.months
    rows = [*at.work.keys, *spare_keys(ctx, PEOPLE)]
    name = team.name.replace('"', '""')
    keys = {line: f"{line} {number}" for line in LINES}
    table.put(keys[NEEDED], "name", _label(ctx, team, NEEDED), "label_strong")
    for line in LINES[1:]:
        table.put(keys[line], "name", _label(ctx, team, line))
    same = {row: f'{at.work.cell(row, "team").here}="{name}"' for row in rows}
    needed = [f"=MAX({','.join(f'IF({same[row]},N({at.needed.cell(row, month).here}),0)' for row in rows)})"
              for month in months]  # fmt: skip
    table.put_months(keys[NEEDED], [float(people) for people in team.needed], "value.exact", needed)
    heads = [f"={ceiling(table.cell(keys[NEEDED], month).here)}" for month in months]
    table.put_months(keys[HEADS], list(team.heads), "value_strong.whole", heads)
    said = ",".join(f"IF({same[row]},N({at.work.cell(row, 'present').here}),0)" for row in rows)
    count = "+".join(f"IF({same[row]},COUNT({at.work.cell(row, 'present').here}),0)" for row in rows)
    present = "" if team.present is None else float(team.present)
    table.put_months(
        keys[PRESENT], [present] * len(months), "value.decimal", [f'=IF({count}>0,MAX({said}),"")'] * len(months)
    )
    missing: Sequence[float | str] = [""] * len(months)
    if team.present is not None:
        over = dict(team.over)
        missing = [float(over.get(month, 0)) for month in range(len(months))]
    texts = []
    for month in months:
        more = f"({table.cell(keys[NEEDED], month).here}-{table.cell(keys[PRESENT], month).here})"
        there = f"ISNUMBER({table.cell(keys[PRESENT], month).here})"
        texts.append(f'=IF({there},IF({more}>{float(NOISE)},{ceiling(more)},0),"")')
    table.put_months(keys[MISSING], missing, "value.whole", texts)


def _label(ctx: Context, team: Team, line: str) -> str:
    return ctx.t(f"people_line_{line}", team=team.name)


def _said(ctx: Context, at: PeopleAt) -> str:
    """The teams that are too few in some month, a line for each, or that all suffice."""
    lines = []
    for number, team in enumerate(at.figures.teams):
        area = at.teams.span(f"{MISSING} {number}").here
        count, most = f'COUNTIF({area},">0")', f"MAX({area})"
        quoted = '"' + team.name.replace('"', '""') + '"'
        said = words(ctx.t("people_short"), team=quoted, months=f"FIXED({count},0)", most=f"FIXED({most},0)")[1:]
        lines.append(f'IF({count}>0,{said}&CHAR(10),"")')
    if not lines:
        return f'="{ctx.t("people_nothing")}"'
    joined = "&".join(lines)
    unknown = "+".join(f"COUNT({at.teams.span(f'{PRESENT} {number}').here})" for number in range(len(lines)))
    none = f'IF({unknown}=0,"{ctx.t("people_nobody_said")}","{ctx.t("people_enough")}")'
    return f'=IF({joined}="",{none},{joined})'
