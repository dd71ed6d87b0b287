"""Check a survey, leave out the rows with errors, and make nodes and pipes of the others."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import with_columns
from waternet_plugin.core.garbage import uncollected
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.quality.checking import run
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.issues.identity import sentences
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.assets.line_ends import with_drawn_ends
from waternet_plugin.core.survey.assets.survey_assets import NetworkAround, SurveyAssets, survey_assets
from waternet_plugin.core.survey.checks.line_checks import line_findings
from waternet_plugin.core.survey.checks.point_checks import point_findings, without_zero_heights
from waternet_plugin.core.survey.joint_survey import Survey, without_rows
from waternet_plugin.core.survey.ledger import RowsLeft
from waternet_plugin.core.survey.row_findings import RowFindings, rows_with_errors
from waternet_plugin.core.survey.survey_rules import of_quality
from waternet_plugin.core.survey.work_order import WorkOrder
from waternet_plugin.core.texts import tr


@dataclass(frozen=True)
class CheckedSurvey:
    """A survey with all findings.

    Parameters
    ----------
    survey
        All rows.
    findings
        What was found, errors and warnings.
    rejected
        Rows that errors name, sorted.
    left
        The survey without them, and what it makes.
    """

    survey: Survey
    findings: tuple[RowFindings, ...]
    rejected: Array
    left: RowsLeft


@dataclass(frozen=True)
class CheckOptions:
    """Thresholds in force, day of the check, distance up to which points join nodes (m), work order."""

    settings: Settings
    today: datetime.date
    tolerance_m: float = 0.05
    work: WorkOrder = field(default_factory=WorkOrder)


@uncollected()
def checked_survey(
    survey: Survey, around: NetworkAround, options: CheckOptions, progress: Progress = SILENT
) -> CheckedSurvey:
    """Return a survey with all findings and what is left without the rows that errors name.

    Parameters
    ----------
    survey
        All rows, in the network's coordinates.
    around
        The network that it goes to.
    options
        How it is checked.
    """
    settings = options.settings
    survey = with_drawn_ends(survey, options.tolerance_m)
    progress.at(0.0, tr("Checking points"))
    findings = [*survey.findings, *point_findings(survey, settings, options.work)]
    survey = replace(survey, points=without_zero_heights(survey.points))
    progress.at(0.2, tr("Checking lines"))
    findings += line_findings(survey, settings, around.nodes.node_id)
    rejected = rows_with_errors(findings)
    progress.at(0.4, tr("Making nodes and pipes"))
    left, assets = _made(survey, rejected, around, options)
    progress.at(0.7, tr("Checking levels"))
    more = [*assets.findings, *quality_findings(assets.nodes, assets.pipes, settings, options.today)]
    findings += more
    refused_rows = np.union1d(rejected, rows_with_errors(more))
    while len(refused_rows) > len(rejected):
        rejected = refused_rows
        left, assets = _made(survey, rejected, around, options)
        refused_rows = np.union1d(rejected, rows_with_errors(assets.findings))
    progress.at(1.0)
    return CheckedSurvey(
        survey, tuple(finding for finding in findings if len(finding)), rejected, RowsLeft(left, assets)
    )


def _made(
    survey: Survey, rejected: Array, around: NetworkAround, options: CheckOptions
) -> tuple[Survey, SurveyAssets]:
    left = without_rows(survey, rejected)
    return left, survey_assets(left, around, options.settings, tolerance_m=options.tolerance_m)


class _NamedEnds(CheckContext):
    """Pipes whose ends all name nodes that are there: nothing has to be looked for by its place."""

    @cached_property
    def named(self) -> Array:
        """Row of the node that each end names, (pipes, 2); -1 for none or unknown, without a graph."""
        words = [self.pipes.text(name) for name in ("from_node", "to_node")]
        return np.column_stack([self.nodes.row_of(names) for names in words])

    @cached_property
    def vertex(self) -> Array:
        """Row of the node at each end, (pipes, 2)."""
        return self.named

    @cached_property
    def degree(self) -> Array:
        """Ends of pipes at each node."""
        return np.bincount(self.named.ravel(), minlength=len(self.nodes))

    def vertex_ids(self, vertices: Array) -> Array:
        """Return the ids of nodes by their rows."""
        return np.asarray(self.nodes.ids[vertices])


def quality_findings(
    nodes: pd.DataFrame, pipes: pd.DataFrame, settings: Settings, today: datetime.date
) -> list[RowFindings]:
    """Return what the checks of the network find on surveyed nodes and pipes.

    Parameters
    ----------
    nodes, pipes
        Of `SurveyAssets`, with the ``row`` of the survey that names each.
    today
        The day on which they are judged.
    """
    if not len(pipes):
        return []
    tables = {"pipe": with_columns(pipes, status="in_use"), "node": with_columns(nodes, status="in_use")}
    subject: CheckContext = _NamedEnds(tables, settings, today=today)
    if (subject.named < 0).any():
        subject = CheckContext(tables, settings, today=today)
    meant = of_quality()
    findings = []
    for finding in run(subject, tuple(meant)):
        role = next(iter(finding.assets))
        ids = finding.assets[role]
        rows = subject.rows(role.rstrip("0123456789"))
        row = np.append(rows.frame["row"].to_numpy(np.int64), -1)[rows.row_of(ids)]
        texts = np.empty(len(finding), dtype=object)
        texts[:] = sentences(finding)
        findings.append(RowFindings(meant[finding.rule], row, np.asarray(ids, dtype=object), {"text": texts}))
    return findings
