"""The ledger of public use: take-off points and hydrants, with or without meter and alarm, and volumes."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np

from waternet_plugin.core.frames import records
from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.schema.use import in_use
from waternet_plugin.core.users.customer_volumes import CONSUMED, dated_volumes
from waternet_plugin.operations.users.consumed_volumes import plain_ids, read_volumes
from waternet_plugin.store.network import Network

_COLUMNS = ["node_id", "kind", "water_use", "anti_theft", "dma_id", "meter_parent"]


@dataclass(frozen=True)
class PublicLedger:
    """Take-off points of public use, and hydrants.

    Parameters
    ----------
    rows
        node_id, kind, water_use ('' for a hydrant without one), metered (yes, no), anti_theft (yes, no, ''),
        dma_id, m3 of the last twelve months with volumes (None for none) and ``wkb`` of the place; by use,
        then id, hydrants without a use last.
    period
        The days that were counted; None where no public point has a volume.
    """

    rows: tuple[dict[str, Any], ...] = ()
    period: Optional[Period] = None


def public_ledger(network: Network) -> PublicLedger:
    """Return the public points and hydrants in use of a network."""
    nodes = network.read("node", _COLUMNS, where={"status": list(in_use())})
    parents = set(nodes.loc[(nodes["kind"] == "meter").to_numpy(), "meter_parent"].dropna()) - {""}
    has_use = nodes["water_use"].notna() & (nodes["water_use"] != "")
    nodes = nodes[(has_use | (nodes["kind"] == "hydrant")).to_numpy()].sort_values("node_id", kind="stable")
    metered = set(
        nodes.loc[((nodes["kind"] == "meter") | nodes["node_id"].isin(parents)).to_numpy(), "node_id"]
    )
    ids = plain_ids(nodes, "node_id")
    volumes = dated_volumes(read_volumes(network, CONSUMED, ["node_id"]), "node_id", ids)
    m3, period = np.full(len(ids), np.nan), None
    if len(volumes.owner):
        period = _year_before(volumes.span()[1])
        m3, _coverage = volumes.in_period(period, len(ids))
    rows = []
    for row, volume in zip(records(nodes), m3):
        place = row.pop(GEOMETRY_COLUMN)
        rows.append(
            {
                "node_id": row["node_id"],
                "kind": row["kind"],
                "water_use": row["water_use"] or "",
                "metered": "yes" if row["node_id"] in metered else "no",
                "anti_theft": row["anti_theft"] or "",
                "dma_id": row["dma_id"] or "",
                "m3": float(volume) if np.isfinite(volume) else None,
                "wkb": None if place is None or place.is_empty else place.wkb,
            }
        )
    return PublicLedger(
        tuple(sorted(rows, key=lambda row: (not row["water_use"], row["water_use"], row["node_id"]))), period
    )


def _year_before(last_day: int) -> Period:
    """Return the 365 days that end on a day, days since 1970."""
    last = datetime.date(1970, 1, 1) + datetime.timedelta(days=last_day)
    return Period(last - datetime.timedelta(days=364), last)
