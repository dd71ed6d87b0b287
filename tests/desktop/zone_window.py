"""One of two windows that draw in the same scenario; `two_planners` starts both and looks at what is left."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import HOME, Script, pause, perform  # noqa: E402
from map_hands import HANDS, click_action, click_map, expect, pane, sample, session  # noqa: E402
from qgis.core import QgsProject  # noqa: E402
from qgis.PyQt.QtWidgets import QPushButton  # noqa: E402
from qgis.utils import iface, plugins  # noqa: E402

# Where the windows tell each other what they have done.
SHARED = Path(os.environ["WATERNET_SHARED"])


def tell(word: str, **more: object) -> None:
    """Tell the other window, whole or not at all."""
    partial = SHARED / f"{word}.part"
    partial.write_text(json.dumps(more), encoding="utf-8")
    partial.replace(SHARED / word)


def heard(word: str) -> Script:
    """Wait until the other window has told a word."""
    deadline = time.monotonic() + 900
    while not (SHARED / word).exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"the other window never told {word}")
        yield pause(0.5)


def drawn_pipes() -> list[str]:
    """Return the pipes that are in other zones than in the network."""
    drawing = pane("dma").model.drawing
    return sorted(map(str, drawing.network.graph.pipe_id[drawing.changed_pipes()]))


def stored() -> dict[str, list[str]]:
    """Return the pipes of each scenario in the network."""
    with closing(sqlite3.connect(f"file:{session().network_path}?mode=ro", uri=True)) as database:
        rows = database.execute("SELECT scenario_id, pipe_id FROM scenario_pipe").fetchall()
    found: dict[str, list[str]] = {}
    for scenario, pipe in sorted(rows):
        found.setdefault(scenario, []).append(pipe)
    return found


def add_free_pipe(place: int) -> Script:
    """Click one of the longest pipes that lie in no zone, by its place among them."""
    # What the other window stored makes this one look whether the network changed.
    yield pause(2)
    yield lambda: pane("dma").model.is_ready and session().is_idle
    drawing = pane("dma").model.drawing
    free = (drawing.state.zone < 0) & drawing.network.counts & drawing.network.open
    length = drawing.network.graph.length_m
    pipe = sorted((int(one) for one in free.nonzero()[0]), key=lambda one: -length[one])[place]
    before = drawn_pipes()
    middle = pane("dma").model.ground.lines[pipe].interpolate(0.5, normalized=True)
    click_map(middle.x, middle.y)
    yield lambda: drawn_pipes() != before
    yield pause(1)


def begin() -> Script:
    """Take the tool that draws."""
    click_action(plugins["waternet_plugin"].actions.tools.actions["dma"])
    yield lambda: pane("dma") is not None and pane("dma").is_listening and pane("dma").model.is_ready
    yield pause(1)


def store() -> None:
    """Press Enter on the map."""
    iface.mapCanvas().setFocus()
    subprocess.run(["xdotool", "key", "Return"], check=True)


def first() -> Script:
    """Draw, store, draw again when the other window has stored, and keep the own drawing by its own name."""
    yield from sample()
    yield from begin()
    yield from add_free_pipe(0)
    store()
    yield lambda: not pane("dma").model.is_unsaved and session().is_idle
    tell("first", path=session().network_path, scenario=pane("dma").scenario.scenario_id, pipes=drawn_pipes())
    yield from heard("second")
    yield from add_free_pipe(0)
    mine = drawn_pipes()
    store()
    bar = iface.messageBar()
    yield lambda: bar.currentItem() is not None and "another window" in bar.currentItem().text()
    said = bar.currentItem().text()
    HANDS.shoot("two_planners_refused")
    expect(pane("dma").model.is_unsaved, True, "what was refused is still drawn")
    (keep,) = (one for one in bar.findChildren(QPushButton) if one.text() == "Keep mine as a new scenario")
    HANDS.click_at(keep.mapToGlobal(keep.rect().center()))
    yield lambda: not pane("dma").model.is_unsaved and session().is_idle
    tell("kept", scenario=pane("dma").scenario.scenario_id, pipes=mine, said=said, stored=stored())


def second() -> Script:
    """Open the same network and scenario, draw more and store it."""
    iface.mainWindow().showMaximized()
    yield from heard("first")
    told = json.loads((SHARED / "first").read_text(encoding="utf-8"))
    session().open_network(told["path"])
    yield lambda: session().network_path and session().layer("pipe") is not None and session().is_idle
    yield lambda: not iface.mapCanvas().isDrawing()
    yield from begin()
    pane("dma").load(told["scenario"], opens_tool=True)
    yield lambda: pane("dma").scenario.scenario_id == told["scenario"] and pane("dma").model.is_ready
    yield lambda: pane("dma").is_listening and session().is_idle
    expect(drawn_pipes(), told["pipes"], "the scenario as the first window stored it")
    yield from add_free_pipe(1)
    store()
    yield lambda: not pane("dma").model.is_unsaved and session().is_idle
    HANDS.shoot("two_planners_stored")
    tell("second", pipes=drawn_pipes())
    yield from heard("kept")


def way() -> Script:
    """Go the way of this window."""
    yield from first() if os.environ["WATERNET_WINDOW"] == "first" else second()
    print(f"{HOME.name}: {os.environ['WATERNET_WINDOW']} window is through")
    QgsProject.instance().setDirty(False)


perform(way(), HANDS)
