"""The KPI-formula language: what can be written, what it gives, and what is refused with which words."""

from __future__ import annotations

import pytest

from tests.told import raises_saying
from xl_kpi.catalog.messages import message
from xl_kpi.formulas.formula import MAX_DEPTH, MAX_LENGTH, FormulaFault, is_input, parse

# The web channel of the domain (T1) as it stands on a tab: each id and its cell.
CELLS = {"cv": "D5", "sessions": "D6", "cvr": "D7", "form_visits": "D8", "form_completion": "D9", "leads": "D4"}
COUNT, MONEY, TIME, RATIO, MONEY_EACH = (1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 0), (-1, 1, 0)


def excel(text: str) -> str:
    return parse(text).excel(CELLS.__getitem__)


def fault(text: str) -> FormulaFault:
    with pytest.raises(FormulaFault) as caught:
        parse(text)
    return caught.value


# --- The numbers -----------------------------------------------------------------------------------------


def test_c1_a_month_of_the_published_case_needs_10000_sessions():
    # C1: 300 leads a month from 10,000 site visits a month, so 3 % of the visits become leads.
    assert parse("cv / cvr").evaluate({"cv": 300, "cvr": 0.03}) == pytest.approx(10_000, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "expected"),  # by hand, with cv = 12, cvr = 0.5, sessions = 7
    [
        ("cv", 12),
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("cv - 2 - 3", 7),
        ("cv - (2 - 3)", 13),
        ("cv / 2 / 3", 2),
        ("cv / (2 / 3)", 18),
        ("-cv + 2", -10),
        ("- -cv", 12),
        ("+cv", 12),
        ("MIN(cv, sessions, 9)", 7),
        ("max(cv, sessions)", 12),
        ("SUM(cv, sessions, -1)", 18),
        ("SUM(cv) * 2", 24),
        ("ROUNDUP(sessions / 2, 0)", 4),
        ("ROUNDUP(-sessions / 2, 0)", -4),
        ("ROUNDUP(1234, -2)", 1300),
        ("ROUNDUP(0.123, 2)", 0.13),
        ("IF(cv > sessions, 1, 2)", 1),
        ("IF(cv >= 12, 1, 2)", 1),
        ("IF(cv < 12, 1, 2)", 2),
        ("IF(cv <= 12, 1, 2)", 1),
        ("IF(cv = 12, 1, 2)", 1),
        ("IF(cv <> 12, 1, 2)", 2),
        (".5 * cv", 6),
        ("5. * cv", 60),
    ],
)
def test_what_a_formula_gives(text, expected):
    values = {"cv": 12, "cvr": 0.5, "sessions": 7}
    assert parse(text).evaluate(values) == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize(
    "text", ["ｃｖ　÷　（ｃｖｒ　×　２）", "cv÷(cvr×2)", "cv ／ （cvr ＊ ２）", "cv/(cvr*2)", " cv /\n(cvr * 2) "]
)
def test_full_width_and_school_signs_mean_the_same(text):
    assert parse(text).text == "cv / (cvr * 2)"


def test_full_width_minus_and_comparisons():
    assert parse("IF（ｃｖ≦３，ｃｖ−１，ｃｖ－２）").text == "IF(cv <= 3, cv - 1, cv - 2)"
    assert parse("IF(cv≠3，1，2)").text == parse("IF(cv ＜＞ 3, 1, 2)").text == "IF(cv <> 3, 1, 2)"


def test_roundup_does_not_count_binary_noise():
    # Design §5: 7 ÷ (0.7 × 0.1) is 100, not 101; in binary the quotient is 100.00000000000001.
    assert parse("ROUNDUP(7 / (0.7 * 0.1), 0)").evaluate({}) == 100
    assert parse("ROUNDUP(100.0001, 0)").evaluate({}) == 101
    assert parse("ROUNDUP(cv, 2)").evaluate({"cv": 1.1}) == 1.1  # 1.1 × 100 is 110.00000000000001


def test_comparing_and_subtracting_ignore_binary_noise():
    # In binary 0.1 + 0.2 is 0.30000000000000004; spreadsheets compare 15 digits.
    assert parse("IF(0.1 + 0.2 > 0.3, 1, 0)").evaluate({}) == 0
    assert parse("cv / (0.1 + 0.2 - 0.3)").evaluate({"cv": 1}) is None


