"""Planned pipes that a survey makes as-built, and the verdict on each pipe that was laid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.core.frames import records
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.assets.as_built import AsBuilt, AsBuiltPipe, as_built
from waternet_plugin.core.survey.assets.survey_assets import NetworkAround
from waternet_plugin.core.survey.survey_check import CheckedSurvey
from waternet_plugin.core.survey.verification.laid_pipes import LaidPipe, PipeBefore, Witnesses, before_of
from waternet_plugin.operations.checks.known_pipes import read_history
from waternet_plugin.operations.survey.survey_photos import SurveyPhotos
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class AsBuiltPipes:
    """What an import writes to planned pipes, and the verdicts on these and on pipes nobody planned.

    Parameters
    ----------
    edits
        Rows of pipes and of what names them.
    pipes
        The planned pipes that were surveyed.
    verdicts
        Of all pipes that were laid.
    ids
        The id that each planned pipe of the survey has in the network.
    """

    edits: tuple[RowEdit, ...] = ()
    pipes: tuple[AsBuiltPipe, ...] = ()
    verdicts: tuple[LaidPipe, ...] = ()
    ids: Mapping[str, str] = field(default_factory=dict)


def as_built_pipes(
    network: Network,
    checked: CheckedSurvey,
    around: NetworkAround,
    settings: Settings,
    photos: SurveyPhotos,
    *,
    with_unplanned: bool,
) -> AsBuiltPipes:
    """Return what a survey makes of the planned pipes that it names or lies on, and the verdicts.

    Parameters
    ----------
    checked
        The survey.
    around
        Its planned pipes by id.
    photos
        The photos that the survey names.
    with_unplanned
        Whether pipes that nobody planned get a verdict too.
    """
    pipes = checked.left.assets.pipes
    is_planned = pipes["own_id"].isin(list(around.planned_ids))
    mine = pipes[is_planned]
    found, history_of = AsBuilt((), ()), {}
    meets = checked.left.assets.meets
    if len(mine) or meets:
        names = list(dict.fromkeys([*mine["own_id"], *(one.pipe_id for one in meets)]))
        there = network.rows_where("pipe", "pipe_id", names)
        rows = {str(row["pipe_id"]): (fid, row) for fid, row in there.items()}
        own_ids = set(mine["own_id"])
        history_of = {
            name: read_history(network, row) for name, (_fid, row) in rows.items() if name in own_ids
        }
        found = as_built(rows, mine, meets, network, settings)
    witnesses = Witnesses(checked, around, settings, photos.evidence)
    laid = [
        witnesses.verdict(
            pipe.row, pipe.surveyed, before_of(pipe.planned, history_of[str(pipe.planned["pipe_id"])])
        )
        for pipe in found.pipes
    ]
    if with_unplanned:
        laid += [witnesses.verdict(row, row, PipeBefore()) for row in records(pipes[~is_planned])]
    ids = {str(one.surveyed["pipe_id"]): str(one.row["pipe_id"]) for one in found.pipes}
    return AsBuiltPipes(found.edits, found.pipes, tuple(laid), ids)
