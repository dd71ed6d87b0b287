"""Work orders, headless: to locate a leak, at assets of any kind, and from findings."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.compound_town import make_compounds
from support.headless import must, run
from support.leaking_zone import ALARM, ZONE
from support.slow_cases import a_few_quick

from waternet_plugin.store import open_network


@pytest.fixture
def compounds_file(tmp_path: Path) -> Path:
    """The network of two compounds."""
    return make_compounds(tmp_path / "compounds.gpkg")


def items(path: Path) -> list[list[object]]:
    with open_network(path) as network:
        columns = ["item_id", "type", "state", "asset", "zone_id", "alarm_id", "method"]
        return [list(row) for row in network.read("work_item", columns, geometry=False)[columns].to_numpy()]


@pytest.mark.slow
def test_an_order_for_each_pipe_is_one_batch_that_is_undone(leaking_file: Path) -> None:
    done = must(
        "writeorders", NETWORK=leaking_file, PIPES="BRANCH-2;MAIN-0", ALARM=ALARM, METHOD="correlator"
    )
    assert (done["ORDERS"], done["ITEMS"]) == (2, "W-0001;W-0002")
    assert items(leaking_file) == [
        ["W-0001", "locate", "open", "BRANCH-2", ZONE, ALARM, "correlator"],
        ["W-0002", "locate", "open", "MAIN-0", ZONE, ALARM, "correlator"],
    ]
    must("undobatch", NETWORK=leaking_file, BATCH=done["BATCH_ID"])
    assert items(leaking_file) == []


@pytest.mark.slow
def test_a_pipe_is_repaired_by_one_order_at_a_time(leaking_file: Path) -> None:
    given = {"NETWORK": leaking_file, "PIPES": "BRANCH-2", "TYPE": "repair"}
    must("writeorders", **given, OPENED_ON="2026-01-05", DUE_ON="2026-01-09", TEAM="二班", PERSON="Wu")
    again = run("writeorders", **given)
    assert again.status == 1 and "has the open work order W-0001" in again.stderr
    assert [row[:4] for row in items(leaking_file)] == [["W-0001", "repair", "open", "BRANCH-2"]]
    with open_network(leaking_file) as network:
        (row,) = network.read("work_item", geometry=False).itertuples()
    assert (str(row.due_on.date()), row.team, row.person) == ("2026-01-09", "二班", "Wu")
    must("writeorders", **{**given, "TYPE": "clean"})
    assert [row[1] for row in items(leaking_file)] == ["repair", "clean"]


@pytest.mark.slow
def test_orders_are_for_assets_of_any_table_and_for_findings(compounds_file: Path) -> None:
    given = {"NETWORK": compounds_file, "OPENED_ON": "2026-01-05"}
    done = must("writeorders", **given, ASSETS="IN-0;WS-1;U-1", TYPE="inspect", SOURCE="complaint")
    assert done["ITEMS"] == "W-0001;W-0002;W-0003"
    done = must("writeorders", **given, ISSUES="I-3", TEAM="二班")
    assert done["ORDERS"] == 1
    again = run("writeorders", **given, ASSETS="S-1", TYPE="inspect")
    assert again.status == 1 and "Say which table is meant" in again.stderr
    must("writeorders", **given, ASSETS="S-1", TABLE="node", TYPE="inspect")
    with open_network(compounds_file) as network:
        columns = ["type", "asset", "compound_id", "source", "visit"]
        rows = network.read("work_item", columns, geometry=False)[columns].astype(object)
    assert rows.where(rows.notna(), None).to_numpy().tolist() == [
        ["inspect", "IN-0", "C-1", "complaint", "V-0001"],
        ["inspect", "WS-1", "C-1", "complaint", "V-0001"],
        ["inspect", "U-1", "C-2", "complaint", None],
        ["permit", "U-1", "C-2", "finding", None],
        ["inspect", "S-1", "C-1", "finding", None],
    ]


@pytest.mark.parametrize(
    ("parameters", "words"),
    a_few_quick(
        [
            ({}, "Choose the pipe"),
            ({"PIPES": "X"}, "There is no pipe X"),
            ({"ASSETS": "X", "TYPE": "clean"}, "no asset X"),
            ({"PIPES": "BRANCH-2", "ISSUES": "I-1"}, "one of PIPES, ASSETS, ISSUES and RAISE"),
            ({"ISSUES": "I-1"}, "no finding “I-1”"),
            ({"PIPES": "BRANCH-2", "ALARM": "A-9"}, "A-9"),
            ({"PIPES": "BRANCH-2", "METHOD": "dowsing"}, "METHOD"),
            ({"PIPES": "BRANCH-2", "TYPE": "repair", "ALARM": ALARM}, "locate a leak"),
            ({"PIPES": "BRANCH-2", "OPENED_ON": "today"}, "OPENED_ON"),
            ({"PIPES": "BRANCH-2", "DUE_ON": "soon"}, "DUE_ON"),
            ({"PIPES": "BRANCH-2", "OPENED_ON": "2026-01-05", "DUE_ON": "2026-01-04"}, "due on 2026-01-04"),
        ],
        2,
        is_tuple_one_value=False,
    ),
)
def test_bad_input_gets_one_sentence(leaking_file: Path, parameters: dict[str, str], words: str) -> None:
    answer = run("writeorders", NETWORK=leaking_file, **parameters)
    assert answer.status == 1
    assert words in answer.stderr and "Traceback" not in answer.stderr
    assert items(leaking_file) == []


@pytest.mark.slow
def test_what_a_checklist_lacks_is_ordered_once(compounds_file: Path) -> None:
    given = {"NETWORK": compounds_file, "OPENED_ON": "2026-01-05", "CHECKLIST": "first_entry"}
    done = must("writeorders", **given, ASSETS="C-1", TEAM="二班")
    with open_network(compounds_file) as network:
        made = network.read("work_item", geometry=False)
    assert sorted(made["type"]) == ["clean", "gis_check", "inspect", "repair"]
    assert set(made["compound_id"]) == {"C-1"} and set(made["team"]) == {"二班"}
    assert set(made["note"]) == {
        "Cleaned: unknown",
        "Inspected: unknown",
        "Surveyed: unknown",
        "Repaired: unknown",
    }
    assert made["asset"].isna().all() and done["ORDERS"] == 4
    again = run("writeorders", **given, ASSETS="C-1")
    assert again.status == 1 and "open work order" in again.stderr
    # Without assets all that have the list, but for what is ordered.
    assert must("writeorders", **given)["ORDERS"] == 4
    must("undobatch", NETWORK=compounds_file, BATCH=done["BATCH_ID"])


@pytest.mark.slow
def test_what_raises_a_score_is_ordered_by_a_script(compounds_file: Path) -> None:
    given = {"NETWORK": compounds_file, "OPENED_ON": "2026-01-05", "DUE_ON": "2026-01-09"}
    done = must("writeorders", **given, RAISE="C-1")
    assert done["ORDERS"] > 0
    with open_network(compounds_file) as network:
        made = network.read("work_item", geometry=False)
    assert set(made["compound_id"]) == {"C-1"} and made["note"].str.contains("raises the score").all()
    assert {str(day.date()) for day in made["due_on"]} == {"2026-01-09"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"RAISE": "C-1", "ASSETS": "C-1"}, "one of PIPES, ASSETS, ISSUES and RAISE"),
        ({"CHECKLIST": "model", "RAISE": "C-1"}, "CHECKLIST goes with ASSETS alone"),
        ({"CHECKLIST": "model", "TYPE": "clean"}, "say what is to be done"),
        ({"CHECKLIST": "model", "ASSETS": "IN-0"}, "IN-0 has no such checklist"),
        ({"CHECKLIST": "pump_room"}, "lacks nothing there"),
        ({"RAISE": "C-9"}, "no compound C-9"),
    ],
)
def test_suggested_orders_that_make_no_sense_are_refused(
    compounds_file: Path, given: dict[str, str], told: str
) -> None:
    refused = run("writeorders", NETWORK=compounds_file, **given)
    assert refused.status == 1 and told in refused.stderr
    assert items(compounds_file) == []
