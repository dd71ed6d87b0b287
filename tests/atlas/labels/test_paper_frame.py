"""Map coordinates on the paper of a map and back."""

import math

import numpy as np
import pytest
import shapely

from waternet_plugin.atlas.labels.paper_frame import PaperFrame


def test_a_metre_is_a_millimetre_at_1_1000():
    frame = PaperFrame.of_bounds((500_000.0, 2_513_000.0, 500_315.0, 2_513_250.0), 1000)
    assert frame.size_mm == pytest.approx((315.0, 250.0))
    assert frame.angle == 0.0
    point = frame.to_paper(shapely.Point(500_010.0, 2_513_020.0, 7.0))
    assert (point.x, point.y, point.has_z) == (pytest.approx(10.0), pytest.approx(20.0), False)


@pytest.mark.parametrize("turned_deg", [0.0, 30.0, 145.0, -90.0])
@pytest.mark.parametrize("scale", [500, 2000])
def test_a_turned_frame_lies_on_its_lower_edge(turned_deg, scale):
    flipped = shapely.affinity.rotate(shapely.box(0, 0, 315, 250), turned_deg, origin=(0, 0))
    corners = shapely.get_coordinates(flipped)
    # From the lower left corner on: that of the box, whose vertices begin at the lower right.
    ring = np.roll(corners[:4], 1, axis=0)
    frame = PaperFrame(shapely.Polygon(ring), scale)
    size = (315 * 1000 / scale, 250 * 1000 / scale)
    assert frame.size_mm == pytest.approx(size)
    assert math.degrees(frame.angle) == pytest.approx(turned_deg)
    to_paper = shapely.get_coordinates(frame.to_paper(frame.polygon))[:4]
    assert to_paper == pytest.approx(np.array([(0, 0), (size[0], 0), size, (0, size[1])]), abs=1e-6)
    assert frame.to_map(to_paper) == pytest.approx(ring, abs=1e-6)
