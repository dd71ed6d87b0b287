"""Recheck of surveyed nodes: what differs from the network, and the edits for what is taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional, Union

import numpy as np

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import records
from waternet_plugin.core.network.settling.settling import settle
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.survey.assets.rechecks import Recheck, recheck
from waternet_plugin.core.survey.assets.survey_assets import (
    IMPORTED,
    LOST,
    MERGED,
    NetworkAround,
    survey_assets,
)
from waternet_plugin.core.survey.checks.point_checks import point_findings
from waternet_plugin.core.survey.joint_survey import Survey, with_places, without_rows
from waternet_plugin.core.survey.ledger import RowsLeft
from waternet_plugin.core.survey.row_findings import rows_with_errors
from waternet_plugin.core.survey.survey_check import CheckedSurvey
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.operations.survey_network import SurveyedNetwork
from waternet_plugin.store.network import Network

Take = Union[bool, Collection[str]]


@dataclass(frozen=True)
class RecheckedSurvey:
    """A recheck, checked, and the edits by which its nodes and the ends at them move."""

    checked: CheckedSurvey
    recheck: Recheck
    edits: tuple[RowEdit, ...]

    @property
    def figures(self) -> dict[str, Any]:
        """How many points were compared, how exact both measurements are, and what was taken."""
        told = self.recheck
        return {
            "n": told.points,
            "plane_rmse_m": _known(told.plane_rmse_m),
            "height_rmse_m": _known(told.height_rmse_m),
            "differences": records(told.differences.drop(columns="row")),
            "taken": told.nodes["node_id"].tolist(),
        }


def _known(value: float) -> Optional[float]:
    return round(value, 4) if np.isfinite(value) else None


def taken_of(answers: Mapping[str, Any]) -> Take:
    """Return what DECISIONS take of a recheck: everything, or the nodes of some ids.

    Raises
    ------
    InputError
        When it is neither true nor a list of ids.
    """
    given = answers.get("take", False)
    if isinstance(given, bool):
        return given
    if isinstance(given, str):
        return (given,)
    if isinstance(given, (list, tuple)):
        return tuple(str(one) for one in given)
    raise InputError(tr("DECISIONS: “take” is true, or a list of the ids that are taken."))


def rechecked_survey(
    network: Network, survey: Survey, known: SurveyedNetwork, *, take: Take, tolerance_m: float
) -> RecheckedSurvey:
    """Return how a survey differs from the nodes that it names, and the edits for what is taken.

    Parameters
    ----------
    network
        The network; only read.
    survey
        In the network's coordinates.
    known
        The same network as it was read.
    take
        Whether all differences are taken, or the ids of the nodes whose are.
    tolerance_m
        Differences up to this are none.

    Raises
    ------
    InputError
        Where a node can't be moved.
    """
    findings = [*survey.findings, *point_findings(survey, known.settings)]
    rejected = rows_with_errors(findings)
    compared = recheck(
        without_rows(survey, rejected), known.around.nodes, known.ground_m, tolerance_m=tolerance_m, take=take
    )
    rejected = np.union1d(rejected, rows_with_errors(compared.findings))
    left = without_rows(survey, rejected)
    told = recheck(left, known.around.nodes, known.ground_m, tolerance_m=tolerance_m, take=take)
    taken = np.isin(told.asset.astype(str), told.nodes["node_id"].astype(str))
    named = (known.around.nodes.row_of(left.lines["start_id"].to_numpy(object)) >= 0) & (
        known.around.nodes.row_of(left.lines["end_id"].to_numpy(object)) >= 0
    )
    # Nothing is new: the assets of no points and no lines are empty tables.
    nothing = with_places(left, left.points.iloc[:0], left.lines.iloc[:0])
    empty = survey_assets(
        nothing, NetworkAround(known.around.nodes, frozenset()), known.settings, tolerance_m=0.0
    )
    assets = replace(
        empty,
        point_state=np.where(taken, IMPORTED, MERGED).astype(object),
        line_state=np.where(named, MERGED, LOST).astype(object),
        point_asset=told.asset,
        line_asset=np.full(len(left.lines), None, dtype=object),
    )
    checked = CheckedSurvey(survey, (*findings, *compared.findings), rejected, RowsLeft(left, assets))
    return RecheckedSurvey(checked, told, _edits(network, told, known.settings))


def _edits(network: Network, told: Recheck, settings: Settings) -> tuple[RowEdit, ...]:
    """Return the edits that move nodes, the ends of pipes following them."""
    if not len(told.nodes):
        return ()
    rows = network.rows_where("node", "node_id", told.nodes["node_id"].tolist())
    new = {row["node_id"]: row for row in records(told.nodes)}
    edits = []
    for fid, row in rows.items():
        taken = new[row["node_id"]]
        values = {GEOMETRY_COLUMN: taken[GEOMETRY_COLUMN]}
        if np.isfinite(taken["ground_m"]):
            values["ground_m"] = taken["ground_m"]
        edits.append(RowEdit("node", fid, row, {**row, **values}))
    settled = settle(tuple(edits), network, settings)
    if settled.refusals:
        raise InputError(joined(settled.refusals))
    return settled.edits
