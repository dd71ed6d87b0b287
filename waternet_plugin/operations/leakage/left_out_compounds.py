"""Compounds that a water balance leaves out, since they were taken over a short time ago."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Optional

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.leakage.balance.periods import Period, covered_days
from waternet_plugin.core.leakage.balance.public_use import without_customers
from waternet_plugin.core.leakage.balance.volume_rows import METER, METERED, VolumeRows
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.operations.leakage.balance_rows import BalanceRows
from waternet_plugin.store.network import Network


def _bulk_rows(read: BalanceRows) -> tuple[VolumeRows, Array]:
    """Return the rows of bulk meters of compounds, and the compound of each."""
    rows = read.basis.volumes
    bulk = rows.taken(np.flatnonzero(rows.chosen((METERED,)) & (rows.of == METER)))
    compound = np.array([read.compounds.node.get(str(name)) for name in bulk.node_id], dtype=object)
    return bulk, compound


def new_compounds(
    network: Network, read: BalanceRows, period: Period, since: Optional[datetime.date]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the compounds taken over from a day on that can be left out, and those that can't; by id.

    A compound can be left out where the volumes of each of its bulk meters cover enough of the period: else
    nobody knows what to take off the supply.

    Parameters
    ----------
    read
        What the balance is made of.
    since
        The day; None for none.
    """
    if since is None:
        return (), ()
    compounds = network.read("compound", ["compound_id", "takeover_on"], geometry=False)
    day = compounds["takeover_on"].to_numpy().astype("datetime64[D]")
    new = sorted(str(name) for name in compounds["compound_id"][day >= np.datetime64(since, "D")])
    bulk, compound = _bulk_rows(read)
    found = []
    for name in new:
        mine = bulk.taken(np.flatnonzero(compound == name))
        meters, group = np.unique(mine.node_id.astype(str), return_inverse=True)
        covered = covered_days(group, mine.first_day, mine.last_day, period, len(meters)) / period.days
        if len(meters) and covered.min() >= read.basis.meters.enough:
            found.append(name)
    return tuple(found), tuple(name for name in new if name not in found)


def without_compounds(read: BalanceRows, left_out: tuple[str, ...]) -> BalanceRows:
    """Return what a balance is made of without some compounds: neither their supply nor their customers.

    Parameters
    ----------
    left_out
        Ids of the compounds.
    """
    if not left_out:
        return read
    bulk, compound = _bulk_rows(read)
    off = bulk.taken(np.flatnonzero(np.isin(compound.astype(str), left_out)))
    names = {name for name, area in read.compounds.customer.items() if area in left_out}
    volumes = without_customers(read.basis.volumes, names)
    stays = np.array([name not in names for name in read.basis.volumes.customer_id], dtype=bool)
    household = np.append(read.of_household[stays], np.zeros(len(volumes.of) - int(stays.sum()), dtype=bool))
    meters = replace(read.basis.meters, rows=volumes)
    basis = replace(read.basis, volumes=volumes, meters=meters, taken_off=off)
    return replace(read, basis=basis, of_household=household)


def left_out_notes(
    since: Optional[datetime.date], left_out: tuple[str, ...], kept: tuple[str, ...]
) -> tuple[str, ...]:
    """Return what to know of compounds that are left out, and of those that can't be.

    Parameters
    ----------
    since
        The day from which on they were taken over; None for none.
    left_out, kept
        Their ids.
    """
    if since is None:
        return ()
    found = [tr("No compound taken over since {day} is left out.").format(day=since.isoformat())]
    if left_out:
        text = tr("Compounds taken over since {day} are left out, with their supply and customers: {names}.")
        found = [text.format(day=since.isoformat(), names=shortened(left_out))]
    if kept:
        found.append(
            tr(
                "The volumes of their bulk meters do not cover the period, so these compounds count: {names}."
            ).format(names=shortened(kept))
        )
    return tuple(found)
