"""The defects that inspections of drains saw, by inspection or along the pipes of a way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from waternet_plugin.core.drainage.grading.en_13508 import NOTES, class_of_number
from waternet_plugin.store.network import Network

COLUMNS = ("pipe_id", "position_m", "code", "grade")
SEEN = ("inspection_id", "position_m", "length_m", "clock", "code", "grade")
_NUMBERS = ["number_d", "number_s", "number_b"]
_INSPECTIONS = ["inspection_id", "pipe_id", "date"]
_DEFECTS = ["inspection_id", "position_m", "length_m", "clock", "code", "code_raw", "grade", *_NUMBERS]


def newest_of_pipes(inspections: pd.DataFrame) -> pd.DataFrame:
    """Return the newest inspection of each pipe; one without a date is older than any with.

    Parameters
    ----------
    inspections
        With inspection_id, pipe_id, date; those that name no pipe are left out.
    """
    named = inspections[inspections["pipe_id"].notna()]
    return named.sort_values(["date", "inspection_id"], na_position="first").drop_duplicates(
        "pipe_id", keep="last"
    )


def seen_defects(network: Network, inspection_ids: Sequence[str]) -> pd.DataFrame:
    """Return the defects that inspections saw (`SEEN`), of each by its position, those without one last.

    Parameters
    ----------
    inspection_ids
        The inspections.

    Notes
    -----
    `code` as recorded, else as coded; what only describes the survey is left out. `position_m` and
    `length_m` in m as recorded. `grade` is that of the defect, by EN 13508-2 the class of its largest damage
    number; NaN where neither is known.
    """
    found = network.read("defect", _DEFECTS, where={"inspection_id": list(inspection_ids)}, geometry=False)
    greatest = np.fmax.reduce([found[name].to_numpy(dtype=float, na_value=np.nan) for name in _NUMBERS])
    grade = found["grade"].to_numpy(dtype=float, na_value=np.nan)
    raw = found["code_raw"].where(found["code_raw"].notna(), found["code"]).astype(object)
    named = np.array([not str(code).startswith(NOTES) for code in raw], dtype=bool)
    found = found.assign(code=raw, grade=np.where(np.isnan(grade), class_of_number(greatest), grade))
    kept = found[(named | ~np.isnan(greatest)) & raw.notna()]
    in_order: pd.DataFrame = kept.sort_values(["inspection_id", "position_m"], kind="stable")[list(SEEN)]
    return in_order.reset_index(drop=True)


def newest_defects(network: Network, pipe_ids: Sequence[str]) -> pd.DataFrame:
    """Return the defects of the newest inspection of each pipe (`COLUMNS`), along the pipes.

    Parameters
    ----------
    pipe_ids
        The pipes; one that nobody inspected has none.

    Notes
    -----
    As `seen_defects`; those without a position are left out.
    """
    looked = network.read("inspection", _INSPECTIONS, where={"pipe_id": list(pipe_ids)}, geometry=False)
    newest = newest_of_pipes(looked)
    if newest.empty:
        return pd.DataFrame({name: [] for name in COLUMNS})
    found = seen_defects(network, newest["inspection_id"].tolist())
    found = found[found["position_m"].notna()].merge(newest[["inspection_id", "pipe_id"]], on="inspection_id")
    along: pd.DataFrame = found.sort_values(["pipe_id", "position_m"])[list(COLUMNS)]
    return along.reset_index(drop=True)
