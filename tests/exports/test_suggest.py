"""Tables of systems that nobody knows: each column gets its role with a reason, or none; ratios never become counts."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd
import pytest

from tests.exports.downloads import text
from tests.exports.renamed import renamed_downloads, renamed_systems
from tests.exports.unknown import Unknown, met_tables, mixed, unknown_tables
from xl_kpi.catalog.messages import worded
from xl_kpi.catalog.roles import HeaderWords, is_quotient_word, kinds, likely_alone, roles, says_nothing, usual_kind
from xl_kpi.catalog.texts import LANGUAGES
from xl_kpi.catalog.texts import text as said
from xl_kpi.errors import BadFile
from xl_kpi.exchange.suggestions.suggest import LIKELY, SURE, UNSURE, suggest

_QUOTIENTS = {"share", "each"}


@dataclass
class Count:
    """How many roles are right, and what is wrong: table, header, what is right, what was proposed."""

    right: int = 0
    all: int = 0
    wrong: tuple[tuple[str, str, str, str], ...] = ()

    @property
    def part(self) -> float:
        return self.right / self.all


def counted(tables: Iterable[Unknown]) -> Count:
    """Over some tables; columns of no use are not counted."""
    found = Count()
    for one in tables:
        made = suggest(one.data, f"{one.name}.csv")
        assert made.block.header == len(one.above) + 1, one.name
        by_place = {guess.column.place: guess for guess in made.guesses}
        for place, (header, right) in enumerate(zip(one.header, one.roles, strict=True)):
            guess = by_place[place]
            _never_a_count(right, guess.column.role, one.name, header)
            if not right.strip("|"):
                continue
            found.all += 1
            if guess.column.role in right.split("|"):
                found.right += 1
            else:
                found.wrong += ((one.name, header, right, guess.column.role),)
    return found


def _never_a_count(right: str, proposed: str, *where: str) -> None:
    is_quotient = any(roles()[role].holds in _QUOTIENTS for role in right.split("|") if role)
    if is_quotient and proposed:
        assert roles()[proposed].holds not in ("count", "money"), where


def test_systems_that_nobody_knows():
    """32 tables, 325 columns, three of no use added to each, shuffled."""
    found = counted(mixed(one, seed) for seed, one in enumerate(unknown_tables()))
    assert found.part >= 0.97, found.wrong


def test_header_lines_that_were_met_elsewhere():
    """24 header lines of public code, after the words were put down: 178 of 187 at first sight, 184 since."""
    found = counted(mixed(one, seed) for seed, one in enumerate(met_tables()))
    assert found.all == 187
    assert found.part >= 0.97, found.wrong


def test_known_systems_and_downloads_with_other_words():
    """Every column renamed, shuffled, three of no use added."""
    systems = counted(mixed(one, seed) for seed, one in enumerate(renamed_systems()))
    assert systems.part >= 0.95, systems.wrong
    files = counted(mixed(one, seed) for seed, one in enumerate(renamed_downloads()))
    assert files.part >= 0.95, files.wrong


MAIN = frozenset({"date", "cost", "impressions", "clicks", "conversions", "sessions", "created", "email", "company"})


def test_without_words_the_main_columns_are_told_by_their_values():
    """No word says anything: what counts is told from how the columns hang together, and none of it is called sure.

    106 of 113 columns of the roles of ``MAIN``; of all columns two thirds.
    """
    found = Count()
    for number, one in enumerate(unknown_tables()):
        word = ("列{}", "X_{}", "Column {}")[number % 3]
        made = suggest(one.renamed([word.format(k + 1) for k in range(len(one.header))]).data, "x.csv")
        assert all(guess.confidence != SURE for guess in made.guesses)
        for guess, right in zip(made.guesses, one.roles, strict=True):
            _never_a_count(right, guess.column.role, one.name, guess.column.word)
            if MAIN & {*right.split("|")}:
                found.all += 1
                found.right += guess.column.role in right.split("|")
    assert found.part >= 0.9, f"{found.right} of {found.all}"


def test_numbers_that_divide_prove_each_other():
    rows = [
        ["a", "b", "c", "d"],
        ["2000", "1.5", "30", "3000"],
        ["5000", "1", "50", "10000"],
        ["4000", "2.5", "100", "500"],
    ]
    made = suggest(text(rows).encode(), "x.csv")
    found = {guess.column.word: guess for guess in made.guesses}
    # 30 / 2000 = 1.5 %, 50 / 5000 = 1 %, 100 / 4000 = 2.5 %
    assert [found[word].column.role for word in "abc"] == ["impressions", "ctr", "clicks"]
    assert {found[word].confidence for word in "abc"} == {LIKELY}
    assert worded(found["b"].reason, "ja") == "値の関係から（クリック ÷ インプレッション が合う）"


@pytest.mark.parametrize(
    ("header", "role", "confidence", "reason"),
    [
        ("ご利用金額", "cost", LIKELY, "見出しに「利用金額」を含む"),
        ("費用", "cost", SURE, "見出しが「費用」"),
        ("費用（税込）", "cost", SURE, "見出しが「費用」"),
        ("平均クリック単価", "cpc", SURE, "見出しが「平均クリック単価」"),
        ("よくわからない", "", UNSURE, "分からないため使わない"),
    ],
)
def test_a_reason_is_given_in_words(header, role, confidence, reason):
    rows = [["日付", "表示回数", header], ["2026-04-01", "900", "1200"], ["2026-04-02", "800", "1000"]]
    guess = suggest(text(rows).encode(), "x.csv").guesses[2]
    assert (guess.column.role, guess.confidence) == (role, confidence)
    assert worded(guess.reason, "ja") == reason
    assert worded(guess.reason, "en")


def test_bounces_of_visits_are_no_mails_that_came_back():
    words = ["Date", "Visits", "Unique visitors", "Bounces", "Actions"]
    rows = [words, ["2026-04-01", "900", "700", "300", "1200"], ["2026-04-02", "800", "650", "310", "1000"]]
    made = suggest(text(rows).encode(), "matomo.csv")
    assert (made.kind, made.roles["Bounces"], made.roles["Visits"]) == ("visits", "bounced_visits", "sessions")
    mails = [["Send date", "Subject", "Sent", "Delivered", "Bounces"], ["2026-04-01", "a", "900", "880", "20"]]
    assert suggest(text(mails).encode(), "mails.csv").roles["Bounces"] == "bounces"


def test_words_of_lists_that_are_kept_by_hand():
    rows = [["月", "施策", "表示", "クリック", "使ったお金", "獲得リード"]]
    rows += [[f"2026年{month}月", "検索", "1200", "40", "8000", "3"] for month in (4, 5, 6)]
    made = suggest(text(rows).encode(), "x.csv")
    assert list(made.roles.values()) == ["month", "campaign", "impressions", "clicks", "cost", "leads"]
    without = [rows[0], *([f"{month}月", *rows[1][1:]] for month in (4, 5, 6))]
    assert suggest(text(without).encode(), "x.csv").roles["月"] == "month_of_year"


@pytest.mark.parametrize(
    "header", ["クリック率", "CTR", "平均費用", "Cost per click", "CV単価", "コンバージョン率", "表示回数シェア（%）"]
)
def test_a_quotient_never_becomes_a_count(header):
    rows = [["日付", header], ["2026-04-01", "12"], ["2026-04-02", "15"]]
    role = suggest(text(rows).encode(), "x.csv").guesses[1].column.role
    assert not role or roles()[role].holds in _QUOTIENTS
    percent = [["日付", "クリック"], ["2026-04-01", "1.2%"], ["2026-04-02", "1.5%"]]
    assert suggest(text(percent).encode(), "x.csv").guesses[1].column.role != "clicks"
    one = [["日付", "クリック"], ["2026-04-01", "12"], ["2026-04-02", "15"], ["2026-04-03", "100%"]]  # a slip
    assert suggest(text(one).encode(), "x.csv").guesses[1].column.role == "clicks"


def test_the_table_is_found_below_notes_and_in_a_sheet():
    rows = [["広告実績", "", ""], ["作成: 5/1", "", ""], ["", "", ""], ["計測日", "imp数", "利用額"]]
    rows += [["2026/4/1", 1000, 500.5], ["2026/4/2", 2000, 700], ["合計", 3000, 1200.5]]
    target = io.BytesIO()
    pd.DataFrame(rows).to_excel(target, header=False, index=False, sheet_name="実績", engine="openpyxl")
    made = suggest(target.getvalue(), "実績.xlsx")
    assert (made.block.header, made.kind) == (4, "ads")
    assert [guess.column.role for guess in made.guesses] == ["date", "impressions", "cost"]


def test_one_role_goes_to_one_column():
    rows = [["日付", "クリック", "クリック数", "click"], ["2026-04-01", "3", "3", "3"], ["2026-04-02", "5", "5", "5"]]
    found = [role for role in suggest(text(rows).encode(), "x.csv").roles.values() if role]
    assert len({*found}) == len(found)


def test_a_table_without_rows_is_told_by_its_words():
    made = suggest(text([["計測日", "媒体費", "クリック数"]]).encode(), "empty.csv")
    assert list(made.roles.values()) == ["date", "cost", "clicks"]


@pytest.mark.parametrize("data", [b"a\r\n1\r\n", "拝啓 時下ますますご清栄のこと".encode()])
def test_what_has_no_header_gives_one_line(data):
    with pytest.raises(BadFile) as refused:
        suggest(data, "x.csv")
    assert refused.value.key == "export_no_columns"


def test_the_catalog_of_roles_holds_what_it_says():
    known = roles()
    assert {*likely_alone()} <= {*known}
    assert {role for found in kinds().values() for role in found} <= {*known}
    for role in known.values():
        assert {*role.kinds} <= {*kinds(), "records"}, role.id
        assert all(said(f"role_{role.id}", lang) for lang in LANGUAGES)
        assert role.words or role.parts


def test_headers_are_compared_word_by_word():
    header = HeaderWords.of("MQL化日 campaignId")
    assert header.latin == ("mql", "campaign", "id")
    assert header.holds("mql+日") == 4
    assert header.holds("camp") == 0  # no whole word
    assert header.holds("camp*") == 8
    assert HeaderWords.of("pageviews").holds("page view") == 8
    assert [says_nothing(HeaderWords.of(word)) for word in ("列1", "A", "X_17", "Unnamed: 3", "費用")] == [True] * 4 + [
        False
    ]
    assert is_quotient_word(HeaderWords.of("Cost per click"))
    assert usual_kind({"date", "cost", "clicks"}) == "ads"
    assert usual_kind(set()) == ""


def test_a_header_may_hold_numbers_and_signs_among_its_words():
    rows = [["月次", "=1+1", "媒体費", "2026", "クリック\n数"]]
    rows += [["2026-04", "a", "100", "x", "5"], ["2026-05", "b", "200", "y", "6"]]
    made = suggest(text(rows).encode(), "x.csv")
    assert made.block.header == 1
    assert {"月次": "month", "媒体費": "cost", "クリック\n数": "clicks"}.items() <= made.roles.items()
