"""Lists with a row for each person, deal or record, in the shapes that exports.md lists; all names are invented."""

from __future__ import annotations

from tests.exports.made import Download, Rows, text, workbook

ZOOM = [
    "Attended", "User Name (Original Name)", "Email", "Registration Time", "Approval Status", "Join Time", "Leave Time",
    "Time in Session (minutes)", "Is Guest", "Country/Region Name",
]  # fmt: skip


def people() -> list[Download]:
    """Lists that count persons, deals or records."""
    return [*hubspot(), *salesforce(), *pardot(), *cards(), *japanese_tools(), *zoom()]


def hubspot() -> list[Download]:
    """Contacts with a date for each stage, deals with stages by label or by internal name."""
    contacts: Rows = [
        ["Record ID", "Email", "Lifecycle Stage", "Create Date", "Original Source", "Became a Lead Date",
         "Became a Marketing Qualified Lead Date", "Associated Company IDs"],
        ["101", "a@example.com", "Lead", "2026-03-31 23:50", "Organic Search", "2026-03-31 23:50", "", "9001;9999"],
        ["102", "b@example.com", "Marketing Qualified Lead", "3/15/2026 2:30 PM", "Paid Search", "3/15/2026 2:30 PM",
         "4/1/2026 9:05 AM", "9002"],
        ["103", "c@example.com", "Customer", "2026-02-01 09:14", "Offline Sources", "2026-02-03 10:00",
         "2026-02-02 10:00", ""],
    ]  # fmt: skip
    japanese: Rows = [
        ["Eメール", "ライフサイクルステージ", "リードステータス", "コンタクト担当者", "作成日"],
        ["a@example.com", "リード", "新規", "田中", "2026-04-01 09:00"],
        ["b@example.com", "MQL", "対応中", "髙橋", "2026-04-02 09:00"],
    ]
    deals: Rows = [
        ["Record ID", "Deal Name", "Deal Stage", "Amount", "Close Date", "Create Date"],
        ["1", "A社 導入", "closedwon", "1,200,000.00", "2026-06-30 12:00", "2026-04-01 09:14"],
        ["2", "B社 導入", "Contract Sent", "", "2026-07-31 12:00", "2026-04-11 09:14"],
        ["3", "C社 導入", "closedlost", "300000", "", "2026-05-01 00:00"],
    ]
    japanese_deals: Rows = [
        ["取引名", "取引ステージ", "パイプライン", "クローズ日", "合計売上"],
        ["A社 導入", "契約済み", "新規", "2026-06-30", "￥1,200,000"],
    ]
    note = ("import_zone_account",)
    return [
        Download("hubspot_contacts.csv", text(contacts).encode(), "hubspot_contact", persons=3, notes=note),
        Download("hubspot_contacts.xlsx", workbook(contacts, "contacts"), "hubspot_contact", persons=3, notes=note),
        Download("hubspot_contacts_ja.csv", text(japanese).encode("utf-8-sig"), "hubspot_contact", persons=2,
                 notes=note),
        Download("hubspot_deals.csv", text(deals).encode(), "hubspot_deal", {"amount": 1_500_000}, persons=3,
                 notes=note),
        Download("hubspot_deals_ja.csv", text(japanese_deals).encode(), "hubspot_deal", {"amount": 1_200_000},
                 persons=1, notes=note, currency="JPY"),
    ]  # fmt: skip


def salesforce() -> list[Download]:
    """Reports: the space in 商談 所有者, remarks below the data, a total that says how many."""
    leads: Rows = [
        ["会社名", "リード状況", "リードソース", "作成日", "取引開始済み", "取引開始日"],
        ["㈱髙野製作所", "対応中", "展示会", "2026/04/01", "0", ""],
        ["例示商事", "商談化", "Web", "2026/04/02", "1", "2026/04/20"],
        [],
        ["リードレポート", "", "", "", "", ""],
        ["Copyright (c) example", "", "", "", "", ""],
    ]
    english: Rows = [
        ["Company / Account", "Lead Status", "Lead Source", "Create Date", "Lead Owner", "Converted"],
        ["Example KK", "Working", "Web", "4/13/2026", "Tanaka", "0"],
    ]
    deals: Rows = [
        [
            "商談名",
            "金額",
            "完了予定日",
            "フェーズ",
            "確度",
            "商談 所有者",
            "商談 所有者: 部署",
            "取引先名",
            "失注理由",
        ],
        ["A社", "JPY 1,200,000", "2026/06/30", "受注", "100", "田中", "営業1", "㈱エー", ""],
        ["B社", "JPY 800,000", "2026/07/31", "提案", "50", "髙橋", "営業2", "㈱ビー", ""],
        ["合計", "JPY 2,000,000", "", "", "", "", "", "", ""],
    ]  # fmt: skip
    english_deals: Rows = [
        ["Opportunity Name", "Stage", "Close Date", "Lead Source", "Opportunity Owner"],
        ["A", "Closed Won", "6/30/2026", "Web", "Tanaka"],
        ["B", "Prospecting", "7/31/2026", "Event", "Sato"],
    ]
    return [
        Download("salesforce_leads.csv", text(leads).encode("cp932"), "salesforce_lead", persons=2),
        Download("salesforce_leads_en.csv", text(english).encode(), "salesforce_lead", persons=1),
        Download("salesforce_deals.csv", text(deals).encode("cp932"), "salesforce_opportunity", {"amount": 2_000_000},
                 persons=2, left={"total": 1}, currency="JPY"),
        Download("salesforce_deals_en.csv", text(english_deals, "\t").encode("utf-16"), "salesforce_opportunity",
                 persons=2),
    ]  # fmt: skip


