"""The demonstration as data: what it adds to a published case, and the downloads of an invented company."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from xl_kpi.catalog.loader import Texts


@dataclass(frozen=True)
class DemoDownload:
    """One made download.

    ``header`` its words by language, ``total`` what stands in its row of totals, ``months``: role → the number of
    each month; ``lines``: what its rows are about (campaigns, kinds of visits) and weigh; ``weekend`` how much a
    Saturday or Sunday weighs against a working day (a ratio); ``more`` further words.
    """

    file: Texts
    title: Texts
    header: Mapping[str, tuple[str, ...]]
    months: Mapping[str, tuple[int, ...]]
    lines: tuple[tuple[Texts, float], ...]
    weekend: float
    total: Texts
    more: Mapping[str, Any]


@dataclass(frozen=True)
class Demo:
    """What the demonstration adds.

    ``shares`` of the channels (id → ratio); ``rates`` of the stages before the last one (id → ratio, exact);
    ``typed``: stage → its actuals by month that are in no download; the downloads, of which ``ga4_paid`` is in one file
    with ``ga4``; ``origins``: name of a line → whose it is (id of a channel, or that it is not imported); the ``seed``
    of chance.
    """

    seed: int
    shares: Mapping[str, float]
    rates: Mapping[str, Fraction]
    typed: Mapping[str, tuple[int, ...]]
    google: DemoDownload
    meta: DemoDownload
    ga4: DemoDownload
    ga4_paid: DemoDownload
    origins: Mapping[str, str]

    @property
    def months(self) -> int:
        """How many months of actuals there are."""
        return len(next(iter(self.ga4.months.values())))


@cache
def demo_data() -> Demo:
    """What stands in demo.toml."""
    found = tomllib.loads((files(__package__) / "demo.toml").read_text("utf-8"))
    downloads = {key: _download(found[key]) for key in ("google", "meta", "ga4")}
    paid = _download({**found["ga4"], **found["ga4_paid"]})
    lines = [*found["ga4"]["line"], *found["ga4_paid"]["line"]]
    origins = {name: line["to"] for line in lines for name in line["name"].values()}
    rates = {id_: Fraction(rate) for id_, rate in found["rates"].items()}
    typed = {id_: tuple(numbers) for id_, numbers in found["typed"].items()}
    return Demo(found["seed"], found["shares"], rates, typed, **downloads, ga4_paid=paid, origins=origins)


def _download(found: Mapping[str, Any]) -> DemoDownload:
    return DemoDownload(
        file=found["file"],
        title=found["title"],
        header={lang: tuple(words) for lang, words in found["header"].items()},
        months={role: tuple(numbers) for role, numbers in found["months"].items()},
        lines=tuple((line["name"], line["weight"]) for line in found["line"]),
        weekend=found["weekend"],
        total=found.get("total", {}),
        more={key: found[key] for key in ("account", "days") if key in found},
    )
