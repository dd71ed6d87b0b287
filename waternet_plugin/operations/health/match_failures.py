"""Find the pipe of every failure and write the matches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.health.matching import matching
from waternet_plugin.core.health.parameter_checks import check_radius
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.health.matching import figures_of, matching_report, summary_lines
from waternet_plugin.core.schema.settings import MATCH_RADIUS
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.health.failure_records import past_of
from waternet_plugin.operations.rows.newest_rows import (
    finish,
    finish_without_batch,
    no_outputs,
    with_newest_rows,
)
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class MatchRequest:
    """What matching is asked for.

    Attributes
    ----------
    radius_m
        How far a failure without a pipe id may lie from its pipe, m.
    match_unknown_ids
        Whether failures whose reported pipe is not in the network are looked up by their place.

    Raises
    ------
    InputError
        When the radius is not a number of metres above 0.
    """

    radius_m: float = matching.RADIUS_M
    match_unknown_ids: bool = False

    def __post_init__(self) -> None:
        check_radius(self.radius_m)


@dataclass(frozen=True)
class MatchOutcome(Written, PlainFrames):
    """The match of every failure, as a layer too; ``notes`` warn, ``lines`` sum up."""

    matches: matching.MatchResult
    failures: pd.DataFrame
    report: Report
    notes: tuple[str, ...]
    lines: tuple[str, ...]


def match_failures(
    network: Network,
    request: MatchRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[MatchOutcome], None] = no_outputs,
) -> MatchOutcome:
    """Match every failure and write what changed as one batch; nothing where all is as it was.

    Parameters
    ----------
    before_commit
        Called with the result before the batch is committed, or when there is nothing to write: when it
        raises, nothing is written.

    Raises
    ------
    InputError
        When there are no failures.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda notes: _match(network, request, progress, before_commit, notes), progress)


def _match(
    network: Network,
    request: MatchRequest,
    progress: Progress,
    before_commit: Callable[[MatchOutcome], None],
    notes: tuple[str, ...],
) -> MatchOutcome:
    seen = network.position()
    progress.at(0.02, tr("Reading pipes and failures"))
    failures = network.read("failure", [*matching.FAILURE_COLUMNS, *matching.MATCH_COLUMNS])
    if not len(failures):
        raise InputError(tr("The network has no failures to match. Adopt failures first."))
    pipes = network.read("pipe", list(matching.PIPE_COLUMNS))
    progress.at(0.3, tr("Matching"))
    found = matching.match_failures(
        failures,
        pipes,
        radius_m=request.radius_m,
        match_unknown_ids=request.match_unknown_ids,
        past=past_of(network),
        settings=network.settings(),
        progress=progress.part(0.3, 0.6),
    )
    progress.at(0.6, tr("Writing"))
    changed, radius = matching.changed_matches(found, failures), f"{found.radius_m:g}"
    is_new = bool(len(changed)) or network.facts().get(MATCH_RADIUS) != radius
    lines = summary_lines(found)
    if not is_new:
        lines = [tr("All failures are matched as before: nothing was written to the network."), *lines]
    layer = found.frame.assign(reported_pipe_id=failures["reported_pipe_id"], geom=failures[GEOMETRY_COLUMN])
    report = matching_report(found, network=network.title)
    outcome = MatchOutcome("", found, layer, report, notes, tuple(lines))
    if not is_new:
        return finish_without_batch(outcome, before_commit)
    with network.write(
        "match",
        name=tr("Match failures to pipes"),
        facts=figures_of(found),
        seen=seen,
        progress=progress.part(0.6, 0.9),
    ) as batch:
        batch.update("failure", changed)
        batch.set_setting(MATCH_RADIUS, radius, unit="m", source="matchfailures")
        return finish(batch, outcome, before_commit)
