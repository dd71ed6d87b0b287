"""The rows that foreign rows become: parts, lengths, columns of ours, and what is odd about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from waternet_plugin.core.arrays import Array, steps
from waternet_plugin.core.exchange.adoption import line_parts
from waternet_plugin.core.exchange.adoption.verdicts import DUPLICATE_ID, Verdicts
from waternet_plugin.core.exchange.coordinates.locating import Located
from waternet_plugin.core.exchange.mapping.filled_fields import Filled
from waternet_plugin.core.schema.flow import GIVEN
from waternet_plugin.core.schema.tables import GEOMETRY_COLUMN, Table
from waternet_plugin.core.texts import tr
from waternet_plugin.core.vertices import NO_LENGTH_M

# What belongs to one end of a pipe stays there when a row becomes several pipes.
_START_FIELDS = ("from_node", "invert_start_m", "depth_start_m")
_END_FIELDS = ("to_node", "invert_end_m", "depth_end_m")


@dataclass
class AdoptedAssets:
    """The rows to write: which source row each comes from, its id, part number (0: whole) and geometry."""

    origin: Array
    ids: Array
    part: Array
    last: Array
    geometry: Array


def split_rows(
    located: Located, ids: Array, verdicts: Verdicts, existing: Iterable[str]
) -> tuple[AdoptedAssets, int]:
    """Return the assets of the wanted rows and how many rows became several; clashing ids reject."""
    several_parts = np.flatnonzero(located.several & verdicts.wanted)
    taken = {*existing, *ids[verdicts.wanted]} if len(several_parts) else set()
    parts = {}
    for row in several_parts:
        merged = line_parts.merge_parts(located.geometry[row])
        if len(merged) > 1:
            names = [f"{ids[row]}.{number}" for number in range(1, len(merged) + 1)]
            clash = [name for name in names if name in taken]
            if clash:
                sentence = tr("The line's parts would get the id {id}, which already exists.").format(
                    id=clash[0]
                )
                verdicts.codes[row], verdicts.sentences[row] = DUPLICATE_ID, sentence
                continue
            taken.update(names)
        parts[row] = merged
    rows = np.flatnonzero(verdicts.wanted)
    sizes = np.ones(len(rows), dtype=np.int64)
    at = {row: position for position, row in enumerate(rows.tolist())} if parts else {}
    for row, merged in parts.items():
        sizes[at[int(row)]] = len(merged)
    origin = np.repeat(rows, sizes)
    starts = np.cumsum(sizes) - sizes
    part = steps(sizes) + 1
    several = np.repeat(sizes > 1, sizes)
    last = part == np.repeat(sizes, sizes)
    geometry = located.geometry[origin]
    new_ids = ids[origin]
    for row, merged in parts.items():
        start = starts[at[int(row)]]
        for number, line in enumerate(merged):
            geometry[start + number] = line
            if len(merged) > 1:
                new_ids[start + number] = f"{ids[row]}.{number + 1}"
    part = np.where(several, part, 0)
    return AdoptedAssets(origin, new_ids, part, last, geometry), int((sizes > 1).sum())


def _lengths(assets: AdoptedAssets, given: Array | None) -> tuple[Array, Array]:
    """Return the length of each pipe in metres and whether it was given; parts share theirs by geometry."""
    drawn = shapely.length(assets.geometry)
    if given is None:
        return drawn, np.full(len(drawn), "geometry", dtype=object)
    lengths = given[assets.origin]
    several = assets.part > 0
    if several.any():
        whole = pd.Series(drawn).groupby(assets.origin).transform("sum").to_numpy()
        share = np.divide(drawn, whole, out=np.ones(len(drawn)), where=whole > 0)
        lengths = np.where(several, lengths * share, lengths)
    source = np.where(np.isnan(lengths), "geometry", "given").astype(object)
    return np.where(np.isnan(lengths), drawn, lengths), source


def _flow_source(flow: Array, named: Array | None) -> Array:
    """Return where the flow is from; what a file tells and calls nothing else is given."""
    source = pd.Series([None] * len(flow) if named is None else named, dtype=object)
    return np.asarray(source.where(source.notna() | pd.isna(flow), GIVEN).to_numpy(dtype=object))


def placed(frame: pd.DataFrame, geometry: Array, crs: object) -> pd.DataFrame:
    """Return a frame as a GeoDataFrame with its geometry in the column of our tables."""
    frame[GEOMETRY_COLUMN] = gpd.GeoSeries(geometry, crs=crs, index=frame.index)
    whole: pd.DataFrame = gpd.GeoDataFrame(frame, geometry=GEOMETRY_COLUMN)
    return whole


def build_rows(
    table: Table, filled: Filled, assets: AdoptedAssets, target: pyproj.CRS | None
) -> pd.DataFrame:
    """Return the rows for the store: id, filled fields in the table's order, geometry."""
    data: dict[str, Any] = {}
    for name in table.field_names:
        if name == table.id_field:
            data[name] = assets.ids
        elif name in filled.columns:
            values = filled.columns[name][assets.origin]
            if name in _START_FIELDS and table.name == "pipe":
                values = pd.Series(values).where(assets.part <= 1, None).to_numpy()
            elif name in _END_FIELDS and table.name == "pipe":
                values = pd.Series(values).where((assets.part == 0) | assets.last, None).to_numpy()
            data[name] = values
    if table.name == "pipe":
        data["length_m"], data["length_source"] = _lengths(assets, filled.columns.get("length_m"))
        if "flow" in data:
            data["flow_source"] = _flow_source(data["flow"], data.get("flow_source"))
    frame: pd.DataFrame = pd.DataFrame(data)
    for described in table.fields:
        if described.type == "datetime" and described.name in data:
            frame[described.name] = frame[described.name].dt.tz_localize("UTC")
    if not table.has_geometry:
        return frame
    return placed(frame, assets.geometry, target)


