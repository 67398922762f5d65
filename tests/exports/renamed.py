"""What users call the columns of downloads that they have renamed: for each role some words of ours, in both languages.

The roles are those of the known systems.  Whoever wrote them had seen the words of the catalog: the honest figures are
those of ``met_headers.tsv``.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.exports.downloads import downloads
from tests.exports.unknown import ROWS, Unknown, ads, leads, visits
from xl_kpi.catalog.exports import systems
from xl_kpi.exchange.exports.export import read_export
from xl_kpi.exchange.exports.files import files_in

WORDS = {
    "date": ["計測日", "Report date", "年月日"],
    "month": ["対象年月", "Month (YYYY-MM)", "月度"],
    "month_of_year": ["月"],
    "week": ["週次", "Week of"],
    "period_start": ["集計開始日", "From (start date)"],
    "period_end": ["集計終了日", "To (end date)"],
    "campaign": ["施策名称", "Campaign title", "キャンペーン名(社内)"],
    "campaign_id": ["キャンペーンNo(ID)", "campaignId"],
    "campaign_group": ["キャンペーングループ", "Campaign group"],
    "ad_group": ["広告グループ名称", "Adgroup"],
    "ad_set": ["広告セット", "Ad set"],
    "ad": ["クリエイティブ", "Creative"],
    "account": ["アカウント名称", "Client account"],
    "currency": ["通貨単位", "Currency (ISO)"],
    "status": ["配信ステータス", "State / status"],
    "cost": ["広告費用", "Ad spend", "かかった金額"],
    "impressions": ["Imp数", "広告の表示回数", "Impr count"],
    "clicks": ["CL", "Click count", "広告クリック"],
    "link_clicks": ["リンクのクリック件数", "Clicks on link"],
    "clicks_all": ["クリック数（全て）", "All clicks"],
    "conversions": ["獲得件数", "CV件数", "Conv count"],
    "all_conversions": ["総CV数", "All conv."],
    "conversion_value": ["CV金額", "Conv value"],
    "leads": ["リード獲得件数", "Leads (count)"],
    "reach": ["リーチ人数", "Unique reach"],
    "frequency": ["接触頻度", "Avg frequency"],
    "results": ["結果の件数", "Result count (results)"],
    "result_kind": ["結果の種類", "Result type"],
    "ctr": ["クリックレート(CTR)", "CTR %"],
    "cvr": ["CV転換率", "Conv rate"],
    "cpa": ["CV獲得単価", "Cost / conv (CPA)"],
    "cpc": ["クリック単価(円)", "Avg cost per click"],
    "cpm": ["CPM単価", "CPM (avg)"],
    "cost_per_result": ["結果1件の単価", "Cost per result"],
    "placement": ["配信面", "Ad placement"],
    "platform": ["媒体プラットフォーム", "Publisher platform"],
    "keyword": ["検索キーワード", "Search keyword"],
    "match_type": ["マッチ種別", "Match type name"],
    "channel": ["流入チャネル", "Channel name"],
    "first_user_channel": ["最初のチャネル", "First channel"],
    "source_medium": ["参照元・メディア", "Source/medium"],
    "first_source_medium": ["最初の参照元", "First source"],
    "sessions": ["訪問セッション", "Visit count"],
    "engaged_sessions": ["エンゲージ有セッション", "Engaged visits"],
    "engagement_rate": ["エンゲージ率", "Engaged rate"],
    "engagement_time": ["平均の滞在時間", "Avg. session duration"],
    "event_count": ["イベント発生数", "Number of events"],
    "key_events": ["目標達成件数", "Goal count"],
    "revenue": ["売上収益", "Revenue total"],
    "active_users": ["アクティブ人数", "Active user count"],
    "total_users": ["ユーザー合計", "All users"],
    "views": ["閲覧回数", "Views count"],
    "page_views": ["ページ閲覧数", "PVs"],
    "landing_page": ["LP", "Landing page URL"],
    "page": ["ページのパス", "Page URL"],
    "id": ["管理番号", "Lead ID"],
    "email": ["メアド(メール)", "Mail address"],
    "stage": ["現在のフェーズ", "Sales stage"],
    "lead_status": ["リードの状況", "Status of lead"],
    "created": ["リード獲得日", "Created on", "登録日"],
    "source": ["獲得経路", "Lead origin source", "リードの発生元"],
    "owner": ["営業担当者", "Sales owner"],
    "became_subscriber": ["メルマガ登録日", "Subscriber date"],
    "became_lead": ["リード化日", "Lead date"],
    "became_mql": ["MQL到達日", "Date of MQL"],
    "became_sql": ["SQL認定日", "Date of SQL"],
    "became_opportunity": ["商談化の日", "Opportunity date"],
    "became_customer": ["成約した日", "Customer since date"],
    "company_ids": ["会社ID", "Company IDs"],
    "name": ["お客様氏名", "Full name", "案件名称"],
    "amount": ["商談金額", "Deal amount"],
    "close": ["クローズ予定日", "Expected close date"],
    "stage_entered": ["ステージ変更日", "Stage date"],
    "pipeline": ["パイプライン名", "Pipeline name"],
    "company": ["お客様企業名", "Company (legal name)"],
    "converted": ["商談化フラグ", "Is converted"],
    "converted_date": ["取引開始の日", "Converted date"],
    "probability": ["受注確度(%)", "Win probability"],
    "owner_dept": ["担当部署", "Owner department"],
    "loss_reason": ["失注した理由", "Reason lost"],
    "forecast_category": ["売上予測の区分", "Forecast type"],
    "age": ["商談の経過日数", "Age (days)"],
    "last_name": ["苗字", "Family name"],
    "first_name": ["下の名前", "Given name"],
    "met_date": ["名刺をもらった日", "Met date"],
    "connected": ["Eightつながり", "Connected"],
    "record_start": ["レコード開始行", "レコードの開始行"],
    "record_no": ["レコード番号(自動)", "Record number"],
    "updated": ["最終更新日時", "Last updated"],
    "tags": ["付与タグ", "Tag list"],
    "attended": ["出席状況", "Attendance"],
    "registered_at": ["申込日時", "Registered at"],
    "approval": ["承認状況", "Approval"],
    "joined_at": ["入室時刻", "Joined"],
    "left_at": ["退室時刻", "Left at"],
    "minutes": ["視聴時間(分)", "Minutes watched"],
    "guest": ["ゲスト参加", "Guest?"],
    "country": ["国名", "Country name"],
    "topic": ["セミナー名", "Event topic"],
    "webinar_id": ["ウェビナーID", "Webinar ID no."],
    "started_at": ["開始日時", "Start time"],
    "duration": ["開催時間", "Duration min"],
    "score": ["スコア合計", "Lead score"],
    "grade": ["グレード評価", "Grade letter"],
    "last_activity": ["最終アクティビティ", "Last active"],
}

# What stands in a column of a role, of the rows that ``unknown`` makes.
_ADS = {
    "date": "slash", "month": "month", "period_start": "day", "period_end": "end", "campaign": "campaign",
    "campaign_id": "campaign_id", "campaign_group": "account", "ad_group": "group", "ad_set": "group", "ad": "ad",
    "account": "account", "currency": "currency", "status": "status", "cost": "cost,", "impressions": "shown,",
    "clicks": "clicks", "link_clicks": "link", "clicks_all": "clicks", "conversions": "won", "all_conversions": "won",
    "conversion_value": "value", "leads": "through", "reach": "reach", "frequency": "freq", "results": "won",
    "result_kind": "network", "ctr": "ctr", "cvr": "cvr", "cpa": "cpa", "cpc": "cpc", "cpm": "cpm",
    "cost_per_result": "cpa", "placement": "placement", "platform": "device", "keyword": "keyword",
    "match_type": "match", "week": "day",
}  # fmt: skip
_VISITS = {
    "date": "day", "month": "day", "channel": "channel", "first_user_channel": "channel", "source_medium": "source",
    "first_source_medium": "source", "sessions": "sessions", "engaged_sessions": "engaged", "engagement_rate": "rate",
    "engagement_time": "time", "event_count": "actions", "key_events": "goals", "revenue": "revenue",
    "active_users": "users", "total_users": "users", "views": "views", "landing_page": "page", "page": "page",
}  # fmt: skip
_LEADS = {
    "id": "id", "email": "email", "stage": "stage", "lead_status": "status", "created": "created_t",
    "source": "source", "owner": "owner", "became_subscriber": "created", "became_lead": "created",
    "became_mql": "mql", "became_sql": "sql", "became_opportunity": "opp", "became_customer": "won",
    "company_ids": "number", "name": "name", "amount": "amount", "close": "close", "stage_entered": "opp",
    "pipeline": "product", "company": "company", "converted": "won_flag", "converted_date": "opp",
    "probability": "probability", "owner_dept": "dept", "loss_reason": "lost", "forecast_category": "product",
    "age": "age", "last_name": "last", "first_name": "first", "met_date": "created_jp", "connected": "won_flag",
    "record_no": "number", "updated": "updated", "tags": "memo", "attended": "attended", "status": "status",
    "registered_at": "created_t", "approval": "status", "joined_at": "created_t", "left_at": "updated",
    "minutes": "minutes", "guest": "won_flag", "country": "pref", "topic": "campaign", "webinar_id": "id",
    "started_at": "created_t", "duration": "minutes", "account": "company",
}  # fmt: skip
_CELLS = {"ads": (ads, _ADS), "visits": (visits, _VISITS)}


def renamed_systems() -> Iterator[Unknown]:
    """A table of every known system, with all of its roles that rows of ours have, under words of users."""
    for number, system in enumerate(systems().values()):
        make, cells = _CELLS.get(system.kind, (leads, _LEADS))
        roles = [role for role in dict.fromkeys(system.roles.values()) if role in cells]
        rows = make(number + 100)
        words = _words(roles, number)
        yield Unknown(system.id, words, tuple(roles), tuple(tuple(row[cells[one]] for one in roles) for row in rows))


def renamed_downloads() -> Iterator[Unknown]:
    """Every download of the tests in which something can be read, with its words renamed."""
    for number, one in enumerate(one for one in downloads() if not one.refused):
        ((name, data),) = files_in(one.data, one.name)
        block = read_export(data, name).block
        known = [column for column in block.columns if column.role]
        if block.last < block.first:
            continue
        rows = block.rows.iloc[:ROWS, [column.place for column in known]].astype(str)
        roles = tuple(column.role for column in known)
        yield Unknown(one.name, _words(roles, number), roles, tuple(map(tuple, rows.itertuples(index=False))))


def _words(roles: object, seed: int) -> tuple[str, ...]:
    draw = random.Random(seed)
    chosen: list[str] = []
    for role in roles:  # type: ignore[attr-defined]
        chosen.append(draw.choice([word for word in WORDS[role] if word not in chosen] or [f"{role}_{seed}"]))
    return tuple(chosen)
