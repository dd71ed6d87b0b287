"""Searches and repairs: a pipe that was searched in vain or repaired is less likely to leak still."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.frames import records
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.leakage.narrowing.chance_factors import Evidence, chance_of, marked
from waternet_plugin.core.schema.settings import Settings


def _rows_of(pipe_id: Array, names: pd.Series) -> Array:
    return np.asarray(rows_of_ids(pipe_id, names))


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
    missed = float(np.log(1.0 - chance_of(settings, "leakage.search_success")))
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
        Within how many nights a fall is credited to a repair; how likely a repaired pipe leaks still (what
        was repaired while the alarm went on was another leak), and one elsewhere where the alarm ended.
    """
    again, elsewhere = (
        float(np.log(chance_of(settings, key)))
        for key in ("leakage.repaired_again", "leakage.repaired_elsewhere")
    )
    nights = settings.integer("leakage.repair_nights")
    evidence_list = []
    for at, row in zip(_rows_of(pipe_id, repairs["pipe_id"]).tolist(), records(repairs)):
        day = pd.Timestamp(row["repaired_on"]).date()
        apart = None if ended_on is None else (ended_on - day).days
        if at < 0 or (apart is not None and apart < 0):
            continue
        is_pipe = np.arange(len(pipe_id)) == at
        if apart is None or apart > nights:
            evidence_list.append(marked(is_pipe, again, {"is": "repaired", "on": _day(day)}))
            continue
        facts: tuple[dict[str, Any], ...] = (
            {"is": "repair_ended", "on": _day(day)},
            {"is": "repair_elsewhere", "on": _day(day), "pipe": row["pipe_id"]},
        )
        evidence_list.append(Evidence(np.where(is_pipe, 0.0, elsewhere), facts, np.where(is_pipe, 0, 1)))
    return tuple(evidence_list)


def part_evidence(
    zone: Array, quiet: Iterable[tuple[str, Array]], settings: Settings
) -> tuple[Evidence, ...]:
    """Return what parts of a zone say that are measured by themselves and did not rise.

    Parameters
    ----------
    zone
        Number of the zone that each pipe lies in (P,).
    quiet
        Id of each such part and the numbers of the zones in it.
    settings
        How likely the leak lies in such a part all the same.
    """
    likely = float(np.log(chance_of(settings, "leakage.quiet_part")))
    return tuple(
        marked(np.isin(zone, numbers), likely, {"is": "quiet_part", "zone": name}) for name, numbers in quiet
    )


def _day(value: Any) -> str:
    day: str = pd.Timestamp(value).date().isoformat()
    return day
