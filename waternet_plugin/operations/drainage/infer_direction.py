"""Infer the flow of drains, and keep it as one batch if asked."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.inference import direction, pipe_directions
from waternet_plugin.core.drainage.inference.pipe_directions import PipeDirections
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.network.model.end_coordinates import column
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.drainage.direction import direction_report, figures_of, summary_lines
from waternet_plugin.core.schema.flow import INFERRED
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.network.prepared_network import prepared_for_traces
from waternet_plugin.operations.rows.newest_rows import (
    finish,
    finish_without_batch,
    no_outputs,
    with_newest_rows,
)
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class DirectionRequest:
    """How flow is inferred.

    Parameters
    ----------
    drawn_order
        One of `pipe_directions.DRAWN_ORDERS`.
    min_confidence
        Below it the flow is undetermined, 0.5 to 1.
    store
        Whether the flow is kept in the network.
    with_report
        Whether the report is wanted; it asks again with hidden levels.

    Raises
    ------
    InputError
        When the confidence is out of its range.
    """

    drawn_order: str = direction.LEARN
    min_confidence: float = pipe_directions.MIN_CONFIDENCE
    store: bool = False
    with_report: bool = True

    def __post_init__(self) -> None:
        if not (math.isfinite(self.min_confidence) and 0.5 <= self.min_confidence <= 1):
            raise InputError(tr("MIN_CONFIDENCE must be a number from 0.5 to 1."))


@dataclass(frozen=True)
class DirectionResult(Written, PlainFrames):
    """The flow of every drain in use, as a layer too; ``notes`` warn, ``lines`` sum up."""

    told: PipeDirections
    drains: pd.DataFrame
    report: Report | None
    notes: tuple[str, ...]
    lines: tuple[str, ...]


def infer_direction(
    network: Network,
    request: DirectionRequest = DirectionRequest(),
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[DirectionResult], None] = no_outputs,
) -> DirectionResult:
    """Infer the flow of the drains in use; with ``store`` write what changed as one batch.

    Parameters
    ----------
    before_commit
        Called with the result before the batch is committed, or when there is nothing to write: when it
        raises, nothing is written.

    Raises
    ------
    InputError
        When no drain is in use.
    """
    return with_newest_rows(lambda notes: _infer(network, request, progress, before_commit, notes), progress)


def _infer(
    network: Network,
    request: DirectionRequest,
    progress: Progress,
    before_commit: Callable[[DirectionResult], None],
    notes: tuple[str, ...],
) -> DirectionResult:
    seen = network.position()
    with prepared_for_traces(network, progress.part(0.0, 0.5)) as ready:
        progress.at(0.5, tr("Inferring the flow"))
        told = pipe_directions.pipe_directions(
            ready, drawn_order=request.drawn_order, min_confidence=request.min_confidence
        )
        report = None
        if request.with_report:
            held = pipe_directions.calibration(told, drawn_order=request.drawn_order)
            report = direction_report(told, held, network=network.title)
        rows = ready.graph.pipe_row[told.pipe]
        drains = told.frame.assign(geom=ready.lines[rows])
        changed = _changed(told, ready.pipes, rows) if request.store else told.frame[:0]
    result = DirectionResult("", told, drains, report, notes, tuple(summary_lines(told)))
    if not len(changed):
        return finish_without_batch(result, before_commit)
    changed = changed.rename(columns={"confidence": "flow_confidence"}).assign(flow_source=INFERRED)
    with network.write(
        "drainage",
        name=tr("Infer the flow of drains"),
        facts=figures_of(told),
        seen=seen,
        progress=progress.part(0.7, 0.95),
    ) as batch:
        batch.update("pipe", changed.reset_index(drop=True))
        return finish(batch, result, before_commit)


def _changed(told: PipeDirections, pipes: pd.DataFrame, rows: Array) -> pd.DataFrame:
    """Return what is to be written of the flow of drains, told by their rows among the pipes."""
    flow, source = column(pipes, "flow", rows), column(pipes, "flow_source", rows)
    is_new = told.inferred & ((told.frame["flow"].to_numpy() != flow) | (source != INFERRED))
    return told.frame.loc[np.asarray(is_new, dtype=bool), ["pipe_id", "flow", "confidence"]]
