"""The workbook of one recipient: what can be typed, what is not in it, and that its numbers are the master's."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache, lru_cache, partial

import pytest
from openxml_audit import FileFormat, OpenXmlValidator

from tests.agreement.selected import often, often_rows
from tests.exchange.recipients import everything_in, loaded, open_rows, people
from tests.sheets.plans import in_the_year, template
from tests.sheets.records import answered
from xl_kpi.addin.lite.put_in import add_lite
from xl_kpi.build import build
from xl_kpi.catalog import text
from xl_kpi.exchange.outgoing.contents import contents
from xl_kpi.exchange.outgoing.workbook import NONE, VISIBLE, Outgoing, Sending
from xl_kpi.plan.model import Plan
from xl_kpi.workbook.writing.lambdas import lambda_names
from xl_kpi.workbook.writing.stored_values import evaluate

pytestmark = pytest.mark.slow

PLAN_ID = "4f0c2b7e9d1a4c5f8e3b6a7d0c9e1f2a"
DUE = dt.date(2026, 5, 15)
WHO = ("marketer", "caller", "seller", "agency")
# What the departments own in the templates, and what of it is typed (the leads are the sum of the channels).
ANSWERS = {
    "marketer": {"stage:leads", "stage:mql", "channel:web", "channel:ads", "channel:webinar", "channel:trade_show"},
    "caller": {"stage:sql", "stage:opportunities", "channel:inside_sales"},
    "seller": {"stage:proposals", "stage:orders"},
    "agency": {"channel:webinar"},
}
STAGES = {"marketer": {"stage:mql"}, "caller": {"stage:sql", "stage:opportunities"},
          "seller": {"stage:proposals", "stage:orders"}, "agency": set()}  # fmt: skip
TABS = {"marketer": ("web", "ads"), "caller": ("inside_sales",), "seller": (), "agency": ("webinar",)}


@cache
def plan_of(lang: str) -> Plan:
    """A default plan with answers of two departments and four months of actuals."""
    return answered(lang)


@cache
def outgoing(lang: str, rest: str, lite: bool = False) -> Outgoing:
    finish = partial(add_lite, lang=lang) if lite else None
    return Outgoing(plan_of(lang), Sending(PLAN_ID, "3", DUE, rest), finish=finish)


@cache
def workbook(who: str, rest: str, lang: str = "ja") -> bytes:
    return outgoing(lang, rest).workbook(people(lang)[who])


read = lru_cache(32)(loaded)  # each workbook is looked at by several tests, which change nothing in it


@cache
def master(lang: str) -> bytes:
    return build(plan_of(lang))


def channel_names(lang: str) -> dict[str, str]:
    return {channel.id: channel.name for channel in plan_of(lang).channels_on}


def typed_rows(channel: str) -> set[str]:
    return {f"{kpi.id}:actual" for kpi in plan_of("ja").kpis_of(channel) if kpi.on and kpi.actual == "input"}


# Of who gets one and what they see of the rest; every run has each of both, and the one who is sent only a part.
EACH = pytest.mark.parametrize(("who", "rest"), often_rows([(who, rest) for who in WHO for rest in (VISIBLE, NONE)],
                                                           [0, 3, 5, 6]))  # fmt: skip


# --- what can be typed


@EACH
def test_only_the_recipients_own_rows_are_open(who, rest):
    names = channel_names("ja")
    expected = {names[channel]: typed_rows(channel) for channel in TABS[who]}
    expected["合意"] = ANSWERS[who]
    if STAGES[who]:
        # in_the_year has a goal in money: who types the orders types the revenue
        more = {"stage:revenue:actual"} if "stage:orders" in STAGES[who] else set()
        expected["逆算"] = {f"{stage}:actual" for stage in STAGES[who]} | more
    assert open_rows(read(workbook(who, rest))) == expected


@pytest.mark.parametrize("rest", [VISIBLE, NONE])
def test_on_the_page_of_answers_the_number_they_are_about_is_not_typed(rest):
    sheet = read(workbook("seller", rest))["合意"]
    header = next(row for row in sheet.iter_rows() if row[1].value == "部門" and row[5].value == "状況")
    columns = {cell.column_letter: cell.value for cell in header}
    row = next(row for row in sheet.iter_rows() if row[0].value == "stage:orders")
    assert [columns[cell.column_letter] for cell in row if not cell.protection.locked] == [
        "回答", "氏名", "日付", "コメント"]  # fmt: skip


@EACH
def test_what_may_be_typed_is_checked_while_it_is_typed(who, rest):
    """The rules of the master follow the rows: every open cell but names and comments has one."""
    book = read(workbook(who, rest))
    for sheet in book.worksheets:
        ruled = {cell for rule in sheet.data_validations.dataValidation for cell in rule.sqref}
        areas = [area.bounds for area in ruled]
        free = {"氏名", "コメント"}
        for row in sheet.iter_rows():
            for cell in row:
                if cell.protection.locked:
                    continue
                headers = {sheet.cell(above, cell.column).value for above in range(1, cell.row)}
                inside = any(left <= cell.column <= right and top <= cell.row <= bottom
                             for left, top, right, bottom in areas)  # fmt: skip
                assert inside or headers & free, (sheet.title, cell.coordinate)


@EACH
def test_every_sheet_is_protected_and_the_cover_comes_first(who, rest):
    book = read(workbook(who, rest))
    assert all(sheet.protection.sheet and not sheet.protection.password for sheet in book.worksheets)
    assert book.active.title == book.sheetnames[0] == "送付状"


def test_what_is_locked_looks_as_if_nothing_could_be_typed():
    """Yellow means "type here" on the cover; nothing else may be yellow."""
    book = read(workbook("marketer", VISIBLE))
    yellow = {
        cell.protection.locked
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb == "FFFFFBEB" and not (sheet.title == "使い方")  # its legend shows a sample
    }
    assert yellow == {False}


# --- what is in it


def test_the_rest_is_visible_but_for_the_planners_records():
    inside = contents(workbook("marketer", VISIBLE))
    assert inside.sheets == (
        "送付状", "使い方", "設定", "ファネル", "チャネル", "KPI辞書", "逆算", "KPIツリー", "合意", "サービスサイト",
        "広告", "ウェビナー", "展示会", "インサイドセールス", "用語", "関数",
    )  # fmt: skip
    assert inside.hidden == ("計算",)
    assert inside.functions == tuple(lambda_names("ja"))
    assert (inside.links, inside.code, inside.comments) == ((), (), ())
    assert {"plan_id", "made_start", "tbl_record"}.isdisjoint(inside.names)


@pytest.mark.parametrize(
    ("who", "sheets", "names"),
    [
        (
            "marketer",
            ("送付状", "逆算", "合意", "サービスサイト", "広告"),
            {"act_stages", "tbl_agreement", "act_web", "act_ads"},
        ),
        ("seller", ("送付状", "逆算", "合意"), {"act_stages", "tbl_agreement"}),
        ("agency", ("送付状", "合意", "ウェビナー"), {"tbl_agreement", "act_webinar"}),
    ],
)
def test_without_the_rest_there_is_nothing_but_the_recipients_pages(who, sheets, names):
    inside = contents(workbook(who, NONE))
    assert (inside.sheets, inside.hidden, inside.functions) == (sheets, (), ())
    assert (inside.links, inside.code, inside.comments) == ((), (), ())
    ours = {"sent_plan", "sent_version", "sent_to", "sent_name"}
    assert {name for name in inside.names if not name.startswith("out_")} >= names | ours
    references = read(workbook(who, NONE)).defined_names
    assert all(re.match(r"'?([^'!]+)'?!", references[name].attr_text)[1] in sheets for name in inside.names)


def test_without_the_rest_nothing_of_others_is_hidden_anywhere():
    """Typed by others: a comment on 合意, actuals and KPI names of other channels, shares of the channels."""
    plan = plan_of("ja")
    secret = plan.with_(actuals={**plan.actuals, ("ads:cost", 2): 98_765_431.0})
    data = Outgoing(secret, Sending(PLAN_ID, "3", DUE, NONE)).workbook(people("ja")["agency"])
    # The hint below the months names KPIs of 広告 as an example, in every channel's tab: a text of ours, nothing typed.
    everything = everything_in(data).replace(text("word_parts", "ja"), "")
    assert "98.765431" in everything_in(build(secret))  # the plan is in 百万円
    comments = [answer.comment for what, answer in plan.answers.items() if answer.comment and what != "channel:webinar"]
    foreign = {kpi.name_ja for kpi in plan.kpis} - {kpi.name_ja for kpi in plan.kpis_of("webinar")}
    own = [kpi.name_ja for kpi in plan.kpis_of("webinar")] + [text("cover_step_1", "ja")]  # "click a sheet name"
    foreign = {name for name in foreign if not any(name in words for words in own)}
    assert comments and foreign
    found = [
        word
        for word in ("98765431", "98.765431", *comments, *foreign, "展示会", "インサイドセールス", "LAMBDA")
        if word in everything
    ]
    assert found == []
    assert not re.search(r"<(?:\w+:)?(?:c|v)>?[^<]*計算'!", everything)


def test_lite_comes_only_on_request():
    assert contents(outgoing("ja", VISIBLE).workbook(people("ja")["seller"])).code == ()
    code = contents(outgoing("ja", VISIBLE, lite=True).workbook(people("ja")["seller"])).code
    assert [part.rpartition("/")[2] for part in code if part.endswith(".xml")] == ["taskpanes.xml", "webextension1.xml"]


# --- the cover


@pytest.mark.parametrize("rest", [VISIBLE, NONE])
def test_the_cover_says_who_what_and_until_when(rest):
    book = read(workbook("agency", rest))

    def named(name: str) -> object:
        sheet, cell = next(iter(book.defined_names[name].destinations))
        return book[sheet][cell].value

    assert [named(name) for name in ("sent_plan", "sent_version", "sent_to", "sent_name")] == [
        PLAN_ID, "3", "agency@example.com", "=HYPERLINK(0) <b>&"]  # fmt: skip
    cell = book["送付状"]["B5"]
    request = "様　黄色いセルに入力し、2026/05/15 までに、このファイルをメールに添付してご返送ください。"
    assert cell.value == f"=HYPERLINK(0) <b>& {request}"
    assert cell.data_type == "s", "a name that begins with = is no formula"


def test_without_a_date_the_cover_names_none():
    data = Outgoing(template("c1", "en"), Sending(PLAN_ID, "1")).workbook(people("en")["marketer"])
    words = [cell.value for row in loaded(data)["Cover"].iter_rows() for cell in row if cell.value]
    assert "no date set" in words
    assert "山田 太郎: please fill in the yellow cells and return this file by email." in words


@pytest.mark.parametrize("lang", often(["ja", "en"], ["ja"]))
@EACH
def test_every_link_leads_to_what_its_line_says(who, rest, lang):
    book = read(workbook(who, rest, lang))
    cover = book.worksheets[0]
    names = channel_names(lang)
    links = {}
    for link in [cell.hyperlink for row in cover.iter_rows() for cell in row if cell.hyperlink]:
        sheet, cell = re.fullmatch(r"'(.+)'!([A-Z]+[0-9]+)", link.location).groups()
        links.setdefault(sheet, []).append(book[sheet][cell].row)
        assert cover[link.ref].value == sheet
    plan = plan_of(lang)
    expected = [names[channel] for channel in TABS[who]]
    expected += ["逆算" if lang == "ja" else "Backwards plan"] * bool(STAGES[who]) + [
        "合意" if lang == "ja" else "Agreement"
    ]
    assert list(links) == expected
    backwards = book[expected[-2]] if STAGES[who] else None
    stages = [f"stage:{stage.id}" for stage in plan.stages if f"stage:{stage.id}" in STAGES[who]]
    rows = links.get(backwards.title, []) if backwards else []
    assert [backwards.cell(row, 1).value for row in rows] == [f"{stage}:actual" for stage in stages]


# --- its numbers


@cache
def results(data: bytes) -> dict[str, dict[str, object]]:
    """Sheet → key of the row → the results in it, where rows have keys."""
    found: dict[str, dict[str, object]] = {}
    for sheet in read(data, results=True).worksheets:
        for row in sheet.iter_rows(values_only=True):
            if row[0] is not None and not str(row[0]).startswith("xl_kpi:"):
                found.setdefault(sheet.title, {})[str(row[0])] = row[1:]
    return found


def without_blanks(row: tuple[object, ...]) -> list[object]:
    """The cells of a row up to its last one: how wide other rows of its sheet are does not matter."""
    cells = [cell or None for cell in row]
    while cells and cells[-1] is None:
        cells.pop()
    return cells


@EACH
def test_every_number_is_the_masters(who, rest):
    of_master = results(master("ja"))
    compared = 0
    for sheet, rows in results(workbook(who, rest)).items():
        for key, row in rows.items():
            assert without_blanks(row) == without_blanks(of_master[sheet][key]), (sheet, key)
            compared += 1
    assert compared > 2


@EACH
def test_calculated_anew_it_says_the_same(who, rest):
    """Formulas that were made values, moved to other rows or left alone: IronCalc calculates what is stored."""
    data = workbook(who, rest)
    book = read(data, results=True)
    wrong = []
    for (sheet, row, column), value in evaluate(data).items():
        stored = book[sheet].cell(row, column).value
        if isinstance(value, float) and isinstance(stored, dt.datetime):
            stored = (stored - dt.datetime(1899, 12, 30)).days
        same = abs(stored - value) <= 1e-9 * max(1.0, abs(value)) if isinstance(stored, float | int) else (
            (stored or "") == value)  # fmt: skip
        if not same:
            wrong.append((sheet, row, column, stored, value))
    assert wrong == []


def test_what_a_recipient_types_still_moves_their_attainment():
    """Without the rest the targets are values; attainment = actual ÷ target is still a formula."""
    book = read(workbook("agency", NONE))
    sheet = book["ウェビナー"]
    rows = {sheet.cell(row, 1).value: row for row in range(1, sheet.max_row + 1)}
    anchor = next(kpi.id for kpi in plan_of("ja").kpis_of("webinar") if kpi.target == "leads")
    assert str(sheet.cell(rows[f"{anchor}:attainment"], 7).value).startswith("=")
    assert not str(sheet.cell(rows["plan:leads"], 7).value).startswith("=")


def test_the_chart_of_a_tab_needs_no_other_sheet():
    everything = everything_in(workbook("agency", NONE))
    areas = re.findall(r"<c:f>([^<]*)</c:f>|<f>('[^<]*)</f>", everything)
    sources = [one or other for one, other in areas if "!$" in (one or other)]
    assert sources and all(source.startswith("'ウェビナー'!") for source in sources)


# --- the file


def test_the_same_data_give_the_same_bytes():
    again = Outgoing(plan_of("ja"), Sending(PLAN_ID, "3", DUE, NONE)).workbook(people("ja")["seller"])
    assert again == workbook("seller", NONE)


@pytest.mark.parametrize(
    "case",
    often(
        [("marketer", VISIBLE, "ja"), ("seller", NONE, "en"), ("agency", VISIBLE, "en"), ("agency", NONE, "ja")],
        [("marketer", VISIBLE, "ja")],
    ),
    ids="-".join,
)
def test_audit_finds_nothing(case, tmp_path):
    path = tmp_path / "sent.xlsx"
    path.write_bytes(workbook(case[0], case[1], case[2]))
    for version in (FileFormat.MICROSOFT_365, FileFormat.OFFICE_2010):
        result = OpenXmlValidator(version, max_errors=0, security_validation=True).validate(path)
        assert [(error.part_uri, error.description) for error in result.errors] == []


@pytest.mark.host
def test_libreoffice_opens_it_and_calculates_the_same(libreoffice_values, tmp_path):
    paths = []
    for number, (who, rest) in enumerate([("marketer", VISIBLE), ("marketer", NONE), ("seller", NONE)]):
        paths.append(tmp_path / f"{number}.xlsx")
        paths[-1].write_bytes(workbook(who, rest))
    for path, values in zip(paths, libreoffice_values(*paths), strict=True):
        book = loaded(path.read_bytes(), results=True)
        compared = 0
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if isinstance(cell.value, float | int):
                        found = values[sheet.title, cell.row, cell.column]
                        assert found == pytest.approx(cell.value, rel=1e-9, abs=1e-9), (path.name, cell)
                        compared += 1
        assert compared > 50


def test_a_channel_called_like_the_cover_keeps_its_name():
    plan = in_the_year("ja")
    renamed = plan.with_(channels=tuple(
        channel if channel.id != "ads" else type(channel)(**{**vars(channel), "name": "送付状"})
        for channel in plan.channels))  # fmt: skip
    data = Outgoing(renamed, Sending(PLAN_ID, "1", rest=NONE)).workbook(people("ja")["marketer"])
    assert contents(data).sheets == ("送付状 (2)", "逆算", "合意", "サービスサイト", "送付状")
