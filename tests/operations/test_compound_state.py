"""What compounds need, and one compound with its figures, against what was planted."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.compounds.compound_needs import compound_needs
from waternet_plugin.operations.compounds.compound_state import (
    CompoundState,
    compound_at,
    compound_state,
)
from waternet_plugin.store.network import Network

CRS = "EPSG:4547"
EAST, NORTH = 500_000.0, 2_500_000.0
TODAY = datetime.date(2026, 6, 15)


def _placed(rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    """Return rows with points ``at``, lines ``line`` or boxes ``box`` in m from the corner of the town."""
    shapes: list[Any] = []
    for row in rows:
        if "at" in row:
            x, y = row.pop("at")
            shapes.append(shapely.Point(EAST + x, NORTH + y))
        elif "line" in row:
            shapes.append(shapely.LineString([(EAST + x, NORTH + y) for x, y in row.pop("line")]))
        else:
            west, south, east, north = row.pop("box")
            box = shapely.box(EAST + west, NORTH + south, EAST + east, NORTH + north)
            shapes.append(shapely.MultiPolygon([box]))
    return gpd.GeoDataFrame(rows, geometry=shapes, crs=CRS).rename_geometry("geom")


def _day(text: str) -> pd.Timestamp:
    return pd.Timestamp(text)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Network]:
    """Compound A with one of each fault, B clean, C without anything."""
    tables: dict[str, Any] = {
        "zone": _placed([
            {"zone_id": "G1", "kind": "grid", "name": "Grid 1", "team": "Crew 1", "box": (0, 0, 400, 100)}
        ]),
        "compound": _placed([
            {"compound_id": "A", "name": "Garden", "type": "residential", "box": (0, 0, 100, 100)},
            {"compound_id": "B", "box": (100, 0, 200, 100)},
            {"compound_id": "C", "box": (200, 0, 300, 100)},
        ]),
        "node": _placed([
            {"node_id": name, "kind": "septic_tank", "system": "sewage", "status": status, "at": at,
             "cleaned_on": cleaned}
            for name, status, at, cleaned in (
                ("T1", "in_use", (10, 10), _day("2025-01-01")),
                ("T2", "in_use", (20, 10), _day("2026-06-01")),
                ("T3", "removed", (30, 10), _day("2025-01-01")),
                ("T4", "in_use", (110, 10), _day("2026-01-01")),
            )
        ]),
        "pipe": _placed([
            {"pipe_id": "P1", "system": "sewage", "status": "in_use", "line": [(10, 50), (60, 50)]},
            {"pipe_id": "P2", "system": "sewage", "status": "in_use", "line": [(110, 50), (160, 50)]},
            # It names A and lies in B.
            {"pipe_id": "P3", "system": "storm", "status": "in_use", "compound_id": "A",
             "line": [(110, 60), (160, 60)]},
        ]),
        "customer": _placed([
            {"customer_id": "U1", "trade": "catering", "kind": "non_domestic", "at": (15, 15)},
            {"customer_id": "U2", "trade": "catering", "kind": "non_domestic", "at": (16, 15),
             "permit_no": "7", "permit_until": _day("2026-06-14")},
            {"customer_id": "U3", "trade": "catering", "kind": "non_domestic", "at": (17, 15),
             "permit_no": "8", "permit_until": _day("2026-06-15")},
            {"customer_id": "U4", "trade": None, "kind": "domestic", "at": (18, 15)},
        ]),
        "issue": _placed([
            {"issue_id": "M", "rule_id": "compound_to_other_system", "severity": "error", "state": "open",
             "assets": "P3;T1", "text": "x", "at": (110, 60)},
            {"issue_id": "N", "rule_id": "compound_to_other_system", "severity": "error",
             "state": "accepted", "assets": "P2", "text": "x", "at": (110, 60)},
        ]),
        "inspection": pd.DataFrame({
            "inspection_id": ["I1", "I2", "I3"], "pipe_id": ["P1", "P1", "P2"],
            "date": [_day("2024-01-01"), _day("2025-01-01"), _day("2025-01-01")],
            "structural_grade": [1.0, 4.0, 1.0], "functional_grade": [5.0, float("nan"), 2.0],
        }),
        "work_item": _placed([
            {"item_id": name, "type": "clean", "state": state, "asset": asset, "compound_id": compound,
             "opened_on": _day(opened), "due_on": None if due is None else _day(due), "at": (300, 300)}
            for name, state, asset, compound, opened, due in (
                ("W1", "open", "T1", None, "2026-06-01", None),
                ("W2", "done", None, "A", "2026-06-01", "2026-06-02"),
                ("W3", "open", None, "A", "2026-05-01", "2026-05-20"),
                ("W4", "cancelled", None, "A", "2026-06-01", None),
                ("W5", "sent", None, "B", "2026-06-01", "2026-07-20"),
            )
        ]),
        "tank_due": pd.DataFrame({
            "tank_due_id": ["T1", "T2", "T3", "T4"], "node_id": ["T1", "T2", "T3", "T4"],
            "compound_id": ["A", "A", "A", "B"],
            "cleaned_on": [_day("2025-01-01"), _day("2025-01-01"), _day("2025-01-01"), _day("2026-01-01")],
            "due_on": [_day("2025-07-01"), _day("2025-07-01"), _day("2025-07-01"), _day("2026-06-15")],
            "state": ["overdue", "overdue", "overdue", "due"], "as_of": [_day("2026-06-10")] * 4,
        }),
    }  # fmt: skip
    path = tmp_path / "town.gpkg"
    with store.create_network(path, CRS) as network:
        with network.write("adopt") as batch:
            for table, frame in tables.items():
                batch.insert(table, frame)
        yield network


def _figures(state: CompoundState) -> dict[str, tuple[int | None, int | None]]:
    return {figure.key: (figure.count, figure.of) for figure in state.figures}


@pytest.mark.slow
def test_each_figure_is_the_planted_one(town: Network) -> None:
    state = compound_state(town, "A", TODAY)
    assert (state.name, state.type, state.grid, state.team) == ("Garden", "residential", "Grid 1", "Crew 1")
    assert _figures(state) == {
        # T2 was cleaned since the schedule, T3 is out of use.
        "tanks": (1, 2),
        "misconnections": (1, None),
        "permits": (2, None),
        "defects": (1, None),
        "work": (1, 2),
    }
    assert not state.is_clean
    fids = {figure.key: (figure.table, figure.fids) for figure in state.figures}
    for key, ids in (("tanks", ["T1"]), ("misconnections", ["P3"]), ("permits", ["U1", "U2"])):
        table, numbers = fids[key]
        rows = town.read(table, ["fid", f"{table}_id"], geometry=False)
        assert sorted(rows.loc[rows["fid"].isin(numbers), f"{table}_id"]) == ids


def test_a_clean_compound_says_so_and_an_unknown_one_does_not(town: Network) -> None:
    clean = compound_state(town, "B", TODAY)
    assert _figures(clean)["tanks"] == (0, 1) and clean.is_clean
    with town.write("edit") as batch:
        batch.delete("tank_due", ["T4"])
    unknown = compound_state(town, "B", TODAY)
    assert _figures(unknown)["tanks"] == (None, 1) and not unknown.is_clean
    with pytest.raises(InputError, match="no compound nowhere"):
        compound_state(town, "nowhere", TODAY)


@pytest.mark.slow
def test_the_compound_at_a_place(town: Network) -> None:
    assert compound_at(town, EAST + 50, NORTH + 50) == "A"
    assert compound_at(town, EAST + 500, NORTH + 50) is None


@pytest.mark.slow
def test_what_all_compounds_need(town: Network) -> None:
    needs = compound_needs(town, TODAY)
    assert needs.compounds == 3
    assert needs.rows == (
        {"compound_id": "A", "name": "Garden", "tanks": 1, "misconnections": 1, "permits": 2, "work": 1},
    )
    assert (needs.tanks_overdue, needs.without_permit, needs.scheduled_on) == (1, 2, "2026-06-10")
    # A month later work of B is due, and its tank.
    later = compound_needs(town, datetime.date(2026, 7, 20))
    assert [row["compound_id"] for row in later.rows] == ["A", "B"]
    with town.write("edit") as batch:
        batch.delete("tank_due", ["T1", "T2", "T3", "T4"])
    assert compound_needs(town, TODAY).tanks_overdue is None


@pytest.mark.slow
def test_a_network_without_compounds_needs_nothing(tmp_path: Path) -> None:
    with store.create_network(tmp_path / "n.gpkg", CRS) as network:
        assert compound_needs(network).compounds == 0


def test_looking_at_a_compound_reads_a_few_rows_by_their_indexes(
    town: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = compound_state(town, "A", TODAY)

    def whole_table(*_args: Any, **_options: Any) -> None:
        raise AssertionError("a table was read as a whole")

    monkeypatch.setattr("waternet_plugin.store.geopackage.reading.gdal.open_dataset", whole_table)
    assert compound_state(town, "A", TODAY) == expected
