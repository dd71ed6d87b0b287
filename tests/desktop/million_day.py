"""Inside desktop QGIS: a day in a large network, with a watchdog that notes how long QGIS stands still.

``million.py`` makes the network, drives this script and prints the table. Standstills with what ran are in
``standstills.json`` of the folder of pictures, with stacks in ``standstills.txt``. The network is a file, of
which a copy is opened, or the address of one on a server. Where that is asked for, it is opened and closed
some more times at the end: what is kept each time would add up.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import HOME, SHOTS, Script, finish, pause, perform  # noqa: E402
from map_hands import (  # noqa: E402
    HANDS,
    click_action,
    click_map,
    drags,
    idle,
    logged,
    place_of,
    point_map,
    session,
    to_dock,
    tool,
)
from qgis.core import QgsFeature, QgsFeatureRequest, QgsPointXY, QgsProject, QgsRectangle  # noqa: E402
from qgis.PyQt.QtCore import QTimer  # noqa: E402
from qgis.PyQt.QtWidgets import QAction, QDialog  # noqa: E402
from qgis.utils import iface, plugins  # noqa: E402
from watchdog import Watchdog  # noqa: E402

NETWORK = os.environ["WATERNET_NETWORK"]
IS_FILE = NETWORK.endswith(".gpkg")
# A file that the day is gone through with first: what is loaded once is no memory of the large network.
SMALL = os.environ.get("WATERNET_SMALL", "")
MORE_CLOSINGS = int(os.environ.get("WATERNET_CLOSINGS") or 0)
TRIES = 5
# A little longer than `gui/session/freed_memory.py` waits.
REST_S = 14
# By then the longest work of the day shows how far it is.
_UNDER_WAY_S = 3
SCALES = (200_000, 50_000, 10_000, 2_500, 500)
DOG = Watchdog(iface.mainWindow())


def later(act: Callable[[], Any]) -> None:
    """Let the event loop do something, so that its time is not the script's."""
    QTimer.singleShot(0, act)


def calm(seconds: float = 1.0) -> Script:
    """Wait until nothing is under way, also a moment later."""
    for _ in range(2):
        yield pause(seconds)
        yield idle


def memory_mb() -> dict[str, float]:
    """Return the resident memory of this QGIS: all of it, and what is no part of a file.

    Loaded libraries are parts of files: they stay, and the system takes them back where it lacks memory.
    """
    pages, shared = (int(part) for part in Path("/proc/self/statm").read_text().split()[1:3])
    page_mb = os.sysconf("SC_PAGE_SIZE") / 1e6
    return {"resident": pages * page_mb, "own": (pages - shared) * page_mb}


def action(name: str) -> QAction:
    """Return an action of ours by its name."""
    return next(iter(iface.mainWindow().findChildren(QAction, name)))


def pipes() -> Any:
    """Return the layer of pipes."""
    return session().layer("pipe")


def nodes() -> Any:
    """Return the layer of nodes."""
    return session().layer("node")


def near(layer: Any, xy: QgsPointXY, around_m: float) -> list[QgsFeature]:
    """Return the rows of a layer around a place."""
    box = QgsRectangle(xy.x() - around_m, xy.y() - around_m, xy.x() + around_m, xy.y() + around_m)
    return list(layer.getFeatures(QgsFeatureRequest(box)))


