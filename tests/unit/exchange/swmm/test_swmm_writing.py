"""A network that came from SWMM goes back as it was, but for what has changed on the map."""

from __future__ import annotations

import math

import geopandas as gpd
import numpy as np
import pytest
import shapely
from support.swmm_files import DRAINS, exported_drains, read_swmm, swmm_town

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.exchange.swmm.writing.changed_text import with_swmm_words
from waternet_plugin.core.exchange.swmm.writing.swmm_areas import storm_mm_h
from waternet_plugin.core.schema.settings import Settings

CRS = "EPSG:4547"


def words(data: bytes) -> list[str]:
    return data.decode("utf-8").split()


def lines(data: bytes, section: str) -> dict[str, list[str]]:
    """Return the words of the lines of a section by their first word."""
    text = read_swmm(data).text
    return {row[0]: row[1:] for _number, row in text.rows(section)}


def test_an_unchanged_network_gives_the_file_back_word_by_word():
    exported = swmm_town().export()
    assert words(exported.data) == words(DRAINS.replace("LIMITED  NO", "LIMITED  SLOPE").encode())
    assert exported.notes == ("NORMAL_FLOW_LIMITED NO is written SLOPE, as today’s SWMM calls it.",)
    # Comments and blank lines, too.
    assert (
        exported.data.decode().replace("\r\n", "\n").rstrip()
        == DRAINS.replace("LIMITED  NO", "LIMITED  SLOPE").rstrip()
    )


def test_what_was_changed_on_the_map_is_rewritten_and_nothing_else():
    drains = swmm_town()
    drains.set("pipes", "C1", diameter_mm=600.0, length_m=120.0, invert_start_m=10.25)
    drains.set("pipes", "C2", width_mm=1500.0)
    drains.set("nodes", "O1", geom=shapely.Point(1260, 2000))
    exported = drains.export()
    assert lines(exported.data, "CONDUITS")["C1"] == ["J1", "J2", "120", "0.013", "0.25", "*"]
    assert lines(exported.data, "XSECTIONS")["C1"][:2] == ["CIRCULAR", "0.6"]
    assert lines(exported.data, "XSECTIONS")["C2"][:3] == ["RECT_CLOSED", "0.8", "1.5"]
    assert lines(exported.data, "COORDINATES")["O1"] == ["1260", "2000"]
    before, after = words(DRAINS.encode()), words(exported.data)
    assert len(before) == len(after)
    assert exported.notes[0].startswith("Rewritten, since the map has changed: 3 elements")


def test_a_lower_bottom_keeps_the_levels_of_the_pipes():
    drains = swmm_town()
    drains.set("nodes", "Old well", depth_m=3.0)
    exported = drains.export()
    assert lines(exported.data, "JUNCTIONS")["Old well"][:2] == ["8.5", "3"]
    links = read_swmm(exported.data).links.set_index("link_id")
    before = read_swmm(DRAINS).links.set_index("link_id")
    columns = ["invert_start_m", "invert_end_m"]
    np.testing.assert_allclose(links[columns].to_numpy(), before.loc[links.index, columns].to_numpy())


def test_what_is_gone_takes_along_the_lines_that_name_it_and_they_are_named():
    drains = swmm_town()
    drains.remove("C1", "J1", "P1")
    exported = drains.export()
    text = exported.data.decode()
    for section, id_ in (("JUNCTIONS", "J1"), ("CONDUITS", "C1"), ("XSECTIONS", "C1"), ("LOSSES", "C1"),
                         ("VERTICES", "C1"), ("COORDINATES", "J1"), ("PUMPS", "P1"), ("SUBCATCHMENTS", "S1"),
                         ("SUBCATCHMENTS", "S2"), ("SUBAREAS", "S2"), ("INFILTRATION", "S1")):  # fmt: skip
        assert id_ not in lines(exported.data, section), section
    assert "RULE A" not in text and "RULE B" not in text
    assert "NODES J2" in text
    assert "S3" in lines(exported.data, "SUBCATCHMENTS")
    assert any("[SUBCATCHMENTS]" in note for note in exported.notes)
    assert any("no longer on the map: 3 elements" in note for note in exported.notes)
    read_swmm(exported.data)


