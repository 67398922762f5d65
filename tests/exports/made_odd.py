"""What goes wrong with files, each with the numbers that are right or the question that is."""

from __future__ import annotations

import datetime as dt

from tests.exports.made import (
    Download,
    Rows,
    binary_workbook,
    old_workbook,
    open_document,
    parquet,
    text,
    workbook,
    zipped,
)
from tests.exports.made_ads import by_month, google_rows, google_total, spends, summed

HEAD = ["キャンペーン", "日", "費用", "クリック数"]
ROW = ["広告", "2026-04-01", "1000", "10"]
SUMS = {"cost": 1000, "clicks": 10}
DAY = ("2026-04-01", "2026-04-01")


def one(name: str, rows: Rows, **truth: object) -> Download:
    given = {"system": "google_ads", "days": DAY, **truth}
    return Download(name, text([HEAD, *rows]).encode("utf-8"), **given)  # type: ignore[arg-type]


def odd() -> list[Download]:
    return [*numbers(), *dates(), *doubled(), *torn()]


def numbers() -> list[Download]:
    """Numbers as people and systems write them."""

    def cost(name: str, written: str, number: object, **more: object) -> Download:
        return one(name, [["広告", "2026-04-01", written, "10"]], **{"sums": {"cost": number, "clicks": 10}, **more})

    return [
        one("empty_report.csv", [["", "", "0", "0"]], sums={"cost": 0, "clicks": 0}, days=None, left={"no_date": 1}),
        one("no_rows.csv", [], sums={}, days=None),
        one("bounded.csv", [ROW, ["広告", "2026-04-01", "< 10 %", "> 90 %"]], sums=SUMS,
            notes=("import_note_bounded", "import_note_bounded")),
        one("missing.csv", [ROW, ["広告", "2026-04-01", " --", "-"]], sums=SUMS),
        one("wide_digits.csv", [["広告", "２０２６/４/１", "￥１，０００", "１０"]], sums=SUMS, currency="JPY"),
        cost("yen.csv", "¥1,000", 1000, currency="JPY"),
        cost("yen_word.csv", "1,000円", 1000, currency="JPY"),
        cost("dollars.csv", "$1,000.50", "1000.5", currency="USD"),
        cost("comma.csv", "1.234,5", "1234.5"),
        cost("thousands.csv", "1,234", 1234),
        cost("spaces.csv", "1 234,5", "1234.5"),
        cost("point.csv", "1.234", "1.234", questions=("decimal:費用",)),
        one("not_numbers.csv", [ROW, *(["広告", DAY[0], bad, "1"] for bad in ("NaN", "inf", "-Infinity", "1e9"))],
            refused="export_odd_cells"),
        one("formula.csv", [["=cmd|' /C calc'!A0", *ROW[1:]], ["広告", "2026-04-01", "=cmd|' /C calc'!A0", "1"]],
            refused="export_odd_cells"),
        one("control_signs.csv", [["広\x07告\x1b[31m", *ROW[1:]], *([["広告", "2026-04-02", "0", "0"]] * 9)],
            sums=SUMS, days=("2026-04-01", "2026-04-02")),
        one("long_text.csv", [["広" * 32767, "2026-04-01", "1000", "10"]], sums=SUMS),
        one("negative.csv", [ROW, ["調整", "2026-04-01", "△200", "0"], ["調整2", "2026-04-01", "(100)", "0"]],
            sums={"cost": 700, "clicks": 10}),
        one("remark.csv", [ROW, ["出力日時 2026-05-01", "", "", ""]], sums=SUMS, left={"remark": 1}),
        conversions(),
    ]  # fmt: skip


def conversions() -> Download:
    rows = [[*HEAD, "コンバージョン"], [*ROW, "12"]]
    sums = {**SUMS, "conversions": 12}
    note = ("import_note_conversions",)
    return Download("more_conversions.csv", text(rows).encode(), "google_ads", sums, DAY, notes=note)


def dates() -> list[Download]:
    """Days as they are written, and those that nothing decides."""

    def day(name: str, written: str, **more: object) -> Download:
        return one(name, [["広告", written, "1000", "10"]], **{"sums": SUMS, **more})

    def two(name: str, first: str, second: str, **more: object) -> Download:
        return one(name, [["広告", first, "500", "5"], ["広告", second, "500", "5"]], **{"sums": SUMS, **more})

    nothing = {"sums": {"cost": 0}, "days": None}
    return [
        day("kanji.csv", "2026年4月1日"),
        day("era.csv", "令和8年4月1日"),
        day("era_short.csv", "R8.4.1"),
        day("era_sign.csv", "㋿8年4月1日"),
        day("era_first.csv", "令和元年5月1日", days=("2019-05-01", "2019-05-01")),
        day("english.csv", "Apr 1, 2026"),
        day("close.csv", "20260401"),
        day("resaved.csv", "2026-04-01 00:00:00", notes=("import_note_resaved",)),
        day("utc_edge.csv", "2026-03-31T23:30:00Z", days=("2026-03-31", "2026-03-31"), notes=("import_zone",),
            months={"2026-03": SUMS}),
        day("order.csv", "03/04/2026", days=None, questions=("day_order:日",)),
        day("no_order.csv", "04/04/2026", days=("2026-04-04", "2026-04-04")),
        two("decided.csv", "03/04/2026", "25/04/2026", days=("2026-04-03", "2026-04-25")),
        two("decided_us.csv", "03/04/2026", "04/25/2026", days=("2026-03-04", "2026-04-25"),
            months={"2026-03": {"cost": 500}, "2026-04": {"cost": 500}}),
        two("contradicting.csv", "13/01/2026", "01/13/2026", left={"date": 2}, **nothing),
        two("mixed.csv", "2026-04-01", "2026/4/1"),
        two("mixed_open.csv", "2026-04-01", "03/04/2026", days=None, questions=("day_order:日",)),
        day("no_day.csv", "2026-02-30", left={"date": 1}, **nothing),
        day("no_year.csv", "4月1日", days=None, questions=("year:日",)),
        day("number.csv", "4", left={"date": 1}, **nothing),
    ]  # fmt: skip


