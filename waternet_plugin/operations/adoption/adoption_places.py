"""Where foreign rows lie that name no coordinate system: decided by their numbers, words and nearness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from waternet_plugin.core.cells.coordinates import written_degrees
from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.adoption.adoption import source_columns
from waternet_plugin.core.exchange.mapping.adoptable_tables import adoptable
from waternet_plugin.core.exchange.mapping.mapping import Mapping
from waternet_plugin.core.places import coordinates
from waternet_plugin.core.places.deciding.decision_facts import FileFacts
from waternet_plugin.core.places.deciding.several_files import FilePlace, FileToPlace, decide_files
from waternet_plugin.core.places.reading import X_NORTH
from waternet_plugin.core.texts import joined, shortened, tr
from waternet_plugin.operations.rows.network_places import network_places
from waternet_plugin.store.network import Network

# Rows of a file that tell where it lies.
_ROWS = 5000


def file_to_place(
    name: str, frame: pd.DataFrame, mapping: Mapping, table: str, *, texts: Sequence[str] = ()
) -> FileToPlace | None:
    """Return what decides where rows lie, None where they have no coordinates or need none.

    Parameters
    ----------
    name
        Of the file, for sentences.
    frame
        The rows.
    mapping
        Names the columns of coordinates, and the coordinate system where somebody gave one.
    table
        Name of the table.
    texts
        Titles and the like, in which the file may name its system.
    """
    if not adoptable(table).has_geometry or not len(frame):
        return None
    step = max(1, -(-len(frame) // _ROWS))
    some = frame.iloc[::step]
    words = (name, *texts)
    columns = axes_of(frame, mapping, table)
    if columns is not None:
        read = [written_degrees.coordinates(some[one].reset_index(drop=True)) for one in columns]
        if all(one.in_degrees for one in read):
            # Only longitudes and latitudes are written so; nothing else fits.
            mapping = replace(mapping, crs=mapping.crs or coordinates.LON_LAT)
        if written_degrees.are_swapped(*read):
            columns, read = columns[::-1], read[::-1]
        first, second = (one.numbers.values for one in read)
        facts = FileFacts(
            name, first, second, first_heading=columns[0], second_heading=columns[1], texts=words
        )
        # Where somebody named the system, the columns were chosen with it.
        return FileToPlace(facts, mapping.crs, is_drawn=bool(mapping.crs)) if len(facts.rows) else None
    if not isinstance(frame, gpd.GeoDataFrame):
        return None
    shapes = some.geometry.to_numpy()
    xy, row = shapely.get_coordinates(shapes[~shapely.is_missing(shapes)], return_index=True)
    xy = xy[np.unique(row, return_index=True)[1]] if len(xy) else xy
    facts = FileFacts(name, xy[:, 0], xy[:, 1], texts=words)
    own = "" if frame.crs is None else _text_of(frame.crs)
    return FileToPlace(facts, mapping.crs or own, is_drawn=True) if len(facts.rows) else None


def axes_of(frame: pd.DataFrame, mapping: Mapping, table: str) -> tuple[str, str] | None:
    """Return the columns of x and y that an adoption takes the places from; None where it takes shapes."""
    if {"x", "y"} <= set(mapping.geometry):
        return mapping.geometry["x"], mapping.geometry["y"]
    has_shapes = isinstance(frame, gpd.GeoDataFrame) and not frame.geometry.isna().all()
    headed = {} if has_shapes else _headed(frame, table)
    return (headed["x"], headed["y"]) if headed else None


def _headed(frame: pd.DataFrame, table: str) -> dict[str, str]:
    """Return the columns of places by the headings of a file, by axis."""
    return coordinates.headed_geometry(source_columns(frame), adoptable(table).geometry)


def _text_of(crs: Any) -> str:
    authority = crs.to_authority(min_confidence=70)
    return ":".join(authority) if authority else str(crs.to_wkt())


def with_place(mapping: Mapping, frame: pd.DataFrame, table: str, place: FilePlace) -> Mapping:
    """Return a mapping with the axes and the coordinate system that were decided."""
    if place.reading is None:
        return mapping
    columns = axes_of(frame, mapping, table)
    geometry = dict(mapping.geometry)
    if columns is not None:
        geometry = geometry or _headed(frame, table)
        geometry = coordinates.swapped(geometry) if place.reading.axes == X_NORTH else geometry
    own = frame.crs if isinstance(frame, gpd.GeoDataFrame) else None
    # The file's own needs no word in the mapping.
    is_own = own is not None and columns is None and _text_of(own) == place.reading.crs
    return replace(mapping, geometry=geometry, crs="" if is_own and not mapping.crs else place.reading.crs)


def mapping_with_place(
    network: Network,
    name: str,
    frame: pd.DataFrame,
    mapping: Mapping,
    table: str,
    *,
    texts: Sequence[str] = (),
    default: str = "",
) -> tuple[Mapping, str]:
    """Return a mapping with the place of rows that name no coordinate system, and a sentence that says why.

    Parameters
    ----------
    name, frame, mapping, table, texts
        As for `file_to_place`.
    default
        What is taken for rows in a network that lies nowhere yet, '' for nothing.

    Raises
    ------
    InputError
        When two readings fit, or none near the network; it names those that do.
    """
    file = file_to_place(name, frame, mapping, table, texts=texts)
    if file is None or file.crs:
        return mapping, ""
    known = network_places(network)
    if default and not known.has_assets:
        return replace(mapping, crs=default), ""
    decided = decide_files([file], known, network.settings()).files[0]
    if decided.reading is not None:
        why = joined([one.text for one in decided.evidence[-2:]])
        note = tr("The coordinate system {crs} was found by evidence: {why}")
        return with_place(mapping, frame, table, decided), note.format(crs=decided.reading.crs, why=why)
    if not decided.candidates:
        # The adoption says what to give.
        return mapping, ""
    message = tr(
        "The coordinate system of {file} is open: {candidates}. Give it in the mapping, for example "
        "{example}."
    )
    codes = [one.value for one in decided.candidates]
    raise InputError(message.format(file=name, candidates=shortened(codes), example=f'"crs": "{codes[0]}"'))
