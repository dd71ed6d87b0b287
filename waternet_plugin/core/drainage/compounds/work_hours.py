"""Hours that kinds of work take, by the table of man-hours of the compounds' programme."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.units import KM_M

_PREFIX = "drainage.hours."
# Work that is measured by length where it is done on pipes, and that takes other hours at tanks.
_BY_LENGTH, _AT_TANKS = "_km", "_tank"


def hours_of(work: str, settings: Settings) -> float:
    """Return the hours of one unit of a kind of work, 0 where the table has none."""
    return settings.real_or(f"{_PREFIX}{work}", 0.0)


def item_hours(items: pd.DataFrame, length_m: pd.Series, tanks: Array, settings: Settings) -> Array:
    """Return the hours that each work item takes.

    Cleaning and checking of pipes go by their length, cleaning of tanks by the tank; an item with several
    assets takes the hours of all.

    Parameters
    ----------
    items
        type and asset, with semicolons where there are several.
    length_m
        Length of each pipe by its id, m.
    tanks
        Ids of the tanks.
    """
    lists = items["asset"].astype(object).where(items["asset"].notna(), "").astype(str).str.split(";")
    rows = pd.DataFrame({"item": np.arange(len(items)), "type": items["type"].to_numpy(dtype=object)})
    rows["asset"] = pd.Series(lists.to_numpy(dtype=object), index=rows.index, dtype=object)
    rows = rows.explode("asset", ignore_index=True)
    metres = length_m.reindex(rows["asset"].str.strip()).to_numpy(dtype=float)
    is_tank = rows["asset"].isin(list(tanks)).to_numpy(dtype=bool)
    hours = np.zeros(len(rows))
    for work in rows["type"].dropna().unique():
        of_type = (rows["type"] == work).to_numpy(dtype=bool)
        hours[of_type] = hours_of(work, settings)
        for special, per_unit in ((_BY_LENGTH, metres / KM_M), (_AT_TANKS, np.where(is_tank, 1.0, np.nan))):
            chosen = of_type & np.isfinite(per_unit)
            if settings.get(f"{_PREFIX}{work}{special}"):
                hours[chosen] = hours_of(work + special, settings) * per_unit[chosen]
    return np.bincount(rows["item"], weights=hours, minlength=len(items))
