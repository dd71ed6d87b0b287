"""Transform sets: fitted to common points, worked by hand, there and back, refused."""

from __future__ import annotations

import datetime

import numpy as np
import pytest
from support.survey_cases import TODAY, project

from waternet_plugin.core.errors import InputError
from waternet_plugin.core.places.deciding.decision_facts import FileFacts, NetworkFacts
from waternet_plugin.core.places.deciding.decisions import Decisions
from waternet_plugin.core.places.reading import place
from waternet_plugin.core.places.stored_transform_sets import transform_set_of, transform_set_row
from waternet_plugin.core.places.transform_set import TransformSet, fit_transform_set
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.decisions.deciding import decide, refuse_open

SETTINGS = Settings()
# Corners of a town in its own grid, east and north.
GRID = np.array([[10_000.0, 50_000.0], [14_000.0, 50_000.0], [14_000.0, 53_000.0], [10_000.0, 53_000.0]])
POINTS = np.array([[11_000.0, 51_000.0], [12_500.0, 52_500.0], [13_000.0, 50_500.0]])


def turned(grid: np.ndarray, degrees: float = 1.5, scale: float = 1.00004) -> np.ndarray:
    """Return the true places of a grid: turned, scaled, shifted."""
    turn = np.radians(degrees)
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return scale * (grid @ rotation.T) + np.array([405_000.0, 2_760_000.0])


def town_set(**changes: object) -> TransformSet:
    """Return the set of the town."""
    return fit_transform_set(np.hstack([GRID, turned(GRID)]), "Town grid", transform_set_id="T1", **changes)


def decisions(grid: np.ndarray, answers: dict, *sets: TransformSet, axes: str = "x_north") -> Decisions:
    """Return the decisions for points of the town's grid."""
    first, second = (grid[:, 1], grid[:, 0]) if axes == "x_north" else (grid[:, 0], grid[:, 1])
    network = NetworkFacts("EPSG:4547", turned(GRID), transform_sets=sets)
    return decide(FileFacts("a.dat", first, second), network, answers, settings=SETTINGS, today=TODAY)


def test_a_quarter_turn_worked_by_hand() -> None:
    # East becomes north and north becomes minus east; the grid's metre is the network's; shift 100 and 200.
    pairs = [[0, 0, 100, 200], [10, 0, 100, 210], [0, 10, 90, 200]]
    found = fit_transform_set(np.array(pairs, dtype=float))
    assert found.rms_m == pytest.approx(0, abs=1e-9)
    assert found.scale == pytest.approx(1)
    assert found.rotation_s == pytest.approx(-90 * 3600)
    east, north = found.to_network(np.array([3.0]), np.array([4.0]))
    assert (east[0], north[0]) == pytest.approx((100 - 4, 200 + 3))


def test_residuals_and_rms_worked_by_hand() -> None:
    # A square of 2 m whose corners in the network are off by 0.03 m, outwards along one diagonal and inwards
    # along the other: no turn or scale takes that away.
    grid = np.array([[1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]])
    off = 0.03 * np.array([[1, 1], [-1, -1], [-1, 1], [1, -1]])
    found = fit_transform_set(np.hstack([grid, grid + off]))
    assert found.residuals == pytest.approx(off)
    # sqrt(4 * 2 * 0.03^2 / 4)
    assert found.rms_m == pytest.approx(0.03 * np.sqrt(2))


def test_least_squares_are_those_of_numpy() -> None:
    rng = np.random.default_rng(3)
    grid = rng.uniform(0, 5000, (9, 2)) + np.array([20_000, 60_000])
    there = turned(grid) + rng.normal(0, 0.02, grid.shape)
    found = fit_transform_set(np.hstack([grid, there]))
    ones, zeros = np.ones(len(grid)), np.zeros(len(grid))
    design = np.vstack(
        [
            np.column_stack([grid[:, 0], -grid[:, 1], ones, zeros]),
            np.column_stack([grid[:, 1], grid[:, 0], zeros, ones]),
        ]
    )
    a, b = np.linalg.lstsq(design, np.concatenate([there[:, 0], there[:, 1]]), rcond=None)[0][:2]
    assert found.scale == pytest.approx(np.hypot(a, b), abs=1e-10)
    assert found.rotation_s == pytest.approx(-np.degrees(np.arctan2(b, a)) * 3600, abs=1e-3)


def test_places_reach_the_network_within_a_micrometre() -> None:
    found = town_set()
    east, north = found.to_network(POINTS[:, 0], POINTS[:, 1])
    assert np.column_stack([east, north]) == pytest.approx(turned(POINTS), abs=1e-6)


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        (np.hstack([GRID, GRID])[:2], "2 common points"),
        (np.tile([[1.0, 2.0, 3.0, 4.0]], (4, 1)), "lie in one place"),
        (np.full((3, 4), np.nan), "not a number"),
    ],
)
def test_pairs_that_determine_nothing_are_refused(pairs: np.ndarray, words: str) -> None:
    with pytest.raises(InputError, match=words):
        fit_transform_set(pairs, "Town grid")


def test_the_area_is_the_hull_and_ten_percent() -> None:
    found = fit_transform_set(np.hstack([GRID, GRID]))
    inside = found.applies(np.array([9_801.0, 9_799.0, 14_199.0]), np.array([51_500.0] * 3), 0.1)
    assert inside.tolist() == [True, False, True]


