"""What an import of surveys needs to know of the network: nodes, ids, known ground, files imported before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import records
from waternet_plugin.core.places.deciding.decision_facts import NetworkFacts
from waternet_plugin.core.places.network_facts import place_facts
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.schema.use import OUT_OF_USE, TAKEN_OUT
from waternet_plugin.core.survey.assets.existing_nodes import existing_nodes
from waternet_plugin.core.survey.assets.existing_pipes import ExistingPipes
from waternet_plugin.core.survey.assets.planned_pipes import SIZES, PlannedPipes, planned_pipes
from waternet_plugin.core.survey.assets.survey_assets import NetworkAround
from waternet_plugin.core.survey.assets.surveyed_before import SurveyedBefore
from waternet_plugin.core.survey.joint_survey import Survey
from waternet_plugin.core.texts import tr
from waternet_plugin.core.vertices import xyz
from waternet_plugin.operations.rows.network_places import read_other_places, with_shape
from waternet_plugin.store.network import Network

_PLANNED = "planned"
# Around a survey so much more is looked at, m.
_MARGIN_M = 1.0
# Rows of earlier surveys that became something, and that are points.
_TAKEN, _OF_POINTS = ("imported", "merged"), ("point", "both")


@dataclass(frozen=True)
class SurveyedNetwork:
    """The network that surveys are imported into.

    Parameters
    ----------
    seen
        Its position before it was read.
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
    """Return what imports of surveys need of a network."""
    progress.at(0.0, tr("Reading the nodes of the network"))
    seen = network.position()
    other = read_other_places(network)
    nodes = network.read("node", ["node_id", "kind", "system", "status", "ground_m"])
    progress.at(0.5, tr("Reading the ids of the network"))
    pipes = network.read("pipe", ["pipe_id", "system", "status", *SIZES])
    batches = network.read("survey_batch", ["survey_batch_id", "file_hash"], geometry=False)
    is_planned = (pipes["status"] == _PLANNED).to_numpy()
    planned = with_shape(pipes[is_planned].reset_index(drop=True))
    there = with_shape(nodes[~nodes["status"].isin(TAKEN_OUT)].reset_index(drop=True))
    return SurveyedNetwork(
        seen,
        network.settings(),
        place_facts(other, there, pipes[~is_planned], planned),
        NetworkAround(existing_nodes(there), frozenset(pipes["pipe_id"].tolist())),
        planned_pipes(planned),
        there["ground_m"].to_numpy(float),
        dict(zip(batches["file_hash"], batches["survey_batch_id"])),
    )


@dataclass(frozen=True)
class PipesAround:
    """The pipes around a survey, which of all were planned once, and their earlier points.

    Parameters
    ----------
    before
        The points of earlier surveys that have numbers of this one.
    verified
        pipe_id and planned of all verifications; None where what was laid is not surveyed again.
    rows
        The pipes, `PIPE_COLUMNS` and status; None where nothing of the survey has a place.
    """

    before: SurveyedBefore
    verified: Optional[pd.DataFrame]
    rows: Optional[pd.DataFrame]

    def added_to(self, known: SurveyedNetwork) -> SurveyedNetwork:
        """Return what is known of a network with these pipes; what was laid may be surveyed once more."""
        if self.rows is None:
            return known
        rows = self.rows[~self.rows["status"].isin(OUT_OF_USE).to_numpy()].reset_index(drop=True)
        known = replace(known, around=replace(known.around, pipes=ExistingPipes(rows)))
        if self.verified is None:
            return known
        was_planned = self.verified["pipe_id"][self.verified["planned"].notna()]
        laid = rows[rows["pipe_id"].isin(was_planned)].reset_index(drop=True)
        if not len(laid):
            return known
        ends = {row["pipe_id"]: (row["from_node"], row["to_node"]) for row in records(laid)}
        again = replace(planned_pipes(laid), known_numbers=self.before.numbers_on(ends))
        return replace(known, planned=known.planned.with_laid(again))


def surveyed_before(network: Network, numbers: pd.Series) -> SurveyedBefore:
    """Return the points of earlier surveys that have some numbers, as their files had them."""
    wanted = list(dict.fromkeys(numbers.dropna().astype(str)))
    if not wanted or not network.count("survey_row"):
        return SurveyedBefore()
    found = network.rows_where("survey_row", "point_no", wanted)
    rows = [row for _fid, row in sorted(found.items()) if row.get("asset") and row.get(GEOMETRY_COLUMN)]
    rows = [row for row in rows if row.get("verdict") in _TAKEN and row.get("record") in _OF_POINTS]
    if not rows:
        return SurveyedBefore()
    assets, names = np.empty(len(rows), dtype=object), np.empty(len(rows), dtype=object)
    assets[:] = [tuple(str(row["asset"]).split(";")) for row in rows]
    names[:] = [str(row["point_no"]) for row in rows]
    return SurveyedBefore(names, xyz([row[GEOMETRY_COLUMN] for row in rows])[:, :2], assets)


def box_of(survey: Survey) -> Optional[tuple[float, float, float, float]]:
    """Return the extent of a survey, a little wider; None where nothing has a place."""
    places = [survey.points[["east", "north"]].to_numpy(float)]
    places += [np.asarray(one, dtype=float)[:, :2] for one in survey.lines["vertices"] if one is not None]
    xy = np.concatenate(places)
    xy = xy[np.isfinite(xy).all(axis=1)]
    if not len(xy):
        return None
    low, high = xy.min(axis=0) - _MARGIN_M, xy.max(axis=0) + _MARGIN_M
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])
