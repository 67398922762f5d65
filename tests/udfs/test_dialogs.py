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
    for key in keys:
        if key.startswith("click:"):
            buttons = [w for w in everything(root) if w.winfo_class().lower().endswith("button")]
            next(button for button in buttons if button["text"] == key[6:]).invoke()
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
    root.after(10_000, root.destroy)
    return root
tkinter.Tk = started
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


def test_without_a_screen_the_user_is_told_what_to_do(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(dialogs.NoDialogs, match="ターミナル"):
        dialogs.one("復元", "?", STATES, "ja")
    with pytest.raises(dialogs.NoDialogs, match="terminal"):
        dialogs.several("Channels", "?", [], "en")