@pytest.mark.parametrize("text", ["cv / cvr", "cv * cvr", "cv + 0 * cvr", "IF(cv > 0, cv, cvr)", "MAX(cv, cvr)"])
def test_a_blank_in_any_id_makes_a_blank(text):
    assert parse(text).evaluate({"cv": 300, "cvr": None}) is None
    assert parse(text).evaluate({"cv": 300}) is None


def test_division_by_zero_makes_a_blank():
    assert parse("cv / cvr").evaluate({"cv": 300, "cvr": 0}) is None
    assert parse("cv / (cvr / cv)").evaluate({"cv": 300, "cvr": 0}) is None
    assert parse("1 + cv / (cvr - cvr)").evaluate({"cv": 300, "cvr": 0.5}) is None


def test_if_divides_only_on_the_side_that_is_chosen():
    formula = parse("1 + IF(cvr = 0, 0, cv / cvr)")
    assert formula.evaluate({"cv": 300, "cvr": 0}) == 1
    assert formula.evaluate({"cv": 300, "cvr": 0.5}) == 601


def test_a_number_too_big_to_hold_is_blank():
    assert parse("cv * cv").evaluate({"cv": 1e200}) is None
    assert parse("ROUNDUP(cv * cv, 0)").evaluate({"cv": 1e200}) is None


# --- The Excel text --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cv / cvr", 'IF(COUNT(D5,D7)<2,"",IF(D7=0,"",D5/D7))'),
        ("cv", 'IF(COUNT(D5)<1,"",D5)'),
        ("sessions * cvr", 'IF(COUNT(D6,D7)<2,"",D6*D7)'),
        ("1500", "1500"),
        ("0.00001", "0.00001"),
        ("2 * 50", "2*50"),
        ("1 / (1 - 1)", 'IF(1-1=0,"",1/(1-1))'),
        # An id that is used twice is counted once.
        ("cv * cv + cv", 'IF(COUNT(D5)<1,"",D5*D5+D5)'),
        # Denominators that can be tested at once share one test, an inner one is tested first.
        ("cv / cvr / sessions", 'IF(COUNT(D5,D7,D6)<3,"",IF(OR(D7=0,D6=0),"",D5/D7/D6))'),
        ("cv / (cvr / leads)", 'IF(COUNT(D5,D7,D4)<3,"",IF(D4=0,"",IF(D7/D4=0,"",D5/(D7/D4))))'),
        ("1 / cv + 2 / cv", 'IF(COUNT(D5)<1,"",IF(D5=0,"",1/D5+2/D5))'),
        ("cv / 30 / -2", 'IF(COUNT(D5)<1,"",D5/30/-2)'),
        # The condition has asked already whether the denominator is zero.
        ("IF(cvr = 0, 0, cv / cvr)", 'IF(COUNT(D7,D5)<2,"",IF(D7=0,0,D5/D7))'),
        ("IF(cv > 9, 0, cv / cvr)", 'IF(COUNT(D5,D7)<2,"",IF(D5>9,0,IF(D7=0,"",D5/D7)))'),
        ("2 * IF(cv > 9, 0, cv / cvr)", 'IF(COUNT(D5,D7)<2,"",IF(IF(D5>9,FALSE,D7=0),"",2*IF(D5>9,0,D5/D7)))'),
        ("SUM(cv, leads) * 2", 'IF(COUNT(D5,D4)<2,"",(D5+D4)*2)'),
        ("ROUNDUP(cv / 3, 0)", 'IF(COUNT(D5)<1,"",ROUNDUP(ROUND(D5/3,6),0))'),
        ("cv - (leads - 1)", 'IF(COUNT(D5,D4)<2,"",D5-(D4-1))'),
        ("-(cv + 1)", 'IF(COUNT(D5)<1,"",-(D5+1))'),
    ],
)
def test_the_text_of_a_cell(text, expected):
    assert excel(text) == expected


def test_a_cell_on_another_sheet():
    assert parse("cv / 2").excel(lambda id_: f"'サービスサイト'!${CELLS[id_]}") == (
        "IF(COUNT('サービスサイト'!$D5)<1,\"\",'サービスサイト'!$D5/2)"
    )


