"""The septic tanks of a settlement: cycle and basis of all 2,903, by their users and by their blocks."""

from __future__ import annotations

import datetime
import json
import math
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from waternet_plugin.core import frames
from waternet_plugin.core.drainage.compounds.tanks.tank_schedule import schedule_tanks
from waternet_plugin.core.exchange.adoption.adoption import Destination, adopt
from waternet_plugin.core.exchange.mapping.mapping_file import parse
from waternet_plugin.core.network.model.network_frame import NetworkFrame
from waternet_plugin.core.schema.settings import Settings
from waternet_plugin.store.foreign.foreign import read_foreign

CRS = "EPSG:32637"
AS_OF = datetime.date(2017, 6, 1)
MAPPINGS = Path(__file__).parent / "mappings"

pytestmark = [pytest.mark.realdata, pytest.mark.slow]


def adopted(folder: Path, source: str, mapping: str, table: str) -> gpd.GeoDataFrame:
    told = {**json.loads((MAPPINGS / f"{mapping}.json").read_text()), "repeated_ids": "number"}
    into = Destination(CRS, settings=Settings())
    result = adopt(read_foreign(str(folder / source)), parse(json.dumps(told)), table, into=into, today=AS_OF)
    assert result.rows_rejected == 0
    return result.rows


@pytest.fixture(scope="module")
def camp(data_dir: Path) -> dict[str, Any]:
    """Tanks and blocks as rows of a network, and the households of each tank, NaN where empty."""
    folder = data_dir / "drainage" / "zaatari"
    if not folder.is_dir():
        pytest.skip(f"needs {folder}")
    source = "SepticTanks_2017_04.geojson"
    features = json.loads((folder / source).read_text(encoding="utf-8"))["features"]
    houses = [feature["properties"]["house_count"] for feature in features]
    return {
        "node": adopted(folder, source, "zaatari_septic_tanks", "node"),
        "compound": adopted(folder, "BlockBoundaries_2016_12.geojson", "zaatari_blocks", "compound"),
        "houses": np.array([math.nan if each is None else float(each) for each in houses]),
    }


def scheduled(nodes: Any, compounds: Any, customers: pd.DataFrame) -> pd.DataFrame:
    tables = {
        "node": frames.conform(nodes, "node"),
        "compound": frames.conform(compounds, "compound"),
        "customer": customers,
        "pipe": frames.empty("pipe"),
    }
    subject = NetworkFrame(tables, Settings())
    found = schedule_tanks(
        subject, frames.empty("reading"), frames.empty("work_item"), as_of=AS_OF, zone=datetime.timezone.utc
    ).frame
    # Nobody wrote down a cleaning.
    assert set(found["state"]) == {"unknown"} and found["due_on"].isna().all()
    return found.set_index("node_id").loc[nodes["node_id"]]


def norm_d(volume_m3: float, persons: float) -> int:
    users = 0.7 * persons
    days = 100 * (volume_m3 - users * 120 * 12 / 24000) / (0.048 * users * 0.7)
    return min(max(math.floor(days), 90), 360)


def test_cycle_and_basis_by_the_users_of_each_tank(camp: dict[str, Any]) -> None:
    nodes, houses = camp["node"], camp["houses"]
    assert len(nodes) == 2903 and nodes["node_id"].is_unique
    known = np.isfinite(houses)
    users = gpd.GeoDataFrame(
        {
            "customer_id": nodes["node_id"][known],
            "outlet_node": nodes["node_id"][known],
            "households": houses[known],
        },
        geometry=nodes.geometry[known],
    ).rename_geometry("geom")
    found = scheduled(nodes, camp["compound"], frames.conform(users.reset_index(drop=True), "customer"))
    for row, volume, household in zip(found.itertuples(), nodes["tank_volume_m3"], houses):
        persons = 2.6 * household
        expected = (norm_d(volume, persons), "norm") if persons > 0 else (180, "default")
        assert (row.cycle_d, row.basis) == expected, row
    counts = Counter(found["basis"])
    # 154 tanks without a number of households, 36 with none.
    assert counts == {"norm": 2903 - 154 - 36, "default": 154 + 36}


def test_cycle_and_basis_by_the_households_of_each_block(camp: dict[str, Any]) -> None:
    nodes, blocks, houses = camp["node"], camp["compound"], camp["houses"]
    shapes = dict(zip(blocks["compound_id"], blocks.geometry))
    for shape in shapes.values():
        shapely.prepare(shape)
    home = [
        next((name for name in sorted(shapes) if shapes[name].intersects(place)), None)
        for place in nodes.geometry
    ]
    # As the README counts them.
    assert home.count(None) == 101
    households: dict[str, float] = defaultdict(float)
    volumes: dict[str, float] = defaultdict(float)
    for name, many, volume in zip(home, houses, nodes["tank_volume_m3"]):
        if name is not None:
            households[name] += 0.0 if math.isnan(many) else many
            volumes[name] += volume
    told = blocks.assign(households=[households.get(name, math.nan) for name in blocks["compound_id"]])
    found = scheduled(nodes, told, frames.empty("customer"))
    for row, name, volume in zip(found.itertuples(), home, nodes["tank_volume_m3"]):
        assert row.compound_id == name
        persons = 0.0 if name is None else 2.6 * households[name] * volume / volumes[name]
        expected = (norm_d(volume, persons), "norm") if persons > 0 else (180, "default")
        assert (row.cycle_d, row.basis) == expected, row
