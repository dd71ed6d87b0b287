"""What names the rows that an undo takes away is counted before and listed afterwards."""

from __future__ import annotations

import pandas as pd
import pytest
from support.slow_cases import a_few_quick
from support.store_helpers import a_shape, a_value, foreign

from waternet_plugin.core.schema.references import Reference, references, target_codes
from waternet_plugin.core.schema.tables import all_tables

pytestmark = pytest.mark.either_store

PAIRS = [(one, target) for one in references() for target in one.targets]
# Ids that name no row of the network: what a file reported, the rule of a finding, and what was given to a
# crew, which is history: it keeps the id of then and is matched by UUID.
NAMING_NOTHING = {("failure", "reported_pipe_id"), ("issue", "rule_id"), ("field_package_row", "asset")}


def a_row(name: str, **values: object) -> pd.DataFrame:
    """Return one row of a table, with what it asks for and what is given."""
    one = all_tables()[name]
    given = {field.name: a_value(field) for field in one.fields if field.required}
    if one.has_geometry:
        given["geom"] = a_shape(one.geometry, 0)
    return pd.DataFrame([{**given, **values}])


def naming_row(one: Reference, target: str, **values: object) -> pd.DataFrame:
    """Return a row whose field names ``GOES`` of a table, which another field of the row may say."""
    beside, codes = target_codes(one.table, one.field, target)
    said = {beside: codes[0]} if beside and codes else {}
    return a_row(one.table, **values, **said, **{one.field: "GOES"})


@pytest.mark.slow
@pytest.mark.parametrize(("one", "target"), PAIRS, ids=[f"{one.table}.{one.field}-{to}" for one, to in PAIRS])
def test_a_row_that_names_what_goes_is_counted_and_listed(network, one, target):
    of_target, naming = all_tables()[target], all_tables()[one.table]
    has_id = naming.id_field in naming.field_names
    with network.write("adopt") as batch:
        batch.insert(target, a_row(target, **{of_target.id_field: "GOES"}))
    with network.write("adopt") as batch:
        values = {naming.id_field: "NAMES"} if has_id else {}
        batch.insert(one.table, naming_row(one, target, **values))
    expected = (one.table, one.field, target, 1, ("NAMES" if has_id else "GOES",))
    told = network.undoing("B0002")
    assert [(d.table, d.field, d.target, d.rows, d.assets) for d in told.dependents] == [expected]
    undone = network.undo("B0002")
    assert [(d.table, d.field, d.target, d.rows, d.assets) for d in undone.orphans] == [expected]
    assert network.count(one.table) == 1


@pytest.mark.parametrize(
    ("one", "target"),
    a_few_quick(PAIRS, 2, is_tuple_one_value=False),
    ids=[f"{one.table}.{one.field}-{to}" for one, to in PAIRS],
)
def test_a_row_that_goes_itself_is_not_counted(network, one, target):
    of_target, naming = all_tables()[target], all_tables()[one.table]
    with network.write("adopt") as batch:
        batch.insert(target, a_row(target, **{of_target.id_field: "GOES"}))
        values = {naming.id_field: "TOO"} if naming.id_field in naming.field_names else {}
        batch.insert(one.table, naming_row(one, target, **values))
    assert network.undoing("B0002").dependents == ()
    assert network.undo("B0002").orphans == ()


def test_a_pipe_that_stays_keeps_its_node(network):
    with network.write("adopt") as batch:
        batch.insert("node", a_row("node", node_id="N1"))
        batch.insert("pipe", a_row("pipe", pipe_id="P1", from_node="N1"))
        batch.insert("pipe", a_row("pipe", pipe_id="P2", to_node="N1"))
    foreign(network, "UPDATE pipe SET note = 'mine' WHERE pipe_id = 'P1'")
    assert network.undoing("B0002").needed == (("node", "N1"),)
    undone = network.undo("B0002", skip_changed=True)
    assert undone.left == (("pipe", "P1"), ("node", "N1"))
    assert undone.orphans == ()
    assert network.read("node")["node_id"].tolist() == ["N1"]
    assert network.read("pipe")["pipe_id"].tolist() == ["P1"]


def test_a_row_that_was_there_before_the_batch_does_not_go(network):
    with network.write("adopt") as batch:
        batch.insert("pipe", a_row("pipe", pipe_id="P1"))
        batch.insert("failure", a_row("failure", failure_id="F1", pipe_id="P1"))
    with network.write("edit") as batch:
        batch.update("pipe", pd.DataFrame({"pipe_id": ["P1"], "note": ["x"]}))
    assert network.undoing("B0003").dependents == ()


def test_every_id_of_another_row_is_known_as_one():
    known = {(one.table, one.field) for one in references()} | NAMING_NOTHING
    for name, one in all_tables().items():
        for field in one.fields:
            # The id that a row had in its file names the row itself.
            is_own = field.name in (one.id_field, "batch_id", "source_id")
            if one.log != "none" and field.name.endswith(("_id", "_node", "_ids", "asset")) and not is_own:
                assert (name, field.name) in known
