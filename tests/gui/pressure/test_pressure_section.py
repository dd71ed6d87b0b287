"""The line of the month's search in the panel."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from support.widgets import section


@pytest.mark.slow
def test_the_section_says_the_kilometres_of_the_month_and_leads_to_the_search(
    plugin: Any, town: Any, until: Any
) -> None:
    import pandas as pd

    of = section(plugin, "pressure")
    until(lambda: of.summary is not None and town.is_idle, 20.0)
    # Nothing is planned yet.
    assert of.searched.isHidden()
    today = datetime.date.today()
    items = [
        {"item_id": f"W-{state}", "type": "locate", "state": state, "due_on": pd.Timestamp(today),
         "length_m": length_m, "gis_checked_on": pd.Timestamp(today)}
        for state, length_m in (("done", 28_000.0), ("open", 14_000.0))
    ]  # fmt: skip
    with town.network() as network, network.write("edit", name="orders") as batch:
        batch.insert("work_item", pd.DataFrame(items))
    town.written()
    until(lambda: of.summary.planned_km > 0 and town.is_idle, 20.0)
    assert not of.searched.isHidden()
    assert of.searched.text() == f"{today:%B}: 28 of 42 km searched"
    of.searched.click()
    until(lambda: town.window("wn_pressure") is not None and town.is_idle, 30.0)
    assert town.window("wn_pressure").current.KEY == "search"
