"""A crew: a package given in three clicks, edited without the plugin, taken up with one click a conflict."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import HOME, Script, finish, pause, perform  # noqa: E402
from map_hands import HANDS, expect, idle, sample, session  # noqa: E402
from qgis.core import QgsVectorLayer  # noqa: E402

GIVE_CLICKS, BACK_CLICKS = 3, 3


def give(folder: Path) -> Script:
    """Give the package of a crew."""
    from waternet_plugin.gui.fieldwork.package_window import open_package_window

    window = open_package_window(session())
    yield lambda: window.area.count() > 3 and idle()
    yield pause(0.7)
    window.area.choose("all")
    HANDS.clicks = 0
    HANDS.click_at(window.crew.lineEdit().mapToGlobal(window.crew.lineEdit().rect().center()))
    HANDS.key("ctrl+a")
    HANDS.type("Crew 1")
    yield lambda: window.crew.currentText() == "Crew 1"
    window.folder.setFilePath(str(folder))
    yield pause(0.7)
    HANDS.shoot("field_give")
    HANDS.click("wn_field_give")
    yield lambda: (folder / "field.qgz").is_file() and idle()
    expect(HANDS.clicks <= GIVE_CLICKS, True, "clicks to a package")


def edit(folder: Path) -> tuple[str, str]:
    """Edit two pipes as a crew does, one of which the office changes, too; return the ids."""
    layer = QgsVectorLayer(f"{folder / 'field.gpkg'}|layername=pipe", "crew", "ogr")
    first, second = (row for row, _number in zip(layer.getFeatures(), range(2)))
    layer.startEditing()
    fields = layer.fields()
    layer.changeAttributeValue(first.id(), fields.lookupField("diameter_mm"), 555.0)
    layer.changeAttributeValue(second.id(), fields.lookupField("note"), "seen")
    expect(layer.commitChanges(), True, "an edit without the plugin")
    import pandas as pd

    with session().network() as network, network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame([{"pipe_id": first["pipe_id"], "diameter_mm": 444.0}]))
    session().written("pipe")
    return first["pipe_id"], second["pipe_id"]


def take(folder: Path, pipe: str) -> Script:
    """Drop the folder that came back and decide its conflict."""
    from waternet_plugin.gui.wizard.brought_files import bring_in

    HANDS.clicks = 0
    bring_in(session(), [str(folder)])
    yield lambda: session().window("wn_field_return") is not None
    window = session().window("wn_field_return")
    yield window.take.isEnabled
    yield pause(1)
    HANDS.shoot("field_back")
    HANDS.click("wn_field_take")
    yield HANDS.there("wn_edit_conflicts_mine_diameter_mm")
    yield pause(1)
    HANDS.shoot("field_conflict")
    HANDS.click("wn_edit_conflicts_mine_diameter_mm")
    yield pause(0.5)
    HANDS.click("wn_edit_conflicts_save")

    def diameter() -> float:
        with session().network() as network:
            rows = network.read("pipe", ["diameter_mm"], ids=[pipe], geometry=False)
        return float(rows["diameter_mm"].iloc[0])

    yield lambda: idle() and diameter() == 555.0
    yield pause(1)
    HANDS.shoot("field_taken")
    expect(HANDS.clicks, BACK_CLICKS, "clicks to take it up")


def way() -> Script:
    """Go it all; print clicks and seconds."""
    yield from sample()
    begun = time.monotonic()
    folder = HOME / "crew_1"
    yield from give(folder)
    given = HANDS.clicks
    changed, noted = edit(folder)
    yield from take(folder, changed)
    with session().network() as network:
        notes = network.read("pipe", ["note"], ids=[noted], geometry=False)["note"].tolist()
    expect(notes, ["seen"], "what the crew alone changed")
    finish("field", given + HANDS.clicks, time.monotonic() - begun, f"{changed} decided, {noted} taken")


perform(way(), HANDS)
