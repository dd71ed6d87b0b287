"""Set the target of an indicator for a unit and a year, as one batch."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Optional

import pandas as pd

from waternet_plugin.core import frames
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.programmes.kpi_sheet import INDICATORS
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.schema.domains import label_of
from waternet_plugin.core.texts import listed, tr
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs, with_newest_rows
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

TABLE = "target"
_PREFIX = "T-"


@dataclass(frozen=True)
class TargetRequest:
    """What is wanted: ``value`` of an indicator in the unit of the sheet, None for no target any more.

    Raises
    ------
    InputError
        Without a unit, for an unknown indicator, and a value that is not a number or below 0.
    """

    unit: str
    year: int
    indicator: str
    value: Optional[float]

    def __post_init__(self) -> None:
        if not self.unit:
            raise InputError(tr("State which unit the target is for."))
        if self.indicator not in INDICATORS:
            message = tr("There is no indicator “{indicator}”. Choose one of: {indicators}.")
            raise InputError(message.format(indicator=self.indicator, indicators=listed(INDICATORS)))
        if self.value is not None and not (math.isfinite(self.value) and self.value >= 0):
            raise InputError(tr("The target is not 0 or more: {value}. Correct it.").format(value=self.value))


def set_target(
    network: Network,
    request: TargetRequest,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[Written], Any] = no_outputs,
) -> Written:
    """Write a target in place of all that there are of its unit, year and indicator.

    Raises
    ------
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """
    return with_newest_rows(lambda _again: _set(network, request, progress, before_commit), progress)


def _set(
    network: Network, request: TargetRequest, progress: Progress, before_commit: Callable[[Written], Any]
) -> Written:
    seen = network.position()
    wanted = {"unit": request.unit, "year": request.year, "indicator": request.indicator}
    old = network.read(TABLE, ["target_id"], where=wanted, geometry=False)["target_id"].tolist()
    title = tr("Target of {unit}, {year}: {indicator}").format(
        unit=request.unit, year=request.year, indicator=label_of("kpi", request.indicator)
    )
    with network.write("edit", name=title, seen=seen, progress=progress) as batch:
        # The oldest is kept with its id, others of the same say nothing more.
        batch.delete(TABLE, old[1:] if request.value is not None else old)
        if request.value is not None and old:
            batch.update(TABLE, pd.DataFrame({"target_id": old[:1], "value": [request.value]}))
        elif request.value is not None:
            row = {"target_id": batch.next_id(TABLE, _PREFIX), **wanted, "value": request.value}
            batch.insert(TABLE, frames.conform(pd.DataFrame([row]), TABLE))
        return finish(batch, Written(batch.batch_id), before_commit)
