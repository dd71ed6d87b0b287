"""Who loses water when a pipe fails, and what it crosses.

Topology only: no pressure and no flow is computed. With isolation valves a failure shuts the segment of its
pipe, and those lose water too whose every way to a source leads through it. Without valves the pipe alone is
taken out, and who hangs on it is counted the same way. Where no source is known, only who is connected to
the pipe itself counts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.network.analysis.dependence import dependence, symmetric
from waternet_plugin.core.network.analysis.flow_elements import Elements, find_elements
from waternet_plugin.core.network.isolation.isolation_model import (
    CRITICAL,
    CUSTOMERS,
    HOUSEHOLDS,
    NO_PIPE,
    IsolationModel,
    build_isolation_model,
)
from waternet_plugin.core.network.model.customers import are_recorded, households_of, with_supply
from waternet_plugin.core.network.model.graph import GraphBuild, build_graph
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings

# How those cut off were found.
SEGMENTS, WAYS, OWN = "segments", "ways", "own"


@dataclass(frozen=True)
class Impact:
    """Who loses water when each pipe fails; arrays by row of the pipes, NaN for pipes that supply nobody.

    ``households`` includes one for every customer of unknown number (a setting). ``how`` is SEGMENTS, WAYS
    or OWN. ``connected`` customers are on pipes in use, ``lost`` ones name no such pipe.
    """

    customers: Array
    households: Array
    critical: Array
    how: str
    connected: int
    lost: int

    def by_rows(self, rows: Array) -> Impact:
        """Return the same by other rows of pipes; those of row -1 supply nobody."""
        customers, households, critical = (
            np.append(values, np.nan)[rows] for values in (self.customers, self.households, self.critical)
        )
        return replace(self, customers=customers, households=households, critical=critical)

    def at(self, rows: Array) -> dict[str, Array]:
        """Return households and critical customers of some rows, by name."""
        return {"households": self.households[rows], "critical": self.critical[rows]}


def impact_of(
    pipes: pd.DataFrame,
    nodes: pd.DataFrame,
    customers: pd.DataFrame,
    *,
    settings: Settings,
    connected: GraphBuild | None = None,
    progress: Progress = SILENT,
) -> Impact | None:
    """Return who loses water when each pipe fails, None where the pipe of no customer is known.

    Parameters
    ----------
    pipes, nodes, customers
        With the columns that `core.network.isolation.isolation_model` names; the first two with geometry
        unless their graph and the supply of the customers are there.
    settings
        Households of a customer of unknown number; kinds of sources and valves.
    connected
        The graph of these pipes and nodes, if it is there already.
    """
    customers = with_supply(customers, pipes, settings)
    if not are_recorded(customers):
        return None
    if connected is None:
        connected = build_graph(pipes, nodes, settings=settings, progress=progress.part(0.0, 0.5))
    households = households_of(customers, unknown=settings.real("health.unknown_households"))
    people = customers.assign(households=households)
    try:
        works = build_isolation_model(
            connected, pipes, nodes, people, settings=settings, progress=progress.part(0.5, 0.7)
        )
    except InputError:
        # No source or no valve at one: what it says is for those who want to isolate.
        works = None
    if works is not None:
        sums = _by_segment(works, progress.part(0.7, 1.0))
        return _result(sums, works.elements, people, works.customer_pipe, SEGMENTS)
    elements = find_elements(connected.graph, nodes, pipes, settings=settings)
    pipe = _pipes_of(people, pipes["pipe_id"], elements.in_service)
    weights = _weights(people, pipe, len(pipes))
    fed = elements.sources.any()
    sums = weights + (_by_way(elements, weights) if fed else 0.0)
    progress.at(1.0)
    return _result(sums, elements, people, pipe, WAYS if fed else OWN)


def _result(sums: Array, elements: Elements, customers: pd.DataFrame, pipe: Array, how: str) -> Impact | None:
    """Return the sums of pipes in use as an impact."""
    if not (pipe >= 0).any():
        return None
    known = np.where(elements.in_service[:, None], sums, np.nan)
    return Impact(
        customers=known[:, CUSTOMERS],
        households=known[:, HOUSEHOLDS],
        critical=known[:, CRITICAL],
        how=how,
        connected=int((pipe >= 0).sum()),
        lost=int((pipe == NO_PIPE).sum()),
    )


def _by_segment(works: IsolationModel, progress: Progress) -> Array:
    """Return who is cut off with the segment of each pipe; pipes of no segment have their own customers."""
    _, others = works.supply.unintended(works.part_weights, progress=progress)
    total = works.segment_weights + others
    segment = works.segments.pipe
    return np.where((segment >= 0)[:, None], total[np.maximum(segment, 0)], works.weights)


def _by_way(elements: Elements, weights: Array) -> Array:
    """Return who loses every way to a source without each pipe, those on the pipe itself not counted."""
    nodes, pipes = elements.node_count, len(elements.start)
    vertex = nodes + np.arange(pipes)
    # Every pipe is a vertex of its own between its ends, so that it can be taken out.
    first, second = [], []
    for end in (elements.start, elements.end):
        passes = elements.used & ~elements.closed[end]
        first.append(end[passes])
        second.append(vertex[passes])
    root = nodes + pipes
    sources = np.flatnonzero(elements.sources)
    graph = symmetric(
        np.concatenate([*first, np.full(len(sources), root)]),
        np.concatenate([*second, sources]),
        root + 1,
    )
    tree = dependence(graph, root)
    lost = np.empty_like(weights)
    for kind in range(weights.shape[1]):
        carried = np.zeros(root + 1)
        carried[vertex] = weights[:, kind]
        lost[:, kind] = tree.lost_sums(carried)[vertex]
    return lost


def _pipes_of(customers: pd.DataFrame, pipe_ids: pd.Series, in_service: Array) -> Array:
    """Return the row of each customer's pipe, NO_PIPE where it names none in use."""
    if not len(pipe_ids):
        return np.full(len(customers), NO_PIPE)
    pipe = rows_of_ids(pipe_ids, customers["pipe_id"])
    return np.where((pipe >= 0) & in_service[np.maximum(pipe, 0)], pipe, NO_PIPE)


def _weights(customers: pd.DataFrame, pipe: Array, size: int) -> Array:
    """Return customers, households and critical customers of each pipe."""
    has_pipe = pipe >= 0
    critical = (customers["critical"] == "yes").to_numpy(float)
    kinds = {CUSTOMERS: np.ones(len(pipe)), HOUSEHOLDS: customers["households"].to_numpy(float)}
    kinds[CRITICAL] = critical
    weights = np.zeros((size, len(kinds)))
    for kind, values in kinds.items():
        weights[:, kind] = np.bincount(pipe[has_pipe], values[has_pipe], size)
    return weights
