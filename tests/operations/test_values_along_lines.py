"""Points that make lines in the order of their file tell of these: what agrees is taken, the rest is told."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from support.small_surveys import DECISIONS, EAST, NORTH, bring, empty_network, put_pipe

from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.survey.import_survey import ImportSurveyResult
from waternet_plugin.store.network import Network

HEAD = "点号,X坐标,Y坐标,地面高程,编码,特征,材质,管径,埋深"


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with empty_network(tmp_path / "n.gpkg") as made:
        yield made


def _points(folder: Path, told: Sequence[str], head: str = HEAD) -> Path:
    """Write points 20 m apart: feature, material, size and depth of each as told."""
    rows = [f"J{n},{NORTH:.3f},{EAST + 20 * n:.3f},5.{n},JS,{one}" for n, one in enumerate(told)]
    path = folder / "给水.csv"
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    return path


def _pipes(network: Network) -> list[list[object]]:
    names = ["pipe_id", "material", "diameter_mm", "depth_start_m", "depth_end_m"]
    found = network.read("pipe", names, geometry=False).sort_values("pipe_id")
    rows = found.to_numpy(object).tolist()
    return [[None if value != value else value for value in row] for row in rows]


def _differing(done: ImportSurveyResult) -> list[str]:
    checks = done.checks
    return checks[checks["rule_id"] == "differs_along"]["text"].tolist()


@pytest.mark.slow
def test_a_line_has_what_its_points_agree_in_and_the_depth_of_each_end(
    network: Network, tmp_path: Path
) -> None:
    told = ["起点,PE,DN200,1.1", "三通,PE,DN200,1.2", "三通,PE,DN100,1.3", "终点,PE,DN100,1.4"]
    done = bring(network, _points(tmp_path, told), lines="sequence")
    assert _pipes(network) == [
        ["J0-J1", "pe", 200.0, 1.1, 1.2],
        ["J1-J2", "pe", None, 1.2, 1.3],
        ["J2-J3", "pe", 100.0, 1.3, 1.4],
    ]
    assert _differing(done) == ["size (DN): the points of this line say DN200, DN100. It is left unknown."]
    # Nothing of it is called unused.
    assert "column_unused" not in set(done.checks["rule_id"])


@pytest.mark.slow
def test_points_that_only_mark_the_run_tell_of_their_whole_pipe(network: Network, tmp_path: Path) -> None:
    told = ["起点,,DN200,1.1", "直线点,球墨,,1.2", "直线点,,DN200,1.3", "终点,,,1.4"]
    done = bring(network, _points(tmp_path, told), lines="sequence")
    assert _pipes(network) == [["J0-J3", "ductile_iron", 200.0, 1.1, 1.4]]
    assert _differing(done) == []


@pytest.mark.slow
def test_width_and_height_are_one_value(network: Network, tmp_path: Path) -> None:
    told = ["起点,砼,400X300,1.1", "三通,砼,400X300,1.2", "终点,砼,DN400,1.3"]
    done = bring(network, _points(tmp_path, told), lines="sequence")
    found = network.read("pipe", ["pipe_id", "diameter_mm", "width_mm", "height_mm"], geometry=False)
    sizes = found.set_index("pipe_id")[["width_mm", "height_mm"]]
    assert sizes.loc["J0-J1"].tolist() == [400.0, 300.0]
    assert sizes.loc["J1-J2"].isna().all() and len(_differing(done)) == 1


@pytest.mark.slow
def test_a_wrong_cell_is_an_error_of_its_point(network: Network, tmp_path: Path) -> None:
    path = _points(tmp_path, ["起点,乌木,DN200,1.1", "终点,乌木,DN200,1.2"])
    with pytest.raises(InputError, match="乌木"):
        bring(network, path, lines="sequence")
    done = bring(network, path, lines="sequence", mapping='{"values": {"material": {"乌木": "other"}}}')
    assert _pipes(network) == [["J0-J1", "other", 200.0, 1.1, 1.2]] and done.pipes_written == 1


@pytest.mark.slow
def test_of_what_the_depths_are_is_asked_as_for_lines_of_a_table(network: Network, tmp_path: Path) -> None:
    path = _points(tmp_path, ["起点,PE,DN200,1.1", "终点,PE,DN200,1.2"])
    rest = {key: value for key, value in json.loads(DECISIONS).items() if key != "level_of"}
    with pytest.raises(InputError, match="level_of"):
        bring(network, path, lines="sequence", decisions=json.dumps(rest))
    # Points of a census without lines are not asked.
    assert bring(network, path, decisions=json.dumps(rest)).nodes_written == 2


@pytest.mark.slow
def test_columns_of_points_are_unused_where_they_make_no_lines(network: Network, tmp_path: Path) -> None:
    done = bring(network, _points(tmp_path, ["起点,PE,DN200,1.1", "终点,PE,DN200,1.2"]))
    unused = done.checks[done.checks["rule_id"] == "column_unused"]["text"]
    assert len(unused) == 2 and done.pipes_written == 0


@pytest.mark.slow
def test_points_along_a_planned_pipe_tell_of_it(network: Network, tmp_path: Path) -> None:
    put_pipe(network, "P1", [(0, 0), (40, 0)], system="potable", material="pe")
    path = _points(tmp_path, ["起点,PE,DN200,1.1", "直线点,PE,DN200,1.2", "终点,PE,DN200,1.3"])
    bring(network, path, lines="design", purpose="as_built")
    assert _pipes(network)[0][:3] == ["P1", "pe", 200.0]


def test_the_size_of_a_manhole_is_no_size_of_a_pipe(network: Network, tmp_path: Path) -> None:
    head = HEAD.replace("管径", "规格")
    path = _points(tmp_path, ["起点,PE,700,1.1", "终点,PE,700,1.2"], head)
    done = bring(network, path, lines="sequence")
    assert _pipes(network) == [["J0-J1", "pe", None, 1.1, 1.2]]
    assert "column_unused" in set(done.checks["rule_id"])
