"""Packages: what belongs together, where it is cut, what it costs."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from support.renewal_frames import packed, planned

from waternet_plugin.core.facts import stored_text
from waternet_plugin.core.frames import conform
from waternet_plugin.core.health.rates import reason_words
from waternet_plugin.core.renewal import costs
from waternet_plugin.core.renewal.packages.packages import districts_of
from waternet_plugin.core.schema.settings import Settings

SETTINGS = Settings()


def town(rows: list[tuple], **columns) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Return pipes and their assessment from rows of id, street, WKT, class."""
    frame = pd.DataFrame(
        {
            "pipe_id": [row[0] for row in rows],
            "system": "potable",
            "street": [row[1] for row in rows],
            "material": "cast_iron",
            "diameter_mm": 200.0,
            "install_year": 1960.0,
            **columns,
        }
    )
    lines = shapely.from_wkt([row[2] for row in rows])
    frame["length_m"] = columns.get("length_m", shapely.length(lines))
    pipes = conform(gpd.GeoDataFrame(frame.assign(geom=lines), geometry="geom"), "pipe")
    assessment = pd.DataFrame(
        {
            "pipe_id": [row[0] for row in rows],
            "rate_per_100km_y": [{"renew_now": 60.0, "priority": 30.0}.get(row[3], 2.0) for row in rows],
            "consequence": 30000.0,
            "class": [row[3] for row in rows],
        }
    )
    return pipes, assessment


def junctions(*names: str) -> pd.DataFrame:
    return pd.DataFrame({"node_id": names, "kind": "junction"})


def line(start: float, end: float, y: float = 0.0) -> str:
    return f"LINESTRING ({start} {y}, {end} {y})"


def groups(packages) -> set[frozenset[str]]:
    return {frozenset(ids.split(";")) for ids in packages.frame["pipe_ids"]}


def test_connected_bad_pipes_of_one_street_are_one_package():
    packages = packed(
        *town([("a", "S", line(0, 80), "renew_now"), ("b", "S", line(80, 200), "priority")]),
        settings=SETTINGS,
    )
    assert groups(packages) == {frozenset({"a", "b"})}
    assert packages.frame["class"].tolist() == ["renew_now"]
    assert packages.frame["length_m"].tolist() == [200.0]


def test_package_stays_within_one_street():
    packages = packed(
        *town([("a", "S", line(0, 80), "renew_now"), ("b", "T", line(80, 200), "renew_now")]),
        settings=SETTINGS,
    )
    assert groups(packages) == {frozenset({"a"}), frozenset({"b"})}


def test_street_is_cut_where_ends_do_not_meet():
    packages = packed(
        *town([("a", "S", line(0, 80), "renew_now"), ("b", "S", line(81, 200), "renew_now")]),
        settings=SETTINGS,
    )
    assert groups(packages) == {frozenset({"a"}), frozenset({"b"})}


def test_ends_within_the_slack_of_planning_meet_and_are_listed():
    rows = [
        ("a", "S", line(0, 80), "renew_now"),
        ("b", "S", line(80.4, 200), "renew_now"),
        ("c", "S", line(200.04, 300), "renew_now"),
        ("d", "T", line(300.3, 400), "renew_now"),
    ]
    packages = packed(*town(rows))
    assert groups(packages) == {frozenset("abc"), frozenset("d")}
    assert packages.joined == ("a", "b")
    assert [note for note in packages.notes if "0.5 m" in note and "a, b" in note]
    assert planned(packages).summary.joined == ("a", "b")


@pytest.mark.slow
def test_without_slack_pipes_meet_as_in_the_graph_of_the_network():
    rows = [("a", "S", line(0, 80), "renew_now"), ("b", "S", line(80.4, 200), "renew_now")]
    packages = packed(*town(rows), settings=Settings({"renewal.join_tolerance_m": "0.05"}))
    assert groups(packages) == {frozenset("a"), frozenset("b")}
    assert packages.joined == packages.notes == ()


@pytest.mark.slow
def test_pipes_of_different_systems_do_not_meet():
    rows = [("a", "S", line(0, 80), "renew_now"), ("b", "S", line(80, 200), "renew_now")]
    packages = packed(*town(rows, system=["potable", "raw_water"]))
    assert groups(packages) == {frozenset("a"), frozenset("b")}


