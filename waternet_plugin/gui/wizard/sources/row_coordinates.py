"""Where the rows of a source lie: in their geometry or in some of their columns, and what of it is wrong.

Points have two such columns, straight lines two for each end.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import shapely

from waternet_plugin.core.cells.coordinates.written_degrees import coordinates
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.coordinates import (
    LON_LAT,
    headed_geometry,
    headed_in_degrees,
    judge_axes,
    read_crs,
)
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.texts import joined, tr
from waternet_plugin.gui.wizard.sources.source import LayerSource

_PLACED_ROWS = 15_000
# The axes of points, and of the start of lines; those of their ends.
_START, _END = ("x", "y"), ("end_x", "end_y")
# Share of a column's values that are numbers, below which it holds no coordinates.
_LEAST_NUMBERS = 0.5


def _has_shapes(source: LayerSource) -> bool:
    return source.has_shapes and not source.frame.geometry.isna().all()


def takes_columns(source: LayerSource) -> bool:
    """Return whether the rows are points or lines that have no other place than some of their columns."""
    if source.frame is None or _has_shapes(source):
        return False
    return source.described.geometry.startswith(("Point", "LineString"))


def takes_ends(source: LayerSource) -> bool:
    """Return whether they are lines, which take the columns of both ends."""
    return takes_columns(source) and source.described.geometry.startswith("LineString")


def needs_coordinates(source: LayerSource) -> bool:
    """Return whether the rows come with a place that must be brought to the network's CRS."""
    if source.frame is None or not source.described.has_geometry:
        return False
    if _has_shapes(source):
        return True
    return "x" in source.mapping.geometry or bool(named_axes(source))


def named_axes(source: LayerSource) -> dict[str, str]:
    """Return the columns whose names say that they hold coordinates, by axis; empty where there are none."""
    return headed_geometry(source.columns, source.described.geometry)


def _all_axes(source: LayerSource) -> dict[str, str]:
    """Return the columns of places as chosen, else as guessed, by axis; those that are open are not there."""
    if source.axes is not None:
        return source.axes
    geometry = source.mapping.geometry
    return dict(geometry) if "x" in geometry else named_axes(source)


def axes(source: LayerSource, *, of_end: bool = False) -> tuple[str, str]:
    """Return the columns of east and north, of lines at the start or at the end; '' for none."""
    known = _all_axes(source)
    x, y = _END if of_end else _START
    return known.get(x, ""), known.get(y, "")


def choose_axes(source: LayerSource, x: str, y: str, *, of_end: bool = False) -> None:
    """Take the places from two columns, of a line one end; nothing is taken while a column is missing."""
    was_lon_lat = _in_degrees(source)
    wanted = (*_START, *_END) if takes_ends(source) else _START
    chosen = {**_all_axes(source), **dict(zip(_END if of_end else _START, (x, y)))}
    source.axes = {axis: chosen.get(axis, "") for axis in wanted}
    heights = {axis: column for axis, column in source.mapping.geometry.items() if axis == "z"}
    geometry = {**source.axes, **heights} if all(source.axes.values()) else {}
    source.mapping = replace(source.mapping, geometry=geometry)
    if _in_degrees(source):
        source.set_crs(LON_LAT)
    elif was_lon_lat and source.mapping.crs == LON_LAT:
        source.set_crs("")


def _in_degrees(source: LayerSource) -> bool:
    """Return whether the columns of places hold longitude and latitude, as names or texts say."""
    known = {axis: column for axis, column in _all_axes(source).items() if axis != "z"}
    if "x" not in known or not all(known.values()):
        return False
    return headed_in_degrees(known) or all(
        coordinates(source.frame[column]).in_degrees for column in axes(source)
    )


def axes_fault(source: LayerSource) -> str:
    """Return why the chosen columns can't be a place, '' where they can or none is chosen."""
    if not takes_columns(source):
        return ""
    pairs = [axes(source, of_end=of_end) for of_end in (False, True)[: 1 + takes_ends(source)]]
    for x, y in pairs:
        if x and x == y:
            text = tr("{name}: “{column}” can't be east and north at once. Choose two columns.")
            return text.format(name=source.name, column=x)
        if bool(x) != bool(y):
            text = tr("{name}: a place needs two columns, east and north. Choose the other one too.")
            return text.format(name=source.name)
    if len({bool(x) for x, _y in pairs}) > 1:
        text = tr("{name}: a line needs the columns of both ends. Choose those of the other end, too.")
        return text.format(name=source.name)
    return ""


def axes_warning(source: LayerSource, target_crs: str) -> str:
    """Return what is wrong with the columns that the places are taken from, '' for nothing.

    Parameters
    ----------
    source
        Any source.
    target_crs
        The network's, for a source that names none; '' where it is not known.
    """
    fault = axes_fault(source)
    columns = (*axes(source), *(axes(source, of_end=True) if takes_ends(source) else ()))
    if fault or not takes_columns(source) or not all(columns):
        return fault
    read = [coordinates(source.frame[column]).numbers for column in columns]
    for column, one in zip(columns, read):
        known = int(source.frame[column].notna().sum())
        good = known - int(sum(rows.sum() for rows in one.faults.values()))
        if good < max(1.0, _LEAST_NUMBERS * known):
            text = tr("{name}: “{column}” holds no coordinates: {good} of {n} values are numbers.")
            return text.format(name=source.name, column=column, good=good, n=len(source.frame))
    crs = source.mapping.crs or (LON_LAT if _in_degrees(source) else "") or target_crs
    if not crs:
        return ""
    judged = judge_axes(read[0].values, read[1].values, read_crs(crs))
    if judged.verdict != "outside":
        return ""
    return joined((of_file(source.name, judged.note), tr("Or choose other columns.")))


def of_file(name: str, sentence: str) -> str:
    """Return a sentence with the file or files that it speaks of before it."""
    return tr("{name}: {sentence}").format(name=name, sentence=sentence)


def placed(source: LayerSource, target_crs: object) -> tuple[Any, list[str]]:
    """Return the place of some rows in the network's CRS as it would be written, and what to know of it.

    Raises
    ------
    InputError
        When the CRS is not known or does not lead to the network's.
    """
    from waternet_plugin.core.exchange.coordinates.locating import locate
    from waternet_plugin.core.exchange.coordinates.straying import far_text

    if not source.mapping.crs and source.own_crs is None:
        raise InputError(tr("Its coordinate system is not known yet. Choose it in the list of files."))
    key = (id(source.mapping), source.table, str(target_crs))
    if source.last_placed is not None and source.last_placed[0] == key:
        return source.last_placed[1]
    step = max(1, -(-source.rows // _PLACED_ROWS))
    some = source.wanted_rows.iloc[::step].reset_index(drop=True)
    found = locate(some, source.mapping, source.described, None, read_crs(target_crs), Settings())
    shapes = found.geometry[np.asarray(~shapely.is_missing(found.geometry))]
    said = [*found.notes, *([found.transform] if found.transform else [])]
    if found.straying.count and not source.mapping.strays:
        said.append(tr("{far} The last step asks what to do.").format(far=far_text(found.straying)))
    answer = (shapes, said)
    source.last_placed = (key, answer, source.mapping)
    return answer
