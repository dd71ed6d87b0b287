"""A small real network from another program: doctor, inventory, check, repair, check again."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from support.headless import must

from waternet_plugin import store

# Real networks are large.
pytestmark = pytest.mark.slow

LAYERS = ("pipes", "nodes", "hydrants", "fixed_head", "valves", "meter")


@pytest.fixture(scope="module")
def data(repo_root: Path) -> Path:
    """Folder of the real data."""
    path = Path(os.environ.get("WATERNET_DATA", repo_root.parent / "shared" / "data"))
    if not (path / "kitchener_subnet").is_dir():
        pytest.skip("the data of Kitchener are not there")
    return path


@pytest.fixture(scope="module")
def told(data: Path, repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What every step said."""
    folder = tmp_path_factory.mktemp("subnet")
    path, mappings = folder / "subnet.gpkg", repo_root / "tests" / "realdata" / "mappings"
    must("createnetwork", CRS="EPSG:26917", OUTPUT=path)
    for layer in LAYERS:
        must(
            "adoptlayers",
            NETWORK=path,
            INPUT=f"{data / 'kitchener_subnet' / 'subnet.gpkg'}|layername={layer}",
            TABLE="pipe" if layer == "pipes" else "node",
            MAPPING=mappings / f"subnet_{layer}.json",
        )
    # A valve is a metre of line there: its pipes end half a metre from the point that it becomes.
    with store.open_network(path) as network, network.write("setting") as batch:
        batch.set_setting("quality.near_miss_m", "1.2", unit="m", source="test")
    steps: dict[str, Any] = {"path": path}
    steps["before"] = _checked(path, folder / "before.html")
    whole = json.loads((mappings / "kitchener_pipes.json").read_text(encoding="utf-8"))
    wanted = ("pipe_id", "material", "diameter_mm", "install_year", "street")
    inventory = {
        "fields": {name: whole["fields"][name] for name in wanted},
        "values": {"material": whole["values"]["material"]},
    }
    must(
        "repairnetwork",
        NETWORK=path,
        INVENTORY=data / "kitchener" / "pipes.gpkg",
        MAPPING=json.dumps(inventory),
        JOIN="note",
        REPORT=folder / "inventory.html",
    )
    steps["inventory"] = json.loads((folder / "inventory.json").read_text(encoding="utf-8"))
    steps["repaired"] = must("repairnetwork", NETWORK=path)
    steps["after"] = _checked(path, folder / "after.html")
    return steps


def _checked(path: Path, report: Path) -> dict[str, Any]:
    must("checknetwork", NETWORK=path, REPORT=report)
    figures: dict[str, Any] = json.loads(report.with_suffix(".json").read_text(encoding="utf-8"))
    return figures


def test_the_doctor_sees_whole_columns_first(told: dict[str, Any]) -> None:
    wide = {name.split("-", 1)[1] for name in told["before"]["widespread"]}
    assert {"missing_material", "missing_install_year", "missing_diameter_mm", "near_miss_end"} <= wide
    assert told["before"]["by_rule"]["missing_material"] == 666
    # Thousands of findings, and only a handful to look at.
    assert told["before"]["findings"] > 4000
    assert told["before"]["roots"]["error"] + told["before"]["roots"]["warning"] <= 8


def test_the_inventory_fills_every_main(told: dict[str, Any]) -> None:
    inventory = told["inventory"]
    assert (inventory["matched"], inventory["unmatched"]) == (524, 142)
    fields = ("material", "diameter_mm", "install_year", "street")
    assert inventory["by_field"] == dict.fromkeys(fields, 524)


def test_pipes_are_joined_to_their_valves(told: dict[str, Any]) -> None:
    before, after = told["before"]["by_rule"], told["after"]["by_rule"]
    assert before["near_miss_end"] >= 390
    assert before["loose_part"] > 100
    assert after.get("near_miss_end", 0) <= 2
    assert after.get("valve_off_pipe", 0) == 0
    assert after.get("loose_part", 0) + after.get("part_without_source", 0) == 0


def test_what_is_left_is_what_nobody_knows(told: dict[str, Any]) -> None:
    # Leads of hydrants are in no inventory.
    assert told["after"]["by_rule"]["missing_material"] == 142
    assert told["after"]["by_rule"]["length_differs"] == 1
    assert told["after"]["areas"][0]["known_share"] > 0.97