@pytest.mark.slow
def test_a_chain_of_ends_wider_than_the_slack_is_not_one_junction():
    rows = [
        ("a", "S", line(0, 80), "renew_now"),
        ("b", "S", line(80.4, 200), "renew_now"),
        ("c", "S", "LINESTRING (80.8 0.1, 80.8 90)", "renew_now"),
    ]
    assert len(groups(packed(*town(rows)))) > 1


@pytest.mark.slow
def test_node_names_win_over_places():
    pipes, assessment = town([("a", "S", line(0, 80), "renew_now"), ("b", "S", line(80, 200), "renew_now")])
    pipes["to_node"] = ["n1", "n9"]
    pipes["from_node"] = ["n0", "n2"]
    assert len(packed(pipes, assessment, nodes=junctions("n0", "n1", "n2", "n9")).frame) == 2


def test_pipes_meet_at_a_node_whatever_their_geometry():
    pipes, assessment = town([("a", "S", line(0, 80), "renew_now"), ("b", "S", line(500, 600), "renew_now")])
    pipes["to_node"] = ["n1", "n2"]
    pipes["from_node"] = ["n0", "n1"]
    assert len(packed(pipes, assessment, nodes=junctions("n0", "n1", "n2")).frame) == 1


def test_end_without_a_node_meets_a_named_end_by_place():
    pipes, assessment = town([("a", "S", line(0, 80), "renew_now"), ("b", "S", line(80, 200), "renew_now")])
    pipes["to_node"] = ["n1", None]
    assert len(packed(pipes, assessment, nodes=junctions("n1")).frame) == 1


def test_short_sound_piece_between_bad_ones_is_taken_in():
    rows = [
        ("a", "S", line(0, 80), "renew_now"),
        ("b", "S", line(80, 100), "in_service"),
        ("c", "S", line(100, 125), "monitor"),
        ("d", "S", line(125, 200), "priority"),
        ("e", "S", line(200, 220), "in_service"),
    ]
    assert groups(packed(*town(rows), settings=SETTINGS)) == {frozenset("abcd")}


def test_long_sound_stretch_separates_packages():
    rows = [
        ("a", "S", line(0, 80), "renew_now"),
        ("b", "S", line(80, 110), "in_service"),
        ("c", "S", line(110, 140), "in_service"),
        ("d", "S", line(140, 200), "priority"),
    ]
    assert groups(packed(*town(rows), settings=SETTINGS)) == {frozenset("a"), frozenset("d")}


def test_of_two_ways_over_sound_pieces_the_shorter_is_taken():
    rows = [
        ("a", "S", line(0, 80), "renew_now"),
        ("long", "S", "LINESTRING (80 0, 95 15, 110 0)", "in_service"),
        ("short", "S", line(80, 110), "in_service"),
        ("d", "S", line(110, 200), "priority"),
    ]
    assert groups(packed(*town(rows), settings=SETTINGS)) == {frozenset({"a", "short", "d"})}


def test_unrated_pipe_is_in_no_package():
    rows = [("a", "S", line(0, 80), "renew_now"), ("b", "S", line(80, 100), "unknown")]
    assert groups(packed(*town(rows), settings=SETTINGS)) == {frozenset({"a"})}


def test_bad_pipes_are_joined_over_a_fitting_without_a_rate():
    rows = [
        ("a", "S", line(0, 80), "renew_now"),
        ("b", "S", line(80, 80.8), "unknown"),
        ("c", "S", line(80.8, 200), "priority"),
    ]
    packages = packed(*town(rows), settings=SETTINGS)
    assert groups(packages) == {frozenset("abc")}
    assert packages.network["length_m"] == pytest.approx(199.2)


@pytest.mark.slow
def test_drain_is_never_taken_in():
    rows = [
        ("a", "S", line(0, 80), "renew_now"),
        ("b", "S", line(80, 85), "unknown"),
        ("c", "S", line(85, 200), "priority"),
    ]
    packages = packed(*town(rows, system=["potable", "sewage", "potable"]), settings=SETTINGS)
    assert groups(packages) == {frozenset("a"), frozenset("c")}


def test_pipes_of_decided_projects_are_left_out():
    rows = [("a", "S", line(0, 80), "renew_now"), ("b", "S", line(80, 100), "renew_now")]
    packages = packed(*town(rows), settings=SETTINGS, taken={"a"})
    assert groups(packages) == {frozenset({"b"})}
    assert packages.network["length_m"] == 100.0


