"""Pressure sewers and boxes go through the city's files and come back with function, depth and diameter."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.small_surveys import empty_network, put_node, put_pipe

from waternet_plugin.operations.survey.export_survey import ExportSurveyRequest, export_survey
from waternet_plugin.operations.survey.import_survey import ImportSurveyRequest, import_survey


@pytest.mark.slow
def test_depth_and_function_come_back(tmp_path: Path) -> None:
    values = {
        "system": "sewage", "status": "in_use", "material": "pe", "diameter_mm": 800.0,
        "from_node": "A", "to_node": "B", "depth_start_m": 1.2, "depth_end_m": 1.3,
        "invert_start_m": 34.5, "invert_end_m": 34.4,
    }  # fmt: skip
    node = {"system": "sewage", "status": "in_use", "kind": "manhole", "ground_m": 36.5}
    output = tmp_path / "tables"
    with empty_network(tmp_path / "n.gpkg") as network:
        put_node(network, "A", 0, 0, **node)
        put_node(network, "B", 30, 0, **node)
        put_node(network, "C", 60, 0, **node)
        put_pipe(network, "W-1", [(0, 0), (30, 0)], **values, function="rising_main")
        ends = {"from_node": "B", "to_node": "C", "depth_start_m": 2.0, "depth_end_m": 2.1}
        put_pipe(network, "W-2", [(30, 0), (60, 0)], **{**values, **ends}, function="trunk")
        export_survey(network, ExportSurveyRequest(str(output), "cjj61_csv"))
    with empty_network(tmp_path / "back.gpkg") as network:
        import_survey(network, ImportSurveyRequest(str(output), decisions='{"level_of": "cjj61"}'))
        pipes = network.read("pipe").set_index("pipe_id")
    assert pipes["function"].to_dict() == {"W-1": "rising_main", "W-2": "trunk"}
    assert pipes["depth_start_m"].to_dict() == pytest.approx({"W-1": 1.2, "W-2": 2.0})
    assert pipes["depth_end_m"].to_dict() == pytest.approx({"W-1": 1.3, "W-2": 2.1})
    assert pipes["invert_start_m"].to_dict() == pytest.approx({"W-1": 34.5, "W-2": 34.5})


@pytest.mark.parametrize(
    "format_", ["cjj61_csv", *(pytest.param(one, marks=pytest.mark.slow) for one in ("cjj61_xlsx", "dxf"))]
)
def test_a_box_comes_back_with_its_diameter_beside_width_and_height(tmp_path: Path, format_: str) -> None:
    output = tmp_path / {"cjj61_csv": "tables", "cjj61_xlsx": "tables.xlsx", "dxf": "map.dxf"}[format_]
    values = {"system": "storm", "status": "in_use", "material": "reinforced_concrete"}
    node = {"system": "storm", "status": "in_use", "kind": "manhole", "ground_m": 36.5}
    sizes = ("diameter_mm", "width_mm", "height_mm")
    rows = {
        "Y-1": (1600.0, 2000.0, 1200.0),
        "Y-2": (None, 2000.0, 1200.0),
        "Y-3": (800.0, None, None),
        "Y-4": (None, None, None),
    }
    with empty_network(tmp_path / "n.gpkg") as network:
        for at in range(5):
            put_node(network, f"N{at}", 30 * at, 0, **node)
        for at, (name, given) in enumerate(rows.items()):
            more = {**values, "from_node": f"N{at}", "to_node": f"N{at + 1}", **dict(zip(sizes, given))}
            put_pipe(network, name, [(30 * at, 0), (30 * at + 30, 0)], **more)
        export_survey(network, ExportSurveyRequest(str(output), format_))
    with empty_network(tmp_path / "back.gpkg") as network:
        answers = '{"level_of": "cjj61", "diameter_of": "nominal", "crs": "EPSG:4547"}'
        import_survey(network, ImportSurveyRequest(str(output), decisions=answers))
        found = network.read("pipe").set_index("pipe_id")
    assert {
        name: tuple(None if value != value else value for value in found.loc[name, list(sizes)])
        for name in rows
    } == rows
