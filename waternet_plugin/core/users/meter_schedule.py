"""When customer meters are due for verification or replacement, what that costs, and how many are smart."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.drainage.compounds.tanks.tank_codes import DUE, LATER, OVERDUE, UNKNOWN
from waternet_plugin.core.frames import PlainFrames
from waternet_plugin.core.schema.settings import Settings, defaults
from waternet_plugin.core.schema.use import in_use
from waternet_plugin.core.users.meter_lives import MIDDLE_DN_MM, SMALL_DN_MM, meter_lives

VERIFIED, INSTALLED = "verified", "installed"
METER_COLUMNS = (
    "node_id", "kind", "status", "compound_id", "dma_id", "diameter_mm", "install_year", "meter_type",
    "verified_meter_on", "meter_state",
)  # fmt: skip
_COST = "users.meter_cost."
_NO_DAY = np.datetime64("NaT", "D")


@dataclass(frozen=True)
class MeterSchedule(PlainFrames):
    """Meters in use with the days on which they are due.

    Parameters
    ----------
    frame
        node_id, customer_id (ids with semicolons), compound_id, diameter_mm, meter_type, verified_meter_on,
        due_on, basis (verified, installed, unknown), state (overdue, due, later, unknown), cost (money),
        is_smart, dma_id; by day, then id, unknown days last.
    as_of
        The day on which they are judged.
    left_out
        Meters out of use, in stock, stopped or scrapped.
    """

    frame: pd.DataFrame
    as_of: datetime.date
    left_out: int

    @property
    def is_due(self) -> Array:
        """Which meters are overdue or due (M,)."""
        return np.asarray(self.frame["state"].isin((OVERDUE, DUE)).to_numpy())

    @property
    def cost_due(self) -> float:
        """What the meters cost that are overdue or due, as far as their diameter is known."""
        return float(self.frame["cost"].to_numpy(dtype=float)[self.is_due].sum())

    @property
    def smart_share(self) -> float:
        """The share of smart meters, 0-1; NaN without meters."""
        return float(self.frame["is_smart"].mean()) if len(self.frame) else float("nan")

    def smart_by(self, groups: pd.Series) -> list[dict[str, Any]]:
        """Return meters, smart ones and their share by group, in the order of names; no group is left out.

        Parameters
        ----------
        groups
            Name of the group of each meter, None for none (M,).
        """
        smart = self.frame["is_smart"].groupby(groups.to_numpy(dtype=object)).agg(["size", "sum"])
        return [
            {"id": str(name), "meters": int(size), "smart": int(many), "share": float(many) / float(size)}
            for name, size, many in zip(smart.index, smart["size"], smart["sum"])
        ]


def life_days(diameter_mm: Array, settings: Settings) -> Array:
    """Return how many days a meter may be used after its verification (M,); NaN for an unknown diameter."""
    lives = meter_lives(settings)
    with np.errstate(invalid="ignore"):
        above = np.where(diameter_mm <= MIDDLE_DN_MM, lives.middle_d, lives.large_d)
        days = np.where(diameter_mm <= SMALL_DN_MM, lives.small_d, above)
    return np.asarray(np.where(np.isfinite(diameter_mm), days, np.nan))


def replacement_cost(diameter_mm: Array, settings: Settings) -> Array:
    """Return what a new meter costs (M,), money: that of the next listed diameter; NaN for an unknown one.

    Meters above the largest listed diameter cost what that one does.
    """
    points = sorted(
        (float(key[len(_COST) :]), settings.real(key)) for key in defaults() if key.startswith(_COST)
    )
    size, money = (np.array(values) for values in zip(*points))
    at = np.minimum(np.searchsorted(size, diameter_mm, side="left"), len(size) - 1)
    return np.asarray(np.where(np.isfinite(diameter_mm), money[at], np.nan))


def _objects(values: pd.Series) -> pd.Series:
    """Return values as objects, numbered from 0: None stays None."""
    found: pd.Series = pd.Series(values.to_numpy(dtype=object), dtype=object)
    return found


def _days(values: pd.Series) -> Array:
    """Return dates as days, NaT for none."""
    return np.asarray(pd.to_datetime(values).to_numpy().astype("datetime64[D]"))


def meters_in_use(nodes: pd.DataFrame) -> Array:
    """Return which nodes are customer meters in use: in their place, not in stock, stopped or scrapped."""
    installed = nodes["meter_state"].isna() | nodes["meter_state"].isin(("installed", ""))
    return np.asarray(((nodes["kind"] == "meter") & nodes["status"].isin(in_use()) & installed).to_numpy())


def schedule_meters(
    nodes: pd.DataFrame, customers: pd.DataFrame, settings: Settings, as_of: datetime.date
) -> MeterSchedule:
    """Return when the meters in use are due.

    A meter is due its life after its verification, else after 1 July of the year it was installed; without
    either or without a diameter nobody knows.

    Parameters
    ----------
    nodes
        Nodes of the kind meter with METER_COLUMNS.
    customers
        customer_id and meter_id.
    settings
        Lives, costs, smart types and how many days ahead are due.
    as_of
        The day on which they are judged.
    """
    used = meters_in_use(nodes)
    meters = nodes[used].reset_index(drop=True)
    diameter = meters["diameter_mm"].to_numpy(dtype=float)
    diameter = np.where(diameter > 0, diameter, np.nan)
    verified = _days(meters["verified_meter_on"])
    year = meters["install_year"].to_numpy(dtype=float)
    known_year = np.isfinite(year)
    # The year counts from its middle.
    installed = np.where(
        known_year,
        (np.where(known_year, year, 1970) - 1970)
        .astype("timedelta64[Y]")
        .astype("timedelta64[M]")
        .astype(int),
        0,
    )
    july = (np.datetime64("1970-07", "M") + installed.astype("timedelta64[M]")).astype("datetime64[D]")
    life = life_days(diameter, settings)
    has_life = np.isfinite(life)
    of_verified, of_year = has_life & ~np.isnat(verified), has_life & known_year
    begin = np.where(of_verified, verified, np.where(of_year, july, _NO_DAY))
    due_on = begin + np.where(has_life, life, 0).astype("timedelta64[D]")
    basis = np.where(of_verified, VERIFIED, np.where(of_year, INSTALLED, UNKNOWN))
    ahead = (due_on - np.datetime64(as_of, "D")).astype("timedelta64[D]").astype(float)
    ahead[np.isnat(due_on)] = np.nan
    soon = settings.real("users.due_soon_d")
    with np.errstate(invalid="ignore"):
        state = np.where(ahead < 0, OVERDUE, np.where(ahead <= soon, DUE, LATER))
    state = np.where(np.isnan(ahead), UNKNOWN, state)
    frame = pd.DataFrame(
        {
            "node_id": _objects(meters["node_id"]),
            "customer_id": customers_of(meters["node_id"], customers),
            "compound_id": _objects(meters["compound_id"]),
            "diameter_mm": diameter,
            "meter_type": _objects(meters["meter_type"]),
            "verified_meter_on": verified.astype("datetime64[ns]"),
            "due_on": due_on.astype("datetime64[ns]"),
            "basis": pd.Series(basis, dtype=object),
            "state": pd.Series(state, dtype=object),
            "cost": replacement_cost(diameter, settings),
            "is_smart": meters["meter_type"].isin(settings.words("users.smart_types")).to_numpy(),
            "dma_id": _objects(meters["dma_id"]),
        }
    )
    order = frame.sort_values(["due_on", "node_id"], na_position="last", kind="stable").index
    return MeterSchedule(frame.loc[order].reset_index(drop=True), as_of, int((~used).sum()))


def customers_of(meters: pd.Series, customers: pd.DataFrame) -> pd.Series:
    """Return the customers of each meter, ids with semicolons in their order, None for none (M,)."""
    named = customers[customers["meter_id"].notna() & (customers["meter_id"] != "")]
    named = named[named["meter_id"].isin(meters.to_numpy())].sort_values("customer_id", kind="stable")
    single = ~named["meter_id"].duplicated(keep=False)
    named_by = dict(zip(named.loc[single, "meter_id"], named.loc[single, "customer_id"]))
    # Few meters have several customers.
    for meter, ids in named[~single].groupby("meter_id")["customer_id"]:
        named_by[meter] = ";".join(ids)
    return pd.Series([named_by.get(name) for name in meters], dtype=object)
