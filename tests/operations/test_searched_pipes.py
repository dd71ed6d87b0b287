"""Which pipes a work order of the leak search names."""

from __future__ import annotations

import pandas as pd

from waternet_plugin.operations.leakage.locating import searched_pipes


def test_orders_name_pipes_by_their_list_or_their_asset() -> None:
    items = pd.DataFrame(
        {
            "item_id": ["W1", "W2", "W3", "W4"],
            "asset": [None, "P1", None, "P3"],
            "pipes": ["P1;P2", None, None, "P3;P4"],
        },
        dtype=object,
    )
    rows = searched_pipes(items)
    assert list(zip(rows["item_id"], rows["pipe_id"])) == [
        ("W1", "P1"), ("W1", "P2"), ("W2", "P1"), ("W4", "P3"), ("W4", "P4"),
    ]  # fmt: skip
    assert searched_pipes(items.iloc[:0]).empty
