"""Series of sheets: what is on each, strips along pipes, one sheet a unit, and what is refused."""

import re
import sys

import numpy as np
import pandas as pd
import pytest
import shapely
from support.printed_sheets import read_sheets
from support.slow_cases import a_few_quick

from waternet_plugin.atlas.sheets.frames import sheet_frame
from waternet_plugin.atlas.sheets.series_basis import SeriesBasis
from waternet_plugin.atlas.sheets.sheet_pieces import node_counts
from waternet_plugin.atlas.sheets.sheet_request import SheetRequest
from waternet_plugin.atlas.sheets.sheet_series import sheets_of, with_sheets
from waternet_plugin.atlas.sheets.sheets import Grid, strays_of
from waternet_plugin.atlas.sheets.strips import chains_of, strips_of
from waternet_plugin.core.errors import InputError

WEST, SOUTH = 501_000.0, 2_513_000.0


def pipes_of(shapes, **columns):
    """Pipes of a network, of unknown ends."""
    frame = pd.DataFrame({"pipe_id": [f"P{number}" for number in range(1, len(shapes) + 1)]})
    for name in ("function", "status", "street", "from_node", "to_node"):
        frame[name] = columns.get(name, [None] * len(shapes))
    shapes = np.array(shapes, dtype=object)
    frame["length_m"] = columns.get("length_m", shapely.length(shapes))
    return frame.assign(geom=pd.Series(shapes, dtype=object))


def basis_of(pipes, nodes=()):
    """The basis of sheets of these pipes."""
    strays = strays_of(pipes["geom"].to_numpy())
    return SeriesBasis(pipes, np.array(nodes, dtype=object), frozenset(), 0.0, strays)


def line(*points):
    return shapely.LineString([(WEST + x, SOUTH + y) for x, y in points])


class Units:
    """A network of which only the units are read."""

    def __init__(self, **tables):
        self._tables = tables

    def read(self, table, _columns=None, **_rest):
        return self._tables[table]

    def facts(self):
        return {}


def random_basis(count, seed=5):
    random = np.random.default_rng(seed)
    start = np.array([WEST, SOUTH]) + random.uniform(0, 4000, (count, 2))
    shapes = shapely.linestrings(np.stack([start, start + random.normal(0, 150, (count, 2))], axis=1))
    pipes = pipes_of(
        shapes,
        length_m=random.uniform(1, 400, count),
        function=random.choice(["main", "connector", None], count),
        status=random.choice(["in_use", "removed", "planned"], count),
    )
    return basis_of(pipes, shapely.points(start))


PAPERS = [(paper, scale) for paper in ("50x50", "40x50") for scale in (500, 1000, 2000, 5000)]


@pytest.mark.parametrize(
    ("paper", "scale"),
    a_few_quick([*PAPERS, ("A3", 1000), ("A4", 5000), ("A0", 500)], 1, is_tuple_one_value=False),
)
def test_sums_of_a_grid_are_those_of_the_network(paper, scale):
    basis = random_basis(300)
    index = sheets_of(basis, SheetRequest(scale, paper)).index
    pipes = basis.pipes
    counted = pipes[(pipes["function"] != "connector") & (pipes["status"] != "removed") & ~basis.strays]
    assert index["length_m"].sum() == pytest.approx(counted["length_m"].sum(), abs=0.01)
    assert index["node_count"].sum() == len(basis.nodes)
    assert index["page"].tolist() == list(range(1, len(index) + 1))


@pytest.mark.parametrize(
    ("paper", "scale"), a_few_quick([*PAPERS, ("A3", 1000), ("A4", 500)], 1, is_tuple_one_value=False)
)
def test_counts_and_neighbours_are_those_of_a_search_by_polygons(paper, scale):
    basis = random_basis(200, seed=9)
    index = sheets_of(basis, SheetRequest(scale, paper)).index
    pipes = basis.pipes[(basis.pipes["function"] != "connector") & (basis.pipes["status"] != "removed")]
    tree = shapely.STRtree(index["geom"].to_numpy())
    _line, sheet = tree.query(pipes["geom"].to_numpy(), predicate="crosses")
    _inside, within = tree.query(pipes["geom"].to_numpy(), predicate="within")
    expected = np.bincount([*sheet, *within], minlength=len(index))
    assert index["pipe_count"].tolist() == expected.tolist()
    # A neighbour's middle is one sheet away in that direction.
    middles = shapely.centroid(index["geom"].to_numpy())
    width, height = (side * scale / 1000 for side in sheet_frame(paper, scale))
    steps = [(-1, 1), (0, 1), (1, 1), (-1, 0), (1, 0), (-1, -1), (0, -1), (1, -1)]
    for text, middle in zip(index["neighbours"], middles):
        for number, (right, up) in zip(text.split(";"), steps):
            point = shapely.Point(middle.x + right * width, middle.y + up * height)
            there = index["sheet_no"].to_numpy()[tree.query(point, predicate="intersects")]
            assert [number] == (there.tolist() or [""])


