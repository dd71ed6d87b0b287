"""Shapes packed straight from the bytes of a stream are those that shapely reads, however odd they are."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from waternet_plugin.core.shapes.packed_shapes import PackedShapes
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.store.geopackage import blobs
from waternet_plugin.store.geopackage.reading import packed_wkb

pa = pytest.importorskip("pyarrow")

FLAT, HIGH = shapely.from_wkt(["LINESTRING (0 0, 3 4, 5 5)", "LINESTRING Z (1 1 7, 2 2 8, 3 1 9, 3 2 9)"])
LINES = to_wkb(np.array([FLAT, FLAT, HIGH, None, FLAT, HIGH], dtype=object)).tolist()
POINTS = to_wkb(
    np.array([*shapely.from_wkt(["POINT (1 2)", "POINT Z (3 4 5)"]), None], dtype=object)
).tolist()
ODD = {
    "nothing": [None, None],
    "no rows": [],
    "a polygon": [*LINES, shapely.to_wkb(shapely.box(0, 0, 1, 1))],
    "a point among lines": [*LINES, *POINTS],
    "several lines": [*LINES, shapely.to_wkb(shapely.from_wkt("MULTILINESTRING ((0 0, 1 1), (2 2, 3 3))"))],
    "an empty line": [*LINES, shapely.to_wkb(shapely.from_wkt("LINESTRING EMPTY"))],
    "bytes that are none": [*LINES, b"\x01\x02\x00\x00\x00\x03\x00\x00\x00" + bytes(20)],
    "few bytes": [*LINES, b"\x01\x02"],
    "big endian": [*LINES, shapely.to_wkb(FLAT, byte_order=0)],
    "another way to write heights": [*LINES, shapely.to_wkb(HIGH, flavor="extended")],
    "a place that can't be": [*LINES, to_wkb(shapely.linestrings([[0, 0], [2e9, 0]]))],
    "no place": [*LINES, to_wkb(shapely.linestrings([[0, 0], [np.nan, 0]]))],
    "a height that can't be": [*LINES, to_wkb(shapely.linestrings([[0, 0, 1], [1, 1, 3e9]]))],
    "a height that is unknown": [*LINES, to_wkb(shapely.linestrings([[0, 0, 1], [1, 1, np.nan]]))],
    "an empty point": [*POINTS, shapely.to_wkb(shapely.from_wkt("POINT EMPTY"))],
}


def assert_equal(packed: PackedShapes, wkb: list[bytes | None]) -> None:
    expected = blobs.shapes_of_wkb(wkb)
    assert to_wkb(packed[:]).tolist() == to_wkb(expected).tolist()
    assert len(packed) == len(wkb)
    np.testing.assert_array_equal(packed.vertices, shapely.get_coordinates(expected, include_z=True))
    np.testing.assert_array_equal(packed.is_missing, shapely.is_missing(expected))


@pytest.mark.parametrize("wkb", [LINES, LINES[:2], LINES[2:3], LINES[3:5], POINTS, POINTS[:1], POINTS[1:]])
@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary()])
def test_points_and_lines_are_read_without_shapes(monkeypatch, wkb, kind):
    column = pa.array([b"before", *wkb, b"behind"], kind)[1 : len(wkb) + 1]
    with monkeypatch.context() as patch:
        patch.setattr(blobs, "shapes_of_wkb", None)
        packed = packed_wkb.packed_shapes(column)
    assert_equal(packed, wkb)


@pytest.mark.parametrize("case", ODD)
def test_odd_shapes_are_read_as_shapely_reads_them(case):
    assert_equal(packed_wkb.packed_shapes(pa.array(ODD[case], pa.binary())), ODD[case])


def test_other_streams_give_objects():
    assert_equal(packed_wkb.packed_shapes(np.array(LINES, dtype=object)), LINES)
