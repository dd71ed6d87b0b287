"""What an export writes: the kept text, what changed on the map, what is new."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pyproj
import pytest
import shapely
from support.epanet_files import TOWN, exchanged, imported, read
from support.slow_cases import a_few_quick

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.epanet.writing import exporting
from waternet_plugin.core.exchange.model_files.model_ids import ModelIds
from waternet_plugin.core.schema.settings import Settings


def lines(data: bytes, section: str) -> list[list[str]]:
    """Return the words of a section's lines."""
    return [list(line.words) for line in read(data).document.of(section)]


def test_an_untouched_file_goes_back_as_it_was():
    out = imported().export()
    assert out.data.decode().split() == TOWN.split()
    assert out.notes == ()


def test_the_encoding_of_the_file_stays():
    data = TOWN.replace("J5", "节点5").encode("gb18030")
    assert imported(data).export().data.split() == data.split()


def test_stray_bytes_stay():
    data = TOWN.encode().replace(b"small", b"Almer\xa1a")
    assert imported(data).export().data.split() == data.split()


def test_original_coordinates_go_back_from_another_crs():
    data = TOWN.encode()
    assert imported(data, crs="EPSG:2234", target="EPSG:26956").export().data.split() == data.split()


def test_a_changed_pipe_keeps_the_rest_of_its_line():
    town = imported()
    town.set("pipes", "P1", diameter_mm=400.0, length_m=512.5)
    out = town.export()
    assert " P1  J1  J2  512.5  400  130  0  Open ; trunk" in out.data.decode().splitlines()
    assert len(out.data.split()) == len(TOWN.split())


def test_changes_go_back_in_the_units_of_the_file():
    town = imported(exchanged("Units LPS", "Units GPM"))
    town.set("pipes", "P1", diameter_mm=304.8)
    assert lines(town.export().data, "PIPES")[0][4] == "12"


