"""Noise sensors: a loud one makes the pipes near it likely, a silent one unlikely."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy.sparse
from scipy.sparse.csgraph import dijkstra

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.leakage.narrowing.chance_factors import NO_FACT, Evidence, chance_of
from waternet_plugin.core.leakage.narrowing.zone_pipes import ZonePipes
from waternet_plugin.core.readings.impossible_values import without_sentinels
from waternet_plugin.core.readings.local_clock import LocalClock
from waternet_plugin.core.readings.recorded_series import seconds_of
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.units import DAY_S

NOISE = "noise_db"
# Beyond so many times its reach a sensor hears nothing.
_FARTHEST = 3.0
_PLASTICS = ("pe", "pvc", "ppr", "hdpe_corrugated", "grp")
_METALS = ("ductile_iron", "cast_iron", "steel", "galvanized_steel", "stainless_steel", "copper", "lead")


@dataclass(frozen=True)
class NoiseLevel:
    """What a sensor hears since the leak began.

    Parameters
    ----------
    sensor
        Id of its node.
    level_db
        Median of the lowest levels of the newest days: other noise comes and goes, a leak stays.
    before_db
        The same before the leak; NaN where too few days are known.
    """

    sensor: str
    level_db: float
    before_db: float

    def is_loud(self, settings: Settings) -> bool:
        """Return whether it hears a leak: by its rise where the level before is known, else by its level."""
        if np.isfinite(self.before_db):
            return bool(self.level_db - self.before_db >= settings.real("leakage.noise_rise_db"))
        return bool(self.level_db >= settings.real("leakage.noise_level_db"))


def possible_noise(readings: pd.DataFrame) -> Array:
    """Return which readings of sensors (node_id, value) may be true or are unknown, booleans (R,)."""
    value = readings["value"].to_numpy(dtype=float)
    possible = np.ones(len(value), dtype=bool)
    codes = pd.factorize(readings["node_id"])[0]
    for sensor in np.unique(codes).tolist():
        sensor_rows = np.flatnonzero((codes == sensor) & np.isfinite(value))
        possible[sensor_rows] = without_sentinels(value[sensor_rows])
    return possible


def noise_levels(
    readings: pd.DataFrame, clock: LocalClock, since_s: float, until_s: float, settings: Settings
) -> tuple[NoiseLevel, ...]:
    """Return what sensors hear, by their ids; what stands for no value is left out.

    Parameters
    ----------
    readings
        node_id, time and value (dB), in any order.
    clock
        The clocks of the network: levels go by days.
    since_s, until_s
        When the leak ran, seconds since 1970 in UTC; -inf where its begin is unknown.
    settings
        Nights that make a level, and those that a usual level takes at least.
    """
    nights = max(settings.integer("leakage.noise_nights"), 1)
    least_before = max(settings.integer("leakage.noise_nights_before"), 1)
    seconds = seconds_of(readings["time"])
    value = readings["value"].to_numpy(dtype=float)
    with np.errstate(invalid="ignore"):
        known = np.isfinite(seconds) & np.isfinite(value) & (seconds < until_s)
    known &= possible_noise(readings)
    # Days from noon to noon hold a whole night.
    at = pd.to_datetime((seconds[known] - DAY_S / 2).astype("int64").astype("datetime64[s]"), utc=True)
    frame = pd.DataFrame(
        {
            "sensor": readings["node_id"].to_numpy(dtype=object)[known],
            "day": at.tz_convert(clock.zone).normalize(),
            "is_after": seconds[known] >= since_s,
            "value": value[known],
        }
    )
    lowest = frame.groupby(["sensor", "is_after", "day"], sort=True)["value"].min().reset_index()
    noise = []
    for sensor, rows in lowest.groupby("sensor", sort=True):
        after = rows.loc[rows["is_after"], "value"].to_numpy()[-nights:]
        before = rows.loc[~rows["is_after"], "value"].to_numpy()
        if len(after):
            usual = float(np.median(before)) if len(before) >= least_before else float("nan")
            noise.append(NoiseLevel(str(sensor), float(np.median(after)), usual))
    return tuple(noise)


def noise_evidence(
    levels: Sequence[NoiseLevel], pipes: ZonePipes, material: Array, settings: Settings
) -> tuple[Evidence, ...]:
    """Return what sensors say of the pipes, one piece of evidence a sensor.

    Noise fades along the pipes: at the reach of a material a sensor hears half of the leaks.

    Parameters
    ----------
    levels
        What sensors hear; those that are not at the zone's pipes are left out.
    pipes
        The zone.
    material
        Material of each pipe, None unknown (P,).
    settings
        Reach by material, levels, and how surely a sensor hears a leak beside it or is loud without one.
    """
    vertex = pipes.vertices(np.array([heard.sensor for heard in levels], dtype=object))
    level_vertices = [(heard, int(at)) for heard, at in zip(levels, vertex) if at >= 0]
    if not level_vertices:
        return ()
    kind = pd.Series(material, dtype=object)
    reach = np.full(pipes.count, settings.real("leakage.noise_reach_other_m"))
    reach[kind.isin(_PLASTICS).to_numpy()] = settings.real("leakage.noise_reach_plastic_m")
    reach[kind.isin(_METALS).to_numpy()] = settings.real("leakage.noise_reach_metal_m")
    fading = pipes.length_m / reach
    sure, false = (chance_of(settings, f"leakage.noise_{what}") for what in ("heard", "false"))
    far = _distances(pipes, fading, np.array([at for _one, at in level_vertices]))
    evidence_list = []
    for (level, _at), row in zip(level_vertices, far):
        middle = np.minimum(row[pipes.start], row[pipes.end]) + fading / 2
        hears = np.where(middle <= _FARTHEST, sure * np.exp2(-(middle**2)), 0.0)
        loud = level.is_loud(settings)
        factor = hears + (1 - hears) * false if loud else (1 - hears) * (1 - false)
        near = hears > false
        evidence_list.append(Evidence(np.log(factor), (_fact(level, loud=loud),), np.where(near, 0, NO_FACT)))
    return tuple(evidence_list)


def _fact(level: NoiseLevel, *, loud: bool) -> dict[str, Any]:
    fact = {"sensor": level.sensor, "level": round(level.level_db, 1)}
    if not loud:
        return {"is": "noise_silent", **fact}
    if not np.isfinite(level.before_db):
        return {"is": "noise_level", **fact}
    return {"is": "noise_loud", **fact, "rise": round(level.level_db - level.before_db, 1)}


def _distances(pipes: ZonePipes, weight: Array, sources: Array) -> Array:
    """Return the least weight of the way from some vertices (S,) to all (S, V)."""
    size = len(pipes.node_id)
    low, high = np.minimum(pipes.start, pipes.end), np.maximum(pipes.start, pipes.end)
    # Of parallel pipes the shortest counts; a length of 0 would not be an edge at all.
    order = np.lexsort((weight, high, low))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)
    nearest = order[first]
    edges = scipy.sparse.csr_array(
        (np.maximum(weight[nearest], 1e-9), (low[nearest], high[nearest])), shape=(size, size)
    )
    return np.asarray(dijkstra(edges, directed=False, indices=sources, limit=_FARTHEST))
