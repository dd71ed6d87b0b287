"""What boundary meters measured in a period: by volumes that were written down, else by readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.id_lookup import rows_of_ids
from waternet_plugin.core.leakage.balance.periods import Period, covered_days
from waternet_plugin.core.leakage.balance.volume_rows import METERED, ZONE, VolumeRows
from waternet_plugin.core.leakage.zone_inflow import ZoneInflow, ZoneMeter
from waternet_plugin.core.readings.local_clock import LocalClock
from waternet_plugin.core.units import DAY_MIN, HOUR_S


@dataclass(frozen=True)
class ZoneSupply:
    """Supply of zones in a period (Z,), m3; NaN where a meter tells nothing.

    Parameters
    ----------
    inflow_m3, outflow_m3
        By the meters that measure in and by those that measure out.
    coverage
        Share of the days that the worst of its meters covers, 0-1.
    is_read
        Where a meter's readings are used, not volumes.
    """

    inflow_m3: Array
    outflow_m3: Array
    coverage: Array
    is_read: Array

    @property
    def net_m3(self) -> Array:
        """Net inflow (Z,)."""
        return np.asarray(self.inflow_m3 - self.outflow_m3)


def read_volume(inflow: ZoneInflow, period: Period, clock: LocalClock) -> tuple[float, float]:
    """Return what readings tell of a period: m3, with gaps filled by the mean, and the covered share, 0-1.

    Parameters
    ----------
    inflow
        Readings of one meter, or of several together.
    clock
        The clocks by which days begin.
    """
    first = np.array([period.first], dtype="datetime64[D]")
    last = np.array([period.last], dtype="datetime64[D]")
    begin, end = clock.moments(first, 0), clock.moments(last, DAY_MIN, is_end=True)
    mean, covered = inflow.mean(begin, end)
    return float(mean[0] * (end[0] - begin[0]) / HOUR_S), float(covered[0])


@dataclass(frozen=True)
class MeterVolumes:
    """Boundary meters with what is known of them.

    Parameters
    ----------
    meters
        Boundary meters of each zone (Z,).
    rows
        Volumes of the component ``metered``.
    inflows
        Readings by meter, as flow with its own sense.
    clock
        The clocks by which days begin.
    enough
        Share of a period from which volumes or readings stand for all of it.
    """

    meters: Sequence[Sequence[ZoneMeter]]
    rows: VolumeRows
    inflows: Mapping[str, ZoneInflow]
    clock: LocalClock
    enough: float

    @property
    def names(self) -> list[str]:
        """Ids of all meters, sorted."""
        return sorted({name.node_id for some in self.meters for name in some})

    def of_rows(self, period: Period) -> tuple[Array, Array]:
        """Return volumes of the meters that were written down (M,), m3, and the share of days (M,)."""
        names = self.names
        at = rows_of_ids(names, self.rows.node_id)
        metered_rows = np.flatnonzero((at >= 0) & self.rows.chosen((METERED,)))
        rows, at = self.rows.taken(metered_rows), at[metered_rows].astype(np.int64)
        volume = np.bincount(at, rows.within(period), minlength=len(names))
        covered = covered_days(at, rows.first_day, rows.last_day, period, len(names)) / period.days
        return np.where(covered > 0, volume, np.nan), covered

    def silent(self, period: Period) -> list[str]:
        """Return the meters whose volumes do not cover a period, so that readings are wanted."""
        _volume, covered = self.of_rows(period)
        return [name for name, share in zip(self.names, covered) if share < self.enough]

    def _of_readings(self, period: Period) -> tuple[Array, Array]:
        """Return volumes of the meters by readings (M,), gaps filled by the mean, and the covered share."""
        names = self.names
        volume, share = np.full(len(names), np.nan), np.zeros(len(names))
        for number, name in enumerate(names):
            if name in self.inflows:
                volume[number], share[number] = read_volume(self.inflows[name], period, self.clock)
        return np.where(share >= self.enough, volume, np.nan), share

    def supply(self, period: Period) -> ZoneSupply:
        """Return the supply of every zone in a period."""
        written, covered = self.of_rows(period)
        read, read_share = self._of_readings(period)
        is_read = (covered < self.enough) & (read_share > covered)
        volume = np.where(is_read, read, written)
        share = np.where(is_read, read_share, covered)
        number = {name: at for at, name in enumerate(self.names)}
        inflow, outflow, coverage = (np.full(len(self.meters), np.nan) for _ in range(3))
        from_readings = np.zeros(len(self.meters), dtype=bool)
        for zone, meters in enumerate(self.meters):
            if meters:
                at = np.array([number[meter.node_id] for meter in meters])
                flows_in = np.array([meter.sense > 0 for meter in meters])
                inflow[zone], outflow[zone] = volume[at[flows_in]].sum(), volume[at[~flows_in]].sum()
                coverage[zone] = share[at].min()
                from_readings[zone] = is_read[at].any()
        return self._with_own_rows(ZoneSupply(inflow, outflow, coverage, from_readings), period)

    def _with_own_rows(self, supply: ZoneSupply, period: Period) -> ZoneSupply:
        """Return supply with the net volumes that name a zone and no meter, where meters tell nothing."""
        own_rows = np.flatnonzero(
            self.rows.chosen((METERED,)) & (self.rows.of == ZONE) & (self.rows.zone >= 0)
        )
        count = len(self.meters)
        rows = self.rows.taken(own_rows)
        covered = covered_days(rows.zone, rows.first_day, rows.last_day, period, count) / period.days
        volume = np.bincount(rows.zone, rows.within(period), minlength=count)
        wanted = (covered > 0) & ~np.isfinite(supply.net_m3)
        return ZoneSupply(
            np.where(wanted, volume, supply.inflow_m3),
            np.where(wanted, 0.0, supply.outflow_m3),
            np.where(wanted, covered, supply.coverage),
            supply.is_read & ~wanted,
        )