def newest() -> str:
    """Return the kind of the newest batch."""
    if IS_FILE:
        return str(logged(session().network_path)[0][0])
    import psycopg2

    server = NETWORK.partition("&schema=")[0]
    with closing(psycopg2.connect(server)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT kind FROM town.batch ORDER BY fid DESC LIMIT 1")
        return str(cursor.fetchone()[0])


def copied(network: str) -> str:
    """Return where a network of this day is: a copy of a file, or on the server."""
    if not network.endswith(".gpkg"):
        return network
    path = HOME / Path(network).stem / Path(network).name
    path.parent.mkdir()
    shutil.copyfile(network, path)
    return str(path)


def opened(network: str, step: str, picture: str = "") -> Script:
    """Open the network by its project; a picture shows the window while that is built."""
    DOG.at(step)
    later(lambda: session().open_network(network))
    if picture:
        yield (
            lambda: (
                (bar := HANDS.find("wn_progress_window_bar")) is not None and bar.value() > bar.maximum() // 4
            )
        )
        HANDS.shoot(picture)
    yield lambda: session().network_path and pipes() is not None
    yield HANDS.there("wn_section_network_figure")
    yield from calm(2)


def looked_at(middle: QgsPointXY) -> Script:
    """Zoom from far to near around a place, and drag the map at each scale."""
    canvas = iface.mapCanvas()
    canvas.setCenter(middle)
    iface.actionPan().trigger()
    for scale in SCALES:
        DOG.at(f"pan and zoom 1:{scale:,}")
        later(partial(canvas.zoomScale, scale))
        yield pause(1)
        yield idle
        if scale > SCALES[-1]:
            with subprocess.Popen(drags(2)) as process:
                yield lambda process=process: process.poll() is not None
            canvas.setCenter(middle)
        yield from calm(0.5)


def chosen(pipe: QgsFeature) -> Script:
    """Select a pipe by a click, and open its form."""
    DOG.at("select")
    iface.actionSelect().trigger()
    yield pause(0.5)
    middle = pipe.geometry().interpolate(pipe.geometry().length() * 0.3).asPoint()
    click_map(middle.x(), middle.y())
    yield lambda: pipes().selectedFeatureCount()
    yield from calm()
    DOG.at("open a form")
    later(lambda: iface.openFeatureForm(pipes(), pipe, False, False))
    yield lambda: HANDS.window(QDialog) is not None
    yield from calm()
    HANDS.window(QDialog).close()
    later(pipes().removeSelection)
    yield from calm(0.5)


def edited(node: QgsFeature, pipe: QgsFeature) -> Script:
    """Draw a pipe from a node, move the node, change a value, Save; undo that batch."""
    start = place_of(node)
    iface.setActiveLayer(pipes())
    DOG.at("toggle editing")
    click_action(tool("draw_pipe"))
    yield lambda: pipes().isEditable() and nodes().isEditable()
    yield from calm()
    DOG.at("draw a pipe")
    for east, north in ((0, 0), (9, 4), (14, 13)):
        click_map(start.x() + east, start.y() + north)
        yield pause(0.7)
    HANDS.key("Return")
    yield lambda: pipes().editBuffer().addedFeatures()
    yield from calm()
    HANDS.key("Escape")
    DOG.at("move a node")
    iface.actionVertexTool().trigger()
    # QGIS may still look for the places that its vertex tool snaps to.
    for _ in range(TRIES):
        yield pause(0.5)
        point_map(start.x() + 1, start.y())
        yield pause(0.5)
        click_map(start.x(), start.y())
        yield pause(0.7)
        click_map(start.x() - 4, start.y() + 3)
        yield pause(1)
        if pipes().editBuffer().changedGeometries():
            break
        HANDS.key("Escape")
    yield lambda: pipes().editBuffer().changedGeometries()
    yield from calm()
    DOG.at("change a value")
    later(lambda: pipes().changeAttributeValue(pipe.id(), pipes().fields().lookupField("street"), "New"))
    yield lambda: pipes().editBuffer().changedAttributeValues()
    yield from calm()
    yield from saved("Save")
    DOG.at("undo the batch")
    later(action("wn_network_undo").trigger)
    yield lambda: newest() == "undo"
    yield from calm()


def saved(step: str) -> Script:
    """Save by QGIS's button."""
    DOG.at(step)
    click_action(iface.actionSaveActiveLayerEdits())
    yield lambda: not pipes().isModified() and not nodes().isModified()
    yield from calm()


def questioned(xy: QgsPointXY) -> Script:
    """Trace and burst at a place, each twice: the second is what a person waits for from then on."""
    for key in ("trace", "burst"):
        for turn in ("first", "second"):
            DOG.at(f"{turn} {key}")
            if turn == "first":
                click_action(plugins["waternet_plugin"].actions.tools.actions[key])
                yield from calm(0.5)
            click_map(xy.x(), xy.y())
            yield from calm()
        HANDS.shoot(f"million_{key}")
        later(session().window(f"wn_{key}").close)
        yield from calm(0.5)


def checked(pipe: QgsFeature) -> Script:
    """Change a value, Save, check what changed; list the issues and filter them."""
    fields = pipes().fields()
    later(lambda: pipes().changeAttributeValue(pipe.id(), fields.lookupField("install_year"), 1850))
    yield lambda: pipes().isModified()
    yield from saved("Save of a value")
    yield from to_dock("wn_section_issues_recheck")
    DOG.at("Check after an edit")
    HANDS.click("wn_section_issues_recheck")
    yield pause(0.5)
    HANDS.shoot("million_check")
    yield lambda: newest() == "check"
    yield from calm()
    DOG.at("open Issues")
    later(action("wn_issues_list").trigger)
    yield HANDS.there("wn_issues_words")
    yield from calm()
    DOG.at("filter Issues")
    HANDS.click("wn_issues_words")
    HANDS.type("P00")
    yield from calm()
    pane = session().window("wn_issues")
    for box, place in (("severity", 4), ("grouping", 1)):
        later(partial(HANDS.find(f"wn_issues_{box}").setCurrentIndex, place))
        yield from calm()
    HANDS.shoot("million_issues")
    later(pane.close)
    yield from calm(0.5)


def planned() -> Script:
    """Open Health, assess again, open the plan."""
    for key in ("health", "plan"):
        yield from to_dock(f"wn_section_{key}_figure")
        DOG.at(f"open {key.capitalize()}")
        HANDS.click(f"wn_section_{key}_figure")
        yield from calm()
        HANDS.shoot(f"million_{key}")
    yield from to_dock("wn_section_health_button")
    DOG.at("Assess")
    HANDS.click("wn_section_health_button")
    yield HANDS.there("wn_assess_options_start")
    yield from to_dock("wn_assess_options_start")
    HANDS.click("wn_assess_options_start")
    yield pause(_UNDER_WAY_S)
    HANDS.shoot("million_assess")
    yield lambda: newest() == "assess"
    yield from calm()


def printed(xy: QgsPointXY) -> Script:
    """Print the sheets of a small view."""
    canvas = iface.mapCanvas()
    later(lambda: (canvas.setCenter(xy), canvas.zoomScale(500)))
    yield from calm()
    yield from to_dock("wn_section_print_button")
    DOG.at("print a sheet")
    HANDS.click("wn_section_print_button")
    yield HANDS.there("wn_print_close")
    dialog = session().window("wn_print_dialog")
    yield from calm()
    dialog.form.with_front.setChecked(False)
    later(lambda: dialog.form.area.setCurrentIndex(dialog.form.area.findData("view")))
    yield pause(1)
    yield HANDS.there("wn_print_start")
    HANDS.click("wn_print_start")
    yield lambda: list(Path(session().first_folder).glob("*.pdf"))
    yield from calm()


def ended() -> Script:
    """Stop editing."""
    DOG.at("stop editing")
    for layer in (pipes(), nodes()):
        later(layer.rollBack)
    yield from calm()


def closed(step: str) -> Script:
    """Close the project."""
    DOG.at(step)
    QgsProject.instance().setDirty(False)
    later(lambda: iface.newProject(False))
    yield lambda: not session().network_path
    yield from calm(2)


def worked_in(network: str) -> Script:
    """Open a network and go through the steps of a day in it."""
    yield from opened(network, "make the project", picture="million_project")
    yield from closed("close at once")
    yield from opened(network, "open the network")
    middle = pipes().extent().center()
    pipe = max(near(pipes(), middle, 60), key=lambda one: one.geometry().length())
    ends = {pipe["from_node"], pipe["to_node"]}
    node = next(one for one in near(nodes(), middle, 300) if one["node_id"] in ends)
    xy = place_of(node)
    yield from looked_at(xy)
    steps: tuple[Callable[[], Script], ...] = (
        lambda: chosen(pipe),
        lambda: edited(node, pipe),
        lambda: questioned(pipe.geometry().interpolate(pipe.geometry().length() * 0.4).asPoint()),
        lambda: checked(pipe),
        planned,
        lambda: printed(xy),
    )
    for step in steps:
        yield from step()


def way() -> Script:
    """Go through the day."""
    iface.mainWindow().showMaximized()
    begun, memory = time.monotonic(), {"before": memory_mb()}
    network = copied(NETWORK)
    yield HANDS.there("wn_card_sample")
    HANDS.find("wn_start_page").close()
    yield pause(1)
    if SMALL:
        yield from worked_in(copied(SMALL))
        yield from ended()
        yield from closed("close")
        memory["small one closed"] = memory_mb()
    yield from worked_in(network)
    memory["open"] = memory_mb()
    # What ended work leaves is given back once nothing was under way for a while.
    yield from calm(REST_S)
    memory["at rest"] = memory_mb()
    yield from ended()
    yield from closed("close")
    memory["closed"] = memory_mb()
    closings = [memory["closed"]]
    for _ in range(MORE_CLOSINGS):
        yield from opened(network, "open once more")
        yield from closed("close once more")
        closings.append(memory_mb())
    table, standstills = DOG.table(), DOG.standstills
    DOG.stop()
    rounded = {state: {kind: round(mb) for kind, mb in sizes.items()} for state, sizes in memory.items()}
    closings_mb = [round(sizes["resident"]) for sizes in closings]
    (SHOTS / "standstills.json").write_text(
        json.dumps({"memory_mb": rounded, "closings_mb": closings_mb, "steps": table}), encoding="utf-8"
    )
    with (SHOTS / "standstills.txt").open("w", encoding="utf-8") as file:
        for still in standstills:
            file.write("\n".join([f"{still}", *still.computed(), *still.locked(), ""]))
    longest = max(row["longest_of_ours_ms"] for row in table)
    finish("million", HANDS.clicks, time.monotonic() - begun, f"longest standstill of ours {longest} ms")


perform(DOG.watched(way()), HANDS)
