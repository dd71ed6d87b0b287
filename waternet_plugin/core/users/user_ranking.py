"""Users by what they took: ranks and shares, quota and plan, then the ones that are wanted."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.leakage.balance.standard_rates import DAYS_A_YEAR
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.users.customer_volumes import Consumption

CUSTOMER, COMPOUND = "customer", "compound"
YES, NO = "yes", "no"
USER_COLUMNS = (
    "customer_id", "compound_id", "trade", "level", "meter_id", "quota_m3_y", "plan_m3_y",
    "balance_tested_on", "reuse_m3_y",
)  # fmt: skip
RANKED_COLUMNS = (
    "customer_id", "compound_id", "rank", "trade", "m3", "share", "quota_use", "over_plan_m3", "sub_metered",
    "coverage", "test_due_on", "reuse_share",
)  # fmt: skip


@dataclass(frozen=True)
class RankChoice:
    """Which of the ranked users are wanted; filters in this order, then the sample.

    Parameters
    ----------
    from_m3, to_m3
        Band of volumes of the period, both included, m3.
    sub_metered
        ``yes``, ``no``, '' for both.
    top
        So many of those that are left, the largest.
    sample, sample_share
        Of those that are left so many by chance, or this share (0-1) of them if that is more.
    seed
        Seed of the chance.
    """

    from_m3: Optional[float] = None
    to_m3: Optional[float] = None
    sub_metered: str = ""
    top: Optional[int] = None
    sample: Optional[int] = None
    sample_share: Optional[float] = None
    seed: int = 0


def _known(values: pd.Series) -> Array:
    return np.asarray(values.to_numpy(dtype=float))


def _sums(values: Array, group: Array, count: int, *, all_known: bool) -> Array:
    """Return sums of known values; unknown without any, where ``all_known`` also with an unknown one."""
    known = np.isfinite(values)
    many = np.bincount(group[known], minlength=count)
    total = np.bincount(group[known], values[known], minlength=count)
    size = np.bincount(group, minlength=count)
    return np.asarray(np.where((many == size) if all_known else (many > 0), total, np.nan))


def of_compounds(users: pd.DataFrame, taken: Consumption) -> tuple[pd.DataFrame, Consumption]:
    """Return the compounds of users as users, with the sums of their customers.

    Quota and plan are known where all of its customers have one, reclaimed water where one has some; it is
    sub-metered where the meter of one customer is; the first test of a customer that is due counts; coverage
    is the mean of its customers.

    Parameters
    ----------
    users
        USER_COLUMNS and ``sub_metered``.
    taken
        What they took.
    """
    has = (users["compound_id"].notna() & (users["compound_id"] != "")).to_numpy()
    some = users[has].reset_index(drop=True)
    group, names = pd.factorize(some["compound_id"], sort=True)
    count = len(names)
    is_sub = np.bincount(group, (some["sub_metered"] == YES).to_numpy(), minlength=count) > 0
    tested = pd.to_datetime(some["balance_tested_on"]).groupby(group).min().reindex(range(count))
    frame = pd.DataFrame(
        {
            "customer_id": pd.Series([None] * count, dtype=object),
            "compound_id": pd.Series(names, dtype=object),
            "trade": pd.Series([None] * count, dtype=object),
            "sub_metered": pd.Series(np.where(is_sub, YES, NO), dtype=object),
            "quota_m3_y": _sums(_known(some["quota_m3_y"]), group, count, all_known=True),
            "plan_m3_y": _sums(_known(some["plan_m3_y"]), group, count, all_known=True),
            "reuse_m3_y": _sums(_known(some["reuse_m3_y"]), group, count, all_known=False),
            "balance_tested_on": tested.to_numpy(),
        }
    )
    size = np.maximum(np.bincount(group, minlength=count), 1)
    coverage = np.bincount(group, taken.coverage[has], minlength=count) / size
    is_read = np.bincount(group, taken.is_read[has], minlength=count) > 0
    return frame, Consumption(_sums(taken.m3[has], group, count, all_known=False), coverage, is_read)


def ranked(
    users: pd.DataFrame, taken: Consumption, by: str, period: Period, settings: Settings
) -> pd.DataFrame:
    """Return users by what they took, the largest first, ties by id, unknown last.

    Parameters
    ----------
    users
        USER_COLUMNS and ``sub_metered`` of the users of one trade and level.
    taken
        What they took in the period.
    by
        CUSTOMER or COMPOUND.
    period
        Quota, plan and reclaimed water of a year count by its days of 365.
    settings
        Days from one water balance test to the next.

    Returns
    -------
    pandas.DataFrame
        RANKED_COLUMNS: m3 in the period; share of all of them (0-1); quota_use (1 = the quota); over_plan_m3;
        reuse_share of reclaimed water by m3. Unknown is NaN, None, NaT.
    """
    if by == COMPOUND:
        users, taken = of_compounds(users, taken)
    part = period.days / DAYS_A_YEAR
    m3, total = taken.m3, float(np.nansum(taken.m3))
    quota, plan, reuse = (_known(users[name]) for name in ("quota_m3_y", "plan_m3_y", "reuse_m3_y"))
    tested = pd.to_datetime(users["balance_tested_on"])
    with np.errstate(divide="ignore", invalid="ignore"):
        frame = pd.DataFrame(
            {
                "customer_id": pd.Series(users["customer_id"].to_numpy(dtype=object), dtype=object),
                "compound_id": pd.Series(users["compound_id"].to_numpy(dtype=object), dtype=object),
                "trade": pd.Series(users["trade"].to_numpy(dtype=object), dtype=object),
                "m3": m3,
                "share": m3 / total if total != 0 else np.full(len(m3), np.nan),
                "quota_use": np.where(quota > 0, m3 / (quota * part), np.nan),
                "over_plan_m3": np.maximum(0.0, m3 - plan * part),
                "sub_metered": pd.Series(users["sub_metered"].to_numpy(dtype=object), dtype=object),
                "coverage": taken.coverage,
                "test_due_on": (tested + pd.Timedelta(days=settings.integer("users.test_days"))).to_numpy(),
                "reuse_share": np.where(m3 != 0, reuse * part / m3, np.nan),
            }
        )
    key = "customer_id" if by == CUSTOMER else "compound_id"
    order = (
        frame.assign(down=-frame["m3"]).sort_values(["down", key], na_position="last", kind="stable").index
    )
    frame = frame.loc[order].reset_index(drop=True)
    frame.insert(2, "rank", np.arange(1, len(frame) + 1))
    result: pd.DataFrame = frame[list(RANKED_COLUMNS)]
    return result


def sample_size(count: int, sample: Optional[int], share: Optional[float]) -> int:
    """Return how many of some users a sample has: the larger of both, at most all of them."""
    # A tenth of thirty is three, though not in binary numbers.
    wanted = max(sample or 0, math.ceil(round((share or 0.0) * count, 9)))
    return min(wanted, count)


def chosen(rows: pd.DataFrame, choice: RankChoice) -> pd.DataFrame:
    """Return the ranked rows that are wanted, in their order: by band, sub-meters, top, then by chance.

    Parameters
    ----------
    rows
        As `ranked`.
    """
    m3 = rows["m3"].to_numpy(dtype=float)
    keep = np.ones(len(rows), dtype=bool)
    with np.errstate(invalid="ignore"):
        if choice.from_m3 is not None:
            keep &= m3 >= choice.from_m3
        if choice.to_m3 is not None:
            keep &= m3 <= choice.to_m3
    if choice.sub_metered:
        keep &= (rows["sub_metered"] == choice.sub_metered).to_numpy()
    left = np.flatnonzero(keep)
    if choice.top is not None:
        left = left[: choice.top]
    if choice.sample is not None or choice.sample_share is not None:
        size = sample_size(len(left), choice.sample, choice.sample_share)
        chance = np.random.default_rng(choice.seed)
        left = np.sort(chance.choice(left, size=size, replace=False)) if len(left) else left
    result: pd.DataFrame = rows.iloc[left].reset_index(drop=True)
    return result
