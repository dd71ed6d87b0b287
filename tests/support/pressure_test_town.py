"""A square zone for zero-pressure tests: one inlet, four closed valves, gauges and an outlet."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from support.store_helpers import foreign
from support.water_frames import CRS, Drawing
from waternet_plugin import store
from waternet_plugin.store import Network

# Heads every five minutes, m: of a zone that stays empty, and of one that fills again.
TIGHT = [32.0, 30.0, 12.0, 3.0, 0.2, 0.1, 0.1, 0.2, 0.2, 0.1, 0.1, 0.2, 0.2]
LEAKS = [32.0, 30.0, 12.0, 3.0, 0.2, 0.1, 0.6, 1.2, 2.0, 3.0, 4.0, 5.0, 6.0]


def typed(**heads: list[float]) -> str:
    """Return heads of gauges, every five minutes from 01:00, as they are typed."""
    return "; ".join(
        f"{name} {1 + at // 12:02d}:{at % 12 * 5:02d} {head / 101.97:.4f}"
        for name, values in heads.items()
        for at, head in enumerate(values)
    )


def square() -> Drawing:
    """A zone of four streets: fed by a meter in the south, closed to a ring around it by four valves."""
    d = Drawing()
    d.node("S", -500, 0, kind="source").node("R0", -200, 0)
    d.node("IV", -100, 0, kind="valve", turns=38.0).node("M", -90, 0, kind="flow_meter", meter_in="Z")
    d.node("A", 0, 0, ground_m=20.0).node("B", 300, 0, ground_m=25.0)
    d.node("C", 300, 300, ground_m=30.0).node("D", 0, 300, ground_m=22.0)
    for number, (x, y) in enumerate([(0, 350), (150, 360), (350, 300), (350, 0)], 1):
        d.node(f"V{number}", x, y, kind="valve", valve_state="closed", operable="yes")
        d.node(f"R{number}", x + 40, y + 40)
    d.node("H", 310, 310, kind="hydrant", ground_m=30.0).node("W", 10, -10, kind="washout", ground_m=19.0)
    d.node("HR", -250, 20, kind="hydrant", ground_m=21.0)
    d.pipe("s1", "S", "R0").pipe("s2", "R0", "IV").pipe("s3", "IV", "M").pipe("hr", "R0", "HR")
    for name, a, b in [("z1", "M", "A"), ("z2", "A", "B"), ("z3", "B", "C"), ("z4", "C", "D"),
                       ("z5", "D", "A"), ("z6", "D", "V1"), ("z7", "D", "V2"), ("z8", "C", "V3"),
                       ("z9", "B", "V4"), ("zh", "C", "H"), ("zw", "A", "W")]:  # fmt: skip
        d.pipe(name, a, b, dma_id="Z")
    ring = ["R0", "R1", "R2", "R3", "R4"]
    for number, (a, b) in enumerate(zip(ring, ring[1:])):
        d.pipe(f"r{number}", a, b)
    for number in range(1, 5):
        d.pipe(f"x{number}", f"V{number}", f"R{number}")
    d.customer("c1", "z2").customer("c2", "z4", critical="yes").customer("c3", "r1").customer("c4", "s3")
    return d


def square_file(path: Path) -> Path:
    """Write the square with its zone to a new network."""
    drawing = square()
    drawing.places = {name: (500000 + x, 3000000 + y) for name, (x, y) in drawing.places.items()}
    outline = gpd.GeoSeries([shapely.MultiPolygon([shapely.box(500000, 3000000, 500300, 3000300)])], crs=CRS)
    zone = pd.DataFrame({"zone_id": ["Z"], "kind": ["dma"], "state": ["draft"], "name": ["方块"]})
    store.create_network(path, CRS).close()
    with store.open_network(path) as network, network.write("adopt") as batch:
        for table, frame in (
            ("zone", gpd.GeoDataFrame(zone, geometry=outline).rename_geometry("geom")),
            ("pipe", drawing.pipes),
            ("node", drawing.nodes),
            ("customer", drawing.customers),
        ):
            batch.insert(table, frame.dropna(axis="columns", how="all"))
    return path


PASSES = {
    "zone_id": "Z",
    "start": "2026-03-12 01:00",
    "end": "2026-03-12 02:00",
    "readings": typed(H=TIGHT),
}


def retest(network: Network) -> object:
    """Return whether the zone is to be tested again."""
    return network.read("zone", ["retest"], geometry=False)["retest"].tolist()[0]


def edit(network: Network, table: str, **values: object) -> None:
    """Change a row in a batch."""
    with network.write("edit") as batch:
        batch.update(table, pd.DataFrame({name: [value] for name, value in values.items()}))


def forget_mark(network: Network) -> None:
    """Take the mark away as a program would that knows nothing of tests."""
    foreign(network, "UPDATE zone SET retest = 'no'")


def new_pipe(network: Network, name: str, start: str, end: str, **fields: object) -> None:
    """Draw a straight pipe between two nodes in a batch."""
    nodes = network.read("node", ["node_id"], ids=[start, end])
    place = dict(zip(nodes["node_id"], nodes.geometry))
    line = shapely.LineString([(place[each].x, place[each].y) for each in (start, end)])
    row = {
        "pipe_id": [name],
        "system": ["potable"],
        "status": ["in_use"],
        "from_node": [start],
        "to_node": [end],
    }
    frame = pd.DataFrame({**row, **{key: [value] for key, value in fields.items()}})
    shape = gpd.GeoSeries([shapely.force_3d(line)], crs=network.crs)
    with network.write("edit") as batch:
        batch.insert("pipe", gpd.GeoDataFrame(frame, geometry=shape).rename_geometry("geom"))
