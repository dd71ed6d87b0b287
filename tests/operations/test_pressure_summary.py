"""What the panel says of pressure and search: the kilometres of the month, and the lowest point."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support.pressure_town import LOW, LOWEST_MPA, write_pressure_town

from waternet_plugin.operations.pressure.pressure_summary import pressure_summary
from waternet_plugin.store import create_network, open_network
from waternet_plugin.store.network import Network

# Orders of a search: due on, state, length in m. The month has 42 km, 28 of them done.
ORDERS = (
    ("2026-03-01", "done", 20_000.0), ("2026-03-31", "done", 8_000.0), ("2026-03-15", "open", 14_000.0),
    ("2026-03-15", "cancelled", 99_000.0), ("2026-02-28", "done", 7_000.0), ("2026-04-01", "open", 5_000.0),
)  # fmt: skip


def add_orders(network: Network, *rows: tuple[str, str, float], kind: str = "locate") -> None:
    """Write work items."""
    items: list[dict[str, Any]] = [
        {
            "item_id": f"W-{kind}-{number}", "type": kind, "state": state, "due_on": pd.Timestamp(day),
            "length_m": length_m, "gis_checked_on": pd.Timestamp(day),
        }
        for number, (day, state, length_m) in enumerate(rows)
    ]  # fmt: skip
    with network.write("edit", name="orders") as batch:
        batch.insert("work_item", pd.DataFrame(items))


def test_kilometres_of_the_month_are_those_of_its_search_orders(tmp_path: Path) -> None:
    with create_network(tmp_path / "town.gpkg", "EPSG:4547") as network:
        add_orders(network, *ORDERS)
        # What is no search counts nowhere.
        add_orders(network, ("2026-03-10", "done", 3_000.0), kind="repair")
        found = pressure_summary(network, datetime.date(2026, 3, 20))
        assert (found.month, found.searched_km, found.planned_km, found.searches) == (3, 28.0, 42.0, 5)
        # A month without orders, and the first day of the next one.
        none = pressure_summary(network, datetime.date(2026, 6, 1))
        assert (none.searched_km, none.planned_km) == (0.0, 0.0)
        april = pressure_summary(network, datetime.date(2026, 4, 30))
        assert (april.searched_km, april.planned_km) == (0.0, 5.0)


@pytest.mark.slow
def test_a_setting_that_is_no_pressure_leaves_the_panel_without_a_lowest_point(tmp_path: Path) -> None:
    path = write_pressure_town(tmp_path / "town.gpkg")
    with open_network(path) as network:
        found = pressure_summary(network)
        assert (found.worst_node, found.lowest_mpa) == (LOW, LOWEST_MPA)
        with network.write("edit", name="setting") as batch:
            row = {"key": "pressure.required_mpa", "value": "14"}
            batch.insert("setting", pd.DataFrame([row], dtype=object))
        assert pressure_summary(network).lowest_mpa is None
