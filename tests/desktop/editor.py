"""The technician's way: draw a pipe from node to node, put a valve on it, Save; a Save that is refused."""

from __future__ import annotations

import os
import sys
import time

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import Script, finish, pause, perform  # noqa: E402
from map_hands import (  # noqa: E402
    HANDS,
    click_action,
    click_map,
    logged,
    look_at,
    place_of,
    sample,
    session,
    tool,
)
from qgis.core import QgsFeature, QgsPointXY, QgsProject  # noqa: E402
from qgis.utils import iface  # noqa: E402

AROUND_M = 60.0


def two_nodes(nodes: object) -> list[QgsFeature]:
    """Return two drinking water junctions 20 to 40 m apart."""
    found = [
        node for node in nodes.getFeatures() if node["system"] == "potable" and node["kind"] == "junction"
    ]
    for one in found:
        for other in found:
            if 20 < place_of(one).distance(place_of(other)) < 40:
                return [one, other]
    raise LookupError("no two junctions near each other")


def way() -> Script:
    """Go it and print clicks, seconds and what was reached."""
    yield from sample()
    pipes, nodes = session().layer("pipe"), session().layer("node")
    one, other = two_nodes(nodes)
    first, last = place_of(one), place_of(other)
    middle = QgsPointXY((first.x() + last.x()) / 2 + 4, (first.y() + last.y()) / 2 + 6)
    iface.setActiveLayer(pipes)
    yield from look_at(middle, AROUND_M)
    HANDS.clicks, begun = 0, time.monotonic()
    click_action(tool("draw_pipe"))
    yield lambda: pipes.isEditable() and nodes.isEditable()
    yield pause(1)
    for place in (first, middle, last):
        click_map(place.x(), place.y())
        yield pause(0.7)
    HANDS.shoot("drawing_pipe")
    HANDS.key("Return")
    yield lambda: len(pipes.editBuffer().addedFeatures()) == 1
    drawn = next(iter(pipes.editBuffer().addedFeatures().values()))
    ends = {drawn["from_node"], drawn["to_node"]}
    if ends != {one["node_id"], other["node_id"]}:
        raise AssertionError(f"the pipe names {ends}")
    drawing_clicks = HANDS.clicks
    click_action(tool("insert_node"))
    yield pause(1)
    click_map((first.x() + middle.x()) / 2, (first.y() + middle.y()) / 2)
    yield lambda: len(pipes.editBuffer().addedFeatures()) == 2
    valve = next(iter(nodes.editBuffer().addedFeatures().values()))
    if (valve["system"], valve["node_id"][:3]) != ("potable", one["node_id"][:3]):
        raise AssertionError(f"the valve is {valve['node_id']}, {valve['system']}")
    yield pause(1)
    HANDS.shoot("inserted_valve")
    iface.setActiveLayer(pipes)
    yield pause(0.5)
    click_action(iface.actionSaveActiveLayerEdits())
    yield lambda: not pipes.isModified() and not nodes.isModified()
    if logged(session().network_path) != [("edit", 3)]:
        raise AssertionError(f"the newest batch is {logged(session().network_path)}")
    seconds = time.monotonic() - begun
    clicks = HANDS.clicks
    yield pause(1)
    HANDS.shoot("saved_edits")
    fids = sorted(feature.id() for feature in pipes.getFeatures())[:2]
    taken = pipes.getFeature(fids[0])["pipe_id"]
    pipes.changeAttributeValue(fids[1], pipes.fields().lookupField("pipe_id"), taken)
    click_action(iface.actionSaveActiveLayerEdits())
    yield lambda: any("WaterNet" in item.title() or item.text() for item in iface.messageBar().items())
    yield pause(1)
    HANDS.shoot("refused_save")
    if not pipes.isModified() or not pipes.isEditable():
        raise AssertionError("the refused edit is lost")
    pipes.undoStack().undo()
    yield pause(0.5)
    finish("editor", clicks, seconds, f"a pipe in {drawing_clicks} clicks, a valve, saved as one batch")
    QgsProject.instance().setDirty(False)


perform(way(), HANDS)
