"""Areas are checked as the whole network: every finding is of one, that of a pipe where its middle is."""

from __future__ import annotations

import pandas as pd
import pytest
from support.quality_frames import CRS, TODAY, node_frame, pipe_frame

from waternet_plugin import store
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.operations.checks.check_network import check_network, write_issues

X, Y, STEP_M, SIDE = 500_000.0, 2_500_000.0, 100.0, 6
END_M = STEP_M * SIDE + 1
LOCAL = tuple(name for name, rule in catalogue().items() if rule.reach == "local")
# What decides of a dead end, of a hydrant, of a serial number may lie in another area.
FAR = {"dead_end_flush", "hydrant_spacing", "serial_twice"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> store.Network:
    """Streets from west to east, half of the pipes without material, a few short of their node."""
    pipes, nodes = [], []
    for number in range(SIDE * SIDE):
        street, place = divmod(number, SIDE)
        north, west = Y + STEP_M * street, X + STEP_M * place
        short = 0.3 if number % 17 == 0 else 0.0
        pipes.append(
            {
                "line": [(west, north), (west + STEP_M - short, north)],
                "from_node": f"N{street}-{place}",
                "to_node": None if short else f"N{street}-{place + 1}",
                "material": "ductile_iron" if number % 2 else None,
            }
        )
    for street in range(SIDE):
        for place in range(SIDE + 1):
            is_corner = place in (0, SIDE) and street in (0, SIDE - 1)
            kind = {"kind": "hydrant" if is_corner else "junction", "serial": "7" if is_corner else None}
            at = (X + STEP_M * place, Y + STEP_M * street)
            nodes.append({"node_id": f"N{street}-{place}", "at": at, **kind})
    path = tmp_path_factory.mktemp("areas") / "town.gpkg"
    with store.create_network(path, CRS) as network, network.write("adopt") as batch:
        batch.insert("pipe", pipe_frame(pipes))
        batch.insert("node", node_frame(nodes))
        batch.set_setting("quality.widespread_count", "17", source="test")
    return store.open_network(path)


def by_id(frame: pd.DataFrame) -> pd.DataFrame:
    columns = ["issue_id", "rule_id", "severity", "assets", "text", "root", "x", "y"]
    return frame[columns].set_index("issue_id").sort_index()


@pytest.mark.parametrize("past_middle_m", [-20.0, 20.0])
def test_findings_of_areas_are_those_of_the_whole_network(town: store.Network, past_middle_m: float) -> None:
    everything = check_network(town, today=TODAY)
    write_issues(town, everything, name="check")
    assert {*FAR, "doctor_widespread"} <= set(everything.findings.frame["rule_id"])
    whole = check_network(town, rules=LOCAL, today=TODAY).findings
    # The border crosses the third pipe of every street.
    border, north = X + 2.5 * STEP_M + past_middle_m, Y + 2.5 * STEP_M
    areas = [
        check_network(town, extent=(*low, *high), today=TODAY).findings
        for low, high in (
            ((X - 1, Y - 1), (border, north)),
            ((border, Y - 1), (X + END_M, north)),
            ((X - 1, north), (border, Y + END_M)),
            ((border, north), (X + END_M, Y + END_M)),
        )
    ]
    found = by_id(pd.concat([area.frame for area in areas]))
    pd.testing.assert_frame_equal(found, by_id(whole.frame[whole.frame["rule_id"].isin(LOCAL)]))
    counts = {rule: sum(area.counts[rule] for area in areas) for rule in LOCAL}
    assert counts == {rule: whole.counts[rule] for rule in LOCAL}
    crossing = {f"missing_material-pipe-P{SIDE * street + 3}" for street in range(SIDE)}
    west, east = ({*areas[side].frame["issue_id"], *areas[side + 2].frame["issue_id"]} for side in (0, 1))
    assert crossing <= (west if past_middle_m > 0 else east)