def test_a_new_pipe_and_manhole_get_lines_of_their_own():
    drains = swmm_town()
    drains.add("nodes", node_id="新井 1", kind="manhole", ground_m=13.0, depth_m=2.5,
               geom=shapely.Point(900, 2000))  # fmt: skip
    drains.add("pipes", pipe_id="N1", from_node="新井 1", to_node="J1", diameter_mm=400.0, material="pvc",
               length_m=100.0, invert_start_m=10.6, invert_end_m=10.3,
               geom=shapely.LineString([(900, 2000), (950, 1990), (1000, 2000)]))  # fmt: skip
    exported = drains.export()
    assert lines(exported.data, "JUNCTIONS")["新井_1"] == ["10.5", "2.5"]
    assert lines(exported.data, "CONDUITS")["N1"] == ["新井_1", "J1", "100", "0.011", "0.1", "0.3"]
    assert lines(exported.data, "XSECTIONS")["N1"][:2] == ["CIRCULAR", "0.4"]
    assert lines(exported.data, "VERTICES")["N1"] == ["950", "1990"]
    assert any("no subcatchment" in note for note in exported.notes)


@pytest.mark.slow
def test_what_ends_below_the_bottom_of_its_node_is_named() -> None:
    drains = swmm_town()
    drains.set("pipes", "C2", invert_end_m=8.5)
    drains.add("pipes", pipe_id="N1", from_node="J1", to_node="J2", diameter_mm=400.0, length_m=100.0,
               invert_start_m=9.0, invert_end_m=9.6,
               geom=shapely.LineString([(1000, 2000), (1100, 2000)]))  # fmt: skip
    exported = drains.export()
    assert lines(exported.data, "CONDUITS")["C2"][5] == "0"
    assert any("since they end below it: 2 pipes, such as C2" in note for note in exported.notes)
    assert not any("below it" in note for note in swmm_town().export().notes)


