"""Every zone, with its number and without, north first and east first."""

from __future__ import annotations

import numpy as np
import pyproj
import pytest
from support.slow_cases import a_few_quick
from support.survey_cases import BEIJING54, CGCS2000, TODAY, XIAN80, GridZone, project

from waternet_plugin.core.places.deciding.decision_facts import FileFacts, NetworkFacts
from waternet_plugin.core.places.deciding.decisions import Decisions
from waternet_plugin.core.places.reading import AXES, place
from waternet_plugin.core.places.zones import datum_of, zone_of, zones
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.core.survey.decisions.deciding import decide

SETTINGS = Settings()
LAT = np.linspace(31.2, 31.204, 12)


def degrees(zone: GridZone) -> np.ndarray:
    """Return longitudes of a street a little east of a zone's meridian."""
    return zone.meridian + 0.3 + np.linspace(0, 0.003, 12)


def coordinates(grid: np.ndarray, axes: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the two columns of a file."""
    return (grid[:, 1], grid[:, 0]) if axes == "x_north" else (grid[:, 0], grid[:, 1])


def decisions(facts: FileFacts, network: NetworkFacts, **answers: object) -> Decisions:
    """Return what is decided with the answers given."""
    return decide(facts, network, answers, settings=SETTINGS, today=TODAY)


def test_the_blocks_are_those_of_the_epsg_register() -> None:
    for zone in zones():
        crs = pyproj.CRS.from_epsg(zone.epsg)
        given = {one.name: one.value for one in crs.coordinate_operation.params}
        assert given["Longitude of natural origin"] == zone.meridian_deg
        assert given["False easting"] == 500_000 + zone.prefix * 1_000_000
        assert datum_of(zone.crs) == zone.datum
        assert zone_of(zone.crs) == zone
    assert len({zone.epsg for zone in zones()}) == len(zones()) == 3 * 64 + 11


@pytest.mark.parametrize("zone", a_few_quick(CGCS2000, 8), ids=lambda zone: str(zone.epsg))
@pytest.mark.parametrize("axes", AXES)
def test_each_zone_is_found_beside_existing_assets(zone: GridZone, axes: str) -> None:
    grid = project(zone.epsg, degrees(zone), LAT)
    first, second = coordinates(grid, axes)
    # The network lies in the 3-degree zone without number of the same town.
    code = min(
        (one for one in CGCS2000 if one.width == 3 and not one.prefix),
        key=lambda one: abs(one.meridian - zone.meridian),
    )
    network = NetworkFacts(f"EPSG:{code.epsg}", project(code.epsg, degrees(zone) + 0.01, LAT))
    found = decisions(FileFacts("a.dat", first, second), network)
    assert not found.questions
    assert found.value("axes") == axes
    assert found.reading is not None
    placed = np.column_stack(place(first, second, found.reading, network.crs))
    assert np.abs(placed - project(code.epsg, degrees(zone), LAT)).max() < 1e-4
    assert zone_of(found.value("crs")).meridian_deg == zone.meridian
    assert zone_of(found.value("crs")).prefix == zone.prefix


@pytest.mark.parametrize("zone", CGCS2000, ids=lambda zone: str(zone.epsg))
@pytest.mark.parametrize("axes", AXES)
def test_in_an_empty_network_a_zone_number_decides_and_nothing_else(zone: GridZone, axes: str) -> None:
    first, second = coordinates(project(zone.epsg, degrees(zone), LAT), axes)
    found = decisions(FileFacts("a.dat", first, second), NetworkFacts("EPSG:4547"))
    assert found.value("axes") == axes
    assert (found.value("crs") == f"EPSG:{zone.epsg}") == (zone.prefix > 0)
    if not zone.prefix:
        (question,) = found.questions
        assert question.key == "crs"
        # Each meridian is one candidate, that of the network the first.
        meridians = [zone_of(one.value).meridian_deg for one in question.candidates]
        assert len(meridians) == len(set(meridians)) == 21
        assert question.candidates[0].value == "EPSG:4547"
        assert [one.letter for one in question.candidates[:3]] == ["A", "B", "C"]


@pytest.mark.parametrize("zone", [*XIAN80, *BEIJING54], ids=lambda zone: str(zone.epsg))
def test_another_datum_is_refused_in_all_its_zones(zone: GridZone) -> None:
    words = "1980西安坐标系" if zone in XIAN80 else "1954年北京坐标系"
    first, second = coordinates(project(zone.epsg, degrees(zone), LAT), "x_north")
    network = NetworkFacts("EPSG:4547", project(4547, degrees(zone), LAT))
    said = decisions(FileFacts("a.dat", first, second, texts=(words,)), network)
    answered = decisions(FileFacts("a.dat", first, second), network, crs=zone.epsg)
    for found in (said, answered):
        (refusal,) = found.refusals
        assert (refusal.file, refusal.key, refusal.evidence.code) == ("a.dat", "crs", "datum_without_set")
        assert refusal.text.startswith("a.dat, crs: ")
        assert found.reading is None
        assert found.value("crs") is None
        assert found.value("axes") == "x_north"


@pytest.mark.parametrize("network_zone", [2383, 2435], ids=["xian80", "beijing54"])
def test_a_network_of_an_old_datum_takes_files_of_that_datum_and_no_other(network_zone: int) -> None:
    lon = 114.2 + np.linspace(0, 0.003, 12)
    grid = project(network_zone, lon, LAT)
    network = NetworkFacts(f"EPSG:{network_zone}", grid + 40.0)
    facts = FileFacts("a.dat", grid[:, 1], grid[:, 0])
    assert decisions(facts, network).value("crs") == f"EPSG:{network_zone}"
    titled = FileFacts("a.dat", grid[:, 1], grid[:, 0], texts=("2000国家大地坐标系",))
    assert [one.evidence.code for one in decisions(titled, network).refusals] == ["datum_without_set"]


def test_a_6_degree_number_in_a_3_degree_network_is_moved_exactly() -> None:
    lon = 112.4 + np.linspace(0, 0.003, 12)
    grid = project(4497, lon, LAT)
    network = NetworkFacts("EPSG:4547", project(4547, lon, LAT) + 5.0)
    found = decisions(FileFacts("a.dat", grid[:, 1], grid[:, 0]), network)
    assert found.value("crs") == "EPSG:4497"
    east, north = place(grid[:, 1], grid[:, 0], found.reading, "EPSG:4547")
    assert np.abs(np.column_stack([east, north]) - project(4547, lon, LAT)).max() < 1e-4


def test_wgs_84_in_utm_and_in_gauss_krueger_are_two_places_that_are_asked() -> None:
    lon = 111.3 + np.linspace(0, 0.003, 12)
    grid = project(4546, lon, LAT)
    network = NetworkFacts("EPSG:32649", project(32649, lon, LAT) + 10.0)
    (question,) = decisions(FileFacts("a.dat", grid[:, 1], grid[:, 0]), network).questions
    assert [one.value for one in question.candidates] == ["EPSG:4546", "EPSG:32649"]
    assert question.candidates[1].distance_m > 1000
