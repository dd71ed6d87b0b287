"""Bulk meters of compounds against the meters of the customers inside."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from waternet_plugin.core.leakage.balance.periods import Period, covered_days
from waternet_plugin.core.leakage.balance.volume_rows import CUSTOMER, METER, METERED, VolumeRows

_SUB_METERS = ("billed_metered", "unbilled_metered")


def compound_rows(
    rows: VolumeRows,
    period: Period,
    compound_of_node: Mapping[str, str],
    compound_of_customer: Mapping[str, str],
    *,
    limit: float,
    enough: float,
) -> pd.DataFrame:
    """Return the difference between bulk meters and sub-meters of each compound with a bulk meter.

    The bulk meters of a compound are the nodes in it that have volumes of the component ``metered``.

    Parameters
    ----------
    rows
        Volumes.
    compound_of_node, compound_of_customer
        Compound by id.
    limit
        Share of the bulk volume above which the compound is over the limit.
    enough
        Share of the days from which the bulk meters stand for the period.

    Returns
    -------
    pandas.DataFrame
        compound_id, bulk_m3, sub_meters_m3, loss_m3, loss_rate (0-1), over_limit (yes, no, unknown), meters,
        customers, coverage (0-1), bills_coverage (0-1); highest rate first.
    """
    bulk = rows.taken(np.flatnonzero(rows.chosen((METERED,)) & (rows.of == METER)))
    sub = rows.taken(np.flatnonzero(rows.chosen(_SUB_METERS) & (rows.of == CUSTOMER)))
    parts = {}
    for name, some, ids, place_of in (
        ("bulk", bulk, bulk.node_id, compound_of_node),
        ("sub", sub, sub.customer_id, compound_of_customer),
    ):
        number, names = pd.factorize(pd.Series(ids, dtype=object))
        covered = covered_days(number.astype(np.int64), some.first_day, some.last_day, period, len(names))
        volume = np.bincount(number, some.within(period), minlength=len(names))
        where = pd.Series([place_of.get(str(heading)) for heading in names], dtype=object)
        frame = pd.DataFrame({"compound_id": where, "volume": volume, "covered": covered / period.days})
        parts[name] = frame[frame["compound_id"].notna()]
    meters = (
        parts["bulk"]
        .groupby("compound_id")
        .agg(bulk_m3=("volume", "sum"), meters=("volume", "size"), coverage=("covered", "min"))
    )
    customers = (
        parts["sub"]
        .groupby("compound_id")
        .agg(
            sub_meters_m3=("volume", "sum"), customers=("volume", "size"), bills_coverage=("covered", "mean")
        )
    )
    both = meters[meters["coverage"] > 0].join(customers, how="left")
    known = (both["coverage"] >= enough) & (both["bills_coverage"] >= enough) & (both["bulk_m3"] > 0)
    loss = (both["bulk_m3"] - both["sub_meters_m3"]).where(known)
    rate = loss / both["bulk_m3"].where(known)
    over = np.where(rate.notna(), np.where(rate > limit, "yes", "no"), "unknown")
    balance = both.assign(loss_m3=loss, loss_rate=rate, over_limit=pd.Series(over, both.index, dtype=object))
    balance = balance.reset_index().sort_values(
        ["loss_rate", "compound_id"], ascending=[False, True], na_position="last"
    )
    result: pd.DataFrame = balance[
        [
            "compound_id", "bulk_m3", "sub_meters_m3", "loss_m3", "loss_rate", "over_limit", "meters",
            "customers", "coverage", "bills_coverage",
        ]
    ].reset_index(drop=True)  # fmt: skip
    return result
