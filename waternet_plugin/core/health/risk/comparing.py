"""What changed between two assessments of one network."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.frames import last_of_each
from waternet_plugin.core.schema.domains import domain

WORSE, BETTER, SAME, NEW, GONE = "worse", "better", "same", "new", "gone"
# Another class, but limits or the making of rates were changed between the runs.
SETTINGS = "settings"
CHANGES = (WORSE, BETTER, SETTINGS, SAME, NEW, GONE)
COLUMNS = ("pipe_id", "class_a", "class_b", "rate_a", "rate_b", "change")
_UNKNOWN = "unknown"


def compare_runs(a: pd.DataFrame, b: pd.DataFrame, *, alike: bool = True) -> pd.DataFrame:
    """Compare two runs pipe by pipe.

    Worse and better go by class, and only where both runs draw classes alike; a pipe that only one of the
    runs rates is new or gone.

    Parameters
    ----------
    a, b
        The earlier and the later run: pipe_id, class, rate_per_100km_y.
    alike
        Whether classes of both can be compared (`like.classes_alike`).

    Returns
    -------
    One row a pipe of either run, sorted by pipe_id: `COLUMNS`.
    """
    left, right = (
        last_of_each(run, "pipe_id")[["pipe_id", "class", "rate_per_100km_y"]].rename(
            columns={"class": f"class_{side}", "rate_per_100km_y": f"rate_{side}"}
        )
        for run, side in ((a, "a"), (b, "b"))
    )
    both = left.merge(right, on="pipe_id", how="outer", validate="one_to_one")
    # The order of the value list is from worst to best.
    severity = {code: index for index, code in enumerate(domain("health_class")) if code != _UNKNOWN}
    rank_a = both["class_a"].map(severity).to_numpy(float)
    rank_b = both["class_b"].map(severity).to_numpy(float)
    change = np.select(
        [
            np.isnan(rank_a) & np.isnan(rank_b),
            np.isnan(rank_a),
            np.isnan(rank_b),
            rank_b < rank_a,
            rank_b > rank_a,
        ],
        [SAME, NEW, GONE, WORSE if alike else SETTINGS, BETTER if alike else SETTINGS],
        SAME,
    )
    # Neither run rates it: what counts is whether it was there.
    unrated = np.isnan(rank_a) & np.isnan(rank_b)
    change[unrated & both["class_a"].isna().to_numpy()] = NEW
    change[unrated & both["class_b"].isna().to_numpy()] = GONE
    both["change"] = change.astype(object)
    for side in ("class_a", "class_b"):
        both[side] = both[side].astype(object).where(both[side].notna(), None)
    result: pd.DataFrame = both.sort_values("pipe_id", ignore_index=True)[list(COLUMNS)]
    return result