def test_every_pipe_but_strays_lies_on_a_sheet():
    shapes = [line((x * 90, 40), (x * 90 + 80, 60)) for x in range(40)]
    far = shapely.LineString([(WEST + 9e5, SOUTH + 9e5), (WEST + 9e5 + 10, SOUTH + 9e5)])
    made = sheets_of(basis_of(pipes_of([*shapes, far])), SheetRequest())
    assert set(made.pieces["line"]) == set(range(40))
    assert (made.strays, made.left_out.strays_m) == (1, 10.0)
    # An area that holds it gives it its sheet.
    request = SheetRequest(area=far.buffer(30))
    assert sheets_of(basis_of(pipes_of([*shapes, far])), request).strays == 0


def test_neighbours_of_an_area_are_named_though_they_are_not_printed():
    basis = basis_of(pipes_of([line((0, 10), (1000, 10))]))
    made = sheets_of(basis, SheetRequest(area=line((500, 0), (510, 20))))
    assert made.index[["sheet_no", "neighbours"]].to_numpy().tolist() == [
        ["2513.0-501.4", ";;;2513.0-501.1;2513.0-501.7;;;"]
    ]


def test_connectors_and_removed_pipes_are_told_and_not_counted():
    shapes = [line((0, 50), (100, 50)), line((0, 60), (15, 60)), line((0, 70), (40, 70))]
    pipes = pipes_of(shapes, function=["main", "connector", "main"], status=["in_use", "in_use", "removed"])
    made = sheets_of(basis_of(pipes), SheetRequest(paper="A0"))
    assert made.index[["pipe_count", "length_m"]].to_numpy().tolist() == [[1, 100.0]]
    told = made.left_out
    assert (told.connectors, told.connectors_m, told.removed, told.removed_m) == (1, 15.0, 1, 40.0)


def test_a_node_on_the_last_border_counts_on_the_sheet_before_it():
    grid = Grid(100, 100, 1)
    index = pd.DataFrame({"row": [0, 1], "col": [0, 0], "geom": [None, None]})
    points = shapely.points([(100, 50), (50, 100), (100, 200), (0, 0), (250, 50)])
    assert node_counts(points, index, grid).tolist() == [2, 2]


@pytest.mark.parametrize("scale", [200, 250, 10_000, 750])
@pytest.mark.parametrize("paper", ["50x50", "40x50"])
def test_standard_sheets_have_four_scales(paper, scale):
    with pytest.raises(InputError, match="1:500, 1:1000, 1:2000, 1:5000"):
        read_sheets(None, SheetRequest(scale, paper), random_basis(3))


def test_both_standard_sheets_are_square_at_1_to_5000():
    assert sheet_frame("50x50", 5000) == sheet_frame("40x50", 5000) == (400, 400)
    assert sheet_frame("40x50", 1000) == (500, 400)


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (SheetRequest(0), "not for a grid"),
        (SheetRequest(paper="A9"), "40x50"),
        (SheetRequest(series="strip"), "name the pipes"),
        (SheetRequest(series="strip", subject=("P1", "no")), "no pipe no"),
        (SheetRequest(subject=("no",)), "no pipe no"),
    ],
)
def test_what_no_sheets_can_be_cut_by_is_refused(request_, sentence):
    with pytest.raises(InputError, match=re.escape(sentence)):
        read_sheets(None, request_, random_basis(3))


def test_pipes_as_subject_of_a_grid_choose_its_sheets():
    pipes = pipes_of([line((10, 10), (400, 10)), line((900, 10), (950, 10))])
    made = sheets_of(basis_of(pipes), SheetRequest(subject=("P2",)))
    assert set(made.pieces["line"]) == {1}
    network = sheets_of(basis_of(pipes))
    assert set(made.index["sheet_no"]) < set(network.index["sheet_no"])


# Strips.


