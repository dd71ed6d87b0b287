"""Places along a line where a text may stand."""

import numpy as np
import pytest

from waternet_plugin.core.printing.labels.candidates import candidates_of as candidates_of_all


def candidates_of(line, width_mm, height_mm, line_mm=0.0):
    return candidates_of_all([line], *(np.array([each]) for each in (width_mm, height_mm, line_mm)))


def _line(*points):
    return np.array(points, dtype=float)


def test_texts_stand_above_and_below_a_straight_line():
    found = candidates_of(_line((0, 50), (30, 50)), 10.0, 2.0, line_mm=0.4)
    above, below = found.centre[~found.is_below], found.centre[found.is_below]
    assert len(above) == len(below) > 5
    # Half the text, the room between, half the line.
    assert above[:, 1] == pytest.approx(50 + 1.0 + 0.35 + 0.2)
    assert below[:, 1] == pytest.approx(50 - 1.0 - 0.35 - 0.2)
    assert found.angle == pytest.approx(0.0)
    assert above[:, 0].min() >= 5.0 - 0.8
    assert above[:, 0].max() <= 25.0 + 0.8


@pytest.mark.parametrize("end", [(0, 40), (0, -40), (-30, 30), (-30, -30), (40, 0), (-40, 0)])
def test_no_text_is_upside_down(end):
    found = candidates_of(_line((0, 0), end), 10.0, 2.0)
    assert len(found.angle)
    assert (np.cos(found.angle) >= -1e-9).all()
    if end[0] == 0:
        assert found.angle == pytest.approx(np.pi / 2)


def test_a_line_shorter_than_its_text_has_no_place():
    assert len(candidates_of(_line((0, 0), (8, 0)), 10.0, 2.0).centre) == 0
    assert len(candidates_of(_line((5, 5), (5, 5)), 1.0, 2.0).centre) == 0


def test_a_text_reaches_a_little_beyond_a_short_line_on_both_sides():
    found = candidates_of(_line((9, 0), (0, 0)), 10.0, 2.0)
    assert found.centre[:, 0] == pytest.approx(4.5)


def test_no_text_stands_at_a_corner():
    found = candidates_of(_line((0, 0), (20, 0), (20, 20)), 10.0, 2.0)
    assert len(found.centre)
    # Beside the one leg or the other, along it.
    assert np.isin(np.round(found.angle, 6), [0.0, round(np.pi / 2, 6)]).all()


def test_a_text_keeps_its_distance_from_a_line_that_bends_towards_it():
    line = _line((0, 0), (5, 0.4), (10, 0))
    found = candidates_of(line, 9.0, 2.0)
    assert found.centre[~found.is_below][:, 1].min() >= 1.0 + 0.35 + 0.3


def test_a_long_line_has_no_more_places_than_can_be_looked_at():
    assert len(candidates_of(_line((0, 0), (5000, 0)), 10.0, 2.0).centre) <= 100
