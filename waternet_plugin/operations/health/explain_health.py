"""Explain the health of a network, of some of its pipes or of one, by the assessment that is shown."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.network.model.row_groups import words_as_numbers
from waternet_plugin.core.reports.health.health import last_of_records
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.operations.health.health_answers import (
    COLUMNS,
    GroupAnswer,
    PipeAnswer,
    group_answer,
    network_answer,
    pipe_answer,
)
from waternet_plugin.operations.health.recorded_runs import Run, read_runs, summary_of
from waternet_plugin.store import Network

# What it can be about.
NETWORK, SELECTION, PIPE = "network", "selection", "pipe"


@dataclass(frozen=True)
class ExplainRequest:
    """What is asked.

    Parameters
    ----------
    about
        NETWORK, SELECTION or PIPE.
    pipe_id
        The pipe, for PIPE.
    rows
        Row numbers of the selected pipes, for SELECTION; for PIPE that of the one that is meant, where its id
        is not known.
    class_
        The class of the pipes to list; those of a selection are listed whatever their class.
    with_list
        Whether to list pipes; a selection always does.
    most_lines
        Of how many listed pipes to read the lines.
    """

    about: str = NETWORK
    pipe_id: str = ""
    rows: tuple[int, ...] = ()
    class_: str = ""
    with_list: bool = False
    most_lines: int = 0


@dataclass(frozen=True)
class HealthExplanation:
    """What the shown assessment says.

    ``run`` is the assessment, None where there is none; ``answer`` what it says, None where it was kept
    without figures, nothing is selected or the pipe ``pipe_id`` is gone; ``pipes`` are the listed pipes with
    their `COLUMNS`, highest risk first, unknown risk last, None where no list was asked for; ``lines`` the
    lines of the first of them as WKB, by pipe; ``records_end`` is the last day of the records where that was
    long before the assessment's.
    """

    about: str
    run: Run | None = None
    answer: GroupAnswer | PipeAnswer | None = None
    pipe_id: str = ""
    pipes: pd.DataFrame | None = None
    lines: Mapping[str, Any] = field(default_factory=dict)
    currency: str = ""
    records_end: datetime.date | None = None


def _ids_of(network: Network, rows: tuple[int, ...]) -> list[str]:
    """Return the ids of pipes by their row numbers, in table order; unsaved ones have none."""
    if not rows:
        return []
    pipes = network.read("pipe", ["fid", "pipe_id"], geometry=False)
    return pipes["pipe_id"][pipes["fid"].isin(list(rows))].tolist()


def _listed(network: Network, request: ExplainRequest, ids: list[str]) -> pd.DataFrame | None:
    """Return the pipes to list, highest risk first, equals by their id."""
    if request.about == SELECTION:
        pipes = network.read("pipe_health", COLUMNS, ids=ids, geometry=False)
    elif request.with_list:
        pipes = network.read("pipe_health", COLUMNS, where={"class": request.class_}, geometry=False)
    else:
        return None
    # As numbers, which sort far sooner than texts, and beside other threads of Python.
    by_id = words_as_numbers(pipes["pipe_id"].to_numpy(dtype=object))
    order = np.lexsort([*by_id, -pipes["risk"].to_numpy(dtype=float)])
    return pipes.iloc[order].reset_index(drop=True)


def _lines(network: Network, pipes: pd.DataFrame | None, most: int) -> dict[str, Any]:
    """Return the lines of the first pipes as WKB."""
    if pipes is None or pipes.empty or not most:
        return {}
    lines = network.read("pipe", ["pipe_id"], ids=pipes["pipe_id"].head(most).tolist())
    return dict(zip(lines["pipe_id"], to_wkb(lines["geom"].to_numpy())))


def explain_health(network: Network, request: ExplainRequest) -> HealthExplanation:
    """Return what the shown assessment says of the network, of some pipes or of one, and list pipes."""
    run = read_runs(network).shown
    if run is None or not run.figures:
        return HealthExplanation(request.about, run)
    ids = _ids_of(network, request.rows)
    pipe_id = ids[0] if request.about == PIPE and ids else request.pipe_id
    pipes = _listed(network, request, ids)
    answer: GroupAnswer | PipeAnswer | None
    if request.about == PIPE:
        answer = pipe_answer(network, pipe_id, run)
    elif request.about == SELECTION:
        answer = group_answer(pipes, run) if pipes is not None and len(pipes) else None
    else:
        answer = network_answer(network, run)
    return HealthExplanation(
        request.about,
        run,
        answer,
        pipe_id,
        pipes,
        _lines(network, pipes, request.most_lines),
        network.settings().text("general.currency"),
        last_of_records(summary_of(run).window),
    )
