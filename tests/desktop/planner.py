"""The planner's way: own files, several in one pass, become a network that is assessed and shown.

The files are kitchener's pipes and breaks (``WATERNET_DATA``), copied to a folder of the planner's own. When
the way is gone, the same files go headless with the mappings that the wizard kept, and rows, km and classes
of both networks are compared.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import HOME, ROOT, Hands, Script, data_folder, finish, pause, perform  # noqa: E402
from qgis.core import QgsProject  # noqa: E402
from qgis.PyQt.QtWidgets import QFileDialog  # noqa: E402
from qgis.utils import iface, plugins  # noqa: E402

HANDS = Hands()
FOLDER = HOME / "kitchener"
FILES = (("pipes.gpkg", "pipe"), ("breaks.csv", "failure"))
CRS = "EPSG:26917"


def figures(path: Path) -> dict[str, object]:
    """Return rows of pipes and failures, km, and the class of every pipe of the newest assessment."""
    base = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        (run,) = base.execute("SELECT max(run_id) FROM assessment_run").fetchone()
        classes = base.execute(
            "SELECT pipe_id, class, rate_per_100km_y FROM assessment WHERE run_id = ? ORDER BY pipe_id",
            (run,),
        ).fetchall()
        (summary,) = base.execute("SELECT summary FROM assessment_run WHERE run_id = ?", (run,)).fetchone()
        return {
            "pipes": base.execute("SELECT count(*) FROM pipe").fetchone()[0],
            "failures": base.execute("SELECT count(*) FROM failure").fetchone()[0],
            "km": base.execute("SELECT sum(length_m) FROM pipe").fetchone()[0] / 1000,
            "class km": json.loads(summary)["class_km"],
            "classes": classes,
        }
    finally:
        base.close()


def headless(algorithm: str, **parameters: object) -> None:
    """Run an algorithm as a script does."""
    words = [f"{name}={value}" for name, value in parameters.items()]
    command = [str(ROOT / "build" / "bin" / "qgis_process"), "run", f"waternet:{algorithm}", "--", *words]
    environment = {name: value for name, value in os.environ.items() if name != "QGIS_CUSTOM_CONFIG_PATH"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise AssertionError(f"{algorithm}: {done.stderr.strip()[-600:]}")


def kept_mappings() -> dict[str, Path]:
    """Return the mappings that the wizard kept, by table."""
    from qgis.core import QgsApplication

    folder = Path(QgsApplication.qgisSettingsDirPath()) / "waternet" / "mappings"
    return {json.loads(path.read_text(encoding="utf-8"))["table"]: path for path in folder.glob("*.json")}


def compare(ours: Path) -> str:
    """Adopt and assess the same files headless with the same mappings; return what both have in common."""
    theirs = FOLDER / "headless.gpkg"
    headless("createnetwork", CRS=CRS, OUTPUT=theirs)
    for name, table in FILES:
        headless(
            "adoptlayers", NETWORK=theirs, INPUT=FOLDER / name, TABLE=table, MAPPING=kept_mappings()[table]
        )
    headless("assesshealth", NETWORK=theirs)
    here, there = figures(ours), figures(theirs)
    for name, value in here.items():
        if value != there[name]:
            raise AssertionError(f"{name} of the wizard and of the headless run differ")
    now = here["class km"]["renew_now"]
    return (
        f"{here['pipes']} pipes, {here['failures']} failures, {here['km']:.3f} km, {now:.3f} km renew now, "
        f"{len(here['classes'])} classes: as headless"
    )


def way() -> Script:
    """Go it; print clicks, seconds and what was reached."""
    data = data_folder("kitchener")
    FOLDER.mkdir()
    for name, _table in FILES:
        shutil.copy(data / name, FOLDER / name)
    iface.mainWindow().showMaximized()
    yield HANDS.there("wn_card_own")
    yield pause(1)
    begun = time.monotonic()
    HANDS.click("wn_card_own")
    yield HANDS.there("wn_wizard_choose_files")
    yield pause(0.5)
    HANDS.click("wn_wizard_choose_files")
    yield lambda: HANDS.window(QFileDialog) is not None
    yield pause(0.7)
    HANDS.type(f"{FOLDER}/")
    HANDS.key("Return")
    yield pause(0.7)
    HANDS.key("ctrl+a")
    HANDS.type(" ".join(f'"{name}"' for name, _table in FILES))
    yield pause(0.3)
    HANDS.shoot("planner_0_choosing")
    HANDS.key("Return")
    yield HANDS.there("wn_wizard_table_1")
    yield HANDS.there("wn_wizard_next")
    yield from HANDS.onward("wn_wizard_fields", "planner_1_files")
    yield from HANDS.onward("wn_wizard_codes", "planner_2_fields")
    if HANDS.find("wn_wizard_accept_all"):
        HANDS.click("wn_wizard_accept_all")
        yield lambda: HANDS.find("wn_wizard_accept_all") is None
    # Treated water for one address: no suggestion, so a person says what it is.
    HANDS.click("wn_wizard_code_0")
    yield pause(0.3)
    HANDS.key("ctrl+a")
    HANDS.type("potable")
    yield pause(0.5)
    HANDS.key("Tab")
    yield pause(0.5)
    yield from HANDS.onward("wn_wizard_place", "planner_3_codes")
    yield from HANDS.onward("wn_wizard_check", "planner_4_place")
    # The dry run is through when the button takes presses again.
    yield HANDS.there("wn_wizard_next")
    yield pause(0.3)
    HANDS.shoot("planner_5_check")
    HANDS.click("wn_wizard_next")
    session = plugins["waternet_plugin"].session
    yield lambda: bool(session.network_path)
    yield HANDS.there("wn_wizard_undo")
    yield HANDS.there("wn_wizard_next")
    yield pause(0.5)
    HANDS.shoot("planner_6_adopted")
    HANDS.click("wn_wizard_next")
    yield HANDS.there("wn_why_class")
    yield lambda: not iface.mapCanvas().isDrawing()
    yield lambda: any(digit in figure() for digit in "0123456789")
    seconds = time.monotonic() - begun
    yield pause(3)
    HANDS.shoot("planner_7_health")
    if not shows_health():
        raise AssertionError("the map does not show the health")
    network = Path(session.network_path)
    says = figure()
    finish("planner", HANDS.clicks, seconds, f"panel: {says}; {compare(network)}")


def figure() -> str:
    """Return what the panel says of health."""
    widget = HANDS.find("wn_section_health_figure")
    return widget.text() if widget is not None else ""


def shows_health() -> bool:
    """Return whether the layer of health is on the map."""
    layer = plugins["waternet_plugin"].session.layer("pipe_health")
    node = QgsProject.instance().layerTreeRoot().findLayer(layer.id()) if layer is not None else None
    return node is not None and node.isVisible()


perform(way(), HANDS)
