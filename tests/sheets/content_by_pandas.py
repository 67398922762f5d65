"""The figures of コンテンツ once more with pandas, from the rows alone: as they are defined, not as we compute them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import norm

from xl_kpi.catalog.content import content_standards

Rows = Mapping[str, Mapping[str, Any]]


def counted(leads: Rows, touches: Rows) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The leads that count, with ``won``; the uses before the outcome, with ``won``, in the order of the rows."""
    people = pd.DataFrame(list(leads.values())).reindex(columns=["number", "outcome", "orders", "closed"])
    for column in ("orders", "closed"):
        people[column] = pd.to_datetime(people[column])
    people["won"] = (people.outcome == "won") | (people.orders.notna() & (people.outcome != "lost"))
    until = people.orders.where(people.won, people.closed).fillna(people.closed)
    people["until"] = until.where(people.won | (people.outcome == "lost"), pd.Timestamp(dt.date(2200, 1, 1)))
    people.loc[~people.won & people.until.isna(), "until"] = pd.Timestamp(dt.date(2200, 1, 1))
    people = people[people.until.notna() & people.number.notna()]
    acts = pd.DataFrame(list(touches.values()))
    acts["on"] = pd.to_datetime(acts["on"])
    acts["count"] = acts["count"].fillna(1)
    acts = acts.reset_index().merge(people[["number", "won", "until"]], on="number").sort_values("index")
    return people, acts[acts.on < acts.until]


def engaged(leads: Rows, touches: Rows, by: str, actions: list[str]) -> pd.DataFrame:
    """One row for each content or type: every column that the page shows."""
    about = content_standards()
    people, acts = counted(leads, touches)
    steps = acts[acts.kind.isin(actions)]
    pairs = acts.merge(steps[["number", "on", "index"]], on="number", suffixes=("", "_next"))
    after = pairs[(pairs.on_next >= pairs.on) & (pairs.index_next != pairs["index"])]["index"]
    acts = acts.assign(followed=acts["index"].isin(after), timed=acts["count"].where(acts.seconds.notna()))
    found = acts[acts[by].notna()].groupby(by).agg(
        leads=("number", "nunique"), times=("count", "sum"), seconds=("seconds", "sum"), timed=("timed", "sum"),
        scroll=("scroll", "mean"), next=("followed", "mean"),
    )  # fmt: skip
    found["won"] = acts[acts.won].groupby(by).number.nunique()
    found["won"] = found.won.fillna(0)
    found["repeat"] = 1 - found.leads / found.times
    found["dwell"] = found.seconds / found.timed
    found["quality"] = (found.dwell / about.seconds).clip(upper=1)
    parts = found[["quality", "scroll", "repeat", "next"]].to_numpy(float)
    weights = np.array([about.weights[part] for part in ("dwell", "scroll", "repeat", "next")])
    found["score"] = 100 * np.nansum(parts * weights, axis=1) / (~np.isnan(parts) * weights).sum(axis=1)
    others, won = len(people) - found.leads, people.won.sum() - found.won
    found["rate"], found["others"] = found.won / found.leads, won / others
    found["ratio"] = found.rate / found.others
    a, n, b, m = found.won + 0.5, found.leads + 0.5, won + 0.5, others + 0.5
    reach = norm.ppf((1 + about.level) / 2) * np.sqrt(1 / a - 1 / n + 1 / b - 1 / m)
    middle = np.log(a / n) - np.log(b / m)
    found["low"], found["high"] = np.exp(middle - reach), np.exp(middle + reach)
    fewer = np.minimum(found.leads, others)
    expected = fewer * people.won.sum() / len(people)
    found["small"] = (fewer < about.small_leads) | (expected < about.small_orders)
    found["rank"] = found.low.where(~found.small).rank(ascending=False, method="min")
    return found
