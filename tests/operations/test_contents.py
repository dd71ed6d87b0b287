"""What panes and dialogs ask of a network: figures, settings, batches, open work, areas, places of rows."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from waternet_plugin import store
from waternet_plugin.core.errors import ConflictError, InputError
from waternet_plugin.core.reports.health import statistics
from waternet_plugin.operations.contents.change_settings import (
    ChangeSettingsRequest,
    change_settings,
    settings_in_force,
)
from waternet_plugin.operations.contents.named_areas import named_areas
from waternet_plugin.operations.contents.network_figures import network_figures, pipe_statistics
from waternet_plugin.operations.contents.recorded_batches import recorded_batches
from waternet_plugin.operations.contents.row_counts import row_counts
from waternet_plugin.operations.contents.row_extents import row_extents
from waternet_plugin.operations.network.live_network import live_network
from waternet_plugin.operations.work.work_list import work_list
from waternet_plugin.store.network import NAME_KEY, Network

CURRENCY, NIGHT = "general.currency", "dma.night_use_l_h"


@pytest.mark.slow
def test_settings_are_one_batch_and_only_those_that_change(square: Network) -> None:
    night = settings_in_force(square).settings.real(NIGHT)
    # The same number, written in another way.
    request = ChangeSettingsRequest({NAME_KEY: "North", NIGHT: f"{night:.6f}"})
    written = change_settings(square, request)
    assert written.keys == (NAME_KEY,)
    batch = recorded_batches(square)[0]
    assert (batch["batch_id"], batch["kind"], batch["name"]) == (written.batch_id, "setting", NAME_KEY)
    assert network_figures(square).name == "North"
    square.undo(written.batch_id)
    assert network_figures(square).name == ""


@pytest.mark.slow
def test_settings_in_force_are_not_written_again(square: Network) -> None:
    before = len(recorded_batches(square))
    now = settings_in_force(square).settings.text(CURRENCY)
    done = change_settings(square, ChangeSettingsRequest({CURRENCY: now}))
    assert (done.keys, done.batch_id) == ((), "")
    assert len(recorded_batches(square)) == before


def test_a_value_that_is_no_number_is_refused_and_nothing_is_written(square: Network) -> None:
    before = len(recorded_batches(square))
    with pytest.raises(InputError, match=f"Setting {NIGHT}: “much” is not a number"):
        change_settings(square, ChangeSettingsRequest({NAME_KEY: "North", NIGHT: "much"}))
    assert len(recorded_batches(square)) == before


@pytest.mark.slow
def test_a_setting_that_a_colleague_changed_since_is_not_written(square: Network) -> None:
    seen = settings_in_force(square).seen
    with store.open_network(square.uri, by="Wang") as theirs:
        change_settings(theirs, ChangeSettingsRequest({CURRENCY: "USD"}))
    with pytest.raises(ConflictError):
        change_settings(square, ChangeSettingsRequest({CURRENCY: "EUR"}, seen))
    assert settings_in_force(square).settings.text(CURRENCY) == "USD"


@pytest.mark.slow
def test_an_output_that_fails_leaves_the_settings(square: Network) -> None:
    def fails(_result: object) -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        change_settings(square, ChangeSettingsRequest({NAME_KEY: "North"}), before_commit=fails)
    assert network_figures(square).name == ""


@pytest.mark.slow
def test_areas_and_places_of_rows(square: Network) -> None:
    shapes = [shapely.MultiPolygon([shapely.box(at, 0, at + 10, 10)]) for at in (0, 20)]
    compounds = {"compound_id": ["C2", "C1"], "name": ["Apple Court", "Birch Court"], "geom": shapes}
    zones = {"zone_id": ["Z1"], "kind": ["dma"], "name": [None], "geom": shapes[:1]}
    with square.write("edit", seen=square.position()) as batch:
        batch.insert("compound", gpd.GeoDataFrame(compounds, geometry="geom", crs=square.crs))
        batch.insert("zone", gpd.GeoDataFrame(zones, geometry="geom", crs=square.crs))
    assert named_areas(square) == [("C2", "Apple Court"), ("C1", "Birch Court"), ("Z1", ""), ("Z", "方块")]
    extents = row_extents(square, {"compound": ["C1", "C1", "gone"], "setting": [CURRENCY]})
    assert [box for _fid, box in extents["compound"]] == [(20.0, 0.0, 30.0, 10.0)]
    assert extents["setting"] == []
    assert row_counts(square, ("compound", "zone")) == {"compound": 2, "zone": 2}


@pytest.mark.slow
def test_open_work_in_words(square: Network) -> None:
    items = {"item_id": ["W-1", "W-2"], "type": ["clean", "repair"], "state": ["open", "under_way"]}
    with square.write("edit", seen=square.position()) as batch:
        batch.insert("work_item", pd.DataFrame(items))
    rows = work_list(square).rows
    assert [(row["id"], row["what"], row["state_label"]) for row in rows] == [
        ("W-1", "Clean", "Open"),
        ("W-2", "Repair", "Under way"),
    ]
    assert network_figures(square).open_work == 2


def test_statistics_of_the_kept_network_follow_edits_and_read_no_table(
    square: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pipe_statistics(square)
    kept = live_network(square.uri)
    with kept.answering():
        pass
    assert pipe_statistics(square) == before
    pipes = square.read("pipe", ["pipe_id"], geometry=False)["pipe_id"]
    with square.write("edit", seen=square.position()) as batch:
        batch.update(
            "pipe", pd.DataFrame({"pipe_id": pipes[:1], "install_year": [1931], "material": ["cast_iron"]})
        )
    fresh = statistics.of_pipes(square.read("pipe", statistics.COLUMNS, geometry=False))
    asked = []
    read = type(square).read

    def counted(self: Network, table: str, *args: object, **more: object) -> object:
        asked.append((table, more.get("ids") is not None))
        return read(self, table, *args, **more)

    monkeypatch.setattr(type(square), "read", counted)
    assert pipe_statistics(square) == fresh != before
    assert all(by_id for _table, by_id in asked)
