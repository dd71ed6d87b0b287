"""The planner's leaks: from readings to the areas ranked, from an alarm to a work order on a pipe."""

from __future__ import annotations

import os
import sys
import time
from typing import Any

sys.path.insert(0, os.environ["WATERNET_DESKTOP"])

from hands import Script, finish, pause, perform  # noqa: E402
from map_hands import HANDS, expect, pane, sample, section, session  # noqa: E402
from qgis.core import QgsProject  # noqa: E402
from qgis.utils import plugins  # noqa: E402


def click_row(view: Any, row: int) -> None:
    """Scroll to a row of a list and click it."""
    index = view.model().index(row, 1)
    view.scrollTo(index)
    place = view.visualRect(index).center()
    HANDS.click_at(view.viewport().mapToGlobal(place))


def is_drawn() -> bool:
    """Return whether the plot of what was asked for shows."""
    return session().is_idle and pane("dma").flow.plot.plot is not None


def compute() -> Script:
    """Compute night flow from the line of the dock, to the areas ranked by leakage."""
    yield section("dma").alarms.isVisible
    HANDS.reveal("wn_section_dma_alarms")
    yield pause(0.5)
    HANDS.click("wn_section_dma_alarms")
    yield lambda: pane("dma") is not None and pane("dma").flow.rank_button.isEnabled()
    yield is_drawn
    yield pause(2)
    HANDS.shoot("leak_ranking")
    expect(pane("dma").flow.plot.plot.name, "leakage_ranking", "the plot")


def look() -> Script:
    """Look at the year and the week of the leak that grows."""
    names = [str(one) for one in pane("dma").model.drawing.zones.tree.zone_id]
    click_row(pane("dma").zones, names.index("DMA-3"))
    yield lambda: pane("dma").flow.flow.zone_id == "DMA-3" and is_drawn()
    yield pause(2)
    HANDS.shoot("leak_year")
    pane("dma").flow.plot._choice.setCurrentIndex(1)
    yield pause(2)
    HANDS.shoot("leak_week")
    pane("dma").tabs.setCurrentWidget(pane("dma").balance)
    yield lambda: session().is_idle and pane("dma").balance.plot.plot is not None
    yield pause(2)
    HANDS.shoot("leak_balance")
    pane("dma").tabs.setCurrentWidget(pane("dma").flow)


def order() -> Script:
    """Go from the alarm in the dock to a work order on the likeliest pipe."""
    # Whoever looks at the alarm in the dock has it in front.
    plugins["waternet_plugin"].dock.raise_()
    yield pause(0.7)
    HANDS.reveal("wn_section_dma_alarms")
    yield pause(0.5)
    HANDS.shoot("leak_dock")
    HANDS.click("wn_section_dma_alarms")
    yield (
        lambda: (
            pane("dma").model.zone_id == "DMA-1" and pane("dma").flow.rank_button.isEnabled() and is_drawn()
        )
    )
    yield pause(1)
    HANDS.click("wn_dma_flow_rank")
    yield lambda: pane("dma").flow.pages.currentIndex() == 1 and session().is_idle
    yield pause(1)
    HANDS.shoot("leak_pipes")
    click_row(pane("dma").flow.search.list, 0)
    yield pause(1)

    def orders() -> int:
        with session().network() as network:
            return int(network.count("work_item"))

    before = orders()
    HANDS.click("wn_dma_leak_order")
    yield lambda: orders() == before + 1
    yield lambda: session().is_idle
    yield pause(1)
    HANDS.shoot("leak_order")


def dig() -> Script:
    """Record what the crew found; nobody counts, a week lies between."""
    pane("dma").flow.show_flow()
    yield pane("dma").flow.dig_button.isEnabled
    HANDS.click("wn_dma_flow_dig")
    yield lambda: pane("dma").flow.pages.currentWidget() is pane("dma").flow.dig and session().is_idle
    pane("dma").flow.dig.flow.setValue(7.0)
    yield pause(1)
    HANDS.shoot("leak_dig")
    HANDS.click("wn_dma_dig_write")
    yield lambda: session().is_idle and not pane("dma").flow.dig_button.isEnabled()
    yield pause(1)
    HANDS.shoot("leak_ended")


def way() -> Script:
    """Go it and print clicks, seconds and what was reached."""
    yield from sample()
    begun = time.monotonic()
    counted = []
    for part in (compute, look, order):
        HANDS.clicks = 0
        yield from part()
        counted.append(HANDS.clicks)
    yield from dig()
    for clicks, most, what in zip(counted, (5, 2, 4), ("ranking", "year and week", "work order")):
        expect(clicks <= most, True, f"{what} in {clicks} clicks")
    outcome = "areas ranked in {}, a year looked at in {}, alarm to work order in {} clicks".format(*counted)
    finish("planner_leak", sum(counted), time.monotonic() - begun, outcome)
    QgsProject.instance().setDirty(False)


perform(way(), HANDS)
