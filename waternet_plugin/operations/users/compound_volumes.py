"""What bulk meters of compounds measured and their customers took, read once for several periods."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.leakage.balance.volume_rows import METERED
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.users.compound_loss import (
    BULK_COLUMNS,
    METER_KINDS,
    compound_losses,
    in_place,
    is_bulk,
)
from waternet_plugin.core.users.customer_volumes import CONSUMED, Consumption, DatedVolumes, dated_volumes
from waternet_plugin.operations.users.consumed_volumes import (
    plain_ids,
    read_meters,
    read_volumes,
    taken_in,
)
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class CompoundVolumes:
    """Volumes of customers and bulk meters.

    Parameters
    ----------
    customers
        customer_id, compound_id, meter_id.
    bulk
        BULK_COLUMNS of the bulk meters.
    rows, bulk_rows
        Volumes of customers and of bulk meters.
    """

    network: Network
    settings: Settings
    customers: pd.DataFrame
    bulk: pd.DataFrame
    rows: DatedVolumes
    bulk_rows: DatedVolumes

    def losses(self, compounds: Array, period: Period) -> tuple[pd.DataFrame, tuple[str, ...]]:
        """Return `compound_losses` of a period, and what to know of it.

        Parameters
        ----------
        compounds
            Ids, objects (C,).
        """
        inside = pd.Series(plain_ids(self.customers, "compound_id")).isin(list(compounds)).to_numpy()
        ids, meter = (plain_ids(self.customers, name) for name in ("customer_id", "meter_id"))
        # Readings are wanted of customers in compounds alone.
        meter = np.array([one if is_in else None for one, is_in in zip(meter, inside)], dtype=object)
        taken = taken_in(self.network, self.rows, ids, meter, period, self.settings)
        frame = compound_losses(
            compounds,
            plain_ids(self.bulk, "compound_id"),
            self._bulk(period),
            in_place(self.bulk),
            plain_ids(self.customers, "compound_id"),
            taken.taken,
            enough=self.settings.real("users.coverage"),
        )
        return frame, taken.notes

    def _bulk(self, period: Period) -> Consumption:
        """Return what the bulk meters measured: volumes, else readings where these cover more."""
        m3, coverage = self.bulk_rows.in_period(period, len(self.bulk))
        enough = self.settings.real("leakage.coverage")
        ids = plain_ids(self.bulk, "node_id")
        wanted = np.flatnonzero(coverage < enough)
        read = read_meters(self.network, [str(ids[row]) for row in wanted], period, self.settings)
        is_read = np.zeros(len(ids), dtype=bool)
        for row in wanted.tolist():
            volume, share = read.get(str(ids[row]), (np.nan, 0.0))
            if share > coverage[row]:
                m3[row], coverage[row], is_read[row] = volume, share, True
        return Consumption(m3, coverage, is_read)


def read_compound_volumes(network: Network, settings: Settings) -> CompoundVolumes:
    """Return the customers, bulk meters and volumes of a network."""
    customers = network.read("customer", ["customer_id", "compound_id", "meter_id"], geometry=False)
    nodes = network.read("node", list(BULK_COLUMNS), where={"kind": list(METER_KINDS)}, geometry=False)
    named = {str(one) for one in plain_ids(customers, "meter_id") if one is not None}
    bulk = nodes[is_bulk(nodes, named)].reset_index(drop=True)
    volumes = read_volumes(network, (*CONSUMED, METERED), ["node_id", "customer_id"])
    is_metered = (volumes["component"] == METERED).to_numpy()
    return CompoundVolumes(
        network,
        settings,
        customers,
        bulk,
        dated_volumes(volumes, "customer_id", plain_ids(customers, "customer_id"), ~is_metered),
        dated_volumes(volumes, "node_id", plain_ids(bulk, "node_id"), is_metered),
    )
