"""Pictures of a SWMM model: the window that a dropped file opens, and the network it becomes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from hands import HOME, Hands, Script, pause
from map_hands import session
from qgis.core import QgsProject

HANDS = Hands()
DRAINS = Path(__file__).resolve().parents[1] / "data" / "drains.inp"
Take = Callable[[str], None]
Settle = Callable[[float], Script]


def models(take: Take, settle: Settle) -> Script:
    """Take the import of a SWMM model and its network."""
    from waternet_plugin.gui.wizard.brought_files import bring_in

    QgsProject.instance().clear()
    yield lambda: not session().network_path
    folder = Path(HOME) / "models"
    folder.mkdir(exist_ok=True)
    path = folder / "storm_drains.inp"
    shutil.copy(DRAINS, path)
    bring_in(session(), [str(path)])
    yield lambda: HANDS.find("wn_model_import") is not None
    window = HANDS.find("wn_model_import")
    yield lambda: bool(window.summary.text())
    yield pause(0.5)
    take("swmm_1_window")
    window.file.setFilePath(str(folder / "storm_drains.gpkg"))
    HANDS.click("wn_model_take")
    yield lambda: bool(session().network_path)
    yield from settle(3.0)
    take("swmm_2_network")
