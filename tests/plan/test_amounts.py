"""Numbers, rates, money and growth as people type them.  Expected values are what the words say."""

import datetime as dt
import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.told import Told
from xl_kpi.catalog.messages import worded
from xl_kpi.plan.input.reading import (
    Unreadable,
    read_growth,
    read_margin,
    read_money,
    read_number,
    read_rate,
    read_share,
)

READERS = (read_number, read_rate, read_share, read_money, read_growth)
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def refusal_of(reader, raw, lang="en", **options):
    with pytest.raises(Unreadable) as caught:
        reader(raw, **options)
    refused = Told(caught.value.fault(), lang)
    refused.missing = caught.value.missing
    return refused


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        (50, 50),
        (0.1, 0.1),
        (Decimal("12.50"), 12.5),
        ("50", 50),
        ("  50　", 50),
        ("１，２００", 1200),
        ("1,234,567.5", 1234567.5),
        (".5", 0.5),
        ("+5", 5),
        ("△1,000", -1000),
        ("▲１，０００", -1000),
        ("−3", -3),
        ("－3", -3),
        ("(1,000)", -1000),
        ("（1,000件）", -1000),
        ("10万", 100_000),
        ("1億2,000万", 120_000_000),
        ("1億2千万", 120_000_000),
        ("1億 2,000万", 120_000_000),
        ("1.5億", 150_000_000),
        ("2万5千", 25_000),
        ("1万0005", 10_005),
        ("3万2,000", 32_000),
        ("5千", 5000),
        ("1,200件", 1200),
        ("50 社", 50),
        ("10万人", 100_000),
        ("３００名", 300),
        ("\u200b12", 12),  # an invisible sign that comes along when pasting
    ],
)
def test_counts_are_read_as_written(typed, number):
    assert read_number(typed) == number
    assert type(read_number(typed)) is float


@pytest.mark.parametrize(
    "typed",
    ["abc", "1.234,5", "1,23", "12,34", "1,0000", "0,123", "1 200", "1.2.3", "--5", "+-5", "△(5)", "1e3", "0x10",
     "10²", "①", "٣", "万", "1万5", "1億20,000万",
     "1億10000万", "1万1億", "1.5億2,000万", "5円", "¥5", "5%", "5件件", "1'000",
     "=1+1", "TRUE", "#N/A", "9" * 20, "1" * 5000, "50 orders", "½",
     True, False, math.nan, math.inf, -math.inf, 10**16, 10**400, 1e300, dt.date(2026, 4, 1), [], {}, b"5"],
)  # fmt: skip
def test_what_is_no_clear_count_is_refused(typed):
    assert not refusal_of(read_number, typed).missing


@pytest.mark.parametrize("reader", [read_number, read_money])
@pytest.mark.parametrize("typed", [1e18, 10**15 + 1, "1" + "0" * 18, "10000兆", "1e18"])
def test_the_largest_number_is_named_where_one_is_larger(reader, typed):
    assert refusal_of(reader, typed).allowed.endswith(". The largest is 1,000,000,000,000,000")
    assert reader(10**15) == 1e15


def test_another_bound_is_named_alone():
    assert refusal_of(read_number, 1e18, low=1, high=36).allowed == "Type a number such as 1,200 (1 to 36)"


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("blank", [None, "", "  ", "　　", "\t\n", "\u200b"])
def test_a_blank_is_missing(reader, blank):
    assert refusal_of(reader, blank).missing
    assert refusal_of(reader, blank).found == ""
    assert refusal_of(reader, blank).allowed.startswith("missing. Type ")
    assert refusal_of(reader, blank, "ja").allowed.startswith("未入力です。")


@pytest.mark.parametrize(
    ("typed", "likely"), [("1.234,5", "1234.5"), ("1,23", "1.23"), ("1 200", "1200"), ("１ ２００", "1200")]
)
def test_a_likely_meaning_is_asked(typed, likely):
    assert refusal_of(read_number, typed).allowed == f"Did you mean {likely}? Type a number such as 1,200"


def test_bounds_and_whole_numbers():
    assert read_number("12", low=1, high=36, whole=True) == 12
    assert type(read_number("12.0", whole=True)) is int
    assert read_number(36, low=1, high=36, whole=True) == 36
    for wrong in (0, 37, 1.5, "0", "37か月", -1):
        assert refusal_of(read_number, wrong, low=1, high=36, whole=True).allowed == (
            "Type a whole number such as 12 (1 to 36)"
        )
    assert refusal_of(read_number, -1, "ja", low=0).allowed == "数値（例: 1,200）を入力してください（0以上）"
    assert refusal_of(read_number, 2, "ja", high=1).allowed == "数値（例: 1,200）を入力してください（1以下）"
    assert read_number("120%", percent=True) == 1.2


@pytest.mark.parametrize(
    "typed", ["12か月", "１２ヶ月", "12カ月", "12ヵ月", "12ケ月", "12か月間", "12 months", "12 Months", "12"]
)
def test_months_are_read_with_their_word(typed):
    assert read_number(typed, low=1, high=36, whole=True, counted="months") == 12


