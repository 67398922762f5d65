"""The windows of the ribbon's buttons, shown on a screen that nobody looks at; keys are pressed as a user would."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from udfs import dialogs

ROOT = Path(__file__).parents[2]

# Runs one dialog; half a second after it is up the keys are pressed, and a dialog that stays open ends the run.
DRIVER = """
import json, sys, tkinter
from udfs import dialogs
keys, call, arguments = json.loads(sys.argv[1])

def press(root):
    if root.focus_get() is None:  # a busy machine has not shown it yet
        root.after(100, press, root)
        return
    for key in keys:
        if key.startswith("click:"):
            buttons = [w for w in everything(root) if w.winfo_class().lower().endswith("button")]
            next(button for button in buttons if button["text"] == key[6:]).invoke()
        elif key.startswith("type:"):
            root.focus_get().insert(0, key[5:])
        elif key.startswith("pick:"):
            place, _, choice = key[5:].rpartition(":")
            [w for w in everything(root) if w.winfo_class() == "TCombobox"][int(place or 0)].current(int(choice))
        elif key.startswith("all:"):
            first = next(w for w in everything(root) if w.winfo_class() == "TCombobox")
            first.current(int(key[4:]))
            first.event_generate("<<ComboboxSelected>>")
            root.update()
        else:
            root.focus_get().event_generate(f"<{key}>")
            root.update()

def everything(widget):
    for child in widget.winfo_children():
        yield child
        yield from everything(child)

true = tkinter.Tk
def started(*args, **kwargs):
    root = true(*args, **kwargs)
    root.after(500, press, root)
    root.after(40_000, root.destroy)
    return root
tkinter.Tk = started
if call == "answers":
    title, question, lines, lang = arguments
    lines = [dialogs.Line(words, tuple(choices), first, *map(tuple, above)) for words, choices, first, *above in lines]
    arguments = title, question, lines, lang
print(json.dumps(getattr(dialogs, call)(*arguments)))
"""

CHANNELS = [["web", "サービスサイト", True], ["ads", "広告", False]]
STATES = ["4月1日 9:00", "4月2日 9:00"]


@pytest.fixture(scope="module")
def screen() -> Iterator[str]:
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "800x600x24"],
        pass_fds=[writing], stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            yield f":{answer.readline().strip()}"
    finally:
        server.terminate()
        server.wait(10)


def shown(screen: str | None, *job: object) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    if screen:
        environment["DISPLAY"] = screen
    return subprocess.run(
        [sys.executable, "-c", DRIVER, json.dumps(job)],
        capture_output=True, text=True, cwd=ROOT, env=environment, timeout=60,
    )  # fmt: skip


@pytest.mark.host
@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["Return"], '["web"]'),
        (["click:広告", "click:OK"], '["web", "ads"]'),
        (["click:サービスサイト", "Return"], "[]"),
        (["Escape"], "null"),
        (["click:広告", "click:キャンセル"], "null"),
    ],
)
def test_several_of_a_list(screen, keys, answer):
    done = shown(screen, keys, "several", ["チャネル", "どれを使いますか", CHANNELS, "ja"])
    assert (done.stdout.strip(), done.stderr) == (answer, "")


@pytest.mark.host
@pytest.mark.parametrize(("keys", "answer"), [(["Return"], "0"), (["Down", "Return"], "1"), (["Escape"], "null")])
def test_one_of_a_list(screen, keys, answer):
    done = shown(screen, keys, "one", ["復元", "どの時点に戻しますか", STATES, "ja"])
    assert (done.stdout.strip(), done.stderr) == (answer, "")


ASKED = [["「検索」はどのチャネルですか", ["サービスサイト", "広告"], ""], ["何年のものですか", [], ""]]


@pytest.mark.host
@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["pick:0", "Tab", "type:2026", "Return"], '[0, "2026"]'),
        (["pick:1", "Tab", "type: 2025 ", "click:OK"], '[1, "2025"]'),
        # what is not answered holds the window open, with the cursor in it
        (["pick:0", "Return", "type:2026", "Return"], '[0, "2026"]'),
        (["Return", "Escape"], "null"),
        (["pick:0", "Tab", "type:2026", "click:キャンセル"], "null"),
    ],
)
def test_answers_to_questions(screen, keys, answer):
    done = shown(screen, keys, "answers", ["実績を取り込む", "すべて選ぶと先に進みます", ASKED, "ja"])
    assert (done.stdout.strip(), done.stderr) == (answer, "")


@pytest.mark.host
def test_what_was_typed_before_stands_there_and_two_hundred_questions_can_be_scrolled(screen):
    asked = [[f"キャンペーン{k}はどのチャネルですか", ["サービスサイト", "広告"], "広告"] for k in range(200)]
    done = shown(screen, ["click:OK"], "answers", ["実績を取り込む", "", asked, "ja"])
    assert (json.loads(done.stdout), done.stderr) == ([1] * 200, "")


@pytest.mark.host
def test_many_of_a_kind_are_answered_at_once_and_may_differ_afterwards(screen):
    # the first box sets the five below it; the last of all is none of them
    asked = [[f"{k}月: どちらを使いますか", ["ファイルの値", "入力済みの値"], ""] for k in range(6)]
    asked[0].append(["次の5件をすべて同じにする", 5])
    done = shown(screen, ["all:1", "pick:6:0", "Return"], "answers", ["実績を取り込む", "", asked, "ja"])
    assert (json.loads(done.stdout), done.stderr) == ([1, 1, 1, 1, 1, 0], "")


@pytest.mark.host
@pytest.mark.parametrize(("keys", "answer"), [(["Return"], "true"), (["Escape"], "false"), (["click:OK"], "true")])
@pytest.mark.parametrize("rows", [[["広告", "CV", "2026/04", "（空欄）", "76"]] * 300, []])
def test_what_changes_is_looked_at_before_it_is_agreed(screen, keys, answer, rows):
    headers = ["チャネル", "KPI", "月", "今の実績", "新しい実績"]
    done = shown(screen, keys, "agreed", ["実績を取り込む", "書き込みますか", "ads.csv\n" * 80, headers, rows, "ja"])
    assert (done.stdout.strip(), done.stderr) == (answer, "")


def test_without_a_screen_the_user_is_told_what_to_do(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(dialogs.NoDialogs, match="ターミナル"):
        dialogs.one("復元", "?", STATES, "ja")
    with pytest.raises(dialogs.NoDialogs, match="terminal"):
        dialogs.several("Channels", "?", [], "en")