def test_without_streets_like_material_and_decade_make_a_package():
    rows = [(name, None, line(100 * i, 100 * i + 100), "renew_now") for i, name in enumerate("abcd")]
    packages = packed(
        *town(
            rows,
            material=["cast_iron", "cast_iron", "steel", "steel"],
            install_year=[1961.0, 1969.0, 1969.0, 1970.0],
        ),
        settings=SETTINGS,
    )
    assert groups(packages) == {frozenset("ab"), frozenset("c"), frozenset("d")}


@pytest.mark.slow
def test_long_run_without_streets_is_cut_into_connected_pieces():
    rows = [(f"p{i:03}", "", line(50 * i, 50 * i + 50), "renew_now") for i in range(100)]
    packages = packed(*town(rows), settings=SETTINGS)
    assert packages.frame["length_m"].max() <= 800
    assert packages.frame["length_m"].min() >= 500
    assert packages.frame["length_m"].sum() == pytest.approx(5000)
    assert len(packages.frame) == 7
    assert all(geometry.is_valid for geometry in packages.frame["geom"])
    merged = [shapely.line_merge(geometry).geom_type for geometry in packages.frame["geom"]]
    assert set(merged) == {"LineString"}


def test_grid_without_streets_is_cut_into_connected_pieces():
    rows = []
    for i in range(12):
        for j in range(12):
            rows.append(
                (f"h{i}-{j}", None, f"LINESTRING ({i * 60} {j * 60}, {i * 60 + 60} {j * 60})", "renew_now")
            )
            rows.append(
                (f"v{i}-{j}", None, f"LINESTRING ({i * 60} {j * 60}, {i * 60} {j * 60 + 60})", "renew_now")
            )
    packages = packed(*town(rows), settings=SETTINGS)
    assert packages.frame["length_m"].max() <= 800
    assert sorted(packages.members["pipe_id"]) == sorted(row[0] for row in rows)
    for geometry in packages.frame["geom"]:
        buffered = shapely.unary_union([shapely.buffer(part, 0.1) for part in geometry.geoms])
        assert buffered.geom_type == "Polygon"


def test_sound_piece_at_the_cut_is_left_out():
    rows = [(f"p{i}", None, line(100 * i, 100 * i + 100), "renew_now") for i in range(8)]
    rows.append(("q", None, line(800, 840), "in_service"))
    rows += [(f"r{i}", None, line(840 + 100 * i, 940 + 100 * i), "renew_now") for i in range(7)]
    packages = packed(*town(rows), settings=SETTINGS)
    assert packages.frame["length_m"].max() <= 800
    bad = {row[0] for row in rows if row[3] == "renew_now"}
    assert bad <= set(packages.members["pipe_id"])
    for ids in packages.frame["pipe_ids"]:
        names = ids.split(";")
        assert "q" not in names or ({"p7", "r0"} <= set(names))


def test_single_pipe_longer_than_the_limit_stays_whole_and_is_said():
    packages = packed(*town([("a", None, line(0, 2000), "renew_now")]), settings=SETTINGS)
    assert packages.frame["length_m"].tolist() == [2000.0]
    assert any("longer than the limit" in note for note in packages.notes)


def test_pipes_on_one_chord_are_one_package():
    rows = [(f"p{i}", "17", line(0, 100), "renew_now" if i < 3 else "in_service") for i in range(6)]
    packages = packed(*town(rows, length_m=[40.0, 5.0, 60.0, 30.0, 20.0, 10.0]), settings=SETTINGS)
    assert groups(packages) == {frozenset({"p0", "p1", "p2"})}
    assert packages.frame["length_m"].tolist() == [105.0]


def test_pipe_that_begins_where_it_ends_is_packed():
    rows = [("a", "S", "LINESTRING (5 5, 5 5)", "renew_now"), ("b", "S", line(100, 200), "renew_now")]
    packages = packed(*town(rows, length_m=[120.0, 100.0]), settings=SETTINGS)
    assert groups(packages) == {frozenset("a"), frozenset("b")}


