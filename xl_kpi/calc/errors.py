"""KpiError: the one error of all calculations, with its Excel error code and its texts in ja and en."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TypeGuard

LONGEST_SHOWN = 40  # characters of a wrong value that a message repeats

# What a cell with an error hands over: the same error is handed on, whatever the calculation would say.
ERROR_VALUES = frozenset(
    "#DIV/0! #N/A #NAME? #NULL! #NUM! #REF! #VALUE! "
    "#BLOCKED! #CALC! #CONNECT! #FIELD! #GETTING_DATA #SPILL! #UNKNOWN!".split()
)

# Every text of this module.  "argument.*" is how a message calls an argument, the rest is what is allowed.
TEXTS: dict[str, dict[str, str]] = {
    "message": {
        "ja": "{argument}{place}: {found}は使えません。{allowed}",
        "en": "{argument}{place}: found {found}. {allowed}",
    },
    "place": {"ja": "の{position}番目", "en": ", position {position}"},
    "place_cell": {"ja": "の{row}行{column}列目", "en": ", row {row}, column {column}"},
    "blank": {"ja": "空欄", "en": "(blank)"},
    "number": {"ja": "数値を入力してください。", "en": "Allowed: a number."},
    "zero_or_more": {"ja": "0以上の数値を入力してください。", "en": "Allowed: a number, 0 or more."},
    "above_zero": {"ja": "0より大きい数値を入力してください。", "en": "Allowed: a number above 0."},
    "above_minus_one": {
        "ja": "-100%より大きい成長率を入力してください（15% または 0.15）。",
        "en": "Allowed: a growth above -100% (15% or 0.15).",
    },
    "rate": {
        "ja": "0より大きく1以下の率を入力してください（20% または 0.2）。",
        "en": "Allowed: a rate above 0 and at most 1 (20% or 0.2).",
    },
    "rate_percent": {
        "ja": "{percent} のことですか？ {percent} または {decimal} と入力してください（0より大きく1以下）。",
        "en": "Did you mean {percent}? Allowed: a rate above 0 and at most 1, so {percent} or {decimal}.",
    },
    "rates": {"ja": "率を1つ以上入力してください。", "en": "Allowed: one rate or more."},
    "one_cell": {"ja": "セルを1つだけ指定してください。", "en": "Allowed: one cell."},
    "one_line": {"ja": "1行または1列の範囲を指定してください。", "en": "Allowed: one row or one column."},
    "excel_date": {
        "ja": "1900年3月1日から9999年12月31日までの日付にしてください。",
        "en": "Allowed: dates from 1 March 1900 to 31 December 9999.",
    },
    "language": {"ja": "ja か en を指定してください。", "en": "Allowed: ja or en."},
    "result_range": {
        "ja": "計算結果が大きすぎてセルに入りません。",
        "en": "The result is too large for a cell. Allowed: smaller numbers.",
    },
    "rounding": {"ja": "total か each を指定してください。", "en": "Allowed: total or each."},
    "whole": {
        "ja": "{low}から{high}までの整数を入力してください。",
        "en": "Allowed: a whole number from {low} to {high}.",
    },
    "date": {"ja": "日付を入力してください。", "en": "Allowed: a date."},
    "date_range": {"ja": "西暦1年から9999年までに収めてください。", "en": "Allowed: dates from year 1 to year 9999."},
    "month_start": {"ja": "月の1日を入力してください。", "en": "Allowed: the first day of a month."},
    "not_before_start": {
        "ja": "開始日（{start}）以降の日付を入力してください。",
        "en": "Allowed: a date from the start, {start}, on.",
    },
    "season": {
        "ja": "1月から12月まで12個の重みを入力してください。",
        "en": "Allowed: 12 weights, January to December.",
    },
    "season_zero": {
        "ja": "目標の期間の重みがすべて0です。0より大きい月が必要です。",
        "en": "Allowed: a weight above 0 in at least one month of the goal's period.",
    },
    "lag": {
        "ja": "日数、開始と終わりの日数、または月ごとの累計の割合を指定してください。",
        "en": "Allowed: days, a pair of first and last day, or a list of cumulative shares by month.",
    },
    "lag_order": {
        "ja": "短い日数、長い日数の順に指定してください。",
        "en": "Allowed: the shorter number of days first.",
    },
    "curve": {
        "ja": "0以上で減らずに、最後が1（100%）になる累計を指定してください。",
        "en": "Allowed: cumulative shares from 0 that never fall and end at 1 (100%).",
    },
    "count": {"ja": "{count}個の値が必要です。", "en": "Allowed: {count} values."},
    "error_value": {
        "ja": "参照先のセルのエラーを先に直してください。",
        "en": "Correct the error in that cell first.",
    },
    "values": {"ja": "値を1つ以上入力してください。", "en": "Allowed: one value or more."},
    "at_most": {"ja": "値は{count}個までにしてください。", "en": "Allowed: at most {count} values."},
    "not_reachable": {
        "ja": "この段階の率を上げるだけでは届きません（必要な率: {percent}）。",
        "en": "Not reachable by this stage alone: it would need a rate of {percent}.",
    },
    "leads_beyond": {
        "ja": "この確率には{count}件を超えるリードが必要です。目標、転換率、確率を見直してください。",
        "en": "More than {count} leads would be needed. Allowed: a lower goal or chance, or better rates.",
    },
    "chance": {
        "ja": "0より大きく1より小さい確率を入力してください（90% または 0.9）。",
        "en": "Allowed: a probability above 0 and below 1 (90% or 0.9).",
    },
    "chance_percent": {
        "ja": "{percent} のことですか？ {percent} または {decimal} と入力してください（0より大きく1より小さい確率）。",
        "en": "Did you mean {percent}? Allowed: a probability above 0 and below 1, so {percent} or {decimal}.",
    },
    "share": {
        "ja": "0以上1以下の割合を入力してください（30% または 0.3）。",
        "en": "Allowed: a share from 0 to 1 (30% or 0.3).",
    },
    "share_percent": {
        "ja": "{percent} のことですか？ {percent} または {decimal} と入力してください（0以上1以下）。",
        "en": "Did you mean {percent}? Allowed: a share from 0 to 1, so {percent} or {decimal}.",
    },
    "margin": {
        "ja": "-100%以上100%以下の割合を入力してください（40% または 0.4）。",
        "en": "Allowed: a margin from -100% to 100% (40% or 0.4).",
    },
    "yes_no": {"ja": "TRUE か FALSE を指定してください。", "en": "Allowed: TRUE or FALSE."},
    "weights_zero": {
        "ja": "重みがすべて0です。0より大きい値が1つ以上必要です。",
        "en": "Allowed: a weight above 0 in at least one place.",
    },
    "capacity_short": {
        "ja": "必要数 {required} に {missing} 足りません。上限を増やすか、必要数を減らしてください。",
        "en": "{missing} short of the required {required}. Allowed: more capacity or a lower requirement.",
    },
    "budget_short": {
        "ja": "最も安い配分でも {needed} かかり、{missing} 足りません。",
        "en": "The cheapest way costs {needed}: {missing} short.",
    },
    "number_range": {
        "ja": "数値が大きすぎます。Excelで扱える大きさにしてください。",
        "en": "Too large. Allowed: numbers that a cell can hold.",
    },
    "score_range": {
        "ja": "計算結果が大きすぎます。値か係数を見直してください。",
        "en": "The result is too large. Allowed: smaller values or factors.",
    },
    "rows": {"ja": "1行、または同じ列数の行を指定してください。", "en": "Allowed: one row, or rows of equal length."},
    "at_most_start": {
        "ja": "期首の顧客数以下にしてください。",
        "en": "Allowed: at most the customers at the start.",
    },
    "at_most_one": {
        "ja": "1以下の率を入力してください（60% または 0.6。原価割れならマイナス）。",
        "en": "Allowed: a share of at most 1 (60% or 0.6; below 0 where it is sold under its cost).",
    },
    "age": {"ja": "new か half を指定してください。", "en": "Allowed: new or half."},
    "statistic": {
        "ja": "median、mean、min、max のいずれかを指定してください。",
        "en": "Allowed: median, mean, min or max.",
    },
    "no_days": {
        "ja": "開始日と終了日が正しい順にそろった行がありません（空欄 {blanks}件、逆順 {negatives}件）。",
        "en": "No row has both dates in the right order ({blanks} blank, {negatives} reversed).",
    },
    "name": {"ja": "名前を入力してください。", "en": "Allowed: a name."},
    "elapsed": {
        "ja": "0より大きく、重みの数（{count}）以下の月数を入力してください。",
        "en": "Allowed: months above 0, at most as many as there are weights ({count}).",
    },
    "elapsed_zero": {
        "ja": "ここまでの月の重みがすべて0なので、着地を予測できません。",
        "en": "The months so far weigh 0: no forecast is possible. Allowed: a weight above 0 among them.",
    },
    "argument.number": {"ja": "number（数値）", "en": "number"},
    "argument.goal": {"ja": "goal（目標）", "en": "goal"},
    "argument.goals": {"ja": "goals（月別の目標）", "en": "goals"},
    "argument.shares": {"ja": "shares（割合）", "en": "shares"},
    "argument.rates": {"ja": "rates（転換率）", "en": "rates"},
    "argument.rounding": {"ja": "rounding（端数処理）", "en": "rounding"},
    "argument.leads": {"ja": "leads（リード数）", "en": "leads"},
    "argument.revenue": {"ja": "revenue（売上）", "en": "revenue"},
    "argument.order_value": {"ja": "order_value（受注単価）", "en": "order_value"},
    "argument.baseline": {"ja": "baseline（基準となる実績）", "en": "baseline"},
    "argument.growth": {"ja": "growth（成長率）", "en": "growth"},
    "argument.start": {"ja": "start（開始月）", "en": "start"},
    "argument.months": {"ja": "months（月数）", "en": "months"},
    "argument.deadline": {"ja": "deadline（期限）", "en": "deadline"},
    "argument.season": {"ja": "season（季節配分）", "en": "season"},
    "argument.lags": {"ja": "lags（所要日数）", "en": "lags"},
    "argument.delivery_days": {"ja": "delivery_days（納品までの日数）", "en": "delivery_days"},
    "argument.open_by_stage": {"ja": "open_by_stage（進行中の案件）", "en": "open_by_stage"},
    "argument.leads_by_day": {"ja": "leads_by_day（日ごとのリード数）", "en": "leads_by_day"},
    "argument.age": {"ja": "age（進行中の件の経過）", "en": "age"},
    "argument.credit": {"ja": "credit（進行中の案件による充当）", "en": "credit"},
    "argument.before": {"ja": "before（開始前の必要数）", "en": "before"},
    "argument.monthly": {"ja": "months（月別の必要数）", "en": "months"},
    "argument.next": {"ja": "next（次期分）", "en": "next"},
    "argument.position": {"ja": "position（段階の番号）", "en": "position"},
    "argument.chance": {"ja": "chance（確率）", "en": "chance"},
    "argument.successes": {"ja": "successes（成功数）", "en": "successes"},
    "argument.trials": {"ja": "trials（全体の数）", "en": "trials"},
    "argument.level": {"ja": "level（信頼水準）", "en": "level"},
    "argument.workdays": {"ja": "workdays（営業日で数えるか）", "en": "workdays"},
    "argument.holidays": {"ja": "holidays（休日）", "en": "holidays"},
    "argument.total": {"ja": "total（合計）", "en": "total"},
    "argument.weights": {"ja": "weights（重み）", "en": "weights"},
    "argument.required": {"ja": "required（必要数）", "en": "required"},
    "argument.cost": {"ja": "cost（リード単価）", "en": "cost"},
    "argument.capacity": {"ja": "capacity（上限）", "en": "capacity"},
    "argument.rate": {"ja": "rate（チャネル別の転換率）", "en": "rate"},
    "argument.budget": {"ja": "budget（予算）", "en": "budget"},
    "argument.churn": {"ja": "churn（解約率）", "en": "churn"},
    "argument.margin": {"ja": "margin（粗利率）", "en": "margin"},
    "argument.costs": {"ja": "costs（費用）", "en": "costs"},
    "argument.customers": {"ja": "customers（新規顧客数）", "en": "customers"},
    "argument.ltv": {"ja": "ltv（LTV）", "en": "ltv"},
    "argument.cac": {"ja": "cac（CAC）", "en": "cac"},
    "argument.lost": {"ja": "lost（失った顧客数）", "en": "lost"},
    "argument.at_start": {"ja": "at_start（期首の顧客数）", "en": "at_start"},
    "argument.contract": {"ja": "contract（数える月数）", "en": "contract"},
    "argument.first": {"ja": "first（初回受注）", "en": "first"},
    "argument.frequency": {"ja": "frequency（月あたりの購入回数）", "en": "frequency"},
    "argument.value": {"ja": "value（リピートの単価）", "en": "value"},
    "argument.more": {"ja": "more（月あたりのアップセル・クロスセル）", "en": "more"},
    "argument.first_margin": {"ja": "first_margin（初回の粗利率）", "en": "first_margin"},
    "argument.marketing": {"ja": "marketing（マーケティング費）", "en": "marketing"},
    "argument.sales": {"ja": "sales（営業費）", "en": "sales"},
    "argument.systems": {"ja": "systems（システム費）", "en": "systems"},
    "argument.monthly_profit": {"ja": "monthly_profit（月間の粗利）", "en": "monthly_profit"},
    "argument.ratio": {"ja": "ratio（LTV÷CACの基準）", "en": "ratio"},
    "argument.ratios": {"ja": "ratios（LTV÷CAC）", "en": "ratios"},
    "argument.spends": {"ja": "spends（チャネル別の費用）", "en": "spends"},
    "argument.rooms": {"ja": "rooms（増やせる金額）", "en": "rooms"},
    "argument.volumes": {"ja": "volumes（月別の件数）", "en": "volumes"},
    "argument.per_person": {"ja": "per_person（1人1か月の件数）", "en": "per_person"},
    "argument.days": {"ja": "days（稼働日数）", "en": "days"},
    "argument.usual_days": {"ja": "usual_days（標準の稼働日数）", "en": "usual_days"},
    "argument.present": {"ja": "present（現在の人数）", "en": "present"},
    "argument.needed": {"ja": "needed（必要人数）", "en": "needed"},
    "argument.scores": {"ja": "scores（回答の点数）", "en": "scores"},
    "argument.values": {"ja": "values（評価の値）", "en": "values"},
    "argument.factors": {"ja": "factors（係数）", "en": "factors"},
    "argument.actions": {"ja": "actions（行動の回数）", "en": "actions"},
    "argument.points": {"ja": "points（1回あたりの点数）", "en": "points"},
    "argument.from_dates": {"ja": "from（開始日）", "en": "from"},
    "argument.to_dates": {"ja": "to（終了日）", "en": "to"},
    "argument.statistic": {"ja": "statistic（統計量）", "en": "statistic"},
    "argument.names": {"ja": "names（名前）", "en": "names"},
    "argument.plan": {"ja": "plan（計画）", "en": "plan"},
    "argument.actual": {"ja": "actual（実績）", "en": "actual"},
    "argument.months_elapsed": {"ja": "months_elapsed（経過月数）", "en": "months_elapsed"},
    "argument.channel": {"ja": "channel（チャネル）", "en": "channel"},
    "argument.kpi": {"ja": "kpi（KPI）", "en": "kpi"},
    "argument.language": {"ja": "language（言語）", "en": "language"},
    "argument.cell": {"ja": "cell（セル）", "en": "cell"},
}


Position = int | tuple[int, int] | None


class KpiError(ValueError):
    """A value that a calculation can't use.

    ``code`` is the Excel error that stands for it in a cell: ``#VALUE!`` for what is no number, date or
    list of the right length, ``#NUM!`` for a number out of range, ``#DIV/0!`` for a divisor of 0, ``#N/A``
    where there is no answer; where the value found is an error itself (``"#REF!"``), that same error.
    ``argument`` is the argument's name, ``position`` where it stands in a list (from 1; a pair (row, column)
    in a table; None for a single value), ``found`` the value as it came, ``allowed_key`` the entry of TEXTS
    that says what is allowed.
    """

    def __init__(self, code: str, argument: str, position: Position, found: object, allowed_key: str, **values: object):
        if is_error_value(found):
            code, allowed_key, values = found, "error_value", {}
        self.code = code
        self.argument = argument
        self.position = position
        self.found = found
        self.allowed_key = allowed_key
        self.values = values
        super().__init__(self.message("en"))

    def message(self, lang: str) -> str:
        """The whole message in ``lang`` (ja or en): argument, position, what was found, what is allowed."""
        if isinstance(self.position, tuple):
            row, column = self.position
            place = TEXTS["place_cell"][lang].format(row=row, column=column)
        else:
            place = "" if self.position is None else TEXTS["place"][lang].format(position=self.position)
        return TEXTS["message"][lang].format(
            argument=TEXTS[f"argument.{self.argument}"][lang],
            place=place,
            found=_quoted(self.found, lang),
            allowed=self.allowed(lang),
        )

    def allowed(self, lang: str) -> str:
        """What is allowed, with the question where a likely meaning exists ("20% ?")."""
        return TEXTS[self.allowed_key][lang].format(**self.values)


def is_blank(value: object) -> bool:
    """True for what an empty cell holds: None, or text of nothing but spaces."""
    return value is None or (isinstance(value, str) and not value.strip())


def is_error_value(value: object) -> TypeGuard[str]:
    """True for the text of an Excel error, as a cell with an error hands it over."""
    return isinstance(value, str) and value in ERROR_VALUES


def plain(value: object) -> str:
    """A number as a person writes it: 20 for 20.0, and from 1e+15 on as a cell holds it, in whichever type it comes."""
    if isinstance(value, int) and 1e15 <= abs(value) <= sys.float_info.max:
        return str(float(value))
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _quoted(value: object, lang: str) -> str:
    if is_blank(value):
        return TEXTS["blank"][lang]
    if isinstance(value, bool):
        shown = str(value).upper()
    elif isinstance(value, (int, float)):
        shown = plain(value)
    elif isinstance(value, dt.datetime) and value.time() == dt.time():
        shown = str(value.date())
    else:
        shown = str(value)
    if len(shown) > LONGEST_SHOWN:
        shown = shown[: LONGEST_SHOWN - 1] + "…"
    if lang == "ja":
        return f"「{shown}」"
    return repr(shown) if isinstance(value, str) else shown
