"""The sample's own inspections and defects come in by both ways; XML is refused as one sentence."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from support.headless import ROOT, must, run

from waternet_plugin import store

TOWN = ROOT / "sample_data" / "town"
MAPPINGS = ROOT / "sample_data" / "mappings"
TABLES = {"inspection": "inspections", "defect": "defects"}


def _kept(path: Path) -> dict[str, pd.DataFrame]:
    with store.open_network(path) as network:
        return {name: network.read(name, geometry=False) for name in TABLES}


@pytest.mark.slow
def test_the_samples_own_files_by_mapping_and_by_their_headings(tmp_path: Path) -> None:
    adopted = must("createnetwork", CRS="EPSG:4547", OUTPUT=tmp_path / "adopted.gpkg")["OUTPUT"]
    for table, name in TABLES.items():
        done = must(
            "adoptlayers",
            NETWORK=adopted,
            INPUT=TOWN / f"{name}.csv",
            TABLE=table,
            MAPPING=MAPPINGS / f"{name}.json",
            REPORT=tmp_path / f"{name}.html",
        )
        assert done["ROWS_IN"] == done["ROWS_WRITTEN"] > 0
    imported = must("createnetwork", CRS="EPSG:4547", OUTPUT=tmp_path / "imported.gpkg")["OUTPUT"]
    for name in TABLES.values():
        done = must("importinspections", NETWORK=imported, INPUT=TOWN / f"{name}.csv")
        assert done["ROWS_IN"] == done["ROWS_WRITTEN"] > 0
    one, other = _kept(Path(adopted)), _kept(Path(imported))
    # length_m is given in both files.
    assert all(frame["length_m"].notna().any() for frame in one.values())
    for table, names in {
        "inspection": ["inspection_id", "pipe_id", "date", "standard", "method", "length_m"],
        "defect": ["inspection_id", "code", "code_raw", "grade", "position_m", "length_m", "clock"],
    }.items():
        pd.testing.assert_frame_equal(one[table][names], other[table][names])


@pytest.mark.slow
def test_a_bomb_is_refused_in_one_sentence(tmp_path: Path) -> None:
    network = must("createnetwork", CRS="EPSG:4547", OUTPUT=tmp_path / "n.gpkg")["OUTPUT"]
    bomb = tmp_path / "bomb.xml"
    bomb.write_text('<!DOCTYPE a [<!ENTITY a "ha">]><Identifikation>&a;</Identifikation>', encoding="utf-8")
    answer = run("importinspections", NETWORK=network, INPUT=bomb)
    assert answer.status == 1 and "document type" in answer.stderr and "Traceback" not in answer.stderr