@pytest.mark.slow
def test_order_of_rows_does_not_matter():
    rows = []
    random = np.random.default_rng(3)
    for i in range(30):
        for j in range(5):
            grade = random.choice(["renew_now", "priority", "in_service", "monitor"])
            street = random.choice(["S", "T", None])
            rows.append(
                (f"{i}/{j}", street, f"LINESTRING ({i * 40} {j * 40}, {i * 40 + 40} {j * 40})", grade)
            )
            rows.append(
                (f"{i}+{j}", street, f"LINESTRING ({i * 40} {j * 40}, {i * 40} {j * 40 + 40})", grade)
            )
    pipes, assessment = town(rows)
    one = packed(pipes, assessment, settings=SETTINGS)
    mixed = random.permutation(len(rows))
    other = packed(
        pipes.iloc[mixed].reset_index(drop=True),
        assessment.iloc[random.permutation(len(rows))].reset_index(drop=True),
        settings=SETTINGS,
    )
    pd.testing.assert_frame_equal(one.frame.drop(columns="geom"), other.frame.drop(columns="geom"))
    pd.testing.assert_frame_equal(one.members, other.members)
    assert one.members["pipe_id"].is_unique


@pytest.mark.slow
def test_project_id_comes_from_the_first_pipe():
    rows = [("b", "S", line(0, 80), "renew_now"), ("a", "S", line(80, 200), "priority")]
    assert packed(*town(rows), settings=SETTINGS).frame["project_id"].tolist() == ["P-a"]


@pytest.mark.slow
def test_assessed_pipe_that_is_gone_is_said():
    pipes, assessment = town([("a", "S", line(0, 80), "renew_now"), ("b", "S", line(80, 200), "priority")])
    packages = packed(pipes.iloc[:1], assessment, settings=SETTINGS)
    assert groups(packages) == {frozenset("a")}
    assert len(packages.notes) == 1


def test_nothing_to_renew_gives_no_package():
    packages = packed(*town([("a", "S", line(0, 80), "in_service")]), settings=SETTINGS)
    assert len(packages.frame) == 0
    assert packages.network["length_m"] == 80.0


def test_nothing_at_all_gives_no_package():
    pipes, assessment = town([("a", "S", line(0, 80), "in_service")])
    packages = packed(pipes.iloc[:0], assessment.iloc[:0], settings=SETTINGS)
    assert len(packages.frame) == 0


@pytest.mark.slow
def test_cost_is_unit_cost_times_length_and_mobilisation():
    packages = packed(*town([("a", "S", line(0, 100), "renew_now")]), settings=SETTINGS)
    # DN 200 in ductile iron, open cut: 1,400 a metre; 30,000 to begin
    assert packages.frame["cost_cents"].tolist() == [100 * (1400 * 100 + 30000)]
    assert packages.frame[["method", "material"]].iloc[0].tolist() == ["open_cut", "ductile_iron"]


@pytest.mark.slow
def test_costs_of_pipes_add_up_to_the_project_to_the_cent():
    rows = [(f"p{i}", "S", line(33.3 * i, 33.3 * i + 33.3), "renew_now") for i in range(7)]
    packages = packed(*town(rows), settings=SETTINGS)
    assert packages.members["cost_cents"].sum() == packages.frame["cost_cents"].sum()


@pytest.mark.slow
def test_brittle_pipe_under_an_expressway_is_renewed_without_digging():
    packages = packed(
        *town([("a", "S", line(0, 100), "renew_now")], road_class="expressway"), settings=SETTINGS
    )
    assert packages.frame[["method", "material"]].iloc[0].tolist() == ["pipe_bursting", "pe"]


def test_benefit_is_what_the_new_pipe_saves():
    packages = packed(*town([("a", "S", line(0, 1000), "renew_now")], diameter_mm=150.0), settings=SETTINGS)
    # surveys: new ductile iron of DN 150 fails 3.2 x 1.137 times on 100 km and year
    avoided = (60 - 3.2 * 1.137) / 100
    assert packages.frame["failures_avoided_y"].iloc[0] == pytest.approx(avoided)
    assert packages.frame["benefit_y"].iloc[0] == pytest.approx(avoided * 30000)


@pytest.mark.parametrize(
    ("diameter", "expected"),
    [(20.0, 700.0), (100.0, 900.0), (125.0, 1000.0), (1600.0, 19000.0), (2000.0, 26000.0)],
)
def test_unit_cost_is_linear_between_diameters(diameter: float, expected: float):
    assert costs.unit_cost(np.array([diameter]), SETTINGS).tolist() == [expected]


def test_network_overrides_a_unit_cost():
    settings = Settings({"renewal.unit_cost.200": "2000"})
    assert costs.unit_cost(np.array([200.0]), settings).tolist() == [2000.0]


