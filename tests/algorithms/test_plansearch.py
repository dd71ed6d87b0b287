"""The year's leak search as scripts plan it, and its nights as work orders."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from qgis.core import QgsProcessingContext, QgsProcessingFeedback, QgsProcessingProvider
from support.shut_streets import PIPES, write_shut_streets

from waternet_plugin.core.frames import conform
from waternet_plugin.store import open_network

RUNS = ["run_id", "zone_id", "night", "crew", "length_m", "leaks_per_km", "last_on", "due_on", "reason"]
START = "2026-03-01"


@pytest.fixture
def town(tmp_path: Path) -> Path:
    """Streets of 1.5 km; those of Z2 have an alarm, R1 was searched long ago."""
    path = write_shut_streets(tmp_path / "town.gpkg")
    alarm = {"alarm_id": "A-1", "zone_id": "Z2", "raised_on": pd.Timestamp("2026-02-01"), "kind": "step"}
    done = {
        "item_id": "W-0900", "type": "locate", "state": "done", "pipes": "R1;GONE", "length_m": 100.0,
        "opened_on": pd.Timestamp("2025-01-05"), "closed_on": pd.Timestamp("2025-01-09"),
        "gis_checked_on": pd.Timestamp("2025-01-09"), "found": "no", "contractor": "Ear",
    }  # fmt: skip
    with open_network(path, by="li") as network, network.write("adopt") as batch:
        batch.insert("leak_alarm", conform(pd.DataFrame([alarm]), "leak_alarm"))
        batch.insert("work_item", conform(pd.DataFrame([done]), "work_item"))
    return path


def run(provider: QgsProcessingProvider, town: Path, **given: Any) -> tuple[dict[str, Any], bool, str]:
    feedback, context = QgsProcessingFeedback(), QgsProcessingContext()
    parameters = {"NETWORK": str(town), **given}
    algorithm = provider.algorithm("plansearch").create()
    ok, said = algorithm.checkParameterValues(parameters, context)
    if not ok:
        return {}, False, said
    results, ok = algorithm.run(parameters, context, feedback)
    return results, ok, feedback.textLog()


def planned(
    provider: QgsProcessingProvider, town: Path, folder: Path, **given: Any
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    out = {name: str(folder / f"{name}.gpkg") for name in ("OUTPUT", "OUTPUT_PIPES")}
    results, ok, log = run(provider, town, START=START, **out, **given)
    assert ok, log
    return gpd.read_file(out["OUTPUT"]), gpd.read_file(out["OUTPUT_PIPES"]), results


def test_overdue_alarm_and_rate(town: Path, tmp_path: Path, provider: QgsProcessingProvider) -> None:
    runs, pipes, results = planned(provider, town, tmp_path, KM_PER_NIGHT=0.7)
    assert list(runs.columns)[:-1] == RUNS
    assert runs["reason"].tolist() == ["overdue", "alarm", "rate"]
    assert runs["zone_id"].tolist()[1:] == ["Z2", "Z1"]
    assert pd.isna(runs["zone_id"].iloc[0]) and str(runs["last_on"].iloc[0])[:10] == "2025-01-09"
    assert sorted(pipes["pipe_id"]) == sorted(PIPES)
    assert pipes["length_m"].sum() == pytest.approx(runs["length_m"].sum())
    # Written apart: 20 a year and 100 km everywhere, and one alarm on the metres of Z2.
    z2_m = pipes["length_m"][pipes["pipe_id"].str.startswith("Q")].sum()
    leaks = runs.set_index("run_id")["leaks_per_km"]
    assert leaks[(runs["reason"] == "alarm").to_numpy()].tolist() == pytest.approx([0.2 + 1000 / z2_m])
    assert leaks[(runs["reason"] == "rate").to_numpy()].tolist() == pytest.approx([0.2])
    assert results["KM"] == pytest.approx(runs["length_m"].sum() / 1000) and results["SHORT_KM"] == 0
    nights = [str(night)[:10] for night in runs["night"]]
    assert nights[0] == "2026-03-01" and nights == sorted(nights)
    assert results["BATCH_ID"] == ""


def test_nights_are_stored_and_planned_anew(town: Path, provider: QgsProcessingProvider) -> None:
    results, ok, log = run(provider, town, START=START, KM_PER_NIGHT=0.7, STORE=True)
    assert ok, log
    with open_network(town, by="li") as network:
        items = network.read("work_item", geometry=True)
        items = items[items["source"] == "plan"]
        assert set(items["type"]) == {"locate"} and set(items["state"]) == {"open"}
        assert sorted(name for one in items["pipes"] for name in one.split(";")) == sorted(PIPES)
        assert items["length_m"].sum() == pytest.approx(1000 * results["KM"])
        pipes = network.read("pipe", ["pipe_id"]).set_index("pipe_id")["geom"]
        for mark, listed in zip(items["geom"], items["pipes"]):
            assert min(pipes[name].distance(mark) for name in listed.split(";")) < 1e-3
        sent = items["item_id"].iloc[0]
        with network.write("edit") as batch:
            batch.update("work_item", pd.DataFrame({"item_id": [sent], "state": ["sent"]}))
        on_way = items["pipes"].iloc[0].split(";")
    _results, ok, log = run(provider, town, START=START, KM_PER_NIGHT=0.7, STORE=True)
    assert ok and "crews search already" in log
    with open_network(town, by="li") as network:
        again = network.read("work_item", geometry=False)
        again = again[again["source"] == "plan"]
        assert sent in set(again["item_id"])
        names = sorted(name for one in again["pipes"] for name in one.split(";"))
        assert names == sorted(PIPES)
        assert again.set_index("item_id").loc[sent, "pipes"].split(";") == on_way


@pytest.mark.slow
def test_what_is_planned_follows_a_pipe_that_is_split(town: Path, provider: QgsProcessingProvider) -> None:
    from support.edited_streets import Hand

    assert run(provider, town, START=START, STORE=True)[1]
    with open_network(town, by="li") as network:
        hand = Hand(network)
        hand.split()
        there = set(network.read("pipe", ["pipe_id"], geometry=False)["pipe_id"])
        items = network.read("work_item", ["source", "pipes"], geometry=False)
        planned = items[items["source"] == "plan"]["pipes"]
    assert len(there) > len(PIPES)
    assert {name for one in planned for name in one.split(";")} == there


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "said"),
    [({"CREWS": 0}, "at least 1 crew"), ({"MONTHS": 13}, "1 to 12 months"),
     ({"KM_PER_NIGHT": 0}, "more than 0"), ({"START": "soon"}, "soon")],
)  # fmt: skip
def test_bad_input_gets_one_sentence(
    town: Path, provider: QgsProcessingProvider, given: dict[str, Any], said: str
) -> None:
    with open_network(town) as network:
        before = len(network.batches())
    _results, ok, log = run(provider, town, STORE=True, **given)
    assert not ok and said in log and "Traceback" not in log
    with open_network(town) as network:
        assert len(network.batches()) == before


@pytest.mark.slow
def test_a_town_without_drinking_water_is_told(town: Path, provider: QgsProcessingProvider) -> None:
    with open_network(town, by="li") as network, network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": list(PIPES), "status": "abandoned"}))
    _results, ok, log = run(provider, town)
    assert not ok and "nothing to search" in log and "Traceback" not in log
