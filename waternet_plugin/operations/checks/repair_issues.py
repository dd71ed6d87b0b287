"""Repair issues by their remedies, or fill in what an inventory knows; one batch, or a dry run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.reports.checks import repairs
from waternet_plugin.core.reports.document import Report
from waternet_plugin.core.texts import tr
from waternet_plugin.operations.checks import repair_network
from waternet_plugin.operations.rows.newest_rows import finish_without_batch, no_outputs
from waternet_plugin.operations.written import Written
from waternet_plugin.store.foreign import foreign
from waternet_plugin.store.network import Network

_SHOWN_REASONS = 20


@dataclass(frozen=True)
class RepairRequest:
    """What to repair: issues, or what an inventory fills in.

    Parameters
    ----------
    name
        What people see in the list of batches.
    issues
        Ids of issues or rules, separated by commas; '' for every open root with a remedy.
    dry_run
        Write nothing.
    inventory
        A table to join by id instead: a path, or path|layername=name.
    mapping
        Its mapping as JSON text or the path of one; its pipe_id names the inventory's id.
    join_column
        Column of our pipes that holds the inventory's id.

    Raises
    ------
    InputError
        For an inventory without a mapping, or with issues.
    """

    name: str
    issues: str = ""
    dry_run: bool = False
    inventory: str = ""
    mapping: str = ""
    join_column: str = "pipe_id"

    def __post_init__(self) -> None:
        if self.inventory and self.issues:
            raise InputError(tr("Give either INVENTORY or ISSUES, not both."))
        if self.inventory and not self.mapping:
            raise InputError(tr("Give a MAPPING that says which column of the inventory fills which field."))


@dataclass(frozen=True)
class RepairResult(Written):
    """What was repaired, or would be.

    Parameters
    ----------
    steps
        Every change: issue_id, table, asset, field, before, after.
    refused
        Issues that need a person's judgement: issue_id, rule_id, reason; None for an inventory.
    repaired_count
        How many issues are repaired.
    report
        Before and after.
    summary
        The same in sentences.
    """

    steps: pd.DataFrame
    refused: Optional[pd.DataFrame]
    repaired_count: int
    report: Report
    summary: tuple[str, ...]


Ready = Callable[[RepairResult], Any]


def repair_issues(
    network: Network,
    request: RepairRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Ready = no_outputs,
) -> RepairResult:
    """Repair issues, or fill in what an inventory knows, as one batch.

    Parameters
    ----------
    before_commit
        Called before the batch is committed, and at the end where nothing is to be written: when it raises,
        nothing is written.

    Raises
    ------
    InputError
        When nothing can be repaired, or the inventory does not fit.
    ConflictError
        When somebody changed the same rows meanwhile.
    """
    if request.inventory:
        return _fill(network, request, progress, before_commit)
    plan = repair_network.plan_repairs(network, request.issues, progress=progress.part(0.0, 0.7))
    done = plan.repaired
    reasons = [str(reason) for reason in done.refused["reason"].head(_SHOWN_REASONS)]
    result = RepairResult(
        batch_id="",
        steps=repair_network.shown_steps(done.steps),
        refused=done.refused,
        repaired_count=len(done.done),
        report=repairs.repair_report(done, network=network.title, dry_run=request.dry_run),
        summary=(*repairs.summary_lines(done, dry_run=request.dry_run), *reasons),
    )
    if request.dry_run or done.is_empty:
        return finish_without_batch(result, before_commit)
    progress.at(0.7, tr("Writing"))
    batch_id = repair_network.write_repairs(
        network,
        plan,
        name=request.name,
        within=lambda: before_commit(result),
        progress=progress.part(0.7, 1.0),
    )
    return replace(result, batch_id=batch_id)


def _fill(network: Network, request: RepairRequest, progress: Progress, ready: Ready) -> RepairResult:
    progress.at(0.05, tr("Reading the inventory"))
    inventory = foreign.read_foreign(request.inventory)
    filling = repair_network.plan_inventory(network, inventory, request.mapping, key=request.join_column)
    joined = filling.joined
    report = repairs.inventory_report(joined, network=network.title, dry_run=request.dry_run)
    result = RepairResult(
        batch_id="",
        steps=repair_network.shown_steps(tuple(("", step) for step in joined.steps)),
        refused=None,
        repaired_count=0,
        report=report,
        summary=(report.lead,),
    )
    if request.dry_run or not len(joined.updated):
        ready(result)
        return result
    batch_id = repair_network.write_inventory(
        network,
        filling,
        name=request.name,
        within=lambda: ready(result),
        progress=progress.part(0.5, 1.0),
    )
    return replace(result, batch_id=batch_id)
