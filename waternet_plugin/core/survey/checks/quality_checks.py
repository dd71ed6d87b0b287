"""Rules of `core.quality` on what a survey would bring into the network: cover, slope, levels, valves."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from waternet_plugin.core.frames import with_columns
from waternet_plugin.core.quality.checking import run
from waternet_plugin.core.quality.context.check_context import CheckContext
from waternet_plugin.core.quality.issues.identity import sentences
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.row_findings import RowFindings
from waternet_plugin.core.survey.survey_rules import of_quality


def quality_findings(
    nodes: pd.DataFrame, pipes: pd.DataFrame, settings: Settings, today: datetime.date
) -> list[RowFindings]:
    """Return what the checks of the network find on surveyed nodes and pipes.

    Parameters
    ----------
    nodes, pipes
        Of `SurveyAssets`, with the ``row`` of the survey that names each.
    settings
        Thresholds in force.
    today
        The day on which they are judged.
    """
    if not len(pipes):
        return []
    tables = {"pipe": with_columns(pipes, status="in_use"), "node": with_columns(nodes, status="in_use")}
    subject = CheckContext(tables, settings, today=today)
    rows = {
        "pipe": pd.Series(pipes["row"].to_numpy(np.int64), index=pipes["pipe_id"].to_numpy(object)),
        "node": pd.Series(nodes["row"].to_numpy(np.int64), index=nodes["node_id"].to_numpy(object)),
    }
    meant = of_quality()
    findings = []
    for one in run(subject, tuple(meant)):
        role = next(iter(one.assets))
        ids = one.assets[role]
        table = rows[role.rstrip("0123456789")]
        row = table[~table.index.duplicated()].reindex(pd.Index(ids)).fillna(-1).to_numpy(np.int64)
        texts = np.empty(len(one), dtype=object)
        texts[:] = sentences(one)
        findings.append(RowFindings(meant[one.rule], row, np.asarray(ids, dtype=object), {"text": texts}))
    return findings
