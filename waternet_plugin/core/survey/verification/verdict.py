"""The one verdict on a laid pipe: contrary evidence fails it, missing evidence leaves it open.

What was not measured is never taken as within its limit: it is missing evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Optional

import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.network.model.network_frame import PRESSED
from waternet_plugin.core.quality.cover import FOOT, NOT_BURIED, OPEN, covers_of, least_cover
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.schema.use import systems
from waternet_plugin.core.survey.verification.known_of_pipe import PipeEvidence, PipeVerdict, PlannedPipe
from waternet_plugin.core.texts import shortened
from waternet_plugin.core.vertices import distances_along

PASS, OPEN_VERDICT, FAIL = "pass", "open", "fail"
_UNKNOWN = ("", "unknown")
# What is measured to the millimetre is compared to a tenth of it.
_EXACT_M = 1e-4

Reason = Mapping[str, Any]


def judge(evidence: PipeEvidence, settings: Settings) -> PipeVerdict:
    """Return the verdict on a pipe.

    Parameters
    ----------
    evidence
        What is known of it.
    settings
        The limits ``survey.*``, and those of the cover ``quality.cover_*``.
    """
    deviations = deviations_of(evidence)
    off_line, off_level = (_largest(np.abs(deviations[:, column])) for column in (0, 1))
    cover = _least(_covers(evidence)) if _has_cover(evidence.row) else None
    against = [
        *_off(evidence, off_line, off_level, settings),
        *_shallow(evidence, cover, settings),
        *_others_than_planned(evidence),
        *_covered_up(evidence),
    ]
    no_photo, far_photos = _photos(evidence, settings)
    lacking = [
        *_unseen(evidence),
        *_unmeasured(evidence, settings),
        *no_photo,
        *_points(evidence, settings),
        *_not_fixed(evidence),
    ]
    verdict = FAIL if against else OPEN_VERDICT if lacking else PASS
    # What decides nothing is told all the same.
    open_reasons = [*far_photos, *_not_compared(evidence, off_level)]
    return PipeVerdict(verdict, (*against, *lacking, *open_reasons), off_line, off_level, cover, deviations)


def is_gravity(row: Mapping[str, Any]) -> bool:
    """Return whether a pipe flows by itself: a drain that is no rising main and no siphon."""
    return row.get("system") in systems("drain") and row.get("function") not in PRESSED


def deviations_of(evidence: PipeEvidence) -> Array:
    """Return how far each point is from the planned line, and its invert above the planned one there.

    Returns
    -------
    Array
        (points, 2), m; NaN where either is unknown.
    """
    result = np.full((len(evidence.points), 2), np.nan)
    planned = evidence.planned
    if planned is None or len(planned.line) < 2 or not len(evidence.points):
        return result
    line = shapely.linestrings(planned.line[:, :2])
    points = shapely.points(evidence.points[:, :2])
    result[:, 0] = shapely.distance(line, points)
    result[:, 1] = evidence.points[:, 2] - _planned_inverts(planned, shapely.line_locate_point(line, points))
    return result


def _planned_inverts(planned: PlannedPipe, at_m: Array) -> Array:
    """Return the planned inverts at distances along the planned line, m."""
    along = distances_along(planned.line)
    ends = np.array([planned.invert_start_m, planned.invert_end_m])
    if np.isfinite(ends).all():
        return np.interp(at_m, [0.0, along[-1]], ends)
    radius = (planned.diameter_mm or float("nan")) / 2000.0
    return np.interp(at_m, along, planned.line[:, 2] - radius)


def _largest(values: Array) -> Optional[float]:
    known = values[np.isfinite(values)]
    return float(known.max()) if len(known) else None


def _least(values: Array) -> Optional[float]:
    known = values[np.isfinite(values)]
    return float(known.min()) if len(known) else None


def _real(row: Mapping[str, Any], name: str) -> float:
    value = row.get(name)
    return float("nan") if value is None else float(value)


def _has_cover(row: Mapping[str, Any]) -> bool:
    return row.get("burial") not in NOT_BURIED and row.get("function") not in OPEN


def _covers(evidence: PipeEvidence) -> Array:
    """Return the cover at both ends, m, NaN where it is unknown."""
    row = evidence.row
    depth = np.array([[_real(row, "depth_start_m"), _real(row, "depth_end_m")]])
    covers = covers_of(depth, np.array([_size(row) / 1000.0]), np.array([is_gravity(row)]))
    return np.asarray(covers[0])


def _size(row: Mapping[str, Any]) -> float:
    """Return the height of a section, or else its diameter, mm."""
    height = _real(row, "height_mm")
    return height if np.isfinite(height) else _real(row, "diameter_mm")


def _off(
    evidence: PipeEvidence, off_line: Optional[float], off_level: Optional[float], settings: Settings
) -> Iterator[Reason]:
    kind = "gravity" if is_gravity(evidence.row) else "pressure"
    level = (
        "survey.off_level_large_m"
        if kind == "gravity" and _real(evidence.row, "diameter_mm") > settings.real("survey.large_pipe_mm")
        else f"survey.off_level_{kind}_m"
    )
    limits = (("off_line", off_line, f"survey.off_line_{kind}_m"), ("off_level", off_level, level))
    for code, value, key in limits:
        limit = settings.real(key)
        if value is not None and value > limit + _EXACT_M:
            yield {"is": code, "mm": round(1000 * value), "limit_mm": round(1000 * limit)}


def _shallow(evidence: PipeEvidence, cover: Optional[float], settings: Settings) -> Iterator[Reason]:
    least = least_cover_of(evidence.row, settings)
    if cover is not None and cover < least - settings.real("quality.level_slack_m"):
        yield {"is": "cover", "cover_m": round(cover, 2), "least_m": least}


def least_cover_of(row: Mapping[str, Any], settings: Settings) -> float:
    """Return the least cover that a pipe must have where it lies, m; see the settings ``quality.cover_*``."""
    is_foot = np.array([row.get("road_class") in FOOT])
    foot, road = settings.real("quality.cover_foot_m"), settings.real("quality.cover_road_m")
    return float(least_cover(is_foot, foot, road)[0])


def _others_than_planned(evidence: PipeEvidence) -> Iterator[Reason]:
    if evidence.planned is None:
        return
    size, planned = _real(evidence.row, "diameter_mm"), evidence.planned.diameter_mm
    if planned is not None and np.isfinite(size) and abs(size - planned) > 0.5:
        yield {"is": "diameter", "now_mm": round(size), "planned_mm": round(planned)}
    material = str(evidence.row.get("material") or "")
    wanted = evidence.planned.material or ""
    if material not in _UNKNOWN and wanted not in _UNKNOWN and material != wanted:
        yield {"is": "material", "now": material, "planned": wanted}


def _covered_up(evidence: PipeEvidence) -> Iterator[Reason]:
    surveyed, backfilled = evidence.surveyed_on, evidence.backfilled_on
    if surveyed is not None and backfilled is not None and surveyed > backfilled:
        yield {"is": "after_backfill", "surveyed": str(surveyed), "backfilled": str(backfilled)}


def _unseen(evidence: PipeEvidence) -> Iterator[Reason]:
    if not evidence.material_verified_by or evidence.material_verified_on is None:
        yield {"is": "material_unverified"}
    if evidence.surveyed_on is None:
        yield {"is": "no_survey_date"}


def _unmeasured(evidence: PipeEvidence, settings: Settings) -> Iterator[Reason]:
    """Yield sizes, levels and depths that nobody measured, and a material that nobody named."""
    row = evidence.row
    if str(row.get("material") or "") in _UNKNOWN:
        yield {"is": "no_material"}
    if not np.isfinite(_size(row)):
        yield {"is": "no_size"}
    levels = [_real(row, "invert_start_m"), _real(row, "invert_end_m")]
    covers = _covers(evidence)
    for side, (at, name) in enumerate(((0, "from_node"), (-1, "to_node"))):
        end = {"node": str(row.get(name) or ""), "side": ("start", "end")[side]}
        if not np.isfinite([levels[side], evidence.line[at, 2]]).any():
            yield {"is": "no_level", **end}
        elif _has_cover(row) and np.isfinite(_size(row)) and not np.isfinite(covers[side]):
            yield {"is": "no_depth", **end}
    inner = evidence.line[1:-1]
    bare = inner[np.isnan(inner[:, 2]), :2]
    if np.isfinite(_size(row)) and len(bare):
        near = settings.real("survey.point_near_m") + _EXACT_M
        apart = np.hypot(*(bare[:, None] - evidence.points[None, :, :2]).transpose(2, 0, 1))
        count = int((apart <= near).any(axis=1).sum())
        if count:
            yield {"is": "no_levels", "count": count}


def _not_compared(evidence: PipeEvidence, off_level: Optional[float]) -> Iterator[Reason]:
    """Yield that measured levels could not be compared with a plan that has none."""
    if evidence.planned is not None and off_level is None and np.isfinite(evidence.points[:, 2]).any():
        yield {"is": "level_not_compared"}


def _photos(evidence: PipeEvidence, settings: Settings) -> tuple[list[Reason], list[Reason]]:
    """Return whether no photo shows the pipe, and which were taken elsewhere: one good photo is enough."""
    if not evidence.photos:
        return [{"is": "no_photo"}], []
    line = shapely.linestrings(evidence.line[:, :2])
    spots = [shapely.Point(photo.x, photo.y) for photo in evidence.photos if photo.x == photo.x]
    away = [float(shapely.distance(line, spot)) for spot in spots]
    far: list[Reason] = [
        {"is": "photo_far", "away_m": round(photo)}
        for photo in away
        if photo > settings.real("survey.photo_near_m")
    ]
    return (far, []) if len(far) == len(evidence.photos) else ([], far)


def _points(evidence: PipeEvidence, settings: Settings) -> Iterator[Reason]:
    """Yield stretches, bends, tees and valves without a point."""
    line, points = evidence.line, evidence.points
    if not len(points):
        yield {"is": "no_points"}
    shape = shapely.linestrings(line[:, :2])
    at: Array = np.empty(0)
    if len(points):
        at = np.sort(shapely.line_locate_point(shape, shapely.points(points[:, :2])))
    stops = np.concatenate([[0.0], at, [shape.length]])
    gap = int(np.argmax(np.diff(stops)))
    most = settings.real("survey.point_every_m")
    # Steps are paced in whole metres, which is also how they are told: 20.03 m are 20 m.
    if round(float(np.diff(stops)[gap])) > most:
        values = {"from_m": round(float(stops[gap])), "to_m": round(float(stops[gap + 1]))}
        yield {"is": "stretch", "limit_m": round(most), **values}
    near = settings.real("survey.point_near_m")

    def is_bare(spots: Array) -> bool:
        return not len(points) or float(np.hypot(*(points[:, :2] - spots).T).min()) > near + _EXACT_M

    bare = sum(is_bare(line[index, :2]) for index in _bends(line, settings.real("survey.bend_deg")))
    if bare:
        yield {"is": "bends", "count": bare}
    for fitting in evidence.fittings:
        if is_bare(np.array([fitting.x, fitting.y])):
            yield {"is": fitting.kind, "node": fitting.node_id}


def _not_fixed(evidence: PipeEvidence) -> Iterator[Reason]:
    """Yield points whose places are good to decimetres at best: they prove nothing within millimetres."""
    if evidence.not_fixed:
        yield {"is": "not_fixed", "points": shortened(evidence.not_fixed)}


def _bends(line: Array, least_deg: float) -> Array:
    """Return which inner vertices of a line change its direction by an angle or more."""
    steps = np.diff(line[:, :2], axis=0)
    heading = np.degrees(np.arctan2(steps[:, 1], steps[:, 0]))
    turn = np.abs((np.diff(heading) + 180.0) % 360.0 - 180.0)
    return np.flatnonzero(turn >= least_deg) + 1
