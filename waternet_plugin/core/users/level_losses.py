"""What is lost between a total meter and the meters below it, level by level."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.users.customer_volumes import Consumption


def parent_rows(ids: Array, parents: Array) -> Array:
    """Return the row of the total meter of each meter (M,), -1 for none and for one that is not there.

    Parameters
    ----------
    ids, parents
        Meters and what each names as its total meter, None for none, objects (M,).
    """
    return np.asarray(rows_of_ids(ids, parents))


def level_losses(parent: Array, taken: Consumption, *, enough: float) -> pd.DataFrame:
    """Return what each total meter measured beyond the meters right below it.

    Parameters
    ----------
    parent
        Row of the total meter of each meter (M,), -1 for none.
    taken
        What each meter measured in a period (M,).
    enough
        Coverage from which a loss is told: of the total meter, and the mean of those below it.

    Returns
    -------
    pandas.DataFrame
        below (how many meters are right below), below_m3, loss_m3, loss_rate (0-1), coverage (0-1, the lesser
        of both) by meter; NaN where nothing is below or too little is known.
    """
    count = len(parent)
    child = np.flatnonzero(parent >= 0)
    at, m3 = parent[child], taken.m3[child]
    below = np.bincount(at, minlength=count)
    known = np.isfinite(m3)
    sums = np.bincount(at[known], m3[known], minlength=count)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.bincount(at, taken.coverage[child], minlength=count) / below
        coverage = np.fmin(taken.coverage, mean)
        is_told = (below > 0) & (coverage >= enough) & np.isfinite(taken.m3) & (taken.m3 > 0)
        loss = np.where(is_told, taken.m3 - sums, np.nan)
        rate = np.where(is_told, loss / taken.m3, np.nan)
    frame: pd.DataFrame = pd.DataFrame(
        {
            "below": below,
            "below_m3": np.where(below > 0, sums, np.nan),
            "loss_m3": loss,
            "loss_rate": rate,
            "coverage": np.where(below > 0, coverage, taken.coverage),
        }
    )
    return frame
