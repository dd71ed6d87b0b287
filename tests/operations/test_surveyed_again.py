"""What is surveyed a second time: measured against the plan, laid once, known by the surveyor's numbers."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import shapely
from support.small_surveys import (
    DECISIONS,
    EAST,
    NORTH,
    bring,
    empty_network,
    put_node,
    put_pipe,
    write_survey,
)
from support.surveyed_pipes import photo

from waternet_plugin.operations.survey.verification.verify_pipe import VerifyRequest, verify_pipe
from waternet_plugin.store.network import Network

HEAD = "起点点号,终点点号,起点埋深(m),终点埋深(m),材质,管径(mm),管段编号"
ENDS = (("A1", 0.0, 0.0, 36.5, "预留口", ""), ("A3", 36.0, 0.0, 36.5, "预留口", ""))


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    """An empty network, open."""
    with empty_network(tmp_path / "n.gpkg") as found:
        yield found


def laid(folder: Path, off_m: float, depth_m: float = 1.2, day: str = "2026-11-18") -> Path:
    """Write a survey of the planned pipe P1, whose middle lies so far off its line."""
    points = [ENDS[0], ("A2", 18.0, off_m, 36.5, "直线点", ""), ENDS[1]]
    lines = [f"A1,A2,{depth_m},{depth_m},PE,150,P1", f"A2,A3,{depth_m},{depth_m},PE,150,P1"]
    return write_survey(folder, points, lines, head=HEAD, day=day)


def planned_pipe(network: Network, **values: object) -> None:
    """Write the planned pipe P1."""
    row = {"material": "pe", "diameter_mm": 150.0, **values}
    put_pipe(network, "P1", [(0, 0), (36, 0)], **row)


def newest(network: Network) -> dict[str, object]:
    """Return the verification that was written last."""
    return dict(network.read("verification", geometry=False).iloc[-1])


@pytest.mark.slow
def test_a_pipe_laid_anew_is_measured_against_the_plan_and_not_the_first_survey(
    network: Network, tmp_path: Path
) -> None:
    planned_pipe(network)
    bring(network, laid(tmp_path / "one", 0.045), purpose="as_built")
    assert (newest(network)["verdict"], newest(network)["off_line_m"]) == ("fail", 0.045)
    assert "the plan has no level" in str(newest(network)["reasons"])
    bring(network, laid(tmp_path / "two", 0.008, 1.18, "2026-11-20"), purpose="as_built")
    again = newest(network)
    assert (again["verdict"], again["off_line_m"]) == ("open", 0.008)
    assert again["off_level_m"] is None or again["off_level_m"] != again["off_level_m"]
    assert network.count("pipe") == 1


@pytest.mark.slow
def test_evidence_of_the_first_survey_stays_and_its_points_do_not_count(
    network: Network, tmp_path: Path
) -> None:
    planned_pipe(network)
    bring(network, laid(tmp_path / "one", 0.045), purpose="as_built")
    verify_pipe(network, VerifyRequest(("P1",), "Li", datetime.date(2026, 11, 18)))
    # On the same side: the first point lies within reach of the second line.
    bring(network, laid(tmp_path / "two", 0.010, 1.21, "2026-11-20"), purpose="as_built")
    taken = photo(tmp_path / "trench.jpg", *(0.0, 0.0))
    result = verify_pipe(network, VerifyRequest(("P1",), photos=(taken,)))
    assert newest(network)["off_line_m"] == pytest.approx(0.010)
    assert newest(network)["material_verified_by"] == "Li"
    assert "45 mm" not in result.sentence


@pytest.mark.slow
def test_the_level_of_a_plan_that_has_depths_alone_is_compared(network: Network, tmp_path: Path) -> None:
    put_node(network, "N1", 0, 0, ground_m=36.5)
    put_node(network, "N2", 36, 0, ground_m=36.5)
    depths = {"from_node": "N1", "to_node": "N2", "depth_start_m": 1.15, "depth_end_m": 1.2}
    planned_pipe(network, **depths)
    bring(network, laid(tmp_path / "one", 0.0, 1.2), purpose="as_built")
    # Planned tops at 35.35 and 35.30, measured at 35.30: 50 mm at the start.
    assert newest(network)["off_level_m"] == pytest.approx(0.05, abs=1e-3)
    assert newest(network)["verdict"] == "fail"


@pytest.mark.slow
def test_what_passes_is_in_use_with_its_nodes_and_the_year_of_its_survey(
    network: Network, tmp_path: Path
) -> None:
    put_node(network, "N1", 0, 0)
    put_node(network, "V2", 36, 0, kind="valve")
    planned_pipe(network, from_node="N1", to_node="V2")
    folder = laid(tmp_path / "one", 0.005)
    result = bring(network, folder, purpose="as_built")
    assert result.until_verified == {"P1"}
    taken = photo(tmp_path / "trench.jpg")
    verify_pipe(network, VerifyRequest(("P1",), "Li", datetime.date(2026, 11, 18), photos=(taken,)))
    assert newest(network)["verdict"] == "open"
    verify_pipe(network, VerifyRequest(("P1",), override_by="Wang", override_reason="seen"))
    pipe = network.read("pipe", ids=["P1"]).iloc[0]
    assert (pipe["status"], pipe["install_year"]) == ("in_use", 2026)
    assert network.read("node", ids=["N1"])["status"].tolist() == ["in_use"]


@pytest.mark.slow
def test_a_corrected_file_measures_the_pipe_in_use_once_more(network: Network, tmp_path: Path) -> None:
    planned_pipe(network)
    bring(network, laid(tmp_path / "one", 0.2), purpose="as_built")
    verify_pipe(network, VerifyRequest(("P1",), override_by="Wang", override_reason="seen"))
    points = [ENDS[0], ("A2", 18.0, 0.004, 36.5, "直线点", ""), ENDS[1]]
    bare = write_survey(tmp_path / "two", points, ["A1,A2,1.2,1.2,PE,150", "A2,A3,1.2,1.2,PE,150"])
    bring(network, bare, purpose="as_built")
    pipes = network.read("pipe")
    assert (pipes["pipe_id"].tolist(), pipes["status"].tolist()) == (["P1"], ["in_use"])
    assert newest(network)["off_line_m"] == pytest.approx(0.004)
    middle = shapely.get_coordinates(pipes["geom"].iloc[0])[1]
    assert middle.tolist() == pytest.approx([EAST + 18, NORTH + 0.004])


@pytest.mark.slow
def test_points_that_joined_or_are_vertices_are_known_by_their_numbers(
    network: Network, tmp_path: Path
) -> None:
    put_node(network, "N1", 0, 0.02)
    planned_pipe(network, from_node="N1")
    bring(network, laid(tmp_path / "one", 0.2), purpose="as_built")
    points = [ENDS[0], ("A2", 18.0, 0.5, 36.5, "", ""), ("A3", 36.3, 0.0, 36.5, "", "")]
    again = write_survey(tmp_path / "two", points, ["A1,A2,,,PE,150", "A2,A3,,,PE,150"])
    take = json.dumps({**json.loads(DECISIONS), "take": True})
    looked = bring(network, again, purpose="recheck", dry_run=True)
    assert looked.counts["rejected"] == 0
    assert looked.rows["asset"].dropna().tolist() == ["N1", "P1", "A3", "P1", "P1"]
    assert looked.checks[looked.checks["rule_id"] == "moved"]["point_no"].tolist() == ["A2", "A3"]
    bring(network, again, purpose="recheck", decisions=take)
    line = shapely.get_coordinates(network.read("pipe")["geom"].iloc[0])
    assert line[1].tolist() == pytest.approx([EAST + 18, NORTH + 0.5])
    assert line[2].tolist() == pytest.approx([EAST + 36.3, NORTH])


@pytest.mark.slow
def test_a_recheck_needs_no_system_of_what_the_network_knows(network: Network, tmp_path: Path) -> None:
    put_node(network, "V1", 0, 0, kind="valve", status="in_use")
    file = tmp_path / "measured.csv"
    file.write_text(f"点号,X坐标(m),Y坐标(m),地面高程\nV1,{NORTH},{EAST + 0.2},36.5\n", encoding="utf-8")
    done = bring(network, file, purpose="recheck", dry_run=True)
    assert done.counts["rejected"] == 0
    assert done.checks["rule_id"].tolist() == ["moved"]
    file.write_text(f"点号,X坐标(m),Y坐标(m),地面高程\nX9,{NORTH},{EAST + 0.2},36.5\n", encoding="utf-8")
    lost = bring(network, file, purpose="recheck", dry_run=True)
    assert set(lost.checks["rule_id"]) == {"not_in_network"}


CREW_A = [(f"WS{n}", 20.0 * n, 0.0, 36.5, "", "检查井") for n in range(4)]
LINES_A = [f"WS{n},WS{n + 1},1.5,1.5,PE,300" for n in range(3)]


@pytest.mark.slow
def test_lines_laid_on_pipes_of_the_network_are_merged_as_points_are(
    network: Network, tmp_path: Path
) -> None:
    bring(network, write_survey(tmp_path / "a", CREW_A, LINES_A, prefix="WS"))
    points = [
        ("B0", 0.01, 0.0, 36.5, "", "检查井"),
        ("B1", 20.01, 0.01, 36.5, "", "检查井"),
        ("B2", 40.0, 0.3, 36.5, "", "检查井"),
        ("B3", 60.0, 0.0, 36.5, "", "检查井"),
    ]
    lines = ["B0,B1,1.5,1.5,PE,400", "B1,B2,1.5,1.5,PE,300", "B2,B3,1.5,1.5,PE,300"]
    done = bring(network, write_survey(tmp_path / "b", points, lines, prefix="WS"))
    rows = done.rows[done.rows["record"] == "line"].set_index("point_no")
    assert rows.loc["B0-B1", ["verdict", "asset"]].tolist() == ["merged", "WS0-WS1"]
    # What says otherwise of the same pipe, and what runs beside one, is told.
    told = done.checks.groupby("rule_id")["point_no"].agg(list).to_dict()
    assert told["attribute_differs"] == ["B0-B1"]
    assert told["beside_pipe"] == ["B1-B2", "B2-B3"]
    assert "WS0-WS1" not in network.read("pipe")["pipe_id"].duplicated().tolist()


@pytest.mark.slow
def test_a_node_on_a_pipe_of_the_network_splits_it(network: Network, tmp_path: Path) -> None:
    bring(network, write_survey(tmp_path / "a", CREW_A[:2], LINES_A[:1], prefix="WS"))
    points = [
        ("WS0", 0.0, 0.0, 36.5, "", "检查井"),
        ("T", 8.0, 0.01, 36.5, "", "检查井"),
        ("WS1", 20.0, 0.0, 36.5, "", "检查井"),
        ("S", 8.0, 12.0, 36.5, "", "检查井"),
    ]
    lines = ["WS0,T,1.5,1.5,PE,300", "T,WS1,1.5,1.5,PE,300", "S,T,1.5,1.5,PE,300"]
    done = bring(network, write_survey(tmp_path / "b", points, lines, prefix="WS"))
    pipes = network.read("pipe")
    ends = sorted(tuple(sorted(pair)) for pair in zip(pipes["from_node"], pipes["to_node"]))
    assert ends == [("S", "T"), ("T", "WS0"), ("T", "WS1")]
    assert done.pipes_written == 1
    network.undo()
    assert network.read("pipe")["pipe_id"].tolist() == ["WS0-WS1"]


@pytest.mark.slow
def test_points_along_a_pipe_of_the_network_are_vertices_of_it(network: Network, tmp_path: Path) -> None:
    bring(network, write_survey(tmp_path / "a", CREW_A[:2], LINES_A[:1], prefix="WS"))
    points = [(f"C{n}", 5.0 * n, 0.0, 36.5, "", "") for n in range(5)]
    lines = [f"C{n},C{n + 1},1.5,1.5,PE,300" for n in range(4)]
    done = bring(network, write_survey(tmp_path / "b", points, lines, prefix="WS"))
    assert done.counts["merged"] == 9
    assert (network.count("pipe"), network.count("node")) == (1, 2)
