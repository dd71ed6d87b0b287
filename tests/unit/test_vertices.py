"""Heights of lines whose first one is unknown: nothing on the way loses the others."""

from __future__ import annotations

import numpy as np
import shapely

from waternet_plugin.core.editing.row_edits import is_same, is_unknown
from waternet_plugin.core.editing.row_json import row_of, row_text
from waternet_plugin.core.shapes.wkb import to_wkb
from waternet_plugin.core.vertices import knows_heights, line_of, vertices_between, xyz

_HEIGHTS = [np.nan, 5.0, 6.0]
_LINE = shapely.linestrings(np.column_stack([[0.0, 1.0, 2.0], [0.0, 0.0, 0.0], _HEIGHTS]))


def _heights(shape: shapely.Geometry) -> np.ndarray:
    return xyz(shape)[:, 2]


def test_a_line_whose_first_height_is_unknown_is_written_with_the_others() -> None:
    several = shapely.multilinestrings([_LINE, _LINE])
    np.testing.assert_array_equal(_heights(shapely.from_wkb(to_wkb(_LINE))), _HEIGHTS)
    np.testing.assert_array_equal(_heights(shapely.from_wkb(to_wkb(several))), _HEIGHTS * 2)
    written = to_wkb(np.array([None, _LINE, shapely.Point(1, 2, 3), shapely.Point(1, 2)], dtype=object))
    assert written[0] is None
    np.testing.assert_array_equal(_heights(shapely.from_wkb(written[1])), _HEIGHTS)
    assert [len(one) for one in written[2:]] == [29, 21]


def test_such_a_line_comes_back_from_text_and_differs_from_one_at_other_heights() -> None:
    assert not is_unknown(_LINE)
    again = row_of(row_text({"geom": _LINE}))
    assert again is not None
    np.testing.assert_array_equal(_heights(again["geom"]), _HEIGHTS)
    vertices = xyz(_LINE).copy()
    vertices[2, 2] = 7.0
    assert is_same(_LINE, again["geom"])
    assert not is_same(_LINE, line_of(vertices))


def test_a_part_of_such_a_line_keeps_what_is_known() -> None:
    assert knows_heights(_LINE)
    part = vertices_between(xyz(_LINE), 0.5, 1.5)
    np.testing.assert_array_equal(part[:, 2], [np.nan, 5.0, 5.5])
