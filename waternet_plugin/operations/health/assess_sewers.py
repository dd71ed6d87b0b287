"""Assess the condition of drains; nothing is written: the kept assessments are those of supply pipes."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Optional

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.health.parameter_checks import check_span
from waternet_plugin.core.health.sewers import condition, inspected
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.reports.health.sewers import sewers_report, summary_lines
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN
from waternet_plugin.core.texts import tr
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class SewersRequest:
    """What an assessment of drains is asked for.

    Attributes
    ----------
    as_of
        The day; what came later is not looked at. None: today.
    horizon_years
        Years ahead that the likelihood covers.
    with_geometry
        Whether the drains of the result shall have their lines.

    Raises
    ------
    InputError
        When the horizon makes no sense.
    """

    as_of: Optional[datetime.date] = None
    horizon_years: float = 5.0
    with_geometry: bool = True

    def __post_init__(self) -> None:
        check_span(as_of=self.day, horizon_years=self.horizon_years)

    @property
    def day(self) -> datetime.date:
        """The day of the assessment."""
        return self.as_of or datetime.date.today()


@dataclass(frozen=True)
class SewersResult(PlainFrames):
    """Every drain with what was found, as a layer where that was asked for, and the figures."""

    drains: pd.DataFrame
    summary: condition.SewerSummary
    report: Report
    lines: tuple[str, ...]


def assess_sewers(
    network: Network, request: SewersRequest = SewersRequest(), progress: Progress = SILENT
) -> SewersResult:
    """Say how likely each drain is in bad condition.

    Raises
    ------
    InputError
        When no drain is in use.
    """
    progress.at(0.02, tr("Reading drains and inspections"))
    pipes = network.read("pipe", list(condition.PIPE_COLUMNS), geometry=request.with_geometry)
    found = condition.assess_sewers(
        pipes,
        network.read("inspection", list(inspected.INSPECTION_COLUMNS), geometry=False),
        network.read("defect", list(inspected.DEFECT_COLUMNS), geometry=False),
        _blockages(network),
        as_of=request.day,
        horizon_years=request.horizon_years,
        settings=network.settings(),
    )
    progress.at(0.7, tr("Writing"))
    summary, drains = found.summary, found.pipes
    if not summary.pipes:
        raise InputError(tr("The network has no drains in use: there is nothing to assess."))
    if request.with_geometry:
        shapes = pipes.set_index("pipe_id")[GEOMETRY_COLUMN].reindex(drains["pipe_id"])
        drains = drains.assign(geom=shapes.to_numpy())
    report = sewers_report(summary, network=network.title)
    return SewersResult(drains, summary, report, tuple(summary_lines(summary)))


def _blockages(network: Network) -> pd.DataFrame:
    """Return failures on pipes and cleanings of pipes; the drains among them are blockages."""
    failures = network.read("failure", ["pipe_id", "reported_pipe_id", "date"], geometry=False)
    of_failure = failures["pipe_id"].fillna(failures["reported_pipe_id"])
    cleaned = network.read(
        "work_item", ["asset", "closed_on", "opened_on"], where={"type": "clean"}, geometry=False
    )
    return pd.concat(
        [
            pd.DataFrame({"pipe_id": of_failure, "date": failures["date"]}),
            pd.DataFrame(
                {"pipe_id": cleaned["asset"], "date": cleaned["closed_on"].fillna(cleaned["opened_on"])}
            ),
        ],
        ignore_index=True,
    )
