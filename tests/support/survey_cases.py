"""Random survey files whose place is known, and whether the evidence of CONTRACT section 9 decides it.

Nothing here uses the code under test but its types: places are projected by pyproj from degrees.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyproj

from waternet_plugin.core.places.deciding.decision_facts import FileFacts, NetworkFacts
from waternet_plugin.core.places.deciding.decisions import Decisions
from waternet_plugin.core.places.reading import place
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.decisions.deciding import decide

TODAY = datetime.date(2026, 11, 22)


@dataclass(frozen=True)
class GridZone:
    """A zone as EPSG has it."""

    epsg: int
    meridian: int
    width: int
    prefix: int


def zones_from(first_3: int, first_6: int, first_cm_6: int, first_cm_3: int) -> list[GridZone]:
    """Return the zones of a datum from the first codes of its four blocks."""
    found = []
    for first, number, width, count, prefixed in (
        (first_6, 13, 6, 11, True),
        (first_cm_6, 13, 6, 11, False),
        (first_3, 25, 3, 21, True),
        (first_cm_3, 25, 3, 21, False),
    ):
        for step in range(count):
            zone = number + step
            found.append(GridZone(first + step, 75 + width * step, width, zone if prefixed else 0))
    return found


CGCS2000 = zones_from(4513, 4491, 4502, 4534)
XIAN80 = zones_from(2349, 2327, 2338, 2370)
BEIJING54 = zones_from(2401, 21413, 21453, 2422)


@lru_cache(maxsize=None)
def _projection(epsg: int) -> pyproj.Transformer:
    geodetic = pyproj.CRS.from_epsg(epsg).geodetic_crs
    return pyproj.Transformer.from_crs(geodetic, epsg, always_xy=True)


def project(epsg: int, lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Return (n, 2) east and north of degrees."""
    return np.column_stack(_projection(epsg).transform(lon, lat))


