"""Proposed zones, fixed zones and what lies outside as regions, and the crossings between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.dma.dma_network import DmaNetwork

OUTSIDE = -1


@dataclass(frozen=True)
class ZoneRegions:
    """Regions and their crossings; ``P`` pipes, ``R`` regions, ``C`` crossings.

    Parameters
    ----------
    region
        Region of each open pipe (P,): first the proposed zones, then what hangs together of fixed ones, then
        what hangs together outside of both; -1 for other pipes.
    count
        Number of regions.
    proposed
        Number of proposed zones, which come first.
    of_fixed
        The number of the fixed zone of the regions behind them, counted on from the proposed ones.
    fed, stored
        Regions that hold a plant or another source, and those that hold a tank or reservoir (R,).
    pipe, node
        Pipe that is cut at each crossing and its node there (C,), in the order of pipe ids.
    own, host
        Region of the pipe and that of the node (C,).
    metered, closed
        Crossings where a boundary meter or a closed valve is already (C,).
    links
        Pairs of regions, none of them proposed, that open pipes join as they do now (L, 2).
    """

    region: Array
    count: int
    proposed: int
    of_fixed: Array
    fed: Array
    stored: Array
    pipe: Array
    node: Array
    own: Array
    host: Array
    metered: Array
    closed: Array
    links: Array

    def zone(self, region: Array) -> Array:
        """Return the zones of regions: proposed and fixed ones by number, OUTSIDE for the rest."""
        zone = np.full(self.count + 1, OUTSIDE, dtype=np.int64)
        zone[: self.proposed] = np.arange(self.proposed)
        zone[self.proposed : self.proposed + len(self.of_fixed)] = self.of_fixed
        # The last one stands for a region of -1.
        return np.asarray(zone[region])


def zone_regions(
    network: DmaNetwork, zone: Array, proposed: int, fixed: Array, node_zone: Array
) -> ZoneRegions:
    """Return the regions of a proposal.

    Parameters
    ----------
    zone
        Proposed zone of each pipe (P,), -1 for none.
    proposed
        Number of proposed zones.
    fixed
        Numbers of the zones that stay as they are.
    node_zone
        Proposed zone of each node (N,), -1 where pipes of fixed zones or of none decide, or the node parts.
    """
    region = np.where(network.open, zone, OUTSIDE)
    of_fixed: list[int] = []
    for number, fixed_zone in enumerate(fixed.tolist()):
        # Parts of a zone that do not hang together have no water from each other.
        pipes, piece, piece_count = _pieces(network, network.open & (network.zone == fixed_zone) & (zone < 0))
        region[pipes] = proposed + len(of_fixed) + piece
        of_fixed += [proposed + number] * piece_count
    zones = proposed + len(of_fixed)
    pipes, piece, piece_count = _pieces(network, network.open & (region < 0))
    region[pipes] = zones + piece
    count = zones + piece_count
    ends = _ends(network, region, node_zone, proposed, zones)
    fed, stored = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    source = network.source[ends["node"].to_numpy()]
    storage = network.storage[ends["node"].to_numpy()]
    in_host = (ends["host"] == ends["region"]).to_numpy()
    fed[ends["host"].to_numpy()[in_host & source & ~storage]] = True
    stored[ends["host"].to_numpy()[in_host & storage]] = True
    ours = ((ends["region"] < proposed) | (ends["host"] < proposed)).to_numpy()
    open_node = ~network.closed[ends["node"].to_numpy()]
    cut = ends[~in_host & ours]
    node = cut["node"].to_numpy()
    return ZoneRegions(
        region=region,
        count=count,
        proposed=proposed,
        of_fixed=np.array(of_fixed, dtype=np.int64),
        fed=fed,
        stored=stored,
        pipe=cut["pipe"].to_numpy(),
        node=node,
        own=cut["region"].to_numpy(),
        host=cut["host"].to_numpy(),
        metered=network.meter[node] & ~network.closed[node],
        closed=network.closed[node],
        links=ends.loc[~in_host & ~ours & open_node, ["region", "host"]].to_numpy(dtype=np.int64),
    )


def _pieces(network: DmaNetwork, pipes: Array) -> tuple[Array, Array, int]:
    """Return the rows of some pipes, what hangs together of them by number, and how many these are."""
    pieces = network.pieces(network.meter | network.closed, pipes=pipes)
    # Numbered by their first pipe in the order of ids, so that the order of rows is the same to them.
    rows = np.flatnonzero(pipes)
    rows = rows[np.argsort(network.graph.pipe_id[rows].astype(str), kind="stable")]
    names, first = np.unique(pieces.pipe[rows], return_index=True)
    order = np.empty(len(names), dtype=np.int64)
    order[np.argsort(first, kind="stable")] = np.arange(len(names))
    return rows, order[np.searchsorted(names, pieces.pipe[rows])], len(names)


def _ends(network: DmaNetwork, region: Array, node_zone: Array, proposed: int, zones: int) -> pd.DataFrame:
    """Return the ends of open pipes with the region that each node belongs to."""
    graph = network.graph
    pipe = np.flatnonzero(network.open)
    pipe = pipe[np.argsort(graph.pipe_id[pipe].astype(str), kind="stable")]
    frame: pd.DataFrame = pd.DataFrame(
        {
            "pipe": np.repeat(pipe, 2),
            "node": np.stack([graph.start[pipe], graph.end[pipe]], axis=1).reshape(-1),
        }
    )
    frame["region"] = region[frame["pipe"].to_numpy()]
    # Outside comes first, then fixed zones: proposed zones are cut there. Else the first pipe decides.
    rank = np.select([frame["region"] >= zones, frame["region"] >= proposed], [0, 1], 2)
    ordered = frame.assign(rank=rank, place=np.arange(len(frame)))
    frame["host"] = node_zone[frame["node"].to_numpy()]
    missing = (frame["host"] < 0).to_numpy()
    ordered = ordered[missing].sort_values(["node", "rank", "place"]).drop_duplicates("node")
    chosen = pd.Series(ordered["region"].to_numpy(), index=ordered["node"].to_numpy())
    frame.loc[missing, "host"] = chosen.reindex(frame.loc[missing, "node"]).to_numpy()
    return frame