@pytest.mark.parametrize("typed", ["20日", "２０日", "20日間", "20 days", "20 Days", "20", 20])
def test_days_are_read_with_their_word(typed):
    assert read_number(typed, low=0, high=730, whole=True, counted="days") == 20
    assert read_number("1 day", counted="days") == 1


@pytest.mark.parametrize("typed, counted", [
    ("20日", "months"), ("12か月", "days"), ("12か月", ""), ("37か月", "months"), ("-1か月", "months"),
    ("1.5か月", "months"),
    ("か月", "months"), ("12か月日", "months"), ("2か月20日", "days"),
])  # fmt: skip
def test_another_span_is_not_taken_for_it(typed, counted):
    refused = refusal_of(read_number, typed, low=1, high=36, whole=True, counted=counted)
    assert (refused.found, refused.allowed) == (typed, "Type a whole number such as 12 (1 to 36)")


@pytest.mark.parametrize(
    ("typed", "yen"),
    [
        (500000, 500_000),
        ("¥1,000", 1000),
        ("JPY 1,000", 1000),
        ("-JPY 500", -500),
        ("￥１，０００", 1000),
        ("\\1,000", 1000),
        ("1,000円", 1000),
        ("50万円", 500_000),
        ("500千円", 500_000),
        ("10百万円", 10_000_000),
        ("10億円", 1_000_000_000),
        ("1.5億", 150_000_000),
        ("1億2,000万円", 120_000_000),
        ("-¥500", -500),
        ("△¥500", -500),
        ("¥-500", -500),
        ("(500円)", -500),
        ("(500)円", -500),
    ],
)
def test_money_is_read_in_yen(typed, yen):
    assert read_money(typed) == yen


@pytest.mark.parametrize("typed", ["$100", "100 USD", "50件", "1,000円（税込）", "¥¥5", "50%", "円", "¥"])
def test_other_money_is_refused(typed):
    assert refusal_of(read_money, typed).allowed == "Type an amount in JPY such as 500,000"
    assert refusal_of(read_money, -1, low=0).allowed == "Type an amount in JPY such as 500,000 (0 or more)"


@pytest.mark.parametrize(
    ("typed", "rate"),
    [(0.2, 0.2), ("20%", 0.2), ("２０％", 0.2), ("0.2", 0.2), ("20 %", 0.2), (1, 1), ("100%", 1), ("2.78%", 0.0278),
     ("0.5%", 0.005), (1e-9, 1e-9)],
)  # fmt: skip
def test_rates(typed, rate):
    # Equal, not close: 20% must be the same double as 0.2.
    assert read_rate(typed) == rate
    assert read_share(typed) == rate


def test_twenty_is_asked_and_never_taken_for_twenty_percent():
    assert refusal_of(read_rate, 20, "ja").allowed == (
        "20% のことですか？ 20% または 0.2 と入力してください（0より大きく1以下）"
    )
    assert refusal_of(read_rate, "２０").allowed == "Did you mean 20%? Type 20% or 0.2 (above 0, at most 1)"
    assert refusal_of(read_rate, 20).found == "20"
    assert refusal_of(read_rate, 2.5).allowed == "Did you mean 2.5%? Type 2.5% or 0.025 (above 0, at most 1)"
    assert refusal_of(read_rate, 100).allowed == "Did you mean 100%? Type 100% or 1 (above 0, at most 1)"
    assert refusal_of(read_share, 60).allowed == "Did you mean 60%? Type 60% or 0.6 (0 to 1)"


@pytest.mark.parametrize(
    "typed", [0, "0%", "130%", 1.3e3, 101, -0.2, "-20%", "△20%", "text", "20%%", True, math.nan, "20円"]
)
def test_impossible_rates_are_refused_without_a_question(typed):
    assert refusal_of(read_rate, typed).allowed == "Type a rate like 20% or 0.2 (above 0, at most 1)"


@pytest.mark.parametrize(("typed", "likely"), [("50/1800", "=50/1800"), ("0,2", "0.2")])
def test_other_ways_to_write_a_rate_are_asked(typed, likely):
    assert (
        refusal_of(read_rate, typed).allowed
        == f"Did you mean {likely}? Type a rate like 20% or 0.2 (above 0, at most 1)"
    )


@pytest.mark.parametrize(
    "typed, percent, number", [("2割", "20%", "0.2"), ("２割５分", "25%", "0.25"), ("6割", "60%", "0.6")]
)
@pytest.mark.parametrize("reader", [read_rate, read_share, read_margin])
def test_tenths_are_asked_with_what_they_come_to(reader, typed, percent, number):
    """割 is a tenth, 分 a hundredth; the example of the question is the number itself, not another one."""
    refused = refusal_of(reader, typed)
    assert refused.found == typed
    assert refused.allowed.startswith(f"Did you mean {percent}? Type {percent} or {number} (")


def test_a_share_may_be_zero_but_not_negative():
    assert read_share("0%") == 0
    assert refusal_of(read_share, -0.1).allowed == "Type a share like 60% or 0.6 (0 to 1)"


