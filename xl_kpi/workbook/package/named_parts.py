"""Parts by name as packages have it: letters have no case, and may be written as %20."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping
from urllib.parse import unquote


def folded(part: str) -> str:
    """The same for every way to write the name of a part."""
    return (unquote(part) if "%" in part else part).lower()


class NamedParts(MutableMapping[str, bytes]):
    """Part name → content, in the order of the file; a part keeps the spelling under which it came."""

    def __init__(self, parts: Mapping[str, bytes]):
        self._content: dict[str, bytes] = {}
        self._spelling: dict[str, str] = {}
        self.update(parts)

    def called(self, name: str) -> str:
        """A name as the package writes it; that of a part which is not there as it stands."""
        return self._spelling.get(folded(name), name)

    def __getitem__(self, name: str) -> bytes:
        return self._content[folded(name)]

    def __setitem__(self, name: str, content: bytes) -> None:
        self._spelling.setdefault(folded(name), name)
        self._content[folded(name)] = content

    def __delitem__(self, name: str) -> None:
        del self._content[folded(name)]
        del self._spelling[folded(name)]

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and folded(name) in self._content

    def __iter__(self) -> Iterator[str]:
        return iter([*self._spelling.values()])

    def __len__(self) -> int:
        return len(self._content)
