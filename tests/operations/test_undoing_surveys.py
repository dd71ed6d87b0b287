"""An undo of a survey that leaves later changes leaves nothing that lacks what it needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from support.small_surveys import bring, empty_network, put_pipe, write_survey
from support.surveyed_pipes import photo

from waternet_plugin.core.schema.references import references
from waternet_plugin.core.schema.tables import all_tables
from waternet_plugin.operations.verify_pipe import VerifyRequest, verify_pipe
from waternet_plugin.store.network import Network

POINTS = [(f"WS{n}", 20.0 * n, 0.0, 36.5, "", "检查井") for n in range(4)]
LINES = [f"WS{n},WS{n + 1},1.5,1.5,PE,300,trench.jpg" for n in range(3)]
HEAD = "起点点号,终点点号,起点埋深(m),终点埋深(m),材质,管径(mm),照片"


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    """A network into which three sewers were surveyed as built."""
    with empty_network(tmp_path / "n.gpkg") as found:
        folder = write_survey(tmp_path / "a", POINTS, LINES, head=HEAD, prefix="WS")
        photo(folder / "trench.jpg")
        bring(found, folder, purpose="as_built")
        yield found


def dangling(network: Network) -> list[tuple[str, str, str]]:
    """Return table, field and id of every reference to a row that is not there."""
    found = []
    for one in references():
        rows = network.read(one.table, [one.field], geometry=False)[one.field].dropna()
        there: set[str] = set()
        for target in one.targets:
            key = all_tables()[target].id_field
            there |= set(network.read(target, [key], geometry=False)[key])
        for cell in rows:
            names = str(cell).split(";") if one.is_list else [str(cell)]
            found += [(one.table, one.field, name) for name in names if name not in there]
    return found


def note(network: Network, pipe_id: str) -> None:
    """Change a pipe as a person does."""
    with network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": [pipe_id], "note": ["seen"]}))


def test_a_pipe_that_was_changed_stays_with_nodes_survey_verdict_and_photo(network: Network) -> None:
    survey = network.batches().iloc[0]["batch_id"]
    note(network, "WS0-WS1")
    told = network.undoing(survey)
    assert ("node", "WS0") in told.needed
    network.undo(survey, skip_changed=True)
    assert network.read("pipe")["pipe_id"].tolist() == ["WS0-WS1"]
    assert network.read("node")["node_id"].tolist() == ["WS0", "WS1"]
    assert network.read("verification", geometry=False)["pipe_id"].tolist() == ["WS0-WS1"]
    assert network.count("attachment") == 1
    assert network.count("survey_batch") == 2
    assert dangling_but_rows(network) == []


def dangling_but_rows(network: Network) -> list[tuple[str, str, str]]:
    """Return references to nothing, without those of the ledger, which tells of all rows of a file."""
    return [one for one in dangling(network) if one[0] != "survey_row"]


def test_a_pipe_that_was_verified_later_stays_too(network: Network) -> None:
    survey = network.batches().iloc[0]["batch_id"]
    verify_pipe(network, VerifyRequest("WS2-WS3", "Li"))
    note(network, "WS0-WS1")
    network.undo(survey, skip_changed=True)
    assert network.read("pipe")["pipe_id"].tolist() == ["WS0-WS1", "WS2-WS3"]
    assert dangling_but_rows(network) == []


def test_without_later_changes_nothing_is_left(network: Network) -> None:
    network.undo(network.batches().iloc[0]["batch_id"])
    for table in ("pipe", "node", "verification", "attachment", "survey_batch", "survey_row"):
        assert network.count(table) == 0


def test_parts_of_a_planned_pipe_stay_together(tmp_path: Path) -> None:
    with empty_network(tmp_path / "n.gpkg") as network:
        put_pipe(network, "P1", [(0, 0), (100, 0)], material="pe", diameter_mm=150.0)
        points = [("A1", 0.0, 0.0, 36.5, "", ""), ("A2", 18.0, 0.0, 36.5, "", "")]
        points += [("A8", 0.0, 30.0, 36.5, "", ""), ("A9", 5.0, 30.0, 36.5, "", "")]
        head = "起点点号,终点点号,起点埋深(m),终点埋深(m),材质,管径(mm)"
        folder = write_survey(
            tmp_path / "a", points, ["A1,A2,1.2,1.2,PE,150", "A8,A9,1.2,1.2,PE,150"], head=head
        )
        bring(network, folder, purpose="as_built")
        survey = network.batches().iloc[0]["batch_id"]
        assert sorted(network.read("pipe")["length_m"].round(1)) == [5.0, 18.0, 82.0]
        laid = next(row["pipe_id"] for _at, row in network.read("pipe").iterrows() if row["length_m"] < 50)
        note(network, str(laid))
        network.undo(survey, skip_changed=True)
        assert sorted(network.read("pipe")["length_m"].round(1)) == [18.0, 82.0]
        assert dangling_but_rows(network) == []