# --- The tree and the units ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "operator", "parts"),
    [
        ("sessions * cvr", "*", ("sessions", "cvr")),
        ("a * (b * c) * d", "*", ("a", "b", "c", "d")),
        ("a + b + c", "+", ("a", "b", "c")),
        ("SUM(a, b)", "+", ("a", "b")),
        ("cost / cv", "/", ("cost", "cv")),
        ("a * b / c", "/", ("a * b", "c")),
        ("a - b - c", "-", ("a", "b", "c")),
        ("a + b - c", "-", ("a + b", "c")),
        ("a * (b + c)", "*", ("a", "b + c")),
        ("a / (b / c)", "/", ("a", "b / c")),
        ("leads", "", ("leads",)),
        ("(leads)", "", ("leads",)),
        ("MIN(a, b)", "", ("MIN(a, b)",)),
        ("ROUNDUP(a / b, 1)", "", ("ROUNDUP(a / b, 1)",)),
    ],
)
def test_how_the_tree_takes_a_formula_apart(text, operator, parts):
    assert parse(text).top_level() == (operator, parts)


def test_ids_in_the_order_of_first_use():
    assert parse("cv / cvr + IF(leads > cv, form_visits, cvr)").ids == ("cv", "cvr", "leads", "form_visits")


DIMENSIONS = {"cv": COUNT, "leads": COUNT, "cvr": RATIO, "cost": MONEY, "cpa": MONEY_EACH, "minutes": TIME}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cv", COUNT),
        ("cv / leads", RATIO),
        ("cost / cv", MONEY_EACH),
        ("cv * cpa", MONEY),
        ("cv * cpa + cost", MONEY),
        ("cv * 2 + 100", COUNT),
        ("100 + 2 * 3", None),
        ("1 - cvr", RATIO),
        ("MAX(cv, leads, 10)", COUNT),
        ("IF(cost > 1000, cv, leads)", COUNT),
        ("ROUNDUP(cv / cvr, 0)", COUNT),
        ("-minutes / cv", (-1, 0, 1)),
    ],
)
def test_the_dimension_of_a_formula(text, expected):
    assert parse(text).dimension(DIMENSIONS.__getitem__) == expected


def test_unlike_units_are_named_both():
    with pytest.raises(FormulaFault) as caught:
        parse("2 * cost + cpa").dimension(DIMENSIONS.__getitem__)
    assert message(caught.value, "en") == (
        "'2 * cost' (money) and 'cpa' (money ÷ count) have different units: they can't be added, subtracted or compared"
    )
    assert message(caught.value, "ja") == (
        "「2 * cost」（金額）と「cpa」（金額 ÷ 件数）は単位が違うため、足し算・引き算・比較ができません"
    )


@pytest.mark.parametrize(
    "text", ["cv - cost", "MIN(cv, cost)", "IF(cv > cost, 1, 2)", "IF(cv > 1, cv, cost)", "cvr + cv"]
)
def test_wherever_unlike_units_meet(text):
    with raises_saying(FormulaFault, "different units", "en"):
        parse(text).dimension(DIMENSIONS.__getitem__)


