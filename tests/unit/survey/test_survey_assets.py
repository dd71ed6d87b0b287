"""What surveyed points and lines become."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from support.slow_cases import a_few_quick
from support.survey_frames import checked, line, network_of, placed, point, rules_of, survey_file

from waternet_plugin.core.survey.ledger import ledger

N, E = 2512400.0, 501200.0


def _two(**more: object) -> list[dict[str, object]]:
    return [point("JS1", N, E, 40.0, **more), point("JS2", N + 30, E + 40, 40.2, **more)]


def test_levels_of_a_worked_example_are_those_reckoned_by_hand() -> None:
    # Pressure pipe DN300, tops at 38.78 and 38.95: inverts 38.48 and 38.65, axis 38.63 and 38.80.
    lines = [
        line(
            "JS1",
            "JS2",
            size="DN300",
            material="球墨铸铁",
            start_depth="1.22",
            end_depth="1.25",
            start_level="38.78",
            end_level="38.95",
        )
    ]
    result = checked(placed(survey_file(_two(), lines)))
    pipe = result.left.assets.pipes.iloc[0]
    assert (pipe["pipe_id"], pipe["from_node"], pipe["to_node"]) == ("JS1-JS2", "JS1", "JS2")
    assert pipe["invert_start_m"] == pytest.approx(38.48)
    assert pipe["invert_end_m"] == pytest.approx(38.65)
    assert (pipe["depth_start_m"], pipe["depth_end_m"]) == (1.22, 1.25)
    assert pipe["estimated"] == "invert_start_m;invert_end_m"
    assert shapely.get_coordinates(pipe["geom"], include_z=True)[:, 2] == pytest.approx([38.63, 38.80])
    assert pipe["material"] == "ductile_iron"
    assert shapely.length(pipe["geom"]) == pytest.approx(50.0)


def test_a_drain_has_its_invert_as_measured_and_from_ground_and_depth() -> None:
    lines = [line("JS1", "JS2", size="400", start_depth="2.0", end_level="37.9", system="污水")]
    pipe = checked(placed(survey_file(_two(system="WS"), lines))).left.assets.pipes.iloc[0]
    assert (pipe["invert_start_m"], pipe["invert_end_m"]) == (38.0, 37.9)
    assert pipe["estimated"] is None
    assert shapely.get_coordinates(pipe["geom"], include_z=True)[:, 2] == pytest.approx([38.2, 38.1])


@pytest.mark.parametrize(
    ("system", "drawn_m", "axis_m"),
    a_few_quick(
        [
            # DN300: the axis lies 0.15 m below the crown of a pressure pipe, and above the invert of a drain.
            ("给水", 38.86, 38.71),
            ("污水", 38.86, 39.01),
            ("给水", 0.0, np.nan),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_a_height_drawn_between_the_ends_is_of_what_their_levels_are_of(
    system: str, drawn_m: float, axis_m: float
) -> None:
    vertices = np.array([[E, N, 38.78], [E + 20, N + 15, drawn_m], [E + 40, N + 30, 38.95]])
    row = line("JS1", "JS2", size="300", start_level="38.78", end_level="38.95", system=system)
    row["vertices"] = vertices
    pipe = checked(placed(survey_file(_two(), [row]))).left.assets.pipes.iloc[0]
    (inner,) = shapely.get_coordinates(pipe["geom"], include_z=True)[1:-1, 2]
    assert inner == pytest.approx(axis_m, nan_ok=True)


def test_a_height_drawn_between_the_ends_is_unknown_where_the_ends_are_drawn_elsewhere() -> None:
    vertices = np.array([[E, N, 40.0], [E + 20, N + 15, 40.1], [E + 40, N + 30, 40.2]])
    row = line("JS1", "JS2", size="300", start_level="38.78", end_level="38.95")
    row["vertices"] = vertices
    pipe = checked(placed(survey_file(_two(), [row]))).left.assets.pipes.iloc[0]
    assert np.isnan(shapely.get_coordinates(pipe["geom"], include_z=True)[1:-1, 2]).all()


def test_lines_that_are_drawn_need_no_point_and_no_network() -> None:
    row = {"size": "300", "vertices": np.array([[E, N, np.nan], [E + 30, N + 40, np.nan]])}
    result = checked(placed(survey_file((), [row])))
    pipe = result.left.assets.pipes.iloc[0]
    assert shapely.length(pipe["geom"]) == pytest.approx(50.0)
    assert (pipe["from_node"], pipe["to_node"]) == (None, None)


def test_lines_of_one_own_id_chain_through_bare_points_only() -> None:
    points = [
        point("1", N, E, 40, feature="起止点"),
        point("2", N + 10, E, 40, feature="转折点"),
        point("3", N + 20, E, 40, feature="直线点"),
        point("4", N + 30, E, 40, appurtenance="阀门"),
        point("5", N + 40, E, 40, feature="起止点"),
    ]
    # The second row runs against the others.
    lines = [
        line(*ends, pipe_id="P1", length="10") for ends in (("1", "2"), ("3", "2"), ("3", "4"), ("4", "5"))
    ]
    result = checked(placed(survey_file(points, lines)))
    pipes = result.left.assets.pipes
    assert pipes["pipe_id"].tolist() == ["P1.1", "P1.2"]
    assert pipes["from_node"].tolist() == ["1", "4"]
    assert pipes["to_node"].tolist() == ["4", "5"]
    assert shapely.get_num_points(pipes["geom"].to_numpy()).tolist() == [4, 2]
    assert pipes["length_m"].tolist() == [30.0, 10.0]
    assert result.left.assets.nodes["node_id"].tolist() == ["1", "4", "5"]
    book = ledger(result.survey, result.findings, result.left, result.rejected)
    assert book.frame["asset"].tolist()[:5] == ["1", "P1.1", "P1.1", "4", "5"]
    assert book.counts == {"imported": 9, "merged": 0, "rejected": 0, "skipped": 0}


def test_a_combined_table_names_each_line_from_both_ends() -> None:
    points = [
        point("WS1", N, E, 40),
        point("WS2", N + 30, E, 40),
        point("WS2", N + 30, E, 40),
        point("WS3", N + 60, E, 40),
    ]
    lines = [
        line("WS1", "WS2", start_depth="2.0"),
        line("WS2", "WS1", start_depth="2.1"),
        line("WS2", "WS3", start_depth="2.1"),
        line("WS3", "WS2", start_depth="2.3"),
    ]
    file = survey_file(points, lines, combined=True, mapping={"defaults": {"system": "sewage"}})
    result = checked(placed(file))
    pipes = result.left.assets.pipes
    assert pipes["pipe_id"].tolist() == ["WS1-WS2", "WS2-WS3"]
    assert pipes["depth_end_m"].tolist() == [2.1, 2.3]
    book = ledger(result.survey, result.findings, result.left, result.rejected)
    assert book.frame["verdict"].tolist() == ["imported"] * 4
    assert len(result.left.assets.nodes) == 3


def test_a_point_joins_a_node_of_its_system_within_the_tolerance_only() -> None:
    around = network_of(
        [
            ("N-1", "junction", "potable", E + 0.03, N),
            ("N-2", "junction", "sewage", E + 40, N + 30),
            ("N-3", "valve", "potable", E + 100.3, N),
        ]
    )
    points = [*_two(), point("JS3", N, E + 100, 40)]
    result = checked(placed(survey_file(points, [line("JS1", "JS2"), line("JS2", "JS3")])), around=around)
    assert result.left.assets.nodes["node_id"].tolist() == ["JS2", "JS3"]
    pipe = result.left.assets.pipes.iloc[0]
    assert pipe["from_node"] == "N-1"
    assert shapely.get_coordinates(pipe["geom"])[0].tolist() == [E + 0.03, N]
    near = next(one for one in result.findings if one.rule == "near_node")
    assert dict(zip(near.point_no, near.values["asset"])) == {"JS2": "N-2", "JS3": "N-3"}


@pytest.mark.slow
def test_numbers_that_restart_with_each_job_are_errors_with_both_places_and_a_prefix() -> None:
    one = placed(survey_file(_two(), name="a.csv"))
    other = placed(survey_file([point("JS1", N + 500, E, 41.0)], name="jobs/建设路.csv"))
    result = checked(one, other)
    finding = next(one for one in result.findings if one.rule == "number_again")
    assert len(finding) == 2
    text = finding.sentences()[1]
    assert "建设路-" in text
    assert f"{E:.3f}, {N:.3f}" in text
    assert "a.csv" in text
    prefixed = placed(other.typed.file, id_prefix="建设路-")
    ids = checked(one, prefixed).left.assets.nodes["node_id"].tolist()
    assert ids == ["JS1", "JS2", "建设路-JS1"]


def test_rows_with_errors_are_left_out_with_the_lines_of_their_points() -> None:
    points = [*_two(), point("JS3", N, E + 60, 40, ground="4o")]
    lines = [line("JS1", "JS2"), line("JS2", "JS3"), line("JS1", "JS9")]
    result = checked(placed(survey_file(points, lines, skipped=["title"])))
    assert {"bad_number", "unknown_point"} <= rules_of(result)
    book = ledger(result.survey, result.findings, result.left, result.rejected)
    assert book.frame["verdict"].tolist() == [
        "imported",
        "imported",
        "rejected",
        "imported",
        "rejected",
        "rejected",
        "skipped",
    ]
    assert book.frame["reason_code"].tolist()[2:] == [
        "bad_number",
        None,
        "point_rejected",
        "unknown_point",
        "title",
    ]
    assert result.left.assets.pipes["pipe_id"].tolist() == ["JS1-JS2"]


@pytest.mark.parametrize(
    ("lines", "rule"),
    a_few_quick(
        [
            ([line("JS1", "JS1")], "same_ends"),
            ([line("JS1", "JS2"), line("JS2", "JS1")], "duplicate_line"),
            ([{"start_no": "JS1"}], "no_ends"),
            ([line("JS1", "JS2", size="DN3OO")], "bad_size"),
            ([line("JS1", "JS2", material="木")], "unknown_material"),
            ([line("JS1", "JS2", size="300", start_depth="1.0", start_level="38.0")], "level_disagrees"),
            ([line("JS1", "JS2", size="300", start_level="41", end_level="41")], "above_ground"),
            ([line("JS1", "JS2", size="300", start_depth="120")], "too_deep"),
            ([line("JS1", "JS2", year="1900")], "unlikely_date"),
            ([line("JS1", "JS2", size="300", start_depth="0.2")], "cover"),
        ],
        2,
        is_tuple_one_value=False,
    ),
)
def test_each_fault_of_lines_is_found_by_its_rule(lines: list[dict[str, object]], rule: str) -> None:
    assert rule in rules_of(checked(placed(survey_file(_two(), lines))))


@pytest.mark.parametrize(
    ("points", "rule"),
    a_few_quick(
        [
            ([point("1", N, E, 0), point("2", N + 5, E, 0)], "heights_zero"),
            ([point("1", N, E, 1), point("2", N, E, 1)], "same_place"),
            ([point("1", N, E, 1), point("2", N, E + 0.02, 1)], "close_pair"),
            ([point("1", N, E, 1), point("2", N, E + 10, 1), point("3", N + 900, E, 1)], "far_from_others"),
            ([point("1", N, E, 1, h_rms="0.2")], "inaccurate"),
            ([point("1", N, E, 1, solution="浮动")], "not_fixed"),
            ([point("1", N, E, 1, solution="单点解")], "not_fixed"),
            ([point("1", N, E, 1, solution="5")], "not_fixed"),
            ([point("1", N, E, 1, solution="好")], "solution_unknown"),
            ([point("1", N, E, 1), point("1", N, E + 9, 1), point("1", N, E + 20, 1)], "number_again"),
            ([point("", N, E, 1)], "point_no_missing"),
            ([point("1", N, E, 1, appurtenance="飞碟")], "unknown_code"),
            ([point("1", N, E, 1, survey_date="1900-01-01")], "unlikely_date"),
            ([point("1", N, E, 1, survey_date="昨天")], "bad_date"),
        ],
        2,
        is_tuple_one_value=False,
    ),
)
def test_each_fault_of_points_is_found_by_its_rule(points: list[dict[str, object]], rule: str) -> None:
    assert rule in rules_of(checked(placed(survey_file(points))))


@pytest.mark.parametrize("word", a_few_quick(["固定", "固定解", "Fixed", "RTK FIX", "4", None], 1))
def test_a_fixed_solution_is_no_fault(word: str | None) -> None:
    found = rules_of(checked(placed(survey_file([point("1", N, E, 1, solution=word)]))))
    assert not {"not_fixed", "solution_unknown"} & found


def test_a_column_of_decimal_commas_is_read_as_numbers() -> None:
    row = {"point_no": "1", "x": "2512400,125", "y": "501200,5", "h": "40,0"}
    nodes = checked(placed(survey_file([row]))).left.assets.nodes
    assert shapely.get_coordinates(nodes["geom"].to_numpy(), include_z=True).tolist() == [
        [501200.5, 2512400.125, 40.0]
    ]


def test_a_ring_of_bare_points_keeps_one_node() -> None:
    points = [
        point(str(i), N + y, E + x, 40, feature="转折点") for i, (x, y) in enumerate([(0, 0), (9, 0), (9, 9)])
    ]
    lines = [line("0", "1", pipe_id="R"), line("1", "2", pipe_id="R"), line("2", "0", pipe_id="R")]
    assets = checked(placed(survey_file(points, lines))).left.assets
    assert assets.nodes["node_id"].tolist() == ["0"]
    assert assets.pipes["from_node"].tolist() == ["0"]
    assert shapely.get_coordinates(assets.pipes["geom"].iloc[0])[0].tolist() == [E, N]
    assert np.isnan(assets.pipes["length_m"].iloc[0])