def doubled() -> list[Download]:
    """Rows that stand there twice: a total decides, else it is asked."""
    total = ["合計: アカウント", "--", "1000", "10"]
    both = ["合計: アカウント", "--", "2000", "20"]
    twice = {"cost": 2000, "clicks": 20}
    group = [[*HEAD[:2], "広告グループ", *HEAD[2:]], *([*ROW[:2], name, *half] for name, half in (
        ("", ROW[2:]), ("甲", ["400", "4"]), ("乙", ["600", "6"])))]  # fmt: skip
    return [
        one("doubled.csv", [ROW, ROW], sums=twice, questions=("doubled",)),
        one("doubled_once.csv", [ROW, ROW, total], sums=SUMS, left={"total": 1, "again": 1}),
        one("doubled_all.csv", [ROW, ROW, both], sums=twice, left={"total": 1}),
        Download("levels.csv", text(group).encode(), "google_ads", SUMS, DAY, {"breakdown": 2}, ("breakdown",)),
    ]


def torn() -> list[Download]:
    """Files that end early, or begin late."""
    whole = text([HEAD, ROW]).encode()
    cut = ("import_note_cut",)
    notes: Rows = [["メモ"], *([[""]] * 3), ["社外秘", "2026年4月分"], *([[""]] * 3)]
    tail = text([["広告", "2026-04-02", "9"]], newline="").encode()
    return [
        Download("cut_letter.csv", whole + "広".encode()[:2], "google_ads", SUMS, DAY, notes=cut),
        Download("cut_letter_cp932.csv", whole.decode().encode("cp932") + "広".encode("cp932")[:1], "google_ads", SUMS,
                 DAY, notes=cut),
        Download("cut_quote.csv", whole + '広告,2026-04-02,"9,'.encode(), "google_ads", SUMS, DAY, notes=cut),
        Download("cut_row.csv", whole + tail, "google_ads", SUMS, DAY, {"cut": 1}),
        Download("no_last_break.csv", whole.rstrip(), "google_ads", SUMS, DAY),
        Download("ninth.csv", text([*notes, HEAD, ROW]).encode("cp932"), "google_ads", SUMS, DAY, header=9),
        Download("ninth.xlsx", workbook([*notes, HEAD, ROW], "四月"), "google_ads", SUMS, DAY, header=9),
    ]  # fmt: skip


def formats() -> list[Download]:
    """The same report in every kind of file: text in cells, and numbers and days as a spreadsheet keeps them."""
    rows = spends(dt.date(2026, 4, 29), 4, "展示会", "①㈱髙")
    words = [[*HEAD, "表示回数", "コンバージョン"]]
    words += [[a, b, c, e, d, f] for a, b, c, d, e, f in google_rows(rows)]
    a, b, c, d, e, f = google_total("合計: アカウント", rows)
    words.append([a, b, c, e, d, f])
    typed: list[list[object]] = [words[0]]
    typed += [[x.campaign, str(x.day), float(x.cost), x.clicks, x.impressions, x.conversions] for x in rows]
    dated = [typed[0], *([row[0], dt.datetime(2026, 4, 29) + dt.timedelta(k // 2), *row[2:]] for k, row in
                         enumerate(typed[1:]))]  # fmt: skip
    truth = {
        "system": "google_ads",
        "sums": summed(rows),
        "months": by_month(rows),
        "days": ("2026-04-29", "2026-05-02"),
    }
    total = {"left": {"total": 1}}
    return [
        Download("kind.txt", text(words, "\t").encode("cp932"), **truth, **total),
        Download("kind.xlsx", workbook(words, "日別"), **truth, **total),
        Download("kind_typed.xlsx", workbook(dated, "日別", 説明=[["このシートは説明です"]]), **truth),
        Download("kind.xls", old_workbook(words, "日別"), **truth, **total),
        Download("kind_typed.xls", old_workbook(typed, "日別"), **truth),
        Download("kind.xlsb", binary_workbook(words, "日別"), **truth, **total),
        Download("kind_typed.xlsb", binary_workbook(typed, "日別"), **truth),
        Download("kind.ods", open_document(words, "日別"), **truth, **total),
        Download("kind_typed.ods", open_document(typed, "日別"), **truth),
        Download("kind.parquet", parquet(dated), **truth),
        Download("kind.zip", zipped({"a/kind.csv": text(words).encode("cp932")}), **truth, **total),
        Download("csv_called.xls", text(words, "\t").encode("utf-16"), **truth, **total),
    ]