def pardot() -> list[Download]:
    rows: Rows = [
        ["First Name", "Last Name", "Company", "Email", "Score", "Grade", "Source", "Created Date"],
        ["Taro", "Rei", "Example KK", "a@example.com", "120", "B+", "Webinar", "2026-03-31 16:30:00"],
        ["Hanako", "Rei", "Example KK", "b@example.com", "15", "", "Web", "2026-04-01 08:30:00"],
    ]
    note = ("import_zone_user",)
    return [Download("pardot.csv", text(rows).encode("utf-8-sig"), "pardot", persons=2, notes=note)]


def cards() -> list[Download]:
    """Business cards: lines of free text first, a column for each tag at the end."""
    eight: Rows = [
        ["Eight ダウンロードデータ"],
        ["出力日 2026/05/01"],
        *[[f"※注意書き その{k}"] for k in range(1, 7)],
        ["会社名", "氏名", "e-mail", "名刺交換日", "Eightでつながっている人", "展示会", "重要"],
        ["㈱髙見", "例 太郎", "a@example.com", "2026/04/09", "1", "1", ""],
        ["ﾚｲ商会", "例 次郎", "b@example.com", "2026/04/10", "", "", "1"],
    ]
    sansan: Rows = [
        ["会社名", "氏名[姓]", "氏名[名]", "名刺所有者ユーザID", "名刺交換日"],
        ["㈱髙見", "例", "太郎", "u1", "2026/04/09"],
        ["ﾚｲ商会", "例", "次郎", "u2", "2026/04/10"],
        ["例示㈱", "例", "三郎", "u2", "2026/04/10"],
    ]
    return [
        Download("eight.csv", text(eight).encode("cp932"), "eight", persons=2, header=9, encoding="cp932"),
        Download("sansan.csv", text(sansan).encode("cp932"), "sansan", persons=3, encoding="cp932"),
    ]


def japanese_tools() -> list[Download]:
    """BowNow, SATORI, kintone."""
    bownow: Rows = [
        ["検索条件: ステータス=すべて"],
        ["期間: 2026/04/01 - 2026/04/30"],
        ["会社・組織名", "ステータス", "セッション数", "PV数", "CV数"],
        ["㈱髙見", "新規", "3", "12", "1"],
        ["ﾚｲ商会", "ホット", "10", "1,040", "2"],
    ]
    truth = {
        "system": "bownow",
        "sums": {"sessions": 13, "page_views": 1052, "conversions": 3},
        "persons": 2,
        "header": 3,
        "days": ("2026-04-01", "2026-04-30"),
    }
    satori: Rows = [
        ["email", "company_name", "tags", "created_at"],
        ["a@example.com", "㈱髙見", "展示会,2026春,資料請求", "2026-04-01 10:00:00"],
    ]
    kintone: Rows = [
        ["レコードの開始行", "レコード番号", "作成日時", "ステータス", "明細"],
        ["*", "1", "2026/04/01 10:00", "対応中", "見積"],
        ["", "", "", "", "訪問"],
        ["", "1", "2026/04/01 10:00", "対応中", "電話"],
        ["*", "2", "2026/04/02 10:00", "完了", "見積"],
    ]
    return [
        Download("bownow.csv", text(bownow).encode("cp932"), encoding="cp932", **truth),
        Download("bownow_utf8.csv", text(bownow).encode(), **truth),
        Download("satori.csv", text(satori).encode("cp932"), "satori", persons=1),
        Download("kintone.csv", text(kintone).encode("cp932"), "kintone", persons=2, left={"continued": 2}),
    ]


def zoom() -> list[Download]:
    """Blocks for host, panelists and attendees with the same header; somebody who joins again has another row."""

    def row(attended: str, name: str, email: str, joined: str, minutes: str) -> list[str]:
        left = "09/24/2026 08:30:00 PM" if joined != "--" else "--"
        return [attended, name, email, "09/01/2026 10:00:00 AM", "approved", joined, left, minutes, "Yes", "Japan"]

    top: Rows = [
        ["Attendee Report"],
        ["Topic", "Webinar ID", "Actual Start Time", "Actual Duration (minutes)", "# Registered"],
        ["KPI入門", "812 3456 7890", "09/24/2026 07:00:00 PM", "90", "4"],
        ["Host Details"],
        ZOOM,
        *[row("Yes", f"司会 {k}", f"host{k}@example.com", "09/24/2026 06:50:00 PM", "95") for k in range(4)],
        ["Panelist Details"],
        ZOOM,
        *[row("Yes", f"登壇 {k}", f"panel{k}@example.com", "09/24/2026 06:55:00 PM", "90") for k in range(9)],
        ["Attendee Details"],
        ZOOM,
    ]
    attendees = [
        row("Yes", "例 太郎", "a@example.com", "09/24/2026 07:00:00 PM", "20"),
        row("Yes", "taro (例 太郎)", "A@example.com", "09/24/2026 07:40:00 PM", "45"),
        row("No", "例 次郎", "b@example.com", "--", "--"),
        row("Yes", "電話の方", "", "09/24/2026 07:10:00 PM", "30"),
    ]
    truth = {"system": "zoom_webinar", "persons": 3, "left": {"again": 1}, "sums": {"minutes": 20 + 45 + 30}}
    data = text([*top, *attendees]).encode("utf-8-sig")
    plain = text([ZOOM, *attendees]).encode()
    return [
        Download("zoom.csv", data, header=22, **truth),
        Download("zoom_attendees_only.csv", plain, **truth),
    ]
