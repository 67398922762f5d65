"""達成と差 / where the plan stands, on the hidden sheet 計算: months to date, volumes of the stages, and the gap split.

The same numbers as ``plan.review``, live: months up to the last one with an actual, of each stage what was planned and
what came, the gap in orders by stage (logarithmic mean Divisia) and that of the leads by channel.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from xl_kpi.calc.calendar import DAY, month_start
from xl_kpi.calc.review.gap import log_ratio
from xl_kpi.kpi.channel_figures import ACTUAL
from xl_kpi.kpi.figures import nearest_excel
from xl_kpi.kpi.review.words import ReviewWords
from xl_kpi.plan.closed.closing import came_key, channel_key, gone_rows
from xl_kpi.plan.model import Channel
from xl_kpi.plan.pages.optional import is_on
from xl_kpi.plan.review.gap import Gap
from xl_kpi.plan.review.to_date import ToDate
from xl_kpi.sheets import chart_data
from xl_kpi.sheets.blocks.closed_rows import block_cell
from xl_kpi.sheets.channel_tab.page import TabsAt
from xl_kpi.sheets.channels import ChannelsAt
from xl_kpi.sheets.context import ChartSource, Context
from xl_kpi.sheets.places.backwards import BackwardsAt
from xl_kpi.sheets.places.funnel import FunnelAt
from xl_kpi.sheets.review import shown_parts
from xl_kpi.sheets.review.columns import DIGITS, difference, or_blank
from xl_kpi.sheets.typed_months import months_typed, typed_in
from xl_kpi.workbook.addresses import CellAt, RangeAt

PAGES = ("dashboard", "review")  # those that show them
INDEX, UPTO = 1, 2  # lines of the months
# Columns of a stage: what was planned and what came to date, its part of the gap, what these are made of; of a channel.
PLANNED, REACHED, PART, KNOWN, LEFT, STUCK, TAKEN, BASE, HELD, BROKEN, LOG, DRY = range(1, 13)
UNITS, REST, SHOWN = range(13, 16)
HEADS = ("planned", "reached", "part", "known", "left", "stuck", "taken", "base", "held", "broken", "log", "dry",
         "units", "rest", "shown")  # fmt: skip
GAP, OPEN_END, MEAN = range(3)  # single values below the stages
SINGLES = ("gap", "open_end", "mean")
LEADS_PLANNED, LEADS_REACHED, LEADS_PART, IN_USE, LEADS_UNITS, LEADS_REST, LEADS_SHOWN = range(1, 8)
LEADS_HEADS = ("planned", "reached", "part", "in_use", "units", "rest", "shown")
NEAR = "1E-4"  # of two volumes: nearer ones would lose digits in a difference of logarithms
NOISE = "1E-9"
EVEN = 1e-11  # of 1: nearer to it a ratio is 1, but for the rounding of cells
LEAST = 1e-10  # of the orders: a part that small is the rounding of cells


@dataclass(frozen=True)
class ReviewRowsAt:
    """Where the blocks stand.  ``channels`` ids of those that bring leads, in use or not, then of those that did."""

    months: ChartSource
    stages: ChartSource
    leads: ChartSource
    channels: tuple[str, ...]

    @property
    def count(self) -> CellAt:
        """How many months have passed: up to the last one with an actual."""
        return block_cell(self.months, UPTO, self.months.columns)

    @property
    def index(self) -> RangeAt:
        """The months of the plan, from 0."""
        return self._row(INDEX)

    def upto(self, month: int) -> CellAt:
        """The same number of all months up to one (from 0)."""
        return block_cell(self.months, UPTO, 1 + month)

    def planned(self, index: int) -> CellAt:
        """What a stage was to get to date."""
        return self.stage(index, PLANNED)

    def reached(self, index: int) -> CellAt:
        """What it got; blank where that is not known."""
        return self.stage(index, REACHED)

    def part(self, index: int) -> CellAt:
        """Orders that it gives (the first stage: its number, the others: the rate into it), or costs; blank where not
        known."""
        return self.stage(index, PART)

    def shown(self, index: int) -> CellAt:
        """The same as it is shown: all of them add up to the gap as it is shown."""
        return self.stage(index, SHOWN)

    def stage(self, index: int, column: int) -> CellAt:
        return block_cell(self.stages, 1 + index, column)

    def single(self, line: int) -> CellAt:
        return block_cell(self.stages, 1 + self.stages.lines - len(SINGLES) + line, 1)

    @property
    def gap(self) -> CellAt:
        """Orders to date less the planned ones; blank where not known."""
        return self.single(GAP)

    def lead(self, channel: str, column: int) -> CellAt:
        return block_cell(self.leads, 1 + self.channels.index(channel), column)

    def column(self, column: int, first: int = 0, last: int | None = None) -> RangeAt:
        """A column of the stages, from one to another."""
        end = self.stages.lines - len(SINGLES) - 1 if last is None else last
        return self.stage(first, column).to(self.stage(end, column))

    def lead_column(self, column: int) -> str:
        return block_cell(self.leads, 1, column).to(block_cell(self.leads, len(self.channels), column)).here

    def _row(self, line: int) -> RangeAt:
        return block_cell(self.months, line, 1).to(block_cell(self.months, line, self.months.columns))


def place(ctx: Context) -> ReviewRowsAt:
    stages, channels = len(ctx.plan.stages), (*(one.id for one in ctx.plan.lead_channels), *gone_rows(ctx.plan))
    return ReviewRowsAt(
        months=chart_data.reserve(ctx, UPTO, ctx.plan.months),
        stages=chart_data.reserve(ctx, stages + len(SINGLES), SHOWN),
        leads=chart_data.reserve(ctx, len(channels), LEADS_SHOWN),
        channels=channels,
    )


def fill(ctx: Context) -> None:
    """All blocks; nothing while no page shows them."""
    if not any(is_on(ctx.plan, key) for key in PAGES):
        return
    at, gap = ctx.at(ReviewRowsAt), seen(ctx)
    _months(ctx, at)
    _stages(ctx, at, gap)
    if at.channels:
        _leads(ctx, at, gap)


def seen(ctx: Context) -> Gap:
    """The gap by what the pages show: a month counts where an actual stands in one of their cells."""
    months, to_date = max(months_typed(ctx), default=-1) + 1, ctx.review.to_date
    if months == to_date.months:
        return ctx.review.gap
    return Gap(ToDate(to_date.targets, month_start(ctx.plan.start, months) - DAY))


def _months(ctx: Context, at: ReviewRowsAt) -> None:
    """How many months there are up to the last one in which something was typed as an actual."""
    cells, typed, upto = at.months.cells, months_typed(ctx), 0
    cells[0, 0] = (ctx.t("calc_review_months"), "", "calc_header")
    cells[INDEX, 0] = (ctx.t("calc_index"), "", "calc")
    cells[UPTO, 0] = (ctx.t("calc_review_upto"), "", "calc")
    for k, month in enumerate(ctx.months):
        cells[0, 1 + k] = (month, f"=EDATE(plan_start,{k})", "calc.month")
        cells[INDEX, 1 + k] = (k, "", "calc")
        upto = k + 1 if k in typed else upto
        before = at.upto(k - 1).here if k else "0"
        cells[UPTO, 1 + k] = (upto, f"=IF({typed_in(ctx, k)}>0,{k + 1},{before})", "calc")


def _sum(at: ReviewRowsAt, row: RangeAt) -> str:
    """Excel text: a row of months to date."""
    return f'SUMIF({at.index.here},"<"&{at.count.here},{row})'


def _known(at: ReviewRowsAt, row: str) -> str:
    """Excel text: whether each month to date has a number in a row."""
    return f'AND({at.count.here}>0,COUNTIFS({at.index.here},"<"&{at.count.here},{row},">-9E+99")={at.count.here})'


def _stages(ctx: Context, at: ReviewRowsAt, gap: Gap) -> None:
    """Of each stage target and actual to date, and its part of the gap in orders (``calc.review.gap``)."""
    cells, to_date, rows = at.stages.cells, gap.to_date, ctx.at(BackwardsAt)
    cells[0, 0] = (ctx.t("calc_review_stages"), "", "calc_header")
    for column, key in enumerate(HEADS, PLANNED):
        cells[0, column] = (ctx.t(f"calc_review_{key}"), "", "calc_header")
    scale = 1 + float(to_date.planned[-1])
    parts = {part.stage: part.orders if abs(part.orders) > LEAST * scale else 0.0 for part in gap.by_stage}
    last, steps = len(ctx.plan.stages) - 1, _Steps(to_date.planned, to_date.actual)
    sums = ctx.at(TabsAt).sums
    for index, (stage, (key, actual)) in enumerate(zip(ctx.plan.stages, rows.actuals(ctx))):
        line, here = 1 + index, _Texts(at, index, last)
        reached = to_date.actual[index]
        known = at.stage(index, KNOWN).here
        cells[line, 0] = (stage.name, f"={ctx.at(FunnelAt).stages[index].name}", "calc")
        asked = _sum(at, rows.exact.told_new.row(index))
        cells[line, PLANNED] = (float(to_date.planned[index]), f"={asked}", "calc")
        cells[line, REACHED] = (or_blank(reached), f'=IF({known}=1,{_sum(at, actual)},"")', "calc")
        cells[line, PART] = (parts.get(stage.id, ""), f"={here.part}", "calc")
        told = _known(at, str(actual))
        if key in sums:
            told = f"AND({','.join([told, _all_tell(at), *(_known(at, row.span) for row in sums[key].came)])})"
        cells[line, KNOWN] = (int(reached is not None), f"=IF({told},1,0)", "calc")
        for column, text in ((LEFT, here.left), (STUCK, here.stuck), (TAKEN, here.taken), (BASE, here.base),
                             (HELD, here.held), (BROKEN, here.broken), (LOG, here.log), (DRY, here.dry)):  # fmt: skip
            cells[line, column] = (steps.of[index][column], f"={text}", "calc")
    _single(ctx, at, gap, steps)
    whole = 0.0 if gap.orders is None else float(gap.orders)
    shown_parts.fill(at.stages, (PART, UNITS, REST, SHOWN), last + 1, whole, nearest_excel(at.gap.here, 1))


def _all_tell(at: ReviewRowsAt) -> str:
    """Excel text: whether each channel with a part of the leads has said what it brought."""
    return f"COUNT({at.lead_column(LEADS_REACHED)})=SUM({at.lead_column(IN_USE)})" if at.channels else "TRUE"


def _single(ctx: Context, at: ReviewRowsAt, gap: Gap, steps: _Steps) -> None:
    """The gap, whether the last orders are still under way, and the logarithmic mean of the orders."""
    last = len(ctx.plan.stages) - 1
    planned, reached, known = (at.stage(last, column).here for column in (PLANNED, REACHED, KNOWN))
    taken = at.stage(last, TAKEN).here
    stuck, all_ = at.column(STUCK).here, at.stage(0, LEFT).here
    change = f"({taken}/{planned}-1)"
    near = f"{planned}*(1+{change}/2-{change}*{change}/12)"
    mean = f"IF(ABS({change})<{NEAR},{near},({taken}-{planned})/LN({taken}/{planned}))"
    texts = (
        f'IF({known}=1,ROUND({reached}-{planned},{DIGITS}),"")',
        f"IF(AND({known}=1,N({reached})=0,{all_}>0,SUM({stuck})=0),1,0)",
        f"IF(AND(N({taken})>0,{planned}>0),{mean},0)",
    )
    values = (difference(gap.orders), steps.open_end, steps.mean)
    first = len(ctx.plan.stages) + 1
    for line, (key, value, text) in enumerate(zip(SINGLES, values, texts, strict=True)):
        at.stages.cells[first + line, 0] = (ctx.t(f"calc_review_{key}"), "", "calc")
        at.stages.cells[first + line, 1] = (value, f"={text}", "calc")


class _Steps:
    """What the split goes by, of each stage by its column: Python's own of what ``_Texts`` says in Excel's."""

    def __init__(self, planned: Sequence[Fraction], actual: Sequence[Fraction | None]):
        zero = Fraction(0)
        known = [one is not None for one in actual]
        left = [sum((one or zero for one in actual[place:]), zero) for place in range(len(actual))]
        later = [*left[1:], zero]
        stuck = [here and not after and asked <= 0 for here, after, asked in zip(known, later, planned)]
        self.open_end = int(known[-1] and not actual[-1] and left[0] > 0 and not any(stuck))
        self.of: list[dict[int, float | str]] = []
        base, held, log = zero, zero, 0.0
        broken = False
        for place, (asked, one) in enumerate(zip(planned, actual)):
            taken: Fraction | None = one
            if one is not None and place and self.open_end and not left[place]:
                taken = held * asked / base if base else zero
            breaks = bool(self.open_end and known[place] and not left[place] and not broken)
            if taken is not None:
                base, held = asked, taken
                if taken > 0 and asked > 0:
                    log = log_ratio(taken, asked) if abs(taken / asked - 1) >= EVEN else 0.0
            rest = sum((target for target, there in zip(planned[place:], known[place:]) if there), zero)
            dry = known[place] and (not left[place] if planned[-1] > 0 else rest <= 0)
            broken = broken or breaks
            self.of.append({
                LEFT: float(left[place]), STUCK: int(stuck[place]), TAKEN: or_blank(taken), BASE: float(base),
                HELD: float(held), BROKEN: int(breaks), LOG: log, DRY: int(dry),
            })  # fmt: skip
        asked, last = planned[-1], held if known[-1] else zero
        self.mean = 0.0
        if last > 0 and asked > 0:
            self.mean = float(last - asked) / log_ratio(last, asked) if last != asked else float(asked)


@dataclass(frozen=True)
class _Texts:
    """The Excel texts of a stage, as ``calc.review.channels`` has them; a stage that is not known hands on what the one
    before it has."""

    at: ReviewRowsAt
    index: int
    last: int

    def _cell(self, column: int, index: int | None = None) -> str:
        return self.at.stage(self.index if index is None else index, column).here

    def _before(self, column: int) -> str:
        return self._cell(column, self.index - 1) if self.index else "0"

    def _none_before(self, column: int) -> str:
        return f"SUM({self.at.column(column, 0, self.index - 1).here})=0" if self.index else "TRUE"

    def _from_here(self, column: int) -> str:
        return self.at.column(column, self.index).here

    @property
    def left(self) -> str:
        """All that came here or later."""
        return f"SUM({self._from_here(REACHED)})"

    @property
    def stuck(self) -> str:
        """No rate of the plan leads on from here, though nothing came later."""
        later = self._cell(LEFT, self.index + 1) if self.index < self.last else "0"
        return f"IF(AND({self._cell(KNOWN)}=1,{later}=0,{self._cell(PLANNED)}<=0),1,0)"

    @property
    def taken(self) -> str:
        """What is split: the actual; behind the last stage with something what that would bring at the plan's rates."""
        reached, planned = self._cell(REACHED), self._cell(PLANNED)
        if not self.index:
            return f'IF({self._cell(KNOWN)}=1,{reached},"")'
        on = f"IF({self._before(BASE)}>0,{self._before(HELD)}*{planned}/{self._before(BASE)},0)"
        under_way = f"AND({self.at.single(OPEN_END).here}=1,{self._cell(LEFT)}=0)"
        return f'IF({self._cell(KNOWN)}=1,IF({under_way},{on},{reached}),"")'

    @property
    def base(self) -> str:
        """What was planned of the last stage that is known."""
        return f"IF({self._cell(KNOWN)}=1,{self._cell(PLANNED)},{self._before(BASE)})"

    @property
    def held(self) -> str:
        """What is split of it."""
        return f"IF({self._cell(KNOWN)}=1,N({self._cell(TAKEN)}),{self._before(HELD)})"

    @property
    def broken(self) -> str:
        """The rate that has brought nothing."""
        here = f"{self.at.single(OPEN_END).here}=1,{self._cell(KNOWN)}=1,{self._cell(LEFT)}=0"
        return f"IF(AND({here},{self._none_before(BROKEN)}),1,0)"

    @property
    def log(self) -> str:
        """Logarithm of taken ÷ planned."""
        taken, planned = self._cell(TAKEN), self._cell(PLANNED)
        ratio = f"IF({planned}>0,N({taken})/{planned},0)"
        here = f"IF(ABS({ratio}-1)<{EVEN},0,LN({ratio}))"
        return f"IF(AND({self._cell(KNOWN)}=1,{ratio}>0),{here},{self._before(LOG)})"

    @property
    def dry(self) -> str:
        """From here on there is nothing, of actuals or, where no order was planned, of targets."""
        planned = f"SUMIF({self._from_here(KNOWN)},1,{self._from_here(PLANNED)})<=0"
        nothing = f"IF({self._cell(PLANNED, self.last)}>0,{self._cell(LEFT)}=0,{planned})"
        return f"IF(AND({self._cell(KNOWN)}=1,{nothing}),1,0)"

    @property
    def part(self) -> str:
        """Its part of the gap."""
        gap, orders, planned = self.at.gap.here, self._cell(TAKEN, self.last), self._cell(PLANNED, self.last)
        mean = self.at.single(MEAN).here
        split = f"{mean}*({self._cell(LOG)}-{self._before(LOG)})-{self._cell(BROKEN)}*N({orders})"
        split = f"IF(ABS({split})>{LEAST}*(1+{planned}),{split},0)"
        dried = f"IF(AND({self._cell(DRY)}=1,{self._none_before(DRY)}),{gap},0)"
        both = f"IF(AND(N({orders})>0,{planned}>0),{split},{dried})"
        return f'IF(AND(ISNUMBER({gap}),{self._cell(KNOWN)}=1),{both},"")'


