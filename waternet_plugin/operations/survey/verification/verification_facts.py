"""What verification sheets say of pipes: the newest verdict on each, points with deviations, photos."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.survey.verification.pipe_evidence import KnownPipe, text
from waternet_plugin.core.survey.verification.verdict import deviations_of, least_cover_of
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.operations.checks.known_pipes import known_pipe
from waternet_plugin.store.attachments import kept_path
from waternet_plugin.store.network import Network

# A point and its node may differ by what is rounded.
_SAME_PLACE_M = 0.01


@dataclass(frozen=True)
class VerifiedPipe:
    """A pipe with its newest verification.

    Parameters
    ----------
    known
        The pipe and what is known of it.
    verification
        The newest row of ``verification``.
    deviations
        (points, 2) distance from the planned line and invert above the planned one, m; NaN unknown.
    photos
        Files of its photos that are there.
    survey_file
        Name of the file it was surveyed by, '' where unknown.
    heights
        (points, 2) ground level and depth of the node at each point, m; NaN where there is none, or unknown.
    least_cover_m
        The cover that it must have.
    """

    known: KnownPipe
    verification: Row
    deviations: Array
    photos: tuple[Path, ...]
    survey_file: str
    heights: Array
    least_cover_m: float


def pipes_of_batch(network: Network, survey_batch: str) -> tuple[str, ...]:
    """Return the pipes that were verified with a survey batch.

    Raises
    ------
    InputError
        When there are none.
    """
    rows = network.rows_where("verification", "survey_batch", [survey_batch])
    found = tuple(dict.fromkeys(str(row["pipe_id"]) for _key, row in sorted(rows.items())))
    if not found:
        message = tr("No pipe was verified with the survey batch {batch}. Check its id, or enter PIPES.")
        raise InputError(message.format(batch=survey_batch))
    return found


def verified_pipes(network: Network, pipe_ids: Sequence[str]) -> tuple[VerifiedPipe, ...]:
    """Return pipes with what their sheets say, in the order given.

    Raises
    ------
    InputError
        For pipes that are not there, and for those that were never verified.
    """
    wanted = list(dict.fromkeys(pipe_ids))
    pipes = {str(row["pipe_id"]): row for row in network.rows_where("pipe", "pipe_id", wanted).values()}
    missing = [name for name in wanted if name not in pipes]
    if missing:
        raise InputError(
            tr("There is no pipe {pipe} in this network. Check its id.").format(pipe=shortened(missing))
        )
    known = [known_pipe(network, pipes[name]) for name in wanted]
    bare = [str(one.pipe["pipe_id"]) for one in known if one.newest is None]
    if bare:
        message = tr("{pipes} were never verified: import their survey, or verify them first.")
        raise InputError(message.format(pipes=shortened(bare)))
    return tuple(_verified(network, one, one.newest) for one in known if one.newest is not None)


def _verified(network: Network, known: KnownPipe, newest: Row) -> VerifiedPipe:
    ids = [photo.attachment_id for photo in known.evidence.photos]
    rows = network.rows_where("attachment", "attachment_id", ids) if ids else {}
    folder = network.attachments_folder if rows else Path()
    paths: list[Optional[Path]] = [kept_path(folder, str(row["file"])) for row in rows.values()]
    batch = text(newest.get("survey_batch"))
    files = network.rows_where("survey_batch", "survey_batch_id", [batch]) if batch else {}
    return VerifiedPipe(
        known,
        newest,
        deviations_of(known.evidence),
        tuple(path for path in paths if path is not None),
        next((text(row.get("file_name")) for row in files.values()), ""),
        _heights(network, known.evidence.points),
        least_cover_of(known.evidence.row, network.settings()),
    )


def _heights(network: Network, points: Array) -> Array:
    """Return ground level and depth of the node at each point, m, NaN where there is none."""
    found = np.full((len(points), 2), np.nan)
    if not len(points):
        return found
    low, high = points[:, :2].min(axis=0) - _SAME_PLACE_M, points[:, :2].max(axis=0) + _SAME_PLACE_M
    nodes = network.read("node", ["ground_m", "depth_m"], bbox=(*low, *high))
    if not len(nodes):
        return found
    tree = shapely.STRtree(shapely.points(shapely.get_coordinates(nodes[GEOMETRY_COLUMN].to_numpy())))
    pairs = tree.query_nearest(shapely.points(points[:, :2]), max_distance=_SAME_PLACE_M, all_matches=False)
    found[pairs[0]] = nodes[["ground_m", "depth_m"]].to_numpy(dtype=float)[pairs[1]]
    return found
