"""Assess the health of the pipes: match what has no match, rate, class, and keep the run."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional

import geopandas as gpd
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.health.evaluation.rankings import AUTO
from waternet_plugin.core.health.evaluation.snapshot_cache import RatingOptions
from waternet_plugin.core.health.matching import matching
from waternet_plugin.core.health.parameter_checks import check_span
from waternet_plugin.core.health.rates.inservice import PIPE_COLUMNS
from waternet_plugin.core.health.risk import comparability
from waternet_plugin.core.health.risk.assessment import Assessment, assess
from waternet_plugin.core.health.risk.crossings import crossings_of
from waternet_plugin.core.health.risk.forecast import forecast_of
from waternet_plugin.core.health.risk.impact import Impact
from waternet_plugin.core.health.risk.matrix import check_weights
from waternet_plugin.core.health.risk.summary import Summary
from waternet_plugin.core.health.risk.worsening import COLUMNS as WORSE_COLUMNS
from waternet_plugin.core.health.risk.worsening import Worsening, worsened
from waternet_plugin.core.json_text import stored_object
from waternet_plugin.core.network.isolation import isolation_model
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report, plain
from waternet_plugin.core.reports.health.health import figures_of, health_report, summary_lines
from waternet_plugin.core.reports.health.risk import worsening_figures, worsening_sentence
from waternet_plugin.core.schema.settings import Settings, defaults
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.health.failure_records import FailureRecords, matched_within_m, read_failures
from waternet_plugin.operations.network.burst_impact import read_impact
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs, with_newest_rows
from waternet_plugin.operations.written import Written
from waternet_plugin.store.batch import Batch
from waternet_plugin.store.network import Network
from waternet_plugin.store.user import default_user


@dataclass(frozen=True)
class CrossedLayer:
    """What pipes may cross: lines or areas in the network's coordinates, and the name that a run records."""

    name: str
    shapes: Array


@dataclass(frozen=True)
class AssessRequest:
    """What an assessment is asked for.

    Attributes
    ----------
    as_of
        The day; later failures are not looked at. None: today.
    window_start
        From when on failures were recorded completely; None to find out.
    horizon_years
        Years ahead that likelihood and risk cover.
    model
        One of `rankings.MODELS`, or auto.
    rivers, railways
        What pipes may cross; None where there is no such layer.
    with_geometry
        Whether the pipes of the result shall have their lines.

    Raises
    ------
    InputError
        When the days or the years make no sense.
    """

    as_of: Optional[datetime.date] = None
    window_start: Optional[datetime.date] = None
    horizon_years: float = 5.0
    model: str = AUTO
    rivers: Optional[CrossedLayer] = None
    railways: Optional[CrossedLayer] = None
    with_geometry: bool = True

    def __post_init__(self) -> None:
        check_span(as_of=self.day, horizon_years=self.horizon_years, window_start=self.window_start)

    @property
    def day(self) -> datetime.date:
        """The day of the assessment."""
        return self.as_of or datetime.date.today()

    def parameters(self, settings: Settings) -> dict[str, Any]:
        """Return what a run records: what was asked, named as in the algorithm, and the settings in force."""
        return {
            "AS_OF": self.day.isoformat(),
            "WINDOW_START": self.window_start.isoformat() if self.window_start else "",
            "HORIZON": self.horizon_years,
            "MODEL": self.model,
            "RIVERS": self.rivers.name if self.rivers else "",
            "RAILWAYS": self.railways.name if self.railways else "",
            "settings": {key: settings.text(key) for key in sorted(defaults()) if key.startswith("health.")},
        }


