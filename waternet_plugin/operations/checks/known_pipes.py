"""Read what a network knows of pipes that are to be verified."""

from __future__ import annotations

from typing import Optional

import pandas as pd

from waternet_plugin.core.editing.row_edits import Row
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.survey.verification.pipe_evidence import (
    NEAR,
    KnownPipe,
    PipeHistory,
    PipeSurroundings,
    known_of,
    text,
)
from waternet_plugin.core.vertices import xyz
from waternet_plugin.store.network import Network

_POINTS = ["verdict", "record", "point_no", "reason_code", "batch_id"]
_ENDS = ("from_node", "to_node")


def known_pipe(network: Network, pipe: Row) -> KnownPipe:
    """Return what is known of a pipe by its row."""
    settings = network.settings()
    history, around = read_history(network, pipe), read_surroundings(network, pipe, settings)
    return known_of(pipe, history, around, settings.real(NEAR))


def newest_verification(network: Network, pipe_id: str) -> Optional[Row]:
    """Return the verification of a pipe that counts."""
    found = network.rows_where("verification", "pipe_id", [pipe_id])
    return dict(found[max(found)]) if found else None


def read_history(network: Network, pipe: Row, newest: Optional[Row] = None) -> PipeHistory:
    """Read what the network has of a pipe.

    Parameters
    ----------
    pipe
        Its row as it is, or is about to be.
    newest
        Its newest verification, as it is about to be; None for that in the network.
    """
    name, ends = str(pipe.get("pipe_id")), _ends(pipe)
    found = network.rows_where("verification", "pipe_id", [name]) if newest is None else {}
    last = dict(found[max(found)]) if found else newest
    named = [one for one in str((last or {}).get("photos") or "").split(";") if one]
    listed = network.rows_where("attachment", "attachment_id", named)
    attached = network.rows_where("attachment", "asset", [name])
    return PipeHistory(
        last,
        network.rows_where("node", "node_id", ends),
        (*listed.values(), *attached.values()),
        network.table("pipe").field("function"),
    )


def read_surroundings(network: Network, pipe: Row, settings: Settings) -> PipeSurroundings:
    """Read what lies around a pipe by its row, points of surveys as far from its line as `NEAR` says."""
    line, ends, laid_by = xyz(pipe.get(GEOMETRY_COLUMN)), _ends(pipe), text(pipe.get("survey_batch"))
    files = network.rows_where("survey_batch", "survey_batch_id", [laid_by]) if laid_by else {}
    meeting = [row for end in _ENDS for row in network.rows_where("pipe", end, ends).items()]
    degree = {
        name: len({key for key, row in meeting if name in (row["from_node"], row["to_node"])})
        for name in ends
    }
    batch = next((str(row.get("batch_id") or "") for row in files.values()), "")
    kind = network.table("node").field("kind")
    points: pd.DataFrame = pd.DataFrame(columns=_POINTS)
    if len(line):
        near_m = settings.real(NEAR)
        box = (*(line[:, :2].min(axis=0) - near_m), *(line[:, :2].max(axis=0) + near_m))
        points = network.read("survey_row", _POINTS, bbox=box)
    return PipeSurroundings(points, batch, degree, kind)


def _ends(pipe: Row) -> list[str]:
    """Return the ids of the nodes at the ends of a pipe, as far as it names them."""
    return [name for name in (text(pipe.get(end)) for end in _ENDS) if name]
