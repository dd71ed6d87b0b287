"""Readings of nodes, in one way: those that came under former ids of a node belong to it, too."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from time import time as seconds_now
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.editing.renamed_rows import renamed
from waternet_plugin.core.units import DAY_S
from waternet_plugin.store.network import Network
from waternet_plugin.store.network_reading import Between

COLUMNS = ("node_id", "time", "quantity", "value")
_MOMENT = ["node_id", "time", "quantity"]
# Where the newest reading is looked for first: to read the times of all takes longer.
_RECENT_D = 31


def latest_s(now_s: Optional[float]) -> float:
    """Return the moment after which readings are of the future: a day from now where none is given."""
    return seconds_now() + DAY_S if now_s is None else now_s


def former_names(network: Network) -> dict[str, str]:
    """Return the ids that nodes have now by their former ids; one that is in use again is left out."""
    log = network.renames("node")
    if not log:
        return {}
    spoken = {one.asset for one in log} | {one.new_id for one in log if one.new_id is not None}
    there = set(network.read("node", ["node_id"], ids=sorted(spoken), geometry=False)["node_id"])
    found = renamed(log, sorted(spoken - there), there)
    return {old: now[0] for old, now in found.items() if now}


def read_readings(
    network: Network,
    quantities: Iterable[str],
    nodes: Optional[Iterable[str]] = None,
    *,
    time: Optional[Between] = None,
) -> pd.DataFrame:
    """Return readings with the ids that their nodes have now: COLUMNS.

    Parameters
    ----------
    quantities
        What was read.
    nodes
        Ids of the nodes; all if None.
    time
        From when to when; always if None.
    """
    former = former_names(network)
    where: dict[str, Any] = {"quantity": list(quantities)}
    if time is not None:
        where["time"] = time
    if nodes is not None:
        names = list(nodes)
        wanted = set(names)
        where["node_id"] = [*names, *(old for old, now in former.items() if now in wanted)]
    frame = network.read("reading", list(COLUMNS), where=where, geometry=False)
    is_former = frame["node_id"].isin(list(former)).to_numpy(dtype=bool)
    if is_former.any():
        frame["node_id"] = frame["node_id"].replace(former)
        # One moment may have come under both ids.
        frame = frame.drop_duplicates(_MOMENT, keep="last").reset_index(drop=True)
    return frame


def newest_reading(network: Network, quantity: str, latest: datetime.datetime) -> Optional[datetime.datetime]:
    """Return the moment of the newest reading of a quantity up to a moment in UTC, None without any."""
    for first in (latest - datetime.timedelta(days=_RECENT_D), None):
        where = {"quantity": quantity, "time": Between(first, latest)}
        times = network.read("reading", ["time"], where=where, geometry=False)["time"].dropna()
        if len(times):
            return times.max().to_pydatetime()
    return None
