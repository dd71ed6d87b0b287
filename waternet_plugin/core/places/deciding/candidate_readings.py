"""The readings of a file that its numbers and words allow, and where each puts it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.places.deciding.decision_facts import FileFacts, NetworkFacts
from waternet_plugin.core.places.deciding.evidence_sentences import DecisionEvidence, wind
from waternet_plugin.core.places.deciding.known_ground import ground_difference
from waternet_plugin.core.places.deciding.number_ranges import (
    DEGREES,
    OWN,
    PACKED,
    PLAIN,
    PREFIXED,
    NumberForm,
)
from waternet_plugin.core.places.reading import Reading, place
from waternet_plugin.core.places.zones import (
    GEOGRAPHIC,
    Zone,
    datum_of,
    meridian_zones,
    zone_of,
)
from waternet_plugin.core.schema.settings import Settings

# Points of a file by which its distance from the network is judged.
_SAMPLE = 256
# Projections that files of a datum come in; GNSS coordinates of WGS 84 are projected as CGCS2000's, too.
_GRIDS = {
    "cgcs2000": (("cgcs2000", "gauss_krueger"),),
    "xian80": (("xian80", "gauss_krueger"),),
    "beijing54": (("beijing54", "gauss_krueger"),),
    "wgs84": (("wgs84", "utm"), ("cgcs2000", "gauss_krueger")),
}


@dataclass(frozen=True)
class PlacedReading:
    """A reading and where it puts the file.

    Parameters
    ----------
    reading
        Axes and CRS.
    form
        The form of the numbers that it rests on.
    east, north
        Middle of the points in the network's CRS, m.
    distance_m
        Median distance from the nearest asset or planned pipe, m; NaN in an empty network.
    evidence
        What speaks for and against the place.
    """

    reading: Reading
    form: NumberForm
    east: float
    north: float
    distance_m: float
    evidence: tuple[DecisionEvidence, ...]


def own_forms(axes: Iterable[str], rows: Array) -> list[NumberForm]:
    """Return forms that ask nothing of the numbers, one for each order of the axes."""
    return [NumberForm(each, OWN, 0, rows) for each in axes]


def _code(zone: Zone, network_zone: Zone | None) -> str:
    """Return the code of a zone: the network's where both are the same."""
    if network_zone and network_zone.grid == zone.grid and network_zone.prefix == zone.prefix:
        return network_zone.crs
    return zone.crs


def _in_degrees(form: NumberForm, crs: str) -> Reading:
    return Reading(form.axes, crs, is_packed=form.kind == PACKED)


def zone_readings(
    forms: Sequence[NumberForm], datum: str, meridians: Sequence[float], network_crs: str
) -> list[tuple[Reading, NumberForm]]:
    """Return the readings of numbers as coordinates of zones, or as degrees; one for each meridian.

    Parameters
    ----------
    forms
        What the numbers can be.
    datum
        Of the file.
    meridians
        Central meridians that the file names, degrees; empty for all.
    network_crs
        Its code stands for its zone's.
    """
    network_zone = zone_of(network_crs)
    readings = []
    for form in forms:
        if form.kind in (DEGREES, PACKED) and datum in GEOGRAPHIC:
            readings.append((_in_degrees(form, f"EPSG:{GEOGRAPHIC[datum]}"), form))
        elif form.kind in (PLAIN, PREFIXED):
            for grid, projection in _GRIDS.get(datum, ()):
                readings += [
                    (Reading(form.axes, _code(zone, network_zone)), form)
                    for meridian, zone in meridian_zones(grid, projection, prefix=form.prefix).items()
                    if not meridians or meridian in meridians
                ]
    return readings


def named_readings(
    forms: Sequence[NumberForm], crs: str, axes: Sequence[str], rows: Array
) -> list[tuple[Reading, NumberForm]]:
    """Return the readings of numbers in a CRS that is named; its zone number as the numbers have it.

    Parameters
    ----------
    forms
        What the numbers can be.
    crs
        Code or WKT.
    axes
        Orders of the axes that are possible.
    rows
        Numbers of the points with coordinates.
    """
    zone = zone_of(crs)
    if zone is None:
        if crs in {f"EPSG:{code}" for code in GEOGRAPHIC.values()}:
            return [(_in_degrees(form, crs), form) for form in forms if form.kind in (DEGREES, PACKED)]
        likely = [order for order in axes if any(form.axes == order for form in forms)] or axes
        return [(Reading(form.axes, crs), form) for form in own_forms(likely, rows)]
    readings = []
    for form in forms:
        if form.kind not in (PLAIN, PREFIXED):
            continue
        if form.prefix == zone.prefix:
            readings.append((Reading(form.axes, crs), form))
            continue
        same = meridian_zones(zone.datum, zone.projection, prefix=form.prefix).get(zone.meridian_deg)
        if same is not None:
            readings.append((Reading(form.axes, same.crs), form))
    return readings