def test_straight_strips_overlap_by_ten_millimetres_and_know_their_neighbours():
    pipes = pipes_of([line((0, 0), (300, 300)), line((700, 700), (300, 300))])
    made = sheets_of(basis_of(pipes), SheetRequest(series="strip", subject=("P2", "P1")))
    index = made.index
    assert index["sheet_no"].tolist() == ["S01", "S02", "S03", "S04"]
    assert index["neighbours"].tolist() == [";;;;S02;;;", ";;;S01;S03;;;", ";;;S02;S04;;;", ";;;S03;;;;"]
    assert index["angle_deg"].to_numpy() == pytest.approx(np.full(4, 45.0))
    common = shapely.intersection(index["geom"][0], index["geom"][1])
    assert common.area == pytest.approx(10.0 * 250.0, rel=1e-6)
    # The chain is whole on them, and each has the frame's size.
    assert (
        shapely.union_all(index["geom"].to_numpy())
        .buffer(1e-6)
        .contains(shapely.union_all(pipes["geom"].to_numpy()))
    )
    assert shapely.area(index["geom"].to_numpy()) == pytest.approx(np.full(4, 315.0 * 250.0))


def test_a_winding_chain_stays_on_its_strips():
    along = np.linspace(0, 3000, 400)
    chain = shapely.linestrings(np.column_stack([along, 300 * np.sin(along / 200)]))
    strips = strips_of([chain], "A3", 1000)
    assert len(strips) > 8
    union = shapely.union_all([strip.polygon for strip in strips]).buffer(1e-6)
    assert union.contains(chain)
    for strip in strips:
        west, east = shapely.get_coordinates(strip.polygon)[:2]
        assert np.degrees(np.arctan2(*(east - west)[::-1])) == pytest.approx(strip.angle_deg)


def test_pipes_that_meet_at_a_node_are_one_chain_though_their_ends_differ():
    pipes = pipes_of(
        [line((0, 0), (50, 0)), line((50.004, 0.002), (90, 0))], from_node=["A", "B"], to_node=["B", "C"]
    )
    assert len(chains_of(pipes)) == 1


def test_a_branch_is_a_chain_of_its_own():
    pipes = pipes_of([line((0, 0), (50, 0)), line((50, 0), (90, 0)), line((50, 0), (50, 40))])
    strips = sheets_of(basis_of(pipes), SheetRequest(series="strip", subject=("P1", "P2", "P3"))).index
    assert strips["sheet_no"].tolist() == ["S01", "S02", "S03"]
    assert set(strips["neighbours"]) == {";;;;;;;"}


def test_a_strip_of_scale_0_shows_its_chain_on_one_sheet():
    pipes = pipes_of([line((0, 0), (560, 0))])
    index = sheets_of(basis_of(pipes), SheetRequest(0, series="strip", subject=("P1",))).index
    assert index[["sheet_no", "scale"]].to_numpy().tolist() == [["S01", 2000.0]]


# Units.


def compounds(**boxes):
    shapes = [None if box is None else shapely.box(*box) for box in boxes.values()]
    frame = pd.DataFrame({"compound_id": list(boxes), "geom": pd.Series(shapes, dtype=object)})
    return Units(compound=frame)


def test_each_compound_has_one_sheet_with_it_in_the_middle():
    network = compounds(C2=(0, 0, 60, 40), C1=(100, 0, 400, 240), C3=None, C4=(5000, 5000, 5010, 5010))
    basis = basis_of(pipes_of([shapely.LineString([(10, 10), (300, 10)])]))
    made = read_sheets(network, SheetRequest(0, series="compound"), basis)
    assert made.index[["sheet_no", "scale", "angle_deg"]].to_numpy().tolist() == [
        ["C1", 1000.0, 0.0],
        ["C2", 200.0, 0.0],
    ]
    assert made.index["geom"][1].bounds == (30 - 31.5, 20 - 25, 30 + 31.5, 20 + 25)
    assert made.notes == (
        "Without a place, so without a sheet: C3.",
        "Without pipes, so without a sheet: C4.",
    )
    # A sheet counts all on it, whichever unit it is of.
    assert made.index["length_m"][1] == pytest.approx(51.5)


