"""Rows far from all others are found, and the extent of the network does without them."""

from __future__ import annotations

import numpy as np
import pytest

from waternet_plugin.core.network.model.strays import bulk_box, find_strays

KM = 1000.0


def town(count: int, at: tuple[float, float] = (500 * KM, 3400 * KM), width: float = 3 * KM) -> np.ndarray:
    """Boxes of short pipes spread over a square, the same each time."""
    rng = np.random.default_rng(7)
    low = np.asarray(at) + rng.uniform(0, width, (count, 2))
    return np.hstack([low, low + rng.uniform(1, 60, (count, 2))])


def far_row(east_km: float, north_km: float) -> np.ndarray:
    return town(1, (500 * KM + east_km * KM, 3400 * KM + north_km * KM), 1.0)


def test_one_row_far_away_strays_and_the_bulk_is_the_town():
    boxes = np.vstack([town(300), far_row(400, 0), town(365)])
    found = find_strays(boxes)
    assert np.flatnonzero(found.rows).tolist() == [300]
    assert found.distance_m[300] == pytest.approx(397 * KM, abs=4 * KM)
    assert found.bulk is not None
    assert found.bulk[2] - found.bulk[0] < 3.2 * KM
    assert bulk_box(boxes) == found.bulk


@pytest.mark.parametrize("apart_km", [10, 30, 45, 200])
def test_two_towns_are_no_strays(apart_km):
    boxes = np.vstack([town(500), town(60, (500 * KM + apart_km * KM, 3400 * KM))])
    found = find_strays(boxes)
    assert not found.rows.any()
    assert found.bulk is not None
    assert found.bulk[2] - found.bulk[0] > apart_km * KM


@pytest.mark.parametrize("rows", [1, 5, 15])
def test_a_hamlet_nearby_is_no_stray(rows):
    boxes = np.vstack([town(500), town(rows, (530 * KM, 3400 * KM))])
    assert not find_strays(boxes).rows.any()


def test_rows_with_exchanged_axes_stray_together():
    boxes = town(666)
    boxes[10:14] = boxes[10:14][:, [1, 0, 3, 2]]
    found = find_strays(boxes)
    assert np.flatnonzero(found.rows).tolist() == [10, 11, 12, 13]
    assert (found.distance_m[10:14] > 3000 * KM).all()


def test_many_exchanged_rows_stray_too_but_not_half_of_them():
    boxes = town(600)
    boxes[:120] = boxes[:120][:, [1, 0, 3, 2]]
    assert find_strays(boxes).count == 120
    boxes[120:300] = boxes[120:300][:, [1, 0, 3, 2]]
    assert find_strays(boxes).count == 0


@pytest.mark.parametrize(("others", "strays"), [(1, 0), (2, 0), (3, 0), (4, 1), (9, 1)])
def test_of_few_rows_one_strays_only_where_the_others_agree(others, strays):
    assert find_strays(np.vstack([town(others), far_row(400, 300)])).count == strays


def test_villages_all_over_a_province_are_no_strays():
    parts = [
        town(10, (500 * KM + 90 * KM * column, 3400 * KM + 90 * KM * row))
        for column in range(6)
        for row in range(6)
    ]
    assert not find_strays(np.vstack(parts)).rows.any()


def test_a_wide_county_takes_more_than_a_town_to_stray_from():
    wide = np.vstack([town(200, (500 * KM + 15 * KM * step, 3400 * KM)) for step in range(8)])
    assert not find_strays(np.vstack([wide, far_row(190, 0)])).rows.any()
    assert find_strays(np.vstack([wide, far_row(900, 0)])).count == 1


def test_a_line_with_one_wrong_vertex_strays():
    boxes = town(100)
    boxes[5, 2] += 400 * KM
    assert np.flatnonzero(find_strays(boxes).rows).tolist() == [5]


def test_the_order_of_rows_does_not_matter():
    boxes = np.vstack([town(300), far_row(400, 0), far_row(0, 900), far_row(0, 905)])
    turned = np.random.default_rng(1).permutation(len(boxes))
    assert find_strays(boxes[turned]).rows.tolist() == find_strays(boxes).rows[turned].tolist()
    assert find_strays(boxes[turned]).bulk == find_strays(boxes).bulk


def test_rows_without_a_place_and_nonsense_do_no_harm():
    boxes = np.vstack([town(50), np.full((2, 4), np.nan), np.full((1, 4), 1e300)])
    found = find_strays(boxes)
    assert np.flatnonzero(found.rows).tolist() == [52]
    assert np.isnan(found.distance_m[50:52]).all()
    assert find_strays(np.empty((0, 4))).bulk is None
    assert bulk_box(np.full((3, 4), np.nan)) is None


def test_one_point_alone_is_the_bulk():
    assert bulk_box(np.array([[5.0, 6.0, 5.0, 6.0]])) == (5.0, 6.0, 5.0, 6.0)
