"""The sewer technician: misconnections explained and closed, flow, the next manhole, catchments."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import Script, finish, pause, perform  # noqa: E402
from map_hands import (  # noqa: E402
    HANDS,
    click_action,
    click_map,
    expect,
    idle,
    look_at,
    pane,
    point_map,
    sample,
    section,
    session,
    to_dock,
)
from qgis.core import QgsPointXY, QgsProject  # noqa: E402
from qgis.utils import iface, plugins  # noqa: E402

UNKNOWN = 6
# Least and greatest zone in a town of about 1 km2.
SIZES_KM2 = (0.2, 0.5)


def choose(entry: str) -> Script:
    """Choose an entry of the section's menu."""
    yield from to_dock("wn_section_drainage_more")
    HANDS.click("wn_section_drainage_more")
    yield section("drainage").menu.isVisible
    yield pause(0.5)
    menu = section("drainage").menu
    action = next(one for one in menu.actions() if one.objectName() == entry)
    HANDS.click_at(menu.mapToGlobal(menu.actionGeometry(action).center()))


def explain() -> Script:
    """Go from the figure in the dock to a misconnection that is explained."""
    yield lambda: section("drainage").figure.text() != ""
    yield from to_dock("wn_section_drainage_figure")
    HANDS.shoot("drainage_dock")
    HANDS.click("wn_section_drainage_figure")
    yield lambda: pane("misconnections") is not None and pane("misconnections").chosen is not None
    yield idle
    yield pause(2)
    HANDS.shoot("misconnection_explained")
    expect(bool(pane("misconnections").overlay.lines), True, "the way is drawn")


def close() -> Script:
    """Accept it with a reason."""
    many = len(pane("misconnections").list.rows)
    HANDS.click("wn_misconnections_accept")
    yield HANDS.there("wn_misconnections_reason")
    yield pause(0.5)
    HANDS.type("inspected by CCTV, kept until 2027")
    yield HANDS.there("wn_misconnections_accept_now")
    HANDS.shoot("misconnection_reason")
    HANDS.click("wn_misconnections_accept_now")
    yield lambda: len(pane("misconnections").list.rows) == many - 1 and idle()
    yield pause(1)
    HANDS.shoot("misconnection_closed")


