"""Check a network and keep what is found as issues, in one batch."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Optional

import geopandas as gpd

from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.quality.issues.issue_lifecycle import placed_issues
from waternet_plugin.core.quality.merged_findings import Checked
from waternet_plugin.core.reports.checks.quality import quality_report, summary_lines
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.checks.check_network import check_network, write_issues
from waternet_plugin.operations.retests.mark_retests import mark_retests
from waternet_plugin.operations.rows.newest_rows import no_outputs
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network
from waternet_plugin.store.network_reading import Box


@dataclass(frozen=True)
class CheckRequest:
    """What to check.

    Parameters
    ----------
    name
        What people see in the list of batches.
    rules
        Ids of the rules; None for the whole catalogue.
    extent
        Box to look at, in the network's coordinates, m; None for everywhere.
    only_changed
        Look only around what was edited since the last check.
    today
        The day on which the network is judged; that of the computer if None.
    """

    name: str
    rules: Optional[tuple[str, ...]] = None
    extent: Optional[Box] = None
    only_changed: bool = False
    today: Optional[datetime.date] = None


@dataclass(frozen=True)
class CheckResult(Written):
    """What a check found.

    Parameters
    ----------
    issues
        Every finding with its state and root, its place in column ``geom``.
    figures
        Counts: findings, roots (findings that stand by themselves), errors and warnings among the roots, new
        and fixed issues.
    report
        What is wrong, rule by rule, and grades of areas.
    summary
        The same in sentences.
    """

    issues: gpd.GeoDataFrame
    figures: Mapping[str, int]
    report: Report
    summary: tuple[str, ...]


def record_check(
    network: Network,
    request: CheckRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[CheckResult], Any] = no_outputs,
) -> CheckResult:
    """Check a network and write its issues as one batch.

    Before, metered areas whose boundary changed since they passed a test are marked, in a batch of their own.

    Parameters
    ----------
    before_commit
        Called before the batch is committed, once more where issues were changed meanwhile and the findings
        were merged into them anew: when it raises, nothing is written.

    Raises
    ------
    ConflictError
        When issues were changed a second time meanwhile.
    """
    # What was edited is looked at anyway: a boundary that was changed is to be tested again.
    retests = mark_retests(network)
    checked = check_network(
        network,
        rules=request.rules,
        extent=request.extent,
        only_changed=request.only_changed,
        today=request.today,
        progress=progress.part(0.0, 0.8),
    )
    written: list[CheckResult] = []

    def ready(final: Checked) -> None:
        found = _result(network, final)
        written.append(replace(found, summary=(*retests.sentences, *found.summary)))
        before_commit(written[-1])

    progress.at(0.8, tr("Writing"))
    batch_id = write_issues(
        network, checked, name=request.name, within=ready, progress=progress.part(0.8, 1.0)
    )
    return replace(written[-1], batch_id=batch_id)


def _result(network: Network, checked: Checked) -> CheckResult:
    counts, frame = checked.changes.counts, checked.changes.frame
    roots = frame[frame["root"].isna()]
    report = quality_report(
        frame,
        counts,
        checked.grades,
        checked.findings.counts,
        complete=checked.complete,
        network=network.title,
        followed=checked.followed,
    )
    lines = summary_lines(frame, counts, complete=checked.complete, followed=checked.followed)
    return CheckResult(
        batch_id="",
        issues=placed_issues(checked.changes.frame, network.crs),
        figures={
            "findings": len(frame),
            "roots": len(roots),
            "errors": int((roots["severity"] == "error").sum()),
            "warnings": int((roots["severity"] == "warning").sum()),
            "new": counts["new"],
            "fixed": counts["fixed"],
        },
        report=report,
        summary=tuple(lines),
    )
