"""Leakage as it is stored: states of the areas, and the pictures' numbers of one of them."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.staging import ROOT

from waternet_plugin import store
from waternet_plugin.core.leakage.expected_flow import expected_band
from waternet_plugin.operations.leakage.night_flow import NightFlowRequest, night_flow
from waternet_plugin.operations.leakage.zone_flow import leakage_states, read_zone_meters, zone_flow
from waternet_plugin.store.network_reading import Between


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The sample town, its night flow taken back and stored anew."""
    source = next((ROOT / "build" / "sample_town" / "en").glob("*.gpkg"))
    path = Path(shutil.copy(source, tmp_path_factory.mktemp("flow") / "town.gpkg"))
    with store.open_network(path) as opened:
        batches = opened.batches()
        opened.undo(batches.loc[batches["kind"] == "dma", "batch_id"].iloc[0])
        before = leakage_states(opened)
        assert {one.state for one in before} == {"no_data"}
        assert not any(one.is_alarm for one in before)
        night_flow(opened, NightFlowRequest("Night flow", store=True))
        yield opened


@pytest.mark.slow
def test_the_sample_tells_a_burst_and_a_leak_that_grows(network: Any) -> None:
    states = leakage_states(network)
    found = [(one.zone_id, one.state == "alarm", one.is_alarm) for one in states]
    assert found == [("DMA-1", True, True), ("DMA-3", True, True), ("DMA-2", False, False)]
    # As planted, see sample_data/town/truth.json.
    assert states[0].rise_m3h == pytest.approx(7.5, rel=0.1)
    assert states[1].rise_m3h == pytest.approx(4.2, rel=0.1)
    assert zone_flow(network, "DMA-3").open_alarm.kind == "creep"


@pytest.mark.slow
def test_the_year_has_dots_within_the_band_until_the_leak_begins(network: Any) -> None:
    flow = zone_flow(network, "DMA-1")
    began = flow.night < np.datetime64(flow.open_alarm.started_on, "D")
    inside = (flow.window_mean_m3h >= flow.low_m3h) & (flow.window_mean_m3h <= flow.high_m3h)
    assert inside[began].mean() > 0.7
    assert not inside[~began].any()
    assert (np.diff(flow.high_m3h[~began]) == 0).all()
    assert any("at once" in one for one in flow.open_alarm.reasons)


def test_the_week_is_the_net_inflow_by_the_clock(network: Any) -> None:
    flow = zone_flow(network, "DMA-1", read_zone_meters(network))
    assert len(flow.flow_m3h) == 7 * 24
    assert str(flow.moment[0]) == "2025-12-22T00:00:00"
    assert len(flow.windows) == 7
    assert [str(one) for one in flow.windows[-1]] == ["2025-12-28T02:00:00", "2025-12-28T05:00:00"]
    last_night = flow.flow_m3h[-24 + 2 : -24 + 5]
    assert last_night.mean() == pytest.approx(flow.window_mean_m3h[-1])


@pytest.mark.slow
def test_an_area_without_nights_or_meters_has_empty_pictures(network: Any) -> None:
    flow = zone_flow(network, "NEW")
    assert (len(flow.night), len(flow.moment), flow.windows, flow.open_alarm) == (0, 0, (), None)


def test_readings_between_two_moments_are_found_by_the_index(network: Any) -> None:
    utc = datetime.timezone.utc
    first = datetime.datetime(2025, 12, 1, tzinfo=utc)
    wanted = {"node_id": "JSD-0251", "time": Between(first, first + datetime.timedelta(hours=3))}
    assert len(network.read("reading", ["time"], where=wanted)) == 4
    late = {"node_id": "JSD-0251", "time": Between(first=datetime.datetime(2025, 12, 28, 14, tzinfo=utc))}
    assert len(network.read("reading", ["time"], where=late)) == 2


def test_the_band_follows_the_calm_nights_before() -> None:
    level = np.r_[np.tile([9.0, 11.0], 14), np.full(5, 20.0)]
    calm = np.r_[np.ones(28, bool), np.zeros(5, bool)]
    low, high = expected_band(level, calm, nights=28, deviations=2.0, least_share=0.01)
    assert low[-1] == pytest.approx(10 - 2 * 1.4826)
    assert high[-1] == pytest.approx(10 + 2 * 1.4826)
    nothing = expected_band(level, np.zeros(33, bool), nights=28, deviations=2.0, least_share=0.01)
    assert np.isnan(nothing).all()
