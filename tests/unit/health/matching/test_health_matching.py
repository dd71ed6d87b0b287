"""Every rule by which a failure finds its pipe."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from support.health_frames import failures, pipes
from support.slow_cases import a_few_quick

from waternet_plugin.core.errors import CancelledError, InputError
from waternet_plugin.core.health.matching.candidates import PairDistances, boxes_near
from waternet_plugin.core.health.matching.matching import changed_matches, match_failures, with_matches
from waternet_plugin.core.progress import Progress


def one(failure: dict[str, Any], lines: list[dict[str, Any]], **options: Any) -> Any:
    """Match one failure and return its row."""
    return match_failures(failures([failure]), pipes(lines), **options).frame.iloc[0]


def test_reported_id_decides_and_the_distance_is_told() -> None:
    row = one({"reported_pipe_id": "P1", "at": (500, 7)}, [{}, {"line": "LINESTRING Z (0 7 0, 1000 7 0)"}])
    assert (row.pipe_id, row.match_state, row.match_method) == ("P1", "matched", "id")
    assert row.match_distance_m == 7.0
    assert row.match_reason == "Reported on pipe P1."


def test_reported_id_needs_no_place() -> None:
    row = one({"reported_pipe_id": " P1 "}, [{"line": None}])
    assert (row.pipe_id, row.match_state) == ("P1", "matched")
    assert np.isnan(row.match_distance_m)


def test_failure_older_than_its_pipe_is_of_the_pipe_before_and_stays_so() -> None:
    # Another pipe of the right age lies right there: it must not get the failure.
    row = one(
        {"reported_pipe_id": "P1", "date": "1995-12-31", "at": (5, 0)},
        [{"install_year": 1996}, {"line": "LINESTRING Z (0 0 0, 9 0 0)"}],
    )
    assert (row.pipe_id, row.match_state, row.match_method) == (None, "predecessor", "id")
    assert "P1" in row.match_reason
    assert "1996" in row.match_reason


def test_failure_in_the_pipes_own_year_is_matched() -> None:
    row = one({"reported_pipe_id": "P1", "date": "1996-01-01"}, [{"install_year": 1996}])
    assert row.match_state == "matched"


def test_unknown_year_is_no_reason_against_a_pipe() -> None:
    row = one({"reported_pipe_id": "P1"}, [{"install_year": None}])
    assert row.match_state == "matched"


STREET = [
    {"pipe_id": "G7", "source_id": "G7", "line": "LINESTRING Z (0 0 0, 100 0 0)"},
    {"pipe_id": "G7-2", "source_id": "G7", "line": "LINESTRING Z (100 0 0, 200 0 0)"},
    {"pipe_id": "G7-3", "source_id": "G7", "line": "LINESTRING Z (200 0 0, 300 0 0)"},
    {"pipe_id": "H1", "line": "LINESTRING Z (0 1 0, 300 1 0)"},
]


@pytest.mark.parametrize(
    ("x", "pipe"), a_few_quick([(20, "G7"), (120, "G7-2"), (290, "G7-3")], 1, is_tuple_one_value=False)
)
def test_an_id_that_several_pipes_had_in_their_file_means_the_nearest_of_them(x: float, pipe: str) -> None:
    row = one({"reported_pipe_id": "G7", "at": (x, 3)}, STREET)
    assert (row.pipe_id, row.match_state, row.match_method) == (pipe, "matched", "id")
    assert row.match_distance_m == 3.0


def test_an_id_of_several_pipes_tells_none_without_a_place() -> None:
    row = one({"reported_pipe_id": "G7"}, STREET)
    assert (row.pipe_id, row.match_state) == (None, "ambiguous")
    assert "3 pipes" in row.match_reason
    assert one({"reported_pipe_id": "G7"}, STREET[1:2]).pipe_id == "G7-2"


def test_a_number_that_was_given_is_an_id_like_any_other() -> None:
    row = one({"reported_pipe_id": "G7-2", "at": (20, 3)}, STREET)
    assert (row.pipe_id, row.match_state) == ("G7-2", "matched")


@pytest.mark.slow
def test_parts_of_a_pipe_that_was_numbered_are_found_by_the_id_of_the_file() -> None:
    parts = [
        {"pipe_id": "G7-2.1", "source_id": "G7", "line": "LINESTRING Z (100 0 0, 150 0 0)"},
        {"pipe_id": "G7-2.2", "source_id": "G7", "line": "LINESTRING Z (150 0 0, 200 0 0)"},
    ]
    for lines in ([STREET[0], *parts], [*reversed(parts), STREET[0]]):
        assert one({"reported_pipe_id": "G7", "at": (160, 3)}, lines).pipe_id == "G7-2.2"


def test_an_older_failure_of_a_numbered_pipe_is_of_the_pipe_before() -> None:
    lines = [{**line, "install_year": 2015} for line in STREET]
    row = one({"reported_pipe_id": "G7", "at": (120, 3)}, lines)
    assert (row.pipe_id, row.match_state) == (None, "predecessor")


def test_reported_pipe_that_is_gone_leaves_an_orphan() -> None:
    row = one({"reported_pipe_id": "X9", "at": (500, 0)}, [{}])
    assert (row.pipe_id, row.match_state, row.match_method) == (None, "orphan", None)
    assert "X9" in row.match_reason


def test_unknown_ids_are_looked_up_by_place_when_asked() -> None:
    row = one({"reported_pipe_id": "X9", "at": (500, 1)}, [{}], match_unknown_ids=True)
    assert (row.pipe_id, row.match_state, row.match_method) == ("P1", "matched", "distance")


def test_without_id_the_lone_pipe_nearby_is_the_one() -> None:
    row = one({"at": (500, 3)}, [{}, {"line": "LINESTRING Z (0 20 0, 1000 20 0)"}])
    assert (row.pipe_id, row.match_state, row.match_method) == ("P1", "matched", "distance")
    assert row.match_distance_m == 3.0


@pytest.mark.parametrize(("y", "state"), [(25.0, "matched"), (25.01, "orphan")])
def test_radius_includes_itself(y: float, state: str) -> None:
    assert one({"at": (500, y)}, [{}]).match_state == state


def test_equal_candidates_are_ambiguous_and_on_no_pipe() -> None:
    row = one({"at": (500, 10)}, [{}, {"line": "LINESTRING Z (0 20 0, 1000 20 0)"}])
    assert (row.pipe_id, row.match_state, row.match_method) == (None, "ambiguous", "distance")
    assert row.match_distance_m == 10.0


@pytest.mark.parametrize(("y", "state"), [(10.2, "ambiguous"), (10.3, "matched")])
def test_candidates_are_equal_up_to_half_a_metre(y: float, state: str) -> None:
    # Distances y and 20 - y: they differ by 0.4 m and by 0.6 m.
    assert one({"at": (500, y)}, [{}, {"line": "LINESTRING Z (0 20 0, 1000 20 0)"}]).match_state == state


def test_street_decides_among_farther_candidates() -> None:
    far = {"street": "Long Street", "line": "LINESTRING Z (0 20 0, 1000 20 0)"}
    row = one({"at": (500, 8), "street": "long street "}, [{"street": "Short Street"}, far])
    assert (row.pipe_id, row.match_distance_m) == ("P2", 12.0)


def test_street_does_not_outrank_a_lone_pipe_right_there() -> None:
    far = {"street": "Long Street", "line": "LINESTRING Z (0 20 0, 1000 20 0)"}
    row = one({"at": (500, 2), "street": "Long Street"}, [{"street": "Short Street"}, far])
    assert row.pipe_id == "P1"


def test_street_tells_equal_candidates_apart() -> None:
    lines = [{"street": "A"}, {"street": "B", "line": "LINESTRING Z (0 4 0, 1000 4 0)"}]
    assert one({"at": (500, 2), "street": "B"}, lines).pipe_id == "P2"


def test_street_of_nobody_leaves_the_nearest() -> None:
    lines = [{"street": "A"}, {"street": "B", "line": "LINESTRING Z (0 20 0, 1000 20 0)"}]
    assert one({"at": (500, 7), "street": "C"}, lines).pipe_id == "P1"


@pytest.mark.parametrize(
    "other",
    a_few_quick(
        [
            {"system": "sewage"},
            {"system": "storm"},
            {"status": "planned"},
            {"function": "connector"},
            {"retired_on": "2009-12-31", "status": "removed"},
        ],
        1,
    ),
)
def test_pipes_that_can_not_have_it_are_no_candidates(other: dict[str, Any]) -> None:
    near = {"line": "LINESTRING Z (0 1 0, 1000 1 0)", **other}
    row = one({"at": (500, 1)}, [{"line": "LINESTRING Z (0 10 0, 1000 10 0)"}, near])
    assert (row.pipe_id, row.match_state) == ("P1", "matched")


def test_pipe_retired_after_the_failure_is_a_candidate() -> None:
    row = one({"at": (500, 0)}, [{"retired_on": "2010-06-02", "status": "removed"}])
    assert row.pipe_id == "P1"


def test_younger_pipe_right_there_means_the_pipe_before_it() -> None:
    # The old pipe across the street must not get what happened to the replaced one.
    lines = [{"install_year": 2015}, {"line": "LINESTRING Z (0 20 0, 1000 20 0)"}]
    row = one({"at": (500, 1)}, lines)
    assert (row.pipe_id, row.match_state, row.match_method) == (None, "predecessor", "distance")
    assert "P1" in row.match_reason


def test_old_pipe_right_there_beats_a_younger_one() -> None:
    lines = [{"install_year": 2015}, {"line": "LINESTRING Z (0 4 0, 1000 4 0)"}]
    assert one({"at": (500, 1)}, lines).pipe_id == "P2"


def test_no_date_is_kept_and_matched() -> None:
    result = match_failures(failures([{"date": None, "at": (500, 1)}]), pipes([{}]))
    assert result.frame.match_state.tolist() == ["matched"]
    assert result.undated == 1


@pytest.mark.parametrize("count", [1, 3])
def test_failures_far_from_all_pipes_are_orphans(count: int) -> None:
    far = failures([{"at": (90_000, 90_000 + number)} for number in range(count)])
    assert match_failures(far, pipes([{}, {}])).frame["match_state"].tolist() == ["orphan"] * count


def test_neither_id_nor_place_is_an_orphan() -> None:
    result = match_failures(failures([{}]), pipes([{}]))
    assert result.counts["orphan"] == 1
    assert result.unplaced == 1


def test_counts_add_up_to_the_rows() -> None:
    rows = [{"reported_pipe_id": "P1"}, {"reported_pipe_id": "X"}, {"at": (1, 1)}, {"at": (500, 50)}, {}]
    result = match_failures(failures(rows), pipes([{}, {}]))
    assert result.counts == {"matched": 2, "ambiguous": 0, "predecessor": 0, "orphan": 3}
    assert result.by_method == {"id": 1, "distance": 1}
    assert result.unknown_ids == 1
    assert result.matched_share == pytest.approx(0.4)


@pytest.mark.slow
def test_no_failures_and_no_pipes() -> None:
    assert len(match_failures(failures([]), pipes([{}])).frame) == 0
    only = match_failures(failures([{"at": (0, 0)}]), pipes([{}]).iloc[:0])
    assert only.frame.match_state.tolist() == ["orphan"]


def test_matching_again_starts_from_the_report() -> None:
    given_failures = failures([{"reported_pipe_id": "X9", "at": (500, 0)}])
    first = match_failures(given_failures, pipes([{}]), match_unknown_ids=True)
    again = match_failures(with_matches(given_failures, first), pipes([{}]))
    assert again.frame.match_state.tolist() == ["orphan"]


def test_only_changed_matches_are_written() -> None:
    given_failures = failures([{"reported_pipe_id": "P1"}, {"reported_pipe_id": "P2"}])
    result = match_failures(given_failures, pipes([{}, {}]))
    assert len(changed_matches(result, given_failures)) == 2
    stored = with_matches(given_failures, result)
    stored.loc[1, "pipe_id"] = "P1"
    assert changed_matches(result, stored).failure_id.tolist() == ["F2"]


@pytest.mark.parametrize("radius", a_few_quick([0.0, -1.0, float("nan")], 1))
def test_radius_must_be_positive(radius: float) -> None:
    with pytest.raises(InputError, match="radius"):
        match_failures(failures([{}]), pipes([{}]), radius_m=radius)


def test_cancelling_stops() -> None:
    with pytest.raises(CancelledError):
        match_failures(failures([{}]), pipes([{}]), progress=Progress(lambda _done, _text: False))


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_order_of_rows_never_matters(seed: int) -> None:
    random = np.random.default_rng(seed)
    lines = [
        {"line": f"LINESTRING Z (0 {y} 0, 100 {y} 0)", "install_year": 1990 + y} for y in range(0, 40, 2)
    ]
    breaks = [
        {
            "reported_pipe_id": random.choice([None, "P3", "X"]),
            "at": (float(random.integers(0, 100)), float(random.integers(0, 50))),
            "date": f"{random.integers(1985, 2020)}-01-01",
        }
        for _ in range(30)
    ]
    table, network = failures(breaks), pipes(lines)
    straight = match_failures(table, network).frame
    shuffled = match_failures(
        table.iloc[random.permutation(len(table))], network.iloc[random.permutation(len(network))]
    ).frame
    back = shuffled.sort_values("failure_id", ignore_index=True)
    assert straight.sort_values("failure_id", ignore_index=True).equals(back)


@pytest.mark.parametrize("seed", range(5))
def test_the_grid_of_points_loses_no_pair(seed):
    random = np.random.default_rng(seed)
    radius_m = float(random.choice([0.5, 25, 400]))
    points = shapely.points(random.uniform(0, 3000, (40, 2)) * [1, random.choice([0, 1])])
    starts = random.uniform(-500, 3500, (800, 2))
    lines = shapely.linestrings(np.stack([starts, starts + random.normal(0, 60, (800, 2))], axis=1))
    # One line exactly at the radius, one at the far corner of the points.
    x, y = shapely.get_coordinates(points).max(axis=0)
    lines[0] = shapely.LineString([(x + radius_m, y - 5), (x + radius_m, y + 5)])
    lines[1] = shapely.LineString([(x, y), (x + 1, y + 1)])
    near = (shapely.distance(lines[:, None], points[None, :]) <= radius_m).any(axis=1)
    may_be = boxes_near(shapely.bounds(lines), shapely.get_x(points), shapely.get_y(points), radius_m)
    assert may_be[near].all()
    assert may_be.mean() < 0.9 or radius_m > 100


def test_distances_of_many_pairs_are_those_of_geos_bit_by_bit() -> None:
    random = np.random.default_rng(7)
    count, around = 4_000, np.array([400_000, 2_500_000])
    vertices = random.choice([2, 2, 2, 5], count)
    xy = random.uniform(0, 60, (vertices.sum(), 2)).round(3) + around
    # Some lie along an axis.
    for axis in (0, 1):
        xy[random.random(len(xy)) < 0.2, axis] = around[axis]
    lines = shapely.linestrings(xy, indices=np.repeat(np.arange(count), vertices))
    lines[:40] = shapely.force_3d(lines[:40], 7.0)
    lines[40:60] = shapely.multilinestrings(lines[40:60], indices=np.arange(20))
    # Both ends in one place.
    lines[60:80] = shapely.linestrings(np.repeat(xy[:20, None], 2, axis=1))
    points = shapely.points(random.uniform(-30, 90, (count, 2)) + around)
    points[100:200] = shapely.points(xy[(np.cumsum(vertices) - vertices)[100:200]])
    point, line = random.integers(0, count, (2, 3 * count))
    point[:count] = line[:count] = np.arange(count)
    with np.errstate(invalid="ignore"):
        asked_one_by_one = shapely.distance(points[point], lines[line])
    distances = PairDistances.of(points, shapely.get_x(points), shapely.get_y(points), lines)
    assert np.array_equal(distances.between(point, line), asked_one_by_one)


PARTS = [
    {"pipe_id": "P1.1", "line": "LINESTRING Z (0 0 0, 100 0 0)"},
    {"pipe_id": "P1.2.1", "line": "LINESTRING Z (100 0 0, 200 0 0)"},
    {"pipe_id": "P1.2.2", "line": "LINESTRING Z (200 0 0, 300 0 0)"},
]


def test_reported_pipe_that_was_cut_is_the_part_at_the_place() -> None:
    row = one({"reported_pipe_id": "P1", "at": (250, 8)}, PARTS)
    assert (row.pipe_id, row.match_state, row.match_method) == ("P1.2.2", "matched", "id")
    assert row.match_reason == "Reported on pipe P1.2.2."
    assert one({"reported_pipe_id": "P1.2", "at": (50, 8)}, PARTS).pipe_id == "P1.2.1"


def test_reported_pipe_that_was_cut_needs_a_place_to_tell_its_parts() -> None:
    assert one({"reported_pipe_id": "P1", "at": None}, PARTS).match_state == "orphan"
    assert one({"reported_pipe_id": "P1", "at": None}, PARTS[:1]).pipe_id == "P1.1"


def test_pipe_whose_id_only_begins_alike_is_no_part() -> None:
    lines = [{"pipe_id": "P1.A", "line": "LINESTRING Z (0 0 0, 100 0 0)"}, {"pipe_id": "P11.1"}]
    assert one({"reported_pipe_id": "P1", "at": (50, 8)}, lines).match_state == "orphan"


_ALIKE = [
    {"line": "LINESTRING Z (0 0 0, 100 0 0)", "material": "cast_iron", "diameter_mm": 300.0},
    {"line": "LINESTRING Z (0 4 0, 100 4 0)", "material": "pe", "diameter_mm": 110.0},
]


@pytest.mark.parametrize(
    ("reported", "state", "pipe"),
    a_few_quick(
        [
            ({}, "ambiguous", None),
            ({"reported_diameter_mm": 300.0}, "matched", "P1"),
            # The crew measures a plastic pipe's inside.
            ({"reported_diameter_mm": 100.0}, "matched", "P2"),
            ({"reported_material": "pe"}, "matched", "P2"),
            ({"reported_material": "unknown"}, "ambiguous", None),
            # What fits neither, and what fits one by its bore and the other by its material, settles nothing.
            ({"reported_material": "steel"}, "ambiguous", None),
            ({"reported_diameter_mm": 300.0, "reported_material": "pe"}, "ambiguous", None),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_reported_diameter_and_material_settle_equal_candidates(
    reported: dict[str, Any], state: str, pipe: str | None
) -> None:
    row = one({"at": (50, 2), **reported}, _ALIKE)
    assert (row.match_state, row.pipe_id) == (state, pipe)


def test_reported_diameter_and_material_never_outweigh_the_place() -> None:
    far = {**_ALIKE[1], "line": "LINESTRING Z (0 20 0, 100 20 0)"}
    told = {"reported_diameter_mm": 110.0, "reported_material": "pe"}
    assert one({"at": (50, -1), **told}, [_ALIKE[0], far]).pipe_id == "P1"
