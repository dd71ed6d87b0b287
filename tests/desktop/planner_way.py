"""The planner's way: own files, several in one pass, become a network that is assessed and shown.

The files are copied or written to a folder of the planner's own. When the way is gone, the same files go
headless with the mappings that the wizard kept, and rows, km and classes of both networks are compared.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from hands import HOME, ROOT, Hands, Script, finish, pause, perform
from qgis.core import QgsProject
from qgis.PyQt.QtWidgets import QApplication, QFileDialog
from qgis.utils import iface, plugins

HANDS = Hands()


@dataclass(frozen=True)
class Handover:
    """What a utility hands over.

    ``files`` are names in the folder and the table that each becomes; ``codes`` what a person answers where
    there is no suggestion, by the order in which it is asked.
    """

    way: str
    folder: Path
    files: tuple[tuple[str, str], ...]
    crs: str
    codes: tuple[str, ...] = ()


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


def compare(ours: Path, handed: Handover) -> str:
    """Adopt and assess the same files headless with the same mappings; return what both have in common."""
    theirs = handed.folder / "headless.gpkg"
    headless("createnetwork", CRS=handed.crs, OUTPUT=theirs)
    for name, table in handed.files:
        headless(
            "adoptlayers",
            NETWORK=theirs,
            INPUT=handed.folder / name,
            TABLE=table,
            MAPPING=kept_mappings()[table],
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


def choose(handed: Handover) -> Script:
    """Choose all files in one pass; Chinese names are pasted, for the keyboard has no keys for them."""
    HANDS.click("wn_wizard_choose_files")
    yield lambda: HANDS.window(QFileDialog) is not None
    yield pause(0.7)
    HANDS.type(f"{handed.folder}/")
    HANDS.key("Return")
    yield pause(0.7)
    HANDS.key("ctrl+a")
    names = " ".join(f'"{name}"' for name, _table in handed.files)
    if names.isascii():
        HANDS.type(names)
    else:
        # Qt's window takes pasted names only in the order in which it lists them.
        QApplication.clipboard().setText(" ".join(f'"{name}"' for name in sorted(dict(handed.files))))
        HANDS.key("ctrl+v")
    yield pause(0.3)
    HANDS.shoot(f"{handed.way}_0_choosing")
    HANDS.key("Return")
    yield lambda: HANDS.window(QFileDialog) is None


def accept(name: str) -> Script:
    """Accept the suggestions of a page, where it has any."""
    yield pause(0.3)
    if HANDS.takes(name):
        HANDS.click(name)
        yield lambda: not HANDS.takes(name)


def answer_codes(handed: Handover) -> Script:
    """Say what the codes mean that have no suggestion; such come first."""
    for line, code in enumerate(handed.codes):
        HANDS.click(f"wn_wizard_code_{line}")
        yield pause(0.3)
        HANDS.key("ctrl+a")
        HANDS.type(code)
        yield pause(0.5)
        HANDS.key("Tab")
        yield pause(0.5)


def way(handed: Handover) -> Script:
    """Go it; print clicks, seconds and what was reached."""
    name = handed.way
    iface.mainWindow().showMaximized()
    yield HANDS.there("wn_card_own")
    yield pause(1)
    begun = time.monotonic()
    HANDS.click("wn_card_own")
    yield HANDS.there("wn_wizard_choose_files")
    yield pause(0.5)
    yield from choose(handed)
    yield HANDS.there(f"wn_wizard_table_{len(handed.files) - 1}")
    yield HANDS.there("wn_wizard_next")
    yield from HANDS.onward("wn_wizard_fields", f"{name}_1_files")
    yield from accept("wn_wizard_accept_columns")
    yield from HANDS.onward("wn_wizard_codes", f"{name}_2_fields")
    yield from accept("wn_wizard_accept_all")
    yield from answer_codes(handed)
    yield from HANDS.onward("wn_wizard_place", f"{name}_3_codes")
    yield from HANDS.onward("wn_wizard_check", f"{name}_4_place")
    # The dry run is through when the button takes presses again.
    yield HANDS.there("wn_wizard_next")
    yield pause(0.3)
    HANDS.shoot(f"{name}_5_check")
    if HANDS.find("wn_wizard_accept_answers"):
        yield from accept("wn_wizard_accept_answers")
        yield HANDS.there("wn_wizard_next")
        yield pause(0.3)
        HANDS.shoot(f"{name}_5_answered")
    HANDS.click("wn_wizard_next")
    session = plugins["waternet_plugin"].session
    yield lambda: bool(session.network_path)
    yield HANDS.there("wn_wizard_undo")
    yield HANDS.there("wn_wizard_next")
    yield pause(0.5)
    HANDS.shoot(f"{name}_6_adopted")
    HANDS.click("wn_wizard_next")
    yield HANDS.there("wn_why_class")
    yield lambda: not iface.mapCanvas().isDrawing()
    yield lambda: any(digit in figure() for digit in "0123456789")
    seconds = time.monotonic() - begun
    yield pause(3)
    HANDS.shoot(f"{name}_7_health")
    if not shows_health():
        raise AssertionError("the map does not show the health")
    network = Path(session.network_path)
    says = figure()
    finish(name, HANDS.clicks, seconds, f"panel: {says}; {compare(network, handed)}")


def figure() -> str:
    """Return what the panel says of health."""
    widget = HANDS.find("wn_section_health_figure")
    return widget.text() if widget is not None else ""


def shows_health() -> bool:
    """Return whether the layer of health is on the map."""
    layer = plugins["waternet_plugin"].session.layer("pipe_health")
    node = QgsProject.instance().layerTreeRoot().findLayer(layer.id()) if layer is not None else None
    return node is not None and node.isVisible()


def go(handed: Handover) -> None:
    """Go the planner's way with what a utility hands over."""
    perform(way(handed), HANDS)


def own_folder(name: str) -> Path:
    """Return a new folder of the planner's own."""
    folder = HOME / name
    folder.mkdir()
    return folder
