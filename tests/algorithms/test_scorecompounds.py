"""Scores of compounds as a script asks for them."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from qgis.core import QgsProcessingProvider
from support.headless import must, run
from support.scored_towns import AS_OF, Reckoning, Town, made_town, tables_of_town

from waternet_plugin import store
from waternet_plugin.core import frames
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.core.workbooks.workbook import read_workbook
from waternet_plugin.operations.compounds.compound_score import stored_score
from waternet_plugin.store import open_network

CRS = "EPSG:4547"
MONTH = "2026-09"
SEED = 11


def stored_town() -> Town:
    """Return a made-up town as a network keeps it: every status is known, and there are no issues."""
    made = {**made_town(SEED), "wrong": []}
    for name in ("pipe", "node"):
        made[name] = [{**row, "status": row["status"] or "in_use"} for row in made[name]]
    return made


@pytest.fixture
def town(tmp_path: Path, provider: QgsProcessingProvider) -> Path:
    """A network of a made-up town, without misconnections, with what was entered and ticked."""
    path = tmp_path / "town.gpkg"
    made = stored_town()
    tables = tables_of_town(made)
    entered = pd.DataFrame(made["entered"]).assign(month=MONTH, source="entered")
    entered["indicator_id"] = [f"K-{number}" for number in range(len(entered))]
    ticks = pd.DataFrame(made["checklist"])
    ticks["checklist_id"] = [f"CL-{number}" for number in range(len(ticks))]
    with store.create_network(path, CRS, by="Li") as network, network.write("adopt") as batch:
        for name in ("compound", "node", "pipe", "work_item"):
            rows = tables[name]
            if name in ("pipe", "node"):
                height = shapely.force_3d(rows["geom"].to_numpy(), z=0.0)
                rows = rows.assign(geom=gpd.GeoSeries(height, crs=CRS))
            given = rows.dropna(axis=1, how="all")
            batch.insert(name, given)
        batch.insert("indicator", frames.conform(entered, "indicator").dropna(axis=1, how="all"))
        batch.insert("checklist", frames.conform(ticks, "checklist").dropna(axis=1, how="all"))
    return path


@pytest.mark.slow
def test_tables_report_sheets_and_batch(town: Path, tmp_path: Path) -> None:
    (tmp_path / "sheets").mkdir()
    given = {"NETWORK": town, "MONTH": MONTH, "AS_OF": AS_OF.isoformat()}
    result = must(
        "scorecompounds", **given, OUTPUT=tmp_path / "scores.gpkg", OUTPUT_INDICATORS=tmp_path / "i.csv",
        OUTPUT_ACTIONS=tmp_path / "a.csv", REPORT=tmp_path / "scores.html", SHEETS=tmp_path / "sheets",
        CHECKLISTS=tmp_path / "lists.xlsx", STORE="true",
    )  # fmt: skip
    lists = read_workbook((tmp_path / "lists.xlsx").read_bytes(), "lists.xlsx")
    assert [sheet.name for sheet in lists] == [code.label for code in domain("checklist").values()]
    scores = gpd.read_file(tmp_path / "scores.gpkg")
    zero = dict(zip(scores["compound_id"], scores["zero_discharge"]))
    wanted = Reckoning(stored_town(), (2026, 9), zero)
    for row in scores.itertuples():
        low, high, grade, hours, _fewest = wanted.scores[row.compound_id]
        assert (row.score_low, row.score_high, row.grade) == (pytest.approx(low), pytest.approx(high), grade)
        assert row.hours == pytest.approx(hours)
    indicators = pd.read_csv(tmp_path / "i.csv")
    assert list(indicators.columns) == [
        "compound_id", "indicator", "numerator", "denominator", "value", "points", "source",
    ]  # fmt: skip
    assert len(indicators) == 10 * len(scores)
    assert {"compound_id", "indicator", "to_points", "quantity", "hours"} == set(
        pd.read_csv(tmp_path / "a.csv", nrows=0).columns
    )
    figures = json.loads((tmp_path / "scores.json").read_text(encoding="utf-8"))
    assert figures["month"] == MONTH and len(figures["scores"]) == len(scores)
    sheets = sorted(path.name for path in (tmp_path / "sheets").iterdir())
    assert sheets == sorted(f"{name}.pdf" for name in scores["compound_id"])
    with open_network(town) as network:
        kept = network.read("indicator", geometry=False)
        # What the pane shows of a compound is what was kept.
        for row in scores.itertuples():
            score = stored_score(network, row.compound_id)
            assert score is not None and score.month == MONTH and score.grade == row.grade
            assert (score.low, score.high) == pytest.approx((row.score_low, row.score_high))
    computed = kept[kept["source"] == "computed"]
    assert len(computed) == (indicators["source"] == "computed").sum()
    assert set(computed["rules"]) == {"1"} and set(computed["month"]) == {MONTH}
    # The same again writes what is there already; undone, only what was entered is left.
    must("scorecompounds", **given, STORE="true")
    with open_network(town) as network:
        assert len(network.read("indicator", geometry=False)) == len(kept)
    must("undobatch", NETWORK=town)
    must("undobatch", NETWORK=town, BATCH=result["BATCH_ID"])
    with open_network(town) as network:
        left = network.read("indicator", geometry=False)
    assert set(left["source"]) == {"entered"}
    with open_network(town) as network:
        assert stored_score(network, "C1") is None


@pytest.mark.slow
def test_bad_input_is_one_sentence_and_writes_nothing(town: Path, tmp_path: Path) -> None:
    with open_network(town) as network, network.write("edit") as batch:
        batch.set_setting("drainage.score.2.pipe_cleaning", "0.02..:1;..0.03:0.5")
    with open_network(town) as network:
        before = len(network.batches())
    (tmp_path / "file").write_text("", encoding="utf-8")
    for given, words in (
        ({"MONTH": "2026-11", "AS_OF": "2026-10-20"}, "2026-11 is still to come on 2026-10-20"),
        ({"MONTH": "2026-13"}, "“2026-13” is not a month"),
        ({"MONTH": "0100-01"}, "out of range"),
        ({"MONTH": MONTH, "RULES": "7"}, "no version “7”"),
        ({"MONTH": MONTH}, "drainage.score.2.pipe_cleaning: the bands ..0.03 and 0.02.. overlap"),
        ({"MONTH": MONTH, "RULES": "1", "SHEETS": tmp_path / "file"}, "can't be written to"),
    ):
        answer = run("scorecompounds", NETWORK=town, STORE="true", **given)
        assert answer.status == 1, given
        assert words in answer.stderr and "Traceback" not in answer.stderr, (given, answer.stderr)
    with open_network(town) as network:
        assert len(network.batches()) == before


@pytest.mark.slow
def test_a_network_without_compounds_is_told(tmp_path: Path, provider: QgsProcessingProvider) -> None:
    with store.create_network(tmp_path / "empty.gpkg", CRS):
        pass
    answer = run("scorecompounds", NETWORK=tmp_path / "empty.gpkg", MONTH=MONTH)
    assert answer.status == 1 and "no compounds" in answer.stderr
