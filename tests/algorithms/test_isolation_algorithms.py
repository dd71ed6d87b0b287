"""Segments, isolation and traces as algorithms, headless, on the sample town and on a small street."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.headless import must, run
from support.slow_cases import a_few_quick
from support.water_frames import CRS, Drawing

from waternet_plugin import store

SEGMENTS = [
    "segment_id", "node_count", "pipe_count", "length_m", "customers", "valves", "unintended_segments",
    "criticality",
]  # fmt: skip


def street() -> Drawing:
    """Source - V1 - J - V2 - V3 - E, and a closed valve V4 between J and E."""
    drawing = Drawing()
    drawing.node("S", 500000, 3000000, kind="source").node("V1", 500100, 3000000, kind="valve", turns=26.0)
    drawing.node("J", 500200, 3000000).node("V2", 500300, 3000000, kind="valve")
    drawing.node("V3", 500400, 3000000, kind="valve").node("E", 500500, 3000000)
    drawing.node("V4", 500300, 3000100, kind="valve", valve_state="closed")
    drawing.pipe("p1", "S", "V1").pipe("p2", "V1", "J").pipe("p3", "J", "V2").pipe("p4", "V2", "V3")
    drawing.pipe("p5", "V3", "E").pipe("p6", "J", "V4").pipe("p7", "V4", "E")
    drawing.pipe("old", "J", "E", status="abandoned")
    return drawing.customer("c4", "p4", critical="yes").customer("c5", "p5")


def written(drawing: Drawing, path: Path) -> Path:
    store.create_network(path, CRS).close()
    with store.open_network(path) as network, network.write("adopt") as batch:
        for table, frame in (
            ("pipe", drawing.pipes),
            ("node", drawing.nodes),
            ("customer", drawing.customers),
        ):
            batch.insert(table, frame.dropna(axis="columns", how="all"))
    return path


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The street in a file."""
    return written(street(), tmp_path_factory.mktemp("管网 street") / "street.gpkg")


def table(path: Any) -> pd.DataFrame:
    return pd.read_csv(path, dtype={"node_id": str, "pipe_id": str})


@pytest.mark.slow
def test_segments_have_the_columns_that_scripts_rely_on(network: Path, tmp_path: Path) -> None:
    results = must(
        "valvesegments", NETWORK=network, OUTPUT=tmp_path / "s.csv", OUTPUT_VALVES=tmp_path / "v.csv"
    )
    segments = table(tmp_path / "s.csv")
    assert segments.columns[: len(SEGMENTS)].tolist() == SEGMENTS
    assert results["SEGMENTS"] == len(segments) == 4
    row = segments.set_index("segment_id").loc["S-p2"]
    assert row[SEGMENTS[1:]].tolist() == [1, 3, pytest.approx(341.42, abs=0.01), 0, 3, 2, 2]
    assert table(tmp_path / "v.csv")["node_id"].is_unique


@pytest.mark.slow
def test_a_burst_by_pipe(network: Path, tmp_path: Path) -> None:
    results = must(
        "isolateburst",
        NETWORK=network,
        PIPE="p4",
        OUTPUT_VALVES=tmp_path / "v.csv",
        OUTPUT_PIPES=tmp_path / "p.csv",
        OUTPUT_CUSTOMERS=tmp_path / "c.csv",
        REPORT=tmp_path / "b.html",
    )
    assert (results["VALVES"], results["CUSTOMERS"], results["CRITICAL"]) == (2, 2, 1)
    valves = table(tmp_path / "v.csv")
    assert valves.columns[:5].tolist() == ["node_id", "role", "diameter_mm", "turns", "added_customers"]
    assert valves[["node_id", "role"]].to_numpy().tolist() == [
        ["V2", "close"], ["V3", "close"], ["V4", "open_to_feed"],
    ]  # fmt: skip
    pipes = table(tmp_path / "p.csv")
    assert pipes.columns[:2].tolist() == ["pipe_id", "effect"]
    assert dict(zip(pipes["pipe_id"], pipes["effect"])) == {
        "p4": "isolated", "p5": "unintended", "p7": "unintended", "p3": "dead_end", "p2": "dead_end",
        "p1": "dead_end",
    }  # fmt: skip
    customers = table(tmp_path / "c.csv")
    assert customers.columns[:3].tolist() == ["customer_id", "effect", "critical"]
    figures = json.loads((tmp_path / "b.json").read_text(encoding="utf-8"))
    assert figures["hydraulics_checked"] is False
    assert "Hydraulics not checked" in results["NOTES"]


@pytest.mark.slow
def test_a_burst_by_point_with_a_failed_valve(network: Path, tmp_path: Path) -> None:
    must(
        "isolateburst",
        NETWORK=network,
        POINT="500350,3000008",
        FAILED_VALVES="V2",
        OUTPUT_VALVES=tmp_path / "v.csv",
    )
    valves = table(tmp_path / "v.csv")
    assert dict(zip(valves["node_id"], valves["role"])) == {
        "V3": "close", "V1": "instead", "V4": "already_closed",
    }  # fmt: skip


