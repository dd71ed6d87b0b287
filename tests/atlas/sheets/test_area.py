"""AREA: an extent, a compound or zone, a layer, or a sentence."""

import pyproj
import pytest
import shapely
from support.slow_cases import a_few_quick

from waternet_plugin.atlas.sheets.area import area_of
from waternet_plugin.core.errors import InputError

WEST, SOUTH = 501_165.0, 2_513_000.0


def no_layer(_text):
    return None


@pytest.mark.parametrize("text", ["", "   "])
def test_empty_is_everything(town, text):
    assert area_of(text, town, no_layer) is None


@pytest.mark.parametrize(
    "text", ["501165,501265,2513000,2513050", " 501165 , 501265, 2513000,2513050 [EPSG:4547]"]
)
def test_extent_is_west_east_south_north(town, text):
    assert area_of(text, town, no_layer).bounds == (501165.0, 2513000.0, 501265.0, 2513050.0)


@pytest.mark.slow
def test_extent_in_degrees_is_brought_into_the_network(town):
    to_degrees = pyproj.Transformer.from_crs("EPSG:4547", "EPSG:4326", always_xy=True)
    (west, east), (south, north) = to_degrees.transform([501165, 502165], [2513000, 2514000])
    found = area_of(f"{west},{east},{south},{north} [EPSG:4326]", town, no_layer)
    assert found.bounds == pytest.approx((501165, 2513000, 502165, 2514000), abs=5.0)


def test_compound_by_its_id(town):
    assert area_of("C1", town, no_layer).bounds == (WEST + 400, SOUTH + 50, WEST + 550, SOUTH + 200)


def test_layer_by_its_path(town):
    box = shapely.box(WEST, SOUTH, WEST + 10, SOUTH + 10)
    assert area_of("a.shp", town, lambda text: ([None, box], town.crs) if text == "a.shp" else None).equals(
        box
    )


def test_layer_without_a_crs_is_taken_as_the_network_has_it(town):
    box = shapely.box(WEST, SOUTH, WEST + 10, SOUTH + 10)
    assert area_of("a.csv", town, lambda _text: ([box], None)).equals(box)


def test_heights_do_not_matter(town):
    box = shapely.force_3d(shapely.box(WEST, SOUTH, WEST + 10, SOUTH + 10), 7.0)
    assert area_of("a.shp", town, lambda _text: ([box], None)).area == 100.0


def test_of_a_collection_the_polygons_count(town):
    box, point = shapely.box(WEST, SOUTH, WEST + 10, SOUTH + 10), shapely.Point(WEST, SOUTH)
    line = shapely.LineString([(WEST, SOUTH), (WEST + 99, SOUTH)])
    mixed = shapely.GeometryCollection([line, box, point])
    assert area_of("a.shp", town, lambda _text: ([mixed, line, None], None)).equals(box)


@pytest.mark.parametrize(
    ("text", "sentence"),
    a_few_quick(
        [
            ("nowhere", "neither an extent"),
            ("1,2,3", "neither an extent"),
            ("a,b,c,d", "neither an extent"),
            ("10,5,0,1", "empty extent"),
            ("0,nan,0,1", "empty extent"),
            ("1,2,3,4 [EPSG:999999]", "not known"),
            ("1e5,2e5,1e5,2e5 [EPSG:4326]", "coordinate system"),
        ],
        3,
        is_tuple_one_value=False,
    ),
)
def test_what_is_none_of_these_is_refused(town, text, sentence):
    with pytest.raises(InputError, match=sentence):
        area_of(text, town, no_layer)


@pytest.mark.parametrize(
    "shapes",
    a_few_quick(
        [
            [None, shapely.Polygon()],
            [],
            [shapely.LineString([(WEST, SOUTH), (WEST + 10, SOUTH)])],
            [shapely.MultiPoint([(WEST, SOUTH), (WEST + 10, SOUTH)])],
        ],
        1,
    ),
)
def test_a_layer_without_polygons_is_refused(town, shapes):
    with pytest.raises(InputError, match=r"CLIP has no polygons: the layer “a\.shp”"):
        area_of("a.shp", town, lambda _text: (shapes, None), "CLIP")
