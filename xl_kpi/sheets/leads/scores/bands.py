"""リード評価, the back-test: orders by band with their intervals, whether the score ranks; open leads in a grid."""

from __future__ import annotations

from xl_kpi.catalog.scoring import scoring
from xl_kpi.plan.scoring.inputs import ACT_BANDS, FIT_BANDS
from xl_kpi.plan.scoring.tested import BANDS, FEW, NO_LOST, ONE_IN, RANKED, REVERSED, UNDATED, UNSURE, BackTest, Counted
from xl_kpi.sheets import chart_data
from xl_kpi.sheets.blocks.chart import AnyChart
from xl_kpi.sheets.blocks.table import Column, Row, Table
from xl_kpi.sheets.context import Context
from xl_kpi.sheets.excel_text import rate_interval
from xl_kpi.sheets.leads.scores.places import ScoreListAt, ScoresAt, has_lost
from xl_kpi.workbook.spec import Condition, Series, SheetSpec
from xl_kpi.workbook.theme import SERIES_COLOURS

SAID_SPAN, CHART_ROWS = 8, 13
GROUPS = {  # of a band → the text of its name, the entry of its lower bound
    "verdict": ("score_verdict", ("mql_sure", "mql_maybe")),
    "fit": ("score_fit_band", tuple(f"fit_from_{band.lower()}" for band in FIT_BANDS[:-1])),
    "act": ("score_act_band", tuple(f"act_from_{band}" for band in ACT_BANDS[:-1])),
}


def word_of(ctx: Context, group: str, band: str) -> str:
    """A band as the list shows it."""
    return ctx.t(f"verdict_{band}") if group == "verdict" else band


def bands_table(ctx: Context) -> Table:
    t = ctx.t
    columns = [
        Column("name", t("score_bands_name"), None, "label"),
        Column("from", t("score_bands_from"), None, "value.decimal"),
        *(Column(part, t(f"score_{part}"), None, "value.whole", link=False) for part in ("leads", "closed", "won")),
        Column("rate", t("score_rate"), None, "value_strong.rate", link=False),
        *(Column(part, t(f"score_{part}"), None, "value.rate", link=False) for part in ("low", "high")),
        Column("note", t("score_note"), None, "value.center", link=False),
    ]
    rows = [f"{group}:{band}" for group, bands in BANDS.items() for band in bands]
    return Table("score_bands", columns, [*rows, "all"], section=t("score_bands_section"), header_height=34)


def build_bands(ctx: Context, at: ScoresAt, listed: ScoreListAt | None) -> None:
    for group, bands in BANDS.items():
        name, bounds = GROUPS[group]
        for place, band in enumerate(bands):
            key, found = f"{group}:{band}", at.tested.band(group, band)
            at.bands.put(key, "name", ctx.t(name, word=word_of(ctx, group, band)))
            if place < len(bounds):
                bound = getattr(at.tested.scores.settings, group, None) or (
                    at.tested.scores.settings.sure, at.tested.scores.settings.maybe)  # fmt: skip
                at.bands.put(key, "from", bound[place], formula=f"={at.settings.cell(bounds[place], 'used').here}")
            else:
                at.bands.put(key, "from", None)
            same = ""
            if listed:
                wanted = f'"{word_of(ctx, group, band)}"' if group != "act" else band
                same = f"{listed.column({'verdict': 'verdict', 'fit': 'fit_band', 'act': 'act_band'}[group])},{wanted}"
            _row(ctx, at.bands, key, found, same, listed)
    at.bands.put("all", "name", ctx.t("score_all"))
    at.bands.put("all", "from", None)
    _row(ctx, at.bands, "all", at.tested.all, "", listed)


def _row(ctx: Context, table: Table, key: str, found: Counted, same: str, listed: ScoreListAt | None) -> None:
    """``same``: the criterion of a band; "" for all leads."""
    texts: dict[str, str | None] = dict.fromkeys(("leads", "closed", "won"))
    if listed and same:
        texts["leads"] = f"=COUNTIFS({same})"
        texts |= {part: f"=COUNTIFS({same},{listed.column(f'is_{part}')},1)" for part in ("closed", "won")}
    elif listed:
        texts["leads"] = f'=COUNTIF({listed.column("is_closed")},">=0")'
        texts |= {part: f"=SUM({listed.column(f'is_{part}')})" for part in ("closed", "won")}
    for part, text in texts.items():
        table.put(key, part, getattr(found, part), formula=text)
    closed, won, rate = (table.cell(key, part).here for part in ("closed", "won", "rate"))
    known = f"AND({closed}>0,{has_lost(table)})"
    table.put(key, "rate", "" if found.rate is None else found.rate, formula=f'=IF({known},{won}/{closed},"")')
    both = rate_interval(closed, won, scoring().level)
    for part, end, text in zip(("low", "high"), found.interval or ("", ""), both, strict=True):
        table.put(key, part, end, formula=f'=IF({known},{text},"")')
    small = ctx.t("score_small")
    note = small if 0 < found.closed < scoring().small else ""
    text = f'=IF(AND({closed}>0,{closed}<{scoring().small}),"{small}","")'
    table.put(key, "note", note, formula=text)


def ranks_table(ctx: Context) -> Table:
    columns = [
        Column("name", ctx.t("relations_item"), None, "label"),
        Column("said", ctx.t("score_said"), None, "label", span=SAID_SPAN, link=False),
    ]
    rows = [Row(f"rank {group}", f"rank:{group}") for group in BANDS]
    return Table("ranks", columns, rows, section=ctx.t("score_ranks_section"))


