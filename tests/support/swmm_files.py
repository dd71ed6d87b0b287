"""A small SWMM file with the traps of real ones, and it as a network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyproj

from waternet_plugin.core.exchange.swmm.reading.imported_swmm import (
    ImportedSwmm,
    imported_swmm_frame,
    imported_swmm_of,
)
from waternet_plugin.core.exchange.swmm.reading.swmm_model import SwmmModel, swmm_model_of
from waternet_plugin.core.exchange.swmm.reading.swmm_plane import swmm_plane_of
from waternet_plugin.core.exchange.swmm.reading.swmm_rows import adopt_swmm
from waternet_plugin.core.exchange.swmm.reading.swmm_text import read_swmm_text
from waternet_plugin.core.exchange.swmm.writing.swmm_exporting import (
    ExportedSwmm,
    SwmmMapRows,
    export_swmm_model,
)
from waternet_plugin.core.schema.settings import Settings

# Metres; a name with a blank, an offset left open, two sections of one name, a weir, a pump and its sump,
# a subcatchment that drains to another, a conduit that rises, comments, rules, an old option value.
DRAINS = (Path(__file__).resolve().parents[1] / "data" / "drains.inp").read_text(encoding="utf-8")

# The same without what SWMM itself refuses: blanks in names, and an offset left open beside depths.
RUNNING = DRAINS.replace('"Old well"', "OldWell").replace("0.013 0.1 *", "0.013 0.1 0")


@dataclass
class SwmmTown:
    """A file as it stands in a network: rows that a test may edit, and the kept text."""

    pipes: gpd.GeoDataFrame
    nodes: gpd.GeoDataFrame
    zones: gpd.GeoDataFrame
    imported: ImportedSwmm

    def set(self, frame: str, id_: str, **values: object) -> None:
        """Change columns of one row."""
        rows = getattr(self, frame)
        key = "pipe_id" if frame == "pipes" else "node_id"
        for name, value in values.items():
            rows.loc[rows[key] == id_, name] = value

    def remove(self, *ids: str) -> None:
        """Delete pipes and nodes by id."""
        self.pipes = self.pipes[~self.pipes["pipe_id"].isin(ids)].reset_index(drop=True)
        self.nodes = self.nodes[~self.nodes["node_id"].isin(ids)].reset_index(drop=True)

    def add(self, frame: str, **values: object) -> None:
        """Draw a pipe or a node."""
        rows = getattr(self, frame)
        row = {"system": "storm", "status": "in_use", **values}
        new = gpd.GeoDataFrame(
            {name: [row.get(name)] for name in rows.columns}, geometry="geom", crs=rows.crs
        )
        setattr(self, frame, pd.concat([rows, new.astype(rows.dtypes.to_dict())], ignore_index=True))

    def export(self, *, fill_inverts: bool = False) -> ExportedSwmm:
        """Return the file of the network as it is now."""
        return exported_drains(self.pipes, self.nodes, imported=self.imported, fill_inverts=fill_inverts)


def exported_drains(
    pipes: gpd.GeoDataFrame,
    nodes: gpd.GeoDataFrame,
    *,
    imported: ImportedSwmm | None,
    fill_inverts: bool = False,
) -> ExportedSwmm:
    """Return the file of rows of a network."""
    return export_swmm_model(
        SwmmMapRows(pipes, nodes),
        imported=imported,
        name="out.inp",
        network="town",
        crs=pyproj.CRS.from_user_input(pipes.crs),
        settings=Settings(),
        fill_inverts=fill_inverts,
    )


def read_swmm(data: str | bytes, name: str = "drains.inp", flow_unit: str = "") -> SwmmModel:
    """Return the elements of a file."""
    raw = data.encode() if isinstance(data, str) else data
    return swmm_model_of(read_swmm_text(raw, name), name, flow_unit)


def swmm_town(data: str | bytes = DRAINS, *, crs: str | None = None, target: str | None = None) -> SwmmTown:
    """Return a file as an import writes it into a network."""
    model = read_swmm(data)
    systems = [pyproj.CRS.from_user_input(one) if one else None for one in (crs, target)]
    plane = swmm_plane_of(model, *systems)
    rows = adopt_swmm(model, plane)
    frame = imported_swmm_frame(ImportedSwmm("drains.inp", model.text, model.units.flow, plane))
    imported = imported_swmm_of(frame)
    assert imported is not None
    more = {"material": None, "depth_start_m": float("nan"), "depth_end_m": float("nan"), "flow": None}
    return SwmmTown(rows.pipes.assign(**more), rows.nodes, rows.zones, imported)
