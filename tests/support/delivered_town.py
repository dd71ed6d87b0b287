"""A small network that was delivered once, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from support.adoption_frames import CRS, frame, line
from waternet_plugin import store
from waternet_plugin.core.exchange.adoption.adoption import AdoptionResult
from waternet_plugin.core.exchange.adoption.outcome.changed_rows import UpdateChoice
from waternet_plugin.core.exchange.mapping.mapping_file import from_dict
from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.operations.adoption import adopt_layers
from waternet_plugin.store.network import Network

FIELDS = {"pipe_id": "ID", "material": "MAT", "diameter_mm": "DN", "street": "ROAD"}
MAPPING = {
    "fields": FIELDS,
    "values": {"material": {"CI": "cast_iron", "PE": "pe"}},
    "defaults": {"system": "potable", "status": "in_use"},
}
LINES = [line((100 * k, 0), (100 * k + 100, 0)) for k in range(8)]


def delivery(ids: Sequence[str] = tuple("ABC"), **columns: Sequence[Any]) -> gpd.GeoDataFrame:
    """Return a file of pipes: pe, DN 100, One Road, one behind the other, where nothing else is said."""
    many = len(ids)
    shapes = columns.pop("geom", LINES[:many])
    plain = {"MAT": ["PE"] * many, "DN": [100.0] * many, "ROAD": ["One Road"] * many}
    return frame(list(shapes), ID=list(ids), **{**plain, **columns})


def part(
    rows: pd.DataFrame, mapping: Mapping[str, Any] = MAPPING, table: str = "pipe", **choice: Any
) -> adopt_layers.MappedFrame:
    """Return a part of a run; an update where ``choice`` says how, ``origin`` its file."""
    origin = choice.pop("origin", "")
    return adopt_layers.MappedFrame(
        "file",
        rows,
        from_dict(mapping),
        table,
        choice=UpdateChoice(**choice) if choice else None,
        origin=origin,
    )


def delivered(folder: Path) -> Path:
    """Return a network in a folder into which pipes A, B and C were brought once."""
    path = folder / "town.gpkg"
    with store.create_network(path, CRS, by="li") as network:
        deliver(network, delivery())
    return path


def deliver(
    network: Network,
    rows: pd.DataFrame,
    mapping: Mapping[str, Any] = MAPPING,
    table: str = "pipe",
    **choice: Any,
) -> tuple[AdoptionResult, str]:
    """Adopt or update by a frame; return what came of it, and the batch, '' for none."""
    done = adopt_layers.adopt_all(network, [part(rows, mapping, table, **choice)], backup=False)[0]
    return done.result, done.batch_id


def edit(network: Network, batch_kind: str = "edit", table: str = "pipe", **columns: Sequence[Any]) -> str:
    """Set columns of rows by a batch of some kind; return it."""
    rows: Any = pd.DataFrame({name: pd.Series(list(values)) for name, values in columns.items()})
    if "geom" in rows:
        rows = gpd.GeoDataFrame(rows, geometry="geom", crs=CRS)
    with network.write(batch_kind) as batch:
        batch.update(table, rows)
    return batch.batch_id


def column(network: Network, name: str, table: str = "pipe") -> dict[str, Any]:
    """Return a column by id, None for unknown."""
    id_field = all_tables()[table].id_field
    found = network.read(table, [id_field, name], geometry=False)
    values = [None if pd.isna(one) else one for one in found[name]]
    return dict(zip(found[id_field], values))


def whole(network: Network, table: str = "pipe") -> pd.DataFrame:
    """Return a table without what the store fills at every write."""
    found = network.read(table).drop(columns=["edited_by", "edited_on", "batch_id", "row_version"])
    return found.sort_values(found.columns[0], ignore_index=True)
