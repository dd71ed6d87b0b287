"""Searches and repairs: a pipe that was searched in vain or repaired is less likely to leak still."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import records
from waternet_plugin.core.leakage.narrowing.evidence import Evidence, marked
from waternet_plugin.core.schema.settings import Settings

# A leak that was repaired while the alarm went on was another one; the same pipe may have two.
_REPAIRED = 0.3
# Where an alarm ended with a repair, a leak elsewhere ended by chance.
_ELSEWHERE = 0.05
# A part with meters of its own shows a leak inside it.
_QUIET = 0.1


def _rows_of(pipe_id: Array, names: pd.Series) -> Array:
    return np.asarray(pd.Index(pipe_id, dtype=object).get_indexer(pd.Index(names, dtype=object)))


def search_evidence(pipe_id: Array, searches: pd.DataFrame, settings: Settings) -> tuple[Evidence, ...]:
    """Return what searches without a find say.

    Parameters
    ----------
    pipe_id
        The pipes (P,).
    searches
        asset, closed_on and method of work orders for locating that found nothing since the leak began.
    settings
        How often a search finds what is there.
    """
    missed = float(np.log(1.0 - settings.real("leakage.search_success")))
    evidence_list = []
    for at, row in zip(_rows_of(pipe_id, searches["asset"]).tolist(), records(searches)):
        if at >= 0:
            fact = {"is": "searched", "on": _day(row["closed_on"]), "method": row["method"] or "other"}
            evidence_list.append(marked(np.arange(len(pipe_id)) == at, missed, fact))
    return tuple(evidence_list)


def repair_evidence(
    pipe_id: Array, repairs: pd.DataFrame, ended_on: Optional[datetime.date], settings: Settings
) -> tuple[Evidence, ...]:
    """Return what repairs say that were made since the leak began.

    Parameters
    ----------
    pipe_id
        The pipes (P,).
    repairs
        pipe_id and repaired_on.
    ended_on
        When the alarm ended; None while it is open.
    settings
        Within how many nights a fall is credited to a repair.
    """
    nights = settings.integer("leakage.repair_nights")
    evidence_list = []
    for at, row in zip(_rows_of(pipe_id, repairs["pipe_id"]).tolist(), records(repairs)):
        day = pd.Timestamp(row["repaired_on"]).date()
        apart = None if ended_on is None else (ended_on - day).days
        if at < 0 or (apart is not None and apart < 0):
            continue
        is_pipe = np.arange(len(pipe_id)) == at
        if apart is None or apart > nights:
            evidence_list.append(
                marked(is_pipe, float(np.log(_REPAIRED)), {"is": "repaired", "on": _day(day)})
            )
            continue
        facts: tuple[dict[str, Any], ...] = (
            {"is": "repair_ended", "on": _day(day)},
            {"is": "repair_elsewhere", "on": _day(day), "pipe": row["pipe_id"]},
        )
        evidence_list.append(
            Evidence(np.where(is_pipe, 0.0, np.log(_ELSEWHERE)), facts, np.where(is_pipe, 0, 1))
        )
    return tuple(evidence_list)


def part_evidence(zone: Array, quiet: Iterable[tuple[str, Array]]) -> tuple[Evidence, ...]:
    """Return what parts of a zone say that are measured by themselves and did not rise.

    Parameters
    ----------
    zone
        Number of the zone that each pipe lies in (P,).
    quiet
        Id of each such part and the numbers of the zones in it.
    """
    return tuple(
        marked(np.isin(zone, numbers), float(np.log(_QUIET)), {"is": "quiet_part", "zone": name})
        for name, numbers in quiet
    )


def _day(value: Any) -> str:
    day: str = pd.Timestamp(value).date().isoformat()
    return day
