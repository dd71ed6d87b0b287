"""Work is closed only after the map has been checked; what is open is counted."""

from __future__ import annotations

import pandas as pd
import pytest
from support.slow_cases import a_few_quick
from support.store_helpers import foreign

from waternet_plugin.core.errors import StoreError

pytestmark = pytest.mark.either_store

DAY = pd.Timestamp("2025-05-05")
# The network of a test was made today or, by the clock of UTC, yesterday.
TODAY = pd.Timestamp.now().normalize() + pd.Timedelta(days=1)


def write(network, table: str, kind: str = "edit", *, change: bool = False, **columns: object) -> None:
    frame = pd.DataFrame({name: [value] for name, value in columns.items()})
    with network.write(kind) as batch:
        (batch.update if change else batch.insert)(table, frame)


def opened(network) -> list[str]:
    return network.open_work()["id"].tolist()


@pytest.mark.parametrize("closing", a_few_quick([{"closed_on": DAY}, {"state": "done"}], 1))
def test_a_work_item_closes_only_with_a_check_of_the_map(network, closing):
    write(network, "work_item", item_id="W1", type="repair", state="open", opened_on=DAY)
    assert opened(network) == ["W1"]
    with pytest.raises(StoreError, match="closes only after the map has been checked"):
        write(network, "work_item", change=True, item_id="W1", **closing)
    write(network, "work_item", change=True, item_id="W1", gis_checked_on=DAY, **closing)
    assert opened(network) == []
    with pytest.raises(StoreError, match="closes only after the map has been checked"):
        write(network, "work_item", change=True, item_id="W1", gis_checked_on=None)


def test_a_work_item_is_cancelled_without_a_check(network):
    write(network, "work_item", item_id="W1", state="open")
    write(network, "work_item", change=True, item_id="W1", state="cancelled", closed_on=DAY)
    assert opened(network) == []


def test_l9_what_is_due_stands_first_with_who_does_it(network):
    write(network, "work_item", item_id="W1", opened_on=DAY)
    write(network, "work_item", item_id="W2", opened_on=TODAY, due_on=TODAY, team="Team 2", person="Wu")
    write(network, "work_item", item_id="W3", opened_on=DAY, due_on=DAY)
    assert opened(network) == ["W3", "W2", "W1"]
    row = network.open_work().iloc[1]
    assert (row["due"], row["team"], row["person"]) == (TODAY.date().isoformat(), "Team 2", "Wu")


def test_what_was_finished_before_the_network_was_made_is_adopted_as_history(network):
    write(network, "work_item", "adopt", item_id="W1", state="done", closed_on=DAY)
    write(network, "failure", "adopt", failure_id="F1", date=DAY, repaired_on=DAY)
    assert opened(network) == []


@pytest.mark.parametrize("closed_on", a_few_quick([None, TODAY], 1))
def test_an_item_that_is_adopted_as_done_is_open_until_the_map_is_checked(network, closed_on):
    write(network, "work_item", "adopt", item_id="W2", type="repair", state="done", closed_on=closed_on)
    write(network, "work_item", "adopt", item_id="W3", state="cancelled", closed_on=closed_on)
    write(network, "work_item", "adopt", item_id="W4", state="done", gis_checked_on=TODAY)
    assert opened(network) == ["W2"]
    write(network, "work_item", change=True, item_id="W2", gis_checked_on=TODAY)
    assert opened(network) == []


def test_a_repair_that_is_adopted_is_open_until_the_map_is_checked(network):
    write(network, "failure", "adopt", failure_id="F1", date=TODAY, repaired_on=TODAY)
    write(network, "failure", "adopt", failure_id="F2", date=TODAY, repaired_on=TODAY, gis_checked_on=TODAY)
    assert opened(network) == ["F1"]
    write(network, "failure", change=True, failure_id="F1", gis_checked_on=TODAY)
    assert opened(network) == []


@pytest.mark.slow
def test_a_repair_that_was_entered_is_open_until_the_map_is_checked(network):
    write(network, "failure", "adopt", failure_id="OLD", repaired_on=DAY)
    write(network, "failure", "adopt", failure_id="F1", date=DAY)
    assert opened(network) == []
    write(network, "failure", change=True, failure_id="F1", repaired_on=DAY)
    write(network, "failure", failure_id="F2", date=DAY, repaired_on=DAY)
    assert opened(network) == ["F1", "F2"]
    # A run that writes the row afterwards changes nothing of that.
    write(network, "failure", "match", change=True, failure_id="F1", match_state="orphan")
    assert opened(network) == ["F1", "F2"]
    write(network, "failure", change=True, failure_id="F1", gis_checked_on=DAY)
    assert opened(network) == ["F2"]


def test_a_repair_entered_by_another_program_is_open(network):
    foreign(network, "INSERT INTO failure (failure_id, repaired_on) VALUES ('F9', '2025-05-05')")
    assert opened(network) == ["F9"]
