"""How leads ended, by the words of lists: what only looks like an end is asked, reasons that give none are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xl_kpi.catalog.exports import folded, is_missing, signs
from xl_kpi.errors import Words
from xl_kpi.exchange.exports.reading import Reading

QUESTION, OPEN = "outcome", "open"
CHOICES = ("won", "lost", OPEN)
_SHORTEST = 2  # signs of a word that is looked for within others


@dataclass
class Endings:
    """What the words of a column say: won, lost, None while it goes on.

    ``meanings``: folded word → outcome.
    """

    meanings: Mapping[str, str]
    reading: Reading

    def __call__(self, values: Sequence[str]) -> Mapping[str, str | None]:
        """Special cases: a word that holds one of ours and more (失注リスクあり) is asked (``outcome:<word>``)."""
        return {value: self._of(value) for value in values}

    def _of(self, value: str) -> str | None:
        word = folded(value)
        if word in self.meanings or not self._looks_like(word):
            return self.meanings.get(word)
        text = Words("leads_ask_outcome", word=value)
        answer = self.reading.ask(f"{QUESTION}:{value}", text, *CHOICES)
        return None if answer in ("", OPEN) else answer

    def _looks_like(self, word: str) -> bool:
        return any(known in word for known in self.meanings if len(known) >= _SHORTEST and not known.isascii())


def reasons(values: Sequence[str]) -> Mapping[str, str | None]:
    """Reasons as they are written, but for words that give none."""
    nothing = signs().no_reason
    return {value: None if is_missing(value) or folded(value) in nothing else value for value in values}
