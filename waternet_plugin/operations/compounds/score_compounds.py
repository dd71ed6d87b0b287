"""Score all compounds for a month, and keep what was computed on request."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Optional

import geopandas as gpd
import pandas as pd

from waternet_plugin.core.drainage.compounds.membership import GRID, grid_of
from waternet_plugin.core.drainage.compounds.scores.checklists import INTAKE_POINT, ticks
from waternet_plugin.core.drainage.compounds.scores.compound_scores import CompoundScores, score_compounds
from waternet_plugin.core.drainage.compounds.scores.exit_samples import exit_samples
from waternet_plugin.core.drainage.compounds.scores.indicator_table import COMPUTED
from waternet_plugin.core.drainage.compounds.scores.intake_points import intake_points
from waternet_plugin.core.drainage.compounds.scores.score_rules import read_rules
from waternet_plugin.core.editing.differing_rows import new_and_changed
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.months import Month, month_of, refuse_month_to_come
from waternet_plugin.core.network.analysis.drain_flow import WAY_COLUMNS
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.reports.compounds.score_report import score_notes, score_report, score_summary
from waternet_plugin.core.reports.compounds.score_sheet import score_sheets
from waternet_plugin.core.reports.compounds.score_words import ScoredMonth
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.checks.judged_drains import judged_drains
from waternet_plugin.operations.rows.newest_rows import (
    finish,
    finish_without_batch,
    no_outputs,
    with_newest_rows,
)
from waternet_plugin.operations.rows.node_readings import read_readings
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

_COLUMNS = {
    **WAY_COLUMNS,
    "node": (*WAY_COLUMNS["node"], "status"),
    "compound": (*WAY_COLUMNS["compound"], "name", "grid_id"),
    "customer": (*WAY_COLUMNS["customer"], "kind", "trade", "permit_no", "permit_until"),
}
_PRESSURE = "pressure_mpa"
_STORED = ("indicator_id", "compound_id", "month", "indicator", "value", "points", "source", "rules")


@dataclass(frozen=True)
class ScoreRequest:
    """Which month is scored.

    Parameters
    ----------
    month
        The month; None: the one before that of ``as_of``.
    version
        Version of the bands; '' for the newest.
    as_of
        What happened later does not count.
    store
        Whether computed indicators are kept.
    with_sheets
        Whether a sheet of each compound is made.
    name
        What people see in the list of batches.

    Raises
    ------
    InputError
        For a month to come.
    """

    month: Optional[Month] = None
    version: str = ""
    as_of: Optional[datetime.date] = None
    store: bool = False
    with_sheets: bool = False
    name: str = ""

    def __post_init__(self) -> None:
        if self.month is not None:
            refuse_month_to_come(self.month, self.day)

    @property
    def day(self) -> datetime.date:
        """The day on which all is judged."""
        return self.as_of or datetime.date.today()

    @property
    def scored(self) -> Month:
        """The month that is scored."""
        return self.month or month_of(self.day).plus(-1)


@dataclass(frozen=True)
class ScoreResult(Written, PlainFrames):
    """Scores of a month.

    Parameters
    ----------
    scores
        As `CompoundScores.scores`, with name and ground of each compound.
    indicators, actions
        As `CompoundScores` has them.
    report
        The month on a page.
    sheets
        A page for each compound by its id; none where they were not asked for.
    summary, notes
        The answer in sentences, and what to note.
    """

    scores: gpd.GeoDataFrame
    indicators: pd.DataFrame
    actions: pd.DataFrame
    report: Report
    sheets: Mapping[str, Report]
    summary: tuple[str, ...]
    notes: tuple[str, ...]


def score_network_compounds(
    network: Network,
    request: ScoreRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[ScoreResult], None] = no_outputs,
) -> ScoreResult:
    """Score all compounds; with ``store`` keep the computed indicators of the month as one batch.

    What was computed for the month before is replaced, what was entered stays.

    Raises
    ------
    InputError
        When there are no compounds, no such rules, or bands that overlap.
    """
    return with_newest_rows(lambda again: _score(network, request, progress, before_commit, again), progress)


def _score(
    network: Network,
    request: ScoreRequest,
    progress: Progress,
    before_commit: Callable[[ScoreResult], None],
    again: tuple[str, ...],
) -> ScoreResult:
    seen = network.position()
    read = read_month_scores(network, request, progress.part(0.0, 0.6))
    subject, month, month_scores = read.subject, request.scored, read.scores
    compounds = subject.rows("compound").frame
    scored = ScoredMonth(
        month_scores,
        network.title,
        request.day,
        _compounds(network, compounds),
        exit_samples(subject, request.day),
        ticks(subject, request.day),
        intake_points(
            subject, read_readings(network, (_PRESSURE,), _intake_ids(subject.nodes.frame)), request.day
        ),
    )
    result = ScoreResult(
        "",
        _with_ground(month_scores.scores, compounds, network),
        month_scores.indicators,
        month_scores.actions,
        score_report(scored),
        score_sheets(scored) if request.with_sheets else {},
        score_summary(scored),
        (*again, *score_notes(scored)),
    )
    progress.at(0.8)
    if not request.store:
        return finish_without_batch(result, before_commit)
    rows = _stored_rows(month_scores, month)
    old = read.stored[read.stored["source"] == COMPUTED]
    new, changed = new_and_changed(rows, old, "indicator_id")
    gone = sorted(set(old["indicator_id"]) - set(rows["indicator_id"]))
    facts = {"month": month.text, "compounds": len(month_scores.scores), "rules": month_scores.rules.version}
    with network.write(
        "drainage", name=request.name, facts=facts, seen=seen, progress=progress.part(0.8, 0.95)
    ) as batch:
        batch.delete("indicator", gone)
        batch.insert("indicator", new)
        batch.update("indicator", changed)
        return finish(batch, result, before_commit)


@dataclass(frozen=True)
class MonthScores:
    """A scored month with what it rests on: the network, its scores, the stored indicators of the month."""

    subject: CheckContext
    scores: CompoundScores
    stored: pd.DataFrame


def read_month_scores(network: Network, request: ScoreRequest, progress: Progress = SILENT) -> MonthScores:
    """Read what scores rest on and score all compounds; nothing is written.

    Raises
    ------
    InputError
        When there are no compounds, no such rules, or bands that overlap.
    """
    rules = read_rules(network.settings(), request.version)
    month = request.scored
    stored = network.read("indicator", list(_STORED), where={"month": month.text}, geometry=False)
    if not network.count("compound"):
        raise InputError(tr("The network has no compounds. Draw them or bring them in first."))
    drains = judged_drains(network, request.day, progress.part(0.0, 0.8), columns=_COLUMNS)
    progress.at(0.8, tr("Scoring the compounds"))
    entered = stored[stored["source"] != COMPUTED]
    scores = score_compounds(drains.subject, month, rules, drains.codes, entered, request.day)
    return MonthScores(drains.subject, scores, stored)


def _compounds(network: Network, compounds: pd.DataFrame) -> pd.DataFrame:
    """Return compound_id, name and the team of the grid of each compound."""
    grids = network.read("zone", ["zone_id", "kind", "team"], where={"kind": GRID})
    ids = pd.Index(grids["zone_id"].to_numpy(dtype=object), dtype=object)
    teams = pd.Series(grids["team"].to_numpy(dtype=object), index=ids, dtype=object)
    return pd.DataFrame(
        {
            "compound_id": compounds["compound_id"].to_numpy(dtype=object),
            "name": compounds["name"].to_numpy(dtype=object),
            "team": teams.reindex(grid_of(compounds, grids)).to_numpy(dtype=object),
        }
    )


def _intake_ids(nodes: pd.DataFrame) -> list[str]:
    return sorted(nodes.loc[nodes["kind"] == INTAKE_POINT, "node_id"])


def _with_ground(scores: pd.DataFrame, compounds: pd.DataFrame, network: Network) -> gpd.GeoDataFrame:
    """Return the scores with name and ground of each compound, which are in the same order."""
    ground = gpd.GeoSeries(compounds[GEOMETRY_COLUMN].to_numpy(dtype=object), crs=network.crs)
    named = scores.assign(name=compounds["name"].to_numpy(dtype=object))
    return gpd.GeoDataFrame(named, geometry=ground).rename_geometry(GEOMETRY_COLUMN)


def _stored_rows(month_scores: CompoundScores, month: Month) -> pd.DataFrame:
    """Return the computed indicators as rows of the network."""
    rows = month_scores.indicators[month_scores.indicators["source"] == COMPUTED].reset_index(drop=True)
    ids = [
        f"{month.text}/{compound}/{name}" for compound, name in zip(rows["compound_id"], rows["indicator"])
    ]
    rows = rows.assign(indicator_id=ids, month=month.text, rules=month_scores.rules.version)
    return rows[list(_STORED)]
