"""Checklists: which assets have one, and ticks written and taken off as one batch."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import shapely
from support.compound_town import FIRST, SECOND, layer, make_compounds, write
from support.slow_cases import a_few_quick

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.compounds.read_checklists import (
    CheckedAsset,
    Checklist,
    checklist_names,
    network_sheets,
    read_checklists,
)
from waternet_plugin.operations.compounds.tick_checklist import TickRequest, tick_checklist
from waternet_plugin.store.network import Network


@pytest.fixture(scope="module")
def compounds_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compounds, with two intake points, in a file."""
    path = make_compounds(tmp_path_factory.mktemp("compounds") / "compounds.gpkg")
    with store.open_network(path) as network:
        points = {
            "node_id": ["Q-1", "Q-2"],
            "kind": "intake_point",
            "system": "reclaimed",
            "status": "in_use",
        }
        write(network, "node", layer(points, [shapely.Point(x, 70, 0) for x in (10, 20)]))
        pressure = {"node_id": ["Q-1"], "time": [pd.Timestamp("2026-03-01T08:00", tz="UTC")]}
        write(network, "reading", pd.DataFrame({**pressure, "quantity": "pressure_mpa", "value": [0.05]}))
    return path


@pytest.fixture
def town(compounds_file: Path, tmp_path: Path) -> Iterator[Network]:
    """A copy of the compounds, open."""
    with store.open_network(shutil.copy(compounds_file, tmp_path / "town.gpkg")) as network:
        yield network


def read_checklist(network: Network, name: str, today: datetime.date | None = None) -> Checklist:
    """Return one checklist."""
    (found,) = read_checklists(network, [name], today=today)
    return found


def states(asset: CheckedAsset) -> dict[str, str]:
    """Return the state of each item of an asset."""
    return {cell.item: cell.state for cell in asset.cells}


@pytest.mark.slow
def test_ticks_are_written_and_taken_off_and_undone(town: Network) -> None:
    assert "zero_discharge" in dict(checklist_names())
    found = read_checklist(town, "zero_discharge")
    assert (found.table, len(found.items)) == ("compound", 7)
    assert [one.asset for one in found.assets] == [FIRST, SECOND]
    assert "河畔花园" in found.assets[0].label and not found.assets[0].ticked
    day = datetime.date(2026, 3, 2)
    made = tick_checklist(town, TickRequest("zero_discharge", {FIRST: {"mapped": True, "visits": True}}, day))
    assert (made.ticked, made.cleared) == (2, 0)
    changes = {FIRST: {"mapped": True, "permits": True, "visits": False}}
    made = tick_checklist(town, TickRequest("zero_discharge", changes))
    assert (made.ticked, made.cleared) == (1, 1)
    assert read_checklist(town, "zero_discharge").assets[0].ticked == {"mapped", "permits"}
    # What stayed keeps its day; before it nothing is ticked.
    rows = town.read("checklist", ["item", "ticked_on", "checklist_id"], geometry=False)
    assert dict(zip(rows["item"], rows["ticked_on"]))["mapped"] == pd.Timestamp(day)
    assert not read_checklist(town, "zero_discharge", datetime.date(2026, 3, 1)).assets[0].ticked
    # The same once more writes nothing.
    assert tick_checklist(town, TickRequest("zero_discharge", changes)).batch_id == ""
    town.undo()
    assert read_checklist(town, "zero_discharge").assets[0].ticked == {"mapped", "visits"}


@pytest.mark.slow
def test_several_assets_are_ticked_as_one_batch(town: Network) -> None:
    ticked = {FIRST: {"agreement": True}, SECOND: {"agreement": True, "drawings": True}}
    assert tick_checklist(town, TickRequest("hand_over", ticked)).ticked == 3
    assert [one.ticked for one in read_checklist(town, "hand_over").assets] == [
        set(each) for each in ticked.values()
    ]
    town.undo()
    assert not any(one.ticked for one in read_checklist(town, "hand_over").assets)


def test_ticks_that_others_set_meanwhile_stay(town: Network) -> None:
    tick_checklist(town, TickRequest("hand_over", {FIRST: {"agreement": True}}))
    # Two people looked at the list before either saved.
    tick_checklist(town, TickRequest("hand_over", {FIRST: {"drawings": True}}))
    tick_checklist(town, TickRequest("hand_over", {FIRST: {"agreement": False}}))
    assert read_checklist(town, "hand_over").assets[0].ticked == {"drawings"}


