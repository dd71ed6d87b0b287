"""The newest of two assessments is the one that was written last, whatever the clock said."""

from __future__ import annotations

import pandas as pd
import pytest
from support.store_helpers import CRS, assessment_frame, pipe_frame, run_frame

from waternet_plugin.core.errors import InputError
from waternet_plugin.operations.health.compare_runs import CompareRequest, compare_runs
from waternet_plugin.operations.health.recorded_runs import read_runs
from waternet_plugin.operations.renewal.plan_basis import assessment_to_plan
from waternet_plugin.store import create_network

NOW = pd.Timestamp("2026-01-01", tz="UTC")


@pytest.fixture
def town(tmp_path):
    """A network with three pipes."""
    with create_network(tmp_path / "town.gpkg", CRS) as network:
        with network.write("adopt") as batch:
            batch.insert("pipe", pipe_frame(3))
        yield network


@pytest.mark.slow
@pytest.mark.parametrize("jump", ["-1h", "-365D", "7D"])
def test_every_newest_run_is_the_last_one_written(town, jump):
    for number, run in enumerate(("R0001", "R0002")):
        rows = assessment_frame(run, ["P00001", "P00002"]).assign(
            **{"class": ["priority", "monitor"][number]}
        )
        with town.write("assess") as batch:
            batch.insert("assessment_run", run_frame(run).assign(made_on=NOW + number * pd.Timedelta(jump)))
            batch.insert("assessment", rows)
    found = compare_runs(town, CompareRequest())
    assert (found.earlier, found.later, found.counts["better"]) == ("R0001", "R0002", 2)
    assert assessment_to_plan(town, "")["run_id"] == "R0002"
    assert read_runs(town).shown.run_id == "R0002"


def test_a_pipe_that_is_twice_in_a_run_counts_as_it_was_written_last(town):
    for run in ("R0001", "R0002"):
        with town.write("assess") as batch:
            batch.insert("assessment_run", run_frame(run))
            batch.insert("assessment", assessment_frame(run, ["P00001", "P00001", "P00002"]))
    found = compare_runs(town, CompareRequest())
    assert found.pipes["pipe_id"].tolist() == ["P00001", "P00002"]


@pytest.mark.slow
def test_a_run_whose_day_is_gone_is_refused_by_its_id(town):
    with town.write("assess") as batch:
        batch.insert("assessment_run", run_frame("R0001").assign(as_of=pd.NaT))
    with pytest.raises(InputError, match=r"R0001 is not known any more\. Assess health again"):
        assessment_to_plan(town, "")
