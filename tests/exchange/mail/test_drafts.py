"""File names and mails of a distribution: readable everywhere, and nothing typed gets into the heads."""

from __future__ import annotations

import email
import email.policy
import re
from email.header import decode_header, make_header

import pytest

from xl_kpi.catalog import LANGUAGES
from xl_kpi.catalog.messages import line
from xl_kpi.exchange.mail.drafts import (
    TYPE,
    Words,
    default_words,
    draft,
    greeting,
    message,
    signed,
    unknown_placeholders,
    unnamed,
)
from xl_kpi.exchange.outgoing.file_names import file_names
from xl_kpi.exchange.people import Person

YAMADA = Person("山田 太郎", "マーケティング", "yamada@example.co.jp", ("ads",))
WORKBOOK = b"PK\x03\x04" + bytes(range(256)) * 40
FILE = "年間マーケティング計画_山田 太郎.xlsx"


def words(lang: str = "ja", subject: str | None = None, body: str | None = None, due: bool = True) -> Words:
    usual = default_words(lang, due)
    return Words(
        usual[0] if subject is None else subject, usual[1] if body is None else body,
        {"title": "年間マーケティング計画", "due": "2026/05/15", "version": "3",
         **signed(("高木", "takagi@example.co.jp"), lang)},
        {YAMADA.mail: {"greeting": greeting(False, lang)}, "ann@example.com": {"greeting": greeting(True, lang)}},
    )  # fmt: skip


def read(data: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(data, policy=email.policy.default)


# --- names of files


def test_a_file_is_called_after_the_plan_and_the_person():
    assert file_names("年間マーケティング計画", [YAMADA]) == {
        "yamada@example.co.jp": "年間マーケティング計画_山田 太郎"
    }


def test_people_of_one_name_are_numbered_even_where_only_width_or_case_differ():
    same = [
        Person(name, "", f"{number}@example.com") for number, name in enumerate(["Ann", "ANN", "Ａｎｎ", "Ann (2)"])
    ]
    assert list(file_names("Plan", same).values()) == [
        "Plan_Ann",
        "Plan_ANN (2)",
        "Plan_Ａｎｎ (3)",
        "Plan_Ann (2) (2)",
    ]


@pytest.mark.parametrize(
    ("title", "name", "expected"),
    [
        ('計画: 2026/上期? <案> "A"|*\\', "山田", "計画_ 2026_上期_ _案_ _A_____山田"),
        ("..", "x", "_x"),
        ("計画", "山田.", "計画_山田"),
        ("計画\n改行", "山田\t太郎", "計画_改行_山田_太郎"),
        ("-rf", "x", "rf_x"),
    ],
)
def test_a_name_is_legal_on_every_system(title, name, expected):
    assert list(file_names(title, [Person(name, "", "a@example.com")]).values()) == [expected]


def test_a_name_fits_into_what_file_systems_take():
    people = [Person("髙" * 100, "", f"{number}@example.com") for number in range(12)]
    names = file_names("計" * 200, people)
    assert len(set(names.values())) == 12
    assert max(len(f".{name}.xlsx.part".encode()) for name in names.values()) <= 255


# --- the mail


def test_a_draft_opens_unsent_and_holds_the_workbook():
    mail = read(draft(message(YAMADA, words(), FILE, WORKBOOK)))
    assert mail["X-Unsent"] == "1"
    assert mail["To"].addresses[0].addr_spec == "yamada@example.co.jp"
    assert mail["To"].addresses[0].display_name == "山田 太郎"
    assert mail["Subject"] == "【ご入力のお願い】年間マーケティング計画"
    assert {"From", "Date", "Message-ID"}.isdisjoint(mail.keys())
    text = mail.get_body().get_content().replace("\r\n", "\n")
    assert text.startswith("山田 太郎 様\n\nお疲れさまです。\n高木です。\n\n「年間マーケティング計画」について、")
    assert text.endswith("よろしくお願いいたします。\n\n高木\ntakagi@example.co.jp\n")
    assert text.count("計画") == 1, "the title says what it is"
    assert "2026/05/15 までに" in text and "{" not in text
    (attached,) = mail.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == (TYPE, FILE)
    assert attached.get_content() == WORKBOOK


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("due", [True, False])
def test_an_address_does_not_say_who_writes(lang, due):
    body = unnamed(default_words(lang, due)[1])
    assert "{sender}" not in body and "{greeting}\n\n" in body and "{signature}" in body


def test_in_english_and_without_a_date():
    mail = read(draft(message(Person("Ann", "", "ann@example.com"), words("en", due=False), "Plan_Ann.xlsx", WORKBOOK)))
    assert mail["Subject"] == "Please fill in: 年間マーケティング計画"
    assert mail.get_body().get_content().startswith("Dear Ann,\r\n\r\nI hope this finds you well.\r\n")
    assert "email by" not in mail.get_body().get_content()


def test_the_attachments_name_stands_in_both_ways():
    """RFC 2231 for today's programs; older ones read the encoded words in the type's name."""
    raw = draft(message(YAMADA, words(), FILE, WORKBOOK)).decode("ascii")
    head = raw.split(TYPE)[1].partition("\r\n\r\n")[0]
    assert re.search(r"filename\*=utf-8''%E5%B9%B4%E9%96%93[%A-Z0-9a-z_]*\.xlsx", head)
    name = re.search(r'name="([^"]*)"', head)[1]
    assert str(make_header(decode_header(name.replace("\r\n", "")))) == FILE
    assert all(len(word) <= 75 for word in name.split()), "RFC 2047 allows 75 characters a word"


def test_no_line_is_longer_than_mail_servers_take():
    long = "計" * 80 + ".xlsx"
    raw = draft(message(YAMADA, words(body="行" * 5000), long, WORKBOOK))
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x00"])
def test_nothing_typed_adds_a_head(end):
    attack = f"x{end}Bcc: all@example.com"
    person = Person(attack, attack, "yamada@example.co.jp")
    typed = Words(f"{attack} {{name}} {{title}}", "body", {"title": attack, "due": "", "version": "1"})
    mail = read(draft(message(person, typed, FILE, WORKBOOK)))
    assert mail["Bcc"] is None
    assert set(mail.keys()) == {"To", "Subject", "MIME-Version", "Content-Type", "X-Unsent"}
    assert mail["To"].addresses[0].addr_spec == "yamada@example.co.jp"


def test_placeholders_are_filled_once():
    """A name that looks like a placeholder is not filled in again, and nothing of Python can be reached."""
    person = Person("{title}", "", "a@example.com")
    filled = words(body="{name} / {due} / {version}").filled("{name} / {due} / {version} / {department}", person)
    assert filled == "{title} / 2026/05/15 / 3 / "
    (fault,) = unknown_placeholders("{nme} {name} {due}", "--subject")
    known = "{name}, {title}, {due}, {department}, {version}, {review}, {greeting}, {sender}, {signature}"
    assert (
        line(fault, "ja") == f"--subject: 「{{nme}}」 → この差し込み項目はありません。使えるものは {known} です。"
        "そのどれかに直してください"
    )


def test_the_same_mail_is_the_same_file():
    assert draft(message(YAMADA, words(), FILE, WORKBOOK)) == draft(message(YAMADA, words(), FILE, WORKBOOK))
