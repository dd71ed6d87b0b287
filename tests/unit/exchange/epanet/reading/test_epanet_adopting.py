"""What becomes of the elements of a file: rows, places, the kept text."""

from __future__ import annotations

import pyproj
import pytest
import shapely
from support.epanet_files import TOWN, exchanged, imported, read

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.epanet.reading import element_coordinates, imported_file
from waternet_plugin.core.schema import domains


def row(frame, id_):
    key = "pipe_id" if "pipe_id" in frame else "node_id"
    rows = frame[frame[key] == id_]
    assert len(rows) == 1, id_
    return rows.iloc[0]


def test_counts_are_those_of_the_file():
    town = imported()
    assert town.nodes["kind"].value_counts().to_dict() == {
        "junction": 6,
        "source": 1,
        "tank": 1,
        "pump_station": 1,
        "prv": 1,
        "valve": 1,
    }
    pipes = town.pipes[town.pipes["function"] != "connector"]
    assert pipes["pipe_id"].tolist() == ["P1", "P2", "P3", "P4", "P5", "P6"]


def test_a_pump_is_a_node_between_two_connectors():
    town = imported()
    one, other = row(town.pipes, "1.1"), row(town.pipes, "1.2")
    assert (one["from_node"], one["to_node"], other["from_node"], other["to_node"]) == ("R1", "1", "1", "J1")
    assert (one["length_m"], one["function"]) == (0, "connector")
    assert shapely.equals(row(town.nodes, "1")["geom"], shapely.Point(50, 100))
    assert row(town.nodes, "1")["one_way"] == "forward"


def test_a_valve_whose_id_a_node_has_gets_another():
    town = imported()
    assert row(town.nodes, "J6")["kind"] == "junction"
    valve = row(town.nodes, "J6-tcv")
    assert (valve["kind"], valve["valve_state"]) == ("valve", "closed")
    assert town.kept.links["J6"].node_id == "J6-tcv"


@pytest.mark.parametrize(
    ("kind", "code"),
    [("PRV", "prv"), ("TCV", "valve"), ("FCV", "control_valve"), ("GPV", "control_valve")],
)
def test_kinds_of_valves(kind, code):
    town = imported(exchanged("150  PRV  25", f"150 {kind} 25"))
    assert row(town.nodes, "V1")["kind"] == code
    assert code in domains.domain("node_kind")


def test_states_of_pipes_and_pumps():
    states = imported(exchanged(" J6  Closed", " 1 Closed")).pipes.set_index("pipe_id")["initial_status"]
    assert states[["P1", "P3", "P5", "1.1", "1.2"]].tolist() == [
        "open",
        "closed",
        "check_valve",
        "closed",
        "closed",
    ]


def test_values_in_our_units():
    town = imported(exchanged("Units LPS", "Units GPM"))
    pipe = row(town.pipes, "P1")
    assert (pipe["length_m"], pipe["diameter_mm"]) == pytest.approx((152.4, 7620))
    assert row(town.nodes, "J2")["ground_m"] == pytest.approx(3.6576)


def test_a_head_is_no_ground_level():
    nodes = imported().nodes.set_index("node_id")["ground_m"]
    assert nodes[["R1", "T1"]].isna().all()


def test_vertices_are_drawn():
    line = row(imported().pipes, "P2")["geom"]
    assert list(line.coords) == [(600, 100), (650, 200), (650, 400), (600, 500)]


def test_nodes_in_the_same_place_stay_two():
    town = imported(exchanged(" J6  1000  -50", " J6  900  -50"))
    pipe = row(town.pipes, "P6")
    assert (pipe["from_node"], pipe["to_node"]) == ("J5", "J6")
    assert list(pipe["geom"].coords) == [(900, -50), (900, -50)]


def test_without_crs_a_local_plane_in_metres():
    crs = imported().pipes.crs
    assert crs.is_engineering
    assert crs.axis_info[0].unit_name == "metre"


def test_a_local_plane_in_feet_is_scaled():
    town = imported(exchanged("UNITS None", "UNITS Feet"))
    assert row(town.nodes, "J2")["geom"].x == pytest.approx(182.88)


def test_coordinates_in_feet_are_transformed():
    town = imported(crs="EPSG:2234", target="EPSG:26956")
    x, y = pyproj.Transformer.from_crs("EPSG:2234", "EPSG:26956", always_xy=True).transform(600, 100)
    point = row(town.nodes, "J2")["geom"]
    assert (point.x, point.y) == pytest.approx((x, y), abs=1e-3)


def test_coordinates_that_no_crs_has_are_refused():
    with pytest.raises(InputError, match="can't lie in"):
        imported(exchanged(" J1  100   100", " J1  1e30  100"), crs="EPSG:4326", target="EPSG:32650")


def test_a_node_without_coordinates_lies_beside_its_neighbour():
    data = exchanged(" J5  900   -50\n", "")
    model = read(data)
    placed = element_coordinates.placed(model, element_coordinates.plane_of(model.document, None, None))
    assert placed.made_up == ("J5",)
    x, y = placed.nodes["J5"]
    assert abs(x - 950) < 400
    assert abs(y) < 400


def test_a_file_without_any_coordinates_is_drawn_as_a_tree():
    data = TOWN[: TOWN.index("[COORDINATES]")] + TOWN[TOWN.index("[TAGS]") :]
    model = read(data)
    placed = element_coordinates.placed(model, element_coordinates.plane_of(model.document, None, None))
    assert len(placed.made_up) == 8
    assert len(set(placed.nodes.values())) == 8


def test_places_do_not_depend_on_chance():
    data = exchanged(" J5  900   -50\n", "")
    assert imported(data).nodes["geom"].to_wkt().tolist() == imported(data).nodes["geom"].to_wkt().tolist()


def test_the_text_is_kept_to_the_letter():
    model = read(TOWN)
    plane = element_coordinates.plane_of(model.document, None, None)
    frame = imported_file.imported_file_frame(
        imported_file.ImportedFile("town.inp", model.document, plane, {})
    )
    again = imported_file.imported_file_of(frame.sample(frac=1, random_state=3))
    assert again is not None
    assert [line.text for line in again.document.lines] == [line.text for line in model.document.lines]
    assert again.plane == plane


def test_a_network_without_file_has_nothing_kept():
    model = read(TOWN)
    plane = element_coordinates.plane_of(model.document, None, None)
    frame = imported_file.imported_file_frame(
        imported_file.ImportedFile("town.inp", model.document, plane, {})
    )
    assert imported_file.imported_file_of(frame.iloc[:0]) is None
