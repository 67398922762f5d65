"""Downloads in the shapes that systems give them, written by us with invented figures: bytes and what is in them."""

from __future__ import annotations

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
GA4 = ["Date", "Session default channel group", "Sessions", "Key events", "Engagement rate"]


def ads() -> list[Download]:
    """Downloads of cost and clicks."""
    google = [
        ["キーワード レポート (2026-08-01 - 2026-08-13)"],
        [],
        GOOGLE_JA,
        ["①㈱髙ブランド", "2026-08-01", "1,204.50", "1,000", "30", "2"],
        ["ﾌﾞﾗﾝﾄﾞ", "2026-08-02", "795.5", " --", "10", "1"],
        ["合計: アカウント", "--", "2,000.00", "1,000", "40", "3"],
    ]
    sums = {"cost": 2000, "impressions": 1000, "clicks": 40, "conversions": 3}
    common = {"system": "google_ads", "sums": sums, "days": ("2026-08-01", "2026-08-13"), "left": {"total": 1}}
    body = text(google)
    made = [
        Download("google_cp932.csv", body.encode("cp932"), header=3, encoding="cp932", **common),
        Download("google_bom.csv", body.encode("utf-8-sig"), header=3, encoding="utf-8-sig", **common),
        Download("google_utf8.csv", body.encode("utf-8"), header=3, encoding="utf-8", **common),
        Download("google_utf16.csv", text(google, "\t").encode("utf-16"), header=3, encoding="utf-16", **common),
        Download("google_le.csv", text(google, "\t").encode("utf-16-le"), header=3, encoding="utf-16-le", **common),
        Download("google_be.tsv", text(google, "\t").encode("utf-16-be"), header=3, encoding="utf-16-be", **common),
        Download("google_semicolon.csv", text(google, ";").encode("utf-8"), header=3, **common),
    ]
    euc = [["日", "キャンペーン名", "コスト", "クリック数"], ["2026/4/1", "広告その一", "500", "5"]]
    made.append(
        Download(
            "yahoo_euc.csv",
            text(euc).encode("euc_jp"),
            "yahoo_search",
            {"cost": 500, "clicks": 5},
            ("2026-04-01", "2026-04-01"),
            encoding="euc_jp",
        )
    )
    english = [
        ["Campaign report"],
        ["September 1, 2026 - September 30, 2026"],
        GOOGLE_EN,
        ["Brand", "2026-09-01", "1,204.50", "100", "3", "1.00"],
        ["Total: Account", " --", "1,204.50", "150", "4", "1.00"],
        ["Line\nbreak", "2026-09-02", "0", "50", "1", "0.00"],
    ]
    made.append(
        Download(
            "google_en.csv",
            text(english).encode("utf-8-sig"),
            "google_ads",
            {"cost": "1204.5", "impressions": 150, "clicks": 4, "conversions": 1},
            ("2026-09-01", "2026-09-30"),
            {"total": 1},
            header=3,
        )
    )
    meta = [
        META_JA,
        ["総計", "", "", "300", "30", "6000"],
        ["2026-04-01", "2026-04-30", "展示会集客", "100", "10", "2000"],
        ["2026-05-01", "2026-05-31", "展示会集客", "200", "20", "4000"],
    ]
    common = {
        "system": "meta",
        "sums": {"cost": 6000, "impressions": 300, "link_clicks": 30},
        "days": ("2026-04-01", "2026-05-01"),
        "left": {"total": 1},
        "currency": "JPY",
    }
    made.append(Download("meta.csv", text(meta).encode("utf-8-sig"), **common))
    made.append(Download("meta.xlsx", workbook(meta, "Formatted Report"), **common))
    wide = [[cell.replace("(JPY)", "（JPY）") for cell in META_JA], *meta[1:]]
    made.append(Download("meta_wide.csv", text(wide).encode("utf-8"), **common))
    yahoo = [YAHOO, ["2026/08/01", "検索その一", "1000", "30", "4500", "2", "3.00"]]
    yahoo += [
        ["2026/08/02", "検索その一", "1000", "20", "4000", "--", "2.00"],
        ["--", "合計", "2000", "50", "8500", "2", "2.50"],
    ]
    for name, encoding in (("yahoo.csv", "utf-8"), ("yahoo_sjis.csv", "cp932"), ("yahoo_16.csv", "utf-16")):
        made.append(
            Download(
                name,
                text(yahoo, "\t" if encoding == "utf-16" else ",").encode(encoding),
                "yahoo_search",
                {"cost": 8500, "impressions": 2000, "clicks": 50, "conversions": 2},
                ("2026-08-01", "2026-08-02"),
                {"total": 1},
            )
        )
    linkedin = [
        ["Campaign Performance Report (in UTC)"],
        ["Report Start: April 1, 2026, Report End: April 30, 2026"],
        [],
        LINKEDIN,
        ["4/13/2026", "ABM", "USD", "120.25", "5000", "12"],
        ["4/2/2026", "ABM", "USD", "80.75", "3000", "8"],
        ["Total", "", "", "201.00", "8000", "20"],
    ]
    made.append(
        Download(
            "linkedin.csv",
            text(linkedin, "\t").encode("utf-16"),
            "linkedin",
            {"cost": 201, "impressions": 8000, "clicks": 20},
            ("2026-04-01", "2026-04-30"),
            {"total": 1},
            header=4,
            currency="USD",
        )
    )
    return made


