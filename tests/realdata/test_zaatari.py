"""Tanks of a settlement in the blocks that they name: what lies elsewhere is listed, one by one."""

from __future__ import annotations

import datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from waternet_plugin.core import frames
from waternet_plugin.core.drainage.compounds.facts.belonging import Belonging
from waternet_plugin.core.drainage.compounds.facts.unit_facts import CompoundFacts, compound_facts
from waternet_plugin.core.schema.settings import Settings

pytestmark = [pytest.mark.realdata, pytest.mark.slow]
CRS = "EPSG:32637"


def _facts(folder: Path) -> tuple[CompoundFacts, set[str]]:
    """Return the facts of the blocks, and the tanks that name a block."""
    blocks = gpd.read_file(folder / "BlockBoundaries_2016_12.geojson").to_crs(CRS)
    tanks = gpd.read_file(folder / "SepticTanks_2017_04.geojson").to_crs(CRS)
    twice = tanks.groupby("septic_id").cumcount()
    names = tanks["septic_id"].where(twice == 0, tanks["septic_id"] + "-" + (twice + 1).astype(str))
    district, block = tanks["septic_district"], tanks["septic_block"]
    named = district.notna() & block.notna()
    codes = [
        f"B-{int(one):02d}-{int(two):02d}" if is_named else None
        for one, two, is_named in zip(district, block, named)
    ]
    compounds = pd.DataFrame({"compound_id": blocks["BLOCK_CODE"], "geom": blocks.geometry.to_numpy()})
    nodes = pd.DataFrame(
        {
            "node_id": names,
            "kind": "septic_tank",
            "status": "in_use",
            "compound_id": np.array(codes, dtype=object),
            "tank_volume_m3": tanks["septic_capacity"].astype(float),
            "geom": tanks.geometry.to_numpy(),
        }
    )
    tables = {"compound": compounds, "node": nodes}
    for name in ("pipe", "customer", "zone"):
        tables[name] = frames.empty(name)
    facts = compound_facts(Belonging(tables, Settings(), as_of=datetime.date(2017, 4, 30)))
    is_known = nodes["compound_id"].isin(compounds["compound_id"])
    return facts, set(nodes.loc[is_known, "node_id"])


def test_tanks_and_their_blocks(data_dir: Path) -> None:
    folder = data_dir / "drainage" / "zaatari"
    if not folder.is_dir():
        pytest.skip(f"needs {folder}")
    found, naming = _facts(folder)
    states = found.left.groupby("state")["asset"]
    assert {state: len(assets) for state, assets in states} == {"none": 101, "other": 5}
    elsewhere = found.left[found.left["state"] == "other"]
    # Of those that name a block and lie in one, all others lie in that which they name.
    placed = naming - set(found.left.loc[found.left["state"] == "none", "asset"])
    assert (len(placed), len(placed - set(elsewhere["asset"]))) == (2677, 2672)
    assert dict(zip(elsewhere["asset"], elsewhere["lies_in"])) == {
        "D01-B04-T01": "B-01-03",
        "D03-B06-T09": "B-03-04",
        "D03-B06-T11": "B-03-04",
        "D07-B03-T01": "B-07-05",
        "D10-B08-T05": "B-10-10",
    }
    # Those that name none get the block around them; what is named stays.
    filled = found.filled["node"]
    assert not set(filled["node_id"]) & set(found.left["asset"])
    assert found.units["septic_tanks"].sum() <= 2903
    assert found.units["tank_volume_m3"].notna().all()
