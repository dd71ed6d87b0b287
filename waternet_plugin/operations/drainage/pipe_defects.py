"""The defects that the newest inspection of each of some pipes saw, for drawing them where they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from waternet_plugin.core.drainage.grading.en_13508 import NOTES, class_of_number
from waternet_plugin.store.network import Network

COLUMNS = ("pipe_id", "position_m", "code", "grade")
_NUMBERS = ["number_d", "number_s", "number_b"]
_INSPECTIONS = ["inspection_id", "pipe_id", "date"]
_DEFECTS = ["inspection_id", "position_m", "code", "code_raw", "grade", *_NUMBERS]


def newest_defects(network: Network, pipe_ids: Sequence[str]) -> pd.DataFrame:
    """Return the defects of the newest inspection of each pipe (`COLUMNS`), along the pipes.

    Parameters
    ----------
    network
        The network.
    pipe_ids
        The pipes; one that nobody inspected has none.

    Notes
    -----
    `position_m` as recorded; those without are left out. `grade` is that of the defect, by EN 13508-2 the
    class of its largest damage number; NaN where neither is known.
    """
    looked = network.read("inspection", _INSPECTIONS, where={"pipe_id": list(pipe_ids)}, geometry=False)
    newest = looked.sort_values(["date", "inspection_id"], na_position="first").drop_duplicates(
        "pipe_id", keep="last"
    )
    if newest.empty:
        return pd.DataFrame({name: [] for name in COLUMNS})
    ids = newest["inspection_id"].tolist()
    found = network.read("defect", _DEFECTS, where={"inspection_id": ids}, geometry=False)
    found = found.merge(newest[["inspection_id", "pipe_id"]], on="inspection_id")
    greatest = np.fmax.reduce([found[name].to_numpy(dtype=float, na_value=np.nan) for name in _NUMBERS])
    grade = found["grade"].to_numpy(dtype=float, na_value=np.nan)
    raw = found["code_raw"].where(found["code_raw"].notna(), found["code"]).astype(object)
    named = np.array([not str(code).startswith(NOTES) for code in raw], dtype=bool)
    found = found.assign(code=raw, grade=np.where(np.isnan(grade), class_of_number(greatest), grade))
    kept = found[found["position_m"].notna() & (named | ~np.isnan(greatest)) & raw.notna()]
    sorted_: pd.DataFrame = kept.sort_values(["pipe_id", "position_m"])[list(COLUMNS)]
    return sorted_.reset_index(drop=True)
