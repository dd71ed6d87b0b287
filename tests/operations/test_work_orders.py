"""Orders at assets of any kind, one visit for those of a compound, and what becomes of them."""

from __future__ import annotations

import datetime
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.compound_town import EAST, FIRST, NORTH, SECOND, make_compounds, write
from support.slow_cases import a_few_quick

from waternet_plugin import store
from waternet_plugin.core.errors import InputError, RowRefusedError
from waternet_plugin.core.quality.catalogue import catalogue
from waternet_plugin.core.quality.issues.order_types import order_type, order_types
from waternet_plugin.core.schema.domains import domain
from waternet_plugin.operations.work.issue_orders import request_of_issues
from waternet_plugin.operations.work.record_work import CHECKED, STATES, WorkRequest, record_work
from waternet_plugin.operations.work.work_list import work_list
from waternet_plugin.operations.work.write_orders import (
    LEAVE_OUT,
    REPEAT,
    OrderGroups,
    OrderRequest,
    write_order_groups,
    write_orders,
)
from waternet_plugin.store.network import Network

DAY = datetime.date(2026, 3, 2)


@pytest.fixture(scope="module")
def compounds_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compounds in a file."""
    return make_compounds(tmp_path_factory.mktemp("compounds") / "compounds.gpkg")


@pytest.fixture
def town(compounds_file: Path, tmp_path: Path) -> Iterator[Network]:
    """A copy of the compounds, open."""
    with store.open_network(shutil.copy(compounds_file, tmp_path / "town.gpkg")) as network:
        yield network


def items(network: Network, *columns: str) -> list[list[Any]]:
    """Return columns of the work items, None for unknown."""
    frame = network.read("work_item", list(columns), geometry=False)[list(columns)].astype(object)
    return frame.where(frame.notna(), None).to_numpy().tolist()


def order(network: Network, *assets: str, **wanted: Any) -> tuple[str, ...]:
    wanted = {"type": "clean", "opened_on": DAY, **wanted}
    return write_orders(network, OrderRequest(assets, **wanted)).item_ids


def record(network: Network, ids: Any, state: str, **wanted: Any) -> str:
    return record_work(network, WorkRequest(tuple(ids), state, **wanted)).batch_id


@pytest.mark.slow
def test_one_order_for_all_inlets_of_a_compound_is_a_visit_of_one_item_each(town: Network) -> None:
    assets = [f"IN-{number}" for number in range(5)]
    ids = order(town, *assets, due_on=DAY, team="Team 2", note="Clean the inlet.")
    assert ids == ("W-0001", "W-0002", "W-0003", "W-0004", "W-0005")
    assert items(town, "asset", "compound_id", "street", "visit") == [
        ["IN-0", FIRST, None, "V-0001"],
        ["IN-1", FIRST, None, "V-0001"],
        # In both compounds: the first by id.
        ["IN-2", FIRST, "人民路", "V-0001"],
        # By its own word, not by its place.
        ["IN-3", FIRST, None, "V-0001"],
        ["IN-4", None, "建设路", None],
    ]
    assert items(town, "type", "state", "source", "team", "note")[0] == [
        "clean", "open", "finding", "Team 2", "Clean the inlet.",
    ]  # fmt: skip
    first = town.read("work_item").iloc[0]
    assert (first.geom.x, first.geom.y) == (EAST + 10, NORTH + 10)
    town.undo()
    assert town.count("work_item") == 0


@pytest.mark.slow
def test_visits_of_later_orders_have_other_names(town: Network) -> None:
    order(town, "IN-0", "IN-1")
    order(town, "IN-0", "IN-1", type="inspect")
    assert [visit for (visit,) in items(town, "visit")] == ["V-0001", "V-0001", "V-0003", "V-0003"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("assets", "table", "row", "at"),
    a_few_quick(
        [
            (("WS-1",), "", ["WS-1", FIRST, None, None], (50, 0)),
            (("WS-2",), "pipe", ["WS-2", None, "建设路", None], (280, 0)),
            (("U-1",), "customer", ["U-1", SECOND, None, None], (150, 20)),
            ((SECOND,), "", [None, SECOND, None, None], None),
            (("G-1",), "zone", [None, None, None, "G-1"], None),
            (("S-1",), "node", ["S-1", FIRST, None, None], (60, 20)),
        ],
        1,
        is_tuple_one_value=False,
    ),
)
def test_an_order_may_be_for_any_asset(
    town: Network, assets: tuple[str, ...], table: str, row: list[Any], at: tuple[float, float] | None
) -> None:
    order(town, *assets, table=table, type="patrol")
    assert items(town, "asset", "compound_id", "street", "zone_id") == [row]
    point = town.read("work_item")["geom"].iloc[0]
    if at is None:
        assert point.geom_type == "Point"
    else:
        assert (point.x - EAST, point.y - NORTH) == at


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"asset_ids": ()}, "Choose what the work order is for"),
        ({"asset_ids": ("IN-9",)}, "no asset IN-9"),
        ({"asset_ids": ("S-1",)}, "S-1 is an id in several tables"),
        ({"asset_ids": ("IN-0",), "type": "dance"}, "dance"),
        ({"asset_ids": ("IN-0",), "source": "rumour"}, "rumour"),
        ({"asset_ids": ("IN-0",), "table": "setting"}, "setting"),
        ({"asset_ids": ("IN-0",), "table": "node", "type": "locate"}, "located on pipes"),
        ({"asset_ids": ("IN-0",), "due_on": DAY - datetime.timedelta(days=1)}, "can't be due"),
        ({"asset_ids": ("IN-1",)}, "IN-1 has the open work order W-0001"),
        ({"asset_ids": (FIRST,)}, "C-1 has the open work order W-0002"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(town: Network, wanted: dict[str, Any], told: str) -> None:
    order(town, "IN-1")
    order(town, FIRST)
    with pytest.raises(InputError, match=told):
        write_orders(town, OrderRequest(**{"type": "clean", "opened_on": DAY, **wanted}))
    assert town.count("work_item") == 2


def test_an_item_without_a_state_is_open(town: Network) -> None:
    write(town, "work_item", pd.DataFrame({"item_id": ["X-1"], "type": "clean", "asset": "IN-1"}))
    with pytest.raises(InputError, match="IN-1 has the open work order X-1"):
        order(town, "IN-1")


@pytest.mark.slow
def test_findings_become_orders_with_their_words_and_the_work_of_their_rule(town: Network) -> None:
    write_orders(town, request_of_issues(town, ["I-1", "I-2"], opened_on=DAY))
    write_orders(town, request_of_issues(town, ["I-3"], opened_on=DAY, team="Li"))
    assert items(town, "type", "asset", "compound_id") == [
        ["inspect", "WS-1", FIRST],
        ["inspect", "WS-2", None],
        ["permit", "U-1", SECOND],
    ]
    told = [note for (note,) in items(town, "note")]
    rule = catalogue()["adverse_slope"]
    assert told[0].startswith(f"{rule.title}: WS-1 climbs.") and told[0].endswith(rule.fix)
    assert "WS-2 climbs." in told[1] and "WS-1" not in told[1]


@pytest.mark.parametrize(
    ("issues", "told"),
    a_few_quick(
        [
            ([], "Choose a finding"),
            (["I-9"], "no finding “I-9”"),
            (["I-1", "I-3"], "findings of one rule"),
            (["I-4"], "I-4 names nothing"),
        ],
        2,
        is_tuple_one_value=False,
    ),
)
def test_findings_that_name_no_work_are_refused(town: Network, issues: list[str], told: str) -> None:
    with pytest.raises(InputError, match=told):
        request_of_issues(town, issues)


def test_every_rule_asks_for_work_that_there_is() -> None:
    types = domain("work_item_type")
    assert {order_type(rule) for rule in catalogue()} <= set(types)
    codes = {rule.code for rule in catalogue().values()}
    assert set(order_types()) <= {*catalogue(), *codes}


@pytest.mark.slow
def test_an_order_goes_from_open_to_checked_and_all_of_it_is_undone(town: Network) -> None:
    ids = order(town, "IN-0", "T-1")
    record(town, ids, "sent", team="Team 2", person="Wu", due_on=DAY)
    assert items(town, "state", "team", "person") == [["sent", "Team 2", "Wu"]] * 2
    record(town, ids, "under_way")
    assert [row["state"] for row in work_list(town).rows] == ["under_way"] * 2
    done = record(town, ids, "done", day=DAY, hours=0.5, result="heavy")
    assert items(town, "state", "hours", "result", "gis_checked_on") == [["done", 0.5, "heavy", None]] * 2
    assert {day for (day,) in items(town, "closed_on")} == {pd.Timestamp(DAY)}
    assert [row["state_label"] for row in work_list(town).rows] == ["Done"] * 2
    record(town, ids[:1], CHECKED, day=DAY)
    assert [row["id"] for row in work_list(town).rows] == [ids[1]]
    town.undo()
    town.undo(done)
    assert items(town, "state", "closed_on", "hours") == [["under_way", None, None]] * 2


@pytest.mark.slow
def test_team_and_person_are_cleared_by_empty_texts_and_stay_where_nothing_is_said(town: Network) -> None:
    ids = order(town, "IN-0", "IN-1", team="Team 2", person="Li")
    record(town, ids, "sent", person="Wang")
    assert items(town, "team", "person") == [["Team 2", "Wang"]] * 2
    record(town, ids[:1], "sent", team="")
    assert items(town, "team", "person") == [[None, "Wang"], ["Team 2", "Wang"]]
    town.undo()
    assert items(town, "team", "person") == [["Team 2", "Wang"]] * 2


def test_a_cleaned_tank_has_its_day_in_the_same_batch(town: Network) -> None:
    ids = order(town, "T-1", "T-2", "IN-0")
    batch = record(town, ids, "done", day=DAY)
    cleaned = town.read("node", ["node_id", "cleaned_on"], ids=["T-1", "T-2"], geometry=False)
    assert cleaned["cleaned_on"].tolist() == [pd.Timestamp(DAY)] * 2
    town.undo(batch)
    cleaned = town.read("node", ["node_id", "cleaned_on"], ids=["T-1", "T-2"], geometry=False)
    assert cleaned["cleaned_on"].isna().all()


@pytest.mark.slow
def test_by_edit_an_order_closes_only_with_a_check_of_the_map(town: Network) -> None:
    ids = order(town, "IN-0")
    rows = pd.DataFrame({"item_id": ids, "state": "done", "closed_on": pd.Timestamp(DAY)})
    refused = pytest.raises(RowRefusedError, match="closes only after the map has been checked")
    with refused, town.write("edit") as batch:
        batch.update("work_item", rows)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("ids", "state", "wanted", "told"),
    [
        ((), "done", {}, "Choose the work orders"),
        (("W-9999",), "done", {}, "W-9999"),
        (("W-0001",), "lost", {}, "lost"),
        (("W-0001",), "done", {"hours": -1.0}, "-1"),
        (("W-0001",), "done", {"hours": float("nan")}, "nan"),
        (("W-0001",), "done", {"result": "wet"}, "wet"),
        (("W-0001",), "done", {"day": datetime.date(2999, 1, 1)}, "in the future"),
        (("W-0001",), "done", {"day": DAY - datetime.timedelta(days=1)}, "opened later"),
        (("W-0001",), "sent", {"due_on": DAY - datetime.timedelta(days=1)}, "opened later"),
        (("W-0001",), "sent", {"hours": 1.0}, "Hours and the state found"),
        (("W-0001",), "sent", {"day": DAY}, "A day belongs"),
        (("W-0001",), "done", {"team": "Li"}, "Team, person and due day"),
        (("W-0001",), CHECKED, {}, "W-0001 is not done yet"),
        (("W-0001", "W-0002"), "sent", {}, "W-0002 is over already"),
        (("W-0003",), "done", {}, "locates a leak"),
        (("W-0001",), "done", {"is_search": True}, "W-0001 is not a search"),
        (("W-0003",), "done", {"is_search": True, "length_m": -1.0}, "length searched is not 0 m"),
        (("W-0003",), "done", {"contractor": "Ear"}, "Contractor and length belong"),
        (("W-0002",), CHECKED, {"day": DAY}, "done later than the check"),
        (("W-0004",), CHECKED, {}, "checked on the map already"),
    ],
)
def test_what_can_not_be_recorded_is_refused_in_a_sentence(
    town: Network, ids: tuple[str, ...], state: str, wanted: dict[str, Any], told: str
) -> None:
    order(town, "IN-0")
    record(town, order(town, "IN-1"), "done")
    order(town, "WS-1", type="locate")
    checked = order(town, "IN-2")
    record(town, checked, "done")
    record(town, checked, CHECKED)
    before = items(town, "item_id", "state", "closed_on", "gis_checked_on")
    with pytest.raises(InputError, match=told):
        record(town, ids, state, **wanted)
    assert items(town, "item_id", "state", "closed_on", "gis_checked_on") == before


@pytest.mark.slow
def test_searches_that_found_nothing_are_done_with_contractor_and_length(town: Network) -> None:
    (one,) = order(town, "WS-1", type="locate")
    record(town, (one,), "done", is_search=True, contractor="Ear", length_m=350.0)
    found = items(town, "item_id", "state", "found", "contractor", "length_m", "gis_checked_on")
    assert str(found).count("Ear") == 1 and "350.0" in str(found) and "'no'" in str(found)


@pytest.mark.parametrize("seed", [1, pytest.param(range(2, 30), marks=pytest.mark.slow)])
def test_any_sequence_of_states_is_as_a_plain_reckoning_has_it(town: Network, seed: Any) -> None:
    ids = order(town, *(f"IN-{number}" for number in range(5)))
    chance = random.Random(str(seed))
    model = dict.fromkeys(ids, ("open", False))
    for _step in range(12 if seed == 1 else 200):
        some = chance.sample(ids, chance.randint(1, 3))
        state = chance.choice(STATES)
        if state == CHECKED:
            allowed = all(model[name] == ("done", False) for name in some)
        else:
            allowed = all(model[name][0] in ("open", "sent", "under_way") for name in some)
        if not allowed:
            with pytest.raises(InputError):
                record(town, some, state)
            continue
        record(town, some, state)
        for name in some:
            model[name] = ("done", True) if state == CHECKED else (state, False)
        if all(is_checked or state == "cancelled" for state, is_checked in model.values()):
            break
    rows = town.read("work_item", ["item_id", "state", "gis_checked_on"], geometry=False)
    told = {row.item_id: (row.state, not pd.isna(row.gis_checked_on)) for row in rows.itertuples()}
    assert told == model
    listed = {row["id"] for row in work_list(town).rows}
    assert listed == {
        name for name, (state, is_checked) in model.items() if state != "cancelled" and not is_checked
    }


@pytest.mark.slow
def test_the_list_tells_what_is_late_and_where_it_is(town: Network) -> None:
    today = datetime.date.today()
    for asset, days in (("IN-0", -1), ("IN-1", 0), ("IN-3", 30), ("IN-4", 31)):
        due = today + datetime.timedelta(days=days)
        write_orders(town, OrderRequest((asset,), type="clean", opened_on=DAY, due_on=due))
    order(town, "WS-2", type="repair")
    write(town, "work_item", pd.DataFrame({"item_id": ["X-1"], "type": "order", "asset": ["IN-2"]}))
    rows = work_list(town, today).rows
    assert [(row["asset"], row["due_state"]) for row in rows] == [
        ("IN-0", "overdue"), ("IN-1", "due"), ("IN-3", "due"), ("IN-4", "later"), ("IN-2", ""), ("WS-2", ""),
    ]  # fmt: skip
    # An item without a place stands at its asset.
    assert [row["x"] - EAST for row in rows] == [10, 50, 130, 300, 90, 280]
    assert [row["compound"] for row in rows] == ["河畔花园", "河畔花园", "河畔花园", None, None, None]
    assert rows[-1]["street"] == "建设路"


@pytest.mark.slow
def test_orders_of_several_kinds_are_one_batch_and_rounds_are_visits_of_their_own(town: Network) -> None:
    order(town, "IN-0")
    rounds = OrderRequest((FIRST,), "patrol", opened_on=DAY, times=2, running=REPEAT)
    cleaned = OrderRequest(("IN-0", "IN-1"), "clean", opened_on=DAY, running=LEAVE_OUT)
    made = write_order_groups(town, OrderGroups((rounds, cleaned)))
    assert made.assets == (FIRST, FIRST, "IN-1") and made.left_out == ("IN-0",)
    assert len(made.item_ids) == 3 and town.count("work_item") == 4
    visits = dict(zip(made.item_ids, (row[0] for row in items(town, "visit")[1:])))
    first, second, inlet = (visits[name] for name in made.item_ids)
    # The inlet is done on the first round.
    assert first == inlet is not None and second != first
    # A round may be ordered while one runs; what else runs is refused, or said where nothing is left.
    write_orders(town, rounds)
    with pytest.raises(InputError, match="IN-0 has the open work order W-0001 already"):
        write_orders(town, OrderRequest(("IN-0",), "clean", opened_on=DAY, running=LEAVE_OUT))
    town.undo()
    town.undo()
    assert town.count("work_item") == 1
    with pytest.raises(InputError, match="Choose what the work order is for"):
        OrderGroups(())
