"""Where the rows of a source lie: in their geometry or in two of their columns, and what of it is wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.texts import joined, tr

if TYPE_CHECKING:
    from waternet_plugin.core.places.coordinates import CoordinateColumns
    from waternet_plugin.gui.wizard.sources.source import LayerSource

_PLACED_ROWS = 15_000
# Share of a column's values that are numbers, below which it holds no coordinates.
_LEAST_NUMBERS = 0.5


def _has_shapes(source: LayerSource) -> bool:
    return source.has_shapes and not source.frame.geometry.isna().all()


def takes_columns(source: LayerSource) -> bool:
    """Return whether the rows are points that have no other place than two of their columns."""
    if source.frame is None or _has_shapes(source):
        return False
    return source.described.geometry.startswith("Point")


def needs_coordinates(source: LayerSource) -> bool:
    """Return whether the rows come with a place that must be brought to the network's CRS."""
    if source.frame is None or not source.described.has_geometry:
        return False
    if _has_shapes(source):
        return True
    return "x" in source.mapping.geometry or named_axes(source) is not None


def named_axes(source: LayerSource) -> CoordinateColumns | None:
    """Return the columns whose names say that they hold coordinates, None where there are none."""
    from waternet_plugin.core.places.coordinates import coordinate_columns

    return coordinate_columns(source.columns)


def axes(source: LayerSource) -> tuple[str, str]:
    """Return the columns of east and north as chosen, else as guessed; '' for none."""
    if source.axes is not None:
        return source.axes
    geometry = source.mapping.geometry
    if "x" in geometry:
        return geometry["x"], geometry["y"]
    found = named_axes(source)
    return ("", "") if found is None else (found.x, found.y)


def choose_axes(source: LayerSource, x: str, y: str) -> None:
    """Take the places from two columns; nothing is taken while one of them is missing."""
    from waternet_plugin.core.places.coordinates import LON_LAT, coordinate_columns

    before = coordinate_columns(axes(source))
    source.axes = (x, y)
    heights = {axis: column for axis, column in source.mapping.geometry.items() if axis == "z"}
    geometry = {"x": x, "y": y, **heights} if x and y else {}
    source.mapping = replace(source.mapping, geometry=geometry)
    now = coordinate_columns((x, y))
    if now is not None and now.degrees:
        source.set_crs(LON_LAT)
    elif before is not None and before.degrees and source.mapping.crs == LON_LAT:
        source.set_crs("")


def axes_fault(source: LayerSource) -> str:
    """Return why the chosen columns can't be a place, '' where they can or none is chosen."""
    if not takes_columns(source):
        return ""
    x, y = axes(source)
    if x and x == y:
        text = tr("{name}: “{column}” can't be east and north at once. Choose two columns.")
        return text.format(name=source.name, column=x)
    if bool(x) != bool(y):
        text = tr("{name}: a place needs two columns, east and north. Choose the other one too.")
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
    from waternet_plugin.core.cells.written_numbers import numbers
    from waternet_plugin.core.places.coordinates import coordinate_columns, judge_axes, read_crs

    fault = axes_fault(source)
    columns = axes(source)
    if fault or not takes_columns(source) or not all(columns):
        return fault
    read = [numbers(source.frame[column]) for column in columns]
    for column, one in zip(columns, read):
        known = int(source.frame[column].notna().sum())
        good = known - int(sum(rows.sum() for rows in one.faults.values()))
        if good < max(1.0, _LEAST_NUMBERS * known):
            text = tr("{name}: “{column}” holds no coordinates: {good} of {n} values are numbers.")
            return text.format(name=source.name, column=column, good=good, n=len(source.frame))
    known_axes = coordinate_columns(columns)
    degrees = "EPSG:4326" if known_axes is not None and known_axes.degrees else ""
    crs = source.mapping.crs or degrees or target_crs
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
    import numpy as np
    import shapely

    from waternet_plugin.core.exchange.coordinates.locating import locate
    from waternet_plugin.core.exchange.coordinates.straying import far_text
    from waternet_plugin.core.places.coordinates import read_crs
    from waternet_plugin.core.schema.settings import Settings

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
