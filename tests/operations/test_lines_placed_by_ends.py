"""Surveys of lines alone: rows with the coordinates of both ends make the points there."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from support.small_surveys import EAST, NORTH, bring, empty_network

from waternet_plugin.core.survey.reading.text_tables import read_text_table
from waternet_plugin.core.survey.recognition.recognised_file import recognised_file
from waternet_plugin.core.survey.recognition.survey_mapping import survey_mapping
from waternet_plugin.operations.survey.import_survey import ImportSurveyResult
from waternet_plugin.store import Network

DECISIONS = '{"diameter_of": "nominal", "level_of": "invert", "crs": "EPSG:4547", "axes": "x_north"}'


def _row(*cells: object) -> str:
    return ",".join(map(str, cells))


def _brought(
    folder: Path, tables: dict[str, list[str]], **more: object
) -> tuple[Network, ImportSurveyResult]:
    crew = folder / "crew"
    crew.mkdir()
    for name, rows in tables.items():
        (crew / name).write_text("\n".join(rows), encoding="utf-8")
    network = empty_network(folder / "n.gpkg")
    return network, bring(network, crew, decisions=DECISIONS, **more)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("起点X坐标(m),起点Y坐标(m)", "终点X坐标(m),终点Y坐标(m)"),
        ("起点横坐标,起点纵坐标", "终点横坐标,终点纵坐标"),
        ("Start_X,Start_Y", "End_X,End_Y"),
        ("X1,Y1", "X2,Y2"),
        ("US_EASTING,US_NORTHING", "DS_EASTING,DS_NORTHING"),
        ("起点经度,起点纬度", "终点经度,终点纬度"),
    ],
)
def test_headings_of_both_places_are_known(first: str, second: str) -> None:
    text = f"管线编号,{first},{second},管径\nL1,1.5,2.5,3.5,4.5,300\n"
    file = recognised_file(read_text_table(text.encode(), "WS.csv"), "WS.csv", "hash", survey_mapping(None))
    ordered = ["x", "y"] if "X" in first and "EAST" not in first else ["y", "x"]
    assert file.points[[*ordered, "end"]].to_numpy().tolist() == [
        ["1.5", "2.5", "start"],
        ["3.5", "4.5", "end"],
    ]
    assert (file.lines["pipe_id"].tolist(), file.unused) == (["L1"], ())


def test_ends_of_one_number_are_one_node_with_ground_depths_and_inverts(tmp_path: Path) -> None:
    head = "起点号,终点号,起点X,起点Y,终点X,终点Y,起点地面高程,终点地面高程,起点埋深,终点埋深,管径,材质"
    rows = [
        _row("W1", "W2", NORTH, EAST, NORTH + 30, EAST, 36.5, 36.4, 1.5, 1.6, 300, "PE"),
        # Written with another rounding.
        _row("W2", "W3", NORTH + 30.004, EAST, NORTH + 60, EAST, 36.4, 36.3, 1.6, 1.7, 300, "PE"),
    ]
    network, done = _brought(tmp_path, {"WS管线.csv": [head, *rows]})
    with network:
        nodes, pipes = network.read("node"), network.read("pipe")
    assert dict(zip(nodes["node_id"], nodes["ground_m"])) == {"W1": 36.5, "W2": 36.4, "W3": 36.3}
    assert pipes[["pipe_id", "from_node", "to_node"]].to_numpy().tolist() == [
        ["W1-W2", "W1", "W2"],
        ["W2-W3", "W2", "W3"],
    ]
    assert pipes["invert_end_m"].tolist() == pytest.approx([34.8, 34.6])
    assert shapely.length(pipes.geometry.to_numpy()).tolist() == pytest.approx([30.0, 30.0])
    assert done.rows["verdict"].tolist() == ["skipped", "imported", "imported"]
    assert done.rows["point_no"].tolist() == [None, "W1-W2", "W2-W3"]


def test_ends_without_numbers_are_one_node_by_place_and_system(tmp_path: Path) -> None:
    head = "管线编号,管线类型,起点X,起点Y,终点X,终点Y,起点地面高程,终点地面高程"
    rows = [
        _row("L1", "污水", NORTH, EAST, NORTH + 30, EAST, 36.5, 36.4),
        _row("L2", "污水", NORTH + 30.03, EAST, NORTH + 60, EAST, 36.1, 36.3),
        # A storm drain that crosses there has points of its own.
        _row("L3", "雨水", NORTH + 30, EAST, NORTH + 30, EAST + 40, 36.4, 36.5),
    ]
    network, done = _brought(tmp_path, {"管线.csv": [head, *rows]})
    with network:
        pipes = network.read("pipe").set_index("pipe_id")
        nodes = network.read("node").set_index("node_id")
    assert pipes.loc["L1", "to_node"] == pipes.loc["L2", "from_node"] != pipes.loc["L3", "from_node"]
    assert len(nodes) == 5
    assert set(nodes["system"]) == {"sewage", "storm"}
    assert nodes["ground_m"].tolist() == pytest.approx([36.5, 36.4, 36.3, 36.4, 36.5])
    # The same place with other ground is taken by its first row, and named.
    told = done.checks[done.checks["rule_id"] == "ground_again"]["text"].tolist()
    assert len(told) == 1
    assert "36.100" in told[0]


def test_measured_points_stand_before_ends_and_other_places_are_errors(tmp_path: Path) -> None:
    points = ["物探点号,X,Y,地面高程,附属物", _row("W1", NORTH, EAST, 36.512, "检查井")]
    head = "起点物探点号,终点物探点号,起点X,起点Y,终点X,终点Y"
    rows = [_row("W1", "W2", NORTH + 0.01, EAST, NORTH + 30, EAST), _row("W2", "W1", NORTH + 31, EAST, 0, 0)]
    tables = {"WS线.csv": [head, rows[0]], "WS点.csv": points}
    network, done = _brought(tmp_path, tables)
    with network:
        nodes = network.read("node").set_index("node_id")
    assert (nodes.loc["W1", "kind"], nodes.loc["W1", "ground_m"]) == ("manhole", 36.512)
    assert nodes.geometry["W1"].y == NORTH
    assert set(nodes.index) == {"W1", "W2"}
    assert (done.checks["severity"] != "error").all()
    again = tmp_path / "again"
    again.mkdir()
    network, done = _brought(again, {"WS线.csv": [head, *rows]}, dry_run=True)
    network.close()
    assert "number_again" in done.checks["rule_id"].tolist()
