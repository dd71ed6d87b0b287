"""Grading the inspections of the sample town: empty grades are filled in once, as one batch."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from support.headless import must, run

from waternet_plugin import store


@pytest.mark.slow
def test_grades_of_the_sample_town_are_filled_in_and_taken_back(tmp_path: Path) -> None:
    town = Path(must("loadsample", OUTPUT=tmp_path / "town")["NETWORK"])
    output = tmp_path / "grades.csv"
    listed = must("gradeinspections", NETWORK=town, STORE=False, OUTPUT=output)
    assert listed["FILLED"] == 0 < listed["GRADED"] == listed["INSPECTIONS"] == len(pd.read_csv(output))
    first = must("gradeinspections", NETWORK=town)
    assert first["FILLED"] == first["INSPECTIONS"]
    with store.open_network(str(town)) as network:
        kept = network.read("inspection", ["inspection_id", "structural_grade"], geometry=False)
    computed = pd.read_csv(output).set_index("inspection_id")["structural_grade"]
    assert kept.set_index("inspection_id")["structural_grade"].astype(int).to_dict() == computed.to_dict()
    again = must("gradeinspections", NETWORK=town)
    assert (again["FILLED"], again["DIFFERING"]) == (0, 0)
    must("undobatch", NETWORK=town)
    with store.open_network(str(town)) as network:
        assert (
            network.read("inspection", ["structural_grade"], geometry=False)["structural_grade"].isna().all()
        )


@pytest.mark.slow
def test_a_standard_that_there_is_not_is_refused(tmp_path: Path) -> None:
    town = must("createnetwork", CRS="EPSG:4547", OUTPUT=tmp_path / "n.gpkg")["OUTPUT"]
    answer = run("gradeinspections", NETWORK=town, STANDARD="din")
    assert answer.status == 1 and "din" in answer.stderr
