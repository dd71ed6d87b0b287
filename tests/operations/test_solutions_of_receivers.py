"""A point that a receiver measured without a fixed solution is told, and proves nothing of a pipe."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.small_surveys import EAST, NORTH, bring, empty_network

from waternet_plugin.core.survey.ledger import NOT_FIXED
from waternet_plugin.operations.survey.verification.verify_pipe import VerifyRequest, verify_pipe
from waternet_plugin.store.network import Network


def book(path: Path, states: tuple[str, str]) -> Path:
    """Write what a receiver exports: two points 15 m apart, with the state of each solution and its time."""
    rows = ["点号,X坐标,Y坐标,地面高程,编码,解状态,开始时间"]
    for number, state in enumerate(states):
        place = f"{NORTH:.3f},{EAST + 15 * number:.3f}"
        rows.append(f"A{number},{place},36.5,JS,{state},2026-11-18 09:1{number}:00")
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def said_of(network: Network) -> str:
    """Return the reasons of the newest verification."""
    return str(network.read("verification", geometry=False)["reasons"].iloc[-1])


def day_of(network: Network) -> str:
    """Return the day on which the pipe was surveyed."""
    return str(network.read("verification", geometry=False)["surveyed_on"].iloc[0])[:10]


@pytest.mark.slow
def test_a_floating_solution_stands_in_its_row_and_in_the_verdict(tmp_path: Path) -> None:
    with empty_network(tmp_path / "n.gpkg") as network:
        file = book(tmp_path / "a.csv", ("固定", "浮动"))
        done = bring(network, file, purpose="as_built", lines="sequence")
        assert done.rows["reason_code"].tolist()[-2:] == [None, NOT_FIXED]
        assert "浮动" in done.rows["reason"].iloc[-1]
        assert "measured without a fixed solution: A1" in said_of(network)
        # The time of the measurement is its day.
        assert day_of(network) == "2026-11-18"
        # Judged again from the network it is the same.
        verify_pipe(network, VerifyRequest(("A0-A1",), "Li"))
        assert "measured without a fixed solution: A1" in said_of(network)


@pytest.mark.slow
def test_fixed_solutions_are_nothing_to_be_told(tmp_path: Path) -> None:
    with empty_network(tmp_path / "n.gpkg") as network:
        done = bring(
            network, book(tmp_path / "a.csv", ("固定", "Fixed")), purpose="as_built", lines="sequence"
        )
        assert done.rows["reason_code"].tolist()[-2:] == [None, None]
        assert "fixed" not in said_of(network)


@pytest.mark.slow
def test_another_date_comes_before_the_time_of_the_receiver(tmp_path: Path) -> None:
    with empty_network(tmp_path / "n.gpkg") as network:
        file = book(tmp_path / "a.csv", ("固定", "固定"))
        lines = file.read_text(encoding="utf-8").splitlines()
        days = ["测量日期", "2026-11-17", "2026-11-17"]
        file.write_text("\n".join(f"{one},{day}" for one, day in zip(lines, days)), encoding="utf-8")
        bring(network, file, purpose="as_built", lines="sequence")
        assert day_of(network) == "2026-11-17"