@dataclass(frozen=True)
class AssessResult(Written, PlainFrames):
    """What an assessment found and wrote.

    ``pipes`` are those of the network, ``worse`` what got worse since the last run (None in the first one),
    ``impact`` who loses water when each of the pipes fails (None where no customer names a pipe); ``notes``
    warn, ``lines`` sum up.
    """

    run_id: str
    network_title: str
    assessment: Assessment
    pipes: pd.DataFrame
    impact: Optional[Impact]
    worse: Optional[Worsening]
    settings: Settings
    notes: tuple[str, ...]

    @property
    def summary(self) -> Summary:
        """Figures of the run."""
        return self.assessment.summary

    @property
    def lines(self) -> tuple[str, ...]:
        """Sentences that sum the run up."""
        lines = summary_lines(self.summary)
        if self.worse is not None and self.worse.changed:
            lines = [*lines, worsening_sentence(self.worse)]
        return tuple(lines)

    def rated_pipes(self) -> pd.DataFrame:
        """Return every pipe with what was found and with those cut off when it fails, as a layer."""
        names = {"customers_cut": "customers", "households_cut": "households", "critical_cut": "critical"}
        cut_off = {
            column: float("nan") if self.impact is None else getattr(self.impact, name)[self.assessment.rows]
            for column, name in names.items()
        }
        return self._placed(self.assessment.pipes.assign(**cut_off))

    def worse_pipes(self) -> pd.DataFrame:
        """Return the pipes that got worse since the last run, as a layer."""
        nothing: pd.DataFrame = pd.DataFrame(columns=list(WORSE_COLUMNS))
        return self._placed(nothing if self.worse is None else self.worse.pipes)

    def report(self) -> Report:
        """Return the report of the run, with a forecast of the years ahead."""
        ahead = forecast_of(self.assessment, self.pipes, settings=self.settings)
        return health_report(self.summary, network=self.network_title, forecast=ahead, worse=self.worse)

    def _placed(self, rows: pd.DataFrame) -> pd.DataFrame:
        shapes = self.pipes.set_index("pipe_id")[GEOMETRY_COLUMN].reindex(rows["pipe_id"])
        return rows.assign(geom=gpd.GeoSeries(shapes.to_numpy()).to_numpy())


@dataclass(frozen=True)
class _LastRun:
    """A run that was kept: its day, what it was asked with (JSON), class and rate of its pipes."""

    run_id: str
    as_of: datetime.date
    parameters: Any
    pipes: pd.DataFrame


@dataclass(frozen=True)
class _AssessInput:
    """What is read of a network: its position, failures, whether it has customers, pipes and last run."""

    seen: str
    title: str
    failures: FailureRecords
    has_customers: bool
    pipes: pd.DataFrame
    last_run: Optional[_LastRun]
    settings: Settings


