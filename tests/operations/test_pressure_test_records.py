"""Zero-pressure tests in a network: what is refused, and what of a later edit asks for a new test."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from support.pressure_test_town import TIGHT, square_file, typed

from waternet_plugin import store
from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.plan_zero_pressure_test import PressureTestRequest, plan_zero_pressure_test
from waternet_plugin.operations.record_zero_pressure_test import RecordRequest, record_zero_pressure_test
from waternet_plugin.store import Network


@pytest.fixture
def square(tmp_path: Path) -> Network:
    """The square zone in a file, open."""
    with store.open_network(square_file(tmp_path / "square.gpkg")) as network:
        yield network


GOOD = {
    "zone_id": "Z",
    "start": "2026-03-12 01:00",
    "end": "2026-03-12 02:00",
    "readings": typed(H=TIGHT),
}
BAD = {
    "no zone": ({"zone_id": ""}, "Give the zone in ZONE"),
    "unknown zone": ({"zone_id": "Y"}, "There is no metered area “Y”"),
    "unknown node": ({"fault_node": "V99"}, "there is no node “V99”"),
    "unknown gauge": ({"readings": "G9 01:05 0.3"}, "No node of this network is called G9"),
    "backwards": ({"start": "2026-03-12 03:00"}, "is not before END"),
    "no time": ({"start": "tonight"}, "START: “tonight” is not a valid time"),
    "no readings": ({"readings": ""}, "No pressure was read between 2026-03-12 01:00 and 2026-03-12 02:00"),
    "gaps": ({"readings": typed(H=TIGHT[:7])}, "Gauge “H” was not read from 2026-03-12 01:30 to"),
    "outside only": (
        {"readings": typed(HR=TIGHT)},
        "No gauge with readings is in the zone, only outside: HR",
    ),
    "kilopascals": ({"readings": "H 01:05 310; H 01:10 0.1"}, "probably read in another unit"),
    "units": ({"readings": "H 01:05 310 kPa; H 01:10 0.1 MPa"}, "more than one unit: kpa"),
    "nonsense": ({"readings": "H yesterday low"}, "The reading “H yesterday low” can't be read"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_test_that_proves_nothing_is_refused_and_nothing_is_written(square: Network, case: str) -> None:
    changes, sentence = BAD[case]
    before = len(square.batches())
    with pytest.raises(InputError) as error:
        record_zero_pressure_test(square, RecordRequest(**{**GOOD, **changes}))
    assert sentence in error.value.message
    assert len(square.batches()) == before
    assert square.count("zone_test") == square.count("reading") == 0


def test_a_zone_without_pipes_has_nothing_to_test(square: Network) -> None:
    outline = gpd.GeoSeries([shapely.MultiPolygon([shapely.box(0, 0, 1, 1)])], crs=square.crs)
    zone = pd.DataFrame({"zone_id": ["E"], "kind": ["dma"], "state": ["draft"]})
    with square.write("edit") as batch:
        batch.insert("zone", gpd.GeoDataFrame(zone, geometry=outline).rename_geometry("geom"))
    with pytest.raises(InputError, match="nothing to test"):
        plan_zero_pressure_test(square, PressureTestRequest("E"))
    with pytest.raises(InputError, match="nothing to test"):
        record_zero_pressure_test(square, RecordRequest(**{**GOOD, "zone_id": "E"}))
