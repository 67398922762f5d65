"""One name for one thing: what sheets, messages and docs call each thing, in both languages, and no other word."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# Words of other people's files, of earlier workbooks and of a made-up company's downloads: not ours to choose.
OTHERS = {"exports.toml", "roles.toml", "former_words.toml", "demo.toml"}

# The chosen term, the words that nobody may use for it, and texts in which such a word means something else.
JAPANESE = [
    ("再生成", "作り直[さしすせそ]", ()),
    ("段階", "ステージ", ("段階（ステージ）",)),
    ("季節配分", "季節の重み", ()),
    ("割合", "分担率", ()),
    ("納品日数", "売上計上までの日数|計上されるまでの日数", ("受注から売上が計上されるまでの日数",)),
    ("前期の実績", "基準値", ()),
    ("成長率", "伸び率", ()),
    ("受注単価", "平均受注単価", ()),
    ("進行中の案件", "進行中の件数", ()),
    ("部門", "部署", ("部門|部署|所属",)),  # what a list of people may call its column
    ("端数処理前", "端数つき", ()),
    ("換算後の割合", "使う割合", ()),
    ("実績累計", "実績のある月まで", ()),
    ("必要リード数", "計画が求める|計画上必要な", ()),
    ("上回る", "うわまわ", ()),
    ("バニティ指標", "虚栄", ()),
    ("構成式", "^分解$", ()),
    ("加重に使うKPI", "合計の重み", ()),
    ("テンプレート", "ひな形|雛形", ()),
    ("今の", "(?<![てでなさゃ])いま(?![しすせ])", ()),
    ("分かりません", "わか[らりる]", ()),
    ("誰が", "だれ", ()),
    ("取り込み", "取込", ()),
    ("担当するチャネル", "担う|受け持|分担", ()),
    ("着地見込み", "(?:期末|着地)の(?:着地)?見込み", ()),
    ("打ち手", "対策|対応、担当", ()),
    ("戻る見込み", "取り戻せる受注|回復見込み|戻る見込み(?:の受注|です)", ()),
    ("レビュー", "定例会|見直しの(?:頻度|予定|日)|次回の見直し", ()),
    ("の転換率", "^(?:MQL|SQL|提案)化率$", ()),
    ("単位: ", "^(?:円|千円|百万円|件|回|倍|日|か月)。|\\{unit\\}。(?<!単位: \\{unit\\}。)", ()),
    ("コピー", "複製|写し|写した", ()),
    ("非表示", "隠[すしれ]", ()),
    ("入力", "記入", ("BANTC記入", "商談の中で記入")),  # what is noted in a sales system
    ("ターミナル", "端末", ()),
    ("パッケージ", "部品", ()),
    ("リマインド", "催促|督促", ()),
    ("80%の幅", "見込みの幅", ()),
    ("ネガティブ", "否定的", ("否定的な口コミ・投稿",)),  # a figure that people choose by its name
    ("下回る", "したまわ", ()),
    ("不足分", "足りない分の|取りすぎた分", ()),
    ("コマンド", "命令", ()),
    ("ご自身の", "ご自分の", ()),
    ("計画を点検", "入力をチェック", ()),
]
ENGLISH = [
    ("Opportunities", "Opportunities won", ()),
    ("Total", "^In all\\b(?! of)", ()),
    ("Required", "Plan asks", ()),
    ("JPY", "\\b[Yy]en\\b", ("several 10,000 yen", "{yen}")),  # a quotation
    ("regenerate", "\\banew\\b|\\brebuil[dt]|\\b(?:a|the|last|next) regenerate\\b", ()),
    (
        "email",
        "\\b[Mm]ail(?:s|ed)?\\b|\\b[Ee]-mail",
        ("{mail}", "kpi[mail]", "mail server", "Mail click", "Mail opened", "mail address", "mail|e-mail|", "of mails"),
    ),  # the rest is typed in files, or the name of a package
    ("database", "\\bdata base", ()),
    ("Backwards plan", "\\bBackwards\\b(?! plan)", ()),
    ("Channel sheets", "\\b[Tt]abs?\\b", ('the tab "KPI plan"', "tabs")),  # of the ribbon; between columns of a file
    ("cumulative", "running total", ()),
    ("previous state", "\\bformer\\b", ()),
    ("Everyone", "\\b[Ee]verybody\\b", ()),
    ("hidden", "^not shown$", ()),
    ("moved on", "\\bgone on\\b", ()),
    ("handover", "\\bhand-over", ()),
    ("Order value", "\\b[Aa]verage order value", ()),
    ("unclear", "\\b[Nn]obody (?:knows|can tell)", ()),
    ("95%", "\\d %(?! of)", ()),
    ("per lead", "\\b(?:row|line|lead|person|answer|item)s? a (?:row|line|lead|person)\\b", ()),
    ("Did you mean", "\\} \\? ", ()),
    ("behaviour", "behavior|color|catalog\\b|\\bcenter|analyz|organiz|licens", ()),  # British, as everywhere here
]


def texts_of(lang: str):
    """(where, text) of every text of the catalog in a language."""
    for path in sorted(Path(str(files("xl_kpi.catalog"))).glob("*.toml")):
        if path.name not in OTHERS:
            yield from _found(tomllib.loads(path.read_text("utf-8")), lang, path.name)


def _found(node: object, lang: str, where: str):
    if isinstance(node, dict):
        if isinstance(node.get(lang), str):
            yield where, node[lang]
        for key, value in node.items():
            yield from _found(value, lang, f"{where} {key}")
    elif isinstance(node, list):
        for value in node:
            yield from _found(value, lang, where)


def misused(texts, words: str, elsewhere: tuple[str, ...]) -> list[str]:
    found = []
    for where, text in texts:
        for one in elsewhere:
            text = text.replace(one, "")
        if re.search(words, text):
            found.append(where)
    return found


@pytest.mark.parametrize(("term", "words", "elsewhere"), JAPANESE, ids=[one[0] for one in JAPANESE])
def test_the_catalog_has_one_japanese_word_for_a_thing(term, words, elsewhere):
    texts = list(texts_of("ja"))
    assert not misused(texts, words, elsewhere)
    assert any(term in text for _, text in texts) or term in ("実績累計", "必要リード数")


@pytest.mark.parametrize(("term", "words", "elsewhere"), ENGLISH, ids=[one[0] for one in ENGLISH])
def test_the_catalog_has_one_english_word_for_a_thing(term, words, elsewhere):
    texts = list(texts_of("en"))
    assert not misused(texts, words, elsewhere)
    assert any(term in text for _, text in texts)


@pytest.mark.parametrize(("term", "words", "elsewhere"), JAPANESE, ids=[one[0] for one in JAPANESE])
def test_what_a_user_reads_beside_the_workbook_says_the_same(term, words, elsewhere):
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "xl_kpi" / "calc" / "errors.py"]
    assert not misused([(page.name, page.read_text("utf-8")) for page in pages], words, elsewhere)


def test_no_two_columns_of_the_kpi_dictionary_have_one_header():
    from xl_kpi.catalog import text
    from xl_kpi.sheets import kpis

    keys = set(re.findall(r'"((?:kpi_|column_)[a-z_]+)"', Path(kpis.__file__).read_text("utf-8")))
    for lang in ("ja", "en"):
        said = [text(key, lang) for key in keys if key in ("kpi_rhythm", "column_check") or key.startswith("kpi_")]
        assert len(said) == len(set(said)), lang


def test_each_rate_of_opportunities_says_of_what_it_is():
    rates = {
        row["name"]["ja"]
        for path in Path(str(files("xl_kpi.catalog"))).glob("kpis_*.toml")
        for row in tomllib.loads(path.read_text("utf-8"))["kpi"]
        if row["name"]["ja"].startswith("商談化率")
    }
    assert rates == {"商談化率（アポ→商談）", "商談化率（名刺→商談）"}  # without brackets: SQL → 商談, the stage's
