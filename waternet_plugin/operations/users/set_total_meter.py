"""Name the total meter of meters that were picked on the map, as one batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.network.analysis.parent_rings import in_rings
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.core.users.compound_loss import METER_KINDS
from waternet_plugin.core.users.level_losses import parent_rows
from waternet_plugin.operations.rows.newest_rows import finish, finish_without_batch, no_outputs
from waternet_plugin.operations.users.consumed_volumes import plain_ids
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class TotalMeterRequest:
    """What is wanted: ``total`` becomes the total meter of each of ``below``; '' takes theirs away.

    Raises
    ------
    InputError
        Without meters, and for a meter above itself.
    """

    total: str
    below: tuple[str, ...]

    def __post_init__(self) -> None:
        if not self.below:
            raise InputError(tr("Click the total meter first, then its sub-meters."))
        if self.total in self.below:
            raise InputError(tr("Meter {name} can't be its own total meter.").format(name=self.total))


@dataclass(frozen=True)
class TotalMeterResult(Written):
    """Meters whose total meter was written."""

    meters: tuple[str, ...]


def set_total_meter(
    network: Network,
    request: TotalMeterRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[TotalMeterResult], Any] = no_outputs,
) -> TotalMeterResult:
    """Write the total meter of meters as one batch.

    Raises
    ------
    InputError
        For ids that are not meters, and where a meter would be above itself by others.
    ConflictError
        When somebody changed the meters meanwhile.
    """
    seen = network.position()
    nodes = network.read(
        "node", ["node_id", "meter_parent"], where={"kind": list(METER_KINDS)}, geometry=False
    )
    ids = plain_ids(nodes, "node_id")
    named = (*((request.total,) if request.total else ()), *request.below)
    strange = sorted(set(named) - set(ids))
    if strange:
        raise InputError(
            tr("Not a meter of this network: {names}. Click meters.").format(names=shortened(strange))
        )
    written = plain_ids(nodes, "meter_parent")
    at = parent_rows(ids, np.array(request.below, dtype=object))
    wanted = written.copy()
    wanted[at] = request.total or None
    if in_rings(parent_rows(ids, wanted).copy())[at].any():
        message = tr("Meter {name} is below these meters itself: {names}. Take it from there first.")
        raise InputError(message.format(name=request.total, names=shortened(request.below)))
    changed = tuple(str(ids[row]) for row in at if wanted[row] != written[row])
    result = TotalMeterResult("", changed)
    if not changed:
        return finish_without_batch(result, before_commit)
    rows = pd.DataFrame({"node_id": changed, "meter_parent": [request.total or None] * len(changed)})
    facts = {"meters": len(changed)}
    with network.write("edit", name=tr("Total meter"), facts=facts, seen=seen, progress=progress) as batch:
        batch.update("node", rows)
        return finish(batch, result, before_commit)
