"""The planner's metered areas: one drawn to its verdict, a test plan, a proposal kept and compared."""

from __future__ import annotations

import os
import subprocess
import sys
import time

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import HOME, Script, finish, pause, perform  # noqa: E402
from map_hands import HANDS, click_action, click_map, expect, pane, point_map, sample, session  # noqa: E402
from qgis.core import QgsProject  # noqa: E402
from qgis.PyQt.QtWidgets import QFileDialog  # noqa: E402
from qgis.utils import plugins  # noqa: E402


def middle_of(pipe: int) -> tuple[float, float]:
    """Return a place on a pipe by its number."""
    place = pane("dma").model.ground.lines[pipe].interpolate(0.5, normalized=True)
    return place.x, place.y


def free_pipes() -> list[int]:
    """Return the longest pipes of drinking water that lie in no zone."""
    drawing = pane("dma").model.drawing
    free = (drawing.state.zone < 0) & drawing.network.counts & drawing.network.open
    length = drawing.network.graph.length_m
    return sorted((int(one) for one in free.nonzero()[0]), key=lambda one: -length[one])


def key(combination: str) -> None:
    """Press keys together."""
    subprocess.run(["xdotool", "key", combination], check=True)


def draw() -> Script:
    """Draw a zone, take a gesture back and do it again, store it, check it, adopt it."""
    click_action(plugins["waternet_plugin"].actions.tools.actions["dma"])
    yield lambda: pane("dma") is not None and pane("dma").is_listening
    yield pause(1)
    model = pane("dma").model
    first = middle_of(free_pipes()[0])
    point_map(*first)
    yield pause(1)
    HANDS.shoot("dma_hover")
    click_map(*first)
    yield lambda: model.figures().pipes > 0
    many = model.figures().pipes
    key("ctrl+z")
    yield lambda: model.figures().pipes == 0
    key("ctrl+y")
    yield lambda: model.figures().pipes == many
    yield pause(1)
    HANDS.shoot("dma_drawn")
    key("Return")
    yield lambda: not model.is_unsaved
    key("Escape")
    # While the network is read anew after the Save, nothing is stored, and nothing is done that follows.
    yield lambda: not pane("dma").is_listening and model.is_ready and session().is_idle
    yield pause(1)
    HANDS.click("wn_dma_check")
    yield lambda: pane("dma").findings.rows and session().is_idle
    yield pause(1)
    HANDS.shoot("dma_findings")
    expect(pane("dma").model.verdicts.get("DMA-4"), "not_valid", "the verdict on the drawn zone")
    HANDS.click("wn_dma_adopt")
    yield lambda: pane("dma").scenario.is_live and pane("dma").model.is_ready and session().is_idle
    yield pause(1)


def propose() -> Script:
    """Compare three proposals and keep one."""
    HANDS.click("wn_dma_propose")
    yield HANDS.there("wn_proposals_start")
    yield pause(0.5)
    HANDS.click("wn_proposals_start")
    yield HANDS.there("wn_proposal_most_even_keep")
    yield pause(1)
    HANDS.shoot("dma_proposals")
    HANDS.click("wn_proposal_most_even_keep")
    yield lambda: pane("dma").scenario.scenario_id and pane("dma").model.is_ready and session().is_idle
    yield pause(1)
    HANDS.shoot("dma_kept")


def plan_test() -> Script:
    """Plan the test of a zone that has inlets, to a PDF."""
    zones = pane("dma").zones
    row = next(place for place, each in enumerate(zones.rows) if each["inlets"])
    place = zones.visualRect(zones.model().index(row, 1)).center()
    HANDS.click_at(zones.viewport().mapToGlobal(place))
    yield pause(1)
    target = HOME / "test plan.pdf"
    HANDS.click("wn_dma_test")
    yield lambda: HANDS.window(QFileDialog) is not None
    yield pause(1)
    key("ctrl+a")
    HANDS.type(str(target))
    HANDS.clicks += 1
    HANDS.key("Return")
    yield lambda: target.exists() and session().is_idle
    yield pause(1)
    HANDS.shoot("dma_test_plan")
    pane("dma").tabs.setCurrentWidget(pane("dma").tests)
    yield lambda: bool(pane("dma").tests.note.text())
    yield pause(1)
    HANDS.shoot("dma_tests")


def compare() -> Script:
    """Compare the proposal that was kept with the network as it is."""
    HANDS.click("wn_dma_compare")
    yield pane("dma").scenario_line.menu.isVisible
    yield pause(0.5)
    menu = pane("dma").scenario_line.menu
    HANDS.click_at(menu.mapToGlobal(menu.actionGeometry(menu.actions()[0]).center()))
    yield lambda: session().window("wn_comparison") is not None
    window = session().window("wn_comparison")
    yield lambda: window.result is not None and session().is_idle
    yield pause(1)
    HANDS.shoot("dma_compared")
    place = window.zones.visualRect(window.zones.model().index(0, 1)).center()
    HANDS.click_at(window.zones.viewport().mapToGlobal(place))
    yield pause(1)
    HANDS.shoot("dma_compared_zone")
    window.tabs.setCurrentIndex(2)
    yield pause(0.5)
    HANDS.shoot("dma_compared_devices")
    window.close()


def way() -> Script:
    """Go it and print clicks, seconds and what was reached."""
    yield from sample()
    counted = []
    begun = time.monotonic()
    for part in (draw, plan_test, propose, compare):
        HANDS.clicks = 0
        yield from part()
        counted.append(HANDS.clicks)
    steps = ("drawn to verdict", "test plan", "proposal kept", "compared, a zone looked at")
    for clicks, most, what in zip(counted, (6, 3, 4, 3), steps):
        expect(clicks <= most, True, f"{what} in {clicks} clicks")
    outcome = (
        "drawn to verdict and adopted in {}, test plan in {}, proposal kept in {}, compared in {} clicks"
    ).format(*counted)
    finish("planner_dma", sum(counted), time.monotonic() - begun, outcome)
    QgsProject.instance().setDirty(False)


perform(way(), HANDS)
