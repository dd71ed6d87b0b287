"""Net inflow of zones: the readings of their boundary meters, each with its sense."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.readings.meter_series import MeterSeries
from waternet_plugin.core.units import HOUR_S

_COARSEST_S, _FINEST_S = HOUR_S, 60


@dataclass(frozen=True)
class ZoneMeter:
    """A boundary meter of a zone; ``sense`` is 1 where a positive reading flows in, -1 where it flows out."""

    node_id: str
    sense: int


def zone_meters(
    node_id: Array, meter_in: Array, meter_out: Array, ancestors: Array
) -> tuple[tuple[ZoneMeter, ...], ...]:
    """Return the boundary meters of each zone: those with exactly one side in it or in what it holds.

    Parameters
    ----------
    node_id
        Ids of the meters, objects (M,).
    meter_in, meter_out
        Numbers of the zones at their sides, negative for none (M,).
    ancestors
        Which zones hold which, as `ZoneTree.ancestors` (Z, Z).
    """
    found: list[tuple[ZoneMeter, ...]] = []
    for holds in ancestors:
        inside = np.append(holds, False)
        flows_in, flows_out = inside[np.maximum(meter_in, -1)], inside[np.maximum(meter_out, -1)]
        rows = np.flatnonzero(flows_in != flows_out).tolist()
        mine = (ZoneMeter(str(node_id[row]), 1 if flows_in[row] else -1) for row in rows)
        found.append(tuple(sorted(mine, key=lambda one: one.node_id)))
    return tuple(found)


@dataclass(frozen=True)
class ZoneInflow:
    """Net inflow of a zone over time, as running integrals at the edges of ``C`` equal cells.

    Parameters
    ----------
    first_s, step_s
        The first edge, seconds since 1970 in UTC, and the width of a cell in seconds.
    volume_m3
        Net inflow since the first edge while all meters have values (C + 1,).
    covered_s
        Time since the first edge in which all meters have values, seconds (C + 1,).
    """

    first_s: float
    step_s: float
    volume_m3: Array
    covered_s: Array

    @property
    def last_s(self) -> float:
        """The last edge."""
        return self.first_s + self.step_s * (len(self.volume_m3) - 1)

    def mean(self, start_s: Array, end_s: Array) -> tuple[Array, Array]:
        """Return time-weighted means (m3/h) and the covered share (0-1) of spans (S,)."""
        at = (start_s - self.first_s) / self.step_s, (end_s - self.first_s) / self.step_s
        volume = _at_edges(at[1], self.volume_m3) - _at_edges(at[0], self.volume_m3)
        covered = _at_edges(at[1], self.covered_s) - _at_edges(at[0], self.covered_s)
        some = covered > 0
        mean = np.full(len(start_s), np.nan)
        mean[some] = volume[some] / covered[some] * HOUR_S
        return mean, covered / (end_s - start_s)

    def lowest_hour(self, start_s: Array, end_s: Array, coverage: float) -> tuple[Array, Array]:
        """Return the least mean of a moving hour within spans (S,), m3/h, and when that hour begins, seconds.

        NaN where no hour has the given coverage.
        """
        lowest, begins = np.full(len(start_s), np.nan), np.full(len(start_s), np.nan)
        cells = max(round(HOUR_S / self.step_s), 1)
        if len(self.volume_m3) <= cells:
            return lowest, begins
        hours = len(self.volume_m3) - cells
        first = np.clip(np.ceil((start_s - self.first_s) / self.step_s - 1e-6), 0, hours).astype(np.int64)
        last = np.floor((end_s - self.first_s) / self.step_s + 1e-6).astype(np.int64) - cells + 1
        last = np.clip(last, 0, hours)
        span = np.flatnonzero(last > first)
        if not len(span):
            return lowest, begins
        size = (last - first)[span, None]
        step = np.arange(int(size.max()))
        hour = np.minimum(first[span, None] + step, hours - 1)
        covered = self.covered_s[hour + cells] - self.covered_s[hour]
        enough = (covered >= coverage * cells * self.step_s) & (step < size)
        volume = self.volume_m3[hour + cells] - self.volume_m3[hour]
        part = np.where(enough, volume / np.where(enough, covered, 1.0) * HOUR_S, np.inf)
        at = part.argmin(axis=1)
        least = part[np.arange(len(span)), at]
        known = np.isfinite(least)
        lowest[span[known]] = least[known]
        begins[span[known]] = self.first_s + (first[span] + at)[known] * self.step_s
        return lowest, begins


def net_inflow(meters: Sequence[ZoneMeter], series: Mapping[str, MeterSeries]) -> ZoneInflow | None:
    """Return the net inflow of a zone; None where one of its meters has no reading at all.

    Net inflow is the sum over all meters at the same time, so its minimum is never a sum of minima.

    Parameters
    ----------
    meters
        The meters of the zone.
    series
        Series by meter; those without values are left out.
    """
    there = [
        series[one.node_id] for one in meters if one.node_id in series and len(series[one.node_id].start_s)
    ]
    if not meters or len(there) < len(meters):
        return None
    finest = min((one.step_s for one in there if one.step_s > 0), default=_COARSEST_S)
    step = float(min(max(finest, _FINEST_S), _COARSEST_S))
    # Cells begin at full hours of UTC where the step divides the hour.
    first = np.floor(min(one.start_s[0] for one in there) / HOUR_S) * HOUR_S
    last = max(one.end_s[-1] for one in there)
    cells = max(int(np.ceil((last - first) / step - 1e-9)), 1)
    total, complete = np.zeros(cells), np.full(cells, step)
    for one, values in zip(meters, there):
        volume, covered = _in_cells(values, float(first), step, cells)
        total += one.sense * volume
        np.minimum(complete, covered, out=complete)
    # Where one meter has no value the sum means nothing.
    part = complete < step * (1.0 - 1e-9)
    total[part] = 0.0
    complete[part] = 0.0
    return ZoneInflow(
        float(first), step, np.append(0.0, np.cumsum(total)), np.append(0.0, np.cumsum(complete))
    )


def _at_edges(at: Array, values: Array) -> Array:
    """Return a running integral at numbers of edges and between them, its ends beyond them (S,)."""
    last = len(values) - 1
    at = np.clip(at, 0.0, last)
    edge = at.astype(np.int64)
    return np.asarray((values[np.minimum(edge + 1, last)] - values[edge]) * (at - edge) + values[edge])


def _in_cells(series: MeterSeries, first_s: float, step_s: float, cells: int) -> tuple[Array, Array]:
    """Return volumes (m3) and covered time (seconds) of a series in equal cells."""
    place = (series.start_s - first_s) / step_s
    cell = place.astype(np.int64)
    if (place == cell).all() and (series.end_s - series.start_s == step_s).all():
        volume, covered = np.zeros(cells), np.zeros(cells)
        volume[cell] = series.flow_m3h * (step_s / HOUR_S)
        covered[cell] = step_s
        return volume, covered
    held = series.end_s - series.start_s
    edges = np.empty(2 * len(held))
    edges[0::2], edges[1::2] = series.start_s, series.end_s
    running_volume, running_time = np.zeros(len(edges)), np.zeros(len(edges))
    running_volume[1::2] = np.cumsum(series.flow_m3h * held / HOUR_S)
    running_volume[2::2] = running_volume[1:-1:2]
    running_time[1::2] = np.cumsum(held)
    running_time[2::2] = running_time[1:-1:2]
    at = first_s + step_s * np.arange(cells + 1)
    return np.diff(np.interp(at, edges, running_volume)), np.diff(np.interp(at, edges, running_time))
