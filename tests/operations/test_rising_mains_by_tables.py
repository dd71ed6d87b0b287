"""A pressure sewer goes through the city's tables and comes back with its function and its depth."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.small_surveys import empty_network, put_node, put_pipe

from waternet_plugin.operations.export_survey import ExportSurveyRequest, export_survey
from waternet_plugin.operations.import_survey import ImportSurveyRequest, import_survey


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
