"""Users who were has_notice to mend something: when they got notice, and when it was done."""

from __future__ import annotations

import numpy as np
import pandas as pd

from waternet_plugin.core.id_lookup import rows_of_ids

ITEM_COLUMNS = ("item_id", "type", "source", "state", "opened_on", "closed_on", "asset")
NOTICE_COLUMNS = ("notice_on", "notice_state", "done_on")
# A notice is a work item of these, at the user.
SERVICE, FINDING = "service", "finding"
DONE, CANCELLED = "done", "cancelled"


def with_notices(rows: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Return users with their last notice that was not cancelled.

    Parameters
    ----------
    rows
        customer_id, None where a row is not a user.
    items
        ITEM_COLUMNS of work items.

    Returns
    -------
    pandas.DataFrame
        The rows with NOTICE_COLUMNS: day of the notice, state of its work item, day it was done (NaT, None
        for none).
    """
    meant = (items["type"] == SERVICE) & (items["source"] == FINDING) & (items["state"] != CANCELLED)
    last = items[meant].sort_values(["opened_on", "item_id"], na_position="first", kind="stable")
    last = last.drop_duplicates("asset", keep="last")
    at = rows_of_ids(last["asset"], rows["customer_id"])
    opened, closed, state = (
        last[name].reset_index(drop=True).reindex(at) for name in ("opened_on", "closed_on", "state")
    )
    is_done = (state == DONE).to_numpy()
    result: pd.DataFrame = rows.assign(
        notice_on=pd.to_datetime(opened).to_numpy(),
        notice_state=pd.Series(
            [code if isinstance(code, str) else None for code in state], dtype=object, index=rows.index
        ),
        done_on=np.where(is_done, pd.to_datetime(closed).to_numpy(), np.datetime64("NaT", "ns")),
    )
    return result


def done_share(rows: pd.DataFrame) -> tuple[int, float]:
    """Return how many users got notice, and the share of those that is done (0-1, NaN without any)."""
    has_notice = rows["notice_state"].notna()
    many = int(has_notice.sum())
    return many, float((rows["notice_state"] == DONE).sum()) / many if many else float("nan")
