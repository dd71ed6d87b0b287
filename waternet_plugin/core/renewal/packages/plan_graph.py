"""Which pipes meet for a plan: the graph of the network, with the slack that planning allows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.network.model.end_coordinates import column, named_ends
from waternet_plugin.core.network.model.graph import Graph, build_graph
from waternet_plugin.core.schema.settings import Settings


@dataclass(frozen=True)
class PlanGraph:
    """Where pipes meet.

    Attributes
    ----------
    graph
        The graph that checks, isolation and traces use: ends meet within `network.tolerance_m`.
    slack
        The graph of the same pipes in which ends meet within `renewal.join_tolerance_m`; ``graph`` itself
        where that allows no more.
    """

    graph: Graph
    slack: Graph

    def ends(self, pipe_id: pd.Series) -> Array:
        """Return the vertices in ``slack`` of the first and last end of pipes, (pipes, 2)."""
        return _ends(self.slack, pipe_id)

    def joined_by_slack(self, pipe_id: pd.Series, package: Array) -> tuple[str, ...]:
        """Return the pipes that meet others of their package within the slack of planning only, by id.

        Parameters
        ----------
        pipe_id
            Ids of pipes, each once.
        package
            The package of each.
        """
        if self.slack is self.graph:
            return ()
        joints = pd.DataFrame(
            {
                "pipe": np.repeat(np.arange(len(pipe_id)), 2),
                "package": np.repeat(package, 2),
                "slack": self.ends(pipe_id).ravel(),
                "vertex": _ends(self.graph, pipe_id).ravel(),
            }
        )
        # A pipe shorter than the slack meets nobody but itself.
        at = ["package", "slack"]
        others = joints.groupby(at)["pipe"].transform("nunique") > 1
        apart = joints.groupby(at)["vertex"].transform("nunique") > 1
        pipe = np.unique(joints["pipe"][others & apart])
        return tuple(sorted(pipe_id.iloc[pipe]))


def _ends(graph: Graph, pipe_id: pd.Series) -> Array:
    edge = rows_of_ids(graph.pipe_id, pipe_id)
    return np.stack([graph.start[edge], graph.end[edge]], axis=1)


def plan_graph(
    pipes: pd.DataFrame, nodes: pd.DataFrame, *, settings: Settings, graph: Graph | None = None
) -> PlanGraph:
    """Return where pipes meet for a plan.

    Parameters
    ----------
    pipes, nodes
        The rows of the network, as `build_graph` takes them; pipes out of use too, as everywhere.
    settings
        ``network.*`` and `renewal.join_tolerance_m`, m.
    graph
        The graph of these pipes, where there is one already.
    """
    if graph is None:
        graph = build_graph(pipes, nodes, settings=settings).graph
    tolerance_m = settings.real("renewal.join_tolerance_m")
    # Where every end names its node, no distance is asked for.
    by_name = bool(
        pd.Index(named_ends(pipes), dtype=object)
        .isin(pd.Index(column(nodes, "node_id"), dtype=object).dropna())
        .all()
    )
    if by_name or tolerance_m <= settings.real("network.tolerance_m"):
        return PlanGraph(graph, graph)
    return PlanGraph(graph, build_graph(pipes, nodes, tolerance_m=tolerance_m, settings=settings).graph)