def assess_health(
    network: Network,
    request: AssessRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[AssessResult], None] = no_outputs,
) -> AssessResult:
    """Assess every supply pipe and write the run as one batch; failures never matched are matched first.

    Raises
    ------
    InputError
        When there is nothing to assess, or weights of the settings make no sense.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda notes: _assess(network, request, progress, before_commit, notes), progress)


def _assess(
    network: Network,
    request: AssessRequest,
    progress: Progress,
    before_commit: Callable[[AssessResult], None],
    notes: tuple[str, ...],
) -> AssessResult:
    day = request.day
    seen = network.position()
    progress.at(0.02, tr("Reading pipes and failures"))
    failures = read_failures(network)
    has_customers = network.count("customer") > 0
    inputs = _AssessInput(
        seen,
        network.title,
        failures,
        has_customers,
        _read_pipes(network, request, failures, has_customers),
        _read_last_run(network, day),
        network.settings(),
    )
    check_weights(inputs.settings)
    if day > datetime.date.today():
        ahead = tr("{as_of} is in the future: there are no records up to that date.").format(as_of=day)
        notes = (*notes, ahead)
    pipes, settings = inputs.pipes, inputs.settings
    matched = inputs.failures.match(pipes, settings, progress.part(0.2, 0.3))
    known = inputs.failures.with_matches(matched)
    if inputs.has_customers:
        progress.at(0.3, tr("Finding who loses water"))
    impact = read_impact(network, pipes, settings=settings, progress=progress.part(0.3, 0.4))
    progress.at(0.4, tr("Assessing"))
    assessment = assess(
        pipes,
        known,
        as_of=day,
        options=RatingOptions(
            window_start=request.window_start,
            horizon_years=request.horizon_years,
            match_radius_m=matched_within_m(settings),
            model=request.model,
        ),
        impact=impact,
        crossing=_crossed(pipes, request),
        settings=settings,
        progress=progress.part(0.4, 0.6),
    )
    if not assessment.summary.rated_pipes:
        raise InputError(
            tr("No water supply pipe was in use on {as_of}: there is nothing to assess.").format(as_of=day)
        )
    progress.at(0.6, tr("Writing"))
    parameters = request.parameters(settings)
    worse = _worsened(inputs, assessment.pipes, known, as_of=day, parameters=parameters)
    with network.write("assess", seen=inputs.seen, progress=progress.part(0.6, 0.95)) as batch:
        # In the batch, so that two assessments at once are two runs.
        run_id = batch.next_id("assessment_run", "R")
        result = AssessResult(
            batch.batch_id, run_id, inputs.title, assessment, pipes, impact, worse, settings, notes
        )
        batch.name, batch.facts = f"{run_id} {day}", {"run_id": run_id}
        if matched is not None:
            batch.update("failure", matching.changed_matches(matched, inputs.failures.rows))
        _insert_run(batch, result, parameters)
        return finish(batch, result, before_commit)


def _read_pipes(
    network: Network, request: AssessRequest, failures: FailureRecords, has_customers: bool
) -> pd.DataFrame:
    """Return the pipes with what is needed of them."""
    wanted = dict.fromkeys(
        [
            *PIPE_COLUMNS,
            *("dma_id", "burial"),
            *(matching.PIPE_COLUMNS if failures.needs_coordinates else ()),
            *(isolation_model.PIPE_COLUMNS if has_customers else ()),
        ]
    )
    crossed = request.rivers is not None or request.railways is not None
    needs_place = failures.needs_coordinates or has_customers or crossed or request.with_geometry
    return network.read("pipe", list(wanted), geometry=needs_place)


def _crossed(pipes: pd.DataFrame, request: AssessRequest) -> Array | None:
    """Return what each pipe crosses, None where nothing is known of any."""
    rivers, railways = (each.shapes if each else None for each in (request.rivers, request.railways))
    named = rivers is not None or railways is not None
    return crossings_of(
        pipes["burial"],
        pipes[GEOMETRY_COLUMN].to_numpy() if named else None,
        rivers=rivers,
        railways=railways,
    )


def _read_last_run(network: Network, as_of: datetime.date) -> Optional[_LastRun]:
    """Return the last run as of a day or an earlier one, None without one."""
    runs = network.read("assessment_run", ["run_id", "as_of", "parameters"], geometry=False)
    # A day that nobody can read is not an earlier one.
    runs = runs[runs["as_of"] <= pd.Timestamp(as_of)]
    if runs.empty:
        return None
    last = runs.iloc[-1]
    run_id, columns = str(last["run_id"]), ["pipe_id", "class", "rate_per_100km_y"]
    rated = network.read("assessment", columns, where={"run_id": run_id}, geometry=False)
    return _LastRun(run_id, last["as_of"].date(), last["parameters"], rated)


def _worsened(
    inputs: _AssessInput,
    now: pd.DataFrame,
    failures: pd.DataFrame,
    *,
    as_of: datetime.date,
    parameters: dict[str, Any],
) -> Worsening | None:
    """Return what got worse since the last run, None without one.

    Parameters
    ----------
    now
        The pipes as they were assessed, as table ``assessment`` has them.
    failures
        As matched.
    as_of
        The day of the assessment.
    parameters
        What it was asked with, and its settings.
    """
    last = inputs.last_run
    if last is None:
        return None
    return worsened(
        last.pipes,
        now,
        failures,
        run_id=last.run_id,
        before_as_of=last.as_of,
        as_of=as_of,
        settings=inputs.settings,
        changed=comparability.changed(stored_object(last.parameters), parameters),
    )


def _insert_run(batch: Batch, result: AssessResult, parameters: dict[str, Any]) -> None:
    """Write the run: when, by whom, with which settings, what came out; and what was found of each pipe."""
    summary = result.summary
    figures = figures_of(summary)
    if result.worse is not None:
        figures["worse"] = worsening_figures(result.worse)
    row = {
        "run_id": result.run_id,
        "as_of": pd.Timestamp(summary.as_of),
        "window_start": pd.Timestamp(summary.window.start) if summary.window.start else pd.NaT,
        "horizon_years": float(summary.horizon_years),
        "made_on": pd.Timestamp.now(tz="UTC"),
        "made_by": default_user(),
        "parameters": json.dumps(parameters, ensure_ascii=False),
        "summary": json.dumps(plain(figures), ensure_ascii=False),
    }
    batch.insert("assessment_run", pd.DataFrame({name: [value] for name, value in row.items()}))
    batch.insert("assessment", result.assessment.pipes.assign(run_id=result.run_id))
