"""Inside that QGIS after the command and a restart: the sample town, assessed again; what the page says."""

from __future__ import annotations

import os
import sys
from importlib import metadata
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

import cut  # noqa: E402
from hands import Hands, Script, pause, perform  # noqa: E402
from qgis.core import QgsProject  # noqa: E402
from qgis.PyQt.QtWidgets import QLabel  # noqa: E402
from qgis.utils import iface  # noqa: E402

HANDS = Hands()


def _pipes() -> list[object]:
    layers = QgsProject.instance().mapLayers().values()
    return [layer for layer in layers if "layername=pipe" in layer.source()]


def _show_page() -> None:
    from waternet_plugin.gui.start.packages_page import PackagesPage

    page = PackagesPage(iface.mainWindow())
    page.show()


def _states() -> Script:
    """Take the page as it is, and as it is where a package does not work or is too new."""
    from waternet_plugin import dependencies, trials

    _show_page()
    yield HANDS.there("wn_packages_page")
    yield pause(1)
    HANDS.shoot("4_packages_work")
    if dependencies.missing():
        raise AssertionError(dependencies.sentence())
    HANDS.find("wn_packages_page").reject()
    known, found = dict(trials.failures), dependencies.found_version
    trials.failures["shapely"] = "GEOSException: WKB output dimension must be 2 or 3"
    dependencies.found_version = lambda name: "2.4.6" if name == "numpy" else found(name)
    _show_page()
    yield HANDS.there("wn_packages_page")
    yield pause(1)
    HANDS.shoot("5_packages_too_new_and_not_working")
    HANDS.find("wn_packages_page").reject()
    trials.failures.clear()
    trials.failures.update(known)
    dependencies.found_version = found


def way() -> Script:
    """Open the sample town, assess it again."""
    iface.mainWindow().showMaximized()
    yield pause(3)
    import qgis.utils

    session = qgis.utils.plugins["waternet_plugin"].session
    if HANDS.find("wn_start_page") is None:
        session.open_start_page()
    yield HANDS.there("wn_card_sample")
    yield pause(3)
    HANDS.shoot("3_start_page_after_restart")
    state = HANDS.find("wn_start_state")
    print("foot of Start:", state.text() if isinstance(state, QLabel) else "", flush=True)
    for name in ("numpy", "pandas", "geopandas", "shapely", "scipy", "pyproj"):
        print(f"  {name} {metadata.version(name)}", flush=True)
    yield from _states()
    HANDS.click("wn_card_sample")
    yield lambda: bool(_pipes())
    yield lambda: not iface.mapCanvas().isDrawing()
    yield pause(3)
    HANDS.shoot("6_sample_town")
    network = sorted(Path(QgsProject.instance().absolutePath()).glob("*.gpkg"))[0]

    import processing

    results = processing.run("waternet:assesshealth", {"NETWORK": str(network)})
    if not results["RUN_ID"]:
        raise AssertionError("no run")
    print(f"assessed again: run {results['RUN_ID']} of {network.name}", flush=True)
    iface.mapCanvas().refreshAllLayers()
    yield pause(3)
    yield lambda: not iface.mapCanvas().isDrawing()
    HANDS.shoot("7_assessed_again")
    if cut.faults():
        raise AssertionError("\n".join(cut.faults()))


perform(way(), HANDS)