def _sample(rows: Array) -> Array:
    return rows[np.linspace(0, len(rows) - 1, min(_SAMPLE, len(rows))).astype(np.int64)]


def _nearness(xy: Array, network: NetworkFacts, near_m: float) -> tuple[float, list[DecisionEvidence]]:
    """Return the median distance from the network, m, and its evidence."""
    away = np.full(len(xy), np.inf)
    nearness = []
    if network.asset_tree is not None:
        away, nearest = network.asset_tree.query(xy)
        closest = int(np.argmin(away))
        median = float(np.median(away))
        if median > near_m:
            offset = np.median(xy, axis=0) - network.asset_xy[nearest[closest]]
            direction = wind(float(offset[0]), float(offset[1]))
            nearness.append(
                DecisionEvidence("far", {"distance_km": round(median / 1000.0, 1), "wind": direction})
            )
        elif network.asset_ids is None:
            nearness.append(DecisionEvidence("near", {"distance": round(float(away[closest]), 1)}))
        else:
            values = {
                "distance": round(float(away[closest]), 1),
                "asset": str(network.asset_ids[nearest[closest]]),
            }
            nearness.append(DecisionEvidence("near_asset", values))
    if network.planned_tree is not None:
        planned = network.planned_tree.query(xy)[0]
        if float(np.median(planned)) <= near_m:
            nearness.append(DecisionEvidence("near_planned", {"distance": round(float(planned.min()), 1)}))
        away = np.minimum(away, planned)
    distance = float(np.median(away))
    return (distance if np.isfinite(distance) else float("nan")), nearness


def placed(
    reading: Reading, form: NumberForm, facts: FileFacts, network: NetworkFacts, settings: Settings
) -> PlacedReading | None:
    """Return where a reading puts the file, None where it has no place in the network's CRS.

    Parameters
    ----------
    reading, form
        What is tried.
    facts, network
        File and network.
    """
    rows = _sample(form.rows)
    xy = np.column_stack(place(facts.first[rows], facts.second[rows], reading, network.crs))
    is_finite = np.isfinite(xy).all(axis=1)
    if not is_finite.any():
        return None
    rows, xy = rows[is_finite], xy[is_finite]
    distance, evidence = _nearness(xy, network, settings.real("survey.near_assets_m"))
    if len(facts.height):
        off, count = ground_difference(xy, facts.height[rows], network, settings)
        if count:
            limit = settings.real("survey.height_off_m")
            values = {"off": round(off, 2), "n": count, "limit": limit}
            evidence.append(DecisionEvidence("ground_agrees" if abs(off) <= limit else "ground_off", values))
    if reading.transform_set is None and reading.crs == network.crs:
        evidence.append(DecisionEvidence("network_crs"))
    middle = np.median(xy, axis=0)
    return PlacedReading(reading, form, float(middle[0]), float(middle[1]), distance, tuple(evidence))


def nearest_first(readings: Iterable[PlacedReading], network: NetworkFacts) -> list[PlacedReading]:
    """Return readings by their distance from the network; in an empty one from its own meridian."""
    zone = zone_of(network.crs)

    def order(reading: PlacedReading) -> tuple[float, float, str, str]:
        distance = reading.distance_m if np.isfinite(reading.distance_m) else np.inf
        own = zone_of(reading.reading.crs) if reading.reading.transform_set is None else None
        apart = abs(own.meridian_deg - zone.meridian_deg) if own and zone else 0
        return distance, apart, reading.reading.axes, reading.reading.crs

    return sorted(readings, key=order)


def file_datum(datums: Sequence[str], network_crs: str) -> str:
    """Return the datum of a file: the one its words name, else the network's; empty where neither is ours."""
    return datums[0] if datums else datum_of(network_crs)
