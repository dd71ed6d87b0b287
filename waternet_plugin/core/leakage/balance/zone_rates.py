"""Leakage rates of metered areas as rows to keep: one criterion of two, the other is night flow."""

from __future__ import annotations

import numpy as np
import pandas as pd

WITHIN, OVER = "within", "over"
_KEPT = (
    "zone_id", "from_date", "to_date", "supply_m3", "authorised_m3", "loss_m3", "loss_rate", "coverage",
)  # fmt: skip


def zone_rates(periods: pd.DataFrame, limit: float) -> pd.DataFrame:
    """Return the rows of ``zone_balance``: zones and periods whose leakage rate is known.

    Parameters
    ----------
    periods
        Balances as `core.leakage.balance.level_tree.balance_rows`, with from_date and to_date.
    limit
        Leakage rate above which a zone is over its limit (0-1).
    """
    known = periods["zone_id"].notna() & periods["loss_rate"].notna()
    rows: pd.DataFrame = periods.loc[known, [*_KEPT]].reset_index(drop=True)
    days = [rows[name].dt.strftime("%Y-%m-%d") for name in ("from_date", "to_date")]
    ids = [" ".join(words) for words in zip(rows["zone_id"].astype(str), *days)]
    rows.insert(0, "balance_id", pd.Series(ids, dtype=object))
    over = rows["loss_rate"].to_numpy(dtype=float) > limit
    rows["state"] = pd.Series(np.where(over, OVER, WITHIN), dtype=object)
    return rows