def build_ranks(ctx: Context, at: ScoresAt, table: Table, listed: ScoreListAt | None) -> None:
    """One sentence for each score, from the ends of the intervals of its bands."""
    said = {one: f'"{ctx.t(f"score_said_{one}")}"' for one in (FEW, RANKED, UNSURE, REVERSED, UNDATED, NO_LOST)}
    for group, bands in BANDS.items():
        ends = [[at.bands.cell(f"{group}:{band}", part).here for part in ("low", "high")] for band in bands]
        spans = at.bands.down("low", f"{group}:{bands[0]}", f"{group}:{bands[-1]}").here
        pairs = [
            f"IF(AND(ISNUMBER({better}),ISNUMBER({worse})),{worse}>{better},FALSE)"
            for k, (_, better) in enumerate(ends) for worse, _ in ends[k + 1 :]
        ]  # fmt: skip
        best, worst = '""', '""'
        for low, _ in reversed(ends):
            best = f"IF(ISNUMBER({low}),{low},{best})"
        for _, high in ends:
            worst = f"IF(ISNUMBER({high}),{high},{worst})"
        few = f"OR({at.bands.cell('all', 'closed').here}<{scoring().small},COUNT({spans})<2)"
        text = f"IF({best}>{worst},{said[RANKED]},{said[UNSURE]})"
        text = f"IF(OR({','.join(pairs)}),{said[REVERSED]},{text})"
        if listed and group != "fit":
            closed, end = listed.column("is_closed"), listed.column("end")
            undated = f'{ONE_IN}*(SUM({closed})-COUNTIFS({closed},1,{end},">0"))>SUM({closed})'
            text = f"IF({undated},{said[UNDATED]},{text})"
        elif group != "fit" and at.tested.undated:  # of totals
            closed = at.bands.cell("all", "closed").here
            text = f"IF({ONE_IN}*{at.tested.undated:.0f}>{closed},{said[UNDATED]},{text})"
        none_lost = f"AND({at.bands.cell('all', 'closed').here}>0,NOT({has_lost(at.bands)}))"
        text = f"=IF({none_lost},{said[NO_LOST]},IF({few},{said[FEW]},{text}))"
        table.put(f"rank {group}", "name", ctx.t(f"score_rank_{group}"))
        table.put(f"rank {group}", "said", ctx.t(f"score_said_{at.tested.verdict(group)}"), formula=text)


def paint_ranks(ctx: Context, page: SheetSpec, table: Table) -> None:
    """The sentences in colours; their signs say the same."""
    area = table.down("said")
    for said, look in ((RANKED, "good"), (UNSURE, "fair"), (REVERSED, "poor")):
        text = ctx.t(f"score_said_{said}")
        page.conditions.append(Condition(area.free, f'={area.first.in_column}="{text}"', look))


def grid_table(ctx: Context) -> Table:
    """Open leads: a row for each band of the fit, a column for each of behaviour."""
    columns = [
        Column("name", ctx.t("score_band"), None, "label"),
        *(Column(f"act {band}", ctx.t("score_act_band", word=band), None, "value.whole", link=False)
          for band in ACT_BANDS),
    ]  # fmt: skip
    rows = [Row(f"grid {band}", f"grid:{band}") for band in FIT_BANDS]
    return Table("grid", columns, rows, section=ctx.t("score_grid_section"), header_height=20)


def build_grid(ctx: Context, tested: BackTest, table: Table, listed: ScoreListAt | None) -> None:
    for fit in FIT_BANDS:
        table.put(f"grid {fit}", "name", ctx.t("score_fit_band", word=fit))
        for act in ACT_BANDS:
            text = None
            if listed:
                is_open = f'{listed.column("key")},">0"'
                text = f'=COUNTIFS({listed.column("fit_band")},"{fit}",{listed.column("act_band")},{act},{is_open})'
            table.put(f"grid {fit}", f"act {act}", tested.open_in(fit, act), formula=text)


class RateChart(AnyChart):
    """The order rate by band, the best one on the left: a column for the fit and one for behaviour."""

    def __init__(self, bands: Table):
        super().__init__("score_chart", (2, len(FIT_BANDS)), tall=CHART_ROWS)
        self._bands = bands

    def draw(self, ctx: Context, page: SheetSpec, last_column: int) -> None:
        names = [ctx.t("score_chart_band", fit=fit, act=act) for fit, act in zip(FIT_BANDS, ACT_BANDS, strict=True)]
        lines = []
        for group in ("fit", "act"):
            cells = [(self._bands.at_cell(f"{group}:{band}", "rate"), self._bands.cell(f"{group}:{band}", "rate"))
                     for band in BANDS[group]]  # fmt: skip
            name = ctx.t(f"score_rank_{group}")
            lines.append((name, f'="{name}"', [cell.value if cell else "" for cell, _ in cells],
                          [f'=IF(ISNUMBER({place}),{place},"")' for _, place in cells]))  # fmt: skip
        chart_data.by_stage(self.source, lines, names, [f'="{name}"' for name in names])
        looks = [Series("column_clustered", color=colour) for colour in (SERIES_COLOURS[0], SERIES_COLOURS[3])]
        self.put(page, last_column, ctx.t("score_chart"), looks, number_format="0%")