def around(
    rng: np.random.Generator, lon: float, lat: float, count: int, radius_m: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return degrees of random points around a place."""
    offset = rng.uniform(-1, 1, (count, 2)) * radius_m / 111_320.0
    return lon + offset[:, 0] / np.cos(np.radians(lat)), lat + offset[:, 1]


@dataclass(frozen=True)
class SurveyCase:
    """A file, a network, and the truth.

    ``true_xy`` are the points in the network's CRS; ``decides_axes`` and ``decides_crs`` say whether the
    evidence decides; ``must_ask`` that the CRS has to stay open.
    """

    facts: FileFacts
    network: NetworkFacts
    axes: str
    true_xy: np.ndarray
    decides_axes: bool
    decides_crs: bool
    must_ask: bool
    kind: str


def _nearest_zone(rng: np.random.Generator, lon: float, *, neighbour: bool) -> GridZone:
    width = int(rng.choice([3, 6]))
    options = sorted(
        (one for one in CGCS2000 if one.width == width), key=lambda one: (abs(one.meridian - lon), one.epsg)
    )
    # Of each meridian there are two zones, with prefix and without. No survey is six degrees away.
    is_usual = abs(options[2].meridian - lon) < 3.5
    return options[int(rng.integers(2)) + (2 if neighbour and is_usual else 0)]


def _is_usual(grid: np.ndarray) -> np.ndarray:
    """Return which places have a northing and an easting as zones of China have them."""
    east, north = grid[:, 0] % 1e6, grid[:, 1]
    return (north >= 1.9e6) & (north <= 6.0e6) & (east >= 1e5) & (east <= 9e5)


def _localised(rng: np.random.Generator, xy: np.ndarray) -> np.ndarray:
    """Return places in a grid of a town's own: short numbers, turned axes, or shifted by kilometres."""
    kind = int(rng.integers(4))
    if kind == 0:
        return xy % 1e5
    if kind == 1:
        turn = np.radians(rng.uniform(-30, 30))
        rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        return (xy - xy.mean(axis=0)) @ rotation.T + rng.uniform(1e4, 9e4, 2)
    if kind == 2:
        return np.column_stack([xy[:, 0] % 1e6, xy[:, 1] % 1e6])
    # Numbers as large as those of a zone, but of a meridian between the zones.
    return np.column_stack([xy[:, 0] % 1e6 + rng.choice([-1, 1]) * rng.uniform(15e3, 60e3), xy[:, 1]])


def survey_case(rng: np.random.Generator) -> SurveyCase:
    """Return one random case."""
    lon, lat = float(rng.uniform(74.0, 134.5)), float(rng.uniform(18.3, 53.0))
    network_zone = _nearest_zone(rng, lon, neighbour=bool(rng.random() < 0.1))
    empty = bool(rng.random() < 0.2)
    assets = project(network_zone.epsg, *around(rng, lon, lat, 150, float(rng.uniform(500, 4000))))
    # A far file in a grid of its own may by chance have the numbers of a zone beside the assets; no evidence
    # tells that from a file of the town.
    is_local = bool(rng.random() < 0.15)
    is_far = not is_local and bool(rng.random() < 0.25)
    away = rng.uniform(15e3, 400e3) if is_far else rng.uniform(0, 1500)
    # Places a multiple of 3 degrees to the east have nearly the same numbers in another zone.
    turn = float(rng.uniform(0.65, 2.4) if away > 150e3 else rng.uniform(0, np.pi)) * float(
        rng.choice([-1, 1])
    )
    file_lon = float(np.clip(lon + away * np.cos(turn) / 111_320.0 / np.cos(np.radians(lat)), 73.6, 135.0))
    file_lat = float(np.clip(lat + away * np.sin(turn) / 111_320.0, 18.2, 53.5))
    zone = _nearest_zone(rng, file_lon, neighbour=bool(rng.random() < 0.15))
    degrees = around(rng, file_lon, file_lat, int(rng.integers(3, 60)), float(rng.uniform(20, 1500)))
    true_xy = project(network_zone.epsg, *degrees)
    grid = project(zone.epsg, *degrees)
    if is_local:
        grid = _localised(rng, grid)
    axes = str(rng.choice(["x_north", "x_east"]))
    first, second = (grid[:, 1], grid[:, 0]) if axes == "x_north" else (grid[:, 0], grid[:, 1])
    first, second = first.copy(), second.copy()
    usual = _is_usual(grid)
    if rng.random() < 0.1:
        swapped = np.flatnonzero(rng.random(len(first)) < 0.1)
        first[swapped], second[swapped] = second[swapped], first[swapped]
        usual[swapped] = False
    if rng.random() < 0.1:
        first[rng.random(len(first)) < 0.1] = np.nan
    # Numbers decide where three of four points have those of one reading.
    fits = bool(len(read := np.flatnonzero(np.isfinite(first))) and usual[read].mean() >= 0.75)
    headings, said_axes = _headings(rng, axes)
    names_crs = not is_local and bool(rng.random() < 0.1)
    title = f"CGCS2000，中央子午线{zone.meridian}°" if names_crs else "测量成果表"
    facts = FileFacts(
        "a.csv", first, second, first_heading=headings[0], second_heading=headings[1], texts=(title,)
    )
    network = NetworkFacts(f"EPSG:{network_zone.epsg}", np.zeros((0, 2)) if empty else assets)
    distance = np.median(np.min(np.hypot(*(true_xy[:, None] - assets[None]).transpose(2, 0, 1)), axis=1))
    is_near = not empty and distance < 4900
    return SurveyCase(
        facts,
        network,
        axes,
        true_xy,
        decides_axes=bool(len(facts.rows)) and (said_axes or (not is_local and fits)),
        decides_crs=not is_local and fits and (names_crs or is_near or (empty and zone.prefix > 0)),
        must_ask=is_local or (not names_crs and (distance > 5100 if not empty else zone.prefix == 0)),
        kind="local" if is_local else "far" if is_far else "near",
    )


def _headings(rng: np.random.Generator, axes: str) -> tuple[tuple[str, str], bool]:
    chosen = rng.random()
    if chosen < 0.5:
        return ("", ""), False
    if chosen < 0.8:
        return ("X", "Y"), False
    names = [
        ("北坐标", "东坐标"),
        ("Northing", "Easting"),
        ("X(北)", "Y(东)"),
        ("纵坐标", "横坐标"),
        ("N", "E"),
    ]
    north, east = names[int(rng.integers(len(names)))]
    return ((north, east) if axes == "x_north" else (east, north)), True


@dataclass
class CaseCount:
    """How many cases were decided rightly, wrongly, or left open though evidence decides."""

    cases: int = 0
    decidable: int = 0
    left_open: int = 0
    wrong: int = 0


def judge(case: SurveyCase, found: Decisions, count: CaseCount) -> list[str]:
    """Count one case and return what is wrong with it."""
    count.cases += 1
    faults = []
    axes, crs = found.value("axes"), found.value("crs")
    if axes is not None and axes != case.axes:
        faults.append(f"axes {axes} instead of {case.axes}")
    if crs is not None and case.must_ask:
        faults.append(f"crs {crs} decided where it has to be asked")
    if found.reading is not None and not case.must_ask:
        east, north = place(case.facts.first, case.facts.second, found.reading, case.network.crs)
        fine = ~np.isnan(east)
        for rows in found.rows_against.values():
            fine &= ~rows
        off = np.hypot(east[fine] - case.true_xy[fine, 0], north[fine] - case.true_xy[fine, 1])
        # Far from its meridian a projection and its inverse differ by more than near it.
        if len(off) and off.max() > 0.01:
            faults.append(f"places are up to {off.max():.3f} m off, read as {found.reading.crs}")
    for decides, value in ((case.decides_axes, axes), (case.decides_crs, crs)):
        if decides:
            count.decidable += 1
            count.left_open += value is None
    count.wrong += bool(faults)
    return faults


def run_cases(number: int, seed: int) -> tuple[CaseCount, list[str]]:
    """Return the counts of a number of random cases, and the faults with the seeds that show them."""
    settings, count, faults = Settings(), CaseCount(), []
    for step in range(number):
        case = survey_case(np.random.default_rng([seed, step]))
        found = decide(case.facts, case.network, {}, settings=settings, today=TODAY)
        faults += [f"seed {seed}, case {step} ({case.kind}): {text}" for text in judge(case, found, count)]
    return count, faults
