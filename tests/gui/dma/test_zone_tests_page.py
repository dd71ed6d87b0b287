"""The tab of tests: what came out, why a zone is to be tested again, and the ways to plan and record."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.pressure_test_town import LEAKS, TIGHT, typed
from support.staging import ROOT
from support.widgets import click

from waternet_plugin import store
from waternet_plugin.gui.dma.zone_tests_page import state_text
from waternet_plugin.operations.pressure_tests.record_zero_pressure_test import (
    RecordRequest,
    record_zero_pressure_test,
)
from waternet_plugin.operations.pressure_tests.zone_tests import ZoneTests

GAUGE, VALVE = "JSD-0345", "JSD-0082"


@pytest.fixture(scope="module")
def tested_town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample town, its third area tested twice: it failed, then passed."""
    folder = tmp_path_factory.mktemp("tested") / "town"
    shutil.copytree(ROOT / "build" / "sample_town" / "en", folder)
    with store.open_network(next(folder.glob("*.gpkg"))) as network:
        for month, heads, crew in (("03", LEAKS, "Wang"), ("04", TIGHT, "Li")):
            day = f"2026-{month}-12"
            request = RecordRequest(
                "DMA-3", f"{day} 01:00", f"{day} 02:00", crew=crew, readings=typed(**{GAUGE: heads})
            )
            record_zero_pressure_test(network, request)
    return folder


@pytest.fixture
def pane(plugin: Any, tested_town: Path, tmp_path: Path, until: Any) -> Any:
    """The pane on a copy of that town, the third area chosen, its tests shown."""
    shutil.copytree(tested_town, tmp_path / "town")
    session = plugin.session
    session.iface.window.resize(1366, 768)
    session.iface.window.show()
    assert session.open_network(str(next((tmp_path / "town").glob("*.gpkg"))))
    plugin.actions.tools.actions["dma"].trigger()
    pane = session.window("wn_dma")
    until(lambda: pane.is_listening, 60)
    choose(pane, "DMA-3")
    pane.tabs.setCurrentWidget(pane.tests)
    until(lambda: len(pane.tests.list.rows) == 2, 30)
    return pane


def choose(pane: Any, zone: str) -> None:
    """Choose a zone of the list."""
    pane.model.choose([str(one) for one in pane.model.drawing.zones.tree.zone_id].index(zone))


@pytest.mark.slow
def test_the_tab_shows_tests_in_words_with_who_and_which_valve(pane: Any, until: Any) -> None:
    assert [row["result"] for row in pane.tests.list.rows] == ["✓ Passed", "× Failed"]
    assert [row["day"] for row in pane.tests.list.rows] == ["2026-04-12", "2026-03-12"]
    assert [row["by"] for row in pane.tests.list.rows] == ["Li", "Wang"]
    assert pane.tests.list.rows[1]["leaks"].endswith("?")
    assert VALVE in pane.tests.list.rows[1]["leaks"]
    assert "DMA-3 is proven closed" in pane.tests.note.text()
    assert "2028-04-12" in pane.tests.note.text()
    choose(pane, "DMA-1")
    until(lambda: "never tested" in pane.tests.note.text(), 30)
    assert pane.tests.list.rows == []


@pytest.mark.slow
def test_a_save_on_the_boundary_says_at_once_what_was_changed_by_whom(pane: Any, until: Any) -> None:
    with pane.session.network() as network, network.write("edit", by="Zhao") as batch:
        batch.update("node", pd.DataFrame({"node_id": [VALVE], "valve_state": ["open"]}))
    pane.session.written("node")
    until(lambda: "is to be tested again" in pane.tests.note.text(), 30)
    text = pane.tests.note.text()
    assert f"“{VALVE}” on its boundary was changed after the test" in text
    assert "Valve state: Closed → Open" in text
    assert "Zhao, 20" in text


@pytest.mark.slow
def test_a_test_is_recorded_of_the_chosen_zone(pane: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(pane.session, "open_algorithm", lambda *given: asked.append(given))
    click(pane.tests, "wn_dma_tests_record")
    assert asked == [
        ("recordzeropressuretest", {"NETWORK": pane.session.network_path, "ZONE": "DMA-3"}),
    ]
    pane.model.choose(-1)
    assert "Choose a zone" in pane.tests.note.text()
    click(pane.tests, "wn_dma_tests_record")
    assert "Choose a zone" in pane.session.iface.messageBar().currentItem().text()
    assert len(asked) == 1


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        ({"has_failed": True, "is_marked": True}, "the last test failed"),
        ({"is_marked": True}, "is to be tested again."),
        (
            {"is_marked": True, "marked_by": "Li", "marked_at": "2026-04-12T01:00:00Z"},
            "Li marked it so on 2026",
        ),
        ({}, "was never tested"),
    ],
)
def test_why_a_zone_is_to_be_tested_again_without_a_change(known: dict[str, Any], sentence: str) -> None:
    assert sentence in state_text(ZoneTests("DMA-9", **known))
