"""Lists without ids that come again: the rows of last month are there, those of this month are new."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from support.adoption_frames import CRS, adopted, rejected
from support.updating_frames import states, updated

from waternet_plugin.core.exchange.adoption.duplicates.like_rows import RowsThere, events_of
from waternet_plugin.core.exchange.update_modes import BOTH, UPDATE
from waternet_plugin.core.exchange.updating.updated_network import UpdatedNetwork
from waternet_plugin.core.schema.settings import Settings

LAST = [f"2026-0{month}-05" for month in (1, 2, 3)]
LISTS: list[tuple[str, dict[str, str], dict[str, Any]]] = [
    ("failure", {"date": "DAY", "reported_pipe_id": "OF"}, {}),
    ("work_item", {"opened_on": "DAY", "street": "OF"}, {"type": "inspect"}),
    ("work_item", {"closed_on": "DAY", "asset": "OF"}, {"type": "clean"}),
    ("inspection", {"date": "DAY", "pipe_id": "OF"}, {}),
    ("inspection", {"date": "DAY", "node_id": "OF"}, {}),
]


def _list(days: list[str]) -> pd.DataFrame:
    return pd.DataFrame({"DAY": days, "OF": [f"W{at}" for at in range(len(days))]})


@pytest.mark.parametrize(("table", "fields", "defaults"), LISTS)
def test_a_list_comes_again_with_the_next_month(
    table: str, fields: dict[str, str], defaults: dict[str, Any]
) -> None:
    there = adopted(_list(LAST), fields, table, defaults=defaults)
    assert not any("can be read" in note for note in there.notes)
    assert any("need none" in note for note in there.notes) == (table != "inspection")
    id_field = there.rows.columns[0]
    network = UpdatedNetwork(
        CRS,
        settings=Settings(),
        existing_ids=there.rows[id_field].tolist(),
        like_rows=lambda _names: RowsThere(events_of(table, there.rows)),
    )
    parts = {"table": table, "defaults": defaults}
    for mode in (UPDATE, BOTH):
        again = updated(_list(LAST), fields, network, mode=mode, **parts)
        assert rejected(again) == [(row, "same_row_there") for row in (1, 2, 3)]
        assert (again.assets_written, states(again)) == (0, [])
    # The same pipes, tanks and streets, later.
    later = _list([day.replace("2026", "2025") for day in LAST])
    assert updated(later, fields, network, mode=BOTH, **parts).assets_written == 3
    refused = updated(later, fields, network, mode=UPDATE, **parts)
    assert [code for _row, code in rejected(refused)] == ["unknown_id"] * 3
    assert "no row like this one" in refused.rejected["reason"].iloc[0]