def test_a_unit_too_large_for_the_scale_gets_a_smaller_one_and_is_named():
    network = compounds(C1=(0, 0, 400, 240), C2=(0, 0, 60, 40))
    basis = basis_of(pipes_of([shapely.LineString([(10, 10), (300, 10)])]))
    made = read_sheets(network, SheetRequest(1000, series="compound", subject=("C2", "C1")), basis)
    assert made.index[["sheet_no", "scale"]].to_numpy().tolist() == [["C2", 1000.0], ["C1", 2000.0]]
    assert made.notes == ("Too large for 1:1000 on A3, so at a smaller scale: C1.",)


def test_a_unit_larger_than_any_scale_still_has_its_sheet():
    network = compounds(C1=(0, 0, 40_000, 100))
    basis = basis_of(pipes_of([shapely.LineString([(10, 10), (300, 10)])]))
    index = read_sheets(network, SheetRequest(0, series="compound"), basis).index
    assert index["scale"].tolist() == [200_000.0]


@pytest.mark.parametrize(
    ("subject", "sentence"),
    [(("C9",), "no compound C9"), (("C4",), "Without pipes")],
)
def test_units_that_give_no_sheet_get_one_sentence(subject, sentence):
    network = compounds(C1=(0, 0, 10, 10), C4=(5000, 5000, 5010, 5010))
    basis = basis_of(pipes_of([shapely.LineString([(10, 10), (300, 10)])]))
    with pytest.raises(InputError, match=sentence):
        read_sheets(network, SheetRequest(series="compound", subject=subject), basis)


def test_an_area_chooses_among_units():
    network = compounds(C1=(0, 0, 10, 10), C2=(200, 0, 220, 10))
    basis = basis_of(pipes_of([shapely.LineString([(0, 5), (300, 5)])]))
    request = SheetRequest(0, series="compound", area=shapely.box(210, 0, 215, 10))
    assert read_sheets(network, request, basis).index["sheet_no"].tolist() == ["C2"]


def test_projects_are_those_of_the_newest_plan():
    shape = shapely.LineString([(0, 5), (300, 5)])
    projects = pd.DataFrame({"project_id": ["X1", "X2"], "plan_id": ["PL1", "PL2"], "geom": [shape, shape]})
    network = Units(project=projects, plan=pd.DataFrame({"plan_id": ["PL1", "PL2"]}))
    made = read_sheets(network, SheetRequest(0, series="project"), basis_of(pipes_of([shape])))
    assert made.index["sheet_no"].tolist() == ["X2"]


@pytest.mark.parametrize("seed", a_few_quick(range(5), 1))
def test_pages_are_turned_as_a_page_is_read(seed):
    # Rows from the north, each from the west; slivers at the edge are no exception.
    basis = random_basis(60, seed)
    area = shapely.box(WEST + 500, SOUTH + 500, WEST + 2500, SOUTH + 2500)
    subject = tuple(basis.pipes["pipe_id"].sample(20, random_state=seed))
    whole = sheets_of(basis)
    some = whole.index["sheet_no"].sample(9, random_state=seed)
    books = [
        whole,
        sheets_of(basis, SheetRequest(area=area)),
        sheets_of(basis, SheetRequest(subject=subject)),
        with_sheets(whole, tuple(some)),
    ]
    for made in books:
        corners = shapely.bounds(made.index["geom"].to_numpy())
        places = list(zip(-corners[:, 1], corners[:, 0]))
        assert len(places) > 5
        assert places == sorted(places)
        assert made.index["page"].tolist() == list(range(1, len(places) + 1))


def test_some_sheets_keep_their_pieces_and_are_counted_anew():
    made = sheets_of(random_basis(60))
    wanted = made.index["sheet_no"].tolist()[3:9:2]
    some = with_sheets(made, wanted)
    assert some.index["sheet_no"].tolist() == wanted
    assert some.index["page"].tolist() == [1, 2, 3]
    sums = some.pieces[some.pieces["is_counted"]].groupby("sheet")["length_m"].sum()
    expected = made.index["length_m"][[3, 5, 7]].tolist()
    assert sums.reindex(range(3), fill_value=0.0).tolist() == pytest.approx(expected)
    with pytest.raises(InputError, match="no sheet 1-1"):
        with_sheets(made, ["1-1"])


def test_the_shapes_of_a_basis_are_freed_when_it_is_let_go():
    shapes = [line((0, number), (100, number)) for number in range(30_000)]
    basis = basis_of(pipes_of(shapes), nodes=shapes[:5])
    kept = sys.getrefcount(shapes[-1])
    basis.let_go()
    left = sys.getrefcount(shapes[-1])
    assert left < kept
    assert not any(basis.nodes)
