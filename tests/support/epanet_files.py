"""Small EPANET files, and what the tests do with files: import, edit, export, run."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyproj

from waternet_plugin.core.exchange.epanet.reading import (
    element_coordinates,
    element_rows,
    elements,
    imported_file,
    text,
)
from waternet_plugin.core.exchange.epanet.writing import exporting
from waternet_plugin.core.schema.settings import Settings

# Two sources, every kind of link, a closed pipe, a check valve, bends, a curve, a control, a rule.
TOWN = """[TITLE]
A small town

[JUNCTIONS]
;ID  Elev  Demand  Pattern
 J1  10    0
 J2  12    5       day   ; the market
 J3  14    5       day
 J4  11    2.5
 J5  9     1
 J6  8     1
[RESERVOIRS]
 R1  50
[TANKS]
 T1  45  3  0  6  20  0
[PIPES]
 P1  J1  J2  500  300  130  0  Open ; trunk
 P2  J2  J3  400  200  120  0  Open
 P3  J3  J4  300  150  110  0  Closed
 P4  J2  J4  350  150  110  0.5
 P5  T1  J3  200  250  125  0  CV
 P6  J5  J6  120  100  100
[PUMPS]
 1   R1  J1  HEAD lift
[VALVES]
 V1  J4  J5  150  PRV  25  0
 J6  J6  J3  100  TCV  3.5  0
[STATUS]
 J6  Closed
[DEMANDS]
 J4  2.5  day
[PATTERNS]
 day  1.0  0.5  1.5
[CURVES]
 lift  60  20
[CONTROLS]
 LINK P2 CLOSED IF NODE T1 ABOVE 5.5
[RULES]
RULE 1
IF TANK T1 LEVEL BELOW 1
THEN PUMP 1 STATUS = OPEN
PRIORITY 2

RULE 2
IF JUNCTION J6 PRESSURE BELOW 5
THEN VALVE J6 STATUS = OPEN
[ENERGY]
 PUMP 1 EFFIC lift
[REPORT]
 STATUS No
 NODES J1 J6
[TIMES]
 Duration 0
[OPTIONS]
 Units LPS
 Headloss H-W
[COORDINATES]
 J1  100   100
 J2  600   100
 J3  600   500
 J4  900   100
 J5  900   -50
 J6  1000  -50
 R1  0     100
 T1  600   700
[VERTICES]
 P2  650  200
 P2  650  400
[TAGS]
 NODE J2 market
[BACKDROP]
 UNITS None
[END]
"""
ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("WATERNET_DATA", ROOT.parent / "shared" / "data"))
NETWORKS = DATA / "networks_inp"


@dataclass
class Imported:
    """A file as it stands in a network: rows that a test may edit, and the kept text."""

    pipes: gpd.GeoDataFrame
    nodes: gpd.GeoDataFrame
    kept: imported_file.ImportedFile
    model: elements.Model

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

    def add_pipe(self, pipe_id: str, line: object, **values: object) -> None:
        """Draw a pipe."""
        row = {"pipe_id": pipe_id, "system": "potable", "status": "in_use", "geom": line, **values}
        new = gpd.GeoDataFrame([row], geometry="geom", crs=self.pipes.crs)
        self.pipes = pd.concat([self.pipes, new], ignore_index=True)

    def export(self) -> exporting.ExportedModel:
        """Return the file of the network as it is now."""
        return exporting.export(
            exporting.MapRows(self.pipes, self.nodes, pd.DataFrame({"pipe_id": [], "demand_m3d": []})),
            imported=self.kept,
            name="out.inp",
            network="town",
            crs=pyproj.CRS.from_user_input(self.kept.plane.target),
            settings=Settings(),
        )


def read(data: bytes | str, name: str = "town.inp") -> elements.Model:
    """Return the elements of a file."""
    raw = data.encode() if isinstance(data, str) else data
    return elements.model_of(text.read_document(raw, name), name)


def imported(
    data: bytes | str = TOWN, *, crs: str | None = None, target: str | None = None, name: str = "town.inp"
) -> Imported:
    """Return a file as an import writes it into a network."""
    model = read(data, name)
    source = pyproj.CRS.from_user_input(crs) if crs else None
    plane = element_coordinates.plane_of(
        model.document, source, pyproj.CRS.from_user_input(target) if target else None
    )
    adopted = element_rows.adopt(model, plane)
    frame = imported_file.imported_file_frame(
        imported_file.ImportedFile(name, model.document, plane, adopted.links)
    )
    kept = imported_file.imported_file_of(frame)
    assert kept is not None
    return Imported(adopted.pipes.assign(material=None), adopted.nodes, kept, model)


def exchanged(old: str, new: str, data: str = TOWN) -> str:
    """Return a file with one part exchanged."""
    assert data.count(old) == 1, old
    return data.replace(old, new)
