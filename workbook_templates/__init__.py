"""The plan templates that ship with the project: text sources (TOML), read by name."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def names() -> tuple[str, ...]:
    """The names of all templates: the default first, the others in alphabetical order."""
    found = (part.name.removesuffix(".toml") for part in files(__package__).iterdir() if part.name.endswith(".toml"))
    return tuple(sorted(found, key=lambda name: (name != "default", name)))


def source(name: str) -> str:
    """The text source of a template; KeyError with the known names if there is none of this name."""
    if name not in names():
        raise KeyError(f"no template {name!r}; known: {', '.join(names())}")
    return (files(__package__) / f"{name}.toml").read_text("utf-8")