# --- What is refused -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("", "formula_empty"),
        (" \u3000", "formula_empty"),
        ("cv /", "formula_syntax"),
        ("cv cvr", "formula_syntax"),
        ("(cv", "formula_syntax"),
        ("cv)", "formula_syntax"),
        ("cv, cvr", "formula_syntax"),
        ("MIN(cv,)", "formula_syntax"),
        ("2(cv)", "formula_syntax"),
        ("(cv)(cvr)", "formula_syntax"),
        ("cv == 2", "formula_syntax"),
        ("=cv / cvr", "formula_syntax"),
        ("cv > 2", "formula_comparison"),
        ("cv + (cv > 2)", "formula_comparison"),
        ("IF(1 < cv < 3, 1, 2)", "formula_condition"),
        ("IF(cv, 1, 2)", "formula_condition"),
        ("IF(cv > 1, 2)", "formula_arguments"),
        ("MAX()", "formula_arguments"),
        ("ROUNDUP(cv)", "formula_arguments"),
        ("ROUNDUP(cv, cvr)", "formula_digits"),
        ("ROUNDUP(cv, 1.5)", "formula_digits"),
        ("ROUNDUP(cv, 10)", "formula_digits"),
        ("AVERAGE(cv, 2)", "formula_function"),
        ("cv(2)", "formula_function"),
        ("MIN + 1", "formula_function_alone"),
        ("cv / 0", "formula_zero"),
        ("cv / -0.0", "formula_zero"),
        ("1,000 * cv", "formula_number"),  # a separator for thousands
        ("MIN(1,000, cv)", "formula_number"),
        ("1e5", "formula_number"),
        ("0x1F", "formula_number"),
        ("1_000", "formula_number"),
        ("1.2.3", "formula_number"),
        ("2j", "formula_number"),
        ("1234567890123456", "formula_number"),  # 16 digits: Excel keeps 15
    ],
)
def test_bad_grammar(text, key):
    assert fault(text).key == key


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "cv.__class__",
        "cv.real",
        "().__class__.__bases__",
        "9**9**9**9",
        "cv ** 2",
        "cv ^ 2",
        "cv // 2",
        "cv % 2",
        "1 << 99",
        "~cv",
        "lambda: 1",
        "lambda x: x",
        "[cv]",
        "{cv}",
        "cv[0]",
        "'text'",
        '"text"',
        "f'{cv}'",
        "b'1'",
        "cv if cv else 1",
        "not cv",
        "cv and cvr",
        "cv is cvr",
        "(x := 5)",
        "x = 5; y",
        "MIN(*cv)",
        "MAX(a, key = b)",
        "MIN(x for x in cv)",
        "eval(cv)",
        "print(1)",
        "MIN.real(1)",
        "...",
        "None()",
        "cv # note",
        "cv \\\n + 1",
        "сv",  # the first letter is Cyrillic
        "ｃｖ．ｒｅａｌ",  # full-width
        "１＊＊９",
        "ｅｖａｌ（１）",
        "cv\u200b",  # a space of no width
        "\u202ecv",  # turns the direction of writing
        "𝐜𝐯",  # mathematical letters, which Python reads as cv
        "٣ + 1",  # an Arabic three
        "三 + 1",
        "cv\0",
        "A1:B2",
        "Sheet1!A1",
        "$A$1",
        "cv & cvr",
        "WEBSERVICE(1)",
        "@cv",
        "#REF!",
    ],
)
def test_hostile_input_is_refused_by_its_grammar(text):
    assert fault(text).key in {
        "formula_character",
        "formula_syntax",
        "formula_number",
        "formula_function",
        "formula_function_alone",
        "formula_comparison",
        "formula_percent",
    }


@pytest.mark.parametrize("word", ["lambda", "None", "True", "import", "class", "if_", "id_cv", "print", "e1"])
def test_words_of_python_are_plain_ids(word):
    assert parse(f"{word} * 2").ids == (word,)


def test_nesting_and_length_have_a_limit():
    deepest = "(" * MAX_DEPTH + "cv" + ")" * MAX_DEPTH
    assert parse(deepest).text == "cv"
    assert fault(f"({deepest})").key == "formula_too_deep"
    assert fault("MIN(" * 90 + "1" + ")" * 90).key == "formula_too_deep"
    assert fault("-" * 400 + "cv").key == "formula_too_deep"
    longest = "cv" + "+cv" * 166  # 2 + 3 × 166 = 500 characters
    assert len(longest) == MAX_LENGTH
    assert parse(longest).evaluate({"cv": 1}) == 167
    assert message(fault(longest + " "), "en") == "the formula is too long (501 characters; at most 500)"


@pytest.mark.parametrize(
    ("text", "japanese", "english"),
    [
        (
            "cv * 3％",
            "「3%」は 0.03 のことですか？ 式の中では 0.03 と入力してください",
            "'3%': did you mean 0.03? Type 0.03 in formulas",
        ),
        (
            "cv ^ 2",
            "「^」は式に使えません（4文字目）。使えるのは数値、ID、+ - * / ( ) と MIN, MAX, SUM, IF, ROUNDUP です",
            "'^' can't be used in a formula (character 4): "
            "only numbers, ids, + - * / ( ) and MIN, MAX, SUM, IF, ROUNDUP",
        ),
        (
            "AVG(cv)",
            "「AVG」という関数はありません。使えるのは MIN, MAX, SUM, IF, ROUNDUP です",
            "no such function: 'AVG'. Only MIN, MAX, SUM, IF, ROUNDUP",
        ),
        (
            "cv / / cvr",
            "式「cv / / cvr」を読めません。演算子や括弧の過不足を確かめてください",
            "the formula 'cv / / cvr' can't be read: check for missing or extra operators and brackets",
        ),
    ],
)
def test_the_words_of_a_refusal(text, japanese, english):
    assert message(fault(text), "ja") == japanese
    assert message(fault(text), "en") == english


def test_input_is_no_formula():
    assert is_input("input") and is_input(" Input ") and is_input("ｉｎｐｕｔ")
    assert not is_input("inputs") and not is_input("cv") and not is_input("")