@pytest.mark.parametrize(
    ("typed", "growth"),
    [
        ("+15%", 0.15),
        ("15%", 0.15),
        (0.15, 0.15),
        ("２倍", 1.0),
        ("1.5倍", 0.5),
        ("×1.5", 0.5),
        ("x1.5", 0.5),
        ("前年比+15%", 0.15),
        ("前年比 1.5倍", 0.5),
        ("15%増", 0.15),
        ("5%減", -0.05),
        ("-5%", -0.05),
        ("+115%", 1.15),
        ("0.5倍", -0.5),
        ("2x", 1.0),
        ("１．５ｘ", 0.5),
        ("1.5 times", 0.5),
        ("前期比1.5倍", 0.5),
        ("昨対+15%", 0.15),
        ("15%増", 0.15),
        ("1割5分増", 0.15),
        ("2割減", -0.2),
        ("+150%", 1.5),
        ("150%増", 1.5),
        (0, 0),
    ],
)
def test_growth(typed, growth):
    assert read_growth(typed) == growth


@pytest.mark.parametrize(
    ("typed", "question"),
    [
        (15, "Did you mean +15%? "),
        ("15", "Did you mean +15%? "),
        (1, "Did you mean x1 or +1%? "),
        (3, "Did you mean x3 or +3%? "),
        (100, "Did you mean +100%? "),
        (1.5, "Did you mean x1.5 or +1.5%? "),  # 1.5 times, or 1.5 % more
        ("115%", "Did you mean +15% or +115%? "),  # 前年比115% is 15 % more, but the sheet says growth
        ("前年比115%", "Did you mean +15% or +115%? "),
        ("150%", "Did you mean +50% or +150%? "),
        ("前期比150%", "Did you mean +50% or +150%? "),
        ("前年比15%", "Did you mean -85% or +15%? "),
    ],
)
def test_unclear_growth_is_asked(typed, question):
    assert refusal_of(read_growth, typed).allowed == (
        question + "Type growth like +15%, 0.15 or x1.5 (above -100%, at most 100 times)"
    )


@pytest.mark.parametrize(
    "typed", ["0倍", "-100%", "-1", -2, "倍", "+15%増", "15増", "前年比", "two times", 1000, "101倍"]
)
def test_impossible_growth_is_refused(typed):
    assert not refusal_of(read_growth, typed).missing


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("typed", ["=1+1", "＝1+2", "\t=1", "@SUM(1)", "=" + "1+" * 99 + "1"])
def test_a_formula_that_is_text_is_called_a_formula_by_every_reader(reader, typed):
    assert refusal_of(reader, typed, "ja").allowed == "数式を数値として読み取れません。計算結果の数値を入力してください"
    assert refusal_of(reader, typed).allowed == "A formula can't be read as a number. Type its result"


def test_found_is_what_was_typed():
    assert refusal_of(read_number, "　ａｂｃ").found == "ａｂｃ"
    assert refusal_of(read_number, True).found == "TRUE"
    assert refusal_of(read_number, dt.datetime(2026, 4, 1)).found == "2026-04-01"
    assert refusal_of(read_number, "x" * 200).found == "x" * 59 + "…"
    assert refusal_of(read_number, "a\x07b").found == "a b"


whole_numbers = st.integers(min_value=-(10**12), max_value=10**12)


@given(whole_numbers, st.sampled_from(["-", "△", "▲", "−", "－", "()"]), st.booleans(), st.booleans())
def test_a_whole_number_comes_back_however_it_is_written(number, minus, separated, full_width):
    words = f"{abs(number):,}" if separated else str(abs(number))
    if number < 0:
        words = f"({words})" if minus == "()" else minus + words
    if full_width:
        words = words.translate(FULL_WIDTH)
    assert read_number(words, whole=True) == number
    assert read_money(words + "円") == number


@given(st.decimals(min_value=0, max_value=10**9, places=4, allow_nan=False))
def test_a_decimal_comes_back_as_the_nearest_double(number):
    assert read_number(f"{number:,f}") == float(number)
    assert read_number(str(number).translate(FULL_WIDTH)) == float(number)


@given(st.integers(1, 99_999_999_999))
def test_kanji_amounts_come_back(number):
    oku, rest = divmod(number, 10**8)
    man, ones = divmod(rest, 10**4)
    words = (f"{oku}億" if oku else "") + (f"{man:,}万" if man else "")
    if ones and (oku or man):
        words = words if man else words + "0万"
        words += f"{ones:04d}"
    elif ones:
        words = str(ones)
    assert read_money(words + "円") == number


@given(st.integers(1, 10_000))
def test_a_percentage_is_the_same_double_as_its_decimal(hundredths):
    words = f"{hundredths // 100}.{hundredths % 100:02d}%"
    assert read_rate(words) == hundredths / 10_000
    assert read_rate(words.translate(FULL_WIDTH)) == hundredths / 10_000


@given(st.text(max_size=30) | st.floats() | st.integers() | st.booleans() | st.none() | st.dates())
def test_any_value_is_read_or_refused_with_a_phrase(raw):
    for reader in READERS:
        try:
            assert math.isfinite(reader(raw))
        except Unreadable as refused:
            said = worded(refused.allowed, "en")
            assert said.isascii()
            assert "{" not in said
