"""Night use of areas by the norm of their type and size, written as one batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.progress import SILENT, Progress
from waternet_plugin.core.texts import shortened, tr
from waternet_plugin.operations.leakage.norms.night_norms import NightNormsRequest, learn_night_norms
from waternet_plugin.operations.rows.newest_rows import finish, no_outputs, with_newest_rows
from waternet_plugin.operations.written import Written
from waternet_plugin.store.network import Network

_DIGITS = 3


@dataclass(frozen=True)
class NormsToTake:
    """What is written.

    Parameters
    ----------
    name
        What people see in the list of batches.
    zone_ids
        The areas whose night use is written.
    learned
        The nights that norms are learned from.
    """

    name: str
    zone_ids: tuple[str, ...]
    learned: NightNormsRequest


@dataclass(frozen=True)
class TakenNorms(Written):
    """Night use that was written, m3/h by zone, and what to know of it."""

    night_use_m3h: dict[str, float]
    notes: tuple[str, ...]


def take_night_norms(
    network: Network,
    request: NormsToTake,
    progress: Progress = SILENT,
    *,
    before_commit: Callable[[TakenNorms], Any] = no_outputs,
) -> TakenNorms:
    """Write the night use of areas by the norm of their type and size (``zone.night_use_m3h``).

    Raises
    ------
    InputError
        As `learn_night_norms`; where an area has no norm.
    ConflictError
        When somebody changed the same rows twice meanwhile.
    """

    def write(notes: tuple[str, ...]) -> TakenNorms:
        seen = network.position()
        zones = learn_night_norms(network, request.learned, progress).zones
        norms = dict(zip(zones["zone_id"], zones["norm_m3h"]))
        without = [one for one in request.zone_ids if np.isnan(norms.get(one, np.nan))]
        if without:
            raise InputError(
                tr(
                    "No area like {zones} in type and number of households has neither alarm nor excess "
                    "leakage: there is no norm of its night use."
                ).format(zones=shortened(without))
            )
        taken = {one: round(float(norms[one]), _DIGITS) for one in request.zone_ids}
        rows = pd.DataFrame({"zone_id": list(taken), "night_use_m3h": list(taken.values())})
        facts = {"zones": len(rows)}
        with network.write("dma", name=request.name, facts=facts, seen=seen, progress=progress) as batch:
            batch.update("zone", rows)
            return finish(batch, TakenNorms("", taken, notes), before_commit)

    return with_newest_rows(write, progress)
