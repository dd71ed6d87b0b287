"""A network in a frame that a file updates, and the same network after that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from support.adoption_frames import CRS, TODAY, mapping_of
from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult
from waternet_plugin.core.exchange.adoption.outcome.changed_rows import UpdateChoice
from waternet_plugin.core.exchange.updating.update import update
from waternet_plugin.core.exchange.updating.updated_network import UpdatedNetwork
from waternet_plugin.core.frames import conform
from waternet_plugin.core.schema.settings import Settings

PIPE = {"system": "potable", "status": "in_use"}


def pipes(rows: Sequence[Mapping[str, Any]]) -> gpd.GeoDataFrame:
    """Return pipes as a network has them; each row has pipe_id and geom, and what else it has."""
    told = [{**PIPE, "length_m": one["geom"].length, "length_source": "geometry", **one} for one in rows] or [
        {"pipe_id": "none", "geom": shapely.LineString([(0, 0), (1, 1)])}
    ]
    frame = gpd.GeoDataFrame(pd.DataFrame(told), geometry="geom", crs=CRS)
    return conform(frame, "pipe").iloc[: len(rows)]


def network_of(
    rows: gpd.GeoDataFrame,
    *,
    id_field: str = "pipe_id",
    followed: Mapping[str, Sequence[str]] | None = None,
    persons: Mapping[str, frozenset[str]] | None = None,
    **more: Any,
) -> UpdatedNetwork:
    """Return a network that is one frame; ``persons`` are the fields that people set."""

    def rows_of(columns: Sequence[str], ids: Sequence[str]) -> pd.DataFrame:
        wanted = rows[rows[id_field].isin(list(ids))]
        return wanted[[*columns, "geom"]].reset_index(drop=True)

    def of_system(ids: Sequence[str], system: str) -> list[str]:
        asked = rows[id_field].isin(list(ids))
        return rows[id_field][asked & rows["system"].eq(system) if system else asked].tolist()

    return UpdatedNetwork(
        CRS,
        settings=Settings(),
        existing_ids=rows[id_field].tolist(),
        rows_of=rows_of,
        followed=lambda names: {one: each for one, each in (followed or {}).items() if one in names},
        of_system=of_system,
        persons_fields=lambda assets, _parts: {
            one: each for one, each in (persons or {}).items() if one in assets
        },
        **more,
    )


def updated(
    foreign: pd.DataFrame,
    fields: Mapping[str, Any],
    into: UpdatedNetwork,
    *,
    table: str = "pipe",
    **parts: Any,
) -> AdoptionResult:
    """Update by a frame; ``mode``, ``take_conflicts``, ``clear``, ``take_geometry`` are the choice."""
    names = ("mode", "take_conflicts", "clear", "take_geometry")
    choice = UpdateChoice(**{name: parts.pop(name) for name in names if name in parts})
    return update(foreign, mapping_of(dict(fields), **parts), table, into=into, choice=choice, today=TODAY)


def after(rows: gpd.GeoDataFrame, result: AdoptionResult, *, id_field: str = "pipe_id") -> gpd.GeoDataFrame:
    """Return the network after an update, as the store writes it."""
    found = rows.set_index(id_field, drop=False)
    assert result.update is not None
    for written in result.update.writes:
        for row in written.to_dict("records"):
            name = row.pop(id_field)
            line = row.get("geom")
            if line is not None and "length_m" not in row and found.at[name, "length_source"] != "given":
                row["length_m"] = line.length
            for column, value in row.items():
                found.at[name, column] = value
    made = conform(result.rows, "pipe") if len(result.rows) else result.rows
    both = pd.concat([found.reset_index(drop=True), made], ignore_index=True)
    return gpd.GeoDataFrame(both, geometry="geom", crs=CRS)


def states(result: AdoptionResult) -> list[tuple[str, str | None, str | None, str | None, str]]:
    """Return the list of changes as tuples, a geometry without its coordinates."""
    assert result.update is not None
    rows = result.update.changes
    told = []
    for asset, field, before, later, state in rows[["asset", "field", "before", "after", "state"]].to_numpy():
        shape = field == "geom"
        told.append((asset, field, None if shape else before, None if shape else later, state))
    return told


def counts(result: AdoptionResult) -> tuple[int, int, int, int, int]:
    """Return how many rows change, are the same, are new, stay, are rejected."""
    found = result.update
    assert found is not None
    total = (found.rows_changed, found.rows_same, found.rows_new, found.rows_conflict, result.rows_rejected)
    assert sum(total) == result.rows_in
    return total
