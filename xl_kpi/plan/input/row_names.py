"""Stages and channels by name: what a cell shows in place of an id, and which id somebody means who types a name."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from xl_kpi import catalog

LIST_LENGTH = 255  # of the words of a list in the rule of a cell
# Signs that part a list, or that mean something in a criterion of SUMIFS; also in their full-width forms.
SIGNS = re.compile(r'[,"*?~，＊？～]|^[=<>＝＜＞]')


class Ambiguous(Exception):
    """A word by which more than one row is called; ``ids`` of those."""

    def __init__(self, ids: Iterable[str]):
        self.ids = tuple(ids)
        super().__init__(", ".join(self.ids))


def shown_names(names: Mapping[str, str]) -> dict[str, str]:
    """What cells show for each row of a table, to choose from and to be read back: its name.

    Arguments: ``names`` id → name of all rows.
    Special cases: the id where the name would not be read as this row and no other (two rows have it, or it is the
    id of another one), or could not stand in a list or a criterion; all ids where the names are too long for a list.
    """
    plain = {id_: name.strip() for id_, name in names.items()}
    count = Counter(folded(word) for word in [*plain.values(), *names])
    found = {}
    for id_, name in plain.items():
        alone = count[folded(name)] == 1 + (folded(name) == folded(id_))
        fits = any(sign.isalpha() for sign in name) and not SIGNS.search(name)
        found[id_] = name if alone and fits else id_
    return found if len(",".join(found.values())) <= LIST_LENGTH else {id_: id_ for id_ in names}


class RowNames:
    """The rows of the stages or of the channels, to be found by what stands in a cell.

    ``names`` id → name as they are typed now, ``before`` as the last command left them; ``known`` finds what the
    catalog has under an id.
    """

    def __init__(self, names: Mapping[str, str], before: Mapping[str, str], known: Callable[[str], Any]):
        self.names, self.before, self.known = names, before, known
        self.shown_before = shown_names(before)

    def id_of(self, typed: str, before: str = "") -> str:
        """The id that is meant; ``typed`` itself where nothing is called so.

        Arguments: ``before`` the id for which this cell was written: where the cell shows what was written for it,
        nobody has touched it, whoever is called so by now.
        Equation: an id goes before a name, a name of today before one of before, ours before those of the catalog.
        Errors: Ambiguous.
        """
        if before and typed == self.shown_before.get(before):
            return before
        if typed in self.names:
            return typed
        for called in self._levels():
            found = {id_ for word, id_ in called if folded(word) == folded(typed)}
            if len(found) > 1:
                raise Ambiguous(sorted(found))
            if found:
                return found.pop()
        return typed

    def _levels(self) -> Iterator[Iterable[tuple[str, str]]]:
        """Word and id, level by level."""
        yield [(name.strip(), id_) for id_, name in self.names.items()]
        yield [(id_, id_) for id_ in self.names]  # in other letters
        yield [(name.strip(), id_) for id_, name in self.before.items() if id_ in self.names]
        known = {id_: self.known(id_) for id_ in self.names}
        yield [(row.name[lang], id_) for id_, row in known.items() if row for lang in catalog.LANGUAGES]


def folded(word: str) -> str:
    """The same for words that Excel takes for the same."""
    return unicodedata.normalize("NFKC", word).casefold()
