"""Recheck of surveyed nodes: what differs from the network, and the edits for what is taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional, Union

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import records, with_columns
from waternet_plugin.core.network.settling.settling import settle
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.survey.assets.existing_nodes import ExistingNodes, with_unknown
from waternet_plugin.core.survey.assets.line_ends import with_drawn_ends
from waternet_plugin.core.survey.assets.line_rechecks import COLUMNS, LineRecheck, line_recheck
from waternet_plugin.core.survey.assets.rechecks import (
    NamedAssets,
    Recheck,
    named_assets,
    recheck,
    recheck_edits,
)
from waternet_plugin.core.survey.assets.survey_assets import (
    IMPORTED,
    LOST,
    MERGED,
    NetworkAround,
    SurveyAssets,
    survey_assets,
)
from waternet_plugin.core.survey.checks.point_checks import point_findings
from waternet_plugin.core.survey.joint_survey import Survey, with_places, without_rows
from waternet_plugin.core.survey.ledger import RowsLeft
from waternet_plugin.core.survey.row_findings import rows_with_errors
from waternet_plugin.core.survey.survey_check import CheckedSurvey, CheckOptions
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.core.vertices import xyz
from waternet_plugin.operations.rows.resolve_references import FormerNames
from waternet_plugin.operations.survey.survey_network import SurveyedNetwork, surveyed_before
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
    network: Network, survey: Survey, known: SurveyedNetwork, options: CheckOptions, *, take: Take
) -> RecheckedSurvey:
    """Return how a survey differs from the nodes and pipes that it names, and the edits for what is taken.

    Parameters
    ----------
    survey
        In the network's coordinates.
    known
        The same network as it was read.
    options
        How it is checked; differences up to its tolerance are none.
    take
        Whether all differences are taken, or the ids of the nodes and pipes whose are.

    Raises
    ------
    InputError
        Where a node can't be moved.
    """
    tolerance_m = options.tolerance_m
    survey = with_drawn_ends(survey, tolerance_m)
    names = _Names(network, survey, known.around.nodes)
    pipes = network.read("pipe", list(COLUMNS), geometry=False)

    def compare(rows: Survey) -> Recheck:
        named = names.of(rows.points)
        return recheck(rows, names.nodes, known.ground_m, named, tolerance_m=tolerance_m, take=take)

    found = (*survey.findings, *point_findings(survey, known.settings, options.work))
    # What is measured again has its system in the network.
    findings = [one for one in found if one.rule != "system_unknown"]
    rejected = rows_with_errors(findings)
    compared = compare(without_rows(survey, rejected))
    rejected = np.union1d(rejected, rows_with_errors(compared.findings))
    left = without_rows(survey, rejected)
    told = compare(left)
    lines = line_recheck(names.with_ends(left), pipes, tolerance_m=tolerance_m, take=take)
    findings += [*compared.findings, *lines.findings]
    checked = CheckedSurvey(
        survey,
        tuple(findings),
        rejected,
        RowsLeft(left, _assets(left, told, lines, names, known.settings)),
    )
    changed = dict.fromkeys([*lines.taken, *told.vertices["pipe_id"]])
    edits = recheck_edits(
        told,
        lines,
        network.rows_where("node", "node_id", told.nodes["node_id"].tolist()),
        network.rows_where("pipe", "pipe_id", list(changed)),
    )
    settled = settle(edits, network, known.settings, own_codes=network.own_codes())
    if settled.refusals:
        raise InputError(joined(settled.refusals))
    return RecheckedSurvey(checked, told, settled.edits)


def _assets(
    left: Survey, told: Recheck, lines: LineRecheck, names: _Names, settings: Settings
) -> SurveyAssets:
    """Return what became of the rows; nothing is new, so there are neither nodes nor pipes."""
    nothing = with_places(left, left.points.iloc[:0], left.lines.iloc[:0])
    empty = survey_assets(nothing, NetworkAround(names.nodes, frozenset()), settings, tolerance_m=0.0)
    ends = names.with_ends(left).lines
    between = [names.nodes.row_of(ends[f"{side}_id"].to_numpy(object)) >= 0 for side in ("start", "end")]
    pipe = np.where(pd.isna(lines.pipe), names.passed(left), lines.pipe)
    changed = np.isin(lines.pipe.astype(str), list(lines.taken))
    known = (between[0] & between[1]) | pd.notna(pipe)
    return replace(
        empty,
        point_state=np.where(told.is_taken, IMPORTED, MERGED).astype(object),
        line_state=np.where(changed, IMPORTED, np.where(known, MERGED, LOST)).astype(object),
        point_asset=told.asset,
        line_asset=pipe,
    )


class _Names:
    """What points and lines of a recheck name: by ids, or by numbers that earlier surveys gave."""

    def __init__(self, network: Network, survey: Survey, nodes: ExistingNodes) -> None:
        self.nodes = nodes
        self._former = FormerNames(network, lambda _table: nodes.node_id.tolist())
        self._before = surveyed_before(network, survey.points["point_no"])
        became = dict.fromkeys(name for assets in self._before.assets.tolist() for name in assets)
        pipes = network.rows_where("pipe", "pipe_id", list(became)).values()
        # The vertices of the pipes that points of earlier surveys became.
        self._lines = {str(row["pipe_id"]): xyz(row[GEOMETRY_COLUMN]) for row in pipes}

    def of(self, points: pd.DataFrame) -> NamedAssets:
        """Return what points name."""
        now = self._former.heirs(("node",), [str(one) for one in points["node_id"] if one is not None])
        if now:
            ids = [now.get(one, (one,))[0] for one in points["node_id"].tolist()]
            points = with_columns(points, node_id=np.array(ids, dtype=object))
        return named_assets(points, self.nodes, self._before, self._lines)

    def with_ends(self, survey: Survey) -> Survey:
        """Return a survey whose lines end at the ids of the nodes that their points are."""
        row = np.append(self.of(survey.points).node, -1)
        ids = {}
        for side in ("start", "end"):
            node = row[survey.lines[side].to_numpy(np.int64)]
            own = survey.lines[f"{side}_id"].to_numpy(object)
            ids[f"{side}_id"] = np.where(node >= 0, with_unknown(self.nodes.node_id)[node], own)
        return replace(survey, lines=with_columns(survey.lines, **ids))

    def passed(self, survey: Survey) -> Array:
        """Return the pipe along which each line runs from or to a vertex, None for none."""
        pipe = np.append(self.of(survey.points).pipe, np.array([None], dtype=object))
        start, end = (pipe[survey.lines[side].to_numpy(np.int64)] for side in ("start", "end"))
        return np.where(pd.isna(start), end, start)
