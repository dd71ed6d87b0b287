"""An undo of a survey that leaves later changes leaves nothing that lacks what it needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from shapely import LineString
from support.small_surveys import bring, empty_network, put_pipe, write_survey
from support.store_helpers import foreign
from support.surveyed_pipes import photo

from waternet_plugin.core.errors import StoreError
from waternet_plugin.core.schema.references import references
from waternet_plugin.core.schema.tables import EDITING, all_tables
from waternet_plugin.operations.survey.verification.verify_pipe import VerifyRequest, verify_pipe
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


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_pipe_that_was_verified_later_stays_too(network: Network) -> None:
    survey = network.batches().iloc[0]["batch_id"]
    verify_pipe(network, VerifyRequest(("WS2-WS3",), "Li"))
    note(network, "WS0-WS1")
    network.undo(survey, skip_changed=True)
    assert network.read("pipe")["pipe_id"].tolist() == ["WS0-WS1", "WS2-WS3"]
    assert dangling_but_rows(network) == []


@pytest.mark.slow
def test_without_later_changes_nothing_is_left(network: Network) -> None:
    network.undo(network.batches().iloc[0]["batch_id"])
    for table in ("pipe", "node", "verification", "attachment", "survey_batch", "survey_row"):
        assert network.count(table) == 0


@pytest.mark.slow
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


def empty_of_the_survey(network: Network) -> None:
    """Nothing of the survey is left, and nothing that names it."""
    for table in ("pipe", "node", "verification", "attachment", "survey_batch", "survey_row"):
        assert network.count(table) == 0, table
    assert dangling(network) == []


def cut_in_two(network: Network) -> None:
    """Divide a pipe at a new node as a Save does."""
    pipe = network.read("pipe", ids=["WS0-WS1"])
    line = pipe["geom"].iloc[0]
    middle = line.interpolate(0.5, normalized=True)
    halves = [LineString([line.coords[0], middle.coords[0]]), LineString([middle.coords[0], line.coords[-1]])]
    part = pipe.assign(pipe_id="NEW", from_node="N1", geom=halves[1:])
    rest = pd.DataFrame({"pipe_id": ["WS0-WS1"], "to_node": ["N1"], "geom": halves[:1]})
    with network.write("edit") as batch:
        batch.insert(
            "node",
            pd.DataFrame({"node_id": ["N1"], "kind": ["manhole"], "status": ["in_use"], "geom": [middle]}),
        )
        batch.insert(
            "pipe", part[["pipe_id", "from_node", "to_node", "system", "status", "survey_batch", "geom"]]
        )
        batch.update("pipe", rest)


def rename(network: Network) -> None:
    """Give a pipe another id, as another program does, and a value under it."""
    foreign(network, "UPDATE pipe SET pipe_id = 'P1' WHERE pipe_id = 'WS0-WS1'")
    note(network, "P1")


LATER = {
    "changed": lambda network: note(network, "WS0-WS1"),
    "changed twice": lambda network: (note(network, "WS0-WS1"), edit_outside(network)),
    "verified": lambda network: (
        verify_pipe(network, VerifyRequest(("WS2-WS3",), "Li")),
        edit_outside(network),
    ),
    "renamed": rename,
    "cut": cut_in_two,
    "cut, then verified": lambda network: (
        cut_in_two(network),
        verify_pipe(network, VerifyRequest(("NEW",), "Li")),
    ),
}


def edit_outside(network: Network) -> None:
    """Change a pipe as another program does, without a batch."""
    foreign(network, "UPDATE pipe SET street = 'mine' WHERE pipe_id = 'WS0-WS1'")


@pytest.mark.slow
@pytest.mark.parametrize(
    "later",
    [one if one == "cut, then verified" else pytest.param(one, marks=pytest.mark.slow) for one in LATER],
)
def test_all_of_it_goes_with_the_later_changes_and_comes_back_with_them(network: Network, later: str) -> None:
    survey = network.batches().iloc[0]["batch_id"]
    LATER[later](network)
    tables = {name: network.read(name) for name in ("pipe", "node", "verification")}
    told = network.undoing(survey)
    assert told.later and told.later_batches
    with pytest.raises(StoreError, match="WITH_LATER"):
        network.undo(survey)
    undone = network.undo(survey, with_later=True)
    assert undone.left == ()
    empty_of_the_survey(network)
    network.undo(undone.batch_id)
    for name, frame in tables.items():
        columns = [one for one in frame.columns if one not in (*EDITING, "geom")]
        before, after = (
            one.sort_values(all_tables()[name].id_field)[columns].reset_index(drop=True)
            for one in (frame, network.read(name))
        )
        pd.testing.assert_frame_equal(after, before)


@pytest.mark.slow
def test_a_node_of_the_survey_at_which_another_pipe_ends_stays_with_its_file(network: Network) -> None:
    survey = network.batches().iloc[0]["batch_id"]
    put_pipe(network, "P1", [(20.0, 0.0), (20.0, 50.0)])
    ends = pd.DataFrame({"pipe_id": ["P1"], "from_node": ["WS1"]})
    with network.write("edit") as batch:
        batch.update("pipe", ends)
    note(network, "WS0-WS1")
    undone = network.undo(survey, with_later=True)
    assert network.read("pipe")["pipe_id"].tolist() == ["P1"]
    assert "WS1" in network.read("node")["node_id"].tolist()
    assert ("node", "WS1") in undone.left
    assert dangling_but_rows(network) == []


@pytest.mark.slow
def test_a_change_of_other_rows_in_the_same_later_batch_stays(network: Network) -> None:
    survey = network.batches().iloc[0]["batch_id"]
    put_pipe(network, "P1", [(0.0, 90.0), (20.0, 90.0)])
    with network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P1", "WS0-WS1"], "note": ["mine", "seen"]}))
    network.undo(survey, with_later=True)
    assert network.read("pipe")[["pipe_id", "note"]].values.tolist() == [["P1", "mine"]]


def test_leaving_and_undoing_later_changes_is_refused(network: Network) -> None:
    with pytest.raises(StoreError, match="Choose one"):
        network.undo(None, skip_changed=True, with_later=True)
