"""Who changed what, and an earlier state brought back, as a script does it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pytest
from support.headless import must, run
from support.way_out import make_town

from waternet_plugin import store

COLUMNS = "seq at by batch_id table asset action field before after".split()


@pytest.fixture
def town(qgis_app, tmp_path: Path) -> Path:
    """A town of three pipes, one of which was edited and one deleted."""
    path = make_town(tmp_path / "town.gpkg")
    with store.open_network(path, by="Wang") as network:
        with network.write("edit") as batch:
            batch.update("pipe", pd.DataFrame({"pipe_id": ["0012"], "material": ["steel"], "note": ["x"]}))
        with network.write("edit") as batch:
            batch.delete("pipe", ["P3"])
    return path


def listed(path: Path) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_listchanges_has_a_row_for_each_field(town: Path, tmp_path: Path) -> None:
    results = must(
        "listchanges", NETWORK=town, ASSET="0012", OUTPUT=tmp_path / "a.csv", REPORT=tmp_path / "a.html"
    )
    rows = listed(tmp_path / "a.csv")
    assert list(rows[0]) == COLUMNS
    assert (results["ROWS"], results["CHANGES"]) == (len(rows), 2)
    changed = [(row["by"], row["field"], row["after"]) for row in rows if row["action"] == "update"]
    assert changed == [("Wang", "material", "steel"), ("Wang", "note", "x")]
    figures = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert figures["changes"] == 2
    assert figures["by_person"]["Wang"] == 1
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "Steel" in page


@pytest.mark.slow
def test_listchanges_is_limited_by_area_days_table_and_batch(town: Path) -> None:
    everything = must("listchanges", NETWORK=town)["CHANGES"]
    assert must("listchanges", NETWORK=town, AREA="0,1,0,1")["CHANGES"] == 0
    assert must("listchanges", NETWORK=town, UNTIL="2020-01-01")["CHANGES"] == 0
    assert must("listchanges", NETWORK=town, SINCE="2020-01-01")["CHANGES"] == everything
    assert must("listchanges", NETWORK=town, TABLE="failure")["CHANGES"] == 0
    newest = store.open_network(town).batches().iloc[0]["batch_id"]
    assert must("listchanges", NETWORK=town, BATCH=newest)["CHANGES"] == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"TABLE": "pipes"}, "TABLE “pipes” has no history. Choose one of: pipe"),
        ({"ASSET": "nobody"}, "nobody is neither in the network nor in its change log"),
        ({"BATCH": "B99"}, "There is no batch B99"),
        ({"SINCE": "2025-02-01", "UNTIL": "2025-01-01"}, "SINCE 2025-02-01 is later than UNTIL 2025-01-01"),
        ({"AREA": "nowhere"}, "AREA “nowhere” is neither an extent"),
    ],
)
def test_listchanges_refuses_what_makes_no_sense(town: Path, parameters, sentence: str) -> None:
    answer = run("listchanges", NETWORK=town, **parameters)
    assert answer.status == 1
    assert sentence in answer.stderr


@pytest.mark.slow
def test_restoreasset_brings_back_a_value_and_a_deleted_pipe(town: Path, tmp_path: Path) -> None:
    must("listchanges", NETWORK=town, ASSET="0012", OUTPUT=tmp_path / "a.csv")
    seq = next(row["seq"] for row in listed(tmp_path / "a.csv") if row["field"] == "note")
    results = must("restoreasset", NETWORK=town, TABLE="pipe", ASSET="0012", SEQ=seq, FIELDS="note")
    assert results["ROWS"] == 1
    network = store.open_network(town)
    assert network.batches().iloc[0]["batch_id"] == results["BATCH_ID"]
    pipe = network.read("pipe", ids=["0012"]).iloc[0]
    assert (pipe["material"], pipe["note"]) == ("steel", None)
    must("restoreasset", NETWORK=town, TABLE="pipe", ASSET="P3")
    assert network.count("pipe") == 3


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"TABLE": "pipe"}, "ASSET is empty"),
        ({"TABLE": "pipe", "ASSET": "0012", "SEQ": 99999}, "The change log has no entry 99999"),
        ({"TABLE": "pipe", "ASSET": "0012", "FIELDS": "colour"}, "has no field colour"),
        ({"TABLE": "pipe", "ASSET": "a;b"}, "was not in the network before entry"),
        ({"TABLE": "batch", "ASSET": "B0001"}, "Rows of the table “batch” can't be restored"),
    ],
)
def test_restoreasset_refuses_in_words(town: Path, parameters, sentence: str) -> None:
    answer = run("restoreasset", NETWORK=town, **parameters)
    assert answer.status == 1
    assert sentence in answer.stderr
