"""A town with one low point, one hidden hill, two shut-offs that clash and a detour: each is told once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.headless import run
from support.shut_streets import EAST, NORTH, STEP_M, with_shapes, write_shut_streets

from waternet_plugin.core import frames
from waternet_plugin.core.units import MPA_METRES
from waternet_plugin.store import open_network

pytestmark = pytest.mark.slow

# Ground of the streets, m; C is the hill on which there is no logger, the next highest ones are B and R.
GROUND_M = {"S": 30.0, "A": 20.0, "B": 21.0, "C": 38.0, "D": 12.0, "E": 15.0, "G": 10.0, "H": 8.0, "I": 9.0}
# Beyond E a pressure reducing valve feeds a zone of its own, in which nothing is wrong.
LOWER = {"K": (9, "prv"), "G": (10, "junction"), "H": (11, "junction"), "I": (12, "junction")}
# Pressures of loggers, MPa; B falls to 0.11 in the evening.
USUAL_MPA = {"A": 0.30, "B": 0.26, "D": 0.38, "G": 0.28, "H": 0.30, "I": 0.29}
LOW_MPA = 0.11


def town(path: Path) -> Path:
    """Write the streets with grounds, a lower zone and a day of readings of six loggers."""
    write_shut_streets(path)
    common = {"system": "potable", "status": "in_use"}
    names = ["E", *LOWER]
    spot = {name: (EAST + STEP_M * (8 + number), NORTH) for number, name in enumerate(names)}
    nodes = with_shapes("node", [
        {"node_id": name, "kind": kind, "geom": shapely.Point(spot[name]), **common}
        for name, (_x, kind) in LOWER.items()
    ])  # fmt: skip
    pipes = with_shapes("pipe", [
        {"pipe_id": f"T{number}", "from_node": one, "to_node": other, "diameter_mm": 200.0, "material": "pe",
         "geom": shapely.LineString([spot[one], spot[other]]), **common}
        for number, (one, other) in enumerate(zip(names, names[1:]), 1)
    ])  # fmt: skip
    times = pd.date_range("2026-03-01T16:00Z", periods=96, freq="15min")
    readings = [
        pd.DataFrame({"node_id": node, "time": times, "quantity": "pressure_mpa", "value": value})
        for node, value in USUAL_MPA.items()
    ]
    # From 18:00 to 19:30 by the clocks of the place.
    readings[1].loc[72:77, "value"] = LOW_MPA
    grounds = pd.DataFrame({"node_id": list(GROUND_M), "ground_m": list(GROUND_M.values())})
    with open_network(path, by="li") as network, network.write("adopt", name="town") as batch:
        batch.insert("node", nodes)
        batch.insert("pipe", pipes)
        batch.update("node", grounds)
        batch.insert("reading", frames.conform(pd.concat(readings, ignore_index=True), "reading"))
    return path


def test_each_fault_is_told_once_and_nothing_else(tmp_path: Path) -> None:
    path, page = town(tmp_path / "town.gpkg"), tmp_path / "points.html"
    drawn = run("drawpressurezones", NETWORK=path, STORE=True, OUTPUT=tmp_path / "zones.gpkg")
    assert drawn.status == 0, drawn.stderr
    zones = gpd.read_file(tmp_path / "zones.gpkg")
    assert zones[["doors", "sources", "feeds"]].to_numpy().tolist() == [["K", "S", 0], ["K", "", 1]]
    upper, lower = zones["zone_id"]

    points = run(
        "pressurepoints", NETWORK=path, STORE=True, OUTPUT=tmp_path / "points.gpkg",
        OUTPUT_ZONES=tmp_path / "told.gpkg", REPORT=page,
    )  # fmt: skip
    assert points.status == 0, points.stderr
    rows = gpd.read_file(tmp_path / "points.gpkg").set_index("node_id")
    assert rows["zone_id"].to_dict() == {**dict.fromkeys("ABD", upper), **dict.fromkeys("GHI", lower)}
    # The low point, once: B alone is ever below what is required.
    assert rows["hours_below"].to_dict() == {**dict.fromkeys("ADGHI", 0.0), "B": 1.5}
    assert points.results["WORST_NODE"] == "B"
    told = gpd.read_file(tmp_path / "told.gpkg").set_index("zone_id")
    assert told["worst_node"].to_dict() == {upper: "B", lower: "G"}
    assert told["lowest_mpa"].to_dict() == pytest.approx({upper: LOW_MPA, lower: 0.28})
    assert told["excess_m"].to_dict() == pytest.approx({upper: 0.12 * MPA_METRES, lower: 0.14 * MPA_METRES})
    # The hidden hill, once.
    assert told["lacks"].fillna("").to_dict() == {upper: "high_point", lower: ""}
    said = points.stdout + points.stderr
    assert said.count("a point near the highest ground (38 m)") == 1 and "more points" not in said
    assert not [text for text in ("Without a ground", "In no stored", "left out") if text in said]
    figures = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    assert [one["lacks"] for one in figures["zones"]] == ["high_point", ""]


def shut(path: Path, pipe: str, day: str, start: str, end: str) -> Any:
    """Keep a planned shut-off of a pipe."""
    given = {"FROM": f"{day} {start}", "TO": f"{day} {end}"}
    answer = run("isolateburst", NETWORK=path, PIPE=pipe, STORE=True, **given)
    assert answer.status == 0, answer.stderr
    return answer


def test_two_that_clash_and_a_detour_that_is_shut_are_told_once(tmp_path: Path) -> None:
    path = town(tmp_path / "town.gpkg")
    shut(path, "P4", "2099-05-04", "10:00", "12:00")
    clash = shut(path, "P5", "2099-05-04", "11:00", "13:00")
    shut(path, "P2", "2099-05-11", "10:00", "12:00")
    detour = shut(path, "Q2", "2099-05-11", "09:00", "11:00")
    # Neither in time nor in place near another one.
    alone = shut(path, "T3", "2099-05-18", "10:00", "12:00")
    names = [answer.results["SHUTOFF"] for answer in (clash, detour, alone)]
    answers = [answer.stdout + answer.stderr for answer in (clash, detour, alone)]
    # Each is told when the later one is kept, before anything is printed.
    assert [text.count("overlap (") for text in answers] == [1, 1, 0]
    listed = run("listshutoffs", NETWORK=path, OUTPUT=tmp_path / "list.gpkg")
    assert listed.status == 0 and (listed.results["SHUTOFFS"], listed.results["OVERLAPS"]) == (5, 2)
    rows = gpd.read_file(tmp_path / "list.gpkg")
    both = rows[rows["overlap"].notna()]
    assert both["overlap"].tolist() == ["same_segment", "detour"]
    pairs = [{one, other} for one, other in zip(both["shutoff_id"], both["other_id"])]
    assert [name in pair for name, pair in zip(names, pairs)] == [True, True]
    assert all(names[2] not in pair for pair in pairs)
    # B, C and all behind it have no water only because both ways are shut.
    assert both["customers"].tolist() == [2, 4]
    assert both["starts_at"].tolist() == ["2099-05-04 11:00", "2099-05-11 10:00"]
    said = listed.stdout + listed.stderr
    assert said.count("overlap (") == 2
