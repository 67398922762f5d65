"""Whose channel a lead is: by the patterns in the plan, by the names of its channels, else asked."""

from __future__ import annotations

from xl_kpi.catalog.exports import folded, is_missing
from xl_kpi.exchange.exports.figures import CHANNEL, LEAVE, NO_CHANNEL, channel_rules, channels_told
from xl_kpi.exchange.exports.origins import fits
from xl_kpi.plan.imported.questions import Asked
from xl_kpi.plan.model import Plan


class ChannelReader:
    """What sources and channels of a list mean for a plan.

    ``origins``: names or patterns that were answered → id of a channel or LEAVE.
    """

    def __init__(self, plan: Plan, asked: Asked):
        self._asked, self._rules = asked, channel_rules(plan)
        self._called = {folded(word): one.id for one in plan.channels_on for word in (one.id, one.name)}
        self._choices = (*(one.id for one in plan.channels_on), LEAVE)
        self.origins: dict[str, str] = {}
        self.leaves = False  # whether some name is left out
        self.is_open = False  # whether it is asked about some name

    def __call__(self, names: list[str]) -> dict[str, str | None]:
        """Name → id of a channel or LEAVE, None while that is open (``channel:<name>``).

        Equation: a name is looked for in the patterns of the plan, then among the ids and names of its channels.
        """
        found = {name: self._known(name) for name in names if not is_missing(name)}
        told, origins = channels_told({name: 1 for name, to in found.items() if not to}, self._asked, self._choices)
        self.origins |= origins
        to = {name: ruled or told[name] or None for name, ruled in found.items()}
        self.leaves |= LEAVE in to.values()
        self.is_open |= not all(to.values())
        return {name: None if told == NO_CHANNEL else told for name, told in to.items()}

    def without_source(self, name: str, usual: str = "") -> str:
        """Whose the leads are that name no source: id of a channel, NO_CHANNEL, LEAVE, "" while that is open.

        Arguments: ``name`` what these leads are called, as in the table of the plan; ``usual`` the id of the channel
        where nothing else is said ("": asked).
        """
        if known := self._known(name):
            return known
        choices = (*self._choices[:-1], NO_CHANNEL, LEAVE)
        if usual and CHANNEL + name not in self._asked.answers:
            return usual
        told, origins = channels_told({name: 1}, self._asked, choices)
        self.origins |= origins
        return told[name]

    def _known(self, name: str) -> str:
        ruled = next((id_ for pattern, id_ in self._rules if fits(name, pattern)), "")
        return ruled or self._called.get(folded(name), "")
