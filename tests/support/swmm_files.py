"""A small SWMM file with the traps of real ones, and it as a network."""

from __future__ import annotations

from dataclasses import dataclass

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
# a subcatchment that drains to another, a conduit that rises, comments, a rule, an old option value.
DRAINS = """[TITLE]
;;Project
Town of the tests

[OPTIONS]
FLOW_UNITS           CMS
INFILTRATION         HORTON
FLOW_ROUTING         DYNWAVE
LINK_OFFSETS         DEPTH
NORMAL_FLOW_LIMITED  NO
START_DATE           01/01/2020
END_DATE             01/01/2020
END_TIME             01:00:00
REPORT_STEP          00:05:00
ROUTING_STEP         5

[EVAPORATION]
CONSTANT 0.0

[RAINGAGES]
G1 INTENSITY 0:05 1.0 TIMESERIES RAIN

[SUBCATCHMENTS]
;;Name Gage Outlet Area %Imperv Width %Slope CurbLen
S1 G1 J1 1.0 50 100 0.5 0
S2 G1 S1 0.5 50 50 0.5 0
S3 G1 J3 2.0 50 100 0.5 0

[SUBAREAS]
S1 0.01 0.1 0.05 0.05 25 OUTLET
S2 0.01 0.1 0.05 0.05 25 OUTLET
S3 0.01 0.1 0.05 0.05 25 OUTLET

[INFILTRATION]
S1 75 10 4 7 0
S2 75 10 4 7 0
S3 75 10 4 7 0

[JUNCTIONS]
;;Name Elev MaxDepth InitDepth SurDepth Aponded
J1 10.0 3.0 0 0 0 ; first
J2 9.5 0 0 0 0
"Old well" 9.0 2.5 0 0 0

[OUTFALLS]
O1 8.0 FREE NO
O2 8.5 FREE NO

[STORAGE]
SUMP 7.0 4.0 0 FUNCTIONAL 0 0 5 0 0

[CONDUITS]
;;Name From To Length Rough InOff OutOff
C1 J1 J2 100 0.013 0.1 *
C2 J2 "Old well" 100 0.013 0 0.2 0 0
C3 "Old well" O1 50 0.013 0 0
R1 J3 O2 20 0.013 0 0.5

[JUNCTIONS]
J3 8.2 2 0 0 0

[PUMPS]
P1 SUMP J3 * ON

[WEIRS]
W1 "Old well" SUMP TRANSVERSE 1.2 1.8 NO 0 0

[XSECTIONS]
C1 CIRCULAR 0.5 0 0 0 1
C2 RECT_CLOSED 0.8 1.2 0 0 1
C3 TRAPEZOIDAL 1 2 1 1 1
R1 FORCE_MAIN 0.3 130 0 0 1
W1 RECT_OPEN 1 2 0 0

[LOSSES]
C1 0.5 0.5 0 NO

[CONTROLS]
RULE A
IF NODE SUMP DEPTH > 1
THEN PUMP P1 STATUS = ON

RULE B
IF NODE J1 DEPTH > 2
THEN WEIR W1 SETTING = 0

[INFLOWS]
J2 FLOW "" FLOW 1.0 1.0 0.02

[TIMESERIES]
RAIN 0:00 30
RAIN 0:30 0

[REPORT]
NODES J1 J2
LINKS ALL

[TAGS]
Node J1 first
Link C1 main

[MAP]
UNITS Meters

[COORDINATES]
J1 1000 2000
J2 1100 2000
"Old well" 1200 2000
O1 1250 2000
SUMP 1210 2010
J3 1220 2020
O2 1240 2020

[VERTICES]
C1 1050 2010

[Polygons]
S1 950 1950
S1 1050 1950
S1 1050 2050
S1 950 2050
S3 1200 2000
S3 1210 2000
S3 1210 2010
"""


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
        new = gpd.GeoDataFrame([row], geometry="geom", crs=rows.crs)
        setattr(self, frame, pd.concat([rows, new], ignore_index=True))

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
