"""Every writer marks tested zones at once where it changes their boundary; an undo takes the mark back."""

from __future__ import annotations

import ast
from pathlib import Path

import pandas as pd
import pytest
import shapely
from support.pressure_test_town import edit, forget_mark, new_pipe, retest
from support.staging import ROOT

from waternet_plugin.core.editing.row_edits import RowEdit
from waternet_plugin.operations.editing.save_edits import SaveRequest, save_edits
from waternet_plugin.operations.pressure_tests.record_zero_pressure_test import (
    RecordRequest,
    record_zero_pressure_test,
)
from waternet_plugin.operations.retests.mark_retests import mark_retests
from waternet_plugin.store import Network
from waternet_plugin.store.changes.asset_changes import HistoryQuery, Restoring


def row_of(network: Network, table: str, asset: str) -> tuple[int, dict[str, object]]:
    """Return number and values of a row."""
    [(fid, row)] = network.rows_where(table, f"{table}_id", [asset]).items()
    return fid, dict(row)


def save(network: Network, table: str, asset: str, **values: object) -> str:
    """Save an edit as QGIS's Save button does; without values the row is deleted. Return the batch."""
    fid, row = row_of(network, table, asset)
    one = RowEdit(table, fid, row, {**row, **values} if values else None)
    return save_edits(network, SaveRequest((one,), network.position())).batch_id


def moved(network: Network, node: str, metres: float) -> shapely.Geometry:
    """Return the place of a node, moved to the east."""
    place = row_of(network, "node", node)[1]["geom"]
    return shapely.transform(place, lambda xyz: xyz + [metres, 0.0, 0.0][: xyz.shape[1]])


SAVES = {
    "a valve is opened": ("node", "V3", {"valve_state": "open"}),
    "a meter is deleted": ("node", "M", {}),
    "a pipe is replaced": ("pipe", "z8", {"material": "pe", "install_year": 2026}),
    "a boundary pipe is deleted": ("pipe", "z8", {}),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", SAVES)
def test_a_save_on_the_boundary_marks_the_zone_in_its_batch_and_its_undo_unmarks_it(
    proven: Network, case: str
) -> None:
    table, asset, values = SAVES[case]
    batch = save(proven, table, asset, **values)
    assert retest(proven) == "yes"
    assert proven.batches()["batch_id"].tolist()[0] == batch
    assert mark_retests(proven).marked == ()
    undone = proven.undo()
    assert retest(proven) == "no"
    assert mark_retests(proven).marked == ()
    proven.undo(undone.batch_id)
    assert retest(proven) == "yes"


@pytest.mark.slow
def test_a_valve_that_moves_by_metres_is_another_place_and_by_centimetres_a_better_survey(
    proven: Network,
) -> None:
    save(proven, "node", "V3", geom=moved(proven, "V3", 0.4))
    assert retest(proven) == "no"
    assert mark_retests(proven).marked == ()
    save(proven, "node", "V3", geom=moved(proven, "V3", 3.0))
    assert retest(proven) == "yes"
    forget_mark(proven)
    assert [one.asset for one in mark_retests(proven).marked] == ["V3"]


@pytest.mark.slow
def test_a_save_inside_the_zone_or_far_away_marks_nothing(proven: Network) -> None:
    save(proven, "node", "H", diameter_mm=80.0)
    save(proven, "node", "V3", note="lid painted")
    save(proven, "pipe", "z4", material="pe")
    save(proven, "pipe", "hr", diameter_mm=150.0)
    new_pipe(proven, "inner", "A", "C", dma_id="Z")
    assert retest(proven) == "no"


@pytest.mark.slow
def test_a_check_in_between_does_not_stop_the_undo_which_takes_the_mark_back(proven: Network) -> None:
    batch = save(proven, "node", "V3", valve_state="open")
    with proven.write("check") as check:
        check.update("zone", pd.DataFrame({"zone_id": ["Z"], "verdict": ["not_valid"]}))
    assert proven.undo(batch).left == ()
    assert retest(proven) == "no"
    assert proven.read("zone", ["verdict"], geometry=False)["verdict"].tolist() == ["not_valid"]
    assert proven.batches().set_index("batch_id").loc[batch, "left"] == 0


@pytest.mark.slow
def test_an_undo_leaves_the_mark_where_another_change_stands(proven: Network) -> None:
    first = save(proven, "node", "V3", valve_state="open")
    save(proven, "node", "V1", operable="no")
    proven.undo(first)
    assert retest(proven) == "yes"
    proven.undo()
    assert retest(proven) == "no"


@pytest.mark.slow
def test_an_undo_of_what_was_done_before_the_test_is_a_change(proven: Network) -> None:
    before = proven.history(HistoryQuery(table="zone_test"))
    assert len(before)
    edit(proven, "node", node_id="V2", diameter_mm=200.0)
    record_zero_pressure_test(proven, later_pass())
    assert retest(proven) == "no"
    proven.undo(proven.batches()["batch_id"].tolist()[1])
    assert retest(proven) == "yes"


def later_pass() -> RecordRequest:
    """Return a later test that the zone passes."""
    from support.pressure_test_town import PASSES

    readings = PASSES["readings"]
    return RecordRequest(zone_id="Z", start="2026-05-12 01:00", end="2026-05-12 02:00", readings=readings)


@pytest.mark.slow
def test_a_mark_that_somebody_set_stays_when_the_batch_is_undone(proven: Network) -> None:
    edit(proven, "zone", zone_id="Z", retest="yes")
    batch = save(proven, "node", "V3", valve_state="open")
    proven.undo(batch)
    assert retest(proven) == "yes"


def test_a_row_that_is_restored_marks_the_zone(proven: Network) -> None:
    edit(proven, "node", node_id="V3", valve_state="open")
    forget_mark(proven)
    proven.restore_asset(Restoring("node", "V3"))
    assert retest(proven) == "yes"


@pytest.mark.slow
def test_a_new_pipe_from_the_zone_to_the_street_marks_it_at_once(proven: Network) -> None:
    new_pipe(proven, "bypass", "B", "R4")
    assert retest(proven) == "yes"
    proven.undo()
    assert retest(proven) == "no"


@pytest.mark.slow
def test_all_ways_to_end_a_batch_of_rows_look_for_tested_boundaries() -> None:
    """Restoring a backup, migrating, mending and measuring lengths change no boundary."""
    spared = {"restoring.py", "migrations.py", "schema_migrations.py", "gaps.py", "length_updates.py"}
    enders = {}
    for path in sorted((ROOT / "waternet_plugin" / "store").rglob("*.py")):
        calls = _calls(path)
        if ("write_session", "finish") in calls:
            enders[path.name] = ("retests", "mark") in calls
    assert {name for name, marks in enders.items() if not marks} == spared
    assert {name for name, marks in enders.items() if marks} == {
        "sql_network.py",
        "undo.py",
        "asset_restoring.py",
    }


def _calls(path: Path) -> set[tuple[str, str]]:
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    functions = (node.func for node in nodes if isinstance(node, ast.Call))
    return {
        (one.value.id, one.attr)
        for one in functions
        if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name)
    }
