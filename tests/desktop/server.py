"""Three people on a server that goes and returns: one edits, another imports, the third may not edit here."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])
sys.path.insert(0, str(Path(os.environ["WATERNET_DESKTOP"]).parent))

from hands import Script, finish, pause, perform  # noqa: E402
from map_hands import (  # noqa: E402
    HANDS,
    click_action,
    click_map,
    expect,
    idle,
    look_at,
    point_map,
    right_click_map,
    sample,
    session,
    to_dock,
)
from qgis.core import (  # noqa: E402
    QgsFeatureRequest,
    QgsPointXY,
    QgsProject,
)
from qgis.PyQt.QtWidgets import QDialog  # noqa: E402
from qgis.utils import iface  # noqa: E402
from server_town import (  # noqa: E402
    CONNECTION,
    CUT,
    SCHEMA,
    asked,
    changed,
    is_drawn,
    keep_connection,
    moved_town,
    opened,
    pipe_of,
    pipes,
    take,
)
from support.database_server import DatabaseServer, server_of_run  # noqa: E402

AROUND_M = 45.0
# Colleagues: a keeper, who imports, and an editor of other districts, who comes with a connection of her own.
IMPORTER, CREW = "李工", "王芳"
CREWS_CONNECTION = f"{CONNECTION} {CREW}"


def straight_pipe() -> tuple[str, QgsPointXY, QgsPointXY]:
    """Return a drinking water pipe of 40 to 70 m and where it begins and ends."""
    wanted = QgsFeatureRequest().setFilterExpression(
        "\"system\" = 'potable' AND length_m > 40 AND length_m < 70 AND material IS NOT NULL"
    )
    for pipe in pipes().getFeatures(wanted):
        line = pipe.geometry().constGet()
        if line.numPoints() == 2:
            return pipe["pipe_id"], QgsPointXY(line.startPoint()), QgsPointXY(line.endPoint())
    raise LookupError("no straight pipe")


def between(start: QgsPointXY, end: QgsPointXY, part: float, aside_m: float = 0.0) -> QgsPointXY:
    """Return a place along a line, and beside it."""
    x, y = end.x() - start.x(), end.y() - start.y()
    length = (x * x + y * y) ** 0.5
    return QgsPointXY(
        start.x() + part * x - aside_m * y / length, start.y() + part * y + aside_m * x / length
    )


def edited(asset: str, start: QgsPointXY, end: QgsPointXY) -> Script:
    """Change a value, split the pipe, move the vertex where its halves meet."""
    iface.setActiveLayer(pipes())
    yield from look_at(between(start, end, 0.5), AROUND_M)
    if not pipes().isEditable():
        click_action(iface.actionToggleEditing())
    yield lambda: pipes().isEditable() and session().layer("node").isEditable()
    changed(asset, material="pe", street="建设路")
    iface.actionSplitFeatures().trigger()
    yield pause(0.5)
    first, last = between(start, end, 0.4, 3), between(start, end, 0.4, -3)
    for place in (first, last):
        click_map(place.x(), place.y())
        yield pause(0.5)
    right_click_map(last.x(), last.y())
    yield lambda: len(pipes().editBuffer().addedFeatures()) == 1
    yield pause(0.5)
    iface.actionVertexTool().trigger()
    yield pause(0.5)
    joint, there = between(start, end, 0.4), between(start, end, 0.4, 9)
    point_map(joint.x() + 1, joint.y())
    yield pause(0.3)
    click_map(joint.x(), joint.y())
    yield pause(0.5)
    click_map(there.x(), there.y())
    yield pause(0.5)
    yield idle
    (half,) = pipes().editBuffer().addedFeatures().values()
    ends = [
        QgsPointXY(half.geometry().constGet().startPoint()),
        QgsPointXY(half.geometry().constGet().endPoint()),
    ]
    if min(place.distance(there) for place in ends) > 1:
        raise AssertionError("the halves did not move")
    take("server_edited")


def asked_about(asset: str, server: DatabaseServer, database: str) -> Script:
    """A colleague has changed the material: nothing is saved before that is answered."""
    wrote = f"UPDATE pipe SET material = 'steel', note = '同事' WHERE pipe_id = '{asset}'"
    asked(server, database, wrote)
    before = asked(server, database, "SELECT count(*), max(seq) FROM change_log")
    click_action(iface.actionSaveActiveLayerEdits())
    yield HANDS.there("wn_edit_conflicts_mine_material")
    yield pause(1)
    take("server_conflict")
    expect(asked(server, database, "SELECT count(*), max(seq) FROM change_log"), before, "the log")
    HANDS.click("wn_edit_conflicts_mine_material")
    yield HANDS.there("wn_edit_conflicts_save")
    yield pause(0.3)
    HANDS.click("wn_edit_conflicts_save")
    yield lambda: not pipes().isModified() and idle()
    yield pause(0.8)
    take("server_saved")
    now = asked(server, database, f"SELECT material, street, note FROM pipe WHERE pipe_id = '{asset}'")
    expect(now, [("pe", "建设路", "同事")], "the pipe")
    kind, rows = asked(server, database, "SELECT kind, rows FROM batch ORDER BY fid DESC LIMIT 1")[0]
    expect((kind, rows >= 3), ("edit", True), "the batch of the Save")


def away(asset: str, server: DatabaseServer, database: str) -> Script:
    """The server goes while a pipe is edited: the edit stays, and is saved once the server is back."""
    changed(asset, street="解放路")
    expect(is_drawn(), True, "the map before")
    server.halt()
    iface.mapCanvas().refreshAllLayers()
    click_action(iface.actionSaveActiveLayerEdits())
    for _look in range(12):
        yield pause(0.5)
        box = HANDS.window(QDialog)
        if box is not None and box.isModal():
            # QGIS asks for another login.
            take("server_away_login")
            box.reject()
    take("server_away")
    expect((pipes().isModified(), is_drawn()), (True, False), "the edit is kept, the map is empty")
    server.resume()
    # Nobody touches anything.
    yield lambda: session().is_file_there and idle() and is_drawn()
    yield pause(1.5)
    take("server_back")
    click_action(iface.actionSaveActiveLayerEdits())
    yield lambda: not pipes().isModified() and idle()
    yield pause(0.8)
    take("server_back_saved")
    now = asked(server, database, f"SELECT street FROM pipe WHERE pipe_id = '{asset}'")
    expect(now, [("解放路",)], "the pipe")


def colleagues(server: DatabaseServer, database: str) -> str:
    """Give the colleagues their roles; return a pipe in a district that is not hers."""
    from waternet_plugin.store import open_network
    from waternet_plugin.store.access.roles import DISTRICT_EDITOR, KEEPER, Granting

    for login in (IMPORTER, CREW):
        server.make_login(login)
    districts = [
        str(zone) for (zone,) in asked(server, database, "SELECT zone_id FROM zone WHERE kind = 'district'")
    ]
    with open_network(server.address(database, SCHEMA)) as network:
        with network.granting(Granting((IMPORTER,), KEEPER)):
            pass
        with network.granting(Granting((CREW,), DISTRICT_EDITOR, tuple(districts[1:]))):
            pass
    keep_connection(server, database, CREWS_CONNECTION, CREW)
    sql = (
        "SELECT p.pipe_id FROM zone z JOIN pipe p ON ST_Contains(z.geom, p.geom)"
        f" WHERE z.zone_id = '{districts[0]}' AND p.system = 'potable' ORDER BY p.fid LIMIT 1"
    )
    return str(asked(server, database, sql)[0][0])


def locked(server: DatabaseServer, database: str) -> Script:
    """A colleague imports meanwhile: who it is, and since when, is said."""
    from waternet_plugin.store import open_network

    theirs = open_network(server.address(database, SCHEMA, IMPORTER))
    with theirs.write("adopt", name="东区竣工图.dwg"):
        yield from to_dock("wn_section_issues_recheck")
        HANDS.click("wn_section_issues_recheck")
        yield lambda: any(IMPORTER in item.text() for item in iface.messageBar().items()) and idle()
        yield pause(0.5)
        take("server_locked")
    theirs.close()


def refused_elsewhere(asset: str) -> Script:
    """She edits a pipe in the district of others: it is not saved, and stays to be discarded."""
    click_action(iface.actionToggleEditing())
    yield lambda: not pipes().isEditable() and idle()
    iface.messageBar().clearWidgets()
    yield from opened(CREWS_CONNECTION, "server_crew")
    iface.setActiveLayer(pipes())
    yield from look_at(QgsPointXY(pipe_of(asset).geometry().boundingBox().center()), AROUND_M)
    click_action(iface.actionToggleEditing())
    yield lambda: pipes().isEditable() and session().layer("node").isEditable()
    changed(asset, street="滨河路")
    click_action(iface.actionSaveActiveLayerEdits())
    yield lambda: iface.messageBar().items() and idle()
    yield pause(0.8)
    take("server_other_district")
    expect(pipes().isModified(), True, "the edit is kept")
    pipes().rollBack()


def way() -> Script:
    """Go it and print seconds and what was reached."""
    yield from sample()
    server = server_of_run()
    database = moved_town(server)
    begun = time.monotonic()
    yield from opened(CONNECTION, "server")
    asset, start, end = straight_pipe()
    yield from edited(asset, start, end)
    yield from asked_about(asset, server, database)
    yield from away(asset, server, database)
    theirs = colleagues(server, database)
    yield from locked(server, database)
    yield from refused_elsewhere(theirs)
    for fault in CUT:
        print(fault)
    expect(CUT, [], "texts that are cut")
    server.stop()
    finish(
        "server",
        0,
        time.monotonic() - begun,
        "opened, edited, asked, saved, server away and back, locked, refused",
    )
    QgsProject.instance().setDirty(False)


perform(way(), HANDS)
