"""Odd input of compounds is said in their panes: overlapping ground, odd tanks, bands that overlap."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pytest
from support import odd_compounds as odd
from support.widgets import part, text

from waternet_plugin.gui.compounds.compound_pane import CompoundPane
from waternet_plugin.gui.compounds.tank_pane import TankPane
from waternet_plugin.gui.panes import pane
from waternet_plugin.store import open_network

EAST, NORTH = 600_000.0, 2_700_000.0


@pytest.fixture
def town(plugin: Any, iface: Any, small_network: Path) -> Any:
    """The session on a network of two compounds that overlap, and odd tanks."""
    odd.plant(small_network, EAST, NORTH, datetime.date.today())
    iface.window.resize(1366, 768)
    iface.window.show()
    plugin.session.open_network(str(small_network))
    yield plugin.session
    iface.window.hide()


@pytest.mark.slow
def test_odd_tanks_are_explained_in_the_pane(town: Any, until: Any) -> None:
    opened = pane.open_pane(town, TankPane, tank="T-VOLUME")
    until(lambda: opened.tanks.rows and town.is_idle, 60.0)
    rows = {row["node_id"]: row for row in opened.tanks.rows}
    for name, (_basis, words) in odd.SAID.items():
        opened.choose(rows[name])
        assert words in text(opened, "wn_tanks_card"), name
    opened.close()


@pytest.mark.slow
def test_the_pane_tells_which_compounds_overlap_and_refuses_bad_bands(town: Any, until: Any) -> None:
    opened = pane.open_pane(town, CompoundPane)
    until(lambda: opened.shows_answer and town.is_idle, 60.0)
    opened._look(odd.FIRST, zooms=False)
    until(lambda: opened.state is not None and town.is_idle, 60.0)
    assert "overlaps Garden:" in text(opened, "wn_compounds_sentence")
    odd.allow_overlapping_bands(Path(town.network_path))
    with open_network(town.network_path) as network:
        before = len(network.batches())
    opened.score.button.click()
    until(lambda: odd.REFUSED in text(opened, "wn_compounds_said") and town.is_idle, 60.0)
    # What is read anew after another edit, and after a second one meanwhile, takes nothing of that away.
    opened._refresh_shown()
    opened._refresh_shown()
    until(lambda: town.is_idle, 60.0)
    assert odd.REFUSED in text(opened, "wn_compounds_said")
    with open_network(town.network_path) as network:
        assert len(network.batches()) == before
    assert part(opened, "wn_compounds_tanks").text()
    opened.close()
