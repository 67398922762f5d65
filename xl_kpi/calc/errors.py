"""KpiError: the one error of all calculations, with its Excel error code and its texts in ja and en."""

from __future__ import annotations

LONGEST_SHOWN = 40  # characters of a wrong value that a message repeats

# Every text of this module.  "argument.*" is how a message calls an argument, the rest is what is allowed.
TEXTS: dict[str, dict[str, str]] = {
    "message": {
        "ja": "{argument}{place}: {found}は使えません。{allowed}",
        "en": "{argument}{place}: found {found}. {allowed}",
    },
    "place": {"ja": "の{position}番目", "en": ", position {position}"},
    "blank": {"ja": "空欄", "en": "(blank)"},
    "number": {"ja": "数値を入力してください。", "en": "Allowed: a number."},
    "zero_or_more": {"ja": "0以上の数値を入力してください。", "en": "Allowed: a number, 0 or more."},
    "above_zero": {"ja": "0より大きい数値を入力してください。", "en": "Allowed: a number above 0."},
    "above_minus_one": {
        "ja": "-100%より大きい伸び率を入力してください（15% または 0.15）。",
        "en": "Allowed: a growth above -100% (15% or 0.15).",
    },
    "rate": {
        "ja": "0より大きく1以下の率を入力してください（20% または 0.2）。",
        "en": "Allowed: a rate above 0 and at most 1 (20% or 0.2).",
    },
    "rate_percent": {
        "ja": "{percent} のことですか？ {percent} または {decimal} と入力してください（0より大きく1以下）。",
        "en": "{percent} ? Allowed: a rate above 0 and at most 1, so {percent} or {decimal}.",
    },
    "rates": {"ja": "率を1つ以上入力してください。", "en": "Allowed: one rate or more."},
    "goals": {"ja": "目標を1つ以上入力してください。", "en": "Allowed: one goal or more."},
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
    "argument.number": {"ja": "number（数値）", "en": "number"},
    "argument.goal": {"ja": "goal（目標）", "en": "goal"},
    "argument.goals": {"ja": "goals（月別の目標）", "en": "goals"},
    "argument.rates": {"ja": "rates（転換率）", "en": "rates"},
    "argument.rounding": {"ja": "rounding（端数処理）", "en": "rounding"},
    "argument.leads": {"ja": "leads（リード数）", "en": "leads"},
    "argument.revenue": {"ja": "revenue（売上）", "en": "revenue"},
    "argument.order_value": {"ja": "order_value（受注単価）", "en": "order_value"},
    "argument.baseline": {"ja": "baseline（基準となる実績）", "en": "baseline"},
    "argument.growth": {"ja": "growth（伸び率）", "en": "growth"},
    "argument.start": {"ja": "start（開始月）", "en": "start"},
    "argument.months": {"ja": "months（月数）", "en": "months"},
    "argument.deadline": {"ja": "deadline（期限）", "en": "deadline"},
    "argument.season": {"ja": "season（季節の重み）", "en": "season"},
    "argument.lags": {"ja": "lags（所要日数）", "en": "lags"},
    "argument.delivery_days": {"ja": "delivery_days（納品までの日数）", "en": "delivery_days"},
    "argument.open_by_stage": {"ja": "open_by_stage（進行中の件数）", "en": "open_by_stage"},
    "argument.credit": {"ja": "credit（進行中の件数による充当）", "en": "credit"},
    "argument.before": {"ja": "before（開始前の必要数）", "en": "before"},
    "argument.monthly": {"ja": "months（月別の必要数）", "en": "months"},
    "argument.next": {"ja": "next（次期分）", "en": "next"},
}


class KpiError(ValueError):
    """A value that a calculation can't use.

    ``code`` is the Excel error that stands for it in a cell: ``#VALUE!`` for what is no number, date or
    list of the right length, ``#NUM!`` for a number out of range, ``#DIV/0!`` for a divisor of 0.
    ``argument`` is the argument's name, ``position`` where it stands in a list (from 1; None for a single
    value), ``found`` the value as it came, ``allowed_key`` the entry of TEXTS that says what is allowed.
    """

    def __init__(self, code: str, argument: str, position: int | None, found: object, allowed_key: str, **values):
        self.code = code
        self.argument = argument
        self.position = position
        self.found = found
        self.allowed_key = allowed_key
        self.values = values
        super().__init__(self.message("en"))

    def message(self, lang: str) -> str:
        """The whole message in ``lang`` (ja or en): argument, position, what was found, what is allowed."""
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


def plain(value: object) -> str:
    """A number as a person writes it: 20 for 20.0."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _quoted(value: object, lang: str) -> str:
    if is_blank(value):
        return TEXTS["blank"][lang]
    if isinstance(value, bool):
        shown = str(value).upper()
    elif isinstance(value, float):
        shown = plain(value)
    else:
        shown = str(value)
    if len(shown) > LONGEST_SHOWN:
        shown = shown[: LONGEST_SHOWN - 1] + "…"
    if lang == "ja":
        return f"「{shown}」"
    return repr(shown) if isinstance(value, str) else shown
