"""A small town to ask by clicks: a street of water pipes with valves, and a street of drains with inverts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.core import QgsPointXY, QgsRectangle

from support.built_network import copied
from support.water_frames import CRS, Drawing


def draw_town() -> Drawing:
    """Source - V1 - J - V2 - V3 - E, a closed valve V4 between J and E, and drains M1 - M2 - M3 - O below."""
    drawing = Drawing()
    drawing.node("S", 500000, 3000000, kind="source").node("V1", 500100, 3000000, kind="valve", turns=26.0)
    drawing.node("J", 500200, 3000000).node("V2", 500300, 3000000, kind="valve", diameter_mm=200.0)
    drawing.node("V3", 500400, 3000000, kind="valve").node("E", 500500, 3000000)
    drawing.node("V4", 500300, 3000100, kind="valve", valve_state="closed")
    drawing.node("A", 500150, 2999900).node("B", 500350, 2999900)
    drawing.pipe("p1", "S", "V1").pipe("p2", "V1", "J").pipe("p3", "J", "V2").pipe("p4", "V2", "V3")
    drawing.pipe("p5", "V3", "E").pipe("p6", "J", "V4").pipe("p7", "V4", "E")
    drawing.pipe("old", "A", "B", status="abandoned")
    for number, (x, ground) in enumerate(((500050, 30.0), (500150, 29.5), (500250, 29.0)), 1):
        drawing.node(f"M{number}", x, 2999800, kind="manhole", system="sewage", ground_m=ground)
    drawing.node("O", 500350, 2999800, kind="outfall", system="sewage", ground_m=28.5)
    # Crosses d1 in plan, 1 m above it.
    drawing.node("X", 500100, 2999850).node("Y", 500100, 2999750)
    drawing.pipe("cross", "X", "Y", invert_start_m=29.0, invert_end_m=29.0)
    drain = {"system": "sewage", "diameter_mm": 400.0, "material": "concrete"}
    drawing.pipe("d1", "M1", "M2", invert_start_m=27.0, invert_end_m=26.7, **drain)
    drawing.pipe("d2", "M2", "M3", **drain)
    drawing.pipe("d3", "M3", "O", invert_start_m=26.4, invert_end_m=26.1, **drain)
    return drawing.customer("c4", "p4", critical="yes").customer("c5", "p5").customer("c6", "d1")


def make_tool_town(folder: Path) -> Path:
    """Write the town with its project and return the network's path."""
    from waternet_plugin import store
    from waternet_plugin.bridge.project.project import build_project

    path = folder / "tools.gpkg"
    drawing = draw_town()
    store.create_network(path, CRS).close()
    with store.open_network(path) as network, network.write("adopt") as batch:
        for table, frame in (
            ("pipe", drawing.pipes),
            ("node", drawing.nodes),
            ("customer", drawing.customers),
        ):
            batch.insert(table, frame.dropna(axis="columns", how="all"))
    build_project(path, language="en")
    return path


def show_all_of(session: Any) -> None:
    """Bring the town into view: the fake window does not do what QGIS does with an opened project."""
    canvas = session.iface.mapCanvas()
    canvas.setDestinationCrs(session.layer("pipe").crs())
    canvas.setExtent(QgsRectangle(499900, 2999600, 500600, 3000300))


def open_town(plugin: Any, town: Path, folder: Path) -> Path:
    """Open a copy of the town in a plugin of one's own, all of it in view, and return the copy's path."""
    path = copied(town, folder)
    plugin.session.iface.window.resize(1200, 800)
    plugin.session.iface.window.show()
    assert plugin.session.open_network(str(path))
    show_all_of(plugin.session)
    return path


def clicked_at(pane: Any, place: QgsPointXY) -> None:
    """Click a place of the map with the pane's tool."""
    pane.tool.pick_at(place)
