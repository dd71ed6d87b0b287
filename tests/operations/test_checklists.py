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

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.compounds.tick_checklist import (
    TickRequest,
    checklist_names,
    read_checklist,
    tick_checklist,
)
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


@pytest.mark.slow
def test_ticks_are_written_and_taken_off_and_undone(town: Network) -> None:
    assert "zero_discharge" in dict(checklist_names())
    found = read_checklist(town, "zero_discharge")
    assert (found.table, len(found.items)) == ("compound", 7)
    assert [one.asset for one in found.assets] == [FIRST, SECOND]
    assert "河畔花园" in found.assets[0].label and not found.assets[0].ticked
    day = datetime.date(2026, 3, 2)
    made = tick_checklist(town, TickRequest("zero_discharge", {FIRST: frozenset({"mapped", "visits"})}, day))
    assert (made.ticked, made.cleared) == (2, 0)
    made = tick_checklist(town, TickRequest("zero_discharge", {FIRST: frozenset({"mapped", "permits"})}))
    assert (made.ticked, made.cleared) == (1, 1)
    assert read_checklist(town, "zero_discharge").assets[0].ticked == {"mapped", "permits"}
    # What stayed keeps its day; before it nothing is ticked.
    rows = town.read("checklist", ["item", "ticked_on", "checklist_id"], geometry=False)
    assert dict(zip(rows["item"], rows["ticked_on"]))["mapped"] == pd.Timestamp(day)
    assert not read_checklist(town, "zero_discharge", datetime.date(2026, 3, 1)).assets[0].ticked
    # The same once more writes nothing.
    again = tick_checklist(town, TickRequest("zero_discharge", {FIRST: frozenset({"mapped", "permits"})}))
    assert again.batch_id == ""
    town.undo()
    assert read_checklist(town, "zero_discharge").assets[0].ticked == {"mapped", "visits"}


def test_several_assets_are_ticked_as_one_batch(town: Network) -> None:
    ticked = {FIRST: frozenset({"mapped"}), SECOND: frozenset({"mapped", "visits"})}
    assert tick_checklist(town, TickRequest("zero_discharge", ticked)).ticked == 3
    assert [one.ticked for one in read_checklist(town, "zero_discharge").assets] == [*ticked.values()]
    town.undo()
    assert not any(one.ticked for one in read_checklist(town, "zero_discharge").assets)


@pytest.mark.slow
def test_intake_points_say_whether_they_pass(town: Network) -> None:
    states = {one.asset: one.state for one in read_checklist(town, "intake_point").assets}
    assert states["Q-1"].startswith("fails: ") and states["Q-2"] == "open"
    assert [one.asset for one in read_checklist(town, "pump_room").assets] == []


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"list": "nothing"}, "no checklist “nothing”"),
        ({"ticked": {FIRST: frozenset({"x"})}}, "no item “x”"),
        ({"day": datetime.date.today() + datetime.timedelta(days=2)}, "in the future"),
        ({"ticked": {FIRST: frozenset(), "G-1": frozenset()}}, "G-1 has no such checklist"),
    ],
)
def test_what_makes_no_sense_is_refused(town: Network, wanted: dict[str, object], told: str) -> None:
    given = {"list": "zero_discharge", "ticked": {FIRST: frozenset({"mapped"})}, **wanted}
    before = town.position()
    with pytest.raises(InputError, match=told):
        tick_checklist(town, TickRequest(**given))  # type: ignore[arg-type]
    assert town.position() == before