def leave_open() -> list[str]:
    """Record the flow of some drains of a street as undetermined, and return them."""
    import pandas as pd

    with session().network() as network:
        pipes = network.read("pipe", ["pipe_id", "system", "function", "to_node"])
        storm = pipes[(pipes["system"] == "storm") & (pipes["function"] == "branch")]
        middle = storm.geometry.iloc[len(storm) // 2]
        names = storm.assign(away=storm.geometry.distance(middle)).nsmallest(UNKNOWN, "away")["pipe_id"]
        with network.write("edit", name="undetermined") as batch:
            batch.update("pipe", pd.DataFrame({"pipe_id": names.to_list(), "flow": "undetermined"}))
    session().written("pipe")
    return names.to_list()


def undetermined() -> list[dict[str, Any]]:
    """Return the drains of the list whose flow nobody knows; beside them it has what is doubtful."""
    from waternet_plugin.core.schema.domains import domain

    word = domain("flow")["undetermined"].label
    return [row for row in pane("flow").list.rows if row["flow"] == word]


def infer() -> Script:
    """Look at the flow, at what is undetermined and how sure the rest is, and keep it."""
    names = leave_open()
    yield idle
    yield from to_dock("wn_section_drainage_flow")
    HANDS.click("wn_section_drainage_flow")
    yield lambda: pane("flow") is not None and pane("flow").found is not None and idle()
    expect(set(names) <= {row["pipe_id"] for row in pane("flow").list.rows}, True, "undetermined drains")
    place = undetermined()[0]["shape"].interpolate(0.5, normalized=True)
    yield from look_at(QgsPointXY(place.x, place.y), 180)
    yield pause(1)
    HANDS.shoot("flow_undetermined")
    HANDS.click("wn_flow_store")
    yield lambda: idle() and section("drainage").state.unknown == len(undetermined())
    yield pause(1)
    HANDS.shoot("flow_stored")


def observe() -> Script:
    """Point at a drain, and keep its flow as it was seen."""
    click_action(plugins["waternet_plugin"].actions.tools.actions["flow"])
    yield lambda: pane("flow").is_listening and idle()
    place = undetermined()[0]["shape"].interpolate(0.5, normalized=True)
    yield from look_at(QgsPointXY(place.x, place.y), 60)
    point_map(place.x, place.y)
    yield lambda: pane("flow").tool.here is not None
    yield pause(1)
    HANDS.shoot("flow_here")
    many = len(undetermined())
    click_map(place.x, place.y)
    yield lambda: len(undetermined()) == many - 1 and idle()
    HANDS.key("Escape")


def dirty_manhole() -> tuple[str, QgsPointXY]:
    """Return the manhole of storm drains below most others, and where it is."""
    from waternet_plugin.operations.drainage.find_misconnections import next_manhole

    with session().network() as network:
        nodes = network.read("node", ["node_id", "kind", "system"])
        storm = nodes[(nodes["kind"] == "manhole") & (nodes["system"] == "storm")]
        found = [
            (len(next_manhole(network, (str(name),)).candidates), str(name), shape)
            for name, shape in zip(storm["node_id"][::40], storm.geometry[::40])
        ]
    _many, name, shape = max(found, key=lambda one: (one[0], one[1]))
    return name, QgsPointXY(shape.x, shape.y)


def search() -> Script:
    """Search the source of sewage from a dirty manhole, cover by cover."""
    name, place = dirty_manhole()
    click_action(plugins["waternet_plugin"].actions.tools.actions["manholes"])
    yield lambda: pane("manholes") is not None and pane("manholes").is_listening
    yield from look_at(place, 40)
    click_map(place.x(), place.y())
    yield lambda: pane("manholes").found is not None and idle()
    expect(list(pane("manholes").opened), [name], "the dirty manhole")
    candidates = pane("manholes").found.candidates
    xs, ys = [row["x"] for row in candidates], [row["y"] for row in candidates]
    session().zoom_to((min(xs) - 40, min(ys) - 40, max(xs) + 40, max(ys) + 40))
    yield pause(1)
    yield idle
    HANDS.shoot("manhole_first")
    for key in ("c", "d", "c"):
        found = pane("manholes").found
        if len(found.candidates) <= 1 or not found.next:
            break
        iface.mapCanvas().setFocus()
        HANDS.key(key)
        yield lambda found=found: pane("manholes").found is not found and idle()
        expect(len(pane("manholes").found.candidates) < len(found.candidates), True, "fewer candidates")
        yield pause(0.7)
    HANDS.shoot("manhole_next")
    HANDS.key("Escape")


def divide() -> Script:
    """Look at the catchments in dry and in wet weather."""
    yield from choose("wn_drainage_menu_catchments")
    yield lambda: pane("catchments") is not None and pane("catchments").list.rows and idle()
    session().zoom_to(session().layer("pipe").extent())
    yield pause(1)
    yield idle
    HANDS.click("wn_catchments_dry")
    yield pause(1)
    HANDS.shoot("catchments_dry")
    HANDS.click("wn_catchments_wet")
    yield pause(1)
    HANDS.shoot("catchments_wet")


def group() -> Script:
    """Look at zones, smaller ones than usual in so small a town, and at what blocks them."""
    if not any(one.objectName() == "wn_drainage_menu_zones" for one in section("drainage").menu.actions()):
        return
    yield from choose("wn_drainage_menu_zones")
    yield lambda: pane("zones") is not None and pane("zones").rows and idle()
    for name, size in zip(("min", "max"), SIZES_KM2):
        HANDS.find(f"wn_zones_{name}").setValue(size)
    before = pane("zones").rows
    HANDS.click("wn_zones_build")
    yield lambda: pane("zones").rows is not before and idle()
    yield pause(1)
    HANDS.shoot("zones")
    expect(all(row["ready"] == (not row["named"]) for row in pane("zones").rows), True, "ready or blocked")


def way() -> Script:
    """Go it and print clicks, seconds and what was reached."""
    yield from sample()
    counted = []
    begun = time.monotonic()
    for part in (explain, close, infer, observe, search, divide, group):
        HANDS.clicks = 0
        yield from part()
        counted.append(HANDS.clicks)
    explained, closed = counted[0], counted[0] + counted[1]
    expect(explained <= 1, True, f"explained in {explained} clicks")
    expect(closed <= 3, True, f"closed with a reason in {closed} clicks")
    outcome = (
        "a misconnection explained in {}, closed with a reason in {} clicks; flow stored in {}, seen in {}; "
        "a cover searched in {}, catchments in {}, zones in {}"
    ).format(explained, closed, *counted[2:])
    finish("drainage", sum(counted), time.monotonic() - begun, outcome)
    QgsProject.instance().setDirty(False)


perform(way(), HANDS)
