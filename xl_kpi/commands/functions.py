"""The Excel functions as plain data, and as lines on a terminal."""

from __future__ import annotations

from typing import IO, Any

from rich.text import Text

from xl_kpi.catalog import functions as catalog
from xl_kpi.catalog import text
from xl_kpi.commands.plans.printed import console_for
from xl_kpi.sheets.reference.functions import shown


def listed_functions(lang: str) -> list[dict[str, Any]]:
    """Every function in the order of the catalog: JSON's own types only.

    ``syntax`` is the call with optional arguments in brackets, ``example`` a formula that works and ``value``
    its result (a number, a text, or rows of these), ``hosts`` where it can be used: ``windows`` (Excel for
    Windows with the add-in), ``lite`` (xlwings Lite), ``names`` (Microsoft 365 and Excel 2024 with nothing
    installed).
    """
    return [_listed(entry, lang) for entry in catalog.functions()]


def print_functions(lang: str, stream: IO[str]) -> None:
    """The same for people: by category, each function with its arguments, an example and where it can be used."""
    console = console_for(stream)
    names = catalog.categories()
    last = None
    for entry in listed_functions(lang):
        if entry["category"] != last:
            last = entry["category"]
            console.print(Text(names[last][lang], style="bold"))
        console.print(Text(f"  {entry['syntax']}", style="cyan"))
        lines = [entry["does"], *(f"  {argument['name']}: {argument['help']}" for argument in entry["arguments"])]
        lines.append(f"{text('functions_result', lang)}: {entry['result']}")
        lines.append(f"{text('functions_example', lang)}: {entry['example']} → {shown(entry['value'])}")
        hosts = text("functions_and", lang).join(text(f"functions_in_{host}", lang) for host in entry["hosts"])
        lines.append(f"{text('functions_hosts', lang)}: {hosts}")
        for line in lines:
            console.print(Text(f"      {line}"))
        console.print()


def _listed(entry: catalog.Function, lang: str) -> dict[str, Any]:
    example, value = entry.example_in(lang)
    return {
        "name": entry.name,
        "category": entry.category,
        "syntax": entry.syntax,
        "does": entry.does[lang],
        "arguments": [
            {"name": argument.name, "optional": argument.optional, "help": argument.text[lang]}
            for argument in entry.arguments
        ],
        "result": entry.result[lang],
        "example": example,
        "value": value,
        "hosts": list(entry.hosts),
    }