@pytest.mark.parametrize(
    ("pipe", "state", "words"),
    a_few_quick(
        [
            ("P1", "closed", ["0", "Closed"]),
            ("P3", "open", ["0", "Open"]),
            ("P4", "closed", ["0.5", "Closed"]),
            ("P6", "closed", ["0", "Closed"]),
            ("P5", "open", ["0", "Open"]),
            ("P2", "check_valve", ["0", "CV"]),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_a_pipe_opened_or_closed(pipe, state, words):
    town = imported()
    town.set("pipes", pipe, initial_status=state)
    out = town.export()
    line = next(line for line in lines(out.data, "PIPES") if line[0] == pipe)
    assert line[6:] == words
    assert read(out.data).links[pipe].status == state


def test_a_state_that_stands_in_status_is_taken_out():
    town = imported(exchanged(" J6  Closed", " J6  Closed\n P1 Closed"))
    town.set("pipes", "P1", initial_status="open")
    out = town.export()
    assert lines(out.data, "STATUS") == [["J6", "Closed"]]
    assert read(out.data).links["P1"].status == "open"


def test_a_range_of_states_is_answered_one_by_one():
    town = imported(exchanged(" J6  Closed", " P1 P4 Closed"))
    town.set("pipes", "P2", initial_status="open")
    out = town.export()
    assert lines(out.data, "STATUS") == [["P1", "P4", "Closed"], ["P2", "Open"]]
    assert read(out.data).links["P2"].status == "open"


def test_a_valve_opened_keeps_its_setting():
    town = imported()
    town.set("nodes", "J6-tcv", valve_state="open")
    out = town.export()
    assert lines(out.data, "STATUS") == []
    assert lines(out.data, "VALVES")[1] == ["J6", "J6", "J3", "100", "TCV", "3.5", "0"]


def test_a_valve_and_a_pump_closed():
    town = imported()
    town.set("nodes", "V1", valve_state="closed")
    town.set("pipes", "1.1", initial_status="closed")
    out = town.export()
    assert sorted(lines(out.data, "STATUS")) == [["1", "Closed"], ["J6", "Closed"], ["V1", "Closed"]]


def test_a_pump_that_ends_at_a_valve_reaches_the_node_behind_it():
    town = imported()
    town.set("pipes", "1.2", to_node="V1")
    assert lines(town.export().data, "PUMPS") == [["1", "R1", "J5", "HEAD", "lift"]]


def test_a_pump_and_a_valve_that_only_meet_each_other_are_gone():
    town = imported()
    town.set("pipes", "1.2", to_node="V1")
    town.set("pipes", "V1.2", to_node="1")
    links = read(town.export().data).links
    assert "1" not in links
    assert "V1" not in links


def test_a_trace_from_a_removed_node_is_left_out():
    town = imported(exchanged(" Headloss H-W", " Headloss H-W\n Quality Trace J6"))
    town.remove("P6", "J6", "J6.1", "J6.2", "J6-tcv")
    assert lines(town.export().data, "OPTIONS") == [["Units", "LPS"], ["Headloss", "H-W"]]


def test_a_removed_pipe_takes_along_what_names_it():
    town = imported()
    town.remove("P2")
    out = town.export()
    model = read(out.data)
    assert "P2" not in model.links
    assert lines(out.data, "CONTROLS") == lines(out.data, "VERTICES") == []
    assert any("P2 CLOSED IF NODE T1" in note for note in out.notes)


def test_a_removed_node_takes_along_demands_rules_and_words_of_the_report():
    town = imported()
    town.remove("J6", "P6", "J6.1", "J6.2", "J6-tcv")
    out = town.export()
    assert "J6" not in read(out.data).nodes
    assert [words[0] for words in lines(out.data, "RULES")] == ["RULE", "IF", "THEN", "PRIORITY"]
    assert lines(out.data, "REPORT") == [["STATUS", "No"], ["NODES", "J1"]]


def test_a_node_whose_row_is_gone_stays_while_a_pipe_names_it():
    town = imported()
    town.remove("J2")
    assert "J2" in read(town.export().data).nodes


def test_a_new_pipe_finds_its_nodes_by_place():
    town = imported()
    line = shapely.LineString([(900, -50), (950, -100), (1200, -50)])
    town.add_pipe("新管 1", line, length_m=310.0, diameter_mm=200.0, material="ductile_iron")
    out = town.export()
    pipe = lines(out.data, "PIPES")[-1]
    assert pipe[0] == "新管_1"
    assert pipe[1] == "J5"
    assert pipe[3:] == ["310", "200", "130", "0", "Open"]
    assert lines(out.data, "COORDINATES")[-1] == [pipe[2], "1200", "-50"]
    assert lines(out.data, "VERTICES")[-1] == ["新管_1", "950", "-100"]
    assert lines(out.data, "JUNCTIONS")[-1][1] == "9"


def test_a_new_pipe_in_another_crs_goes_back_into_that_of_the_file():
    town = imported(crs="EPSG:2234", target="EPSG:26956")
    start = town.nodes.set_index("node_id").loc["J5", "geom"]
    end = shapely.Point(start.x + 0.3048006096 * 1000, start.y)
    town.add_pipe("N", shapely.LineString([start, end]), length_m=100.0)
    x, y = (float(word) for word in lines(town.export().data, "COORDINATES")[-1][1:])
    assert (x, y) == pytest.approx((1900, -50), abs=0.2)


def test_a_moved_node_and_a_bent_pipe():
    town = imported()
    town.set("nodes", "J1", geom=shapely.Point(120, 90))
    town.set("pipes", "P1", geom=shapely.LineString([(120, 90), (300, 80), (600, 100)]))
    out = town.export()
    assert read(out.data).xy["J1"] == (120, 90)
    assert read(out.data).links["P1"].vertices == [(300, 80)]
    assert lines(out.data, "PIPES")[0][3] == "500"


def test_a_pipe_that_now_ends_elsewhere():
    town = imported()
    town.set("pipes", "P4", to_node="J5")
    assert lines(town.export().data, "PIPES")[3][:3] == ["P4", "J2", "J5"]


def test_a_changed_ground_level():
    town = imported()
    town.set("nodes", "J2", ground_m=13.25)
    assert lines(town.export().data, "JUNCTIONS")[1] == ["J2", "13.25", "5", "day"]


def test_a_valve_that_lost_a_connector_is_none_any_more():
    town = imported()
    town.remove("V1.2")
    out = town.export()
    assert "V1" not in read(out.data).links
    assert any("V1 lost a connector" in note for note in out.notes)


@pytest.mark.parametrize(("connector", "node"), [("V1.2", "V1"), ("V1.2", "J4")])
def test_a_valve_that_ends_where_it_begins_is_left_out_aloud(connector, node):
    town = imported()
    town.set("pipes", connector, to_node=node)
    out = town.export()
    assert [line[0] for line in lines(out.data, "VALVES")] == ["J6"]
    assert any("end where they begin" in note or "ends where" in note for note in out.notes)


def test_sections_in_an_order_that_epanet_can_not_read_are_ordered():
    pipes = TOWN[TOWN.index("[PIPES]") : TOWN.index("[PUMPS]")]
    out = imported(pipes + TOWN.replace(pipes, "")).export().data.decode()
    assert out.index("[TANKS]") < out.index("[PIPES]") < out.index("[STATUS]")


@pytest.mark.parametrize(
    ("heading", "written"),
    a_few_quick(
        [("[CONTROL] ;x", "[CONTROLS] ;x"), (" [cont", "[CONTROLS]"), ("[controls]  a", "[controls]  a")],
        1,
        is_tuple_one_value=False,
    ),
)
def test_headings_are_written_in_full(heading, written):
    out = imported(exchanged("[CONTROLS]", heading)).export().data.decode().splitlines()
    assert written in out


def test_unknown_sections_become_comments():
    out = imported(exchanged("[TAGS]", "[NONSENSE]\n a b\n[TAGS]")).export().data.decode()
    assert ";[NONSENSE]\r\n; a b" in out


@pytest.mark.parametrize(
    ("old", "new"),
    a_few_quick(
        [
            (" J1  100   100", " J77 100   100"),
            (" J1  100   100", " J1  abc   100"),
            (" P2  650  200", " P77 650  200"),
            (" J6  Closed", " J77  Closed"),
            (" J4  2.5  day", " J77  2.5  day"),
            (" Duration 0", " Start ClockTime 13:00 am"),
            ("[TITLE]", "words\n[TITLE]"),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_lines_that_name_nothing_become_comments(old, new):
    out = imported(exchanged(old, new)).export().data.decode().splitlines()
    line = next(part for part in new.splitlines() if part not in TOWN.splitlines())
    assert ";" + line in out
    assert line not in out


def test_lines_left_out_for_epanet_are_noted():
    out = imported(exchanged(" J4  2.5  day", " J77  2.5  day")).export()
    assert len(out.notes) == 1
    assert "left out" in out.notes[0]
    assert "“J77  2.5  day” in [DEMANDS]" in out.notes[0]


def test_a_pipe_with_more_than_eight_words_is_closed_by_its_line():
    town = imported(exchanged("300  130  0  Open ;", "300  130  0  Open main ;"))
    town.set("pipes", "P1", initial_status="closed")
    out = town.export().data
    assert " P1  J1  J2  500  300  130  0  Closed ;main ; trunk" in out.decode().splitlines()
    assert read(out).links["P1"].status == "closed"


def test_lines_that_epanet_can_not_take_are_cut():
    long = " day " + " ".join(["1.25"] * 300)
    out = imported(exchanged(" day  1.0  0.5  1.5", long)).export()
    assert max(len(line) for line in out.data.splitlines()) <= 1000
    values = [word for line in lines(out.data, "PATTERNS") for word in line[1:]]
    assert values == ["1.25"] * 300


def test_ids_as_epanet_takes_them():
    names = ModelIds(["A"], "utf-8")
    assert names.of("A") == "A"
    assert names.of("a b;c") == "a_b_c"
    assert names.of("a b c") == "a_b_c-2"
    assert names.of("a b;c") == "a_b_c"
    assert len(names.of("管" * 30).encode()) <= 31
    assert names.of("[x") == "x"


def drawn(extra_nodes=(), **columns):
    """Return pipes and nodes that never came from a file: a source, a valve, two pipes behind."""
    crs = "EPSG:4547"
    x, y = 400_000, 2_500_000
    lines_ = [shapely.LineString([(x + 100 * n, y), (x + 100 * (n + 1), y)]) for n in range(3)]
    pipes = gpd.GeoDataFrame(
        {
            "pipe_id": ["A", "B", "C"],
            "system": "potable",
            "function": None,
            "material": ["pe", "cast_iron", None],
            "diameter_mm": [200.0, 150.0, float("nan")],
            "length_m": [100.0, 100.0, float("nan")],
            "status": "in_use",
            "from_node": None,
            "to_node": None,
            "initial_status": None,
            **columns,
        },
        geometry=lines_,
        crs=crs,
    ).rename_geometry("geom")
    nodes = gpd.GeoDataFrame(
        [
            {"node_id": "S", "kind": "source", "ground_m": 20.0, "geom": shapely.Point(x, y)},
            {"node_id": "V", "kind": "valve", "valve_state": "open", "geom": shapely.Point(x + 200, y)},
            *extra_nodes,
        ],
        geometry="geom",
        crs=crs,
    )
    for name in exporting.NODE_COLUMNS:
        if name not in nodes:
            nodes[name] = float("nan") if name.endswith(("_m", "_mm", "_m3")) else None
    return pipes, nodes


def exported(pipes, nodes, customers=()):
    frame = pd.DataFrame(list(customers), columns=["pipe_id", "demand_m3d"])
    return exporting.export(
        exporting.MapRows(pipes, nodes, frame),
        imported=None,
        name="out.inp",
        network="town",
        crs=pyproj.CRS("EPSG:4547"),
        settings=Settings(),
    )


def test_a_drawn_network_becomes_a_file():
    out = exported(*drawn(), customers=[("C", 86.4)])
    model = read(out.data)
    assert (model.count("junction"), model.count("reservoir"), model.count("PIPE")) == (3, 1, 3)
    assert lines(out.data, "RESERVOIRS") == [["S", "50"]]
    pipes = {line[0]: line for line in lines(out.data, "PIPES")}
    assert pipes["A"][3:] == ["100", "200", "145", "0", "Open"]
    assert pipes["B"][5] == "100"
    assert pipes["C"][3:6] == ["100", "100", "110"]
    assert sum(float(line[2]) for line in lines(out.data, "JUNCTIONS")) == pytest.approx(1.0)
    assert "EPSG:4547" in out.data.decode()


def test_a_closed_valve_closes_a_pipe_and_comes_back():
    pipes, nodes = drawn()
    nodes.loc[nodes["node_id"] == "V", "valve_state"] = "closed"
    out = exported(pipes, nodes)
    assert [line[0] for line in lines(out.data, "PIPES") if line[7] == "Closed"] == ["B"]
    again = imported(out.data, crs="EPSG:4547")
    valve = again.nodes.set_index("node_id").loc["V"]
    assert (valve["kind"], valve["valve_state"]) == ("valve", "closed")
    assert again.pipes["initial_status"].tolist() == ["open"] * 3
    again.set("nodes", "V", valve_state="open")
    assert {line[7] for line in lines(again.export().data, "PIPES")} == {"Open"}


def test_a_check_valve_lets_water_through_as_its_pipe_is_drawn():
    pipes, nodes = drawn()
    nodes.loc[nodes["node_id"] == "V", "kind"] = "check_valve"
    assert lines(exported(pipes, nodes).data, "PIPES")[2][7] == "CV"
    nodes.loc[nodes["node_id"] == "V", "one_way"] = "reverse"
    line = next(line for line in lines(exported(pipes, nodes).data, "PIPES") if line[7] == "CV")
    assert line[:2] == ["B", "V"]


def test_a_drawn_pressure_valve_is_a_link():
    pipes, nodes = drawn()
    nodes.loc[nodes["node_id"] == "V", "kind"] = "prv"
    out = exported(pipes, nodes)
    assert lines(out.data, "VALVES") == [["V", "V", "V_d", "100", "PRV", "30", "0"]]
    assert lines(out.data, "PIPES")[2][1] == "V_d"


def test_parts_without_source_are_left_out_aloud():
    pipes, nodes = drawn()
    far = shapely.LineString([(500_000, 2_500_000), (500_100, 2_500_000)])
    pipes.loc[2, "geom"] = far
    out = exported(pipes, nodes)
    assert [line[0] for line in lines(out.data, "PIPES")] == ["A", "B"]
    assert any("since no path leads to a source: 1 pipe, such as C" in note for note in out.notes)


def test_without_source_there_is_no_file():
    pipes, nodes = drawn()
    with pytest.raises(InputError, match="EPANET needs a source"):
        exported(pipes, nodes[nodes["node_id"] != "S"])


LONELY = {"node_id": "R", "kind": "reservoir", "ground_m": 30.0, "geom": shapely.Point(400_900, 2_500_900)}


def test_a_source_without_a_pipe_is_left_out_by_name():
    out = exported(*drawn([LONELY]))
    assert "Left out, since no pipe in use ends there: 1 source (R)." in out.notes
    assert not any("no pipe ends there" in note for note in out.notes)
    assert {"S", "R"} & set(read(out.data).nodes) == {"S"}
    alone = drawn([LONELY])
    with pytest.raises(InputError, match="No pipe has a path to a source"):
        exported(alone[0], alone[1][alone[1]["node_id"] != "S"].reset_index(drop=True))


def test_without_pipes_there_is_no_file():
    pipes, nodes = drawn()
    with pytest.raises(InputError, match="no pipes in use"):
        exported(pipes.iloc[:0], nodes)


def test_the_order_of_rows_does_not_matter():
    pipes, nodes = drawn()
    one = read(exported(pipes, nodes).data)
    other = read(exported(pipes.iloc[::-1].reset_index(drop=True), nodes).data)
    assert one.links.keys() == other.links.keys()
    assert {id_: link.diameter_mm for id_, link in one.links.items()} == {
        id_: link.diameter_mm for id_, link in other.links.items()
    }


def test_a_node_that_lost_its_last_pipe_is_left_out_aloud():
    town = imported()
    town.remove("P6", "J6.1", "J6.2", "J6-tcv")
    out = town.export()
    assert "J6" not in read(out.data).nodes
    assert "Left out, since no pipe ends there: 1 node, such as J6." in out.notes


def test_a_network_that_lost_its_last_source_is_no_file():
    town = imported()
    town.remove("R1", "T1", "1", "1.1", "1.2", "P5")
    with pytest.raises(InputError, match="EPANET needs a source"):
        town.export()


def test_nothing_controls_what_became_a_check_valve():
    town = imported()
    town.set("pipes", "P2", initial_status="check_valve")
    assert lines(town.export().data, "CONTROLS") == []
