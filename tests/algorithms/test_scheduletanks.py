"""The schedule of tanks as scripts run it: outputs, report, what is kept for the map, undo, bad input."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingProvider
from support.slow_cases import a_few_quick
from support.tank_towns import AS_OF, random_rows, reckoned, tables_of_rows

from waternet_plugin.store import create_network, open_network

CONTRACT = [
    "node_id", "compound_id", "persons", "cycle_d", "basis", "cleaned_on", "due_on", "state", "reasons",
]  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random town with tanks as a network; rows that a network refuses are left out or mended."""
    path = tmp_path_factory.mktemp("tanks") / "town.gpkg"
    tables = tables_of_rows(rows_of_a_network())
    create_network(path, "EPSG:4547").close()
    with open_network(path) as network, network.write("drainage", name="town") as batch:
        for name, frame in tables.items():
            batch.insert(name, frame)
    return path


def rows_of_a_network() -> dict[str, list[dict[str, Any]]]:
    """Return a random town that keeps the rules of a network."""
    rows = random_rows(11)
    for node in rows["node"]:
        node["tank_volume_m3"] = node["tank_volume_m3"] or None
        node["liquid_depth_m"] = node["liquid_depth_m"] or None
        node["status"] = node["status"] or "in_use"
    for item in rows["work_item"]:
        item["gis_checked_on"] = item["closed_on"] or AS_OF
    return rows


@pytest.fixture
def town(made: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copy(made, tmp_path / "town.gpkg"))


@pytest.mark.slow
def test_the_columns_of_the_contract(town: Path, tmp_path: Path, provider: QgsProcessingProvider) -> None:
    found = must(
        provider, "scheduletanks", NETWORK=town, AS_OF=str(AS_OF), OUTPUT=tmp_path / "t.gpkg",
        REPORT=tmp_path / "t.html",
    )  # fmt: skip
    tanks = gpd.read_file(tmp_path / "t.gpkg")
    expected = reckoned(rows_of_a_network())
    assert [name for name in tanks.columns if name in CONTRACT] == CONTRACT
    assert set(tanks["node_id"]) == set(expected)
    for row in tanks.to_dict("records"):
        compound, persons, cycle, basis, cleaned, due, state = expected[row["node_id"]]
        assert (row["compound_id"] if isinstance(row["compound_id"], str) else None) == compound
        assert (row["cycle_d"], row["basis"], row["state"]) == (cycle, basis, state), row
        days = [None if pd.isna(row[name]) else pd.Timestamp(row[name]).date() for name in CONTRACT[5:7]]
        assert days == [cleaned, due]
        assert row["persons"] == pytest.approx(persons) if persons is not None else pd.isna(row["persons"])
        assert row["reasons"]
    assert tanks["due_on"].dropna().is_monotonic_increasing and not tanks.geometry.is_empty.any()
    states = [one[6] for one in expected.values()]
    assert [found[name] for name in ("TANKS", "OVERDUE", "DUE", "UNKNOWN")] == [
        len(states), *(states.count(state) for state in ("overdue", "due", "unknown")),
    ]  # fmt: skip
    figures = json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))
    assert figures["by_state"] == {
        state: states.count(state) for state in ("overdue", "due", "later", "unknown")
    }
    page = (tmp_path / "t.html").read_text(encoding="utf-8")
    measured = [one for one in expected.values() if one[3] == "measured" and one[6] in ("overdue", "due")]
    assert page.count("<svg") == min(len(measured), 6) > 0


@pytest.mark.slow
def test_what_is_kept_is_replaced_and_undone(town: Path, provider: QgsProcessingProvider) -> None:
    given = {"NETWORK": town, "STORE": True}
    first = must(provider, "scheduletanks", **given, AS_OF=str(AS_OF))
    with open_network(town) as network:
        kept = network.read("tank_due", geometry=False).set_index("node_id")
        shown = network.read("node_due", ["node_id", "due_on", "due_state"])
    expected = reckoned(rows_of_a_network())
    assert set(kept.index) == set(expected) == set(shown["node_id"]) and first["BATCH_ID"]
    assert kept["state"].to_dict() == {name: one[6] for name, one in expected.items()}
    assert all(json.loads(facts) for facts in kept["reason_facts"])
    # The same once more writes nothing, another day changes rows, none stands twice.
    assert must(provider, "scheduletanks", **given, AS_OF=str(AS_OF))["BATCH_ID"] == ""
    must(provider, "scheduletanks", **given, AS_OF="2026-12-31")
    with open_network(town) as network:
        later = network.read("tank_due", geometry=False)
        assert later["node_id"].is_unique and set(later["as_of"].dt.strftime("%Y-%m-%d")) == {"2026-12-31"}
    must(provider, "undobatch", NETWORK=town)
    with open_network(town) as network:
        back = network.read("tank_due", geometry=False).set_index("node_id")
    assert back["state"].to_dict() == kept["state"].to_dict()
    must(provider, "undobatch", NETWORK=town)
    with open_network(town) as network:
        assert network.count("tank_due") == 0


@pytest.mark.slow
def test_a_tank_that_is_gone_leaves_the_map(town: Path, provider: QgsProcessingProvider) -> None:
    must(provider, "scheduletanks", NETWORK=town, STORE=True, AS_OF=str(AS_OF))
    gone = sorted(reckoned(rows_of_a_network()))[0]
    with open_network(town) as network, network.write("edit", name="out of use") as batch:
        batch.update("node", pd.DataFrame({"node_id": [gone], "status": ["abandoned"]}))
    must(provider, "scheduletanks", NETWORK=town, STORE=True, AS_OF=str(AS_OF))
    with open_network(town) as network:
        assert gone not in set(network.read("tank_due", ["node_id"], geometry=False)["node_id"])


@pytest.mark.parametrize("day", a_few_quick(["2026-02-30", "yesterday", "15.06.2026"], 2))
def test_a_day_that_is_none_is_refused(town: Path, day: str, provider: QgsProcessingProvider) -> None:
    algorithm = provider.algorithm("scheduletanks").create()
    ok, sentence = algorithm.checkParameterValues(
        {"NETWORK": str(town), "AS_OF": day}, QgsProcessingContext()
    )
    assert not ok and "AS_OF" in sentence and day in sentence


def must(provider: QgsProcessingProvider, name: str, **parameters: Any) -> dict[str, Any]:
    given = {key: str(value) if isinstance(value, Path) else value for key, value in parameters.items()}
    algorithm = provider.algorithm(name).create()
    context, feedback = QgsProcessingContext(), QgsProcessingFeedback()
    ok, sentence = algorithm.checkParameterValues(given, context)
    assert ok, sentence
    results, succeeded = algorithm.run(given, context, feedback)
    assert succeeded, feedback.textLog()
    return results