@pytest.mark.parametrize(
    ("diameter", "expected"), [(80.0, "stainless_steel"), (81.0, "ductile_iron"), (1400.0, "steel")]
)
def test_new_material_follows_the_diameter(diameter: float, expected: str):
    assert costs.new_material(np.array([diameter]), SETTINGS).tolist() == [expected]


def test_unknown_diameter_costs_the_setting():
    assert costs.sizes([np.nan, 0.0, 300.0], SETTINGS).tolist() == [200.0, 200.0, 300.0]


@pytest.mark.slow
def test_reasons_name_the_three_strongest():
    pipes, assessment = town(
        [
            ("a", "S", line(0, 100), "renew_now"),
            ("b", "T", line(200, 5000), "in_service"),
        ],
        material=["cast_iron", "pvc"],
    )
    failures = pd.DataFrame({"pipe_id": ["a", "a", "a"]})
    # What the list of pipes says of the pipe: laid within two years of 1960.
    of_pipe = {"is": "cohort", "material": "cast_iron", "from": 1958, "years": 5, "ratio": 3.8}
    assessment["reason_facts"] = [stored_text([of_pipe]), None]
    reasons = packed(pipes, assessment, settings=SETTINGS, failures=failures).frame["reasons"].iloc[0]
    parts = reasons.split("; ")
    assert len(parts) == 3
    assert parts[0] == "3 recorded failures"
    assert "expected to fail" in reasons
    assert reason_words.WORDS.say(of_pipe) in parts
    assert "Grey cast iron, laid 1958–1962: 3.8 times" in reasons


@pytest.mark.slow
def test_no_cohort_is_named_that_less_than_half_of_the_length_has():
    pipes, assessment = town(
        [("a", "S", line(0, 40), "renew_now"), ("b", "S", line(40, 200), "renew_now")],
    )
    of_pipe = {"is": "cohort", "material": "cast_iron", "from": 1958, "years": 5, "ratio": 3.8}
    assessment["reason_facts"] = [stored_text([of_pipe]), None]
    assert "laid" not in packed(pipes, assessment, settings=SETTINGS).frame["reasons"].iloc[0]
    assessment["reason_facts"] = [None, stored_text([of_pipe])]
    assert "laid 1958–1962" in packed(pipes, assessment, settings=SETTINGS).frame["reasons"].iloc[0]


def test_district_is_that_of_a_point_on_the_package():
    packages = packed(
        *town([("a", "S", line(0, 80), "renew_now"), ("b", "T", line(500, 600), "renew_now")]),
        settings=SETTINGS,
    )
    boxes = [shapely.box(-10, -10, 90, 10), shapely.box(-10, -10, 95, 10)]
    zones = gpd.GeoDataFrame({"zone_id": ["D2", "D1"], "geom": boxes}, geometry="geom")
    assert districts_of(packages, zones).tolist() == ["D1", None]


@pytest.mark.slow
def test_hydrant_leads_join_the_package_of_their_street():
    rows = [
        ("main0", "S", line(0, 200), "renew_now"),
        ("main1", "S", line(200, 400), "in_service"),
        ("lead1", "S", "LINESTRING (300 3, 300 0)", "priority"),
        ("main2", "S", line(400, 600), "in_service"),
        ("lead2", "S", "LINESTRING (400 0, 400 3)", "priority"),
        # Sounds like the same place, but no pipe of its street leads there.
        ("lead3", "S", "LINESTRING (900 0, 900 3)", "priority"),
        ("lead4", "T", "LINESTRING (200 0, 200 3)", "priority"),
    ]
    packages = packed(*town(rows), settings=SETTINGS)
    assert groups(packages) == {
        frozenset({"main0", "lead2"}),
        frozenset({"lead1"}),
        frozenset({"lead3"}),
        frozenset({"lead4"}),
    }
    # lead1 ends in the middle of a pipe, where nothing meets: it hangs on nothing.
    rows[2] = ("lead1", "S", "LINESTRING (200 3, 200 0)", "priority")
    assert frozenset({"main0", "lead1", "lead2"}) in groups(packed(*town(rows), settings=SETTINGS))


@pytest.mark.slow
def test_rest_that_joins_leaves_the_name_of_the_package():
    rows = [
        ("b", "S", line(0, 200), "renew_now"),
        ("c", "S", line(200, 400), "in_service"),
        ("a", "S", line(400, 403), "renew_now"),
    ]
    packages = packed(*town(rows), settings=SETTINGS)
    assert groups(packages) == {frozenset("ab")}
    assert packages.frame["project_id"].tolist() == ["P-b"]
    assert packages.frame["length_m"].tolist() == [203.0]
    # One mobilisation is paid, not two.
    assert packages.frame["cost_cents"].tolist() == [100 * (1400 * 203 + 30000)]


