"""Results beside those that are stored: which rows are new, which are no longer as they were."""

from __future__ import annotations

import numpy as np
import pandas as pd


def new_and_changed(rows: pd.DataFrame, old: pd.DataFrame, key: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows that are not stored yet, and those that are stored with other values.

    Parameters
    ----------
    rows
        As they are to be.
    old
        The table as it is stored, with all columns of ``rows``.
    key
        The column of ids.
    """
    is_old = rows[key].isin(set(old[key]))
    changed = _differing(rows[is_old].reset_index(drop=True), old, key)
    return rows[~is_old].reset_index(drop=True), changed


def _differing(rows: pd.DataFrame, old: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return the rows that are not as they are stored."""
    if not len(rows):
        return rows
    same = old.set_index(key).loc[rows[key], [one for one in rows if one != key]].reset_index(drop=True)
    unlike = np.zeros(len(rows), dtype=bool)
    for name in same:
        new, kept = rows[name], same[name]
        if pd.api.types.is_float_dtype(new):
            unlike |= ~np.isclose(new.to_numpy(float), kept.to_numpy(float), rtol=1e-9, equal_nan=True)
        elif pd.api.types.is_datetime64_any_dtype(new):
            moments = (
                pd.to_datetime(one, utc=True)
                .dt.tz_localize(None)
                .to_numpy()
                .astype("datetime64[s]")
                .astype(np.int64)
                for one in (new, kept)
            )
            unlike |= np.not_equal(*moments)
        else:
            unlike |= (new.fillna("") != kept.fillna("")).to_numpy()
    differing: pd.DataFrame = rows[unlike].reset_index(drop=True)
    return differing
