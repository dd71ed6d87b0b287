"""A real supply area, adopted and isolated by qgis_process alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.headless import must, run

# Real networks are large.
pytestmark = pytest.mark.slow

MAPPINGS = Path(__file__).with_name("mappings")
CRS = "EPSG:26917"
LAYERS = (
    ("nodes", "node"),
    ("hydrants", "node"),
    ("fixed_head", "node"),
    ("valves", "node"),
    ("meter", "node"),
    ("pipes", "pipe"),
)


def _halves(source: Path, target: Path) -> None:
    """Write valves and meter, which are short lines in the source, as two pieces that meet at their point."""
    import geopandas as gpd
    import pyogrio
    import shapely

    rows = []
    for layer in ("valves", "meter"):
        frame = pyogrio.read_dataframe(source, layer=layer)
        for row in frame.itertuples():
            line = row.geometry
            middle = shapely.line_interpolate_point(line, 0.5, normalized=True)
            ends = (shapely.get_point(line, 0), middle, shapely.get_point(line, -1))
            names = (row.us_node_id, row.id, row.ds_node_id)
            rows += [
                (
                    f"{row.id}/{half + 1}",
                    names[half],
                    names[half + 1],
                    shapely.LineString(ends[half : half + 2]),
                )
                for half in range(2)
            ]
    columns = ["pipe_id", "from_node", "to_node", "geometry"]
    gpd.GeoDataFrame(rows, columns=columns, crs=CRS).to_file(target, driver="GPKG", layer="halves")


@pytest.fixture(scope="module")
def network(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The supply area as a network."""
    source = data_dir / "kitchener_subnet" / "subnet.gpkg"
    if not source.exists():
        pytest.skip("needs the real data: no kitchener_subnet folder")
    folder = tmp_path_factory.mktemp("subnet")
    path = folder / "subnet.gpkg"
    must("createnetwork", CRS=CRS, OUTPUT=path)
    for layer, table in LAYERS:
        must(
            "adoptlayers",
            NETWORK=path,
            INPUT=f"{source}|layername={layer}",
            TABLE=table,
            MAPPING=MAPPINGS / f"subnet_{layer}.json",
        )
    _halves(source, folder / "halves.gpkg")
    must(
        "adoptlayers",
        NETWORK=path,
        INPUT=folder / "halves.gpkg",
        TABLE="pipe",
        MAPPING=MAPPINGS / "subnet_valve_halves.json",
    )
    return path


def test_valves_cut_the_area_into_segments(network: Path, tmp_path: Path) -> None:
    output = tmp_path / "segments.csv"
    results = must("valvesegments", NETWORK=network, OUTPUT=output, REPORT=tmp_path / "s.html")
    # 192 of the 196 valves are isolation valves, four reduce pressure.
    assert results["VALVES"] == 192
    segments = pd.read_csv(output)
    assert segments["pipe_count"].sum() == 666
    assert segments["length_m"].sum() == pytest.approx(23_310, abs=50)
    assert len(segments) == results["SEGMENTS"] > 100


@pytest.fixture(scope="module")
def burst(network: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """A burst on the longest pipe of the segment that cuts off most others."""
    folder = tmp_path_factory.mktemp("burst")
    must("valvesegments", NETWORK=network, OUTPUT=folder / "segments.csv")
    segments = pd.read_csv(folder / "segments.csv", dtype={"segment_id": str})
    worst = segments.sort_values(["unintended_segments", "segment_id"], ascending=[False, True]).iloc[0]
    results = must(
        "isolateburst",
        NETWORK=network,
        PIPE=worst["segment_id"][2:],
        OUTPUT_VALVES=folder / "valves.csv",
        OUTPUT_PIPES=folder / "pipes.csv",
        REPORT=folder / "burst.html",
        NOTICE_LIST=folder / "notice.xlsx",
        ORDER=folder / "order.pdf",
    )
    return {
        "worst": worst,
        "results": results,
        "valves": pd.read_csv(folder / "valves.csv"),
        "pipes": pd.read_csv(folder / "pipes.csv"),
        "figures": json.loads((folder / "burst.json").read_text(encoding="utf-8")),
        "folder": folder,
    }


def test_a_burst_is_isolated_by_the_valves_of_its_segment(burst: dict[str, Any]) -> None:
    assert (
        burst["results"]["VALVES"] + (burst["valves"]["role"] == "already_closed").sum()
        == (burst["worst"]["valves"])
    )
    isolated = burst["pipes"]["effect"] == "isolated"
    assert isolated.sum() == burst["worst"]["pipe_count"]
    assert burst["results"]["LENGTH_M"] == pytest.approx(burst["worst"]["length_m"], abs=0.1)


def test_what_lies_beyond_the_valves_is_told(burst: dict[str, Any]) -> None:
    assert (burst["pipes"]["effect"] == "unintended").any()
    assert burst["figures"]["hydraulics_checked"] is False


def test_papers_for_the_crew_are_written(burst: dict[str, Any]) -> None:
    assert (burst["folder"] / "order.pdf").read_bytes()[:4] == b"%PDF"
    assert (burst["folder"] / "notice.xlsx").read_bytes()[:2] == b"PK"


def test_an_unknown_pipe_gets_one_sentence(network: Path) -> None:
    answer = run("isolateburst", NETWORK=network, PIPE="no-such-pipe")
    assert answer.status == 1
    assert "no-such-pipe" in answer.stderr
    assert "Traceback" not in answer.stderr
