"""Rules of `core.quality` on what a survey would bring into the network: cover, slope, levels, valves."""

from __future__ import annotations

import datetime
from functools import cached_property

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import with_columns
from waternet_plugin.core.quality.checking import run
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.issues.identity import sentences
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.row_findings import RowFindings
from waternet_plugin.core.survey.survey_rules import of_quality


class _NamedEnds(CheckContext):
    """Pipes whose ends all name nodes that are there: nothing has to be looked for by its place."""

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
