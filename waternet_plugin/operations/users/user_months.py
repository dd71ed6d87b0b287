"""What one user, or the users of a compound, took month by month, with plan, quota, meter and sub-meters."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from typing import Any, Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.leakage.balance.periods import Period
from waternet_plugin.core.leakage.balance.standard_rates import DAYS_A_YEAR
from waternet_plugin.core.months import Month, month_of
from waternet_plugin.core.texts import tr
from waternet_plugin.core.users.customer_volumes import CONSUMED, dated_volumes
from waternet_plugin.core.users.user_ranking import COMPOUND, CUSTOMER
from waternet_plugin.operations.users.consumed_volumes import plain_ids, taken_in
from waternet_plugin.store.network import Network

MONTHS = 12
_COLUMNS = ["customer_id", "compound_id", "trade", "kind", "meter_id", "quota_m3_y", "plan_m3_y"]
_VOLUME = ["customer_id", "component", "from_date", "to_date", "volume_m3"]
_EPOCH = datetime.date(1970, 1, 1)


@dataclass(frozen=True)
class UserMonths:
    """Twelve months of a user or compound.

    Parameters
    ----------
    name
        Its id.
    months
        From the earliest to the latest.
    m3
        What was taken in each, m3; NaN where nothing tells it.
    plan_m3, quota_m3
        What plan and quota of a year grant each month by its days; empty where there is none.
    meters
        The meter, of a compound those of its users.
    sub_meters
        What is below these meters.
    trade, kind
        Codes; '' for none and for a compound.
    """

    name: str
    months: tuple[Month, ...]
    m3: tuple[float, ...]
    plan_m3: tuple[float, ...] = ()
    quota_m3: tuple[float, ...] = ()
    meters: tuple[str, ...] = ()
    sub_meters: tuple[str, ...] = ()
    trade: str = ""
    kind: str = ""

    @property
    def total_m3(self) -> float:
        """What was taken in all months of which it is known, m3; NaN where of none."""
        known = [value for value in self.m3 if math.isfinite(value)]
        return sum(known) if known else math.nan


def user_months(
    network: Network, name: str, by: str = CUSTOMER, last: Optional[datetime.date] = None
) -> UserMonths:
    """Return what a user or compound took in the twelve months up to a day; None: up to its last volume.

    Raises
    ------
    InputError
        Where there is no user of this id, or the compound has none.
    """
    column = "compound_id" if by == COMPOUND else "customer_id"
    users = network.read("customer", _COLUMNS, where={column: name}, geometry=False)
    if not len(users):
        raise InputError(tr("No user of this network belongs to {name}.").format(name=name))
    ids, meter = plain_ids(users, "customer_id"), plain_ids(users, "meter_id")
    volumes = network.read(
        "volume", _VOLUME, where={"customer_id": [str(one) for one in ids]}, geometry=False
    )
    rows = dated_volumes(volumes[volumes["component"].isin(CONSUMED)], "customer_id", ids)
    if last is None:
        last = _EPOCH + datetime.timedelta(days=rows.span()[1]) if len(rows.owner) else datetime.date.today()
    months = tuple(month_of(last).plus(place - MONTHS + 1) for place in range(MONTHS))
    settings = network.settings()
    m3 = []
    for month in months:
        part = taken_in(network, rows, ids, meter, Period(month.first, month.last), settings).taken.m3
        m3.append(float(np.nansum(part)) if np.isfinite(part).any() else math.nan)
    meters = tuple(sorted({str(one) for one in meter if one is not None}))
    below = pd.Series(dtype=object)
    if meters:
        wanted = {"kind": "meter", "meter_parent": list(meters)}
        below = network.read("node", ["node_id"], where=wanted, geometry=False)["node_id"]
    single = by == CUSTOMER
    return UserMonths(
        name,
        months,
        tuple(m3),
        _by_month(users["plan_m3_y"], months),
        _by_month(users["quota_m3_y"], months),
        meters,
        tuple(sorted(str(one) for one in below)),
        _text(users["trade"].iloc[0]) if single else "",
        _text(users["kind"].iloc[0]) if single else "",
    )


def _by_month(yearly: pd.Series, months: tuple[Month, ...]) -> tuple[float, ...]:
    """Return the sum of a year's amounts by the days of each month; none where one is not known."""
    if yearly.isna().any():
        return ()
    total = float(yearly.sum())
    return tuple(total * ((month.last - month.first).days + 1) / DAYS_A_YEAR for month in months)


def _text(value: Any) -> str:
    return "" if value is None or value != value else str(value)
