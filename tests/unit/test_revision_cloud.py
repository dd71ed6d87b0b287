"""Clouds around changes on paper: bows of one width, outwards, inside the frame."""

import numpy as np
import pytest
import shapely

from waternet_plugin.core.printing.revision_cloud import BOW_MM, clouds_of

WIDE, HIGH = 315.0, 250.0


def test_a_cloud_encloses_what_changed_in_bows_of_six_millimetres():
    line = shapely.LineString([(50, 50), (120, 80)])
    (cloud,) = clouds_of([line], WIDE, HIGH)
    area = shapely.Polygon(cloud)
    assert area.is_valid and area.contains(line)
    assert shapely.hausdorff_distance(area, line) < 8.0
    # Eight points a bow.
    starts = shapely.get_coordinates(cloud)[::8]
    chords = np.hypot(*np.diff(starts, axis=0).T)
    assert chords == pytest.approx(BOW_MM, abs=1.1)


def test_bows_stand_outwards():
    (cloud,) = clouds_of([shapely.box(100, 100, 140, 140)], WIDE, HIGH)
    starts = shapely.Polygon(shapely.get_coordinates(cloud)[::8])
    assert shapely.Polygon(cloud).area > starts.area * 1.05


def test_changes_beside_each_other_share_a_cloud():
    near = [shapely.Point(50, 50), shapely.Point(53, 50)]
    assert len(clouds_of(near, WIDE, HIGH)) == 1
    assert len(clouds_of([*near, shapely.Point(200, 50)], WIDE, HIGH)) == 2


def test_no_bow_leaves_the_frame_and_what_is_outside_has_none():
    shapes = [shapely.LineString([(-50, 10), (400, 10)]), shapely.Point(0, 249), shapely.Point(500, 500)]
    clouds = clouds_of(shapes, WIDE, HIGH)
    assert len(clouds) == 2
    assert all(shapely.box(0, 0, WIDE, HIGH).covers(cloud) for cloud in clouds)
    assert clouds_of([], WIDE, HIGH) == []
    assert clouds_of([shapely.Point(-9, -9)], WIDE, HIGH) == []
