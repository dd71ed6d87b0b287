"""The sample town as it is before its night flow is computed."""

from __future__ import annotations

from pathlib import Path

from waternet_plugin import store


def undo_night_flow(path: Path) -> None:
    """Undo in a copy of the sample town the night flow that it ships with, and take away its work items."""
    with store.open_network(path) as network:
        batches = network.batches()
        (computed,) = batches.loc[batches["name"] == "Night flow and leak alarms", "batch_id"]
        network.undo(computed)
        with network.write("edit") as batch:
            batch.delete("work_item", network.read("work_item", ["item_id"], geometry=False)["item_id"])
