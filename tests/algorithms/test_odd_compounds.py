"""Odd input of compounds is answered and said in words; bad input is refused, and nothing is written."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import geopandas as gpd
import pytest
from qgis.core import QgsProcessingProvider
from support import odd_compounds as odd
from support.headless import must, run

from waternet_plugin import store
from waternet_plugin.store import open_network

DAY = datetime.date(2026, 6, 15)


@pytest.fixture
def town(tmp_path: Path, provider: QgsProcessingProvider) -> Path:
    """A network of two compounds that overlap, and odd tanks."""
    path = tmp_path / "odd.gpkg"
    store.create_network(path, "EPSG:4547").close()
    odd.plant(path, 500_000.0, 2_500_000.0, DAY)
    return path


@pytest.mark.slow
def test_odd_tanks_say_why_they_are_due_when_they_are(town: Path, tmp_path: Path) -> None:
    must("scheduletanks", NETWORK=town, AS_OF=DAY, OUTPUT=tmp_path / "t.gpkg")
    tanks = gpd.read_file(tmp_path / "t.gpkg").set_index("node_id")
    assert set(tanks.index) == set(odd.SAID)
    for name, (basis, words) in odd.SAID.items():
        assert tanks.loc[name, "basis"] == basis and words in tanks.loc[name, "reasons"], name
    assert tanks.loc["T-TURNED", "cleaned_on"].date() == DAY - 50 * odd.DAY


@pytest.mark.slow
def test_compounds_that_overlap_are_told(town: Path, tmp_path: Path) -> None:
    must(
        "compoundfacts", NETWORK=town, AS_OF=DAY, OUTPUT=tmp_path / "u.gpkg",
        OUTPUT_LEFT=tmp_path / "x.gpkg", REPORT=tmp_path / "r.html",
    )  # fmt: skip
    left = gpd.read_file(tmp_path / "x.gpkg")
    assert left.loc[left["state"] == "two", "asset"].tolist() == ["T-TURNED"]
    units = gpd.read_file(tmp_path / "u.gpkg").set_index("compound_id")
    # Each asset counts once, in the first of both; a volume of 0 is none.
    assert units["septic_tanks"].to_dict() == {odd.FIRST: 5, odd.SECOND: 0}
    assert units.loc[odd.FIRST, "tank_volume_m3"] == 60.0
    assert json.loads((tmp_path / "r.json").read_text("utf-8"))["volumes_unknown"] == 3
    page = (tmp_path / "r.html").read_text("utf-8")
    assert "In two or more compounds" in page and "each counts in the first by id" in page


@pytest.mark.slow
def test_a_score_is_answered_or_refused_in_one_sentence(town: Path, tmp_path: Path) -> None:
    must("scorecompounds", NETWORK=town, MONTH="2026-04", AS_OF=DAY, REPORT=tmp_path / "s.html")
    assert "closed before they were opened: W-TURNED" in (tmp_path / "s.html").read_text("utf-8")
    odd.allow_overlapping_bands(town)
    with open_network(town) as network:
        before = len(network.batches())
    for given, words in (
        ({"MONTH": "2026-07"}, "2026-07 is still to come on 2026-06-15"),
        ({"MONTH": "2026-05"}, odd.REFUSED),
    ):
        answer = run("scorecompounds", NETWORK=town, AS_OF=DAY, STORE="true", **given)
        assert answer.status == 1 and words in answer.stderr and "Traceback" not in answer.stderr
    with open_network(town) as network:
        assert len(network.batches()) == before and network.count("indicator") == 0
