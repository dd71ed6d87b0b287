"""A step test is planned and recorded, headless; the ranking of the pipes reads what was recorded."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from support.headless import must, run
from support.leaking_zone import ALARM, BRANCHES, SINCE, ZONE, night_readings, write

from waternet_plugin.store import open_network

NIGHT = SINCE + np.timedelta64(5, "D")
STEPS = "2025-05-15 01:30-02:00 V-3; 2025-05-15 02:00-02:30 V-4"


@pytest.mark.slow
def test_a_plan_lists_the_valves_of_each_step_and_what_they_shut_off(
    leaking_file: Path, tmp_path: Path
) -> None:
    steps, pipes = tmp_path / "steps.csv", tmp_path / "pipes.gpkg"
    found = must("plansteptest", NETWORK=leaking_file, ALARM=ALARM, OUTPUT=steps, OUTPUT_PIPES=pipes)
    rows = pd.read_csv(steps)
    assert rows.columns.tolist() == ["step", "valves", "chance", "length_m", "customers"]
    assert sorted(rows["valves"]) == [f"V-{one}" for one in range(BRANCHES)]
    assert (found["COUNT"], found["CUSTOMERS"]) == (BRANCHES, 1)
    lines = gpd.read_file(pipes)
    assert sorted(lines["pipe_id"]) == [f"BRANCH-{one}" for one in range(BRANCHES)]
    assert lines.geometry.length.tolist() == pytest.approx([95.0] * BRANCHES)


@pytest.mark.slow
def test_what_was_shut_is_recorded_ranks_the_pipes_and_is_undone(leaking_file: Path) -> None:
    shut = {"V-3": ("01:30", "02:00"), "V-4": ("02:00", "02:30")}
    with open_network(leaking_file) as network:
        write(network, "reading", night_readings(NIGHT, shut, "V-4"))
    done = must("recordsteptest", NETWORK=leaking_file, ZONE=ZONE, STEPS=STEPS)
    assert done["COUNT"] == 2
    assert must("narrowleak", NETWORK=leaking_file, ALARM=ALARM)["MOST_LIKELY"] == "BRANCH-4"
    must("undobatch", NETWORK=leaking_file, BATCH=done["BATCH_ID"])
    with open_network(leaking_file) as network:
        assert not len(network.read("reading", ["node_id"], where={"quantity": "valve_open"}))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("algorithm", "parameters", "words"),
    [
        ("plansteptest", {}, "ALARM"),
        ("plansteptest", {"ZONE": "Z9"}, "Z9"),
        ("plansteptest", {"ZONE": ZONE, "STEPS": "0"}, "STEPS"),
        ("recordsteptest", {"STEPS": STEPS}, "Choose the zone"),
        ("recordsteptest", {"ZONE": ZONE}, "one step per line"),
        ("recordsteptest", {"ZONE": ZONE, "STEPS": "yesterday V-3"}, "yesterday V-3"),
        ("recordsteptest", {"ZONE": ZONE, "STEPS": STEPS}, "no readings"),
    ],
)
def test_bad_input_gets_one_sentence(
    leaking_file: Path, algorithm: str, parameters: dict[str, str], words: str
) -> None:
    answer = run(algorithm, NETWORK=leaking_file, **parameters)
    assert answer.status == 1
    assert words in answer.stderr and "Traceback" not in answer.stderr