def visits() -> list[Download]:
    """Downloads of sessions."""
    report = [
        ["# ----------------------------------------"],
        ["# Traffic acquisition: Session default channel group"],
        ["# Start date: 20260101"],
        ["# End date: 20260131"],
        ["# ----------------------------------------"],
        [],
        GA4,
        ["20260105", "Organic Search", "120", "4", "0.6667"],
        ["", "Grand total", "200", "9", "0.61", "extra"],
        ["20260106", "Paid Search", "80", "5", "45 %"],
        [],
        ["# ----------------------------------------"],
        ["Date", "Sessions"],
        ["20260105", "120"],
    ]
    sums = {"sessions": 200, "key_events": 9}
    made = [
        Download(
            "ga4.csv",
            text(report).encode("utf-8"),
            "ga4",
            sums,
            ("2026-01-01", "2026-01-31"),
            {"total": 1},
            header=7,
        )
    ]
    months = [
        ["# 探索"],
        ["# 20251001-20260228"],
        [],
        ["月", "ユーザーの最初の参照元 / メディア", "総ユーザー数", "キーイベント"],
        ["10", "google / organic", "1200", "12"],
        ["01", "google / cpc", "300", "3"],
    ]
    made.append(
        Download(
            "ga4_months.csv",
            text(months).encode("utf-8-sig"),
            "ga4",
            {"key_events": 15},
            ("2025-10-01", "2026-02-28"),
            header=4,
        )
    )
    made.append(
        Download(
            "ga4_no_year.csv",
            text([*months[:1], *months[2:]]).encode(),
            "ga4",
            {"key_events": 15},
            header=3,
            questions=("year:月",),
        )
    )
    two_years = [months[0], ["# 20240401-20260331"], *months[2:]]
    made.append(
        Download(
            "ga4_two_years.csv",
            text(two_years).encode(),
            "ga4",
            {"key_events": 15},
            ("2024-04-01", "2026-03-31"),
            header=4,
            questions=("year:月",),
        )
    )
    return made


def odd() -> list[Download]:
    """What goes wrong with files."""
    head = ["キャンペーン", "日", "費用", "クリック数"]

    def one(name: str, rows: Rows, **truth: object) -> Download:
        given = {"system": "google_ads", "days": ("2026-04-01", "2026-04-01"), **truth}
        return Download(name, text([head, *rows]).encode("utf-8"), **given)  # type: ignore[arg-type]

    row = ["広告", "2026-04-01", "1000", "10"]
    sums = {"cost": 1000, "clicks": 10}
    made = [
        one("empty_report.csv", [["", "", "0", "0"]], sums={"cost": 0, "clicks": 0}, days=None, left={"no_date": 1}),
        one("no_rows.csv", [], sums={}, days=None),
        one("bounded.csv", [row, ["広告", "2026-04-01", "< 10", "> 90 %"]], sums=sums),
        one("wide_digits.csv", [["広告", "２０２６/４/１", "￥１，０００", "１０"]], sums=sums),
        one("yen.csv", [["広告", "2026年4月1日", "¥1,000", "10"]], sums=sums),
        one("era.csv", [["広告", "令和8年4月1日", "1000", "10"]], sums=sums),
        one("comma.csv", [["広告", "2026-04-01", "1.234,5", "10"]], sums={"cost": "1234.5", "clicks": 10}),
        one(
            "point.csv",
            [["広告", "2026-04-01", "1.234", "10"]],
            sums={"cost": "1.234", "clicks": 10},
            questions=("decimal:費用",),
        ),
        one("order.csv", [["広告", "03/04/2026", "1000", "10"]], sums=sums, days=None, questions=("day_order:日",)),
        one(
            "decided.csv",
            [["広告", "03/04/2026", "500", "5"], ["広告", "25/04/2026", "500", "5"]],
            sums=sums,
            days=("2026-04-03", "2026-04-25"),
        ),
        one(
            "contradicting.csv",
            [["広告", "13/01/2026", "1", "1"], ["広告", "01/13/2026", "2", "2"]],
            sums={"cost": 0},
            days=None,
            left={"date": 2},
        ),
        one("resaved.csv", [["広告", "2026-04-01 00:00:00", "1000", "10"]], sums=sums),
        one(
            "not_numbers.csv",
            [row, ["広告", "2026-04-01", "NaN", "1"], ["広告", "2026-04-01", "inf", "1"]],
            sums=sums,
            left={"number": 2},
        ),
        one("formula.csv", [row, ["広告", "2026-04-01", "=cmd|' /C calc'!A0", "1"]], sums=sums, left={"number": 1}),
        one("long_text.csv", [["広" * 32767, "2026-04-01", "1000", "10"]], sums=sums),
        one("no_day.csv", [["広告", "2026-02-30", "1000", "10"]], sums={"cost": 0}, days=None, left={"date": 1}),
        one("remark.csv", [row, ["出力日時 2026-05-01", "", "", ""]], sums=sums, left={"remark": 1}),
        one("negative.csv", [row, ["調整", "2026-04-01", "△200", "0"]], sums={"cost": 800, "clicks": 10}),
    ]
    whole = text([head, row]).encode("utf-8")
    made.append(Download("cut.csv", whole + "広".encode()[:2], "google_ads", sums, ("2026-04-01", "2026-04-01")))
    ninth = [["メモ"], *([""] * 7)]
    above = text([*[[str(line[0]) if line else ""] for line in ninth], head, row]).encode("cp932")
    made.append(Download("ninth.csv", above, "google_ads", sums, ("2026-04-01", "2026-04-01"), header=9))
    return made


def downloads() -> list[Download]:
    return [*ads(), *visits(), *odd()]
