"""The ledger of leak searches: how often each method finds the leak, and what was won."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array

# The row of all methods together; a search without a method has None.
ALL_METHODS = "all"
LEDGER_COLUMNS = ("method", "searches", "found", "hit_rate", "flow_m3h", "offset_m", "open")


def search_ledger(items: pd.DataFrame) -> pd.DataFrame:
    """Return what was searched and found by method, the most searches first, and a row of all of them.

    Parameters
    ----------
    items
        Work orders of type locate: state, method, found, flow_m3h and offset_m.

    Returns
    -------
    pandas.DataFrame
        method; searches that are done and say whether something was found; found among them; hit_rate (0-1,
        NaN without searches); flow_m3h that was won; offset_m, the mean distance from the mark (NaN unknown);
        open orders.
    """
    known = items[items["state"] != "cancelled"]
    is_done = ((known["state"] == "done") & known["found"].isin(["yes", "no"])).to_numpy()
    is_open = (~known["state"].isin(["done"])).to_numpy()
    is_leak = is_done & (known["found"] == "yes").to_numpy()
    flow = np.where(is_leak, np.nan_to_num(known["flow_m3h"].to_numpy(dtype=float)), 0.0)
    offset = np.where(is_leak, known["offset_m"].to_numpy(dtype=float), np.nan)
    method = known["method"].astype(object).where(known["method"].notna(), None).to_numpy()

    def row(name: str | None, of_method: Array) -> dict[str, object]:
        searches, hits = int(is_done[of_method].sum()), int(is_leak[of_method].sum())
        offsets = offset[of_method][np.isfinite(offset[of_method])]
        return {
            "method": name,
            "searches": searches,
            "found": hits,
            "hit_rate": hits / searches if searches else float("nan"),
            "flow_m3h": float(flow[of_method].sum()),
            "offset_m": float(offsets.mean()) if len(offsets) else float("nan"),
            "open": int(is_open[of_method].sum()),
        }

    names = sorted({str(name) for name in method if name is not None})
    rows = [row(name, method == name) for name in names]
    unnamed = np.array([name is None for name in method], dtype=bool)
    if unnamed.any():
        rows.append(row(None, unnamed))
    rows.sort(key=lambda line: -int(str(line["searches"])))
    rows.append(row(ALL_METHODS, np.ones(len(known), dtype=bool)))
    ledger: pd.DataFrame = pd.DataFrame(rows, columns=list(LEDGER_COLUMNS))
    return ledger
