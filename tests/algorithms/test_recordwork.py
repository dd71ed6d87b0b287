"""What became of work orders, headless: sent, done, checked on the map."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.compound_town import make_compounds
from support.headless import must, run

from waternet_plugin.store import open_network


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """The network of two compounds with orders to clean an inlet and a tank."""
    path = make_compounds(tmp_path / "compounds.gpkg")
    must("writeorders", NETWORK=path, ASSETS="IN-0;T-1", TYPE="clean", OPENED_ON="2026-01-05")
    return path


def rows(path: Path, *columns: str) -> list[list[Any]]:
    with open_network(path) as network:
        frame = network.read("work_item", list(columns), geometry=False)[list(columns)].astype(object)
    return frame.where(frame.notna(), None).to_numpy().tolist()


def test_orders_are_sent_done_checked_and_undone(orders: Path) -> None:
    both = {"NETWORK": orders, "ITEMS": "W-0001;W-0002"}
    must("recordwork", **both, STATE="sent", TEAM="二班", DUE_ON="2026-01-20")
    assert rows(orders, "state", "team", "due_on") == [["sent", "二班", pd.Timestamp("2026-01-20")]] * 2
    # What is not given stays.
    must("recordwork", **both, STATE="under_way", PERSON="Li")
    assert rows(orders, "state", "team", "person") == [["under_way", "二班", "Li"]] * 2
    done = must("recordwork", **both, DAY="2026-01-12", HOURS=0.5, RESULT="medium")
    assert done["ORDERS"] == 2
    day = pd.Timestamp("2026-01-12")
    assert rows(orders, "state", "closed_on", "hours", "result") == [["done", day, 0.5, "medium"]] * 2
    must("recordwork", NETWORK=orders, ITEMS="W-0002", STATE="checked", DAY="2026-01-13")
    assert rows(orders, "gis_checked_on") == [[None], [pd.Timestamp("2026-01-13")]]
    must("undobatch", NETWORK=orders)
    must("undobatch", NETWORK=orders, BATCH=done["BATCH_ID"])
    assert rows(orders, "state", "closed_on", "hours") == [["under_way", None, None]] * 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({}, "Choose the work orders"),
        ({"ITEMS": "W-9"}, "W-9"),
        ({"ITEMS": "W-0001", "STATE": "lost"}, "STATE"),
        ({"ITEMS": "W-0001", "DAY": "soon"}, "DAY"),
        ({"ITEMS": "W-0001", "DAY": "2026-01-04"}, "opened later"),
        ({"ITEMS": "W-0001", "DAY": "2199-01-04"}, "in the future"),
        ({"ITEMS": "W-0001", "STATE": "checked"}, "not done yet"),
    ],
)
def test_bad_input_gets_one_sentence(orders: Path, parameters: dict[str, str], words: str) -> None:
    answer = run("recordwork", NETWORK=orders, **parameters)
    assert answer.status == 1
    assert words in answer.stderr and "Traceback" not in answer.stderr
    assert rows(orders, "state") == [["open"]] * 2
