"""A modeller: a SWMM file brought in and run, its water on the map and in the long profile, written again."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import HOME, ROOT, Script, finish, pause, perform  # noqa: E402
from map_hands import HANDS, expect, idle, open_profile_at, pane, section, session  # noqa: E402
from qgis.utils import iface, plugins  # noqa: E402

DRAINS = ROOT / "tests" / "data" / "drains.inp"


def model_file() -> Path:
    """Return a file that SWMM takes: no blanks in names, and no offset left open beside depths."""
    path = HOME / "models" / "storm_drains.inp"
    path.parent.mkdir(exist_ok=True)
    text = DRAINS.read_text(encoding="utf-8").replace('"Old well"', "OldWell")
    path.write_text(text.replace("0.013 0.1 *", "0.013 0.1 0"), encoding="utf-8")
    return path


def bring(path: Path) -> Script:
    """Drop the file and import it."""
    from waternet_plugin.gui.wizard.brought_files import bring_in

    bring_in(session(), [str(path)])
    yield lambda: HANDS.find("wn_model_import") is not None
    window = HANDS.find("wn_model_import")
    yield lambda: bool(window.summary.text())
    yield pause(0.7)
    HANDS.shoot("swmm_window")
    window.file.setFilePath(str(path.with_suffix(".gpkg")))
    HANDS.click("wn_model_take")
    yield lambda: bool(session().network_path) and session().layer("pipe") is not None and idle()
    yield pause(2)
    HANDS.shoot("swmm_network")


def run() -> Script:
    """Run the model and look at the fullest drains."""
    yield lambda: section("drainage").state is not None and idle()
    plugins["waternet_plugin"].dock.raise_()
    yield pause(0.7)
    section("drainage").flow.click()
    HANDS.clicks += 1
    yield lambda: (flow := pane("flow")) is not None and flow.shows_answer and idle()
    HANDS.click("wn_flow_swmm")
    yield lambda: "surcharged" in pane("flow").headline.text() or "超载" in pane("flow").headline.text()
    yield pause(1.5)
    HANDS.shoot("swmm_run")


def look() -> Script:
    """Look at the highest water of a way in its long profile, and save that."""
    with session().network() as network:
        nodes = network.read("node", ["node_id", "kind", "ground_m"])
    place = nodes.loc[nodes["kind"] == "manhole"].sort_values("ground_m")["geom"].iloc[-1]
    pane("flow").close()
    yield from open_profile_at(place.x, place.y)
    expect(bool(pane("profile").answer.water), True, "the water of the run in the profile")
    HANDS.shoot("swmm_profile")
    path = HOME / "profile.dxf"
    pane("profile").save(path)
    yield lambda: path.is_file() and idle()
    expect("WATER" in path.read_text(encoding="gbk"), True, "the water in the drawing")


def write() -> Script:
    """Write the network as a SWMM file again."""
    path = HOME / "again.inp"
    session().run_algorithm(
        "waternet:exportswmm", {"NETWORK": session().network_path, "OUTPUT": str(path)}, lambda _results: None
    )
    yield lambda: path.is_file() and idle()
    expect("[CONDUITS]" in path.read_text(encoding="utf-8"), True, "a SWMM file")


def way() -> Script:
    """Go it all; print clicks and seconds."""
    iface.mainWindow().showMaximized()
    yield HANDS.there("wn_card_sample")
    yield pause(1)
    begun = time.monotonic()
    HANDS.clicks = 0
    yield from bring(model_file())
    yield from run()
    clicks = HANDS.clicks
    expect(clicks, 3, "clicks from the file to its water on the map")
    yield from look()
    yield from write()
    finish("drain_model", clicks, time.monotonic() - begun, "run, profile and file")


perform(way(), HANDS)