@pytest.mark.slow
def test_what_the_map_knows_of_zero_discharge_stands_in_the_matrix(town: Network) -> None:
    tick_checklist(town, TickRequest("zero_discharge", {SECOND: {"surveyed": True, "mapped": True}}))
    first, second = read_checklist(town, "zero_discharge").assets
    # The drain through both lies by its middle in the first: the second has none, whatever is ticked.
    assert states(first)["mapped"] == "yes" and states(first)["separated"] == "yes"
    assert states(second)["mapped"] == "no" and states(second)["surveyed"] == "ticked"
    assert (first.met, second.met) == (2, 1) and second.ticked == {"surveyed", "mapped"}


@pytest.mark.slow
def test_what_blocks_is_named(town: Network) -> None:
    write(
        town,
        "customer",
        layer({"customer_id": ["U-2"], "trade": "catering", "compound_id": [FIRST]}, [shapely.Point(9, 9)]),
    )
    cells = {cell.item: cell for cell in read_checklist(town, "zero_discharge").assets[0].cells}
    assert cells["permits"].state == "no"
    assert cells["permits"].blocked_by == cells["permits"].assets == ("U-2",)
    ((title, headings, rows),) = network_sheets(town, names=["zero_discharge"])
    assert title == "Zero-discharge compound" and headings[1] == "Items met" and len(headings) == 9
    assert rows[0][:2] == [f"{FIRST} 河畔花园", 2] and rows[0][4] == "no: U-2"


@pytest.mark.slow
def test_zones_are_blocked_by_what_the_map_shows(town: Network) -> None:
    ground = shapely.MultiPolygon([shapely.box(-50, -90, 400, 90)])
    zone = layer({"zone_id": ["Z-1"], "kind": ["zero_discharge"], "name": ["South"]}, [ground])
    write(town, "zone", zone)
    (found,) = read_checklist(town, "zone").assets
    assert states(found) == {
        "separated": "yes", "misconnections": "unknown", "interceptors": "unknown",
        "surface_pollution": "unknown", "dry_weather": "unknown", "wet_weather": "unknown",
    }  # fmt: skip
    combined = {"pipe_id": ["HL-1"], "system": "combined", "status": "in_use"}
    write(town, "pipe", layer(combined, [shapely.LineString([(320, 5, 0), (390, 5, 0)])]))
    wrong = {
        "issue_id": ["I-9"], "rule_id": ["sewage_to_storm"], "severity": "warning", "assets": ["WS-2"],
        "text": ["WS-2 joins a storm drain."], "state": "open",
    }  # fmt: skip
    write(town, "issue", layer(wrong, [shapely.Point(280, 0)]))
    chambers = {"node_id": ["J-1"], "kind": "interceptor", "system": "combined", "status": "in_use"}
    write(town, "node", layer(chambers, [shapely.Point(320, 5, 0)]))
    cells = {cell.item: cell for cell in read_checklist(town, "zone").assets[0].cells}
    assert {item for item, cell in cells.items() if cell.state == "no"} == {
        "separated", "misconnections", "interceptors",
    }  # fmt: skip
    assert cells["separated"].assets == ("HL-1",) and cells["interceptors"].assets == ("J-1",)
    assert cells["misconnections"].blocked_by == ("M1 WS-2",)
    assert cells["misconnections"].assets == ("WS-2",)


@pytest.mark.slow
def test_intake_points_say_whether_the_pressure_is_kept(town: Network) -> None:
    first, second = read_checklist(town, "intake_point").assets
    assert states(first)["pressure"] == "no" and states(second)["pressure"] == "unknown"
    assert [one.asset for one in read_checklist(town, "pump_room").assets] == []


@pytest.mark.parametrize(
    ("wanted", "told"),
    a_few_quick(
        [
            ({"list": "nothing"}, "no checklist “nothing”"),
            ({"changes": {FIRST: {"x": True}}}, "no item “x”"),
            ({"day": datetime.date.today() + datetime.timedelta(days=2)}, "in the future"),
            ({"changes": {FIRST: {}, "G-1": {}}}, "G-1 has no such checklist"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_what_makes_no_sense_is_refused(town: Network, wanted: dict[str, object], told: str) -> None:
    given = {"list": "zero_discharge", "changes": {FIRST: {"mapped": True}}, **wanted}
    before = town.position()
    with pytest.raises(InputError, match=told):
        tick_checklist(town, TickRequest(**given))  # type: ignore[arg-type]
    assert town.position() == before
