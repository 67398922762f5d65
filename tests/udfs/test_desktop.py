"""The ribbon's buttons on the desktop: the open workbook is saved, closed, written by the command, and opened again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.exchange.sent_books import Filled
from tests.regenerate.typing_in import type_in
from udfs import desktop, dialogs, macros
from xl_kpi import engine
from xl_kpi.calc import month_start
from xl_kpi.catalog import text
from xl_kpi.commands import SetOption, new, open_workbook
from xl_kpi.errors import Refused
from xl_kpi.plan.entries import entries_of
from xl_kpi.plan.keys import actual_key
from xl_kpi.workbook.package.save import backups

pytestmark = pytest.mark.slow  # whole workbooks are written

PEOPLE = "名前,部署,メール,担当チャネル\n佐藤,マーケティング,sato@example.co.jp,web\n"
SATO, TANAKA = "sato@example.co.jp", "tanaka@example.co.jp"
TWO = f"{PEOPLE}田中,マーケティング,{TANAKA},web\n"


class Excel:
    """As much of Excel as the buttons use: one workbook that is open or closed, and message boxes."""

    def __init__(self, path: Path):
        self.path, self.said, self.steps = path, [], []
        self.engine = SimpleNamespace(name="excel")
        self.books = SimpleNamespace(open=self._open)

    def _open(self, path: str) -> None:
        assert Path(path) == self.path
        self.steps.append("open")

    def alert(self, message: str, title: str, mode: str) -> None:
        self.said.append((mode, message))


class Book:
    """The open workbook; what stands in it is that of its file."""

    def __init__(self, path: Path, fullname: str | None = None):
        self.app, self.name, self.fullname = Excel(path), path.name, fullname or str(path)
        self._book = engine.open_book(path)
        self.names, self.sheets = self._book.names, self._book.sheets

    def save(self) -> None:
        self.app.steps.append("save")

    def close(self) -> None:
        self.app.steps.append("close")


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> bytes:
    path = tmp_path_factory.mktemp("made") / "plan.xlsx"
    new(path, template="c2", changes=[SetOption("plan_months", "4", "")])
    return path.read_bytes()


@pytest.fixture
def path(made, tmp_path) -> Path:
    file = tmp_path / "計画.xlsx"
    file.write_bytes(made)
    return file


@pytest.fixture
def answers(monkeypatch) -> dict[str, object]:
    """What the user answers in the windows, by the kind of window; the questions are kept under "asked"."""
    given: dict[str, object] = {"asked": []}

    def window(kind):
        def ask(*question):
            given["asked"].append((kind, *question))
            return given[kind]

        return ask

    for kind in ("files", "folder", "several", "one", "answers", "agreed"):
        monkeypatch.setattr(dialogs, kind, window(kind))
    return given


def channels_of(path: Path) -> dict[str, bool]:
    return {channel.id: channel.on for channel in open_workbook(path, "ja").read.plan.channels}


def months_of(path: Path) -> list[dt.date]:
    plan = open_workbook(path, "ja").read.plan
    return [month_start(plan.start, k) for k in range(plan.months)]


def only_message(book: Book) -> str:
    ((mode, message),) = book.app.said
    assert mode == "info"
    return message


def test_regenerate_writes_the_file_while_it_is_closed(path):
    type_in(path, {"plan_months": 7})
    book = Book(path)
    macros.regenerate(book)
    assert book.app.steps == ["save", "close", "open"]
    assert "再生成しました" in only_message(book)
    assert len(backups(path)) == 1


def test_channels_are_asked_for_and_switched(path, answers):
    before = channels_of(path)
    assert before["trade_show"] and "ads" not in before  # C2 has a trade show and no ads
    answers["several"] = [id_ for id_ in before if id_ != "trade_show"] + ["ads"]
    book = Book(path)
    macros.channels(book)
    assert channels_of(path) == {**before, "trade_show": False, "ads": True}
    assert "× 展示会" in only_message(book)
    offered = answers["asked"][0][3]
    assert ("trade_show", "展示会", True) in offered and ("ads", "広告", False) in offered


def test_a_month_is_asked_for_and_closed_and_all_are_opened_again(path, answers, made):
    months = [f"{start:%Y-%m}" for start in months_of(path)]
    answers["one"] = None
    macros.close(Book(path))
    assert path.read_bytes() == made  # the window was closed
    (kind, title, _, lines, _) = answers["asked"][0]
    assert (kind, title, lines) == ("one", "月を締める", ["締めた月なし（すべて開く）", *months])
    answers["one"] = 2
    book = Book(path)
    macros.close(book)
    assert book.app.steps == ["save", "save", "close", "open"]
    assert f"{months[0].replace('-', '/')}から{months[1].replace('-', '/')}までを締めました" in only_message(book)
    assert open_workbook(path, "ja").read.plan.closed_months == 2
    answers["one"] = 0
    book = Book(path)
    macros.close(book)
    assert "締めた月はありません" in only_message(book)
    assert open_workbook(path, "ja").read.plan.closed_months == 0


@pytest.mark.parametrize("same", [True, False])
def test_a_window_that_is_closed_or_unchanged_changes_nothing(path, answers, made, same):
    on = [id_ for id_, is_on in channels_of(path).items() if is_on]
    answers["several"] = on if same else None
    book = Book(path)
    macros.channels(book)
    assert path.read_bytes() == made and "close" not in book.app.steps and book.app.said == []


def test_distribute_makes_a_workbook_and_a_draft_for_each_person(path, answers, tmp_path):
    people, out = tmp_path / "名簿.csv", tmp_path / "配布"
    people.write_text(PEOPLE, "utf-8")
    answers.update(files=[people], folder=out)
    book = Book(path)
    macros.distribute(book)
    only_message(book)
    assert sorted(file.suffix for file in out.iterdir() if file.suffix in (".xlsx", ".eml")) == [".eml", ".xlsx"]
    assert [sent.version for sent in open_workbook(path, "ja").records.sent] == ["1"]


def test_collect_takes_what_came_back_and_applies_the_choice_made_on_the_sheet(path, answers, tmp_path):
    people, out = tmp_path / "名簿.csv", tmp_path / "配布"
    people.write_text(TWO, "utf-8")
    answers.update(files=[people], folder=out)
    macros.distribute(Book(path))
    start = open_workbook(path, "ja").read.plan.start
    sessions, forms = (actual_key(f"web:{kpi}", start) for kpi in ("sessions", "form_visits"))
    first, second = sorted(out.glob("*.xlsx"))  # 佐藤, 田中
    first.write_bytes(Filled(first.read_bytes()).type({sessions: 4800, forms: 200}).bytes())
    second.write_bytes(Filled(second.read_bytes()).type({sessions: 5200}).bytes())

    answers["files"] = [first, second]
    book = Book(path)
    macros.collect(book)
    assert book.app.steps == ["save", "close", "open"]
    assert only_message(book).splitlines()[:3] == [
        f"{first.name}: 佐藤 <{SATO}> ― 入力 2件（取り込み 1件、競合 1件）",
        f"{second.name}: 田中 <{TANAKA}> ― 入力 1件（競合 1件）",
        f"競合: サービスサイト › セッション › {start:%Y/%m} 実績: 計画 = （空欄）、{SATO} = 4,800、{TANAKA} = 5,200",
    ]
    entries = entries_of(open_workbook(path, "ja").read.plan)
    assert entries[forms] == 200 and sessions not in entries

    path.write_bytes(Filled(path.read_bytes()).choose(sessions, TANAKA).bytes())
    answers["files"] = []
    book = Book(path)
    macros.collect(book)
    assert f"選択を反映: サービスサイト › セッション › {start:%Y/%m} 実績: （空欄） → 5,200" in only_message(book)
    assert entries_of(open_workbook(path, "ja").read.plan)[sessions] == 5200


def visits(tmp_path, start: dt.date, *groups: tuple[str, int]) -> Path:
    """A download of GA4 with a row for each group of channels."""
    file = tmp_path / "ga4.csv"
    lines = ["日付,セッションのデフォルト チャネル グループ,セッション"]
    file.write_text("\n".join([*lines, *(f"{start:%Y%m%d},{name},{count}" for name, count in groups)]), "utf-8-sig")
    return file


def test_files_are_imported_once_their_questions_are_answered_and_the_change_is_agreed(path, answers, tmp_path):
    start = months_of(path)[0]
    answers.update(files=[visits(tmp_path, start, ("Organic Search", 900), ("Referral", 100))], agreed=True)
    answers["answers"] = [0, 1]  # the first group is the site's, the second is not imported
    book = Book(path)
    macros.import_files(book)
    assert book.app.steps == ["save", "save", "close", "open"]
    assert only_message(book).splitlines()[0] == f"{path} に1件の実績を取り込みました。"
    plan = open_workbook(path, "ja").read.plan
    assert plan.actuals["web:sessions", 0] == 900
    assert [row["value"] for row in plan.tables["tbl_sources"].values()] == [900]
    (kind, title, _, lines, lang), agreed = answers["asked"][-2:]
    assert (kind, title, lang) == ("answers", "実績を取り込む", "ja")
    choices = ("サービスサイト", "取り込まない")
    assert lines == [
        dialogs.Line("「Organic Search」はどのチャネルですか", choices),
        dialogs.Line("「Referral」はどのチャネルですか", choices),
    ]
    assert agreed[0] == "agreed" and "ga4.csv" in agreed[3]
    assert list(agreed[5]) == [("サービスサイト", "セッション", f"{start:%Y/%m}", "（空欄）", "900")]
    # the same file again asks nothing, and says that nothing changes
    answers["asked"].clear()
    book = Book(path)
    before = path.read_bytes()
    macros.import_files(book)
    assert [kind for kind, *_ in answers["asked"]] == ["files"]
    assert "変わる実績はありません" in only_message(book) and path.read_bytes() == before


@pytest.mark.parametrize("closed", ["files", "answers", "agreed"])
def test_a_window_of_the_import_that_is_closed_changes_nothing(path, answers, made, tmp_path, closed):
    file = visits(tmp_path, months_of(path)[0], ("Organic Search", 900))
    answers.update(files=[file], answers=[0], agreed=True)
    answers[closed] = {"files": [], "answers": None, "agreed": False}[closed]
    book = Book(path)
    macros.import_files(book)
    assert answers["asked"][-1][0] == closed
    assert path.read_bytes() == made and "close" not in book.app.steps and book.app.said == []


@pytest.mark.parametrize("typed", [True, False])
def test_what_is_typed_while_the_windows_are_open_is_not_lost(path, answers, tmp_path, monkeypatch, typed):
    start = months_of(path)[0]
    answers.update(files=[visits(tmp_path, start, ("Organic Search", 900))], answers=[0])
    sessions = actual_key("web:sessions", start)

    def agreed(*question):  # Excel saves the workbook anew when it is closed
        path.write_bytes(Filled(path.read_bytes()).type({sessions: 4800} if typed else {}).bytes())
        return True

    monkeypatch.setattr(dialogs, "agreed", agreed)
    book = Book(path)
    macros.import_files(book)
    ((mode, message),) = book.app.said
    assert book.app.steps[-1] == "open"
    stands = entries_of(open_workbook(path, "ja").read.plan)[sessions]
    if typed:
        assert (mode, stands) == ("critical", 4800) and "もう一度" in message
    else:
        assert (mode, stands) == ("info", 900)


def test_a_file_that_is_none_is_one_line_and_the_workbook_stays_open(path, answers, made, tmp_path):
    photo = tmp_path / "photo.csv"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    answers["files"] = [photo]
    book = Book(path)
    macros.import_files(book)
    ((mode, message),) = book.app.said
    assert mode == "critical" and "photo.csv" in message and len(message.splitlines()) == 1
    assert path.read_bytes() == made and book.app.steps == ["save"]


def test_restore_offers_the_states_and_brings_one_back(path, answers, made):
    answers.update(several=["web"], one=0)
    macros.channels(Book(path))
    assert path.read_bytes() != made
    book = Book(path)
    macros.restore(book)
    assert path.read_bytes() == made
    assert "新規作成" in answers["asked"][-1][3][0]  # the one state before: as it was made


def test_the_review_is_refreshed_and_says_what_to_do_where_there_is_no_actual_yet(path, answers, made):
    book = Book(path)
    macros.review(book)
    message = only_message(book)
    assert text("reviewed_nothing_new", "ja") in message and "import" in message
    assert book.app.steps == ["save", "close", "open"]


@pytest.mark.parametrize("kind", [0, 1], ids=["html", "pdf"])
def test_a_report_stands_beside_the_workbook_and_is_opened(path, answers, made, monkeypatch, kind):
    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    answers["one"] = kind
    book = Book(path)
    macros.report(book)
    out = path.with_name(["計画_レポート.html", "計画_レポート.pdf"][kind])
    assert out.read_bytes().startswith([b"<!DOCTYPE html>", b"%PDF-"][kind])
    assert opened == [out.as_uri()] and out.name in only_message(book)
    assert path.read_bytes() == made and book.app.steps == ["save"]  # the workbook stays open


def test_no_report_where_the_window_is_closed(path, answers):
    answers["one"] = None
    book = Book(path)
    macros.report(book)
    assert book.app.said == [] and book.app.steps == [] and [*path.parent.iterdir()] == [path]


def test_without_a_former_state_restore_says_so(path, answers):
    book = Book(path)
    macros.restore(book)
    assert path.name in only_message(book) and book.app.steps == []


def test_check_lists_what_is_doubtful_and_leaves_the_file_alone(path, made):
    book = Book(path)
    macros.check(book)
    assert path.name in only_message(book)
    assert book.app.steps == [] and path.read_bytes() == made


def test_the_guide_is_the_first_sheet(path, monkeypatch):
    book = Book(path)
    opened = []
    monkeypatch.setattr(type(book.sheets[0]), "activate", lambda sheet: opened.append(sheet.name))
    macros.guide(book)
    assert opened == ["使い方"] and book.app.said == []


def test_a_workbook_on_a_server_is_not_closed(path, answers, made):
    book = Book(path, fullname="https://example.sharepoint.com/計画.xlsx")
    for button in (macros.channels, macros.close, macros.restore, macros.import_files, macros.report, macros.review):
        button(book)
    assert [mode for mode, _ in book.app.said] == ["critical"] * 6
    assert all("保存してから" in message for _, message in book.app.said)
    assert book.app.steps == [] and path.read_bytes() == made


def test_the_workbook_is_opened_again_when_the_command_fails(path, monkeypatch):
    def failing(*arguments):
        raise OSError("disk")

    monkeypatch.setattr(desktop, "run", failing)
    book = Book(path)
    with pytest.raises(OSError, match="disk"):
        macros.regenerate(book)
    assert book.app.steps == ["save", "close", "open"]


def test_what_is_wrong_is_said_in_the_plan_s_language(path):
    with desktop.closed(Book(path), "ja") as file:
        assert "使い方の誤り" in desktop.run("nonsense", file, "--lang", "ja")
    with pytest.raises(Refused, match="Save it first"), desktop.closed(Book(path, fullname="Book1"), "en"):
        pass


def test_a_long_answer_is_cut_to_a_screen(monkeypatch):
    from xl_kpi import cli

    monkeypatch.setattr(cli.cli, "main", lambda arguments: print("\n".join(map(str, range(100)))))
    lines = desktop.run("x").splitlines()
    assert len(lines) == desktop.MOST_LINES + 1 and lines[-1] == "… (+75)"
