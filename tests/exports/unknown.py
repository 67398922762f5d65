"""Tables of systems that the catalog does not know, with words as their exports have them and invented figures.

What is in a row hangs together as it does in life: clicks are some of the impressions, dates of one lead follow each
other.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.exports.downloads import text

Row = Mapping[str, str]
ROWS = 40


@dataclass(frozen=True)
class Unknown:
    """A table: its name, above its header, its header, the roles that are right ("" for columns of no use), its rows.

    ``roles``: several that are right are separated by ``|``.
    """

    name: str
    header: tuple[str, ...]
    roles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    above: tuple[tuple[str, ...], ...] = ()

    @property
    def data(self) -> bytes:
        return text([*self.above, self.header, *self.rows]).encode("utf-8-sig")

    def renamed(self, words: Sequence[str]) -> Unknown:
        return Unknown(self.name, tuple(words), self.roles, self.rows, self.above)


def ads(seed: int, rows: int = ROWS, yen: bool = True) -> list[Row]:
    """Rows of an ad manager, one a day and campaign."""
    draw = random.Random(seed)
    names = (
        ["ブランド_検索", "リタゲ", "新規_ホワイトペーパー", "展示会2026"]
        if yen
        else ["Brand", "Retargeting", "WP new"]
    )
    found = []
    for k in range(rows):
        day = dt.date(2026, 4, 1) + dt.timedelta(days=k // len(names))
        shown = draw.randint(800, 40000)
        clicks = max(1, int(shown * draw.uniform(0.002, 0.03)))
        won = min(clicks, int(clicks * draw.uniform(0, 0.08)))
        cost = clicks * (draw.randint(60, 480) if yen else round(draw.uniform(0.8, 6), 2))
        money = (lambda number: f"{number:.0f}") if yen else (lambda number: f"{number:.2f}")
        number = k % len(names)
        found.append(
            {
                "day": f"{day:%Y-%m-%d}",
                "slash": f"{day:%Y/%m/%d}",
                "us": f"{day.month}/{day.day}/{day.year}",
                "jp": f"{day.year}年{day.month}月{day.day}日",
                "close": f"{day:%Y%m%d}",
                "month": f"{day:%Y-%m}",
                "hour": f"{day:%Y-%m-%d} 00:00",
                "end": f"{day:%Y-%m-%d}",
                "campaign": names[number],
                "campaign_id": str(120090100 + number * 7),
                "account": "株式会社サンプル",
                "account_id": "18ce54",
                "group": f"{names[number]}_G{k % 2 + 1}",
                "group_id": str(55001 + number * 11),
                "ad": f"バナー{k % 5 + 1}" if yen else f"Banner {k % 5 + 1}",
                "ad_id": str(7700100 + k % 5),
                "shown": str(shown),
                "shown,": f"{shown:,}",
                "clicks": str(clicks),
                "won": str(won),
                "cost": money(cost),
                "cost,": f"{cost:,.0f}" if yen else f"{cost:,.2f}",
                "yen": f"¥{cost:,.0f}",
                "ctr": f"{clicks / shown:.2%}",
                "ctr1": f"{clicks / shown:.6f}",
                "cvr": f"{won / clicks:.2%}",
                "cpc": f"{cost / clicks:.2f}",
                "cpm": f"{cost / shown * 1000:.2f}",
                "cpa": f"{cost / won:.2f}" if won else "-",
                "value": money(won * (30000 if yen else 210)),
                "reach": str(int(shown * 0.7)),
                "freq": f"{1 / 0.7:.2f}",
                "views": str(int(shown * draw.uniform(0.1, 0.4))),
                "link": str(max(1, int(clicks * 0.8))),
                "likes": str(draw.randint(0, 30)),
                "status": "配信中" if yen else "Active",
                "currency": "JPY" if yen else "USD",
                "device": draw.choice(["PC", "スマートフォン"] if yen else ["Mobile", "Desktop"]),
                "budget": "50000" if yen else "500",
                "through": str(draw.randint(0, 9)),
                "keyword": draw.choice(["btob マーケティング", "kpi 設計", "ma ツール"]),
                "match": draw.choice(["完全一致", "部分一致"]),
                "match_en": draw.choice(["Exact", "Phrase", "Broad"]),
                "score": str(draw.randint(3, 10)),
                "placement": draw.choice(["Feed", "Stories"]),
                "memo": draw.choice(["", "", "要確認"]),
                "network": draw.choice(["Microsoft sites and select traffic", "Syndicated search partners"]),
            }
        )
    return found


def visits(seed: int, rows: int = ROWS) -> list[Row]:
    """Rows of web analytics, one a day and source."""
    draw = random.Random(seed)
    sources = [
        ("google / organic", "Organic Search"),
        ("google / cpc", "Paid Search"),
        ("(direct) / (none)", "Direct"),
        ("facebook / social", "Organic Social"),
        ("partner.example / referral", "Referral"),
    ]
    found = []
    for k in range(rows):
        day = dt.date(2026, 4, 1) + dt.timedelta(days=k // len(sources))
        pair = sources[k % len(sources)]
        sessions = draw.randint(40, 2500)
        users = int(sessions * draw.uniform(0.6, 0.9))
        engaged = int(sessions * draw.uniform(0.4, 0.7))
        views = int(sessions * draw.uniform(1.5, 4))
        goals = int(sessions * draw.uniform(0, 0.04))
        found.append(
            {
                "day": f"{day:%Y-%m-%d}",
                "named": f"{day:%B} {day.day}, {day.year}",
                "slash": f"{day:%Y/%m/%d}",
                "source": pair[0],
                "channel": pair[1],
                "sessions": str(sessions),
                "users": str(users),
                "new": str(int(users * 0.6)),
                "engaged": str(engaged),
                "rate": f"{engaged / sessions:.4f}",
                "bounce": f"{1 - engaged / sessions:.1%}",
                "views": str(views),
                "goals": str(goals),
                "cvr": f"{goals / sessions:.2%}",
                "time": f"00:0{draw.randint(0, 4)}:{draw.randint(10, 59)}",
                "seconds": str(draw.randint(20, 300)),
                "actions": str(views + draw.randint(0, 500)),
                "page": draw.choice(["/", "/blog/kpi", "/lp/wp01", "/contact"]),
                "per": f"{views / sessions:.2f}",
                "downloads": str(draw.randint(0, 20)),
                "entrances": str(sessions - draw.randint(0, 20)),
                "query": draw.choice(["kpi 設計", "リード獲得", "ma 比較"]),
                "shown": str(sessions * draw.randint(15, 40)),
                "position": f"{draw.uniform(1, 40):.1f}",
                "revenue": str(goals * 12000),
            }
        )
    return found


_LAST = ["佐藤", "鈴木", "高橋", "田中", "伊藤", "渡辺", "山本"]
_FIRST = ["健", "美咲", "翔太", "由美", "大輔", "さくら"]
_FIRMS = [
    "株式会社アルファ",
    "ベータ工業株式会社",
    "（株）ガンマ商事",
    "合同会社デルタ",
    "イプシロン株式会社",
    "Zeta Inc.",
]


def leads(seed: int, rows: int = ROWS) -> list[Row]:
    """Rows of a list of leads or deals, one a person or deal."""
    draw = random.Random(seed)
    found = []
    for k in range(rows):
        created = dt.datetime(2026, 1, 5, 9) + dt.timedelta(days=draw.randint(0, 120), minutes=draw.randint(0, 500))
        steps = []
        at = created
        for days, chance in ((10, 0.7), (12, 0.6), (15, 0.6), (40, 0.4)):
            at = at + dt.timedelta(days=draw.randint(0, days))
            steps.append(at if draw.random() < chance and (not steps or steps[-1]) else None)
        reached = sum(1 for one in steps if one)
        lost = reached >= 2 and not steps[3] and draw.random() < 0.5
        stage = "失注" if lost else ["リード", "MQL", "SQL", "商談", "受注"][reached]
        stage_en = "Closed Lost" if lost else ["Lead", "MQL", "SQL", "Opportunity", "Closed Won"][reached]
        last, first = draw.choice(_LAST), draw.choice(_FIRST)

        def shown(when: dt.datetime | None, pattern: str = "%Y/%m/%d") -> str:
            return when.strftime(pattern) if when else ""

        amount = str(draw.randint(3, 60) * 100000) if reached >= 2 else ""
        found.append(
            {
                "id": f"L-{10001 + k}",
                "long": f"00Q5g00000{k:05d}AAA",
                "number": str(k + 1),
                "name": f"{last} {first}",
                "name_en": draw.choice(["John Smith", "Ann Lee", "Ken Sato"]),
                "last": last,
                "first": first,
                "company": draw.choice(_FIRMS),
                "email": f"user{k}@example{k % 7}.co.jp",
                "phone": f"03-1234-{1000 + k}",
                "dept": draw.choice(["営業部", "マーケティング部", "情報システム部"]),
                "title": draw.choice(["部長", "課長", "主任", "担当"]),
                "title_en": draw.choice(["Manager", "Director", "VP Marketing"]),
                "industry": draw.choice(["製造業", "IT・通信", "小売業", "金融"]),
                "pref": draw.choice(["東京都", "大阪府", "愛知県"]),
                "heads": draw.choice(["1〜49名", "50〜99名", "100〜299名", "300名以上"]),
                "heads_n": str(draw.choice([30, 120, 500, 2000])),
                "source": draw.choice(["展示会", "Web問い合わせ", "ウェビナー", "資料請求", "紹介"]),
                "source_en": draw.choice(["Trade Show", "Web", "Webinar", "Referral"]),
                "campaign": draw.choice(["2026春展示会", "WP_KPI入門"]),
                "stage": stage,
                "stage_en": stage_en,
                "status": draw.choice(["未対応", "対応中", "対応済み"]),
                "created": shown(created),
                "created_t": shown(created, "%Y-%m-%d %H:%M:%S"),
                "created_us": shown(created, "%m/%d/%Y"),
                "created_jp": shown(created, "%Y年%m月%d日"),
                "mql": shown(steps[0]),
                "sql": shown(steps[1]),
                "opp": shown(steps[2]),
                "won": shown(steps[3]),
                "updated": shown(created + dt.timedelta(days=150), "%Y-%m-%d %H:%M"),
                "close": shown(created + dt.timedelta(days=180)),
                "amount": amount,
                "amount,": f"¥{int(amount):,}" if amount else "",
                "lost": draw.choice(["価格", "競合に決定", "時期尚早", "予算なし"]) if lost else "",
                "lost_en": draw.choice(["Price", "Competitor", "No budget"]) if lost else "",
                "owner": draw.choice(["田村", "小川", "森"]),
                "score": str(draw.randint(0, 100)),
                "budget": draw.choice(["500万円以上", "100万円未満", "未定"]),
                "authority": draw.choice(["決裁者", "推進者", "情報収集"]),
                "when": draw.choice(["3ヶ月以内", "半年以内", "未定"]),
                "need": draw.choice(["業務効率化", "リード獲得", ""]),
                "probability": f"{draw.choice([10, 30, 50, 80])}%",
                "product": draw.choice(["プランA", "プランB"]),
                "memo": draw.choice(["", "折り返し希望", "資料送付済み"]),
                "opt": draw.choice(["TRUE", "FALSE"]),
                "url": f"https://example.co.jp/{k}",
                "zip": f"100-00{k:02d}",
                "attended": draw.choice(["参加", "欠席"]),
                "attended_en": draw.choice(["Yes", "No"]),
                "minutes": str(draw.randint(1, 60)),
                "deal": f"{draw.choice(_FIRMS)}様 新規導入",
                "won_flag": "1" if steps[3] else "0",
                "age": str(draw.randint(1, 90)),
                "utm": draw.choice(["google", "facebook", "newsletter"]),
                "medium": draw.choice(["cpc", "organic", "email"]),
            }
        )
    return found


_MAKERS = {"ads": ads, "visits": visits, "leads": leads}


def tables_of(file: str) -> list[Unknown]:
    """The tables of a list of headers beside this module."""
    found: list[tuple[list[str], list[list[str]], list[list[str]]]] = []
    for line in (Path(__file__).parent / file).read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        first, *rest = line.split("\t")
        if not first:
            found.append((rest, [], []))
        elif first == "above":
            found[-1][1].append(rest)
        else:
            found[-1][2].append([first, *rest])
    return [_table(*one) for one in found]


def _table(about: Sequence[str], above: Sequence[Sequence[str]], columns: Sequence[Sequence[str]]) -> Unknown:
    name, maker, seed, lang = about
    rows = ads(int(seed), yen=lang == "ja") if maker == "ads" else _MAKERS[maker](int(seed))
    headers, roles, keys = zip(*columns, strict=True)
    return Unknown(
        name, headers, roles, tuple(tuple(row[key] for key in keys) for row in rows), tuple(map(tuple, above))
    )


def unknown_tables() -> list[Unknown]:
    return tables_of("unknown_headers.tsv")


def met_tables() -> list[Unknown]:
    return tables_of("met_headers.tsv")


EXTRA: tuple[tuple[str, Callable[[int], str]], ...] = (
    ("甲乙区分X", lambda k: ["確認済", "", "要相談"][k % 3]),
    ("zz_ref", lambda k: f"Q{k * 37 % 1000:04d}x"),
    ("その他", lambda k: ["甲", "乙", "丙", "丁"][k % 4]),
)


def mixed(one: Unknown, seed: int) -> Unknown:
    """The same table with three columns of no use, its columns shuffled."""
    header = [*one.header, *(word for word, _ in EXTRA)]
    roles = [*one.roles, *([""] * len(EXTRA))]
    rows = [[*row, *(make(k) for _, make in EXTRA)] for k, row in enumerate(one.rows)]
    order = list(range(len(header)))
    random.Random(seed).shuffle(order)
    return Unknown(
        one.name,
        tuple(header[k] for k in order),
        tuple(roles[k] for k in order),
        tuple(tuple(row[k] for k in order) for row in rows),
        one.above,
    )
