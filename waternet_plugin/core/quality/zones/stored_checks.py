"""Checks of metered areas as they are stored: the newest of each area, and the rows of a new check."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.dma.dma_model import DmaModel
from waternet_plugin.core.frames import tuples

_LAST_DIGITS = re.compile(r"\d+$")
_FIGURES = (
    "verdict", "customers", "households", "length_m", "volume_m3", "inlets", "outlets", "open_crossings",
    "parts", "unknown_valves",
)  # fmt: skip


def newest_checks(earlier: pd.DataFrame, scenario_id: str) -> dict[str, Any]:
    """Return the newest check of each zone, of the network as it is or of the same scenario."""
    same = earlier["scenario_id"].fillna("") == scenario_id
    return {str(row.zone_id): row for row in tuples(earlier[same].sort_values("check_id", key=_numbers))}


def _numbers(ids: pd.Series) -> pd.Series:
    found = (_LAST_DIGITS.search(str(name)) for name in ids)
    return pd.Series([0.0 if one is None else float(one.group()) for one in found], index=ids.index)


def input_hashes(model: DmaModel) -> dict[str, str]:
    """Return a hash of what each zone is made of: pipes, their ends and state, meters and valves."""
    dma = model.dma
    graph = dma.graph
    rows = np.flatnonzero(dma.counts & (dma.zone >= 0))
    key = pd.util.hash_array(graph.pipe_id[rows].astype(str).astype(object), categorize=False)
    for values in (graph.length_m, dma.diameter_mm, dma.open.astype(float), dma.customers):
        key = key * np.uint64(31) + pd.util.hash_array(np.nan_to_num(values[rows]).astype(float))
    sums = np.zeros(dma.zones.count, dtype=np.uint64)
    np.add.at(sums, dma.zone[rows], key)
    marks = [int(one) for one in sums]
    for node in np.flatnonzero(dma.meter).tolist():
        word = f"{graph.node_id[node]}|{dma.meter_in[node]}|{dma.meter_out[node]}"
        mark = hashlib.sha1(word.encode(), usedforsecurity=False).digest()[:8]
        for side in (int(dma.meter_in[node]), int(dma.meter_out[node])):
            if side >= 0:
                marks[side] += int.from_bytes(mark, "big")
    return {str(name): f"{value % 2**64:016x}" for name, value in zip(dma.zones.zone_id, marks)}


def check_rows(
    zones: pd.DataFrame,
    findings: pd.DataFrame,
    earlier: pd.DataFrame,
    hashes: Mapping[str, str],
    *,
    entry: Optional[int],
    tolerance_m: float,
    scenario_id: str,
) -> pd.DataFrame:
    """Return new rows of zone_check.

    Parameters
    ----------
    zones, findings
        As `ZoneJudgement` has them, of the zones that were asked for.
    earlier
        The rows of zone_check so far.
    hashes
        As `input_hashes` returns them.
    entry
        The newest entry of the change log before the network was read, None where that is not known.
    tolerance_m
        Up to which ends of pipes were joined.
    scenario_id
        '' for the network as it is.
    """
    causes = findings[findings["root"].isna()]
    listed = {
        str(zone): json.dumps(
            {str(row.issue_id): str(row.code) for row in tuples(mine)}, ensure_ascii=False, sort_keys=True
        )
        for zone, mine in causes.groupby("zone_id")
    }
    names = zones["zone_id"].tolist()
    first = int(_numbers(earlier["check_id"]).max()) + 1 if len(earlier) else 1
    rows: pd.DataFrame = pd.DataFrame(zones[["zone_id", *_FIGURES]])
    rows.insert(0, "check_id", [f"ZC{number:06d}" for number in range(first, first + len(rows))])
    made: pd.DataFrame = rows.assign(
        scenario_id=scenario_id or None,
        checked_on=pd.Timestamp.now(tz="UTC").floor("s"),
        tolerance_m=tolerance_m,
        inputs_hash=[hashes[name] for name in names],
        base_log=np.nan if entry is None else float(entry),
        findings=[listed.get(name, "{}") for name in names],
    )
    return made
