"""A plan with something typed on 連携, ブランド・信頼 and the pages of records beside them."""

from __future__ import annotations

import datetime as dt

from tests.sheets.plans import in_the_year
from xl_kpi.plan.model import Plan

LIMITS = {
    "handover_rate_alert": 0.35, "handover_days_alert": 9, "feedback_alert": 3, "acted_alert": 0.5,
    "brand_own": "青空", "brand_rival1": "山川", "answer_days": 2, "awareness_alert": 0.3, "nps_alert": 10.0,
    "satisfaction_alert": 3.5, "review_alert": 4.0,
}  # fmt: skip


def day(month: int, day_: int) -> dt.date:
    return dt.date(2026, month, day_)


def rows(columns: str, *lines: tuple) -> dict[str, dict]:
    """Rows r1, r2 … with these columns; None is blank."""
    names = columns.split()
    return {
        f"r{number}": {name: value for name, value in zip(names, line, strict=True) if value is not None}
        for number, line in enumerate(lines, 1)
    }


TABLES = {
    "tbl_handover": rows("month days", (day(4, 1), 7.5), (day(5, 1), 10), (day(6, 1), 9), (day(6, 1), 12)),
    "tbl_meetings": rows(
        "on topic state marketing sales",
        (day(4, 6), "定例", "held", 3, 2), (day(4, 20), "定例", "cancelled", None, None),
        (day(5, 11), "定例", "held", 2, None), (day(6, 8), "MQLの定義", "planned", None, None),
        (None, "未定", "planned", 1, 1),
    ),
    "tbl_feedback": rows(
        "on by about said concrete acted",
        (day(4, 3), "田中", "展示会のリード", "役職が低い", "yes", "yes"),
        (day(4, 30), "佐藤", "広告", "もっと良いリードを", "no", "no"),
        (day(6, 2), "田中", "ウェビナー", "質問が具体的だった", "yes", "no"),
        (day(6, 3), "鈴木", "資料請求", "予算の時期を聞いてほしい", None, None),
    ),
    "tbl_surveys": rows(
        "on target answers own rival1 rival2",
        (dt.date(2025, 10, 1), "製造業", 200, 60, 90, 40), (day(4, 10), "製造業", 150, 51, 70, 30),
        (day(4, 10), "IT", 100, 30, 20, None), (day(6, 10), "製造業", 180, 50, 80, 36),
    ),
    "tbl_searches": rows("month count", (day(4, 1), 1200), (day(5, 1), 1350), (day(5, 1), 150), (day(6, 1), 1300)),
    "tbl_reviews": rows(
        "on site score count",
        (day(4, 30), "A", 4.2, 30), (day(4, 30), "B", 3.6, 10), (day(5, 31), "A", 4.1, 32),
        (day(5, 31), "B", 3.5, None), (day(6, 30), "A", 3.9, 35),
    ),
    "tbl_mentions": rows(
        "on place kind tone said owner answered_on link",
        (day(4, 2), "業界新聞", "media", "positive", "導入事例", "広報", None, "https://example.com/1"),
        (day(5, 7), "X", "sns", "negative", "サポートが遅い", "広報", day(5, 8), None),
        (day(6, 1), "X", "sns", "negative", "料金が分かりにくい", "広報", None, None),
        (day(6, 11), "ブログ", "other", "neutral", "比較記事", None, None, None),
        (day(6, 12), "X", "sns", "negative", "つながらない", None, None, None),
    ),
    "tbl_answers": rows(
        "on segment nps satisfaction",
        (day(4, 5), "大企業", 10, 5), (day(4, 5), "大企業", 9, 4), (day(4, 6), "中小", 8, 4), (day(4, 7), "中小", 3, 2),
        (day(6, 5), "大企業", 6, 3), (day(6, 5), "中小", 9, None), (day(6, 6), "中小", 0, 2), (None, None, 7, 5),
    ),
}  # fmt: skip


def with_relations(lang: str) -> Plan:
    """The year with four months of actuals, and both pages."""
    settings = {"page_alignment": "on", "page_brand": "on", **LIMITS}
    return in_the_year(lang).with_(settings=settings, tables=TABLES)
