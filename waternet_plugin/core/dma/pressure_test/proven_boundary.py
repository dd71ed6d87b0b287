"""The boundary of a zone as a test proves it."""

from __future__ import annotations

import numpy as np

from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.dma.pressure_test.plan import BOUNDARY, INLET, STORAGE, PressureTestPlan
from waternet_plugin.core.retests.kept_boundary import ProvenBoundary, members_hash


def proven_boundary(model: DmaModel, plan: PressureTestPlan) -> ProvenBoundary:
    """Return the boundary of a zone as a test proves it."""
    graph, network = model.graph, model.dma
    chosen = plan.steps["role"].isin([BOUNDARY, INLET, STORAGE])
    node = np.unique(
        np.concatenate([plan.cut.devices, plan.steps.loc[chosen, "node"].to_numpy(dtype=np.int64)])
    )
    at = np.zeros(graph.node_count, dtype=bool)
    at[node] = True
    pipe = np.flatnonzero((at[graph.start] | at[graph.end]) & network.counts)
    pipe = np.union1d(pipe, plan.cut.closed_pipes).astype(np.int64)
    of_zone = np.flatnonzero(network.zones.holds(plan.cut.zone, network.zone) & network.counts)
    return ProvenBoundary(
        tuple(
            sorted(
                str(graph.node_id[vertex]) for vertex in node.tolist() if graph.node_id[vertex] is not None
            )
        ),
        tuple(sorted(str(graph.pipe_id[row]) for row in pipe.tolist())),
        members_hash(graph.pipe_id[of_zone].tolist()),
    )
