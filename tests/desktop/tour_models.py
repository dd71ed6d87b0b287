"""Pictures of a SWMM model: the window that a dropped file opens, the network, a run of it on the map."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hands import HOME, Hands, Script, pause
from map_hands import pane, section, session
from qgis.core import QgsProject

HANDS = Hands()
DRAINS = Path(__file__).resolve().parents[1] / "data" / "drains.inp"
Take = Callable[[str], None]
Settle = Callable[[float], Script]


def models(take: Take, settle: Settle) -> Script:
    """Take the import of a SWMM model, its network, and a run of it."""
    from waternet_plugin.gui.wizard.brought_files import bring_in

    QgsProject.instance().clear()
    yield lambda: not session().network_path
    folder = Path(HOME) / "models"
    folder.mkdir(exist_ok=True)
    path = folder / "storm_drains.inp"
    # Without what SWMM itself refuses: blanks in names, and an offset left open beside depths.
    text = DRAINS.read_text(encoding="utf-8").replace('"Old well"', "OldWell")
    path.write_text(text.replace("0.013 0.1 *", "0.013 0.1 0"), encoding="utf-8")
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
    yield lambda: section("drainage").state is not None and session().is_idle
    section("drainage").flow.click()
    yield lambda: (flow := pane("flow")) is not None and flow.shows_answer and session().is_idle
    HANDS.click("wn_flow_swmm")
    yield lambda: "surcharged" in pane("flow").headline.text() or "超载" in pane("flow").headline.text()
    yield from settle(1.0)
    take("swmm_3_run")