def street(*levels: float) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return manholes 100 m apart with bottoms at these levels, 2 m below the ground, the last an outfall."""
    count = len(levels)
    ids = [f"M{number}" for number in range(count)]
    ground = [level + 2.0 for level in levels]
    nodes = gpd.GeoDataFrame(
        {"node_id": ids, "kind": ["manhole"] * (count - 1) + ["outfall"], "system": "storm",
         "status": "in_use",
         "ground_m": ground, "depth_m": [2.0 if level == level else math.nan for level in levels]},
        geometry=gpd.points_from_xy([500_000 + 100 * row for row in range(count)], [3_400_000] * count),
        crs=CRS,
    ).rename_geometry("geom")  # fmt: skip
    shapes = [
        shapely.LineString([(500_000 + 100 * row, 3_400_000), (500_100 + 100 * row, 3_400_000)])
        for row in range(count - 1)
    ]
    empty = [math.nan] * (count - 1)
    numbers = dict.fromkeys(
        [
            "width_mm",
            "height_mm",
            "length_m",
            "invert_start_m",
            "invert_end_m",
            "depth_start_m",
            "depth_end_m",
        ],
        empty,
    )
    pipes = gpd.GeoDataFrame(
        {"pipe_id": [f"P{row}" for row in range(count - 1)], "system": "storm", "function": None,
         "material": "concrete", "status": "in_use", "from_node": ids[:-1], "to_node": ids[1:], "flow": None,
         "diameter_mm": 500.0, **numbers},
        geometry=shapes, crs=CRS,
    ).rename_geometry("geom")  # fmt: skip
    return pipes, nodes


def test_a_street_that_was_never_a_file_becomes_one():
    exported = exported_drains(*street(10.0, 9.5, 9.0), imported=None)
    model = read_swmm(exported.data)
    assert (model.count("JUNCTIONS"), model.count("OUTFALLS"), model.count("CONDUITS")) == (2, 1, 2)
    assert model.links["length_m"].tolist() == [100.0, 100.0]
    assert model.units.flow == "LPS"


def test_pipes_run_down_whatever_way_they_were_drawn():
    pipes, nodes = street(10.0, 9.5, 9.0)
    pipes.loc[0, ["from_node", "to_node"]] = ["M1", "M0"]
    pipes.loc[0, "geom"] = shapely.reverse(pipes.geometry[0])
    pipes[["invert_start_m", "invert_end_m"]] = [[9.5, 10.0], [9.5, 9.0]]
    model = read_swmm(exported_drains(pipes, nodes, imported=None).data)
    assert model.links[["from_node", "to_node"]].to_numpy().tolist() == [["M0", "M1"], ["M1", "M2"]]


def test_what_has_no_level_is_left_out_and_listed_or_filled_on_request():
    pipes, nodes = street(10.0, math.nan, math.nan, 9.4)
    exported = exported_drains(*street(10.0, 9.8, math.nan, 9.4), imported=None)
    assert exported.left_out == ("M2", "P1", "P2")
    assert any("no level is known: 3" in note for note in exported.notes)
    filled = exported_drains(pipes, nodes, imported=None, fill_inverts=True)
    assert filled.filled == ("M1", "M2")
    levels = read_swmm(filled.data).nodes.set_index("node_id")["invert_m"]
    # On a straight line between the known ones.
    assert levels[["M1", "M2"]].tolist() == pytest.approx([9.8, 9.6])
    assert "Node\tM1\testimated" in filled.data.decode()
    nodes["depth_m"] = math.nan
    with pytest.raises(InputError, match="FILL_INVERTS"):
        exported_drains(pipes, nodes, imported=None)


def test_several_pipes_to_one_outfall_reach_it_by_a_short_one():
    pipes, nodes = street(10.0, 9.5, 9.0)
    pipes.loc[0, "to_node"] = "M2"
    exported = exported_drains(pipes, nodes, imported=None)
    model = read_swmm(exported.data)
    outfall = model.nodes.loc[model.nodes["section"] == "OUTFALLS", "node_id"].item()
    assert (model.links["to_node"] == outfall).sum() == 1


def test_a_model_without_an_outfall_is_told():
    pipes, nodes = street(10.0, 9.5, 9.0)
    nodes["kind"] = "manhole"
    assert any("no outfall" in note for note in exported_drains(pipes, nodes, imported=None).notes)


def test_the_storm_has_the_depth_of_its_formula_and_one_peak():
    settings = Settings()
    intensity, step_min = storm_mm_h(settings)
    length, years = 120.0, 3.0
    depth = 8.701 * (1 + 0.594 * math.log10(years)) * length / (length + 11.13) ** 0.555
    assert float(intensity.sum()) * step_min / 60 == pytest.approx(depth)
    peak = int(np.argmax(intensity))
    assert peak * step_min <= 0.4 * length <= (peak + 1) * step_min
    assert (np.diff(intensity[: peak + 1]) > 0).all() and (np.diff(intensity[peak:]) < 0).all()


@pytest.mark.parametrize(
    ("line", "exchanged", "expected"),
    [
        ('  "a b"  1  2 ; c', {0: '"x y"', 2: "7"}, '  "x y"  1  7 ; c'),
        ("a 1", {3: "9"}, "a 1 0 9 "),
        ("a 1 ;c", {2: "9"}, "a 1 9 ;c"),
    ],
)
def test_words_of_a_line_are_exchanged_in_place(line: str, exchanged: dict[int, str], expected: str):
    assert with_swmm_words(line, exchanged) == expected
