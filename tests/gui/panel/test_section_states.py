"""What sections say of checks rests on what was looked at: rules, area and time, whoever checked."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from waternet_plugin import store
from waternet_plugin.core import texts
from waternet_plugin.gui.dock.sections import dma, drainage
from waternet_plugin.operations.checks.record_check import CheckRequest, record_check
from waternet_plugin.operations.checks.recorded_issues import read_issues
from waternet_plugin.operations.contents.zone_states import zone_states
from waternet_plugin.operations.dma.check_dma import ZoneCheckRequest, check_dma
from waternet_plugin.operations.drainage.drain_state import drain_state
from waternet_plugin.operations.drainage.find_misconnections import MisconnectionRequest, find_misconnections
from waternet_plugin.store.network import Network

# Far from everything.
_NOWHERE = (0.0, 0.0, 1.0, 1.0)


@pytest.fixture
def town(sample_town: Path, tmp_path: Path) -> Iterator[Network]:
    """The sample town as it was before anybody checked it."""
    path = Path(shutil.copy(sample_town / "en" / "sample_town.gpkg", tmp_path))
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE batch SET facts = NULL WHERE kind = 'check'")
        database.execute("DELETE FROM setting WHERE key = 'quality.checked_up_to'")
    with store.open_network(path) as network:
        yield network


def _check(**wanted: Any) -> Callable[[Network], str]:
    return lambda network: record_check(network, CheckRequest("Check", **wanted)).batch_id


def _areas(network: Network) -> str:
    return check_dma(network, ZoneCheckRequest("Check", store=True)).batch_id


def _drains(network: Network) -> str:
    return find_misconnections(network, MisconnectionRequest("Check", store=True)).batch_id


@pytest.mark.slow
@pytest.mark.parametrize(
    ("check", "issues", "drains"),
    [
        (_check(rules=("sewage_to_storm", "zero_length")), False, False),
        (_check(extent=_NOWHERE), False, False),
        (_check(extent=_NOWHERE, only_changed=True), False, False),
        (_areas, False, False),
        (_drains, False, True),
        (_check(), True, True),
    ],
    ids=["some rules", "an area", "changes in an area", "metered areas", "drains", "everything"],
)
def test_only_what_was_looked_at_everywhere_is_checked(
    town: Network, check: Callable[[Network], str], issues: bool, drains: bool
) -> None:
    batch = check(town)
    assert read_issues(town).is_checked is issues
    assert bool(drain_state(town).checked_on) is drains
    if issues:
        town.undo(batch)
        assert not read_issues(town).is_checked and not drain_state(town).checked_on


def test_issues_are_read_once_for_all_who_show_them(town: Network) -> None:
    panel, listed = read_issues(town), read_issues(town)
    assert listed.table is panel.table
    issue = panel.issues[0]
    with town.write("edit") as batch:
        batch.update("issue", pd.DataFrame({"issue_id": [issue.issue_id], "state": ["accepted"]}))
    assert read_issues(town).issue(issue.issue_id).state == "accepted"
    assert panel.issue(issue.issue_id) == issue
    with texts.speaking(None, "zh_CN"):
        assert read_issues(town).language == "zh_CN"


@pytest.mark.slow
def test_what_was_edited_waits_until_all_rules_looked_at_it(town: Network) -> None:
    record_check(town, CheckRequest("Check"))
    assert read_issues(town).changed == 0
    pipe = town.read("pipe", ["pipe_id"], geometry=False)["pipe_id"].iloc[0]
    with town.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": [pipe], "note": ["seen"]}))
    assert read_issues(town).changed == 1
    for partly in (
        _check(extent=_NOWHERE), _check(extent=_NOWHERE, only_changed=True), _check(rules=("zero_length",)),
        _areas, _drains,
    ):  # fmt: skip
        partly(town)
        # Verdicts of areas are written to them, too.
        assert read_issues(town).changed >= 1
    record_check(town, CheckRequest("Check", only_changed=True))
    assert read_issues(town).changed == 0


@pytest.mark.slow
@pytest.mark.parametrize("seen", ["drains", "areas"])
def test_edits_after_a_check_are_told_beside_its_answer(town: Network, seen: str) -> None:
    (_drains if seen == "drains" else _areas)(town)
    section, systems = (drainage, ["sewage", "storm"]) if seen == "drains" else (dma, ["potable"])
    assert section._read(town).edited == 0
    pipes = town.read("pipe", ["pipe_id", "system"], geometry=False)
    mine = pipes["system"].isin(systems)
    for one, edited in ((pipes[~mine], 0), (pipes[mine], 1)):
        with town.write("edit") as batch:
            batch.update("pipe", pd.DataFrame({"pipe_id": [one["pipe_id"].iloc[0]], "note": ["seen"]}))
        assert section._read(town).edited == edited
    # A check by all rules of what was changed looks at drains too; areas are judged as wholes alone.
    with town.write("edit") as batch:
        batch.delete("pipe", [pipes[mine]["pipe_id"].iloc[1]])
    assert section._read(town).edited == 2
    (_drains if seen == "drains" else _areas)(town)
    assert section._read(town).edited == 0


@pytest.mark.slow
def test_areas_are_checked_since_the_oldest_of_their_checks(town: Network) -> None:
    days = {"DMA-1": "2025-03-01", "DMA-2": "2026-01-05"}
    with town.write("edit") as batch:
        rows = pd.DataFrame({"zone_id": list(days), "checked_on": pd.to_datetime(list(days.values()))})
        batch.update("zone", rows.assign(verdict="valid"))
    assert zone_states(town).checked_on == "2025-03-01"
