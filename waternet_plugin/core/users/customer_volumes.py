"""What each customer took in a period: by volumes written down, else by the readings of its meter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Optional

import numpy as np
import pandas as pd

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.leakage.balance.periods import Period, covered_days, share_of_days

# A customer's consumption; the loss of a compound is what its bulk meters tell beyond it.
CONSUMED = ("billed_metered", "billed_unmetered", "unbilled_metered")
VOLUME_COLUMNS = ("customer_id", "node_id", "from_date", "to_date", "component", "volume_m3")


@dataclass(frozen=True)
class DatedVolumes:
    """Volumes of some ids with their days, ``R`` rows.

    Parameters
    ----------
    owner
        Position of the id that each row names (R,).
    first_day, last_day
        Days since 1970, both included (R,).
    volume_m3
        Volumes; negative ones correct others (R,).
    left_out
        Rows whose dates are missing or the wrong way round, or whose volume is not a number.
    """

    owner: Array
    first_day: Array
    last_day: Array
    volume_m3: Array
    left_out: int = 0

    def in_period(self, period: Period, count: int) -> tuple[Array, Array]:
        """Return what each id took in a period (N,), m3, and the share of its days with a volume (N,), 0-1.

        A row counts by the share of its days, both ends included; NaN without any row in the period.
        """
        inside = (self.last_day >= period.first_day) & (self.first_day <= period.last_day)
        owner, first, last = self.owner[inside], self.first_day[inside], self.last_day[inside]
        part = self.volume_m3[inside] * share_of_days(first, last, period)
        covered = covered_days(owner, first, last, period, count) / period.days
        volume = np.bincount(owner, part, minlength=count)
        return np.where(covered > 0, volume, np.nan), covered

    def negative(self, period: Period) -> Array:
        """Return the positions of ids with a negative volume in a period, sorted."""
        inside = (self.last_day >= period.first_day) & (self.first_day <= period.last_day)
        return np.asarray(np.unique(self.owner[inside & (self.volume_m3 < 0)]))

    def overlapping(self, period: Period) -> Array:
        """Return the positions of ids with a volume that begins before an earlier one ends, sorted.

        A day in common is usual: the day of a reading ends one bill and begins the next.
        """
        rows = np.flatnonzero((self.last_day >= period.first_day) & (self.first_day <= period.last_day))
        owner, first, last = self.owner[rows], self.first_day[rows], self.last_day[rows]
        # Days are few beside the distance of two ids on one axis.
        apart = np.int64(10_000_000)
        begins = owner * apart + first
        # Rows mostly come by their owner and their days; millions are not sorted for nothing then.
        if (begins[1:] <= begins[:-1]).any():
            order = np.lexsort((last, first, owner))
            owner, first, last = owner[order], first[order], last[order]
        ends = np.maximum.accumulate(owner * apart + last) if len(owner) else owner
        over = (owner[1:] == owner[:-1]) & (ends[:-1] > owner[1:] * apart + first[1:])
        return np.asarray(np.unique(owner[1:][over]))

    def span(self) -> tuple[int, int]:
        """Return the first and the last day of all, days since 1970; the rows must not be none."""
        return int(self.first_day.min()), int(self.last_day.max())


def dated_volumes(
    volumes: pd.DataFrame, column: str, ids: Array, among: Optional[Array] = None
) -> DatedVolumes:
    """Return the usable volumes of some ids.

    Parameters
    ----------
    volumes
        Rows of the table ``volume`` with VOLUME_COLUMNS, of the components that count.
    column
        The column with the id: customer_id or node_id.
    ids
        Ids that count, objects (N,); rows of others are dropped.
    among
        Which rows count, None for all.
    """
    rows = slice(None) if among is None else np.flatnonzero(among)
    at = rows_of_ids(ids, volumes[column].to_numpy()[rows])
    first, last = (
        volumes[name].to_numpy()[rows].astype("datetime64[D]") for name in ("from_date", "to_date")
    )
    value = volumes["volume_m3"].to_numpy(dtype=float)[rows]
    good = (at >= 0) & ~np.isnat(first) & ~np.isnat(last) & (last >= first) & np.isfinite(value)
    left_out = int(np.count_nonzero((at >= 0) & ~good))
    if not good.all():
        at, first, last, value = at[good], first[good], last[good], value[good]
    return DatedVolumes(at.astype(np.int64), first.astype(np.int64), last.astype(np.int64), value, left_out)


@dataclass(frozen=True)
class Consumption:
    """What customers took in a period.

    Parameters
    ----------
    m3
        By customer (U,), NaN unknown.
    coverage
        Share of the days with a volume or reading (U,), 0-1.
    is_read
        Where readings of the meter are used (U,).
    """

    m3: Array
    coverage: Array
    is_read: Array


def consumption(
    written: tuple[Array, Array], meter: Array, read: Mapping[str, tuple[float, float]]
) -> Consumption:
    """Return what each customer took in a period: its volumes, where it has none the readings of its meter.

    What a meter of several such customers measured is divided among them evenly.

    Parameters
    ----------
    written
        Volumes of the customers, as `DatedVolumes.in_period`.
    meter
        Meter of each customer, None for none, objects (U,).
    read
        Volume (m3, NaN unknown) and covered share of the period (0-1) by meter.
    """
    m3, coverage = (values.copy() for values in written)
    names = pd.Series(meter, dtype=object)
    wanted = np.isnan(m3) & names.isin(list(read)).to_numpy()
    rows = np.flatnonzero(wanted)
    sharing = names[rows].map(names[rows].value_counts()).to_numpy(dtype=float)
    m3[rows] = [read[str(name)][0] for name in meter[rows]] / sharing
    coverage[rows] = [read[str(name)][1] for name in meter[rows]]
    return Consumption(m3, coverage, wanted)


def unmeasured_meters(m3: Array, meter: Array) -> list[str]:
    """Return the meters of customers without volumes (U,), m3, sorted: their readings are wanted."""
    names = pd.Series(meter, dtype=object)[np.isnan(m3)]
    return sorted({str(name) for name in names if name is not None and name == name and name != ""})
