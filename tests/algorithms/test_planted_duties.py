"""Duties planted in the sample town: every figure that scripts get of them is the planted one."""

from __future__ import annotations

import datetime
import json
import shutil
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
from qgis.core import QgsProcessingProvider
from support import planted_duties as planted
from support.headless import must

from waternet_plugin.operations.compounds.compound_needs import compound_needs
from waternet_plugin.operations.compounds.compound_state import compound_state
from waternet_plugin.store import open_network

DAY = datetime.date(2026, 6, 15)
MONTH = "2026-05"
LOOKED_AT = (planted.BUSY, planted.CLEAN, "XQ-02", "XQ-22")


@pytest.fixture(scope="module")
def town(sample_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample town with its planted duties."""
    path = tmp_path_factory.mktemp("planted") / "town.gpkg"
    shutil.copy(sample_town / "en" / "sample_town.gpkg", path)
    with open_network(path) as network:
        planted.plant(network, DAY)
    return path


def test_the_planted_figures_agree_with_each_other() -> None:
    tanks, wrong, permits, work = (sum(column) for column in zip(*planted.NEEDS.values()))
    assert tanks == len(planted.OVERDUE) == 12 and wrong == len(planted.WRONG) + 1 and work == 1
    assert len(planted.WITHOUT_PERMIT) + len(planted.ENDED_PERMITS) == 9
    # Two of them are in no compound.
    assert permits == 9 - list(planted.WITHOUT_PERMIT.values()).count(None) == 7
    assert planted.CLEAN not in planted.NEEDS and len(planted.MEASURED) == 3


def known(value: Any) -> Any:
    """Return a cell, None for unknown."""
    return None if pd.isna(value) else value


@pytest.mark.slow
def test_the_schedule_of_tanks(town: Path, tmp_path: Path, provider: QgsProcessingProvider) -> None:
    done = must("scheduletanks", NETWORK=town, AS_OF=DAY, OUTPUT=tmp_path / "t.gpkg", STORE="true")
    tanks = gpd.read_file(tmp_path / "t.gpkg").set_index("node_id")
    late = tanks[tanks["state"] == "overdue"]
    assert done["OVERDUE"] == len(late) == 12 and done["TANKS"] == 45 and done["UNKNOWN"] == 0
    days = {
        name: (row["compound_id"], (DAY - pd.Timestamp(row["due_on"]).date()).days)
        for name, row in late.iterrows()
    }
    assert days == {name: (compound, days) for name, compound, _cycle, days in planted.OVERDUE}
    assert tanks.loc[planted.DUE_TODAY, "state"] == "due"
    measured = tanks[tanks["basis"] == "measured"]
    found = {
        name: (
            round(row["persons"], 6), row["cycle_d"], (pd.Timestamp(row["due_on"]).date() - DAY).days
        )
        for name, row in measured.iterrows()
    }  # fmt: skip
    assert found == planted.MEASURED_CYCLES
    assert {name for name in tanks.index if "catering" in tanks.loc[name, "reasons"]} == {
        planted.KITCHEN_TANK
    }
    assert planted.TOLD_OF_CATERING in tanks.loc[planted.KITCHEN_TANK, "reasons"]


@pytest.mark.slow
def test_facts_and_the_pane_say_what_was_planted(
    town: Path, tmp_path: Path, provider: QgsProcessingProvider
) -> None:
    must("scheduletanks", NETWORK=town, AS_OF=DAY, STORE="true")
    must("findmisconnections", NETWORK=town, STORE="true")
    must("compoundfacts", NETWORK=town, AS_OF=DAY, OUTPUT=tmp_path / "u.gpkg")
    units = gpd.read_file(tmp_path / "u.gpkg")
    compounds = units[units["unit"] == "compound"].set_index("compound_id")
    with open_network(town) as network:
        needs = compound_needs(network, DAY)
        states = {name: compound_state(network, name, DAY) for name in LOOKED_AT}
    assert (needs.compounds, needs.tanks_overdue, needs.without_permit) == (34, 12, 9)
    rows = {
        row["compound_id"]: tuple(row[key] for key in ("tanks", "misconnections", "permits", "work"))
        for row in needs.rows
    }
    assert rows == planted.NEEDS
    for name, state in states.items():
        tanks, wrong, permits, _work = planted.NEEDS.get(name, (0, 0, 0, 0))
        figures = {figure.key: figure.count for figure in state.figures}
        assert (figures["tanks"], figures["misconnections"], figures["permits"]) == (tanks, wrong, permits)
    for name, row in compounds.iterrows():
        assert row[["overdue", "misconnections"]].tolist() == list(planted.NEEDS.get(name, (0, 0))[:2]), name
    assert states[planted.CLEAN].is_clean and not states[planted.BUSY].is_clean


@pytest.mark.slow
def test_the_score_of_the_month(town: Path, tmp_path: Path, provider: QgsProcessingProvider) -> None:
    must(
        "scorecompounds", NETWORK=town, MONTH=MONTH, AS_OF=DAY, OUTPUT=tmp_path / "s.gpkg",
        OUTPUT_INDICATORS=tmp_path / "i.csv", REPORT=tmp_path / "r.html",
    )  # fmt: skip
    indicators = pd.read_csv(tmp_path / "i.csv")
    mine = indicators[indicators["compound_id"] == planted.BUSY].set_index("indicator")
    for name, cells in planted.INDICATORS.items():
        row = [known(mine.loc[name, column]) for column in ("numerator", "denominator", "points")]
        assert row == [None if each is None else pytest.approx(each, abs=1e-3) for each in cells], name
    assert set(mine.index[mine["source"] == "entered"]) == set(planted.ENTERED)
    score = gpd.read_file(tmp_path / "s.gpkg").set_index("compound_id").loc[planted.BUSY]
    assert (score["score_low"], score["score_high"], score["grade"]) == planted.SCORE
    assert score["hours"] == pytest.approx(planted.HOURS, abs=1e-5)
    # Elsewhere there is one patrol, and no case.
    other = indicators[indicators["compound_id"] == planted.CLEAN].set_index("indicator")
    assert other.loc[["rounds", "timely", "pipe_cleaning"], "points"].tolist() == [0.8, 1.0, 0.5]
    figures = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert planted.TURNED in json.dumps(figures) or planted.TURNED in (tmp_path / "r.html").read_text("utf-8")