@pytest.mark.slow
def test_rest_joins_the_nearest_package_with_room():
    rows = [
        ("a", "S", line(0, 790), "renew_now"),
        ("b", "S", line(790, 900), "in_service"),
        ("c", "S", line(900, 930), "renew_now"),
        ("d", "S", line(930, 1500), "in_service"),
        ("e", "S", line(1500, 1700), "renew_now"),
    ]
    assert groups(packed(*town(rows), settings=SETTINGS)) == {frozenset("a"), frozenset("ce")}
    settings = Settings({"renewal.max_length_m": "900"})
    assert groups(packed(*town(rows), settings=settings)) == {frozenset("ac"), frozenset("e")}


@pytest.mark.slow
def test_rests_alone_in_a_street_are_one_package():
    rows = [("main", "S", line(0, 100), "in_service"), ("more", "S", line(100, 900), "in_service")]
    rows += [("a", "S", line(-3, 0), "priority"), ("b", "S", line(900, 904), "priority")]
    rows += [("c", "S", "LINESTRING (100 0, 100 3)", "priority")]
    packages = packed(*town(rows), settings=SETTINGS)
    assert groups(packages) == {frozenset("abc")}
    assert packages.frame["project_id"].tolist() == ["P-b"]


@pytest.mark.slow
def test_rests_join_only_what_is_as_urgent():
    settings = Settings({"renewal.candidate_classes": "renew_now;priority;monitor"})
    rows = [
        ("a", "S", line(0, 200), "renew_now"),
        ("b", "S", line(200, 400), "in_service"),
        ("c", "S", line(400, 410), "monitor"),
    ]
    assert groups(packed(*town(rows), settings=settings)) == {frozenset("a"), frozenset("c")}


@pytest.mark.slow
def test_no_rest_joins_where_the_setting_is_zero():
    rows = [
        ("a", "S", line(0, 200), "renew_now"),
        ("b", "S", line(200, 400), "in_service"),
        ("c", "S", line(400, 410), "renew_now"),
    ]
    settings = Settings({"renewal.rest_m": "0"})
    assert groups(packed(*town(rows), settings=settings)) == {frozenset("a"), frozenset("c")}


@pytest.mark.slow
def test_packages_with_rests_keep_every_rule():
    for seed in range(40):
        random = np.random.default_rng(seed)
        rows = []
        for i in range(60):
            street, y = random.choice(["S", "T", "U"]), 0
            y = {"S": 0, "T": 100, "U": 200}[str(street)] + random.integers(0, 2) * 5000
            start = float(random.integers(0, 30) * 40)
            rows.append(
                (
                    f"p{i:02}",
                    str(street),
                    line(start, start + float(random.choice([3, 20, 40, 80])), y),
                    random.choice(["renew_now", "priority", "in_service"], p=[0.2, 0.2, 0.6]),
                )
            )
        pipes, assessment = town(rows)
        packages = packed(pipes, assessment, settings=SETTINGS)
        street = dict(zip(pipes["pipe_id"], pipes["street"]))
        bad = set(assessment["pipe_id"][assessment["class"].isin(["renew_now", "priority"])])
        members = packages.members["pipe_id"].tolist()
        assert len(members) == len(set(members)) and bad <= set(members)
        assert packages.frame["length_m"].max() <= 800
        for ids in packages.frame["pipe_ids"]:
            names = ids.split(";")
            assert len({street[name] for name in names}) == 1
            # Within one connected run of the street: never north and south of the river.
            assert (
                len(
                    {
                        shapely.get_y(shapely.get_point(g, 0))
                        for g in pipes.set_index("pipe_id").loc[names, "geom"]
                    }
                )
                == 1
            )


def test_project_is_named_after_its_first_pipe_without_doubling_the_prefix():
    names = ["P-000143", "JS-7", "P-1", "1"]
    rows = [(name, f"S{n}", line(0, 80, 500.0 * n), "renew_now") for n, name in enumerate(names)]
    frame = packed(*town(rows)).frame
    named = dict(zip(frame["pipe_ids"], frame["project_id"]))
    assert named == {"P-000143": "P-000143", "JS-7": "P-JS-7", "P-1": "P-P-1", "1": "P-1"}
