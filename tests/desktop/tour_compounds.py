"""Pictures of compounds: section, a compound folded out, map of scores, sheet, outfalls, checklists."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import HOME, LANGUAGE, SHOTS, Hands, Script  # noqa: E402
from qgis.PyQt.QtGui import QImage  # noqa: E402
from qgis.PyQt.QtWidgets import QAction, QApplication  # noqa: E402
from qgis.utils import iface, plugins  # noqa: E402

HANDS = Hands()
SESSION = plugins["waternet_plugin"].session
MONTH = "2025-12"


def _press(name: str) -> None:
    for widget in QApplication.topLevelWidgets():
        for action in widget.findChildren(QAction, name):
            action.trigger()
            return
    raise LookupError(name)


def compounds(take: Callable[[str], None], settle: Callable[..., Script]) -> Script:
    """Take the section, the pane folded out, the map of scores, outfalls, checklists, and a score sheet."""
    import processing

    scores = {"NETWORK": SESSION.network_path, "MONTH": MONTH, "STORE": True}
    sheets = HOME / "sheets"
    sheets.mkdir(exist_ok=True)
    processing.run("waternet:scorecompounds", {**scores, "SHEETS": str(sheets)})
    SESSION.written("indicator")
    yield lambda: SESSION.is_idle
    HANDS.reveal("wn_section_compounds")
    yield from settle(1)
    take("compounds_section")
    HANDS.find("wn_section_compounds_figure").click()
    pane = SESSION.window("wn_compounds")
    yield lambda: pane.shows_answer and SESSION.is_idle
    yield from settle(1)
    take("compounds_list")
    open_ = next(one for one in pane.grades if one.grade != "excellent")
    pane._look(open_.compound_id, zooms=True)
    yield lambda: pane.state is not None and SESSION.is_idle
    yield from settle(1)
    take("compounds_pane")
    HANDS.find("wn_compounds_indicators_fold").click()
    yield lambda: pane.score.details is not None and SESSION.is_idle
    yield from settle(1)
    take("compounds_indicators")
    HANDS.reveal("wn_indicator_satisfaction_points")
    yield from settle(0.5)
    take("compounds_indicators_end")
    _press("wn_compounds_map")
    yield from settle(0.5)
    SESSION.zoom_to(SESSION.layer("compound").extent())
    yield from settle(1.5)
    take("compounds_score_map")
    _press("wn_compounds_map")
    pane.close()
    _press("wn_compounds_menu_outfalls")
    yield lambda: SESSION.window("wn_outfalls") is not None and bool(SESSION.window("wn_outfalls").rows)
    outfalls = SESSION.window("wn_outfalls")
    outfalls.choose(outfalls.rows[0]["node_id"])
    yield lambda: outfalls.trace is not None and SESSION.is_idle
    yield from settle(1)
    take("compounds_outfalls")
    outfalls.close()
    _press("wn_compounds_menu_checklists")
    yield lambda: SESSION.window("wn_checklists") is not None
    checklists = SESSION.window("wn_checklists")
    yield lambda: checklists.found is not None and SESSION.is_idle
    blocked = next(one for one in checklists.found.assets if any(cell.blocked_by for cell in one.cells))
    checklists.choose(blocked.asset)
    yield from settle(1)
    take("compounds_checklists")
    HANDS.find("wn_checklists_map").click()
    SESSION.zoom_to(SESSION.layer("compound").extent())
    yield from settle(1.5)
    take("compounds_checklist_map")
    checklists.close()
    _sheet(sheets / f"{open_.compound_id}.pdf")
    iface.mapCanvas().refresh()
    yield from settle(1)


def _sheet(path: object) -> None:
    """Save the first page of a score sheet as a picture."""
    from qgis.PyQt.QtCore import QProcess

    target = SHOTS / f"compounds_sheet.{LANGUAGE}"
    QProcess.execute("pdftoppm", ["-r", "80", "-png", "-singlefile", str(path), str(target)])
    if QImage(f"{target}.png").isNull():
        raise AssertionError(f"{path} has no page")
