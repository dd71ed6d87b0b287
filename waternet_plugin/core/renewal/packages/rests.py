"""Hydrant leads, stubs and rests: stretches too short for a project of their own join one of their street."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.row_groups import labels
from waternet_plugin.core.renewal.packages.stretches import SHORTEST_M


class _Runs:
    """The connected runs that hold a rest; their pipes, sound ones too, are the ways between stretches."""

    def __init__(self, label: Array, ends: Array, length_m: Array, rests: Array) -> None:
        run = labels(int(ends.max()) + 1, ends[:, 0], ends[:, 1])[1][ends[:, 0]]
        rows = np.flatnonzero(np.isin(run, run[np.isin(label, rests)]))
        codes, names = pd.factorize(ends[rows].ravel())
        at = codes.reshape(-1, 2)
        self.size = len(names)
        # The vertices of each stretch.
        inside = label[rows] >= 0
        self.touched = pd.DataFrame(
            {"label": np.repeat(label[rows][inside], 2), "vertex": at[inside].ravel()}
        ).drop_duplicates(ignore_index=True)
        self.run_of = pd.Series(run[rows][inside], index=label[rows][inside]).groupby(level=0).first()
        edges = pd.DataFrame(
            {
                "a": at.min(axis=1),
                "b": at.max(axis=1),
                "length": np.maximum(length_m[rows], SHORTEST_M),
            }
        )
        # Of parallel pipes the shortest counts: a sparse matrix would add them.
        edges = edges[edges["a"] != edges["b"]].sort_values(["a", "b", "length"], kind="stable")
        edges = edges.drop_duplicates(["a", "b"])
        self.graph = csr_matrix((edges["length"], (edges["a"], edges["b"])), shape=(self.size, self.size))

    def nearest(self, hosts: Array, rests: Array) -> pd.DataFrame:
        """Return for each rest the host with the shortest way along its run: label, host, way (metres)."""
        of_hosts = self.touched[self.touched["label"].isin(hosts)].drop_duplicates("vertex")
        of_rests = self.touched[self.touched["label"].isin(rests)]
        if of_hosts.empty or of_rests.empty:
            nothing: pd.DataFrame = pd.DataFrame({"label": [], "host": [], "way": []}, dtype=np.int64)
            return nothing
        distance_m, _, source = dijkstra(
            self.graph,
            directed=False,
            indices=of_hosts["vertex"].to_numpy(),
            min_only=True,
            return_predecessors=True,
        )
        vertex = of_rests["vertex"].to_numpy()
        is_reached = np.isfinite(distance_m[vertex])
        host = of_hosts.set_index("vertex")["label"]
        nearest_hosts: pd.DataFrame = pd.DataFrame(
            {
                "label": of_rests["label"].to_numpy()[is_reached],
                "host": host.reindex(source[vertex[is_reached]]).to_numpy(),
                "way": distance_m[vertex[is_reached]],
            }
        )
        in_order = nearest_hosts.sort_values(["way", "label", "host"], kind="stable")
        nearest: pd.DataFrame = in_order[~in_order["label"].duplicated()]
        return nearest


def join_rests(
    label: Array, ends: Array, length_m: Array, *, rest_m: float, max_length_m: float
) -> tuple[Array, Array]:
    """Return new numbers of stretches in which short ones have joined others of their run, and which did.

    A run is all pipes of one street that hang together, sound ones too. A stretch of at most ``rest_m``
    joins the stretch of its run that is nearest along the pipes and has room for it. Where there are only
    short ones, they join the longest of them.

    Parameters
    ----------
    label
        Stretch of each pipe, -1 for none.
    ends
        Vertices of all pipes, n x 2; pipes of different streets share none.
    length_m
        Lengths, metres.
    rest_m
        Greatest length of a stretch that joins another one; 0 for none.
    max_length_m
        Greatest length of what comes out.

    Returns
    -------
    Numbers of stretches, and whether each pipe is in a stretch that joined another one.
    """
    inside = label >= 0
    totals = np.bincount(label[inside], length_m[inside]) if inside.any() else np.zeros(0)
    is_rest = totals <= rest_m
    if rest_m <= 0 or len(totals) < 2 or not is_rest.any():
        return label, np.zeros(len(label), dtype=bool)
    runs = _Runs(label, ends, length_m, np.flatnonzero(is_rest))
    into = np.arange(len(totals))
    room = max_length_m - totals
    hosts, waiting = np.flatnonzero(~is_rest), np.flatnonzero(is_rest)
    while len(waiting):
        nearest_hosts = runs.nearest(hosts, waiting)
        refused = set()
        for rest, host in zip(nearest_hosts["label"].tolist(), nearest_hosts["host"].tolist()):
            if totals[rest] <= room[host]:
                into[rest] = host
                room[host] -= totals[rest]
            else:
                refused.add(host)
        waiting = waiting[into[waiting] == waiting]
        hosts = np.setdiff1d(hosts, sorted(refused))
        if refused:
            continue
        # No stretch of their run takes these: the longest of each run takes the others.
        order = waiting[np.lexsort((waiting, -totals[waiting]))]
        first = pd.Series(order).groupby(runs.run_of.reindex(order).to_numpy()).first().to_numpy()
        hosts, waiting = first, np.setdiff1d(waiting, first)
    result = label.copy()
    result[inside] = pd.factorize(into[label[inside]])[0]
    joined = np.zeros(len(label), dtype=bool)
    joined[inside] = into[label[inside]] != label[inside]
    return result, joined
