"""What an import of surveys needs to know of the network: nodes, ids, known ground, files imported before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import records
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.survey.assets.existing_nodes import existing_nodes
from waternet_plugin.core.survey.assets.planned_pipes import PlannedPipes, planned_pipes
from waternet_plugin.core.survey.assets.survey_assets import NetworkAround
from waternet_plugin.core.survey.decisions.facts import NetworkFacts
from waternet_plugin.core.survey.placing.stored_transform_sets import transform_set_of
from waternet_plugin.core.survey.placing.transform_set import TransformSet
from waternet_plugin.core.texts import tr
from waternet_plugin.store.network import Network

# One asset of each cell of this size is enough to tell how far a file lies, m.
_CELL_M = 50.0
_PLANNED = "planned"


@dataclass(frozen=True)
class SurveyedNetwork:
    """The network that surveys are imported into.

    Parameters
    ----------
    seen
        Its position before it was read.
    settings
        Thresholds in force.
    facts
        For decisions.
    around
        For joins.
    planned
        Its planned pipes.
    ground_m
        Ground level of each node of ``around``, NaN for unknown.
    known_files
        Survey batch by SHA-256 of the files that were imported before.
    """

    seen: str
    settings: Settings
    facts: NetworkFacts
    around: NetworkAround
    planned: PlannedPipes
    ground_m: Array
    known_files: Mapping[str, str]


def read_surveyed_network(network: Network, progress: Progress = SILENT) -> SurveyedNetwork:
    """Return what imports of surveys need of a network.

    Parameters
    ----------
    network
        The network.
    progress
        Told of the steps; may cancel.
    """
    progress.at(0.0, tr("Reading the nodes of the network"))
    seen = network.position()
    nodes = network.read("node", ["node_id", "kind", "system", "status", "ground_m"])
    progress.at(0.5, tr("Reading the ids of the network"))
    pipes = network.read("pipe", ["pipe_id"], geometry=False)
    planned = network.read("pipe", ["pipe_id", "system"], where={"status": _PLANNED})
    there = nodes[nodes["status"].isin(("in_use", _PLANNED))].reset_index(drop=True)
    batches = network.read("survey_batch", ["survey_batch_id", "file_hash"], geometry=False)
    return SurveyedNetwork(
        seen,
        network.settings(),
        _facts(network, there, planned),
        NetworkAround(existing_nodes(there), frozenset(pipes["pipe_id"].tolist())),
        planned_pipes(planned),
        there["ground_m"].to_numpy(float),
        dict(zip(batches["file_hash"], batches["survey_batch_id"])),
    )


def _facts(network: Network, nodes: pd.DataFrame, planned: pd.DataFrame) -> NetworkFacts:
    xy = shapely.get_coordinates(nodes[GEOMETRY_COLUMN].to_numpy()) if len(nodes) else np.zeros((0, 2))
    one = _one_a_cell(xy)
    ground = nodes["ground_m"].to_numpy(float)
    known = np.isfinite(ground)
    return NetworkFacts(
        crs=network.crs.to_wkt() if network.crs.to_epsg() is None else f"EPSG:{network.crs.to_epsg()}",
        asset_xy=xy[one],
        asset_ids=nodes["node_id"].to_numpy(object)[one],
        planned_xy=_along(planned),
        ground_xy=xy[known],
        ground_m=ground[known],
        transform_sets=_transform_sets(network),
    )


def _one_a_cell(xy: Array) -> Array:
    if not len(xy):
        return np.zeros(0, dtype=np.int64)
    _cells, at = np.unique(np.floor(xy / _CELL_M), axis=0, return_index=True)
    return np.sort(at)


def _along(pipes: pd.DataFrame) -> Array:
    """Return places along pipes, at most `_CELL_M` apart, (n, 2), m."""
    if not len(pipes):
        return np.zeros((0, 2))
    return np.asarray(shapely.get_coordinates(shapely.segmentize(pipes[GEOMETRY_COLUMN].to_numpy(), _CELL_M)))


def _transform_sets(network: Network) -> tuple[TransformSet, ...]:
    """Return the transform sets that the network has."""
    if not network.count("transform_set"):
        return ()
    return tuple(transform_set_of(row) for row in records(network.read("transform_set")))