def _leads(ctx: Context, at: ReviewRowsAt, gap: Gap) -> None:
    """Leads of each channel to date, and what it gives or costs of the part of all leads."""
    cells, to_date = at.leads.cells, gap.to_date
    cells[0, 0] = (ctx.t("calc_review_leads"), "", "calc_header")
    for column, key in enumerate(LEADS_HEADS, LEADS_PLANNED):
        cells[0, column] = (ctx.t(f"calc_review_{key}"), "", "calc_header")
    parts = {part.channel: part.orders for part in gap.leads_by_channel}
    for line, channel in enumerate(ctx.plan.lead_channels, 1):
        planned = sum(ctx.targets.told_of_channel(channel).months[: to_date.months])
        used, row = ctx.at(ChannelsAt).rows[channel.id], _anchor(ctx, channel)
        brought, exact = to_date.by_channel.get(channel.id), ctx.at(BackwardsAt).exact
        cells[line, 0] = (channel.name, f"={used.name}", "calc")
        target = _sum(at, exact.told_channels.row(exact.channel[channel.id]))
        cells[line, LEADS_PLANNED] = (float(planned), f"={target}", "calc")
        known = f"AND({at.lead(channel.id, IN_USE).here}=1,{_known(at, str(row))})"
        text = f'=IF({known},{_sum(at, row)},"")' if row else '=""'
        cells[line, LEADS_REACHED] = (or_blank(brought[1][0] if brought else None), text, "calc")
        cells[line, IN_USE] = (int(bool(ctx.targets.used_share(channel))), f"=IF({used.used_share}>0,1,0)", "calc")
    first, closed, months = ctx.plan.stages[0].id, ctx.at(BackwardsAt).closed, ctx.plan.months
    for line, (id_, (asked, came)) in enumerate(to_date.gone.items(), 1 + len(ctx.plan.lead_channels)):
        whats = channel_key(id_, first), came_key(id_)
        wanted, told = (closed.target(what, 0).to(closed.target(what, months - 1)) for what in whats)
        cells[line, 0] = (ReviewWords(ctx.review, ctx.lang).channel(id_), "", "calc")
        until = f"MIN({at.count.here},closed_months)"
        cells[line, LEADS_PLANNED] = (float(asked), f'=SUMIF({at.index.here},"<"&{until},{wanted})', "calc")
        cells[line, LEADS_REACHED] = (or_blank(came), f'=IF({_known(at, str(told))},{_sum(at, told)},"")', "calc")
        cells[line, IN_USE] = (1, "", "calc")
    for line, id_ in enumerate(at.channels, 1):
        cells[line, LEADS_PART] = (parts.get(id_, ""), f"={_lead_part(at, id_)}", "calc")
    whole, columns = at.stages.cells[1, SHOWN][0], (LEADS_PART, LEADS_UNITS, LEADS_REST, LEADS_SHOWN)
    shown_parts.fill(at.leads, columns, len(at.channels), whole or 0.0, f"N({at.shown(0).here})")


def _lead_part(at: ReviewRowsAt, channel: str) -> str:
    """Of what all leads give or cost the part of a channel: by how many more or fewer of them it has."""
    use, came, asked = (at.lead_column(column) for column in (IN_USE, LEADS_REACHED, LEADS_PLANNED))
    more = f"(SUM({came})-SUMIF({use},1,{asked}))"
    reached, planned = (at.lead(channel, column).here for column in (LEADS_REACHED, LEADS_PLANNED))
    whole, all_ = at.part(0).here, at.reached(0).here
    told = f"AND(ISNUMBER({whole}),ISNUMBER({reached}),COUNT({came})=SUM({use}))"
    same = f"ABS(SUM({came})-N({all_}))<={NOISE}*(1+N({all_}))"
    moved = f"ABS{more}>{NOISE}*(1+N({all_}))"
    return f'IF(AND({told},{same},{moved}),N({whole})*(N({reached})-{planned})/{more},"")'


def _anchor(ctx: Context, channel: Channel) -> RangeAt | None:
    """The months of the actuals of the KPI that a channel's leads are."""
    tab = ctx.at(TabsAt).tabs[channel.id]
    return tab.table.span(f"{tab.figures.anchor.id}:{ACTUAL}") if tab.figures.anchor is not None else None
