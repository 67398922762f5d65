"""Downloads of Google Analytics 4: reports with preambles and several blocks, explorations with months and no year."""

from __future__ import annotations

from tests.exports.made import Download, Rows, text

GA4 = ["Date", "Session default channel group", "Sessions", "Key events", "Engagement rate"]
RULE = ["# ----------------------------------------"]


def visits() -> list[Download]:
    """Downloads of sessions."""
    return [*reports(), *explorations()]


def reports() -> list[Download]:
    """Standard reports: comments above, a total in the middle with a cell too many, a second block."""
    body: Rows = [
        GA4,
        ["20260105", "Organic Search", "120", "4", "0.6667"],
        ["", "Grand total", "200", "9", "0.61", "extra"],
        ["20260106", "Paid Search", "80", "5", "45 %"],
    ]
    above: Rows = [RULE, ["# Traffic acquisition: Session default channel group"]]
    english: Rows = [["# Start date: 20260101"], ["# End date: 20260131"], RULE, []]
    below: Rows = [[], RULE, ["Date", "Sessions"], ["20260105", "120"], ["20260106", "80"]]
    sums = {"sessions": 200, "key_events": 9}
    truth = {"system": "ga4", "sums": sums, "days": ("2026-01-01", "2026-01-31"), "left": {"total": 1}, "header": 7}
    made = [Download("ga4.csv", text([*above, *english, *body, *below]).encode(), **truth)]
    words = ["日付", "セッションのデフォルト チャネル グループ", "セッション", "キーイベント", "エンゲージメント率"]
    japanese: Rows = [["# 開始日: 20260101"], ["# 終了日: 20260131"], RULE, [], words, *body[1:]]
    made.append(Download("ga4_ja.csv", text([*above, *japanese]).encode("utf-8-sig"), **truth))
    old: Rows = [[*GA4[:3], "Conversions"], ["20260105", "Organic Search", "120", "4"]]
    sums = {"sessions": 120, "key_events": 4}
    made.append(Download("ga4_old_word.csv", text(old).encode(), "ga4", sums, ("2026-01-05", "2026-01-05")))
    first: Rows = [GA4, ["Total", "", "200", "9", ""], *body[1:2], *body[3:]]
    truth |= {"days": ("2026-01-05", "2026-01-06"), "header": 1}
    made.append(Download("ga4_total_first.csv", text(first, "\t").encode("utf-16"), **truth))
    long: Rows = [[f"# note {k}"] for k in range(40)]
    truth |= {"header": 41}
    made.append(Download("ga4_long_preamble.csv", text([*long, *body]).encode(), **truth))
    return made


def explorations() -> list[Download]:
    """Months as 01 to 12: the year is that of the period, asked without one, refused where it holds a month twice."""
    above: Rows = [["# 探索"], ["# 20251001-20260228"], []]
    rows: Rows = [
        ["月", "ユーザーの最初の参照元 / メディア", "総ユーザー数", "キーイベント"],
        ["10", "google / organic", "1200", "12"],
        ["01", "google / cpc", "300", "3"],
    ]
    truth = {"system": "ga4", "sums": {"key_events": 15}}
    months = {"2025-10": {"key_events": 12}, "2026-01": {"key_events": 3}}
    two_years = text([above[0], ["# 20240401-20260331"], *above[2:], *rows])
    business_year: Rows = [
        ["月", "総ユーザー数", "キーイベント"],
        *([f"{number:02}", "100", str(number)] for number in (11, 12, 1, 2)),
    ]
    return [
        Download("ga4_months.csv", text([*above, *rows]).encode("utf-8-sig"), days=("2025-10-01", "2026-02-28"),
                 header=4, months=months, **truth),
        Download("ga4_no_year.csv", text([*above[:1], *above[2:], *rows]).encode(), header=3, questions=("year:月",),
                 **truth),
        Download("ga4_two_years.csv", two_years.encode(), refused="export_month_twice"),
        Download("ga4_over_new_year.csv", text(business_year).encode(), "ga4", {"key_events": 26},
                 questions=("year:月",)),
    ]  # fmt: skip
