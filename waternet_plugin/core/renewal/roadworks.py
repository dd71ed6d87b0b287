"""Road works: in their year renewing is cheaper, and for some years after them nobody may dig."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import shapely

from waternet_plugin.core.arrays import Array
from waternet_plugin.core.facts import joined, stored_text
from waternet_plugin.core.renewal.packages import package_reasons
from waternet_plugin.core.renewal.packages.packages import Packages
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import shortened, tr

OPEN_CUT = "open_cut"


@dataclass(frozen=True)
class RoadYears:
    """(P, Y) years in which a package lies in road works (``cheaper``) or must not be dug (``banned``)."""

    cheaper: Array
    banned: Array


def inside_share(lines: Array, areas: Array) -> Array:
    """Return the share of each line's length that lies within the areas, 0 to 1.

    Parameters
    ----------
    lines
        (N,) lines or None.
    areas
        Polygons; where they overlap a stretch counts once.
    """
    length_m = shapely.length(lines)
    inside = np.zeros(len(lines))
    areas = areas[~(shapely.is_missing(areas) | shapely.is_empty(areas))]
    if len(areas) and len(lines):
        # Areas that touch are one, so that no stretch counts twice.
        parts = shapely.get_parts(shapely.union_all(shapely.make_valid(areas)))
        area, line = shapely.STRtree(lines).query(parts, predicate="intersects")
        np.add.at(inside, line, shapely.length(shapely.intersection(lines[line], parts[area])))
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(length_m > 0, inside / length_m, 0.0))


def road_years(
    packages: Packages, works: gpd.GeoDataFrame, *, start_year: int, years: int, settings: Settings
) -> RoadYears:
    """Return which packages lie in road works in each year of a plan, and which may not be dug.

    After road works nobody digs for a set number of years; trenchless packages go on.

    Parameters
    ----------
    packages
        What to choose from.
    works
        Table ``road_work``: year and geom.
    start_year, years
        The span of the plan; works before it still ban.
    settings
        ``renewal.road_work_share``, ``renewal.road_ban_years``.
    """
    size = (len(packages.frame), years)
    cheaper, banned = np.zeros(size, dtype=bool), np.zeros(size, dtype=bool)
    lines = packages.frame["geom"].to_numpy(dtype=object)
    open_cut = (packages.frame["method"] == OPEN_CUT).to_numpy()
    ban = settings.integer("renewal.road_ban_years")
    known = works[works["year"].notna()]
    for year, rows in known.groupby(known["year"].astype(int)):
        first = int(year) - start_year
        if not -ban <= first < years:
            continue
        share = inside_share(lines, rows["geom"].to_numpy(dtype=object))
        within = share >= settings.real("renewal.road_work_share")
        if first >= 0:
            cheaper[within, first] = True
        banned[within & open_cut, max(first + 1, 0) : max(first + 1 + ban, 0)] = True
    # Where roads are dug up again, the surface is open: that year stays possible.
    return RoadYears(cheaper, banned & ~cheaper)


def trenchless_where_banned(
    packages: Packages, roads: RoadYears, settings: Settings
) -> tuple[Packages, RoadYears]:
    """Return the packages with those that no year lets be dug as trenchless ones, and their years.

    What does not suit that stays as it is, with the reason why nothing funds it.

    Parameters
    ----------
    packages
        What to choose from.
    roads
        Their years, as `road_years` gives them.
    settings
        Method and material of trenchless renewal.
    """
    never = roads.banned.all(axis=1) & (roads.banned.shape[1] > 0)
    if not never.any():
        return packages, roads
    frame, members = packages.frame.copy(), packages.members.copy()
    other = never & frame["trenchless_cents"].notna().to_numpy()
    columns = {
        "cost_cents": "trenchless_cents",
        "failures_avoided_y": "trenchless_avoided_y",
        "benefit_y": "trenchless_benefit_y",
    }
    for name, alternative in columns.items():
        frame.loc[other, name] = frame.loc[other, alternative].astype(frame[name].dtype)
    frame.loc[other, "method"] = settings.text("renewal.trenchless_method")
    frame.loc[other, "material"] = settings.text("renewal.trenchless_material")
    frame.loc[other, list(columns.values())] = np.nan
    of_project = members["project_id"].isin(frame["project_id"][other])
    members.loc[of_project, "cost_cents"] = members.loc[of_project, "trenchless_cents"].astype(np.int64)
    notes = list(packages.notes)
    for rows, fact, text in (
        (
            other,
            package_reasons.NO_DIGGING,
            tr(
                "%n package(s) may not be dug up in any year of the plan, since road works come before; they "
                "are offered as trenchless renewal: {names}.",
                "",
                int(other.sum()),
            ),
        ),
        (
            never & ~other,
            package_reasons.BANNED,
            tr(
                "%n package(s) may not be dug up in any year of the plan, since road works come before, and "
                "do not suit trenchless renewal: {names}. Lock one to a year to build it all the same.",
                "",
                int((never & ~other).sum()),
            ),
        ),
    ):
        if not rows.any():
            continue
        notes.append(text.format(names=shortened(frame["project_id"][rows])))
        stored_reasons = [
            ({"is": fact}, *package_reasons.WORDS.read(facts, sentence))
            for facts, sentence in zip(frame["reason_facts"][rows], frame["reasons"][rows])
        ]
        frame.loc[rows, "reasons"] = np.array(
            [joined(package_reasons.WORDS.say_all(reason)) for reason in stored_reasons]
        )
        frame.loc[rows, "reason_facts"] = np.array([stored_text(reason) for reason in stored_reasons])
    banned = roads.banned & ~other[:, None]
    return replace(packages, frame=frame, members=members, notes=tuple(notes)), replace(roads, banned=banned)
