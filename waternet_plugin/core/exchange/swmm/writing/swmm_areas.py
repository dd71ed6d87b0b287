"""Subcatchments of a network that was never a SWMM file: its drained parts, under a design storm."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.exchange.model_files.model_ids import quoted
from waternet_plugin.core.exchange.model_files.plane import Plane
from waternet_plugin.core.exchange.model_files.written_values import written_number
from waternet_plugin.core.exchange.swmm.writing.swmm_new_lines import NewSwmmLines
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import tr

_GAGE, _SERIES = "RG1", "STORM"
_HECTARE_M2 = 10_000.0
_LAST_HOURS = 2
_MINUTES = 60.0


def storm_mm_h(settings: Settings) -> tuple[Array, float]:
    """Return the mean intensity of each step in mm/h, (steps,), and the length of a step in minutes.

    The intensity of a storm of t minutes is A (1 + C lg P) / (t + b)^n in mm/min (GB 50014); over the storm
    it follows Keifer and Chu (1957), with the peak at r of its length.
    """
    a, c, b, n, years, share, length_min, step_min = (
        settings.real(f"exchange.swmm_storm_{name}")
        for name in ("a_mm_min", "c", "b_min", "n", "years", "peak_share", "length_min", "step_min")
    )
    strength = a * (1.0 + c * math.log10(years))

    def depth_mm(minutes: Array, part: float) -> Array:
        """Return the depth from the peak to so many minutes away from it, on one side of it."""
        whole = minutes / part
        return np.asarray(part * strength * whole / (whole + b) ** n)

    edges = np.append(np.arange(0.0, length_min, step_min), length_min)
    away = edges - share * length_min
    before = -depth_mm(np.maximum(-away, 0.0), share)
    after = depth_mm(np.maximum(away, 0.0), 1.0 - share)
    return np.diff(before + after) / np.diff(edges) * _MINUTES, step_min


@dataclass(frozen=True)
class DrainedArea:
    """A polygon whose water enters the drains at a node, by the id of the map."""

    node_id: str
    shape: shapely.Geometry


def add_areas(
    new: NewSwmmLines,
    areas: Iterable[DrainedArea],
    node_ids: Mapping[str, str],
    plane: Plane,
    settings: Settings,
) -> int:
    """Add subcatchments and the storm; return how many areas were left out.

    Parameters
    ----------
    node_ids
        Ids of the nodes that are in the file, by those of the map.
    """
    left = 0
    by_node: dict[str, list[shapely.Geometry]] = {}
    for area in areas:
        if area.node_id in node_ids:
            by_node.setdefault(area.node_id, []).append(area.shape)
        else:
            left += 1
    wet, slope, dry_n, wet_n = (
        written_number(settings.real(f"exchange.swmm_{name}"))
        for name in ("impervious_percent", "ground_slope_percent", "manning_paved", "manning_green")
    )
    for number, (node_id, shapes) in enumerate(sorted(by_node.items()), 1):
        shape = shapely.union_all(shapes) if len(shapes) > 1 else shapes[0]
        area_m2 = float(shapely.area(shape))
        id_ = f"S{number}"
        new.add(
            "SUBCATCHMENTS",
            id_,
            _GAGE,
            quoted(node_ids[node_id]),
            written_number(area_m2 / _HECTARE_M2),
            wet,
            written_number(area_m2**0.5),
            slope,
            "0",
        )
        new.add("SUBAREAS", id_, dry_n, wet_n, "2", "5", "25", "OUTLET")
        new.add("INFILTRATION", id_, "76", "13", "4", "7", "0")
        largest = max(shapely.get_parts(shape), key=shapely.area)
        ring = plane.moved(shapely.get_coordinates(shapely.get_exterior_ring(largest)), back=True)
        for x, y in ring.tolist():
            new.add("POLYGONS", id_, written_number(x), written_number(y))
    if by_node:
        _add_storm(new, settings)
    return left


def _clock(minutes: float) -> str:
    return f"{int(minutes // 60)}:{int(minutes % 60):02d}"


def _add_storm(new: NewSwmmLines, settings: Settings) -> None:
    intensity, step_min = storm_mm_h(settings)
    new.add("RAINGAGES", _GAGE, "INTENSITY", _clock(step_min), "1.0", "TIMESERIES", _SERIES)
    starts = np.arange(len(intensity)) * step_min
    for minute, value in zip([*starts.tolist(), len(intensity) * step_min], [*intensity.tolist(), 0.0]):
        new.add("TIMESERIES", _SERIES, _clock(minute), written_number(round(value, 4)))
    years = settings.real("exchange.swmm_storm_years")
    depth = float(intensity.sum() * step_min / 60.0)
    text = tr(
        "The storm is one of {years} years, {length} minutes and {depth} mm, by the formula in the settings "
        "exchange.swmm_storm_*: put in that of your town."
    )
    length = settings.real("exchange.swmm_storm_length_min")
    new.notes.append(text.format(years=f"{years:g}", length=f"{length:g}", depth=f"{depth:.1f}"))


def run_hours(settings: Settings) -> int:
    """Return how long a run goes on: the storm, and until its water has left the drains."""
    return int(np.ceil(settings.real("exchange.swmm_storm_length_min") / 60.0)) + _LAST_HOURS