@pytest.mark.slow
def test_a_point_may_be_in_degrees(network: Path) -> None:
    import pyproj

    change = pyproj.Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    x, y = change.transform(500350, 3000008)
    results = must("isolateburst", NETWORK=network, POINT=f"{x:.7f},{y:.7f} [EPSG:4326]")
    assert results["VALVES"] == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "words"),
    a_few_quick(
        [
            ({}, "either PIPE or POINT"),
            ({"PIPE": "p99"}, "p99"),
            ({"PIPE": "old"}, "not in use"),
            ({"POINT": "0,0"}, "25 m"),
            ({"POINT": "somewhere"}, "not a valid point"),
            ({"PIPE": "p4", "FAILED_VALVES": "V9"}, "V9"),
            ({"PIPE": "p4", "WHAT_IF_VALVES": "V9"}, "V9"),
            ({"PIPE": "p4", "TANKS_ARE_SOURCES": "banana"}, "TANKS_ARE_SOURCES: “banana”"),
        ],
        is_tuple_one_value=False,
    ),
)
def test_bursts_that_can_not_be_isolated_get_one_sentence(
    network: Path, parameters: dict[str, str], words: str
) -> None:
    answer = run("isolateburst", NETWORK=network, **parameters)
    assert answer.status == 1
    assert words in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_failed_run_leaves_no_file_and_spares_what_was_there(network: Path, tmp_path: Path) -> None:
    kept = tmp_path / "v.txt"
    kept.write_text("mine", encoding="utf-8")
    (tmp_path / "o.pdf").mkdir()
    answer = run(
        "isolateburst",
        NETWORK=network,
        PIPE="p4",
        OUTPUT_VALVES=tmp_path / "v.csv",
        OUTPUT_PIPES=tmp_path / "p.gpkg",
        REPORT=tmp_path / "r.html",
        ORDER=tmp_path / "o.pdf",
    )
    assert answer.status == 1
    assert "o.pdf can't be" in answer.stderr
    assert sorted(each.name for each in tmp_path.iterdir()) == ["o.pdf", "v.txt"]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "words"), [("source", "no source"), ("valve", "isolation valve")])
def test_networks_without_sources_or_valves_get_one_sentence(tmp_path: Path, kind: str, words: str) -> None:
    drawing = street()
    for row in drawing.node_rows:
        if row["kind"] == kind:
            row["kind"] = "junction"
    path = written(drawing, tmp_path / "n.gpkg")
    for algorithm, parameters in (("valvesegments", {}), ("isolateburst", {"PIPE": "p4"})):
        answer = run(algorithm, NETWORK=path, **parameters)
        assert answer.status == 1
        assert words in answer.stderr


@pytest.mark.slow
def test_a_trace_to_the_source(network: Path, tmp_path: Path) -> None:
    results = must(
        "tracenetwork",
        NETWORK=network,
        START="p5",
        DIRECTION="to_source",
        OUTPUT_PIPES=tmp_path / "p.csv",
        OUTPUT_NODES=tmp_path / "n.csv",
        REPORT=tmp_path / "t.html",
    )
    pipes = table(tmp_path / "p.csv")
    assert pipes["pipe_id"].tolist() == ["p5", "p4", "p3", "p2", "p1"]
    assert pipes.columns[:3].tolist() == ["pipe_id", "order", "distance_m"]
    assert table(tmp_path / "n.csv")["node_id"].tolist() == ["E", "V3", "V2", "J", "V1", "S"]
    assert results["CUSTOMERS"] == 2


@pytest.mark.slow
def test_a_long_profile_of_the_shortest_way(network: Path, tmp_path: Path) -> None:
    must(
        "tracenetwork",
        NETWORK=network,
        START="S",
        END="E",
        DIRECTION="shortest",
        OUTPUT_PROFILE=tmp_path / "l.csv",
        OUTPUT_CROSSINGS=tmp_path / "x.csv",
    )
    assert table(tmp_path / "l.csv")["chainage_m"].tolist()[-1] == pytest.approx(500.0)
    assert len(table(tmp_path / "x.csv")) == 0
    answer = run("tracenetwork", NETWORK=network, START="S", OUTPUT_PROFILE=tmp_path / "m.csv")
    assert answer.status == 1
    assert "single way" in answer.stderr


@pytest.mark.slow
def test_a_saved_configuration_is_taken(network: Path, tmp_path: Path) -> None:
    config = tmp_path / "trace.json"
    config.write_text(json.dumps({"direction": "connected", "barriers": ["V2"]}), encoding="utf-8")
    results = must("tracenetwork", NETWORK=network, START="S", CONFIG=config)
    assert results["PIPES"] == 4


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "words"),
    a_few_quick(
        [
            ({}, "START is missing"),
            ({"START": "nowhere"}, "nowhere"),
            ({"START": "0,0"}, "25 m"),
            ({"START": "old"}, "not in use"),
            ({"START": "S", "DIRECTION": "shortest"}, "END is missing"),
            ({"START": "S", "CONFIG": "{"}, "CONFIG is not valid JSON"),
            ({"START": "S", "STOP_KINDS": "pipe"}, "STOP_KINDS"),
            ({"START": "S", "MAX_DISTANCE": "abc"}, "MAX_DISTANCE: “abc”"),
        ],
        is_tuple_one_value=False,
    ),
)
def test_traces_that_can_not_begin_get_one_sentence(
    network: Path, parameters: dict[str, str], words: str
) -> None:
    answer = run("tracenetwork", NETWORK=network, **parameters)
    assert answer.status == 1
    assert words in answer.stderr
    assert "Traceback" not in answer.stderr