@pytest.mark.parametrize("axes", ["x_north", "x_east"])
def test_an_answered_set_places_a_local_grid_and_its_area_tells_the_axes(axes: str) -> None:
    found = decisions(POINTS, {"crs": "T1"}, town_set(), axes=axes)
    assert (found.value("axes"), found.value("crs"), found.refusals) == (axes, "T1", ())
    order = (1, 0) if axes == "x_north" else (0, 1)
    xy = np.column_stack(place(POINTS[:, order[0]], POINTS[:, order[1]], found.reading, "EPSG:4547"))
    assert xy == pytest.approx(turned(POINTS), abs=1e-6)


@pytest.mark.parametrize("axes", ["x_north", "x_east"])
def test_a_set_to_be_made_has_the_columns_of_the_file(axes: str) -> None:
    x, y = (GRID[:, 1], GRID[:, 0]) if axes == "x_north" else (GRID[:, 0], GRID[:, 1])
    pairs = np.column_stack([x, y, turned(GRID)]).tolist()
    answer = {"crs": {"name": "Town", "pairs": pairs, "valid_until": "2027-06-30"}}
    found = decisions(POINTS, answer, axes=axes)
    assert (found.value("axes"), found.value("crs"), found.refusals) == (axes, "Town", ())
    assert found.reading is not None
    assert found.reading.transform_set.valid_until == datetime.date(2027, 6, 30)
    refuse_open([found])


def test_a_stored_set_in_whose_area_a_file_lies_is_a_candidate_but_not_decided() -> None:
    found = decisions(POINTS, {}, town_set())
    axes, crs = found.questions
    assert [(one.value, dict(one.answers)) for one in crs.candidates] == [
        ("T1", {"axes": "x_north", "crs": "T1"})
    ]
    assert [one.value for one in axes.candidates] == ["x_north"]
    assert found.reading is None


@pytest.mark.parametrize("datum", ["1980西安坐标系", "1954北京坐标系"])
def test_a_set_opens_the_way_from_another_datum(datum: str) -> None:
    lon, lat = 114.1 + np.linspace(0, 0.02, 6), 25.0 + np.array([0, 0.01, 0.005, 0.02, 0.0, 0.015])
    grid, truth = project(2383, lon, lat), project(4547, lon, lat)
    pairs = np.column_stack([grid[:, 1], grid[:, 0], truth]).tolist()
    facts = FileFacts("a.dat", grid[:, 1], grid[:, 0], texts=(datum,))
    network = NetworkFacts("EPSG:4547", truth)
    found = decide(facts, network, {"crs": {"pairs": pairs}}, settings=SETTINGS, today=TODAY)
    assert not found.refusals
    assert not found.questions
    assert np.column_stack(place(grid[:, 1], grid[:, 0], found.reading, "EPSG:4547")) == pytest.approx(
        truth, abs=0.02
    )


def test_a_set_with_large_residuals_is_refused_and_names_the_worst_points() -> None:
    bent = turned(GRID)
    bent[2, 0] += 0.4
    pairs = np.column_stack([GRID[:, 1], GRID[:, 0], bent]).tolist()
    found = decisions(POINTS, {"axes": "x_north", "crs": {"name": "Town", "pairs": pairs}})
    (refusal,) = found.refusals
    assert refusal.evidence.code == "set_rms"
    assert "RMS" in refusal.text
    assert found.reading is None
    with pytest.raises(InputError, match=r"a\.dat, crs"):
        refuse_open([found])


def test_a_set_past_its_day_or_outside_its_area_is_refused() -> None:
    yesterday = TODAY - datetime.timedelta(days=1)
    expired = decisions(POINTS, {"crs": "T1"}, town_set(valid_until=yesterday))
    assert [one.evidence.code for one in expired.refusals] == ["set_expired"]
    assert not decisions(POINTS, {"crs": "T1"}, town_set(valid_until=TODAY)).refusals
    outside = decisions(POINTS + 9_000, {"axes": "x_north", "crs": "T1"}, town_set())
    assert [one.evidence.code for one in outside.refusals] == ["set_outside"]
    one_out = decisions(np.vstack([POINTS, POINTS + 1, [[30_000.0, 51_000.0]]]), {"crs": "T1"}, town_set())
    assert not one_out.refusals
    assert np.flatnonzero(one_out.rows_against["outside_transform_area"]).tolist() == [6]


def test_an_unknown_set_is_refused_by_name() -> None:
    (refusal,) = decisions(POINTS, {"crs": "T9"}, town_set()).refusals
    assert refusal.evidence.code == "set_unknown"
    assert "T9" in refusal.text


def test_a_stored_set_is_the_same_when_it_is_read_again() -> None:
    stored = transform_set_row(town_set(valid_until=datetime.date(2027, 6, 30)), 0.1)
    assert (stored["transform_set_id"], stored["rms_m"]) == ("T1", 0.0)
    back = transform_set_of(stored)
    assert back.valid_until == datetime.date(2027, 6, 30)
    assert back.to_network(POINTS[:, 0], POINTS[:, 1])[0] == pytest.approx(turned(POINTS)[:, 0], abs=1e-6)
    assert transform_set_of({**stored, "valid_until": None}).valid_until is None
    with pytest.raises(InputError, match="can't be read"):
        transform_set_of({**stored, "pairs": "[[1, 2]"})
