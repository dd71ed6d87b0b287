"""A sewer of 120 m surveyed on two days, 60 m each: levels and deviations worked out by hand."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from support.store_helpers import CRS, ORIGIN
from support.surveyed_pipes import frame

from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.survey.import_survey import (
    ImportSurveyRequest,
    ImportSurveyResult,
    import_survey,
)
from waternet_plugin.store import Network, create_network

TODAY = datetime.date(2026, 11, 22)
# Along the planned pipe, north of it, and the surveyed invert, m. Planned are 10.000 falling by 3 in 1,000:
# 10.000, 9.940, 9.880, 9.820, then 9.760, 9.700, 9.640.
DAY_ONE = ((0, 0.004, 9.998), (20, -0.009, 9.943), (40, 0.012, 9.876), (60, 0.003, 9.823))
DAY_TWO = ((60, 0.003, 9.823), (80, 0.016, 9.758), (100, 0.002, 9.711), (120, -0.001, 9.640))


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    """A network with one planned sewer DN300 of 120 m between two manholes."""
    east, north = ORIGIN
    made = create_network(tmp_path / "plan.gpkg", CRS, by="tester")
    nodes: list[dict[str, object]] = [
        {"node_id": name, "kind": "manhole", "system": "sewage", "status": "planned"} for name in ("N1", "N2")
    ]
    pipe: dict[str, object] = {
        "pipe_id": "W1", "system": "sewage", "function": "branch", "status": "planned", "material": "pvc",
        "diameter_mm": 300.0, "from_node": "N1", "to_node": "N2", "invert_start_m": 10.0,
        "invert_end_m": 9.64,
    }  # fmt: skip
    ends = [shapely.Point(east, north, 12.5), shapely.Point(east + 120, north, 12.5)]
    line = shapely.LineString([(east, north, 10.15), (east + 120, north, 9.79)])
    with made.write("edit") as batch:
        batch.insert("node", frame(nodes, ends))
        batch.insert("pipe", frame([pipe], [line]))
    yield made
    made.close()


def _surveyed(
    network: Network, path: Path, rows: tuple[tuple[float, float, float], ...], more: str = ""
) -> ImportSurveyResult:
    east, north = ORIGIN
    lines = ["点号,X(北),Y(东),管底高程,编码,测量日期,测量员"]
    for number, (along, beside, invert) in enumerate(rows):
        name = f"{path.stem}{number}"
        lines.append(f"{name},{north + beside:.3f},{east + along:.3f},{invert:.3f},WS,2026-11-20,王工")
    path.write_text("\n".join(lines), encoding="utf-8")
    decisions = f'{{"crs": "{CRS}", "height_of": "invert"{more}}}'
    request = ImportSurveyRequest(str(path), decisions=decisions, purpose="as_built", lines="design")
    return import_survey(network, request, today=TODAY)


@pytest.mark.slow
def test_a_pipe_of_two_days_is_split_once_and_each_part_has_its_own_deviations(
    network: Network, tmp_path: Path
) -> None:
    first = _surveyed(network, tmp_path / "A.csv", DAY_ONE).pipes.iloc[0]
    # 12 mm beside the line at 40 m; the invert 4 mm low there: 9.876 against 9.880.
    assert first["off_line_m"] == pytest.approx(0.012, abs=1e-4)
    assert first["off_level_m"] == pytest.approx(0.004, abs=1e-4)
    assert first["verdict"] == "open"
    parts = network.read("pipe").sort_values("pipe_id")
    assert parts["length_m"].tolist() == pytest.approx([60, 60], abs=0.01)
    laid, rest = (parts[parts["from_node"] == name].iloc[0] for name in ("N1", "A3"))
    assert (laid["pipe_id"], laid["to_node"], rest["to_node"]) == ("W1", "A3", "N2")
    assert laid[["invert_start_m", "invert_end_m"]].tolist() == pytest.approx([9.998, 9.823])
    # Axis of a DN300: 0.15 m above the invert.
    assert [z for _x, _y, z in laid["geom"].coords] == pytest.approx([10.148, 10.093, 10.026, 9.973])
    # The plan of the part that is not open yet: its invert where it was cut is 9.82.
    assert rest["invert_end_m"] == pytest.approx(9.64)
    assert rest["survey_batch"] is None

    second = _surveyed(network, tmp_path / "B.csv", DAY_TWO)
    assert second.counts["merged"] == 1
    told = second.pipes.iloc[0]
    # What is left of the plan begins at A3, 3 mm north of the first line: at 80 m it lies 2 mm north, and the
    # point 16 - 2 mm from it. At 100 m 9.711 against 9.700: more than 10 mm.
    assert told["off_line_m"] == pytest.approx(0.014, abs=1e-4)
    assert told["off_level_m"] == pytest.approx(0.011, abs=1e-4)
    assert told["verdict"] == "fail"
    whole = network.read("pipe")
    assert len(whole) == 2
    assert whole["length_m"].sum() == pytest.approx(120, abs=0.01)
    assert whole["survey_batch"].tolist() == ["SV0001", "SV0002"]
    assert set(whole["from_node"]) | set(whole["to_node"]) == {"N1", "A3", "N2"}
    assert set(whole["status"]) == {"planned"}
    checked = network.read("verification", geometry=False).set_index("pipe_id")["verdict"]
    assert checked.to_dict() == {"W1": "open", rest["pipe_id"]: "fail"}


@pytest.mark.slow
def test_points_outside_the_work_order_are_told(network: Network, tmp_path: Path) -> None:
    east, north = ORIGIN
    corners = ((-5, -5), (50, -5), (50, 5), (-5, 5))
    area = [[east + x, north + y] for x, y in corners]
    with pytest.raises(InputError, match=r"A3.*10 m outside.*outside_work_area"):
        _surveyed(network, tmp_path / "A.csv", DAY_ONE, f', "work_area": {area}')
    done = _surveyed(network, tmp_path / "A.csv", DAY_ONE, ', "work_from": "2026-11-21"')
    assert (done.checks["rule_id"] == "outside_work_window").sum() == 4
    assert "2026-11-20" in done.checks["text"].iloc[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong",
    [
        '"work_area": [[1, 2], [3, 4]]',
        '"work_area": "POINT (1 2)"',
        '"work_from": "yesterday"',
        '"work_from": "2026-11-21", "work_to": "2026-11-20"',
    ],
)
def test_a_work_order_that_means_nothing_is_refused(network: Network, tmp_path: Path, wrong: str) -> None:
    with pytest.raises(InputError, match="work_"):
        _surveyed(network, tmp_path / "A.csv", DAY_ONE, f", {wrong}")
