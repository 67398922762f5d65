"""Downloads of ad managers: Google Ads, Yahoo! JAPAN Ads, Meta and LinkedIn, in the shapes that exports.md lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from tests.exports.made import Download, Rows, text, workbook

GOOGLE_JA = ["キャンペーン", "日", "費用", "表示回数", "クリック数", "コンバージョン"]
GOOGLE_EN = ["Campaign", "Day", "Cost", "Impr.", "Clicks", "Conversions"]
META_JA = [
    "レポート開始日",
    "レポート終了日",
    "キャンペーン名",
    "インプレッション",
    "リンクのクリック",
    "消化金額 (JPY)",
]
YAHOO = ["日", "キャンペーン名", "インプレッション数", "クリック数", "コスト", "コンバージョン数", "クリック率"]
LINKEDIN = ["Start Date (in UTC)", "Campaign Name", "Currency", "Total Spent", "Impressions", "Clicks"]


@dataclass(frozen=True)
class Spend:
    """What an ad cost and brought on one day: the truth from which rows are written."""

    day: dt.date
    campaign: str
    cost: Decimal
    impressions: int
    clicks: int
    conversions: int


COUNTED = ("cost", "impressions", "clicks", "conversions")


def spends(first: dt.date, days: int, *campaigns: str) -> list[Spend]:
    """Invented figures, other ones for each day and campaign."""
    return [
        Spend(
            first + dt.timedelta(days=day),
            name,
            Decimal(1000 + 37 * day + 11 * place) + Decimal((day * 7 + place) % 4) / 4,
            100 + 13 * day + place,
            5 + (day * 3 + place) % 7,
            (day + place) % 3,
        )
        for day in range(days)
        for place, name in enumerate(campaigns)
    ]


def summed(rows: Iterable[Spend], *roles: str) -> dict[str, object]:
    """Role → the sum over the truth."""
    listed = list(rows)
    return {role: sum(getattr(one, role) for one in listed) for role in roles or COUNTED}


def by_month(rows: Iterable[Spend], *roles: str) -> dict[str, dict[str, object]]:
    """Month → role → the sum over the truth."""
    listed = list(rows)
    months = sorted({f"{one.day:%Y-%m}" for one in listed})
    return {month: summed((one for one in listed if f"{one.day:%Y-%m}" == month), *roles) for month in months}


def money(number: Decimal) -> str:
    return f"{number:,.2f}"


def google_rows(rows: Iterable[Spend], day: Callable[[dt.date], str] = str) -> Iterator[list[str]]:
    for one in rows:
        yield [one.campaign, day(one.day), money(one.cost), f"{one.impressions:,}", str(one.clicks),
               f"{one.conversions}.00"]  # fmt: skip


def google_total(label: str, rows: Iterable[Spend]) -> list[str]:
    all_ = summed(rows)
    return [label, " --", money(Decimal(str(all_["cost"]))), f"{all_['impressions']:,}", str(all_["clicks"]),
            f"{all_['conversions']}.00"]  # fmt: skip


def ads() -> list[Download]:
    """Downloads of cost and clicks."""
    return [*google(), *google_edges(), *meta(), *yahoo(), *linkedin()]


def google() -> list[Download]:
    """One report in every encoding and delimiter, and the same in English."""
    rows = spends(dt.date(2026, 7, 25), 13, "①㈱髙ブランド", "ﾌﾞﾗﾝﾄﾞ検索")
    report: Rows = [
        ["キーワード レポート (2026-07-25 - 2026-08-06)"],
        [],
        GOOGLE_JA,
        *google_rows(rows),
        google_total("合計: アカウント", rows),
    ]
    truth = {
        "system": "google_ads",
        "sums": summed(rows),
        "months": by_month(rows),
        "days": ("2026-07-25", "2026-08-06"),
        "left": {"total": 1},
        "header": 3,
    }
    body, tabs = text(report), text(report, "\t")
    made = [
        Download("google_cp932.csv", body.encode("cp932"), encoding="cp932", **truth),
        Download("google_bom.csv", body.encode("utf-8-sig"), encoding="utf-8-sig", **truth),
        Download("google_utf8.csv", body.encode(), encoding="utf-8", **truth),
        Download("google_cp932.tsv", tabs.encode("cp932"), encoding="cp932", **truth),
        Download("google_utf16.csv", tabs.encode("utf-16"), encoding="utf-16", **truth),
        Download("google_utf16_be.csv", b"\xfe\xff" + tabs.encode("utf-16-be"), encoding="utf-16", **truth),
        Download("google_le.csv", tabs.encode("utf-16-le"), encoding="utf-16-le", **truth),
        Download("google_be.tsv", tabs.encode("utf-16-be"), encoding="utf-16-be", **truth),
        Download("google_semicolon.csv", text(report, ";").encode(), **truth),
        Download("google_pipe.txt", text(report, "|").encode("cp932"), **truth),
        Download("google_unix.csv", text(report, newline="\n").encode(), **truth),
    ]
    rows = spends(dt.date(2026, 9, 1), 30, "Brand", "Line\nbreak", 'Quote "x", y')
    english: Rows = [
        ["Campaign report"],
        ["September 1, 2026 - September 30, 2026"],
        GOOGLE_EN,
        *google_rows(rows[:9]),
        google_total("Total: Account", rows),
        *google_rows(rows[9:]),
    ]
    truth |= {"sums": summed(rows), "months": by_month(rows), "days": ("2026-09-01", "2026-09-30")}
    made.append(Download("google_en.csv", text(english).encode("utf-8-sig"), **truth))
    return made


def google_edges() -> list[Download]:
    """Reports by month, without days, and with other days than they say."""
    rows = spends(dt.date(2026, 4, 1), 30, "ブランド", "一般")
    whole = summed(rows)
    sums = {"sums": whole, "months": {"2026-04": whole}, "system": "google_ads"}
    head = [word for word in GOOGLE_JA if word != "日"]
    no_days = [
        [cell for place, cell in enumerate(row) if place != 1]
        for row in [*google_rows(rows), google_total("合計: アカウント", rows)]
    ]
    april: Rows = [["キャンペーン レポート (2026-04-01 - 2026-04-30)"], [], head, *no_days]
    months: Rows = [["キャンペーン レポート (2026-03-15 - 2026-04-30)"], [], head, *no_days]
    unnamed: Rows = [head, *no_days[:-1], ["--", *no_days[-1][1:]]]
    later: Rows = [["キャンペーン レポート (2026-05-01 - 2026-05-31)"], [], GOOGLE_JA, *google_rows(rows)]
    return [
        Download("google_no_days.csv", text(april).encode(), header=3, left={"total": 1},
                 days=("2026-04-01", "2026-04-30"), **sums),
        Download("google_months_in_one.csv", text(months).encode(), refused="export_no_days"),
        Download("google_no_days_no_period.csv", text(unnamed).encode(), "google_ads", whole, left={"total": 1},
                 questions=("month",)),
        Download("google_other_days.csv", text(later).encode(), header=3, days=("2026-04-01", "2026-04-30"),
                 notes=("import_note_outside",), **sums),
    ]  # fmt: skip


def meta() -> list[Download]:
    """Reports of Meta: by month and day, subtotals, results of several kinds, several breakdowns."""
    rows: Rows = [
        META_JA,
        ["総計", "", "", "300", "30", "6000"],
        ["2026-04-01", "2026-04-30", "展示会集客", "100", "10", "2000"],
        ["2026-05-01", "2026-05-31", "展示会集客", "200", "20", "4000"],
    ]
    truth = {
        "system": "meta",
        "sums": {"cost": 6000, "impressions": 300, "link_clicks": 30},
        "months": {"2026-04": {"cost": 2000, "link_clicks": 10}, "2026-05": {"cost": 4000, "link_clicks": 20}},
        "days": ("2026-04-01", "2026-05-31"),
        "left": {"total": 1},
        "currency": "JPY",
    }
    wide = [[str(cell).replace("(JPY)", "（JPY）") for cell in META_JA], *rows[1:]]
    quarter = [META_JA, ["2026-04-01", "2026-06-30", "展示会集客", "300", "30", "6000"]]
    made = [
        Download("meta.csv", text(rows).encode("utf-8-sig"), **truth),
        Download("meta.xlsx", workbook(rows, "Formatted Report"), **truth),
        Download("meta_wide.csv", text(wide).encode(), **truth),
        Download("meta_quarter.csv", text(quarter).encode(), refused="export_spans"),
    ]
    head = ["Day", "Campaign name", "Amount spent (USD)", "Link clicks", "Results", "Result indicator", "Reach"]
    days = [
        ["All", "", "30.5", "6", "9", "", "90"],
        ["2026-04-01", "Leads", "10.25", "2", "3", "actions:lead", "50"],
        ["2026-04-02", "Traffic", "20.25", "4", "6", "actions:link_click", "60"],
    ]
    truth |= {
        "sums": {"cost": "30.5", "link_clicks": 6},
        "months": {},
        "days": ("2026-04-01", "2026-04-02"),
        "currency": "USD",
    }
    leads = [days[0][:4] + ["3"] + days[0][5:], days[1]]
    leads[0][2:4] = ["10.25", "2"]
    made += [
        Download("meta_results.csv", text([head, *days]).encode(), questions=("result_kind",), **truth),
        Download("meta_one_kind.csv", text([head, *leads]).encode(), **truth | {
            "sums": {"cost": "10.25", "link_clicks": 2, "results": 3}, "days": ("2026-04-01", "2026-04-01")}),
        Download("meta_no_kind.csv", text([[*row[:5], *row[6:]] for row in (head, *days)]).encode(),
                 questions=("results",), **truth),
    ]  # fmt: skip
    head = ["日", "キャンペーン名", "年齢", "配置", "インプレッション", "消化金額 (JPY)"]
    both = [
        ["2026-04-01", "展示会", "25-34", "", "60", "600"],
        ["2026-04-01", "展示会", "35-44", "", "40", "400"],
        ["2026-04-01", "展示会", "", "フィード", "70", "300"],
        ["2026-04-01", "展示会", "", "ストーリーズ", "30", "700"],
    ]
    truth |= {"days": ("2026-04-01", "2026-04-01"), "currency": "JPY"}
    by_age = {"sums": {"cost": 1000, "impressions": 100}, "left": {}}
    made += [
        Download("meta_breakdowns.csv", text([head, *both]).encode(), questions=("breakdown",),
                 **truth | by_age | {"left": {"breakdown": 2}}),
        Download("meta_age.csv", text([head, *both[:2]]).encode(), **truth | by_age),
    ]  # fmt: skip
    return made


def yahoo() -> list[Download]:
    """Search and display: other words for months and conversions."""
    rows: Rows = [
        YAHOO,
        ["2026/08/01", "検索その一", "1000", "30", "4500", "2", "3.00"],
        ["2026/08/02", "検索その一", "1000", "20", "4000", "--", "2.00"],
        ["--", "合計", "2000", "50", "8500", "2", "2.50"],
    ]
    truth = {
        "system": "yahoo_search",
        "sums": {"cost": 8500, "impressions": 2000, "clicks": 50, "conversions": 2},
        "days": ("2026-08-01", "2026-08-02"),
        "left": {"total": 1},
    }
    made = [
        Download("yahoo.csv", text(rows).encode(), **truth),
        Download("yahoo_sjis.csv", text(rows).encode("cp932"), encoding="cp932", **truth),
        Download("yahoo_16.csv", text(rows, "\t").encode("utf-16"), encoding="utf-16", **truth),
    ]
    euc = [["日", "キャンペーン名", "コスト", "クリック数"], ["2026/4/1", "広告その一", "500", "5"]]
    sums = {"cost": 500, "clicks": 5}
    made.append(
        Download("yahoo_euc.csv", text(euc).encode("euc_jp"), "yahoo_search", sums, ("2026-04-01", "2026-04-01"),
                 encoding="euc_jp")
    )  # fmt: skip
    monthly = [
        ["毎月", "キャンペーン名", "コスト", "クリック数"],
        ["2026年4月", "検索", "500", "5"],
        ["2026年5月", "検索", "700", "7"],
    ]
    months = {"2026-04": {"cost": 500, "clicks": 5}, "2026-05": {"cost": 700, "clicks": 7}}
    made.append(
        Download("yahoo_monthly.csv", text(monthly).encode("cp932"), "yahoo_search", {"cost": 1200, "clicks": 12},
                 ("2026-04-01", "2026-05-31"), months=months)
    )  # fmt: skip
    display = [
        ["月", "インプレッション数", "コスト", "コンバージョン数（全て）"],
        ["2026/04", "1000", "500", "5"],
        ["2026/05", "2000", "700", "--"],
    ]
    months = {"2026-04": {"cost": 500}, "2026-05": {"cost": 700}}
    made.append(
        Download("yahoo_display.csv", text(display).encode("utf-16-le"), "yahoo_display",
                 {"cost": 1200, "impressions": 3000, "all_conversions": 5}, ("2026-04-01", "2026-05-31"),
                 months=months, encoding="utf-16-le")
    )  # fmt: skip
    english = [
        ["Day", "Campaign Name", "Cost", "Impressions", "Clicks", "Conversions", "Cost Per Conv."],
        ["2026/04/03", "Search", "500", "100", "5", "2", "250"],
    ]
    made.append(
        Download("yahoo_en.csv", text(english).encode(), "yahoo_search", {"cost": 500, "conversions": 2},
                 ("2026-04-03", "2026-04-03"))
    )  # fmt: skip
    head = ["毎週", "キャンペーン名", "コスト", "クリック数"]
    truth = {"system": "yahoo_search", "sums": {"cost": 500, "clicks": 5}}
    for name, day, until, asked in (("within", "2026/04/06", "2026-04-12", ()),
                                    ("across", "2026/03/30", "2026-04-05", ("weeks",))):  # fmt: skip
        days = (day.replace("/", "-"), until)
        weekly = text([head, [day, "検索", "500", "5"]]).encode()
        made.append(Download(f"yahoo_week_{name}.csv", weekly, days=days, questions=asked, **truth))
    numbered = text([head, ["第15週", "検索", "500", "5"]]).encode()
    made.append(Download("yahoo_weekly.csv", numbered, refused="export_weeks"))
    return made


def linkedin() -> list[Download]:
    """UTC days in the American order, padded or not; money of the account."""
    head: Rows = [
        ["Campaign Performance Report (in UTC)"],
        ["Report Start: April 1, 2026, Report End: April 30, 2026"],
        [],
        LINKEDIN,
    ]
    days = [
        ["4/13/2026", "ABM\nJapan", "USD", "120.25", "5000", "12"],
        ["4/2/2026", "ABM\nJapan", "USD", "80.75", "3000", "8"],
        ["Total", "", "", "201.00", "8000", "20"],
    ]
    early = [["04/01/2026", "ABM", "USD", "120.25", "5000", "12"], ["04/02/2026", "ABM", "USD", "80.75", "3000", "8"]]
    sums = {"cost": 201, "impressions": 8000, "clicks": 20}
    truth = {
        "system": "linkedin",
        "sums": sums,
        "months": {"2026-04": sums},
        "days": ("2026-04-01", "2026-04-30"),
        "header": 4,
        "currency": "USD",
        "notes": ("import_zone",),
    }
    return [
        Download("linkedin.csv", text([*head, *days], "\t").encode("utf-16"), left={"total": 1}, **truth),
        # No row decides the order of 04/02/2026; the period above does.
        Download("linkedin_early.csv", text([*head, *early]).encode(), **truth),
        Download("linkedin_no_period.csv", text([LINKEDIN, *early]).encode(), "linkedin", sums, currency="USD",
                 questions=("day_order:Start Date (in UTC)",), notes=("import_zone",)),
    ]  # fmt: skip
