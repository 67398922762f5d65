"""The README's commands run as they stand, in order, in an empty folder; every command and option is written down."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from tests.cli.terminal import ENGLISH, JAPANESE, ROOT, xl
from tests.exchange.sent_books import Filled
from xl_kpi.calc import month_start
from xl_kpi.catalog.demo import demo_data
from xl_kpi.cli.app import command_group
from xl_kpi.commands import open_workbook
from xl_kpi.commands.demo_files import write_downloads

README = (ROOT / "README.md").read_text("utf-8")
JA, EN = README.split("\n# xl_kpi (English)\n")
# What a test machine has not; each with its reason.
LEFT_OUT = {
    "xl-kpi addin install": "writes into the Excel of whoever runs it; tests/addin tries it with folders of its own"
}
# On a terminal the first import asks whose the channels of GA4 are.
ANSWERS = ["--answer", "channel:Paid*=leave", "--answer", "channel:*=web"]
CLICKS = "actual[ads:clicks][2026-04]"  # a channel that the README switches on before it sends anything


def commands(section: str) -> list[str]:
    """Every line of a shell block that begins with xl-kpi, without its remark."""
    blocks = re.findall(r"^```sh\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    lines = [line.partition(" #")[0].strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("xl-kpi ")]


def people(path: str, heads: str) -> None:
    """The list that ``distribute`` reads."""
    rows = [heads, "田中,マーケティング,tanaka@example.com,ads", "佐藤,営業,sato@example.com,web"]
    Path(path).write_text("\n".join(rows) + "\n", "utf-8")


def replies(sent: str, folder: str) -> None:
    """What ``collect`` finds: the workbooks came back, and in one of them somebody has typed."""
    Path(folder).mkdir()
    books = sorted(Path(sent).glob("*.xlsx"))
    assert len(books) == 2
    for book in books:
        typed = {CLICKS: 1200} if "田中" in book.name else {}
        (Path(folder) / book.name).write_bytes(Filled(book.read_bytes()).type(typed).bytes())


def exports(plan: str, lang: str, *names: str) -> None:
    """What ``import`` reads: the downloads of the demonstration, and one of GA4 that leaves a channel open."""
    start = open_workbook(plan, lang).read.plan.start
    files = write_downloads(Path(), start, lang)
    for file, name in zip((files[0], files[2], files[1]), names[:3], strict=True):
        file.rename(name)
    head = {
        "ja": "日付,セッションのデフォルト チャネル グループ,セッション",
        "en": "Date,Session default channel group,Sessions",
    }[lang]
    later = month_start(start, demo_data().months)
    Path(names[3]).write_text(f"{head}\n{later:%Y%m%d},Organic Search,1200\n", "utf-8-sig")


def run(section: str, env: dict[str, str], before: dict[str, Callable[[], None]]) -> list[str]:
    """Runs the commands of a section; ``before`` prepares what the first command of that name needs."""
    ran = []
    for line in commands(section):
        if line in LEFT_OUT:
            continue
        _, name, *more = shlex.split(line)
        if name == "import" and name in before:
            more += ANSWERS
        before.pop(name, lambda: None)()
        answer = xl(name, *more, env=env)
        assert answer.code == 0, f"{line}\n{answer.err}"
        ran.append(line)
    return ran


@pytest.mark.parametrize(("section", "lang"), [(JA, "ja"), (EN, "en")])
def test_each_command_is_understood(section, lang):
    """Its name, its options and what is given to them; that each does what it says, in order, is for the long run."""
    for line in commands(section):
        command, given = command_group(lang), shlex.split(line)[1:]
        with click.Context(command, info_name="xl-kpi") as above:
            while isinstance(command, click.Group):
                name, command, given = command.resolve_command(above, given)
                above = command.make_context(name, list(given), parent=above)


@pytest.mark.long
@pytest.mark.slow
def test_the_japanese_commands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = {
        "import": lambda: exports("計画.xlsx", "ja", "Google広告.csv", "GA4.csv", "Meta広告.xlsx", "GA4_流入別.csv"),
        "distribute": lambda: people("名簿.csv", "名前,部署,メール,担当チャネル"),
        "collect": lambda: replies("担当分", "返信"),
    }
    ran = run(JA, JAPANESE, before)
    assert not before and len(ran) >= 15
    assert '"actuals"' in xl("show", "計画.xlsx", "--json").out and "1200" in xl("show", "計画.xlsx", "--json").out


@pytest.mark.long
@pytest.mark.slow
def test_the_english_commands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = {
        "import": lambda: exports("plan.xlsx", "en", "google_ads.csv", "ga4.csv", "meta.xlsx", "ga4_groups.csv"),
        "distribute": lambda: people("people.csv", "name,department,mail,channels"),
        "collect": lambda: replies("own", "replies"),
    }
    ran = run(EN, ENGLISH, before)
    assert not before and len(ran) >= 15


def test_what_is_left_out_stands_in_the_readme():
    assert set(LEFT_OUT) <= {*commands(JA), *commands(EN)}


def test_both_languages_show_the_same_commands():
    def names(section: str) -> set[str]:
        return {shlex.split(line)[1] for line in commands(section)}

    assert names(JA) == names(EN)


def entries(command: click.Command, path: str = "xl-kpi") -> Iterator[str]:
    """Every command with its options, as "xl-kpi addin lite --remove"."""
    yield path
    for option in command.params:
        if isinstance(option, click.Option):
            yield f"{path} {max(option.opts, key=len)}"
    for name, below in getattr(command, "commands", {}).items():
        yield from entries(below, f"{path} {name}")


def test_every_command_and_option_is_written_down():
    """In the section of docs/commands.md that bears the command's name, and nothing stands there that is gone."""
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    written = set()
    for section in re.split(r"^## ", page, flags=re.MULTILINE)[1:]:
        head, _, body = section.partition("\n")
        command = head.strip("`")
        written.add(command)
        written |= {f"{command} {option}" for option in re.findall(r"^\| `(-[-\w]+)", body, re.MULTILINE)}
    assert written == set(entries(command_group("en")))
