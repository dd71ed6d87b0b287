"""The ids of adopted rows: kept as the file has them, made where there are none, never twice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array

# Prefix of made ids where a mapping names none.
_PREFIXES = {
    "pipe": "P-",
    "node": "N-",
    "compound": "C-",
    "zone": "Z-",
    "customer": "U-",
    "failure": "F-",
    "inspection": "I-",
    "defect": "D-",
    "road_work": "R-",
    "work_item": "W-",
    "zone_scenario": "S-",
    "scenario_zone": "SZ-",
    "scenario_pipe": "SP-",
    "scenario_device": "SD-",
    "zone_check": "ZC-",
    "zone_test": "ZT-",
    "zone_night": "ZN-",
    "leak_alarm": "A-",
    "survey_batch": "SB-",
    "verification": "VF-",
    "attachment": "AT-",
    "transform_set": "TS-",
    "volume": "V-",
    "indicator": "K-",
    "checklist": "CL-",
    "tank_due": "TD-",
    "programme_item": "PI-",
    "contract": "CT-",
    "shutoff": "SO-",
    "target": "TG-",
}

_DIGITS = 6


@dataclass(frozen=True)
class Identities:
    """Ids of the rows; which were made; which are taken, and by what (row number, 0 for the network)."""

    ids: Array
    made: Array
    taken: Array
    taken_by: Array


def prefix_of(table: str, prefix: str) -> str:
    """Return the prefix of made ids of a table."""
    return prefix or _PREFIXES[table]


def _highest(ids: Iterable[object], prefix: str) -> int:
    """Return the highest number that follows a prefix."""
    number = re.compile(re.escape(prefix) + r"(\d{1,15})")
    matches = (number.fullmatch(str(one)) for one in ids if one is not None)
    return max((int(match.group(1)) for match in matches if match), default=0)


def made_ids(prefix: str, start: int, count: int) -> Array:
    """Return consecutive ids."""
    return np.array([f"{prefix}{number:0{_DIGITS}d}" for number in range(start, start + count)], dtype=object)


def assign(
    given: Array, wanted: Array, existing: Iterable[str], prefix: str, *, may_be_there: bool = False
) -> Identities:
    """Return the ids of the rows that are wanted.

    The first row of several with one id keeps it. Made ids continue after the highest number there is.

    Parameters
    ----------
    given
        Ids of the file as text, None where it has none.
    wanted
        Rows that are otherwise fit to be written.
    existing
        Ids of the network.
    prefix
        Begins every made id.
    may_be_there
        An id of the network means its row there and is not taken.
    """
    ids = given.copy()
    known = np.array(pd.notna(given), dtype=bool)
    made = wanted & ~known
    if made.any():
        start = max(_highest(existing, prefix), _highest(given[known], prefix)) + 1
        ids[made] = made_ids(prefix, start, int(made.sum()))
    rows = np.flatnonzero(wanted)
    series = pd.Series(ids[rows], dtype=object)
    in_network = series.isin([] if may_be_there else list(existing)).to_numpy()
    again = series.duplicated(keep="first").to_numpy()
    taken = np.zeros(len(ids), dtype=bool)
    taken[rows] = in_network | again
    taken_by = np.zeros(len(ids), dtype=np.int64)
    repeated = np.flatnonzero(again & ~in_network)
    if len(repeated):
        first = pd.Series(rows[::-1] + 1, index=series.to_numpy()[::-1])
        first = first[~first.index.duplicated(keep="last")]
        taken_by[rows[repeated]] = first.loc[series.iloc[repeated].to_numpy()].to_numpy()
    return Identities(ids, made, taken, taken_by)
