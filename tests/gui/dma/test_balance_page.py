"""The tab of the water balance: months of the sample town, and what a network without volumes is told."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from support.staging import ROOT
from support.widgets import click

from waternet_plugin import store
from waternet_plugin.operations.leakage.water_balance import WaterBalanceRequest, water_balance


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """A copy of the sample town."""
    shutil.copytree(ROOT / "build" / "sample_town" / "en", tmp_path / "town")
    return next((tmp_path / "town").glob("*.gpkg"))


def opened(plugin: Any, path: Path, until: Any) -> Any:
    """Open a network with the tab of the balance, and return the tab."""
    session = plugin.session
    session.iface.window.resize(1366, 768)
    session.iface.window.show()
    assert session.open_network(str(path))
    section = next(one for one in plugin.dock.sections if one.KEY == "dma")
    until(lambda: section.states is not None, 60)
    section._show_zones()
    until(lambda: session.window("wn_dma") is not None, 60)
    pane = session.window("wn_dma")
    until(lambda: pane.model.is_ready, 60)
    pane.tabs.setCurrentWidget(pane.balance)
    until(lambda: pane.balance.note.text() != "", 60)
    return pane.balance


@pytest.mark.slow
def test_the_newest_month_shows_first_and_all_of_it_as_headless(
    plugin: Any, town: Path, until: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(plugin, town, until)
    labels = [page.plot._choice.itemText(place) for place in range(page.plot._choice.count())]
    assert labels[:2] == ["2025-12", "2025-11"] and len(labels) == 13
    with store.open_network(town) as network:
        headless = water_balance(network, WaterBalanceRequest())
    newest = headless.periods[headless.periods["from_date"] == "2025-12-01"]
    assert page.plot.plot.title == page.note.text()
    assert f"{100 * newest['loss_rate'].iloc[0]:.1f} %" in page.note.text()
    assert [row[0] for row in page.plot.plot.rows] == newest["zone_id"].tolist()
    page.plot._choice.setCurrentIndex(12)
    assert headless.summary[0] in page.note.text()
    shown: list[str] = []
    monkeypatch.setattr(
        "waternet_plugin.gui.panes.report_files.QDesktopServices.openUrl",
        lambda url: shown.append(url.toLocalFile()),
    )
    click(page, "wn_dma_balance_report")
    until(lambda: bool(shown), 60)
    assert "CJJ 92" in Path(shown[0]).read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_network_without_volumes_is_told_what_to_adopt(plugin: Any, town: Path, until: Any) -> None:
    with store.open_network(town) as network, network.write("edit") as batch:
        batch.delete("volume", network.read("volume")["volume_id"].tolist())
    page = opened(plugin, town, until)
    assert "Adopt supplied and billed volumes" in page.note.text()
    assert not page.report_button.isEnabled() and page.plot.plot is None


@pytest.mark.slow
def test_leakage_rates_are_stored_and_shown_beside_night_flow(plugin: Any, town: Path, until: Any) -> None:
    page = opened(plugin, town, until)
    themes: list[str] = []
    page.session.show_theme = themes.append
    click(page, "wn_dma_balance_keep")
    until(lambda: themes == ["double_criterion"], 60)
    with store.open_network(town) as network:
        shown = network.read("zone_leakage", ["zone_id", "loss_rate", "rate_state", "balance_to"])
    assert shown["loss_rate"].notna().any()
    assert set(shown["balance_to"].dropna().dt.strftime("%Y-%m-%d")) == {"2025-12-31"}