def find_issues(
    table: Table, assets: AdoptedAssets, target: pyproj.CRS | None, existing: Iterable[str]
) -> pd.DataFrame:
    """Return the findings of an adoption: lines without length, areas that cross themselves."""
    found: list[tuple[str, str, str, str]] = []
    rows: list[int] = []
    if table.name == "pipe":
        flat = np.flatnonzero(shapely.length(assets.geometry) < NO_LENGTH_M)
        rule = "adopt_zero_length"
        text = tr("The line has no length on the map; the length given in the file is used.")
        fix = tr("Draw the pipe's true course.")
    else:
        there = ~shapely.is_missing(assets.geometry)
        flat = np.flatnonzero(there & (shapely.get_dimensions(assets.geometry) == 2))
        flat = flat[~shapely.is_valid(assets.geometry[flat])]
        rule = "adopt_invalid_area"
        text = tr("The area's boundary crosses or touches itself.")
        fix = tr("Correct the boundary with the vertex tool.")
    taken = set(existing)
    for row in flat.tolist():
        name = base = f"{rule}-{table.name}-{assets.ids[row]}"
        number = 2
        while name in taken:
            name, number = f"{base}-{number}", number + 1
        taken.add(name)
        found.append((name, str(assets.ids[row]), rule, text))
        rows.append(row)
    points = np.full(len(rows), None, dtype=object)
    if rows:
        coordinates, owner = shapely.get_coordinates(assets.geometry[rows], return_index=True)
        points = shapely.points(coordinates[np.unique(owner, return_index=True)[1]])
    frame = pd.DataFrame(
        {
            "issue_id": [one[0] for one in found],
            "rule_id": [one[2] for one in found],
            "severity": ["warning"] * len(found),
            "assets": [one[1] for one in found],
            "text": [one[3] for one in found],
            "fix": [fix] * len(found),
            "state": ["open"] * len(found),
        },
        dtype=object,
    )
    return placed(frame, points, target)
