"""The templates from which `new` begins: the default plan and the published cases (C1–C5), with their source."""

from __future__ import annotations

import tomllib
from typing import IO, Any

from rich.text import Text

import workbook_templates
from xl_kpi.catalog import LANGUAGES, text
from xl_kpi.commands.plans.printed import console_for


def listed_templates(lang: str) -> list[dict[str, Any]]:
    """Every template, the default first: JSON's own types only.

    ``name`` is what ``new --template`` takes, ``title`` that of the plan, ``shows`` what it is an example of;
    ``source`` says where its figures come from and ``case`` which published case it is (docs/domain.md; null for the
    default plan); ``languages`` in which it can be made, ``months`` how many it has; ``wrong``: its figures contradict
    each other on purpose, so that `new` refuses it with every contradiction.
    """
    return [_listed(name, lang) for name in workbook_templates.names()]


def print_templates(lang: str, stream: IO[str]) -> None:
    """The same for people, three lines each."""
    console = console_for(stream)
    for one in listed_templates(lang):
        mark = ["▼ " + text("templates_wrong", lang)] if one["wrong"] else []
        console.print(Text("  ".join([one["name"], one["title"], *mark]), style="bold"))
        console.print(Text(f"    {one['shows']}"))
        source = " ".join(part for part in (one["source"], one["case"]) if part)
        values = {"source": source, "months": one["months"], "languages": ", ".join(one["languages"])}
        console.print(Text("    " + text("templates_line", lang, **values)))
    console.print(Text(text("templates_use", lang)))


def _listed(name: str, lang: str) -> dict[str, Any]:
    data = tomllib.loads(workbook_templates.source(name))
    about = data["about"]
    return {
        "name": name,
        "title": data["title"][lang],
        "shows": about["shows"][lang],
        "source": about["source"][lang],
        "case": about.get("case"),
        "languages": list(LANGUAGES),
        "months": data["period"]["months"],
        "wrong": about.get("wrong", False),
    }
