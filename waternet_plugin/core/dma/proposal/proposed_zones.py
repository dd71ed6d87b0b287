"""A proposal as tables: zones, pipes, and the devices on their boundaries."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.proposal.crossings.boundary_devices import DevicePrices
from waternet_plugin.core.dma.proposal.crossings.zone_regions import OUTSIDE, ZoneRegions
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.texts import tr

METER, CLOSE = "meter", "close"


@dataclass(frozen=True)
class ProposalBasis:
    """What the tables of a proposal are made of; ``P`` pipes of the network.

    Parameters
    ----------
    fixed
        Numbers of the zones that stay as they are.
    part
        Part of each pipe to divide, -1 for others (P,).
    supplied
        Parts with a way to a source.
    trunk
        Trunk mains (P,).
    size
        What each pipe adds to its zone (P,).
    prices
        What devices cost.
    """

    model: DmaModel
    fixed: Array
    part: Array
    supplied: Array
    trunk: Array
    size: Array
    prices: DevicePrices


@dataclass(frozen=True)
class Proposal(PlainFrames):
    """One solution.

    Parameters
    ----------
    zones
        zone_id, size, length_m, customers, households, inlets, closings, cost.
    pipes
        pipe_id, zone_id, reason: every pipe of drinking and raw water in use; zone_id None outside of zones.
    boundary
        pipe_id, device (METER, CLOSE), at_node, zone_in, zone_out, node_id, diameter_mm, cost, at_end (from,
        to), existing (yes where it stands closed or metered already).
    pipe, node
        Numbers of the pipe and of the node of each row of ``boundary`` in the graph.
    pipe_number
        Number of the pipe of each row of ``pipes`` in the graph.
    """

    zones: pd.DataFrame
    pipes: pd.DataFrame
    boundary: pd.DataFrame
    pipe: Array
    node: Array
    pipe_number: Array

    @property
    def size(self) -> Array:
        """Sizes of the zones."""
        return self.zones["size"].to_numpy(dtype=float)

    @cached_property
    def _new(self) -> pd.DataFrame:
        new: pd.DataFrame = self.boundary[self.boundary["existing"] == "no"]
        return new

    @property
    def devices(self) -> int:
        """Number of meters and valves to install or to close."""
        return len(self._new)

    @property
    def cost(self) -> float:
        """Cost of all devices."""
        return float(self.boundary["cost"].sum())

    @property
    def spread(self) -> float:
        """Standard deviation of the sizes as a share of their mean."""
        return float(self.size.std() / self.size.mean())

    def figures(self) -> dict[str, Any]:
        """Return the numbers of the solution by name."""
        new, size = self._new, self.size
        closing = new["device"] == CLOSE
        return {
            "zones": len(self.zones),
            "devices": len(new),
            "meters": int((new["device"] == METER).sum()),
            "valves_to_close": int((closing & new["node_id"].notna()).sum()),
            "new_valves": int((closing & new["node_id"].isna()).sum()),
            "existing": len(self.boundary) - len(new),
            "cost": self.cost,
            "size_least": float(size.min()),
            "size_mean": float(size.mean()),
            "size_most": float(size.max()),
            "spread": self.spread,
            "length_m": float(self.zones["length_m"].sum()),
            "pipes_outside": int(self.pipes["zone_id"].isna().sum()),
        }


def build_proposal(basis: ProposalBasis, regions: ZoneRegions, into: Array) -> Proposal:
    """Return the tables of a solution.

    Parameters
    ----------
    basis
        The network and its prices.
    regions
        Regions and crossings.
    into
        Region that the meter of each crossing measures into, -1 where it is closed.
    """
    names = _names(basis, regions)
    boundary, pipe, node = _boundary(basis, regions, into, names)
    pipes, numbers = _pipes(basis, regions, names)
    return Proposal(_zones(basis, regions, names, boundary), pipes, boundary, pipe, node, numbers)


def _names(basis: ProposalBasis, regions: ZoneRegions) -> Array:
    """Return the ids of proposed and fixed zones, and None for what is outside at the end."""
    taken = set(column(basis.model.zones, "zone_id").tolist())
    zone_names: list[str | None] = []
    number = 0
    digits = max(2, len(str(regions.proposed)))
    while len(zone_names) < regions.proposed:
        number += 1
        name = f"DMA-{number:0{digits}d}"
        if name not in taken:
            zone_names.append(name)
    zone_names += basis.model.dma.zones.zone_id[basis.fixed].tolist()
    return np.array([*zone_names, None], dtype=object)


def _boundary(
    basis: ProposalBasis, regions: ZoneRegions, into: Array, names: Array
) -> tuple[pd.DataFrame, Array, Array]:
    graph, prices = basis.model.graph, basis.prices
    pipe, node, metered = regions.pipe, regions.node, into >= 0
    own, host = regions.zone(regions.own), regions.zone(regions.host)
    out = np.where(into == regions.own, regions.host, regions.own)
    zone_in = np.where(metered, regions.zone(into), own)
    zone_out = np.where(metered, regions.zone(out), host)
    existing = regions.closed | (metered & regions.metered)
    has_device = existing | (~metered & prices.has_valve[node])
    cost = np.where(metered, prices.meter[pipe], prices.closing(pipe, node))
    node_id = graph.node_id[node]
    diameter = basis.model.dma.diameter_mm[pipe]
    frame = pd.DataFrame(
        {
            "pipe_id": graph.pipe_id[pipe],
            "device": np.where(metered, METER, CLOSE).astype(object),
            "at_node": node_id,
            "zone_in": names[zone_in],
            "zone_out": names[zone_out],
            "node_id": _only(has_device, node_id),
            "diameter_mm": diameter,
            "cost": np.where(existing, 0.0, cost),
            "at_end": np.where(graph.start[pipe] == node, "from", "to").astype(object),
            "existing": np.where(existing, "yes", "no").astype(object),
        }
    )
    keys = [graph.pipe_id[pipe].astype(str), frame["at_end"].to_numpy().astype(str)]
    order = np.lexsort(keys[::-1])
    return frame.iloc[order].reset_index(drop=True), pipe[order], node[order]


def _pipes(basis: ProposalBasis, regions: ZoneRegions, names: Array) -> tuple[pd.DataFrame, Array]:
    graph, dma = basis.model.graph, basis.model.dma
    number = np.flatnonzero(dma.counts)
    number = number[np.argsort(graph.pipe_id[number].astype(str), kind="stable")]
    region = regions.region[number]
    zone = np.where(region >= 0, regions.zone(region), OUTSIDE)
    fixed = (zone >= regions.proposed) & (zone != OUTSIDE)
    part = basis.part[number]
    reason = np.select(
        [
            ~dma.open[number],
            fixed,
            zone != OUTSIDE,
            basis.trunk[number],
            (part >= 0) & ~basis.supplied[np.maximum(part, 0)],
        ],
        [
            tr("The pipe is closed."),
            tr("The zone was to be kept."),
            "",
            tr("Trunk main: its diameter is TRUNK_DN or more."),
            tr("The part of the network has no way to a source."),
        ],
        tr("The part of the network is smaller than MIN_SIZE."),
    ).astype(object)
    reason[reason == ""] = None
    frame = pd.DataFrame({"pipe_id": graph.pipe_id[number], "zone_id": names[zone], "reason": reason})
    return frame, number


def _zones(basis: ProposalBasis, regions: ZoneRegions, names: Array, boundary: pd.DataFrame) -> pd.DataFrame:
    dma, count = basis.model.dma, regions.proposed
    inside = np.flatnonzero((regions.region >= 0) & (regions.region < count))
    zone = regions.region[inside]

    def summed(values: Array) -> Array:
        return np.bincount(zone, np.nan_to_num(values[inside]), minlength=count)

    ids = names[:count]
    metered = boundary["device"] == METER
    payer = boundary["zone_in"].where(boundary["zone_in"].isin(ids), boundary["zone_out"])
    closed = boundary[~metered]
    shut = pd.concat([closed["zone_in"], closed["zone_out"]]).value_counts()
    frame: pd.DataFrame = pd.DataFrame(
        {
            "zone_id": ids,
            "size": summed(basis.size),
            "length_m": summed(dma.graph.length_m),
            "customers": summed(dma.customers).astype(np.int64) if dma.knows_users else np.nan,
            "households": summed(dma.households),
            "inlets": _counted(boundary.loc[metered, "zone_in"].value_counts(), ids),
            "closings": _counted(shut, ids),
            "cost": boundary.groupby(payer)["cost"].sum().reindex(ids).fillna(0.0).to_numpy(dtype=float),
        }
    )
    return frame


def _only(counts: Array, values: Array) -> Array:
    """Return values where a mask is set, else None."""
    values_of_zone = np.full(len(values), None, dtype=object)
    values_of_zone[counts] = values[counts]
    return values_of_zone


def _counted(counts: pd.Series, ids: Array) -> Array:
    return np.asarray(counts.reindex(ids).fillna(0).to_numpy(dtype=np.int64))
