"""What an import of surveys would do, and on which planned pipes it would lie; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.operations.survey.checked_surveys import AS_BUILT
from waternet_plugin.operations.survey.import_survey import ImportSurveyResult, import_survey
from waternet_plugin.operations.survey.survey_requests import ImportSurveyRequest
from waternet_plugin.store.network import Network

# A point this near to a planned pipe lies on it, m.
ON_PLANNED_M = 1.0
_PLANNED_PIPE = "planned_pipe"


@dataclass(frozen=True)
class TriedSurvey:
    """A dry run.

    Parameters
    ----------
    result
        What the import would do.
    purpose
        The purpose that it was tried with.
    planned
        (vertices, 2 or 3) lines of the planned pipes that its questions name, m, by pipe.
    """

    result: ImportSurveyResult
    purpose: str
    planned: Mapping[str, Array]


def try_survey(
    network: Network,
    request: ImportSurveyRequest,
    progress: Progress = SILENT,
    *,
    knows_purpose: bool = True,
) -> TriedSurvey:
    """Try an import; where nobody said what it is for, a survey of planned pipes is tried as built.

    Parameters
    ----------
    request
        The files and what was decided; taken as a dry run.
    knows_purpose
        Whether a person chose the purpose.
    """
    tried = replace(request, dry_run=True)
    result = import_survey(network, tried, progress.part(0.0, 0.5))
    if not knows_purpose and _lies_on_planned(network, result):
        tried = replace(tried, purpose=AS_BUILT)
        result = import_survey(network, tried, progress.part(0.5, 1.0))
    return TriedSurvey(result, tried.purpose, _planned_lines(network, result))


def _planned_lines(network: Network, result: ImportSurveyResult) -> dict[str, Array]:
    questions = [question for question in result.questions if question.key == _PLANNED_PIPE]
    names = sorted({candidate.value for question in questions for candidate in question.candidates})
    if not names:
        return {}
    pipes = network.read("pipe", ["pipe_id"], ids=names)
    return {
        str(name): shapely.get_coordinates(line)
        for name, line in zip(pipes["pipe_id"], pipes[GEOMETRY_COLUMN])
    }


def _lies_on_planned(network: Network, result: ImportSurveyResult) -> bool:
    """Return whether most points of a survey lie on planned pipes."""
    if result.checked is None:
        return False
    points = result.checked.survey.points[["east", "north"]].to_numpy(float)
    points = points[np.isfinite(points).all(axis=1)]
    if not len(points):
        return False
    west, south = points.min(axis=0) - ON_PLANNED_M
    east, north = points.max(axis=0) + ON_PLANNED_M
    box = (float(west), float(south), float(east), float(north))
    planned = network.read("pipe", ["pipe_id"], where={"status": "planned"}, bbox=box)
    if not len(planned):
        return False
    tree = shapely.STRtree(shapely.force_2d(planned[GEOMETRY_COLUMN].to_numpy()))
    near = tree.query(shapely.points(points), predicate="dwithin", distance=ON_PLANNED_M)[0]
    return bool(2 * len(np.unique(near)) >= len(points))
