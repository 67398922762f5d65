"""Relations of parts: where they are kept, and which part a target means."""

from __future__ import annotations

import posixpath


def rels_of(part: str) -> str:
    """The part with the relations of a part ("": of the package)."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def source_of(rels: str) -> str:
    """The part whose relations a part holds."""
    folder, name = posixpath.split(rels)
    return posixpath.join(posixpath.dirname(folder), name.removesuffix(".rels"))


def resolved(part: str, target: str) -> str:
    """The part that a relation of ``part`` means by its target."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")
