"""The condition of drains: what the newest inspection of each saw, and its grades."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.drainage.grading import inspection_grades
from waternet_plugin.core.drainage.grading.graded import FAMILIES
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.operations.drainage import pipe_defects
from waternet_plugin.store.network import Network


@dataclass(frozen=True)
class DrainConditions(PlainFrames):
    """Inspected drains, the worst first.

    Parameters
    ----------
    rows
        One a drain: the columns of `inspection_grades`, `date`, and `grade`, the worse of its two.
    defects
        What these inspections saw: `pipe_defects.SEEN`.
    shapes
        The line of each drain that the network has, by its id.
    """

    rows: pd.DataFrame
    defects: pd.DataFrame
    shapes: Mapping[str, Any] = field(default_factory=dict)


def drain_conditions(network: Network) -> DrainConditions:
    """Return the drains by the newest inspection of each; given grades stand before computed ones."""
    looked = network.read("inspection", list(inspection_grades.INSPECTION_COLUMNS), geometry=False)
    newest = pipe_defects.newest_of_pipes(looked)
    # Runs of one pipe and day are graded together, so that all inspections are.
    graded = inspection_grades.grade_inspections(
        looked[looked["pipe_id"].notna()],
        network.read("defect", list(inspection_grades.DEFECT_COLUMNS), geometry=False),
        network.read("pipe", list(inspection_grades.PIPE_COLUMNS), geometry=False),
    ).rows
    given = {f"{family}_grade": f"given_{family}" for family in FAMILIES}
    rows = newest[["inspection_id", "date", *given]].rename(columns=given).merge(graded, on="inspection_id")
    for grade, name in given.items():
        known = rows.pop(name).to_numpy(dtype=float, na_value=np.nan)
        computed = rows[grade].to_numpy(dtype=float, na_value=np.nan)
        rows[grade] = np.where(np.isnan(known), computed, known)
    rows["grade"] = rows[list(given)].max(axis=1)
    rows = rows.sort_values(["grade", "pipe_id"], ascending=[False, True], na_position="last")
    pipes = network.read("pipe", ["pipe_id"], ids=rows["pipe_id"].tolist())
    shapes = {
        str(name): shape
        for name, shape in zip(pipes["pipe_id"], pipes.geometry)
        if shape is not None and not shape.is_empty
    }
    defects = pipe_defects.seen_defects(network, rows["inspection_id"].tolist())
    return DrainConditions(rows.reset_index(drop=True), defects, shapes)
